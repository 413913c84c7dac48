"""Namens-, Grenz- und Schlüsseländerungen of Destatis: what became of which Gemeinde, and when."""

from __future__ import annotations

import datetime as dt
import math
import re
from pathlib import Path

import pandas as pd

from zwk_data.errors import SourceError
from zwk_data.sources.open_files import Sheet, find_head, heading, number, sheets, text

COLUMNS = [
    "change_id",
    "unit",
    "from_ars",
    "from_ags",
    "from_name",
    "kind",
    "kind_de",
    "area_m2",
    "population",
    "to_ars",
    "to_ags",
    "to_name",
    "legal_date",
    "statistical_date",
]
#: our columns -> beginning of the heading, and which column with such a heading (0: giving unit, 1: receiving unit)
HEADS = {
    "from_ars": ("amtlicherregionalschlüssel", 0),
    "from_ags": ("amtlichergemeindeschlüssel", 0),
    "from_name": ("name", 0),
    "kind": ("änderungsart", 0),
    "area_m2": ("flächeqm", 0),
    "population": ("einwohner", 0),
    "to_ars": ("amtlicherregionalschlüssel", 1),
    "to_ags": ("amtlichergemeindeschlüssel", 1),
    "to_name": ("name", 1),
    "legal_date": ("juristisch", 0),
    "statistical_date": ("statistisch", 0),
}


def read(file: str | Path | bytes, name: str | None = None) -> pd.DataFrame:
    """Read a file of Gebietsänderungen; ``name`` names bytes in errors.

    One row per published row in published order, columns as in ``COLUMNS``: ``change_id`` (``14/2023/0001-R``, several
    rows belong to one change), ``unit`` (Gemeinde, Gemeindeverband …), the giving and the receiving unit with ARS
    (12 digits, Verband 9), AGS (8 digits, missing for a Verband) and name, ``kind`` (``1`` … ``4``, several as
    ``3,4``) with its German meaning from the file's own legend, ``area_m2`` and ``population`` of the part that was
    transferred (float, NaN for changes of name or key), ``legal_date`` and ``statistical_date`` (datetime64).

    With kind 2 (Teilausgliederung), a row from a unit to itself is the part that stayed. The receiving unit is
    missing where the Verband of an uninhabited area was dissolved (2025).

    Raises SourceError naming the cell, and also if the legend below the table is cut off.
    """
    words, expected = ("kennziffer", "regionaleinheit"), "ein Kopf mit „Kennziffer“ und „Regionaleinheit“"
    sheet, head = find_head(sheets(file, name), words, "einer Liste der Gebietsänderungen", expected)
    place = _columns(sheet, head)
    first = text(sheet.cell(head, 0))
    heads = [heading(cell) for cell in sheet.rows[head]]
    column, unit = (next(at for at, said in enumerate(heads) if said.startswith(word)) for word in words)
    legend = _legend(sheet)
    records = []
    for row in range(head + 2, len(sheet.rows)):
        change = text(sheet.cell(row, column))
        if not re.fullmatch(r"\d\d/\d{4}/\d{4}-[A-Z]", change):
            if any(text(sheet.cell(row, place[ours])) for ours in ("from_name", "to_name", "legal_date")):
                expected = "eine Kennziffer wie „14/2023/0001-R“"
                raise sheet.refusal(row, column, f"ist keine {first}", expected, if_empty=f"die {first} fehlt")
            continue
        records.append({"change_id": change, "unit": text(sheet.cell(row, unit)), **_record(sheet, row, place, legend)})
    if not records:
        raise SourceError(sheet.file, "das Blatt hat keine Änderungen", where=f"Blatt {sheet.name}")
    frame = pd.DataFrame(records)[COLUMNS]
    texts = [ours for ours in COLUMNS if ours not in ("area_m2", "population", "legal_date", "statistical_date")]
    return frame.astype({**dict.fromkeys(texts, "str"), "area_m2": "float64", "population": "float64"})


def _columns(sheet: Sheet, head: int) -> dict[str, int]:
    words = [heading(cell) for cell in sheet.rows[head + 1]] if head + 1 < len(sheet.rows) else []
    place = {}
    for ours, (start, nth) in HEADS.items():
        found = [column for column, word in enumerate(words) if word.startswith(start)]
        if len(found) <= nth:
            where = f"Blatt {sheet.name}, Zeile {head + 2}"
            expected = "ARS, AGS und Name je zweimal, Änderungsart, Fläche qm, Einwohner, juristisch und statistisch"
            raise SourceError(sheet.file, "im Kopf fehlen Spalten", where=where, expected=expected)
        place[ours] = found[nth]
    for ours, start in (("from_ars", "abgebende"), ("to_ars", "aufnehmende")):
        if not heading(sheet.cell(head, place[ours])).startswith(start):
            wanted = f"„{start.capitalize()} …“ über dem Regionalschlüssel"
            raise sheet.error(head, place[ours], "abgebende und aufnehmende Gemeinde sind nicht zu erkennen", wanted)
    return place


def _legend(sheet: Sheet) -> dict[str, str]:
    """The meaning of each kind, from the notes below the table („1 = Auflösung“)."""
    legend = {}
    for row in sheet.rows:
        match = re.fullmatch(r"(\d) = (\S.*)", text(row[0]) if row else "")
        if match:
            legend[match.group(1)] = match.group(2)
    if not legend:
        problem = "die Erklärung der Änderungsarten unter der Tabelle fehlt, die Datei ist wohl abgeschnitten"
        raise SourceError(sheet.file, problem, where=f"Blatt {sheet.name}", expected="Zeilen wie „1 = Auflösung“")
    return legend


def _record(sheet: Sheet, row: int, place: dict[str, int], legend: dict[str, str]) -> dict[str, object]:
    record: dict[str, object] = {}
    for side in ("from", "to"):
        ars = _key(sheet, row, place[f"{side}_ars"], (9, 12))
        ags = _key(sheet, row, place[f"{side}_ags"], (8,))
        if ars and ags and ags != ars[:5] + ars[-3:]:
            problem = f"der AGS {ags} passt nicht zum ARS {ars}"
            raise sheet.error(row, place[f"{side}_ags"], problem, f"{ars[:5]}{ars[-3:]}")
        if side == "from" and not ars:
            raise sheet.error(row, place["from_ars"], "der Regionalschlüssel fehlt", "ein ARS mit 9 oder 12 Ziffern")
        record[f"{side}_ars"], record[f"{side}_ags"] = ars, ags
        record[f"{side}_name"] = text(sheet.cell(row, place[f"{side}_name"])) or None
    kinds = re.findall(r"\d+", text(sheet.cell(row, place["kind"])))
    if not kinds or any(kind not in legend for kind in kinds):
        expected = f"eine von {', '.join(sorted(legend))}"
        raise sheet.refusal(row, place["kind"], "ist keine Änderungsart", expected, if_empty="die Änderungsart fehlt")
    record["kind"] = ",".join(kinds)
    record["kind_de"] = ", ".join(legend[kind] for kind in kinds)
    for ours, expected in (("area_m2", "eine Fläche in qm"), ("population", "eine Einwohnerzahl")):
        value = number(sheet, row, place[ours], expected)
        if value < 0 or (math.isfinite(value) and value != int(value)):
            raise sheet.refusal(row, place[ours], "ist unmöglich", expected)
        record[ours] = value
    for ours in ("legal_date", "statistical_date"):
        record[ours] = _date(sheet, row, place[ours])
    return record


def _key(sheet: Sheet, row: int, column: int, lengths: tuple[int, ...]) -> str | None:
    """A key of one of the lengths, None if the cell is empty; a number gets its leading zero back."""
    cell = sheet.cell(row, column)
    key = text(cell)
    if not key:
        return None
    if isinstance(cell, float):
        key = key.zfill(next((length for length in lengths if length >= len(key)), 0))
    if not re.fullmatch(r"\d+", key) or len(key) not in lengths:
        wanted = " oder ".join(str(length) for length in lengths)
        raise sheet.refusal(row, column, "ist kein Schlüssel", f"ein Schlüssel mit {wanted} Ziffern")
    return key


def _date(sheet: Sheet, row: int, column: int) -> pd.Timestamp:
    """A date cell, or text like 01.01.2023."""
    cell = sheet.cell(row, column)
    match = re.fullmatch(r"(\d{2})\.(\d{2})\.(\d{4})", text(cell))
    try:
        if isinstance(cell, dt.date):
            return pd.Timestamp(cell)
        if match:
            return pd.Timestamp(int(match.group(3)), int(match.group(2)), int(match.group(1)))
    except ValueError:
        pass
    raise sheet.refusal(row, column, "ist kein Datum", "ein Datum wie 01.01.2023", if_empty="das Datum fehlt")
