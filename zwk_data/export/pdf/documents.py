"""What becomes a PDF: a dossier, posters, the Synopse, a Kommunalprofil on two pages, a Ministerblatt on one.

A poster shows one Handlungsfeld, with room for sticky dots and next steps. The Synopse lists all Kommunen by Land on a
few pages. Each function collects the data that a Typst template beside this file sets.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import pandas as pd

from zwk_data import german, settings
from zwk_data.charts.chart import Figure
from zwk_data.charts.place_strip import StripRow, Strips
from zwk_data.dossier.model import Block, Dossier, Facts, Picture, TableBlock, Words, source
from zwk_data.dossier.quarter import Ministerblatt
from zwk_data.dossier.sections import way
from zwk_data.dossier.synopse import synopse, synopse_source
from zwk_data.errors import ZwkError
from zwk_data.export.look import is_drawn
from zwk_data.export.pdf.drawings import pdf, svg
from zwk_data.programme.measures_and_money import FIELD_ORDER, ActionField
from zwk_data.schema.words import MEASURE_STATUS, RATING_STEPS, STAGES
from zwk_data.settings import today
from zwk_data.views.profile import DRAFT, MEDIAN_NOTE, Part, ProfileSheet

#: width of a chart and of a picture in per cent of the line
WIDE, PICTURE = 100, 92
#: the least and the most characters that a column asks for
NARROW_TO_WIDE = (6.0, 44.0)
SHORT = 14
#: type sizes in points: the first that fits on two pages; with many own words there are more pages
PROFILE_SIZES = (8.8, 8.4, 8.0, 7.6, 7.2)
PAGES = 2
SHEET_SIZES = (9.4, 9.0, 8.6, 8.2, 7.8)
SHEET_CHART = 1.9
#: how a page begins in the file
_PAGE = re.compile(rb"/Type\s*/Page\b")


def dossier_pdf(dossier: Dossier) -> bytes:
    """The dossier on A4, in PDF/UA-1. Raises ZwkError, above all if a figure has no alternative text."""
    pictures: dict[str, bytes] = {}
    content = {
        "title": dossier.title,
        "described": dossier.described,
        "called": dossier.called,
        "demo": dossier.demo,
        "sections": [
            {"title": one.title, "note": one.note, "blocks": [_block_data(block, pictures) for block in one.blocks]}
            for one in dossier.sections
        ],
        "definitions": [[term, words] for term, words in dossier.definitions.items()],
        "sources": list(dossier.sources),
    }
    return pdf("dossier.typ", content, pictures, dossier.today)


def _block_data(block: Block, pictures: dict[str, bytes]) -> dict[str, Any]:
    if isinstance(block, Words):
        return {"kind": "words", "title": block.title, "sentences": list(block.sentences), "listed": block.listed}
    if isinstance(block, Facts):
        items = [
            {"label": one.label, "value": one.value, "told": [t for t in (one.when, one.trend, one.compared) if t]}
            for one in block.items
        ]
        return {"kind": "facts", "items": items, "source": block.source}
    if isinstance(block, TableBlock):
        return table_data(block)
    if isinstance(block, Strips):
        return strips_data(block)
    if isinstance(block, Figure) and not is_drawn(block.drawing):
        return {"kind": "words", "title": block.chart.title, "sentences": ["Nicht belegt."], "listed": False}
    name = f"bild-{len(pictures)}.svg"
    if isinstance(block, Picture):
        pictures[name] = block.svg()
        told = {"title": block.title, "alt": block.alt, "note": "", "source": block.source, "width": PICTURE}
    else:
        assert isinstance(block, Figure)
        pictures[name] = svg(block.drawing)
        chart = block.chart
        told = {"title": chart.title, "alt": chart.alt, "note": block.note, "source": chart.source, "width": WIDE}
    return {"kind": "figure", "file": name, **told}


def table_data(block: TableBlock) -> dict[str, Any]:
    """A table as the templates read it: columns (name, aligned right, share of the width), rows of German text."""
    columns = german.table_columns(block.frame, dict(block.formats))
    return {
        "kind": "table",
        "title": block.title,
        "columns": [{"name": one.name, "right": one.right, "share": share(one)} for one in columns],
        "rows": [list(row) for row in zip(*(one.texts for one in columns), strict=True)],
        "note": block.note,
        "source": block.source,
        "empty": block.empty,
    }


def share(column: german.TableColumn) -> float:
    """The characters a column asks for: at least its longest word, more for long texts, within bounds."""
    texts = [column.name, *column.texts]
    word = max((len(word) for text in texts for word in text.replace("-", "- ").split()), default=1)
    lengths = [len(text) for text in column.texts] or [1]
    usual = 0.6 * max(lengths) + 0.4 * sum(lengths) / len(lengths)
    # short cells do not wrap: „nicht belegt“, a date
    whole = max(lengths) + 1.5 if max(lengths) <= SHORT else 0
    return round(min(NARROW_TO_WIDE[1], max(NARROW_TO_WIDE[0], word + 1.5, usual, whole)), 1)


SIZES = ("A1", "A3")
#: what a poster has room for
MOST_GOALS, MOST_INDICATORS, MOST_MEASURES = 5, 3, 3


def poster_pdf(name: str, fields: Sequence[ActionField], size: str, today: date, *, demo: bool = False) -> bytes:
    """The posters of a Kommune's Handlungsfelder, ``size`` A1 or A3. Raises ZwkError for another size or no field."""
    if size not in SIZES:
        raise ZwkError(f"Das Format „{size}“ gibt es nicht. Möglich sind {' und '.join(SIZES)}.")
    if not fields:
        raise ZwkError(f"Für {name} ist kein Handlungsfeld belegt: Es gibt kein Plakat.")
    content = {
        "title": f"Projektmarkt {name}",
        "described": f"Plakate je Handlungsfeld für {name}",
        "name": name,
        "size": size,
        "demo": demo,
        "source": source(),
        "steps": list(RATING_STEPS.values()),
        "fields": [_field_data(one) for one in fields],
    }
    return pdf("poster.typ", content, {}, today)


def _field_data(one: ActionField) -> dict[str, Any]:
    groups = [part for code in FIELD_ORDER if len(part := one.measures[one.measures["status"] == code])]
    return {
        "name": one.name,
        "goals": one.goals[:MOST_GOALS],
        "wordings": list(one.wordings),
        "indicators": [_indicator_data(row) for row in one.indicators.head(MOST_INDICATORS).to_dict("records")],
        "groups": [_group_data(part) for part in groups],
    }


def _indicator_data(row: dict[Any, Any]) -> dict[str, Any]:
    told = [
        f"{word} {german.number(row[key], 0 if float(row[key]).is_integer() else 1)}"
        for key, word in (("indicator_start", "Start"), ("indicator_actual", "heute"), ("indicator_target", "Ziel"))
        if pd.notna(row[key])
    ]
    done = way(row["indicator_start"], row["indicator_target"], row["indicator_actual"])
    return {
        "name": row["indicator"],
        "values": " · ".join(told) or german.NOT_DOCUMENTED,
        "way": None if pd.isna(done) else done,
    }


def _group_data(part: pd.DataFrame) -> dict[str, Any]:
    shown = part.head(MOST_MEASURES)
    until = [f"bis {german.day(ends)}" if pd.notna(ends) else "" for ends in shown["ends"]]
    measures = [
        {"title": title, "told": ", ".join(filter(None, (body, end)))}
        for title, body, end in zip(shown["title"], shown["responsible"].fillna(""), until, strict=True)
    ]
    return {
        "status": MEASURE_STATUS[str(part["status"].iloc[0])],
        "number": len(part),
        "measures": measures,
        "more": len(part) - len(shown),
    }


#: column -> its share of the width, and whether it is aligned right
COLUMNS = {
    "Kommune": (24, False),
    **dict.fromkeys(STAGES.values(), (10, False)),
    "Themen": (34, False),
    "Maßnahmen": (21, False),
    "Menschen": (10, True),
    "seit 2011": (9, True),
    "67 und älter": (8, True),
}
NOTE = (
    "Stufen: der erste belegte Termin, so genau wie die Quelle; „belegt“ heißt ohne Datum, „pauschal“ nur für alle "
    "Kommunen zugleich belegt, „–“ nicht belegt. Menschen: "
    "letzte bekannte Zahl, bei Stadtquartieren (*) die der ganzen Stadt. Seit 2011: Veränderung bis zum letzten Jahr "
    "vor dem Zensus 2022. 67 und älter: Anteil am 15.05.2022 (Zensus)."
)


def synopse_pdf() -> bytes:
    """The Synopse of all Kommunen. Raises ZwkError if it can't be set."""
    frame = synopse()
    content = {
        "title": "Synopse der Kommunen",
        "described": f"{german.count(len(frame), 'Kommune', 'Kommunen')} nach Land: Stufen, Themen, Maßnahmen, Zahlen",
        "demo": settings.dataset() == "demo",
        "note": NOTE,
        "source": f"{source()} {synopse_source()}.",
        "columns": [{"name": name, "right": right, "share": share} for name, (share, right) in COLUMNS.items()],
        "groups": [
            {"name": str(land), "rows": [_row_texts(one) for one in part.to_dict("records")]}
            for land, part in frame.groupby("land", sort=False)
        ],
    }
    return pdf("synopse.typ", content, {}, today())


def _row_texts(one: dict[Any, Any]) -> list[str]:
    measures = [f"{one[code]} {word}" for code, word in MEASURE_STATUS.items() if one[code]]
    star = "*" if one["kind_de"] == "Stadtquartier" else ""
    return [
        str(one["name"]),
        *(str(one[f"{stage}_short"]) for stage in STAGES),
        one["themes"] if isinstance(one["themes"], str) else german.MISSING,
        ", ".join(measures) or german.MISSING,
        f"{german.number(one['people'])}{star}",
        german.with_unit(one["change"], "%", 1, sign=True),
        german.with_unit(one["share_67plus"], "%", 1),
    ]


def profile_pdf(sheet: ProfileSheet) -> bytes:
    """The profile on two pages of A4 in PDF/UA-1, unless own words need more. Raises ZwkError if it can't be set."""
    content = _content(sheet)
    tries = (pdf("profil.typ", content | {"size": size}, {}, sheet.today) for size in PROFILE_SIZES)
    return _first_of(tries, PAGES)


def _first_of(tries: Iterable[bytes], pages: int) -> bytes:
    """The first file that takes no more than so many pages, else the last."""
    made = b""
    for made in tries:
        if len(_PAGE.findall(made)) <= pages:
            break
    return made


def ministerblatt_pdf(sheet: Ministerblatt) -> bytes:
    """A quarter on one page of A4 in PDF/UA-1, with its chart if there is room. Raises ZwkError if it can't be set."""
    drawn = sheet.course and {"verlauf.svg": svg(sheet.course.drawing, SHEET_CHART)}
    content = {
        "title": sheet.title,
        "described": sheet.described,
        "demo": sheet.demo,
        "lead": list(sheet.lead),
        "facts": [{"label": one.label, "value": one.value, "told": one.when} for one in sheet.facts],
        "stages": table_data(sheet.stages),
        "laender": table_data(sheet.laender),
        "happened": table_data(sheet.happened),
        "lists": [{"title": title, "lines": list(lines)} for title, lines in sheet.lists.items()],
        "foot": sheet.foot,
        "source": sheet.source,
    }
    chart = sheet.course and {"title": sheet.course.chart.title, "alt": sheet.course.chart.alt, "file": "verlauf.svg"}
    sizes = [(size, chart) for size in SHEET_SIZES[:3] if chart] + [(size, None) for size in SHEET_SIZES]
    tries = (
        pdf("blatt.typ", content | {"size": size, "chart": shown}, drawn if shown and drawn else {}, sheet.today)
        for size, shown in sizes
    )
    return _first_of(tries, 1)


def _content(sheet: ProfileSheet) -> dict[str, Any]:
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
