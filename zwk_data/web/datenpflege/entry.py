"""Datenpflege, quick entry: a stage took place, is planned, moved or dropped; a measure made progress."""

from __future__ import annotations

from functools import partial

import streamlit as st

from zwk_data import german
from zwk_data.programme import participants
from zwk_data.records import quick_entry as desk
from zwk_data.records.quick_entry import Plan
from zwk_data.schema.dates import Span, read_span
from zwk_data.schema.words import MEASURE_STATUS, PLAN_STATUS, STAGES, UNDATED
from zwk_data.settings import today
from zwk_data.stores.access import Person
from zwk_data.web.datenpflege.saving import attempt, field_key
from zwk_data.web.kit import parts
from zwk_data.web.kit.choice import choose, choose_part

#: pixels: as wide as a line that is easy to read
FORM = 720
WAYS = {"termin": "Termin hat stattgefunden", "plan": "Termin planen oder verschieben", "massnahme": "Maßnahme"}


def own_names(person: Person) -> dict[str, str]:
    """The Kommunen for which the person may enter something: id -> name."""
    names = participants.names()
    return names if person.role != "beratung" else {key: name for key, name in names.items() if key in person.own}


def quick_entry(person: Person) -> None:
    """Choose what to enter and for whom, then fill in the form for it."""
    names = own_names(person)
    way = choose_part(WAYS, key="eingabe", label="Was möchten Sie eintragen?")
    with st.container(horizontal=True, vertical_alignment="bottom", width=FORM):
        participant = choose("Kommune", names, key="kommune", placeholder="Kommune wählen")
        if way != "massnahme":
            stage = choose("Stufe", STAGES, key="stufe", placeholder="Stufe wählen")
    if not participant:
        parts.notice("Bitte zuerst eine Kommune wählen.")
        return
    name = names[participant]
    if way == "massnahme":
        _measure(person, participant, name)
    elif not stage:
        parts.notice("Bitte eine Stufe wählen.")
    else:
        (_held if way == "termin" else _planned)(person, participant, stage, name)
        _story(participant, stage, name)


def _date(label: str, key: str, default: str, *, required: bool) -> Span | None:
    """A date as exact as it is known, repeated as it was understood; None if it can't be read."""
    text = st.text_input(
        label, default, key=field_key(key), help="So genau wie bekannt: 09.11.2022, November 2022, 2022."
    )
    try:
        span = read_span(text)
    except ValueError as error:
        st.error(f"„{label}“: {error}", icon=":material/error:")
        return None
    if span.precision in UNDATED and required:
        st.error(f"Bitte „{label}“ angeben.", icon=":material/error:")
        return None
    if german.day(span.date_from, span.precision) != text.strip():
        st.html(f'<p class="zwk-note">Verstanden als: {german.day(span.date_from, span.precision)}</p>')
    return span


def _held(person: Person, participant: str, stage: str, name: str) -> None:
    plan = desk.open_plan(participant, stage)
    with st.container(key="pflege-formular", width=FORM):
        # what was planned for a day that is over probably took place then
        over = plan is not None and plan.span.date_to is not None and plan.span.date_to < today()
        usual = _planned_day(plan) if plan and over else german.day(today())
        span = _date("Datum", "datum", usual, required=False)
        if plan:
            parts.notice(f"Geplant war {_planned_day(plan)}. Die Planung gilt damit als erfüllt.")
        note = st.text_input("Bemerkung (freiwillig)", key=field_key("bemerkung"))
        source = st.text_input("Quelle, Internetadresse (freiwillig)", key=field_key("quelle"))
        if st.button("Speichern", type="primary", disabled=span is None, key="termin-speichern") and span:
            told = f"{name}, {STAGES[stage]}, {german.day(span.date_from, span.precision)}."
            attempt(partial(desk.hold_stage, person, participant, stage, span, note=note, source_url=source), told)


def _planned(person: Person, participant: str, stage: str, name: str) -> None:
    plan = desk.open_plan(participant, stage)
    what = f"{name}, {STAGES[stage]}"
    with st.container(key="pflege-formular", width=FORM):
        if plan is None:
            span = _date("Geplant für", "plan", "", required=True)
            note = st.text_input("Bemerkung (freiwillig)", key=field_key("bemerkung"))
            if st.button("Termin planen", type="primary", disabled=span is None, key="plan-speichern") and span:
                told = f"{what} ist geplant für {german.day(span.date_from, span.precision)}."
                attempt(partial(desk.plan_stage, person, participant, stage, span, note=note), told)
            return
        parts.notice(f"Geplant ist {_planned_day(plan)}.")
        span = _date("Neuer Termin", "plan", "", required=False)
        reason = st.text_input("Grund", key=field_key("grund"), placeholder="etwa: Saal belegt, Wahl, Krankheit")
        moves = span is not None and span.precision not in UNDATED
        with st.container(horizontal=True):
            if st.button("Verschieben", type="primary", disabled=not (moves and reason.strip()), key="verschieben"):
                assert span is not None
                told = f"{what} ist verschoben auf {german.day(span.date_from, span.precision)}."
                attempt(partial(desk.move_plan, person, participant, stage, plan, span, reason), told)
            if st.button("Absagen", disabled=not reason.strip(), key="absagen"):
                attempt(lambda: desk.drop_plan(person, plan, reason), f"{what} ist abgesagt.")


def _planned_day(plan: Plan) -> str:
    return german.day(plan.span.date_from, plan.span.precision)


def _measure(person: Person, participant: str, name: str) -> None:
    own = desk.measures_of(participant)
    if own.empty:
        parts.notice(
            f"Für {name} ist noch keine Maßnahme erfasst. Unter „Tabellen“ lassen sich Maßnahmen "
            "anlegen, unter „Listen einlesen“ übernehmen."
        )
        return
    titles = dict(zip(own["measure_id"], own["title"], strict=True))
    with st.container(width=FORM):
        measure = choose("Maßnahme", titles, key="massnahme", placeholder="Maßnahme wählen")
    if not measure:
        return
    was = str(own.set_index("measure_id").loc[measure, "status"])
    with st.container(key="pflege-formular", width=FORM):
        status = st.radio(
            "Stand",
            list(MEASURE_STATUS),
            index=list(MEASURE_STATUS).index(was),
            format_func=lambda code: MEASURE_STATUS[code],
            horizontal=True,
            key=field_key(f"stand-{measure}-{was}"),
        )
        note = st.text_area("Notiz zum Fortschritt (freiwillig)", key=field_key("notiz"), height=90)
        if st.button("Speichern", type="primary", key="massnahme-speichern") and status:
            told = f"{name}: {titles[measure]} ({MEASURE_STATUS[status]})."
            attempt(
                partial(desk.report_progress, person, measure, status, was, note=note, on=today(), reason=note.strip()),
                told,
            )


def _story(participant: str, stage: str, name: str) -> None:
    story = desk.story_of_stage(participant, stage)
    if story.empty:
        parts.notice(f"Nicht belegt: Für {name} ist zu dieser Stufe noch nichts eingetragen.")
        return
    table = story.assign(
        what=story["what"].map(PLAN_STATUS),
        date_from=[german.day(d, p) for d, p in zip(story["date_from"], story["precision"], strict=True)],
    )[["date_from", "what", "reason"]].fillna("")
    table.columns = ["Termin", "Stand", "Bemerkung oder Grund"]
    parts.html_table(table, f"{name}, {STAGES[stage]}: bisher eingetragen")
