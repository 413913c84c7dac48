"""Slow clients are disconnected, and a low limit of file descriptors is reported at start."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from http.client import HTTPConnection

import pytest

from zwk_data.settings import ROOT
from zwk_data.web.light import door
from zwk_data.web.light.door import Door
from zwk_data.web.shell import middleware

pytestmark = pytest.mark.attack
HEAD = b"GET /mitmachen HTTP/1.1\r\nHost: localhost\r\n"


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The guest door, with little patience."""
    for name, value in {"HEAD": 0.6, "BODY": 0.6, "READING": 0.6, "LOOK": 0.1}.items():
        monkeypatch.setattr(middleware, name, value)
    opened = Door()
    yield opened.open()
    opened.close()


def dialled(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=60)


def ended(one: socket.socket) -> bool:
    """Whether the server has ended the connection, within a minute."""
    try:
        while one.recv(65536):
            pass
    except ConnectionResetError:
        return True
    except TimeoutError:
        return False
    return True


def test_who_says_nothing_or_not_all_is_let_go(port: int) -> None:
    silent, slow, body, again = (dialled(port) for _ in range(4))
    slow.sendall(HEAD)
    body.sendall(b"POST /mitmachen HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\ncode=")
    again.sendall(HEAD + b"\r\n")
    time.sleep(0.2)
    again.sendall(HEAD)
    for one in (silent, slow, body, again):
        with one:
            assert ended(one)


def test_what_is_to_be_sent_is_not_held_back(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Until the packet before it is acknowledged, which takes a browser 40 ms."""
    opened = []
    made = middleware._connection_made
    monkeypatch.setattr(middleware, "_connection_made", lambda one, way: (opened.append(way), made(one, way)))
    one = HTTPConnection("127.0.0.1", port, timeout=60)
    one.request("GET", "/mitmachen")
    assert one.getresponse().status == 200
    (way,) = opened
    assert way.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_a_head_that_comes_byte_by_byte_is_let_go(port: int) -> None:
    def drip(one: socket.socket) -> None:
        for sign in HEAD * 20:
            one.sendall(bytes([sign]))
            time.sleep(0.02)

    with dialled(port) as one, pytest.raises((BrokenPipeError, ConnectionResetError)):
        drip(one)


def test_who_asks_in_time_is_answered_again_and_again(port: int) -> None:
    one = HTTPConnection("127.0.0.1", port, timeout=60)
    one.connect()
    used = one.sock
    for _ in range(4):
        one.request("GET", "/mitmachen")
        answer = one.getresponse()
        assert (answer.status, b"</html>" in answer.read()) == (200, True)
        assert one.sock is used, "the same connection"
        time.sleep(0.8)
    one.close()


def test_more_than_there_is_room_for_are_turned_away(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "MOST_PHONES", 5)
    small = Door()
    try:
        at = small.open()
        kept = [dialled(at) for _ in range(5)]
        time.sleep(0.3)
        with dialled(at) as one:
            assert ended(one)
        for other in kept:
            other.close()
    finally:
        small.close()


LIMITS = """
import resource, sys
resource.setrlimit(resource.RLIMIT_NOFILE, ({soft}, {hard}))
from zwk_data.web.shell import middleware
print(middleware.open_files(), middleware.few_open_files())
"""


@pytest.mark.skipif(middleware.resource is None, reason="there is no such limit here")
@pytest.mark.parametrize(("soft", "hard", "said"), [(256, 1024, "1024"), (1024, 8000, "8000")])
def test_the_limit_is_raised_as_far_as_may_be_and_told_if_it_is_low(soft: int, hard: int, said: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LIMITS.format(soft=soft, hard=hard)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    limit, _, sentence = done.stdout.strip().partition(" ")
    assert limit == said
    assert ("etwa 128 Menschen" in sentence and "LimitNOFILE=65536" in sentence) == (hard == 1024)
