"""Quellen und Methodik: every source with its licence, every indicator with its definition, the signs, the methods."""

from __future__ import annotations

from tests.pages.conftest import Visit
from zwk_data.demography import indicators


def test_every_source_names_its_licence_and_its_place(visit: Visit) -> None:
    shown = visit("/quellen")
    assert "Amtliche Zahlen" in shown.headings
    assert "Datenlizenz Deutschland" in shown.text
    assert all(target.startswith("http") for table in shown.tables for _, target in table.links)


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
