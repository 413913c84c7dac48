"""The cookie with the days of this visit and of the one before."""

from __future__ import annotations

from datetime import date

import pytest

from zwk_data.web.shell import page

TODAY = date(2024, 11, 30)


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("", ".2024-11-30"),
        ("zwk_besuch=.2024-11-12", "2024-11-12.2024-11-30"),
        ("a=b; zwk_besuch=2024-10-01.2024-11-12", "2024-11-12.2024-11-30"),
        ("zwk_besuch=unsinn", ".2024-11-30"),
        ("zwk_besuch", ".2024-11-30"),
        ("ä=\x01; ;;=", ".2024-11-30"),
    ],
)
def test_a_new_day_moves_the_days_on(header: str, value: str) -> None:
    kept = page.noted(header, TODAY)
    assert kept.startswith(f"zwk_besuch={value}; Path=/;")
    assert "HttpOnly" in kept
    assert "SameSite=Lax" in kept


def test_visits_of_one_day_are_one() -> None:
    assert page.noted("zwk_besuch=2024-11-12.2024-11-30", TODAY) == ""


@pytest.mark.parametrize(
    ("value", "day"),
    [("2024-11-12.2024-11-30", date(2024, 11, 12)), (".2024-11-30", None), ("", None), ("2024-99-99.2024-11-30", None)],
)
def test_the_visit_before(value: str, day: date | None) -> None:
    assert page.last_visit(value) == day
