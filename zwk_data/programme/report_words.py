"""What the headline of Monitoring and of the quarterly report says in sentences; only what is documented."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from zwk_data.german import count, listing, number, with_unit
from zwk_data.programme.words import STAGES


def attention_words(attention: pd.DataFrame, planned: bool, kept: bool) -> str:
    """How many Kommunen need a look. ``planned``: is any plan known; ``kept``: was anything ever entered here?"""
    red, amber = (set(attention.loc[attention["level"] == level, "participant_id"]) for level in ("red", "amber"))
    urgent, watched = len(red), len(amber - red)
    if not urgent and not watched:
        if not planned and not kept:
            return "Ob ein Termin überfällig ist, ist nicht belegt: Hier sind noch keine Planungen eingetragen."
        return "Kein bekannter Termin ist überfällig, und keine hier gepflegte Kommune schweigt länger als vorgesehen."
    told = []
    if urgent:
        told.append(f"{count(urgent, 'Kommune braucht', 'Kommunen brauchen')} dringend eine Klärung")
    if watched:
        told.append(f"{count(watched, 'Kommune ist', 'Kommunen sind')} im Blick zu behalten")
    return f"{listing(told)}."


def stage_words(reached: Mapping[str, int], total: int) -> str:
    """How many have reached the first, the middle and the last stage, as far as it is dated."""
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
    """What was granted and called in a year, from ``money.by_year``."""
    row = years[years["year"] == year]
    if row.empty:
        return f"Zu Mitteln des Jahres {year} ist nichts belegt."
    one = row.iloc[0]
    share = f" ({with_unit(one['called_share'] * 100, '%')})" if pd.notna(one["called_share"]) else ""
    return (
        f"Für {year} sind {with_unit(one['granted_eur'], 'Euro')} bewilligt und "
        f"{with_unit(one['called_eur'], 'Euro')} abgerufen{share}."
    )
