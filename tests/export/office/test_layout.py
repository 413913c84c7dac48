"""The template of the decks: what the code relies on, so that a change made in PowerPoint fails with a clear reason."""

from __future__ import annotations

import re
import zipfile

import pytest
from lxml import etree
from pptx import Presentation
from pptx.oxml.ns import qn

from zwk_data.charts import chart
from zwk_data.export.slides.slide import (
    BODY,
    COUNTER,
    DEMO,
    EMU,
    EYE,
    EYEBROW,
    FOOT,
    FOOTER,
    LANGUAGE,
    LEAD,
    MAIN,
    SOURCE,
    TEMPLATE,
    TITLE,
    TITLE_HOLDER,
    layout_of,
)

ALL = {TITLE_HOLDER: "title", EYE: "body", DEMO: "body", FOOTER: "ftr", COUNTER: "sldNum"}
BENEATH = {SOURCE: "body"}
#: layout -> its placeholders by index, each with its kind
LAYOUTS = {
    "Titelfolie": ALL | {TITLE_HOLDER: "ctrTitle", MAIN: "subTitle"},
    "Text": ALL | BENEATH | {MAIN: "body"},
    "Diagramm": ALL | BENEATH | {LEAD: "body", MAIN: "chart"},
    "Tabelle": ALL | BENEATH | {LEAD: "body", MAIN: "tbl"},
    "Bild": ALL | BENEATH | {LEAD: "body", MAIN: "pic"},
    "Kennzahlen": ALL | BENEATH,
}
COLOURS = {
    "dk1": chart.INK,
    "lt1": chart.PAPER,
    "dk2": chart.MUTED,
    "lt2": chart.SURFACE,
    "accent1": chart.ACCENT,
    "accent2": chart.MUTED,
    "accent3": chart.QUIET,
    "accent4": chart.WARM,
    "accent5": chart.ACCENT_SOFT,
    "accent6": chart.LINE,
    "hlink": chart.ACCENT,
    "folHlink": chart.MUTED,
}
#: the only properties the file may have; PowerPoint adds the name of the person who saves it
NO_PERSON = {"", "ZWK-Monitor", "Microsoft Office PowerPoint"}


def parts() -> dict[str, str]:
    """The XML of the package; PowerPoint may add a picture as preview."""
    with zipfile.ZipFile(TEMPLATE) as package:
        return {name: package.read(name).decode("utf-8") for name in package.namelist() if name.endswith(".xml")}


@pytest.mark.parametrize("name", LAYOUTS)
def test_layouts_hold_what_slides_fill(name: str) -> None:
    found = layout_of(Presentation(str(TEMPLATE)), name)
    assert {one.placeholder_format.idx: one._element.ph.get("type") for one in found.placeholders} == LAYOUTS[name]


def test_an_unknown_layout_is_named() -> None:
    with pytest.raises(KeyError, match="Notenblatt"):
        layout_of(Presentation(str(TEMPLATE)), "Notenblatt")


def test_content_stands_between_title_and_footer() -> None:
    width = Presentation(str(TEMPLATE)).slide_width
    assert width is not None
    for box in (TITLE, EYEBROW, BODY, FOOT):
        assert box.left >= 0
        assert box.left + box.width <= width / EMU
    assert EYEBROW.bottom <= TITLE.top < TITLE.bottom <= BODY.top
    assert BODY.bottom <= FOOT.top


def test_it_holds_no_slide_and_has_a_page_for_notes() -> None:
    deck = Presentation(str(TEMPLATE))
    assert len(deck.slides) == 0
    assert deck.notes_master.placeholders


def test_the_theme_has_our_colours_and_a_font_that_is_everywhere() -> None:
    theme = etree.fromstring(parts()["ppt/theme/theme1.xml"].encode())
    scheme = theme.find(f".//{qn('a:clrScheme')}")
    found = {etree.QName(one).localname: f"#{one.find(qn('a:srgbClr')).get('val').lower()}" for one in scheme}
    assert found == COLOURS
    fonts = [theme.find(f".//{qn(kind)}/{qn('a:latin')}").get("typeface") for kind in ("a:majorFont", "a:minorFont")]
    assert fonts == ["Arial", "Arial"]


@pytest.mark.parametrize("name", LAYOUTS)
def test_the_hint_on_invented_data_is_warm_and_every_layout_has_it(name: str) -> None:
    hint = layout_of(Presentation(str(TEMPLATE)), name).placeholders.get(idx=DEMO)
    assert f"#{hint.fill.fore_color.rgb}".lower() == chart.WARM_SOFT


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_slide_of_every_layout_has_a_title_for_screen_readers(name: str) -> None:
    deck = Presentation(str(TEMPLATE))
    slide = deck.slides.add_slide(layout_of(deck, name))
    assert slide.shapes.title is not None
    assert slide.shapes[0].shape_id == slide.shapes.title.shape_id, "it is read first"


def test_it_is_german_and_names_nobody() -> None:
    names = "".join(parts().values())
    assert set(re.findall(r'lang="([^"]+)"', names)) == {LANGUAGE}
    said = [text for name, text in parts().items() if name.startswith("docProps/")]
    found = re.findall(r"<(?:dc:creator|cp:lastModifiedBy|Manager|Company|Application)>([^<]*)<", "".join(said))
    assert set(found) <= NO_PERSON
    assert not re.search(r"file:///|[A-Z]:\\", names), "the path of somebody's file"


def test_decoration_is_hidden_from_screen_readers() -> None:
    for one in Presentation(str(TEMPLATE)).slide_layouts:
        for shape in one.shapes:
            if not shape.is_placeholder:
                assert [tag for tag in shape._element.iter() if tag.tag.endswith("}decorative")], shape.name
                assert shape._element.find(f".//{qn('p:cNvPr')}") is not None
