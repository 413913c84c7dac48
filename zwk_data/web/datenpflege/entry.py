"""Datenpflege, quick entry: a stage took place, is planned, moved or dropped; a measure made progress."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from html import escape
from typing import Any

import streamlit as st

from zwk_data import german
from zwk_data.programme import participants
from zwk_data.records import quick_entry as desk
from zwk_data.records.quick_entry import Plan
from zwk_data.schema.dates import EARLIEST_YEAR, LATEST_YEAR, Span, typed_span
from zwk_data.schema.tables import TABLES
from zwk_data.schema.words import EVENT_KINDS, MEASURE_STATUS, PLAN_STATUS, STAGES, UNDATED
from zwk_data.settings import today
from zwk_data.stores import access
from zwk_data.stores.access import Person
from zwk_data.web.datenpflege.undo import attempt, field_key, in_sight
from zwk_data.web.kit import parts
from zwk_data.web.kit.choice import choose, choose_part, choose_year

#: in pixels: the length of a line that is easy to read
FORM = 720
HOW_TO_DATE = "So genau wie bekannt: 09.11.2022, November 2022, 2022, 24.11., gestern, KW 47."
WAYS = {"termin": "Termin hat stattgefunden", "plan": "Termin planen oder verschieben", "massnahme": "Maßnahme"}
#: forms for those who may write such records
MORE_WAYS = {"mittel": ("funding", "Mittel"), "treffen": ("network_event", "Werkstatttreffen")}
AMOUNTS = {"granted_eur": "Bewilligt (Euro)", "called_eur": "Abgerufen (Euro)", "spent_eur": "Ausgegeben (Euro)"}


def own_names(person: Person) -> dict[str, str]:
    """The Kommunen for which the person may enter something: id -> name."""
    names = participants.names()
    return names if person.role != "beratung" else {key: name for key, name in names.items() if key in person.own}


def quick_entry(person: Person) -> None:
    """Choose what to enter and for whom, then fill in the form for it."""
    names = own_names(person)
    may = access.writable_tables(person)
    more = {way: name for way, (table, name) in MORE_WAYS.items() if may is None or table in may}
    way = choose_part(WAYS | more, key="eingabe", label="Was möchten Sie eintragen?")
    if way == "treffen":
        _meeting(person)
        return
    with st.container(horizontal=True, vertical_alignment="bottom", width=FORM):
        participant = choose("Kommune", names, key="kommune", placeholder="Kommune wählen")
        if way not in ("massnahme", "mittel"):
            stage = choose("Stufe", STAGES, key="stufe", placeholder="Stufe wählen")
    if not participant:
        parts.notice("Bitte zuerst eine Kommune wählen.")
        return
    name = names[participant]
    if way == "mittel":
        _funding(person, participant, name)
    elif way == "massnahme":
        _measure(person, participant, name)
    elif not stage:
        parts.notice("Bitte eine Stufe wählen.")
    else:
        (_held if way == "termin" else _planned)(person, participant, stage, name)
        _story(participant, stage, name)


def _date(label: str, name: str, default: str, *, required: bool, ahead: bool = False) -> Span | None:
    """A date as exact as it is known, repeated as it was understood; None if it can't be read.

    ``ahead``: the date lies in the future, so „24.11.“ is the next one.
    """
    key = field_key(name)
    st.session_state.setdefault(key, default)
    days = {"Heute": 0, "Morgen": 1} if ahead else {"Heute": 0, "Gestern": -1}
    with st.container(horizontal=True, vertical_alignment="bottom", key=f"pflege-{name.partition('-')[0]}"):
        text = st.text_input(label, key=key, help=HOW_TO_DATE)
        for word, apart in days.items():
            day = german.day(today() + timedelta(days=apart))
            st.button(word, key=f"{key}-{word}", on_click=_put_date, args=(key, day))
        st.date_input(
            "Kalender",
            None,
            key=f"{key}-kalender",
            format="DD.MM.YYYY",
            min_value=date(EARLIEST_YEAR, 1, 1),
            max_value=date(LATEST_YEAR, 12, 31),
            on_change=_put_picked,
            args=(key,),
            width=150,
        )
    try:
        found = typed_span(text, today(), ahead=ahead)
    except ValueError as error:
        parts.field_fault(key, f"„{label}“: {error}")
        return None
    span = found.span
    if span.precision in UNDATED and required:
        parts.field_fault(key, f"Bitte „{label}“ angeben.")
        return None
    if not found.sure or found.words != text.strip():
        st.html(f'<p class="zwk-note" role="status">Verstanden als: {escape(found.words)}</p>')
    return span


def _put_date(key: str, day: str) -> None:
    st.session_state[key] = day


def _put_picked(key: str) -> None:
    """Copy the day picked in the calendar into the text field, and clear the calendar."""
    picked = st.session_state[f"{key}-kalender"]
    if picked:
        st.session_state[key] = german.day(picked)
        st.session_state[f"{key}-kalender"] = None


def _held(person: Person, participant: str, stage: str, name: str) -> None:
    plan = desk.open_plan(participant, stage)
    with st.container(key="pflege-formular", width=FORM):
        # what was planned for a day that has passed probably took place on it
        over = plan is not None and plan.span.date_to is not None and plan.span.date_to < today()
        usual = _planned_day(plan) if plan and over else german.day(today())
        span = _date("Datum", f"datum-{participant}-{stage}", usual, required=False)
        if plan:
            parts.notice(
                f"Der Termin war für {german.on(_planned_day(plan))} geplant. Die Planung gilt damit als erfüllt."
            )
        note = st.text_input("Bemerkung (freiwillig)", key=field_key("bemerkung"))
        source = st.text_input("Quelle, Internetadresse (freiwillig)", key=field_key("quelle"))
        with in_sight():
            pressed = st.button("Speichern", type="primary", disabled=span is None, key=field_key("termin-speichern"))
        if pressed and span:
            told = f"{name}, {STAGES[stage]}, {german.day(span.date_from, span.precision)}."
            attempt(partial(desk.hold_stage, person, participant, stage, span, note=note, source_url=source), told)


def _planned(person: Person, participant: str, stage: str, name: str) -> None:
    plan = desk.open_plan(participant, stage)
    what = f"{name}, {STAGES[stage]}"
    with st.container(key="pflege-formular", width=FORM):
        if plan is None:
            span = _date("Geplant für", f"plan-{participant}-{stage}", "", required=True, ahead=True)
            note = st.text_input("Bemerkung (freiwillig)", key=field_key("bemerkung"))
            with in_sight():
                pressed = st.button(
                    "Termin planen", type="primary", disabled=span is None, key=field_key("plan-speichern")
                )
            if pressed and span:
                told = f"{what} ist geplant für {german.on(german.day(span.date_from, span.precision))}."
                attempt(partial(desk.plan_stage, person, participant, stage, span, note=note), told)
            return
        parts.notice(f"Der Termin ist für {german.on(_planned_day(plan))} geplant.")
        span = _date("Neuer Termin", f"plan-{participant}-{stage}", "", required=False, ahead=True)
        reason = st.text_input("Grund", key=field_key("grund"), placeholder="etwa: Saal belegt, Wahl, Krankheit")
        moves = span is not None and span.precision not in UNDATED
        with in_sight():
            if st.button(
                "Verschieben", type="primary", disabled=not (moves and reason.strip()), key=field_key("verschieben")
            ):
                assert span is not None
                told = f"{what} ist verschoben auf {german.on(german.day(span.date_from, span.precision))}."
                attempt(partial(desk.move_plan, person, participant, stage, plan, span, reason), told)
            if st.button("Absagen", disabled=not reason.strip(), key=field_key("absagen")):
                attempt(lambda: desk.drop_plan(person, plan, reason), f"{what} ist abgesagt.")


def _planned_day(plan: Plan) -> str:
    return german.day(plan.span.date_from, plan.span.precision)


def _measure(person: Person, participant: str, name: str) -> None:
    own = desk.measures_of(participant)
    if own.empty:
        parts.notice(
            f"Für {name} ist noch keine Maßnahme eingetragen. Unter „Tabellen“ lassen sich Maßnahmen "
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
        with in_sight():
            pressed = st.button("Speichern", type="primary", key=field_key("massnahme-speichern"))
        if pressed and status:
            told = f"{name}: {titles[measure]} ({MEASURE_STATUS[status]})."
            attempt(
                partial(desk.report_progress, person, measure, status, was, note=note, on=today(), reason=note.strip()),
                told,
            )


def _funding(person: Person, participant: str, name: str) -> None:
    """The amounts of one year; the fields show what is already on record."""
    with st.container(key="pflege-formular", width=FORM):
        years = range(today().year + 1, EARLIEST_YEAR - 1, -1)
        year = choose_year(years, key="haushaltsjahr", default=today().year)
        record, known = desk.funding_of(participant, year)
        if record:
            parts.notice(f"Für {year} ist schon etwas eingetragen: Die Zahlen stehen in den Feldern.")
        values: dict[str, Any] = {}
        fields = TABLES["funding"]
        for column, label in AMOUNTS.items():
            was = known[column]
            shown = "" if was is None else german.number(was, 0 if float(was).is_integer() else 2)
            key = field_key(f"{column}-{participant}-{year}")
            text = st.text_input(label, shown, key=key)
            try:
                found = fields.field_of(column).kind.read(fields.field_of(column), text)
                if found.doubt:
                    st.warning(f"„{label}“: {found.doubt}", icon=":material/warning:")
                values[column] = found.value
            except ValueError as error:
                parts.field_fault(key, f"„{label}“: {error}")
        note = st.text_input(
            "Bemerkung (freiwillig)", known["note"] or "", key=field_key(f"mittel-{participant}-{year}")
        )
        ready = len(values) == len(AMOUNTS) and any(one is not None for one in values.values())
        with in_sight():
            pressed = st.button("Speichern", type="primary", disabled=not ready, key=field_key("mittel-speichern"))
        if pressed and ready:
            row = {**values, "note": note or None}
            attempt(partial(desk.keep_funding, person, participant, year, row), f"{name}, Mittel {year}.")


def _meeting(person: Person) -> None:
    """A Werkstatttreffen, or another Veranstaltung of the network."""
    with st.container(key="pflege-formular", width=FORM):
        title = st.text_input("Titel", key=field_key("treffen-titel"), placeholder="etwa: 14. Werkstatttreffen")
        kinds = list(EVENT_KINDS)
        kind = st.selectbox("Art", kinds, format_func=EVENT_KINDS.__getitem__, key=field_key("treffen-art"))
        span = _date("Tag", "treffen", "", required=True, ahead=True)
        day = span if span and span.precision == "day" else None
        if span and not day:
            parts.field_fault(field_key("treffen"), "Bitte den Tag angeben: Eine Veranstaltung hat einen.")
        place = st.text_input("Ort", key=field_key("treffen-ort"))
        note = st.text_input("Bemerkung (freiwillig)", key=field_key("treffen-bemerkung"))
        ready = bool(title.strip() and day)
        with in_sight():
            pressed = st.button("Speichern", type="primary", disabled=not ready, key=field_key("treffen-speichern"))
        if pressed and day and day.date_from:
            status = "held" if day.date_from <= today() else "planned"
            values = {
                **{"title": title.strip(), "kind": kind, "place": place or None, "note": note or None},
                **{"date_from": day.date_from, "date_to": day.date_to, "status": status},
            }
            attempt(partial(desk.keep_meeting, person, values), f"{title.strip()}, {german.day(day.date_from)}.")


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
