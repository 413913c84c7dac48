"""The figures of participants as they are stored, and those that head a participant's page.

A figure older than the programme shows the year it is of, and stands behind all newer ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple, TypeVar

import pandas as pd

from zwk_data.demography.areas import SMALL, comparisons, in_full_kreis
from zwk_data.demography.indicators import SEXES, STATUS, age_group
from zwk_data.german import NOT_DOCUMENTED, number, rounded, with_unit
from zwk_data.stores.connection import read
from zwk_data.stores.memo import remembered

T = TypeVar("T")

#: the year the Zukunftswerkstatt began
PROGRAMME_BEGAN = 2021


@remembered
def figures(participant_id: str, indicator_id: str | None = None) -> pd.DataFrame:
    """All figures of a participant, or those of one indicator, newest first.

    German columns, ready to show: Kennzahl, Jahr, Geschlecht, Alter, Wert (float, NaN where none), Einheit, Angabe (the
    status in words), Gebietsstand (year), Quelle.
    """
    frame = read(
        """
        SELECT i.name_de, o.year, o.sex, o.age_group, o.value, i.unit, i.decimals, o.status, o.territory, s.title,
               s.publisher
        FROM participant_observation o JOIN indicator i USING (indicator_id) LEFT JOIN source s USING (source_id)
        WHERE o.participant_id = $id AND ($indicator IS NULL OR o.indicator_id = $indicator)
        ORDER BY i.name_de, o.year DESC, o.sex = 'total' DESC, o.sex DESC, o.age_group = 'total' DESC,
                 TRY_CAST(regexp_extract(o.age_group, '^[0-9]+') AS INTEGER), o.age_group
        """,
        {"id": participant_id, "indicator": indicator_id},
    )
    shown = [rounded(value, decimals) for value, decimals in zip(frame["value"], frame["decimals"], strict=True)]
    return pd.DataFrame(
        {
            "Kennzahl": frame["name_de"],
            "Jahr": frame["year"],
            "Geschlecht": frame["sex"].map(SEXES),
            "Alter": frame["age_group"].map(age_group),
            "Wert": pd.Series(shown, dtype="float64"),
            "Einheit": frame["unit"],
            "Angabe": frame["status"].map(STATUS),
            "Gebietsstand": frame["territory"],
            "Quelle": frame["publisher"] + ": " + frame["title"],
        }
    )


@remembered
def counted(participant_id: str) -> pd.DataFrame:
    """The indicators a participant has figures of: indicator_id, figures (rows), first, last (years)."""
    return read(
        """
        SELECT indicator_id, count(*) AS figures, min(year) AS first, max(year) AS last
        FROM participant_observation WHERE participant_id = $id GROUP BY indicator_id
        """,
        {"id": participant_id},
    )


def totals(participant_id: str) -> pd.DataFrame:
    """The totals of a participant (no sex, no age) that have a value, oldest first.

    Columns: indicator_id, year, value, status, territory, source_id.
    """
    return read(
        """
        SELECT indicator_id, year, value, status, territory, source_id FROM participant_observation
        WHERE participant_id = $id AND sex = 'total' AND age_group = 'total' AND value IS NOT NULL
        ORDER BY indicator_id, year
        """,
        {"id": participant_id},
    )


def of_everyone(indicator_ids: tuple[str, ...]) -> pd.DataFrame:
    """The totals of all participants but quarters, whose figures are the whole city's.

    Columns: participant_id, name, indicator_id, year, value, status, territory, source_id.
    """
    return read(
        """
        SELECT participant_id, p.name, indicator_id, year, value, status, territory, source_id
        FROM participant_observation JOIN participant p USING (participant_id)
        WHERE p.kind <> 'quartier' AND sex = 'total' AND age_group = 'total' AND value IS NOT NULL
          AND list_contains($indicators, indicator_id)
        ORDER BY indicator_id, year, participant_id
        """,
        {"indicators": list(indicator_ids)},
    )


def of_year(level: str, indicator_id: str, year: int) -> pd.DataFrame:
    """The totals of all areas of a level in one year, on the territory of 2023; of ``teilnehmende`` all participants.

    Columns: key (area_key or participant_id), value (NaN if none), status, territory, source_id.
    """
    table, key, where = ("observation_today", "area_key", "level = $level")
    if level == "teilnehmende":
        table, key, where = ("participant_observation", "participant_id", "$level IS NOT NULL")
    return read(
        f"""
        SELECT {key} AS key, value, status, territory, source_id FROM {table}
        WHERE {where} AND indicator_id = $indicator AND year = $year AND sex = 'total' AND age_group = 'total'
        """,
        {"level": level, "indicator": indicator_id, "year": year},
    )


def aged_people(participant_id: str) -> pd.DataFrame:
    """People of 65 and over: year, aged, people (of all ages, may be NaN), source_id; oldest first."""
    return read(
        """
        SELECT year, sum(value) FILTER (WHERE age_group <> 'total') AS aged,
               any_value(value) FILTER (WHERE age_group = 'total') AS people,
               any_value(source_id) FILTER (WHERE age_group <> 'total') AS source_id
        FROM participant_observation
        WHERE participant_id = $id AND indicator_id = 'population' AND sex = 'total'
          AND age_group IN ('total', '65-74', '75+')
        GROUP BY year HAVING count(value) FILTER (WHERE age_group <> 'total') = 2 ORDER BY year
        """,
        {"id": participant_id},
    )


def counted_aged(participant_id: str) -> tuple[float, float, str] | None:
    """People of 67 and over counted by the Zensus 2022, all people counted, and source_id; None without figures."""
    frame = read(
        """
        SELECT sum(CASE WHEN status = 'none' THEN 0 ELSE value END) FILTER (WHERE age_group <> 'total') AS aged,
               any_value(value) FILTER (WHERE age_group = 'total') AS people, any_value(source_id) AS source_id
        FROM participant_observation
        WHERE participant_id = $id AND indicator_id = 'census_population' AND sex = 'total'
          AND age_group IN ('total', '67-74', '75+') AND (value IS NOT NULL OR status = 'none')
        HAVING count(*) = 3
        """,
        {"id": participant_id},
    )
    return None if frame.empty else (float(frame["aged"][0]), float(frame["people"][0]), str(frame["source_id"][0]))


def events(participant_id: str) -> pd.DataFrame:
    """Births and deaths per year: year, births, deaths, balance, status, territory, source_id.

    A published „–“ counts as none born or died. The status is that of the less certain of the two figures.
    """
    return read(
        """
        WITH counted AS (
            SELECT year, indicator_id, CASE WHEN status = 'none' THEN 0 ELSE value END AS value, status,
                   territory, source_id
            FROM participant_observation
            WHERE participant_id = $id AND indicator_id IN ('births', 'deaths')
              AND sex = 'total' AND age_group = 'total'
        )
        SELECT year,
               max(value) FILTER (WHERE indicator_id = 'births') AS births,
               max(value) FILTER (WHERE indicator_id = 'deaths') AS deaths,
               births - deaths AS balance,
               coalesce(max(status) FILTER (WHERE status NOT IN ('reported', 'computed', 'none')),
                        max(status) FILTER (WHERE status = 'computed'), max(status)) AS status,
               max(territory) AS territory, min(source_id) AS source_id
        FROM counted GROUP BY year ORDER BY year
        """,
        {"id": participant_id},
    )


#: the years counted forward from the Zensus 2011: a difference between any two of them is a development
CENSUS_BASE = (2011, 2023)
#: INKAR counts lower than official tables do; measured over all Kreise of 2015 and 2020
MEAN_AGE_ELSEWHERE = "auf dem Niveau von INKAR; amtliche Tabellen nennen rund 0,4 Jahre mehr"
NO_FIGURE = "dafür liegt hier keine Zahl vor"


class HeadFigure(NamedTuple):
    """One of the figures at the head of a page: ``value`` and ``help`` (what, when) are German text.

    ``kreis_source`` and ``kreis_year``: of the figure of the Kreis that the help names, if it names one.
    """

    value: str
    help: str
    year: int | None = None
    source_id: str | None = None
    kreis_source: str | None = None
    kreis_year: int | None = None

    @property
    def is_recent(self) -> bool:
        """Is it no older than the programme?"""
        return self.year is not None and not is_old(self.year)


@remembered
def headline(participant_id: str) -> pd.DataFrame:
    """Rows of label, value (German text), help (what, when), year (NaN and source_id None where there is no figure),
    kreis_source and kreis_year (of the figure of the Kreis that the help names, else None).

    Population, its change on one census base, people of 67 and over by the Zensus 2022 (unless there is a newer share
    of 65 and over), of 65 and over, mean age, births less deaths. What is older than the programme stands last, marked
    „Stand 2015“, with a newer figure of the Kreis around. Places of fewer than 1,000 people get numbers of people
    instead of per cent.
    """
    total = totals(participant_id)
    people = total[total["indicator_id"] == "population"]
    small = bool(len(people)) and people["value"].iloc[-1] < SMALL
    aged = _latest_aged(participant_id) if small else _latest(total, "share_65plus", "%")
    rows = {
        "Bevölkerung": _latest_population(people),
        "Veränderung": _change_of_population(people, small),
        "67 Jahre und älter": _counted_aged(participant_id) if small else _census_share(total),
        "65 Jahre und älter": aged,
        "Durchschnittsalter": _latest(total, "mean_age", "Jahre", f", {MEAN_AGE_ELSEWHERE}"),
        "Natürlicher Saldo": _natural_balance(total),
    }
    if aged and aged.is_recent:
        # one answer to one question: the newest
        del rows["67 Jahre und älter"]
    told = [
        (label, _beside_kreis(row, participant_id, label) if row else HeadFigure(NOT_DOCUMENTED, NO_FIGURE))
        for label, row in rows.items()
    ]
    ordered = newest_first(told, lambda one: one[1].year)
    return pd.DataFrame([{"label": label, **row._asdict()} for label, row in ordered])


#: the indicator behind a label whose figure of a Kreis may be newer than that of its Gemeinden
_OF_KREIS = {"Durchschnittsalter": "mean_age", "Natürlicher Saldo": "natural_balance_rate"}


def _beside_kreis(row: HeadFigure, participant_id: str, label: str) -> HeadFigure:
    """A row older than the programme with the newer figure of the Kreis, if there is one."""
    found = None if row.is_recent else _newer_of_kreis(participant_id, label)
    if found is None:
        return row
    text, source, year = found
    return row._replace(help=f"{row.help}; {text}", kreis_source=source, kreis_year=year)


def _newer_of_kreis(participant_id: str, label: str) -> tuple[str, str, int] | None:
    """„im Landkreis Meißen 48,5 Jahre (2022)“, its source and year, if the one Kreis around has a figure since 2021."""
    kreise = [area for area in comparisons(participant_id) if area.level == "kreis"]
    if label not in _OF_KREIS or len(kreise) != 1:
        return None
    found = read(
        """
        SELECT year, value, source_id, i.unit, i.decimals FROM observation_today JOIN indicator i USING (indicator_id)
        WHERE level = 'kreis' AND area_key = $key AND indicator_id = $indicator AND sex = 'total'
          AND age_group = 'total' AND value IS NOT NULL AND year >= $since ORDER BY year DESC LIMIT 1
        """,
        {"key": kreise[0].key, "indicator": _OF_KREIS[label], "since": PROGRAMME_BEGAN},
    )
    if found.empty:
        return None
    one = found.iloc[0]
    value = with_unit(one["value"], one["unit"], int(one["decimals"]))
    return f"{in_full_kreis(kreise[0].name, 'in')} {value} ({one['year']})", str(one["source_id"]), int(one["year"])


def _census_share(total: pd.DataFrame) -> HeadFigure | None:
    known = total[total["indicator_id"] == "census_share_67plus"]
    if known.empty:
        return None
    last = known.iloc[-1]
    year = int(last["year"])
    return HeadFigure(with_unit(last["value"], "%", 1), f"am 15.05.{year} (Zensus)", year, last["source_id"])


def _counted_aged(participant_id: str) -> HeadFigure | None:
    known = counted_aged(participant_id)
    if known is None:
        return None
    aged, people, source = known
    text = f"Personen von {number(people)}, am 15.05.2022 (Zensus, zum Schutz Einzelner leicht verändert)"
    return HeadFigure(number(aged), text, 2022, source)


def _latest_population(people: pd.DataFrame) -> HeadFigure | None:
    if people.empty:
        return None
    last = people.iloc[-1]
    base = ", Basis Zensus 2022" if last["year"] > CENSUS_BASE[1] else ""
    year = int(last["year"])
    return HeadFigure(number(last["value"]), f"am 31.12.{year}{base}", year, last["source_id"])


def _change_of_population(people: pd.DataFrame, small: bool) -> HeadFigure | None:
    """Between the first and the last year on the base of the Zensus 2011."""
    on_base = people[people["year"].between(*CENSUS_BASE)]
    if len(on_base) < 2:
        return None
    first, last = on_base.iloc[0], on_base.iloc[-1]
    change = last["value"] - first["value"]
    percent = "" if small else f" ({with_unit(100 * change / first['value'], '%', 1, sign=True)})"
    span = f"31.12.{first['year']} bis 31.12.{last['year']}"
    return HeadFigure(number(change, sign=True), f"Personen{percent}, {span}", int(last["year"]), last["source_id"])


def _latest_aged(participant_id: str) -> HeadFigure | None:
    known = aged_people(participant_id)
    if known.empty:
        return None
    last = known.iloc[-1]
    of = "" if pd.isna(last["people"]) else f" von {number(last['people'])}"
    year = int(last["year"])
    return HeadFigure(number(last["aged"]), f"Personen{of}, {as_of(year)}", year, last["source_id"])


def _latest(total: pd.DataFrame, indicator_id: str, unit: str, more: str = "") -> HeadFigure | None:
    known = total[total["indicator_id"] == indicator_id]
    if known.empty:
        return None
    last = known.iloc[-1]
    year = int(last["year"])
    return HeadFigure(with_unit(last["value"], unit, 1), f"{as_of(year)}{more}", year, last["source_id"])


def _natural_balance(total: pd.DataFrame) -> HeadFigure | None:
    known = total[total["indicator_id"] == "natural_balance"]
    if known.empty:
        return None
    last = known.iloc[-1]
    year = int(last["year"])
    of_year = total[total["year"] == last["year"]].set_index("indicator_id")["value"]
    words = {"births": "Geburten", "deaths": "Sterbefälle"}
    parts = ", ".join(f"{number(of_year[key])} {word}" for key, word in words.items() if key in of_year)
    told = f" ({parts})" if parts else ""
    when = f", {mark(year)}" if is_old(year) else f" {year}"
    return HeadFigure(number(last["value"], sign=True), f"Personen{when}{told}", year, last["source_id"])


def is_old(year: int) -> bool:
    """Is a figure of this year older than the programme?"""
    return year < PROGRAMME_BEGAN


def mark(year: int) -> str:
    """„Stand 2015“ for a figure older than the programme, else empty."""
    return f"Stand {year}" if is_old(year) else ""


def as_of(year: int) -> str:
    """„am 31.12.2023“, or the mark."""
    return mark(year) or f"am 31.12.{year}"


def newest_first(items: Iterable[T], year: Callable[[T], int | None]) -> list[T]:
    """The items in their order, those older than the programme (or of no known ``year``) behind all others."""

    def behind(item: T) -> bool:
        known = year(item)
        return known is None or is_old(known)

    return sorted(items, key=behind)
