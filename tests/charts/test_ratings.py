"""Zielerreichung drawn: shares as bars, votes as numbers, in words and as a table."""

from __future__ import annotations

import pandas as pd

from zwk_data.charts.measures_and_money import ratings_chart
from zwk_data.schema.words import RATING_STEPS


def ratings(*rows: tuple[str, list[int], str]) -> pd.DataFrame:
    found = []
    for name, votes, note in rows:
        total = sum(votes)
        mean = sum(step * n for step, n in enumerate(votes, start=1)) / total if total else float("nan")
        share = (votes[3] + votes[4]) / total if total else float("nan")
        found.append((name, *votes, total, mean, share, note))
    columns = ["field_of_action", *(f"votes_{s}" for s in RATING_STEPS), "votes", "mean", "share_reached", "note"]
    return pd.DataFrame(found, columns=columns)


def test_bars_are_shares_and_numbers_are_votes() -> None:
    made = ratings_chart(
        ratings(("Wohnen", [1, 0, 3, 16, 5], "nur Kernort"), ("Wege", [0] * 5, "")), "Bilanz", "Demodaten"
    )
    bars = {bar.name: bar for bar in made.figure.data}
    assert list(bars) == list(RATING_STEPS.values())
    assert bars["weitgehend erreicht"].x == (64.0, 0.0)
    assert bars["weitgehend erreicht"].text == ("16", "")
    # a sliver has no room for its number; the table and the pointer tell it
    assert bars["nicht erreicht"].x == (4.0, 0.0)
    assert bars["nicht erreicht"].text[0] == ""
    assert sum(bar.x[0] for bar in bars.values()) == 100
    assert "keine Stimmen" in made.figure.data[0].y[1]
    assert made.alt == (
        "Gestapelte Balken: Zielerreichung in 2\u00a0Handlungsfeldern. Wohnen: 21 von 25 Stimmen für „weitgehend "
        "erreicht“ oder „erreicht“, im Mittel Stufe 4,0 von 5; Wege: keine Stimmen."
    )
    assert made.table.iloc[0].tolist() == ["Wohnen", 1, 0, 3, 16, 5, 25, 4.0, 84.0, "nur Kernort"]
    assert made.table["Mittel (1 bis 5)"].isna().tolist() == [False, True]


def test_long_names_stand_in_lines_and_have_room() -> None:
    short = ratings_chart(ratings(("Wohnen", [1] * 5, "")), "Bilanz", "Demodaten")
    long = ratings_chart(ratings(("Gesundheit, Pflege, Älterwerden und gutes Leben im Ort " * 2, [1] * 5, "")), "", "")
    assert "Hinweis" not in short.table
    assert long.figure.data[0].y[0].count("<br>") >= 4
    assert long.figure.layout.height > short.figure.layout.height
