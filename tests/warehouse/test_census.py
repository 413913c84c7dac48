"""The Zensus 2022 in the warehouse: counts as published, shares computed from them, none of people of 65 and over."""

from __future__ import annotations

import pytest

from zwk_data.stores.connection import read
from zwk_data.warehouse.indicator_catalogue import catalogue

pytestmark = pytest.mark.usefixtures("stores")

CENSUS = [key for key, entry in catalogue().indicators.items() if entry["day"] == "15.05."]


def value(table: str, unit: str, key: str, indicator: str, age_group: str = "total") -> float:
    frame = read(
        f"SELECT value FROM {table} WHERE {unit} = $key AND indicator_id = $indicator AND age_group = $ages "
        "AND sex = 'total' AND year = 2022",
        {"key": key, "indicator": indicator, "ages": age_group},
    )
    return float(frame["value"].item())


@pytest.mark.parametrize(
    ("participant", "people", "aged", "foreign", "households", "alone"),
    [
        ("riesa", 29_434, 3_520 + 5_948, 1_823, 16_160, 7_947),
        ("schossin", 250, 27 + 22, 5, 108, 26),
        ("bremerhaven", 118_133, 10_117 + 12_395, 25_059, 60_526, 30_681),
    ],
)
def test_shares_of_three_participants(participant, people, aged, foreign, households, alone) -> None:
    def found(indicator: str) -> float:
        return value("participant_observation", "participant_id", participant, indicator)

    assert found("census_population") == people
    assert found("census_share_67plus") == pytest.approx(100 * aged / people)
    assert found("census_share_foreign") == pytest.approx(100 * foreign / people)
    assert found("persons_per_household") == pytest.approx(people / households)
    assert found("share_single_households") == pytest.approx(100 * alone / households)


@pytest.mark.parametrize("participant", ["rodachtal", "hamm-sieg", "goeltzschtal", "spelle"])
def test_several_gemeinden_have_the_share_of_their_sum(participant) -> None:
    parts = read(
        "SELECT sum(value) FILTER (WHERE age_group IN ('67-74', '75+')) AS aged, "
        "sum(value) FILTER (WHERE age_group = 'total') AS people, count(DISTINCT area_key) AS n "
        "FROM observation_today JOIN member USING (area_key, level) "
        "WHERE participant_id = $id AND indicator_id = 'census_population' AND year = 2022",
        {"id": participant},
    ).iloc[0]
    assert parts["n"] > 1
    ours = value("participant_observation", "participant_id", participant, "census_share_67plus")
    assert ours == pytest.approx(100 * parts["aged"] / parts["people"])


def test_verbaende_stand_as_published() -> None:
    """Stralendorf, to which Schossin belongs: 11,686 people, of these 1,369 and 1,089 of 67 and over."""
    assert value("observation", "area_key", "130765665", "census_population") == 11_686
    share = value("observation", "area_key", "130765665", "census_share_67plus")
    assert share == pytest.approx(100 * (1_369 + 1_089) / 11_686)


def test_what_moved_from_one_kreis_to_another_moved_with_its_people() -> None:
    """Dünwald and a part of Anrode went to Eichsfeld on 01.01.2023: together the two Kreise have what they had."""
    for indicator, ages in (("census_population", "total"), ("census_population", "75+"), ("households", "total")):
        then = [value("observation", "area_key", key, indicator, ages) for key in ("16061", "16064")]
        now = [value("observation_today", "area_key", key, indicator, ages) for key in ("16061", "16064")]
        assert sum(now) == pytest.approx(sum(then), abs=1e-3)
        assert now[0] > then[0]


def test_every_level_has_every_figure_and_none_is_impossible() -> None:
    frame = read(
        "SELECT indicator_id, level, count(value) AS n, min(value) AS low, max(value) AS high, "
        "list(DISTINCT year) AS years FROM observation WHERE list_contains($keys, indicator_id) "
        "AND age_group = 'total' GROUP BY ALL",
        {"keys": CENSUS},
    )
    every = frame.set_index(["indicator_id", "level"])["n"].unstack()
    assert set(every.index) == set(CENSUS)
    sample = [key for key in CENSUS if "Stichprobe" in catalogue().indicators[key]["source_note_de"]]
    assert len(sample) == 10
    # every Kreis, and the larger Gemeinden
    assert set(every.loc[sample, "kreis"]) == {400}
    assert every.loc[sample, "gemeinde"].between(1_500, 1_578).all()
    units = every.drop(index=sample)
    assert set(units["bund"]) == {1}
    assert set(units["land"]) == {16}
    assert set(units["kreis"]) == {400}
    assert set(units["verband"]) == {1207}
    shares = [key for key in CENSUS if catalogue().indicators[key]["unit"] == "%"]
    assert units.loc[units.index.isin(shares), "gemeinde"].min() > 10_770
    of_shares = frame[frame["indicator_id"].isin(shares)]
    assert of_shares["low"].min() >= 0
    assert of_shares["high"].max() <= 100
    assert all(list(years) == [2022] for years in frame["years"])


def test_no_name_says_65_of_what_begins_at_67() -> None:
    for name, entry in catalogue().ingredients.items():
        if entry["indicator"] == "census_population":
            assert "65" not in name
            assert not {"65-74", "80+"} & set(entry.get("ages", ()))
    named = {key: catalogue().indicators[key]["name_de"] for key in CENSUS}
    assert not [name for key, name in named.items() if "65" in name]
    assert named["census_share_67plus"] == "Anteil 67 Jahre und älter (Zensus 2022)"


def test_no_verband_has_changed_since_the_census() -> None:
    """Figures of a Verband of 2022 may be used for today's if its people are those of its Gemeinden."""
    found = read(
        "SELECT o.value AS printed, t.value AS summed FROM observation o JOIN observation_today t "
        "USING (level, area_key, indicator_id, year, sex, age_group) WHERE level = 'verband' "
        "AND indicator_id = 'census_population' AND year = 2022 AND sex = 'total' AND age_group = 'total'"
    )
    assert len(found) > 1200
    assert (found["printed"] == found["summed"]).all()


def test_the_sample_of_a_verband_is_the_same_for_verband_and_participant() -> None:
    """Its Gemeinden are too small for the sample of the Zensus; the Samtgemeinde as a whole is printed."""
    values = [
        read(f"SELECT value FROM {table} WHERE {key} = ? AND indicator_id = 'census_share_abitur'", [one])["value"][0]
        for table, key, one in (
            ("observation_today", "area_key", "034545408"),
            ("participant_observation", "participant_id", "spelle"),
        )
    ]
    assert values[0] == values[1] == pytest.approx(33.448, abs=0.001)
