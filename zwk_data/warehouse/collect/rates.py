"""Published rates of INKAR and the RKI: which indicators, levels and years."""

from __future__ import annotations

import pandas as pd

from zwk_data.warehouse.collect.observations import COLUMNS, everybody
from zwk_data.warehouse.indicator_catalogue import MEANS_OF_VERBAENDE, catalogue

#: Kreise, Länder and Bund have all years from here, Gemeinden and Verbände the newest one: that is what pages compare
FIRST_YEAR = 2015
#: what says nothing of a single Gemeinde or Verband: few have one
FOR_KREISE = ("paediatricians",)
#: printed per 10,000 people, shown per 100,000 as the Deutschlandatlas does
FACTORS = {"gps_per_100000": 10}
#: the boundaries of Kreise on which rates stand, and the two Kreise that differed before
KREISE_OF, NOT_THE_SAME = 2021, ("16056", "16063")


def rows(frame: pd.DataFrame, source_id: str) -> pd.DataFrame:
    """The rows of the indicators that the catalogue takes from INKAR or GISD (``inkar: q_pfl``), all areas.

    ``frame``: columns of ``sources.inkar_tables.read``.
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
