"""The history at the desk: who changed what, when and why; any change can be taken back."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from zwk_data import german
from zwk_data.programme import changelog
from zwk_data.programme.access import ROLES, Person
from zwk_data.programme.records import RECORDS
from zwk_data.web import parts
from zwk_data.web.choice import choose
from zwk_data.web.desk_saving import take_back
from zwk_data.web.links import Link, linked_table, page_link

SHOWN = 100
Row = dict[str, Any]


def past(person: Person) -> None:
    """The last change sets; one of them in full, with the button that takes it back."""
    sets: list[Row] = [{str(k): v for k, v in row.items()} for row in changelog.sets(SHOWN).to_dict("records")]
    if not sets:
        parts.notice("Hier wurde noch nichts geändert: Alle Einträge stammen aus dem Grundbestand.")
        return
    titles = {str(row["set_id"]): f"Nr. {row['set_id']}, {_when(row)}, {row['actor']}: {_what(row)}" for row in sets}
    chosen = choose("Änderung ansehen", titles, key="aenderung", placeholder="Änderung wählen")
    if chosen:
        _one(person, next(row for row in sets if str(row["set_id"]) == chosen))
    parts.section("Die letzten Änderungen")
    st.html(
        linked_table(
            {
                "Nr.": [_opened(row) for row in sets],
                "Wann": [_when(row) for row in sets],
                "Wer": [row["actor"] for row in sets],
                "Was": [_what(row) for row in sets],
                "Warum": [row["reason"] if isinstance(row["reason"], str) else "" for row in sets],
                "Stand": ["zurückgenommen" if pd.notna(row["undone"]) else "" for row in sets],
            },
            f"{german.count(len(sets), 'Änderung', 'Änderungen')}, neueste zuerst",
        )
    )


def _opened(row: Row) -> Link:
    number = str(row["set_id"])
    return Link(number, page_link("datenpflege", teil="verlauf", aenderung=number), "ansehen")


def _when(row: Row) -> str:
    return f"{row['at']:%d.%m.%Y %H:%M}"


def _what(row: Row) -> str:
    """„Import aus liste.xlsx: 12 Einträge (Maßnahmen)“."""
    tables = german.listing([RECORDS[table].plural for table in row["tables"] if table in RECORDS])
    file = f" aus {row['file']}" if isinstance(row["file"], str) else ""
    return (
        f"{changelog.KINDS[row['kind']]}{file}: {german.count(int(row['records']), 'Eintrag', 'Einträge')} ({tables})"
    )


def _one(person: Person, row: Row) -> None:
    set_id = int(row["set_id"])
    parts.section(f"Änderung Nr. {set_id}")
    parts.figures(
        [
            ("Wer", row["actor"], ROLES.get(row["role"], "")),
            ("Wann", f"{row['at']:%d.%m.%Y}", f"{row['at']:%H:%M} Uhr"),
            ("Einträge", german.number(int(row["records"])), changelog.KINDS[row["kind"]]),
        ]
    )
    if isinstance(row["reason"], str):
        parts.prose([f"Grund: {row['reason']}"])
    told = changelog.of_set(set_id)[["entity", "entity_id", "what"]]
    told["entity"] = [RECORDS[table].name if table in RECORDS else table for table in told["entity"]]
    told.columns = ["Art", "Kennung", "Was"]
    parts.html_table(told, f"Was Änderung Nr. {set_id} getan hat", max_height=420)
    if pd.notna(row["undone"]):
        parts.notice(f"Diese Änderung wurde mit Nr. {int(row['undone'])} zurückgenommen.")
    elif st.button("Diese Änderung zurücknehmen", icon=":material/undo:", key=f"ruecknahme-{set_id}"):
        take_back(set_id, person)
