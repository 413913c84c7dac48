"""Places side by side: two indicators of all areas as a cloud of points, and several Kommunen in one trend."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd

from zwk_data.charts import scatter
from zwk_data.charts.chart import Caption, Chart
from zwk_data.charts.scatter import Pair
from zwk_data.charts.trend import SEVERAL, trend_chart
from zwk_data.demography import areas, features, mapdata, series, twins
from zwk_data.demography.indicators import LAYERS, LEVEL_OF_LAYER, Indicator, indicators
from zwk_data.demography.portrait import trend_note
from zwk_data.demography.source_lines import of_base, source_line
from zwk_data.errors import ZwkError
from zwk_data.german import listing
from zwk_data.stores.memo import remembered


@dataclass(frozen=True)
class Cloud:
    """The chart, what is missing in it as a sentence (or nothing), and the marked places alone as a table."""

    chart: Chart
    gaps: str
    marked: pd.DataFrame


def common_years(layer: str, x: str, y: str) -> list[int]:
    """The years for which the layer has figures of both indicators, oldest first."""
    known = mapdata.available(layer)
    return sorted(set(known.get(x, ())) & set(known.get(y, ())))


@remembered(entries=64)
def usual_year(layer: str, x: str, y: str) -> int:
    """The latest of the ``common_years`` in which at least half of the participants have both, else the latest."""
    both = common_years(layer, x, y)
    usual = min(mapdata.default_year(one, both) for one in (x, y))
    for year in sorted(set(both) & set(common_years("teilnehmende", x, y)), reverse=True):
        people = _both("teilnehmende", x, y, year)
        if year <= usual and people[["x", "y"]].notna().all(axis=1).mean() >= series.MEDIAN_SHARE:
            return year
    return usual


@remembered(entries=24)
def cloud(layer: str, x: str, y: str, year: int, marked: str = "") -> Cloud:
    """Two indicators of one year for all areas of a layer, the participants, and of ``marked`` its twins.

    ``marked``: a participant_id or nothing.
    """
    catalog = indicators()
    pair = Pair(catalog[x], catalog[y], year, year)
    base = _both(layer, x, y, year)
    people = _both("teilnehmende", x, y, year).assign(kind="participant") if layer != "teilnehmende" else None
    parts = [base.assign(kind="area" if people is not None else "participant")]
    if people is not None:
        parts.append(people)
    note = ""
    if marked:
        found, note = _twins(marked, x, y, year)
        parts.append(found)
    points = pd.concat(parts, ignore_index=True)
    points.loc[(points["area_key"] == marked) & (points["kind"] == "participant"), "kind"] = "chosen"
    level = LEVEL_OF_LAYER.get(layer, layer)
    sources = [
        *(points.assign(source_id=points[f"source_{at}"], status=points[f"status_{at}"], year=year) for at in "xy"),
        *(of_base([level], one) for one in (x, y)),
    ]
    caption = Caption(
        source_line(pd.concat(sources)),
        f"{x}_{y}_{layer}_{year}",
        " ".join(dict.fromkeys(filter(None, [mapdata.note(layer, x, year), mapdata.note(layer, y, year), note]))),
    )
    many = "Kommunen" if layer == "teilnehmende" else LAYERS[layer][1]
    chart = scatter.scatter(points, pair, many, caption)
    table = scatter.marked_table(points, pair)
    return Cloud(chart, scatter.gaps(points, many), table)


def _both(layer: str, x: str, y: str, year: int) -> pd.DataFrame:
    """area_key, name, territory, and value, status and source of each of the two."""
    left, right = (mapdata.map_values(layer, one, year) for one in (x, y))
    shown = left[["area_key", "name", "territory"]].copy()
    for at, values in (("x", left), ("y", right)):
        columns = {"value": at, "status": f"status_{at}", "source_id": f"source_{at}"}
        shown = shown.merge(values[["area_key", *columns]].rename(columns=columns), on="area_key")
    return shown


def _twins(participant_id: str, x: str, y: str, year: int) -> tuple[pd.DataFrame, str]:
    """The twins of a participant with their values, or none and why."""
    try:
        found = twins.twins(participant_id)
    except ZwkError as error:
        return pd.DataFrame(), str(error)
    layer = twins.LAYER[features.level_of(participant_id)]
    values = _both(layer, x, y, year).assign(kind="twin")
    return values[values["area_key"].isin(found["key"])], f"Zwillinge sind {LAYERS[layer][1]} in ganz Deutschland."


@remembered(entries=24)
def trends(participant_ids: tuple[str, ...], indicator: Indicator, *, as_index: bool) -> tuple[Chart | None, str]:
    """One indicator of several participants over the years, and a sentence on those without a figure (or nothing).

    None if nobody has one. At most ``len(SEVERAL)`` participants.
    """
    names = dict(mapdata.participant_names().itertuples(index=False, name=None))
    frames, without = [], []
    for role, one in zip(SEVERAL, participant_ids, strict=False):
        frame = series.trend(one, names[one], indicator.id, (), median=False, as_index=as_index)
        frames.append(frame.assign(role=role))
        if frame.dropna(subset="value").empty:
            without.append(names[one])
    gaps = f"Ohne Zahl: {listing(without)}." if without else ""
    frame = pd.concat(frames, ignore_index=True)
    if frame.dropna(subset="value").empty:
        return None, gaps
    laender = sorted({key for one in participant_ids for key in areas.land_keys(one)})
    found = series.breaks(indicator.id, laender)
    note = f"{indicator.name}: {indicator.definition} {trend_note(found, frame)}"
    caption = Caption(source_line(frame, computed=as_index), f"verlauf_{indicator.id}", note)
    chart = trend_chart(
        frame, indicator, breaks=found, caption=caption, base_year=series.BASE_YEAR if as_index else None
    )
    return replace(chart, title=f"{chart.title}: {listing([names[one] for one in participant_ids])}"), gaps
