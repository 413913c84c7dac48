"""A Kommunalprofil as slides: what stands out, strengths and weaknesses, one slide for each chapter."""

from __future__ import annotations

from zwk_data.demography.indicators import indicators
from zwk_data.dossier.model import Block, Dossier, Section, Words
from zwk_data.export.slides.deck import dossier_pptx
from zwk_data.views.profile_sheet import DRAFT, Part, Sheet

ALL_KNOWN = "Zu jeder Kennzahl dieses Profils liegt eine Zahl vor."


def profile_pptx(sheet: Sheet) -> bytes:
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
    return dossier_pptx(dossier)


def _section(key: str, title: str, blocks: list[Block]) -> Section:
    return Section(key, title, tuple(blocks))


def _findings(sheet: Sheet) -> list[Block]:
    return [Words((*sheet.lead, sheet.chance)), Words(sheet.out, listed=True), Words((sheet.method,))]


def _chapter(part: Part) -> list[Block]:
    blocks: list[Block] = [part.strips]
    own = (f"Eigene Worte: {part.own}",) if part.own else ()
    return [Words((*own, part.untold)), *blocks]
