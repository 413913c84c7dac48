"""The sentences of a Kommunalprofil: what stands out, a draft of strengths and weaknesses, what is not known."""

from __future__ import annotations

import numpy as np

from zwk_data.demography.figures import PROGRAMME_BEGAN, is_old, mark, newest_first
from zwk_data.german import count, listing, number, whole, with_unit
from zwk_data.profile.profile import ALIKE_IN_SIZE, RARE, ComparedFigure, Profile

#: how many figures are named as standing out, and how many strengths or weaknesses
MOST_OUT, MOST_POINTS = 5, 4
#: a figure that is as far from its twins at more places than this does not stand out
COMMON = 0.1
#: a figure is a strength if it is better than that of at least this many of ten twins
OF_TWINS = 0.8
#: of a Kreis, whose figures are compared with those of all Kreise, one of the best fifth
OF_KREISE = 0.8
#: units that name what is counted follow the name, not each number
_SHORT = ("%", "Minuten", "km", "Jahre", "€ je m²", "")


def value_text(value: float, one: ComparedFigure) -> str:
    """A value with its unit, where that is short."""
    unit = one.indicator.unit
    signed = one.indicator.centre == 0
    return with_unit(value, unit if unit in _SHORT else "", one.indicator.decimals, sign=signed)


def bare_text(value: float, one: ComparedFigure) -> str:
    """A value without its unit, for use beside another that has it."""
    return number(value, one.indicator.decimals, sign=one.indicator.centre == 0)


def own_text(one: ComparedFigure) -> str:
    """The place's figure, or that of its Kreis; a dash for none, and where several Kreise have one each."""
    return value_text(one.value, one)


def label(one: ComparedFigure) -> str:
    """Name and, where it is long, unit: „Hausärztinnen und Hausärzte (je 100.000 Personen)“."""
    unit = one.indicator.unit
    if one.indicator.centre == 100:
        return one.indicator.name
    bare = unit.removesuffix(" je Person").removesuffix(" Personen")
    return one.name if unit in _SHORT or bare in one.name else f"{one.name} ({bare})"


def when(one: ComparedFigure) -> str:
    """Its year; „Stand 2020“ where it is older than the programme."""
    return mark(one.year) or str(one.year)


def told(one: ComparedFigure) -> str:
    """What belongs to the figure in small print: its year, where it is from, how it was made."""
    parts = [when(one)]
    if one.where:
        parts.append(one.where)
    if one.parts and not np.isnan(one.low):
        whose = "Gemeinden" if one.parts == "gemeinde" else "Verbände" if one.parts == "verband" else "Kreise"
        low, high = (number(value, one.indicator.decimals) for value in (one.low, one.high))
        parts.append(f"Median der {whose} ({low} bis {high})")
    if one.status in ("estimated", "rounded"):
        parts.append("geschätzt" if one.status == "estimated" else "gerundet")
    return ", ".join(parts)


def chance(found: Profile) -> str:
    """How many figures were looked at, and how many of them would lie far away for no reason."""
    looked = len(found.compared)
    if not looked:
        return "Für einen Vergleich mit ähnlichen Orten ist hier zu wenig bekannt."
    rare = sum(one.is_rare for one in found.compared)
    expected = max(1, whole(looked * RARE))
    verb, many = ("liegt", "eine") if expected == 1 else ("liegen", number(expected))
    said = {0: "Hier ist es keine", 1: "Hier ist es eine"}.get(rare, f"Hier sind es {number(rare)}")
    usual = f"wie es nur bei {number(100 * RARE)} von 100 Orten vorkommt"
    return (
        f"Betrachtet wurden {count(looked, 'Zahl', 'Zahlen')}. Bei so vielen {verb} auch ohne besonderen Grund etwa "
        f"{many} so weit von den ähnlichen Orten weg, {usual}. {said}."
    )


def most_notable(found: Profile) -> tuple[ComparedFigure, ...]:
    """The figures furthest from those of the twins, none that many lie as far with; old ones behind all others."""
    out = [one for one in found.compared if one.rarity <= COMMON]
    return tuple(newest_first(out, lambda one: one.year)[:MOST_OUT])


def standing_out(found: Profile) -> list[str]:
    """``most_notable``, one sentence each."""
    return [_out(one, nouns(found)) for one in most_notable(found)]


def nouns(found: Profile) -> str:
    """What a place is compared with, in the dative: „Gemeinden dieser Größe“."""
    if found.place.level == "kreis":
        return "kreisfreien Städten" if found.place.is_city else "Landkreisen"
    return "Gemeinden dieser Größe" if found.place.level == "gemeinde" else "Verbänden dieser Größe"


def _out(one: ComparedFigure, noun: str) -> str:
    side = "über" if one.distance > 0 else "unter"
    share = max(1, whole(100 * one.rarity))
    how = f"So weit weg {'liegt' if share == 1 else 'liegen'} etwa {number(share)} von 100 {noun}"
    return (
        f"{label(one)}: {value_text(one.value, one)} ({when(one)}), {side} dem Median der ähnlichen Orte "
        f"({value_text(one.median, one)}). {how}{' (selten)' if one.is_rare else ''}."
    )


def how_measured() -> str:
    """How figures that stand out are ordered."""
    return (
        "Reihenfolge: Abstand vom Median der zehn ähnlichen Orte, geteilt durch die übliche Streuung aller Gebiete "
        f"dieser Ebene (Quartilsabstand / 1,349); Zahlen von vor {PROGRAMME_BEGAN} stehen hinten. Wie selten ein "
        f"Abstand ist, zeigen bis zu {ALIKE_IN_SIZE} Gebiete ähnlicher Größe und deren ähnliche Orte."
    )


def strengths(found: Profile) -> list[str]:
    """A draft: the figures in which the place is better than nearly all of its twins, and no worse than its Land."""
    return _points(found, good=True)


def weaknesses(found: Profile) -> list[str]:
    """A draft: the figures in which the place is worse than nearly all of its twins, and no better than its Land."""
    return _points(found, good=False)


def _points(found: Profile, *, good: bool) -> list[str]:
    own, lent = [], []
    for one in found.readings:
        # +1: more is what is looked for
        sign = {"better": 1, "worse": -1}.get(one.more_is or "", 0) * (1 if good else -1)
        if not sign or not one.is_known:
            continue
        if one.twins and not np.isnan(one.value):
            ahead = sum(sign * (one.value - other) > 0 for other in one.twins)
            land = [b.value for b in one.beside if b.area.level == "land"]
            if ahead >= OF_TWINS * len(one.twins) and all(sign * (one.value - value) >= 0 for value in land):
                own.append((is_old(one.year), -abs(one.distance), _of_twins(one, ahead, good=good)))
        elif not np.isnan(one.rank):
            share = one.rank if sign > 0 else 1 - one.rank
            if one.borrowed[0].level == "kreis" and share >= OF_KREISE:
                lent.append((is_old(one.year), -share, _of_kreise(one, share, good=good)))
    return [text for *_, text in [*sorted(own), *sorted(lent)]][:MOST_POINTS]


def _of_twins(one: ComparedFigure, ahead: int, *, good: bool) -> str:
    all_ = len(one.twins)
    of = f"allen {number(all_)} ähnlichen Orten"
    if ahead < all_:
        of = f"{number(ahead)} der {number(all_)} ähnlichen Orte"
    return (
        f"{label(one)}: {value_text(one.value, one)} ({when(one)}), {'besser' if good else 'schlechter'} als in {of} "
        f"(Median {value_text(one.median, one)})"
    )


def _of_kreise(one: ComparedFigure, share: float, *, good: bool) -> str:
    percent = number(min(99.0, 100 * share))
    return (
        f"{label(one)}: {own_text(one)} {one.where} ({when(one)}), {'besser' if good else 'schlechter'} als in "
        f"{percent} Prozent der Kreise"
    )


def not_known(found: Profile) -> list[str]:
    """What is missing and why, one sentence for each reason."""
    told_ = []
    by_where: dict[str, list[str]] = {}
    by_reason: dict[str, list[str]] = {}
    for one in found.readings:
        if one.borrowed:
            levels = "den Verband" if one.borrowed[0].level == "verband" else "Kreise"
            by_where.setdefault(levels, []).append(one.name)
        elif not one.is_known:
            by_reason.setdefault(one.missing, []).append(one.name)
    for levels, names in by_where.items():
        told_.append(f"Nur für {levels} veröffentlicht und darum von dort: {listing(names)}.")
    for reason, names in by_reason.items():
        told_.append(f"Keine Zahl, {reason}: {listing(names)}.")
    if found.place.is_small:
        told_.append("Hier leben weniger als 1.000 Menschen: Schon wenige Fälle verschieben einen Anteil deutlich.")
    return told_
