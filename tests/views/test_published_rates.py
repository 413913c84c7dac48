"""Rates published for one year and one level: each on its maps, in comparisons and in the list of figures."""

from __future__ import annotations

import pytest

from zwk_data.demography import comparison, figures, groups, indicators, mapdata, series
from zwk_data.demography.portrait import Subject, subject_of
from zwk_data.programme import participants
from zwk_data.views import one_kommune
from zwk_data.views.maps import around, map_view
from zwk_data.warehouse.indicator_catalogue import catalogue

pytestmark = pytest.mark.usefixtures("stores")

RATES = catalogue().marked("deutschlandatlas")
PLACES = ("riesa", "schossin", "spelle", "lk-rostock", "bremerhaven", "rodachtal", "frankfurt-am-main")


def subject(participant_id: str) -> Subject:
    row = participants.participant(participant_id)
    return subject_of(participant_id, row["name"], row["short"], row["kind"])


@pytest.mark.slow
@pytest.mark.parametrize("key", RATES)
def test_each_has_a_map_at_every_level_it_is_known_for(key: str) -> None:
    one = indicators.indicators()[key]
    layers = [layer for layer in ("kreise", "gemeinden", "laender", "teilnehmende") if key in mapdata.available(layer)]
    assert layers or not catalogue().indicators[key]["on_map"]
    for layer in layers:
        year = max(mapdata.available(layer)[key])
        shown = map_view(layer, key, year)
        assert one.name in shown.chart.title
        assert str(year) in shown.chart.title
        # the Gemeinden have the ages of 2015, from a table
        assert year < 2020 or "Deutschlandatlas" in shown.chart.source
        assert len(shown.ends) >= 2
        assert not shown.chart.table.empty


@pytest.mark.slow
@pytest.mark.parametrize("place", PLACES)
def test_each_can_be_compared_where_a_place_has_it(place: str) -> None:
    me = subject(place)
    offered = {*series.shown(place), *series.of_one_year(place)}
    counted = figures.counted(place)
    # the way of the police is of 2014, and not offered to compare
    recent = counted.loc[counted["last"] >= series.RECENT, "indicator_id"]
    own = set(recent) & set(RATES)
    assert own <= offered
    assert "minutes_police" not in offered
    for key in own:
        one = indicators.indicators()[key]
        year = comparison.years(place, key)[-1]
        drawn = one_kommune.strip(me, one, year, tuple(group.key for group in groups.groups(place)[:2]))
        assert one.name in drawn.title
        assert not drawn.table.empty
    listed = figures.figures(place)
    assert {indicators.indicators()[key].name for key in own} <= set(listed["Kennzahl"])


@pytest.mark.parametrize(
    ("place", "level", "key", "year"),
    [
        ("riesa", "gemeinde", "minutes_pharmacy", 2024),
        ("schossin", "gemeinde", "tax_power", 2023),
        ("lk-rostock", "kreis", "share_65plus", 2024),
        ("bremerhaven", "kreis", "turnout", 2025),
    ],
)
def test_each_has_a_map_of_the_surroundings(place: str, level: str, key: str, year: int) -> None:
    me = subject(place)
    drawn = around(me.id, me.name, level, key, year)
    assert str(year) in drawn.title
    assert "Deutschlandatlas" in drawn.source


def test_villages_are_told_of_few_cases_but_not_for_minutes() -> None:
    groups_of = tuple(group.key for group in groups.groups("schossin")[:1])
    told = {
        key: comparison.distribution("schossin", key, year, groups_of)["note"].iloc[0]
        for key, year in (("minutes_pharmacy", 2024), ("tax_power", 2023))
    }
    assert "Schon wenige Fälle" in told["tax_power"]
    assert "Schon wenige Fälle" not in told["minutes_pharmacy"]
