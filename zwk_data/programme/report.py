"""The quarterly report to the ministry: its quarters, and its key facts in sentences."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import pandas as pd

from zwk_data.errors import ZwkError
from zwk_data.german import count, listing, number, with_unit
from zwk_data.programme import news
from zwk_data.schema.words import FIRST_YEAR, STAGES


def attention_words(attention: pd.DataFrame, planned: bool, kept: bool) -> str:
    """How many Kommunen need attention. ``planned``: is any plan known; ``kept``: was anything ever entered here?"""
    red, amber = (set(attention.loc[attention["level"] == level, "participant_id"]) for level in ("red", "amber"))
    urgent, watched = len(red), len(amber - red)
    if not urgent and not watched:
        if not planned and not kept:
            return "Ob ein Termin überfällig ist, ist nicht belegt: Hier sind noch keine Planungen eingetragen."
        return "Kein bekannter Termin ist überfällig, und keine Kommune mit Einträgen ist lange ohne Rückmeldung."
    told = []
    if urgent:
        told.append(f"{count(urgent, 'Kommune braucht', 'Kommunen brauchen')} dringend eine Klärung")
    if watched:
        told.append(f"{count(watched, 'Kommune ist', 'Kommunen sind')} im Blick zu behalten")
    return f"{listing(told)}."


def stage_words(reached: Mapping[str, int], total: int) -> str:
    """How many have reached each stage, as far as it is dated."""
    told = [f"{number(reached[stage])} {name}" for stage, name in STAGES.items() if reached.get(stage)]
    if not told:
        return "Für keine Kommune ist eine Stufe mit Datum belegt."
    return f"Von {count(total, 'Kommune', 'Kommunen')} haben nachweislich mit Datum erreicht: {listing(told)}."


def quarter_words(counts: pd.DataFrame) -> str:
    """What was done in a quarter, from ``news.counts``."""
    numbers = dict(zip(counts["kind"], counts["number"], strict=True))
    words = {
        "held": ("Stufentermin hat stattgefunden", "Stufentermine haben stattgefunden"),
        "moved": ("Termin wurde verschoben", "Termine wurden verschoben"),
        "measure_started": ("Maßnahme hat begonnen", "Maßnahmen haben begonnen"),
        "measure_done": ("Maßnahme wurde abgeschlossen", "Maßnahmen wurden abgeschlossen"),
    }
    told = [count(int(numbers[kind]), *pair) for kind, pair in words.items() if numbers.get(kind)]
    return f"Im Quartal: {listing(told)}." if told else "Für das Quartal ist nichts belegt."


def money_words(years: pd.DataFrame, year: int) -> str:
    """What was granted and called in a year, from ``measures_and_money.money_by_year``."""
    row = years[years["year"] == year]
    if row.empty:
        return f"Zu Mitteln des Jahres {year} ist nichts belegt."
    one = row.iloc[0]
    share = f" ({with_unit(one['called_share'] * 100, '%')})" if pd.notna(one["called_share"]) else ""
    return (
        f"Für {year} sind {with_unit(one['granted_eur'], 'Euro')} bewilligt und "
        f"{with_unit(one['called_eur'], 'Euro')} abgerufen{share}."
    )


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
        return date(self.year, 3 * self.number, 30 if self.number in (2, 3) else 31)

    @property
    def title(self) -> str:
        """``4. Quartal 2024``."""
        return f"{self.number}. Quartal {self.year}"

    @property
    def months(self) -> str:
        """``Oktober bis Dezember 2024``."""
        return f"{_MONTHS[self.number - 1]} {self.year}"


def quarters(today: date) -> dict[str, Quarter]:
    """id -> quarter, from the one of ``today`` back to the first of the project."""
    found = (Quarter(year, number) for year in range(today.year, FIRST_YEAR - 1, -1) for number in (4, 3, 2, 1))
    return {one.id: one for one in found if one.start <= today}


def last_filled(today: date, participants: tuple[str, ...] | None = None) -> Quarter:
    """The newest quarter in which anything is known to have happened; the running one if there is none.

    ``participants``: only theirs and the network's, None for all.
    """
    found = list(quarters(today).values())
    return next((one for one in found if len(news.counts(one.start, one.end, participants))), found[0])


def filled_quarter(text: str, today: date) -> Quarter:
    """The quarter written as „2024-4“. Raises ZwkError for another form, and if nothing is known of the quarter."""
    last = last_filled(today)
    if re.fullmatch(r"\d{4}-[1-4]", text) is None:
        raise ZwkError(f"„{text}“ ist kein Quartal. Bitte Jahr und Nummer angeben, zum Beispiel {last.id}.")
    one = quarters(today).get(text)
    if one is None:
        raise ZwkError(f"Zum Quartal {text} gibt es keinen Bericht. Möglich sind {FIRST_YEAR}-1 bis {last.id}.")
    if news.counts(one.start, one.end).empty:
        raise ZwkError(f"Zum {one.title} ist nichts belegt. Das letzte Quartal mit Inhalt ist {last.id}.")
    return one
