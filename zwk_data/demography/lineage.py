"""The table ``lineage``, one area of today at a time: which units went into it, under which keys, until when.

Rows as in the table: level, key_from, name_from (may be missing), key_to, name_to, share, first_year, last_year.
"""

from __future__ import annotations

import re

import pandas as pd

COLUMNS = ["year", "level", "key_to", "name_to", "key_from", "name_from", "share"]
#: less than this share of a unit's people is a shift of a border
NOTHING = 0.005


def bare(name: str) -> str:
    """``Geestland, Stadt`` -> ``Geestland``."""
    return name.partition(",")[0].strip()


def base(name: str) -> str:
    """What two spellings of one name have in common: ``Roßlau/Elbe, Stadt`` and ``Roßlau (Elbe)`` -> ``roßlau``."""
    short = re.split(r"[,/(]| im | i\. | b\. | a\. |-Stadt", bare(name))[0]
    return re.sub(r"[^a-zäöüß]", "", short.lower())


def named(part: pd.DataFrame) -> pd.DataFrame:
    """The units behind one area of today, with names for keys that stood only between two registers where they follow.

    Such a key is the unit that ended the year before (or begins the year after) under the same last digits, or the
    only one that ended while only one key began. What stays unnamed is a step on the way: it is left out.
    Adds the column line: units of one name are one line, whatever their keys.
    """
    part = part.reset_index(drop=True)
    # the key of today may have been another unit's in earlier years
    itself = (part["key_from"] == part["key_to"]) & (part["last_year"] == part["last_year"].max())
    part.loc[(part["key_from"] == part["key_to"]) & ~itself, "name_from"] = None
    known = part[part["name_from"].notna()]
    blank = part[part["name_from"].isna()]
    found = part["name_from"].copy()
    for at, key, first, last in zip(
        blank.index, blank["key_from"], blank["first_year"], blank["last_year"], strict=True
    ):
        near = known[(known["last_year"] == first - 1) | (known["first_year"] == last + 1)]
        same = near[near["key_from"].str[3:] == key[3:]]
        same = same if len(same) else near[near["key_from"].str[-3:] == key[-3:]]
        if len(set(same["name_from"].map(base))) != 1:
            over = known[known["last_year"] == first - 1]
            goes_on = set(known.loc[known["last_year"] >= first, "name_from"].map(base))
            same = over[~over["name_from"].map(base).isin(goes_on)]
            if len(same) != 1 or (blank["first_year"] == first).sum() != 1:
                continue
        found.loc[at] = same["name_from"].iloc[0]
    own = base(str(part["name_to"].iloc[0]))
    line = found.map(base, na_action="ignore")
    line[itself] = own
    # a step right before the area itself is the area: Helbedündorf of 1993, renumbered in 1994
    while True:
        begin = part.loc[line == own, "first_year"].min()
        step = line.isna() & (part["last_year"] == begin - 1)
        if not step.any():
            break
        line[step] = own
    return part.assign(name_from=found.fillna(part["name_to"]), line=line)[line.notna()]


def ended(part: pd.DataFrame) -> pd.DataFrame:
    """The lines of ``named`` that ended: one row each, columns as in ``COLUMNS``."""
    own = base(str(part["name_to"].iloc[0]))
    last = part.sort_values("last_year").groupby("line", as_index=False).last()
    gone = last[(last["line"] != own) & (last["last_year"] < part["last_year"].max()) & (last["share"] >= NOTHING)]
    return gone.assign(
        year=gone["last_year"] + 1, name_from=gone["name_from"].map(bare), name_to=gone["name_to"].map(bare)
    )[COLUMNS]


def formed(part: pd.DataFrame) -> int:
    """The year in which the area of today was formed; 1990 if it is as old as the figures."""
    own = base(str(part["name_to"].iloc[0]))
    return int(part.loc[part["line"] == own, "first_year"].min())


def by_year(gone: pd.DataFrame) -> list[tuple[int, pd.DataFrame]]:
    """The rows of ``ended`` year by year."""
    return [(int(year), gone[gone["year"] == year]) for year in sorted(set(gone["year"]))]
