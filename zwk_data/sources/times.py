"""The ways official tables write a point in time."""

from __future__ import annotations

import re

import pandas as pd

_DAY = re.compile(r"(\d{2})\.(\d{2})\.(\d{4})")
_YEAR = re.compile(r"(\d{4})")
_ISO_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_PERIOD = re.compile(r"(\d{4})(?:-(\d{2}))?(?:P(\d+)([MY]))?")


def parse_time(label: str) -> pd.Timestamp | None:
    """A date of a table: ``31.12.2015``, ``2015`` (a yearly sum, dated 31.12.), ISO ``2024-12-31``, ``2023-10P6M``.

    A period that is not a year (``2023-10P6M``: six months from October 2023, the winter semester) is dated by its
    first day, so that its year is the one it is named after. None for anything else.

    >>> parse("31.12.2015"), parse("2015"), parse("2023-10P6M")
    (Timestamp('2015-12-31 00:00:00'), Timestamp('2015-12-31 00:00:00'), Timestamp('2023-10-01 00:00:00'))
    """
    text = label.strip()
    if found := _DAY.fullmatch(text):
        return _stamp(int(found[3]), int(found[2]), int(found[1]))
    if found := _ISO_DAY.fullmatch(text):
        return _stamp(int(found[1]), int(found[2]), int(found[3]))
    if found := _YEAR.fullmatch(text):
        return _stamp(int(found[1]), 12, 31)
    if found := _PERIOD.fullmatch(text):
        if found[2] is None:
            return _stamp(int(found[1]), 12, 31) if (found[3], found[4]) in (("1", "Y"), ("12", "M")) else None
        return _stamp(int(found[1]), int(found[2]), 1)
    return None


def _stamp(year: int, month: int, day: int) -> pd.Timestamp | None:
    # four digits that are no year of statistics (a key, a figure) are not taken for one
    if not 1800 <= year <= 2199:
        return None
    try:
        return pd.Timestamp(year=year, month=month, day=day)
    except ValueError:
        return None
