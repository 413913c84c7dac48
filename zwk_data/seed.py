"""The programme store's first content: public facts from data/programme, or the invented data of data/demo.

The invented data are drawn by ``tools.demo_data``, once; what ships and is read here is its result.
"""

from __future__ import annotations

import hashlib
import logging
import re
import threading
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import pandas as pd

from zwk_data import settings
from zwk_data.errors import ZwkError
from zwk_data.schema import shipped_csv
from zwk_data.schema.dates import span
from zwk_data.schema.shipped_csv import CsvRows
from zwk_data.schema.structure import Table
from zwk_data.schema.tables import TABLES, parents_first, referred_to
from zwk_data.schema.words import AREA_LEVELS, UNDATED
from zwk_data.stores import programme_file
from zwk_data.stores.programme_file import Store
from zwk_data.stores.programme_schema import programme_store

log = logging.getLogger(__name__)

#: what the invented data share with the documented facts: their Kommunen and the list of themes are real
SHARED = ("participant", "participant_area", "theme")

_making = threading.Lock()


def _identifier(value: str) -> str:
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", value):
        raise ValueError(f"„{value}“ ist keine Kennung. Erlaubt sind Kleinbuchstaben, Ziffern und Bindestriche.")
    return value


def _reader(table: Table, column: str) -> Callable[[str], object]:
    """How the text of a column is read from the table's csv file."""
    if column == table.key:
        return _identifier
    one = table.field_of(column)

    def read(text: str) -> object:
        # a date that is required is checked as a whole, see _spans
        if (one.required or one.documented) and len(one.columns) == 1:
            shipped_csv.required(text)
        value = one.kind.from_csv(one, text, column)
        return one.usual if value is None else value

    return read


def csv_columns(name: str) -> dict[str, Callable[[str], object]]:
    """The columns of a table's csv file in their order, each with the function that reads its text."""
    table = TABLES[name]
    return {column: _reader(table, column) for column in table.csv or table.all_columns}


def invented_columns(name: str) -> tuple[str, ...]:
    """The columns of data/demo/<table>.csv.

    A key stands there only if other tables refer to it; all others are numbered by the store.
    """
    table = TABLES[name]
    key = (table.key,) if name in referred_to() else ()
    return (*key, *table.columns, *(one.column for one in table.stamps))


def frames(dataset: str, data: Path = settings.DATA) -> dict[str, pd.DataFrame]:
    """One frame per table of the programme store, checked: ``public`` (documented facts) or ``demo`` (invented).

    Participants and their areas are the same real ones in both. ``data``: the folder that holds ``programme`` and
    ``demo``.

    Raises ZwkError with file and line for a bad file, and for an unknown data set.
    """
    if dataset not in ("public", "demo"):
        raise ZwkError(f"Den Datensatz „{dataset}“ gibt es nicht. Möglich sind „public“ und „demo“.")
    return _checked_frames(_files(dataset, data))


def _files(dataset: str, data: Path) -> dict[str, tuple[Path, tuple[str, ...]]]:
    """The csv file of each table of the data set, with its columns."""
    files = {
        name: (data / "programme" / f"{name}.csv", tuple(csv_columns(name)))
        for name in parents_first()
        if TABLES[name].ships or (data / "programme" / f"{name}.csv").exists()
    }
    if dataset == "public":
        return files
    return {
        name: files[name] if name in SHARED else _invented(name, data / "demo" / f"{name}.csv")
        for name in parents_first()
    }


def _invented(name: str, file: Path) -> tuple[Path, tuple[str, ...]]:
    """A file of the invented data; a field that is newer than the file and may be empty is empty there."""
    columns = invented_columns(name)
    if not file.exists():
        return file, columns  # which the reader refuses
    with file.open(encoding="utf-8") as lines:
        there = {*lines.readline().strip().split(","), *TABLES[name].always_filled}
    return file, tuple(column for column in columns if column in there)


def ensure(dataset: str | None = None) -> Store:
    """The programme store of the data set (default: the one shown), made if missing; returns at once otherwise.

    A store whose seed has changed since is made anew, unless people have entered something: then it stays, and is
    brought up to date if it is of an older version (with a copy kept beside it). Threads wait for each other, and so
    do processes that share a store. Raises ZwkError as ``frames`` and the store do.
    """
    name = dataset or settings.dataset()
    path = programme_store(name)
    with _making, programme_file.turn(path):
        wanted = fingerprint(name)
        state = programme_file.state(path)
        if state is None or (state.fingerprint != wanted and not state.changes):
            programme_file.build(path, frames(name), wanted)
        elif state.version != programme_file.newest_version():
            kept = programme_file.bring_up_to_date(path)
            log.info(
                "Der Datenspeicher %s hat jetzt Stand %s; vorher gesichert: %s",
                path.stem,
                programme_file.newest_version(),
                kept,
            )
    return path


@lru_cache(maxsize=2)
def fingerprint(dataset: str) -> str:
    """Eight hex digits over everything a store is made from: csv files and schema."""
    files = [settings.DATA / "programme" / f"{table}.csv" for table in parents_first()]
    files += programme_file.migration_steps()
    if dataset == "demo":
        files += sorted((settings.DATA / "demo").glob("*.csv"))
    digest = hashlib.sha256(dataset.encode())
    for file in files:
        digest.update(file.name.encode())
        digest.update(file.read_bytes() if file.exists() else b"")
    return digest.hexdigest()[:8]


def _checked_frames(files: dict[str, tuple[Path, tuple[str, ...]]]) -> dict[str, pd.DataFrame]:
    tables = {name: shipped_csv.read_rows(file, columns) for name, (file, columns) in files.items()}
    made: dict[str, pd.DataFrame] = {}
    for name, rows in tables.items():
        columns = {column: rows.column(column, _reader(TABLES[name], column)) for column in files[name][1]}
        # dtype object: None stays None, and dates stay dates
        made[name] = pd.DataFrame(columns, dtype=object)
    for name, rows in tables.items():
        table = TABLES[name]
        for rule in ((table.key,), *(one.columns for one in table.unique if one.where is None)):
            if set(rule) <= set(made[name]):
                rows.unique(*rule)
        for one in table.references:
            if one.parent in tables:
                _check_known(rows, one.column, one.parent, set(made[one.parent][TABLES[one.parent].key]))
    _check_areas(tables["participant_area"], tables["participant"])
    # in this order, so that of several faults the same one is always reported
    for name in ("stage_event", "stage_plan"):
        if name in tables:
            _check_spans(tables[name], made[name])
    _check_order(tables["measure"], made["measure"])
    return made


def _check_known(table: CsvRows, column: str, parent: str, known: set[object]) -> None:
    for index, row in enumerate(table.rows):
        if row[column] and row[column] not in known:
            raise table.fault(index, f"„{row[column]}“ steht nicht in {parent}.csv. Bitte Schreibweise prüfen.")


def _check_areas(table: CsvRows, participants: CsvRows) -> None:
    for index, row in enumerate(table.rows):
        length = AREA_LEVELS[row["level"]]
        if not re.fullmatch(rf"\d{{{length}}}", row["area_key"]):
            raise table.fault(
                index, f"„{row['area_key']}“ ist kein Schlüssel der Ebene {row['level']} ({length} Ziffern erwartet)."
            )
    covered = {row["participant_id"] for row in table.rows}
    for index, row in enumerate(participants.rows):
        if row["participant_id"] not in covered:
            raise participants.fault(index, f"für „{row['participant_id']}“ fehlt das Gebiet in participant_area.csv.")


def _check_spans(table: CsvRows, events: pd.DataFrame) -> None:
    """The date's span has to be as wide as the precision says: nothing may look more exact than its source."""
    columns = zip(events["date_from"], events["date_to"], events["precision"], strict=True)
    for index, (start, end, precision) in enumerate(columns):
        if precision in UNDATED:
            if start or end:
                raise table.fault(
                    index, f"Genauigkeit „{precision}“, aber ein Datum steht da. Bitte eines von beiden ändern."
                )
        elif start is None or end is None:
            raise table.fault(index, f"Genauigkeit „{precision}“ braucht date_from und date_to.")
        elif (start, end) != span(start, precision):
            first, last = span(start, precision)
            raise table.fault(
                index, f"Genauigkeit „{precision}“ passt nicht zu {start} bis {end}; erwartet wird {first} bis {last}."
            )


def _check_order(table: CsvRows, measures: pd.DataFrame) -> None:
    for index, (start, end) in enumerate(zip(measures["starts"], measures["ends"], strict=True)):
        if start and end and end < start:
            raise table.fault(index, f"die Maßnahme endet ({end}), bevor sie beginnt ({start}).")
