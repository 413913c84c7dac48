"""Everything people keep, table by table, for whoever takes it along: records, areas, history."""

from __future__ import annotations

import pandas as pd

from zwk_data.programme import changelog, forms
from zwk_data.programme.records import RECORDS
from zwk_data.warehouse.connection import read


def listed_records(table: str) -> pd.DataFrame:
    """All records of a table that may be seen: its key and columns as the store keeps them, by key."""
    record = RECORDS[table]
    return read(f"SELECT {', '.join((record.key, *record.columns))} FROM {table} ORDER BY {record.key}")


def listed_areas() -> pd.DataFrame:
    """The areas of each Kommune: columns Kommune, Ebene, Gebietsschlüssel (AGS, Verband or Kreis, as text)."""
    found = read(
        "SELECT name, level, area_key FROM participant_area JOIN participant USING (participant_id) ORDER BY ALL"
    )
    return found.set_axis(["Kommune", "Ebene", "Gebietsschlüssel"], axis=1)


def listed_log() -> pd.DataFrame:
    """The whole history, newest first.

    Columns: Wann (datetime), Wer, Rolle, Art, Grund, Datei, Tabelle, Kennung, Feld ("" for a whole record), Alt, Neu.
    """
    found = read(
        """
        SELECT l."at", l.actor, s.role, s.kind, coalesce(l.reason, s.reason) AS reason, s.file, l.entity, l.entity_id,
               l.field, l.old, l.new
        FROM change_log l LEFT JOIN change_set s USING (set_id)
        ORDER BY l.change_id DESC
        """
    )
    plain = found.astype(object).where(found.notna(), None)
    names = changelog.names()
    rows = []
    for at, actor, role, kind, reason, file, table, key, column, old, new in plain.itertuples(index=False):
        record = RECORDS.get(table)
        label = record.field_of(column).label if record and column in record.columns else column or ""
        if record and column in record.columns:
            old, new = (changelog.word(table, column, text, names) for text in (old, new))
        rows.append(
            (at, actor, role or "", changelog.KINDS.get(kind, kind or ""), reason or "", file or "",
             record.name if record else table, key, label, old or "", new or "")
        )  # fmt: skip
    columns = ["Wann", "Wer", "Rolle", "Art", "Grund", "Datei", "Tabelle", "Kennung", "Feld", "Alt", "Neu"]
    return pd.DataFrame(rows, columns=columns, dtype=object)


def known_tables() -> forms.Context:
    """The names of what records refer to (see ``forms.context``)."""
    return forms.context()
