"""Übersicht: the network in figures, the small matrix, what is not documented, the map's answer to a click."""

from __future__ import annotations

from tests.pages.conftest import Visit


def test_the_network_in_figures(visit: Visit) -> None:
    shown = visit("/")
    figures = list(shown.figures.values())
    assert figures[:2] == ["39 von 40", "13"]
    assert figures[3:] == ["52", "24"]
    people = int(figures[2].replace(".", ""))
    assert 2_400_000 < people < 2_600_000  # six Kreise alone have 1.2 million, Dresden half a million
    gaps = shown.table("Nicht belegt, nach Gegenstand").text
    assert "37 Stufen, davon 28 mit Datum; 69 weitere nur pauschal belegt" in shown.text
    assert "30 von 39" in gaps
    assert "37 nur pauschal belegt" in gaps


def test_a_row_of_the_small_matrix_leads_to_its_events(visit: Visit) -> None:
    shown = visit("/")
    matrix = shown.table("am besten belegte zuerst")
    assert len(matrix.rows) == 39
    target = dict(matrix.links)["Schossin Termine zeigen"]
    assert target == "/stufen?kommune=schossin"
    assert "Schossin" in shown.go(target).headings


def test_a_point_of_the_map_leads_to_its_demography(visit: Visit) -> None:
    shown = visit("/")
    assert shown.click_map("romrod").address == "/demografie?kommune=romrod"
    assert "Romrod" in shown.headings
