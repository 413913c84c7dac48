"""What official tables print, as our codes: labels of sex, age and nationality, points in time, numbers and signs; and
regional keys as plain area keys, as Gemeinde tables of the Regionaldatenbank do not print plain AGS.

Age codes: ``total``, a single year ``7``, a class ``3-5`` (both ends included), an open class ``75+``.

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
from zwk_data.sources.open_files import quote

TOTALS = ("insgesamt", "zusammen", "gesamt")
SEXES = {"männlich": "male", "weiblich": "female", "männer": "male", "frauen": "female"}
NATIONALITIES = {
    "deutsche": "german",
    "deutsche(r)": "german",
    "deutsche / deutscher": "german",
    "ausländer(innen)": "foreign",
    "ausländer": "foreign",
    "ausländer/-innen": "foreign",
    "ausländer/innen": "foreign",
    "ausländerinnen und ausländer": "foreign",
    "ausländer/in": "foreign",
}

_UNDER = re.compile(r"unter (\d{1,3}) jahr(?:en?)?")
_UP_TO = re.compile(r"(\d{1,3}) bis (unter )?(\d{1,3}) jahr(?:en?)?")
_OPEN = re.compile(r"(\d{1,3})(?: jahren?)? (?:und|u\.) ?(?:mehr|älter|m\.|ä\.)(?: jahre)?")
_SINGLE = re.compile(r"(\d{1,3})(?: jahre?|-jährige)")


def age_code(label: str) -> str | None:
    """The code of an age label, None if the label is no age.

    >>> [age_code(text) for text in ("3 bis unter 6 Jahre", "unter 1 Jahr", "75 Jahre und mehr", "Insgesamt", "Köln")]
    ['3-5', '0', '75+', 'total', None]
    """
    text = _normalised(label)
    if text in TOTALS:
        return "total"
    if found := _OPEN.fullmatch(text):
        return f"{int(found[1])}+"
    low = high = 0
    if found := _UNDER.fullmatch(text):
        high = int(found[1]) - 1
    elif found := _UP_TO.fullmatch(text):
        low, high = int(found[1]), int(found[3]) - bool(found[2])
    elif found := _SINGLE.fullmatch(text):
        low = high = int(found[1])
    if found is None or high < low:
        return None
    return str(low) if low == high else f"{low}-{high}"


def sex_code(label: str) -> str | None:
    """``total``, ``male`` or ``female``, None if the label is no sex.

    >>> sex_code("weiblich"), sex_code("Insgesamt"), sex_code("ledig")
    ('female', 'total', None)
    """
    text = _normalised(label)
    return "total" if text in TOTALS else SEXES.get(text)


def nationality_code(label: str) -> str | None:
    """``total``, ``german`` or ``foreign``, None if the label is no nationality.

    >>> nationality_code("Ausländer(innen)"), nationality_code("Deutschland")
    ('foreign', None)
    """
    text = _normalised(label)
    return "total" if text in TOTALS else NATIONALITIES.get(text)


def _normalised(label: str) -> str:
    return " ".join(label.split()).lower()


def join_labels(left: pd.Series, right: pd.Series) -> pd.Series:
    """Two series of labels joined by `` / `` wherever neither is empty."""
    glue = pd.Series(" / ", index=left.index, dtype="str").where((left != "") & (right != ""), "")
    return left + glue + right


#: sign -> status. ``-`` means "nothing" *or* "the unit did not exist": the value stays missing with the status
#: ``none``, so that no zero is added that nobody published.
SIGNS = {
    "-": "none",
    "–": "none",
    ".": "secret",
    "•": "secret",
    "/": "unreliable",
    "x": "not_applicable",
    "X": "not_applicable",
    "...": "pending",
    "…": "pending",
}
STATUSES = ("reported", "none", "secret", "unreliable", "not_applicable", "pending", "rounded", "estimated", "computed")


def parse_figures(cells: pd.Series) -> tuple[pd.Series, pd.Series, pd.Series]:
    """Parse the figures and signs of text cells, with decimal comma and without thousands separator.

    Returns three series with the index of ``cells``: value (float64, NaN for a sign), status (str), and ``bad``
    (bool: neither a number nor a sign; an empty cell is bad too).
    """
    text = cells.astype("str").str.strip()
    status = text.map(SIGNS).astype("object")
    is_number = text.str.fullmatch(r"[+-]?\d+(?:,\d+)?")
    value = pd.to_numeric(text.where(is_number).str.replace(",", ".", regex=False), errors="coerce").astype(np.float64)
    status = status.where(~is_number, "reported")
    bad = status.isna()
    return value, status.fillna("bad").astype("str"), bad


_DAY = re.compile(r"(\d{2})\.(\d{2})\.(\d{4})")
_YEAR = re.compile(r"(\d{4})")
_ISO_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_PERIOD = re.compile(r"(\d{4})(?:-(\d{2}))?(?:P(\d+)([MY]))?")


def parse_time(label: str) -> pd.Timestamp | None:
    """A date of a table: ``31.12.2015``, ``2015`` (a yearly sum, dated 31.12.), ISO ``2024-12-31``, ``2023-10P6M``.

    A period other than a year (``2023-10P6M``: six months from October 2023, the winter semester) gets the date of
    its first day, so that its year is the one it is named after. None for anything else.

    >>> parse_time("31.12.2015"), parse_time("2015"), parse_time("2023-10P6M")
    (Timestamp('2015-12-31 00:00:00'), Timestamp('2015-12-31 00:00:00'), Timestamp('2023-10-01 00:00:00'))
    """
    text = label.strip()
    if found := _DAY.fullmatch(text):
        return _stamp(int(found[3]), int(found[2]), int(found[1]))
    if found := _ISO_DAY.fullmatch(text):
        return _stamp(int(found[1]), int(found[2]), int(found[3]))
    if found := _YEAR.fullmatch(text):
        return _stamp(int(found[1]), 12, 31)
    if found := _PERIOD.fullmatch(text):
        if found[2] is None:
            return _stamp(int(found[1]), 12, 31) if (found[3], found[4]) in (("1", "Y"), ("12", "M")) else None
        return _stamp(int(found[1]), int(found[2]), 1)
    return None


def _stamp(year: int, month: int, day: int) -> pd.Timestamp | None:
    # four digits may also be a key or a figure
    if not 1800 <= year <= 2199:
        return None
    try:
        return pd.Timestamp(year=year, month=month, day=day)
    except ValueError:
        return None


BoolArray = npt.NDArray[np.bool_]

LEVELS = ("bund", "land", "regierungsbezirk", "region", "kreis", "verband", "gemeinde", "bezirk")
#: formerly kreisfreie cities that are published even in tables of Kreise, where they get the level ``gemeinde``
CITIES_IN_KREIS_TABLES = ("03241001", "05334002", "10041100")
#: Länder that are one Kreis and one Gemeinde; many tables print only the Land
CITY_STATES = {"02": "02000", "11": "11000"}

_KEY = re.compile(r"(?:0[1-9]|1[0-6])\d{0,10}")
_REGIERUNGSBEZIRK = re.compile(r"0[5689]\d|14[123]")
_LANDKREIS = re.compile(r"(?:lkr|(?<!stadt)kreis|region|regionalverband|stadtverband)\b", re.IGNORECASE)


def plain_key(code: str) -> tuple[str, str] | None:
    """Area key and level of a published key, None if it is no regional key.

    >>> plain_key("0713100007"), plain_key("03151401"), plain_key("0713206"), plain_key("11001")
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
    known = {code: plain_key(code) for code in codes.unique()}
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
    found = (plain_key(code) for code in codes.unique() if code not in CITIES_IN_KREIS_TABLES)
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
