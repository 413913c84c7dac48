"""What a participant is: kind, Land, what it consists of and is compared with, and how to read its figures."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import pandas as pd

from zwk_data.demography import areas, features
from zwk_data.demography.areas import BUND, Area, comparisons, official_kind, parts
from zwk_data.demography.series import Break, between
from zwk_data.german import listing
from zwk_data.stores.connection import read
from zwk_data.stores.memo import remembered


@remembered
def description(participant_id: str, kind_de: str) -> str:
    """One or two sentences: „Zusammenschluss in Bayern und Thüringen. Dazu gehören …“."""
    around = comparisons(participant_id)
    laender = [area.name for area in around if area.level == "land"]
    kreise = [area.name for area in around if area.level == "kreis"]
    where = f", {listing(kreise)}" if kreise else ""
    own = parts(participant_id)
    names = [part.name.partition(",")[0] for part in own]
    members = f" Dazu gehören {listing(names)}." if len(own) > 1 else ""
    return f"{official_kind(participant_id, kind_de)} in {listing(laender)}{where}.{members}"


def whole_city(name: str, quarter: str) -> str:
    """That the figures of a quarter are those of its whole city."""
    return (
        f"An der Zukunftswerkstatt nimmt ein Teil der Stadt teil ({quarter}). Amtliche Zahlen gibt es hier nur für die "
        f"ganze Stadt: Alles auf dieser Seite gilt für {name} insgesamt."
    )


def preselected(around: list[Area]) -> list[Area]:
    """The areas to start the comparison with: without a level of more than two, they would hide the rest."""
    areas_of = Counter(area.level for area in around)
    return [area for area in around if areas_of[area.level] <= 2]


def against(around: list[Area]) -> Area:
    """What a pyramid is compared with: the Land, or Germany for an alliance of several Länder."""
    laender = [area for area in around if area.level == "land"]
    return laender[0] if len(laender) == 1 else next(area for area in around if area.key == BUND)


def trend_note(found: list[Break], series: pd.DataFrame, *, published: bool = False) -> str:
    """How to read the drawing of a trend: breaks, hollow points, the territory."""
    known = series.dropna(subset="value")
    if known.empty:
        return ""
    inside = between(found, int(known["year"].min()), int(known["year"].max()))
    told = []
    if inside:
        word = "Bruch" if len(inside) == 1 else "Brüche"
        names = listing([one.name for one in inside])
        told.append(f"{word}: {names}. Der Sprung dort ist keine Entwicklung.")
    if known["status"].isin(["rounded", "estimated"]).any():
        told.append("Hohle Punkte sind gerundet, geschätzt oder umgerechnet.")
    if (known["role"] == "median").any():
        told.append("Der Median lässt Stadtquartiere aus.")
    told.append("Gebietsstand des jeweiligen Jahres." if published else "Gebietsstand 31.12.2023.")
    return " ".join(told)


@remembered
def overview() -> pd.DataFrame:
    """All participants: participant_id, name, kind, land, people (latest), year, change (persons since 2011).

    The change ends with 2023, the last year on the base of the Zensus 2011.
    """
    return read(
        """
        WITH people AS (
            SELECT participant_id, year, value FROM participant_observation
            WHERE indicator_id = 'population' AND sex = 'total' AND age_group = 'total' AND value IS NOT NULL
        )
        SELECT p.participant_id, p.name, p.kind, p.land,
               arg_max(value, year) AS people, max(year) AS year,
               arg_max(value, year) FILTER (WHERE year BETWEEN 2011 AND 2023)
                 - any_value(value) FILTER (WHERE year = 2011) AS change
        FROM participant p LEFT JOIN people USING (participant_id)
        GROUP BY p.participant_id, p.name, p.kind, p.land ORDER BY strip_accents(lower(p.name))
        """
    )


@dataclass(frozen=True)
class Subject:
    """A participant: ``name`` in full, ``short`` for labels, ``small`` under 1,000 people, areas ``around`` it.

    ``is_kreis``: it stands among Kreise (Landkreise and kreisfreie Städte), not among Gemeinden.
    """

    id: str
    name: str
    short: str
    kind: str
    small: bool
    is_kreis: bool
    around: tuple[Area, ...]


@remembered
def subject_of(participant_id: str, name: str, short: str, kind: str) -> Subject:
    """The subject with these words of ``programme.participants``; unknown to the figures raises ZwkError."""
    return Subject(
        participant_id,
        name,
        short,
        kind,
        areas.is_small(participant_id),
        features.level_of(participant_id) == "kreis",
        tuple(areas.comparisons(participant_id)),
    )
