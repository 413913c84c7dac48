"""Figures together: two indicators against each other (every area a quiet point, participants in colour, twins as
rings), twins feature by feature, and how the features of all places go together.
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass

import numpy as np
import pandas as pd

from zwk_data.charts import chart
from zwk_data.charts.chart import Caption, Chart
from zwk_data.demography import features, twins
from zwk_data.demography.areas import capital
from zwk_data.demography.features import FEATURES
from zwk_data.demography.indicators import STATUS, Indicator
from zwk_data.demography.source_lines import of_areas, source_line
from zwk_data.german import all_rounded, count, listing, number, with_unit
from zwk_data.stores.memo import remembered

#: pixels: a row of the profile, the centre of its dots below its text, a cell of the matrix
ROW, CENTRE, CELL = 62, 46, 34
#: a correlation that is worth a sentence
STRONG = 0.7
#: beyond this the cell is so dark that its number is white
DARK = 5 / 7
STEPS = (*chart.DIVERGING[:-2], chart.WRITTEN_ON, chart.DIVERGING[-1])
#: standard deviations drawn at least to both sides
LEAST_SPAN = 2.0
DOT = "#8b98a5"
#: letters of a place's name in a row, so that the row fits a phone
LETTERS = 22
MANY = {"gemeinde": "Gemeinden", "kreis": "Kreise"}


def profile_chart(participant_id: str, found: pd.DataFrame) -> Chart:
    """A row per feature: the place in colour, its twins (a frame of ``demography.twins.twins``) as grey dots.

    The axis counts standard deviations from the mean of all Gemeinden (or Kreise); the text has the units.
    """
    data = twins.profile(participant_id, found)
    level = features.level_of(participant_id)
    own = data[data["is_place"]]
    name = str(own["name"].iloc[0])
    span = float(np.nanmax([LEAST_SPAN, *data["z"].abs()])) * 1.06
    height = len(own) * ROW
    figure = chart.house_figure(height + 84, margin=chart.margin(28, bottom=56))
    top = {feature: position * ROW for position, feature in enumerate(own["feature"])}
    ring = {"color": chart.PAPER, "width": 2}
    for rows, marker in (
        (data[~data["is_place"]], {"size": 8, "color": DOT, "opacity": 0.75}),
        (own, {"size": 14, "color": chart.ACCENT, "line": ring}),
    ):
        figure.add_scatter(
            x=rows["z"].round(3).astype("float32"),
            y=[top[feature] + CENTRE for feature in rows["feature"]],
            mode="markers",
            marker=marker,
            text=_hover_texts(rows),
            hovertemplate="%{text}<extra></extra>",
        )
    short = textwrap.shorten(name, LETTERS, placeholder=" …") if len(name) > LETTERS else name
    place = {"xref": "paper", "xanchor": "left", "yanchor": "top", "align": "left", "bgcolor": chart.PAPER}
    ticks = [tick for tick in (-4, -2, 0, 2, 4) if abs(tick) <= span]
    figure.update_layout(
        # all at once: plotly checks every annotation again with each one that is added
        annotations=[chart.label(text, 0, top[one] + 2, place) for one, text in _row_texts(data, short).items()],
        yaxis={"visible": False, "range": [height, 0], "fixedrange": True},
        xaxis={
            "range": [-span, span],
            "showgrid": True,
            "zeroline": True,
            "zerolinecolor": chart.MUTED,
            "tickvals": ticks,
            "ticktext": ["Mittel" if not tick else number(tick, sign=True) for tick in ticks],
            "title": {"text": f"Standardabweichungen vom Mittel<br>aller {MANY[level]}", "font": {"size": 13}},
        },
    )
    return Chart(
        figure=figure,
        title=f"Profil: {name} und {count(len(found), 'statistischer Zwilling', 'statistische Zwillinge')}",
        alt=_profile_alt(own, level, name),
        source=source_of(level),
        table=_profile_table(data),
        filename=f"{participant_id}_profil",
        note=f"Farbig: {name}; grau: die Zwillinge. Ausreißer sind an den Rand der übrigen {MANY[level]} gezogen.",
    )


@remembered
def source_of(level: str) -> str:
    """The source line of the features of a level."""
    indicators = tuple({indicator for _, indicator, _ in features.READ})
    return source_line(of_areas([level], indicators, min(year for _, _, year in features.READ), features.NOW))


@remembered
def correlation_chart(level: str) -> Chart:
    """The lower triangle of ``demography.features.correlations``, with a number in each cell."""
    r = features.correlations(level)
    shorts, n = [capital(feature.short) for feature in FEATURES], len(FEATURES)
    lower = np.tril(np.ones((n, n), dtype=bool), -1)
    values = r.to_numpy(dtype=np.float64)
    shown = np.where(lower, values, np.nan)[1:, :-1]
    cells = [(i, j) for i in range(1, n) for j in range(n - 1)]
    texts = [f"{shorts[i]} und {shorts[j]}: r = {number(values[i, j], 2)}" for i, j in cells]
    numbers = [
        chart.label(number(100 * value), j, i - 1, {}, size=11, colour=chart.PAPER if abs(value) > DARK else chart.INK)
        for i, j, value in ((i, j, values[i, j]) for i, j in cells if j < i)
    ]
    figure = chart.house_figure(n * CELL + 60, margin=chart.margin(28, bottom=44), annotations=numbers)
    figure.add_heatmap(
        z=np.round(shown, 2),
        x=[str(i + 1) for i in range(n - 1)],
        y=[f"{shorts[i]}  {i + 1}" for i in range(1, n)],
        zmin=-1,
        zmax=1,
        xgap=2,
        ygap=2,
        showscale=False,
        colorscale=chart.stepped(STEPS),
        hoverongaps=False,
        customdata=[texts[i : i + n - 1] for i in range(0, len(texts), n - 1)],
        hovertemplate="%{customdata}<extra></extra>",
    )
    columns = {"text": f"1 {shorts[0]}, 2 {shorts[1]} … wie in den Zeilen", "font": {"size": 13}}
    figure.update_xaxes(type="category", fixedrange=True, title=columns)
    figure.update_yaxes(autorange="reversed", showgrid=False, tickfont={"size": 13}, fixedrange=True)
    return Chart(
        figure=figure,
        title=f"Wie die Merkmale der {MANY[level]} zusammenhängen",
        alt=_correlation_alt(r, [feature.short for feature in FEATURES], level),
        source=source_of(level),
        table=_correlation_table(r, [feature.name for feature in FEATURES]),
        filename=f"merkmale_{level}_korrelation",
        note="Die Zahlen sind Korrelationen (Pearson) in Hundertsteln: 100 hieße, beide steigen genau miteinander, "
        "−100, das eine steigt genau, wie das andere sinkt, 0, sie hängen nicht geradlinig zusammen.",
    )


def _hover_texts(data: pd.DataFrame) -> list[str]:
    columns = zip(data["name"], data["short"], data["value"], data["unit"], data["decimals"], strict=True)
    return [f"<b>{name}</b><br>{short}: {with_unit(v, unit, decimals)}" for name, short, v, unit, decimals in columns]


def _row_texts(data: pd.DataFrame, name: str) -> dict[str, str]:
    """Two lines per feature: its name, then the value of the place and the span of its twins."""
    texts = {}
    value = data["value"].to_numpy(dtype=np.float64)
    is_place = data["is_place"].to_numpy(dtype=bool)
    for feature, rows in data.groupby("feature", sort=False).indices.items():
        first = int(rows[0])
        unit, decimals = str(data["unit"].array[first]), int(data["decimals"].array[first])
        twin = value[rows][~is_place[rows]]
        twin = twin[~np.isnan(twin)]
        own = number(float(value[rows][is_place[rows]][0]), decimals)
        span = f"; Zwillinge {number(twin.min(), decimals)} bis {number(twin.max(), decimals)}" if len(twin) else ""
        head = f"<b>{capital(str(data['short'].array[first]))}</b>" + (f" ({unit})" if unit else "")
        texts[str(feature)] = (
            f"{head}<br><span style='font-size:13px;color:{chart.MUTED}'>"
            f"<span style='color:{chart.ACCENT}'>{name} {own}</span>{span}</span>"
        )
    return texts


def _profile_alt(own: pd.DataFrame, level: str, name: str) -> str:
    """The features in which the place is furthest from the mean."""
    known = own.dropna(subset="z")
    top = known.loc[known["z"].abs().sort_values(ascending=False, kind="stable").index].head(3)
    far = [
        f"{short} ({number(value, int(decimals))}, {'über' if z > 0 else 'unter'} dem Mittel)"
        for short, value, decimals, z in zip(top["short"], top["value"], top["decimals"], top["z"], strict=True)
    ]
    return f"Punkte je Merkmal: {name} und die Zwillinge. Am weitesten vom Mittel aller {MANY[level]}: {listing(far)}."


def _profile_table(data: pd.DataFrame) -> pd.DataFrame:
    """The place and its twins in rows, the place first; the features in columns, in units."""
    people = int((data["feature"] == data["feature"].iloc[0]).sum())
    order = np.r_[people - 1, 0 : people - 1]  # the place comes last in the data
    value = data["value"].to_numpy(dtype=np.float64).reshape(-1, people)[:, order]
    columns: dict[str, object] = {"Ort": data["name"].to_numpy()[:people][order]}
    for position, one in enumerate(data.iloc[::people].to_dict("records")):
        label = f"{one['feature_name']} ({one['unit']})" if one["unit"] else str(one["feature_name"])
        shown = all_rounded(value[position], int(one["decimals"]))
        columns[label] = pd.Series(shown, dtype="Int64") if one["decimals"] == 0 else shown
    return pd.DataFrame(columns)


def _correlation_alt(r: pd.DataFrame, shorts: list[str], level: str) -> str:
    values = r.to_numpy(dtype=np.float64)
    pairs = [
        (abs(float(values[i, j])), f"{shorts[i]} und {shorts[j]} ({number(values[i, j], 2)})")
        for i in range(len(shorts))
        for j in range(i)
        if abs(values[i, j]) >= STRONG
    ]
    strongest = [text for _, text in sorted(pairs, reverse=True)[:4]]
    close = listing(strongest) if strongest else "keine zwei Merkmale"
    return f"Matrix der Korrelationen von {len(shorts)} Merkmalen aller {MANY[level]}. Eng hängen zusammen: {close}."


def _correlation_table(r: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    table = r.apply(all_rounded, decimals=2).set_axis(names, axis="columns")
    table.insert(0, "Merkmal", names)
    return table.reset_index(drop=True)


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
