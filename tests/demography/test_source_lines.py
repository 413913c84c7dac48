"""The source line, composed by hand from rows whose sources are shipped, and what it becomes on screen and on paper."""

from pathlib import Path

import pandas as pd
import pytest
import yaml

from zwk_data.demography import source_lines
from zwk_data.demography.source_lines import source_line
from zwk_data.settings import DATA
from zwk_data.stores.connection import read

COLUMNS = ["source_id", "year", "status", "territory"]
REGISTER = "© Statistisches Bundesamt (Destatis) {}, Gemeindeverzeichnis"
TABLES = "© Statistische Ämter des Bundes und der Länder {}, Regionaldatenbank Deutschland{} (dl-de/by-2-0)"
CHANGED = "; verändert: "
MOVED = "auf den Gebietsstand 31.12.2023 umgerechnet"


def rows(*of: tuple[str | None, int, str, int]) -> pd.DataFrame:
    return pd.DataFrame(of, columns=COLUMNS)


def test_published_figures_stand_unchanged(stores: Path):
    assert source_line(rows(("gvisys-2023", 2023, "reported", 2023))) == REGISTER.format(2023)
    both = rows(("gvisys-2021", 2021, "reported", 2021), ("gvisys-2023", 2023, "none", 2023))
    assert source_line(both) == REGISTER.format("2021–2023")


def test_an_area_of_today_that_never_changed_is_not_said_to_be_converted(stores: Path):
    assert source_line(rows(("gvisys-2021", 2021, "reported", 2023))) == REGISTER.format(2021)


@pytest.mark.parametrize(
    ("year", "status", "territory", "told"),
    [
        (2015, "computed", 2015, "berechnet"),
        (2023, "computed", 2023, "berechnet"),
        (2023, "estimated", 2023, "geschätzt"),
        (2015, "estimated", 2015, "geschätzt"),
        (2015, "computed", 2023, f"berechnet, {MOVED}"),
        (2015, "estimated", 2023, f"geschätzt, {MOVED}"),
        (2024, "estimated", 2023, f"geschätzt, {MOVED}"),
    ],
)
def test_what_was_changed_follows_from_status_and_territory(
    stores: Path, year: int, status: str, territory: int, told: str
):
    line = source_line(rows(("regio-12411-02-03-5", year, status, territory)))
    assert line == TABLES.format(year, ", Tabelle 12411-02-03-5") + CHANGED + told


def test_what_the_caller_computed_is_told_too(stores: Path):
    published = rows(("gvisys-2023", 2023, "reported", 2023))
    assert source_line(published, computed=True) == REGISTER.format(2023) + CHANGED + "berechnet"
    assert source_line(published.drop(columns="year"), year=2023) == REGISTER.format(2023)


def test_tables_are_named_while_they_are_few(stores: Path):
    one, two, three = "regio-12411-01-01-5", "regio-12411-02-03-5", "regio-12612-01-01-5-B"
    few = source_line(rows((one, 1995, "reported", 1995), (two, 2015, "reported", 2015)))
    assert few == TABLES.format("1995–2015", ", Tabellen 12411-01-01-5, 12411-02-03-5")
    many = source_line(rows(*((key, 2015, "reported", 2015) for key in (one, two, three))))
    assert many == TABLES.format(2015, "")


def test_databases_of_one_publisher_stand_together_and_keep_their_licences(stores: Path):
    frame = rows(
        ("gvisys-2023", 2023, "reported", 2023),
        ("genesis-12411-0018", 2016, "reported", 2016),
        ("inkar-kreise", 2022, "reported", 2022),
        ("bbsr-gemeinden-ab-2020", 2022, "reported", 2022),
    )
    assert source_line(frame) == (
        "© BBSR 2022, INKAR, Umsteigeschlüssel (dl-de/by-2-0); © Statistisches Bundesamt (Destatis) 2016–2023, "
        "GENESIS-Online, Tabelle 12411-0018 (dl-de/by-2-0), Gemeindeverzeichnis"
    )


def test_a_wall_names_publishers_years_and_licence(stores: Path):
    frame = rows(
        ("gvisys-1990", 1990, "computed", 2023),
        ("regio-12411-01-01-5", 2015, "reported", 2015),
        ("bbsr-gemeinden-ab-2020", 2022, "reported", 2022),
    )
    assert source_line(frame, brief=True) == (
        "© BBSR, Statistische Ämter des Bundes und der Länder (dl-de/by-2-0), Statistisches Bundesamt (Destatis) "
        "1990–2022; verändert: berechnet, umgerechnet"
    )
    assert source_line(rows(), brief=True) == "keine"


def test_no_figure_has_no_source(stores: Path):
    assert source_line(rows()) == source_line(rows((None, 2015, "missing", 2015))) == "keine"
    with pytest.raises(KeyError, match="territory"):
        source_line(rows(("gvisys-2023", 2023, "reported", 2023)).drop(columns="territory"))


def test_attributions_of_former_versions_keep_publisher_and_database():
    pattern = source_lines._ATTRIBUTION
    former = pd.Series(["© Statistisches Bundesamt (Destatis), GENESIS-Online (dl-de/by-2-0)"]).str.extract(pattern)
    assert former.loc[0].tolist() == ["© Statistisches Bundesamt (Destatis)", "GENESIS-Online", " (dl-de/by-2-0)"]


@pytest.mark.slow
def test_every_shipped_source_makes_a_whole_entry(stores: Path):
    """Publisher, year, database, and the licence where it has a short name."""
    for source_id, licence in read("SELECT source_id, licence FROM source").itertuples(index=False):
        line = source_line(rows((source_id, 2015, "reported", 2015)))
        assert line.startswith("© "), source_id
        assert " 2015, " in line, source_id
        assert ("(dl-de/by-2-0)" in line) == licence.startswith("Datenlizenz"), source_id
        assert "{" not in line, source_id


def test_each_family_leads_to_its_licence_and_to_the_data():
    """(2) of the licence asks for the address of its text and of the data set."""
    for family, one in yaml.safe_load((DATA / "publishers.yml").read_text(encoding="utf-8")).items():
        found = dict(source_lines.linked(one["attribution"]))
        assert found[one["offer"]] == one["url"], family
        if one["licence"].startswith("Datenlizenz"):
            assert found["dl-de/by-2-0"] == "https://www.govdata.de/dl-de/by-2-0", family


def test_links_leave_the_words_as_they_are():
    line = "© BBSR 2022, INKAR (dl-de/by-2-0); © GeoBasis-DE / BKG 2016 (GeoNutzV), Daten verändert (dl-de/by-2-0)"
    pieces = source_lines.linked(line)
    assert "".join(text for text, _ in pieces) == line
    assert [piece for piece in pieces if piece[1]] == [
        ("INKAR", "https://www.inkar.de"),
        ("dl-de/by-2-0", "https://www.govdata.de/dl-de/by-2-0"),
        ("GeoBasis-DE / BKG", "https://www.bkg.bund.de"),
        ("GeoNutzV", "https://www.gesetze-im-internet.de/geonutzv/"),
    ]
    assert source_lines.linked("Demodaten, frei erfunden.") == [("Demodaten, frei erfunden.", "")]
    assert source_lines.addresses([line, line]) == [piece for piece in pieces if piece[1]]


def test_a_list_of_sources_names_each_once_with_all_its_years():
    lines = [
        "© A 1995–2015, Bank (dl-de/by-2-0); © B 2020, Buch; verändert: berechnet",
        "© A 2011–2022, Bank (dl-de/by-2-0); verändert: geschätzt",
        "Öffentliche Seiten; je Eintrag genannt.",
        "keine",
        "© GeoBasis-DE / BKG 2016 (GeoNutzV), Daten verändert",
    ]
    assert source_lines.together(lines) == (
        "© A 1995–2022, Bank (dl-de/by-2-0)",
        "© B 2020, Buch",
        "Öffentliche Seiten; je Eintrag genannt.",
        "© GeoBasis-DE / BKG 2016 (GeoNutzV), Daten verändert",
    )


def test_a_participant_s_sources(stores: Path):
    every = source_lines.of_participant("riesa")
    assert set(every["source_id"]) == set(
        read("SELECT DISTINCT source_id FROM participant_observation WHERE participant_id = 'riesa' AND value > 0")[
            "source_id"
        ].dropna()
    )
    newest = source_lines.of_participant("riesa", ["regio-12411-01-01-5", None])
    assert set(zip(newest["source_id"], newest["year"], strict=True)) == {("regio-12411-01-01-5", 2015)}


def test_an_index_names_the_source_of_its_base_year(stores: Path):
    base = source_lines.of_base(["gemeinde"], "population_index")
    assert set(base["source_id"]) == {"regio-12411-01-01-5"}
    assert set(base["year"]) == {2011}
    assert source_lines.of_base(["gemeinde"], "share_65plus").empty
    own = source_lines.of_base(["teilnehmende"], "population_index")
    assert {"regio-12411-01-01-5", "regio-12411-01-01-4"} == set(own["source_id"])


def test_what_is_made_from_all_areas_names_all_their_sources(stores: Path):
    assert source_line(source_lines.of_areas(["bund"], ["population"], 2015, 2015)) == (
        TABLES.format(2015, "") + CHANGED + f"berechnet, {MOVED}"
    )


def test_all_people_are_a_sum(stores: Path):
    assert source_lines.of_everyone(2023).startswith(REGISTER.format(2023) + CHANGED + "berechnet")
