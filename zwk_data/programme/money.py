"""Mittelabfluss: what was granted, called and spent, per Kommune and year, in euros."""

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
    frame = read("""
        SELECT participant_id, name, year::INTEGER AS year, granted_eur, called_eur, spent_eur,
               coalesce(f.note, '') AS note,
               called_eur / nullif(granted_eur, 0) AS called_share, spent_eur / nullif(called_eur, 0) AS spent_share
        FROM funding f JOIN participant USING (participant_id)
        ORDER BY strip_accents(lower(name)), year
    """)
    return frame


def by_year(funding: pd.DataFrame) -> pd.DataFrame:
    """Sums per year: columns year, participants, granted_eur, called_eur, spent_eur, called_share, open (Kommunen whose

    spending is not documented). A share sets only amounts against each other that are both known.
    """
    both = funding["granted_eur"].notna() & funding["called_eur"].notna()
    frame = funding.assign(
        base=funding["granted_eur"].where(both),
        called=funding["called_eur"].where(both),
        is_open=funding["spent_eur"].isna(),
    )
    made = frame.groupby("year").agg(
        participants=("participant_id", "nunique"),
        **{column: (column, "sum") for column in AMOUNTS},
        base=("base", "sum"),
        called=("called", "sum"),
        open=("is_open", "sum"),
    )
    made["called_share"] = made["called"] / made["base"].where(made["base"] > 0)
    return made.reset_index().drop(columns=["base", "called"])


def by_participant(funding: pd.DataFrame) -> pd.DataFrame:
    """Sums per Kommune over the years given, lowest share called first.

    Columns participant_id, name, granted_eur, called_eur, spent_eur, called_share, open (years without spending).
    """
    both = funding["granted_eur"].notna() & funding["called_eur"].notna()
    frame = funding.assign(
        base=funding["granted_eur"].where(both),
        called=funding["called_eur"].where(both),
        is_open=funding["spent_eur"].isna(),
    )
    made = frame.groupby(["participant_id", "name"], sort=False).agg(
        **{column: (column, lambda values: values.sum(min_count=1)) for column in AMOUNTS},
        base=("base", "sum"),
        called=("called", "sum"),
        open=("is_open", "sum"),
    )
    made["called_share"] = made["called"] / made["base"].where(made["base"] > 0)
    return made.reset_index().drop(columns=["base", "called"]).sort_values("called_share", ignore_index=True)


def outliers(funding: pd.DataFrame, limits: Thresholds) -> pd.DataFrame:
    """What stands out, latest year first: columns participant_id, name, year, text (German), note."""
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
