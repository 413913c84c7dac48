"""The content of dossiers: whole for everybody, true to the figures, honest about what is not known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from zwk_data.charts.chart import Figure
from zwk_data.demography import figures
from zwk_data.dossier import content
from zwk_data.dossier.model import Facts, Picture, Section, TableBlock, Words
from zwk_data.errors import ZwkError
from zwk_data.programme import participants

#: a village, an alliance over two Länder, a quarter of a big city, a Landkreis, a town
FIVE = ("schossin", "rodachtal", "frankfurt-am-main", "lk-rostock", "riesa")


def blocks(section: Section, kind: type) -> list:
    return [block for block in section.blocks if isinstance(block, kind)]


def text_of(section: Section) -> str:
    told = []
    for block in section.blocks:
        if isinstance(block, Words):
            told += [block.title, *block.sentences]
        elif isinstance(block, Facts):
            told += [f"{fact.label} {fact.value} {fact.when} {fact.trend} {fact.compared}" for fact in block.items]
        elif isinstance(block, TableBlock):
            told += [block.title, block.note, block.frame.to_csv()]
        else:
            told.append(block.chart.title if isinstance(block, Figure) else block.title)
    return "\n".join(told)


@pytest.mark.slow
@pytest.mark.parametrize("participant_id", FIVE)
def test_every_section_says_something_and_names_its_source(stores: Path, participant_id: str) -> None:
    made = content.dossier(participant_id)
    assert [one.key for one in made.sections] == list(content.SECTIONS)
    for section in made.sections:
        assert section.blocks
        for figure in blocks(section, Figure):
            assert figure.chart.alt
            assert figure.chart.source not in ("", "keine")
            assert all(len(one.values) == len(figure.drawing.categories) for one in figure.drawing.series)
            assert len(set(figure.drawing.categories)) == len(figure.drawing.categories)
            assert all(mark in figure.drawing.categories for mark, _ in figure.drawing.marks)
        for table in blocks(section, TableBlock):
            assert table.source
            assert len(table.frame)
        assert "nan" not in text_of(section).lower().replace("finanz", "").split()
    assert made.sources
    assert made.definitions
    assert not made.demo


@pytest.mark.slow
def test_all_participants_have_a_dossier(stores: Path) -> None:
    for participant_id in participants.participants()["participant_id"]:
        made = content.dossier(participant_id, ["profil", "felder"])
        assert made.sections[0].blocks


def test_the_order_is_the_wanted_one_and_notes_stand_at_their_section(stores: Path) -> None:
    made = content.dossier("riesa", ["offen", "profil", "offen"], {"profil": " Bitte nachfragen. ", "lage": "nie"})
    assert [(one.key, one.note) for one in made.sections] == [("offen", ""), ("profil", "Bitte nachfragen.")]


@pytest.mark.parametrize(
    ("participant_id", "wanted", "words"),
    [
        ("atlantis", None, "„atlantis“ gibt es hier nicht"),
        ("riesa", ["kapitel"], "Den Abschnitt „kapitel“ gibt es nicht"),
        ("riesa", [], "kein Abschnitt gewählt"),
    ],
)
def test_what_there_is_not_is_said(stores: Path, participant_id: str, wanted: list[str] | None, words: str) -> None:
    with pytest.raises(ZwkError, match=words):
        content.dossier(participant_id, wanted)


@pytest.mark.parametrize("participant_id", FIVE)
def test_the_key_figures_are_those_of_the_page_demografie(stores: Path, participant_id: str) -> None:
    numbers = figures.headline(participant_id).set_index("label")
    (facts,) = blocks(content.section(participant_id, "kennzahlen"), Facts)
    found = {fact.label: fact for fact in facts.items}
    assert found["Bevölkerung"].value == numbers["value"]["Bevölkerung"]
    assert found["Durchschnittsalter"].value == numbers["value"]["Durchschnittsalter"]


def test_no_line_runs_across_a_census(stores: Path) -> None:
    figure = blocks(content.section("riesa", "kennzahlen"), Figure)[0]
    places = [figure.drawing.categories.index(mark) for mark, _ in figure.drawing.marks]
    assert [words for _, words in figure.drawing.marks] == ["Zensus 2011", "Zensus 2022"]
    assert [figure.drawing.categories[at - 1 : at + 2 : 2] for at in places] == [("2010", "2011"), ("2023", "2024")]
    assert all(one.values[at] is None for one in figure.drawing.series for at in places)


def test_bars_of_a_pyramid_hold_everybody(stores: Path) -> None:
    """Persons per year of age times the width of the groups are the people of the place."""
    figure = blocks(content.section("lk-rostock", "alter"), Figure)[0]
    men, women, *others = figure.drawing.series
    widths = [3, 3, 4, 5, 3, 2, 5, 5, 5, 5, 5, 5, 5, 5, 5, 10, 25]
    people = sum(w * (m + f) for w, m, f in zip(widths, men.values, women.values, strict=True))
    table = figure.chart.table
    total = pd.to_numeric(table.select_dtypes("number").iloc[:, 0:2].melt()["value"]).sum()
    assert people == pytest.approx(total, rel=2e-3)
    assert sum(w * v for one in others for w, v in zip(widths, one.values, strict=True)) == pytest.approx(
        people, rel=1e-3
    )


def test_a_quarter_says_that_its_figures_are_the_citys(stores: Path) -> None:
    assert "ganze Stadt" in text_of(content.section("frankfurt-am-main", "profil"))


def test_a_village_gets_numbers_of_people(stores: Path) -> None:
    figure = blocks(content.section("schossin", "kennzahlen"), Figure)[0]
    assert figure.drawing.axis == "Bevölkerung (Personen)"
    assert len(figure.drawing.series) == 1


def test_what_is_not_documented_is_said(stores: Path) -> None:
    assert "nicht belegt" in text_of(content.section("romrod", "felder"))
    assert "Weder belegt noch geplant: Werkstattplan." in text_of(content.section("romrod", "offen"))
    told = text_of(content.section("coburg", "stufen"))
    assert "Nur pauschal belegt, mit einem Satz über alle Kommunen: Kommunalprofil und Zwischenbilanz." in told


def test_the_locator_map_is_a_picture_with_words(stores: Path) -> None:
    (picture,) = blocks(content.section("rodachtal", "profil"), Picture)
    assert picture.svg().startswith(b"<?xml")
    assert picture.png(640).startswith(b"\x89PNG")
    assert "Rodachtal" in picture.alt
    assert "BKG" in picture.source
    assert picture.svg() == picture.svg()


def test_ways_to_a_target(monkeypatch: pytest.MonkeyPatch) -> None:
    from zwk_data.dossier.sections import way

    assert way(5, 13, 9) == 50
    assert way(20, 10, 12) == 80, "a target may lie below the start"
    assert way(0, 10, 12) == 120
    assert all(np.isnan(way(*values)) for values in ((5, 5, 5), (np.nan, 10, 3), (0, 10, np.nan)))
