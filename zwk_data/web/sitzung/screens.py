"""The screens that show something: the welcome, the look back, where a Handlungsfeld stands, and its rating.

The rating shows votes of phones as they come in, and takes dots that were counted by hand.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from zwk_data import german
from zwk_data.charts.measures import STEP_LOOKS
from zwk_data.programme import measures, stages
from zwk_data.programme.measures import ActionField
from zwk_data.room import sessions, votes
from zwk_data.room.sessions import Handlungsfeld, Session
from zwk_data.room.votes import presence
from zwk_data.schema.words import MEASURE_STATUS, RATING_STEPS, STAGES
from zwk_data.web.sitzung import frame

QUESTION = "Wie weit sind die Ziele erreicht?"
HIDDEN = "Die Verteilung erscheint, sobald die Abstimmung geschlossen ist."


def rating(session: Session, field: Handlungsfeld, number: int) -> None:
    """The question, the votes, the invitation for phones, and the count by hand."""
    above = f"{session.kommune} · Handlungsfeld {field.no} von {number}: Bewertung"
    frame.heading(session, field.name, above)
    st.html(f'<p class="zwk-room-goal"><b>{QUESTION}</b> {escape(field.goal)}</p>')
    left, right = st.columns([0.62, 0.38], gap="large") if session.phones else (st.container(), None)
    with left:
        frame.live(session.session_id, session.screen, lambda now: histogram(now, field))
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
    counted = votes.by_hand(session.session_id).get(field.no, votes.NONE)
    with st.expander(
        "Von Hand zählen (Klebepunkte, Handzeichen)",
        expanded=not session.phones or any(counted),
        key=f"raum-hand-{field.no}",
        type="compact",
    ):
        for column, step, n in zip(st.columns(5), votes.STEPS, counted, strict=True):
            key = f"raum-hand-{session.session_id}-{field.no}-{step}"
            column.number_input(
                RATING_STEPS[step], 0, 999, n, key=key, on_change=_by_hand, args=(session, field.no, step, key)
            )


def _by_hand(session: Session, field_no: int, step: int, key: str) -> None:
    count = int(st.session_state[key] or 0)
    frame.act(session, votes.count_by_hand, session.session_id, field_no, step, count)


def histogram(session: Session, field: Handlungsfeld) -> None:
    """The five steps as bars with numbers, and how many votes there are."""
    phones = votes.by_phone(session.session_id).get(field.no, votes.NONE)
    hands = votes.by_hand(session.session_id).get(field.no, votes.NONE)
    running = session.open_field == field.no
    hidden = running and not session.live
    st.html(
        bars_html([0] * 5 if hidden else [a + b for a, b in zip(phones, hands, strict=True)], hidden)
        + f'<p class="zwk-room-here" role="status">{escape(_turnout(session, sum(phones), sum(hands), running))}</p>'
        + (f'<p class="zwk-room-hint">{HIDDEN}</p>' if hidden else "")
    )


def bars_html(counts: list[int], hidden: bool = False) -> str:
    """Five bars as a list: word, bar, number."""
    most = max(*counts, 1)
    rows = "".join(
        f'<li><span>{escape(word)}</span><span class="zwk-room-bar" aria-hidden="true">'
        f'<i style="width:{100 * n / most:.1f}%;background:{STEP_LOOKS[step].colour}"></i></span>'
        f"<b>{'?' if hidden else n}</b></li>"
        for (step, word), n in zip(RATING_STEPS.items(), counts, strict=True)
    )
    return f'<ol class="zwk-room-bars">{rows}</ol>'


def _turnout(session: Session, phones: int, hands: int, running: bool) -> str:
    """How many votes there are, from where, and whether more are awaited."""
    said = german.count(phones + hands, "Stimme", "Stimmen")
    if hands and phones:
        said += f" ({german.number(phones)} mit Handy, {german.number(hands)} von Hand)"
    elif session.phones and running:
        said += f" von {german.count(max(presence.number(session.session_id), phones), 'Handy', 'Handys')}"
    if session.phones:
        said += " · Abstimmung läuft" if running else " · Abstimmung geschlossen" if phones else ""
    return said


#: how many fit on a wall; the dossier has them all
_GOALS, _FIGURES, _MEASURES = 4, 3, 7


def stand(session: Session, field: Handlungsfeld, number: int) -> None:
    """Goals and Leitkennzahlen on the left, measures on the right."""
    frame.heading(session, field.name, f"{session.kommune} · Handlungsfeld {field.no} von {number}: Stand")
    found = measures.action_fields(session.participant_id)
    one = next((one for one in found if one.name == field.name), None)
    if one is None or (one.measures.empty and not one.wordings):
        st.html('<p class="zwk-room-text">Zu diesem Handlungsfeld sind keine Maßnahmen eingetragen.</p>')
    elif one.measures.empty:
        st.html(f'<p class="zwk-room-text">In den Worten der Kommune:</p>{_list(list(one.wordings), 8)}')
    else:
        st.html(f'<div class="zwk-room-two"><div>{_aims(one)}</div><div>{_measures(one)}</div></div>')
    frame.live(session.session_id, session.screen, None)


def _aims(one: ActionField) -> str:
    html = f"<h2>Ziele</h2>{_list(one.goals, _GOALS)}" if one.goals else ""
    rows = one.indicators
    known = rows[rows["indicator_target"].notna() | rows["indicator_actual"].notna()]
    figures = [_figure(row) for row in known.head(_FIGURES).to_dict("records")]
    return html + (f"<h2>Leitkennzahlen</h2>{''.join(figures)}" if figures else "")


def _figure(row: Mapping[Any, Any]) -> str:
    """A Leitkennzahl: its start, target and present value, and how much of the way is done."""
    start, target, actual = (row[f"indicator_{name}"] for name in ("start", "target", "actual"))
    unit = row["indicator_unit"] if isinstance(row["indicator_unit"], str) and row["indicator_unit"] != "Anzahl" else ""

    def written(value: float) -> str:
        if pd.isna(value):
            return german.NOT_DOCUMENTED
        return escape(german.with_unit(value, unit, 0 if float(value).is_integer() else 1))

    words = f"Start {written(start)} · <b>heute {written(actual)}</b> · Ziel {written(target)}"
    meter = ""
    if not any(pd.isna(value) for value in (start, target, actual)) and target != start:
        share = min(max((actual - start) / (target - start), 0.0), 1.0)
        meter = f'<span class="zwk-room-way" aria-hidden="true"><i style="width:{share:.0%}"></i></span>'
    return f'<div class="zwk-room-figure"><p>{escape(row["indicator"])}</p>{meter}<p>{words}</p></div>'


def _measures(one: ActionField) -> str:
    counts = " · ".join(f"{MEASURE_STATUS[code]} {n}" for code, n in one.by_status().items())
    shown = one.measures.head(_MEASURES)
    items = "".join(
        f'<li><span class="zwk-room-state zwk-room-{escape(code)}">{escape(word)}</span> {escape(title)}</li>'
        for title, code, word in zip(shown["title"], shown["status"], shown["status_de"], strict=True)
    )
    left = len(one.measures) - len(shown)
    more = f'<p class="zwk-room-hint">und {german.count(left, "weitere", "weitere")}</p>' if left else ""
    return (
        f'<h2>{german.count(len(one.measures), "Maßnahme", "Maßnahmen")}</h2><p class="zwk-room-hint">'
        f'{escape(counts)}</p><ul class="zwk-room-measures">{items}</ul>{more}'
    )


def _list(texts: list[str], most: int) -> str:
    more = len(texts) - most
    items = [*texts[:most], *([f"und {more} weitere"] if more > 0 else [])]
    return f'<ul class="zwk-room-list">{"".join(f"<li>{escape(text)}</li>" for text in items)}</ul>'


def welcome(session: Session) -> None:
    """The Kommune, the question of the day, and the invitation for phones."""
    frame.heading(session, session.kommune, f"Zwischenbilanz am {german.day(session.held_on)}")
    if session.guiding_question:
        st.html(f'<p class="zwk-room-question">{escape(session.guiding_question)}</p>')
    if session.phones:
        st.html(frame.invitation_html(session))
        frame.live(session.session_id, session.screen, here)
    else:
        frame.live(session.session_id, session.screen, None)


def here(session: Session) -> None:
    """How many phones have joined."""
    number = presence.number(session.session_id)
    words = f"{german.count(number, 'Handy', 'Handys')} dabei" if number else "Noch kein Handy dabei"
    st.html(f'<p class="zwk-room-here" role="status">{words}</p>')


def look_back(session: Session) -> None:
    """The five stages with their dates."""
    frame.heading(session, "Rückblick: die fünf Stufen")
    cells = stages.matrix()
    mine = cells[cells["participant_id"] == session.participant_id].set_index("stage")
    items = []
    for number, (stage, name) in enumerate(STAGES.items(), start=1):
        known = mine["state"][stage] != "none"
        items.append(
            f'<li class="{"zwk-room-known" if known else "zwk-room-open"}"><b aria-hidden="true">{number}</b>'
            f"<strong>{escape(name)}</strong><span>{escape(str(mine['text'][stage]))}</span></li>"
        )
    st.html(f'<ol class="zwk-room-stages">{"".join(items)}</ol>')
    frame.live(session.session_id, session.screen, None)
