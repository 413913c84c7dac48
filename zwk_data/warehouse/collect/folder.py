"""Find out what the files of a folder are, and read each with its reader."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pandas as pd
from python_calamine import CalamineError, CalamineWorkbook

from zwk_data.sources import bbsr, ffcsv, genesis, gv_json, gvisys, inkar
from zwk_data.sources.errors import SourceError


@dataclass
class SourceFile:
    """One recognised file: its reader's frame and what the source table says of it."""

    path: Path
    family: str
    kind: str
    source_id: str
    title: str
    table_code: str | None
    frame: pd.DataFrame = field(repr=False)
    vintage: date | None = None
    retrieved: date | None = None

    def sha256(self) -> str:
        """Checksum of the file as published."""
        return hashlib.sha256(self.path.read_bytes()).hexdigest()


def files(folder: Path) -> Iterator[Path]:
    """Files that may be official figures, in a fixed order; samples that were cut short are passed over."""
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() in (".csv", ".xlsx", ".json", ".gz") and not _is_sample(path):
            yield path


def _is_sample(path: Path) -> bool:
    return path.suffix.lower() == ".csv" and b"[CUT]" in path.read_bytes()[:200_000]


def recognise(path: Path) -> SourceFile | None:
    """Read a file with the reader that its content asks for; None if it is of no known kind.

    Raises SourceError if it is of a known kind but damaged.
    """
    head = path.read_bytes()[:400]
    text = head.decode("latin-1")
    if path.suffix == ".gz":
        return _bbsr_gemeinden(path)
    if path.suffix == ".xlsx":
        return _workbook(path)
    if path.suffix == ".json":
        return _gv_json(path) if text.lstrip().startswith('{"0') else None
    if text.startswith(("GENESIS-Tabelle", "Tabelle")):
        return _genesis(path)
    if "statistics_code" in text or "Statistik_Code" in text:
        return _ffcsv(path)
    if text.startswith("county_code,year"):
        frame = inkar.read(path)
        years = frame["year"]
        return SourceFile(
            path, "inkar", "inkar", "inkar-kreise", f"INKAR, Kreise {years.min()}–{years.max()}", "INKAR", frame,
            date(int(years.max()), 12, 31),
        )  # fmt: skip
    return None


def _genesis(path: Path) -> SourceFile:
    frame = genesis.read(path)
    code = str(frame["table"].iloc[0])
    # codes in four parts are the Regionaldatenbank's, the short ones those of GENESIS-Online
    regional = code.count("-") >= 3
    return SourceFile(
        path, "regionalstatistik" if regional else "genesis", "table", f"{'regio' if regional else 'genesis'}-{code}",
        genesis.title(path), code, frame, frame["date"].max().date(), genesis.retrieved(path),
    )  # fmt: skip


def _ffcsv(path: Path) -> SourceFile:
    frame = ffcsv.read(path)
    code = str(frame["table"].iloc[0])
    census = code.startswith("1000")
    title = "Zensus 2022: Bevölkerung kompakt" if census else "Fortschreibung des Bevölkerungsstandes: Kreise"
    year = int(frame["year"].max())
    return SourceFile(
        path, "zensus2022" if census else "regionalstatistik", "table",
        "zensus2022-1000A" if census else f"regio-{code}-{year}", title, code, frame, frame["date"].max().date(),
    )  # fmt: skip


def _gv_json(path: Path) -> SourceFile:
    frame = gv_json.read(path)
    day = frame["population_date"].iloc[0].date()
    title = f"Gemeindeverzeichnis, Gebietsstand {day:%d.%m.%Y}"
    return SourceFile(path, "gvisys", "register", f"gvisys-{day.year}", title, "GV-ISys", frame, day)


def _bbsr_gemeinden(path: Path) -> SourceFile:
    frame = bbsr.read_gemeinden(path)
    title = f"Umsteigeschlüssel Gemeinden {frame['year_from'].min()}–{frame['year_from'].max()} auf 2020"
    return SourceFile(path, "bbsr", "keys_gemeinde", "bbsr-gemeinden-1990-2020", title, "BBSR", frame)


def _workbook(path: Path) -> SourceFile | None:
    """A workbook says by its sheets what it is; each reader refuses the others' with a SourceError."""
    attempts: tuple[tuple[Callable[[Path], pd.DataFrame], str], ...] = (
        (gvisys.read, "register"),
        (bbsr.read_kreise, "keys_kreis"),
        (bbsr.read_gemeinden, "keys_gemeinde"),
    )
    try:
        names = CalamineWorkbook.from_path(path).sheet_names
    except (CalamineError, OSError) as error:
        raise SourceError(path.name, "die Datei lässt sich nicht als Excel-Arbeitsmappe (xlsx) öffnen") from error
    if any("Gebietsaenderungen" in name for name in names):
        return None  # names of changes, no figures
    years = [name for name in names if name.strip().isdigit()]
    reader, kind = attempts[0] if not years else attempts[1] if "1990" in years else attempts[2]
    frame = reader(path)
    if kind == "register":
        day, territory = frame["population_date"].iloc[0].date(), frame["territory_date"].iloc[0].date()
        newer = territory.year > day.year and (territory.month, territory.day) != (1, 1)
        source_id = f"gvisys-{day.year}" + (f"-gebiet-{territory.year}" if newer else "")
        title = f"Gemeindeverzeichnis, Gebietsstand {territory:%d.%m.%Y}, Bevölkerung {day:%d.%m.%Y}"
        return SourceFile(path, "gvisys", kind, source_id, title, "GV-ISys", frame, day)
    what = "Kreise" if kind == "keys_kreis" else "Gemeinden"
    span = f"{frame['year_from'].min()}–{frame['year_from'].max()} auf {frame['year_to'].max()}"
    source_id = "bbsr-kreise" if kind == "keys_kreis" else "bbsr-gemeinden-ab-2020"
    return SourceFile(path, "bbsr", kind, source_id, f"Umsteigeschlüssel {what} {span}", "BBSR", frame)
