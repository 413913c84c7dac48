"""Comparison groups: who belongs to them, what they are called, what is unknown."""

from __future__ import annotations

from pathlib import Path

import pytest

from zwk_data.demography import areas, groups
from zwk_data.demography.groups import size_class, size_words
from zwk_data.errors import ZwkError
from zwk_data.stores.connection import read

KEYS = ("kreis", "land", "bund", "teilnehmende", "art", "groesse", "siedlung", "zwillinge", "eigene")


def named(participant: str) -> dict[str, str]:
    return {group.key: group.name for group in groups.groups(participant)}


@pytest.mark.parametrize(
    ("people", "words"),
    [
        (240, "unter 500 Einwohnern"),
        (499, "unter 500 Einwohnern"),
        (500, "500 bis unter 1.000 Einwohnern"),
        (9_999, "5.000 bis unter 10.000 Einwohnern"),
        (10_000, "10.000 bis unter 20.000 Einwohnern"),
        (100_000, "100.000 und mehr Einwohnern"),
    ],
)
def test_official_size_classes(people: int, words: str) -> None:
    assert size_words(*size_class(people, "gemeinde")) == words


def test_names(stores: Path) -> None:
    assert named("riesa")["kreis"] == "Gemeinden im Landkreis Meißen"
    assert named("riesa")["groesse"] == "Gemeinden mit 20.000 bis unter 50.000 Einwohnern"
    assert named("schossin")["siedlung"] == "Gemeinden gleicher Siedlungsdichte (gering besiedelt)"
    assert named("rodachtal")["kreis"] == "Gemeinden in den Landkreisen Coburg, Haßberge und Hildburghausen"
    assert named("rodachtal")["land"] == "Gemeinden in Bayern und Thüringen"
    assert named("lk-rostock")["art"] == "Teilnehmende gleicher Art (Landkreise)"
    assert named("lk-rostock")["land"] == "Kreise in Mecklenburg-Vorpommern"
    assert areas.in_land("Saarland") == "im Saarland"
    assert groups._in_kreise(["Region Hannover"]) == "in der Region Hannover"


def test_kreise_have_no_kreis_and_all_else_is_there(stores: Path) -> None:
    for participant in read("SELECT participant_id FROM participant")["participant_id"]:
        found = [group.key for group in groups.groups(participant)]
        assert found == [key for key in KEYS if key in found]
        missing = set(KEYS) - set(found)
        city = all(area.level != "kreis" for area in areas.comparisons(participant))
        assert missing == ({"kreis"} if city else set()), participant


def test_members_by_hand(stores: Path) -> None:
    kreis = groups.members("riesa", "kreis")
    assert len(kreis) == 28  # Gemeinden im Landkreis Meißen
    assert kreis["key"].str.startswith("14627").all()
    assert "14627230" in set(kreis["key"])
    assert len(groups.members("lk-rostock", "land")) == 8  # sechs Landkreise, zwei kreisfreie Städte
    assert len(groups.members("lk-rostock", "bund")) == 400
    assert len(groups.members("coburg", "art")) == 3
    assert set(groups.members("rodachtal", "land")["key"].str[:2]) == {"09", "16"}
    assert groups.members("riesa", "zwillinge")["key"].is_unique
    assert len(groups.members("riesa", "zwillinge")) == groups.TWINS


def test_size_classes_part_all_gemeinden(stores: Path) -> None:
    small = groups.members("schossin", "groesse")
    sizes = read(
        "SELECT area_key, value FROM observation_today WHERE level = 'gemeinde' AND indicator_id = 'population' "
        "AND year = 2023 AND sex = 'total' AND age_group = 'total'"
    ).set_index("area_key")["value"]
    assert sizes.loc[small["key"]].between(1, 499).all()
    assert len(small) == sizes.between(1, 499).sum()


def test_quarters_stand_for_their_city(stores: Path) -> None:
    quarters = set(read("SELECT participant_id FROM participant WHERE kind = 'quartier'")["participant_id"])
    assert not quarters & set(groups.members("riesa", "teilnehmende")["key"])
    assert set(groups.members("dortmund", "art")["key"]) == quarters
    notes = {group.key: group.note for group in groups.groups("dortmund")}
    assert "ganzen Stadt" in notes["land"]
    others = {group.key: group.note for group in groups.groups("riesa")}
    assert others["teilnehmende"].startswith(f"{len(quarters)}\u00a0Stadtquartiere bleiben")


def test_a_group_of_ones_own(stores: Path) -> None:
    own = ("riesa", "13076", "13076120", "atlantis", "99999", "riesa")
    frame = groups.members("romrod", "eigene", own)
    assert frame["key"].tolist() == ["riesa", "13076", "13076120"]
    assert frame["name"].notna().all()
    assert groups.unknown(own) == ("atlantis", "99999")
    assert groups.members("romrod", "eigene").empty
    assert groups.unknown(()) == ()


def test_what_does_not_exist_is_said(stores: Path) -> None:
    with pytest.raises(ZwkError, match="kreis"):
        groups.members("lk-rostock", "kreis")
    with pytest.raises(ZwkError, match="nachbarn"):
        groups.members("riesa", "nachbarn")
    with pytest.raises(ZwkError, match="atlantis"):
        groups.groups("atlantis")
