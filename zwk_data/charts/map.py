"""The map of areas in stepped colours: what its component (web/static/karte) needs to draw it, and its words.

Borders, values and points come by URL; the figure itself holds classes, colours, words and these addresses, and the
values too where they are few.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from zwk_data.charts import chart
from zwk_data.charts.chart import Caption, Described
from zwk_data.charts.scales import Classes, diverging, sequential, why_uneven
from zwk_data.demography.figures import mark
from zwk_data.demography.indicators import LAYERS, STATUS, Indicator
from zwk_data.german import NOT_DOCUMENTED, all_rounded, count, whole, with_unit
from zwk_data.schema.words import STAGES

#: „Karte von Deutschland nach …“
BY = {"laender": "Ländern", "kreise": "Kreisen", "gemeinden": "Gemeinden", "teilnehmende": "teilnehmenden Kommunen"}
#: the values of so many areas come with the spec: asked for by their address they would take longer, and more bytes
FEW = 500
#: pale for no documented stage, dark for all five
PARTICIPANTS_COLOURS = ("#f6f8f9", "#d3e6ea", "#9cc7d0", "#5fa0ae", "#0b6a7e", "#07404d")


@dataclass(frozen=True)
class MapChart(Described):
    """A finished map: ``spec`` is what the component draws (see docs/decisions/0024)."""

    spec: Mapping[str, Any]


@dataclass(frozen=True)
class FirstView:
    """What part of the map is shown first (it stays when the figure changes under the same ``name``).

    ``east``, ``north``: its middle in the plane of the map, ``across``: its width, all in metres; 0 across: the whole
    layer. ``marked``: keys of areas to draw a line around; ``where``: what the areas are called, „in Sachsen“.
    ``click``: what a click on an area does, in words, or nothing where it does nothing. ``plays``: is there a button
    that walks through the years? ``told``: keys of the areas that the words are about, none for all.
    """

    name: str
    east: float = 0
    north: float = 0
    across: float = 0
    marked: tuple[str, ...] = ()
    where: str = "von Deutschland"
    click: str = ""
    plays: bool = False
    told: tuple[str, ...] = ()

    def spec(self) -> dict[str, Any]:
        """The part of a map's spec that says where it opens."""
        return {"name": self.name, "x": whole(self.east), "y": whole(self.north), "across": self.across}


GERMANY = FirstView("karte")


@dataclass(frozen=True)
class Layer:
    """The areas drawn: ``name`` is laender, kreise, gemeinden or teilnehmende.

    ``urls``: where its borders are, by detail; ``points_url``: where the participants' points are; ``ground_urls``: the
    country below, for areas that do not cover it.
    """

    name: str
    urls: Mapping[str, str]
    points_url: str = ""
    ground_urls: Mapping[str, str] | None = None

    @property
    def is_participants(self) -> bool:
        """Are the areas those of the participants, with the rest of the country empty?"""
        return self.name == "teilnehmende"

    def spec(self) -> dict[str, Any]:
        """The part of a map's spec that says where borders and points are."""
        return {
            "level": self.name,
            "layer": dict(self.urls),
            "ground": dict(self.ground_urls) if self.ground_urls else None,
            "participants": self.is_participants,
            "points": self.points_url,
        }


@dataclass(frozen=True)
class ValuesAt:
    """Where the values of an indicator are: ``url`` of this year's, ``near`` those of the years beside it."""

    url: str
    near: tuple[str, ...] = ()


@dataclass(frozen=True)
class AllYears:
    """The film: ``years`` that there are, oldest first, ``urls`` of their values, and all ``numbers`` in them.

    Colours then mean the same in every year.
    """

    years: tuple[int, ...]
    urls: tuple[str, ...]
    numbers: np.ndarray = field(repr=False)

    def spec(self) -> dict[str, Any]:
        """The part of a map's spec that the player needs."""
        return {"years": self.years, "urls": self.urls}

    @property
    def span(self) -> str:
        """``1995 bis 2024``."""
        return f"{self.years[0]} bis {self.years[-1]}"


def area_map(
    values: pd.DataFrame,
    indicator: Indicator,
    year: int,
    layer: Layer,
    caption: Caption,
    *,
    at: ValuesAt,
    view: FirstView = GERMANY,
    film: AllYears | None = None,
) -> MapChart:
    """One indicator of one year.

    ``values``: one row per area of the layer with area_key (str), name, value (float or NaN), status. ``at``: where the
    component finds what ``area_values`` makes of them. ``view``: what part of the map to open with, and which areas to
    mark. ``film``: for a map that walks through all years.
    """
    # a class is that of the number shown: 19,96 stands as 20,0 and belongs to „20 bis unter 22“
    shown = all_rounded(values["value"], indicator.decimals)
    numbers = shown[~np.isnan(shown)]
    spread = all_rounded(film.numbers, indicator.decimals) if film else numbers
    centre, decimals = indicator.centre, indicator.decimals
    if not len(spread):
        classes = Classes((), ())
    elif centre is None:
        classes = sequential(spread, decimals)
    else:
        classes = diverging(spread, decimals, centre)
    gaps = len(values) - len(numbers)
    told = values[values["area_key"].isin(view.told)] if view.told else values
    few = len(values) <= FEW
    pattern = "leere Ringe" if layer.is_participants else "schraffiert"
    spec = layer.spec() | {
        "name": f"{indicator.id} {layer.name} {year}",
        "series": f"{indicator.id} {layer.name}",
        "view": view.spec(),
        "values": at.url,
        "packed": b64encode(packed(area_values(values, decimals))).decode() if few else "",
        "next": () if few else at.near,
        "decimals": decimals,
        "unit": indicator.unit,
        # in units of the last decimal shown, as the values are
        "limits": tuple(whole(limit * 10**decimals) for limit in classes.limits),
        "colours": classes.colours,
        "legend": {
            "title": f"{indicator.with_unit}, {year if film else mark(year) or year}" if len(spread) else "",
            "texts": classes.limit_texts(),
            "between": True,
            "missing": f"{pattern}: keine Angabe ({_count_of_areas(gaps, layer.name)})" if gaps else "",
        },
        "marked": view.marked,
        "dotless": (),
        "click": view.click,
        "plays": view.plays,
        "year": year,
        "film": {"title": indicator.with_unit} | film.spec() if film else None,
        "alt": _alt_text(told, indicator, year, layer.name, view.where),
    }
    why = "Die Klassen gelten für alle Jahre." if film else why_uneven(classes, numbers, centre, decimals)
    return MapChart(
        spec=spec,
        title=f"{f'{indicator.name}, {film.span}' if film else indicator.in_year(year)}, {LAYERS[layer.name][1]}",
        alt=spec["alt"],
        source=caption.source,
        table=_area_table(values, indicator, layer.name),
        filename=caption.filename,
        note=" ".join(filter(None, [caption.note, why])),
    )


def in_units(values: ArrayLike, decimals: int) -> NDArray[np.float64]:
    """Values as they are shown, in whole units of the last of ``decimals``: exact where a class begins; NaN stays."""
    return all_rounded(all_rounded(values, decimals) * 10**decimals)


def area_values(values: pd.DataFrame, decimals: int) -> dict[str, list[Any]]:
    """The values of all areas in their order, for the component.

    ``values``: whole numbers in units of the last of ``decimals``, None where there is none; ``why``: for each None the
    place of its reason in ``reasons`` (German words).
    """
    units = in_units(values["value"], decimals)
    numbers = [None if np.isnan(value) else int(value) for value in units.tolist()]
    codes, reasons = pd.factorize(values.loc[np.isnan(units), "status"], sort=True)
    return {"values": numbers, "why": codes.tolist(), "reasons": [STATUS[str(reason)] for reason in reasons]}


def packed(values: Mapping[str, Any]) -> bytes:
    """What ``area_values`` returns in few bytes: a line of JSON, then the numbers, first the highest byte of each.

    The line holds ``n`` (of areas), ``least``, ``bytes`` (of a number), ``why`` and ``reasons``. A number is what a
    value is above ``least``, and 1 more: 0 means no value. Compressed, the Gemeinden take a fifth less than as JSON.
    """
    known = [value for value in values["values"] if value is not None]
    least = min(known, default=0)
    numbers = np.array([0 if value is None else value - least + 1 for value in values["values"]], dtype=np.uint64)
    width = max(1, (int(numbers.max(initial=0)).bit_length() + 7) // 8)
    planes = [(numbers >> np.uint64(8 * at)).astype(np.uint8).tobytes() for at in reversed(range(width))]
    head = {"n": len(numbers), "least": least, "bytes": width, "why": values["why"], "reasons": values["reasons"]}
    return b"\n".join([json.dumps(head, ensure_ascii=False, separators=(",", ":")).encode(), b"".join(planes)])


def map_points(points: pd.DataFrame) -> dict[str, list[Any]]:
    """The participants for the component; ``points``: participant_id, name, east, north (metres)."""
    return {
        "ids": points["participant_id"].tolist(),
        "names": points["name"].tolist(),
        "x": [whole(one) for one in points["east"]],
        "y": [whole(one) for one in points["north"]],
    }


def _count_of_areas(n: int, layer: str) -> str:
    one, many = LAYERS[layer]
    return count(n, one, "Kommunen" if layer == "teilnehmende" else many)


def _alt_text(values: pd.DataFrame, indicator: Indicator, year: int, layer: str, where: str) -> str:
    known = values.dropna(subset="value").sort_values("value", kind="stable")
    lead = f"Karte {where} nach {BY[layer]}: {indicator.name} {year}."
    if known.empty:
        return f"{lead} Für kein Gebiet liegt eine Angabe vor."

    def name_and_value(row: pd.Series) -> str:
        return f"{row['name']} ({with_unit(row['value'], indicator.unit, indicator.decimals)})"

    middle = with_unit(known["value"].median(), indicator.unit, indicator.decimals)
    text = (
        f"{lead} Am höchsten in {name_and_value(known.iloc[-1])}, am niedrigsten in {name_and_value(known.iloc[0])}; "
        f"die Hälfte der Gebiete liegt unter {middle}."
    )
    gaps = len(values) - len(known)
    return f"{text} Keine Angabe für {_count_of_areas(gaps, layer)}." if gaps else text


def _area_table(values: pd.DataFrame, indicator: Indicator, layer: str) -> pd.DataFrame:
    """Every area, the highest value first, those without a value last and with the reason."""
    ordered = values.sort_values(["value", "name"], ascending=[False, True], na_position="last")
    rows = ordered.assign(
        value=all_rounded(ordered["value"], indicator.decimals),
        rank=ordered["value"].rank(ascending=False, method="min").astype("Int64"),
        status=ordered["status"].map(STATUS),
    )
    names = {"name": LAYERS[layer][0], "value": indicator.with_unit, "rank": "Rang", "status": "Angabe"}
    return chart.table(rows, names if layer == "teilnehmende" else names | {"area_key": "Schlüssel"})


def participants_map(people: pd.DataFrame, layer: Layer, areas: list[str], source: str) -> MapChart:
    """All participants, coloured by how many of their stages are documented.

    ``people``: participant_id, name, kind, kind_de, land, documented (0–5), stages (text for the tooltip), sorted or
    not; ``areas``: the participant_ids of ``layer``, in its order.
    """
    drawn = people.set_index("participant_id").reindex(areas)
    places = drawn["kind_de"] + ", " + drawn["land"].str.replace("/", " und ")
    known = drawn["documented"].notna()
    alt = _participants_alt_text(people)
    spec = layer.spec() | {
        "name": "netz",
        "series": "netz",
        "view": FirstView("netz").spec(),
        # what is documented may depend on who asks: it comes with the page, not by an address of its own
        "values": {
            "values": [int(n) if ok else None for n, ok in zip(drawn["documented"].fillna(0), known, strict=True)],
            "why": [0] * int((~known).sum()),
            "reasons": [NOT_DOCUMENTED],
        },
        "next": (),
        "details": [
            (place, stages) if ok else (NOT_DOCUMENTED,)
            for place, stages, ok in zip(places, drawn["stages"], known, strict=True)
        ],
        "decimals": 0,
        "unit": "",
        "limits": tuple(range(1, len(PARTICIPANTS_COLOURS))),
        "colours": PARTICIPANTS_COLOURS,
        "legend": {
            "title": "Belegte Stufen von fünf",
            "texts": [str(n) for n in range(len(PARTICIPANTS_COLOURS))],
            "between": False,
            "missing": "",
        },
        "marked": (),
        # an area as large as a Kreis needs no circle
        "dotless": tuple(people.loc[people["kind"] == "landkreis", "participant_id"]),
        "alt": alt,
    }
    return MapChart(
        spec=spec,
        title="Wo die Kommunen liegen",
        alt=alt,
        source=source,
        table=_participants_table(people),
        filename="karte_teilnehmende",
        note="Ein Klick auf eine Kommune öffnet ihre Seite. Was kleiner als ein Landkreis ist, trägt einen Punkt.",
    )


def _participants_alt_text(people: pd.DataFrame) -> str:
    lands = people["land"].str.split("/").explode().value_counts()
    most = lands.index[0]
    several = int((people["documented"] >= 3).sum())
    return (
        f"Deutschlandkarte mit {count(len(people), 'Kommune', 'Kommunen')} in {len(lands)} Ländern, die meisten in "
        f"{most} ({lands.iloc[0]}). Für {count(several, 'Kommune', 'Kommunen')} sind mindestens drei der "
        f"{len(STAGES)} Stufen belegt."
    )


def _participants_table(people: pd.DataFrame) -> pd.DataFrame:
    shown = people.sort_values(["documented", "name"], ascending=[False, True])
    names = {"name": "Kommune", "kind_de": "Art", "land": "Land", "documented": "Belegte Stufen", "stages": "Welche"}
    return chart.table(shown, names)
