"""What strangers try on a real server: foreign host names, foreign pages, unsolicited files."""

from __future__ import annotations

import asyncio
import platform
import socket
import uuid
from collections.abc import Iterator
from contextlib import suppress
from urllib.parse import urlsplit

import httpx
import pytest
import streamlit as st
import websockets
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.web.asgi import awaited
from tests.web.stream import run_page, stream
from zwk_data.settings import ROOT
from zwk_data.web.shell import middleware

pytestmark = [pytest.mark.browser, pytest.mark.attack]
MB = 1_000_000


@pytest.fixture(scope="module")
def url(serve) -> str:
    return serve("demo")


@pytest.fixture(scope="module", autouse=True)
def silent(url) -> Iterator[socket.socket]:
    """A connection that begins to ask and says no more, while the other tests run."""
    address = urlsplit(url)
    with socket.create_connection((address.hostname, address.port), timeout=middleware.HEAD + 20) as one:
        one.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n")
        yield one


@pytest.mark.parametrize("origin", ["http://angreifer.example", "http://localhost:1", "null"])
def test_a_foreign_page_gets_no_session(url, origin):
    async def knock() -> None:
        async with stream(url, origin=origin):
            pass

    with pytest.raises(websockets.InvalidStatus, match="403"):
        awaited(knock())


def test_a_name_bent_to_this_machine_gets_nothing(url):
    for path in ("/", "/karte", "/_stcore/health", "/_stcore/host-config"):
        assert httpx.get(f"{url}{path}", headers={"Host": "rebind.angreifer.example"}).status_code == 421


def test_a_visitor_is_told_nothing_of_the_server(url):
    async def visit() -> list[bytes]:
        async with stream(url) as one:
            return await run_page(one, "quellen")

    said = awaited(visit())
    begun = next(one.new_session for one in map(ForwardMsg.FromString, said) if one.WhichOneof("type") == "new_session")
    assert begun.main_script_path == ""
    assert not begun.initialize.environment_info.ListFields()
    heard = b"".join(said).decode("utf-8", "ignore") + "".join(
        httpx.get(f"{url}{path}").text for path in ("/", "/_stcore/health", "/_stcore/host-config", "/gibt-es-nicht")
    )
    for word in (str(ROOT), platform.python_version(), st.__version__):
        assert word not in heard


def _session(said: list[bytes]) -> str:
    """The id of the session, which the server says at the beginning of its first run."""
    heard = map(ForwardMsg.FromString, said)
    return next(one.new_session.initialize.session_id for one in heard if one.WhichOneof("type") == "new_session")


def _send(url: str, session: str, token: str, size: int = MB) -> int:
    """Send a file as a page does; returns the status of the answer."""
    address = f"{url}/_stcore/upload_file/{session}/{uuid.uuid4()}"
    headers = {"X-Xsrftoken": token, "Cookie": f"_streamlit_xsrf={token}"}
    return httpx.put(address, files={"file": ("liste.csv", b"x" * size)}, headers=headers, timeout=60).status_code


def _drop(url: str, session: str, token: str) -> int:
    """Have a file of the session removed; returns the status of the answer."""
    headers = {"X-Xsrftoken": token, "Cookie": f"_streamlit_xsrf={token}"}
    return httpx.delete(f"{url}/_stcore/upload_file/{session}/{uuid.uuid4()}", headers=headers, timeout=60).status_code


def test_a_file_is_taken_where_a_page_awaited_one_and_while_there_is_room(url):
    own, other = (httpx.get(f"{url}/_stcore/health").cookies["_streamlit_xsrf"] for _ in range(2))

    async def play() -> dict[str, int]:
        found = {}
        async with stream(url, {"_streamlit_xsrf": own}) as socket:

            async def send(size: int = MB) -> int:
                return await asyncio.to_thread(_send, url, session, own, size)

            session = _session(await run_page(socket, "quellen"))
            found["on a page without a field"] = await send()
            await run_page(socket, "datenpflege?teil=import")
            found["where it is awaited"] = await send()
            found["from another browser"] = await asyncio.to_thread(_send, url, session, other)
            found["taken away from another browser"] = await asyncio.to_thread(_drop, url, session, other)
            found["taken away"] = await asyncio.to_thread(_drop, url, session, own)
            found["once more"] = await send(9 * MB)
            found["and more"] = await send(9 * MB)
            found["too much"] = await send(9 * MB)
        return found

    assert awaited(play()) == {
        "on a page without a field": 403,
        "where it is awaited": 204,
        "from another browser": 403,
        "taken away from another browser": 403,
        "taken away": 204,
        "once more": 204,
        "and more": 204,
        "too much": 507,
    }


def test_a_connection_that_says_nothing_is_let_go(silent):
    with suppress(ConnectionResetError):
        assert silent.recv(1) == b""
