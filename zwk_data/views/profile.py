"""The figures of a Kommunalprofil, each chapter made once for page, paper, slides and the dossier."""

from __future__ import annotations

import numpy as np

from zwk_data.charts.place_strip import Mark, Role, StripRow, Strips, share
from zwk_data.demography.indicators import attribution
from zwk_data.german import MISSING
from zwk_data.profile import profile as profiles
from zwk_data.profile import words
from zwk_data.profile.places import Place
from zwk_data.profile.profile import Profile, Reading
from zwk_data.stores.memo import remembered

TWINS = "Ähnliche Orte"
#: behind a figure that is a median
STAR = "*"
MEDIAN_NOTE = (
    "* Median der Gemeinden, Verbände oder Kreise darin, weil für das größere Gebiet nichts veröffentlicht ist."
)
#: level of an area around the place -> what one and several of them are called
_HEADS = {"kreis": ("Kreis", "Kreise"), "land": ("Land", "Länder"), "bund": ("Deutschland", "Deutschland")}


@remembered(entries=64)
def chapters(place: Place) -> tuple[Strips, ...]:
    """The chapters of a place, one after the other."""
    found = profiles.profile(place)
    return tuple(_strips(found, chapter.title, part) for chapter, part in found.chapters)


def most_notable(place: Place) -> Strips | None:
    """The figures that stand out; None if none does."""
    found = profiles.profile(place)
    out = tuple(one for one in found.compared if one.rarity <= words.COMMON)[: words.MOST_OUT]
    return _strips(found, "Was am meisten auffällt", out) if out else None


def source(place: Place) -> str:
    """The source line of the whole profile."""
    return attribution(profiles.profile(place).sources)


def _levels(place: Place) -> tuple[str, ...]:
    return tuple(level for level in _HEADS if place.area(level))


def _strips(found: Profile, title: str, part: tuple[Reading, ...]) -> Strips:
    place = found.place
    levels = _levels(place)
    several = [len(place.area(level)) > 1 for level in levels]
    short = tuple(_HEADS[level][more] for level, more in zip(levels, several, strict=True))
    pairs = zip(levels, short, several, strict=True)
    heads = tuple(head if more else place.area(level)[0].name for level, head, more in pairs)
    rows = tuple(_row(one, levels) for one in part)
    starred = any(text.endswith(STAR) for row in rows for text in row.beside)
    used = [key for one in part if one.is_known for key in one.sources]
    own = place.name if place.level != "kreis" else place.full
    note = " ".join(filter(None, (_order(place), MEDIAN_NOTE if starred else "")))
    return Strips(title, own, (*heads, TWINS), rows, attribution(used), note, (*short, TWINS))


def _order(place: Place) -> str:
    """Which of several Kreise and Länder is which."""
    several = [place.area(level) for level in _HEADS if len(place.area(level)) > 1]
    told = ["; ".join(" / ".join(one.name for one in areas_) for areas_ in several)] if several else []
    return f"Mehrere Zahlen stehen in dieser Reihenfolge: {told[0]}." if told else ""


def _row(one: Reading, levels: tuple[str, ...]) -> StripRow:
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
        words.label(one),
        words.told(one),
        words.own_text(one),
        tuple(beside),
        tuple(marks),
        band,
        median,
        one.is_rare,
    )
