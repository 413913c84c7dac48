"""Every place of Germany is found by its name or key."""

from __future__ import annotations

from pathlib import Path

import pytest

from zwk_data.demography import areas
from zwk_data.errors import ZwkError
from zwk_data.profile import places
from zwk_data.programme import participants
from zwk_data.stores.connection import read


@pytest.fixture(autouse=True)
def _stores(stores: Path) -> None:
    """The shipped figures."""


def test_all_inhabited_gemeinden_all_verbaende_and_kreise_are_there() -> None:
    levels = places.places()["level"].value_counts()
    # 10,981 Gemeinden less those without people; the 106 kreisfreie Städte among them stand as Kreise
    inhabited = read(
        "SELECT count(*) AS n FROM observation_today WHERE level = 'gemeinde' AND indicator_id = 'population' "
        "AND year = 2023 AND sex = 'total' AND age_group = 'total' AND value > 0"
    )["n"].iloc[0]
    assert levels["kreis"] == 400
    assert levels["verband"] == 1205
    assert levels["gemeinde"] + 106 == inhabited == 10775


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Riesa", "Riesa · Stadt, Landkreis Meißen"),
        ("koln", "Köln · Kreisfreie Stadt, Nordrhein-Westfalen"),
        ("neustadt sachsen", "Neustadt in Sachsen · Stadt, Landkreis Sächsische Schweiz-Osterzgebirge"),
        ("034545408", "Samtgemeinde Spelle · Gemeindeverband, Landkreis Emsland"),
        ("landkreis rostock", "Landkreis Rostock · Landkreis, Mecklenburg-Vorpommern"),
        ("Städteregion Aachen", "Städteregion Aachen · Kreis, Nordrhein-Westfalen"),
    ],
)
def test_a_place_is_found(text: str, first: str) -> None:
    found, _ = places.search(text)
    assert found["label"].iloc[0] == first


def test_what_is_not_there_is_not_found() -> None:
    for text in ("", "   ", "Entenhausen"):
        found, more = places.search(text)
        assert (len(found), more) == (0, 0)
    found, more = places.search("neu")
    assert len(found) == 12
    assert more > 100
    with pytest.raises(ZwkError, match="99999999"):
        places.place("99999999")


def test_a_kreisfreie_stadt_is_one_place() -> None:
    assert places.place("05112000") == places.place("05112")
    duisburg = places.place("05112")
    assert duisburg.is_city
    assert duisburg.described == "Kreisfreie Stadt in Nordrhein-Westfalen"
    assert [one.level for one in duisburg.around] == ["land", "bund"]


def test_a_place_is_called_as_on_the_page_demografie() -> None:
    assert places.place("14627230").described == "Stadt in Sachsen, Landkreis Meißen"
    assert places.place("09377146").kind == "Gemeinde", "Plößberg, a Markt"
    listed = participants.participants().set_index("participant_id")["kind_de"]
    for key, kind in listed.drop(listed.index[listed.isin(["Stadtquartier", "Zusammenschluss"])]).items():
        assert places.place_of_participant(key).kind == areas.official_kind(key, kind), key
        assert kind in ("Landkreis", areas.official_kind(key, kind)), key


def test_participants_are_their_areas() -> None:
    assert places.place_of_participant("spelle").key == "034545408"
    assert places.place_of_participant("lk-uckermark").full == "Landkreis Uckermark"
    alliance = places.place_of_participant("rodachtal")
    assert len(alliance.members) == 11
    assert [one.name for one in alliance.area("land")] == ["Bayern", "Thüringen"]
    assert [one.key for one in alliance.area("kreis")] == ["09473", "09674", "16069"]
    assert places.participant_at("14627230") == "riesa"
    # a quarter is not its city, but its figures are
    assert places.participant_at("05913") is None
    assert places.place_of_participant("dortmund").key == "05913"
    with pytest.raises(ZwkError, match="entenhausen"):
        places.place_of_participant("entenhausen")


def test_verbaende_are_called_as_in_their_land() -> None:
    full = places.places()["full"]
    assert full["071325006"] == "Verbandsgemeinde Hamm (Sieg)"
    assert full["010545492"] == "Amt Nordsee-Treene"
    assert full["093765344"] == "Verwaltungsgemeinschaft Schönsee"
    assert full["160615012"] == "Gemeindeverband Uder"
