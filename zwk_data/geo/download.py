"""Get one large file over HTTP: resumable, checked, with progress; every fault is one German sentence."""

from __future__ import annotations

import errno
import hashlib
import json
import re
import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from tqdm import tqdm
from urllib3.util import Retry

from zwk_data.errors import ZwkError

CHUNK = 1 << 16
#: seconds to connect, and between two pieces of the answer
TIMEOUT = (10.0, 60.0)
#: how often a broken transfer is taken up again within one call
ATTEMPTS = 5


class BrokenTransfer(Exception):  # noqa: N818
    """The connection ended in the middle; what arrived is kept."""


@dataclass(frozen=True)
class Download:
    """A finished download: where it lies, its checksum, and whether that was checked against a known one."""

    file: Path
    sha256: str
    checked: bool


def fetch(url: str, target: Path, *, sha256: str | None = None, pause: float = 1.0, quiet: bool = False) -> Download:
    """Download ``url`` to ``target``, replacing it; ``sha256``: the known checksum, None if there is none.

    What arrives is kept in ``target`` + ``.part``; a later call goes on from there if the file on the server is
    still the same (ETag or Last-Modified). ``pause``: seconds before the first repetition, doubling each time.

    Raises ZwkError: no network, refused, not found, checksum wrong (nothing is kept), disk full (part is kept).
    """
    part = target.with_name(target.name + ".part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with _session() as session:
            for attempt in range(ATTEMPTS):
                try:
                    _transfer(session, url, part, quiet)
                    break
                except BrokenTransfer as fault:
                    if attempt == ATTEMPTS - 1:
                        raise ZwkError(
                            f"Die Verbindung zu {_host(url)} bricht immer wieder ab; bitte später noch einmal "
                            "versuchen. Was geladen ist, bleibt liegen und wird fortgesetzt."
                        ) from fault
                    time.sleep(pause * 2**attempt)
        digest = _digest(part)
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


def _session() -> requests.Session:
    """Tries again by itself while nothing has arrived yet: busy server, refused or lost connection."""
    retry = Retry(
        total=3,
        connect=2,
        read=2,
        backoff_factor=0.3,
        status_forcelist=(429, 500, 502, 503, 504),
        respect_retry_after_header=False,  # it may ask for an hour
    )
    session = requests.Session()
    for scheme in ("http://", "https://"):
        session.mount(scheme, HTTPAdapter(max_retries=retry))
    # Compressed on the way, the offsets of a resumed download would be wrong.
    session.headers["Accept-Encoding"] = "identity"
    return session


def _transfer(session: requests.Session, url: str, part: Path, quiet: bool) -> None:
    """Bring ``part`` to completion, from where it stands. Raises BrokenTransfer or ZwkError."""
    have, validator = _resume_point(part, url)
    headers = {"Range": f"bytes={have}-", "If-Range": validator} if have else {}
    try:
        with session.get(url, headers=headers, stream=True, timeout=TIMEOUT) as answer:
            if answer.status_code == 416:
                if answer.headers.get("Content-Range") == f"bytes */{have}":
                    return  # complete already: the last call ended just before the file got its name
                _forget(part)
                raise BrokenTransfer
            if answer.status_code >= 400:
                raise ZwkError(
                    f"{_host(url)} gibt die Datei nicht heraus (HTTP {answer.status_code}); "
                    "bitte die Adresse im Verzeichnis der Grenzen prüfen."
                )
            if answer.status_code != 206 or _start(answer) != have:
                have = 0
            coming = int(answer.headers.get("Content-Length") or 0)
            if coming > shutil.disk_usage(part.parent).free:
                raise OSError(errno.ENOSPC, "no space left")
            _remember(part, url, answer)
            with part.open("ab" if have else "wb") as out:
                _copy(answer, out, have, have + coming if coming else None, part.stem, quiet)
    except (requests.exceptions.ChunkedEncodingError, requests.exceptions.ContentDecodingError) as fault:
        raise BrokenTransfer from fault
    except (
        requests.exceptions.InvalidURL,
        requests.exceptions.MissingSchema,
        requests.exceptions.InvalidSchema,
    ) as fault:
        raise ZwkError(f"„{url}“ ist keine Adresse, von der sich etwas laden lässt.") from fault
    except requests.exceptions.RequestException as fault:
        # After the head has arrived, requests reports a timeout or reset as a plain ConnectionError.
        if part.exists() and part.stat().st_size > have:
            raise BrokenTransfer from fault
        raise ZwkError(
            f"{_host(url)} ist nicht zu erreichen. Ohne Netz geht es mit einer Datei: „boundaries --from DATEI“."
        ) from fault


def _copy(answer: requests.Response, out: BinaryIO, have: int, total: int | None, name: str, quiet: bool) -> None:
    bar = tqdm(
        total=total, initial=have, unit="B", unit_scale=True, desc=name, disable=True if quiet else None, leave=False
    )
    with bar:
        for piece in answer.iter_content(CHUNK):
            out.write(piece)
            bar.update(len(piece))


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


def _start(answer: requests.Response) -> int:
    match = re.match(r"bytes (\d+)-", answer.headers.get("Content-Range", ""))
    return int(match[1]) if match else -1


def _note(part: Path) -> Path:
    return part.with_name(part.name + ".json")


def _forget(part: Path) -> None:
    part.unlink(missing_ok=True)
    _note(part).unlink(missing_ok=True)


def _digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _host(url: str) -> str:
    return urlsplit(url).hostname or url
