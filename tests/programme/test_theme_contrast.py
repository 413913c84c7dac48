"""Kommunen with a theme against those without, on figures that can be worked out by hand."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import combinations
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest
import yaml

from zwk_data.demography.indicators import COUNTS
from zwk_data.errors import ZwkError
from zwk_data.paths import DATA
from zwk_data.programme import seed, theme_contrast
from zwk_data.programme.theme_contrast import FITTING, chance, compare
from zwk_data.warehouse import connection

WITH = ["riesa", "vrees", "coburg", "grabow", "romrod"]
WITHOUT = ["adorf", "zwickau", "herford", "furth", "lk-uckermark"]
INDICATORS = yaml.safe_load((DATA / "indicators.yml").read_text(encoding="utf-8"))["indicators"]
Arrange = Callable[[dict[str, float]], None]


@pytest.fixture
def arrange(public: Path, tmp_path: Path) -> Arrange:
    """``arrange({participant: share})``: WITH chose Wohnen, WITHOUT and a quarter chose Leerstand, nobody else any."""

    def make(values: dict[str, float]) -> None:
        connection.close()
        with duckdb.connect(str(public)) as con:
            con.execute("DELETE FROM participant_theme")
            for who in [*WITH, *WITHOUT, "dortmund"]:
                theme = "wohnen" if who in WITH else "leerstand"
                con.execute("INSERT INTO participant_theme VALUES (?, ?, 'x', NULL, ?)", [who, theme, f"t-{who}"])
        with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as con:
            con.execute(
                "CREATE OR REPLACE TABLE indicator AS SELECT * FROM (VALUES "
                "('share', 'Anteil', '%', 1), ('population', 'Bevölkerung', 'Personen', 0), ('none', 'Leer', '%', 1)) "
                "v(indicator_id, name_de, unit, decimals)"
            )
            con.execute("DELETE FROM participant_observation WHERE indicator_id = 'share'")
            for who, value in values.items():
                con.execute(
                    "INSERT INTO participant_observation VALUES (?, 'share', 2015, 'total', 'total', ?, 'probe')",
                    [who, value],
                )
            # of the latest year one place alone is known
            con.execute(
                "INSERT INTO participant_observation VALUES ('riesa', 'share', 2022, 'total', 'total', 99, 'probe')"
            )

    return make


def figures(left: list[float], right: list[float]) -> dict[str, float]:
    return dict(zip([*WITH, *WITHOUT], [*left, *right], strict=True))


def test_medians_and_who_is_compared(arrange: Arrange) -> None:
    # dortmund is a quarter; of dresden no theme is documented
    arrange(figures([1, 2, 3, 4, 100], [10, 20, 30, 40, 50]) | {"dortmund": 7, "dresden": 8})
    found = compare("wohnen", "share")
    assert (found.year, found.with_n, found.without_n) == (2015, 5, 5)
    assert (found.with_median, found.without_median, found.difference) == (3, 30, -27)
    assert list(found.frame) == ["participant_id", "name", "value", "chosen", "level", "year"]
    assert set(found.frame.loc[found.frame["chosen"], "participant_id"]) == set(WITH)
    assert found.frame.set_index("participant_id")["level"].loc[["lk-uckermark", "riesa"]].tolist() == [
        "kreis",
        "gemeinde",
    ]
    text = " ".join(found.words)
    assert (
        "Der Median der 5 Kommunen mit dem Thema „Wohnen“ ist 3,0\u00a0%, der Median der 5 ohne es 30,0\u00a0%." in text
    )
    assert "3\u00a0Stadtquartiere" in text
    assert "weil für sie kein Thema belegt ist" in text
    assert "Dresden" in text
    assert "aus der Zeit vor dem Modellprojekt" in text
    assert "1\u00a0Landkreis steht hier neben Städten und Gemeinden." in text
    assert "über Ursachen sagt der Vergleich nichts" in text


def test_chance_is_the_share_of_all_divisions() -> None:
    value = np.array([1.0, 2, 3, 4, 5, 16, 17, 18, 19, 20])
    chosen = np.arange(10) < 5
    everything = [
        abs(np.median(value[list(one)]) - np.median(np.delete(value, list(one)))) for one in combinations(range(10), 5)
    ]
    exact = np.mean(np.array(everything) >= 15)
    # all five low ones together; 1, 2, 3 with 4 or 5 while 16 or 17 is theirs; 1, 2, 3 with 16 and 17; and the mirrors
    assert exact == pytest.approx(2 * (1 + 2 * 2 + 1) / 252)
    # four standard errors of 2,000 draws
    assert chance(value, chosen) == pytest.approx(exact, abs=4 * math.sqrt(exact * (1 - exact) / 2000))
    # neither the order of the rows nor the name of the group changes anything
    assert chance(value[::-1], chosen[::-1]) == chance(value, chosen)
    assert chance(np.ones(10), chosen) == 1


def test_a_usual_difference_is_called_so(arrange: Arrange) -> None:
    arrange(figures([1, 3, 4, 8, 9], [2, 5, 6, 7, 10]))
    found = compare("wohnen", "share")
    assert 0.5 < found.p < 0.99
    assert found.words[1] == (
        f"Ein so großer Unterschied käme in {round(100 * found.p)} von 100 zufälligen Aufteilungen auch vor; er sagt "
        "also nichts."
    )
    assert compare("wohnen", "share").p == found.p


def test_a_rare_difference_comes_with_a_warning(arrange: Arrange, monkeypatch: pytest.MonkeyPatch) -> None:
    arrange(figures([1, 2, 3, 4, 5], [16, 17, 18, 19, 20]))
    for p, words in ((0.001, "weniger als 1 von 100"), (0.04, "4 von 100")):
        monkeypatch.setattr(theme_contrast, "chance", lambda *_, p=p: p)
        told = compare("wohnen", "share").words[1]
        assert told.startswith(f"Ein so großer Unterschied käme in {words} zufälligen Aufteilungen vor.")
        assert "auch ohne jeden Zusammenhang" in told


def test_no_difference(arrange: Arrange) -> None:
    arrange(figures([1, 2, 3, 4, 5], [1, 2, 3, 4, 5]))
    found = compare("wohnen", "share")
    assert found.p == 1
    assert found.words[1] == "Beide Gruppen unterscheiden sich hier nicht."


def test_too_few_places_are_not_compared(arrange: Arrange) -> None:
    known = figures([1, 2, 3, 4, 5], [10, 20, 30, 40, 50])
    del known["vrees"]
    arrange(known)
    found = compare("wohnen", "share")
    assert not found.is_enough
    assert math.isnan(found.p)
    assert found.words[0] == (
        "„Wohnen“ und „Anteil“, 2015: mit dem Thema gibt es nur 4\u00a0Kommunen. Das ist zu wenig für einen Vergleich; "
        "nötig sind 5 in jeder Gruppe."
    )
    assert "Ohne Angabe für 2015: 1\u00a0Kommune." in found.words
    assert not any("Median" in one for one in found.words)
    nobody = compare("integration", "share")
    assert (nobody.with_n, math.isnan(nobody.with_median)) == (0, True)
    assert "mit dem Thema gibt es keine Kommune." in nobody.words[0]
    del known["adorf"]
    arrange(known)
    assert (
        "mit dem Thema gibt es nur 4\u00a0Kommunen und ohne das Thema gibt es nur 4\u00a0Kommunen."
        in compare("wohnen", "share").words[0]
    )


@pytest.mark.parametrize(
    ("theme", "indicator", "year", "sentence"),
    [
        ("wohnen", "population", None, "„Bevölkerung“ ist eine absolute Zahl und wächst mit der Größe des Ortes"),
        ("nichts", "share", None, "Das Thema „nichts“ gibt es nicht."),
        ("wohnen", "nichts", None, "Die Kennzahl „nichts“ gibt es nicht."),
        ("wohnen", "none", None, "Für „Leer“ gibt es keine Zahlen der Kommunen."),
        ("wohnen", "share", 1990, "Für „Anteil“ gibt es 1990 keine Zahlen der Kommunen."),
    ],
)
def test_what_cannot_be_compared_is_told(
    arrange: Arrange, theme: str, indicator: str, year: int | None, sentence: str
) -> None:
    arrange(figures([1, 2, 3, 4, 5], [10, 20, 30, 40, 50]))
    with pytest.raises(ZwkError) as error:
        compare(theme, indicator, year)
    assert sentence in str(error.value)


def test_every_theme_has_fitting_indicators_that_can_be_compared() -> None:
    assert set(FITTING) == set(seed.frames("public")["theme"]["theme_id"])
    rates = {name for name, one in INDICATORS.items() if one["unit"] not in theme_contrast.COUNT_UNITS}
    assert all(FITTING.values())
    assert {one for some in FITTING.values() for one in some} <= rates
    # told by the unit here, by name in demography: both must mean the same
    assert set(INDICATORS) - rates == COUNTS


def test_the_frame_is_by_name(arrange: Arrange) -> None:
    arrange(figures([1, 2, 3, 4, 5], [10, 20, 30, 40, 50]))
    names = compare("wohnen", "share").frame["name"]
    pd.testing.assert_series_equal(names, names.sort_values(key=lambda one: one.str.lower(), ignore_index=True))
