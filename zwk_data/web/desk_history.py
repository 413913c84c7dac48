"""The history at the desk: who changed what, when and why; any change can be taken back."""

from __future__ import annotations

from urllib.parse import quote

import streamlit as st

from zwk_data import german
from zwk_data.programme import changelog
from zwk_data.programme.access import ROLES, Person
from zwk_data.programme.records import RECORDS
from zwk_data.web import parts
from zwk_data.web.choice import choose
from zwk_data.web.desk_saving import take_back
from zwk_data.web.links import Link, linked_table

SHOWN = 100


def past(person: Person) -> None:
    """The last change sets; one of them in full, with the button that takes it back."""
    sets = changelog.sets(SHOWN)
    if sets.empty:
        parts.notice("Hier wurde noch nichts geändert: Alle Einträge stammen aus dem Grundbestand.")
        return
    titles = {str(row.set_id): _title(row) for row in sets.itertuples()}
    chosen = choose("Änderung ansehen", titles, key="aenderung", placeholder="Änderung wählen")
    if chosen:
        _one(person, sets.set_index("set_id").loc[int(chosen)], int(chosen))
    parts.section("Die letzten Änderungen")
    st.html(
        linked_table(
            {
                "Nr.": [Link(str(n), f"?teil=verlauf&aenderung={quote(str(n))}", "ansehen") for n in sets["set_id"]],
                "Wann": [f"{at:%d.%m.%Y %H:%M}" for at in sets["at"]],
                "Wer": sets["actor"].tolist(),
                "Was": [_what(row) for row in sets.itertuples()],
                "Warum": sets["reason"].fillna("").tolist(),
                "Stand": ["zurückgenommen" if n == n else "" for n in sets["undone"]],
            },
            f"Die letzten {german.number(len(sets))} Änderungen, neueste zuerst",
        )
    )


def _title(row: object) -> str:
    return f"Nr. {row.set_id}, {row.at:%d.%m.%Y %H:%M}, {row.actor}: {_what(row)}"  # type: ignore[attr-defined]


def _what(row: object) -> str:
    """„Import aus liste.xlsx: 12 Einträge (Maßnahmen)“."""
    tables = german.listing([RECORDS[t].plural for t in row.tables if t in RECORDS])  # type: ignore[attr-defined]
    file = f" aus {row.file}" if isinstance(row.file, str) else ""  # type: ignore[attr-defined]
    records = german.count(int(row.records), "Eintrag", "Einträge")  # type: ignore[attr-defined]
    return f"{changelog.KINDS[row.kind]}{file}: {records} ({tables})"  # type: ignore[attr-defined]


def _one(person: Person, row: object, set_id: int) -> None:
    parts.section(f"Änderung Nr. {set_id}")
    parts.figures(
        [
            ("Wer", row.actor, ROLES.get(row.role, "")),  # type: ignore[attr-defined]
            ("Wann", f"{row.at:%d.%m.%Y}", f"{row.at:%H:%M} Uhr"),  # type: ignore[attr-defined]
            ("Einträge", german.number(int(row.records)), changelog.KINDS[row.kind]),  # type: ignore[attr-defined]
        ]
    )
    if isinstance(row.reason, str) and row.reason:  # type: ignore[attr-defined]
        parts.prose([f"Grund: {row.reason}"])  # type: ignore[attr-defined]
    told = changelog.of_set(set_id)[["entity", "entity_id", "what"]]
    told["entity"] = [RECORDS[t].name if t in RECORDS else t for t in told["entity"]]
    told.columns = ["Art", "Kennung", "Was"]
    parts.html_table(told, f"Was Änderung Nr. {set_id} getan hat", max_height=420)
    if row.undone == row.undone:  # type: ignore[attr-defined]
        parts.notice(f"Diese Änderung wurde mit Nr. {int(row.undone)} zurückgenommen.")  # type: ignore[attr-defined]
    elif st.button("Diese Änderung zurücknehmen", icon=":material/undo:", key=f"ruecknahme-{set_id}"):
        take_back(set_id, person)
