"""Compare the warehouse with what is published, and with itself."""

from __future__ import annotations

from typing import Any

import pandas as pd

from zwk_data.stores.connection import read
from zwk_data.warehouse.build import CENSUS_RESTARTS, GEMEINDE_YEARS, REGISTER_YEARS

#: Bevölkerung am 31.12., Statistisches Bundesamt; 1995-2015 also printed in the row Deutschland of 12411-01-01-4,
#: 2016-2020 in 12411-0001, 2021-2023 in the Gemeindeverzeichnis, 2024 in 12411-01-01-4 (base: Zensus 2022)
POPULATION = {
    1995: 81817499,
    1996: 82012162,
    1997: 82057379,
    1998: 82037011,
    1999: 82163475,
    2000: 82259540,
    2001: 82440309,
    2002: 82536680,
    2003: 82531671,
    2004: 82500849,
    2005: 82437995,
    2006: 82314906,
    2007: 82217837,
    2008: 82002356,
    2009: 81802257,
    2010: 81751602,
    2011: 80327900,
    2012: 80523746,
    2013: 80767463,
    2014: 81197537,
    2015: 82175684,
    2016: 82521653,
    2017: 82792351,
    2018: 83019213,
    2019: 83166711,
    2020: 83155031,
    2021: 83237124,
    2022: 84358845,
    2023: 84669326,
    2024: 83577140,
}
#: share by which a Kreis may differ from the sum of its Gemeinden, and by which it may grow or shrink within a year
PARTS_TOLERANCE, LARGEST_STEP = 0.001, 0.03
_REASONS = {
    "people moved from the city to its surroundings": (
        *(("13004", 1995), ("13004", 1996), ("13004", 1997), ("13003", 1997), ("12052", 1999)),
    ),
    "people moved to the surroundings of Berlin and Potsdam": (
        *(("12060", 1997), ("12069", 1997), ("12065", 1998), ("12069", 1998)),
    ),
    "people came from the former Soviet Union": (("03453", 1995),),
    "published so for a city whose territory did not change": (("05314", 1996), ("07315", 2005), ("07211", 2006)),
    "people came in flight from war": (
        *(("03404", 2015), ("04012", 2015), ("07211", 2015), ("13004", 2015)),
        *(("09461", 2016), ("09261", 2022), ("09464", 2022)),
    ),
    "people left the reception centre": (("07211", 2016), ("16054", 2016)),
}
#: (Kreis, year) of larger steps, each with its reason
KNOWN_STEPS = {step: reason for reason, steps in _REASONS.items() for step in steps}


def check() -> pd.DataFrame:
    """One row per check: what (German), year, expected, found, ok.

    Sums of Bund, Länder and Kreise in every year 1995-2024 and of Gemeinden in years with complete figures against the
    published total, on the published and on today's territory (converted sums may differ by less than one person
    through rounding of shares); Kreise against their Gemeinden; steps of a Kreis from year to year; unique keys.
    """
    rows = []
    for table, levels in (("observation", ("bund", "land", "kreis", "gemeinde")), ("observation_today", ("kreis",))):
        rows += [*_sums(table, levels), *_parts(table), _duplicates(table)]
    rows += _steps()
    return pd.DataFrame(rows, columns=["check", "year", "expected", "found", "ok"])


#: what, year, expected, found, ok
Row = tuple[Any, ...]


def _sums(table: str, levels: tuple[str, ...]) -> list[Row]:
    sums = read(
        f"SELECT level, year, sum(value) AS found FROM {table} WHERE indicator_id = 'population' "
        "AND sex = 'total' AND age_group = 'total' GROUP BY ALL"
    ).set_index(["level", "year"])["found"]
    rows: list[Row] = []
    for level in levels:
        for year, expected in POPULATION.items():
            if level == "gemeinde" and year not in GEMEINDE_YEARS:
                continue
            found = float(sums.get((level, year), float("nan")))
            rows.append((f"{table}: Summe {level}", year, expected, found, abs(found - expected) < 1))
    return rows


def _parts(table: str) -> list[Row]:
    """How many Kreise differ from their Gemeinden in each year with complete figures of these.

    ``observation`` leaves out Kreise that are printed on a territory later than the year's.
    """
    frame = read(
        f"""WITH gemeinden AS (
                SELECT area_key[1:5] AS area_key, year, sum(value) AS parts FROM {table}
                WHERE level = 'gemeinde' AND indicator_id = 'population' AND sex = 'total' AND age_group = 'total'
                GROUP BY ALL)
            SELECT year, count(*) FILTER (WHERE abs(value - parts) > ? * parts) AS wrong
            FROM {table} JOIN gemeinden USING (area_key, year)
            WHERE level = 'kreis' AND indicator_id = 'population' AND sex = 'total' AND age_group = 'total'
              AND list_contains(?, year) AND (territory <= year + 1 OR '{table}' = 'observation_today')
            GROUP BY year ORDER BY year""",
        [PARTS_TOLERANCE, [*REGISTER_YEARS, *GEMEINDE_YEARS]],
    )
    what = f"{table}: Kreise, die von ihren Gemeinden abweichen"
    return [(what, year, 0, wrong, wrong == 0) for year, wrong in frame.to_numpy().tolist()]


def _steps() -> list[Row]:
    """Steps of a Kreis without a known reason; a single row that says so if there are none."""
    frame = read(
        """WITH steps AS (
               SELECT area_key, year, value, lag(value) OVER w AS before, lag(year) OVER w AS year_before
               FROM observation_today WHERE level = 'kreis' AND indicator_id = 'population' AND sex = 'total'
                AND age_group = 'total' WINDOW w AS (PARTITION BY area_key ORDER BY year))
           SELECT area_key, year, value, before FROM steps
           WHERE year_before = year - 1 AND abs(value / before - 1) > ? AND NOT list_contains(?, year)
           ORDER BY ALL""",
        [LARGEST_STEP, list(CENSUS_RESTARTS)],
    )
    rows: list[Row] = [
        (f"Sprung der Bevölkerung im Kreis {kreis}", year, before, value, False)
        for kreis, year, value, before in frame.to_numpy().tolist()
        if (kreis, year) not in KNOWN_STEPS
    ]
    return rows or [("Sprünge der Bevölkerung eines Kreises ohne bekannten Grund", 0, 0, 0, True)]


def _duplicates(table: str) -> Row:
    # a hash of 64 bits takes half the time; the odds that two of some million keys share one are one in millions
    key = "hash(area_key, level, indicator_id, year, sex, age_group)"
    found = read(f"SELECT count(*) - count(DISTINCT {key}) AS n FROM {table}")["n"].iloc[0]
    return f"{table}: doppelte Schlüssel", 0, 0, float(found), bool(found == 0)
