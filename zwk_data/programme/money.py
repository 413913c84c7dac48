"""Mittelabfluss: euros granted, called and spent, per Kommune and year."""

from __future__ import annotations

import pandas as pd

from zwk_data.german import with_unit
from zwk_data.programme.attention import Thresholds
from zwk_data.stores.connection import read
from zwk_data.stores.memo import remembered

AMOUNTS = {"granted_eur": "Bewilligt", "called_eur": "Abgerufen", "spent_eur": "Ausgegeben"}


@remembered
def funding() -> pd.DataFrame:
    """All amounts, by name and year.

    Columns: participant_id, name, year, granted_eur, called_eur, spent_eur (NaN: not documented), note, called_share
    (of the granted), spent_share (of the called; both NaN if one of the two is not known or the base is 0).
    """
    return read("""
        SELECT participant_id, name, year::INTEGER AS year, granted_eur, called_eur, spent_eur,
               coalesce(f.note, '') AS note,
               called_eur / nullif(granted_eur, 0) AS called_share, spent_eur / nullif(called_eur, 0) AS spent_share
        FROM funding f JOIN participant USING (participant_id)
        ORDER BY strip_accents(lower(name)), year
    """)


def by_year(funding: pd.DataFrame) -> pd.DataFrame:
    """Sums per year: columns year, participants, granted_eur, called_eur, spent_eur, called_share, open.

    open: Kommunen whose spending is not documented. A share relates only amounts that are both known.
    """
    sums = (
        _sums(funding, ["year"]).fillna(dict.fromkeys(AMOUNTS, 0)).sort_values("year", ignore_index=True, kind="stable")
    )
    sums.insert(1, "participants", sums["year"].map(funding.groupby("year")["participant_id"].nunique()).astype(int))
    return sums


def by_participant(funding: pd.DataFrame) -> pd.DataFrame:
    """Sums per Kommune over the years given, lowest share called first.

    Columns participant_id, name, granted_eur, called_eur, spent_eur, called_share, open (years without spending).
    """
    sums = _sums(funding, ["participant_id", "name"])
    return sums.sort_values("called_share", ignore_index=True, kind="stable")


def _sums(funding: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Sums of each group in the order of the first rows; NaN where no amount is known."""
    both = funding["granted_eur"].notna() & funding["called_eur"].notna()
    frame = funding.assign(
        base=funding["granted_eur"].where(both),
        called=funding["called_eur"].where(both),
        open=funding["spent_eur"].isna().astype(int),
    )
    sums = frame.groupby(by, sort=False)[[*AMOUNTS, "base", "called", "open"]].sum(min_count=1).reset_index()
    sums["called_share"] = sums["called"] / sums["base"].where(sums["base"] > 0)
    return sums.drop(columns=["base", "called"])


def outliers(funding: pd.DataFrame, limits: Thresholds) -> pd.DataFrame:
    """Unusual amounts, latest year first: columns participant_id, name, year, text (German), note."""
    rows = []
    for row in funding.sort_values(["year", "name"], ascending=[False, True], kind="stable").to_dict("records"):
        told = []
        granted, called, spent = (row[column] for column in AMOUNTS)
        if granted > limits.most_eur:
            told.append(f"mehr als {with_unit(limits.most_eur, 'Euro')} bewilligt")
        if called > granted:
            told.append("mehr abgerufen als bewilligt")
        elif row["called_share"] < limits.low_share:
            told.append(f"nur {with_unit(row['called_share'] * 100, '%', 1)} der Bewilligung abgerufen")
        if spent > called:
            told.append(f"{with_unit(spent - called, 'Euro')} mehr ausgegeben als abgerufen")
        if told:
            rows.append((row["participant_id"], row["name"], row["year"], "; ".join(told), row["note"]))
    return pd.DataFrame(rows, columns=["participant_id", "name", "year", "text", "note"])
