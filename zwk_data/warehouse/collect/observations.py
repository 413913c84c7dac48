"""Observation rows from the frames of the readers: indicator, level, territory, and what is left out and why."""

from __future__ import annotations

import pandas as pd

from zwk_data.sources import zensus
from zwk_data.warehouse.indicator_catalogue import catalogue

COLUMNS = ["area_key", "level", "indicator_id", "year", "sex", "age_group", "value", "status", "territory", "source_id"]
KEY = ["area_key", "level", "indicator_id", "year", "sex", "age_group"]
LEVELS = ("bund", "land", "kreis", "verband", "gemeinde")

#: a part with this share of an area's people counts as the whole area
WHOLE = 0.9999
#: the 17 age classes into which tables divide the population
AGE_CLASSES = (
    *("0-2", "3-5", "6-9", "10-14", "15-17", "18-19"),
    *(f"{age}-{age + 4}" for age in range(20, 65, 5)),
    *("65-74", "75+"),
)
#: (measure as printed, nationality) -> indicator
MEASURES = {
    ("Bevölkerungsstand", "total"): "population",
    ("Bevölkerungsstand", "foreign"): "population_foreign",
    ("Lebendgeborene", "total"): "births",
    ("Gestorbene", "total"): "deaths",
    ("Zuzüge über die Gemeindegrenzen", "total"): "moves_in",
    ("Fortzüge über die Gemeindegrenzen", "total"): "moves_out",
    ("Gebietsfläche", "total"): "area_km2",
    ("Personen", "total"): "census_population",
    ("Personen", "foreign"): "census_foreign",
    ("Personen mit Einwanderungsgeschichte", "total"): "census_migration",
    ("Haushalte", "total"): "households",
    ("Haushalte mit einer Person", "total"): "households_single",
    ("Haushalte nur aus Menschen ab 65 Jahren", "total"): "households_seniors",
    ("Gebäude mit Wohnraum", "total"): "buildings",
    ("Gebäude mit einer Wohnung", "total"): "buildings_one_dwelling",
    ("Gebäude, gebaut bis 1949", "total"): "buildings_until_1949",
    ("Gebäude, gebaut ab 2000", "total"): "buildings_since_2000",
    ("Erwerbspersonen", "total"): "census_labour_force",
    ("Erwerbslose", "total"): "census_unemployed",
    ("Personen ab 15 Jahren", "total"): "census_from_15",
    ("Personen mit Fachhochschul- oder Hochschulreife", "total"): "census_abitur",
    ("Personen ohne Schulabschluss", "total"): "census_no_school_degree",
    ("Personen ohne beruflichen Abschluss", "total"): "census_no_training",
}

CENSUS_AGES = ("total", *zensus.AGES)
#: units in which no indicator is kept
OTHER_UNITS = ("%", "Prozent", "Promille", "1000", "Tsd.", "ha", "qm", "Mio.")


def from_table(frame: pd.DataFrame, source_id: str) -> pd.DataFrame:
    """Observation rows of a GENESIS table or ffcsv frame (columns of ``sources.genesis.read``).

    Levels that are not shown (Regierungsbezirke, Bezirke of Berlin) and measures without an indicator (Germans by age:
    total minus foreign) are left out. The territory is that of the year.
    """
    indicator, keep = _shown(frame)
    rows = frame.loc[keep, [column for column in COLUMNS if column in frame]]
    rows = rows.assign(indicator_id=indicator[keep], territory=rows["year"], source_id=source_id)
    return rows[COLUMNS].reset_index(drop=True)


def holds_any(frame: pd.DataFrame) -> bool:
    """Whether :func:`from_table` would return any row."""
    return bool(_shown(frame)[1].any())


def has_all_of(more: pd.DataFrame, less: pd.DataFrame) -> bool:
    """Has a table every shown figure that another has? Both with the columns of ``sources.genesis.read``."""
    key = ["area_key", "level", "date", "sex", "age_group", "nationality", "measure"]
    mine, others = (pd.MultiIndex.from_frame(frame.loc[_shown(frame)[1], key]) for frame in (more, less))
    return bool(others.isin(mine).all())


def _shown(frame: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """The indicator of each row (missing if there is none) and which rows are shown."""
    measure, measures = pd.factorize(frame["measure"])
    nationality, nationalities = pd.factorize(frame["nationality"])
    known = pd.array([MEASURES.get((m, n)) for m in measures for n in nationalities], dtype="str")
    indicator = pd.Series(known.take(measure * len(nationalities) + nationality), index=frame.index)
    keep = indicator.notna() & frame["level"].isin(LEVELS) & (frame["category"] == "")
    # of the Zensus we keep the age groups that all of its areas have
    keep &= ~(indicator.eq("census_population") & ~frame["age_group"].isin(CENSUS_AGES))
    # a table may print the same as number and per cent
    keep &= ~frame["unit"].str.strip().isin(OTHER_UNITS)
    # Births by sex are one or two children in a village: a quarter of all rows, which neither pages nor rates use.
    small = frame["level"].isin(["gemeinde", "verband"])
    events = indicator.isin(["births", "deaths"]) & (frame["sex"] != "total")
    moves = indicator.isin(["moves_in", "moves_out"]) & (frame["sex"] != "total")
    keep &= ~(small & (events | (moves & (frame["age_group"] != "total"))))
    return indicator, keep


def from_register(frame: pd.DataFrame, source_id: str) -> pd.DataFrame:
    """Population and area rows of a Gemeindeverzeichnis (columns of ``sources.gvisys.read``), Gemeinden only."""
    rows = frame[frame["level"] == "gemeinde"].rename(
        columns={"population_total": "total", "population_male": "male", "population_female": "female"}
    )
    year = rows["population_date"].dt.year
    territory = rows["territory_date"].dt.year
    base = rows.assign(level="gemeinde", age_group="total", territory=territory, source_id=source_id, status="reported")
    population = base.assign(year=year, indicator_id="population").melt(
        id_vars=["area_key", "level", "indicator_id", "year", "age_group", "status", "territory", "source_id"],
        value_vars=["total", "male", "female"],
        var_name="sex",
        value_name="value",
    )
    # the area refers to the territorial state rather than the date of the population, but these are a night apart
    area = base.assign(year=year, indicator_id="area_km2", sex="total", value=base["area_km2"])
    return pd.concat([population[COLUMNS], area[COLUMNS]], ignore_index=True).dropna(subset="value")


def from_keys(frame: pd.DataFrame, year: int, source_id: str) -> pd.DataFrame:
    """The Gemeinde population in the BBSR keys (columns of ``sources.bbsr.read_gemeinden``)."""
    rows = frame[frame["year_from"] == year].drop_duplicates("key_from").dropna(subset="population_from")
    status = rows["population_rounded"].map({True: "rounded", False: "reported"})
    return pd.DataFrame(
        {
            "area_key": rows["key_from"],
            "level": "gemeinde",
            "indicator_id": "population",
            "year": year,
            "sex": "total",
            "age_group": "total",
            "value": rows["population_from"],
            "status": status,
            "territory": year,
            "source_id": source_id,
        }
    )[COLUMNS].reset_index(drop=True)


def from_inkar(frame: pd.DataFrame, source_id: str) -> pd.DataFrame:
    """The demographic shares of the INKAR panel (columns of ``sources.inkar.read``), on the boundaries of 2021."""
    rows = frame[frame["indicator"].isin(catalogue().marked("from_inkar"))].rename(
        columns={"indicator": "indicator_id"}
    )
    return rows.assign(sex="total", age_group="total", territory=2021, source_id=source_id)[COLUMNS]


#: the territory of :func:`from_density`, and the years for which nobody publishes the people of Gemeinden exactly
DENSITY_TERRITORY, YEARS_BY_DENSITY = 2022, (2016, 2019, 2020)


def from_density(frame: pd.DataFrame, source_id: str) -> pd.DataFrame:
    """People of Gemeinden that follow from INKAR's density (columns of ``sources.inkar.read_gemeinden``)."""
    rows = frame[frame["year"].isin(YEARS_BY_DENSITY)]
    rows = rows.assign(level="gemeinde", indicator_id="population", sex="total", age_group="total", status="computed")
    return rows.assign(territory=DENSITY_TERRITORY, source_id=source_id)[COLUMNS]


#: name in INKAR -> the count it stands for; published for Gemeinden, and added up for larger areas
INKAR_COUNTS = {"Erwerbsfähige Bevölkerung (15 bis unter 65 Jahre)": "population_15_64", "Arbeitslose": "unemployed"}


def from_inkar_counts(frame: pd.DataFrame, source_id: str, of_gemeinden: pd.DataFrame) -> pd.DataFrame:
    """The rows of INKAR_COUNTS (columns of ``sources.inkar.read_tables``), Gemeinden only.

    They stand on one territory in all years (see :func:`on_own_territory`).
    """
    rows = frame.assign(indicator_id=frame["code"].map(INKAR_COUNTS), sex="total", age_group="total")
    rows = on_own_territory(rows.assign(source_id=source_id), of_gemeinden)
    return rows.loc[rows["indicator_id"].notna() & rows["level"].eq("gemeinde"), COLUMNS].reset_index(drop=True)


def on_own_territory(rows: pd.DataFrame, of_gemeinden: pd.DataFrame) -> pd.DataFrame:
    """Gemeinde rows that stand on a later territory, with that of their year where the Gemeinde is the same since.

    Only then can they form rates with other figures of the year. ``of_gemeinden``: the lineage of the Gemeinden.
    """
    whole = of_gemeinden[of_gemeinden["share"].gt(WHOLE) & of_gemeinden["key_from"].eq(of_gemeinden["key_to"])]
    parts = of_gemeinden.groupby(["year", "key_to"]).size()
    alone = parts.reindex(pd.MultiIndex.from_frame(whole[["year", "key_to"]])).eq(1).to_numpy()
    same = pd.MultiIndex.from_frame(whole.loc[alone, ["year", "key_to"]])
    unchanged = pd.MultiIndex.from_frame(rows[["year", "area_key"]]).isin(same)
    return rows.assign(territory=rows["territory"].mask(unchanged, rows["year"]))


def everybody(rows: pd.DataFrame, indicator: str = "population") -> pd.DataFrame:
    """The rows of an indicator for both sexes and all ages together."""
    return rows[rows["indicator_id"].eq(indicator) & rows["sex"].eq("total") & rows["age_group"].eq("total")]


def existing_only(rows: pd.DataFrame) -> pd.DataFrame:
    """Drop the rows of units in years in which they did not exist.

    ``-`` means "nothing" or "did not exist": a unit did not exist where its total population of that year is ``-``
    too. Figures of tables without population (births) are matched against the population of the year.
    """
    population = everybody(rows)
    exists = population.loc[population["status"] != "none", ["area_key", "level", "year"]].drop_duplicates()
    known_years = population[["level", "year"]].drop_duplicates()
    rows = rows[COLUMNS].reset_index(drop=True)
    dashes = rows.loc[rows["status"] == "none", ["area_key", "level", "year"]].reset_index(names="row")
    dashes = dashes.merge(exists.assign(_exists=True), how="left", on=["area_key", "level", "year"])
    dashes = dashes.merge(known_years.assign(_known=True), how="left", on=["level", "year"])
    gone = dashes.loc[dashes["_known"].notna() & dashes["_exists"].isna(), "row"]
    return rows.drop(gone).reset_index(drop=True)


def with_own_kreis(gemeinde: pd.DataFrame, kreis: pd.DataFrame) -> pd.DataFrame:
    """Gemeinde rows in which a kreisfreie Stadt gets the figure of its Kreis where its own row has none published.

    Hamburg's deaths of 2013 are in the Kreis table but missing from the Gemeinde table, where ``-`` would mean that
    nobody died.
    """
    own = kreis[["area_key", "indicator_id", "year", "sex", "age_group", "value", "source_id"]]
    own = own.dropna(subset="value").assign(area_key=own["area_key"] + "000")
    own = own[own["value"] > 0].rename(columns={"value": "own", "source_id": "own_source"})
    rows = gemeinde[COLUMNS].reset_index(drop=True)
    dashes = rows.loc[
        rows["status"].isin(["none", "computed"]), ["area_key", "indicator_id", "year", "sex", "age_group"]
    ]
    filled = dashes.reset_index(names="row").merge(own, on=["area_key", "indicator_id", "year", "sex", "age_group"])
    rows.loc[filled["row"], "value"] = filled["own"].to_numpy()
    rows.loc[filled["row"], "status"] = "reported"
    rows.loc[filled["row"], "source_id"] = filled["own_source"].array
    return rows


def one_per_key(parts: list[pd.DataFrame]) -> pd.DataFrame:
    """The parts together; if two have the same key, the first one counts (parts are ordered by authority)."""
    rows = pd.concat(parts, ignore_index=True) if len(parts) > 1 else parts[0]
    return rows.drop_duplicates(KEY, keep="first").reset_index(drop=True)
