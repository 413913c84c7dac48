"""A Kommunalprofil as PDF: two pages of A4."""

from __future__ import annotations

import re
from typing import Any

from zwk_data.charts.place_strip import StripRow, Strips
from zwk_data.export.pdf.drawings import pdf
from zwk_data.views.profile import DRAFT, MEDIAN_NOTE, Part, Sheet

#: type sizes in points: the first that fits on two pages; with many own words there are more pages
SIZES = (8.8, 8.4, 8.0, 7.6, 7.2)
PAGES = 2
#: how a page begins in the file
_PAGE = re.compile(rb"/Type\s*/Page\b")


def profile_pdf(sheet: Sheet) -> bytes:
    """The profile on two pages of A4 in PDF/UA-1, unless own words need more. Raises ZwkError if it can't be set."""
    content = _content(sheet)
    made = b""
    for size in SIZES:
        made = pdf("profil.typ", content | {"size": size}, {}, sheet.today)
        if len(_PAGE.findall(made)) <= PAGES:
            break
    return made


def _content(sheet: Sheet) -> dict[str, Any]:
    first = sheet.parts[0].strips
    sides = zip(("Stärken", "Schwächen"), (sheet.good, sheet.bad), sheet.is_own, strict=True)
    notes = dict.fromkeys(part.strips.note for part in sheet.parts)
    return {
        "title": sheet.title,
        "described": sheet.described,
        "name": sheet.place.full,
        "demo": sheet.demo,
        "lead": list(sheet.lead),
        "chance": sheet.chance,
        "out": list(sheet.out),
        "method": sheet.method,
        "sides": [
            {"title": title, "points": list(points), "draft": "" if own else DRAFT} for title, points, own in sides
        ],
        "own": sheet.own,
        "chosen": list(sheet.chosen),
        "own-head": first.own,
        "columns": list(first.columns),
        "note": max(notes, key=len, default=MEDIAN_NOTE),
        "chapters": [_chapter(part) for part in sheet.parts],
        "unknown": list(sheet.unknown),
        "source": sheet.source,
    }


def strips_data(strips: Strips) -> dict[str, Any]:
    """Strips as the templates read them."""
    return {
        "kind": "strips",
        "title": strips.title,
        "own-head": strips.own,
        "columns": list(strips.columns),
        "rows": [_row(one) for one in strips.rows],
        "note": strips.note,
        "source": strips.source,
    }


def _chapter(part: Part) -> dict[str, Any]:
    return {
        "title": part.strips.title,
        "own": part.own,
        "untold": part.untold,
        "rows": [_row(one) for one in part.strips.rows],
    }


def _row(one: StripRow) -> dict[str, Any]:
    return {
        "name": one.name,
        "told": one.told or one.missing,
        "value": one.value,
        "beside": list(one.beside),
        "marks": [{"role": mark.role, "at": mark.at} for mark in one.marks],
        "band": one.band,
        "median": one.median,
        "notable": one.notable,
    }
