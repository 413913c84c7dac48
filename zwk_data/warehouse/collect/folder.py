"""Recognise the official files of a folder and read each with its reader."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pandas as pd
from python_calamine import CalamineError, CalamineWorkbook

from zwk_data.errors import ForeignError, SourceError
from zwk_data.sources import (
    area_changes,
    bbsr,
    deutschlandatlas,
    ffcsv,
    genesis,
    gv_json,
    gvisys,
    inkar,
    open_files,
    zensus,
)
from zwk_data.sources.open_files import OLE
from zwk_data.warehouse.collect import observations
from zwk_data.warehouse.indicator_catalogue import catalogue

#: a column of an extract of INKAR -> its Themenbereich
SUBJECTS = {
    "q_hausarzt_bev": "Medizinische und soziale Versorgung",
    "q_PBG_bev": "Sozialleistungen",
    "Pendlersaldo": "Verkehr und Erreichbarkeit",
}
#: indicator of a single table of INKAR -> source_id and title
EXPORTS = {
    "q_einkst_bev": ("inkar-einkommensteuer", "INKAR, Einkommensteuer der Gemeindeverbände"),
    "Arbeitslose": ("inkar-arbeitslose", "INKAR 2024, Gemeinden: Arbeitslose"),
    "Erwerbsfähige Bevölkerung (15 bis unter 65 Jahre)": (
        "inkar-15-bis-64",
        "INKAR 2024, Gemeinden: Erwerbsfähige Bevölkerung (15 bis unter 65 Jahre)",
    ),
}

NOTHING_SHOWN = "keine Zahlen, die der Monitor zeigt"
_PROTECTED = "die Arbeitsmappe ist mit einem Kennwort geschützt oder hat das alte Excel-Format"
_GV_JSON = re.compile(rb'\s*\{\s*"0\d{11}"\s*:')
_ENGLISH = re.compile(r"(?:GENESIS-)?Table: ")
_YEAR = re.compile(r"(?:19|20)\d\d")
#: sheets of the Gemeindeverzeichnis: until 2013, and since
_REGISTER = re.compile(r"Gemeindedaten|Onlineprodukt_?Gemeinden", re.IGNORECASE)
_CENSUS = re.compile(r"\d{4}[A-Z]")
#: statistics of which we show figures, and what these are called there
_STATISTICS = rb"\b(?:12411|12612|12613|12711|11111|1000A)\b"
_SHOWN_MEASURES = {measure for measure, _ in observations.MEASURES}
_HEAD_LINES = 15


@dataclass
class SourceFile:
    """A recognised file: its reader's frame and the fields of its row in the source table."""

    path: Path
    family: str
    kind: str
    source_id: str
    title: str
    table_code: str | None
    frame: pd.DataFrame = field(repr=False)
    vintage: date | None = None
    retrieved: date | None = None
    #: a flat csv, which names its statistic but not its table
    flat: bool = False

    def sha256(self) -> str:
        """Checksum of the file as published."""
        return hashlib.sha256(self.path.read_bytes()).hexdigest()


def files(folder: Path) -> Iterator[Path]:
    """Files that may be official figures, in a fixed order; truncated samples are skipped.

    So is what Excel keeps beside a workbook while somebody has it open (``~$…``).
    """
    for path in sorted(folder.rglob("*")):
        of_its_kind = path.suffix.lower() in (".csv", ".xlsx", ".xls", ".json", ".gz") and path.is_file()
        if of_its_kind and not path.name.startswith(("~$", "._")) and not _is_sample(path):
            yield path


def _is_sample(path: Path) -> bool:
    return path.suffix.lower() == ".csv" and b"[CUT]" in path.read_bytes()[:200_000]


def recognise(path: Path) -> SourceFile | None:
    """Read a file with the reader for its content; None if it is of no known kind.

    Raises ForeignError if it is intact but not one that we need, whatever its layout, and SourceError if it is one
    that we need, and damaged.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ForeignError(path.name, "die Datei lässt sich nicht öffnen") from error
    raw = content[:4000]
    start = open_files.beginning(raw)
    if raw and not start:
        raise SourceError(path.name, open_files.DAMAGED)
    kind = path.suffix.lower()
    if kind == ".xlsx" and not raw.startswith(b"PK"):
        raise ForeignError(path.name, _PROTECTED if raw.startswith(OLE) else "die Datei ist keine Arbeitsmappe")
    reader: Callable[[Path], SourceFile | None] | None = None
    if kind == ".xlsx":
        reader = _workbook
    elif kind == ".json" and _GV_JSON.match(start):
        reader = _gv_json
    elif kind in (".xls", ".gz") and start.startswith(OLE):
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise ForeignError(path.name, _PROTECTED)
        reader = _inkar_export
    elif kind in (".csv", ".gz"):
        reader = _reader_of_csv(start)
    return None if reader is None else reader(path)


def _reader_of_csv(start: bytes) -> Callable[[Path], SourceFile | None] | None:
    """The reader that the first line of a csv calls for; None if it calls for none."""
    if columns := zensus.head(start):
        return _zensus if zensus.subject(columns) else None
    text = start[:400].decode("latin-1")
    if _ENGLISH.match(text):
        return _english
    readers: dict[str, Callable[[Path], SourceFile | None]] = {
        "GENESIS-Tabelle:": _genesis,
        "Tabelle:": _genesis,
        "county_code,year": _inkar,
        ",".join(inkar.GEMEINDEN): _density,
        "year_xw,": _bbsr_gemeinden,
        ",".join(inkar.EXTRACT): _inkar_extract,
        ";".join(inkar.INCOME_TAX): _income_tax,
        **dict.fromkeys(inkar.GISD_HEADS, _gisd),
    }
    flat = _ffcsv if "statistics_code" in text or "Statistik_Code" in text else None
    return next((reader for head, reader in readers.items() if text.startswith(head)), flat)


def _english(path: Path) -> SourceFile:
    """Raises ForeignError: the labels of an English table say nothing to our readers."""
    raise ForeignError(path.name, "die Tabelle ist in englischer Sprache abgerufen; bitte in Deutsch abrufen")


def _unless_needed(path: Path, error: SourceError, codes: bytes) -> SourceError:
    """The error for a table that can't be read: of a statistic that we show it is damaged, of any other foreign."""
    head = open_files.decode(open_files.beginning(path.read_bytes()[:200_000]))
    lines = head.splitlines()[:_HEAD_LINES]
    cells = {cell.strip(' "').removesuffix(" (Anzahl)") for line in lines for cell in line.split(";")}
    if isinstance(error, ForeignError) or (re.search(codes, head[:4000].encode()) and cells & _SHOWN_MEASURES):
        return error
    problem = f"Zahlen, die der Monitor nicht zeigt; der Aufbau ist nicht lesbar: {error.problem}"
    return ForeignError(path.name, problem, where=error.where)


def _inkar(path: Path) -> SourceFile:
    frame = inkar.read_panel(path)
    first, last = frame["year"].min(), int(frame["year"].max())
    title = f"INKAR, Kreise {first}–{last}"
    return SourceFile(path, "inkar", "inkar", "inkar-kreise", title, "INKAR", frame, date(last, 12, 31))


def _inkar_extract(path: Path) -> SourceFile | None:
    """None if the catalogue takes no column of it."""
    head = open_files.beginning(path.read_bytes()[:4000]).partition(b"\n")[0]
    columns = open_files.header(open_files.decode(head), ",")
    wanted = catalogue().taken_from("inkar").keys() & set(columns)
    if not wanted:
        return None
    frame = inkar.read_tables(path, codes=wanted)
    edition = 2024 if frame["territory"].max() == inkar.TERRITORY else 2022
    subject = next((name for code, name in SUBJECTS.items() if code in columns), "Weitere Kennzahlen")
    source_id = f"inkar-{edition}-{subject.lower().replace(' ', '-')}"
    return _of_inkar(path, frame, source_id, f"INKAR {edition}, {subject}")


def _inkar_export(path: Path) -> SourceFile | None:
    """None if the workbook is not from INKAR, or its indicator is not shown."""
    content = open_files.unpacked(path.read_bytes(), path.name)
    try:
        names = CalamineWorkbook.from_filelike(io.BytesIO(content)).sheet_names
    except (CalamineError, OSError, ValueError) as error:
        raise SourceError(path.name, "die Datei lässt sich nicht als Excel-Arbeitsmappe (xls) öffnen") from error
    if not inkar.is_export(names):
        return None
    frame = inkar.read_export(content, path.name)
    known = EXPORTS.get(str(frame["code"].iloc[0]))
    return _of_inkar(path, frame, *known) if known else None


def _income_tax(path: Path) -> SourceFile:
    frame = inkar.read_income_tax(path)
    return _of_inkar(path, frame, *EXPORTS["q_einkst_bev"])


def _of_inkar(path: Path, frame: pd.DataFrame, source_id: str, title: str) -> SourceFile:
    first, last = int(frame["year"].min()), int(frame["year"].max())
    kind = "inkar_counts" if frame["code"].iloc[0] in observations.INKAR_COUNTS else "rates"
    full = f"{title} {first}–{last}"
    return SourceFile(path, "inkar", kind, source_id, full, "INKAR", frame, date(last, 12, 31))


def _gisd(path: Path) -> SourceFile:
    frame = inkar.read_gisd(path)
    level, last = str(frame["level"].iloc[0]), int(frame["year"].max())
    where = "" if level == "kreis" else f"-{frame['area_key'].iloc[0][:2]}"
    of = "Kreise" if level == "kreis" else f"Gemeindeverbände, Landesschlüssel {where[1:]}"
    title = f"German Index of Socioeconomic Deprivation (GISD), {of}"
    return SourceFile(path, "gisd", "rates", f"gisd-{level}{where}", title, "GISD", frame, date(last, 12, 31))


def _genesis(path: Path) -> SourceFile:
    try:
        frame = genesis.read(path)
    except SourceError as error:
        raise _unless_needed(path, error, _STATISTICS) from error
    if not observations.holds_any(frame):
        raise ForeignError(path.name, NOTHING_SHOWN)
    code = str(frame["table"].iloc[0])
    # codes of four parts are those of the Regionaldatenbank, shorter ones those of GENESIS-Online
    regional = code.count("-") >= 3
    family, prefix = ("regionalstatistik", "regio") if regional else ("genesis", "genesis")
    newest, retrieved = frame["date"].max().date(), genesis.retrieved(path)
    return SourceFile(path, family, "table", f"{prefix}-{code}", genesis.title(path), code, frame, newest, retrieved)


def _ffcsv(path: Path) -> SourceFile:
    try:
        frame = ffcsv.read(path)
    except SourceError as error:
        raise _unless_needed(path, error, _STATISTICS) from error
    code = str(frame["table"].iloc[0])
    newest = frame["date"].max().date()
    if code.startswith("1000"):
        title = "Zensus 2022: Bevölkerung kompakt"
        return SourceFile(path, "zensus2022", "table", "zensus2022-1000A", title, code, frame, newest, flat=True)
    title = ffcsv.title(path)
    if _CENSUS.fullmatch(code):
        family, source_id, title = "zensus2022", f"zensus2022-{code}", f"Zensus 2022: {title}"
        return SourceFile(path, family, "table", source_id, title, code, frame, newest, flat=True)
    source_id = f"regio-{code}-{frame['year'].max()}"
    return SourceFile(path, "regionalstatistik", "table", source_id, title, code, frame, newest, flat=True)


def _zensus(path: Path) -> SourceFile:
    frame = zensus.read(path)
    about, day = str(frame["table"].iloc[0]), frame["date"].max().date()
    source_id = f"zensus2022-{about.lower().replace('ä', 'ae')}"
    title = f"Zensus 2022: Regionaltabelle {about}"
    return SourceFile(path, "zensus2022", "table", source_id, title, "Regionaltabelle", frame, day)


def _gv_json(path: Path) -> SourceFile:
    try:
        frame = gv_json.read(path)
    except SourceError as error:
        if b'"population_m"' in path.read_bytes()[:4000]:
            raise
        raise ForeignError(path.name, error.problem, where=error.where) from error
    day = frame["population_date"].iloc[0].date()
    title = f"Gemeindeverzeichnis, Gebietsstand {day:%d.%m.%Y}"
    return SourceFile(path, "gvisys", "register", f"gvisys-{day.year}", title, "GV-ISys", frame, day)


def _density(path: Path) -> SourceFile:
    frame = inkar.read_gemeinden(path)
    title = "INKAR, Einwohnerdichte der Gemeinden, daraus die Bevölkerung"
    return SourceFile(path, "inkar", "density", "inkar-dichte", title, "INKAR", frame, date(2022, 12, 31))


def _bbsr_gemeinden(path: Path) -> SourceFile:
    frame = bbsr.read_gemeinden(path)
    title = f"Umsteigeschlüssel Gemeinden {frame['year_from'].min()}–{frame['year_from'].max()} auf 2020"
    return SourceFile(path, "bbsr", "keys_gemeinde", "bbsr-gemeinden-1990-2020", title, "BBSR", frame)


def _workbook(path: Path) -> SourceFile | None:
    """Read a workbook with the reader that the names of its sheets call for; None if they call for none."""
    try:
        names = CalamineWorkbook.from_path(path).sheet_names
    except (CalamineError, OSError) as error:
        raise SourceError(path.name, "die Datei lässt sich nicht als Excel-Arbeitsmappe (xlsx) öffnen") from error
    if any("Gebietsaenderungen" in name for name in names):
        changes = area_changes.read(path)
        year = int(changes["statistical_date"].dt.year.mode().iloc[0])
        title = f"Namens-, Grenz- und Schlüsseländerungen der Gemeinden {year}"
        return SourceFile(path, "gvisys", "changes", f"changes-{year}", title, "GV-ISys", changes)
    if any(name.startswith(deutschlandatlas.PREFIX) for name in names):
        return _deutschlandatlas(path)
    years = [name for name in names if _YEAR.fullmatch(name.strip())]
    if not years:
        return _gemeinden(path, names)
    kreise = "1990" in years
    try:
        frame = bbsr.read_kreise(path) if kreise else bbsr.read_gemeinden(path)
    except SourceError as error:
        if "Kopf" not in error.problem:
            raise
        raise ForeignError(path.name, f"kein Umsteigeschlüssel: {error.problem}", where=error.where) from error
    what, kind = ("Kreise", "keys_kreis") if kreise else ("Gemeinden", "keys_gemeinde")
    span = f"{frame['year_from'].min()}–{frame['year_from'].max()} auf {frame['year_to'].max()}"
    source_id = "bbsr-kreise" if kreise else "bbsr-gemeinden-ab-2020"
    return SourceFile(path, "bbsr", kind, source_id, f"Umsteigeschlüssel {what} {span}", "BBSR", frame)


def _gemeinden(path: Path, names: list[str]) -> SourceFile | None:
    """A Gemeindeverzeichnis; a workbook that only has a sheet of that name is foreign."""
    if not any("gemeinde" in name.lower() for name in names):
        return None
    try:
        return _register(path, gvisys.read(path))
    except SourceError as error:
        if any(_REGISTER.match(name) for name in names):
            raise
        raise ForeignError(path.name, f"kein Gemeindeverzeichnis: {error.problem}", where=error.where) from error


def _deutschlandatlas(path: Path) -> SourceFile:
    frame = deutschlandatlas.read(path)
    day = frame["edition"].iloc[0].date()
    title = f"Deutschlandatlas, Gesamtdatei, Stand {day:%d.%m.%Y}"
    source_id = f"deutschlandatlas-{day:%Y-%m}"
    return SourceFile(path, "deutschlandatlas", "atlas", source_id, title, "Deutschlandatlas", frame, day)


def _register(path: Path, frame: pd.DataFrame) -> SourceFile:
    day, territory = frame["population_date"].iloc[0].date(), frame["territory_date"].iloc[0].date()
    newer = territory.year > day.year and (territory.month, territory.day) != (1, 1)
    source_id = f"gvisys-{day.year}" + (f"-gebiet-{territory.year}" if newer else "")
    title = f"Gemeindeverzeichnis, Gebietsstand {territory:%d.%m.%Y}, Bevölkerung {day:%d.%m.%Y}"
    return SourceFile(path, "gvisys", "register", source_id, title, "GV-ISys", frame, day)
