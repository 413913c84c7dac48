"""Monitoring, the tabs Termine, Verlauf, Mittel, Maßnahmen and Bericht.

The report of a quarter is one narrow column that prints unchanged, and the same as files.
"""

from __future__ import annotations

from functools import partial
from html import escape

import pandas as pd
import streamlit as st

from zwk_data import german
from zwk_data.dossier.quarter import quarter_report
from zwk_data.export import dossier_files
from zwk_data.export.dossier_files import FORMS, QUARTER_FILES
from zwk_data.programme import measures_and_money, schedule
from zwk_data.programme.report import Quarter, last_filled, quarters
from zwk_data.programme.stages import DIVISIONS, EVIDENCE
from zwk_data.schema.words import MEASURE_STATUS, STAGES
from zwk_data.views.monitoring import (
    View,
    division_chart,
    division_of,
    duration_chart,
    funding_of,
    funnel_chart,
    measure_chart,
    measures_of,
    payer_chart,
    planned_chart,
    schedule_of,
    spans_of,
    stages_of,
    themes_of,
    watched_of,
    year_chart,
)
from zwk_data.web.kit import parts
from zwk_data.web.kit.choice import choose
from zwk_data.web.kit.components import download
from zwk_data.web.kit.markup import stage_links
from zwk_data.web.kit.parts import show_block
from zwk_data.web.login import login

NO_PLANS = (
    "Nicht belegt: Geplante Termine sind hier noch nicht eingetragen, und öffentliche Quellen nennen keine. Die "
    "Geschäftsstelle trägt sie unter Datenpflege ein; dann stehen hier Plan und Termin nebeneinander."
)


def _stage_table(view: View) -> None:
    """Each stage: where the Kommunen are and, if anything is planned, how punctual they were."""
    made = stages_of(view)
    made["punctual"] = [
        f"{german.number(a)} von {german.number(n)}" if n else german.NOT_DOCUMENTED
        for a, n in zip(made["punctual"], made["compared"], strict=True)
    ]
    made["median_late"] = [
        german.with_unit(d, "Tage") if d == d else german.NOT_DOCUMENTED for d in made["median_late"]
    ]
    names = {
        "stage_de": "Stufe",
        **EVIDENCE,
        "planned": "geplant",
        "overdue": "überfällig",
        "dropped": "entfallen",
        "punctual": "im Plan",
        "median_late": "Median nach Plan",
        "moved": "verschoben",
    }
    meaning = f"; „im Plan“ heißt höchstens {view.limits.on_time} Tage nach dem ersten Plan"
    if not watched_of(view)[0]:
        names, meaning = {column: names[column] for column in ("stage_de", *EVIDENCE)}, ""
    for kind in ("undated", "blanket"):
        if not made[kind].any():
            names.pop(kind)
    caption = f"Kommunen je Stufe{meaning}"
    parts.html_table(made, caption, names=names, numeric=("im Plan", "Median nach Plan"))
    parts.source_line(view.source)


def dates(view: View) -> None:
    """Planned against actual dates, and upcoming ones."""
    parts.section("Plan und Termin je Stufe")
    _stage_table(view)
    if not watched_of(view)[0]:
        parts.notice(NO_PLANS)
        return
    stage = choose("Stufe", STAGES, key="stufe", default="zwischenbilanz")
    parts.show(planned_chart(view, str(stage)), key="plan")
    _show_coming(view)


def _show_coming(view: View) -> None:
    coming = schedule.coming(schedule_of(view), view.today)
    parts.section("Was ansteht")
    if coming.empty:
        parts.notice("Kein Termin ist für die Zeit nach heute geplant.")
        return
    parts.linked_table(
        {
            "Termin": coming["open_de"].tolist(),
            "Kommune": stage_links(coming["participant_id"]),
            "Stufe": [
                f"{stage} (weiterer Termin)" if state == "held" else stage
                for stage, state in zip(coming["stage_de"], coming["state"], strict=True)
            ],
            "Zuvor verschoben": coming["reasons"].where(coming["state"] != "held", "").tolist(),
        },
        f"{german.count(len(coming), 'geplanter Termin', 'geplante Termine')} nach dem {german.day(view.today)}",
    )
    parts.source_line(view.source)


def course(view: View) -> None:
    """How many reached each stage when, how long it took, and how that divides up."""
    frame = schedule_of(view)
    parts.section("Stufen über die Zeit")
    if frame["actual_to"].notna().any():
        parts.show(funnel_chart(view, view.today), key="verlauf")
    else:
        parts.notice("Nicht belegt: Für diese Auswahl ist kein Termin mit Datum bekannt.")
    parts.section("Dauer")
    spans = spans_of(view)
    if spans["known"].sum():
        parts.show(duration_chart(view), key="dauer")
        names = {
            "step_de": "Schritt",
            "known": "belegt",
            "unknown": "nicht belegt",
            "least": "kürzeste",
            "lower": "unteres Viertel",
            "median": "Median",
            "upper": "oberes Viertel",
            "most": "längste",
        }
        parts.html_table(spans, "Dauer in Tagen", names=names, formats=dict.fromkeys(list(names.values())[3:], 0))
        parts.source_line(view.source)
    else:
        parts.notice("Nicht belegt: Nirgends sind zwei aufeinander folgende Stufen auf den Monat genau datiert.")
    parts.section("Aufteilung")
    by = str(choose("Aufteilen nach", {key: word for key, (_, word) in DIVISIONS.items()}, key="nach", default="land"))
    parts.show(division_chart(view, by), key="aufteilung")
    measures = measures_of(view)
    if len(measures):
        names = {"group": DIVISIONS[by][1], **MEASURE_STATUS}
        parts.html_table(division_of(view, by), f"Maßnahmen nach {DIVISIONS[by][1]} und Stand", names=names)
        parts.source_line(view.source)


BUDGETS = {"budget_eur": "Budget (Euro)", "unbudgeted": "ohne Budget"}
NO_MONEY = (
    "Nicht belegt: Bewilligte, abgerufene und ausgegebene Mittel sind hier noch nicht eingetragen. Die Geschäftsstelle "
    "trägt sie unter Datenpflege ein oder liest ihre Liste ein."
)
NO_MEASURES = (
    "Nicht belegt: Aus keinem Werkstattplan dieser Auswahl sind einzelne Maßnahmen eingetragen. Die Geschäftsstelle "
    "und die Beratung tragen sie unter Datenpflege ein."
)


def spending(view: View) -> None:
    """Money by year and payer, and what stands out."""
    frame = funding_of(view)
    if frame.empty:
        parts.notice(NO_MONEY)
        return
    parts.show(year_chart(view), key="jahre", level=2)
    year = choose(
        "Jahr",
        {str(one): str(one) for one in sorted(set(frame["year"]), reverse=True)},
        key="jahr",
        placeholder="Alle Jahre",
    )
    parts.show(payer_chart(view, int(year) if year else None), key="zahler", level=2)
    parts.section(
        "Auffälliges",
        f"Weniger als {german.with_unit(view.limits.low_share * 100, '%')} der Bewilligung abgerufen, mehr ausgegeben "
        f"als abgerufen, oder mehr bewilligt als {german.with_unit(view.limits.most_eur, 'Euro')} im Jahr.",
    )
    outlier_table(
        measures_and_money.outliers(frame if year is None else frame[frame["year"] == int(year)], view.limits)
    )
    parts.source_line(view.source)
    silent = view.total - frame["participant_id"].nunique()
    if silent:
        parts.notice(f"Nicht belegt: Für {german.count(silent, 'Kommune', 'Kommunen')} sind keine Mittel eingetragen.")


def outlier_table(found: pd.DataFrame) -> None:
    """The rows of ``measures_and_money.outliers``."""
    if found.empty:
        parts.notice("Nichts Auffälliges.")
        return
    names = {"name": "Kommune", "year": "Jahr", "text": "Auffällig", "note": "Bemerkung"}
    noted = found.assign(note=found["note"].replace("", None))
    parts.html_table(noted, german.count(len(found), "Eintrag", "Einträge"), names=names)


def status_table(view: View) -> None:
    """Measures and budgets by status."""
    found = measures_and_money.by_status(measures_of(view))
    names = {"status_de": "Stand", "number": "Maßnahmen", **BUDGETS}
    parts.html_table(found, "Maßnahmen und eingetragenes Budget nach Stand", names=names, formats={"Budget (Euro)": 0})


def work(view: View) -> None:
    """Measures by status and by theme, with their budgets."""
    if measures_of(view).empty:
        parts.notice(NO_MEASURES)
        return
    parts.section("Nach Stand")
    status_table(view)
    parts.source_line(view.source)
    parts.show(measure_chart(view), key="massnahmen", level=2)
    parts.section(
        "Budget nach Thema", "Summe der eingetragenen Budgets. „Ohne Budget“: Zahl der Maßnahmen ohne Betrag."
    )
    names = {"name_de": "Thema", "participants": "Kommunen", "number": "Maßnahmen", "done": "abgeschlossen", **BUDGETS}
    caption = "Maßnahmen und Budget nach Thema"
    parts.html_table(themes_of(view), caption, names=names, formats={"Budget (Euro)": 0}, max_height=560)
    parts.source_line(view.source)


#: one of QUARTER_FILES -> what its button says
REPORT_FILES = {
    "ministerblatt": "Ministerblatt (eine Seite, PDF)",
    "bericht": "Bericht als PDF",
    "bericht-folien": "Bericht als Folien",
}


def report(view: View) -> None:
    """The whole report of the quarter that the address names, else of the last one with content."""
    found = quarters(view.today)
    names = {key: f"{one.title} ({one.months})" for key, one in found.items()}
    notices = st.container()
    with st.container(key="zwk-quartal"):
        preset = last_filled(view.today, view.only).id
        key = choose("Quartal", names, key="quartal", default=preset, what="Das Quartal", notices=notices)
        _offer_files(view, found[str(key)])
        st.html(
            '<p class="zwk-source">Diese Seite lässt sich auch drucken: Strg+P. Menü und Filter '
            "werden nicht mitgedruckt.</p>"
        )
    with st.container(key="zwk-bericht"):
        _show_document(view, found[str(key)])


def _offer_files(view: View, one: Quarter) -> None:
    """A button for each file, which is made when it is pressed."""
    with st.container(horizontal=True):
        for kind, label in REPORT_FILES.items():
            make = login.as_asker(partial(dossier_files.make_quarter, kind, view, one))
            mime = FORMS[QUARTER_FILES[kind]].mime
            download(label, make, dossier_files.quarter_name(kind, one), mime, key=f"quartal-{kind}")


def _show_document(view: View, one: Quarter) -> None:
    made = quarter_report(view, one)
    st.html(
        f'<div class="zwk-report-title"><p>Zukunftswerkstatt Kommunen</p><h2>Bericht zum {escape(one.title)}</h2>'
        f"<p>{escape(made.described)}</p></div>"
    )
    for section in made.sections:
        parts.section(section.title)
        for place, block in enumerate(section.blocks):
            show_block(block, f"bericht-{section.key}-{place}")
    parts.source_line(view.source)
