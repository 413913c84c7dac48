"""Names in whatever spelling lead to the record they mean, or to a proposal, or to nothing."""

from __future__ import annotations

import pytest

from zwk_data.records import names
from zwk_data.schema.cells import Reading

KOMMUNEN = {
    "riesa": {"name": "Riesa", "kind": "stadt", "quarter": None},
    "ploessberg": {"name": "Plößberg", "kind": "gemeinde", "quarter": None},
    "lk-rostock": {"name": "Landkreis Rostock", "kind": "landkreis", "quarter": None},
    "herford": {"name": "Herford", "kind": "stadt", "quarter": None},
    "dortmund": {"name": "Dortmund", "kind": "quartier", "quarter": "Westerfilde"},
    "spelle": {"name": "Samtgemeinde Spelle", "kind": "gemeindeverband", "quarter": None},
    "adorf": {"name": "Oelsnitz/Vogtl.", "kind": "stadt", "quarter": None},
}


@pytest.mark.parametrize(
    ("said", "key"),
    [
        ("Riesa", "riesa"),
        ("RIESA", "riesa"),
        ("Stadt Riesa", "riesa"),
        ("Riesa, Stadt", "riesa"),
        ("riesa", "riesa"),
        ("Plössberg", "ploessberg"),
        ("Gemeinde Ploessberg", "ploessberg"),
        ("LK Rostock", "lk-rostock"),
        ("Kreis Rostock", "lk-rostock"),
        ("lk-rostock", "lk-rostock"),
        ("Westerfilde", "dortmund"),
        ("Dortmund-Westerfilde", "dortmund"),
        ("Spelle", "spelle"),
        ("SG Spelle", "spelle"),
        ("Ölsnitz/Vogtl", "adorf"),
    ],
)
def test_kommunen_by_name(said: str, key: str) -> None:
    assert names.participants(KOMMUNEN, {}).find(said) == Reading(key)


@pytest.mark.parametrize(
    ("said", "key"),
    [
        ("Rostock", "lk-rostock"),
        ("Risa", "riesa"),
        ("Oelsnitz", "adorf"),
        ("Gemeinde Riesa", "riesa"),
    ],
)
def test_kommunen_that_may_be_meant_are_proposed_only(said: str, key: str) -> None:
    found = names.participants(KOMMUNEN, {}).find(said)
    assert found.value == key
    assert KOMMUNEN[key]["name"] in found.doubt


def test_kommunen_that_are_not_among_them_are_refused() -> None:
    for said in ("Berlin", "Stadt Rostock", "Kreis Herford", "???"):
        with pytest.raises(ValueError, match="nicht zu finden"):
            names.participants(KOMMUNEN, {}).find(said)


@pytest.mark.parametrize(
    "said", ["Stadt Düren", "Hansestadt Rostock", "Landkreis Dresden", "LK Herford", "Riese", "Fürth"]
)
def test_another_place_is_no_misspelling(said: str) -> None:
    rows = KOMMUNEN | {
        "kreis-dueren": {"name": "Kreis Düren", "kind": "landkreis", "quarter": None},
        "dresden": {"name": "Dresden", "kind": "kreisfreie_stadt", "quarter": None},
        "romrod": {"name": "Romrod", "kind": "stadt", "quarter": None},
        "furth": {"name": "Furth", "kind": "gemeinde", "quarter": None},
    }
    with pytest.raises(ValueError, match="nicht zu finden"):
        names.participants(rows, {}, elsewhere={"dueren", "rostock", "riese", "fuerth"}).find(said)


def test_a_name_between_two_is_no_guess() -> None:
    rows = {key: {"name": key.title(), "kind": "stadt", "quarter": None} for key in ("neustadt", "neustedt")}
    with pytest.raises(ValueError, match="nicht zu finden"):
        names.participants(rows, {}).find("Neustidt")


@pytest.mark.parametrize(
    ("said", "key"), [("Riesa (Sachsen)", "riesa"), ("Riesa, SN", "riesa"), ("Riesa/Sachsen", "riesa")]
)
def test_a_name_may_come_with_its_land(said: str, key: str) -> None:
    rows = {"riesa": KOMMUNEN["riesa"] | {"land": "Sachsen"}}
    assert names.participants(rows, {}).find(said) == Reading(key)
    with pytest.raises(ValueError, match="nicht zu finden"):
        names.participants(rows, {}).find("Riesa (Hessen)")


def test_measures_of_one_name_are_told_apart() -> None:
    rows = {
        "m-1": {"title": "Dorfladen", "participant_id": "riesa"},
        "m-2": {"title": "Dorfladen", "participant_id": "spelle"},
        "m-3": {"title": "Mitfahrbank", "participant_id": "riesa"},
        "m-4": {"title": "Mitfahrbank", "participant_id": "riesa"},
    }
    found = names.measures(rows, {}, names.participants(KOMMUNEN, {}))
    assert found.labels["m-1"] == "Dorfladen (Riesa)"
    assert found.labels["m-3"] == "Mitfahrbank (Riesa) [m-3]"
    assert [found.find(label).value for label in found.labels.values()] == list(rows)
    assert found.find("Riesa: Dorfladen") == Reading("m-1")
    for said in ("Dorfladen", "Mitfahrbank (Riesa)"):
        with pytest.raises(ValueError, match="kann mehreres meinen"):
            found.find(said)


def test_a_name_from_the_list_is_known_beside_the_old_one() -> None:
    found = names.titled("theme", {"wohnen": {"name_de": "Wohnen"}}, {"wohnen": {"name_de": "Bauen und Wohnen"}})
    assert found.find("Wohnen") == found.find("Bauen & Wohnen") == Reading("wohnen")
