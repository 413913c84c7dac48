"""The programme store's first content: public facts from data/programme, or the invented demo data."""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from pathlib import Path

import pandas as pd

from zwk_data import paths
from zwk_data.errors import ZwkError
from zwk_data.programme import csvtable, demo
from zwk_data.programme.csvtable import Table, address, amount, boolean, day, one_of, required, text
from zwk_data.programme.dates import span
from zwk_data.programme.words import AREA_LEVELS, KINDS, MEASURE_STATUS, PRECISIONS, STAGES
from zwk_data.warehouse import programme_store

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


#: table -> column -> how its text is read; the order is that of the files and of the public tables
COLUMNS: dict[str, dict[str, Callable[[str], object]]] = {
    "participant": {
        "participant_id": _identifier,
        "name": required,
        "kind": one_of(tuple(KINDS)),
        "land": required,
        "quarter": text,
        "admitted": required,
        "dwk_experience": boolean,
        "adviser": text,
        "note": text,
        "source_url": lambda value: address(required(value)),
    },
    "participant_area": {"participant_id": required, "level": one_of(tuple(AREA_LEVELS)), "area_key": required},
    "stage_event": {
        "participant_id": required,
        "stage": one_of(tuple(STAGES)),
        "date_from": day,
        "date_to": day,
        "precision": one_of(tuple(PRECISIONS)),
        "note": str,
        "source_url": address,
        "entered_by": required,
        "entered_at": _moment,
    },
    "theme": {"theme_id": _identifier, "name_de": required, "toolkit": boolean},
    "participant_theme": {
        "participant_id": required,
        "theme_id": required,
        "wording": required,
        "source_url": address,
    },
    "measure": {
        "measure_id": required,
        "participant_id": required,
        "theme_id": text,
        "title": required,
        "goal": text,
        "responsible": text,
        "starts": day,
        "ends": day,
        "budget_eur": amount,
        "target_group": text,
        "status": one_of(tuple(MEASURE_STATUS)),
        "indicator": text,
        "note": text,
        "source_url": address,
        "entered_by": required,
        "entered_at": _moment,
    },
}

_KEYS: dict[str, tuple[str, ...]] = {
    "participant": ("participant_id",),
    "participant_area": ("participant_id", "area_key"),
    "stage_event": ("participant_id", "stage", "date_from", "date_to", "note"),
    "theme": ("theme_id",),
    "participant_theme": ("participant_id", "theme_id", "wording"),
    "measure": ("measure_id",),
}


def frames(dataset: str, folder: Path | None = None) -> dict[str, pd.DataFrame]:
    """One frame per table of the programme store, checked: ``public`` (documented facts) or ``demo`` (invented).

    Participants and their areas are the same real ones in both. ``folder``: where the csv files lie.

    Raises ZwkError with file and line for a bad file, and for an unknown data set.
    """
    if dataset not in ("public", "demo"):
        raise ZwkError(f"Den Datensatz „{dataset}“ gibt es nicht. Möglich sind „public“ und „demo“.")
    public = _documented(folder or paths.DATA / "programme")
    return public if dataset == "public" else demo.frames(public)


def ensure(dataset: str | None = None) -> Path:
    """The programme store of the data set (default: the one shown), made if missing; returns at once otherwise.

    A store whose seed has changed since is made anew, unless people have entered something: then it stays.
    Threads wait for each other. Raises ZwkError as ``frames`` and the store do.
    """
    name = dataset or paths.dataset()
    path = programme_store.programme_path(name)
    with _making:
        wanted = fingerprint(name)
        state = programme_store.seed_state(path)
        if state is None or (state[0] != wanted and state[1] == 0):
            programme_store.build(path, frames(name), wanted)
    return path


@lru_cache(maxsize=2)
def fingerprint(dataset: str) -> str:
    """Eight hex digits over everything a store is made from: csv files, schema, and the demo's rules."""
    files = [paths.DATA / "programme" / f"{table}.csv" for table in COLUMNS]
    files.append(Path(programme_store.__file__).with_name("programme.sql"))
    if dataset == "demo":
        files += [Path(__file__).with_name("demo.py"), *sorted((paths.DATA / "demo").glob("*.csv"))]
    digest = hashlib.sha256(dataset.encode())
    for file in files:
        digest.update(file.name.encode())
        digest.update(file.read_bytes() if file.exists() else b"")
    return digest.hexdigest()[:8]


def _documented(folder: Path) -> dict[str, pd.DataFrame]:
    tables = {name: csvtable.read(folder / f"{name}.csv", tuple(columns)) for name, columns in COLUMNS.items()}
    made: dict[str, pd.DataFrame] = {}
    for name, table in tables.items():
        columns = {column: table.column(column, convert) for column, convert in COLUMNS[name].items()}
        # dtype object: None stays None, and dates stay dates
        made[name] = pd.DataFrame(columns, dtype=object)
        table.unique(*_KEYS[name])
    tables["participant"].unique("name")
    tables["theme"].unique("name_de")
    for child, column, parent in (
        ("participant_area", "participant_id", "participant"),
        ("stage_event", "participant_id", "participant"),
        ("participant_theme", "participant_id", "participant"),
        ("measure", "participant_id", "participant"),
        ("participant_theme", "theme_id", "theme"),
        ("measure", "theme_id", "theme"),
    ):
        _known(tables[child], column, parent, set(made[parent][column]))
    _areas(tables["participant_area"], tables["participant"])
    _spans(tables["stage_event"], made["stage_event"])
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
