"""A quarter on one page and as a report, as files, by command and on the page: the same numbers everywhere."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from click.testing import CliRunner
from pptx import Presentation
from pypdf import PdfReader

from zwk_data import seed
from zwk_data.__main__ import main
from zwk_data.dossier import quarter
from zwk_data.errors import ZwkError
from zwk_data.export import dossier_files
from zwk_data.programme import stages
from zwk_data.programme.report import Quarter, filled_quarter, last_filled
from zwk_data.schema.words import STAGES
from zwk_data.settings import today
from zwk_data.stores.connection import read
from zwk_data.views import monitoring


@pytest.fixture(params=["public", "demo"])
def dataset(request: pytest.FixtureRequest, stores: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("ZWK_DATA", request.param)
    seed.ensure()
    return str(request.param)


def pages_of(made: bytes) -> list[str]:
    return [" ".join(one.extract_text().replace("\xa0", " ").split()) for one in PdfReader(io.BytesIO(made)).pages]


def made(kind: str) -> tuple[monitoring.View, Quarter, bytes]:
    view, one = monitoring.view_of_everybody(), last_filled(today())
    return view, one, dossier_files.make_quarter(kind, view, one)


@pytest.mark.slow
def test_a_ministerblatt_is_one_tagged_page_with_the_numbers_of_the_store(dataset: str) -> None:
    view, one, file = made("ministerblatt")
    reader = PdfReader(io.BytesIO(file))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "de-DE"
    assert b"pdfuaid:part" in root["/Metadata"].get_object().get_data()
    (text,) = pages_of(file)
    assert f"Ministerblatt {one.title}" in text
    counted = stages.counts(monitoring.schedule_of(view), min(one.end, today()))
    within = quarter.stage_table(view, one).frame["davon im Quartal"]
    for row, new in zip(counted.to_dict("records"), within, strict=True):
        rare = [row[kind] for kind in ("undated", "blanket") if counted[kind].any()]
        assert " ".join(map(str, [row["stage_de"], row["dated"], new, *rare, row["none"]])) in text
    assert ("Demodaten – frei erfunden" in text) is (dataset == "demo")


def test_public_data_lead_with_what_is_known(stores: Path) -> None:
    view, one = monitoring.view_of_everybody(), last_filled(today())
    told = quarter.headline(view, one)
    assert told[0].startswith("Von 39")
    assert [at for at, sentence in enumerate(told) if "icht belegt" in sentence] == [len(told) - 1]
    assert all("nicht belegt" not in fact.value for fact in quarter.ministerblatt(view, one).facts)


def test_laender_side_by_side_add_up(dataset: str) -> None:
    view = monitoring.view_of_everybody()
    table = quarter.by_land(view, today()).frame.set_index("Land")
    people = read("SELECT land FROM participant")["land"]
    assert table.loc["Zusammen", "Kommunen"] == len(people) == 39
    assert table.loc["Sachsen", "Kommunen"] == people.str.contains(r"Sachsen(?:/|$)").sum()
    assert table.loc["Zusammen", "Maßnahmen"] == read("SELECT count(*) AS n FROM measure")["n"].iloc[0]
    documented = stages.counts(monitoring.schedule_of(view), today())["documented"]
    assert table.loc["Zusammen", list(STAGES.values())].tolist() == documented.tolist()
    twice = people.str.contains("/").sum()
    assert table["Kommunen"].drop("Zusammen").sum() == 39 + twice


@pytest.mark.slow
def test_the_report_is_the_same_on_paper_and_slides(dataset: str) -> None:
    view, one, file = made("bericht")
    pages = pages_of(file)
    assert 2 <= len(pages) <= 6
    deck = Presentation(io.BytesIO(made("bericht-folien")[2]))
    assert 8 <= len(deck.slides) <= 18
    told = " ".join(shape.text_frame.text for slide in deck.slides for shape in slide.shapes if shape.has_text_frame)
    cells = {
        cell.text
        for slide in deck.slides
        for shape in slide.shapes
        if shape.has_table
        for row in shape.table.rows
        for cell in row.cells
    }
    for section in quarter.quarter_report(view, one).sections:
        assert section.title in told
        assert section.title in " ".join(pages)
    for land in quarter.by_land(view, today()).frame["Land"]:
        assert land in cells


def test_the_last_quarter_with_content_is_preset(dataset: str) -> None:
    one = last_filled(today())
    assert len(quarter.report.counts(one.start, one.end)) > 0
    assert quarter.report.counts(one.end, today()).empty or one.end >= today()
    assert filled_quarter(one.id, today()) == one


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2024", "ist kein Quartal. Bitte Jahr und Nummer angeben, zum Beispiel"),
        ("2024-5", "ist kein Quartal"),
        ("2021-1", "Zum 1. Quartal 2021 ist nichts belegt. Das letzte Quartal mit Inhalt ist"),
        ("1999-1", "Zum Quartal 1999-1 gibt es keinen Bericht. Möglich sind 2021-1 bis"),
    ],
)
def test_a_quarter_that_is_none_is_told(stores: Path, text: str, said: str) -> None:
    with pytest.raises(ZwkError, match=said.replace(".", r"\.")):
        filled_quarter(text, today())


@pytest.mark.slow
def test_the_command_writes_all_three_or_says_why_not(demo: Path, tmp_path: Path) -> None:
    run = CliRunner()
    outcome = run.invoke(main, ["bericht", "--quartal", "2024-4", "--out", str(tmp_path / "neu")])
    assert outcome.exit_code == 0, outcome.output
    names = sorted(file.name for file in (tmp_path / "neu").iterdir())
    assert names == ["bericht-folien_2024-4.pptx", "bericht_2024-4.pdf", "ministerblatt_2024-4.pdf"]
    (tmp_path / "datei").write_text("kein Ordner", encoding="utf-8")
    outcome = run.invoke(main, ["bericht", "--blatt", "--out", str(tmp_path / "datei")])
    assert isinstance(outcome.exception, ZwkError)
    assert "lässt sich in" in str(outcome.exception)
    assert "Bitte prüfen" in str(outcome.exception)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["datei", "neu"]
