"""Ask a server as a page does, without a browser: over a bare websocket, and logged in as its button leads."""

from __future__ import annotations

import asyncio
import base64
import hmac
import json
import re
import time
from collections.abc import Mapping
from urllib.parse import urlsplit

import httpx
import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

#: an element's id ends in the key of its widget
WIDGET = re.compile(r"\$\$ID-[0-9a-f]+-([\w-]+)")
#: id of a widget -> kind of its value, value
States = Mapping[str, tuple[str, object]]
_TOKEN = "_streamlit_xsrf"


def stream(
    url: str, cookies: Mapping[str, str] | None = None, origin: str = "", session: str = ""
) -> websockets.connect:
    """A connection with these cookies, from a page of ``origin`` (the server's own if empty), asking for a session."""
    kept = cookies or {}
    # Streamlit believes the cookies only of who repeats one of them, as its own page does
    pair = [kept[_TOKEN]] if _TOKEN in kept else []
    tokens = ["streamlit", *(pair or ["-"]), session] if session else ["streamlit", *pair]
    return websockets.connect(
        f"{url.replace('http', 'ws')}/_stcore/stream",
        subprotocols=[websockets.Subprotocol(one) for one in tokens],
        max_size=None,
        origin=websockets.Origin(origin or url),
        additional_headers={"Cookie": "; ".join(f"{name}={value}" for name, value in kept.items())},
    )


async def run_page(socket: websockets.ClientConnection, address: str, states: States | None = None) -> list[bytes]:
    """Run a page; returns what the server sends. ``states``: the widget values it receives."""
    message = BackMsg()
    message.rerun_script.page_name = urlsplit(address).path.strip("/")
    message.rerun_script.query_string = urlsplit(address).query
    for one, (kind, value) in (states or {}).items():
        setattr(message.rerun_script.widget_states.widgets.add(id=one), kind, value)
    await socket.send(message.SerializeToString())
    said: list[bytes] = []
    async with asyncio.timeout(60):
        async for raw in socket:
            said.append(raw if isinstance(raw, bytes) else raw.encode())
            heard = ForwardMsg.FromString(said[-1])
            ended = heard.WhichOneof("type") == "script_finished"
            # after saving a page runs once more
            if ended and heard.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                return said
    raise AssertionError("the server closed the connection")


async def page_said(
    url: str, address: str, cookies: Mapping[str, str] | None = None, states: States | None = None
) -> str:
    """What the server sends for a page in a new session, as text; with ``states``: for its second run."""
    async with stream(url, cookies) as socket:
        if states:
            # a page must have drawn its widgets before it takes values for them
            await run_page(socket, address)
        return "".join(one.decode("utf-8", "ignore") for one in await run_page(socket, address, states))


def log_in(browser: httpx.Client, secret: str, who: str) -> httpx.Response:
    """Log in as ``who`` at the provider's that tests run; the answer to coming back. ``secret``: the server's."""
    home = str(browser.base_url).rstrip("/")
    browser.get("/quellen")
    asked = browser.get("/auth/login", params={"provider": _token(secret)}, headers={"Referer": f"{home}/quellen"})
    assert asked.status_code in (302, 303, 307), asked.text
    with httpx.Client(timeout=30) as at_the_provider:
        agreed = at_the_provider.post(asked.headers["location"], data={"sub": who})
    assert agreed.headers["location"].startswith(f"{home}/oauth2callback?")
    arrived = browser.get(agreed.headers["location"])
    # and the page that it leads to
    browser.get(arrived.headers["location"])
    return arrived


def _token(secret: str) -> str:
    """What Streamlit's button hands to ``/auth/login``: a JWT of the server's secret."""

    def packed(content: bytes) -> str:
        return base64.urlsafe_b64encode(content).rstrip(b"=").decode()

    parts = [{"alg": "HS256", "typ": "JWT"}, {"provider": "default", "exp": int(time.time()) + 60}]
    said = ".".join(packed(json.dumps(part).encode()) for part in parts)
    return f"{said}.{packed(hmac.digest(secret.encode(), said.encode(), 'sha256'))}"
