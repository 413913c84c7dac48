"""The process beneath a curve is the same on screen, paper and slide, and in the alternative text and the table."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from pptx import Presentation
from pptx.enum.shapes import MSO_SHAPE_TYPE

from zwk_data import seed
from zwk_data.charts.chart import Drawing, Figure, Series
from zwk_data.charts.process_strip import rows_of
from zwk_data.dossier import content
from zwk_data.dossier.model import Dossier
from zwk_data.export.pdf.drawings import svg
from zwk_data.export.slides import dossier_pptx
from zwk_data.programme import kommune


@pytest.fixture(params=[("demo", "riesa"), ("public", "neubrandenburg")], ids=str)
def dossier(request: pytest.FixtureRequest, stores: Path, monkeypatch: pytest.MonkeyPatch) -> Dossier:
    dataset, chosen = request.param
    monkeypatch.setenv("ZWK_DATA", dataset)
    seed.ensure()
    return content.dossier(chosen, ["kennzahlen"])


def curve_of(dossier: Dossier) -> Figure:
    return next(one for one in dossier.sections[0].blocks if isinstance(one, Figure))


@pytest.mark.slow
def test_paper_draws_every_mark_that_the_screen_draws(dossier: Dossier) -> None:
    figure, process = curve_of(dossier), kommune.process(dossier.participant_id)
    drawn = svg(figure.drawing).decode()
    rows = rows_of(process)
    for name in rows.names:
        assert f">{name}<" in drawn
    on_screen = {trace.name: len(trace.x) for trace in figure.chart.figure.data if trace.yaxis == "y2"}
    measures = sum(number for name, number in on_screen.items() if name.startswith("Maßnahmen"))
    assert on_screen.get("Stufen", 0) == len(process.stages)
    assert measures == sum(map(len, rows.lanes)) > 0
    for one in process.stages:
        assert re.search(rf">{one.number}</text>", drawn)
    # the same drawing without its process is lower: the curve keeps its size
    assert kommune.process_words(process) in figure.chart.alt
    assert {f"Stufe {one.name}" for one in process.stages} <= set(figure.chart.table.iloc[:, 0])
    assert "Was zugleich geschah, ist keine Erklärung." in figure.note


def test_slides_draw_them_as_one_described_group(dossier: Dossier) -> None:
    process = kommune.process(dossier.participant_id)
    deck = Presentation(io.BytesIO(dossier_pptx(dossier)))
    (slide,) = [one for one in deck.slides if any(shape.shape_type == MSO_SHAPE_TYPE.GROUP for shape in one.shapes)]
    (group,) = [shape for shape in slide.shapes if shape.shape_type == MSO_SHAPE_TYPE.GROUP]
    (frame,) = [shape for shape in slide.shapes if shape.has_chart]
    assert kommune.process_words(process) in group._element.xpath("./p:nvGrpSpPr/p:cNvPr/@descr")[0]
    told = group._element.xpath(".//p:sp/p:nvSpPr/p:cNvPr/@descr")
    assert len([one for one in told if one.startswith("Stufe ")]) == len(process.stages)
    assert len([one for one in told if one.startswith("Maßnahme ")]) == sum(map(len, rows_of(process).lanes))
    # beneath the chart, beside nothing, above the foot
    assert group.top >= frame.top + frame.height - 200_000
    assert group.left + group.width <= frame.left + frame.width + 200_000
    foot = min(one.top for one in slide.placeholders if one.placeholder_format.idx in (16, 17))
    assert group.top + group.height <= foot
    discs = [shape for shape in group.shapes if shape.name.startswith("Stufe ")]
    assert [one.left for one in discs] == sorted(one.left for one in discs)


def test_a_moment_lies_between_the_years_around_it() -> None:
    drawing = Drawing("lines", ("2010", " ", "2011", "2012"), (Series("a", (1.0, None, 2.0, 3.0)),))
    assert drawing.place(2011.5) == 2.5
    assert drawing.place(2010.5) == 1.0
    assert drawing.place(2012.0) == 3.0
