"""The sections of a dossier: its demography (charts, key figures with their trend and a comparison), and the process
(Handlungsfelder with their measures, the last Zwischenbilanz, the stages).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from zwk_data import german
from zwk_data.charts.chart import Figure, Series
from zwk_data.charts.trend import LINE_STYLES
from zwk_data.demography import ages, comparison, figures, groups, indicators, portrait
from zwk_data.demography.figures import CENSUS_BASE, mark, newest_first
from zwk_data.demography.indicators import Indicator
from zwk_data.demography.portrait import Subject
from zwk_data.demography.source_lines import NONE, source_line
from zwk_data.dossier.model import Block, Fact, Facts, TableBlock, Words, source
from zwk_data.german import MISSING, NOT_DOCUMENTED, count, day, number, rounded, whole, with_unit
from zwk_data.programme import measures_and_money, schedule, stages
from zwk_data.programme.measures_and_money import ActionField
from zwk_data.records import review
from zwk_data.schema.words import POINT_KINDS, STAGES, WITHOUT_FIELD
from zwk_data.settings import today
from zwk_data.stores.memo import remembered
from zwk_data.views import one_kommune


def field_blocks(participant_id: str) -> list[Block]:
    """The Handlungsfelder: measures by status as a chart, then each field with goals, Leitkennzahlen and measures."""
    fields = measures_and_money.action_fields(participant_id)
    if not fields:
        return [Words(("Nicht belegt: Weder Maßnahmen noch Themen dieser Kommune sind hier eingetragen.",))]
    if not any(len(one.measures) for one in fields):
        own = tuple(f"{one.name}: {'; '.join(one.wordings)}" for one in fields)
        told = "Maßnahmen sind hier nicht belegt. Belegt sind diese Themen, in den Worten der Kommune:"
        return [Words((told,)), Words(own, listed=True)]
    blocks: list[Block] = [one_kommune.measures_by_field(participant_id)]
    leading = _indicator_table(fields)
    if len(leading.frame):
        blocks.append(leading)
    for one in fields:
        goals = tuple(one.goals)
        if goals:
            blocks.append(Words(goals, f"{one.name}: Ziele", listed=True))
        blocks.append(_measure_table(one))
    return blocks


def _indicator_table(fields: list[ActionField]) -> TableBlock:
    rows = [
        {
            "Handlungsfeld": one.name,
            "Leitkennzahl": row["indicator"],
            "Einheit": row["indicator_unit"] or "",
            "Ausgangswert": row["indicator_start"],
            "Zielwert": row["indicator_target"],
            "Istwert": row["indicator_actual"],
            "Weg zum Ziel (%)": way(row["indicator_start"], row["indicator_target"], row["indicator_actual"]),
        }
        for one in fields
        for row in one.indicators.to_dict("records")
        if not (pd.isna(row["indicator_target"]) and pd.isna(row["indicator_actual"]))
    ]
    note = "Weg zum Ziel: (Istwert − Ausgangswert) / (Zielwert − Ausgangswert). Leitkennzahlen ohne Ziel- und "
    note += f"Istwert fehlen hier; „{german.MISSING}“ heißt nicht belegt."
    frame = pd.DataFrame(rows)
    return TableBlock("Leitkennzahlen", frame, source(), note, {"Weg zum Ziel (%)": 0})


def way(start: float, target: float, actual: float) -> float:
    """How much of the way from the start to the target is done, in per cent; NaN if one of them is unknown."""
    if any(pd.isna(value) for value in (start, target, actual)) or target == start:
        return float("nan")
    return rounded(100 * (actual - start) / (target - start))


def _measure_table(one: ActionField) -> TableBlock:
    shown = one.measures
    period = [
        "–".join(day(value) if pd.notna(value) else "" for value in pair).strip("–") or NOT_DOCUMENTED
        for pair in zip(shown["starts"], shown["ends"], strict=True)
    ]
    frame = pd.DataFrame(
        {
            "Maßnahme": shown["title"],
            "Stand": shown["status_de"],
            "Zuständig": shown["responsible"].fillna(NOT_DOCUMENTED),
            "Zeitraum": period,
        }
    )
    return TableBlock(f"{one.name}: Maßnahmen", frame, source())


def field_words(fields: list[ActionField]) -> str:
    """„21 Maßnahmen, 8 davon abgeschlossen: 18 in 5 Handlungsfeldern, 3 ohne Handlungsfeld.“"""
    total = sum(len(one.measures) for one in fields)
    done = sum(one.by_status().get("done", 0) for one in fields)
    named = [one for one in fields if one.name != WITHOUT_FIELD]
    within = sum(len(one.measures) for one in named)
    places = {
        f"in {count(len(named), 'Handlungsfeld', 'Handlungsfeldern')}": within,
        "ohne Handlungsfeld": total - within,
    }
    where = [f"{german.number(n)} {place}" for place, n in places.items() if n]
    return f"{count(total, 'Maßnahme', 'Maßnahmen')}, {german.number(done)} davon abgeschlossen: {', '.join(where)}."


def review_blocks(participant_id: str) -> list[Block]:
    """The newest record of a Zwischenbilanz, or a sentence that there is none."""
    last = review.latest(participant_id)
    if last is None:
        return [Words(("Eine frühere Zwischenbilanz ist hier nicht festgehalten.",))]
    present = f", {count(last.present, 'Person', 'Personen')} anwesend" if last.present else ""
    parts = {"Leitfrage": last.guiding_question, "Ergebnis": last.result, "Wie es weitergeht": last.continuation}
    told = (f"{title}: {text}" for title, text in parts.items() if text)
    blocks: list[Block] = [Words((f"Am {day(last.held_on)}{present} (Fassung {last.version}).", *told))]
    rated = one_kommune.ratings(last.review_id)
    if rated and (rated.chart.table["Stimmen"] > 0).any():
        blocks.append(rated)
    return blocks + _noted_points(review.points(last.review_id))


def _noted_points(points: pd.DataFrame) -> list[Block]:
    blocks: list[Block] = []
    for kind in ("helping", "hindering", "idea"):
        own = points[points["kind"] == kind]
        if len(own):
            told = tuple(
                f"{text} ({field})" if isinstance(field, str) else str(text)
                for text, field in zip(own["text"], own["field_of_action"], strict=True)
            )
            blocks.append(Words(told, POINT_KINDS[kind], listed=True))
    steps = points[points["kind"] == "step"]
    if len(steps):
        frame = pd.DataFrame(
            {
                "Was": steps["text"],
                "Zuständig": steps["responsible"].fillna(NOT_DOCUMENTED),
                "Bis": [day(value) if pd.notna(value) else NOT_DOCUMENTED for value in steps["due"]],
                "Stand der Maßnahme": steps["status_de"].fillna(NOT_DOCUMENTED),
            }
        )
        blocks.append(TableBlock("Vereinbarte nächste Schritte", frame.reset_index(drop=True), source()))
    return blocks


def stage_blocks(participant_id: str) -> list[Block]:
    """The five stages: state, plan, date, how long from one to the next and how long others took."""
    everyone = schedule.schedule(today())
    mine = everyone[everyone["participant_id"] == participant_id].set_index("stage")
    spans = schedule.durations(everyone)
    usual = schedule.duration_summary(spans).set_index("step")["median"]
    own = spans[spans["participant_id"] == participant_id].set_index("step")["days"]
    cells = stages.matrix()
    told = cells[cells["participant_id"] == participant_id].set_index("stage")
    rows = []
    for stage, name in STAGES.items():
        row = mine.loc[stage]
        documented = row["state"] in ("held", "blanket")
        rows.append(
            {
                "Stufe": name,
                "Stand": schedule.STATES[str(row["state"])],
                "Termin": told["text"][stage] if documented else row["open_de"] or NOT_DOCUMENTED,
                "Ursprünglich geplant": row["first_de"] or NOT_DOCUMENTED,
                "Tage bis zur nächsten Stufe": _whole_days(own, stage),
                "Üblich (Median, Tage)": _whole_days(usual, stage),
            }
        )
    frame = pd.DataFrame(rows).astype({"Tage bis zur nächsten Stufe": "Int64", "Üblich (Median, Tage)": "Int64"})
    note = f"„{german.MISSING}“: Dauer nicht belegt. Ein Monat zählt von seiner Mitte. Median über die Kommunen, bei "
    note += "denen beide Stufen auf den Tag oder Monat datiert sind."
    blocks: list[Block] = [Words((_documented(frame, told),)), TableBlock("Stufen und Dauern", frame, source(), note)]
    moved = mine[mine["reasons"] != ""]
    if len(moved):
        reasons = tuple(f"{STAGES[str(stage)]}: {reason}" for stage, reason in moved["reasons"].items())
        blocks.append(Words(reasons, "Warum Termine verschoben wurden", listed=True))
    return blocks


def _whole_days(days: pd.Series, stage: str) -> int | None:
    value = days.get(stage, np.nan)
    return None if np.isnan(value) else whole(value)


def _documented(frame: pd.DataFrame, told: pd.DataFrame) -> str:
    held = frame.loc[frame["Stand"] == schedule.STATES["held"], "Stufe"].tolist()
    blanket = [STAGES[str(stage)] for stage in told.index[told["state"] == "blanket"]]
    only = f" Nur pauschal belegt, mit einem Satz über alle Kommunen: {german.listing(blanket)}." if blanket else ""
    if not held:
        return f"Für keine der fünf Stufen ist ein Termin belegt.{only}"
    missing = [STAGES[str(stage)] for stage in told.index[told["state"] == "none"]]
    open_ = f" Nicht belegt: {german.listing(missing)}." if missing else ""
    return f"Belegt {'ist' if len(held) == 1 else 'sind'}: {german.listing(held)}.{only}{open_}"


def trend(me: Subject, indicator: Indicator) -> Figure | None:
    """One indicator over the years beside Kreis, Land, Germany and the median of the participants, counts as an index.

    Small places show their numbers alone. None if the participant has fewer than two figures: that is no trend.
    """
    as_index = indicator.has_index and not me.small
    compare = as_index or not indicator.is_count
    around = tuple(portrait.preselected(list(me.around))) if compare else ()
    found, _ = one_kommune.trend(me, indicator, around, median=compare, as_index=as_index)
    own = [one for one in found.drawing.series if one.look == LINE_STYLES["participant"]] if found else []
    return found if own and _number_of_values(own[0]) > 1 else None


def pyramid(me: Subject) -> Figure | None:
    """The newest pyramid beside the Land (or Germany); None without people by age."""
    known = ages.years(me.id)
    return one_kommune.pyramid(me, known[0], portrait.against(list(me.around))) if known else None


def births(me: Subject) -> Figure | None:
    """Births and deaths; None without figures."""
    found = one_kommune.births(me)
    return found if found and min(_number_of_values(one) for one in found.drawing.series[:2]) > 1 else None


def _number_of_values(one: Series) -> int:
    return sum(value is not None for value in one.values)


#: shown as big numbers, in this order, those older than the programme last; the table has the rest
BIG = (
    "population",
    "census_share_67plus",
    "share_65plus",
    "mean_age",
    "old_age_ratio",
    "natural_balance_rate",
    "net_migration_rate",
)
TABLE = (
    "population_index", "density", "census_share_under16", "census_share_67plus", "share_under18", "share_18_64",
    "share_65plus", "share_80plus", "mean_age",
    "youth_ratio", "old_age_ratio", "share_female", "census_share_foreign", "share_foreign", "birth_rate", "death_rate",
    "natural_balance_rate", "net_migration_rate",
)  # fmt: skip
#: units written after a big number
SHORT_UNITS = ("%", "Jahre")
#: years that a trend should span
SPAN = 10


@remembered
def key_facts(me: Subject) -> Facts:
    """The big numbers; unpublished ones are left out, and are „nicht belegt“ in the table."""
    own, catalog = figures.totals(me.id), indicators.indicators()
    used = {key: own[own["indicator_id"] == key] for key in BIG if key in set(own["indicator_id"])}
    order = newest_first(used, lambda key: int(used[key]["year"].iloc[-1]))
    found = tuple(_key_fact(me, catalog[key], used[key]) for key in order)
    shown = [pd.concat([mine.tail(1), _spell(catalog[key], mine)]) for key, mine in used.items()]
    return Facts(found, source_line(pd.concat(shown), computed=True) if shown else NONE)


def _key_fact(me: Subject, indicator: Indicator, mine: pd.DataFrame) -> Fact:
    last = mine.iloc[-1]
    year = int(last["year"])
    # „je 1.000 Personen“ would be longer than the number; the name of such a rate says it
    unit = indicator.unit if indicator.unit in SHORT_UNITS else ""
    value = with_unit(last["value"], unit, indicator.decimals, sign=indicator.centre is not None)
    return Fact(
        indicator.name,
        value,
        mark(year) or indicator.when(year),
        _change(me, indicator, mine),
        _position(me, indicator, year),
    )


def _change(me: Subject, indicator: Indicator, mine: pd.DataFrame) -> str:
    """„−1.234 (−3,4 %) von 2013 bis 2023“: over about ten years, for the population on one census base."""
    spell = _spell(indicator, mine)
    if spell.empty:
        return ""
    first, last = spell.iloc[0], spell.iloc[1]
    change = float(last["value"]) - float(first["value"])
    span = f"von {int(first['year'])} bis {int(last['year'])}"
    if indicator.id == "population":
        share = with_unit(100 * change / first["value"], "%", 1, sign=True)
        told = number(change, sign=True) if me.small else f"{number(change, sign=True)} ({share})"
        return f"{told} {span}"
    unit = "Prozentpunkte" if indicator.unit == "%" else indicator.unit if indicator.unit in SHORT_UNITS else ""
    return f"{with_unit(change, unit, indicator.decimals, sign=True)} {span}"


def _spell(indicator: Indicator, mine: pd.DataFrame) -> pd.DataFrame:
    """The two figures whose difference is given, about ten years apart; none where there are fewer than two."""
    known = mine[mine["year"].between(*CENSUS_BASE)] if indicator.id == "population" else mine
    if len(known) < 2:
        return known.head(0)
    before = known[known["year"] <= known["year"].iloc[-1] - SPAN]
    spell: pd.DataFrame = pd.concat([before.tail(1) if len(before) else known.head(1), known.tail(1)])
    return spell


def _position(me: Subject, indicator: Indicator, newest: int) -> str:
    """The position among the Gemeinden (Kreise) of the Land; by size among the participants."""
    year = min(newest, CENSUS_BASE[1]) if indicator.id == "population" else newest
    if (me.small and indicator.unit == "%") or year not in comparison.years(me.id, indicator.id):
        return ""
    by_size = indicator.id == "population" or "land" not in {group.key for group in groups.groups(me.id)}
    key = "teilnehmende" if by_size else "land"
    frame = comparison.position(comparison.distribution(me.id, indicator.id, year, (key,)))
    words = str(frame["words"].iloc[0]) if len(frame) else ""
    if words in ("", comparison.NO_FIGURE):
        return ""
    if by_size:
        return words.replace(" Kommunen", " teilnehmenden Kommunen")
    # the words name how many, the group's name says where: „Gemeinden in Sachsen“
    return f"{words} in {str(frame['group_name'].iloc[0]).partition(' in ')[2]}"


@remembered
def key_table(me: Subject) -> TableBlock:
    """All shares and rates beside Kreis, Land and Germany, in the newest year that the participant has."""
    own, catalog = figures.totals(me.id), indicators.indicators()
    beside = portrait.preselected(list(me.around))
    rows, used = [], []
    latest = own.groupby("indicator_id")["year"].max().to_dict()
    for key in newest_first(TABLE, latest.get):
        mine = own[own["indicator_id"] == key]
        indicator = catalog[key]
        row: dict[str, object] = {"Kennzahl": indicator.with_unit}
        if len(mine):
            last = mine.iloc[-1]
            around = comparison.references(me.id, key, int(last["year"]))
            values = {(role, name): value for role, name, value in around[["role", "name", "value"]].to_numpy()}
            row |= {"Jahr": int(last["year"]), me.short: rounded(float(last["value"]), indicator.decimals)}
            row |= {
                one.name: rounded(float(values.get((one.level, one.name), float("nan"))), indicator.decimals)
                for one in beside
            }
            used += [mine.tail(1), around]
        rows.append(row)
    columns = ["Kennzahl", "Jahr", me.short, *(one.name for one in beside)]
    frame = pd.DataFrame(rows, columns=columns).astype({"Jahr": "Int64"})
    frame = frame.astype(dict.fromkeys(columns[2:], float))
    return TableBlock(
        f"{me.name} neben den umgebenden Gebieten",
        frame,
        source_line(pd.concat(used)) if used else NONE,
        f"„{MISSING}“ heißt nicht belegt. Gebietsstand 31.12.2023; ältere Zahlen sind darauf umgerechnet.",
        dict.fromkeys(columns[2:], 1),
    )
