"""Themen: who can advise whom, and good practice. Whom to call about a theme, why, and what they can share."""

from __future__ import annotations

import pandas as pd

from zwk_data import german
from zwk_data.demography import twins
from zwk_data.errors import ZwkError
from zwk_data.programme import advice, stages, themes
from zwk_data.stores.memo import remembered
from zwk_data.web.kit import parts
from zwk_data.web.kit.choice import choose_part
from zwk_data.web.kit.markup import Link, source_link, stage_links
from zwk_data.web.themen.view import Choice, filled, labels, sees_all, source


def practices_and_tools(chosen: Choice) -> None:
    """Both lists; a theme chosen above filters them."""
    about = f" zu „{chosen.title}“" if chosen.theme else ""
    parts.section(
        f"Gute Praxis{about}", "Was Kommunen getan haben, für wen, mit welchem Ergebnis, und wer Auskunft gibt."
    )
    found = advice.practices(chosen.theme)
    if found.empty:
        parts.notice(
            f"Nicht belegt: Gute Praxis{about} ist hier nicht eingetragen oder nicht für Sie freigegeben."
            if not sees_all()
            else f"Nicht belegt: Gute Praxis{about} ist hier noch nicht eingetragen. Geschäftsstelle und Beratung "
            "tragen sie unter Datenpflege ein und geben sie frei."
        )
    else:
        _practices(found)
    parts.section(f"Werkzeuge{about}", "Aus dem Werkzeugkoffer, mit den Kommunen, deren Maßnahmen sie nutzen.")
    tools = advice.tools(chosen.theme)
    if tools.empty:
        parts.notice(f"Nicht belegt: Werkzeuge{about} sind hier noch nicht eingetragen.")
    else:
        tool_table(tools)


def _practices(found: pd.DataFrame) -> None:
    columns: dict[str, list[object]] = {
        "Was": [
            Link(t, url) if isinstance(url, str) else t for t, url in zip(found["title"], found["link"], strict=True)
        ],
        "Kommune": found["name"].tolist(),
        "Thema": found["theme"].tolist(),
        "Wie": found["description"].tolist(),
        "Für wen": found["for_whom"].tolist(),
        "Ergebnis": found["result"].tolist(),
        "Ansprechstelle": found["contact_body"].tolist(),
        "Freigabe": found["release_de"].tolist(),
    }
    if len(set(found["theme"])) == 1:
        del columns["Thema"]
    parts.linked_table(filled(columns), german.count(len(found), "Beispiel", "Beispiele"))
    parts.source_line(source(entered=True))


def tool_table(tools: pd.DataFrame) -> None:
    """The rows of ``advice.tools``."""
    parts.linked_table(
        filled(
            {
                "Werkzeug": tools["title"].tolist(),
                "Thema": tools["theme"].tolist(),
                "Maßnahmen": [int(n) for n in tools["uses"]],
                "Genutzt von": tools["users"].tolist(),
                "Bemerkung": tools["note"].tolist(),
                "Link": [source_link(url) for url in tools["link"]],
            }
        ),
        german.count(len(tools), "Werkzeug", "Werkzeuge"),
        numeric=("Maßnahmen",),
    )
    parts.source_line(source(entered=True))


#: how many Kommunen are shown with what they did
FIRST = 5


def advisers(chosen: Choice) -> None:
    """The list in the chosen order, what the first of it did, and the tools."""
    if not chosen.participant:
        parts.notice("Bitte oben eine Kommune wählen: Für sie stehen hier die Kommunen, die ihr raten können.")
        return
    if not chosen.theme:
        _offer_themes(chosen)
        return
    parts.section(f"Wer kann {chosen.name} zu „{chosen.title}“ beraten?")
    found = _candidates(chosen.participant, chosen.theme)
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
        _candidate_table(helping)
        _deeds(chosen, helping["participant_id"].tolist())
    _name_others(found[~found["helps"]])
    tools = advice.tools(chosen.theme)
    if len(tools):
        parts.section("Werkzeuge zum Weitergeben")
        tool_table(tools)


@remembered
def _candidates(participant: str, theme: str) -> pd.DataFrame:
    try:
        alike = twins.zwk_twins(participant, len(labels()))
    except ZwkError:
        # without published figures nothing is said about similarity
        alike = pd.DataFrame({"key": []})
    return advice.candidates(participant, theme, stages.standing(), alike)


def _offer_themes(chosen: Choice) -> None:
    choices = themes.choices()
    own = choices[choices["participant_id"] == chosen.participant].sort_values("name_de", kind="stable")
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


def _candidate_table(frame: pd.DataFrame) -> None:
    parts.linked_table(
        filled(
            {
                "Kommune": stage_links(frame["participant_id"]),
                "Warum": frame["reasons"].tolist(),
                "Eigene Worte": [
                    german.quoted(words) if isinstance(words, str) else None for words in frame["wording"]
                ],
                "Ähnlichkeit": [f"Platz {n:.0f}" if n == n else german.NOT_DOCUMENTED for n in frame["likeness"]],
                "Beratung": [a if isinstance(a, str) else german.NOT_DOCUMENTED for a in frame["adviser"]],
                "Quelle": [source_link(url) for url in frame["source_url"]],
            }
        ),
        f"{german.count(len(frame), 'Kommune kann', 'Kommunen können')} etwas weitergeben",
    )
    rest = " Ähnlichkeit: Platz unter allen anderen Kommunen, 1 ist die ähnlichste."
    parts.source_line(source(entered=True) + (rest if frame["likeness"].notna().any() else ""))


def _deeds(chosen: Choice, ids: list[str]) -> None:
    done = advice.deeds(str(chosen.theme), tuple(ids[:FIRST]))
    parts.section(
        "Was sie getan haben", f"Die ersten {german.number(FIRST)} Kommunen der Liste." if len(ids) > FIRST else ""
    )
    if done.empty:
        parts.notice("Nicht belegt: Maßnahmen oder gute Praxis dieser Kommunen zum Thema sind hier nicht eingetragen.")
        return
    parts.linked_table(
        filled(
            {
                "Was": done["title"].tolist(),
                "Kommune": done["name"].tolist(),
                "Art": done["what"].tolist(),
                "Für wen": done["for_whom"].tolist(),
                "Ergebnis": done["result"].tolist(),
                "Ansprechstelle": done["contact_body"].tolist(),
                "Werkzeuge": done["tools"].tolist(),
                "Link": [source_link(url) for url in done["link"]],
            }
        ),
        "Gute Praxis, abgeschlossene und laufende Maßnahmen zum Thema",
    )
    more = done.drop_duplicates("participant_id").query("more > 0")
    left = [f"{name} {german.number(n)}" for name, n in zip(more["name"], more["more"], strict=True)]
    parts.source_line(source(entered=True) + (f" Weitere zu diesem Thema: {german.listing(left)}." if left else ""))


def _name_others(frame: pd.DataFrame) -> None:
    if len(frame):
        shown = sorted(labels()[key] for key in frame["participant_id"])
        parts.notice(f"Am selben Thema, aber ohne Beleg, dass sie weiter sind: {german.listing(shown)}.")
