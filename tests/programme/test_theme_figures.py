"""Themes and figures: the random divisions checked by counting all of them, and what the stores give."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from zwk_data.demography.indicators import indicators
from zwk_data.programme import themes


def figures(with_theme: list[float], without: list[float]) -> pd.DataFrame:
    return pd.DataFrame({"value": [*with_theme, *without], "chose": [True] * len(with_theme) + [False] * len(without)})


def test_medians_and_numbers() -> None:
    found = themes.theme_difference(figures([1, 2, 9, np.nan, 4, 3], [5, 6, 7, 8, 10]))
    assert (found.with_n, found.without_n, found.with_median, found.without_median) == (5, 5, 3.0, 7.0)
    assert found.difference == -4
    assert found.is_enough


@pytest.mark.parametrize(
    ("with_theme", "without"),
    [([1, 2, 9, 4, 3], [5, 6, 7, 8, 10]), ([1, 2, 3, 4, 5], [6, 7, 8, 9, 10, 11]), ([1, 5, 5, 5, 9], [2, 5, 5, 8, 5])],
)
def test_the_random_divisions_come_near_all_divisions(with_theme: list[float], without: list[float]) -> None:
    values = np.array([*with_theme, *without], dtype=np.float64)
    n, everyone = len(with_theme), set(range(len(values)))
    apart = abs(np.median(with_theme) - np.median(without))
    every = [
        abs(np.median(values[list(one)]) - np.median(values[list(everyone - set(one))])) >= apart - 1e-9
        for one in combinations(range(len(values)), n)
    ]
    found = themes.theme_difference(figures(with_theme, without))
    assert found.chance == pytest.approx(np.mean(every), abs=0.015)


def test_the_same_answer_whatever_the_order() -> None:
    frame = figures([1, 2, 9, 4, 3], [5, 6, 7, 8, 10])
    assert themes.theme_difference(frame) == themes.theme_difference(frame.sample(frac=1, random_state=1))


@pytest.mark.parametrize(("with_theme", "without"), [([1, 2, 3, 4], [1] * 9), ([1] * 9, [4]), ([], [1, 2]), ([1], [])])
def test_too_few_are_not_asked(with_theme: list[float], without: list[float]) -> None:
    found = themes.theme_difference(figures(with_theme, without))
    assert not found.is_enough
    assert np.isnan(found.chance)


def test_quarters_and_the_undocumented_are_left_out_and_villages_marked(stores: Path) -> None:
    found = themes.theme_figures("share_65plus", "gesundheit-pflege")
    assert len(found) == 35
    assert found.loc[found["small"], "participant_id"].tolist() == ["schossin"]
    assert len(set(found["year"])) == 1
    assert found["value"].between(10, 45).all()
    assert found["chose"].sum() == 10


def test_the_year_is_one_that_nearly_all_have(stores: Path) -> None:
    # Kreise alone have a later one
    assert themes.theme_figures("population_index", "wohnen")["value"].notna().sum() >= 33
    of_2015 = themes.theme_figures("share_65plus", "wohnen")
    assert set(of_2015["year"]) == {2015}
    assert of_2015["kreis"].eq("").all(), "what is known of Gemeinden is never filled up with Kreise"


def test_a_kommune_has_the_figure_of_its_kreis_where_none_is_published_of_gemeinden(stores: Path) -> None:
    found = themes.theme_figures("unemployment_rate", "arbeit-wirtschaft").set_index("participant_id")
    assert set(found["year"]) == {2023}
    assert found.loc["riesa", ["value", "kreis"]].tolist() == [5.7, "Meißen"]
    assert found.loc["lk-rostock", ["value", "kreis"]].tolist() == [5.9, ""]
    assert found.loc["schossin", "kreis"] == "Ludwigslust-Parchim"
    # several Kreise have no figure together
    assert np.isnan(found.loc["rodachtal", "value"])
    assert not found["small"].any()


#: no official figure speaks of these
WITHOUT_FIGURES = {"oeffentlichkeitsarbeit", "kooperationen", "identitaet"}


def test_each_theme_has_its_figures(stores: Path) -> None:
    assert list(themes.catalogue())
    assert set(themes.catalogue()) == set(themes.themes()["theme_id"])
    offered = set(themes.available_figures())
    assert offered <= set(indicators())
    for theme in themes.themes()["theme_id"]:
        suggested = themes.suggested_figures(theme)
        assert set(suggested) <= offered
        assert len(set(suggested)) == len(suggested)
        assert len(suggested) >= 2 or (theme in WITHOUT_FIGURES and not suggested)


@pytest.mark.slow
def test_most_kommunen_have_the_figures_of_each_theme(stores: Path) -> None:
    """Of 33; a figure of Gemeinden or Verbände alone is not known of Kreise, alliances and members of a Verband."""
    found = {
        key: int(themes.theme_figures(key, theme)["value"].notna().sum())
        for theme, suggested in themes.catalogue().items()
        for key in suggested
    }
    assert {key for key, n in found.items() if n < 22} == set()
