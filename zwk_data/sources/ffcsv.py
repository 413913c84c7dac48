"""Flat-file csv (ffcsv) of GENESIS databases: one row per figure, attributes as code and label.

The new layout (since 2025) has English column names, ISO times and one value column next to those of its unit and
variable. The old one has German names, dates TT.MM.JJJJ and a value column per variable, named like
``BEVSTD__Bevoelkerungsstand__Anzahl``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from zwk_data.errors import ForeignError, SourceError
from zwk_data.sources import genesis, open_files, printed_codes
from zwk_data.sources.printed_codes import (
    TOTALS,
    age_code,
    join_labels,
    nationality_code,
    parse_figures,
    parse_time,
    sex_code,
)

COLUMNS = [*genesis.COLUMNS, "measure_code", "quality"]

_GEOGRAPHY = re.compile(r"DG|DINSG|DLAND|REGBEZ|STATREG|KREISE?|GEMEIN|GEM|GEO[A-Z0-9]*|NUTS2?|VGEM")
_OLD_VALUE = re.compile(r"(?P<code>[A-Z0-9]+)__(?P<label>.+)__(?P<unit>.+)")
#: the old layout spells names without umlauts; these are the ones that the product uses
_OLD_LABELS = {"BEVSTD": "Bevölkerungsstand", "FLC006": "Gebietsfläche"}
_SAYS_NOTHING = ("", *TOTALS)
#: what an answer in English calls a point in time, and its units
_ENGLISH = ("reference date", "year", "month", "quarter", "school year", "number", "percent", "persons", "eur 1000")


@dataclass(frozen=True)
class _Layout:
    """The column names of a layout; those of attributes have a ``{}`` for the number of the attribute."""

    table: str
    time: str
    variable_code: str
    variable_label: str
    attribute_code: str
    attribute_label: str


def _layout(table: str, time: str, variable: str, attribute: str, code: str, label: str) -> _Layout:
    return _Layout(table, time, variable + code, variable + label, attribute + code, attribute + label)


_NEW = _layout("statistics_code", "time", "{}_variable", "{}_variable_attribute", "_code", "_label")
_OLD = _layout("Statistik_Code", "Zeit", "{}_Merkmal", "{}_Auspraegung", "_Code", "_Label")
_NEW_VALUES = ("value", "value_unit", "value_variable_code", "value_variable_label")


def read(file: str | Path | bytes, name: str | None = None, expect: str | None = None) -> pd.DataFrame:
    """One row per figure, in the file's order.

    Columns of ``genesis.read``, where ``table`` is the code of the statistic (``12411``), followed by measure_code
    (``BEVSTD``) and quality (``value_q`` as delivered: ``e`` final, '' if there is none). An empty attribute code is
    the total. Attributes other than region, sex, age and nationality are joined in category.

    ``expect`` names the statistic that the file must contain. Raises SourceError for another file, a truncated one,
    or a text in place of a number.
    """
    content, label = open_files.read(file, name)
    raw, names = _cells(content, label)
    figures = _figures(raw, names, label)
    table = figures[names.table].str.strip()
    if expect is not None and (table != expect).any():
        found = table[table != expect].iloc[0]
        raise SourceError(label, f"die Datei enthält die Statistik {found}", expected=f"die Statistik {expect}")
    _refuse_english(figures, label)
    refuse = partial(open_files.refuse_first, label, figures.set_index("line"))
    date = figures[names.time].map({stamp: parse_time(stamp) for stamp in figures[names.time].unique()})
    refuse(names.time, date.isna(), "ein Datum oder Jahr")
    described = _attributes(figures, names, label)
    value, status, bad = parse_figures(figures["value"])
    refuse("value", bad, genesis.NUMBER_EXPECTED)
    frame = described.assign(
        table=table,
        date=date.astype("datetime64[s]"),
        year=date.dt.year.astype("int64"),
        measure=figures["value_variable_label"],
        unit=figures["value_unit"],
        value=value,
        status=status,
        measure_code=figures["value_variable_code"],
        quality=figures["value_q"],
    )
    return _with_areas(frame, figures, label)


def title(file: str | Path | bytes, name: str | None = None) -> str:
    """What the file calls its statistic, and of which areas: „Statistik der Geburten: Kreise“."""
    content, label = open_files.read(file, name)
    raw, names = _cells(content, label)
    statistic = raw[names.table.replace("code", "label").replace("Code", "Label")].iloc[0].strip()
    variables = {str(code).strip() for code in raw[names.variable_code.format(1)].unique()}
    areas = next((german for code, german in _AREAS.items() if code in variables), "")
    return f"{statistic}: {areas}" if areas else statistic


#: code of a regional variable -> its areas; the smallest that a file holds names it
_AREAS = {"GEMEIN": "Gemeinden", "VGEM": "Verbände", "KREISE": "Kreise", "KREIS": "Kreise", "DLAND": "Länder"}


def _refuse_english(figures: pd.DataFrame, file: str) -> None:
    columns = [column for column in ("time_label", "value_unit") if column in figures]
    said = {str(text).strip().lower() for column in columns for text in figures[column].unique()}
    if said & set(_ENGLISH):
        raise ForeignError(file, "die Datei ist in englischer Sprache abgerufen; bitte in Deutsch abrufen")


def _cells(content: str, file: str) -> tuple[pd.DataFrame, _Layout]:
    """All cells as text with the line of the file in column ``line``, and the names of the layout."""
    header = open_files.header(content, ";")
    names = _NEW if _NEW.table in header else _OLD
    parts = (names.variable_code, names.variable_label, names.attribute_code, names.attribute_label)
    last = max((number for number in range(1, 100) if names.attribute_code.format(number) in header), default=1)
    numbers = range(1, last + 1)
    needed = [names.table, names.time, *(part.format(number) for number in numbers for part in parts)]
    needed += list(_NEW_VALUES) if names is _NEW else []
    missing = [column for column in needed if column not in header]
    if missing:
        problem = "die Datei ist keine Flat-CSV von GENESIS"
        if len(missing) < len(needed):
            problem = f"im Kopf der Flat-CSV fehlt {', '.join(missing)}"
        raise SourceError(
            file, problem, where="Zeile 1", expected="Spalten wie „statistics_code“ oder „Statistik_Code“"
        )
    return open_files.table(content, file, ";").reset_index(), names


def _figures(raw: pd.DataFrame, names: _Layout, file: str) -> pd.DataFrame:
    """One row per figure with the value columns of the new layout, whatever the layout of the file."""
    if names is _NEW:
        quality = raw["value_q"] if "value_q" in raw else pd.Series("", index=raw.index, dtype="str")
        return raw.assign(value_q=quality)
    parts = []
    for column in raw.columns:
        if found := _OLD_VALUE.fullmatch(str(column)):
            code, unit = found["code"], found["unit"]
            label = _OLD_LABELS.get(code, found["label"].replace("_", " "))
            values = dict(zip(_NEW_VALUES, (raw[column], unit, code, label), strict=True))
            parts.append(raw.assign(**values, value_q=""))
    if not parts:
        problem = "die Flat-CSV hat keine Zahlenspalte"
        expected = "eine Spalte wie „BEVSTD__Bevoelkerungsstand__Anzahl“"
        raise SourceError(file, problem, where="Zeile 1", expected=expected)
    return pd.concat(parts).sort_values("line", kind="stable", ignore_index=True)


def _attributes(figures: pd.DataFrame, names: _Layout, file: str) -> pd.DataFrame:
    """Region (key_published, name, geography), sex, age_group, nationality and category of each figure."""
    start = dict.fromkeys(("key_published", "name", "geography", "category", "variables"), "")
    start |= dict.fromkeys(("sex", "age_group", "nationality"), "total")
    found = pd.DataFrame(start, index=figures.index, dtype="str")
    number = 1
    while names.attribute_code.format(number) in figures:
        variables = figures[names.variable_code.format(number)].str.strip()
        codes = figures[names.attribute_code.format(number)].str.strip()
        labels = figures[names.attribute_label.format(number)].str.strip()
        titles = figures[names.variable_label.format(number)].str.strip().str.lower()
        # one numbered attribute may contain several variables (DG and Gemeinden in one file)
        for variable in variables.unique():
            rows = variables == variable
            if _GEOGRAPHY.fullmatch(variable):
                found.loc[rows, "key_published"] = codes[rows]
                found.loc[rows, "name"] = labels[rows]
                found.loc[rows, "geography"] = variable
                continue
            _describe(found, rows, titles[rows].iloc[0], variable, codes[rows], labels[rows])
        number += 1
    first, bad = names.attribute_code.format(1), found["key_published"] == ""
    open_files.refuse_first(file, figures.set_index("line"), first, bad, "ein regionaler Schlüssel")
    return found


def _describe(
    found: pd.DataFrame, rows: pd.Series, title: str, variable: str, codes: pd.Series, labels: pd.Series
) -> None:
    """Enter an attribute other than the region into the rows that have it."""
    shown = labels.where(codes != "", "Insgesamt")
    for attribute, word, coder in (
        ("sex", "geschlecht", sex_code),
        ("age_group", "alter", age_code),
        ("nationality", "nationalität", nationality_code),
        ("nationality", "staatsangehörigkeit", nationality_code),
    ):
        known = {label: coder(label) for label in shown.unique()}
        if title.startswith(word) and all(known.values()):
            found.loc[rows, attribute] = shown.map(known).astype("str")
            return
    others = shown.where(~shown.str.lower().isin(_SAYS_NOTHING), "")
    found.loc[rows, "category"] = join_labels(found.loc[rows, "category"], others)
    # one attribute may come in two groupings with classes of the same name
    coded = pd.Series(variable, index=others.index, dtype="str").where(others != "", "")
    found.loc[rows, "variables"] = join_labels(found.loc[rows, "variables"], coded)


def _with_areas(frame: pd.DataFrame, figures: pd.DataFrame, file: str) -> pd.DataFrame:
    """Add plain keys and levels; a city that is both Kreis and Gemeinde gets a row per level."""
    known = frame["key_published"].map({key: printed_codes.plain_key(key) for key in frame["key_published"].unique()})
    bad = known.isna()
    for position in np.flatnonzero(bad)[:1]:
        problem = f"{open_files.quote(frame['key_published'].iloc[position])} ist kein Regionalschlüssel"
        where = f"Zeile {figures['line'].iloc[position]}"
        raise SourceError(file, problem, where=where, expected="ein amtlicher Schlüssel oder DG")
    # decided per region, not per figure: whether a city has any number counts for all of its rows
    reported = (frame["status"] == "reported").groupby(frame["key_published"]).transform("any").to_numpy()
    gemeinde_table = bool((frame["geography"] == "GEMEIN").any())
    areas = printed_codes.areas(frame["key_published"], frame["name"], reported, gemeinde_table=gemeinde_table)
    rows = frame.iloc[areas["position"]].reset_index(drop=True)
    rows["area_key"] = areas["area_key"].astype("str")
    rows["level"] = areas["level"].astype("str")
    attributes = ["date", "sex", "age_group", "nationality", "category", "measure_code"]
    identity = ["table", "key_published", "area_key", "level", "variables", *attributes]
    rows = rows.drop_duplicates([*identity, "value", "status"], ignore_index=True)
    for row in rows[rows.duplicated(identity)][:1].itertuples():
        problem = (
            f"für {open_files.quote(row.name)} ({row.key_published}) stehen zwei Zahlen zu "
            f"{open_files.quote(row.measure)}"
        )
        raise SourceError(file, problem, expected="eine Zahl je Gebiet, Zeit und Merkmal")
    return printed_codes.drop_empty_duplicates(rows[COLUMNS], attributes, file)
