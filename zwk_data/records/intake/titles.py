"""The field that a column title means, in whatever words: „Projekt / Maßnahme“, „Zeitraum Von“, „Projektbeginn“."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from zwk_data.records.german_rows import KEY
from zwk_data.schema.cells import fold, near
from zwk_data.schema.structure import Table

#: words for a unit, or that say nothing of what a column holds
_IDLE = {
    *("in", "eur", "euro", "teur", "t", "te", "tsd", "tausend", "mio", "millionen", "mrd", "milliarden", "1000", "000"),
    *("1", "10", "100", "keur", "teuro", "hunderttausend", "zehntausend", "cent", "ct", "mill", "mn"),
    *("angabe", "angaben", "bitte", "ca", "k", "x", "mal"),
}
_ADJECTIVE = re.compile(
    r"(?:geplant|voraussichtlich|aktuell|derzeitig|gesamt|bewilligt|tatsaechlich|beantragt|veranschlagt|geschaetzt)"
    r"(?:e[rsnm]?)?"
)
_OF_WHAT = re.compile(r" (?:der|des|vom|zur|zum) (?:massnahmen?|projekte?s?|vorhabens?)$")
_GLUED = re.compile(r"^(?:projekt|massnahmen|massnahme|vorhabens|vorhaben)(?=[a-z]{3})")
_PERIODS = re.compile(
    r"^(?:(?:projekt|foerder|bewilligungs|umsetzungs|durchfuehrungs|massnahmen)?"
    r"(?:zeitraum|laufzeit|zeitschiene|dauer)|massnahme|projekt) (?=(?:von|bis|beginn|ende|start|ab|anfang)$)"
)
_BOTH_ENDS = re.compile(
    r"(?:(?:projekt|foerder|bewilligungs|umsetzungs|durchfuehrungs|ausfuehrungs|realisierungs|massnahmen|vorhabens)?"
    r"(?:zeitraum|laufzeit|zeitschiene|zeitrahmen|dauer)|zeitplan)"
    r"(?: (?:von bis|beginn (?:und )?ende|der massnahmen?|des projekte?s))?|"
    r"von bis|(?:beginn|start|anfang) (?:und )?ende"
)
_PARTS = re.compile(r"\s*(?:/|\||,|\bbzw\.?|\boder\b|\bund\b|\n)\s*")
#: how surely a title means a field: another word for it, that word with more around it, one of two, misspelt
_OTHER, _CLOTHED, _PARTED, _MISSPELT = 0.9, 0.8, 0.7, 0.5


@cache
def titles_of(table: Table) -> dict[str, tuple[str, float]]:
    """Folded title -> label and how surely; the fields' own labels come before other words."""
    found: dict[str, tuple[str, float]] = {fold(KEY): (KEY, 1.0)}
    for one in table.fields:
        found.setdefault(fold(one.label), (one.label, 1.0))
    for one in table.fields:
        # the first of them come closest: „Gesamtkosten“ is the amount where „Zuschuss“ stands beside it
        for place, word in enumerate(one.other_labels):
            found.setdefault(fold(word), (one.label, _OTHER - place / 1000))
    return found


@cache
def label_of(table: Table, title: str) -> tuple[str, float] | None:
    """The label of the field that a title means, and how surely; None if it means none, or two."""
    known = titles_of(table)
    bare = _bare(title)
    hit = known.get(fold(title)) or known.get(bare)
    if hit:
        return hit
    for form in _plainer(bare):
        if form in known:
            return known[form][0], _CLOTHED
    parts = [_bare(part) for part in _PARTS.split(title) if part.strip()]
    found = [_known_part(table, part) for part in parts] if len(parts) > 1 else []
    if found and None not in found and len(set(found)) == 1:
        return str(found[0]), _PARTED
    close = near(bare, known, 0.86)
    return (known[close][0], _MISSPELT) if close else None


def is_of_both_ends(title: str) -> bool:
    """Does a column of this title hold a period, from one day to another („Zeitraum (von – bis)“)?"""
    return bool(_BOTH_ENDS.fullmatch(fold(title)) or _BOTH_ENDS.fullmatch(_bare(title)))


def _known_part(table: Table, part: str) -> str | None:
    known = titles_of(table)
    return next((known[form][0] for form in (part, *_plainer(part)) if form in known), None)


def _bare(text: str) -> str:
    """A title without units and anything in brackets."""
    words = fold(re.sub(r"\([^)]*\)|\[[^\]]*\]|-\n", "", text)).split()
    return " ".join(word for word in words if word not in _IDLE)


def _plainer(bare: str) -> Iterator[str]:
    """A folded title without what is put before or behind the word that counts."""
    words = bare.split()
    while len(words) > 1 and _ADJECTIVE.fullmatch(words[0]):
        words = words[1:]
        yield " ".join(words)
    if len(words) > 1 and words[-1] in ("gesamt", "insgesamt"):
        words = words[:-1]
        yield " ".join(words)
    plain = " ".join(words)
    for form in (_OF_WHAT.sub("", plain), _PERIODS.sub("", plain), _GLUED.sub("", plain)):
        if form != plain:
            yield form
