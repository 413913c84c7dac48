"""Demografie: every kind of participant, its words, its four views, its tabs and its downloads."""

from __future__ import annotations

from io import BytesIO

import openpyxl
import pytest

from tests.pages.conftest import Visit


@pytest.mark.slow
def test_all_participants_lead_to_their_page(visit: Visit) -> None:
    shown = visit("/demografie")
    table = shown.table("Alle Kommunen; bei Stadtquartieren die Zahl der ganzen Stadt")
    assert len(table.rows) == 39
    assert dict(table.links)["Schossin"] == "/demografie?kommune=schossin"
    assert "Schossin" in shown.go("/demografie?kommune=schossin").headings


@pytest.mark.parametrize(
    ("participant", "words"),
    [
        ("riesa", ["Stadt in Sachsen, Landkreis Meißen.", "29.127", "\u22123.156", "Leutewitz (1996)"]),
        ("schossin", ["weniger als 1.000 Menschen", "Personen von 240", "am 31.12.2023"]),
        ("rodachtal", ["Bayern und Thüringen", "Dazu gehören Ahorn", "49.412"]),
        ("frankfurt-am-main", ["nur für die ganze Stadt", "Bockenheim"]),
        ("dithmarschen", ["Kreis in Schleswig-Holstein."]),
        ("lk-rostock", ["Landkreis in Mecklenburg-Vorpommern.", "Basis Zensus 2022", "entstand 2011 aus"]),
        ("geestland", ["Die Stadt Geestland entstand 2015 aus Bad Bederkesa"]),
        ("hamm-sieg", ["Gemeindeverband in Rheinland-Pfalz, Landkreis Altenkirchen"]),
    ],
)
def test_what_is_said_of_each_kind(visit: Visit, participant: str, words: list[str]) -> None:
    shown = visit(f"/demografie?kommune={participant}")
    for word in words:
        assert word in shown.text
    assert "Zensus 2011" in shown.text
    assert shown.text.count("Quelle: ©") >= 2, "headline and trend each name their source"
    assert len(shown.charts) == 1


def test_the_picture_of_the_first_chart_is_sent_once(visit: Visit) -> None:
    shown = visit("/demografie?kommune=riesa")
    assert sum('class="zwk-still"' in one.value for one in shown.app.html) == 1
    shown.run()
    assert not any('class="zwk-still"' in one.value for one in shown.app.html), "Plotly stands by then"


def test_another_indicator_and_another_comparison(visit: Visit) -> None:
    shown = visit("/demografie?kommune=riesa&kennzahl=share_65plus")
    assert "Riesa: Anteil 65 Jahre und älter (%)" in shown.headings
    assert {"Riesa", "Sachsen", "Deutschland"} <= _labels(shown.charts[0])
    shown.widget("Vergleichen mit").unselect("Sachsen")
    assert "Sachsen" not in _labels(shown.run().charts[0])


def _labels(figure: dict) -> set[str]:
    return {one["text"] for one in figure["layout"]["annotations"]}


@pytest.mark.slow
def test_four_views_of_the_same_figures(visit: Visit) -> None:
    shown = visit("/demografie?kommune=riesa&kennzahl=share_65plus&jahr=2015")
    shown.choose("Ansicht", "Vergleich")
    assert "Anteil 65 Jahre und älter im Vergleich, 2015" in shown.headings
    drawn = str(shown.charts[0])
    assert "Gemeinden in Sachsen" in drawn
    assert "höher als in 98 Prozent der 418 Gemeinden" in drawn.replace("<br>", " ")
    assert "ansicht=vergleich" in shown.address
    shown.choose("Ansicht", "Karte")
    assert "Um Riesa: Anteil 65 Jahre und älter 2015, Gemeinden" in shown.headings
    assert len(shown.charts) == 1
    shown.choose("Ansicht", "Tabelle")
    row = " ".join(shown.table("Anteil 65 Jahre und älter (%), 2015").row("Alle Teilnehmenden"))
    assert "32,5" in row
    assert "höchster Wert" in row


@pytest.mark.slow
@pytest.mark.parametrize("participant", ["riesa", "schossin", "rodachtal", "lk-rostock", "hamm-sieg", "bremerhaven"])
def test_an_indicator_of_one_year_is_compared_instead_of_drawn_as_a_line(visit: Visit, participant: str) -> None:
    shown = visit(f"/demografie?kommune={participant}&kennzahl=census_share_67plus,share_single_households")
    for name in ("Anteil 67 Jahre und älter (Zensus 2022)", "Anteil Einpersonenhaushalte"):
        assert any(one.startswith(f"{name}: ") and "(2022)" in one for one in shown.notices)
        assert f"{name} im Vergleich, 2022" in shown.headings
    assert len(shown.charts) == 2
    for view, charts in (("vergleich", 2), ("karte", 2), ("tabelle", 0)):
        shown = visit(
            f"/demografie?kommune={participant}&kennzahl=census_share_67plus,share_single_households&ansicht={view}"
        )
        assert len(shown.charts) == charts
        assert shown.text.count("Stichtag 15.05.2022.") == 2


def test_a_line_and_a_single_year_stand_together(visit: Visit) -> None:
    shown = visit("/demografie?kommune=riesa&kennzahl=population,census_share_67plus")
    assert "Riesa: Bevölkerung, 2011 = 100" in shown.headings
    assert "Anteil 67 Jahre und älter (Zensus 2022) im Vergleich, 2022" in shown.headings


def test_a_group_of_ones_own_stays_in_the_link(visit: Visit) -> None:
    shown = visit(
        "/demografie?kommune=riesa&ansicht=tabelle&kennzahl=share_65plus&gruppen=eigene&eigene=schossin,14612000"
    )
    assert shown.table("Anteil 65 Jahre und älter (%), 2015").row("Eigene Gruppe")[1] == "2"
    shown.fill("Gemeinde suchen", "Wurzen").choose("Eigene Gruppe", "Wurzen")
    assert "14729410" in shown.address
    assert shown.table("Anteil 65 Jahre und älter (%), 2015").row("Eigene Gruppe")[1] == "3"


def test_an_empty_group_is_told(visit: Visit) -> None:
    shown = visit("/demografie?kommune=schossin&ansicht=vergleich&gruppen=eigene")
    assert "Die eigene Gruppe ist noch leer." in shown.text


def test_what_an_address_asks_for_in_vain_is_told(visit: Visit) -> None:
    shown = visit("/demografie?kommune=riesa&ansicht=tabelle&gruppen=lant,atlantis&jahr=1800&kennzahl=mean_ag")
    assert "Das Jahr „1800“ gibt es hier nicht." in shown.text
    assert "Die Gruppe „lant“, „atlantis“ gibt es hier nicht. Gezeigt wird: Gemeinden in Sachsen." in shown.text
    assert "Die Kennzahl „mean_ag“ gibt es hier nicht. Gezeigt wird: Durchschnittsalter." in shown.text


def test_as_published_the_line_starts_with_the_place_itself(visit: Visit) -> None:
    shown = visit("/demografie?kommune=geestland&stand=damals&form=absolut")
    assert "Gebietsstand des jeweiligen Jahres." in shown.text
    own = [year for trace in shown.charts[0]["data"] if trace.get("name") == "Geestland" for year in trace["x"]]
    assert min(own) >= 2013, "Geestland is no older than 2015"


@pytest.mark.parametrize(
    ("tab", "words"),
    [
        ("alter", ["Maße der Alterung, 2020", "Billeter-Maß", "Bevölkerung nach Alter und Geschlecht, 2015 bis 2020"]),
        ("ausblick", ["Nach der Modellrechnung leben hier 2040 rund", "80 von 100"]),
        ("zwillinge", ["Statistische Zwillinge", "Zwillinge in der Zukunftswerkstatt", "Profil: Landkreis Rostock"]),
    ],
)
def test_each_tab_by_its_link(visit: Visit, tab: str, words: list[str]) -> None:
    shown = visit(f"/demografie?kommune=lk-rostock&teil={tab}")
    for word in words:
        assert word in shown.text
    assert shown.charts


def test_a_figure_that_nobody_published_is_said_to_be_missing(visit: Visit) -> None:
    shown = visit("/demografie?kommune=schossin&kennzahl=share_foreign")
    assert (
        "Ausländeranteil: Für Schossin ist hier keine Zahl veröffentlicht; Landkreis Ludwigslust-Parchim" in shown.text
    )


def test_every_figure_and_its_downloads(visit: Visit) -> None:
    shown = visit("/demografie?kommune=riesa&teil=zahlen").open("Zahlen zeigen und herunterladen")
    table = shown.table("Bevölkerung, Riesa")
    assert table.rows[0][:6] == ["2023", "insgesamt", "alle", "29.127", "Personen", "veröffentlicht"]
    shown.press("Auch nach Geschlecht und Alter")
    assert len(shown.table("Bevölkerung, Riesa").rows) > len(table.rows)
    _, content = shown.download("Alle Zahlen als XLSX")
    book = openpyxl.load_workbook(BytesIO(content))
    assert book.sheetnames[-1] == "Quellen"
    assert book["Bevölkerung"]["E2"].value == 29_127
    name, content = shown.download("Alle Zahlen als CSV für Excel")
    assert name == "riesa_alle_zahlen.csv"
    assert content.startswith(b"\xef\xbb\xbfKennzahl;Jahr;")
    assert "Bevölkerung laut Zensus 2022;2022;insgesamt;67 bis 74 Jahre;3520;" in content.decode("utf-8-sig")
    assert "Anteil 67 Jahre und älter (Zensus 2022);2022;insgesamt;alle;32,2;%" in content.decode("utf-8-sig")
    assert len({name for name in book.sheetnames if name.startswith("Anteil")}) >= 10


def test_a_chart_has_its_table_its_files_and_a_way_to_cite_it(visit: Visit) -> None:
    shown = visit("/demografie?kommune=riesa")
    assert shown.tables == []
    shown.open("Als Tabelle")
    assert shown.tables[0].caption == shown.headings[-1]
    shown.open("Nutzen und Teilen")
    assert shown.download("Zahlen als XLSX")[1].startswith(b"PK")
    name, content = shown.download("Zahlen als CSV für Excel")
    assert name.endswith(".csv")
    assert content.startswith(b"\xef\xbb\xbf")
    assert b";" in content.splitlines()[0]


def test_an_unknown_kommune_is_answered_in_german(visit: Visit) -> None:
    assert "Die Kommune „atlantis“ gibt es hier nicht." in visit("/demografie?kommune=atlantis").notices[0]
    assert "Riesa" in visit("/demografie?kommune=riessa").headings


def test_a_rate_of_one_year_has_no_line_but_is_told_and_compared(visit: Visit) -> None:
    shown = visit("/demografie?kommune=riesa&kennzahl=minutes_pharmacy")
    assert "Fahrzeit zur Apotheke: Riesa 3,3 Minuten (2024). Einen Verlauf gibt es hier nicht" in shown.text
    assert "Deutschlandatlas" in shown.text
    shown.choose("Ansicht", "Vergleich")
    assert "Fahrzeit zur Apotheke im Vergleich, 2024" in shown.headings


def test_what_is_published_of_the_kreis_alone_is_told_of_the_kreis(visit: Visit) -> None:
    shown = visit("/demografie?kommune=riesa&kennzahl=unemployment_rate")
    said = "Arbeitslosenquote: Für Riesa ist hier keine Zahl veröffentlicht; Landkreis Meißen 5,7 % (2023)."
    assert said in shown.text
    assert said in visit("/demografie?kommune=riesa&kennzahl=unemployment_rate&ansicht=vergleich").text
