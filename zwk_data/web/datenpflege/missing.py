"""Datenpflege, „Was fehlt uns?“: every gap of every Kommune, each one click from the form that fills it."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd
from markupsafe import Markup

from zwk_data import german
from zwk_data.programme import participants, stages
from zwk_data.settings import today
from zwk_data.stores import access
from zwk_data.stores.access import Person
from zwk_data.web.datenpflege.entry import own_names
from zwk_data.web.datenpflege.table import entry_address
from zwk_data.web.kit import parts
from zwk_data.web.kit.choice import choose
from zwk_data.web.kit.markup import Link, page_link

#: what to look for (as in the address) -> words
KINDS = {"stufen": "Stufen und ihre Termine", **{table: f"Wo {words}" for table, words in participants.MISSING.items()}}


def what_is_missing(person: Person) -> None:
    """How many Kommunen have each stage, and below it who lacks what."""
    found = participants.gaps(today())
    found = found[found["participant_id"].isin(own_names(person))]
    parts.section(
        "Was fehlt uns?", "Ein Klick auf eine Lücke öffnet das passende Formular; Kommune und Stufe sind schon gewählt."
    )
    counts = stages.counts(stages.matrix())
    parts.html_table(
        pd.DataFrame(
            {
                "Stufe": counts["stage_de"],
                "Belegt sind": [stages.evidence_words(row) for _, row in counts.iterrows()],
                "Nicht belegt": counts["none"],
            }
        ),
        f"Alle {german.number(int(counts['total'].max()))} Kommunen",
    )
    kind = choose("Nur zeigen", KINDS, key="luecke", placeholder="Alle Lücken")
    if kind:
        found = found[found["table"] == ("stage_event" if kind == "stufen" else kind)]
    if found.empty:
        parts.notice("Hier fehlt nichts.")
        return
    groups = [((rows["participant_id"].iloc[0], rows["name"].iloc[0]), rows) for _, rows in _by_kommune(found)]
    parts.linked_table(
        {
            "Kommune": [Link(name, page_link("kommune", kommune=key)) for (key, name), _ in groups],
            "Lücken": [len(rows) for _, rows in groups],
            "Stufen": [_links(person, rows[rows["stage"] != ""]) for _, rows in groups],
            "Sonst": [_links(person, rows[rows["stage"] == ""]) for _, rows in groups],
        },
        f"{german.count(len(found), 'Lücke', 'Lücken')} bei {german.count(len(groups), 'Kommune', 'Kommunen')}",
        numeric=("Lücken",),
    )


def _by_kommune(found: pd.DataFrame) -> Iterable[tuple[object, pd.DataFrame]]:
    return found.groupby("participant_id", sort=False)


def _links(person: Person, rows: pd.DataFrame) -> Markup:
    """The gaps of one Kommune, each leading to its form where the person may fill it."""
    told: list[Markup | Link | str] = []
    columns = rows[["participant_id", "name", "table", "stage", "what"]].astype(str)
    for participant, name, table, stage, what in columns.itertuples(index=False, name=None):
        address = page_link("datenpflege", **entry_address(table, participant, stage))
        may = access.may_write(person, table, participant)
        told.append(Link(what, address, f"{name} eintragen") if may else what)
    return Markup(", ").join(told)
