"""Published rates of INKAR, the RKI and the Deutschlandatlas: which indicators, levels, years, and areas of today.

Rates can't be moved to another territory. So of a sheet of the Deutschlandatlas on an older or newer territory only the
areas that are the same on 31.12.2023 are taken; Kreise are, but for a few people (see ``today.sql``).
"""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd

from zwk_data.sources.deutschlandatlas import UNKNOWN_DIGIT
from zwk_data.warehouse.collect.lineage import TODAY
from zwk_data.warehouse.collect.observations import COLUMNS, WHOLE, everybody
from zwk_data.warehouse.indicator_catalogue import MEANS_OF_VERBAENDE, catalogue

#: Kreise, Länder and Bund have all years from here, Gemeinden and Verbände the newest one: that is what pages compare
FIRST_YEAR = 2015
#: what says nothing about a single Gemeinde or Verband, as few have one
FOR_KREISE = ("paediatricians",)
#: printed per 10,000 people, shown per 100,000 as the Deutschlandatlas does
FACTORS = {"gps_per_100000": 10}
#: the boundaries of Kreise on which rates stand, and the two Kreise that differed before
KREISE_OF, NOT_THE_SAME = 2021, ("16056", "16063")
#: code -> year of its figures in an edition whose heads name none (12.12.2024): these equal INKAR's of 2022 for every
#: Kreis (65 and over, foreigners) or add up to 100 with them
YEARS_WITHOUT_HEAD = {"bev_u18": 2022, "bev_18_65": 2022, "bev_ue65": 2022, "bev_ausl": 2022}
#: code -> year, where the head is wrong: the edition of 22.04.2026 calls the balances of migration those of 2024, but
#: prints the same figures for every Kreis as the one of 12.12.2024. Weighted by people, 173 per 10,000 came from
#: abroad: the 1.46 million of 2022, not the 0.43 million of 2024.
YEARS_CORRECTED = {"bev_binw": 2022, "bev_ausw": 2022}


def of_inkar(frame: pd.DataFrame, source_id: str) -> pd.DataFrame:
    """The rows of the indicators that the catalogue takes from INKAR or GISD (``inkar: q_pfl``), all areas.

    ``frame``: columns of ``sources.inkar.read_tables``.
    """
    found = frame.assign(indicator_id=frame["code"].map(catalogue().taken_from("inkar", "gisd")))
    found = found.dropna(subset="indicator_id")
    small = found["level"].isin(["gemeinde", "verband"])
    newest = found["year"].eq(found.groupby(["indicator_id", "level"])["year"].transform("max"))
    older = ~small & found["territory"].lt(KREISE_OF)
    kept = newest | (~small & found["year"].ge(FIRST_YEAR))
    kept &= ~(small & found["indicator_id"].isin(FOR_KREISE))
    kept &= ~(older & found["area_key"].isin(NOT_THE_SAME))
    found = found.assign(territory=found["territory"].mask(older, KREISE_OF))[kept]
    value = (found["value"] * found["indicator_id"].map(FACTORS).fillna(1)).round(6)
    found = found.assign(value=value, sex="total", age_group="total", source_id=source_id)
    return found[COLUMNS].reset_index(drop=True)


def of_kreise(found: pd.DataFrame, gemeinden: pd.DataFrame, verband_of: pd.Series) -> pd.DataFrame:
    """Kreis rows of MEANS_OF_VERBAENDE from the Verband rows in ``found``; status ``computed`` where there are several.

    ``gemeinden``: observation rows with their people; ``verband_of``: the Verband of each Gemeinde, on the territory of
    the rows. A Kreis with people in a Verband without a figure has none.
    """
    ours = found[found["indicator_id"].isin(MEANS_OF_VERBAENDE) & found["level"].eq("verband")]
    people = everybody(gemeinden).assign(verband=lambda frame: frame["area_key"].map(verband_of))
    people = people.groupby(["verband", "year"])["value"].sum().rename("people").reset_index()
    people = people[people["people"].gt(0) & people["year"].isin(ours["year"])]
    both = people.merge(ours, how="left", left_on=["verband", "year"], right_on=["area_key", "year"])
    both = both.assign(area_key=both["verband"].str[:5], product=both["people"] * both["value"])
    sums = both.groupby(["area_key", "year"]).agg(
        known=("value", lambda values: values.notna().all()),
        parts=("value", "size"),
        product=("product", "sum"),
        people=("people", "sum"),
        indicator_id=("indicator_id", "first"),
        territory=("territory", "first"),
        source_id=("source_id", "first"),
    )
    sums = sums[sums["known"]].reset_index().astype({"year": "int64", "territory": "int64"})
    about = {"level": "kreis", "sex": "total", "age_group": "total"}
    status = sums["parts"].gt(1).map({True: "computed", False: "reported"})
    return sums.assign(value=(sums["product"] / sums["people"]).round(2), status=status, **about)[COLUMNS]


def of_atlas(frame: pd.DataFrame, source_id: str) -> pd.DataFrame:
    """The rows of the indicators that the catalogue takes from here (``deutschlandatlas: p_apo``), all areas.

    ``frame``: columns of ``sources.deutschlandatlas.read``. The territory is that of the sheet.
    """
    wanted = catalogue().taken_from("deutschlandatlas")
    year = frame["code"].map(YEARS_CORRECTED).where(frame["year"].notna(), frame["code"].map(YEARS_WITHOUT_HEAD))
    year = year.astype("Int64").fillna(frame["year"])
    # a few cells carry the noise of a computation: 66.39999999999999
    found = frame.assign(year=year, indicator_id=frame["code"].map(wanted), value=frame["value"].round(6))
    found = found.dropna(subset=["year", "indicator_id"]).assign(sex="total", age_group="total", source_id=source_id)
    return found.astype({"year": "int64"})[COLUMNS].reset_index(drop=True)


def of_today(
    found: pd.DataFrame, of_gemeinden: pd.DataFrame, changes: pd.DataFrame, registers: list[pd.DataFrame]
) -> pd.DataFrame:
    """The rows of ``of_atlas`` whose area is the same on 31.12.2023, with the Verbände's keys of that day.

    ``of_gemeinden``: lineage of Gemeinden, ``changes``: rows of ``sources.area_changes.read``, ``registers``: frames
    of ``sources.gvisys.read``.
    """
    small = found["level"].isin(["gemeinde", "verband"])
    parts = [found[~small]]
    members = {year: frame for year, frame in _members_by_year(registers).items() if year <= TODAY}
    for (level, territory), part in found[small].groupby(["level", "territory"]):
        year = int(str(territory))
        if level == "gemeinde":
            parts.append(part[part["area_key"].isin(_same_gemeinden(of_gemeinden, changes, year))])
        else:
            before = max((one for one in members if one <= year), default=min(members))
            part = part.assign(area_key=_whole_keys(part["area_key"], members[before]["verband_key"]))
            same = _same_verbaende(of_gemeinden, members[before], members[max(members)], before)
            parts.append(part[part["area_key"].isin(same)])
    return pd.concat(parts, ignore_index=True)


def verband_of(registers: list[pd.DataFrame], year: int, known: Collection[str]) -> pd.Series:
    """The Verband of each Gemeinde by its key, in the register next to ``year``.

    ``known``: the Verbände of that year; where that of the register is none of them, another register's is taken.
    """
    found = _members_by_year(registers)
    order = sorted(found, key=lambda one: (abs(one - year), -one))
    every = pd.concat([found[one] for one in order], ignore_index=True)
    together = pd.concat([every[every["verband_key"].isin(known)], every]).drop_duplicates("area_key")
    return together.set_index("area_key")["verband_key"]


def _same_gemeinden(of_gemeinden: pd.DataFrame, changes: pd.DataFrame, year: int) -> set[str]:
    """Keys of Gemeinden that had the same territory at the end of ``year`` and on 31.12.2023."""
    if year >= TODAY:
        crossed = changes["unit"].eq("Gemeinde") & changes["statistical_date"].dt.year.between(TODAY + 1, year)
        later = changes[crossed & changes["population"].gt(0) & changes["from_ags"].ne(changes["to_ags"])]
        return set(of_gemeinden["key_to"]) - set(later["from_ags"]) - set(later["to_ags"])
    parts = of_gemeinden[of_gemeinden["year"].eq(year) & of_gemeinden["share"].gt(1 - WHOLE)]
    alone = ~parts["key_to"].duplicated(keep=False) & parts["share"].gt(WHOLE)
    return set(parts.loc[alone & parts["key_from"].eq(parts["key_to"]), "key_to"])


def _members_by_year(registers: list[pd.DataFrame]) -> dict[int, pd.DataFrame]:
    """area_key and verband_key of the Gemeinden of each register that names Verbände, by the year of its territory."""
    found = {}
    for frame in registers:
        if "verband_key" in frame:
            members = frame.loc[frame["level"].eq("gemeinde"), ["area_key", "verband_key"]].dropna()
            found[int(frame["territory_date"].dt.year.max())] = members
    return {year: members for year, members in found.items() if len(members)}


def _whole_keys(printed: pd.Series, known: pd.Series) -> pd.Series:
    """The keys with their unknown digit filled in, missing where no Verband of the time or several have such a key."""
    several = known[known.str[5] == "5"].drop_duplicates()
    short = several.str[:6] + UNKNOWN_DIGIT + several.str[7:]
    full = several[~short.duplicated(keep=False)].set_axis(short[~short.duplicated(keep=False)])
    return printed.where(~printed.str.contains(UNKNOWN_DIGIT, regex=False), printed.map(full))


def _same_verbaende(of_gemeinden: pd.DataFrame, before: pd.DataFrame, today: pd.DataFrame, year: int) -> set[str]:
    """Keys of Verbände that consist of the same Gemeinden of today in the register of ``year`` and that of 2023."""
    if year == TODAY:
        return set(today["verband_key"])
    lineage = of_gemeinden[of_gemeinden["year"].eq(year) & of_gemeinden["share"].gt(1 - WHOLE)]
    then = before.merge(lineage, left_on="area_key", right_on="key_from", how="left")
    pairs = then[["verband_key", "key_to"]].drop_duplicates()
    shared = pairs["key_to"].isna() | pairs["key_to"].duplicated(keep=False)
    was = pairs.groupby("verband_key")["key_to"].agg(frozenset)
    now = today.groupby("verband_key")["area_key"].agg(frozenset)
    both = pd.concat([was, now], axis=1, keys=["was", "now"], join="inner")
    return set(both.index[both["was"] == both["now"]]) - set(pairs.loc[shared, "verband_key"])
