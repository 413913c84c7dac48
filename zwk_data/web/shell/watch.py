"""What an operator sees of the server from outside: whether it is ready, how it is doing, and a log for machines.

Nothing of it tells of a person: requests count by the kind of their address, never by what stands in it.
"""

from __future__ import annotations

import hmac
import ipaddress
import json
import logging
import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

import psutil
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.runtime import exists, get_instance

from zwk_data import __version__, settings
from zwk_data.errors import ZwkError
from zwk_data.web.shell import site
from zwk_data.web.shell.start import is_ready, preparation

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry
    from prometheus_client.metrics_core import Metric

log = logging.getLogger(__name__)
requests_log = logging.getLogger("zwk_data.abruf")
HEALTH, READY = "/health", "/ready"
#: kinds of addresses beside the pages: what comes after their beginning is not told apart
KINDS = (
    *("/_stcore/stream", "/_stcore/upload_file", "/_stcore/health", "/_stcore", "/static", "/assets", "/media", "/geo"),
    *("/component", "/oauth2callback", HEALTH, READY),
    *(one.rstrip("/") for one in site.WITHOUT_STREAMLIT),
)
#: upper ends of the classes of a request's seconds
SECONDS = (0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
#: seconds for which an answer about readiness holds: nobody makes the stores busy by asking
HOLDS = 2.0


def kind_of(path: str) -> str:
    """The kind of an address, one of a few dozen whatever is asked for: the page, the beginning, or „andere“."""
    plain = "/" + path.strip("/")
    if plain in {f"/{page.path}" for page in site.pages()}:
        return plain
    return next((kind for kind in KINDS if plain == kind or plain.startswith(kind + "/")), "andere")


class Readiness:
    """Whether this server can answer with content: stores built and open, the shared one within reach."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._told: tuple[float, dict[str, bool]] | None = None

    def checks(self) -> dict[str, bool]:
        """Each check by name; asks the stores at most every two seconds."""
        with self._lock:
            if self._told is None or time.monotonic() - self._told[0] > HOLDS:
                self._told = time.monotonic(), self._asked()
            return self._told[1]

    @staticmethod
    def _asked() -> dict[str, bool]:
        # after a failure this tries again: a balancer sends nobody else here who would
        prepared = is_ready(preparation)
        found = {"warehouse": prepared, "store": False}
        if settings.store_url():
            found["postgresql"] = False
        if not prepared:
            return found
        # loaded by now: what prepares the stores needs them as well
        from zwk_data.stores.open_tables import Question, answer, open_tables  # noqa: PLC0415
        from zwk_data.stores.programme_schema import SharedStore, programme_store  # noqa: PLC0415

        try:
            found["store"] = answer(Question(open_tables()["participant"], {}, limit=1))[1] > 0
            shared = programme_store(settings.dataset())
            if isinstance(shared, SharedStore):
                found["postgresql"] = shared.state() is not None
        except Exception as error:  # whatever it is, the server is not ready
            log.warning("Nicht bereit: %s", error if isinstance(error, ZwkError) else type(error).__name__)
        return found


readiness = Readiness()


def ready() -> Response:
    """200 when pages can be shown, 503 while stores are built, damaged or out of reach; each check by name."""
    checks = readiness.checks()
    done = all(checks.values())
    body = {"status": "ready" if done else "not ready", "checks": checks}
    return JSONResponse(body, 200 if done else 503, headers={"Cache-Control": "no-store"})


@cache
def meters() -> Meters:
    """The counters of this process, made when they are first asked for."""
    return Meters()


class Meters:
    """Counts requests and open websockets; tells them with what the process takes and what its stores are."""

    def __init__(self) -> None:
        # only where somebody measures
        from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram  # noqa: PLC0415
        from prometheus_client.process_collector import ProcessCollector  # noqa: PLC0415

        self.registry: CollectorRegistry = CollectorRegistry()
        labels = ("route", "method", "status")
        self.requests = Counter("zwk_requests", "Requests answered", labels, registry=self.registry)
        self.seconds = Histogram(
            "zwk_request_seconds",
            "Seconds until an answer was sent",
            ["route"],
            buckets=SECONDS,
            registry=self.registry,
        )
        self.sockets = Gauge("zwk_websockets", "Websockets open now", registry=self.registry)
        ProcessCollector(registry=self.registry)
        self.registry.register(self)

    def collect(self) -> Iterator[Metric]:
        """What is asked for rather than counted."""
        from prometheus_client.metrics_core import GaugeMetricFamily, InfoMetricFamily  # noqa: PLC0415

        from zwk_data.stores.programme_file import newest_version  # noqa: PLC0415

        about = {"version": __version__, "data": settings.dataset(), "store_version": str(newest_version())}
        yield InfoMetricFamily("zwk_build", "Version of the product, data set, version of the store", about)
        process = psutil.Process()
        gauges = {
            "zwk_ready": ("1 when pages can be shown", float(all(readiness.checks().values()))),
            "zwk_sessions": ("Pages open in browsers", float(sessions())),
            "zwk_threads": ("Threads of the process", float(process.num_threads())),
            "zwk_memory_bytes": ("Memory that the process holds", float(process.memory_info().rss)),
        }
        if hasattr(process, "num_fds"):
            gauges["zwk_descriptors"] = ("Files and connections open", float(process.num_fds()))
        for name, (words, number) in gauges.items():
            yield GaugeMetricFamily(name, words, number)

    def describe(self) -> Iterator[Metric]:
        """Nothing ahead: a registry that is made asks for no store."""
        return iter(())

    def page(self) -> Response:
        """All of it as OpenMetrics text."""
        from prometheus_client.openmetrics.exposition import CONTENT_TYPE_LATEST, generate_latest  # noqa: PLC0415

        # it has no types of its own
        write: Callable[[CollectorRegistry], bytes] = generate_latest
        return Response(
            write(self.registry), headers={"Content-Type": CONTENT_TYPE_LATEST, "Cache-Control": "no-store"}
        )


def sessions() -> int:
    """Streamlit's sessions with an open page."""
    if not exists():
        return 0
    families = get_instance().stats_mgr.get_stats(["active_sessions"])
    return sum(int(getattr(one, "value", 0)) for stats in families.values() for one in stats)


def may_measure(scope: Scope) -> bool:
    """Whether the asker has the token, or one of the addresses that are set.

    What came through a proxy has the proxy's address, so there only the token counts.
    """
    headers = Headers(scope=scope)
    token = settings.value("ZWK_METRICS_TOKEN")
    if token and hmac.compare_digest(headers.get("authorization", "").encode(), f"Bearer {token}".encode()):
        return True
    networks = settings.value("ZWK_METRICS_FROM")
    if not networks or not scope.get("client") or {"x-forwarded-for", "forwarded", "x-real-ip"} & set(headers):
        return False
    try:
        asker = ipaddress.ip_address(scope["client"][0])
    except ValueError:
        return False
    asker = getattr(asker, "ipv4_mapped", None) or asker
    return any(asker in ipaddress.ip_network(one) for one in re.split(r"[,\s]+", networks))


@dataclass(frozen=True)
class Watch:
    """Answers about readiness and, where it is set up, about measures; counts and logs all else."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        measured = settings.value("ZWK_METRICS")
        if scope["type"] == "http" and scope["method"] in ("GET", "HEAD"):
            if scope["path"] == READY:
                await (await run_in_threadpool(ready))(scope, receive, send)
                return
            if measured and scope["path"] == measured and may_measure(scope):
                await (await run_in_threadpool(meters().page))(scope, receive, send)
                return
        if measured or is_json():
            await self._watched(scope, receive, send, meters() if measured else None)
        else:
            await self.app(scope, receive, send)

    async def _watched(self, scope: Scope, receive: Receive, send: Send, counted: Meters | None) -> None:
        begun, status = time.monotonic(), 500 if scope["type"] == "http" else 0

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            elif message["type"] == "websocket.accept":
                status = 101
            await send(message)

        socket = scope["type"] == "websocket"
        if counted and socket:
            counted.sockets.inc()
        try:
            await self.app(scope, receive, noted)
        finally:
            route, method = kind_of(scope["path"]), "WEBSOCKET" if socket else _method(scope["method"])
            seconds = time.monotonic() - begun
            if counted:
                counted.requests.labels(route, method, str(status)).inc()
                if socket:
                    counted.sockets.dec()
                else:
                    counted.seconds.labels(route).observe(seconds)
            if route not in (HEALTH, "/_stcore/health"):
                told = {"route": route, "method": method, "status": status, "ms": round(seconds * 1000, 1)}
                requests_log.info("%s %s", method, route, extra={"told": told})


def _method(name: str) -> str:
    return name if name in ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH") else "andere"


def is_json() -> bool:
    """Whether the log is for machines."""
    return settings.value("ZWK_LOG").lower() == "json"


class JsonLines(logging.Formatter):
    """One JSON object a line: time (UTC), level, logger, text; of a fault its kind and place.

    A fault's own words may hold what somebody typed, as may what stands behind a „?“ in an address: both are left out.
    """

    def format(self, record: logging.LogRecord) -> str:
        said: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "text": re.sub(r"\?[^\s\"'<>]+=[^\s\"'<>]*", "?…", record.getMessage()),
        }
        said |= getattr(record, "told", {})
        if record.exc_info and record.exc_info[1] is not None:
            said["fault"] = type(record.exc_info[1]).__name__
            said["at"] = list(_places(record.exc_info[1]))
        return json.dumps(said, ensure_ascii=False)


def _places(error: BaseException) -> Iterator[str]:
    """Where it happened, outermost first: module and line, no contents."""
    trace = error.__traceback__
    while trace is not None:
        yield f"{trace.tb_frame.f_globals.get('__name__', '?')}:{trace.tb_lineno}"
        trace = trace.tb_next


def begin_log() -> None:
    """With ``ZWK_LOG=json`` everything that this process logs is one object a line; else the log stays as it is."""
    if not is_json():
        return
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers = [handler]
    for name in list(logging.root.manager.loggerDict):
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [], True
    # both write addresses of people, the second with each stream that opens; ``Watch`` tells of the same without
    logging.getLogger("uvicorn.access").disabled = True
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
    logging.getLogger("zwk_data").setLevel(logging.INFO)
