"""Themen, „Wer kann wen beraten?“: for a Kommune and a theme whom to call, why, and what they can hand over."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from zwk_data import german
from zwk_data.demography import twins
from zwk_data.errors import ZwkError
from zwk_data.programme import advice, practice
from zwk_data.web import parts
from zwk_data.web.choice import choose_part
from zwk_data.web.links import Link, linked_table, source_link
from zwk_data.web.practice_part import tool_table
from zwk_data.web.themes_view import Choice, choices, filled, labels, progress, source, stage_links, texts

#: Kommunen whose deeds are told
FIRST = 5


def advisers(chosen: Choice) -> None:
    """The list in the chosen order, what the first of it did, and the tools."""
    if not chosen.participant:
        parts.notice("Bitte oben eine Kommune wählen: Für sie stehen hier die Kommunen, die ihr raten können.")
        return
    if not chosen.theme:
        _themes_of(chosen)
        return
    parts.section(f"Wer kann {chosen.name} zu „{chosen.title}“ beraten?")
    found = parts.cached(_candidates)(chosen.participant, chosen.theme)
    helping = found[found["helps"]]
    if helping.empty:
        parts.notice(
            "Nicht belegt: Keine andere Kommune mit diesem Thema ist in den Stufen belegt weiter, und zu keiner ist "
            "eine laufende oder abgeschlossene Maßnahme oder gute Praxis eingetragen."
        )
    else:
        order = choose_part({key: name for key, (name, *_) in advice.ORDERS.items()}, key="folge", label="Reihenfolge")
        helping = advice.ordered(helping, order)
        parts.linked_text([f"{advice.ORDERS[order][1]} Stufen zählen nur, soweit sie belegt sind."])
        _list(helping)
        _deeds(chosen, helping["participant_id"].tolist())
    _others(found[~found["helps"]])
    tools = parts.cached(practice.tools)(chosen.theme)
    if len(tools):
        parts.section("Werkzeuge zum Weitergeben")
        tool_table(tools)


def _candidates(participant: str, theme: str) -> pd.DataFrame:
    try:
        alike = twins.zwk_twins(participant, len(labels()))
    except ZwkError:
        # nobody has published figures of it: then nothing is said about likeness
        alike = pd.DataFrame({"key": []})
    return advice.candidates(participant, theme, progress(), alike)


def _themes_of(chosen: Choice) -> None:
    own = choices()[choices()["participant_id"] == chosen.participant].sort_values("name_de")
    if own.empty:
        parts.notice(
            f"Nicht belegt: Für {chosen.name} nennt keine Quelle ein Thema. Bitte oben eines wählen, zu dem Rat "
            "gesucht wird."
        )
        return
    parts.section(f"Zu welchem Thema sucht {chosen.name} Rat?")
    pieces: list[str | Link] = []
    for key, name in zip(own["theme_id"], own["name_de"], strict=True):
        pieces += [" · ", chosen.link(name, "beratung", thema=key)]
    parts.linked_text(pieces[1:])


def _list(frame: pd.DataFrame) -> None:
    st.html(
        linked_table(
            filled(
                {
                    "Kommune": stage_links(frame["participant_id"].tolist()),
                    "Warum": frame["reasons"].tolist(),
                    "Eigene Worte": [f"„{words}“" if isinstance(words, str) else None for words in frame["wording"]],
                    "Ähnlichkeit": [f"Platz {n:.0f}" if n == n else german.NOT_DOCUMENTED for n in frame["likeness"]],
                    "Beratung": [a if isinstance(a, str) else german.NOT_DOCUMENTED for a in frame["adviser"]],
                    "Quelle": [source_link(url) for url in frame["source_url"]],
                }
            ),
            f"{german.count(len(frame), 'Kommune kann', 'Kommunen können')} etwas weitergeben",
        )
    )
    rest = " Ähnlichkeit: Platz unter allen anderen Kommunen, 1 ist die ähnlichste."
    parts.source_line(source(entered=True) + (rest if frame["likeness"].notna().any() else ""))


def _deeds(chosen: Choice, ids: list[str]) -> None:
    done = parts.cached(practice.deeds)(str(chosen.theme), tuple(ids[:FIRST]))
    parts.section(
        "Was sie getan haben", f"Die ersten {german.number(FIRST)} Kommunen der Liste." if len(ids) > FIRST else ""
    )
    if done.empty:
        parts.notice("Nicht belegt: Maßnahmen oder gute Praxis dieser Kommunen zum Thema sind hier nicht eingetragen.")
        return
    st.html(
        linked_table(
            filled(
                {
                    "Was": done["title"].tolist(),
                    "Kommune": done["name"].tolist(),
                    "Art": done["what"].tolist(),
                    "Für wen": texts(done["for_whom"]),
                    "Ergebnis": texts(done["result"]),
                    "Ansprechstelle": texts(done["contact_body"]),
                    "Werkzeuge": texts(done["tools"]),
                    "Link": [source_link(url) for url in done["link"]],
                }
            ),
            "Gute Praxis, abgeschlossene und laufende Maßnahmen zum Thema",
        )
    )
    more = done.drop_duplicates("participant_id").query("more > 0")
    left = [f"{name} {german.number(n)}" for name, n in zip(more["name"], more["more"], strict=True)]
    parts.source_line(source(entered=True) + (f" Weitere zu diesem Thema: {german.listing(left)}." if left else ""))


def _others(frame: pd.DataFrame) -> None:
    if len(frame):
        shown = sorted(labels()[key] for key in frame["participant_id"])
        parts.notice(f"Am selben Thema, aber ohne Beleg, dass sie weiter sind: {german.listing(shown)}.")
