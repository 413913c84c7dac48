"""Get one table from a GENESIS web service through pystatis, as the bytes that the service sends.

Access data of the user, from the places where pystatis keeps them; they never leave memory but for the request.
"""

from __future__ import annotations

import contextlib
import errno
import io
import logging
import os
import re
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from urllib.parse import urlsplit

import requests

from zwk_data.errors import ZwkError
from zwk_data.warehouse.update.answer import Database, Table

INSTALL = "pip install --no-deps -r requirements-update.txt"


@dataclass(frozen=True)
class Access:
    """Where a service is and who asks; the secret parts are not shown when the object is printed."""

    url: str
    user: str = field(repr=False)
    password: str = field(repr=False)


def access_settings() -> ModuleType:
    """pystatis' configuration. Raises ZwkError if pystatis is not installed or its folder can't be written."""
    try:
        from pystatis import config
    except ImportError:
        raise ZwkError(f"Zum Abrufen fehlt das Paket pystatis. Bitte einmal ausführen: {INSTALL}") from None
    except OSError as error:
        raise ZwkError(
            f"Der Ordner {Path.home() / '.pystatis'} lässt sich nicht anlegen ({error.strerror or error}); "
            "pystatis braucht ihn für seine Einstellungen."
        ) from None
    return config


def access_data(database: Database) -> Access:
    """Address and access data for one service: environment first, then pystatis' file.

    A user name without a password is a token. Raises ZwkError if there is none, or if the file sends them in clear
    text to another machine.
    """
    section = access_settings().config[database.key]
    prefix = f"PYSTATIS_{database.key.upper()}_API_"
    user = os.environ.get(prefix + "USERNAME", "").strip()
    password = os.environ.get(prefix + "PASSWORD", "")
    if not user:
        user, password = section.get("username", "").strip(), section.get("password", "")
    if not user:
        raise ZwkError(
            f"Für die {database.name} fehlen Zugangsdaten. Bitte {prefix}USERNAME und {prefix}PASSWORD setzen oder "
            f"in {Path.home() / '.pystatis' / 'config.ini'} unter [{database.key}] username und password eintragen; "
            f"eine kostenlose Kennung gibt es nach Registrierung auf {database.register}."
        )
    url = section["base_url"]
    parts = urlsplit(url)
    if parts.scheme != "https" and parts.hostname not in ("127.0.0.1", "localhost", "::1"):
        raise ZwkError(
            f"Die Adresse der {database.name} ist unverschlüsselt ({url}); Zugangsdaten gehen nur über https hinaus. "
            f"Bitte base_url in {Path.home() / '.pystatis' / 'config.ini'} berichtigen."
        )
    return Access(url, user, password)


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
