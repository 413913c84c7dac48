"""The Geschäftsstelle's desk on a full store: how soon an event is saved, and what each page of it needs."""

from __future__ import annotations

import os
import time
from datetime import date, timedelta
from pathlib import Path
from statistics import median

from benchmarks import desk_data

SAVINGS = 40
#: the page on which an event is entered, and which says that it is saved
ENTRY = "datenpflege?kommune=riesa&stufe=zukunftswerkstatt"
PAGES = (
    *(f"monitoring?teil={tab}" for tab in ("ueberblick", "termine", "verlauf", "mittel", "massnahmen", "bericht")),
    *(f"themen{query}" for query in ("", "?thema=gesundheit-pflege", "?kommune=riesa")),
    *(
        f"themen?teil={tab}&thema=gesundheit-pflege&kommune=riesa"
        for tab in ("stand", "netz", "beratung", "demografie", "praxis")
    ),
    ENTRY,
    "datenpflege?teil=tabellen&tabelle=stage_event&kommune=riesa",
    "datenpflege?teil=verlauf",
    "stufen",
)


def full_store(home: Path) -> dict[str, str]:
    """Make the demo store in ``home`` and fill it up; returns the environment of a server that shows it."""
    environment = {"ZWK_HOME": str(home), "ZWK_DATA": "demo"}
    os.environ.update(environment)
    from zwk_data import seed
    from zwk_data.stores.connection import close

    close()
    desk_data.fill(seed.ensure())
    return environment


def saving_ms() -> list[float]:
    """Milliseconds until an event is on the disk, with its history, checks and conflicts, one after the other."""
    from zwk_data.records import quick_entry
    from zwk_data.records.changes import warm_up
    from zwk_data.schema.dates import Span
    from zwk_data.stores.access import LOCAL
    from zwk_data.stores.connection import close, open_for_writing

    open_for_writing()
    warm_up()
    taken = []
    for number in range(SAVINGS):
        day = date(2024, 1, 1) + timedelta(days=number)
        begin = time.perf_counter()
        quick_entry.hold_stage(LOCAL, "riesa", "zukunftswerkstatt", Span(day, day, "day"), note=f"Runde {number}")
        taken.append((time.perf_counter() - begin) * 1000)
    close()
    return [median(taken), max(taken)]
