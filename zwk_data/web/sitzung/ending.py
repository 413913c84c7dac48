"""The screens on which points are noted (what helps and hinders, ideas, next steps), and the last one.

The last screen sums up what was said, takes any additions, and saves everything as the Zwischenbilanz.
"""

from __future__ import annotations

from html import escape

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from zwk_data import german
from zwk_data.charts.measures_and_money import STEP_LOOKS
from zwk_data.errors import ZwkError
from zwk_data.programme import measures_and_money
from zwk_data.records import review, review_saving, table_editing
from zwk_data.room import contributions, sessions
from zwk_data.room.contributions import LONGEST, LONGEST_NAME, Noted, outcome
from zwk_data.room.sessions import Handlungsfeld, Session
from zwk_data.schema.dates import day_reading
from zwk_data.schema.words import POINT_KINDS, RATING_STEPS
from zwk_data.web.kit import parts
from zwk_data.web.kit.markup import Link, page_link, render
from zwk_data.web.login import login
from zwk_data.web.sitzung import frame

#: the inputs for a step, and what they are reset to once it has been noted
_FIELDS = {"was": "", "wer": "", "bis": "", "feld": 0, "zu": ""}
NEW, NOWHERE = "Neue Maßnahme", "Ohne Handlungsfeld"


def factors(session: Session, field: Handlungsfeld, number: int) -> None:
    """What helps and what hinders in a Handlungsfeld, side by side."""
    above = f"{session.kommune} · Handlungsfeld {field.no} von {number}"
    frame.heading(session, f"{field.name}: Was hilft, was hindert?", above)
    said = [one for one in contributions.points(session.session_id) if one.field_no == field.no]
    for column, kind in zip(st.columns(2, gap="large"), ("helping", "hindering"), strict=True):
        with column:
            st.html(f'<h2 class="zwk-room-h2">{POINT_KINDS[kind]}</h2>')
            _show_points(session, [one for one in said if one.kind == kind], {})
            _one_line(session, kind, field.no)
    frame.live(session)


def ideas(session: Session) -> None:
    """Ideas that are not pursued now."""
    frame.heading(session, POINT_KINDS["idea"])
    st.html('<p class="zwk-room-text">Was heute nicht weiterverfolgt wird, aber nicht verloren gehen soll.</p>')
    fields = _field_names(session)
    _show_points(session, [one for one in contributions.points(session.session_id) if one.kind == "idea"], fields)
    _one_line(session, "idea", None, fields)
    frame.live(session)


def steps(session: Session) -> None:
    """Agreed next steps: what, who, until when, and which measure it is about."""
    frame.heading(session, "Nächste Schritte")
    fields = _field_names(session)
    _show_points(session, [one for one in contributions.points(session.session_id) if one.kind == "step"], fields)
    found = measures_and_money.action_fields(session.participant_id)
    titles = {str(row.measure_id): str(row.title) for one in found for row in one.measures.itertuples()}
    numbers = {name: no for no, name in fields.items()}
    field_of = {key: numbers[one.name] for one in found if one.name in numbers for key in one.measures["measure_id"]}
    with st.form("raum-schritt", border=False):
        left, middle, right = st.columns([0.5, 0.28, 0.22])
        left.text_input("Was wird getan?", key="raum-schritt-was", max_chars=LONGEST)
        middle.text_input("Zuständig", key="raum-schritt-wer", max_chars=LONGEST_NAME)
        right.text_input("Bis", key="raum-schritt-bis", placeholder="31.03.2025 oder März 2025")
        left, middle, right = st.columns([0.39, 0.39, 0.22], vertical_alignment="bottom")
        left.selectbox(
            "Handlungsfeld", [0, *fields], format_func=lambda no: fields.get(no, NOWHERE), key="raum-schritt-feld"
        )
        middle.selectbox("Maßnahme", ["", *titles], format_func=lambda key: titles.get(key, NEW), key="raum-schritt-zu")
        right.form_submit_button(
            "Festhalten", key="raum-schritt-ab", on_click=_note_step, args=(session, field_of), type="primary"
        )
    frame.live(session)


def _note_step(session: Session, field_of: dict[str, int]) -> None:
    said = {name: st.session_state[f"raum-schritt-{name}"] for name in _FIELDS}

    def job() -> None:
        try:
            due = day_reading(said["bis"], last=True).value
        except ValueError as error:
            raise ZwkError(f"„Bis“: {error}") from error
        contributions.add(
            session.session_id,
            "step",
            said["was"],
            field_no=said["feld"] or field_of.get(said["zu"]),
            responsible=said["wer"],
            due=due,
            measure_id=said["zu"] or None,
        )
        for name, empty in _FIELDS.items():
            st.session_state[f"raum-schritt-{name}"] = empty

    frame.act(session, job)


def _one_line(session: Session, kind: str, field_no: int | None, fields: dict[int, str] | None = None) -> None:
    """A line to write on; Enter notes it and clears the line for the next one."""
    key = f"raum-{kind}-{field_no or 0}"
    with st.form(key, clear_on_submit=True, border=False):
        widths = [0.5, 0.3, 0.2] if fields else [0.7, 0.3]
        cells = st.columns(widths, vertical_alignment="bottom")
        cells[0].text_input("Neue Idee" if kind == "idea" else "Neuer Punkt", key=f"{key}-neu", max_chars=LONGEST)
        if fields:
            cells[1].selectbox(
                "Handlungsfeld", [0, *fields], format_func=lambda no: fields.get(no, NOWHERE), key=f"{key}-feld"
            )
        cells[-1].form_submit_button(
            "Festhalten", key=f"{key}-ab", on_click=_note_point, args=(session, kind, field_no, key)
        )


def _note_point(session: Session, kind: str, field_no: int | None, key: str) -> None:
    chosen = field_no or st.session_state.get(f"{key}-feld") or None
    frame.act(session, contributions.add, session.session_id, kind, st.session_state[f"{key}-neu"], field_no=chosen)


def _show_points(session: Session, said: list[Noted], fields: dict[int, str]) -> None:
    for one in said:
        with st.container(horizontal=True, vertical_alignment="center", key=f"raum-punkt-{one.point_id}"):
            more = [fields.get(one.field_no or 0, ""), one.responsible, f"bis {german.day(one.due)}" if one.due else ""]
            told = " · ".join(part for part in more if part)
            small = f"<span>{escape(told)}</span>" if told else ""
            st.html(f'<p class="zwk-room-point">{escape(one.text)}{small}</p>', width="stretch")
            st.button(
                "Streichen",
                key=f"raum-weg-{one.point_id}",
                type="tertiary",
                help=f"„{one.text[:80]}“ streichen",
                on_click=frame.act,
                args=(session, contributions.remove, session.session_id, one.point_id),
            )


def _field_names(session: Session) -> dict[int, str]:
    return {field.no: field.name for field in sessions.fields(session.session_id)}


_SAVED = "raum-gespeichert"
LONGEST_ANSWER = 4000
OVER = "Die Sitzung ist beendet, der Code gilt nicht mehr."
NOTHING = "Es gab nichts zu speichern: Das Ergebnis steht schon genauso da."


def closing(session: Session) -> None:
    """Summary, own words, preview, saving."""
    frame.heading(session, "Abschluss")
    st.html(summary_html(session))
    if session.is_open:
        frame.live(session)
    told = st.empty()
    missing = still_missing(session)
    with st.container(key="raum-abschluss"):
        left, right = st.columns(2, gap="large")
        _own_words(session, left, "result", "Ergebnis in eigenen Worten", session.result)
        _own_words(session, right, "continuation", "Wie es weitergeht (Verstetigung)", session.continuation)
        with st.container(horizontal=True, vertical_alignment="bottom"):
            key = f"raum-anwesend-{session.session_id}"
            st.number_input(
                "Anwesende",
                0,
                5000,
                session.present,
                key=key,
                placeholder="Zahl",
                on_change=frame.keep,
                args=(session, "present", key),
                width=320,
            )
            question = (session.session_id, missing)
            asked, answered = (st.session_state.get(name) == question for name in (_ASKED, _ANSWERED))
            label = "Trotzdem speichern" if asked and not answered else "Ergebnis speichern"
            if st.button(label, key="raum-speichern", type="primary"):
                if missing and not asked:
                    st.session_state[_ASKED] = question
                    st.rerun()
                st.session_state[_ANSWERED] = question
                _save(session)
        if asked and st.session_state.get(_ANSWERED) != question:
            parts.notice(f"{' '.join(missing)} {ANYWAY}", kind="warning")
        with told.container():
            _saved_notice(session)
        with st.expander("Was wird gespeichert?", key="raum-vorschau", on_change="rerun", type="compact") as shown:
            if shown.open:
                _preview(session)
        if not session.is_open:
            back = Link("Zurück zu den Sitzungen", page_link("sitzung", kommune=session.participant_id))
            parts.linked_text([f"{OVER} ", back])


#: what was found missing when saving, and what of that somebody chose to save without
_ASKED, _ANSWERED = "raum-gefragt", "raum-beantwortet"
ANYWAY = "Bitte ergänzen, oder mit „Trotzdem speichern“ so festhalten."


def still_missing(session: Session) -> tuple[str, ...]:
    """What to ask before the result is saved: Handlungsfelder nobody voted on, and who was there."""
    voted = contributions.together(session.session_id)
    without = [
        f"„{one.name}“" for one in sessions.fields(session.session_id) if not sum(voted.get(one.no, contributions.NONE))
    ]
    asked = []
    if without:
        verb = "hat" if len(without) == 1 else "haben"
        asked.append(f"{german.listing(without)} {verb} noch keine Stimmen: Soll das so bleiben?")
    if session.present is None:
        asked.append("Wie viele waren da? Die Zahl der Anwesenden fehlt.")
    return tuple(asked)


def _own_words(session: Session, place: DeltaGenerator, name: str, label: str, value: str) -> None:
    key = f"raum-{name}-{session.session_id}"
    place.text_area(
        label, value, key=key, max_chars=LONGEST_ANSWER, height=140, on_change=frame.keep, args=(session, name, key)
    )


def _save(session: Session) -> None:
    result = outcome(session.session_id)
    with parts.faults_shown():
        saved = review_saving.save_result(login.person(), result, review_id=session.review_id, reason="Sitzung im Raum")
        found = review.reviews(session.participant_id)
        key = str(found.loc[found["held_on"].dt.date == result.held_on, "review_id"].iloc[0])
        sessions.keep_review(session.session_id, key)
        told = f"Gespeichert als Zwischenbilanz vom {german.day(result.held_on)}." if saved.set_id else NOTHING
        st.session_state[_SAVED] = (session.session_id, result, told)


def _saved_notice(session: Session) -> None:
    """Say what was last saved from here, or that something has changed since."""
    about, result, told = st.session_state.get(_SAVED, ("", None, ""))
    if about != session.session_id:
        return
    if result != outcome(session.session_id):
        st.info("Seit dem letzten Speichern ist etwas dazugekommen oder geändert.", icon=":material/info:")
        return
    st.success(told, icon=":material/check:")
    parts.linked_text(
        [
            "Zu sehen unter ",
            Link("Stufen", page_link("stufen", kommune=session.participant_id)),
            ", im ",
            Link("Dossier", page_link("zwischenbilanz", kommune=session.participant_id)),
            " und bei den Maßnahmen; zurücknehmen lässt es sich im ",
            Link("Verlauf", page_link("datenpflege", teil="verlauf")),
            ".",
        ]
    )


def _preview(session: Session) -> None:
    with parts.faults_shown():
        rows = table_editing.preview(review_saving.foreseen(outcome(session.session_id), review_id=session.review_id))
        if rows.empty:
            parts.notice(NOTHING)
        else:
            parts.html_table(rows, "Was gespeichert wird", max_height=600)


def summary_html(session: Session) -> str:
    """Each Handlungsfeld with its votes as one bar, and how many points were noted."""
    kinds = [one.kind for one in contributions.points(session.session_id)]
    noted = [
        f"{kinds.count('helping')} × „Was hilft“",
        f"{kinds.count('hindering')} × „Was hindert“",
        german.count(kinds.count("idea"), "Idee", "Ideen"),
        german.count(kinds.count("step"), "nächster Schritt", "nächste Schritte"),
    ]
    return render(
        "sitzung/summe",
        fields=sessions.fields(session.session_id),
        votes=contributions.together(session.session_id),
        steps=RATING_STEPS,
        looks=STEP_LOOKS,
        noted=german.listing(noted),
    )
