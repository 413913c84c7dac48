"""Questions about one Kommune for its own page: contacts, next dates, themes, measures and good practice."""

from __future__ import annotations

from datetime import date

import pandas as pd

from zwk_data.german import day
from zwk_data.programme import schedule, themes
from zwk_data.stores.connection import read
from zwk_data.stores.memo import remembered

#: how many meetings of the network are listed
MEETINGS = 3


@remembered
def advisers(participant_id: str) -> pd.DataFrame:
    """Who advises a Kommune: columns name, contact, website (None where not known or not to be seen)."""
    return read(
        """
        SELECT trim(said.name) AS name, contact, website
        FROM (SELECT unnest(string_split(adviser, ';')) AS name FROM participant WHERE participant_id = ?) said
        LEFT JOIN adviser ON adviser.name = trim(said.name)
        """,
        [participant_id],
    )


@remembered
def bodies(participant_id: str) -> list[str]:
    """The bodies that answer for its measures and its good practice, those named most often first."""
    found = read(
        """
        SELECT body FROM (
            SELECT responsible AS body FROM measure WHERE participant_id = $id
            UNION ALL SELECT contact_body FROM good_practice WHERE participant_id = $id)
        WHERE body IS NOT NULL GROUP BY body ORDER BY count(*) DESC, strip_accents(lower(body))
        """,
        {"id": participant_id},
    )
    return [str(one) for one in found["body"]]


@remembered(entries=128)
def next_dates(participant_id: str, today: date) -> pd.DataFrame:
    """Upcoming dates and open questions, soonest first.

    Open plans of its stages, steps agreed in its Zwischenbilanzen whose day is not over, meetings of the network.
    Columns: at (Timestamp), when (German), what, late (bool: the day is over), stage (of a plan, else "").
    """
    rows = schedule.schedule(today)
    plans = rows[(rows["participant_id"] == participant_id) & rows["open_from"].notna()]
    found = [
        (row["open_from"], row["open_de"], row["stage_de"], row["overdue_days"] == row["overdue_days"], row["stage"])
        for row in plans.to_dict("records")
        if row["overdue_days"] == row["overdue_days"] or row["open_to"] >= pd.Timestamp(today)
    ]
    steps = read(
        """
        SELECT due, text, responsible FROM review_point JOIN review USING (review_id)
        WHERE participant_id = ? AND kind = 'step' AND due >= ? ORDER BY due
        """,
        [participant_id, today],
    )
    found += [
        (due, day(due), f"{text} ({body})" if isinstance(body, str) else str(text), False, "")
        for due, text, body in steps.itertuples(index=False, name=None)
    ]
    meetings = read(
        """
        SELECT date_from, title, place FROM network_event
        WHERE status = 'planned' AND date_to >= ? ORDER BY date_from LIMIT ?
        """,
        [today, MEETINGS],
    )
    found += [
        (start, day(start), f"{title}, {place}" if isinstance(place, str) else str(title), False, "")
        for start, title, place in meetings.itertuples(index=False, name=None)
    ]
    frame = pd.DataFrame(found, columns=["at", "when", "what", "late", "stage"])
    return frame.sort_values("at", kind="stable", ignore_index=True)


@remembered
def practices(participant_id: str) -> pd.DataFrame:
    """Its good practice as far as it may be seen: columns title, theme (or None), result, contact_body, link."""
    return read(
        """
        SELECT title, name_de AS theme, result, contact_body, link
        FROM good_practice LEFT JOIN theme USING (theme_id) WHERE participant_id = ?
        ORDER BY strip_accents(lower(title))
        """,
        [participant_id],
    )


@remembered
def measures(participant_id: str) -> pd.DataFrame:
    """Its measures as far as they may be seen, running ones first.

    Columns: title, field (Handlungsfeld or None), theme (or None), status, starts, ends, responsible, source_url.
    """
    return read(
        """
        SELECT title, field_of_action AS field, name_de AS theme, status, starts, ends, responsible, m.source_url
        FROM measure m LEFT JOIN theme USING (theme_id) WHERE participant_id = ?
        ORDER BY list_position(['running', 'planned', 'done', 'idea', 'parked', 'dropped'], status),
                 coalesce(starts, ends) NULLS LAST, strip_accents(lower(title))
        """,
        [participant_id],
    )


def chosen_themes(participant_id: str) -> pd.DataFrame:
    """Its themes by name: columns theme_id, name_de, wording (its own words), source_url, figures (indicator ids)."""
    own = themes.choices()
    mine = own[own["participant_id"] == participant_id].sort_values("name_de", ignore_index=True)
    return mine.assign(figures=mine["theme_id"].map(themes.suggested_figures))
