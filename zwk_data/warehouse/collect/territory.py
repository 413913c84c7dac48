"""On which territory a figure stands: which Kreise existed in a year, which tables were calculated back; and published
rates of INKAR, the RKI and the Deutschlandatlas, which can't be moved to another territory: which indicators, levels,
years.

Tables print former and present Kreise side by side, so which of them existed in a year has to be known; and some print
a year on the territory of a later one without saying so. Of a sheet of the Deutschlandatlas on an older or newer
territory only the areas that are the same on 31.12.2023 are taken; Kreise are, but for a few people (see
``today.sql``).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

import pandas as pd

from zwk_data.sources.deutschlandatlas import UNKNOWN_DIGIT
from zwk_data.sources.printed_codes import CITY_STATES
from zwk_data.warehouse.collect.lineage import TODAY, Gemeinden
from zwk_data.warehouse.collect.observations import COLUMNS, WHOLE, everybody
from zwk_data.warehouse.indicator_catalogue import MEANS_OF_VERBAENDE, catalogue


def kreise_of_year(keys: pd.DataFrame, year: int) -> set[str]:
    """The Kreise (5 digits) of the territorial state of ``year``, from the BBSR keys 1990 to 2020.

    Three corrections, each checked against the published national totals of 1995 to 2015: Eisenach (16056) is
    kreisfrei from 1995, but from 1998 in the keys; Hannover is printed as the later Region (03241) even before 2001,
    never as city and Landkreis; from 2021 Eisenach belongs to the Wartburgkreis.
    """
    known = keys[keys["year_from"] == min(year, 2020)]
    codes = set(known["key_from"])
    if year >= 1995:
        codes.add("16056")
    if 1995 <= year <= 2000:
        codes = (codes - {"03201", "03253"}) | {"03241"}
    if year >= 2021:
        codes.discard("16056")
    return codes


def as_of_their_year(rows: pd.DataFrame, keys: pd.DataFrame) -> pd.DataFrame:
    """The Kreis rows of units that existed in the year, each once.

    ``rows``: observation rows of all levels. Aachen until 2008 is printed as 05334002 and gets its key of the time,
    05313; the other cities printed among Kreise (03241001, 05334002 later, 10041100) are part of a Kreis that is
    counted. Hamburg and Berlin get a Kreis row from their Land row where the table has none.
    """
    aachen = (rows["area_key"] == "05334002") & (rows["level"] == "gemeinde") & (rows["year"] <= 2008)
    rows = pd.concat([rows, rows[aachen].assign(area_key="05313", level="kreis")], ignore_index=True)
    cities = rows[(rows["level"] == "land") & rows["area_key"].isin(CITY_STATES)]
    cities = cities.assign(area_key=cities["area_key"].map(CITY_STATES), level="kreis")
    kreise = pd.concat([rows[rows["level"] == "kreis"], cities], ignore_index=True)
    codes = _kreise_by_year(keys, kreise["year"].unique())
    return kreise.merge(codes, on=["year", "area_key"]).drop_duplicates(
        ["area_key", "indicator_id", "year", "sex", "age_group"]
    )


def back_calculated(rows: pd.DataFrame, keys: pd.DataFrame) -> pd.DataFrame:
    """Published figures of today's Kreise for years before they existed, for ``observation_today``.

    Only where the publisher has all Kreise of the Land (Sachsen from 1995, Sachsen-Anhalt from 2000): mixed with
    estimated Kreise they would no longer add up to the Land.
    """
    today = kreise_of_year(keys, TODAY)
    kreise = rows[(rows["level"] == "kreis") & rows["area_key"].isin(today) & rows["value"].notna()]
    land = kreise["area_key"].str[:2]
    given = kreise.groupby([land, "indicator_id", "year", "sex", "age_group"])["area_key"].transform("nunique")
    complete = given == land.map(pd.Series(sorted(today)).str[:2].value_counts())
    then = pd.MultiIndex.from_frame(_kreise_by_year(keys, kreise["year"].unique()))
    before = ~pd.MultiIndex.from_frame(kreise[["year", "area_key"]]).isin(then)
    return kreise[before & complete].assign(territory=2015)


def _kreise_by_year(keys: pd.DataFrame, years: Iterable[int]) -> pd.DataFrame:
    """The Kreise that existed in each year: columns year, area_key."""
    pairs = [(int(year), code) for year in years for code in sorted(kreise_of_year(keys, int(year)))]
    return pd.DataFrame(pairs, columns=["year", "area_key"])


#: a Gemeinde with more people has births and deaths in every year (a chance of one in a thousand at ten per thousand)
MOST_PEOPLE_WITHOUT_EVENT = 700
#: by how many years the territory of a table may be later than its figures
LATER_YEARS = 12


def of_gemeinden(rows: pd.DataFrame, gemeinden: Gemeinden) -> tuple[pd.DataFrame, dict[tuple[str, str, int], int]]:
    """Gemeinde rows with the territory on which their table stands, and that territory by (source, Land, year).

    A table stands on the first year from its own whose Gemeinden are those it has figures of: Rheinland-Pfalz prints
    the people of 2011 to 2013 for the Gemeinden of 2014, Sachsen the births of 2012 for those of 2013. Only units
    that differ between the two get the later ``territory``; rows for units that it does not have are dropped.
    """
    ours = rows["territory"].eq(rows["year"]) & rows["year"].ge(gemeinden.first)
    land = rows["area_key"].str[:2]
    found: dict[tuple[str, str, int], int] = {}
    territory, drop = rows["territory"].copy(), pd.Series(False, index=rows.index)
    for key, part in rows[ours & rows["sex"].eq("total")].groupby(["source_id", land, "year"]):
        source, state, year = str(key[0]), str(key[1]), int(str(key[2]))
        printed = set(part.loc[part["value"].notna(), "area_key"])
        stands = gemeinden.closest(printed, state, year, range(year, min(year + LATER_YEARS, TODAY) + 1))
        found[source, state, year] = stands
        if stands > year:
            here = ours & land.eq(state) & rows["year"].eq(year)
            of_table = here & rows["source_id"].eq(source)
            territory[of_table & rows["area_key"].isin(gemeinden.changed(state, year, stands))] = stands
            # and a register of the year must not add units that the table counts within others
            same = here & rows["indicator_id"].isin(part["indicator_id"].unique())
            drop |= same & ~rows["area_key"].isin(gemeinden.of(state, stands))
    return rows.assign(territory=territory)[~drop].reset_index(drop=True), found


def without_empty_years(rows: pd.DataFrame) -> pd.DataFrame:
    """Drop a ``-`` of births or deaths where so many live that there must be some: the table counts them elsewhere."""
    people = everybody(rows)
    living = people.drop_duplicates(["area_key", "year"]).set_index(["area_key", "year"])["value"]
    here = living.reindex(pd.MultiIndex.from_frame(rows[["area_key", "year"]])).to_numpy()
    event = rows["indicator_id"].isin(["births", "deaths"]) & rows["status"].eq("none")
    return rows[~(event & (here > MOST_PEOPLE_WITHOUT_EVENT))].reset_index(drop=True)


#: (indicator, Land) -> the last year whose figures stand on the Kreise of their time, where no register tells: the
#: births of Brandenburg until 2002 fit the people of that time; by those of today's Kreise they would leap in 2003
#: (chi-square 13 and 58 over the five Kreise that differ by more than 1 %; of its deaths it is 26 and 8)
LAST_OF_THEIR_TIME = {("births", "12"): 2002}


def of_kreise(
    kreise: pd.DataFrame, rows: pd.DataFrame, found: dict[tuple[str, str, int], int], gemeinden: Gemeinden
) -> pd.DataFrame:
    """Kreis rows with the territory on which their table stands.

    ``rows``: Gemeinde rows, ``found``: their territories, both from :func:`of_gemeinden`. A Kreis table stands on
    today's Kreise if its figures are closer to the Gemeinden of the year added up to these than to the Kreise of their
    year. Years without a register are like the next one that has one, then like the one before.
    """
    kreise = kreise.reset_index(drop=True)
    land, territory = kreise["area_key"].str[:2], kreise["territory"].copy()
    of_their_year = kreise["territory"].eq(kreise["year"])
    for indicator in catalogue().marked("moved_by_people"):
        ours = of_their_year & kreise["indicator_id"].eq(indicator)
        printed = everybody(kreise[ours], indicator)
        parts = everybody(rows, indicator)
        sums = gemeinden.sums(parts.dropna(subset="value"))
        source = parts.assign(land=parts["area_key"].str[:2]).groupby(["land", "year"])["source_id"].first()
        for state, of_land in printed.groupby(printed["area_key"].str[:2]):
            fits = {
                year: _closer(of_year.set_index("area_key")["value"], sums.get(year))
                for year, of_year in ((int(str(key)), part) for key, part in of_land.groupby("year"))
            }
            for year in fits:
                if year <= LAST_OF_THEIR_TIME.get((indicator, str(state)), 0):
                    stands = year
                elif _like_neighbours(fits, year):
                    stands = TODAY
                else:
                    stands = found.get((str(source.get((state, year))), str(state), year), year)
                if stands > year:
                    other = kreise["area_key"].isin(gemeinden.kreise_changed(str(state), year, stands))
                    territory[ours & other & land.eq(state) & kreise["year"].eq(year)] = stands
    return kreise.assign(territory=territory)


def _closer(printed: pd.Series, sums: pd.DataFrame | None) -> bool | None:
    """Whether the printed Kreise are today's rather than those of their year; None without Gemeinden to compare with.

    Only Kreise that differ between the two are evidence; all must be Kreise of today.
    """
    if sums is None:
        return None
    both = sums.reindex(printed.index)
    tell = (both["then"] - both["today"]).abs() > 0.0005 * both["then"]
    then, today = (float((both[name] - printed)[tell].abs().sum()) for name in ("then", "today"))
    return bool(both["today"].notna().all()) and 2 * today < then


def _like_neighbours(fits: dict[int, bool | None], year: int) -> bool:
    """What holds for the year, else for the next year with a register, else for the one before."""
    known = [other for other in fits if fits[other] is not None]
    near = [year] if year in known else [*[o for o in known if o > year][:1], *[o for o in known if o < year][-1:]]
    return bool(near) and bool(fits[near[0]])


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


def rates_of_kreise(found: pd.DataFrame, gemeinden: pd.DataFrame, verband_of: pd.Series) -> pd.DataFrame:
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
