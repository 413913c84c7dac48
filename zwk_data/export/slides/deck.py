"""A dossier, or a Kommunalprofil, as a PowerPoint deck: cover, agenda with links, a section per chapter, sources."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from io import BytesIO
from itertools import chain
from textwrap import shorten
from typing import Any

from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.oxml import parse_xml
from pptx.oxml.ns import qn
from pptx.presentation import Presentation as Deck
from pptx.util import Pt

from zwk_data.charts.chart import Figure
from zwk_data.charts.place_strip import Strips
from zwk_data.demography.indicators import indicators
from zwk_data.dossier.model import Block, Dossier, Facts, Picture, Section, TableBlock, Words
from zwk_data.export.look import LINE_HEIGHT
from zwk_data.export.slides import blocks
from zwk_data.export.slides.blocks import strip_slide
from zwk_data.export.slides.slide import (
    BODY,
    LANGUAGE,
    LEAD_SIZE,
    MAIN,
    Paragraph,
    SlidePage,
    Slides,
    german,
    make_list_item,
    paragraphs,
    total,
)
from zwk_data.export.xlsx import xml_text
from zwk_data.german import day
from zwk_data.views.profile import DRAFT, Part, ProfileSheet

_SECTIONS = "{521415D9-36F7-43E2-AB2F-B90AF26B5E84}"
_P14 = "http://schemas.microsoft.com/office/powerpoint/2010/main"
_P = "http://schemas.openxmlformats.org/presentationml/2006/main"


def link_agenda(agenda: SlidePage, first: Sequence[SlidePage]) -> None:
    """Number the lines of the agenda and link each to the first slide of its section."""
    shape = next(one for one in agenda.slide.placeholders if one.placeholder_format.idx == MAIN)
    size = min(22.0, BODY.height / max(len(first), 1) / (LINE_HEIGHT + 0.5))
    for paragraph, target in zip(shape.text_frame.paragraphs, first, strict=True):
        make_list_item(paragraph, "457200", "+mj-lt", "a:buAutoNum", type="arabicPeriod")
        paragraph.space_before = Pt(size * 0.4)
        for run in paragraph.runs:
            run.font.size = Pt(size)
            key = agenda.slide.part.relate_to(target.slide.part, RELATIONSHIP_TYPE.SLIDE)
            link = run.font._element.makeelement(
                qn("a:hlinkClick"), {qn("r:id"): key, "action": "ppaction://hlinksldjump"}
            )
            run.font._element.append(link)


def mark_sections(deck: Deck, starts: Sequence[tuple[str, SlidePage]]) -> None:
    """Group the slides into named sections, as PowerPoint lists them beside the slides.

    ``starts``: name and first slide of each section, which lasts until the next one starts.
    """
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


#: points; text up to these heights goes above the chart or table, or the picture, that follows it
_LEAD_HEIGHT = 84.0
_ABOVE_PICTURE = 140.0
_SMALLER = 14.0
_NOTHING = "Zu diesem Abschnitt ist nichts belegt."


def dossier_pptx(dossier: Dossier, *, appendix: bool = True, merge: bool = True) -> bytes:
    """The dossier as a file for PowerPoint: cover, agenda, the sections, and as an ``appendix`` terms and sources.

    ``merge``: a section of a sentence or two goes to the slide of the next one.

    Charts and tables are native. The speaker notes hold alternative text, notes, terms and sources of each slide, and
    on the first slide of a section the consultants' own note, which therefore never shows on the wall.
    """
    slides = Slides(dossier.title, f"Stand {day(dossier.today)}", dossier.demo)
    _add_cover(slides, dossier)
    agenda = _add_agenda(slides, dossier)
    first: list[SlidePage] = []
    thin: list[Section] = []
    for place, section in enumerate(dossier.sections, start=1):
        if merge and _is_thin(section) and place < len(dossier.sections):
            thin.append(section)
            continue
        made = _add_section(slides, _with_thin_ones(thin, section), dossier)
        first += [made[0]] * (len(thin) + 1)
        thin = []
    ending = _add_ending(slides, dossier) if appendix else []
    for page in slides.pages:
        page.settle()
    if agenda is not None:
        link_agenda(agenda, first)
    titles = [xml_text(one.title) for one in dossier.sections]
    mark_sections(slides.deck, [("Einstieg", slides.pages[0]), *zip(titles, first, strict=True), *ending])
    german(slides.deck)
    _set_properties(slides, dossier)
    buffer = BytesIO()
    slides.deck.save(buffer)
    return buffer.getvalue()


#: characters of a section that gets no slide of its own, and of a text that goes under the table or chart before it
_THIN = 240


def _is_thin(section: Section) -> bool:
    """Is there but a sentence or two, and no own note?"""
    words = [one for one in section.blocks if isinstance(one, Words)]
    short = sum(len(text) for one in words for text in one.sentences) <= _THIN
    return len(words) == len(section.blocks) and short and not section.note.strip()


def _with_thin_ones(thin: Sequence[Section], section: Section) -> Section:
    """The section with those before it that are too thin for a slide of their own, under their own headings."""
    told = [
        Words(one.sentences, one.title or before.title, one.listed)
        for before in thin
        for one in before.blocks
        if isinstance(one, Words)
    ]
    own = list(section.blocks)
    if told and own and isinstance(own[0], Words) and not own[0].title:
        own[0] = replace(own[0], title=section.title)
    return replace(section, blocks=(*told, *own))


def _texts_under(shown: Sequence[Block]) -> list[Block]:
    """The blocks, with each short text that ends them in the note of the table or figure before it."""
    blocks = list(shown)
    while len(blocks) > 1 and isinstance(blocks[-1], Words) and isinstance(blocks[-2], TableBlock | Figure):
        last, before = blocks[-1], blocks[-2]
        told = f"{last.title}: {'; '.join(last.sentences)}".removeprefix(": ")
        if len(told) > _THIN:
            break
        note = f"{before.note} {told}".strip()
        blocks[-2:] = [
            replace(before, note=note) if isinstance(before, TableBlock) else replace(before, drawing_note=note)
        ]
    return blocks


def _add_cover(slides: Slides, dossier: Dossier) -> None:
    page = slides.add("Titelfolie", dossier.title)
    text = f"{xml_text(dossier.described)}\n{dossier.called}, Stand {day(dossier.today)}"
    page.places.pop(MAIN).text_frame.text = text
    page.notes(
        [
            f"{dossier.title}. {dossier.described}",
            "Diagramme und Tabellen lassen sich in PowerPoint bearbeiten. Begriffe, Hinweise und Quellen stehen in "
            "den Notizen jeder Folie, eigene Notizen in denen der ersten Folie eines Abschnitts.",
            content_hint(dossier),
        ]
    )


def content_hint(dossier: Dossier) -> str:
    """What must be said about invented data, or nothing."""
    return "Alle Angaben zu Stufen, Themen und Maßnahmen sind Demodaten und frei erfunden." if dossier.demo else ""


def _add_agenda(slides: Slides, dossier: Dossier) -> SlidePage | None:
    if not dossier.sections:
        return None
    page = slides.add("Text", "Inhalt")
    frame = page.main().text_frame
    frame.text = "\n".join(xml_text(one.title).replace("\n", " ") or "Ohne Titel" for one in dossier.sections)
    page.notes([f"Die Abschnitte: {dossier.title}, in der gewählten Reihenfolge."])
    return page


def _add_section(slides: Slides, section: Section, dossier: Dossier) -> list[SlidePage]:
    made: list[SlidePage] = []
    eyebrow = section.title
    for words, block in _with_texts_before(_texts_under(section.blocks)):
        found = paragraphs(words)
        lead = _as_lead(found, block) if block is not None else None
        if found and lead is None:
            title = section.title
            if len(words) == 1 and words[0].title:
                title, found = words[0].title, paragraphs(words, titled=False)
            fits = total(found, BODY.width, 20) <= BODY.height
            pages = blocks.text_slides(slides, title, eyebrow, found, 20 if fits else 18)
            _write_notes(pages, [], dossier, [one.text for one in found])
            made += pages
        if block is not None:
            made += _add_block(slides, section, block, lead or [], dossier)
    if not made:
        made = blocks.text_slides(slides, section.title, eyebrow, [Paragraph(_NOTHING)])
        made[0].notes([_NOTHING])
    if section.note.strip():
        before = made[0].slide.notes_slide.notes_text_frame.text
        made[0].notes([f"Eigene Notiz zum Abschnitt „{section.title}“: {section.note.strip()}", before])
    return made


def _with_texts_before(shown: Iterable[Block]) -> list[tuple[list[Words], Block | None]]:
    """Each block with the text before it; text at the end comes without a block."""
    groups: list[tuple[list[Words], Block | None]] = []
    words: list[Words] = []
    for one in shown:
        if isinstance(one, Words):
            words.append(one)
        else:
            groups.append((words, one))
            words = []
    return [*groups, (words, None)] if words else groups


def _as_lead(found: Sequence[Paragraph], block: Block) -> list[Paragraph] | None:
    """The text if it is short enough to go above the block: even a long one fits above a small table."""
    room = _ABOVE_PICTURE if isinstance(block, Picture) else 0.0
    if found and isinstance(block, TableBlock):
        room = BODY.height - blocks.table_height(block)
    return list(found) if total(found, BODY.width, LEAD_SIZE) <= max(room, _LEAD_HEIGHT) else None


def _add_block(
    slides: Slides, section: Section, block: Block, lead: list[Paragraph], dossier: Dossier
) -> list[SlidePage]:
    words = [one.text for one in lead]
    if isinstance(block, Figure):
        pages = blocks.figure_slide(slides, section.title, block, lead)
        told = [f"Abbildung: {block.chart.alt}", block.note and f"Hinweis: {block.note}", block.chart.source]
        words += [block.chart.title, block.drawing.axis, *(one.name for one in block.drawing.series)]
    elif isinstance(block, Picture):
        pages = blocks.picture_slide(slides, section.title, block, lead)
        told = [f"Bild: {block.alt}", "", block.source]
    elif isinstance(block, TableBlock):
        pages = blocks.table_slides(slides, section.title, block, lead)
        told = [f"Tabelle: {block.title}.", block.note and f"Hinweis: {block.note}", block.source]
        words += [block.title, *map(str, block.frame.columns)]
        words += [str(value) for value in block.frame.iloc[:, 0]] if len(block.frame.columns) else []
    elif isinstance(block, Strips):
        pages = strip_slide(slides, section.title, block, lead)
        told = [f"Tabelle mit Streifen: {block.alt}", block.note and f"Hinweis: {block.note}", block.source]
        words += [row.name for row in block.rows]
    else:
        assert isinstance(block, Facts), "texts come in groups"
        pages = blocks.fact_slides(slides, section.title, section.title, block, lead)
        told = ["Kennzahlen: Wert, Stand, Entwicklung und Vergleich.", "", block.source]
        words += [one.label for one in block.items]
    _write_notes(pages, [*told[:2], blocks.source_line(told[2])], dossier, words)
    return pages


def _write_notes(pages: Sequence[SlidePage], told: Sequence[str], dossier: Dossier, words: Sequence[str]) -> None:
    """Write the notes of some slides: what is shown, the terms that occur, the source; never nothing.

    ``told``: paragraphs, the last of which is the source. ``words``: all text in which terms are looked for.
    """
    shown = "\n".join(words)
    terms = [f"{name}: {meaning}" for name, meaning in dossier.definitions.items() if name and name in shown]
    found = [one for one in told[:-1] if one]
    found += ["Begriffe:", *terms] if terms else []
    found += [one for one in told[-1:] if one]
    if not found:
        found = [f"Text zu {dossier.name}. Zahlen und Quellen stehen auf den Folien mit Abbildungen und Tabellen."]
    for page in pages:
        page.notes(found)


def _add_ending(slides: Slides, dossier: Dossier) -> list[tuple[str, SlidePage]]:
    made: list[SlidePage] = []
    terms = [f"{name}: {text}" for name, text in dossier.definitions.items()]
    for title, texts in (("Begriffe", terms), ("Quellen", dossier.sources)):
        points = [Paragraph(xml_text(one), "point") for one in texts]
        made += blocks.text_slides(slides, title, "Anhang", points, _SMALLER)
    for page in made:
        page.notes(["Anhang zum Nachschlagen.", content_hint(dossier)])
    return [("Anhang", made[0])] if made else []


def _set_properties(slides: Slides, dossier: Dossier) -> None:
    core = slides.deck.core_properties
    core.title = xml_text(dossier.title)[:255]
    core.subject = xml_text(f"{dossier.called}{', Demodaten' if dossier.demo else ''}")
    core.author = core.last_modified_by = "ZWK-Monitor"
    core.language = LANGUAGE
    core.created = core.modified = datetime(dossier.today.year, dossier.today.month, dossier.today.day)


#: section of the deck for the session -> the blocks that it shows, one of each kind
_SESSION: dict[str, tuple[type[Block], ...]] = {
    "profil": (Words, Picture),
    "kennzahlen": (Facts, Figure),
    "alter": (Figure,),
    "stufen": (Words, TableBlock),
    "felder": (Figure,),
    "bilanz": (Figure, TableBlock),
    "offen": (Words,),
}
#: what fits on a slide: points of a list, characters of each, rows
_POINTS, _POINT, _ROWS, _CARDS = 6, 150, 8, 6


def session_pptx(dossier: Dossier) -> bytes:
    """At most twelve slides for the session itself: one for each thought, the rest stands in the whole deck."""
    shown = tuple(_cut(one) for one in dossier.sections if one.key in _SESSION)
    return dossier_pptx(replace(dossier, sections=shown), appendix=False)


def _cut(section: Section) -> Section:
    """The blocks that the session needs, none longer than a slide."""
    kinds = _SESSION[section.key]
    found = [next((one for one in section.blocks if isinstance(one, kind)), None) for kind in kinds]
    blocks = [one for one in found if one is not None] or list(section.blocks[:1])
    if section.key == "offen":
        told = chain.from_iterable(one.sentences[:2] for one in section.blocks if isinstance(one, Words))
        blocks = [Words(tuple(shorten(one, _POINT, placeholder=" …") for one in told)[:_POINTS], listed=True)]
    return replace(section, blocks=tuple(_cut_block(one) for one in blocks))


def _cut_block(block: Block) -> Block:
    if isinstance(block, TableBlock) and len(block.frame) > _ROWS:
        note = f"{_ROWS} von {len(block.frame)} Zeilen. {block.note}".strip()
        return replace(block, frame=block.frame.head(_ROWS), note=note)
    return replace(block, items=block.items[:_CARDS]) if isinstance(block, Facts) else block


ALL_KNOWN = "Zu jeder Kennzahl dieses Profils liegt eine Zahl vor."


def profile_pptx(sheet: ProfileSheet) -> bytes:
    """The profile as a file for PowerPoint, all native."""
    sides = zip(("Stärken", "Schwächen"), (sheet.good, sheet.bad), sheet.is_own, strict=True)
    sections = [
        _section("auffaellig", "Was am meisten auffällt", _findings(sheet)),
        *(
            _section(title.lower(), title, [Words(() if own else (DRAFT,)), Words(points, listed=True)])
            for title, points, own in sides
        ),
    ]
    if sheet.own or sheet.chosen:
        own_words: list[Block] = [Words(tuple(sheet.own.splitlines()))] if sheet.own else []
        chosen: list[Block] = [Words(sheet.chosen, "Gewählte Themen", listed=True)] if sheet.chosen else []
        sections.append(_section("eigenes", "In eigenen Worten", [*own_words, *chosen]))
    sections += [_section(part.key, part.strips.title, _chapter(part)) for part in sheet.parts]
    unknown = Words(sheet.unknown or (ALL_KNOWN,), listed=True)
    sections.append(_section("unbekannt", "Was nicht bekannt ist", [unknown]))
    shown = {row.name for part in sheet.parts for row in part.strips.rows}
    terms = {one.name: one.definition for one in indicators().values() if one.name in shown}
    dossier = Dossier(
        sheet.place.participant_id or sheet.place.key,
        sheet.place.full,
        sheet.described,
        sheet.today,
        tuple(sections),
        terms,
        tuple(sheet.source.split("; ")),
        sheet.demo,
        "Kommunalprofil",
    )
    return dossier_pptx(dossier, merge=False)


def _section(key: str, title: str, blocks: list[Block]) -> Section:
    return Section(key, title, tuple(blocks))


def _findings(sheet: ProfileSheet) -> list[Block]:
    return [Words((*sheet.lead, sheet.chance)), Words(sheet.out, listed=True), Words((sheet.method,))]


def _chapter(part: Part) -> list[Block]:
    blocks: list[Block] = [part.strips]
    own = (f"Eigene Worte: {part.own}",) if part.own else ()
    return [Words((*own, part.untold)), *blocks]
