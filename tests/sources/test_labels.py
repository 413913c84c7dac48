"""Labels of sex, age and nationality: every label of the genuine tables, and any age class."""

from __future__ import annotations

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zwk_data.sources import printed_codes
from zwk_data.sources.printed_codes import age_code, nationality_code, sex_code

SEVENTEEN = {
    "unter 3 Jahre": "0-2",
    "3 bis unter 6 Jahre": "3-5",
    "6 bis unter 10 Jahre": "6-9",
    "10 bis unter 15 Jahre": "10-14",
    "15 bis unter 18 Jahre": "15-17",
    "18 bis unter 20 Jahre": "18-19",
    "20 bis unter 25 Jahre": "20-24",
    "25 bis unter 30 Jahre": "25-29",
    "30 bis unter 35 Jahre": "30-34",
    "35 bis unter 40 Jahre": "35-39",
    "40 bis unter 45 Jahre": "40-44",
    "45 bis unter 50 Jahre": "45-49",
    "50 bis unter 55 Jahre": "50-54",
    "55 bis unter 60 Jahre": "55-59",
    "60 bis unter 65 Jahre": "60-64",
    "65 bis unter 75 Jahre": "65-74",
    "75 Jahre und mehr": "75+",
}
OTHERS = {
    "unter 1 Jahr": "0",
    "1 bis unter 2 Jahre": "1",
    "74 bis unter 75 Jahre": "74",
    "90 Jahre und mehr": "90+",
    "unter 18 Jahre": "0-17",
    "30 bis unter 50 Jahre": "30-49",
    "65 Jahre und mehr": "65+",
    "Unter 10 Jahre": "0-9",
    "20 bis 29 Jahre": "20-29",
    "80 Jahre und älter": "80+",
    "Insgesamt": "total",
    "unter 3 Jahren": "0-2",
    "85 und mehr Jahre": "85+",
    "7-Jährige": "7",
    "65 u.m.": "65+",
}


@pytest.mark.parametrize(("label", "code"), (SEVENTEEN | OTHERS).items())
def test_labels_of_published_tables(label: str, code: str) -> None:
    assert age_code(label) == code


@given(st.integers(0, 110), st.integers(0, 110))
def test_ages_of_a_class_include_its_first_and_last_year(low: int, end: int) -> None:
    code = None if end <= low else str(low) if end == low + 1 else f"{low}-{end - 1}"
    assert age_code(f"{low} bis unter {end} Jahre") == code
    assert age_code(f"unter {end} Jahren") == {0: None, 1: "0"}.get(end, f"0-{end - 1}")
    assert age_code(f"{low} Jahre und mehr") == f"{low}+"


@pytest.mark.parametrize("label", ["Köln", "2015", "31.12.2015", "Altersgruppen (17)", "6 bis unter 3 Jahre", "12", ""])
def test_what_is_no_age_has_no_code(label: str) -> None:
    assert age_code(label) is None


@pytest.mark.parametrize(
    ("label", "code"),
    [("Insgesamt", "total"), ("männlich", "male"), ("weiblich", "female"), (" Weiblich ", "female"), ("ledig", None)],
)
def test_sexes(label: str, code: str | None) -> None:
    assert sex_code(label) == code


@pytest.mark.parametrize(
    ("label", "code"),
    [("Deutsche", "german"), ("Ausländer(innen)", "foreign"), ("Insgesamt", "total"), ("Deutschland", None)],
)
def test_nationalities(label: str, code: str | None) -> None:
    assert nationality_code(label) == code


def test_examples_in_the_documentation() -> None:
    result = doctest.testmod(printed_codes)
    assert result.attempted > 3
    assert result.failed == 0
