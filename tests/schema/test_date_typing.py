"""Dates as people type them into a form: with a year to be found, counted from today, as a week."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zwk_data import german
from zwk_data.schema.dates import typed_span

#: a Thursday in KW 48
TODAY = date(2024, 11, 28)


@pytest.mark.parametrize(
    ("text", "day", "words"),
    [
        ("heute", date(2024, 11, 28), "Donnerstag, 28.11.2024"),
        (" Gestern ", date(2024, 11, 27), "Mittwoch, 27.11.2024"),
        ("vorgestern", date(2024, 11, 26), "Dienstag, 26.11.2024"),
        ("24.11.", date(2024, 11, 24), "Sonntag, 24.11.2024"),
        ("am 24.11", date(2024, 11, 24), "Sonntag, 24.11.2024"),
        ("So, 24.11.", date(2024, 11, 24), "Sonntag, 24.11.2024"),
        ("3. Dezember", date(2023, 12, 3), "Sonntag, 03.12.2023"),
        ("29.2.", date(2024, 2, 29), "Donnerstag, 29.02.2024"),
    ],
)
def test_a_day_is_the_last_one_so_named(text: str, day: date, words: str) -> None:
    found = typed_span(text, TODAY)
    assert found.span == (day, day, "day")
    assert found.words == words
    assert not found.sure


def test_what_is_planned_lies_ahead() -> None:
    assert typed_span("24.11.", TODAY, ahead=True).span.date_from == date(2025, 11, 24)
    assert typed_span("3.12.", TODAY, ahead=True).span.date_from == date(2024, 12, 3)
    assert typed_span("28.11.", TODAY, ahead=True).span.date_from == TODAY
    assert typed_span("29.2.", TODAY, ahead=True).span.date_from == date(2028, 2, 29)
    assert typed_span("morgen", TODAY, ahead=True).span.date_from == date(2024, 11, 29)


def test_a_month_with_a_short_year_is_no_day() -> None:
    found = typed_span("Nov 24", TODAY)
    assert found.span == (date(2024, 11, 1), date(2024, 11, 30), "month")
    assert found.words == "der Monat November 2024"


@pytest.mark.parametrize("text", ["KW 47", "kw47", "47. KW", "KW 47/2024", "Woche 47 2024"])
def test_a_week_is_kept_as_the_month_that_holds_it(text: str) -> None:
    found = typed_span(text, TODAY)
    assert found.span == (date(2024, 11, 1), date(2024, 11, 30), "month")
    assert found.words == "KW 47, 18.11.2024 bis 24.11.2024. Gespeichert wird November 2024"


def test_a_week_in_two_months_is_kept_as_its_year() -> None:
    # 28.10. to 03.11.
    found = typed_span("KW 44", TODAY)
    assert found.span == (date(2024, 1, 1), date(2024, 12, 31), "year")
    assert found.words.endswith("Gespeichert wird 2024")


@pytest.mark.parametrize(
    ("text", "why"), [("31.11.", "Diesen Tag gibt es nicht"), ("KW 60", "Diese Woche gibt es nicht")]
)
def test_what_does_not_exist_is_told(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        typed_span(text, TODAY)


def test_what_could_be_two_days_is_still_asked_for() -> None:
    with pytest.raises(ValueError, match="nicht eindeutig"):
        typed_span("3/4/24", TODAY)


@given(st.dates(date(2001, 1, 1), date(2099, 12, 31)))
def test_a_whole_date_is_taken_as_it_stands(day: date) -> None:
    found = typed_span(german.day(day), TODAY)
    assert found.span == (day, day, "day")
    assert found.sure
    assert found.words == german.day(day)


@given(st.dates(date(2004, 1, 1), date(2090, 1, 1)), st.dates(date(2020, 1, 1), date(2020, 12, 31)))
def test_a_day_without_a_year_is_near(today: date, day: date) -> None:
    """2020 has every day that there is."""
    text = f"{day.day}.{day.month}."
    before, after = (typed_span(text, today, ahead=ahead).span.date_from for ahead in (False, True))
    assert before is not None
    assert after is not None
    assert before <= today <= after
    assert (before.day, before.month) == (after.day, after.month) == (day.day, day.month)
    # the 29 February is rare, and 2100 has none
    assert today - before <= timedelta(days=8 * 366)
