"""How many connections the server keeps, how long it waits for a slow one, how well messages are packed.

Uvicorn waits for ever for the rest of a request, and for a client to read its answer: a thousand connections that say
nothing use up what a process may hold open, and nobody else gets in.

Each run of a page sends nearly what the run before sent. Uvicorn lets the compression of its websockets remember 4 kB,
and a run of the page Karte has 11: with 16 kB another indicator takes 1.3 kB instead of 4.8, for 65 kB of memory more a
session. There is no setting for any of this.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from functools import lru_cache
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets import websockets_sansio_impl
from websockets.extensions.permessage_deflate import ServerPerMessageDeflateFactory

try:
    import resource
except ImportError:  # not on Windows, which has no such limit
    resource = None  # type: ignore[assignment]

log = logging.getLogger(__name__)
security = logging.getLogger("zwk_data.sicherheit")
#: open files and connections that a process asks for, and below which it says how few people that is
WANTED, ENOUGH = 65_536, 4_096
#: what one person's browser takes while a page is opened: six connections, the stream, a file of the server's
PER_PERSON = 8
#: seconds for the head of a request, for its body (10 MB over a slow line), for reading an answer on; and how often it
#: is looked at
HEAD, BODY, READING, LOOK = 15.0, 180.0, 60.0, 2.0
FEW = (
    "Dieser Server darf nur {limit} Dateien und Verbindungen zugleich offen haben; das reicht für etwa {people} "
    "Menschen zugleich. Bitte die Grenze anheben: in systemd „LimitNOFILE=65536“, in einer Konsole „ulimit -n 65536“ "
    "(Handbuch Betrieb, „Grenzen“)."
)


@lru_cache(maxsize=1)
def open_files() -> int:
    """How many files and connections this process may hold open; raised as far as it may itself."""
    if resource is None:
        return WANTED
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = WANTED if hard == resource.RLIM_INFINITY else min(WANTED, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
            soft = wanted
    return WANTED if soft == resource.RLIM_INFINITY else soft


def most_connections() -> int:
    """How many connections are kept; the rest of what may be open is for files, stores and the guest door."""
    return open_files() * 3 // 4


def few_open_files() -> str:
    """A German sentence if this process may hold so few files open that a busy day would stop it; "" else."""
    limit = open_files()
    return FEW.format(limit=limit, people=limit // PER_PERSON) if limit < ENOUGH else ""


_connection_made = H11Protocol.connection_made


def _watched(self: H11Protocol, transport: asyncio.Transport) -> None:
    _connection_made(self, transport)
    if self.limit_concurrency is None:
        self.limit_concurrency = most_connections()
    if len(self.connections) > self.limit_concurrency:
        # too many even to say so
        transport.abort()
        return
    self.loop.call_later(LOOK, _look, self, None, self.loop.time())


def _look(one: H11Protocol, before: Any, since: float) -> None:
    """Look at a connection every LOOK seconds; end it if nothing has come of it for too long."""
    transport = one.transport
    # after an upgrade the websocket keeps watch itself, by pings
    if transport.is_closing() or transport.get_protocol() is not one:
        return
    now = one.loop.time()
    found, patience = _waits_for(one)
    if found != before:
        since = now
    elif patience is not None and now - since > patience:
        security.warning("Verbindung beendet: zu langsam (%s)", found[0])
        transport.abort()
        return
    one.loop.call_later(LOOK, _look, one, found, since)


def _waits_for(one: H11Protocol) -> tuple[tuple[str, object], float | None]:
    """What the server waits for with this connection, and for how many seconds at most; None: for nothing of theirs."""
    if one.flow.write_paused:
        # moves on with every byte that is taken
        return ("Antwort", one.transport.get_write_buffer_size()), READING
    theirs = one.conn.their_state
    if theirs is h11.SEND_BODY:
        return ("Inhalt", id(one.cycle)), BODY
    if theirs is h11.IDLE and one.timeout_keep_alive_task is None:
        return ("Kopf", id(one.cycle)), HEAD
    return ("", None), None


def watch_connections() -> None:
    """Bound the connections that are opened from now on, in number and patience."""
    setattr(H11Protocol, "connection_made", _watched)  # noqa: B010 - its type is a method


#: bits of the window, and zlib's level of memory that goes with it
WINDOW, MEMORY = 14, 6


def _remembering(**asked: object) -> ServerPerMessageDeflateFactory:
    return ServerPerMessageDeflateFactory(
        server_max_window_bits=WINDOW, client_max_window_bits=12, compress_settings={"memLevel": MEMORY}
    )


def remember_a_run() -> None:
    """Give websockets opened from now on a window that holds the previous run."""
    setattr(websockets_sansio_impl, "ServerPerMessageDeflateFactory", _remembering)  # noqa: B010 - its type is a class
