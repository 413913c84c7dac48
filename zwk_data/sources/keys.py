"""Published regional keys -> plain area keys: Gemeinde tables of the Regionaldatenbank do not print plain AGS.

==============  =======================================================  =====================  ==========
digits          what                                                     plain key              level
==============  =======================================================  =====================  ==========
``DG``          Deutschland                                              ``DG``                 bund
2               Land                                                     as it is               land
3               Regierungsbezirk; statistische or NUTS-2 region          as it is               regierungsbezirk, region
5               Kreis, kreisfreie Stadt                                  as it is               kreis
5 (``11001``)   Bezirk of Berlin                                         ``11001000``           bezirk
7 (``07…``)     Verbandsgemeinde: Kreis 5 + number 2                     Kreis + 50 + number    verband
8 (``03…4..``)  Samtgemeinde: Kreis 5 + number 3                         Kreis + 5 + number     verband
8               Gemeinde (AGS)                                           as it is               gemeinde
9               Gemeindeverband (first nine digits of an ARS)            as it is               verband
10 (``07…``)    Gemeinde in Rheinland-Pfalz: Kreis 5 + Verband 2 + 3     first 5 + last 3       gemeinde
11 (``03…``)    member of a Samtgemeinde: Kreis 5 + Samtgemeinde 3 + 3   first 5 + last 3       gemeinde
12              Gemeinde (ARS)                                           first 5 + last 3       gemeinde
==============  =======================================================  =====================  ==========

An eight-digit key in Niedersachsen whose sixth digit is 4 is always a Samtgemeinde: no Gemeinde there has a number
from 400 to 499 (checked against the Gemeindeverzeichnisse 1983 to 2023).
"""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt
import pandas as pd

from zwk_data.errors import SourceError
from zwk_data.sources.text_file import quote

BoolArray = npt.NDArray[np.bool_]

LEVELS = ("bund", "land", "regierungsbezirk", "region", "kreis", "verband", "gemeinde", "bezirk")
#: formerly kreisfreie cities that are published even in tables of Kreise, where they get the level ``gemeinde``
CITIES_IN_KREIS_TABLES = ("03241001", "05334002", "10041100")
#: Länder that are one Kreis and one Gemeinde; many tables print only the Land
CITY_STATES = {"02": "02000", "11": "11000"}

_KEY = re.compile(r"(?:0[1-9]|1[0-6])\d{0,10}")
_REGIERUNGSBEZIRK = re.compile(r"0[5689]\d|14[123]")
_LANDKREIS = re.compile(r"(?:lkr|(?<!stadt)kreis|region|regionalverband|stadtverband)\b", re.IGNORECASE)


def plain(code: str) -> tuple[str, str] | None:
    """Area key and level of a published key, None if it is no regional key.

    >>> plain("0713100007"), plain("03151401"), plain("0713206"), plain("11001")
    (('07131007', 'gemeinde'), ('031515401', 'verband'), ('071325006', 'verband'), ('11001000', 'bezirk'))
    """
    if not _KEY.fullmatch(code):
        return (code, "bund") if code == "DG" else None
    land, kreis, size = code[:2], code[:5], len(code)
    # Berlin is one Gemeinde, whose Bezirke have numbers in place of a Kreis
    if land == "11" and size in (5, 8, 12) and code[2:5] != "000":
        return kreis + "000", "bezirk"
    samtgemeinde = size == 8 and land == "03" and code[5] == "4"
    if samtgemeinde or (size == 7 and land == "07"):
        return f"{kreis}{'5' if samtgemeinde else '50'}{code[5:]}", "verband"
    if (size, land) in ((10, "07"), (11, "03")) or size == 12:
        return kreis + code[-3:], "gemeinde"
    if size == 3 and _REGIERUNGSBEZIRK.fullmatch(code):
        return code, "regierungsbezirk"
    level = {2: "land", 3: "region", 5: "kreis", 8: "gemeinde", 9: "verband"}.get(size)
    return None if level is None else (code, level)


def areas(codes: pd.Series, names: pd.Series, reported: BoolArray, *, gemeinde_table: bool) -> pd.DataFrame:
    """Area key and level of each row of a table, with extra rows for cities that belong to two levels.

    Hamburg and Berlin, printed as Land, are a Kreis as well. In a table of Gemeinden a kreisfreie Stadt that is only
    printed as Kreis is a Gemeinde as well (key + ``000``), if the table has no Gemeinde of that Kreis and the row is
    no Landkreis; former Kreise that have only signs are left as they are.

    ``codes`` and ``names`` have one entry per row, ``reported`` says whether the row has any number. Returns the
    columns position (row number, ascending), area_key and level (both missing for an unknown key).
    """
    known = {code: plain(code) for code in codes.unique()}
    key = codes.map({code: found[0] for code, found in known.items() if found})
    level = codes.map({code: found[1] for code, found in known.items() if found})
    position = np.arange(len(codes))
    base = pd.DataFrame({"position": position, "area_key": key.to_numpy(), "level": level.to_numpy()})

    present = set(base["area_key"].dropna())
    kreis_of_land = base["area_key"].map(CITY_STATES).where(base["level"] == "land")
    as_kreis = base.assign(area_key=kreis_of_land, level="kreis")[kreis_of_land.notna() & ~kreis_of_land.isin(present)]
    parts = [base, as_kreis]
    if gemeinde_table:
        kreise = pd.concat([base[base["level"] == "kreis"], as_kreis])
        parts.append(_as_gemeinde(kreise, names, reported, base))
    if all(part.empty for part in parts[1:]):
        return base
    return pd.concat(parts).sort_values("position", kind="stable", ignore_index=True)


def is_gemeinde_table(codes: pd.Series) -> bool:
    """Whether any row is a Gemeinde other than the three cities that are in tables of Kreise too."""
    found = (plain(code) for code in codes.unique() if code not in CITIES_IN_KREIS_TABLES)
    return any(area is not None and area[1] == "gemeinde" for area in found)


def drop_empty_duplicates(frame: pd.DataFrame, identity: list[str], file: str) -> pd.DataFrame:
    """One row per plain key: a Gemeinde that changed its Verband is published under two keys.

    In every year one of the two has only a sign (it did not exist then, or is secret); that row is dropped.
    ``identity`` names the columns that identify a figure along with area_key and level. Raises SourceError if both keys
    have figures, and not the same.
    """
    identity = ["area_key", "level", *identity]
    published = frame[["area_key", "level", "key_published"]].drop_duplicates()
    twice = published[published.duplicated(["area_key", "level"], keep=False)]
    if twice.empty:
        return frame
    repeated = frame[
        frame["key_published"].isin(set(twice["key_published"])) & frame["area_key"].isin(set(twice["area_key"]))
    ]
    existing = repeated[repeated["value"].notna()].drop_duplicates([*identity, "value"])
    for row in existing[existing.duplicated(identity)][:1].itertuples():
        problem = f"für {quote(row.name)} ({row.area_key}) stehen unter mehreren Schlüsseln Zahlen für {row.year}"
        where = f"Schlüssel {row.key_published}"
        raise SourceError(file, problem, where=where, expected="Zahlen unter nur einem der Schlüssel")
    # a number before a sign, and a sign that says something before „-“
    weight = repeated["value"].isna().astype(int) + (repeated["status"] == "none")
    kept = repeated.loc[weight.sort_values(kind="stable").index].drop_duplicates(identity)
    return frame.drop(repeated.index.difference(kept.index)).reset_index(drop=True)


def _as_gemeinde(kreise: pd.DataFrame, names: pd.Series, reported: BoolArray, base: pd.DataFrame) -> pd.DataFrame:
    """The rows of ``kreise`` that are a Gemeinde as well, with its key and level."""
    position = kreise["position"].to_numpy()
    gemeinden = base.loc[base["level"] == "gemeinde", "area_key"]
    has_gemeinden = kreise["area_key"].isin(set(gemeinden.str[:5]))
    landkreis = np.array([bool(_LANDKREIS.search(name)) for name in names.iloc[position]], dtype=bool)
    ever_reported = kreise["area_key"].isin(set(kreise.loc[reported[position], "area_key"]))
    chosen = kreise[~has_gemeinden & ~landkreis & ever_reported]
    return chosen.assign(area_key=chosen["area_key"] + "000", level="gemeinde")
