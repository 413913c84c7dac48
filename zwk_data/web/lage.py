"""The page Lage.

Who is late, each row one click from mending it, and the matrix of all Kommunen and their stages; what is new since a
day that the reader chooses; what the Zukunftswerkstatt Kommunen is, the ways into the monitor, figures of the network.
"""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
import streamlit as st
from markupsafe import Markup

from zwk_data import german, settings
from zwk_data.demography import source_lines
from zwk_data.programme import participants, report, schedule, stages, themes
from zwk_data.programme.attention import LEVELS, Thresholds, thresholds
from zwk_data.schema.dates import read_span
from zwk_data.schema.words import FIRST_YEAR, PROJECT_SIZE, SOURCES, STAGES
from zwk_data.settings import today
from zwk_data.stores import access
from zwk_data.stores.access import Person
from zwk_data.stores.memo import remembered
from zwk_data.views import maps as map_view
from zwk_data.web.kit import parts
from zwk_data.web.kit.choice import choose
from zwk_data.web.kit.markup import Link, page_link, render, rows_by_participant
from zwk_data.web.login import login
from zwk_data.web.shell import page, site

#: rows of the list of those who are late: what is new begins in the first screen
MOST_LATE = 4


def compute_ahead() -> None:
    """Ask what the page asks whoever opens it, to have the answers at hand."""
    limits = thresholds()
    schedule.board_issues(today(), limits)
    schedule.board_people(today(), limits)
    themes.themes()
    map_view.network()
    participants.people()
    participants.undocumented()
    if reach := participants.reach():
        source_lines.of_everyone(reach.year)


def kommune_link(participant_id: str, name: str) -> Link:
    """A Kommune's name, leading to its page."""
    return Link(name, page_link("kommune", kommune=participant_id))


def entry_link(person: Person, participant_id: str, name: str, stage: str, words: str) -> Link | str:
    """A link to the form, filled in with Kommune, stage and plan; "" for those who may not use it."""
    if not stage or not access.may_write(person, "stage_event", participant_id):
        return ""
    href = page_link("datenpflege", kommune=participant_id, stufe=stage)
    return Link(words, href, f"{name}, {STAGES[stage]}")


def is_planned_or_kept(limits: Thresholds) -> bool:
    """Is any plan known, or was anything ever entered here, as far as the user may see?"""
    known = schedule.board_cells(today(), limits.on_time)["sign"].isin(
        ["overdue", "planned", "late", "unrecorded", "dropped"]
    )
    return bool(known.any() or schedule.board_people(today(), limits)["silent"].notna().any())


def late(person: Person, limits: Thresholds) -> None:
    """Who is late or silent: how many in a sentence, and the most urgent, each with a link to mend it."""
    found = schedule.board_issues(today(), limits)
    found = found[found["level"] != "hint"]
    parts.section("Wer ist spät dran?")
    if found.empty:
        parts.linked_text(
            ["Niemand: Kein Termin ist überfällig, und keine Kommune mit Einträgen ist lange ohne Rückmeldung."]
        )
        return
    parts.linked_text([_summary(found)])
    asked = schedule.board_people(today(), limits).set_index("participant_id")["asked"]
    rows = [
        {
            **row,
            "urgent": LEVELS["red"] if row["level"] == "red" else "",
            "link": kommune_link(row["participant_id"], row["name"]),
            "entry": entry_link(
                person,
                row["participant_id"],
                row["name"],
                row["stage"] or asked[row["participant_id"]],
                "Jetzt eintragen",
            ),
        }
        for row in found.head(MOST_LATE).to_dict("records")
    ]
    st.html(render("lage/spaet", rows=rows, label="Wer ist spät dran?"))
    if len(found) > MOST_LATE:
        more = german.count(len(found) - MOST_LATE, "weiterer Punkt", "weitere Punkte")
        parts.linked_text([Link(more, page_link("monitoring"))] if access.current_scope().full else [f"Und {more}."])


def _summary(found: pd.DataFrame) -> str:
    """„12 Termine sind überfällig, 6 davon dringend; 5 Kommunen sind lange ohne Rückmeldung, 3 davon dringend.“"""
    words = {
        "overdue": ("Termin ist überfällig", "Termine sind überfällig"),
        "silent": ("Kommune ist lange ohne Rückmeldung", "Kommunen sind lange ohne Rückmeldung"),
    }
    told = []
    for reason, pair in words.items():
        rows = found[found["reason"] == reason]
        red = int((rows["level"] == "red").sum())
        if len(rows):
            told.append(german.count(len(rows), *pair) + (f", {german.number(red)} davon dringend" if red else ""))
    return f"{'; '.join(told)}."


def matrix(person: Person, limits: Thresholds) -> None:
    """All Kommunen × five stages with the legend of the signs that occur."""
    parts.section("Die fünf Stufen aller Kommunen", "Der Name öffnet die Seite der Kommune.")
    st.html(_matrix_html(person, limits, today()))


@remembered(entries=16)
def _matrix_html(person: Person, limits: Thresholds, day: date) -> str:
    cells, people = schedule.board_cells(day, limits.on_time), schedule.board_people(day, limits)
    used = set(cells["sign"]) | ({"silent"} if people["silent_level"].any() else set())
    signs = {
        sign: name for sign, name in [*schedule.SIGNS.items(), ("silent", "lange keine Rückmeldung")] if sign in used
    }
    entries = {
        key: entry_link(person, key, name, stage, "eintragen")
        for key, name, stage in people[["participant_id", "name", "asked"]].itertuples(index=False)
    }
    return render("lage/zeichen", signs=signs) + render(
        "lage/tafel",
        caption=f"Stufen von {german.count(len(people), 'Kommune', 'Kommunen')}, "
        + ("wer Aufmerksamkeit braucht, zuerst" if (people["level"] != "").any() else "am besten belegte zuerst"),
        stages=STAGES.values(),
        people=list(people.itertuples(index=False)),
        cells=rows_by_participant(cells),
        kept=bool(people["silent"].notna().any()),
        entries=entries if any(entries.values()) else {},
        link=kommune_link,
        since=_since,
        classes="zwk-matrix zwk-board",
    )


def _since(days: float) -> str | Markup:
    if days != days:
        return german.MISSING
    return "heute" if days < 1 else german.count(int(days), "Tag", "Tage")


LEAD = (
    "Die Zukunftswerkstatt Kommunen (ZWK) ist ein Modellprojekt des Bundesfamilienministeriums für "
    f"{PROJECT_SIZE} Kommunen im demografischen Wandel; ihre Geschäftsstelle liegt beim Kompetenzzentrum "
    "Technik-Diversity-Chancengleichheit e. V. Hier sehen Sie, wie weit die Kommunen sind und wie sich ihre "
    "Bevölkerung entwickelt, tragen Termine ein und leiten Sitzungen und Veranstaltungen."
)
WAYS = (
    ("Ansehen", "Zahlen, Karten, Stufen und Themen", ("karte", "demografie", "kommunalprofil", "stufen", "themen")),
    ("Steuern", "Termine, Mittel, Maßnahmen und Berichte", ("monitoring", "zwischenbilanz", "datenpflege")),
    ("Veranstalten", "Bildschirme und Sitzungen im Raum", ("live-anzeige", "zwischenbilanz")),
)


def ways(person: Person) -> None:
    """The three groups of pages, each with those that the person may use."""
    pages = {page.path: page for page in site.MENU if login.admits(page.roles, person.role)}
    open_ = [
        (name, told, [Link(pages[path].title, page_link(path)) for path in paths if path in pages])
        for name, told, paths in WAYS
    ]
    st.html(render("lage/wege", ways=[one for one in open_ if one[2]]))


def known() -> None:
    """How many Kommunen have each stage, as a list."""
    counted = stages.counts(stages.matrix())
    parts.section("Was belegt ist")
    parts.points(
        [f"{row['stage_de']}: {row['documented']} ({stages.evidence_words(row)})" for _, row in counted.iterrows()]
    )


def nothing_planned(may_enter: bool) -> None:
    """One calm sentence where neither plans nor entries are kept here."""
    told = "Wer spät dran ist, lässt sich noch nicht sagen: Geplante Termine sind hier nicht eingetragen."
    link = Link("Ersten Termin planen", page_link("datenpflege", eingabe="plan"))
    parts.linked_text([f"{told} ", link] if may_enter else [told])


def figures() -> None:
    """The network in headline figures with their sources."""
    people, catalog, reach = participants.people(), themes.themes(), participants.reach()
    source = SOURCES[settings.dataset()]
    counted = stages.all_stages(stages.counts(stages.matrix()))
    named = catalog[catalog["participants"] > 0]
    reached = [("Menschen", german.number(reach.people), participants.reach_text(reach))] if reach else []
    parts.section("Das Netzwerk in Zahlen")
    parts.figures(
        [
            ("Kommunen", f"{len(people)} von {PROJECT_SIZE}", "in öffentlichen Quellen genannt"),
            ("Länder", german.number(len(participants.laender(people))), "mit mindestens einer Kommune"),
            *reached,
            (
                "Stufen belegt",
                german.number(counted["documented"]),
                f"von {german.number(counted['total'])}: {stages.evidence_words(counted)}",
            ),
            (
                "Themen",
                german.number(len(named)),
                f"in {german.count(int((people['themes'] > 0).sum()), 'Kommune', 'Kommunen')}",
            ),
        ]
    )
    if reach:
        parts.source_line(f"Menschen: {source_lines.of_everyone(reach.year)}. Alles andere: {source}")


def map_and_gaps() -> None:
    """Where the Kommunen are; a click opens the page of one. And what no source says."""
    left, right = st.columns([3, 2], gap="large")
    with left:
        chosen = parts.show(map_view.network(), key="netz", level=2)
        if chosen:
            st.switch_page(settings.PAGES / "kommune.py", query_params={"kommune": chosen})
    with right:
        parts.section(
            "Was nicht belegt ist", "Keine Quelle sagt etwas dazu. Das heißt nicht, dass es nicht geschehen ist."
        )
        parts.html_table(participants.undocumented(), "Nicht belegt, nach Gegenstand")
        parts.source_line(SOURCES[settings.dataset()])


MONTH = 30
#: rows shown, news read to make them from, and rows shown where nothing is new
MOST, READ, LATEST = 6, 80, 3


def last_visit() -> date | None:
    """The day this browser was here before."""
    return page.last_visit(st.context.cookies.get(page.VISITS, ""))


def news_since() -> None:
    """Let the reader choose a day, and show what is new since then."""
    parts.section("Was ist neu?")
    visit = last_visit()
    options = {"30": f"seit {MONTH} Tagen"}
    if visit:
        options["besuch"] = f"seit meinem letzten Besuch ({german.day(visit)})"
    options["datum"] = "seit dem Datum …"
    chosen = choose("Zeitraum", options, key="seit", default="30", what="Den Zeitraum")
    start = today() - timedelta(days=MONTH)
    if chosen == "besuch" and visit:
        start = visit
    if chosen == "datum":
        asked = _asked_day()
        if asked is None:
            return
        start = asked
    _show(start)


def _asked_day() -> date | None:
    text = st.text_input("Datum", key="ab", bind="query-params", placeholder="etwa 01.09.2024 oder September 2024")
    if not text:
        return None
    try:
        return read_span(text).date_from
    except ValueError as error:
        parts.field_fault("ab", f"„Datum“: {error}")
        return None


def _show(start: date) -> None:
    number = int(report.counts(start, date.max)["number"].sum())
    if not number:
        latest = report.news(date(FIRST_YEAR, 1, 1), date.max, kind="held", limit=LATEST)
        parts.linked_text([f"Seit dem {german.day(start)} ist nichts Neues belegt. Die letzten belegten Termine:"])
        _list(latest)
        return
    _list(report.news(start, date.max, limit=READ))
    words = f"{german.count(number, 'Neuigkeit', 'Neuigkeiten')} seit dem {german.day(start)}"
    may = access.current_scope().full
    parts.linked_text(["Insgesamt ", Link(words, page_link("monitoring")) if may else words, "."])


def _list(found: pd.DataFrame) -> None:
    """The latest news; the same news of one Kommune on one day are grouped."""
    groups = found.fillna({"participant_id": ""}).groupby(["when", "participant_id", "name", "kind"], sort=False)
    rows = [
        (
            str(when),
            kommune_link(str(key), str(name)) if key else name,
            _told(str(kind), str(when), texts.tolist()),
        )
        for (when, key, name, kind), texts in list(groups["text"])[:MOST]
    ]
    st.html(render("lage/neues", rows=rows, label="Was ist neu?"))


#: kind of news -> what precedes the text of one, and of several
_WORDS = {
    "held": ("", "Stufentermine"),
    "late_entry": ("nachgetragen: ", "nachgetragene Stufen"),
    "plan": ("", "geplante Termine"),
    "moved": ("verschoben: ", "verschobene Termine"),
    "dropped": ("entfallen: ", "entfallene Termine"),
    "measure_new": ("neue Maßnahme: ", "neue Maßnahmen"),
    "measure_started": ("Maßnahme begonnen: ", "begonnene Maßnahmen"),
    "measure_done": ("Maßnahme abgeschlossen: ", "abgeschlossene Maßnahmen"),
    "measure_parked": ("auf dem Ideenparkplatz: ", "Maßnahmen auf dem Ideenparkplatz"),
    "measure_dropped": ("Maßnahme verworfen: ", "verworfene Maßnahmen"),
    "measure_status": ("neuer Stand: ", "Maßnahmen mit neuem Stand"),
    "note": ("Notiz: ", "Notizen zu Maßnahmen"),
    "money": ("Mittel: ", "Einträge zu Mitteln"),
    "meeting": ("", "Treffen"),
}


def _told(kind: str, when: str, texts: list[str]) -> str:
    """The text of one piece of news without its date, or how many of a kind there are."""
    one, several = _WORDS[kind]
    return f"{one}{texts[0].replace(f': {when}', '', 1)}" if len(texts) == 1 else f"{len(texts)} {several}"
