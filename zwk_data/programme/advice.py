"""Who can advise whom: the other Kommunen with a theme, how far they are, how near and how alike, in words.

No score: three plain orders, each by what stands in the table.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import numpy as np
import pandas as pd

from zwk_data.german import NOT_DOCUMENTED, count, with_unit
from zwk_data.programme import places
from zwk_data.warehouse.connection import read

#: order -> its name, the rule in one sentence, the columns to sort by and whether they rise
ORDERS = {
    "weiteste": (
        "Weiteste zuerst",
        "Sortiert nach der spätesten belegten Stufe, dann nach abgeschlossenen und laufenden Maßnahmen zum Thema, dann "
        "nach Entfernung.",
        {"furthest": False, "done": False, "running": False, "km": True},
    ),
    "naechste": ("Nächste zuerst", "Sortiert nach der Entfernung (Luftlinie).", {"km": True}),
    "aehnlichste": (
        "Ähnlichste zuerst",
        "Sortiert nach dem statistischen Abstand in Größe, Alter und Entwicklung; ohne Angabe am Ende.",
        {"likeness": True, "km": True},
    ),
}
EARTH_KM = 6371.0
#: up to this ratio of their inhabitants two places count as about as large
SAME_SIZE = 1.5
#: this share of all, the most alike, is called alike in words
MOST_ALIKE = 0.2


def candidates(participant_id: str, theme_id: str, progress: pd.DataFrame, alike: pd.DataFrame) -> pd.DataFrame:
    """All other Kommunen with the theme: they name it, or have a running or finished measure or good practice on it.

    ``progress``: ``stages.progress``; ``alike``: the other Kommunen in the column ``key``, the most alike first (may
    be empty). Columns: participant_id, name, land, adviser, wording (None if they don't name it), source_url,
    furthest, furthest_de, done, running, practices (numbers on the theme), km (straight line), people, likeness (place
    among the most alike, NaN without), helps (bool: further on than the one who asks, or with something done, running
    or told on the theme), reasons (German). Unordered; see ``ordered``.
    """
    frame = _work(participant_id, theme_id).merge(
        progress[["participant_id", "furthest", "furthest_de"]], on="participant_id"
    )
    frame["km"] = frame["participant_id"].map(distances(participant_id))
    frame["likeness"] = (
        frame["participant_id"].map({key: n for n, key in enumerate(alike["key"], start=1)}).astype(float)
    )
    own = int(progress.set_index("participant_id")["furthest"].get(participant_id, 0))
    frame["helps"] = (frame["furthest"] > own) | (frame[["done", "running", "practices"]].sum(axis=1) > 0)
    size = _people(participant_id)
    frame["reasons"] = [_reasons(row, own, size, len(alike)) for row in frame.to_dict("records")]
    return frame


def ordered(frame: pd.DataFrame, order: str) -> pd.DataFrame:
    """``candidates`` in one of the ``ORDERS``; equals by name. Raises KeyError for another order."""
    columns = ORDERS[order][2]
    by_name = frame.sort_values("name", key=lambda names: names.str.casefold(), kind="stable")
    return by_name.sort_values(
        list(columns), ascending=list(columns.values()), kind="stable", na_position="last", ignore_index=True
    )


def distances(participant_id: str) -> dict[str, float]:
    """Kilometres in a straight line from one Kommune's point to every other's."""
    points = places.map_points().set_index("participant_id")
    lon, lat = np.radians(points["lon"]), np.radians(points["lat"])
    here = points.index.get_loc(participant_id)
    haversine = (
        np.sin((lat - lat.iloc[here]) / 2) ** 2
        + np.cos(lat) * np.cos(lat.iloc[here]) * np.sin((lon - lon.iloc[here]) / 2) ** 2
    )
    return (2 * EARTH_KM * np.arcsin(np.sqrt(haversine))).drop(participant_id).to_dict()


def _work(participant_id: str, theme_id: str) -> pd.DataFrame:
    return read(
        """
        WITH named AS (
            SELECT participant_id, string_agg(wording, '; ' ORDER BY wording) AS wording,
                   first(source_url ORDER BY wording) AS source_url
            FROM participant_theme WHERE theme_id = $theme GROUP BY ALL),
        work AS (
            SELECT participant_id, count(*) FILTER (status = 'done') AS done,
                   count(*) FILTER (status = 'running') AS running
            FROM measure WHERE theme_id = $theme AND status IN ('done', 'running') GROUP BY ALL),
        told AS (SELECT participant_id, count(*) AS practices FROM good_practice WHERE theme_id = $theme GROUP BY ALL),
        people AS (
            SELECT participant_id, arg_max(value, year) AS people FROM participant_observation
            WHERE indicator_id = 'population' AND sex = 'total' AND age_group = 'total' AND value IS NOT NULL
            GROUP BY ALL)
        SELECT participant_id, name, land, kind, adviser, wording, named.source_url, people,
               coalesce(done, 0)::INTEGER AS done, coalesce(running, 0)::INTEGER AS running,
               coalesce(practices, 0)::INTEGER AS practices
        FROM participant p LEFT JOIN named USING (participant_id) LEFT JOIN work USING (participant_id)
        LEFT JOIN told USING (participant_id) LEFT JOIN people USING (participant_id)
        WHERE participant_id <> $participant AND (wording IS NOT NULL OR done + running > 0 OR practices > 0)
        """,
        {"theme": theme_id, "participant": participant_id},
    )


def _people(participant_id: str) -> float:
    """The latest number of inhabitants; NaN if unknown or if only the whole city's is known."""
    frame = read(
        """
        SELECT arg_max(value, year) AS people FROM participant_observation JOIN participant USING (participant_id)
        WHERE participant_id = ? AND kind <> 'quartier' AND indicator_id = 'population' AND sex = 'total'
          AND age_group = 'total' AND value IS NOT NULL
        """,
        [participant_id],
    )
    return float(frame["people"].astype(float).iloc[0])


def _reasons(row: dict[Hashable, Any], own: int, size: float, compared: int) -> str:
    """„2 Stufen weiter (Werkstattplan) · 3 Maßnahmen abgeschlossen · 84 km · ähnlich groß“."""
    told = [_stage(int(row["furthest"]), row["furthest_de"], own)]
    done, running, practices = (int(row[column]) for column in ("done", "running", "practices"))
    if done:
        told.append(f"{count(done, 'Maßnahme', 'Maßnahmen')} abgeschlossen")
    if running:
        told.append(f"{count(running, 'Maßnahme läuft', 'Maßnahmen laufen')}")
    if practices:
        told.append(count(practices, "Beispiel guter Praxis", "Beispiele guter Praxis"))
    told.append(with_unit(float(row["km"]), "km"))
    told += _likeness(row, size, compared)
    return " · ".join(told)


def _stage(furthest: int, furthest_de: str, own: int) -> str:
    if not furthest:
        return f"Stufen {NOT_DOCUMENTED}"
    if not own:
        return f"{furthest_de} belegt"
    steps = furthest - own
    if steps > 0:
        return f"{count(steps, 'Stufe', 'Stufen')} weiter ({furthest_de})"
    return f"gleich weit ({furthest_de})" if steps == 0 else f"bis {furthest_de} belegt"


def _likeness(row: dict[Hashable, Any], size: float, compared: int) -> list[str]:
    if row["kind"] == "quartier":
        return ["Stadtquartier, Größe nicht vergleichbar"]
    told = []
    people = float(row["people"])
    if size > 0 and people > 0:
        ratio = people / size
        told.append("ähnlich groß" if 1 / SAME_SIZE <= ratio <= SAME_SIZE else "größer" if ratio > 1 else "kleiner")
    likeness = float(row["likeness"])
    if likeness <= compared * MOST_ALIKE:
        told.append("ähnlich in Größe, Alter und Entwicklung")
    return told
