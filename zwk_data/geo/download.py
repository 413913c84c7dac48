"""Get one large file over HTTP: resumable, checked, with progress; every fault is one German sentence.

No library does all of this (docs/decisions/0019-own-downloader.md); requests, tqdm and hashlib do the parts.
"""

from __future__ import annotations

import errno
import hashlib
import json
import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import urlsplit

import requests
from requests.exceptions import InvalidSchema, InvalidURL, MissingSchema, RequestException
from tqdm import tqdm

from zwk_data.errors import ZwkError

CHUNK = 1 << 16
#: seconds to connect, and between two pieces of the answer
TIMEOUT = (10.0, 60.0)
#: attempts within one call, and if the server never answers
ATTEMPTS, UNANSWERED_ATTEMPTS = 5, 3
#: statuses of a server that may answer better in a moment
BUSY = (429, 500, 502, 503, 504)


@dataclass(frozen=True)
class Download:
    """A finished download: where it lies, its checksum, and whether that was checked against a known one."""

    file: Path
    sha256: str
    checked: bool


def fetch(url: str, target: Path, *, sha256: str | None = None, pause: float = 1.0, quiet: bool = False) -> Download:
    """Download ``url`` to ``target``, replacing it; ``sha256``: the known checksum, None if there is none.

    What arrives is kept in ``target`` + ``.part``; a later call goes on from there if the file on the server is
    still the same (ETag or Last-Modified). ``pause``: seconds before the second attempt, doubled before each later one.

    Raises ZwkError: no network, refused, not found, checksum wrong (nothing is kept), disk full (part is kept).
    """
    part = target.with_name(target.name + ".part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _complete(url, part, pause, quiet)
        with part.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        if sha256 is not None and digest != sha256.lower():
            _forget(part)
            raise ZwkError(
                f"Die Prüfsumme der Datei von {_host(url)} stimmt nicht (erwartet {sha256[:12]}…, "
                f"erhalten {digest[:12]}…); die Datei wurde gelöscht. "
                "Entweder ist sie beschädigt oder der Herausgeber hat sie ersetzt."
            )
        part.replace(target)
        _forget(part)
    except OSError as fault:
        if fault.errno == errno.ENOSPC:
            problem = "Auf dem Datenträger ist kein Platz mehr"
        else:
            problem = f"„{target.name}“ lässt sich nicht schreiben ({fault.strerror or fault})"
        raise ZwkError(f"{problem}; bitte Platz schaffen oder ZWK_HOME ändern und noch einmal starten.") from fault
    return Download(target, digest, checked=sha256 is not None)


def _complete(url: str, part: Path, pause: float, quiet: bool) -> None:
    """Transfer until ``part`` is whole. Raises ZwkError if the server can't be reached or breaks off every time."""
    answered, attempt = False, 0
    while True:
        try:
            with _ask(url, *_resume_point(part, url)) as answer:
                answered = True
                _receive(answer, url, part, quiet)
            return
        except (InvalidURL, MissingSchema, InvalidSchema) as fault:
            raise ZwkError(f"„{url}“ ist keine Adresse, von der sich etwas laden lässt.") from fault
        except RequestException as fault:
            attempt += 1
            if not answered and attempt >= UNANSWERED_ATTEMPTS:
                raise ZwkError(
                    f"{_host(url)} ist nicht zu erreichen. "
                    "Ohne Netz geht es mit einer Datei: „boundaries --from DATEI“."
                ) from fault
            if attempt >= ATTEMPTS:
                raise ZwkError(
                    f"Die Verbindung zu {_host(url)} bricht immer wieder ab; bitte später noch einmal "
                    "versuchen. Was geladen ist, bleibt liegen und wird fortgesetzt."
                ) from fault
            time.sleep(pause * 2 ** (attempt - 1))


def _ask(url: str, have: int, validator: str) -> requests.Response:
    """The head of the answer, for what is missing after ``have`` bytes. Raises RequestException for none or "busy"."""
    # compressed on the way, the offsets of a resumed download would be wrong
    headers = {"Accept-Encoding": "identity"}
    if have:
        headers |= {"Range": f"bytes={have}-", "If-Range": validator}
    answer = requests.get(url, headers=headers, stream=True, timeout=TIMEOUT)
    if answer.status_code in BUSY:
        answer.close()
        raise RequestException(f"HTTP {answer.status_code}")
    return answer


def _receive(answer: requests.Response, url: str, part: Path, quiet: bool) -> None:
    """Bring ``part`` to completion. Raises RequestException if another attempt may do better."""
    status, content_range, have = answer.status_code, answer.headers.get("Content-Range", ""), _size(part)
    if status == 416:
        if content_range == f"bytes */{have}":
            return  # whole already: the last call ended just before the file got its name
        _forget(part)
        raise RequestException("the part on disk is not of this file")
    if status >= 400:
        raise ZwkError(
            f"{_host(url)} gibt die Datei nicht heraus (HTTP {status}); "
            "bitte die Adresse im Verzeichnis der Grenzen prüfen."
        )
    if status != 206 or not content_range.startswith(f"bytes {have}-"):
        have = 0
    coming = int(answer.headers.get("Content-Length") or 0)
    if coming > shutil.disk_usage(part.parent).free:
        raise OSError(errno.ENOSPC, "no space left")
    _remember(part, url, answer)
    bar = tqdm(
        total=have + coming if coming else None,
        initial=have,
        unit="B",
        unit_scale=True,
        desc=part.stem,
        disable=True if quiet else None,
        leave=False,
    )
    with part.open("ab" if have else "wb") as out, bar:
        _copy(answer, out, bar)


def _copy(answer: requests.Response, out: BinaryIO, bar: tqdm[Any]) -> None:
    for piece in answer.iter_content(CHUNK):
        out.write(piece)
        bar.update(len(piece))


def _size(part: Path) -> int:
    return part.stat().st_size if part.exists() else 0


def _resume_point(part: Path, url: str) -> tuple[int, str]:
    """How much of the same file is here already, and by what the server can tell that it is the same."""
    try:
        note = json.loads(_note(part).read_text(encoding="utf-8"))
        have = part.stat().st_size
    except (OSError, ValueError):
        return 0, ""
    if note.get("url") != url or not note.get("validator"):
        return 0, ""
    return have, note["validator"]


def _remember(part: Path, url: str, answer: requests.Response) -> None:
    # A weak ETag may stand for other bytes, so it can't be used to go on.
    tag = answer.headers.get("ETag", "")
    validator = tag if tag and not tag.startswith("W/") else answer.headers.get("Last-Modified", "")
    _note(part).write_text(json.dumps({"url": url, "validator": validator}), encoding="utf-8")


def _note(part: Path) -> Path:
    return part.with_name(part.name + ".json")


def _forget(part: Path) -> None:
    part.unlink(missing_ok=True)
    _note(part).unlink(missing_ok=True)


def _host(url: str) -> str:
    return urlsplit(url).hostname or url
