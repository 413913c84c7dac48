"""The network at a glance: who takes part, and what about it no source says."""

from __future__ import annotations

import pandas as pd

from zwk_data.german import count, listing, number
from zwk_data.programme import measures, places, stages, themes
from zwk_data.programme.participants import Reach, participants
from zwk_data.programme.words import PROJECT_SIZE, STAGES


def people() -> pd.DataFrame:
    """All Kommunen as in ``participants``, with their place and how far they are documented.

    Further columns: lon, lat, documented, furthest, furthest_de, last (see ``stages.progress``), stages (German text:
    which stages are documented), themes (number of themes).
    """
    cells = stages.matrix()
    known = cells[cells["state"] != "none"]
    said = known.assign(name=known["stage"].map(STAGES)).groupby("participant_id")["name"].agg(", ".join)
    number_of_themes = themes.choices().groupby("participant_id").size()
    frame = (
        participants()
        .merge(places.map_points(), on="participant_id", how="left", validate="one_to_one")
        .merge(stages.progress(cells), on="participant_id", validate="one_to_one")
    )
    frame["stages"] = "Belegt: " + frame["participant_id"].map(said).fillna("keine Stufe")
    frame["themes"] = frame["participant_id"].map(number_of_themes).fillna(0).astype(int)
    return frame


def undocumented(people: pd.DataFrame, cells: pd.DataFrame, reach: Reach | None) -> pd.DataFrame:
    """What no source says, one row per matter: columns Was, Nicht belegt (count in words), Erläuterung.

    ``people`` as from ``people``, ``cells`` as from ``stages.matrix``. Matters without a gap are left out.
    """
    rows: list[tuple[str, str, str]] = []
    all_of = number(len(people))
    if len(people) < PROJECT_SIZE:
        rows.append(
            (
                "Teilnehmende",
                f"{number(PROJECT_SIZE - len(people))} von {PROJECT_SIZE}",
                f"Das Modellprojekt spricht von {PROJECT_SIZE} Kommunen, öffentliche Quellen nennen {all_of}.",
            )
        )
    counts = stages.counts(cells)
    for name, none, undated in zip(counts["name_de"], counts["none"], counts["undated"], strict=True):
        if none or undated:
            more = f"Bei weiteren {number(undated)} ist die Stufe belegt, aber ohne Datum." if undated else ""
            rows.append((f"Stufe {name}", f"{number(none)} von {all_of}", more))
    silent = people.loc[people["themes"] == 0, "name"].tolist()
    if silent:
        rows.append(("Themen", f"{number(len(silent))} von {all_of}", f"{listing(silent)}."))
    if measures.count() == 0:
        rows.append(
            ("Maßnahmen", f"alle {all_of}", "Aus keinem Werkstattplan sind einzelne Maßnahmen in den Quellen genannt.")
        )
    unadvised = int(people["adviser"].isna().sum())
    if unadvised:
        rows.append(("Beratung", f"{number(unadvised)} von {all_of}", "Die begleitende Beratung ist nicht genannt."))
    if reach and reach.quarters:
        rows.append(
            (
                "Zahlen für Stadtquartiere",
                count(reach.quarters, "Quartier", "Quartiere"),
                "Amtliche Zahlen gibt es nur für die ganze Stadt; sie stehen überall mit diesem Hinweis.",
            )
        )
    return pd.DataFrame(rows, columns=["Was", "Nicht belegt", "Erläuterung"])


def reach_text(reach: Reach) -> str:
    """Who is in the number of inhabitants and who is not."""
    parts = [f"Ende {reach.year} in {count(reach.counted, 'Kommune', 'Kommunen')}, jeder Mensch einmal gezählt"]
    if reach.quarters:
        parts.append(f"ohne {count(reach.quarters, 'Stadtquartier', 'Stadtquartiere')}")
    return ", ".join(parts)
