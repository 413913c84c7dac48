"""The Synopse: all Kommunen side by side, process and demography in one row each."""

from __future__ import annotations

import pandas as pd

from zwk_data.demography import figures, portrait
from zwk_data.demography.source_lines import source_line
from zwk_data.german import MISSING, all_rounded
from zwk_data.programme import measures_and_money, participants, stages, themes
from zwk_data.programme.schedule import SHORT_DATES
from zwk_data.schema.words import MEASURE_STATUS, STAGES


def synopse() -> pd.DataFrame:
    """One row per Kommune, by Land and name.

    Columns: participant_id, name, land, kind_de, adviser (None if not documented), one per stage (German text, „nicht
    belegt“ where it is) and the same in few characters with the suffix „_short“; themes (names, joined by „; “), one
    per status of measures (numbers), people (latest), year, change (per cent since 2011, up to 2023; NaN if unknown),
    share_67plus (per cent, by the Zensus 2022).
    """
    people = participants.participants()[["participant_id", "name", "land", "kind_de", "adviser"]]
    matrix = stages.matrix()
    matrix["short"] = [_short_date(*cell) for cell in matrix[["state", "first", "first_precision"]].to_numpy()]
    wide = matrix.set_index(["participant_id", "stage"])
    cells = wide["text"].unstack()[list(STAGES)]  # noqa: PD010 - one text per key
    short = wide["short"].unstack()[list(STAGES)].add_suffix("_short")  # noqa: PD010
    chosen = themes.choices().groupby("participant_id")["name_de"].agg(lambda names: "; ".join(sorted(set(names))))
    counts = measures_and_money.by_participant(measures_and_money.measures()).reindex(
        people["participant_id"], fill_value=0
    )
    size = portrait.overview().set_index("participant_id")[["people", "year"]]
    known = figures.of_everyone(("population_index", "census_share_67plus"))
    index = known[(known["indicator_id"] == "population_index") & known["year"].between(2012, 2023)]
    change = index.sort_values("year", kind="stable").groupby("participant_id")["value"].last().rename("change") - 100
    counted = known[known["indicator_id"] == "census_share_67plus"]
    aged = counted.sort_values("year", kind="stable").groupby("participant_id")["value"].last().rename("share_67plus")
    made = people.set_index("participant_id")
    made = made.join([cells, short, chosen.rename("themes"), counts, size, change, aged]).reset_index()
    return made.sort_values(["land", "name"], key=lambda column: column.str.casefold(), ignore_index=True)


def synopse_source() -> str:
    """The source line of the numbers: the newest population, growth and share of 67 and over of each Kommune."""
    known = figures.of_everyone(("population", "population_index", "census_share_67plus"))
    return source_line(known.groupby(["participant_id", "indicator_id"]).tail(1), computed=True)


def _short_date(state: str, first: pd.Timestamp, precision: str) -> str:
    """The first date of a stage in few characters: 09.11.22, 11/22, 2022, „belegt“ without a date, „pauschal“, „–“."""
    without_date = {"none": MISSING, "undated": "belegt", "blanket": "pauschal"}
    if state in without_date:
        return without_date[state]
    return f"{first:{SHORT_DATES[precision]}}"


def synopse_in_words(frame: pd.DataFrame) -> pd.DataFrame:
    """The Synopse with German column names and typed values, for a workbook."""
    names = {
        "name": "Kommune",
        "land": "Land",
        "kind_de": "Art",
        "adviser": "Beratung",
        **STAGES,
        "themes": "Themen",
        **{code: f"Maßnahmen {word}" for code, word in MEASURE_STATUS.items()},
        "people": "Bevölkerung",
        "year": "Jahr",
        "change": "Veränderung seit 2011 (%)",
        "share_67plus": "67 und älter 2022 (%)",
    }
    made = frame[list(names)].rename(columns=names)
    for column in ("Veränderung seit 2011 (%)", "67 und älter 2022 (%)"):
        made[column] = all_rounded(made[column], 1)
    return made.astype({"Jahr": "Int64", "Bevölkerung": "Int64"})
