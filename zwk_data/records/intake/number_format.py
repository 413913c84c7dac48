"""What an Excel number format adds to a number: a unit („12,5 T€“), or a division by thousands."""

from __future__ import annotations

import re
from functools import lru_cache

from zwk_data.schema.units import factor_in, is_foreign

_WORDS = re.compile(r'"([^"]*)"|\\\\(.)|\[\$([^\]-]*)[^\]]*\]|([€$£])')
_NO_DIGITS = re.compile(r'"[^"]*"|\\\\.|\[[^\]]*\]|_.|\*.')
#: commas behind the last digit before or after the point divide by a thousand each
_DIVIDING = re.compile(r"[0#?](,+)(?![0#?,])")


@lru_cache(maxsize=500)
def _unit_and_scale(form: str) -> tuple[str, float]:
    """The unit that a format writes beside the number ("" for none that counts), and what it divides by."""
    first = _first_section(form)
    unit = "".join(next((part for part in match.groups() if part), "") for match in _WORDS.finditer(first)).strip()
    commas = _DIVIDING.search(_NO_DIGITS.sub("", first))
    counts = factor_in(unit) is not None or is_foreign(unit)
    return unit if counts else "", 1000.0 ** len(commas[1]) if commas else 1.0


def _first_section(form: str) -> str:
    """The part of a format for numbers above zero."""
    for place, sign in enumerate(form):
        if sign == ";" and form[:place].count('"') % 2 == 0:
            return form[:place]
    return form


def shown_number(value: float, form: str) -> tuple[float | str, float]:
    """The number as its cell shows it: with its unit as text, and by what it is divided to be shown.

    >>> shown_number(12.5, '0.0" T€"'), shown_number(12500, '#,##0.0," T€"'), shown_number(12500, "#,##0,")
    (('12,5 T€', 1.0), ('12,5 T€', 1000.0), (12500, 1000.0))
    """
    unit, scale = _unit_and_scale(form)
    if not unit:
        return value, scale
    return f"{value / scale:.15g}".replace(".", ",") + f" {unit}", scale
