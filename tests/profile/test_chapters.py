"""The chapters of the Kommunalprofil: complete, and a clear sentence for a slip in the file."""

from __future__ import annotations

from typing import Any

import pytest

from zwk_data.errors import ZwkError
from zwk_data.profile.values import chapters, checked
from zwk_data.warehouse.indicator_catalogue import catalogue

KNOWN = frozenset({"rent", "cars"})


def test_the_chapters_are_those_of_the_predecessor() -> None:
    assert [one.key for one in chapters()] == [
        "demografie",
        "bildung",
        "wirtschaft",
        "wohnen",
        "versorgung",
        "gesundheit",
        "beteiligung",
        "kultur",
        "mobilitaet",
        "integration",
    ]
    assert all(2 <= len(one.figures) <= 5 for one in chapters())
    assert all(one.untold.endswith(".") for one in chapters())


def test_age_and_origin_are_neither_strength_nor_weakness() -> None:
    undirected = ("67plus", "under16", "senior", "foreign", "migration", "owners", "single", "dwelling")
    for one in chapters():
        for figure in one.figures:
            if any(word in figure.indicator_id for word in undirected):
                assert figure.more_is is None, figure.indicator_id


def test_a_direction_agrees_with_how_the_catalogue_reads_the_figure() -> None:
    for one in chapters():
        for figure in one.figures:
            reads = catalogue().indicators[figure.indicator_id]["direction"]
            if "weiterer Weg" in reads:
                assert figure.more_is == "worse"
            if "besser" in reads:
                assert figure.more_is == "better"


@pytest.mark.parametrize(
    ("figures", "says"),
    [
        ({"gibtsnicht": {}}, "gibtsnicht steht nicht in data/indicators.yml"),
        ({"rent": {"more": "better"}}, "more gibt es nicht"),
        ({"rent": {"more_is": "gut"}}, "more_is ist better oder worse"),
        ({}, "hier sind es 0"),
    ],
)
def test_a_slip_is_told_with_its_place(figures: dict[str, Any], says: str) -> None:
    entry = {"title": "Wohnen", "figures": figures, "untold": "Nichts."}
    with pytest.raises(ZwkError, match="Kapitel wohnen") as told:
        checked({"wohnen": entry}, KNOWN)
    assert says in str(told.value)


def test_no_figure_stands_in_two_chapters() -> None:
    entry = {"title": "Wohnen", "figures": {"rent": None}, "untold": "Nichts."}
    assert [one.figures[0].indicator_id for one in checked({"wohnen": entry}, KNOWN)] == ["rent"]
    with pytest.raises(ZwkError, match="rent steht schon"):
        checked({"wohnen": entry, "auch": entry}, KNOWN)
