"""„Kommunenscheinwerfer“: one Kommune, where it is, what it works on, where its people are heading, and a result."""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import shorten

import numpy as np
import pandas as pd

from zwk_data.demography import areas, figures
from zwk_data.german import number, with_unit
from zwk_data.programme import participants, practice, stages, themes
from zwk_data.programme.words import STAGES

#: the sparkline's own units
WIDTH, HEIGHT = 600, 180
#: themes that are told in the Kommune's words
MOST_THEMES = 5
#: letters of a result that find room beside three themes
LONGEST_RESULT = 120


@dataclass(frozen=True)
class Spotlight:
    """One Kommune. ``line``: the runs of its population between breaks as path data; ``result``: what it can show, and
    who says so; empty texts where nothing is known."""

    participant_id: str
    name: str
    where: str
    land_keys: tuple[str, ...]
    wordings: tuple[str, ...]
    people: str
    people_note: str
    change: str
    line: tuple[str, ...]
    first_year: str
    last_year: str
    stage: str
    result: str
    result_note: str
    alt: str


def spotlight(participant_id: str) -> Spotlight:
    """The spotlight on a Kommune. Raises KeyError for an unknown one."""
    row = participants.participants().set_index("participant_id").loc[participant_id].to_dict()
    people = _people(participant_id)
    cells = stages.matrix()
    progress = stages.progress(cells).set_index("participant_id").loc[participant_id]
    wordings = tuple(dict.fromkeys(themes.wordings(participant_id)["wording"]))[:MOST_THEMES]
    result, note = _result(participant_id)
    shown, told, change = _numbers(people, row["kind"] == "quartier")
    where = f"{row['kind_de']} in {row['land']}"
    return Spotlight(
        participant_id,
        str(row["name"]),
        where,
        tuple(areas.land_keys(participant_id)),
        wordings,
        shown,
        told,
        change,
        _line(people),
        str(int(people["year"].iloc[0])) if len(people) else "",
        str(int(people["year"].iloc[-1])) if len(people) else "",
        f"Bis zur Stufe {list(STAGES.values())[int(progress['furthest']) - 1]}" if progress["furthest"] else "",
        result,
        note,
        f"{row['name']}, {where}. {shown} Menschen {told}. {change}".strip(),
    )


def everyone() -> tuple[str, ...]:
    """The Kommunen that can stand in the light, by name."""
    return tuple(participants.participants()["participant_id"])


def _people(participant_id: str) -> pd.DataFrame:
    """year and value of the population, oldest first."""
    known = figures.totals(participant_id)
    return known[known["indicator_id"] == "population"].reset_index(drop=True)


def _numbers(people: pd.DataFrame, quarter: bool) -> tuple[str, str, str]:
    if people.empty:
        return "", "", ""
    last = people.iloc[-1]
    told = f"am 31.12.{int(last['year'])}" + (" in der ganzen Stadt" if quarter else "")
    spell = people[people["year"].between(2011, 2023)]
    change = ""
    if len(spell) > 1:
        first, end = spell.iloc[0], spell.iloc[-1]
        percent = 100 * (end["value"] / first["value"] - 1)
        small = end["value"] < areas.SMALL
        by = number(end["value"] - first["value"], sign=True) if small else with_unit(percent, "%", 1, sign=True)
        change = f"{by} von {int(first['year'])} bis {int(end['year'])}"
    return number(last["value"]), told, change


def _line(people: pd.DataFrame) -> tuple[str, ...]:
    """The population as path data, a path for each stretch that no census breaks; the scale starts at nought."""
    if len(people) < 2:
        return ()
    years = people["year"].to_numpy(float)
    values = people["value"].to_numpy(float)
    x = (years - years[0]) / (years[-1] - years[0]) * WIDTH
    y = HEIGHT - values / values.max() * (HEIGHT - 8)
    stretch = np.searchsorted((2010.5, 2023.5), years)
    return tuple(
        "M" + "L".join(f"{a:.1f} {b:.1f}" for a, b in zip(x[stretch == one], y[stretch == one], strict=True))
        for one in np.unique(stretch)
        if (stretch == one).sum() > 1
    )


def _result(participant_id: str) -> tuple[str, str]:
    """A good practice that may be shown to all, else what was finished last."""
    best = practice.to_show(participant_id)
    if best is None:
        return "", ""
    title, told, is_practice = best
    result = shorten(f"{title}: {told}" if told else title, LONGEST_RESULT, placeholder=" …")
    return result, "Gute Praxis" if is_practice else "Abgeschlossene Maßnahme"
