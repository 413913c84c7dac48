"""Dates as exact as their source: a day, a month or a year is a span of days."""

from __future__ import annotations

import calendar
from datetime import date


def span(day: date, precision: str) -> tuple[date, date]:
    """First and last day of the day, month or year that ``day`` lies in; ``precision``: day, month or year."""
    if precision == "month":
        return day.replace(day=1), day.replace(day=calendar.monthrange(day.year, day.month)[1])
    if precision == "year":
        return date(day.year, 1, 1), date(day.year, 12, 31)
    return day, day
