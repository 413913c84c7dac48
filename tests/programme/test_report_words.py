"""Quarters, and the sentences of the quarterly report."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from zwk_data.programme import report
from zwk_data.programme.report import Quarter, quarters


@pytest.mark.parametrize(
    ("quarter", "id_", "start", "end"),
    [
        (Quarter(2024, 4), "2024-4", date(2024, 10, 1), date(2024, 12, 31)),
        (Quarter(2024, 1), "2024-1", date(2024, 1, 1), date(2024, 3, 31)),
        (Quarter(2024, 2), "2024-2", date(2024, 4, 1), date(2024, 6, 30)),
        (Quarter(2023, 3), "2023-3", date(2023, 7, 1), date(2023, 9, 30)),
    ],
)
def test_the_days_of_a_quarter(quarter: Quarter, id_: str, start: date, end: date) -> None:
    assert (quarter.id, quarter.start, quarter.end) == (id_, start, end)


def test_quarters_lead_from_today_back_to_the_projects_first_year() -> None:
    found = quarters(date(2024, 12, 31))
    assert next(iter(found)) == "2024-4"
    assert list(found)[-1] == "2021-1"
    assert len(found) == 16
    assert Quarter(2024, 4).title == "4. Quartal 2024"
    assert Quarter(2024, 4).months == "Oktober bis Dezember 2024"
    assert "2025-1" not in found


def test_who_is_urgent_is_not_counted_twice() -> None:
    frame = pd.DataFrame({"participant_id": ["a", "a", "b"], "level": ["red", "amber", "amber"]})
    told = report.attention_words(frame, True, True)
    assert told == "1\u00a0Kommune braucht dringend eine Klärung und 1\u00a0Kommune ist im Blick zu behalten."


def test_nothing_known_is_not_called_fine() -> None:
    empty = pd.DataFrame({"participant_id": [], "level": []})
    assert "lässt sich noch nicht sagen" in report.attention_words(empty, False, False)
    assert report.attention_words(empty, True, True).startswith("Kein bekannter Termin ist überfällig")
    assert report.quarter_words(pd.DataFrame({"kind": [], "number": []})) == "Für das Quartal ist nichts belegt."
    years = pd.DataFrame({"year": [], "granted_eur": [], "called_eur": [], "called_share": []})
    assert report.money_words(years, 2024) == "Zu Mitteln des Jahres 2024 ist nichts belegt."
    assert "keine Stufe" not in report.stage_words({"kick_off": 2}, 39)
    assert report.stage_words({}, 39) == "Für keine Kommune ist eine Stufe mit Datum belegt."


def test_money_in_words() -> None:
    years = pd.DataFrame({"year": [2024], "granted_eur": [100_000.0], "called_eur": [25_000.0], "called_share": [0.25]})
    assert report.money_words(years, 2024) == (
        "Für 2024 sind 100.000\u00a0Euro bewilligt und 25.000\u00a0Euro abgerufen (25\u00a0%)."
    )
    assert "%" not in report.money_words(years.assign(called_share=np.nan), 2024)
