"""A figure has the same series in the same order and colours on the page, on paper, on slides and in the workbook."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from lxml import etree

from zwk_data import seed
from zwk_data.charts.chart import Figure
from zwk_data.dossier import content
from zwk_data.dossier.model import Dossier, Section
from zwk_data.export.dossier_xlsx import dossier_xlsx
from zwk_data.export.pdf.drawings import svg
from zwk_data.export.slides.deck import dossier_pptx

C, A = (f"{{http://schemas.openxmlformats.org/drawingml/2006/{name}}}" for name in ("chart", "main"))
#: name and colour of each series, in order
Shown = list[tuple[str, str]]


@pytest.fixture
def dossier(stores: Path, monkeypatch: pytest.MonkeyPatch) -> Dossier:
    monkeypatch.setenv("ZWK_DATA", "demo")
    seed.ensure()
    return content.dossier("riesa", ["kennzahlen", "alter", "felder", "bilanz"])


FIGURES = {
    "trend": "Riesa: Bevölkerung",
    "pyramid": "Bevölkerung nach Alter",
    "births": "Geburten",
    "measures": "Maßnahmen nach Handlungsfeld",
    "ratings": "Zielerreichung",
}


@pytest.fixture
def found(dossier: Dossier) -> Callable[[str], tuple[Figure, Dossier]]:
    """A figure by its name in ``FIGURES``, and a dossier that holds it alone."""

    def find(name: str) -> tuple[Figure, Dossier]:
        figures = [one for section in dossier.sections for one in section.blocks if isinstance(one, Figure)]
        figure = next(one for one in figures if one.chart.title.startswith(FIGURES[name]))
        return figure, replace(dossier, sections=(Section("alter", "Abschnitt", (figure,)),))

    return find


def on_the_page(figure: Figure) -> Shown:
    """Bars by their colour, lines and outlines by that of their stroke; names where the page gives them."""
    shown = []
    for trace in figure.chart.figure.data:
        colour = trace.marker.color if trace.type == "bar" else trace.line.color or trace.marker.line.color
        if colour:
            shown.append((trace.name or "", colour))
    return shown


def in_office(package: bytes) -> Shown:
    """Every series of the one chart in an Office file; pieces of one line count once."""
    with zipfile.ZipFile(BytesIO(package)) as opened:
        (name,) = (one for one in opened.namelist() if re.search(r"/charts/chart\d+\.xml$", one))
        chart = etree.fromstring(opened.read(name))
    shown = []
    for series in chart.iter(f"{C}ser"):
        shown.append(
            (
                series.findtext(f"{C}tx//{C}v", ""),
                f"#{series.find(f'{C}spPr').find(f'.//{A}srgbClr').get('val').lower()}",
            )
        )
    return list(dict.fromkeys(shown))


def in_print(figure: Figure) -> list[str]:
    """The colours of surfaces and strokes in the order in which they first appear, those of the drawing alone."""
    wanted = {one.look.colour for one in figure.drawing.series}
    drawn = re.findall(r'style="(?:fill|fill: none; stroke): (#[0-9a-f]{6})', svg(figure.drawing).decode())
    return [colour for colour in dict.fromkeys(drawn) if colour in wanted]


@pytest.mark.slow
@pytest.mark.parametrize("name", FIGURES)
def test_series_have_the_same_order_and_colours_in_every_form(found, name: str) -> None:
    figure, alone = found(name)
    declared = [(one.name, one.look.colour) for one in figure.drawing.series]
    assert in_office(dossier_xlsx(alone)) == declared
    assert in_office(dossier_pptx(alone)) == declared
    if name == "trend":
        # lines are drawn from the last to the first, so that the participant's own lies on top
        declared.reverse()
    colours = list(dict.fromkeys(colour for _, colour in declared))
    assert in_print(figure) == colours
    page = on_the_page(figure)
    assert {colour for _, colour in page} >= set(colours)
    # a line and the points on it share a name
    named = list(dict.fromkeys(one for one in page if one[0] in dict(declared)))
    assert named == [one for one in declared if one in named]
    if name == "births":  # the page names these beside the plot
        assert [colour for _, colour in page] == colours
    else:
        assert len(named) == sum(not one.look.outline for one in figure.drawing.series)


def test_men_stand_on_the_same_side(found) -> None:
    figure, alone = found("pyramid")
    men, women = (trace for trace in figure.chart.figure.data if trace.type == "bar")
    assert (men.name, women.name) == ("Männer", "Frauen")
    assert max(men.x) <= 0 <= min(women.x)
    for package in (dossier_xlsx(alone), dossier_pptx(alone)):
        first, second = _values(package)[:2]
        assert max(first) <= 0 <= min(second)
    left, right = (_middle(svg(figure.drawing).decode(), one.look.colour) for one in figure.drawing.series[:2])
    assert left < right


def test_deaths_go_down_and_the_balance_is_a_line(found) -> None:
    figure, alone = found("births")
    births, deaths, balance = figure.chart.figure.data
    assert [one.type for one in (births, deaths, balance)] == ["bar", "bar", "scatter"]
    for package in (dossier_xlsx(alone), dossier_pptx(alone)):
        first, second, third = _values(package)
        assert first == list(births.y)
        assert second == list(deaths.y)
        assert third == list(balance.y)
        with zipfile.ZipFile(BytesIO(package)) as opened:
            (name,) = (one for one in opened.namelist() if re.search(r"/charts/chart\d+\.xml$", one))
            chart = etree.fromstring(opened.read(name))
        assert len(chart.findall(f".//{C}barChart/{C}ser")) == 2
        assert len(chart.findall(f".//{C}lineChart/{C}ser")) == 1
        assert {one.get("val") for one in chart.findall(f".//{C}barChart/{C}axId")} == {
            one.get("val") for one in chart.findall(f".//{C}lineChart/{C}axId")
        }


def _values(package: bytes) -> list[list[float]]:
    """The values of each series as they are drawn: those kept in the chart, or the cells it refers to."""
    with zipfile.ZipFile(BytesIO(package)) as opened:
        (name,) = (one for one in opened.namelist() if re.search(r"/charts/chart\d+\.xml$", one))
        chart = etree.fromstring(opened.read(name))
    return [[float(one.text) for one in series.findall(f"{C}val//{C}v")] for series in chart.iter(f"{C}ser")]


def _middle(drawing: str, colour: str) -> float:
    """The mean x of the bars of this colour."""
    bars = re.findall(rf'<path d="M ([\d.]+) [^"]*?L ([\d.]+) [^"]*"[^>]*style="fill: {colour}', drawing, re.DOTALL)
    return sum(float(x) for bar in bars for x in bar) / (2 * len(bars))
