"""Quarters of a year, as the ministry is reported to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from zwk_data.programme.words import FIRST_YEAR

_MONTHS = ("Januar bis März", "April bis Juni", "Juli bis September", "Oktober bis Dezember")


@dataclass(frozen=True)
class Quarter:
    """One quarter: ``year`` and ``number`` from 1 to 4."""

    year: int
    number: int

    @property
    def id(self) -> str:
        """As in addresses: ``2024-4``."""
        return f"{self.year}-{self.number}"

    @property
    def start(self) -> date:
        """Its first day."""
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def end(self) -> date:
        """Its last day."""
        following = date(self.year + 1, 1, 1) if self.number == 4 else date(self.year, 3 * self.number + 1, 1)
        return following - timedelta(days=1)

    @property
    def title(self) -> str:
        """``4. Quartal 2024``."""
        return f"{self.number}. Quartal {self.year}"

    @property
    def months(self) -> str:
        """``Oktober bis Dezember 2024``."""
        return f"{_MONTHS[self.number - 1]} {self.year}"


def quarter_of(day: date) -> Quarter:
    """The quarter a day lies in."""
    return Quarter(day.year, (day.month + 2) // 3)


def quarters(today: date) -> dict[str, Quarter]:
    """All quarters from the project's first year to that of ``today``, the latest first, by id."""
    last = quarter_of(today)
    found = [Quarter(year, number) for year in range(FIRST_YEAR, last.year + 1) for number in range(1, 5)]
    return {one.id: one for one in reversed(found) if one.start <= today}
