"""Gute Praxis and tools of the Werkzeugkoffer: what one Kommune can hand over to another.

What is released for whom is decided by the store (views.sql): whatever is read here may be shown to whoever asks.
"""

from __future__ import annotations

import pandas as pd

from zwk_data.programme.words import MEASURE_STATUS, RELEASES
from zwk_data.warehouse.connection import read

#: of one Kommune's deeds on a theme so many are told; the others are counted
MOST_DEEDS = 4


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


def deeds(theme_id: str, ids: tuple[str, ...]) -> pd.DataFrame:
    """What Kommunen did on a theme, in the order of ``ids``: good practice first, then what is done, then what runs.

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
    """What a Kommune can show anybody: title, result (or goal), and whether it is good practice.

    A good practice that is free for all comes first, then the measure that was finished last; None without either.
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
