"""The screen that says where a Handlungsfeld stands: goals, Leitkennzahlen, measures."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from zwk_data import german
from zwk_data.programme import action_fields
from zwk_data.programme.action_fields import ActionField
from zwk_data.programme.words import MEASURE_STATUS
from zwk_data.room.sessions import Field, Session
from zwk_data.web import parts, room_frame, room_live

#: what fits on a wall; the dossier has all
_GOALS, _FIGURES, _MEASURES = 4, 3, 7


def stand(session: Session, field: Field, number: int) -> None:
    """Goals and Leitkennzahlen on the left, measures on the right."""
    room_frame.heading(session, field.name, f"{session.kommune} · Handlungsfeld {field.no} von {number}: Stand")
    found = parts.cached(action_fields.action_fields)(session.participant_id)
    one = next((one for one in found if one.name == field.name), None)
    if one is None or (one.measures.empty and not one.wordings):
        st.html('<p class="zwk-room-text">Zu diesem Handlungsfeld sind keine Maßnahmen eingetragen.</p>')
    elif one.measures.empty:
        st.html(f'<p class="zwk-room-text">In den Worten der Kommune:</p>{_list(list(one.wordings), 8)}')
    else:
        st.html(f'<div class="zwk-room-two"><div>{_aims(one)}</div><div>{_measures(one)}</div></div>')
    room_live.live(session.session_id, session.screen, None)


def _aims(one: ActionField) -> str:
    html = f"<h2>Ziele</h2>{_list(one.goals, _GOALS)}" if one.goals else ""
    rows = one.indicators
    known = rows[rows["indicator_target"].notna() | rows["indicator_actual"].notna()]
    figures = [_figure(row) for row in known.head(_FIGURES).to_dict("records")]
    return html + (f"<h2>Leitkennzahlen</h2>{''.join(figures)}" if figures else "")


def _figure(row: Mapping[Any, Any]) -> str:
    """A Leitkennzahl with the way from its start to its target, and where it stands."""
    start, target, actual = (row[f"indicator_{name}"] for name in ("start", "target", "actual"))
    unit = row["indicator_unit"] if isinstance(row["indicator_unit"], str) and row["indicator_unit"] != "Anzahl" else ""

    def told(value: float) -> str:
        if pd.isna(value):
            return german.NOT_DOCUMENTED
        return escape(german.with_unit(value, unit, 0 if float(value).is_integer() else 1))

    words = f"Start {told(start)} · <b>heute {told(actual)}</b> · Ziel {told(target)}"
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
