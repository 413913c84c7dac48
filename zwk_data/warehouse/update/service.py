"""Get one table from a GENESIS web service through pystatis, as the bytes that the service sends."""

from __future__ import annotations

import contextlib
import errno
import io
import logging
import re
import tempfile
import zipfile
from collections.abc import Iterator

import requests

from zwk_data.errors import ZwkError
from zwk_data.warehouse.update.access import Access, access_data, access_settings
from zwk_data.warehouse.update.catalogue import Database, Table

#: how often a table is asked for in all while the service is down or the line breaks
ATTEMPTS = 3
_CODE = re.compile(r"returned a (\d{3}) status")
_LOGIN = re.compile(r"benutzernam|passwort|kennung|anmeld|login|password|token", re.IGNORECASE)


class AccessRefused(ZwkError):  # noqa: N818
    """The service does not take these access data: no other table of it needs to be tried."""


def fetch(table: Table, from_year: int | None, *, pause: float = 2.0) -> bytes:
    """The flat csv of ``table`` from ``from_year`` on (None: the newest day), byte for byte as published.

    ``pause``: seconds before the first repetition, doubling. Nothing is kept on disk but while the call lasts.
    Raises ZwkError with one German sentence: no or wrong access data, unknown table, service down, answer cut off.
    """
    who = access_data(table.database)
    with _session(table.database, who):
        from pystatis.http_helper import load_data
        from tenacity import Retrying, retry_if_exception, stop_after_attempt, wait_exponential

        params = {
            "area": "all", "compress": "false", "endyear": "", "format": "ffcsv", "language": "de",
            "name": table.code, "quality": "off", "regionalkey": "", "regionalvariable": "", "stand": "",
            "startyear": "" if from_year is None else str(from_year), "timeslices": "", "job": "false",
        }  # fmt: skip
        retrying = Retrying(
            stop=stop_after_attempt(ATTEMPTS), wait=wait_exponential(multiplier=pause),
            retry=retry_if_exception(_may_pass), reraise=True,
        )  # fmt: skip
        try:
            content = retrying(load_data, "data", "tablefile", params, table.database.key)
            return _unpacked(content)
        # pystatis ends the whole process when a request takes too long
        except (Exception, SystemExit) as fault:
            # nothing of the fault is passed on: it may hold the request with the access data
            raise _sentence(table, who, fault) from None


@contextlib.contextmanager
def _session(database: Database, who: Access) -> Iterator[None]:
    """pystatis set up for one request: access data in memory only, a cache that is gone afterwards.

    Its own cache has no end: an old answer would come back as the newest figures.
    """
    config = access_settings().config
    before = {(database.key, name): config[database.key][name] for name in ("username", "password")}
    before["data", "cache_dir"] = config["data"]["cache_dir"]
    log = logging.getLogger("pystatis")
    level = log.level
    log.setLevel(logging.CRITICAL + 1)
    try:
        with tempfile.TemporaryDirectory(prefix="zwk-") as folder:
            config.set(database.key, "username", who.user)
            config.set(database.key, "password", who.password)
            config.set("data", "cache_dir", folder)
            yield
    finally:
        log.setLevel(level)
        for (section, name), value in before.items():
            config.set(section, name, value)


def _unpacked(content: bytes) -> bytes:
    """The csv of an answer that came packed under a name that pystatis does not know as such."""
    if not content.startswith(b"PK"):
        return content
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return packed.read(packed.namelist()[0])


def _status(fault: BaseException) -> int | None:
    found = _CODE.search(str(fault)) if isinstance(fault, requests.HTTPError) else None
    return int(found[1]) if found else None


def _may_pass(fault: BaseException) -> bool:
    """Whether asking once more may help: service down or line broken, not a refusal and not a timeout of minutes."""
    status = _status(fault)
    broken = (requests.exceptions.ChunkedEncodingError, requests.exceptions.ConnectionError, zipfile.BadZipFile)
    slow = isinstance(fault, requests.exceptions.Timeout)
    return (status is not None and (status >= 500 or status == 429)) or (isinstance(fault, broken) and not slow)


def _sentence(table: Table, who: Access, fault: BaseException) -> ZwkError:
    """One German sentence for whatever went wrong, without a word of the access data."""
    from pystatis.exception import DestatisStatusError, TableNotFoundError

    name, status = table.database.name, _status(fault)
    said = _without(str(fault), who) if isinstance(fault, DestatisStatusError) else ""
    if isinstance(fault, UnicodeError | requests.exceptions.InvalidHeader):
        return AccessRefused(f"Die Zugangsdaten der {name} enthalten Zeichen, die sich nicht übertragen lassen.")
    if status in (401, 403) or _LOGIN.search(said):
        return AccessRefused(
            f"Die {name} nimmt die Zugangsdaten nicht an. Bitte Benutzername und Passwort prüfen "
            f"(Anmeldung zur Probe auf {table.database.register})."
        )
    if isinstance(fault, TableNotFoundError) or status == 404:
        return ZwkError(f"Die Tabelle {table.code} gibt es in der {name} nicht (mehr).")
    if said:
        return ZwkError(f"Die {name} gibt die Tabelle {table.code} nicht heraus: {said.rstrip('.')}.")
    if isinstance(fault, SystemExit | TimeoutError | requests.exceptions.Timeout):
        return ZwkError(f"Die {name} hat für die Tabelle {table.code} zu lange gebraucht; bitte später noch einmal.")
    if status is not None:
        return ZwkError(f"Die {name} ist gestört (HTTP {status}); bitte später noch einmal versuchen.")
    if isinstance(fault, requests.exceptions.ChunkedEncodingError | zipfile.BadZipFile | EOFError):
        return ZwkError(f"Die Antwort der {name} zur Tabelle {table.code} kam unvollständig an; bitte noch einmal.")
    if isinstance(fault, requests.exceptions.RequestException):
        return ZwkError(f"Die {name} ist nicht zu erreichen; bitte die Internetverbindung prüfen.")
    if isinstance(fault, OSError) and fault.errno == errno.ENOSPC:
        return ZwkError("Auf dem Datenträger ist kein Platz mehr für die Antwort; bitte Platz schaffen.")
    return ZwkError(
        f"Die {name} hat zur Tabelle {table.code} etwas Unerwartetes geschickt ({fault.__class__.__name__})."
    )


def _without(text: str, who: Access) -> str:
    """What the service says, without access data that it may repeat."""
    for secret in filter(None, (who.password, who.user)):
        text = text.replace(secret, "…")
    return " ".join(text.split())[:300] if text != "None" else "ohne Begründung"
