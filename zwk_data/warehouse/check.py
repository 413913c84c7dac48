"""Compare the warehouse with the published national totals."""

from __future__ import annotations

import pandas as pd

from zwk_data.warehouse.connection import read

#: Bevölkerung am 31.12., Statistisches Bundesamt; 1995-2015 also printed in the row Deutschland of 12411-01-01-4,
#: 2016-2020 in 12411-0001, 2021-2023 in the Gemeindeverzeichnis, 2024 in 12411-01-01-4 (base: Zensus 2022)
POPULATION = {
    1995: 81817499, 1996: 82012162, 1997: 82057379, 1998: 82037011, 1999: 82163475, 2000: 82259540, 2001: 82440309,
    2002: 82536680, 2003: 82531671, 2004: 82500849, 2005: 82437995, 2006: 82314906, 2007: 82217837, 2008: 82002356,
    2009: 81802257, 2010: 81751602, 2011: 80327900, 2012: 80523746, 2013: 80767463, 2014: 81197537, 2015: 82175684,
    2016: 82521653, 2017: 82792351, 2018: 83019213, 2019: 83166711, 2020: 83155031, 2021: 83237124, 2022: 84358845,
    2023: 84669326, 2024: 83577140,
}  # fmt: skip
#: years in which the Gemeinde figures are complete
GEMEINDE_YEARS = (*range(2009, 2016), 2017, 2018, 2021, 2022, 2023)


def check() -> pd.DataFrame:
    """One row per check: what, year, expected, found, ok.

    Kreis, Land and Bund sums in every year 1995-2024, Gemeinde sums in the years with complete figures, the same on
    today's territory (converted sums may differ by less than one person through rounding of shares), and that no
    key stands twice.
    """
    rows = []
    for table, levels in (("observation", ("bund", "land", "kreis", "gemeinde")), ("observation_today", ("kreis",))):
        sums = read(
            f"SELECT level, year, sum(value) AS found FROM {table} WHERE indicator_id = 'population' "
            "AND sex = 'total' AND age_group = 'total' GROUP BY ALL"
        ).set_index(["level", "year"])["found"]
        for level in levels:
            for year, expected in POPULATION.items():
                if level == "gemeinde" and year not in GEMEINDE_YEARS:
                    continue
                found = sums.get((level, year), float("nan"))
                rows.append((f"{table}: Summe {level}", year, expected, found, abs(found - expected) < 1))
        double = read(
            f"SELECT count(*) - count(DISTINCT (area_key, level, indicator_id, year, sex, age_group)) AS n FROM {table}"
        )["n"].iloc[0]
        rows.append((f"{table}: doppelte Schlüssel", 0, 0, float(double), double == 0))
    return pd.DataFrame(rows, columns=["check", "year", "expected", "found", "ok"])
