"""A session on the wall: the form that begins it, and its screens up to the rating; ``ending`` has the later ones.

The rating shows votes by phone as they come in, and takes those counted by hand.
"""

from __future__ import annotations

from html import escape

import pandas as pd
import streamlit as st

from zwk_data import german
from zwk_data.charts.measures_and_money import STEP_LOOKS
from zwk_data.errors import ZwkError
from zwk_data.programme import measures_and_money, stages
from zwk_data.room import contributions, sessions
from zwk_data.room.contributions import Screen, phones_here, screen_place, screens_of, unusual
from zwk_data.room.sessions import Handlungsfeld, Session
from zwk_data.schema.words import MEASURE_STATUS, RATING_STEPS, STAGES, WITHOUT_FIELD
from zwk_data.settings import today
from zwk_data.web.kit import parts
from zwk_data.web.kit.choice import own_origin
from zwk_data.web.kit.markup import Link, page_link, render
from zwk_data.web.light.door import open_or_close
from zwk_data.web.sitzung import ending, frame

QUESTION = "Wie weit sind die Ziele erreicht?"
#: how many goals of a Handlungsfeld fit on a phone
_GOALS = 3


def begin_form(participant_id: str, name: str) -> None:
    """The form that begins a session, and the list of earlier ones."""
    parts.section("Neue Sitzung", "Für den Beamer: große Schrift, ein Thema je Bild, weiter mit den Pfeiltasten.")
    found = {one.name: one for one in measures_and_money.action_fields(participant_id)}
    usual = [one for one in found if one != WITHOUT_FIELD]
    with st.form("raum-neu"):
        held_on = st.date_input("Tag der Sitzung", today(), format="DD.MM.YYYY", key="raum-tag")
        question = st.text_input(
            "Leitfrage", key="raum-frage", max_chars=300, placeholder="Was soll heute klar werden?"
        )
        chosen = st.multiselect(
            "Handlungsfelder, in dieser Reihenfolge (andere lassen sich eintippen)",
            usual,
            default=usual,
            key="raum-felder",
            accept_new_options=True,
            placeholder="wählen oder eintippen",
            select_all=False,
            wrap=True,
        )
        phones = st.toggle("Handys zulassen", key="raum-handys-neu")
        door = not own_origin()
        if door:
            parts.notice(
                "Dieser Rechner lässt dann Handys im selben Netz zu, aber nur zur Abstimmung und nur, solange die "
                "Sitzung dauert."
            )
        begun = st.form_submit_button("Sitzung beginnen", type="primary", key="raum-beginnen")
    if begun:
        fields = [(one, "; ".join(found[one].goals[:_GOALS]) if one in found else "") for one in chosen if one.strip()]
        try:
            session = sessions.begin(participant_id, name, held_on, fields, guiding_question=question)
            if phones:
                sessions.change(session.session_id, phones=True, door=door)
                open_or_close()
        except ZwkError as error:
            st.error(str(error), icon=":material/error:")
            return
        st.rerun()
    _earlier(participant_id)


def _earlier(participant_id: str) -> None:
    over = sessions.ended_of(participant_id)
    if not over:
        return
    parts.section("Frühere Sitzungen", "Ihr Abschluss lässt sich noch ergänzen und (noch einmal) speichern.")
    for one in over:
        state = "gespeichert" if one.state == "saved" else "nicht gespeichert"
        title = f"Sitzung vom {german.day(one.held_on)}, begonnen um {one.started:%H:%M} Uhr ({state})"
        parts.linked_text([Link(title, page_link("sitzung", kommune=participant_id, sitzung=one.session_id))])


def stage(session: Session) -> None:
    """Draw the present screen of a session with the bar below; of an ended one the last screen alone."""
    with st.container(key="raum"):
        if not session.is_open:
            ending.closing(session)
            return
        fields = sessions.fields(session.session_id)
        found = screens_of(fields)
        _draw(session, found[screen_place(found, session.screen)], len(fields))
        frame.bar(session, found)


def _draw(session: Session, screen: Screen, number: int) -> None:
    if screen.field is not None:
        draw = {"stand": stand, "bewertung": rating, "punkte": ending.factors}[screen.kind]
        draw(session, screen.field, number)
        return
    {
        "willkommen": welcome,
        "rueckblick": look_back,
        "ideen": ending.ideas,
        "schritte": ending.steps,
        "abschluss": ending.closing,
    }[screen.kind](session)


def rating(session: Session, field: Handlungsfeld, number: int) -> None:
    """The question, the votes, the invitation for phones, and the count by hand."""
    above = f"{session.kommune} · Handlungsfeld {field.no} von {number}: Bewertung"
    frame.heading(session, field.name, above)
    st.html(f'<p class="zwk-room-goal"><b>{QUESTION}</b> {escape(field.goal)}</p>')
    left, right = st.columns([0.62, 0.38], gap="large") if session.phones else (st.container(), None)
    with left:
        frame.live(session, lambda now: histogram(now, field))
    if right is not None:
        with right:
            st.html(frame.invitation_html(session, small=True))
            running = session.open_field == field.no
            st.button(
                "Abstimmung schließen" if running else "Abstimmung öffnen",
                key="raum-abstimmung",
                type="secondary" if running else "primary",
                on_click=frame.act,
                args=(session, sessions.open_vote, session.session_id, None if running else field.no),
            )
    counted = contributions.by_hand(session.session_id).get(field.no, contributions.NONE)
    with st.expander(
        "Von Hand zählen (Klebepunkte, Handzeichen)",
        expanded=not session.phones or any(counted),
        key=f"raum-hand-{field.no}",
        type="compact",
    ):
        for column, step, n in zip(st.columns(5), contributions.STEPS, counted, strict=True):
            key = f"raum-hand-{session.session_id}-{field.no}-{step}"
            column.number_input(
                RATING_STEPS[step], 0, 999, n, key=key, on_change=_by_hand, args=(session, field.no, step, key)
            )


def _by_hand(session: Session, field_no: int, step: int, key: str) -> None:
    count = int(st.session_state[key] or 0)
    frame.act(session, contributions.count_by_hand, session.session_id, field_no, step, count)


def histogram(session: Session, field: Handlungsfeld) -> None:
    """The five steps as bars with numbers, and how many votes there are."""
    phones = contributions.by_phone(session.session_id).get(field.no, contributions.NONE)
    hands = contributions.by_hand(session.session_id).get(field.no, contributions.NONE)
    running = session.open_field == field.no
    hidden = running and not session.live
    counts = [0] * 5 if hidden else [a + b for a, b in zip(phones, hands, strict=True)]
    st.html(histogram_html(counts, _turnout(session, sum(phones), sum(hands), running), hidden))


def histogram_html(counts: list[int], turnout: str = "", hidden: bool = False) -> str:
    """Five bars as a list (word, bar, number), and beneath them what ``turnout`` says."""
    return render(
        "sitzung/verteilung",
        steps=RATING_STEPS,
        counts=counts,
        most=max(*counts, 1),
        looks=STEP_LOOKS,
        turnout=turnout,
        hidden=hidden,
    )


def _turnout(session: Session, phones: int, hands: int, running: bool) -> str:
    """How many votes there are, from where, and whether more are awaited."""
    said = german.count(phones + hands, "Stimme", "Stimmen")
    if hands and phones:
        said += f" ({german.number(phones)} mit Handy, {german.number(hands)} von Hand)"
    elif session.phones and running:
        said += f" von {german.count(max(phones_here(session.session_id), phones), 'Handy', 'Handys')}"
    if session.phones:
        said += " · Abstimmung läuft" if running else " · Abstimmung geschlossen" if phones else ""
    strange = unusual(session, phones)
    return f"{said} · {strange}" if strange else said


#: how many fit on a wall; the dossier has them all
_FIGURES = 3


def stand(session: Session, field: Handlungsfeld, number: int) -> None:
    """Goals and Leitkennzahlen on the left, measures on the right."""
    frame.heading(session, field.name, f"{session.kommune} · Handlungsfeld {field.no} von {number}: Stand")
    found = measures_and_money.action_fields(session.participant_id)
    one = next((one for one in found if one.name == field.name), None)
    figures = _key_figures(one.indicators) if one else []
    st.html(render("sitzung/stand", field=one, figures=figures, statuses=MEASURE_STATUS))
    frame.live(session)


def _key_figures(rows: pd.DataFrame) -> list[dict[str, str]]:
    """Leitkennzahlen in words: name, start, target, actual, and share: how much of the way is done, "" if unknown."""
    known = rows[rows["indicator_target"].notna() | rows["indicator_actual"].notna()]
    told = []
    for row in known.head(_FIGURES).to_dict("records"):
        start, target, actual = (row[f"indicator_{name}"] for name in ("start", "target", "actual"))
        share = ""
        if not any(pd.isna(value) for value in (start, target, actual)) and target != start:
            share = f"{min(max((actual - start) / (target - start), 0.0), 1.0):.0%}"
        words = (_with_unit(value, row["indicator_unit"]) for value in (start, target, actual))
        told.append(dict(zip(("start", "target", "actual"), words, strict=True), name=row["indicator"], share=share))
    return told


def _with_unit(value: float, unit: object) -> str:
    if pd.isna(value):
        return german.NOT_DOCUMENTED
    word = unit if isinstance(unit, str) and unit != "Anzahl" else ""
    return german.with_unit(value, word, 0 if float(value).is_integer() else 1)


def welcome(session: Session) -> None:
    """The Kommune, the question of the day, and the invitation for phones."""
    frame.heading(session, session.kommune, f"Zwischenbilanz am {german.day(session.held_on)}")
    if session.guiding_question:
        st.html(f'<p class="zwk-room-question">{escape(session.guiding_question)}</p>')
    if session.phones:
        st.html(frame.invitation_html(session))
        frame.live(session, here)
    else:
        frame.live(session)


def here(session: Session) -> None:
    """How many phones have joined."""
    number = phones_here(session.session_id)
    words = f"{german.count(number, 'Handy', 'Handys')} dabei" if number else "Noch kein Handy dabei"
    st.html(f'<p class="zwk-room-here" role="status">{words}</p>')


def look_back(session: Session) -> None:
    """The five stages with their dates."""
    frame.heading(session, "Rückblick: die fünf Stufen")
    cells = stages.matrix()
    mine = cells[cells["participant_id"] == session.participant_id].set_index("stage")
    mine["documented"] = stages.is_documented(mine)
    st.html(render("sitzung/rueckblick", stages=STAGES, cells=mine.to_dict("index")))
    frame.live(session)
