"""The programme store's first content: public facts from data/programme, or the invented data of data/demo.

The invented data are drawn by ``tools.demo_data``, once; what ships and is read here is its result.
"""

from __future__ import annotations

import hashlib
import logging
import re
import threading
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from pathlib import Path

import pandas as pd

from zwk_data import settings
from zwk_data.errors import ZwkError
from zwk_data.schema import shipped_csv
from zwk_data.schema.dates import span
from zwk_data.schema.shipped_csv import Table, address, amount, boolean, day, one_of, required, text
from zwk_data.schema.tables import RECORDS, STAMPS
from zwk_data.schema.words import AREA_LEVELS, PRECISIONS
from zwk_data.stores import programme_file
from zwk_data.stores.integrity import REFERENCES

log = logging.getLogger(__name__)

#: what the invented data share with the documented facts: their Kommunen and the list of themes are real
SHARED = ("participant", "participant_area", "theme")

_making = threading.Lock()


def _moment(value: str) -> datetime | None:
    try:
        return datetime.fromisoformat(value) if value else None
    except ValueError as error:
        raise ValueError(f"„{value}“ ist kein Zeitpunkt der Form JJJJ-MM-TT HH:MM.") from error


def _identifier(value: str) -> str:
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", value):
        raise ValueError(f"„{value}“ ist keine Kennung. Erlaubt sind Kleinbuchstaben, Ziffern und Bindestriche.")
    return value


#: kind of a field -> how its text is read from a csv file
_READ: dict[str, Callable[[str], object]] = {
    "text": text,
    "long": text,
    "reference": text,
    "money": amount,
    "number": amount,
    "flag": boolean,
    "address": address,
    "day": day,
    "year": lambda value: int(amount(value) or 0) or None,
    "count": lambda value: int(amount(value) or 0) if value else None,
}
#: files that must be there, with their columns; others may be missing: nothing is documented then
_SHIPPED = {
    "participant": ("participant_id", "name", "kind", "land", "quarter", "admitted", "dwk_experience", "adviser",
                    "note", "source_url"),
    "participant_area": ("participant_id", "level", "area_key"),
    "stage_event": ("participant_id", "stage", "date_from", "date_to", "precision", "note", "source_url", "entered_by",
                    "entered_at"),
    "theme": ("theme_id", "name_de", "toolkit"),
    "participant_theme": ("participant_id", "theme_id", "wording", "source_url"),
    "measure": ("measure_id", "participant_id", "theme_id", "title", "goal", "responsible", "starts", "ends",
                "budget_eur", "target_group", "status", "indicator", "note", "source_url", "entered_by", "entered_at"),
}  # fmt: skip


def _reader(table: str, column: str) -> Callable[[str], object]:
    """How the text of a column is read, from what ``records`` says of its field."""
    own_key = column in ("participant_id", "theme_id") and table == column.removesuffix("_id")
    special: dict[str, Callable[[str], object]] = {
        "entered_by": required,
        "entered_at": _moment,
        "date_from": day,
        "date_to": day,
        "precision": one_of(tuple(PRECISIONS)),
        "level": one_of(tuple(AREA_LEVELS)),
        "area_key": required,
    }
    if own_key:
        return _identifier
    if column in special:
        return special[column]
    if table == "participant_area" or column == RECORDS[table].key:
        return required
    if (table, column) == ("stage_event", "note"):
        return str
    field = RECORDS[table].field_of(column)
    read = one_of(tuple(field.choices)) if field.kind == "code" else _READ[field.kind]
    if field.required or (table, column) == ("participant", "source_url"):
        return lambda value: read(required(value))
    return read


def _columns(table: str) -> tuple[str, ...]:
    """The columns of a table's csv file: as shipped, or key, fields and stamps."""
    if table in _SHIPPED:
        return _SHIPPED[table]
    record = RECORDS[table]
    return (record.key, *record.columns, *(STAMPS if record.stamped else ()))


#: table -> column -> how its text is read; the order is that of the files
COLUMNS: dict[str, dict[str, Callable[[str], object]]] = {
    table: {column: _reader(table, column) for column in _columns(table)} for table in programme_file.TABLES
}

#: what must not be there twice in a file
_KEYS: dict[str, tuple[str, ...]] = {table: (record.key,) for table, record in RECORDS.items()} | {
    "participant_area": ("participant_id", "area_key"),
    "stage_event": ("participant_id", "stage", "date_from", "date_to", "note"),
    "participant_theme": ("participant_id", "theme_id", "wording"),
}


def invented_columns(table: str) -> tuple[str, ...]:
    """The columns of data/demo/<table>.csv.

    A key stands there only if other tables refer to it; all others are numbered by the store.
    """
    record = RECORDS[table]
    key = (record.key,) if table in {parent for _, _, parent, _ in REFERENCES} else ()
    return (*key, *record.columns, *(STAMPS if record.stamped else ()))


def frames(dataset: str, data: Path = settings.DATA) -> dict[str, pd.DataFrame]:
    """One frame per table of the programme store, checked: ``public`` (documented facts) or ``demo`` (invented).

    Participants and their areas are the same real ones in both. ``data``: the folder that holds ``programme`` and
    ``demo``.

    Raises ZwkError with file and line for a bad file, and for an unknown data set.
    """
    if dataset not in ("public", "demo"):
        raise ZwkError(f"Den Datensatz „{dataset}“ gibt es nicht. Möglich sind „public“ und „demo“.")
    return _checked(_files(dataset, data))


def _files(dataset: str, data: Path) -> dict[str, tuple[Path, tuple[str, ...]]]:
    """The csv file of each table of the data set, with its columns."""
    files = {
        table: (data / "programme" / f"{table}.csv", tuple(columns))
        for table, columns in COLUMNS.items()
        if table in _SHIPPED or (data / "programme" / f"{table}.csv").exists()
    }
    if dataset == "public":
        return files
    return {
        table: files[table] if table in SHARED else (data / "demo" / f"{table}.csv", invented_columns(table))
        for table in COLUMNS
    }


def ensure(dataset: str | None = None) -> Path:
    """The programme store of the data set (default: the one shown), made if missing; returns at once otherwise.

    A store whose seed has changed since is made anew, unless people have entered something: then it stays, and is
    brought up to date if it is of an older version (with a copy kept beside it). Threads wait for each other. Raises
    ZwkError as ``frames`` and the store do.
    """
    name = dataset or settings.dataset()
    path = programme_file.programme_path(name)
    with _making:
        wanted = fingerprint(name)
        state = programme_file.state(path)
        if state is None or (state.fingerprint != wanted and not state.changes):
            programme_file.build(path, frames(name), wanted)
        elif state.version != programme_file.newest_version():
            kept = programme_file.bring_up_to_date(path)
            log.info(
                "Der Datenspeicher %s hat jetzt Stand %s; vorher gesichert: %s",
                path,
                programme_file.newest_version(),
                kept,
            )
    return path


@lru_cache(maxsize=2)
def fingerprint(dataset: str) -> str:
    """Eight hex digits over everything a store is made from: csv files and schema."""
    files = [settings.DATA / "programme" / f"{table}.csv" for table in COLUMNS]
    files += programme_file.migration_steps()
    if dataset == "demo":
        files += sorted((settings.DATA / "demo").glob("*.csv"))
    digest = hashlib.sha256(dataset.encode())
    for file in files:
        digest.update(file.name.encode())
        digest.update(file.read_bytes() if file.exists() else b"")
    return digest.hexdigest()[:8]


def _checked(files: dict[str, tuple[Path, tuple[str, ...]]]) -> dict[str, pd.DataFrame]:
    tables = {name: shipped_csv.read_rows(file, columns) for name, (file, columns) in files.items()}
    made: dict[str, pd.DataFrame] = {}
    for name, table in tables.items():
        columns = files[name][1]
        # dtype object: None stays None, and dates stay dates
        made[name] = pd.DataFrame({c: table.column(c, _reader(name, c)) for c in columns}, dtype=object)
        if set(_KEYS[name]) <= set(columns):
            table.unique(*_KEYS[name])
    tables["participant"].unique("name")
    tables["theme"].unique("name_de")
    for child, column, parent, key in REFERENCES:
        if child in tables and parent in tables:
            _known(tables[child], column, parent, set(made[parent][key]))
    _areas(tables["participant_area"], tables["participant"])
    for name in {"stage_event", "stage_plan"} & set(tables):
        _spans(tables[name], made[name])
    _order(tables["measure"], made["measure"])
    return made


def _known(table: Table, column: str, parent: str, known: set[object]) -> None:
    for index, row in enumerate(table.rows):
        if row[column] and row[column] not in known:
            raise table.fault(index, f"„{row[column]}“ steht nicht in {parent}.csv. Bitte Schreibweise prüfen.")


def _areas(table: Table, participants: Table) -> None:
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


def _spans(table: Table, events: pd.DataFrame) -> None:
    """The date's span has to be as wide as the precision says: nothing may look more exact than its source."""
    columns = zip(events["date_from"], events["date_to"], events["precision"], strict=True)
    for index, (start, end, precision) in enumerate(columns):
        if precision == "unknown":
            if start or end:
                raise table.fault(
                    index, "Genauigkeit „unknown“, aber ein Datum steht da. Bitte eines von beiden ändern."
                )
        elif start is None or end is None:
            raise table.fault(index, f"Genauigkeit „{precision}“ braucht date_from und date_to.")
        elif (start, end) != span(start, precision):
            first, last = span(start, precision)
            raise table.fault(
                index, f"Genauigkeit „{precision}“ passt nicht zu {start} bis {end}; erwartet wird {first} bis {last}."
            )


def _order(table: Table, measures: pd.DataFrame) -> None:
    for index, (start, end) in enumerate(zip(measures["starts"], measures["ends"], strict=True)):
        if start and end and end < start:
            raise table.fault(index, f"die Maßnahme endet ({end}), bevor sie beginnt ({start}).")
