"""The themes: which Kommunen work on them, in which words, together with whom, and how far they have come.

``theme_difference`` asks whether Kommunen with a theme differ in a figure from the others: a comparison, never a cause.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import pandas as pd
import yaml

from zwk_data.programme import stages
from zwk_data.schema.words import STAGES
from zwk_data.settings import DATA
from zwk_data.stores.connection import read
from zwk_data.stores.memo import remembered


@remembered
def themes() -> pd.DataFrame:
    """All themes, the 13 of the Werkzeugkoffer first, each group by number of Kommunen and then by name.

    Columns: theme_id, name_de, toolkit (bool), participants (how many Kommunen name it).
    """
    return read("""
        SELECT theme_id, name_de, toolkit, count(DISTINCT participant_id) AS participants
        FROM theme LEFT JOIN participant_theme USING (theme_id)
        GROUP BY theme_id, name_de, toolkit ORDER BY toolkit DESC, participants DESC, strip_accents(lower(name_de))
    """)


@remembered
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


@remembered(entries=128)
def wordings(participant_id: str) -> pd.DataFrame:
    """A Kommune's own words and the themes they were mapped to.

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


@remembered(entries=128)
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


#: shown first for a theme without figures of its own
FALLBACK = "population_index"
#: a year is used if it has figures for at least this share of the places of the best year
KNOWN_ENOUGH = 0.9
#: a difference needs at least so many places on either side
FEWEST = 5
DRAWS, SEED = 9_999, 20241231
#: below this number of inhabitants a few people change a share noticeably
SMALL = 1000


@dataclass(frozen=True)
class Difference:
    """Medians of the places with and without a theme.

    ``chance``: the share of random divisions into groups of these sizes whose medians lie at least as far apart; NaN
    where a group is too small.
    """

    with_n: int
    without_n: int
    with_median: float
    without_median: float
    chance: float

    @property
    def difference(self) -> float:
        """With minus without."""
        return self.with_median - self.without_median

    @property
    def is_enough(self) -> bool:
        """Are both groups large enough to compare?"""
        return min(self.with_n, self.without_n) >= FEWEST


@lru_cache(maxsize=1)
def catalogue() -> dict[str, tuple[str, ...]]:
    """Each theme of data/theme_figures.yml with the ids of its indicators, which may be none."""
    content = yaml.safe_load((DATA / "theme_figures.yml").read_text(encoding="utf-8"))
    return {str(theme): tuple(figures) for theme, figures in content.items()}


def suggested_figures(theme_id: str) -> tuple[str, ...]:
    """The indicators of a theme, the most relevant first; may be empty."""
    return catalogue().get(theme_id, ())


@remembered
def available_figures() -> list[str]:
    """The ids of all indicators that participants have figures of."""
    return read("""
        SELECT DISTINCT indicator_id FROM participant_observation
        WHERE sex = 'total' AND age_group = 'total' AND value IS NOT NULL ORDER BY indicator_id
    """)["indicator_id"].tolist()


def theme_figures(indicator_id: str, theme_id: str) -> pd.DataFrame:
    """One row per Kommune, by name.

    Left out are quarters, as only the whole city's figures are known, and Kommunen without any documented theme, as
    nobody knows whether they chose this one.

    What is published of no Gemeinde but of Kreise is for a Kommune that lies in one Kreis the figure of this Kreis;
    what is published of Verbände, for a Kommune that lies in one the figure of this Verband.

    Columns: participant_id, name, chose (bool), value (NaN if none; a published „–“ is 0), year (the latest in which
    nearly all of them have a figure), status, territory, source_id, kreis and kreis_key (of the Kreis, or Verband,
    whose figure it is, else empty), small (bool: under 1,000 inhabitants).
    """
    return read(
        """
        WITH own AS (
            SELECT participant_id, indicator_id, year, status, territory, source_id,
                   CASE WHEN status = 'none' THEN 0 ELSE value END AS value
            FROM participant_observation JOIN participant USING (participant_id)
            WHERE sex = 'total' AND age_group = 'total' AND kind <> 'quartier'
              AND (value IS NOT NULL OR status = 'none')),
        lies_in AS (
            SELECT participant_id, any_value(area_key[1:5]) AS kreis_key FROM member WHERE level = 'gemeinde'
            GROUP BY participant_id HAVING count(DISTINCT area_key[1:5]) = 1),
        of_verband AS (
            SELECT participant_id, year, status, territory, o.source_id, value, a.name, verband_key
            FROM participant_verband JOIN participant USING (participant_id)
            JOIN observation_today o ON o.level = 'verband' AND o.area_key = verband_key
            JOIN area a ON a.area_key = verband_key
            WHERE indicator_id = $indicator AND sex = 'total' AND age_group = 'total' AND value IS NOT NULL
              AND kind <> 'quartier'
              AND participant_id NOT IN (SELECT participant_id FROM own WHERE indicator_id = $indicator)),
        known AS (
            SELECT participant_id, year, status, territory, source_id, value, NULL AS kreis, NULL AS kreis_key FROM own
            WHERE indicator_id = $indicator
            UNION ALL
            FROM of_verband
            UNION ALL
            SELECT participant_id, year, status, territory, o.source_id, value, a.name, lies_in.kreis_key
            FROM lies_in JOIN participant USING (participant_id)
            JOIN observation_today o ON o.level = 'kreis' AND o.area_key = lies_in.kreis_key
            JOIN area a ON a.area_key = lies_in.kreis_key AND a.level = 'kreis'
            WHERE indicator_id = $indicator AND sex = 'total' AND age_group = 'total' AND value IS NOT NULL
              AND kind <> 'quartier'
              AND participant_id NOT IN (SELECT participant_id FROM own WHERE indicator_id = $indicator)
              AND participant_id NOT IN (SELECT participant_id FROM of_verband)
              AND $indicator NOT IN (SELECT indicator_id FROM coverage WHERE state = 'today' AND place = 'gemeinde')),
        counted AS (SELECT year, count(*) AS n FROM known GROUP BY year),
        best AS (SELECT max(year) AS year FROM counted WHERE n >= $enough * (SELECT max(n) FROM counted)),
        people AS (
            SELECT participant_id, arg_max(value, year) AS people FROM own
            WHERE indicator_id = 'population' GROUP BY participant_id)
        SELECT participant_id, name,
               participant_id IN (SELECT participant_id FROM participant_theme WHERE theme_id = $theme) AS chose,
               value, (SELECT year FROM best)::INTEGER AS year, status, territory, source_id,
               coalesce(kreis, '') AS kreis, coalesce(kreis_key, '') AS kreis_key,
               coalesce(people < $small AND kreis IS NULL, false) AS small
        FROM participant
        LEFT JOIN (FROM known WHERE year = (SELECT year FROM best)) USING (participant_id)
        LEFT JOIN people USING (participant_id)
        WHERE kind <> 'quartier' AND participant_id IN (SELECT participant_id FROM participant_theme)
        ORDER BY strip_accents(lower(name))
        """,
        {"indicator": indicator_id, "theme": theme_id, "enough": KNOWN_ENOUGH, "small": SMALL},
    )


def theme_difference(figures: pd.DataFrame) -> Difference:
    """Compare the two groups of ``theme_figures``; the same figures always give the same answer."""
    known = figures.dropna(subset="value")
    value, chose = known["value"].to_numpy(dtype=np.float64), known["chose"].to_numpy(dtype=bool)
    n = int(chose.sum())
    chosen, left = (float(np.median(part)) if len(part) else np.nan for part in (value[chose], value[~chose]))
    found = Difference(n, len(value) - n, chosen, left, np.nan)
    if not found.is_enough:
        return found
    shuffled = np.random.default_rng(SEED).permuted(np.tile(np.sort(value), (DRAWS, 1)), axis=1)
    apart = np.abs(np.median(shuffled[:, :n], axis=1) - np.median(shuffled[:, n:], axis=1))
    # a tolerance, so that floating-point noise does not split a tie
    as_far = int((apart >= abs(found.difference) - 1e-9 * max(1.0, float(np.abs(value).max()))).sum())
    return replace(found, chance=(as_far + 1) / (DRAWS + 1))


#: with more links than this no line of the drawing can be followed by eye
MOST_LINKS = 60


def by_stage(catalog: pd.DataFrame, choices: pd.DataFrame, cells: pd.DataFrame) -> pd.DataFrame:
    """How many Kommunen of each theme are documented in each stage; themes in the order of ``catalog``.

    ``catalog``: ``themes.themes``; ``choices``: ``themes.choices``; ``cells``: ``stages.matrix``. Columns: theme_id,
    name_de, toolkit, participants, one per stage (Kommunen documented in it), none (Kommunen without any documented
    stage). A stage counts only where it is documented itself; a later one does not prove an earlier one.
    """
    known = cells[stages.is_documented(cells)]
    documented = pd.crosstab(known["participant_id"], known["stage"]).reindex(
        index=cells["participant_id"].unique(), columns=list(STAGES), fill_value=0
    )
    documented["none"] = (documented.sum(axis=1) == 0).astype(int)
    pairs = choices[["participant_id", "theme_id"]].drop_duplicates()
    columns = [*STAGES, "none"]
    sums = pairs.join(documented, on="participant_id").groupby("theme_id")[columns].sum()
    made = catalog[["theme_id", "name_de", "toolkit", "participants"]].join(sums, on="theme_id")
    return made.fillna(dict.fromkeys(columns, 0)).astype(dict.fromkeys(columns, int))


def theme_links(choices: pd.DataFrame, ids: list[str]) -> pd.DataFrame:
    """Every two Kommunen that share a theme, most shared themes first, then in the order of ``ids``.

    Columns: a and b (participant_id, ``a`` before ``b`` in ``ids``), shared (number), themes (names, joined by „ · “),
    strong (bool: one of so many shared themes that at most ``MOST_LINKS`` links have as many, or a Kommune's first).
    """
    pairs = choices[choices["participant_id"].isin(ids)].drop_duplicates(["participant_id", "theme_id"])
    grid = pd.crosstab(pairs["participant_id"], pairs["name_de"]).reindex(ids, fill_value=0)
    has = grid.to_numpy(dtype=np.int64)
    shared = has @ has.T
    first, second = np.nonzero(np.triu(shared, k=1))
    names = grid.columns.to_numpy()
    made = pd.DataFrame(
        {
            "a": [ids[one] for one in first],
            "b": [ids[one] for one in second],
            "shared": shared[first, second].astype(int),
            "themes": [" · ".join(sorted(names[(has[a] & has[b]) > 0])) for a, b in zip(first, second, strict=True)],
        }
    )
    made = made.sort_values("shared", ascending=False, kind="stable", ignore_index=True)
    enough = made["shared"].iloc[MOST_LINKS] + 1 if len(made) > MOST_LINKS else 0
    ends = made[["a", "b"]].melt(ignore_index=False).sort_index(kind="stable")
    firsts = ends.drop_duplicates("value").index
    made["strong"] = (made["shared"] >= enough) | made.index.isin(firsts)
    return made


def theme_partners(links: pd.DataFrame, participant_id: str) -> pd.DataFrame:
    """The links of one Kommune: columns participant_id (the other one), shared, themes; most shared first."""
    mine = links[(links["a"] == participant_id) | (links["b"] == participant_id)]
    other = mine["a"].where(mine["b"] == participant_id, mine["b"])
    return mine.assign(participant_id=other)[["participant_id", "shared", "themes"]].reset_index(drop=True)
