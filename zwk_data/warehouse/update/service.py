"""Fetch a table from a GENESIS web service with pystatis, as the bytes that the service sends.

The user's access data come from where pystatis keeps them, stay in memory, and are sent to the service only.
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
from zwk_data.warehouse.update.answer import Database, FetchableTable

INSTALL = "pip install --no-deps -r requirements-update.txt"


@dataclass(frozen=True)
class Access:
    """Address of a service and the user's access data, which are not shown when the object is printed."""

    url: str
    user: str = field(repr=False)
    password: str = field(repr=False)


def access_settings() -> ModuleType:
    """pystatis' configuration. Raises ZwkError if pystatis is not installed or its folder can't be written."""
    try:
        from pystatis import config  # noqa: PLC0415 - optional, see INSTALL
    except ImportError:
        raise ZwkError(f"Zum Abrufen fehlt das Paket pystatis. Bitte einmal ausführen: {INSTALL}") from None
    except OSError as error:
        raise ZwkError(
            f"Der Ordner {Path.home() / '.pystatis'} lässt sich nicht anlegen ({error.strerror or error}); "
            "pystatis braucht ihn für seine Einstellungen."
        ) from None
    module: ModuleType = config
    return module


def access_data(database: Database) -> Access:
    """Address and access data of a service: from the environment, otherwise from pystatis' file.

    A user name without password is a token. Raises ZwkError if there are none, or if the address would send them
    unencrypted to another machine.
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


#: number of attempts while the service is down or the connection breaks
ATTEMPTS = 3
_CODE = re.compile(r"returned a (\d{3}) status")
_LOGIN = re.compile(r"benutzernam|passwort|kennung|anmeld|login|password|token", re.IGNORECASE)


class AccessRefused(ZwkError):  # noqa: N818
    """The service rejects the access data, so there is no point in trying its other tables."""


def fetch(table: FetchableTable, from_year: int | None, *, pause: float = 2.0) -> bytes:
    """The flat csv of ``table`` from ``from_year`` on (None: the newest day), byte for byte as published.

    ``pause``: seconds before the first repetition, doubled for each further one. Nothing stays on disk.
    Raises ZwkError: no or wrong access data, unknown table, service down, incomplete answer.
    """
    access = access_data(table.database)
    with _session(table.database, access):
        # pystatis and its dependency tenacity are optional, see INSTALL
        from pystatis.http_helper import load_data  # noqa: PLC0415
        from tenacity import Retrying, retry_if_exception, stop_after_attempt, wait_exponential  # noqa: PLC0415

        params = {"name": table.code, "area": "all", "format": "ffcsv", "language": "de", "quality": "off"}
        params |= dict.fromkeys(("compress", "job"), "false")
        params |= dict.fromkeys(("endyear", "regionalkey", "regionalvariable", "stand", "timeslices"), "")
        params["startyear"] = "" if from_year is None else str(from_year)
        stop, wait = stop_after_attempt(ATTEMPTS), wait_exponential(multiplier=pause)
        retrying = Retrying(stop=stop, wait=wait, retry=retry_if_exception(_is_temporary), reraise=True)
        try:
            content = retrying(load_data, "data", "tablefile", params, table.database.key)
            return _unpacked(content)
        # pystatis exits the process when a request takes too long
        except (Exception, SystemExit) as fault:
            # the fault itself is not passed on: it may contain the request with the access data
            raise _explain(table, access, fault) from None


@contextlib.contextmanager
def _session(database: Database, access: Access) -> Iterator[None]:
    """pystatis configured for one request, with access data in memory only and a temporary cache.

    Its own cache never expires: it would return an old answer as the newest figures.
    """
    config = access_settings().config
    before = {(database.key, name): config[database.key][name] for name in ("username", "password")}
    before["data", "cache_dir"] = config["data"]["cache_dir"]
    log = logging.getLogger("pystatis")
    level = log.level
    log.setLevel(logging.CRITICAL + 1)
    try:
        with tempfile.TemporaryDirectory(prefix="zwk-") as folder:
            config.set(database.key, "username", access.user)
            config.set(database.key, "password", access.password)
            config.set("data", "cache_dir", folder)
            yield
    finally:
        log.setLevel(level)
        for (section, name), value in before.items():
            config.set(section, name, value)


def _unpacked(content: bytes) -> bytes:
    """The csv of an answer, which may be zipped without pystatis noticing."""
    if not content.startswith(b"PK"):
        return content
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return packed.read(packed.namelist()[0])


def _status(fault: BaseException) -> int | None:
    found = _CODE.search(str(fault)) if isinstance(fault, requests.HTTPError) else None
    return int(found[1]) if found else None


def _is_temporary(fault: BaseException) -> bool:
    """Whether it is worth retrying: service down or connection broken, but no refusal and no timeout of minutes."""
    status = _status(fault)
    broken = (requests.exceptions.ChunkedEncodingError, requests.exceptions.ConnectionError, zipfile.BadZipFile)
    slow = isinstance(fault, requests.exceptions.Timeout)
    return (status is not None and (status >= 500 or status == 429)) or (isinstance(fault, broken) and not slow)


# one return for each kind of fault
def _explain(table: FetchableTable, access: Access, fault: BaseException) -> ZwkError:  # noqa: PLR0911
    """One German sentence for whatever went wrong, without any of the access data."""
    from pystatis.exception import DestatisStatusError, TableNotFoundError  # noqa: PLC0415 - optional, see INSTALL

    name, status = table.database.name, _status(fault)
    said = _without_access_data(str(fault), access) if isinstance(fault, DestatisStatusError) else ""
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
    unexpected = fault.__class__.__name__
    return ZwkError(f"Die {name} hat zur Tabelle {table.code} etwas Unerwartetes geschickt ({unexpected}).")


def _without_access_data(text: str, access: Access) -> str:
    """What the service says, without the access data that it may repeat."""
    for secret in filter(None, (access.password, access.user)):
        text = text.replace(secret, "…")
    return " ".join(text.split())[:300] if text != "None" else "ohne Begründung"
