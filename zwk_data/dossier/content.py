"""The dossier of one Kommune: its sections, made from the same questions that the pages ask.

The section on what changed since the Kick-Off.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from zwk_data import german, settings
from zwk_data.charts import participants_map
from zwk_data.charts.drawing import Figure
from zwk_data.demography import areas, grammar, indicators, portrait, portrait_facts, portrait_text
from zwk_data.demography import portrait as subjects
from zwk_data.demography.history import origin_words
from zwk_data.demography.indicators import Indicator
from zwk_data.demography.portrait import Subject
from zwk_data.demography.projection_words import projection_words
from zwk_data.dossier import figures, open_points, process
from zwk_data.dossier.model import Block, Dossier, Facts, Picture, Section, TableBlock, Words, source
from zwk_data.errors import ZwkError
from zwk_data.german import day
from zwk_data.programme import measures, news, participants, stages, themes
from zwk_data.settings import today
from zwk_data.stores.memo import depends_on, remembered


def since_blocks(participant_id: str, today: date, people: dict[int, float]) -> list[Block]:
    """What happened since the Kick-Off: in the record of the programme, and in the number of people."""
    events = stages.events(participant_id)
    first = events[(events["stage"] == "kick_off") & events["date_from"].notna()]
    if first.empty:
        return [Words(("Das Datum des Kick-Offs ist nicht belegt; darum lässt sich hier nichts seither zählen.",))]
    start = first["date_from"].iloc[0].date()
    told = [f"Kick-Off: {first['date_de'].iloc[0]}."]
    before, after = [y for y in people if y < start.year], [y for y in people if y >= start.year]
    if before and after and max(after) > max(before):
        a, b = max(before), max(after)
        change = german.number(people[b] - people[a], sign=True)
        census = " (dazwischen liegt ein Wechsel der Zensusbasis)" if a <= 2023 < b else ""
        told.append(
            f"Ende {a}, vor dem Kick-Off, waren es {german.number(people[a])} Menschen, Ende {b} "
            f"{german.number(people[b])}: {change}{census}."
        )
    blocks: list[Block] = [Words(tuple(told))]
    numbers = news.counts(start, today, (participant_id,))
    numbers = numbers[numbers["kind"] != "meeting"]
    if len(numbers):
        frame = numbers[["kind_de", "number"]].set_axis(["Was", "Anzahl"], axis=1).reset_index(drop=True)
        blocks.append(TableBlock(f"Seit dem {day(start)} im Programm", frame, source()))
    return blocks


#: sections in their usual order: key (as in the permalink) -> title
SECTIONS = {
    "profil": "Profil und Lage",
    "lage": "Die Lage in Worten",
    "kennzahlen": "Kennzahlen im Vergleich",
    "alter": "Altersaufbau und Ausblick",
    "seither": "Seit dem Kick-Off",
    "stufen": "Stufen",
    "felder": "Handlungsfelder und Maßnahmen",
    "bilanz": "Letzte Zwischenbilanz",
    "andere": "Was andere auf denselben Themen tun",
    "offen": "Offene Fragen und Lücken",
}


@dataclass(frozen=True)
class _About:
    """What every section needs to know."""

    me: Subject
    described: str
    quarter: str
    adviser: str
    admitted: str
    catalog: Mapping[str, Indicator]
    day: date


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

    ``notes``: own notes by section. ``tell`` is told how far it is (0 to 1, German words). Raises ZwkError for an
    unknown participant or section.
    """
    keys, own = chosen_sections(wanted), notes or {}
    about = _about(participant_id)
    made = []
    for number, key in enumerate(keys):
        if tell:
            tell(number / len(keys), SECTIONS[key])
        made.append(replace(section(participant_id, key), note=own.get(key, "").strip()))
    return Dossier(
        participant_id,
        about.me.name,
        about.described,
        about.day,
        tuple(made),
        _definitions(made, about.catalog),
        _sources(made),
        settings.dataset() == "demo",
    )


@remembered
def section(participant_id: str, key: str) -> Section:
    """One section without a note, for a page that shows one after the other. Raises ZwkError."""
    depends_on(today)
    chosen_sections([key])
    return Section(key, SECTIONS[key], tuple(_MAKERS[key](_about(participant_id))))


def _about(participant_id: str) -> _About:
    people = participants.participants().set_index("participant_id")
    if participant_id not in people.index:
        raise ZwkError(f"Die Kommune „{participant_id}“ gibt es hier nicht. Bitte eine aus der Liste wählen.")
    row = people.loc[participant_id].to_dict()
    adviser = row["adviser"] if isinstance(row["adviser"], str) else "nicht belegt"
    return _About(
        subjects.subject_of(participant_id, row["name"], row["short"], row["kind"]),
        portrait.description(participant_id, row["kind_de"]),
        row["quarter"] if isinstance(row["quarter"], str) else "",
        adviser,
        row["admitted_de"],
        indicators.indicators(),
        today(),
    )


def _profile(about: _About) -> list[Block]:
    me = about.me
    told = [about.described]
    if me.kind == "quartier":
        told.append(portrait.whole_city(me.name, about.quarter))
    told.append(f"Aufnahme in das Modellprojekt: {about.admitted}. Beratung: {about.adviser}.")
    known = measures.action_fields(me.id)
    if any(len(one.measures) for one in known):
        told.append(process.field_words(known))
    laender, quarter = tuple(areas.land_keys(me.id)), me.kind == "quartier"
    picture = Picture(
        f"Wo {grammar.declined(me.id).nominative} liegt",
        f"Zwei Karten: links Deutschland mit dem Land und einem Punkt für {me.name}, rechts {me.name} in der "
        f"Umgebung der Kreise{', darin ein Punkt für das Quartier' if quarter else ''}. {about.described}",
        participants_map.locator_source(),
        lambda: participants_map.locator_svg(me.id, laender, quarter=quarter),
        lambda width: participants_map.locator_png(me.id, laender, width, quarter=quarter),
    )
    blocks: list[Block] = [Words(tuple(told)), picture]
    wordings = themes.wordings(me.id)
    if len(wordings):
        frame = wordings[["wording", "themes"]].set_axis(["In eigenen Worten", "Thema"], axis=1)
        blocks.append(TableBlock("Gewählte Themen", frame, source()))
    return blocks


def _words(about: _About) -> list[Block]:
    told = portrait_text.portrait_text(about.me.id)
    merged = origin_words(about.me.id)
    return [Words(tuple([*told, merged] if merged else told))]


def _numbers(about: _About) -> list[Block]:
    found = figures.key_facts(about.me, dict(about.catalog))
    blocks: list[Block] = [found] if found.items else []
    drawn = [figures.trend(about.me, about.catalog[key]) for key in ("population", "share_65plus")]
    blocks += [one for one in drawn if one is not None]
    blocks.append(figures.key_table(about.me, dict(about.catalog)))
    return blocks


def _ages(about: _About) -> list[Block]:
    drawn = [figures.pyramid(about.me), figures.births(about.me)]
    blocks: list[Block] = [one for one in drawn if one is not None]
    if drawn[0] is None:
        blocks.insert(0, Words(("Nicht belegt: Für diese Kommune liegt hier keine Bevölkerung nach Alter vor.",)))
    try:
        blocks.append(Words((projection_words(about.me.id),), "Ausblick 2040 (Modellrechnung)"))
    except ZwkError as error:
        blocks.append(Words((str(error),), "Ausblick 2040"))
    return blocks


def _since(about: _About) -> list[Block]:
    return since_blocks(about.me.id, about.day, portrait_facts.facts(about.me.id).people)


def _gaps(about: _About) -> list[Block]:
    known = portrait_facts.facts(about.me.id)
    return open_points.gap_blocks(
        about.me.id, about.day, open_points.unknown_words(known, portrait_text.unknown_sentence(known))
    )


_MAKERS: dict[str, Callable[[_About], list[Block]]] = {
    "profil": _profile,
    "lage": _words,
    "kennzahlen": _numbers,
    "alter": _ages,
    "seither": _since,
    "stufen": lambda about: process.stage_blocks(about.me.id, about.day),
    "felder": lambda about: process.field_blocks(about.me.id),
    "bilanz": lambda about: process.review_blocks(about.me.id),
    "andere": lambda about: open_points.other_blocks(about.me.id),
    "offen": _gaps,
}


def _definitions(made: Sequence[Section], catalog: Mapping[str, Indicator]) -> dict[str, str]:
    """What the indicators mean that are shown anywhere."""
    shown = " ".join(_labels(made))
    return {one.name: one.definition for one in catalog.values() if one.name in shown}


def _labels(made: Sequence[Section]) -> list[str]:
    found: list[str] = []
    for block in (block for one in made for block in one.blocks):
        if isinstance(block, Facts):
            found += [fact.label for fact in block.items]
        elif isinstance(block, Figure):
            found.append(block.chart.title)
        elif isinstance(block, TableBlock) and "Kennzahl" in block.frame:
            found += block.frame["Kennzahl"].tolist()
    return found


def _sources(made: Sequence[Section]) -> tuple[str, ...]:
    found = []
    for block in (block for one in made for block in one.blocks):
        if isinstance(block, Figure):
            found += block.chart.source.split("; ")
        elif not isinstance(block, Words):
            found += block.source.split("; ")
    return tuple(one for one in dict.fromkeys(found) if one != "keine")
