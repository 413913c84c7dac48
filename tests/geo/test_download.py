"""Downloads from a server of our own that can cut, refuse, change and lie."""

from __future__ import annotations

import errno
import hashlib
import http.server
import re
import socket
import threading
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from zwk_data.errors import ZwkError
from zwk_data.geo import install
from zwk_data.geo.install import fetch

CONTENT = bytes(range(256)) * 4000  # 1 MB


@dataclass
class Behaviour:
    content: bytes = CONTENT
    etag: str | None = '"v1"'
    modified: str | None = None
    #: bytes sent of each answer before the connection ends; None: all. The last one counts for all later answers
    cuts: list[int | None] = field(default_factory=lambda: [None])
    statuses: list[int] = field(default_factory=list)
    ranges: bool = True
    seen: list[dict[str, str]] = field(default_factory=list)


class Handler(http.server.BaseHTTPRequestHandler):
    behaviour: Behaviour

    def do_GET(self) -> None:
        does = self.behaviour
        does.seen.append(dict(self.headers))
        if does.statuses:
            self.send_response(does.statuses.pop(0))
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        start = self._start()
        if start is not None and start >= len(does.content):
            self.send_response(416)
            self.send_header("Content-Range", f"bytes */{len(does.content)}")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        body = does.content[start or 0 :]
        self.send_response(200 if start is None else 206)
        if start is not None:
            self.send_header("Content-Range", f"bytes {start}-{len(does.content) - 1}/{len(does.content)}")
        if does.etag:
            self.send_header("ETag", does.etag)
        if does.modified:
            self.send_header("Last-Modified", does.modified)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        cut = does.cuts.pop(0) if len(does.cuts) > 1 else does.cuts[0]
        self.wfile.write(body[:cut])
        if cut is not None and cut < len(body):
            self.connection.shutdown(socket.SHUT_RDWR)

    def _start(self) -> int | None:
        match = re.match(r"bytes=(\d+)-", self.headers.get("Range", ""))
        same = self.headers.get("If-Range") in (self.behaviour.etag, self.behaviour.modified)
        return int(match[1]) if match and same and self.behaviour.ranges else None

    def log_message(self, *_: object) -> None:
        pass


class Server(http.server.ThreadingHTTPServer):
    def handle_error(self, *_: object) -> None:
        """A client that hangs up on a cut answer is what these tests are about."""


@pytest.fixture
def server():
    behaviour = Behaviour()
    handler = type("OwnHandler", (Handler,), {"behaviour": behaviour})
    with Server(("127.0.0.1", 0), handler) as running:
        thread = threading.Thread(target=running.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{running.server_port}/vg250.zip", behaviour
        running.shutdown()
        thread.join()


def get(url: str, target: Path, **options: object) -> install.Download:
    return fetch(url, target, pause=0.0, quiet=True, **options)


def left(target: Path) -> list[str]:
    return sorted(file.name for file in target.parent.iterdir())


def test_whole_file(server, tmp_path: Path):
    url, does = server
    got = get(url, tmp_path / "new" / "vg250.zip", sha256=hashlib.sha256(CONTENT).hexdigest().upper())
    assert got.file.read_bytes() == CONTENT
    assert got.sha256 == hashlib.sha256(CONTENT).hexdigest()
    assert got.checked
    assert left(got.file) == ["vg250.zip"], "no part and no note are left"
    assert does.seen[0]["Accept-Encoding"] == "identity"


def test_without_checksum_it_says_so(server, tmp_path: Path):
    assert not get(server[0], tmp_path / "vg250.zip").checked


def test_cut_connections_are_taken_up_where_they_ended(server, tmp_path: Path):
    url, does = server
    does.cuts = [300_000, 0, 200_000, None]
    got = get(url, tmp_path / "vg250.zip", sha256=hashlib.sha256(CONTENT).hexdigest())
    assert got.file.read_bytes() == CONTENT
    asked = [seen.get("Range") for seen in does.seen]
    assert asked[0] is None
    starts = [int(part[6:-1]) for part in asked[1:]]
    assert starts == sorted(starts)
    assert starts[0] > 0
    assert all(seen["If-Range"] == '"v1"' for seen in does.seen[1:])


def test_a_later_call_goes_on(server, tmp_path: Path):
    url, does = server
    does.cuts = [200_000] + [0] * 20
    with pytest.raises(ZwkError):
        get(url, tmp_path / "vg250.zip")
    assert left(tmp_path / "x") == ["vg250.zip.part", "vg250.zip.part.json"]
    arrived = (tmp_path / "vg250.zip.part").stat().st_size
    assert 0 < arrived <= 200_000
    does.cuts, does.seen[:] = [None], []
    assert get(url, tmp_path / "vg250.zip").file.read_bytes() == CONTENT
    assert does.seen[0]["Range"] == f"bytes={arrived}-"


@pytest.mark.parametrize("change", ["etag", "url", "no ranges"])
def test_what_changed_meanwhile_is_loaded_anew(server, tmp_path: Path, change: str):
    url, does = server
    does.cuts = [200_000] + [0] * 20
    with pytest.raises(ZwkError):
        get(url, tmp_path / "vg250.zip")
    does.cuts, does.content = [None], CONTENT[::-1]
    if change == "etag":
        does.etag = '"v2"'
    elif change == "url":
        url += "?2025"
    else:
        does.ranges = False
    assert get(url, tmp_path / "vg250.zip").file.read_bytes() == CONTENT[::-1]


@pytest.mark.parametrize(
    ("etag", "modified", "sent"),
    [
        ('W/"v1"', "Tue, 02 Jan 2024 00:00:00 GMT", "Tue, 02 Jan 2024 00:00:00 GMT"),
        (None, "Tue, 02 Jan 2024 00:00:00 GMT", "Tue, 02 Jan 2024 00:00:00 GMT"),
        (None, None, None),
        ('W/"v1"', None, None),
    ],
    ids=["weak tag: date", "date", "nothing: anew", "weak tag alone: anew"],
)
def test_by_what_the_server_can_tell(server, tmp_path: Path, etag, modified, sent):
    url, does = server
    does.etag, does.modified, does.cuts = etag, modified, [200_000, None]
    assert get(url, tmp_path / "vg250.zip").file.read_bytes() == CONTENT
    assert does.seen[1].get("If-Range") == sent


def test_a_complete_part_only_gets_its_name(server, tmp_path: Path):
    url, does = server
    does.cuts = [len(CONTENT) - 1] + [0] * 20
    with pytest.raises(ZwkError):
        get(url, tmp_path / "vg250.zip")
    part = tmp_path / "vg250.zip.part"
    part.write_bytes(CONTENT)
    does.cuts = [None]
    assert get(url, tmp_path / "vg250.zip").file.read_bytes() == CONTENT


def test_a_part_longer_than_the_file_is_dropped(server, tmp_path: Path):
    url, does = server
    does.cuts = [200_000] + [0] * 20
    with pytest.raises(ZwkError):
        get(url, tmp_path / "vg250.zip")
    (tmp_path / "vg250.zip.part").write_bytes(CONTENT + b"more")
    does.cuts = [None]
    assert get(url, tmp_path / "vg250.zip").file.read_bytes() == CONTENT


def test_wrong_checksum_keeps_nothing_and_the_old_file(server, tmp_path: Path):
    target = tmp_path / "vg250.zip"
    target.write_bytes(b"last year")
    with pytest.raises(ZwkError, match=r"Die Prüfsumme der Datei von 127\.0\.0\.1 stimmt nicht") as fault:
        get(server[0], target, sha256="0" * 64)
    assert "die Datei wurde gelöscht" in str(fault.value)
    assert left(target) == ["vg250.zip"]
    assert target.read_bytes() == b"last year"


def test_a_busy_server_is_asked_again(server, tmp_path: Path):
    url, does = server
    does.statuses = [503, 502]
    assert get(url, tmp_path / "vg250.zip").file.read_bytes() == CONTENT


@pytest.mark.parametrize("status", [403, 404, 410])
def test_refused_by_the_server(server, tmp_path: Path, status: int):
    url, does = server
    does.statuses = [status]
    with pytest.raises(ZwkError, match=rf"gibt die Datei nicht heraus \(HTTP {status}\)"):
        get(url, tmp_path / "vg250.zip")


def test_no_network(tmp_path: Path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(ZwkError, match=r"127\.0\.0\.1 ist nicht zu erreichen\. Ohne Netz geht es mit einer Datei"):
        get(f"http://127.0.0.1:{port}/vg250.zip", tmp_path / "vg250.zip")
    assert left(tmp_path / "x") == []


@pytest.mark.parametrize("url", ["ftp://127.0.0.1/x", "keine adresse", "http://"])
def test_no_address(tmp_path: Path, url: str):
    with pytest.raises(ZwkError, match="ist keine Adresse"):
        get(url, tmp_path / "vg250.zip")


def test_a_connection_that_always_breaks_ends(server, tmp_path: Path):
    url, does = server
    does.cuts = [10_000]
    with pytest.raises(ZwkError, match="bricht immer wieder ab"):
        get(url, tmp_path / "vg250.zip")
    assert len(does.seen) == install.ATTEMPTS


def test_disk_full_before_the_start(server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    usage = type("usage", (), {"free": 1000})
    monkeypatch.setattr(install.shutil, "disk_usage", lambda _: usage)
    with pytest.raises(ZwkError, match="Auf dem Datenträger ist kein Platz mehr"):
        get(server[0], tmp_path / "vg250.zip")


def test_disk_full_in_the_middle_keeps_what_arrived(server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    real = install._copy

    def full(answer, out, *rest):
        out.write(next(answer.iter_content(50_000)))
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(install, "_copy", full)
    with pytest.raises(ZwkError, match="kein Platz mehr; bitte Platz schaffen oder ZWK_HOME ändern"):
        get(server[0], tmp_path / "vg250.zip")
    assert (tmp_path / "vg250.zip.part").stat().st_size == 50_000
    monkeypatch.setattr(install, "_copy", real)
    assert get(server[0], tmp_path / "vg250.zip").file.read_bytes() == CONTENT
    assert server[1].seen[-1]["Range"] == "bytes=50000-"


def test_a_place_that_cannot_be_written(server, tmp_path: Path):
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    with pytest.raises(ZwkError, match=r"„vg250\.zip“ lässt sich nicht schreiben"):
        get(server[0], tmp_path / "file" / "vg250.zip")
