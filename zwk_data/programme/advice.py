"""Who can advise whom on a theme, and with what: other Kommunen, gute Praxis, tools of the Werkzeugkoffer.

There is no score, only three ways to sort by columns that are shown. ``views.sql`` leaves out what the user may not
see, so everything read here may be shown.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import numpy as np
import pandas as pd

from zwk_data.german import NOT_DOCUMENTED, count, with_unit
from zwk_data.programme import participants
from zwk_data.schema.words import MEASURE_STATUS, RELEASES
from zwk_data.stores.connection import read
from zwk_data.stores.memo import remembered

#: order -> its name, the rule in one sentence, the columns to sort by and whether each is ascending
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
#: two places count as about the same size up to this ratio of inhabitants
SAME_SIZE = 1.5
#: this share of all places, the most similar ones, counts as alike
MOST_ALIKE = 0.2


def candidates(participant_id: str, theme_id: str, progress: pd.DataFrame, alike: pd.DataFrame) -> pd.DataFrame:
    """All other Kommunen that name the theme, or have a running or finished measure or good practice on it.

    ``progress``: ``stages.progress``; ``alike``: the other Kommunen in the column ``key``, the most alike first (may
    be empty). Columns: participant_id, name, land, adviser, wording (None if they don't name it), source_url,
    furthest, furthest_de, done, running, practices (numbers on the theme), km (straight line), people, likeness (place
    among the most alike, NaN without), helps (bool: further on than the one who asks, or with measures or good practice
    on the theme), reasons (German). Unordered; see ``ordered``.
    """
    frame = _candidates_with_work(participant_id, theme_id).merge(
        progress[["participant_id", "furthest", "furthest_de"]], on="participant_id"
    )
    frame["km"] = frame["participant_id"].map(distances(participant_id))
    frame["likeness"] = (
        frame["participant_id"].map({key: n for n, key in enumerate(alike["key"], start=1)}).astype(float)
    )
    own = int(progress.set_index("participant_id")["furthest"].get(participant_id, 0))
    frame["helps"] = (frame["furthest"] > own) | (frame[["done", "running", "practices"]].sum(axis=1) > 0)
    size = frame.pop("own_people").astype(float)
    frame["reasons"] = [
        _reasons(row, own, people, len(alike)) for row, people in zip(frame.to_dict("records"), size, strict=True)
    ]
    return frame


def ordered(frame: pd.DataFrame, order: str) -> pd.DataFrame:
    """``candidates`` in one of the ``ORDERS``, ties by name. Raises KeyError for another order."""
    columns = ORDERS[order][2]
    by_name = frame.sort_values("name", key=lambda names: names.str.casefold(), kind="stable")
    return by_name.sort_values(
        list(columns), ascending=list(columns.values()), kind="stable", na_position="last", ignore_index=True
    )


@remembered
def distances(participant_id: str) -> dict[str, float]:
    """Straight-line distance in km from one Kommune's point to every other's."""
    points = participants.map_points().set_index("participant_id")
    lon, lat = np.radians(points["lon"]), np.radians(points["lat"])
    here = points.index.get_loc(participant_id)
    haversine = (
        np.sin((lat - lat.iloc[here]) / 2) ** 2
        + np.cos(lat) * np.cos(lat.iloc[here]) * np.sin((lon - lon.iloc[here]) / 2) ** 2
    )
    kilometres: pd.Series = 2 * EARTH_KM * np.arcsin(np.sqrt(haversine))
    return {str(other): float(km) for other, km in kilometres.drop(participant_id).items()}


def _candidates_with_work(participant_id: str, theme_id: str) -> pd.DataFrame:
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
               -- of a quarter only the whole city's are known
               (SELECT people FROM people JOIN participant USING (participant_id)
                WHERE participant_id = $participant AND kind <> 'quartier') AS own_people,
               coalesce(done, 0)::INTEGER AS done, coalesce(running, 0)::INTEGER AS running,
               coalesce(practices, 0)::INTEGER AS practices
        FROM participant p LEFT JOIN named USING (participant_id) LEFT JOIN work USING (participant_id)
        LEFT JOIN told USING (participant_id) LEFT JOIN people USING (participant_id)
        WHERE participant_id <> $participant AND (wording IS NOT NULL OR done + running > 0 OR practices > 0)
        """,
        {"theme": theme_id, "participant": participant_id},
    )


def _reasons(row: dict[Hashable, Any], own: int, size: float, compared: int) -> str:
    """„2 Stufen weiter (Werkstattplan) · 3 Maßnahmen abgeschlossen · 84 km · ähnlich groß“."""
    work = {
        "done": ("Maßnahme abgeschlossen", "Maßnahmen abgeschlossen"),
        "running": ("Maßnahme läuft", "Maßnahmen laufen"),
        "practices": ("Beispiel guter Praxis", "Beispiele guter Praxis"),
    }
    return " · ".join(
        [
            _stage(int(row["furthest"]), row["furthest_de"], own),
            *(count(int(row[column]), *words) for column, words in work.items() if row[column]),
            with_unit(float(row["km"]), "km"),
            *_likeness(row, size, compared),
        ]
    )


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
    said = []
    people = float(row["people"])
    if size > 0 and people > 0:
        ratio = people / size
        said.append("ähnlich groß" if 1 / SAME_SIZE <= ratio <= SAME_SIZE else "größer" if ratio > 1 else "kleiner")
    likeness = float(row["likeness"])
    if likeness <= compared * MOST_ALIKE:
        said.append("ähnlich in Größe, Alter und Entwicklung")
    return said


#: how many entries of one Kommune are listed per theme; the rest are only counted
MOST_DEEDS = 4


@remembered
def practices(theme_id: str | None = None) -> pd.DataFrame:
    """Good practice on a theme or on all, by theme and then by Kommune.

    Columns: practice_id, participant_id, name (of the Kommune), theme_id, theme (its name or None), title,
    description, for_whom, result, contact_body, link, release_de.
    """
    frame = read(
        """
        SELECT practice_id, participant_id, name, g.theme_id, name_de AS theme, title, description, for_whom, result,
               contact_body, g.link, release
        FROM good_practice g JOIN participant USING (participant_id) LEFT JOIN theme t ON t.theme_id = g.theme_id
        WHERE $theme IS NULL OR g.theme_id = $theme
        ORDER BY strip_accents(lower(name_de)) NULLS LAST, strip_accents(lower(name)), title
        """,
        {"theme": theme_id},
    )
    frame["release_de"] = frame.pop("release").map(RELEASES)
    return frame


@remembered
def tools(theme_id: str | None = None) -> pd.DataFrame:
    """Tools for a theme or all: those that belong to it, and those that its measures use; the most used first.

    Columns: tool_id, title, theme (name or None), link, note, uses (measures), users (names of the Kommunen, joined
    by „ · “, or None). With a theme only its own measures count.
    """
    return read(
        """
        WITH used AS (
            SELECT tool_id, count(DISTINCT measure_id) AS uses,
                   string_agg(DISTINCT name, ' · ' ORDER BY name) AS users
            FROM measure_tool JOIN measure m USING (measure_id) JOIN participant USING (participant_id)
            WHERE $theme IS NULL OR m.theme_id = $theme GROUP BY tool_id)
        SELECT tool_id, title, name_de AS theme, link, o.note, coalesce(uses, 0)::INTEGER AS uses, users
        FROM tool o LEFT JOIN theme USING (theme_id) LEFT JOIN used USING (tool_id)
        WHERE $theme IS NULL OR o.theme_id = $theme OR uses > 0
        ORDER BY uses DESC, title
        """,
        {"theme": theme_id},
    )


@remembered
def deeds(theme_id: str, ids: tuple[str, ...]) -> pd.DataFrame:
    """What Kommunen did on a theme, in the order of ``ids``: good practice first, then finished, then running measures.

    Columns: participant_id, name, title, what („gute Praxis“, „Maßnahme, läuft“ …), for_whom, result, contact_body,
    link, tools (titles, joined by „ · “, or None), more (deeds of the Kommune that are not among the first
    ``MOST_DEEDS``).
    """
    frame = read(
        """
        WITH tools AS (
            SELECT measure_id, string_agg(title, ' · ' ORDER BY title) AS tools
            FROM measure_tool JOIN tool USING (tool_id) GROUP BY measure_id),
        deed AS (
            SELECT participant_id, title, 'practice' AS kind, for_whom, result, contact_body, link, tools,
                   practice_id AS id
            FROM good_practice LEFT JOIN tools USING (measure_id)
            WHERE theme_id = $theme AND list_contains($ids, participant_id)
            UNION ALL
            SELECT participant_id, title, status, target_group, NULL, responsible, m.source_url, tools, measure_id
            FROM measure m LEFT JOIN tools USING (measure_id)
            WHERE theme_id = $theme AND status IN ('done', 'running') AND list_contains($ids, participant_id)
              AND measure_id NOT IN (SELECT measure_id FROM good_practice WHERE measure_id IS NOT NULL)),
        numbered AS (
            SELECT *, row_number() OVER (PARTITION BY participant_id ORDER BY rank, tools IS NULL, title, id) AS place,
                   count(*) OVER (PARTITION BY participant_id) AS number
            FROM (SELECT *, list_position(['practice', 'done', 'running'], kind) AS rank FROM deed))
        SELECT participant_id, name, title, numbered.kind, for_whom, result, contact_body, link, tools,
               greatest(number - $most, 0)::INTEGER AS more
        FROM numbered JOIN participant USING (participant_id) WHERE place <= $most
        ORDER BY list_position($ids, participant_id), place
        """,
        {"theme": theme_id, "ids": list(ids), "most": MOST_DEEDS},
    )
    words = {"practice": "gute Praxis", **{code: f"Maßnahme, {word}" for code, word in MEASURE_STATUS.items()}}
    frame.insert(3, "what", frame.pop("kind").map(words))
    return frame


def to_show(participant_id: str) -> tuple[str, str, bool] | None:
    """What a Kommune can show to anybody: title, result (or goal), and whether it is good practice.

    Public good practice comes first, then the measure finished last; None without either.
    """
    found = read(
        """
        SELECT title, result AS told, true AS practice, NULL::DATE AS day FROM good_practice
        WHERE participant_id = $id AND result IS NOT NULL AND release = 'public'
        UNION ALL
        SELECT title, goal, false, ends FROM measure WHERE participant_id = $id AND status = 'done'
        ORDER BY practice DESC, day DESC NULLS LAST, title LIMIT 1
        """,
        {"id": participant_id},
    )
    if found.empty:
        return None
    title, told, is_practice = found.iloc[0][["title", "told", "practice"]]
    return str(title), told if isinstance(told, str) else "", bool(is_practice)
