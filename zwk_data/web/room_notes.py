"""The screens on which is written down what is said: what helps and hinders, ideas, next steps."""

from __future__ import annotations

from html import escape

import streamlit as st

from zwk_data import german
from zwk_data.errors import ZwkError
from zwk_data.programme import action_fields
from zwk_data.programme.reading_dates import day_reading
from zwk_data.programme.words import POINT_KINDS
from zwk_data.room import points, sessions
from zwk_data.room.points import LONGEST, LONGEST_NAME, Noted
from zwk_data.room.sessions import Field, Session
from zwk_data.web import parts, room_acts, room_frame, room_live

#: what a step consists of, and what its inputs hold when it is kept
_FIELDS = {"was": "", "wer": "", "bis": "", "feld": 0, "zu": ""}
NEW, NOWHERE = "Neue Maßnahme", "Ohne Handlungsfeld"


def factors(session: Session, field: Field, number: int) -> None:
    """What helps and what hinders in a Handlungsfeld, side by side."""
    above = f"{session.kommune} · Handlungsfeld {field.no} von {number}"
    room_frame.heading(session, f"{field.name}: Was hilft, was hindert?", above)
    said = [one for one in points.points(session.session_id) if one.field_no == field.no]
    for column, kind in zip(st.columns(2, gap="large"), ("helping", "hindering"), strict=True):
        with column:
            st.html(f'<h2 class="zwk-room-h2">{POINT_KINDS[kind]}</h2>')
            _listed(session, [one for one in said if one.kind == kind], {})
            _one_line(session, kind, field.no)
    room_live.live(session.session_id, session.screen, None)


def ideas(session: Session) -> None:
    """Ideas that are not pursued now."""
    room_frame.heading(session, POINT_KINDS["idea"])
    st.html('<p class="zwk-room-text">Was heute nicht weiterverfolgt wird, aber nicht verloren gehen soll.</p>')
    fields = _names(session)
    _listed(session, [one for one in points.points(session.session_id) if one.kind == "idea"], fields)
    _one_line(session, "idea", None, fields)
    room_live.live(session.session_id, session.screen, None)


def steps(session: Session) -> None:
    """Agreed next steps: what, who, until when, and which measure it is about."""
    room_frame.heading(session, "Nächste Schritte")
    fields = _names(session)
    _listed(session, [one for one in points.points(session.session_id) if one.kind == "step"], fields)
    found = parts.cached(action_fields.action_fields)(session.participant_id)
    titles = {str(row.measure_id): str(row.title) for one in found for row in one.measures.itertuples()}
    numbers = {name: no for no, name in fields.items()}
    field_of = {key: numbers[one.name] for one in found if one.name in numbers for key in one.measures["measure_id"]}
    with st.form("raum-schritt", border=False):
        left, middle, right = st.columns([0.5, 0.28, 0.22])
        left.text_input("Was wird getan?", key="raum-schritt-was", max_chars=LONGEST)
        middle.text_input("Zuständig", key="raum-schritt-wer", max_chars=LONGEST_NAME)
        right.text_input("Bis", key="raum-schritt-bis", placeholder="31.03.2025 oder März 2025")
        left, middle, right = st.columns([0.39, 0.39, 0.22], vertical_alignment="bottom")
        left.selectbox("Handlungsfeld", [0, *fields], format_func=lambda no: fields.get(no, NOWHERE),
                       key="raum-schritt-feld")  # fmt: skip
        middle.selectbox("Maßnahme", ["", *titles], format_func=lambda key: titles.get(key, NEW),
                         key="raum-schritt-zu")  # fmt: skip
        right.form_submit_button("Festhalten", key="raum-schritt-ab", on_click=_step, args=(session, field_of),
                                 type="primary")  # fmt: skip
    room_live.live(session.session_id, session.screen, None)


def _step(session: Session, field_of: dict[str, int]) -> None:
    said = {name: st.session_state[f"raum-schritt-{name}"] for name in _FIELDS}

    def job() -> None:
        try:
            due = day_reading(said["bis"], last=True).value
        except ValueError as error:
            raise ZwkError(f"„Bis“: {error}") from error
        points.add(
            session.session_id, "step", said["was"], field_no=said["feld"] or field_of.get(said["zu"]),
            responsible=said["wer"], due=due, measure_id=said["zu"] or None,
        )  # fmt: skip
        for name, empty in _FIELDS.items():
            st.session_state[f"raum-schritt-{name}"] = empty

    room_acts.act(session, job)


def _one_line(session: Session, kind: str, field_no: int | None, fields: dict[int, str] | None = None) -> None:
    """A line to write on; Enter keeps it, and the next one can be typed."""
    key = f"raum-{kind}-{field_no or 0}"
    with st.form(key, clear_on_submit=True, border=False):
        widths = [0.5, 0.3, 0.2] if fields else [0.7, 0.3]
        cells = st.columns(widths, vertical_alignment="bottom")
        cells[0].text_input("Neue Idee" if kind == "idea" else "Neuer Punkt", key=f"{key}-neu", max_chars=LONGEST)
        if fields:
            cells[1].selectbox("Handlungsfeld", [0, *fields], format_func=lambda no: fields.get(no, NOWHERE),
                               key=f"{key}-feld")  # fmt: skip
        cells[-1].form_submit_button("Festhalten", key=f"{key}-ab", on_click=_add, args=(session, kind, field_no, key))


def _add(session: Session, kind: str, field_no: int | None, key: str) -> None:
    chosen = field_no or st.session_state.get(f"{key}-feld") or None
    room_acts.act(session, points.add, session.session_id, kind, st.session_state[f"{key}-neu"], field_no=chosen)


def _listed(session: Session, said: list[Noted], fields: dict[int, str]) -> None:
    for one in said:
        with st.container(horizontal=True, vertical_alignment="center", key=f"raum-punkt-{one.point_id}"):
            more = [fields.get(one.field_no or 0, ""), one.responsible, f"bis {german.day(one.due)}" if one.due else ""]
            told = " · ".join(part for part in more if part)
            small = f"<span>{escape(told)}</span>" if told else ""
            st.html(f'<p class="zwk-room-point">{escape(one.text)}{small}</p>', width="stretch")
            st.button(
                "Streichen", key=f"raum-weg-{one.point_id}", type="tertiary", help=f"„{one.text[:80]}“ streichen",
                on_click=room_acts.act, args=(session, points.remove, session.session_id, one.point_id),
            )  # fmt: skip


def _names(session: Session) -> dict[int, str]:
    return {field.no: field.name for field in sessions.fields(session.session_id)}
