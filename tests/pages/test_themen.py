"""Themen: the grid, who shares a theme, who is alike, who can advise whom."""

from __future__ import annotations

import pytest

from tests.pages.conftest import Visit
from zwk_data.demography.indicators import indicators
from zwk_data.programme.themes import catalogue


def test_every_pair_of_theme_and_kommune_with_its_own_words(visit: Visit) -> None:
    matrix = visit("/themen").table("am häufigsten genannt")
    assert sum("■" in cell for row in matrix.rows for cell in row) == 194
    (row,) = [row for row in matrix.rows if row[0] == "Leerstand (4)"]
    assert [cell for cell in row[1:] if cell] == [
        "■Helbedündorf„Leerstand und Bauflächen“",
        "■Initiative Rodachtal„Leerstand, Wohnen und Arbeiten“",
        "■Oelsnitz/Vogtl.„Leerstände in der Innenstadt“",
        "■Uckerland„Leerstand“",
    ]
    chosen = visit("/themen?thema=leerstand&kommune=riesa").table("am häufigsten genannt")
    assert sum("◆" in cell for row in chosen.rows for cell in row) == 4 + 7, "of the theme and of Riesa"
    assert sum("■" in cell for row in chosen.rows for cell in row) == 194 - 11


def test_who_shares_a_theme_and_how_far_they_are(visit: Visit) -> None:
    rows = visit("/themen?thema=leerstand").tables[0].rows
    assert [row[0].removesuffix(" Termine zeigen") for row in rows] == [
        "Helbedündorf",
        "Oelsnitz/Vogtl.",
        "Initiative Rodachtal e.V.",
        "Uckerland",
    ]
    assert "„Leerstand und Bauflächen“" in " ".join(rows[0])
    assert "2 von 5" in " ".join(rows[0])


def test_who_is_alike(visit: Visit) -> None:
    own, alike, matrix = visit("/themen?kommune=riesa").tables
    # as many as stand in brackets are named
    for theme, *cells in matrix.rows:
        assert not cells or theme.endswith(f"({sum(map(bool, cells))})")
    assert len(own.rows) == 8
    assert "Kornwestheim" in alike.rows[0][0]


def test_what_is_not_documented_is_said(visit: Visit) -> None:
    assert visit("/themen?thema=demokratiefoerderung&kommune=vrees").notices == [
        "Nicht belegt: Keine Quelle nennt eine Kommune mit diesem Thema.",
        "Nicht belegt: Für Vrees nennt keine Quelle ein Thema.",
    ]
    assert "Gezeigt wird: Leerstand." in visit("/themen?thema=lehrstand").find(".zwk-warning")[0]


@pytest.mark.slow
def test_what_is_not_documented_is_said_of_every_part(visit: Visit) -> None:
    shown = visit("/themen?teil=netz&thema=demokratiefoerderung")
    assert shown.click_point(["riesa"]).address.endswith("kommune=riesa")
    assert any(one.startswith("Mit wem teilt") for one in shown.headings)
    assert "Nicht belegt: Gute Praxis zu „Demokratieförderung“" in shown.tab("Gute Praxis und Werkzeuge").text
    one = visit("/themen?thema=foerdermittel").tab("Themen und Demografie")
    assert "Es lässt sich nichts vergleichen." in one.text


#: part of the page -> a heading of it
PARTS = {
    "Stufen und Maßnahmen": "Themen nach Stufen",
    "Netz der Kommunen": "Wer teilt Themen mit wem?",
    "Wer kann wen beraten?": "Wer kann Riesa zu „Wohnen“ beraten?",
    "Themen und Demografie": "Unterscheiden sich Kommunen mit dem Thema „Wohnen“ von den anderen?",
    "Gute Praxis und Werkzeuge": "Gute Praxis zu „Wohnen“",
}


@pytest.mark.parametrize("part", PARTS)
def test_every_part_says_what_it_is_about(visit: Visit, part: str) -> None:
    shown = visit("/themen?thema=wohnen&kommune=riesa", "demo").tab(part)
    assert PARTS[part] in shown.headings


def test_choosing_by_the_box_changes_the_address(visit: Visit) -> None:
    shown = visit("/themen?thema=leerstand")
    box = shown.widget("Thema")
    box.select(next(one for one in box.options if one.startswith("Mobilität")))
    assert shown.run().address == "/themen?thema=mobilitaet"
    assert any("Mobilität" in one for one in shown.headings)


def test_measures_and_who_can_advise_whom_in_three_orders(visit: Visit) -> None:
    shown = visit("/themen?thema=leerstand&kommune=riesa", "demo")
    assert len(shown.table("Maßnahmen zum Thema").rows) > 5
    shown.tab("Wer kann wen beraten?")
    furthest = shown.table("etwas weitergeben")
    assert "abgeschlossen" in furthest.text
    assert len(shown.table("Gute Praxis, abgeschlossene").rows) > 5
    shown.choose("Reihenfolge", "Nächste zuerst")
    assert "Sortiert nach der Entfernung" in shown.text
    assert "folge=naechste" in shown.address
    before, after = ([row[0] for row in one.rows] for one in (furthest, shown.table("etwas weitergeben")))
    assert before != after
    assert sorted(before) == sorted(after)


@pytest.mark.parametrize("theme", sorted(theme for theme, figures in catalogue().items() if not figures))
def test_a_theme_of_which_no_figure_speaks_says_so(visit: Visit, theme: str) -> None:
    shown = visit(f"/themen?teil=demografie&thema={theme}")
    assert "gehört keine der Zahlen, die hier vorliegen" in " ".join(shown.notices)


@pytest.mark.parametrize("theme", ["leerstand", "digitalisierung", "foerdermittel"])
def test_a_theme_begins_with_its_own_figure(visit: Visit, theme: str) -> None:
    shown = visit(f"/themen?teil=demografie&thema={theme}")
    assert f"und {indicators()[catalogue()[theme][0]].name}, 202" in " ".join(shown.headings)
    assert "Deutschlandatlas" in shown.text
