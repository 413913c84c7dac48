"""Flat-file csv (ffcsv) of GENESIS databases: one row per figure, attributes as code and label.

The new layout (since 2025) has English column names, ISO times and a value column with its unit and variable beside
it; the old one has German names, dates TT.MM.JJJJ and a value column per variable, named
``BEVSTD__Bevoelkerungsstand__Anzahl``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from zwk_data.sources import keys, text_file
from zwk_data.sources.errors import SourceError
from zwk_data.sources.labels import TOTALS, age_code, nationality_code, parse_sign, parse_time, sex_code

COLUMNS = [
    "table", "key_published", "area_key", "level", "name", "date", "year", "sex", "age_group", "nationality",
    "category", "measure", "unit", "value", "status", "measure_code", "quality",
]  # fmt: skip

_GEOGRAPHY = re.compile(r"DG|DINSG|DLAND|REGBEZ|STATREG|KREISE?|GEMEIN|GEM|GEO[A-Z0-9]*|NUTS2?|VGEM")
_OLD_VALUE = re.compile(r"(?P<code>[A-Z0-9]+)__(?P<label>.+)__(?P<unit>.+)")
#: the old layout writes names without umlauts; these are the ones the product knows
_OLD_LABELS = {"BEVSTD": "Bevölkerungsstand", "FLC006": "Gebietsfläche"}
_SAYS_NOTHING = ("", *TOTALS)
_NUMBER_EXPECTED = "eine Zahl mit Dezimalkomma oder eines der Zeichen - . / x ..."


@dataclass(frozen=True)
class _Names:
    """The column names of one of the two layouts; attributes are numbered."""

    table: str
    time: str
    variable_code: str
    variable_label: str
    attribute_code: str
    attribute_label: str


_NEW = _Names(
    "statistics_code", "time", "{}_variable_code", "{}_variable_label", "{}_variable_attribute_code",
    "{}_variable_attribute_label",
)  # fmt: skip
_OLD = _Names(
    "Statistik_Code", "Zeit", "{}_Merkmal_Code", "{}_Merkmal_Label", "{}_Auspraegung_Code", "{}_Auspraegung_Label"
)
_NEW_VALUES = ("value", "value_unit", "value_variable_code", "value_variable_label")


def read(file: str | Path | bytes, name: str | None = None, expect: str | None = None) -> pd.DataFrame:
    """One row per figure, in the file's order.

    Columns as ``genesis.read``, where ``table`` is the code of the statistic (``12411``), and at the end measure_code
    (``BEVSTD``) and quality (``value_q`` as delivered: ``e`` final, '' if there is none). An empty attribute code is
    the total. Attributes other than region, sex, age and nationality are joined in category.

    ``expect`` names the statistic that the file must hold. Raises SourceError for another file, a cut one, or a text
    where a number belongs.
    """
    content, label = text_file.read(file, name)
    raw, names = _table(content, label)
    figures = _figures(raw, names, label)
    table = figures[names.table].str.strip()
    if expect is not None and (table != expect).any():
        found = table[table != expect].iloc[0]
        raise SourceError(label, f"die Datei enthält die Statistik {found}", expected=f"die Statistik {expect}")
    date = figures[names.time].map({stamp: parse_time(stamp) for stamp in figures[names.time].unique()})
    _refuse(label, figures, names.time, date.isna(), "ein Datum oder Jahr")
    described = _attributes(figures, names, label)
    value, status, bad = parse_sign(figures["value"])
    _refuse(label, figures, "value", bad, _NUMBER_EXPECTED)
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
    return _places(frame, figures, label)


def _table(content: str, file: str) -> tuple[pd.DataFrame, _Names]:
    """All cells as text, and which layout it is; the lines of the file are kept in column ``line``."""
    header = text_file.header(content, ";")
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
    return text_file.table(content, file, ";").reset_index(), names


def _figures(raw: pd.DataFrame, names: _Names, file: str) -> pd.DataFrame:
    """One row per figure with the value columns of the new layout, whichever the layout of the file."""
    if names is _NEW:
        quality = raw["value_q"] if "value_q" in raw else pd.Series("", index=raw.index, dtype="str")
        return raw.assign(value_q=quality)
    parts = []
    for column in raw.columns:
        if found := _OLD_VALUE.fullmatch(str(column)):
            label = _OLD_LABELS.get(found["code"], found["label"].replace("_", " "))
            parts.append(
                raw.assign(
                    value=raw[column], value_unit=found["unit"], value_variable_code=found["code"],
                    value_variable_label=label, value_q="",
                )
            )  # fmt: skip
    if not parts:
        problem = "die Flat-CSV hat keine Zahlenspalte"
        expected = "eine Spalte wie „BEVSTD__Bevoelkerungsstand__Anzahl“"
        raise SourceError(file, problem, where="Zeile 1", expected=expected)
    return pd.concat(parts).sort_values("line", kind="stable", ignore_index=True)


def _attributes(figures: pd.DataFrame, names: _Names, file: str) -> pd.DataFrame:
    """Region (key_published, name, geography), sex, age_group, nationality and category of each figure."""
    blank = pd.Series("", index=figures.index, dtype="str")
    total = pd.Series("total", index=figures.index, dtype="str")
    found = pd.DataFrame(
        {"key_published": blank, "name": blank, "geography": blank, "sex": total, "age_group": total,
         "nationality": total, "category": blank}
    )  # fmt: skip
    number = 1
    while names.attribute_code.format(number) in figures:
        variables = figures[names.variable_code.format(number)].str.strip()
        codes = figures[names.attribute_code.format(number)].str.strip()
        labels = figures[names.attribute_label.format(number)].str.strip()
        titles = figures[names.variable_label.format(number)].str.strip().str.lower()
        # one numbered attribute may hold several variables (DG and Gemeinden in one file)
        for variable in variables.unique():
            rows = variables == variable
            if _GEOGRAPHY.fullmatch(variable):
                found.loc[rows, "key_published"] = codes[rows]
                found.loc[rows, "name"] = labels[rows]
                found.loc[rows, "geography"] = variable
                continue
            _describe(found, rows, titles[rows].iloc[0], codes[rows], labels[rows])
        number += 1
    _refuse(file, figures, names.attribute_code.format(1), found["key_published"] == "", "ein regionaler Schlüssel")
    return found


def _describe(found: pd.DataFrame, rows: pd.Series, title: str, codes: pd.Series, labels: pd.Series) -> None:
    """Enter one attribute that is no region into the rows that have it."""
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
    before = found.loc[rows, "category"]
    glue = pd.Series(" / ", index=before.index, dtype="str").where((before != "") & (others != ""), "")
    found.loc[rows, "category"] = before + glue + others


def _places(frame: pd.DataFrame, figures: pd.DataFrame, file: str) -> pd.DataFrame:
    """Plain keys and levels; a city that is Kreis and Gemeinde at once gets a row per level."""
    known = frame["key_published"].map({key: keys.plain(key) for key in frame["key_published"].unique()})
    bad = known.isna()
    for position in np.flatnonzero(bad)[:1]:
        problem = f"{text_file.quote(frame['key_published'].iloc[position])} ist kein Regionalschlüssel"
        where = f"Zeile {figures['line'].iloc[position]}"
        raise SourceError(file, problem, where=where, expected="ein amtlicher Schlüssel oder DG")
    # one decision per region, not per figure: whether a Stadt has any number decides for all of its rows
    reported = (frame["status"] == "reported").groupby(frame["key_published"]).transform("any").to_numpy()
    gemeinde_table = bool((frame["geography"] == "GEMEIN").any())
    areas = keys.areas(frame["key_published"], frame["name"], reported, gemeinde_table=gemeinde_table)
    rows = frame.iloc[areas["position"]].reset_index(drop=True)
    rows["area_key"] = areas["area_key"].astype("str")
    rows["level"] = areas["level"].astype("str")
    identity = ["table", "key_published", "area_key", "level", "date", "sex", "age_group", "nationality", "category",
                "measure_code"]  # fmt: skip
    for row in rows[rows.duplicated(identity)][:1].itertuples():
        problem = (
            f"für {text_file.quote(row.name)} ({row.key_published}) stehen zwei Zahlen zu "
            f"{text_file.quote(row.measure)}"
        )
        raise SourceError(file, problem, expected="eine Zahl je Gebiet, Zeit und Merkmal")
    return keys.once(rows[COLUMNS], [*identity[4:]], file)


def _refuse(file: str, figures: pd.DataFrame, column: str, bad: pd.Series, expected: str) -> None:
    """Raise the error that names the first bad cell of a column."""
    for position in np.flatnonzero(bad.to_numpy())[:1]:
        where = f"Zeile {figures['line'].iloc[position]}, Spalte {column}"
        problem = f"{text_file.quote(figures[column].iloc[position])} passt hier nicht"
        raise SourceError(file, problem, where=where, expected=expected)
