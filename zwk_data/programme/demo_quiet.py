"""Some invented Kommunen fall silent, so that Monitoring has something to find."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import pandas as pd

from zwk_data.programme.demo_draw import stream

#: how many, and between which days nothing is heard of them any more
_NUMBER, _FROM, _SPAN = 5, datetime(2024, 4, 20), 150
_LATEST = datetime(2024, 9, 20)


def hushed(frames: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The tables without what was entered of some Kommunen after they fell silent; events and measures stay."""
    rng = stream("quiet")
    made = dict(frames)
    stamps = pd.concat([made["stage_event"], made["measure"]]).groupby("participant_id")["entered_at"].max()
    able = sorted(stamps[stamps < _LATEST].index)
    of_measure = dict(zip(made["measure"]["measure_id"], made["measure"]["participant_id"], strict=True))
    for place in sorted(rng.choice(len(able), size=min(_NUMBER, len(able)), replace=False)):
        key = able[int(place)]
        silent = max(_FROM + timedelta(days=int(rng.integers(_SPAN))), stamps[key])
        for table in ("stage_plan", "measure_note", "funding", "good_practice", "dossier_note"):
            frame = made[table]
            owner = frame["measure_id"].map(of_measure) if table == "measure_note" else frame["participant_id"]
            late = (owner == key) & (frame["entered_at"] > silent)
            made[table] = frame[~late].reset_index(drop=True)
    return made
