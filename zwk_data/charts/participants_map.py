"""Where the Kommunen lie: a map of all of them, coloured by how many of their stages are documented."""

from __future__ import annotations

import pandas as pd

from zwk_data.charts import chart
from zwk_data.charts.map import Layer, MapChart, View
from zwk_data.german import NOT_DOCUMENTED, count
from zwk_data.schema.words import STAGES

#: pale for no documented stage, dark for all five
COLOURS = ("#f6f8f9", "#d3e6ea", "#9cc7d0", "#5fa0ae", "#0b6a7e", "#07404d")


def participants_map(people: pd.DataFrame, layer: Layer, areas: list[str], source: str) -> MapChart:
    """All participants, coloured by how many of their stages are documented.

    ``people``: participant_id, name, kind, kind_de, land, documented (0–5), stages (text for the tooltip), sorted or
    not; ``areas``: the participant_ids of ``layer``, in its order.
    """
    drawn = people.set_index("participant_id").reindex(areas)
    places = drawn["kind_de"] + ", " + drawn["land"].str.replace("/", " und ")
    known = drawn["documented"].notna()
    alt = _alt_text(people)
    spec = layer.spec() | {
        "name": "netz",
        "series": "netz",
        "view": View("netz").spec(),
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
        "limits": tuple(range(1, len(COLOURS))),
        "colours": COLOURS,
        "legend": {
            "title": "Belegte Stufen von fünf",
            "texts": [str(n) for n in range(len(COLOURS))],
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
        note="Ein Klick auf eine Kommune öffnet ihre Demografie. Was kleiner als ein Landkreis ist, trägt einen Punkt.",
    )


def _alt_text(people: pd.DataFrame) -> str:
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
