"""The dossier of one Kommune: its sections, made from the same questions that the pages ask.

What the record leaves open is asked in the session; others who work on the same themes are named.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import Any

import pandas as pd

from zwk_data import german, settings
from zwk_data.charts import locator_map
from zwk_data.charts.chart import Figure
from zwk_data.demography import areas, indicators, portrait, portrait_text, source_lines, twins
from zwk_data.demography.history import origin_words
from zwk_data.demography.portrait import Subject
from zwk_data.demography.projection_words import band_words, projection_words
from zwk_data.dossier import sections
from zwk_data.dossier.model import Block, Dossier, Facts, Picture, Section, TableBlock, Words, source
from zwk_data.errors import ZwkError
from zwk_data.german import NOT_DOCUMENTED, count, day, listing, quoted
from zwk_data.profile import places
from zwk_data.programme import advice, attention, measures_and_money, participants, report, schedule, stages, themes
from zwk_data.programme.measures_and_money import ActionField
from zwk_data.records import quick_entry
from zwk_data.schema.words import WITHOUT_FIELD
from zwk_data.settings import today
from zwk_data.stores.memo import depends_on, remembered
from zwk_data.views import one_kommune as process_view
from zwk_data.views import profile as profile_view

#: sections in their usual order: key (as in the permalink) -> title
SECTIONS = {
    "profil": "Profil und Lage",
    "lage": "Die Lage in Worten",
    "kommunalprofil": "Kommunalprofil",
    "kennzahlen": "Kennzahlen im Vergleich",
    "alter": "Altersaufbau und Ausblick",
    "seither": "Seit dem Kick-Off",
    "stufen": "Stufen",
    "felder": "Handlungsfelder und Maßnahmen",
    "bilanz": "Letzte Zwischenbilanz",
    "andere": "Was andere auf denselben Themen tun",
    "offen": "Offene Fragen und Lücken",
}
#: column of a measure that may be empty -> its German name
ASKED = {
    "goal": "Ziel",
    "responsible": "zuständige Stelle",
    "starts": "Beginn",
    "indicator": "Leitkennzahl",
}
#: status of the measures that must not have such gaps
ALIVE = ("planned", "running")
#: how many measures are named; the rest are counted
MOST = 12


def chosen_sections(wanted: Sequence[str] | None) -> tuple[str, ...]:
    """The keys of the sections in the order wanted, all in their usual order for None. Raises ZwkError."""
    if wanted is None:
        return tuple(SECTIONS)
    for key in wanted:
        if key not in SECTIONS:
            raise ZwkError(f"Den Abschnitt „{key}“ gibt es nicht. Möglich sind: {', '.join(SECTIONS)}.")
    if not wanted:
        raise ZwkError("Es ist kein Abschnitt gewählt. Bitte mindestens einen wählen.")
    return tuple(dict.fromkeys(wanted))


def dossier(
    participant_id: str,
    wanted: Sequence[str] | None = None,
    notes: Mapping[str, str] | None = None,
    tell: Callable[[float, str], None] | None = None,
) -> Dossier:
    """The dossier of a participant with these sections in this order (None: all).

    ``notes``: own notes by section. ``tell`` is called with the progress (0 to 1) and the section's title. Raises
    ZwkError for an unknown participant or section.
    """
    keys, own = chosen_sections(wanted), notes or {}
    row = _participant_row(participant_id)
    made = []
    for number, key in enumerate(keys):
        if tell:
            tell(number / len(keys), SECTIONS[key])
        made.append(replace(section(participant_id, key), note=own.get(key, "").strip()))
    return Dossier(
        participant_id,
        row["name"],
        portrait.description(participant_id, row["kind_de"]),
        today(),
        tuple(made),
        _definitions(made),
        _sources(made),
        settings.dataset() == "demo",
    )


@remembered
def section(participant_id: str, key: str) -> Section:
    """One section without a note, for a page that shows one after the other. Raises ZwkError."""
    depends_on(today)
    chosen_sections([key])
    _participant_row(participant_id)
    return Section(key, SECTIONS[key], tuple(_MAKERS[key](participant_id)))


def _participant_row(participant_id: str) -> dict[Hashable, Any]:
    """The row of ``participants``, None where nothing is known. Raises ZwkError for an unknown participant."""
    if participant_id not in participants.names():
        raise ZwkError(f"Die Kommune „{participant_id}“ gibt es hier nicht. Bitte eine aus der Liste wählen.")
    row = participants.participant(participant_id)
    return row.astype(object).where(row.notna(), None).to_dict()


def _subject(participant_id: str) -> Subject:
    row = _participant_row(participant_id)
    return portrait.subject_of(participant_id, row["name"], row["short"], row["kind"])


def _profile(participant_id: str) -> list[Block]:
    me, row = _subject(participant_id), _participant_row(participant_id)
    described = portrait.description(me.id, row["kind_de"])
    told = [described]
    if me.kind == "quartier":
        told.append(portrait.whole_city(me.name, row["quarter"] or ""))
    told.append(f"Aufnahme in das Modellprojekt: {row['admitted_de']}. Beratung: {row['adviser'] or NOT_DOCUMENTED}.")
    known = measures_and_money.action_fields(me.id)
    if any(len(one.measures) for one in known):
        told.append(sections.field_words(known))
    quarter = me.kind == "quartier"
    picture = Picture(
        f"Wo {areas.declined(me.id).nominative} liegt",
        f"Zwei Karten: links Deutschland mit dem Land und einem Punkt für {me.name}, rechts {me.name} in der "
        f"Umgebung der Kreise{', darin ein Punkt für das Quartier' if quarter else ''}. {described}",
        locator_map.locator_source(),
        locator_map.locator_url(me.id),
        lambda: locator_map.locator_svg(me.id),
        lambda width: locator_map.locator_png(me.id, width),
    )
    blocks: list[Block] = [Words(tuple(told)), picture]
    wordings = themes.wordings(me.id)
    if len(wordings):
        frame = wordings[["wording", "themes"]].set_axis(["In eigenen Worten", "Thema"], axis=1)
        blocks.append(TableBlock("Gewählte Themen", frame, source()))
    return blocks


def _portrait(participant_id: str) -> list[Block]:
    merged = origin_words(participant_id)
    told = portrait_text.portrait_text(participant_id)
    return [Words(tuple([*told, merged] if merged else told))]


ELSEWHERE = "Alle Kapitel mit ihren Zahlen stehen auf der Seite Kommunalprofil und in ihrem PDF."


def _profile_in_short(participant_id: str) -> list[Block]:
    """The Kommunalprofil: what stands out, strengths and weaknesses, own words. The whole of it has two pages."""
    place = places.place_of_participant(participant_id)
    made = profile_view.sheet(place, quick_entry.profile_texts(participant_id))
    blocks: list[Block] = [Words((made.chance,))]
    notable = profile_view.most_notable(place)
    if notable is not None:
        blocks.append(notable)
    if not all(made.is_own):
        blocks.append(Words((profile_view.DRAFT,)))
    blocks += [Words(made.good, "Stärken", listed=True), Words(made.bad, "Schwächen", listed=True)]
    own = [part for part in made.parts if part.own]
    if made.own:
        blocks.append(Words((made.own,), "In eigenen Worten"))
    if own:
        blocks.append(Words(tuple(f"{one.strips.title}: {one.own}" for one in own), "Zu den Kapiteln", listed=True))
    return [*blocks, Words((ELSEWHERE,))]


def _key_figures(participant_id: str) -> list[Block]:
    me, catalog = _subject(participant_id), indicators.indicators()
    facts = sections.key_facts(me)
    trends = [sections.trend(me, catalog[key]) for key in ("population", "share_65plus")]
    if trends[0] is not None:
        trends[0] = process_view.figure_on_curve(trends[0], me.id)
    return [
        *([facts] if facts.items else []),
        *(one for one in trends if one is not None),
        sections.key_table(me),
    ]


def _ages(participant_id: str) -> list[Block]:
    me = _subject(participant_id)
    drawn = [sections.pyramid(me), sections.births(me)]
    blocks: list[Block] = [one for one in drawn if one is not None]
    if drawn[0] is None:
        blocks.insert(0, Words(("Nicht belegt: Für diese Kommune liegt hier keine Bevölkerung nach Alter vor.",)))
    try:
        blocks.append(Words((projection_words(me.id), band_words(me.id)), "Ausblick 2040 (Modellrechnung)"))
    except ZwkError as error:
        blocks.append(Words((str(error),), "Ausblick 2040"))
    return blocks


def _since_kick_off(participant_id: str) -> list[Block]:
    """What happened since the Kick-Off, in the programme and to the number of inhabitants."""
    events = stages.events(participant_id)
    first = events[(events["stage"] == "kick_off") & events["date_from"].notna()]
    if first.empty:
        said = "Das Datum des Kick-Offs ist nicht belegt; darum lässt sich nicht sagen, was sich seither geändert hat."
        return [Words((said,))]
    start = first["date_from"].iloc[0].date()
    told = [f"Kick-Off: {first['date_de'].iloc[0]}."]
    people = portrait.facts(participant_id).people
    a = max((year for year in people if year < start.year), default=None)
    b = max(people, default=0)
    if a is not None and b >= start.year:
        change = german.number(people[b] - people[a], sign=True)
        census = " (dazwischen liegt ein Wechsel der Zensusbasis)" if a <= 2023 < b else ""
        told.append(
            f"Ende {a}, vor dem Kick-Off, waren es {german.number(people[a])} Menschen, Ende {b} "
            f"{german.number(people[b])}: {change}{census}."
        )
    blocks: list[Block] = [Words(tuple(told))]
    numbers = report.counts(start, today(), (participant_id,))
    numbers = numbers.loc[numbers["kind"] != "meeting", ["kind_de", "number"]]
    if len(numbers):
        frame = numbers.set_axis(["Was", "Anzahl"], axis=1).reset_index(drop=True)
        blocks.append(TableBlock(f"Seit dem {day(start)} im Programm", frame, source()))
    return blocks


def _gaps(participant_id: str) -> list[Block]:
    """What the record does not say about the stages, the measures and the figures."""
    day = today()
    everyone = schedule.schedule(day)
    watched = attention.attention(everyone, attention.silence(day), attention.thresholds(), day)
    told = watched.loc[watched["participant_id"] == participant_id, "text"].tolist()
    mine = everyone[everyone["participant_id"] == participant_id]
    missing = mine.loc[mine["state"] == "none", "stage_de"].tolist()
    if missing:
        told.append(f"Weder belegt noch geplant: {listing(missing)}.")
    known = portrait.facts(participant_id)
    unknown = portrait_text.unknown_sentence(known)
    if not known.people:
        unknown = f"Für diese Kommune liegt keine Bevölkerungszahl vor. {unknown}".strip()
    sections = {
        "Zum Verlauf": told,
        "Zu den Maßnahmen": _gaps_of_measures(measures_and_money.action_fields(participant_id)),
        "Zu den Zahlen": [unknown] if unknown else [],
    }
    blocks: list[Block] = [Words(tuple(told), title, listed=True) for title, told in sections.items() if told]
    return blocks or [Words(("Es sind keine Lücken im Eintrag zu erkennen.",))]


def _gaps_of_measures(fields: list[ActionField]) -> list[str]:
    frames = [one.measures.assign(field=one.name) for one in fields if len(one.measures)]
    if not frames:
        return ["Maßnahmen des Werkstattplans sind hier nicht belegt: Welche gibt es, und wie steht es um sie?"]
    every = pd.concat(frames, ignore_index=True)
    alive = every[every["status"].isin(ALIVE)]
    gaps = {f"Ohne {word}: {{}}.": alive[alive[column].isna()] for column, word in ASKED.items()} | {
        "Keinem Handlungsfeld zugeordnet: {}.": every[every["field"] == WITHOUT_FIELD],
        "Leitkennzahl ohne Istwert: {}.": alive[alive["indicator"].notna() & alive["indicator_actual"].isna()],
        "Auf dem Ideenparkplatz: {}. Was davon soll nun doch angegangen werden?": every[every["status"] == "parked"],
    }
    return [words.format(_titles(found["title"].tolist())) for words, found in gaps.items() if len(found)]


def _titles(titles: list[str]) -> str:
    shown = [quoted(title) for title in titles[:MOST]]
    rest = len(titles) - len(shown)
    return listing([*shown, count(rest, "weitere Maßnahme", "weitere Maßnahmen")] if rest else shown)


#: how many themes are listed, and how many Kommunen for each
MOST_THEMES, MOST_OTHERS = 4, 5


def _others(participant_id: str) -> list[Block]:
    """Who else works on the same themes, why they could be asked, and what they did."""
    own = themes.choices()
    mine = own[own["participant_id"] == participant_id].sort_values("name_de", kind="stable")
    if mine.empty:
        return [Words(("Nicht belegt: Für diese Kommune nennt keine Quelle ein Thema.",))]
    progress = stages.standing()
    try:
        alike = twins.zwk_twins(participant_id, len(progress))
    except ZwkError:
        # without published figures of the Kommune nothing can be said about likeness
        alike = pd.DataFrame({"key": []})
    found = {key: advice.candidates(participant_id, key, progress, alike) for key in mine["theme_id"]}
    helping = {key: advice.ordered(frame[frame["helps"]], "aehnlichste") for key, frame in found.items()}
    names = dict(zip(mine["theme_id"], mine["name_de"], strict=True))
    chosen = sorted((key for key in helping if len(helping[key])), key=lambda key: -_number_of_deeds(helping[key]))[
        :MOST_THEMES
    ]
    blocks: list[Block] = []
    for key in chosen:
        first = helping[key].head(MOST_OTHERS)
        done = advice.deeds(key, tuple(first["participant_id"]))
        frame = pd.DataFrame(
            {
                "Kommune": first["name"],
                "Warum fragen": first["reasons"],
                "Was sie getan hat": [
                    _deeds_in_words(done[done["participant_id"] == one]) for one in first["participant_id"]
                ],
                "Beratung": first["adviser"].fillna(NOT_DOCUMENTED),
            }
        )
        blocks.append(TableBlock(names[key], frame.reset_index(drop=True), source()))
    left = [names[key] for key in names if key not in chosen]
    if left:
        verb = "steht" if len(left) == 1 else "stehen"
        blocks.append(
            Words((f"Auf der Seite Themen {verb} ebenso: {listing(left)}.",))
            if chosen
            else Words((f"Zu den Themen {listing(left)} ist keine andere Kommune belegt weiter.",))
        )
    return blocks


def _deeds_in_words(done: pd.DataFrame) -> str:
    """„Kulturpass (gute Praxis: Ziel erreicht); Frauennetzwerk (Maßnahme, läuft)“."""
    told = [
        f"{title} ({f'{what}: {result}' if isinstance(result, str) else what})"
        for title, what, result in done[["title", "what", "result"]].to_numpy()
    ]
    return "; ".join(told) or NOT_DOCUMENTED


def _number_of_deeds(frame: pd.DataFrame) -> int:
    return int(frame[["done", "running", "practices"]].to_numpy().sum())


_MAKERS: dict[str, Callable[[str], list[Block]]] = {
    "profil": _profile,
    "lage": _portrait,
    "kommunalprofil": _profile_in_short,
    "kennzahlen": _key_figures,
    "alter": _ages,
    "seither": _since_kick_off,
    "stufen": sections.stage_blocks,
    "felder": sections.field_blocks,
    "bilanz": sections.review_blocks,
    "andere": _others,
    "offen": _gaps,
}


def _definitions(sections: Sequence[Section]) -> dict[str, str]:
    """The meaning of every indicator that is shown anywhere."""
    labels: list[str] = []
    for block in chain.from_iterable(one.blocks for one in sections):
        if isinstance(block, Facts):
            labels += [fact.label for fact in block.items]
        elif isinstance(block, Figure):
            labels.append(block.chart.title)
        elif isinstance(block, TableBlock) and "Kennzahl" in block.frame:
            labels += block.frame["Kennzahl"].tolist()
    shown = " ".join(labels)
    return {one.name: one.definition for one in indicators.indicators().values() if one.name in shown}


def _sources(sections: Sequence[Section]) -> tuple[str, ...]:
    """What all figures come from, and the addresses that a screen links to."""
    blocks = chain.from_iterable(one.blocks for one in sections)
    lines = [
        block.chart.source if isinstance(block, Figure) else block.source
        for block in blocks
        if not isinstance(block, Words)
    ]
    addresses = "; ".join(f"{word}: {address}" for word, address in source_lines.addresses(lines))
    return (*source_lines.together(lines), *([f"Im Netz: {addresses}"] if addresses else []))
