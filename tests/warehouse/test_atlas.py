"""Published rates of the Deutschlandatlas: from the sheets to areas of today and to participants."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from zwk_data.stores.connection import read
from zwk_data.warehouse.collect import observations, run
from zwk_data.warehouse.collect.territory import of_atlas, of_today
from zwk_data.warehouse.indicator_catalogue import catalogue


def printed(*cells: tuple[str, str, int, str, int | None, float]) -> pd.DataFrame:
    """Rows as of the reader: area_key, level, territory, code, year, value."""
    frame = pd.DataFrame(cells, columns=["area_key", "level", "territory", "code", "year", "value"])
    return frame.assign(status="reported").astype({"year": "Int64"})


@pytest.mark.slow
def test_every_code_of_the_catalogue_is_printed_at_one_level(shared: Path) -> None:
    report = run.read_folder(shared / "quellen" / "deutschlandatlas")
    assert report.refused == []
    assert [source.source_id for source in report.used] == ["deutschlandatlas-2024-12", "deutschlandatlas-2026-04"]
    codes = [entry["deutschlandatlas"] for entry in catalogue().indicators.values() if entry["deutschlandatlas"]]
    assert len(codes) == len(set(codes)) == 34
    newest = report.used[1].frame
    assert set(codes) <= set(newest["code"])
    assert newest[newest["code"].isin(codes)].groupby("code")["level"].nunique().eq(1).all()


def test_the_year_is_that_of_the_head_but_where_this_is_wrong_or_missing() -> None:
    found = of_atlas(
        printed(
            ("13072", "kreis", 2024, "bev_ue65", 2024, 27.42),
            ("13072", "kreis", 2022, "bev_ausw", 2024, 115.49),
            ("13072", "kreis", 2022, "bev_ue65", None, 26.5),
            ("13072", "kreis", 2022, "alq", None, 5.9),
            ("13072", "kreis", 2022, "straft", 2023, 5000.0),
            ("13072", "kreis", 2022, "kbetr_u3", 2022, 66.39999999999999),
        ),
        "s",
    )
    assert list(found.columns) == observations.COLUMNS
    assert found[["indicator_id", "year", "value", "territory"]].to_numpy().tolist() == [
        ["share_65plus", 2024, 27.42, 2024],
        ["external_migration_rate", 2022, 115.49, 2022],
        ["share_65plus", 2022, 26.5, 2022],
        ["childcare_under3", 2022, 66.4, 2022],
    ]


def lineage(*pairs: tuple[int, str, str, float]) -> pd.DataFrame:
    frame = pd.DataFrame(pairs, columns=["year", "key_from", "key_to", "share"])
    return frame.assign(level="gemeinde")


def changes(*rows: tuple[str, str, float, str]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["from_ags", "to_ags", "population", "day"])
    return frame.assign(unit="Gemeinde", statistical_date=pd.to_datetime(frame["day"]))


def register(year: int, *members: tuple[str, str]) -> pd.DataFrame:
    frame = pd.DataFrame(members, columns=["area_key", "verband_key"])
    return frame.assign(level="gemeinde", territory_date=pd.Timestamp(year, 12, 31))


#: A and B stay, C goes into D in 2022, E gives a part of itself to F
LINEAGE = lineage(
    (2021, "01051001", "01051001", 1.0),
    (2021, "01051002", "01051002", 1.0),
    (2021, "01051003", "01051004", 1.0),
    (2021, "01051004", "01051004", 1.0),
    (2021, "01051005", "01051005", 0.9),
    (2021, "01051005", "01051006", 0.1),
    (2021, "01051006", "01051006", 1.0),
)
TODAY = register(
    2023,
    ("01051001", "010515163"),
    ("01051002", "010515163"),
    ("01051004", "010515166"),
    ("01051005", "010510005"),
    ("01051006", "010510006"),
)


def kept(level: str, territory: int, keys: list[str], before: pd.DataFrame, moved: pd.DataFrame) -> list[str]:
    code = {"gemeinde": "p_apo", "verband": "oenv", "kreis": "alq"}[level]
    found = of_atlas(printed(*((key, level, territory, code, 2020, 1.0) for key in keys)), "s")
    return of_today(found, LINEAGE, moved, [before, TODAY])["area_key"].tolist()


THEN = register(
    2021,
    ("01051001", "010515163"),
    ("01051002", "010515163"),
    ("01051003", "010515166"),
    ("01051004", "010515166"),
    ("01051005", "010510005"),
    ("01051006", "010510006"),
)
KEYS = [f"0105100{number}" for number in range(1, 7)]
NOTHING = changes()


def test_a_gemeinde_that_changed_since_has_no_figure() -> None:
    assert kept("gemeinde", 2021, KEYS, THEN, NOTHING) == ["01051001", "01051002"]
    assert kept("gemeinde", 2023, KEYS, THEN, NOTHING) == [key for key in KEYS if key != "01051003"]


def test_a_gemeinde_that_changed_later_has_none_either_unless_nobody_moved() -> None:
    moved = changes(
        ("01051001", "01051002", 3.0, "2024-10-01"),
        ("01051004", "01051005", 0.0, "2024-10-01"),
        ("01051006", "01051006", 900.0, "2024-10-01"),
        ("01051005", "01051006", 10.0, "2025-01-01"),
    )
    assert kept("gemeinde", 2024, KEYS, THEN, moved) == ["01051004", "01051005", "01051006"]


def test_a_verband_is_known_by_its_members_and_its_short_key() -> None:
    keys = ["010515?63", "010515?66", "010515?99", "010510005"]
    # 166 consists of what 003 and 004 were: the same today; 005 has lost people
    assert kept("verband", 2021, keys, THEN, NOTHING) == ["010515163", "010515166"]
    whole = THEN[THEN["area_key"] != "01051003"]
    assert kept("verband", 2021, keys[:1], whole.assign(verband_key="010515163"), NOTHING) == []
    assert kept("verband", 2023, ["010515163", "010515199"], THEN, NOTHING) == ["010515163"]


def test_kreise_are_kept_as_they_are() -> None:
    assert kept("kreis", 2022, ["16061", "16064"], THEN, NOTHING) == ["16061", "16064"]


VALUES = [
    ("riesa", "minutes_pharmacy", 2024, 3.3),
    ("riesa", "tax_power", 2023, 1308),
    ("riesa", "rent", 2022, 5.14),
    ("schossin", "minutes_pharmacy", 2024, 12.8),
    ("schossin", "minutes_doctor", 2021, 11.4),
    ("schossin", "minutes_supermarket", 2021, 17.67),
    ("riesa", "minutes_police", 2014, 6.54),
    ("riesa", "employment_rate", 2023, 71.79),
    ("schossin", "employment_rate", 2023, 80),
    ("lk-rostock", "share_under18", 2024, 16.6),
    ("lk-rostock", "share_18_64", 2024, 55.98),
    ("lk-rostock", "share_65plus", 2024, 27.42),
    ("lk-rostock", "share_foreign", 2024, 5.07),
    ("lk-rostock", "internal_migration_rate", 2022, 98.23),
    ("lk-rostock", "external_migration_rate", 2022, 115.49),
    ("bremerhaven", "share_under18", 2024, 18.22),
    ("bremerhaven", "share_65plus", 2024, 21.76),
    ("bremerhaven", "share_foreign", 2024, 22.25),
    ("bremerhaven", "rent", 2022, 5.58),
    ("spelle", "rent", 2022, 5.71),
    ("hamm-sieg", "commuting_distance", 2023, 20.97),
]


@pytest.mark.parametrize(("participant", "indicator", "year", "value"), VALUES)
def test_what_the_workbook_says_of_participants(
    stores: Path, participant: str, indicator: str, year: int, value: float
) -> None:
    found = read(
        "SELECT value, status FROM participant_observation "
        "WHERE participant_id = $id AND indicator_id = $indicator AND year = $year",
        {"id": participant, "indicator": indicator, "year": year},
    )
    assert found.to_numpy().tolist() == [[value, "reported"]]


def test_rates_are_never_added_up(stores: Path) -> None:
    """Only a participant that is one area of the level has its published rate."""
    found = read(
        """
        SELECT DISTINCT participant_id FROM participant_observation
        WHERE source_id LIKE 'deutschlandatlas%' AND participant_id IN
              (SELECT participant_id FROM participant_area GROUP BY ALL HAVING count(*) > 1)
        """
    )
    assert found.empty
    of_village = read("SELECT DISTINCT indicator_id FROM participant_observation WHERE participant_id = 'schossin'")
    assert not {"rent", "unemployment_rate", "vacancy_rate"} & set(of_village["indicator_id"])


def test_a_city_without_verband_has_what_is_published_of_verbaende(stores: Path) -> None:
    found = read(
        "SELECT level, area_key, value FROM observation_today "
        "WHERE indicator_id = 'rent' AND area_key IN ('14627230', '146270230', '13076121') ORDER BY level"
    )
    assert found.to_numpy().tolist() == [["gemeinde", "14627230", 5.14], ["verband", "146270230", 5.14]]


def test_weighted_means_meet_what_is_known_of_germany(stores: Path) -> None:
    found = read(
        "SELECT indicator_id, value FROM observation_today WHERE level = 'bund' AND (indicator_id, year) IN "
        "(('cars', 2024), ('internal_migration_rate', 2022), ('external_migration_rate', 2022))"
    ).set_index("indicator_id")["value"]
    # 49.1 million cars; who moves within Germany leaves and arrives; 1.46 million of 84 million came from abroad
    assert found["cars"] == pytest.approx(580, abs=1)
    assert found["internal_migration_rate"] == pytest.approx(0, abs=0.5)
    assert found["external_migration_rate"] == pytest.approx(173, abs=2)


def test_a_kreis_that_gave_or_got_people_has_an_estimate(stores: Path) -> None:
    found = read(
        "SELECT area_key, indicator_id, status FROM observation_today WHERE level = 'kreis' "
        "AND ((indicator_id = 'share_under18' AND year = 2024) OR indicator_id = 'vacancy_rate') "
        "AND status = 'estimated' ORDER BY ALL"
    )
    assert found[["area_key", "indicator_id"]].to_numpy().tolist() == [
        ["16061", "share_under18"],
        ["16061", "vacancy_rate"],
        ["16063", "share_under18"],
        ["16064", "share_under18"],
        ["16064", "vacancy_rate"],
    ]
