"""Two indicators against each other: every area a quiet point, participants in colour, twins as rings."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from zwk_data.charts import chart
from zwk_data.charts.chart import Caption, Chart
from zwk_data.demography.indicators import STATUS, Indicator
from zwk_data.german import all_rounded, count, listing, number, with_unit

HEIGHT = 560
#: areas that fall on the same point of this grid look like one, so one is drawn: all Gemeinden are 11,000
GRID = 260
#: from how many areas on a rank correlation says something, and from which size on it is named
ENOUGH, CLEAR = 20, 0.2
#: how many participants without a value are named in the sentence
NAMED = 6
#: kind of a point -> its marker and what it is called
MARKS = {
    "area": ({"color": chart.QUIET, "size": 5, "opacity": 0.6}, ""),
    "participant": (
        {"color": chart.ACCENT, "size": 9, "line": {"color": chart.PAPER, "width": 1}},
        "Kommunen der Zukunftswerkstatt",
    ),
    "twin": (
        {"color": chart.PAPER, "size": 11, "symbol": "diamond", "line": {"color": chart.WARM, "width": 2.5}},
        "statistische Zwillinge",
    ),
    "chosen": ({"color": chart.WARM, "size": 14, "symbol": "square"}, ""),
}


SHORT = {"Kommunen der Zukunftswerkstatt": "Kommune", "statistische Zwillinge": "Zwilling"}


@dataclass(frozen=True)
class Pair:
    """The two indicators, along (``x``) and up (``y``), and their years."""

    x: Indicator
    y: Indicator
    year: int
    year_y: int

    @property
    def titles(self) -> tuple[str, str]:
        """What the axes are called."""
        return f"{self.x.with_unit}, {self.year}", f"{self.y.with_unit}, {self.year_y}"


def scatter(points: pd.DataFrame, pair: Pair, areas_de: str, caption: Caption) -> Chart:
    """Draw the points that have both values.

    ``points``: kind (a key of ``MARKS``), name, x, y (NaN if none), status_x, status_y. ``areas_de``: „Kreise“.
    """
    known = points.dropna(subset=["x", "y"])
    figure = chart.house_figure(HEIGHT, margin=chart.margin(40), **chart.LEGEND_ON_TOP)
    for kind, (marker, called) in MARKS.items():
        some = known[known["kind"] == kind]
        shown = some[~_on_grid(some, known).duplicated()] if kind == "area" else some
        if shown.empty:
            continue
        figure.add_scatter(
            x=shown["x"].to_numpy(),
            y=shown["y"].to_numpy(),
            mode="markers+text" if kind == "chosen" else "markers",
            text=shown["name"] if kind == "chosen" else None,
            textposition="top center",
            name=called or (areas_de if kind == "area" else str(shown["name"].iloc[0])),
            marker=marker,
            **chart.hover([_told(row, pair) for _, row in shown.iterrows()]),
        )
    for axis, indicator, title in ((figure.update_xaxes, pair.x, 0), (figure.update_yaxes, pair.y, 1)):
        values = known["xy"[title]]
        wide = indicator.wide_range and len(values) and values.min() > 0
        axis(title=pair.titles[title], type="log" if wide else "linear", tickformat=",~f", zeroline=False)
    words = connection(known, pair)
    return Chart(
        figure=figure,
        title=f"{pair.y.in_year(pair.year_y)} und {pair.x.in_year(pair.year)}, {areas_de}",
        alt=_alt_text(known, pair, areas_de, words),
        source=caption.source,
        table=points_table(points, pair),
        filename=caption.filename,
        note=" ".join(filter(None, [words, caption.note])),
    )


def connection(known: pd.DataFrame, pair: Pair) -> str:
    """One sentence on how the two go together over all areas (Spearman's rank correlation), or nothing."""
    areas = known[known["kind"] == "area"]
    if len(areas) < ENOUGH:
        return ""
    found = float(np.corrcoef(areas["x"].rank(), areas["y"].rank())[0, 1])
    lead = f"Rangkorrelation {number(found, 2)}"
    if not abs(found) >= CLEAR:
        return f"Einen Zusammenhang sieht man hier kaum ({lead})."
    more = "höher" if found > 0 else "niedriger"
    words = f"Wo „{pair.x.name}“ höher liegt, liegt „{pair.y.name}“ eher {more} ({lead})."
    return f"{words} Ein Zusammenhang ist noch keine Ursache."


def points_table(points: pd.DataFrame, pair: Pair) -> pd.DataFrame:
    """Participants, twins and the chosen one first, then all areas by name; each value or why there is none."""
    rows = points.assign(order=points["kind"].map(["chosen", "twin", "participant", "area"].index))
    rows = rows.sort_values(["order", "name"], kind="stable")
    kinds = {kind: called for kind, (_, called) in MARKS.items()} | {"chosen": "hervorgehoben", "area": "Gebiet"}
    columns: dict[str, object] = {"Ort": rows["name"].to_numpy(), "Was": rows["kind"].map(kinds).to_numpy()}
    for at, indicator, title in zip("xy", (pair.x, pair.y), pair.titles, strict=True):
        columns[title] = all_rounded(rows[at], indicator.decimals)
    for at, indicator in (("x", pair.x), ("y", pair.y)):
        told = rows[f"status_{at}"].map(STATUS).where(rows[at].isna(), "liegt vor")
        columns[f"Angabe {indicator.name}"] = told.to_numpy()
    return pd.DataFrame(columns)


def marked_table(points: pd.DataFrame, pair: Pair) -> pd.DataFrame:
    """The marked places alone, short enough to stand beside the drawing: values as text, or why there is none."""
    full = points_table(points[points["kind"] != "area"], pair)
    shown: dict[str, object] = {"Ort": full["Ort"], "Was": full["Was"].replace(SHORT)}
    for indicator, title in zip((pair.x, pair.y), pair.titles, strict=True):
        values = zip(full[title], full[f"Angabe {indicator.name}"], strict=True)
        shown[indicator.name] = [
            why if np.isnan(value) else with_unit(value, indicator.unit, indicator.decimals) for value, why in values
        ]
    return pd.DataFrame(shown)


def gaps(points: pd.DataFrame, areas_de: str) -> str:
    """How many areas and which participants are not drawn, as one of the values is missing; empty if none."""
    missing = points[points[["x", "y"]].isna().any(axis=1)]
    areas = int((missing["kind"] == "area").sum())
    people = missing.loc[missing["kind"] == "participant", "name"].tolist()
    told = []
    if areas:
        told.append(f"{number(areas)} {areas_de}")
    if people:
        named = people if len(people) <= NAMED else [*people[:NAMED], f"{number(len(people) - NAMED)} weitere Kommunen"]
        told.append(listing(named))
    if not told:
        return ""
    return f"Nicht gezeichnet, weil eine der beiden Zahlen fehlt: {'; '.join(told)}. Warum, steht in der Tabelle."


def _on_grid(some: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
    """The points in steps of what can be told apart on the screen."""
    ranges = {at: (known[at].max() - known[at].min()) or 1.0 for at in "xy"}
    return pd.DataFrame({at: np.rint(some[at] / ranges[at] * GRID) for at in "xy"}, index=some.index)


def _told(row: pd.Series, pair: Pair) -> str:
    return (
        f"<b>{row['name']}</b><br>{pair.x.name}: {with_unit(row['x'], pair.x.unit, pair.x.decimals)}"
        f"<br>{pair.y.name}: {with_unit(row['y'], pair.y.unit, pair.y.decimals)}"
    )


def _alt_text(known: pd.DataFrame, pair: Pair, areas_de: str, words: str) -> str:
    kinds = known["kind"].value_counts()
    told = [f"{number(int(kinds.get('area', 0)))} {areas_de}"]
    if kinds.get("participant"):
        told.append(count(int(kinds["participant"]), "teilnehmende Kommune", "teilnehmende Kommunen"))
    if kinds.get("twin"):
        told.append(count(int(kinds["twin"]), "statistischer Zwilling", "statistische Zwillinge"))
    chosen = known[known["kind"] == "chosen"]
    own = ""
    if len(chosen):
        row = chosen.iloc[0]
        own = (
            f" {row['name']} liegt bei {with_unit(row['x'], pair.x.unit, pair.x.decimals)} und "
            f"{with_unit(row['y'], pair.y.unit, pair.y.decimals)}."
        )
    lead = f"Punktwolke: {pair.x.in_year(pair.year)} und {pair.y.in_year(pair.year_y)}; {listing(told)}."
    return f"{lead}{own} {words}".strip()
