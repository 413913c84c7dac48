"""All contents of a Kommunalprofil, made once for page, paper, slides and the dossier."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from zwk_data import settings
from zwk_data.charts.place_strip import Mark, Role, StripRow, Strips, share
from zwk_data.demography import areas, twins
from zwk_data.demography.source_lines import TERRITORY, source_line
from zwk_data.german import MISSING, listing, number
from zwk_data.profile import profile as profiles
from zwk_data.profile import words
from zwk_data.profile.places import Place
from zwk_data.profile.profile import ComparedFigure, Profile
from zwk_data.profile.values import chapters
from zwk_data.programme import participants, themes
from zwk_data.stores.connection import read
from zwk_data.stores.memo import remembered

TWINS = "Ähnliche Orte"
#: appended to a figure that is a median
STAR = "*"
MEDIAN_NOTE = (
    "* Median der Gemeinden, Verbände oder Kreise darin, weil für das größere Gebiet nichts veröffentlicht ist."
)
#: level of an area around the place -> what one and several of them are called
_HEADS = {"kreis": ("Kreis", "Kreise"), "land": ("Land", "Länder"), "bund": ("Deutschland", "Deutschland")}


@remembered(entries=64)
def strips(place: Place) -> tuple[Strips, ...]:
    """The chapters of a place, one after the other."""
    found = profiles.profile(place)
    return tuple(_strips(found, chapter.title, part) for chapter, part in found.chapters)


def most_notable(place: Place) -> Strips | None:
    """The figures that stand out; None if none does."""
    found = profiles.profile(place)
    out = words.most_notable(found)
    return _strips(found, "Was am meisten auffällt", out) if out else None


def source(place: Place) -> str:
    """The source line of the whole profile."""
    return _source_of(profiles.profile(place).readings)


def _source_of(part: tuple[ComparedFigure, ...]) -> str:
    rows = [(key, one.year, one.status, TERRITORY) for one in part if one.is_known for key in one.sources]
    # medians and distances are ours
    return source_line(pd.DataFrame(rows, columns=["source_id", "year", "status", "territory"]), computed=True)


def _levels(place: Place) -> tuple[str, ...]:
    return tuple(level for level in _HEADS if place.area(level))


def _strips(found: Profile, title: str, part: tuple[ComparedFigure, ...]) -> Strips:
    place = found.place
    levels = _levels(place)
    several = [len(place.area(level)) > 1 for level in levels]
    short = tuple(_HEADS[level][more] for level, more in zip(levels, several, strict=True))
    pairs = zip(levels, short, several, strict=True)
    heads = tuple(head if more else place.area(level)[0].name for level, head, more in pairs)
    rows = tuple(_row(one, levels) for one in part)
    starred = any(text.endswith(STAR) for row in rows for text in row.beside)
    own = place.name if place.level != "kreis" else place.full
    note = " ".join(filter(None, (_order(place), MEDIAN_NOTE if starred else "")))
    return Strips(title, own, (*heads, TWINS), rows, _source_of(part), note, (*short, TWINS))


def _order(place: Place) -> str:
    """Which of several Kreise and Länder is which."""
    several = [place.area(level) for level in _HEADS if len(place.area(level)) > 1]
    told = ["; ".join(" / ".join(one.name for one in areas_) for areas_ in several)] if several else []
    return f"Mehrere Zahlen stehen in dieser Reihenfolge: {told[0]}." if told else ""


def _row(one: ComparedFigure, levels: tuple[str, ...]) -> StripRow:
    beside = []
    for level in levels:
        known = [b.value for b in one.beside if b.area.level == level]
        star = STAR if any(b.parts for b in one.beside if b.area.level == level) else ""
        if len(one.borrowed) > 1 and one.borrowed[0].level == level:
            known = list(one.values)
        beside.append(" / ".join(words.bare_text(value, one) for value in known) + star if known else MISSING)
    beside.append(words.bare_text(one.median, one))
    if not one.is_known:
        return StripRow(words.label(one), "", MISSING, tuple(beside), missing=one.missing)
    lent: Role = "lent" if one.borrowed else "place"
    around: dict[str, Role] = {"kreis": "kreis", "land": "land", "bund": "bund"}
    marks = [Mark(around[b.area.level], share(b.value, one.axis)) for b in reversed(one.beside)]
    marks += [Mark(lent, share(value, one.axis)) for value in one.values]
    band = (share(min(one.twins), one.axis), share(max(one.twins), one.axis)) if one.twins else None
    median = None if np.isnan(one.median) else share(one.median, one.axis)
    return StripRow(
        words.label(one), words.told(one), words.own_text(one), tuple(beside), tuple(marks), band, median, one.is_rare
    )


#: keys of own words beside those of the chapters
OWN, GOOD, BAD = "eigenes", "staerken", "schwaechen"
DRAFT = "Entwurf aus den Zahlen: Was davon zutrifft, was fehlt und was wichtig ist, beurteilen die Menschen vor Ort."
NO_GOOD = "In keiner Zahl mit vereinbarter Richtung liegt der Ort klar vor den ähnlichen Orten."
NO_BAD = "In keiner Zahl mit vereinbarter Richtung liegt der Ort klar hinter den ähnlichen Orten."


@dataclass(frozen=True)
class Part:
    """One chapter: its strips, what no figure says, and the Kommune's own words (may be empty)."""

    key: str
    strips: Strips
    untold: str
    own: str


@dataclass(frozen=True)
class ProfileSheet:
    """A Kommunalprofil.

    ``lead``: sentences on people and twins; ``out``: what stands out, after ``chance``; ``good`` and ``bad``: strengths
    and weaknesses, a draft unless ``is_own`` says that people wrote them; ``unknown``: what is missing and why;
    ``chosen``: the Kommune's themes in its own words; ``own``: more words of its own.
    """

    place: Place
    title: str
    described: str
    today: date
    lead: tuple[str, ...]
    chance: str
    out: tuple[str, ...]
    method: str
    good: tuple[str, ...]
    bad: tuple[str, ...]
    is_own: tuple[bool, bool]
    parts: tuple[Part, ...]
    unknown: tuple[str, ...]
    chosen: tuple[str, ...]
    own: str
    source: str
    demo: bool


def sheet(place: Place, own: Mapping[str, str]) -> ProfileSheet:
    """The Kommunalprofil of a place; ``own``: chapter (or ``OWN``, ``GOOD``, ``BAD``) -> own words."""
    found = profiles.profile(place)
    made = zip(chapters(), strips(place), strict=True)
    parts = tuple(Part(one.key, drawn, one.untold, own.get(one.key, "").strip()) for one, drawn in made)
    good, bad = own.get(GOOD, "").strip(), own.get(BAD, "").strip()
    wordings = themes.wordings(place.participant_id)["wording"].tolist() if place.participant_id else []
    return ProfileSheet(
        place,
        f"Kommunalprofil {place.full}",
        f"{place.described}.",
        settings.today(),
        lead(place),
        words.chance(found),
        tuple(words.standing_out(found)),
        words.how_measured(),
        tuple(_points(good) or words.strengths(found) or [NO_GOOD]),
        tuple(_points(bad) or words.weaknesses(found) or [NO_BAD]),
        (bool(good), bool(bad)),
        parts,
        tuple(words.not_known(found)),
        tuple(wordings),
        own.get(OWN, "").strip(),
        source(place),
        bool(wordings or own) and settings.dataset() == "demo",
    )


def _points(text: str) -> list[str]:
    """The lines of a text, without signs of a list."""
    return [line.strip().removeprefix("-").removeprefix("–").strip() for line in text.splitlines() if line.strip("-– ")]


def draft(place: Place) -> dict[str, str]:
    """Strengths and weaknesses as drafted from the figures, one a line."""
    found = profiles.profile(place)
    return {GOOD: "\n".join(words.strengths(found)), BAD: "\n".join(words.weaknesses(found))}


def lead(place: Place) -> tuple[str, ...]:
    """Number of inhabitants, the city of a quarter, and the most similar places."""
    told = [f"{number(place.people)} Menschen am 31.12.2023."]
    quarter = _quarter(place.participant_id)
    if quarter:
        told.append(
            f"An der Zukunftswerkstatt nimmt ein Teil der Stadt teil ({quarter}); alle Zahlen gelten für sie ganz."
        )
    if len(place.members) > 1 and place.level != "kreis":
        names = areas.names("gemeinden").reindex(list(place.members)).dropna()
        bare = [name.partition(",")[0] for name in names]
        told.append(f"Dazu gehören {listing(bare) if len(bare) <= 12 else f'{number(len(bare))} Gemeinden'}.")
    alike = profiles.profile(place).twins
    told.append(twins.twins_words(alike))
    return tuple(told)


def _quarter(participant_id: str | None) -> str:
    if participant_id is None or participant_id not in participants.names():
        return ""
    found = read("SELECT quarter FROM participant WHERE participant_id = ? AND kind = 'quartier'", [participant_id])
    return str(found["quarter"].iloc[0] or "") if len(found) else ""
