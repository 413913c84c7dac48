"""Quellen und Methodik: every source with its licence, every indicator with its definition, the signs, the methods."""

from __future__ import annotations

from tests.pages.conftest import Visit
from zwk_data.demography import indicators


def test_every_source_names_its_licence_and_its_place(visit: Visit) -> None:
    shown = visit("/quellen")
    assert "Amtliche Zahlen" in shown.headings
    assert "Datenlizenz Deutschland" in shown.text
    assert all(target.startswith("http") for table in shown.tables for _, target in table.links)


def test_it_says_through_whom_a_file_was_obtained(visit: Visit) -> None:
    tables = [table for table in visit("/quellen").tables if "Bezogen über" in table.head]
    told = {row[1]: row[table.head.index("Bezogen über")] for table in tables for row in table.rows}
    assert told["INKAR, Kreise 1995–2022"].startswith("Zusammenstellung Dritter")
    assert told["Umsteigeschlüssel Gemeinden 1990–2020 auf 2020"].startswith("Zusammenstellung Dritter")
    assert told["Gemeindeverzeichnis, Gebietsstand 31.12.2018"].startswith("Zusammenstellung Dritter")
    assert told["Zensus 2022: Regionaltabelle Haushalte"] == "GitHub, kit-ifv/populationsynthesis"
    assert told["Gemeindeverzeichnis, Gebietsstand 31.12.2023, Bevölkerung 31.12.2023"] == "nicht belegt"


def test_source_lines_lead_to_the_licence_the_data_and_the_bkg(visit: Visit) -> None:
    def targets(address: str) -> set[str]:
        lines = visit(address).elements("p.zwk-source")
        return {link.get("href") for line in lines for link in line.findall("a")}

    assert {"https://www.govdata.de/dl-de/by-2-0", "https://www.inkar.de"} <= targets("/demografie?kommune=riesa")
    assert {"https://www.gesetze-im-internet.de/geonutzv/", "https://www.bkg.bund.de"} <= targets("/karte")


def test_every_indicator_has_its_definition(visit: Visit) -> None:
    shown = visit("/quellen?teil=kennzahlen")
    told = shown.find("dt")
    for one in indicators.listed_indicators().itertuples():
        assert any(entry.startswith(one.name) for entry in told), one.name
    assert "Formel: " in shown.text
    assert shown.table("Zeichen amtlicher Tabellen").head == ["Angabe", "Zeichen", "Bedeutung"]


def test_the_methods_are_explained(visit: Visit) -> None:
    assert "Bruch: " in visit("/quellen?teil=methodik").text
    assert "Modellrechnung" in " ".join(visit("/quellen?teil=modellrechnung").headings)
    assert len(visit("/quellen?teil=zwillinge").text) > 1000
