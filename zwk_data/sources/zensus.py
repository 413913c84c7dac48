"""The Regionaltabellen of the Zensus 2022: one csv per subject, one row per area, one column per group of people,
households or buildings.

Zensus 2022 has age groups of its own, made for schools and pensions: they break at 60, 67 and 75, never at 65. Every
figure was altered slightly so that nobody can be recognised (cell-key method), so parts may miss their total by a few;
a dash is exactly zero.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial, reduce
from pathlib import Path

import pandas as pd

from zwk_data.errors import SourceError
from zwk_data.sources import open_files, printed_codes
from zwk_data.sources.genesis import COLUMNS
from zwk_data.sources.printed_codes import parse_figures

HEAD = "Berichtszeitpunkt;_RS;Name;"


@dataclass(frozen=True)
class Cell:
    """What one column counts, or several added up, in the words that GENESIS tables use."""

    columns: tuple[str, ...]
    measure: str
    age_group: str = "total"
    nationality: str = "total"


AGES = ("0-2", "3-5", "6-9", "10-15", "16-18", "19-24", "25-39", "40-59", "60-66", "67-74", "75+")
#: subject -> what is read of it; the first cell is the whole
CELLS = {
    "Demografie": (
        Cell(("0_Insgesamt_",), "Personen"),
        *(Cell((f"Alter_infr__{i:02}",), "Personen", age_group=ages) for i, ages in enumerate(AGES, 1)),
        Cell(("Staatsange_kurz__2",), "Personen", nationality="foreign"),
        Cell(("Einwanderungserf_ausf__2",), "Personen mit Einwanderungsgeschichte"),
    ),
    "Haushalte": (
        Cell(("0_Insgesamt_",), "Haushalte"),
        Cell(("HH_SIZE_NAT__1",), "Haushalte mit einer Person"),
        Cell(("HHTYP_SENIOR_HH__1",), "Haushalte nur aus Menschen ab 65 Jahren"),
    ),
    "Gebäude": (
        Cell(("GEBAEUDEART_SYS_1",), "Gebäude mit Wohnraum"),
        Cell(("ZAHLWOHNGN_HHG__1",), "Gebäude mit einer Wohnung"),
        Cell(("BAUJAHR_10JA__01", "BAUJAHR_10JA__02"), "Gebäude, gebaut bis 1949"),
        Cell(tuple(f"BAUJAHR_10JA__{i:02}" for i in (8, 9, 10)), "Gebäude, gebaut ab 2000"),
    ),
    # From the sample of people in private households, rounded to tens. A slash marks where the sample is too small: in
    # most Gemeinden with fewer than 10,000 people.
    "Erwerbsstatus": (
        Cell(("ERWERBSTAT_KURZ_STP__1",), "Erwerbspersonen"),
        Cell(("ERWERBSTAT_KURZ_STP__12",), "Erwerbslose"),
    ),
    "Schulabschluss": (
        Cell(("SCHULABS_STP",), "Personen ab 15 Jahren"),
        Cell(("SCHULABS_STP__24",), "Personen mit Fachhochschul- oder Hochschulreife"),
        Cell(("SCHULABS_STP__3",), "Personen ohne Schulabschluss"),
    ),
    "Berufsabschluss": (Cell(("BERUFABS_AUSF_STP__2",), "Personen ohne beruflichen Abschluss"),),
}
_UNITS = {"Haushalte": "Haushalte", "Gebäude": "Gebäude"}


def head(start: bytes) -> list[str]:
    """The columns of the table whose file, packed or not, starts like this; empty if it is no Regionaltabelle."""
    text = open_files.decode(open_files.beginning(start).partition(b"\n")[0])
    return open_files.header(text, ";") if text.startswith(HEAD) else []


def subject(columns: list[str]) -> str | None:
    """Which of CELLS a table belongs to: the one of which it has every column.

    The table of dwellings has every column of the one of buildings, and also tells how the dwellings are used.
    """
    if any(column.startswith("NUTZUNG__") for column in columns):
        return None
    for name, cells in CELLS.items():
        if {column for cell in cells for column in cell.columns} <= set(columns):
            return name
    return None


def read(file: str | Path | bytes, name: str | None = None) -> pd.DataFrame:
    """One row per area and cell of CELLS; a csv that may be gzipped. Columns as in ``genesis.read``.

    ``table`` is the subject, ``date`` the census day. What is added up from several columns has the status
    ``computed``; if one of them is secret, the sum is.
    Raises SourceError for another file or subject, a truncated one, a bad key or figure, and an area that stands twice.
    """
    content, label = open_files.read(file, name)
    about = subject(open_files.header(content, ";"))
    if not content.startswith(HEAD) or about is None:
        problem = "die Datei ist keine Regionaltabelle des Zensus 2022 zu einem der Themen, die gelesen werden"
        raise SourceError(label, problem, where="Zeile 1", expected=f"am Anfang {HEAD}… und die Spalten eines Themas")
    table = open_files.table(content, label, ";")
    table = table[(table != "").any(axis=1)]
    if table.empty:
        raise SourceError(label, "die Datei enthält nur einen Kopf", where="Zeile 2", expected="Zeilen mit Zahlen")
    areas = _areas(table, label)
    cells = CELLS[about]
    parts = [areas.assign(**_figures(table, cell, cells[0], label), **_described(cell)) for cell in cells]
    frame = pd.concat(parts, ignore_index=True)
    return frame.assign(table=about, sex="total", category="", unit=_UNITS.get(about, "Personen"))[COLUMNS]


def _described(cell: Cell) -> dict[str, str]:
    return {"measure": cell.measure, "age_group": cell.age_group, "nationality": cell.nationality}


def _areas(table: pd.DataFrame, label: str) -> pd.DataFrame:
    """Keys, levels, names and the census day of all rows."""
    refuse = partial(open_files.refuse_first, label, table)
    day = pd.to_datetime(table["Berichtszeitpunkt"], format="%Y%m%d", errors="coerce")
    refuse("Berichtszeitpunkt", day.isna() | (day != day.iloc[0]), "ein Tag wie 20220515, in allen Zeilen derselbe")
    published = table["_RS"].str.strip()
    known = published.mask(published == "00", "DG").map(printed_codes.plain_key)
    refuse("_RS", known.isna(), "ein amtlicher Regionalschlüssel")
    refuse("_RS", published.duplicated(), "jedes Gebiet nur einmal")
    found = pd.DataFrame(known.tolist(), columns=["area_key", "level"], index=table.index, dtype="str")
    refuse("_RS", found.duplicated(), "jedes Gebiet nur einmal")
    return found.assign(key_published=published, name=table["Name"].str.strip(), date=day, year=day.dt.year)


def _figures(table: pd.DataFrame, cell: Cell, whole: Cell, label: str) -> dict[str, pd.Series]:
    """Value and status of one cell in all rows."""
    read_columns = []
    for column in cell.columns:
        # five villages have blanks beside a dot: what is kept secret there is left out
        blank = table[column].str.strip().eq("") & (cell != whole)
        value, status, bad = parse_figures(table[column].mask(blank, "."))
        bad |= value.notna() & (value % 1 != 0) | (value < 0)
        open_files.refuse_first(label, table, column, bad, "eine ganze Zahl oder eines der Zeichen – . /")
        read_columns.append((value, status))
    value, status = read_columns[0]
    if len(read_columns) == 1:
        return {"value": value, "status": status}
    values = pd.concat([value.mask(status == "none", 0.0) for value, status in read_columns], axis=1)
    statuses = pd.concat([status for _, status in read_columns], axis=1)
    total = values.sum(axis=1, skipna=False)
    # why there is no sum: the first column that has neither a number nor a dash
    signs = [status.mask(status.isin(["reported", "none"])) for _, status in read_columns]
    lacking = reduce(pd.Series.fillna, signs)
    nothing = (statuses == "none").all(axis=1)
    return {"value": total.mask(nothing), "status": lacking.fillna("computed").mask(nothing, "none")}
