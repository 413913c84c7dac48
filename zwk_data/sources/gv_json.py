"""Gemeindeverzeichnis of 31.12.2018 as JSON: one object per Gemeinde under its 12-digit ARS."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path
from typing import Any

import pandas as pd

from zwk_data.errors import SourceError
from zwk_data.sources.gvisys import BOX, COLUMNS
from zwk_data.sources.open_files import load

FIELDS = ("area", "population", "population_m", "population_w", "center_lon", "center_lat", "density_key")


def read(file: str | Path | bytes, name: str | None = None) -> pd.DataFrame:
    """Read the Gemeinden of a GV JSON; ``name`` names bytes in errors.

    Columns, units and types as in :func:`zwk_data.sources.gvisys.read`, level ``gemeinde`` only, sorted by key. The
    file has no names (``name`` is missing throughout), no uninhabited areas and no date: both dates are read from the
    file name (``destatis_gv_2018-12-31.json``).

    Raises SourceError naming the ARS and the field.
    """
    content, label = load(file, name)
    date = re.search(r"(\d{4}-\d{2}-\d{2})", label)
    if date is None:
        problem = "der Dateiname nennt kein Datum"
        raise SourceError(label, problem, expected="ein Name wie destatis_gv_2018-12-31.json")
    try:
        stand = pd.Timestamp(date.group())
    except ValueError as fault:
        raise SourceError(label, f"„{date.group()}“ im Dateinamen ist kein Datum") from fault
    records = [_record(label, ars, entry) for ars, entry in _entries(content, label).items()]
    frame = pd.DataFrame(records).sort_values("area_key", ignore_index=True, kind="stable")
    twice = frame["area_key"].duplicated()
    if twice.any():
        key = frame.loc[twice, "area_key"].iloc[0]
        raise SourceError(label, f"der Schlüssel {key} kommt zweimal vor", expected="jeder Schlüssel nur einmal")
    frame["name"] = pd.Series(None, index=frame.index, dtype="str")
    frame["degurba"] = frame["degurba"].astype("Int64")
    frame["territory_date"] = frame["population_date"] = stand
    return frame[COLUMNS]


def _entries(content: bytes, label: str) -> dict[str, Any]:
    expected = "ein vollständiges JSON-Objekt mit einem Eintrag je Gemeinde unter ihrem 12-stelligen ARS"
    try:
        data = json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as fault:
        raise SourceError(label, "die Datei ist kein Text in UTF-8", expected=expected) from fault
    except json.JSONDecodeError as fault:
        problem = "die Datei ist kein JSON oder abgeschnitten"
        where = f"Zeile {fault.lineno}, Spalte {fault.colno}"
        raise SourceError(label, problem, where=where, expected=expected) from fault
    except (ValueError, RecursionError) as fault:
        # a number of thousands of digits, brackets within brackets within brackets
        raise SourceError(label, "die Datei ist kein Gemeindeverzeichnis", expected=expected) from fault
    if not isinstance(data, dict) or not data:
        raise SourceError(label, "die Datei ist kein Gemeindeverzeichnis", expected=expected)
    return data


def _record(label: str, ars: str, entry: Any) -> dict[str, object]:
    where = f"Eintrag {ars[:40]}"
    if not re.fullmatch(r"\d{12}", ars):
        problem = "der Schlüssel ist kein Regionalschlüssel"
        raise SourceError(label, problem, where=where, expected="ein 12-stelliger ARS")
    if not isinstance(entry, dict) or any(field not in entry for field in FIELDS):
        lacking = ", ".join(field for field in FIELDS if not isinstance(entry, dict) or field not in entry)
        raise SourceError(label, f"es fehlt {lacking}", where=where, expected=f"ein Objekt mit {', '.join(FIELDS)}")
    total, male, female = (
        _number(label, where, field, entry[field], whole=True)
        for field in ("population", "population_m", "population_w")
    )
    if abs(male + female - total) > 0:
        raise SourceError(label, "population_m und population_w ergeben nicht population", where=where)
    degurba = str(entry["density_key"]).lstrip("0")
    if degurba not in ("", "1", "2", "3"):
        problem = f"density_key „{degurba[:40]}“ ist kein Grad der Verstädterung"
        raise SourceError(label, problem, where=where, expected="01, 02 oder 03")
    return {
        "area_key": ars[:5] + ars[-3:],
        "level": "gemeinde",
        "ars": ars,
        "land_key": ars[:2],
        "kreis_key": ars[:5],
        "verband_key": ars[:9],
        "area_km2": _number(label, where, "area", entry["area"]),
        "population_total": total,
        "population_male": male,
        "population_female": female,
        "lon": _degrees(label, where, "lon", entry["center_lon"]),
        "lat": _degrees(label, where, "lat", entry["center_lat"]),
        "degurba": int(degurba) if degurba else pd.NA,
    }


def _number(label: str, where: str, field: str, cell: Any, *, whole: bool = False) -> float:
    """A number that must not be negative; null and '' are NaN, text may have a decimal comma."""
    if cell is None or cell == "":
        return math.nan
    try:
        value = float(cell.strip().replace(",", ".")) if isinstance(cell, str) else float(cell)
    except (TypeError, ValueError, OverflowError):
        value = math.nan
    if isinstance(cell, bool) or not math.isfinite(value) or value < 0 or (whole and value != int(value)):
        expected = "eine Einwohnerzahl" if whole else "eine Zahl, die nicht negativ ist"
        raise SourceError(label, f"{field} „{str(cell)[:40]}“ ist unmöglich", where=where, expected=expected)
    return value


def _degrees(label: str, where: str, axis: str, cell: Any) -> float:
    """Decimal degrees; NaN for zero, which means that there is no centre."""
    low, high, german = BOX[axis]
    value = _number(label, where, f"center_{axis}", cell)
    if value == 0 or math.isnan(value):
        return math.nan
    if not low <= value <= high:
        problem = f"center_{axis} „{str(cell)[:40]}“ liegt nicht in Deutschland"
        raise SourceError(label, problem, where=where, expected=f"ein {german} in Dezimalgrad")
    return value
