"""Every kind of place has a Kommunalprofil, with figures from the store and text that follows from them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from zwk_data.profile import words
from zwk_data.profile.places import place, place_of_participant, places
from zwk_data.profile.profile import ComparedFigure, Profile, profile
from zwk_data.stores.connection import read


@pytest.fixture(autouse=True)
def _stores(stores: Path) -> None:
    """The shipped figures."""


def reading(found: Profile, name: str) -> ComparedFigure:
    return next(one for one in found.readings if one.indicator.id == name)


@pytest.mark.slow
def test_every_kind_of_place_has_a_profile() -> None:
    frame = places()
    sample = [
        key for level in ("kreis", "verband", "gemeinde") for key in frame.index[frame["level"] == level][::80][:30]
    ]
    smallest = frame[frame["level"] == "gemeinde"]["people"].nsmallest(3).index.tolist()
    for key in [*sample, *smallest, "11000", "02000", "04011", "16061"]:
        found = profile(place(key))
        assert len(found.chapters) == 10
        assert sum(one.is_known for one in found.readings) >= 30, key
        assert words.chance(found).endswith(".")
        for one in found.readings:
            assert one.is_known != bool(one.missing), one.indicator.id
            assert one.axis[0] < one.axis[1]
            assert all(np.isfinite(value) for value in one.values)
            assert one.year >= 2020, "a profile leads with figures of the programme's years"


def test_figures_are_those_of_the_store_and_say_where_they_are_from() -> None:
    riesa = profile(place("14627230"))
    own = reading(riesa, "census_share_67plus")
    assert round(own.value, 1) == 32.2
    assert [round(one.value, 1) for one in own.beside] == [25.4, 24.0, 19.7]
    lent = reading(riesa, "without_school_degree")
    stored = read(
        "SELECT value FROM observation_today WHERE area_key = '14627' AND indicator_id = 'without_school_degree'"
    )["value"]
    assert lent.value == stored.iloc[0]
    assert lent.where == "im Landkreis Meißen"
    assert np.isnan(lent.distance), "a figure of the Kreis says nothing of how unusual the Gemeinde is"
    rent = reading(profile(place("13076125")), "rent")
    assert rent.where == "im Amt Eldenburg Lübz"


def test_an_alliance_over_three_kreise_lists_each() -> None:
    found = profile(place_of_participant("rodachtal"))
    lent = reading(found, "turnout")
    assert len(lent.values) == 3
    assert lent.where == "je Kreis"
    assert np.isnan(lent.value)
    own = reading(found, "census_share_foreign")
    assert [one.area.level for one in own.beside] == ["kreis"] * 3 + ["land"] * 2 + ["bund"]


def test_what_stands_out_is_ranked_by_distance_and_told_with_how_many_were_looked_at() -> None:
    found = profile(place("14627230"))
    far = [abs(one.distance) for one in found.compared]
    assert far == sorted(far, reverse=True)
    assert words.chance(found).startswith(f"Betrachtet wurden {len(far)}\u00a0Zahlen.")
    assert "liegt auch ohne besonderen Grund etwa eine so weit" in words.chance(found)
    assert "liegen auch ohne besonderen Grund etwa 2 so weit" in words.chance(profile(place("13076")))
    told = words.standing_out(found)
    uncommon = [one for one in found.compared if one.rarity <= words.COMMON]
    uncommon.sort(key=lambda one: one.year < 2021)
    assert len(told) == min(len(uncommon), words.MOST_OUT) > 0
    for sentence, one in zip(told, uncommon, strict=False):
        assert sentence.startswith(f"{words.label(one)}: {words.value_text(one.value, one)} ({words.when(one)}), ")
        assert ("über dem Median" in sentence) == (one.value > one.median)
        assert ("(selten)" in sentence) == one.is_rare


def test_strengths_and_weaknesses_keep_their_direction() -> None:
    for key in ("14627230", "13076125", "13076", "05112", "034545408"):
        found = profile(place(key))
        by_label = {words.label(one): one for one in found.readings}
        for told, better in ((words.strengths(found), True), (words.weaknesses(found), False)):
            assert len(told) <= words.MOST_POINTS
            for sentence in told:
                one = next(one for label, one in by_label.items() if sentence.startswith(f"{label}:"))
                assert one.more_is is not None
                assert ("besser als" in sentence) == better
                if one.twins:
                    higher = one.value > np.median(one.twins)
                    assert higher == (better == (one.more_is == "better"))


def test_what_is_not_known_is_told_with_its_reason() -> None:
    village = words.not_known(profile(place("13076125")))
    assert village[0].startswith("Nur für Kreise veröffentlicht und darum von dort: Betreuung unter 3 Jahren,")
    assert village[1].startswith("Nur für den Verband veröffentlicht")
    assert "weniger als 1.000 Menschen" in village[-1]
    assert words.not_known(profile(place("13076"))) == []


def test_a_median_is_told_with_its_ends() -> None:
    one = reading(profile(place("034545408")), "minutes_doctor")
    assert words.told(one) == "2021, Median der Gemeinden (3,4 bis 3,8)"
    assert (
        words.label(reading(profile(place("034545408")), "charging_points"))
        == "Ladepunkte für Elektroautos (je 100.000)"
    )


def test_a_figure_older_than_the_programme_wears_its_year_and_never_leads() -> None:
    found = profile(place_of_participant("riesa"))
    old = [one for one in found.readings if one.year < 2021]
    assert {one.indicator.id for one in old} == {"minutes_centre", "minutes_train", "public_transport"}
    assert all(words.told(one).startswith("Stand 2020") for one in old)
    assert words.told(reading(found, "rent")) == "2022"
    # of all, it lies furthest from its twins
    assert found.compared[0].indicator.id == "minutes_train"
    out = words.standing_out(found)
    assert out[0].startswith("Fahrzeit zum Krankenhaus mit Notaufnahme: 17,3\u00a0Minuten (2024), über")
    assert out[-1].startswith("Fahrzeit zum Fernbahnhof: 1,5\u00a0Minuten (Stand 2020), unter")
    for points in (words.strengths(found), words.weaknesses(found)):
        marked = ["Stand 20" in one for one in points if "ähnlichen Orte" in one]
        assert marked == sorted(marked)


def test_one_gemeinde_of_eleven_does_not_speak_for_an_alliance() -> None:
    # of its eleven Gemeinden, Hildburghausen alone is large enough for the sample of the Zensus
    found = profile(place_of_participant("rodachtal"))
    for name in ("census_share_abitur", "census_share_no_school_degree"):
        one = reading(found, name)
        assert one.parts == ""
        assert "bis" not in words.told(one)
        assert np.isnan(one.value)
        assert not one.twins


def test_points_are_in_good_german_and_name_their_unit() -> None:
    out = words.standing_out(profile(place("13076121")))
    assert any(one.startswith("Steuereinnahmekraft je Person (€): 2.104 (2023), über dem Median") for one in out)
    points = words.strengths(profile(place_of_participant("rodachtal")))
    assert "besser als in allen 10 ähnlichen Orten (Median" in points[0]
    assert "besser als in 8 der 10 ähnlichen Orte (Median" in points[1]
