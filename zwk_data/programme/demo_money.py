"""Invented Mittel: what each Kommune was granted, called and spent in a year."""

from __future__ import annotations

from datetime import date

import pandas as pd

from zwk_data.programme.demo_draw import between, stamp, stream, table

#: euros a year at most, as the project gave
MOST = 40_000


def funding(participants: pd.DataFrame) -> pd.DataFrame:
    """The table ``funding`` without keys: 2021 to 2024, for those admitted in 2023 from that year on."""
    rng = stream("funding")
    rows = []
    for participant in participants.to_dict("records"):
        # some call nearly everything every year, some hardly get round to it
        habit = float(rng.choice([0.95, 0.8, 0.5], p=[0.55, 0.32, 0.13]))
        for year in range(2023 if str(participant["admitted"]).startswith("2023") else 2021, 2025):
            granted = 500.0 * int(rng.integers(20 if year == 2021 else 50, MOST // 500 + 1))
            share = min(1.0, max(0.05, habit * (0.75 if year == 2021 else 1.0) + float(rng.normal(0, 0.08))))
            called = round(granted * share, 2) if share < 0.97 else granted
            spent = round(called * min(1.0, float(rng.uniform(0.82, 1.06))), 2)
            note = None
            if rng.random() < 0.04:
                spent = round(called * 1.08, 2)
                note = "Mehr ausgegeben als abgerufen; der Rest kommt aus eigenen Mitteln."
            elif share < 0.4:
                note = "Stelle war mehrere Monate nicht besetzt."
            # the account of the last year is not closed everywhere
            open_account = year == 2024 and rng.random() < 0.45
            rows.append(
                {
                    "participant_id": participant["participant_id"],
                    "year": year,
                    "granted_eur": granted,
                    "called_eur": called,
                    "spent_eur": None if open_account else spent,
                    "note": "Verwendungsnachweis steht aus." if open_account else note,
                    **stamp(rng, between(rng, date(year, 10, 1), date(year, 12, 20))),
                }
            )
    return table(rows)
