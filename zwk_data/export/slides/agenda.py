"""Finding one's way in a deck: the agenda's links, and sections as PowerPoint shows them beside the slides."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.oxml import parse_xml
from pptx.oxml.ns import qn
from pptx.presentation import Presentation as Deck
from pptx.util import Pt

from zwk_data.export.measure import LINE
from zwk_data.export.slides.layouts import MAIN
from zwk_data.export.slides.page import BODY
from zwk_data.export.slides.slide import Page

_SECTIONS = "{521415D9-36F7-43E2-AB2F-B90AF26B5E84}"
_P14 = "http://schemas.microsoft.com/office/powerpoint/2010/main"
_P = "http://schemas.openxmlformats.org/presentationml/2006/main"


def link_agenda(agenda: Page, first: Sequence[Page]) -> None:
    """Number the lines of the agenda and link each to the first slide of its section."""
    shape = next(one for one in agenda.slide.placeholders if one.placeholder_format.idx == MAIN)
    size = min(22.0, BODY.height / max(len(first), 1) / (LINE + 0.5))
    for paragraph, target in zip(shape.text_frame.paragraphs, first, strict=True):
        properties = paragraph._p.get_or_add_pPr()
        properties.set("marL", "457200")
        properties.set("indent", "-457200")
        properties.append(properties.makeelement(qn("a:buFont"), {"typeface": "+mj-lt"}))
        properties.append(properties.makeelement(qn("a:buAutoNum"), {"type": "arabicPeriod"}))
        paragraph.space_before = Pt(size * 0.4)
        for run in paragraph.runs:
            run.font.size = Pt(size)
            key = agenda.slide.part.relate_to(target.slide.part, RELATIONSHIP_TYPE.SLIDE)
            link = run.font._element.makeelement(
                qn("a:hlinkClick"), {qn("r:id"): key, "action": "ppaction://hlinksldjump"}
            )
            run.font._element.append(link)


def mark_sections(deck: Deck, starts: Sequence[tuple[str, Page]]) -> None:
    """Sections from each of these slides to the next start."""
    root = deck.part._element
    ids = {slide.slide_id: at for at, slide in enumerate(deck.slides)}
    order = sorted(ids, key=lambda one: ids[one])
    places = [ids[page.slide.slide_id] for _, page in starts]
    held: Any = parse_xml(
        f'<p:extLst xmlns:p="{_P}"><p:ext uri="{_SECTIONS}"><p14:sectionLst xmlns:p14="{_P14}"/></p:ext></p:extLst>'
    )
    listed = held[0][0]
    for (name, _), begin, end in zip(starts, places, [*places[1:], len(order)], strict=True):
        key = str(uuid.uuid5(uuid.NAMESPACE_URL, f"zwk-monitor/{begin}/{name}")).upper()
        section = listed.makeelement(f"{{{_P14}}}section", {"name": name or "Ohne Titel", "id": f"{{{key}}}"})
        slides = section.makeelement(f"{{{_P14}}}sldIdLst", {})
        for one in order[begin:end]:
            slides.append(slides.makeelement(f"{{{_P14}}}sldId", {"id": str(one)}))
        section.append(slides)
        listed.append(section)
    root.append(held)
