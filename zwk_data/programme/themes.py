"""What the Kommunen work on, in their own words and by common themes; who shares them."""

from __future__ import annotations

import pandas as pd

from zwk_data.warehouse.connection import read


def themes() -> pd.DataFrame:
    """All themes, the 13 of the Werkzeugkoffer first, each group by number of Kommunen and then by name.

    Columns: theme_id, name_de, toolkit (bool), participants (how many Kommunen name it).
    """
    return read("""
        SELECT theme_id, name_de, toolkit, count(DISTINCT participant_id) AS participants
        FROM theme LEFT JOIN participant_theme USING (theme_id)
        GROUP BY theme_id, name_de, toolkit ORDER BY toolkit DESC, participants DESC, strip_accents(lower(name_de))
    """)


def choices() -> pd.DataFrame:
    """Which Kommune works on which theme, one row per pair.

    Columns: participant_id, theme_id, name_de (of the theme), wording (the Kommune's own words, several joined by
    „; “), source_url (of the first).
    """
    return read("""
        SELECT participant_id, theme_id, name_de,
               string_agg(wording, '; ' ORDER BY wording) AS wording, first(source_url ORDER BY wording) AS source_url
        FROM participant_theme pt JOIN theme USING (theme_id)
        GROUP BY participant_id, theme_id, name_de ORDER BY participant_id, theme_id
    """)


def wordings(participant_id: str) -> pd.DataFrame:
    """A Kommune's own words and what they were mapped to.

    Columns: wording, themes (names, joined by „ · “ because names hold commas), source_url.
    """
    return read(
        """
        SELECT wording, string_agg(name_de, ' · ' ORDER BY toolkit DESC, name_de) AS themes,
               min(source_url) AS source_url
        FROM participant_theme pt JOIN theme USING (theme_id)
        WHERE participant_id = ? GROUP BY wording ORDER BY strip_accents(lower(wording))
        """,
        [participant_id],
    )


def sharing(theme_id: str, progress: pd.DataFrame) -> pd.DataFrame:
    """The Kommunen that work on a theme, those with most documented stages first.

    ``progress``: from ``stages.progress``. Columns: participant_id, name, land, wording, documented, furthest_de,
    last, adviser, source_url.
    """
    frame = read(
        """
        SELECT participant_id, name, land, string_agg(wording, '; ' ORDER BY wording) AS wording, adviser,
               first(pt.source_url ORDER BY wording) AS source_url
        FROM participant_theme pt JOIN participant USING (participant_id)
        WHERE theme_id = ? GROUP BY participant_id, name, land, adviser ORDER BY strip_accents(lower(name))
        """,
        [theme_id],
    ).merge(progress, on="participant_id")
    return frame.sort_values(["documented", "furthest"], ascending=False, kind="stable", ignore_index=True)


def alike(participant_id: str) -> pd.DataFrame:
    """The Kommunen that share themes with one: most shared themes first, then the fewest others of their own.

    Columns: participant_id, name, land, shared (number), themes (names of the shared ones, joined), own (number of
    the other Kommune's themes).
    """
    return read(
        """
        WITH pair AS (SELECT DISTINCT participant_id, theme_id FROM participant_theme),
        mine AS (SELECT theme_id FROM pair WHERE participant_id = $participant)
        SELECT participant_id, name, land,
               count(*) FILTER (WHERE theme_id IN (FROM mine)) AS shared,
               string_agg(name_de, ' · ' ORDER BY name_de) FILTER (WHERE theme_id IN (FROM mine)) AS themes,
               count(*) AS own
        FROM pair JOIN participant p USING (participant_id) JOIN theme USING (theme_id)
        WHERE participant_id <> $participant
        GROUP BY participant_id, name, land HAVING shared > 0 ORDER BY shared DESC, own, strip_accents(lower(name))
        """,
        {"participant": participant_id},
    )
