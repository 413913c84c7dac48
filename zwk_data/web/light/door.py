"""The guest door: a second small server for the phones in the room, and for nothing else.

The app itself answers this machine only, because without a login everybody may do everything there. Phones use this
server instead: it listens on all interfaces at its own port, serves only the guest pages, and runs only while a
session or an event with a live display needs it.
"""

from __future__ import annotations

import asyncio
import errno
import logging
import socket
import sys
import threading
import time
from dataclasses import replace

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from zwk_data import settings
from zwk_data.display import memory
from zwk_data.errors import ZwkError
from zwk_data.room import sessions
from zwk_data.web.kit.assets import asset_routes
from zwk_data.web.light.phones import GREETING
from zwk_data.web.light.remote import display_guest_routes
from zwk_data.web.light.vote import PATH, guest_routes
from zwk_data.web.shell.middleware import BelowPath, SecurityHeaders, watch_connections
from zwk_data.web.shell.page import law_routes

log = logging.getLogger(__name__)
#: the port to open in a firewall, and how many ports from there are tried if it is taken
PORT, TRIES = 8502, 20
#: connections at once: a phone has up to six while its page is opened, and one while it asks
MOST_PHONES = 1500
#: how long phones can still learn that the session is over (seconds)
GRACE = 20
SHARED = (
    "Mit einem gemeinsamen Datenspeicher (ZWK_STORE) gibt es keinen eigenen Zugang für Handys, denn mehrere Rechner "
    "antworten. Bitte den ZWK-Monitor unter seiner Adresse im Netz öffnen; dann kommen auch die Handys dort hinein."
)
NOTHING = "Diese Adresse gibt es hier nicht. Zum Mitmachen: /mitmachen, zum Grüßen: /gruss"


def guest_app() -> Starlette:
    """The guest pages with their style sheet and script, and nothing else."""

    def home(_: Request) -> Response:
        return RedirectResponse(GREETING if memory.doors() and not sessions.with_door() else PATH, 303)

    def nothing(_: Request, __: Exception) -> Response:
        return PlainTextResponse(NOTHING, 404)

    return Starlette(
        routes=[Route("/", home), *guest_routes(), *display_guest_routes(), *law_routes(), *asset_routes()],
        middleware=[Middleware(BelowPath), Middleware(SecurityHeaders)],
        exception_handlers={404: nothing, 405: nothing},
    )


class Door:
    """The second server: opens and closes, thread-safe. ``port`` is None while it is closed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None
        self.port: int | None = None

    def open(self, wanted: int | None = None) -> int:
        """Open it at ``wanted``, else at the next free port from PORT on; returns the port it is open at.

        Raises ZwkError if no port is free.
        """
        with self._lock:
            if self.port is not None and self._thread is not None and self._thread.is_alive():
                return self.port
            listening = _listen(wanted)
            watch_connections()
            config = uvicorn.Config(
                guest_app(),
                lifespan="off",
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,
                timeout_keep_alive=30,
                timeout_graceful_shutdown=2,
                limit_concurrency=MOST_PHONES,
                ws="none",
            )
            server = uvicorn.Server(config)
            self._server, self.port = server, int(listening.getsockname()[1])

            def serve() -> None:
                with listening:
                    asyncio.run(server.serve(sockets=[listening]))

            self._thread = threading.Thread(target=serve, name="zwk-door", daemon=True)
            self._thread.start()
            end = time.monotonic() + 10
            while not server.started and self._thread.is_alive() and time.monotonic() < end:
                time.sleep(0.01)
            log.info("Der Zugang für Handys ist offen: Port %s.", self.port)
            return self.port

    def close(self) -> None:
        """Close it; nothing happens if it is closed."""
        with self._lock:
            if self._server is not None and self._thread is not None:
                self._server.should_exit = True
                self._thread.join(6)
                log.info("Der Zugang für Handys ist geschlossen.")
            self._server = self._thread = self.port = None


def _listen(wanted: int | None) -> socket.socket:
    """A socket on all interfaces. Raises ZwkError if every port is taken."""
    for port in [*([wanted] if wanted else []), *range(PORT, PORT + TRIES)]:
        one = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        # lets a restart take the same port at once; on Windows that option would mean something else
        one.setsockopt(socket.SOL_SOCKET, getattr(socket, "SO_EXCLUSIVEADDRUSE", socket.SO_REUSEADDR), 1)
        try:
            one.bind(("0.0.0.0", port))  # noqa: S104 - phones come from other machines
            one.listen(256)
        except OSError as error:
            one.close()
            if error.errno not in (errno.EADDRINUSE, errno.EACCES) and sys.platform != "win32":
                raise ZwkError(f"Der Zugang für Handys lässt sich nicht öffnen: {error}") from error
            continue
        return one
    raise ZwkError(
        f"Der Zugang für Handys lässt sich nicht öffnen: Die Ports {PORT} bis {PORT + TRIES - 1} sind alle belegt. "
        "Bitte andere Programme schließen oder ohne Handys abstimmen."
    )


_door = Door()


def open_or_close(grace: float = GRACE) -> int | None:
    """Open the door if an open session or an event wants it, at the port it had; else close it after ``grace`` seconds.

    Returns its port if anybody wants it, else None. Raises ZwkError if it can't be opened.
    """
    wanting = sessions.with_door() if sessions.exist() else []
    events = memory.doors()
    if settings.store_url() and (wanting or events):
        raise ZwkError(SHARED)
    if not wanting and not events:
        if grace and _door.port is not None:
            later = threading.Timer(grace, _close_unless_wanted)
            later.daemon = True
            later.start()
        else:
            _door.close()
        return None
    known = [*(one.door_port for one in wanting), *(one.port for one in events.values())]
    port = _door.open(next((one for one in known if one), None))
    for session in wanting:
        if session.door_port != port:
            sessions.change(session.session_id, door_port=port)
    for event, one in events.items():
        if one.port != port:
            memory.keep_door(event, replace(one, port=port))
    return port


def _close_unless_wanted() -> None:
    try:
        open_or_close(0)
    except ZwkError as error:
        log.warning("%s", error)


def reopen() -> None:
    """When the server has started, in a thread of its own: reopen the door for a session or an event that goes on."""

    def job() -> None:
        try:
            if sessions.exist() or memory.doors():
                open_or_close()
        except ZwkError as error:
            log.warning("%s", error)

    threading.Thread(target=job, name="zwk-door-reopen", daemon=True).start()


def close() -> None:
    """Close the door with the server; a session stays open, and ``reopen`` opens the door for it at the next start."""
    _door.close()
