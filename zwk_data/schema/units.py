"""The unit of amounts, wherever it is written: behind a number, in a title, above the table, in a number format.

German lists count in euros, thousands or millions and say so in many ways: „T€“, „Tsd. EUR“, „(in 1.000 €)“, „TE“.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_EURO = r"(?:€|euros?|eur|e)"
_THOUSAND = (
    rf"['’]000|in\s+000\b|[(\[]\s*000\b|t\s?[.-]?\s?{_EURO}(?![a-zäöüß])|k\s?(?:€|eur(?:o)?)(?![a-zäöüß])|"
    r"(?:tsd|tds)\b\.?|tausende?[nr]?\b"
)
_MILLION = r"mio\b\.?|mill\b\.?|millione?n?\b|m€|mn\.?\s?€"
_BILLION = r"mrd\b\.?|milliarden?\b"
_SPELLED = tuple(
    (re.compile(rf"(?<![a-zäöüß])(?:{words})"), factor)
    for words, factor in ((_THOUSAND, 1e3), (_MILLION, 1e6), (_BILLION, 1e9))
)
_NUMBER = r"1(?:[.\s'\u00a0\u202f]?000){1,3}"
#: a number stands for a unit behind „in“, a multiplication sign or a bracket, beside a currency or alone
_COUNTED = re.compile(
    rf"(?:^|[(\[,;:/]|\bin\b|\bje\b|[x×*])\s*(?P<before>(?:€|euro|eur)\s*)?(?:[x×*]\s*)?(?P<n>{_NUMBER})\s*(?:[x×*]\s*)?"
    rf"(?:,?-?\s*(?:€|euro|eur)\b\.?|€)?\s*(?:$|[)\],;:])"
)
_ANY_COUNT = re.compile(rf"(?<![\d.,]){_NUMBER}(?![\d.,]\d|\d)")
_FOREIGN = re.compile(
    r"(?<![a-zäöüß])(?:us-?\$|usd|\$|chf|sfr|franken|gbp|£|pfund|dm|d-mark|pln|czk|dkk|dollar)(?![a-zäöüß])"
)
#: what nobody should count in, and some do: that is asked
_ODD = re.compile(
    r"(?:hundert|zehn)tausend|(?<![a-zäöüß])(?:cents?|ct)\b|"
    r"(?:\bin|[(\[]|/)\s*(?:in\s+)?(?:10|100|500|10[.\s]?000|100[.\s]?000)\s*(?:€|eur)"
)
_EACH = re.compile(
    r"(?<![a-zäöüß])(?:je|pro|p\.\s?a|jährliche?r?|monatliche?r?|jahr|monat|einwohner|kopf)(?![a-zäöüß])"
)
_SAYS_EUROS = re.compile(r"€|(?<![a-zäöüß])(?:euros?|eur)(?![a-zäöüß])")
_OF_AMOUNTS = re.compile(
    r"\b(?:beträge?|betraege?|angaben?|werte?|zahlen|kosten|budgets?|mittel|summen?|ausgaben|finanz\w*|einheit|währung)\b"
)
_ONLY_UNIT = re.compile(r"[\s()\[\]/.,:;*-]*")
NAMES = {1.0: "Euro", 1e3: "TEUR", 1e6: "Mio. €", 1e9: "Mrd. €"}


class Unit(NamedTuple):
    """What amounts are counted in: a factor for euros, and a German half sentence in ``doubt`` if it is not sure."""

    factor: float
    doubt: str = ""

    @property
    def name(self) -> str:
        """As it is written behind an amount."""
        return NAMES[self.factor]


def factor_in(text: str) -> float | None:
    """The factor that words for a unit mean, None without any; the largest, for „Tsd.“ may be part of „Mio.“.

    >>> factor_in("12 T EUR"), factor_in("Mrd. €"), factor_in("Stadt")
    (1000.0, 1000000000.0, None)
    """
    found = [factor for form, factor in _SPELLED if form.search(text.casefold())]
    return max(found) if found else None


def is_foreign(text: str) -> bool:
    """Does the text name another currency than the euro?"""
    return bool(_FOREIGN.search(text.casefold()))


def unit_of_title(title: str) -> Unit | None:
    """The unit that a column title names, None if it names none („Kosten (1.000 €)“: thousands)."""
    low = title.casefold()
    found = {factor for form, factor in _SPELLED if form.search(low)}
    for match in _COUNTED.finditer(low):
        found.add(_of_number(match["n"]))
    if is_foreign(low) or _ODD.search(low):
        other = "die Spalte nennt eine andere Währung als Euro"
        return Unit(1.0, other if is_foreign(low) else f"worin „{title}“ zählt, ist nicht sicher")
    if len(found) > 1:
        return Unit(min(found), f"der Spaltenkopf „{title}“ nennt mehrere Einheiten")
    if found:
        return Unit(found.pop())
    if _ANY_COUNT.search(low):
        return Unit(1.0, f"ob „{title}“ Tausende meint, ist nicht sicher")
    if _EACH.search(low):
        return Unit(1.0, f"„{title}“ klingt nach einem Teil des Betrags")
    return Unit(1.0) if _SAYS_EUROS.search(low) else None


def unit_of_note(text: str) -> Unit | None:
    """The unit that a line of its own gives to a table: „alle Beträge in T€“, „(in TEUR)“; None for any other line."""
    low = text.casefold()
    if len(low) > 200 or re.search(r"\d{1,3}(?:[.,]\d+)?\s*(?:t€|teur|tsd|mio)", low):
        return None
    unit = unit_of_title(text)
    if unit is None or unit.doubt or (unit.factor == 1.0 and not _OF_AMOUNTS.search(low)):
        asked = _FOREIGN.search(low) or _ODD.search(low)
        return unit if unit and unit.doubt and asked and _OF_AMOUNTS.search(low) else None
    return unit if is_only_unit(text) or _OF_AMOUNTS.search(low) else None


def is_only_unit(text: str) -> bool:
    """Is the text a unit and nothing else: „T€“, „(in Mio. Euro)“, „€“?

    >>> is_only_unit("in T€"), is_only_unit("Kosten in T€")
    (True, False)
    """
    low = text.casefold()
    rest = low
    for form, _ in _SPELLED:
        rest = form.sub(" ", rest)
    rest = _SAYS_EUROS.sub(" ", re.sub(_NUMBER, " ", rest))
    return rest != low and bool(_ONLY_UNIT.fullmatch(re.sub(r"\bin\b|\bje\b|[x×]", " ", rest)))


def _of_number(digits: str) -> float:
    return float(re.sub(r"\D", "", digits))
