"""The Synopse as PDF: all Kommunen on a few pages, one table by Land."""

from __future__ import annotations

from typing import Any

import pandas as pd

from zwk_data import german, paths
from zwk_data.dossier.record_source import source
from zwk_data.dossier.synopse import synopse
from zwk_data.export.pdf.document import AUTHOR
from zwk_data.export.pdf.setting import pdf
from zwk_data.programme.today import today
from zwk_data.programme.words import MEASURE_STATUS, STAGES

#: column -> share of the width, set to the right
COLUMNS = {
    "Kommune": (24, False), **dict.fromkeys(STAGES.values(), (10, False)), "Themen": (34, False),
    "Maßnahmen": (21, False), "Menschen": (10, True), "seit 2011": (9, True), "65 und älter": (8, True),
}  # fmt: skip
FIGURES = "Statistische Ämter des Bundes und der Länder; BBSR (INKAR), Gebietsstand 31.12.2023"
NOTE = (
    "Stufen: der erste belegte Termin, so genau wie die Quelle; „belegt“ heißt ohne Datum, „–“ nicht belegt. Menschen: "
    "letzte bekannte Zahl, bei Stadtquartieren (*) die der ganzen Stadt. Seit 2011: Veränderung bis zum letzten Jahr "
    "vor dem Zensus 2022. 65 und älter: Anteil, in Klammern das Jahr."
)


def synopse_pdf() -> bytes:
    """The Synopse over all Kommunen that there are. Raises ZwkError if it can't be set."""
    frame = synopse()
    content = {
        "title": "Synopse der Kommunen",
        "author": AUTHOR,
        "described": f"{german.count(len(frame), 'Kommune', 'Kommunen')} nach Land: Stufen, Themen, Maßnahmen, Zahlen",
        "day": german.day(today()),
        "demo": paths.dataset() == "demo",
        "note": NOTE,
        "source": f"{source()} {FIGURES}.",
        "columns": [{"name": name, "right": right, "share": share} for name, (share, right) in COLUMNS.items()],
        "groups": [
            {
                "name": str(land),
                "rows": [_row(one) for one in part.to_dict("records")],
            }
            for land, part in frame.groupby("land", sort=False)
        ],
    }
    return pdf("synopse.typ", content, {}, today())


def _row(one: dict[Any, Any]) -> list[str]:
    measures = [f"{one[code]} {word}" for code, word in MEASURE_STATUS.items() if one[code]]
    star = "*" if one["kind_de"] == "Stadtquartier" else ""
    share = german.number(one["share_65plus"], 1)
    year = "" if pd.isna(one["share_year"]) else f" ({int(one['share_year'])})"
    return [
        str(one["name"]),
        *(str(one[f"{stage}_short"]) for stage in STAGES),
        one["themes"] if isinstance(one["themes"], str) else german.MISSING,
        ", ".join(measures) or german.MISSING,
        f"{german.number(one['people'])}{star}",
        german.with_unit(one["change"], "%", 1, sign=True),
        f"{share} %{year}" if year else german.MISSING,
    ]
