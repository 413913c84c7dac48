"""A quarter as the ministry reads it: the report in sections, and the Ministerblatt, which has one page for all of it.

Both begin with what is known; what nobody has entered is one sentence at the end of the headline.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import chain

import pandas as pd

from zwk_data import german, settings
from zwk_data.charts.chart import Figure
from zwk_data.dossier.model import Block, Dossier, Fact, Section, TableBlock, Words
from zwk_data.german import count, day, listing, number, with_unit
from zwk_data.programme import measures_and_money, report, stages
from zwk_data.programme.report import Quarter
from zwk_data.programme.stages import EVIDENCE
from zwk_data.schema.words import MEASURE_STATUS, STAGES
from zwk_data.stores.memo import remembered
from zwk_data.views import monitoring
from zwk_data.views.monitoring import View

#: rows of a list
MOST_ROWS = 40
#: what is listed one by one: kinds of ``news``
_LISTED = ("held", "moved", "dropped")
_COUNTING = (
    "„Nicht belegt“ heißt weder erledigt noch verspätet: Es liegt kein Eintrag und keine Quelle vor.",
    "Eine Stufe zählt als „mit Datum“, sobald ihr erster Termin vorbei ist; „ohne Datum“, wenn eine Quelle nur sagt, "
    "dass es sie gab; „pauschal“, wenn ein Satz über alle Kommunen zugleich das sagt.",
)


def _until(view: View, one: Quarter) -> date:
    return min(one.end, view.today)


def _described(view: View, one: Quarter) -> str:
    running = " Das Quartal ist noch nicht zu Ende." if view.today < one.end else ""
    return f"{one.months}. Stand der Daten: {day(view.today)}. Auswahl: {view.words}.{running}"


@remembered(entries=8)
def quarter_report(view: View, one: Quarter) -> Dossier:
    """The report on a quarter, for page, paper and slides."""
    sections: dict[str, tuple[str, list[Block]]] = {
        "kurz": ("Auf einen Blick", [Words(headline(view, one))]),
        "stufen": ("Wo die Kommunen stehen", _stages(view, one)),
        "laender": ("Länder nebeneinander", [by_land(view, _until(view, one))]),
        "quartal": ("Was sich im Quartal getan hat", _happened(view, one)),
        "verlauf": ("Verlauf", _course(view, one)),
        "aufmerksamkeit": ("Wer Aufmerksamkeit braucht", _attention(view)),
        "mittel": ("Mittelabfluss", _money(view, one)),
        "massnahmen": ("Maßnahmen", _measures(view)),
        "zaehlung": ("Wie gezählt wird", [Words(_counted(view))]),
    }
    made = tuple(Section(key, title, tuple(blocks)) for key, (title, blocks) in sections.items() if blocks)
    return Dossier(
        one.id,
        f"{one.number}/{one.year}",
        _described(view, one),
        view.today,
        made,
        {},
        (view.source,),
        settings.dataset() == "demo",
        "Quartalsbericht",
    )


def headline(view: View, one: Quarter) -> tuple[str, ...]:
    """What matters in sentences, known things first; what is not known, all in the last one."""
    told: list[str] = []
    unknown: list[str] = []
    reached = stages.reached_by(monitoring.schedule_of(view), _until(view, one))
    if any(reached.values()):
        told.append(report.stage_words(reached, view.total))
    else:
        unknown.append("Stufen mit Datum")
    counts = report.counts(one.start, one.end, view.only)
    told.append(report.quarter_words(counts) if _told_of(counts) else _other_news(counts))
    watched = monitoring.watched_of(view)
    if any(watched):
        told.append(report.attention_words(monitoring.attention_of(view), *watched))
    else:
        unknown.append("Planungen")
    years = monitoring.years_of(view)
    if (years["year"] == one.year).any():
        told.append(report.money_words(years, one.year))
    else:
        unknown.append(f"Mittel des Jahres {one.year}")
    if monitoring.measures_of(view).empty:
        unknown.append("Maßnahmen")
    return (*told, *([f"Nicht belegt sind hier: {listing(unknown)}."] if unknown else []))


def _told_of(counts: pd.DataFrame) -> bool:
    return bool(counts["kind"].isin(["held", "moved", "measure_started", "measure_done"]).any())


def _other_news(counts: pd.DataFrame) -> str:
    """A quarter of which no stage or measure is known: what else there was."""
    told = [f"{name} ({number(n)})" for name, n in zip(counts["kind_de"], counts["number"], strict=True)]
    return f"Im Quartal belegt: {listing(told)}." if told else "Für das Quartal ist nichts belegt."


def stage_table(view: View, one: Quarter) -> TableBlock:
    """Kommunen by stage and what stands behind it, at the end of the quarter; rare columns only where they are used."""
    frame, until = monitoring.schedule_of(view), _until(view, one)
    within = stages.reached_within(frame, one.start, one.end)
    counted = stages.counts(frame, until)
    later = f"mit Datum nach dem {day(one.end)}"
    table = pd.DataFrame(
        {
            "Stufe": counted["stage_de"],
            EVIDENCE["dated"]: counted["dated"],
            "davon im Quartal": [within[stage] for stage in STAGES],
            later: counted["later"],
            EVIDENCE["undated"]: counted["undated"],
            EVIDENCE["blanket"]: counted["blanket"],
            EVIDENCE["none"]: counted["none"],
        }
    )
    rare = pd.Index([later, EVIDENCE["undated"], EVIDENCE["blanket"]])
    table = table.drop(columns=rare[~table[rare].any()])
    return TableBlock(f"Kommunen je Stufe, belegt bis {day(until)}", table, view.source)


def _stages(view: View, one: Quarter) -> list[Block]:
    blocks: list[Block] = [stage_table(view, one)]
    if monitoring.watched_of(view)[0]:
        names = {"stage_de": "Stufe", "planned": "geplant", "overdue": "überfällig", "dropped": "entfallen"}
        plans = monitoring.stages_of(view)[list(names)].rename(columns=names)
        blocks.append(TableBlock(f"Planung der Kommunen, Stand: {day(view.today)}", plans, view.source))
    return blocks


def by_land(view: View, until: date) -> TableBlock:
    """Each Land in a row, and all together: Kommunen, the five stages as documented up to a day, measures if any.

    The stages are the sum of „mit Datum“ and „ohne Datum“ of ``stages.counts``.
    """
    people, cells = monitoring.people_of(view), monitoring.schedule_of(view)
    works = measures_and_money.by_participant(monitoring.measures_of(view))
    people = people[["participant_id", "land"]].assign(land=people["land"].str.split("/")).explode("land")
    rows = []
    for land, ids in [*people.groupby("land")["participant_id"], ("Zusammen", people["participant_id"])]:
        own = cells[cells["participant_id"].isin(ids)]
        done = works[works.index.isin(ids)]
        rows.append(
            {
                "Land": land,
                "Kommunen": ids.nunique(),
                **dict(zip(STAGES.values(), stages.counts(own, until)["documented"], strict=True)),
                "Maßnahmen": int(done.to_numpy().sum()),
                "abgeschlossen": int(done["done"].sum()),
            }
        )
    frame = pd.DataFrame(rows)
    if works.empty:
        frame = frame.drop(columns=["Maßnahmen", "abgeschlossen"])
    note = "Stufen: Kommunen, für die sie einzeln belegt ist, mit oder ohne Datum."
    if people["participant_id"].duplicated().any():
        note += " Wer zu zwei Ländern gehört, zählt in beiden, unter „Zusammen“ einmal."
    return TableBlock(f"Kommunen, Stufen und Maßnahmen nach Land, belegt bis {day(until)}", frame, view.source, note)


def happened_table(view: View, one: Quarter) -> TableBlock:
    """How much of each kind happened in the quarter."""
    names = {"kind_de": "Was", "number": "Anzahl", "places": "Kommunen"}
    counts = report.counts(one.start, one.end, view.only)[list(names)].rename(columns=names)
    nothing = "Nicht belegt: Für dieses Quartal ist nichts eingetragen und kein Termin mit Datum bekannt."
    return TableBlock(f"Vom {day(one.start)} bis {day(one.end)}", counts, view.source, empty=nothing)


def _happened(view: View, one: Quarter) -> list[Block]:
    blocks: list[Block] = [happened_table(view, one)]
    for kind in _LISTED:
        rows = report.news(one.start, one.end, view.only, kind, MOST_ROWS)
        if len(rows):
            frame = rows[["when", "name", "text"]].set_axis(["Tag", "Kommune", "Was"], axis=1)
            blocks.append(TableBlock(report.KINDS[kind], frame, view.source))
    return blocks


def _funnel(view: View, one: Quarter) -> Figure | None:
    """How many reached each stage over time; None without any date."""
    known = monitoring.schedule_of(view)["actual_to"].notna().any()
    return monitoring.funnel_figure(view, _until(view, one)) if known else None


def _course(view: View, one: Quarter) -> list[Block]:
    made = _funnel(view, one)
    return [] if made is None else [made]


def _attention(view: View) -> list[Block]:
    found = monitoring.attention_of(view)
    shown, hints = found[found["level"] != "hint"], int((found["level"] == "hint").sum())
    if not any(monitoring.watched_of(view)):
        told = "Nicht belegt: Solange hier keine Planungen und keine eigenen Einträge stehen, lässt sich nicht sagen, "
        return [Words((f"{told}welche Kommune Aufmerksamkeit braucht.",))]
    names = {"name": "Kommune", "text": "Worum es geht", "level_de": "Dringlichkeit"}
    frame = shown.head(MOST_ROWS)[list(names)].rename(columns=names)
    who = count(shown["participant_id"].nunique(), "Kommune", "Kommunen")
    title = f"{count(len(shown), 'Punkt', 'Punkte')} bei {who}, Stand: {day(view.today)}"
    calm = "Nichts zu melden: Kein Termin ist überfällig, und keine Kommune mit Einträgen ist lange ohne Rückmeldung."
    note = f"Nachzutragen: {count(hints, 'weiterer Termin', 'weitere Termine')}, siehe Überblick." if hints else ""
    if len(shown) > MOST_ROWS:
        note = f"Gezeigt sind die dringendsten {MOST_ROWS}. {note}".strip()
    return [TableBlock(title, frame, view.source, note, empty=calm)]


def _money(view: View, one: Quarter) -> list[Block]:
    if monitoring.years_of(view).empty:
        return [Words(("Nicht belegt: Bewilligte, abgerufene und ausgegebene Mittel sind hier nicht eingetragen.",))]
    blocks: list[Block] = [monitoring.year_figure(view)]
    frame = monitoring.funding_of(view)
    found = measures_and_money.outliers(frame[frame["year"] == one.year], view.limits).head(MOST_ROWS)
    if len(found):
        names = {"name": "Kommune", "text": "Auffällig", "note": "Bemerkung"}
        noted = found.assign(note=found["note"].replace("", None))[list(names)].rename(columns=names)
        blocks.append(TableBlock(f"Auffälliges {one.year}", noted, view.source))
    return blocks


def _measures(view: View) -> list[Block]:
    if monitoring.measures_of(view).empty:
        return [Words(("Nicht belegt: Aus keinem Werkstattplan dieser Auswahl sind Maßnahmen eingetragen.",))]
    names = {"status_de": "Stand", "number": "Maßnahmen", "budget_eur": "Budget (Euro)", "unbudgeted": "ohne Budget"}
    found = measures_and_money.by_status(monitoring.measures_of(view))[list(names)].rename(columns=names)
    title = f"Maßnahmen und eingetragenes Budget, Stand: {day(view.today)}"
    return [TableBlock(title, found, view.source, formats={"Budget (Euro)": 0})]


def _counted(view: View) -> tuple[str, ...]:
    silent = view.limits.silent
    return (
        *_COUNTING,
        "Überfällig ist ein geplanter Termin, der vorbei ist und zu dem nichts eingetragen wurde; „ohne Rückmeldung“ "
        f"zählt ab {silent.amber} Tagen, dringend ab {silent.red}.",
        "Plan, Aufmerksamkeit und Maßnahmen zeigen den Stand der Daten, nicht den des Quartalsendes.",
    )


#: rows of the short lists of a Ministerblatt
MOST_LINES = 6


@dataclass(frozen=True)
class Ministerblatt:
    """One page on a quarter.

    ``lead``: sentences; ``facts``: key figures; ``stages``, ``laender`` and ``happened``: tables; ``course``: shown
    if there is room; ``lists``: title -> lines, those that have any; ``foot``: how it was counted.
    """

    quarter: Quarter
    title: str
    described: str
    today: date
    lead: tuple[str, ...]
    facts: tuple[Fact, ...]
    stages: TableBlock
    laender: TableBlock
    happened: TableBlock
    course: Figure | None
    lists: dict[str, tuple[str, ...]]
    foot: str
    source: str
    demo: bool


def ministerblatt(view: View, one: Quarter) -> Ministerblatt:
    """What the ministry has to know of a quarter, on one page."""
    lists = {
        "Stufentermine im Quartal": _dates(view, one),
        "Wer Aufmerksamkeit braucht": _urgent(view),
        "Woran gearbeitet wird": _themes(view),
    }
    return Ministerblatt(
        one,
        f"Ministerblatt {one.title}",
        f"Zukunftswerkstatt Kommunen, {_described(view, one)}",
        view.today,
        headline(view, one),
        _facts(view, one),
        stage_table(view, one),
        by_land(view, _until(view, one)),
        happened_table(view, one),
        _funnel(view, one),
        {title: lines for title, lines in lists.items() if lines},
        " ".join(_COUNTING),
        view.source,
        settings.dataset() == "demo",
    )


def _facts(view: View, one: Quarter) -> tuple[Fact, ...]:
    """Four key figures: those that are known, the pressing ones first."""
    people, until = monitoring.people_of(view), _until(view, one)
    laender = set(chain.from_iterable(people["land"].str.split("/")))
    known = stages.all_stages(stages.counts(monitoring.schedule_of(view), until))
    of_all = f"von {number(known['total'])}: {stages.evidence_words(known)}"
    found = [
        Fact("Kommunen", number(view.total), f"in {count(len(laender), 'Land', 'Ländern')}"),
        Fact("Stufen belegt", number(known["documented"]), of_all),
    ]
    if monitoring.watched_of(view)[0]:
        overdue = monitoring.attention_of(view).query("reason == 'overdue'")
        urgent = int((overdue["level"] == "red").sum())
        found.append(Fact("Überfällige Termine", number(len(overdue)), f"davon {number(urgent)} dringend"))
    years = monitoring.years_of(view).query(f"year == {one.year}")
    if len(years):
        row = years.iloc[0]
        share = with_unit(row["called_share"] * 100, "%")
        granted = with_unit(row["granted_eur"], "Euro")
        found.append(Fact(f"Abgerufen {one.year}", with_unit(row["called_eur"], "Euro"), f"{share} von {granted}"))
    works = measures_and_money.by_status(monitoring.measures_of(view)).set_index("status")["number"]
    if works.sum():
        told = listing([f"{number(works[code])} {MEASURE_STATUS[code]}" for code in ("done", "running") if works[code]])
        found.append(Fact("Maßnahmen", number(works.sum()), told))
    chosen = monitoring.choices_of(view)
    found.append(
        Fact(
            "Themen gewählt",
            number(chosen["theme_id"].nunique()),
            f"von {count(chosen['participant_id'].nunique(), 'Kommune', 'Kommunen')}",
        )
    )
    return tuple(found[:4])


def _dates(view: View, one: Quarter) -> tuple[str, ...]:
    """The stages held in the quarter, newest first."""
    rows = report.news(one.start, one.end, view.only, "held", MOST_ROWS)
    return _short([f"{name}: {text}" for name, text in zip(rows["name"], rows["text"], strict=True)])


def _urgent(view: View) -> tuple[str, ...]:
    found = monitoring.attention_of(view)
    found = found[found["level"] != "hint"]
    return _short([f"{name}: {text}" for name, text in zip(found["name"], found["text"], strict=True)])


def _themes(view: View) -> tuple[str, ...]:
    """The themes that most Kommunen have chosen."""
    chosen = monitoring.choices_of(view).groupby("name_de")["participant_id"].nunique()
    chosen = chosen.sort_index(key=lambda names: names.str.casefold()).sort_values(ascending=False, kind="stable")
    return tuple(f"{name}: {count(n, 'Kommune', 'Kommunen')}" for name, n in chosen.head(MOST_LINES).items())


def _short(lines: list[str]) -> tuple[str, ...]:
    """The first ones, and how many more there are."""
    more = len(lines) - MOST_LINES
    return tuple(lines[:MOST_LINES]) + ((f"und {german.number(more)} weitere",) if more > 0 else ())
