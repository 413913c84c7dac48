"""Ages of a participant: bounds of groups, divisions, and sums that meet the published population."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from zwk_data.demography import ages
from zwk_data.demography.areas import Area
from zwk_data.stores.connection import read

BUND = Area("bund", "DG", "Deutschland")


@pytest.mark.parametrize(
    ("group", "bounds"), [("0-2", (0, 3)), ("18-19", (18, 20)), ("65-74", (65, 75)), ("75+", (75, 100)), ("7", (7, 8))]
)
def test_bounds(group: str, bounds: tuple[int, int]):
    assert ages.bounds(group) == bounds


@pytest.mark.parametrize("division", [ages.GROUPS, ages.FINE])
def test_divisions_leave_no_age_out(division: tuple[str, ...]):
    edges = [ages.bounds(group) for group in division]
    assert edges[0][0] == 0
    assert edges[-1][1] == ages.OPEN_END
    assert all(first[1] == second[0] for first, second in pairwise(edges))


def test_widths_of_the_17_groups():
    assert [high - low for low, high in map(ages.bounds, ages.GROUPS)] == [3, 3, 4, 5, 3, 2, *[5] * 9, 10, 25]


def test_schossin_2015(stores: Path):
    frame = ages.pyramid("schossin", 2015, BUND)
    assert frame["age_group"].tolist() == list(ages.GROUPS)
    assert frame["male"].sum() + frame["female"].sum() == 240, "the published population of 31.12.2015"
    assert frame["other_male"].sum() + frame["other_female"].sum() == 82_175_684


@pytest.mark.parametrize("participant", ["lk-rostock", "rodachtal", "goeltzschtal", "hamm-sieg", "frankfurt-am-main"])
def test_ages_add_up_to_the_population(stores: Path, participant: str):
    for year in ages.years(participant):
        frame = ages.pyramid(participant, year, BUND)
        published = read(
            "SELECT value FROM participant_observation WHERE participant_id = $id AND year = $year AND sex = 'total' "
            "AND age_group = 'total' AND indicator_id = 'population'",
            {"id": participant, "year": year},
        )["value"].iloc[0]
        assert frame["male"].sum() + frame["female"].sum() == published


def test_kreise_have_single_years_in_2015_and_groups_later(stores: Path):
    assert ages.years("lk-rostock") == [2020, 2019, 2018, 2017, 2016, 2015]
    assert ages.years("riesa") == [2015]
    assert len(ages.pyramid("lk-rostock", 2015, BUND)) == len(ages.FINE)
    assert len(ages.pyramid("lk-rostock", 2020, BUND)) == 17
    assert ages.pyramid("riesa", 2020, BUND).empty


def test_the_median_of_participants_counts_each_alike(stores: Path):
    frame = ages.pyramid("riesa", 2015, ages.MEDIAN_AREA)
    shares = read(
        """
        SELECT 1.0 * max(value) FILTER (WHERE age_group = '75+') / max(value) FILTER (WHERE age_group = 'total') AS part
        FROM participant_observation JOIN participant USING (participant_id)
        WHERE kind <> 'quartier' AND indicator_id = 'population' AND year = 2015 AND sex = 'total'
        GROUP BY participant_id
        """
    )["part"]
    assert len(shares) == 36
    assert frame["other_total"].iloc[-1] == pytest.approx(shares.median(), abs=1e-4)
    assert frame["other_total"].sum() == pytest.approx(1, abs=0.05), "medians need not add up, but nearly do"


def test_no_median_of_a_few(stores: Path):
    assert ages.pyramid("dresden", 2020, ages.MEDIAN_AREA)["other_total"].isna().all(), "only Kreise have ages of 2020"


def test_pyramids_of_all_years(stores: Path):
    frame = ages.pyramids("lk-rostock", BUND)
    assert frame["year"].unique().tolist() == [2015, 2016, 2017, 2018, 2019, 2020]
    assert frame["age_group"].tolist() == [*ages.GROUPS] * 6
    one = ages.pyramid("lk-rostock", 2018, BUND)
    mine = frame[frame["year"] == 2018].reset_index(drop=True)
    assert mine[ages.AGE_COLUMNS].equals(one[ages.AGE_COLUMNS])
    assert frame[frame["year"] == 2015]["total"].sum() == ages.pyramid("lk-rostock", 2015, BUND)["total"].sum()
    assert ages.pyramids("riesa", BUND)["year"].unique().tolist() == [2015]
    assert ages.pyramids("atlantis", BUND).empty
