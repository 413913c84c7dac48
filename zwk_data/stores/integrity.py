"""What the programme store's tables owe each other: no record without its parent, none twice.

DuckDB's own foreign keys and unique indexes refuse what a transaction as a whole makes right again (migrations/0002);
so the whole is asked here before it is committed.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import pandas as pd

#: child table, its column, parent table, the parent's key; an empty reference is allowed
REFERENCES = (
    ("participant_area", "participant_id", "participant", "participant_id"),
    ("stage_event", "participant_id", "participant", "participant_id"),
    ("stage_plan", "participant_id", "participant", "participant_id"),
    ("participant_theme", "participant_id", "participant", "participant_id"),
    ("participant_theme", "theme_id", "theme", "theme_id"),
    ("measure", "participant_id", "participant", "participant_id"),
    ("measure", "theme_id", "theme", "theme_id"),
    ("measure_note", "measure_id", "measure", "measure_id"),
    ("measure_tool", "measure_id", "measure", "measure_id"),
    ("measure_tool", "tool_id", "tool", "tool_id"),
    ("tool", "theme_id", "theme", "theme_id"),
    ("funding", "participant_id", "participant", "participant_id"),
    ("good_practice", "participant_id", "participant", "participant_id"),
    ("good_practice", "theme_id", "theme", "theme_id"),
    ("good_practice", "measure_id", "measure", "measure_id"),
    ("review", "participant_id", "participant", "participant_id"),
    ("review_rating", "review_id", "review", "review_id"),
    ("review_point", "review_id", "review", "review_id"),
    ("review_point", "measure_id", "measure", "measure_id"),
    ("dossier_note", "participant_id", "participant", "participant_id"),
)
#: table -> what must not be there twice, beside its key
UNIQUE = {
    "participant": ("name",),
    "theme": ("name_de",),
    "adviser": ("name",),
    "tool": ("title",),
    "stage_event": ("participant_id", "stage", "date_from", "date_to", "note"),
    "participant_theme": ("participant_id", "theme_id", "wording"),
    "funding": ("participant_id", "year"),
    "measure_tool": ("measure_id", "tool_id"),
    "network_event": ("title", "date_from"),
    "review": ("participant_id", "held_on"),
    "review_rating": ("review_id", "field_of_action"),
    "dossier_note": ("participant_id", "section"),
}
#: at most one plan of a stage is open
_OPEN_PLANS = (
    "SELECT participant_id, stage FROM {db}stage_plan WHERE status = 'planned' GROUP BY ALL HAVING count(*) > 1"
)


@dataclass(frozen=True)
class Fault:
    """A rule that is broken: ``table``, the ``columns`` it is about, and the values of one case."""

    kind: str  # missing | twice
    table: str
    columns: tuple[str, ...]
    found: tuple[object, ...]


def faults(con: duckdb.DuckDBPyConnection, tables: set[str] | None = None, database: str = "") -> list[Fault]:
    """At most one case of each broken rule; ``tables``: only rules that changes to these tables can break.

    ``database`` names the attached store (``programme``), or nothing if the connection is the store itself.
    """
    db = f"{database}." if database else ""
    found = []
    for child, column, parent, key in REFERENCES:
        if tables is not None and not {child, parent} & tables:
            continue
        lost = con.execute(
            f"SELECT {column} FROM {db}{child} WHERE {column} IS NOT NULL "
            f"AND {column} NOT IN (SELECT {key} FROM {db}{parent}) LIMIT 1"
        ).fetchone()
        if lost:
            found.append(Fault("missing", child, (column,), tuple(lost)))
    for table, columns in UNIQUE.items():
        if tables is not None and table not in tables:
            continue
        listed = ", ".join(columns)
        twice = con.execute(f"SELECT {listed} FROM {db}{table} GROUP BY ALL HAVING count(*) > 1 LIMIT 1").fetchone()
        if twice:
            found.append(Fault("twice", table, columns, tuple(None if pd.isna(v) else v for v in twice)))
    if tables is None or "stage_plan" in tables:
        open_twice = con.execute(_OPEN_PLANS.format(db=db) + " LIMIT 1").fetchone()
        if open_twice:
            found.append(Fault("twice", "stage_plan", ("participant_id", "stage"), tuple(open_twice)))
    return found
