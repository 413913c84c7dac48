"""The GENESIS web services: which of their tables we take (data/updates.yml), how they are fetched, what they answer.

Tables are fetched with pystatis, as the bytes that the service sends. The user's access data come from where pystatis
keeps them, stay in memory, and are sent to the service only. An answer contains former and present units side by side;
:class:`Places` knows which of them existed in a year.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import io
import logging
import os
import re
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from types import ModuleType
from urllib.parse import urlsplit

import pandas as pd
import requests
import yaml

from zwk_data.errors import SourceError, ZwkError
from zwk_data.settings import DATA
from zwk_data.sources import ffcsv
from zwk_data.warehouse.collect import observations
from zwk_data.warehouse.collect.lineage import TODAY


@dataclass(frozen=True)
class Database:
    """A web service: its short name in pystatis, German name, where to register, family in publishers.yml."""

    key: str
    name: str
    register: str
    family: str
    source: str


@dataclass(frozen=True)
class FetchableTable:
    """A table of a web service; data/updates.yml explains the fields."""

    code: str
    database: Database
    title: str
    level: str
    indicators: tuple[str, ...]
    detail: str
    unit: str
    day: str | None = None
    newest: bool = False
    recorded: bool = False

    @property
    def statistic(self) -> str:
        """The code in a flat csv, which is that of the statistic."""
        return self.code.split("-")[0]


@lru_cache(maxsize=1)
def fetchable_tables() -> tuple[FetchableTable, ...]:
    """All tables in the order of the file, larger units first."""
    raw = yaml.safe_load((DATA / "updates.yml").read_text(encoding="utf-8"))
    databases = {key: Database(key=key, **entry) for key, entry in raw["databases"].items()}
    return tuple(
        FetchableTable(
            code=str(code),
            **{**entry, "database": databases[entry["database"]], "indicators": tuple(entry["indicators"])},
        )
        for code, entry in raw["tables"].items()
    )


def choose_tables(codes: tuple[str, ...]) -> tuple[FetchableTable, ...]:
    """The tables with these codes, all if there are none. Raises ZwkError for a code that data/updates.yml lacks."""
    known = {table.code: table for table in fetchable_tables()}
    for code in codes:
        if code.strip() not in known:
            raise ZwkError(
                f"Die Tabelle {code.strip() or '(leer)'} kann der Monitor nicht auswerten. "
                f"Möglich sind: {', '.join(known)}."
            )
    return tuple(known[code.strip()] for code in dict.fromkeys(codes)) or fetchable_tables()


#: from this year the Kreise are those of today (Eisenach joined the Wartburgkreis in July 2021)
_KREISE_OF_TODAY = 2021


class Places:
    """Which units exist and existed, from the shipped register and lineage, which are read once."""

    @cached_property
    def _lineage(self) -> pd.DataFrame:
        return pd.read_parquet(DATA / "figures" / "lineage.parquet", columns=["level", "year", "key_from", "key_to"])

    @cached_property
    def _area(self) -> pd.DataFrame:
        return pd.read_parquet(DATA / "figures" / "area.parquet", columns=["area_key", "level", "name", "valid_to"])

    @cached_property
    def names(self) -> pd.Series:
        """Name of each area_key."""
        return self._area.set_index("area_key")["name"]

    def known(self) -> set[str]:
        """Every key of the register, including former units."""
        return set(self._area["area_key"])

    def valid(self, level: str, year: int) -> set[str]:
        """The keys of the units of a level that existed in ``year``; all known ones of a level without history here."""
        here = self._lineage[self._lineage["level"] == level]
        if level == "kreis":
            return set(here["key_to"]) if year >= _KREISE_OF_TODAY else set(here.loc[here["year"] == year, "key_from"])
        if level == "gemeinde" and year < TODAY:
            return set(here.loc[here["year"] == year, "key_from"])
        areas = self._area[self._area["level"] == level]
        return set(areas.loc[areas["valid_to"].isna(), "area_key"] if level != "verband" else areas["area_key"])


#: smaller units are those of the shipped register; after later mergers a key may mean another place
_SMALLER_THAN_KREIS = ("gemeinde", "verband")


@dataclass(frozen=True)
class Answer:
    """Observation rows of a table, what was left out (area_key, name, year, value), and where it is from."""

    table: FetchableTable
    rows: pd.DataFrame = field(repr=False)
    unknown: pd.DataFrame = field(repr=False)
    later: tuple[int, ...]
    sha256: str
    vintage: date
    retrieved: date

    @property
    def source_id(self) -> str:
        """Its id in the table ``source``, which sorts by day of retrieval."""
        return f"{self.table.database.source}-{self.table.code}-{self.retrieved:%Y-%m-%d}"


def read(table: FetchableTable, content: bytes, places: Places, today: date) -> Answer:
    """Read the flat csv of one table.

    Units that existed in the year are kept; those unknown to the register go to ``unknown``. Gemeinden of years after
    the register's state are left out (``later``), as on a newer territory a key may mean another place.

    Raises SourceError for anything but a complete flat csv of the table.
    """
    label = f"Antwort zu {table.code}"
    frame = ffcsv.read(content, label, expect=table.statistic)
    checksum, vintage = hashlib.sha256(content).hexdigest(), frame["date"].max().date()
    answer = Answer(table, frame, frame, (), checksum, vintage, today)
    rows = observations.from_table(frame, answer.source_id)
    _check_asked_for(table, label, frame, rows)
    levels = ["bund", "land", "kreis", *(_SMALLER_THAN_KREIS if table.level == "gemeinde" else ())]
    rows = rows[rows["indicator_id"].isin(table.indicators) & rows["level"].isin(levels)]
    after = rows["level"].isin(_SMALLER_THAN_KREIS) & (rows["year"] > TODAY)
    later = tuple(sorted(int(year) for year in rows.loc[after, "year"].unique()))
    rows = rows[~after]
    valid = [
        (level, year, key)
        for level, year in rows[["level", "year"]].drop_duplicates().itertuples(index=False)
        for key in places.valid(level, int(year))
    ]
    exists = pd.MultiIndex.from_frame(rows[["level", "year", "area_key"]]).isin(pd.MultiIndex.from_tuples(valid))
    is_unknown = ~rows["area_key"].isin(places.known()) & rows["value"].notna() & (rows["value"] != 0)
    unknown = rows[is_unknown].merge(frame[["area_key", "name"]].drop_duplicates("area_key"), on="area_key")
    unknown = unknown[["area_key", "name", "year", "value"]].drop_duplicates(["area_key", "year"])
    kept = observations.existing_only(rows[exists])
    if kept.empty:
        raise SourceError(label, "keine der Zahlen gehört zu einem Gebiet, das der Monitor kennt")
    return replace(answer, rows=kept, unknown=unknown, later=later)


def _check_asked_for(table: FetchableTable, label: str, frame: pd.DataFrame, rows: pd.DataFrame) -> None:
    """Raise SourceError unless day, indicators, level and unit are those of the table."""
    if table.day is not None:
        wrong = frame[frame["date"].dt.strftime("%m-%d") != table.day]
        if len(wrong):
            expected = f"der {table.day[3:]}.{table.day[:2]}. des Jahres"
            raise SourceError(label, f"die Zahlen sind vom {wrong['date'].iloc[0]:%d.%m.%Y}", expected=expected)
    units = frame.loc[frame["level"] == table.level, "unit"].unique()
    if len(units) and list(units) != [table.unit]:
        raise SourceError(label, f"die Einheit ist {', '.join(map(str, units))}", expected=table.unit)
    if not set(table.indicators) <= set(rows["indicator_id"]) or table.level not in set(rows["level"]):
        problem = "die Antwort ist eine andere Tabelle als die verlangte"
        raise SourceError(label, problem, expected=f"„{table.title}“")


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
