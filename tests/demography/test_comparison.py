"""Positions by hand: ranks, shares, ties, few, none; and the real figures' shape."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zwk_data.demography import comparison, groups
from zwk_data.demography.comparison import position, words
from zwk_data.errors import ZwkError
from zwk_data.stores.connection import read

NAN = float("nan")


def group(values: list[float], mine: float, *, is_member: bool = True, level: str = "gemeinde") -> pd.DataFrame:
    n = len(values)
    return pd.DataFrame(
        {
            "group": "probe",
            "group_name": "Probe",
            "level": level,
            "note": "",
            "key": [f"k{i}" for i in range(n)] + ["me"],
            "name": [f"Ort {i}" for i in range(n)] + ["Ich"],
            "value": [*values, mine],
            "status": "reported",
            "is_place": [False] * n + [True],
            "is_member": [True] * n + [is_member],
            "source_id": "probe",
        }
    )


def test_rank_share_and_quartiles_by_hand() -> None:
    row = position(group([1, 2, 3, 4, 6, 7, 8, 9, NAN], 5)).iloc[0]
    assert (row["n"], row["n_missing"], row["rank"]) == (9, 1, 5)
    assert row["share_below"] == pytest.approx(4 / 9)
    assert (row["p25"], row["median"], row["p75"]) == (3, 5, 7)


def test_a_place_outside_the_group_is_not_counted_in_it() -> None:
    row = position(group([1, 2, 3, 4], 5, is_member=False)).iloc[0]
    assert (row["n"], row["rank"], row["share_below"], row["median"]) == (4, 1, 1, 2.5)


@pytest.mark.parametrize(
    ("value", "others", "is_member", "said"),
    [
        (90, [*range(83), *range(100, 116)], True, "höher als in 83 Prozent der 100 Kreise"),
        (9.5, list(range(100)), True, "niedriger als in 89 Prozent der 101 Kreise"),
        (98.5, list(range(1000)), False, "niedriger als in 90 Prozent der 1.000 Kreise"),
        (0.5, list(range(1000)), False, "niedriger als in mehr als 99 Prozent der 1.000 Kreise"),
        (200, list(range(100)), True, "höchster Wert der 101 Kreise"),
        (200, [*range(98), 200, 200], True, "höchster Wert der 101 Kreise, gleich mit 2\u00a0weiteren Orten"),
        (-1, [*range(99), -1], True, "niedrigster Wert der 101 Kreise, gleich mit einem weiteren Ort"),
        (200, list(range(100)), False, "höher als in allen 100 Kreisen"),
        (99, list(range(100)), False, "so hoch wie der höchste Wert der 100 Kreise"),
        (-5, list(range(100)), False, "niedriger als in allen 100 Kreisen"),
        (0, [-1, 1, *[0] * 8], True, "gleich wie in 82 Prozent der 11 Kreise"),
        (3, [3] * 11, True, "gleich in allen 12 Kreisen"),
        (3, [3] * 11, False, "gleich wie in allen 11 Kreisen"),
        (4, [1, 2, 3, 5, 6], True, "Platz 3 von 6"),
        (5, [1, 2, 3, 5, 6], True, "geteilter Platz 2 von 6"),
        (7, [1, 2], True, "Platz 1 von 3"),
        (4, [1, 2, 3, 5, 6], False, "höher als in 3 der 5 Kreise"),
        (4, [5], False, "niedriger als der einzige Vergleichswert"),
        (4, [4], False, "gleich dem einzigen Vergleichswert"),
        (4, [], True, "keine Vergleichswerte"),
        (4, [NAN], False, "keine Vergleichswerte"),
        (NAN, [1, 2, 3], True, "keine Angabe"),
    ],
)
def test_words(value: float, others: list[float], is_member: bool, said: str) -> None:
    assert words(value, others, "Kreise", is_member=is_member) == said


@given(st.lists(st.integers(0, 20), max_size=40), st.integers(0, 20), st.booleans())
def test_words_and_numbers_agree(others: list[int], mine: int, is_member: bool) -> None:
    row = position(group([float(x) for x in others], float(mine), is_member=is_member)).iloc[0]
    assert row["n"] == len(others) + is_member
    if not row["n"]:
        assert pd.isna(row["rank"])
        return
    assert row["rank"] == 1 + sum(x > mine for x in others)
    assert row["share_below"] == pytest.approx(sum(x < mine for x in others) / row["n"])
    assert "100 Prozent" not in row["words"]
    assert "in 0 Prozent" not in row["words"]
    if "höchster" in row["words"]:
        assert row["rank"] == 1
    if row["words"].startswith("höher"):
        assert sum(x < mine for x in others) >= sum(x > mine for x in others)


def test_no_value_of_the_place() -> None:
    row = position(group([1, 2, 3], NAN)).iloc[0]
    assert pd.isna(row["rank"])
    assert (row["words"], row["n"], row["n_missing"], row["median"]) == ("keine Angabe", 3, 1, 2)


@pytest.mark.slow
def test_the_place_stands_once_in_each_group(stores: Path) -> None:
    for participant in ("riesa", "rodachtal", "dortmund", "lk-rostock", "coburg", "spelle"):
        keys = tuple(one.key for one in groups.groups(participant))
        frame = comparison.distribution(participant, "share_65plus", 2015, keys, (participant, "14627230"))
        assert list(frame.columns) == comparison.COLUMNS
        assert (frame.groupby("group", observed=True)["is_place"].sum() == 1).all()
        own = frame[frame["is_place"]]
        assert (own["value"] == own["value"].iloc[0]).all()
        # nobody is in a group twice
        assert not frame.duplicated(["group", "key"]).any()
        for one in keys:
            rows = frame[frame["group"] == one]
            among = groups.members(participant, one, (participant, "14627230"))
            is_member = bool(rows.loc[rows["is_place"], "is_member"].iloc[0])
            if one != "eigene":
                assert len(rows) == len(among) + (not is_member), (participant, one)
            else:
                # Riesa by its name and by its key is one and the same
                assert len(rows) == 2 - (participant == "riesa")
        positions = comparison.position(frame)
        assert positions["group"].tolist() == list(keys)


def test_riesa_is_the_oldest_in_its_kreis(stores: Path) -> None:
    frame = comparison.distribution("riesa", "share_65plus", 2015, ("kreis",))
    row = comparison.position(frame).iloc[0]
    assert (row["n"], row["rank"]) == (28, 1)
    assert row["words"] == "höchster Wert der 28 Gemeinden"
    values = read(
        "SELECT value FROM observation_today WHERE level = 'gemeinde' AND area_key LIKE '14627%' "
        "AND indicator_id = 'share_65plus' AND year = 2015"
    )["value"]
    assert row["median"] == pytest.approx(np.median(values))


def test_nobody_born_is_zero_births(stores: Path) -> None:
    frame = comparison.distribution("schossin", "births", 2015, ("kreis",))
    assert frame["value"].notna().all()
    assert (frame["value"] == 0).sum() > 1


def test_references(stores: Path) -> None:
    frame = comparison.references("riesa", "share_65plus", 2015)
    assert frame["role"].tolist() == ["kreis", "land", "bund"]
    assert frame["name"].tolist() == ["Landkreis Meißen", "Sachsen", "Deutschland"]
    assert comparison.references("lk-rostock", "share_65plus", 2015)["role"].tolist() == ["land", "bund"]
    assert comparison.references("riesa", "share_65plus", 1950).empty


def test_years(stores: Path) -> None:
    assert comparison.years("riesa", "share_65plus") == [2015]
    assert comparison.years("lk-rostock", "share_65plus")[-1] == 2024
    assert comparison.years("lk-rostock", "share_65plus", "land")[-1] == 2024
    # of a city there are figures that other Gemeinden do not have: then its own years
    assert comparison.years("dortmund", "share_65plus") == [2015]
    assert comparison.years("dortmund", "share_foreign")[-1] == 2024
    assert comparison.years("dortmund", "share_foreign", "land") == []
    assert comparison.years("riesa", "nichts") == []


def test_the_newest_figure_and_those_around_it(stores: Path) -> None:
    rate = comparison.newest("riesa", "unemployment_rate")
    assert rate[["role", "name", "year", "value"]].to_numpy().tolist() == [["kreis", "Landkreis Meißen", 2023, 5.7]]
    minutes = comparison.newest("riesa", "minutes_pharmacy")
    assert minutes[["role", "name", "year", "value"]].to_numpy().tolist() == [["participant", "Riesa", 2024, 3.3]]
    assert comparison.newest("lk-rostock", "share_65plus")["role"].tolist() == ["participant", "land", "bund"]
    # scores of Verbände and Kreise are made apart, so the Verband's stands alone
    deprived = comparison.newest("schossin", "deprivation")
    assert deprived[["role", "name"]].to_numpy().tolist() == [["verband", "Amt Stralendorf"]]
    assert deprived["value"].tolist() == [pytest.approx(0.47618, abs=1e-5)]
    assert comparison.newest("riesa", "nichts").empty


def test_a_year_without_figures_says_so(stores: Path) -> None:
    frame = comparison.distribution("riesa", "share_65plus", 1950, ("kreis", "teilnehmende"))
    positions = comparison.position(frame)
    assert positions["words"].tolist() == ["keine Angabe"] * 2
    assert positions["n"].tolist() == [0, 0]
    assert (frame["status"] == "missing").all()


def test_small_places_are_warned_about_rates(stores: Path) -> None:
    rate = comparison.distribution("schossin", "share_65plus", 2015, ("land",))
    assert rate["note"].str.contains("Unter 1.000 Menschen", regex=False).all()
    number = comparison.distribution("schossin", "population", 2023, ("land",))
    assert not number["note"].str.contains("Unter 1.000", regex=False).any()


def test_bad_input(stores: Path) -> None:
    with pytest.raises(ZwkError, match="nachbarn"):
        comparison.distribution("riesa", "population", 2023, ("nachbarn",))
    with pytest.raises(ZwkError, match="atlantis"):
        comparison.distribution("atlantis", "population", 2023, ("land",))
    empty = comparison.distribution("riesa", "population", 2023, ())
    assert comparison.position(empty).empty
    assert "words" in comparison.position(empty).columns
