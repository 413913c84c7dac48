"""Karte: what is drawn, what an address asks for, the table, the way to a Kommune."""

from __future__ import annotations

import json
from base64 import b64decode
from urllib.parse import parse_qsl

import pytest
from starlette.applications import Starlette

from tests.charts.test_map import unpacked
from tests.pages.conftest import Visit
from tests.web.asgi import ask
from zwk_data.demography import mapdata
from zwk_data.views.maps import opening_map
from zwk_data.web.server import routes


def test_an_address_that_asks_for_too_much_is_answered_in_german(visit: Visit) -> None:
    shown = visit("/karte?ebene=laender&kennzahl=mean_ag&jahr=2040")
    assert "Die Kennzahl „mean_ag“ gibt es hier nicht. Gezeigt wird: Durchschnittsalter." in shown.notices
    assert "Das Jahr „2040“ gibt es hier nicht. Gezeigt wird: 2022." in shown.notices
    assert "Durchschnittsalter 2022, Länder" in shown.headings


def fetched(url: str) -> dict:
    """What the map of a page fetches, as the server sends it."""
    answer = ask(Starlette(routes=routes()), url)
    assert answer.status == 200, url
    return unpacked(answer.body) if "/werte/" in url else json.loads(answer.text)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("layer", "areas"), [("laender", 16), ("teilnehmende", 39), ("kreise", 400), ("gemeinden", 10_978)]
)
def test_every_layer_has_its_areas_and_each_area_its_value(visit: Visit, layer: str, areas: int) -> None:
    (drawn,) = visit(f"/karte?ebene={layer}&kennzahl=population&jahr=2023").charts
    borders = {detail: fetched(url)["objects"]["gebiete"]["geometries"] for detail, url in drawn["layer"].items()}
    assert list(borders) == ["fein", "mittel", "grob"]
    keys = [[one["id"] for one in areas_of] for areas_of in borders.values()]
    assert keys[0] == keys[1] == keys[2]
    sent = fetched(drawn["values"])
    values = sent["values"]
    assert len(values) == len(keys[0]) == areas
    # few values come with the page, those of thousands of areas by their address alone
    assert (unpacked(b64decode(drawn["packed"])) if areas < 500 else drawn["packed"]) == (sent if areas < 500 else "")
    known = mapdata.map_values(layer, "population", 2023).set_index("area_key")["value"]
    assert values == [int(value) if value == value else None for value in known[keys[0]]]


@pytest.mark.parametrize(
    "query",
    [
        "",
        "ebene=gemeinden&kennzahl=share_65plus&jahr=2015",
        "gebiet=14627&ebene=gemeinden&kommune=riesa",
        "ebene=teilnehmende&kennzahl=population",
        "gebiet=riesa",
    ],
)
def test_the_map_that_is_drawn_ahead_is_that_of_the_page(visit: Visit, query: str) -> None:
    ahead = opening_map(dict(parse_qsl(query)))
    assert ahead is not None
    assert visit(f"/karte?{query}").charts == [json.loads(json.dumps(dict(ahead.spec)))]


@pytest.mark.usefixtures("stores")
@pytest.mark.parametrize(
    "query", ["film=ja", "ansicht=verlauf", "kennzahl=mean_ag", "jahr=2040", "jahr=2015x", "ebene=x", "gebiet=99"]
)
def test_nothing_is_drawn_ahead_where_the_page_shows_or_asks_something_else(query: str) -> None:
    assert opening_map(dict(parse_qsl(query))) is None


def test_the_points_are_those_of_all_participants(visit: Visit) -> None:
    points = fetched(visit("/karte").charts[0]["points"])
    assert len(points["ids"]) == 39
    riesa = points["ids"].index("riesa")
    assert points["names"][riesa] == "Riesa"
    # EPSG:25832 of 13.29 E, 51.31 N
    assert points["x"][riesa] == pytest.approx(799_000, abs=5_000)
    assert points["y"][riesa] == pytest.approx(5_692_000, abs=5_000)


def test_a_missing_value_tells_why(visit: Visit) -> None:
    shown = visit("/karte?kennzahl=population&jahr=1983")
    assert "Ohne Angabe:" in shown.notices[0]
    drawn = shown.charts[0]
    assert drawn["legend"]["missing"] == "schraffiert: keine Angabe (75\u00a0Kreise)"
    sent = fetched(drawn["values"])
    assert sent["reasons"] == ["in den ausgewerteten Quellen nicht enthalten"]
    assert sent["values"].count(None) == len(sent["why"]) == 75


def test_the_years_beside_it_are_known(visit: Visit) -> None:
    (drawn,) = visit("/karte?ebene=gemeinden&kennzahl=population&jahr=2016").charts
    assert [url.split(".")[2] for url in drawn["next"]] == ["2015", "2017"]
    assert all(fetched(url)["values"] for url in drawn["next"])


def test_choices_stand_in_the_address(visit: Visit) -> None:
    shown = visit("/karte").choose("Kennzahl", "Durchschnittsalter")
    assert shown.address == "/karte?kennzahl=mean_age"
    assert shown.charts[0]["legend"]["title"].startswith("Durchschnittsalter")
    assert shown.choose("Ebene", "Länder").address == "/karte?kennzahl=mean_age&ebene=laender"


def test_the_table_waits_until_it_is_wanted(visit: Visit) -> None:
    shown = visit("/karte?kennzahl=population&jahr=2024")
    assert [one for one in shown.tables if one.caption == "Bevölkerung 2024, Kreise"] == []
    table = shown.open("Als Tabelle").table("Bevölkerung 2024, Kreise")
    assert len(table.rows) == 400
    assert table.rows[0][:3] == ["Berlin", "3.685.265", "1"]


def test_a_click_on_a_participant_opens_it(visit: Visit) -> None:
    shown = visit("/karte")
    shown.click_map("lk-rostock")
    assert shown.address == "/demografie?kommune=lk-rostock"
    assert "Landkreis Rostock" in shown.headings


def test_a_rate_of_one_year_at_one_level(visit: Visit) -> None:
    shown = visit("/karte?ebene=gemeinden&kennzahl=minutes_pharmacy")
    assert "Fahrzeit zur Apotheke 2024, Gemeinden" in shown.headings
    assert "Deutschlandatlas" in shown.text
    assert "Die Kennzahl" not in " ".join(shown.notices)
    # Kreise have no such figure: the page says so and shows another
    other = visit("/karte?ebene=kreise&kennzahl=minutes_pharmacy")
    assert "Die Kennzahl „minutes_pharmacy“ gibt es hier nicht." in " ".join(other.notices)
    assert "Leerstandsquote 2022, Kreise" in visit("/karte?kennzahl=vacancy_rate").headings


@pytest.mark.parametrize("layer", ["laender", "kreise", "gemeinden", "teilnehmende"])
def test_figures_of_one_census_day_are_drawn_like_any(visit: Visit, layer: str) -> None:
    shown = visit(f"/karte?ebene={layer}&kennzahl=census_share_67plus")
    assert any(title.startswith("Anteil 67 Jahre und älter (Zensus 2022), ") for title in shown.headings)
    assert "Stichtag 15.05.2022. Eigene Berechnung aus dem Zensus 2022. Jede Zahl ist zum Schutz" in shown.text
    assert shown.text.count("Eigene Berechnung aus dem Zensus 2022.") == 1
    assert "Zensus 2022 (dl-de/by-2-0)" in shown.text
    offered = shown.widget("Kennzahl").options
    assert "Personen je Haushalt" in offered
    assert "Einpersonenhaushalte" not in offered, "the count behind a share"


def test_a_click_leads_from_land_to_kreis_to_gemeinde_and_the_way_back_is_there(visit: Visit) -> None:
    shown = visit("/karte?ebene=laender&kennzahl=population&jahr=2023")
    shown.click_map("13")
    assert shown.address == "/karte?kennzahl=population&jahr=2023&gebiet=13"
    assert "Mecklenburg-Vorpommern: Bevölkerung 2023, Kreise" in shown.headings
    assert len(shown.table("Die höchsten und die niedrigsten Werte in Mecklenburg-Vorpommern, 2023").rows) == 8
    shown.click_map("13072")
    assert "ebene=gemeinden" in shown.address
    assert "gebiet=13072" in shown.address
    assert "Landkreis Rostock: Bevölkerung 2023, Gemeinden" in shown.headings
    (drawn,) = shown.charts
    assert "/gemeinden-13." in drawn["layer"]["grob"], "the Gemeinden of its Land alone"
    assert all(key.startswith("13072") for key in drawn["marked"])
    assert drawn["alt"].startswith("Karte von Landkreis Rostock nach Gemeinden")
    shown.click_map("13072043")
    assert "gebiet=13072043" in shown.address
    assert "Güstrow" in shown.headings[1]
    shown.press("Mecklenburg-Vorpommern ›")
    assert shown.address == "/karte?kennzahl=population&jahr=2023&gebiet=13"
    shown.press("Deutschland ›")
    assert shown.address == "/karte?kennzahl=population&jahr=2023"


def test_a_kreis_is_looked_at_even_if_its_gemeinden_have_no_such_figure(visit: Visit) -> None:
    shown = visit("/karte?kennzahl=vacancy_rate")
    year = shown.charts[0]["year"]
    inside = year in mapdata.available("gemeinden").get("vacancy_rate", ())
    shown.click_map("13072")
    assert "gebiet=13072" in shown.address
    assert ("ebene=gemeinden" in shown.address) == inside


def test_a_kommune_is_found_by_name(visit: Visit) -> None:
    shown = visit("/karte?kennzahl=population&jahr=2023&ebene=gemeinden").choose(
        "Gebiet oder Kommune suchen", "Schossin"
    )
    assert "gebiet=schossin" in shown.address
    assert "Schossin: Bevölkerung 2023, Gemeinden" in shown.headings
    assert shown.charts[0]["marked"] == ["13076121"]
    # a village is shown with what lies around it
    assert shown.charts[0]["view"]["across"] == 25_000


def test_a_place_that_does_not_exist_is_answered_in_german(visit: Visit) -> None:
    shown = visit("/karte?gebiet=99999")
    assert any("Das Gebiet „99999“ gibt es hier nicht." in told for told in shown.notices)


def test_the_film_has_the_same_classes_in_every_year(visit: Visit) -> None:
    shown = visit("/karte?ebene=laender&kennzahl=share_65plus&jahr=2015")
    assert shown.charts[0]["plays"]
    assert shown.charts[0]["film"] is None
    shown.click_map(2015, "year")
    assert "film=ja" in shown.address
    before = shown.charts[0]
    assert "Die Klassen gelten für alle Jahre." in shown.text
    assert before["film"]["years"] == mapdata.available("laender")["share_65plus"]
    assert all(len(fetched(url)["values"]) == 16 for url in before["film"]["urls"])
    assert any(heading.startswith("Anteil 65 Jahre und älter, ") for heading in shown.headings)
    shown.click_map(2010, "year")
    assert "jahr=2010" in shown.address
    assert shown.charts[0]["limits"] == before["limits"]
    assert shown.charts[0]["legend"]["title"] == "Anteil 65 Jahre und älter (%), 2010"
    shown.click_map(0, "year")
    assert "film" not in shown.address
    assert "jahr=2010" in shown.address


@pytest.mark.slow
def test_two_indicators_stand_against_each_other_with_participants_and_twins(visit: Visit) -> None:
    opened = visit("/karte?ansicht=streuung").headings
    assert "Bevölkerungsentwicklung (2011 = 100) 2022 und Anteil 67 Jahre und älter (Zensus 2022), Kreise" in opened
    shown = visit("/karte?ansicht=streuung&kommune=riesa&kennzahl=share_65plus&jahr=2015")
    assert "Bevölkerungsentwicklung (2011 = 100) 2015 und Anteil 65 Jahre und älter 2015, Kreise" in shown.headings
    table = shown.table("Die hervorgehobenen Orte, 2015")
    assert table.rows[0][:2] == ["Riesa", "hervorgehoben"]
    assert [row[1] for row in table.rows].count("Zwilling") == 10
    assert "Rangkorrelation" in shown.text
    shown.choose("Zweite Kennzahl", "Durchschnittsalter")
    assert "zweite=mean_age" in shown.address
    assert "ansicht" not in shown.choose("Ansicht", "Karte").address


def test_any_kommunen_stand_in_one_trend(visit: Visit) -> None:
    shown = visit("/karte?ansicht=verlauf")
    assert "Bitte bis zu 6 Kommunen wählen" in shown.notices[0]
    shown = visit("/karte?ansicht=verlauf&kommunen=riesa,schossin,neubrandenburg&form=absolut")
    (heading,) = [one for one in shown.headings if "Riesa" in one]
    assert "Schossin" in heading
    named = {trace["name"] for trace in shown.charts[0]["data"] if trace.get("name")}
    assert {"Riesa", "Schossin", "Neubrandenburg"} <= named


def test_a_view_that_does_not_exist_is_answered_in_german(visit: Visit) -> None:
    shown = visit("/karte?ansicht=gibtesnicht")
    assert any("Die Ansicht „gibtesnicht“ gibt es hier nicht." in told for told in shown.notices)
    assert len(shown.charts) == 1
