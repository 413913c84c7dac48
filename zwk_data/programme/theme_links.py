"""Themes set against stages, and Kommunen joined by the themes they share."""

from __future__ import annotations

import numpy as np
import pandas as pd

from zwk_data.programme.words import STAGES

#: links in one drawing: with more of them no line can be followed any longer
MOST_LINKS = 60


def by_stage(catalog: pd.DataFrame, choices: pd.DataFrame, cells: pd.DataFrame) -> pd.DataFrame:
    """For each theme, how many of its Kommunen are documented in each stage; themes in the order of ``catalog``.

    ``catalog``: ``themes.themes``; ``choices``: ``themes.choices``; ``cells``: ``stages.matrix``. Columns: theme_id,
    name_de, toolkit, participants, one per stage (Kommunen documented in it), none (Kommunen without any documented
    stage). A stage counts only where it is documented itself; a later one proves none before it.
    """
    known = cells[cells["state"] != "none"]
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
    strong (bool: among the strongest, see ``_strong``).
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
    made["strong"] = _strong(made)
    return made


def _strong(links: pd.DataFrame) -> list[bool]:
    """The links with so many shared themes that at most ``MOST_LINKS`` are left, and everyone's first one."""
    least = next(
        (n for n in range(1, int(links["shared"].max()) + 1) if (links["shared"] >= n).sum() <= MOST_LINKS), np.inf
    ) if len(links) else 0  # fmt: skip
    seen: set[str] = set()
    kept = []
    for a, b, shared in links[["a", "b", "shared"]].itertuples(index=False, name=None):
        kept.append(shared >= least or a not in seen or b not in seen)
        seen |= {a, b}
    return kept


def theme_partners(links: pd.DataFrame, participant_id: str) -> pd.DataFrame:
    """The links of one Kommune: columns participant_id (the other one), shared, themes; most shared first."""
    mine = links[(links["a"] == participant_id) | (links["b"] == participant_id)]
    other = mine["a"].where(mine["b"] == participant_id, mine["b"])
    return pd.DataFrame({"participant_id": other, "shared": mine["shared"], "themes": mine["themes"]}).reset_index(
        drop=True
    )
