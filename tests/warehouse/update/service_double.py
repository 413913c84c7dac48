"""A GENESIS web service on this machine that answers as recorded: packed csv, JSON for refusals."""

from __future__ import annotations

import io
import json
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

USER, PASSWORD = "pruefkennung", "geheim-4711"


@dataclass
class Reply:
    """One answer: HTTP status, media type, body, and how many bytes of it are sent before the line breaks."""

    body: bytes
    status: int = 200
    kind: str = "application/json;charset=UTF-8"
    sent: int | None = None


@dataclass
class Service:
    """What the service answers to the n-th request for a table, and what it was asked."""

    url: str = ""
    replies: dict[str, list[Reply]] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)

    def reply(self, name: str) -> Reply:
        """The next answer for a table; the last one stays."""
        queue = self.replies.get(name)
        if not queue:
            return said(90, "Die angeforderte Tabelle ist nicht vorhanden.")
        return queue.pop(0) if len(queue) > 1 else queue[0]


def packed(csv: bytes, name: str = "antwort_de_flat.csv") -> Reply:
    """A table as the services hand it out: a zip with one csv."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, csv)
    return Reply(file.getvalue(), kind="application/zip")


def said(code: int, content: str, kind: str = "Information", status: int = 200) -> Reply:
    """A refusal in the envelope of the web service."""
    body = {
        "Ident": {"Service": "data", "Method": "tablefile"},
        "Status": {"Code": code, "Content": content, "Type": kind},
    }
    return Reply(json.dumps(body).encode(), status=status)


def wrong_login() -> Reply:
    """The refusal of wrong access data."""
    content = "Ein Fehler ist aufgetreten. (Bitte überprüfen Sie Ihren Benutzernamen bzw. Ihr Passwort.)"
    return Reply(json.dumps({"Code": 15, "Content": content, "Type": "ERROR"}).encode(), status=401)


@contextmanager
def running() -> Iterator[Service]:
    """The service on a free port of this machine."""
    service = Service()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(service))
    service.url = f"http://127.0.0.1:{server.server_port}/genesisws/rest/2020/"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(service: Service) -> Callable[..., BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            asked = {key: values[0] for key, values in parse_qs(body, keep_blank_values=True).items()}
            service.paths.append(self.path)
            service.asked.append(asked)
            service.headers.append(dict(self.headers))
            login = (self.headers["username"], self.headers["password"])
            reply = service.reply(asked.get("name", "")) if login == (USER, PASSWORD) else wrong_login()
            self.send_response(reply.status)
            self.send_header("Content-Type", reply.kind)
            self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body[: reply.sent])
            if reply.sent is not None:
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            pass

    return Handler
