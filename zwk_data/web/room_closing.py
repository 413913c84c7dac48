"""The last screen: what was said, in short; what is to be added; and saving it as the Zwischenbilanz."""

from __future__ import annotations

from html import escape

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from zwk_data import german
from zwk_data.charts.ratings import STEP_COLOURS
from zwk_data.errors import ZwkError
from zwk_data.programme import preview, review
from zwk_data.programme.words import RATING_STEPS
from zwk_data.room import points, sessions, votes
from zwk_data.room.outcome import outcome
from zwk_data.room.sessions import Session
from zwk_data.web import login, parts, room_acts, room_frame, room_live
from zwk_data.web.links import Link, page_link

_TOLD = "raum-gespeichert"
LONGEST = 4000
OVER = "Die Sitzung ist beendet, der Code gilt nicht mehr."
NOTHING = "Es gab nichts zu speichern: Das Ergebnis steht schon genauso da."


def closing(session: Session) -> None:
    """Summary, own words, preview, saving."""
    room_frame.heading(session, "Abschluss")
    st.html(summary_html(session))
    if session.is_open:
        room_live.live(session.session_id, session.screen, None)
    told = st.empty()
    with st.container(key="raum-abschluss"):
        left, right = st.columns(2, gap="large")
        _text(session, left, "result", "Ergebnis in eigenen Worten", session.result)
        _text(session, right, "continuation", "Wie es weitergeht (Verstetigung)", session.continuation)
        with st.container(horizontal=True, vertical_alignment="bottom"):
            key = f"raum-anwesend-{session.session_id}"
            st.number_input(
                "Anwesende", 0, 5000, session.present, key=key, placeholder="Zahl", on_change=room_acts.keep,
                args=(session, "present", key), width=320,
            )  # fmt: skip
            if st.button("Ergebnis speichern", key="raum-speichern", type="primary"):
                _save(session)
        with told.container():
            _saved_notice(session)
        with st.expander("Was wird gespeichert?", key="raum-vorschau", on_change="rerun", type="compact") as shown:
            if shown.open:
                _preview(session)
        if not session.is_open:
            back = Link("Zurück zu den Sitzungen", page_link("sitzung", kommune=session.participant_id))
            parts.linked_text([f"{OVER} ", back])


def _text(session: Session, place: DeltaGenerator, name: str, label: str, value: str) -> None:
    key = f"raum-{name}-{session.session_id}"
    place.text_area(
        label, value, key=key, max_chars=LONGEST, height=140, on_change=room_acts.keep, args=(session, name, key)
    )


def _save(session: Session) -> None:
    result = outcome(session.session_id)
    try:
        saved = review.save_result(login.person(), result, review_id=session.review_id, reason="Sitzung im Raum")
        found = review.reviews(session.participant_id)
        key = str(found.loc[found["held_on"].dt.date == result.held_on, "review_id"].iloc[0])
        sessions.saved(session.session_id, key)
    except ZwkError as error:
        st.error(str(error), icon=":material/error:")
        return
    told = f"Gespeichert als Zwischenbilanz vom {german.day(result.held_on)}." if saved.set_id else NOTHING
    st.session_state[_TOLD] = (session.session_id, result, told)


def _saved_notice(session: Session) -> None:
    """What was saved last from here, or that something is new since."""
    about, result, told = st.session_state.get(_TOLD, ("", None, ""))
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
    try:
        rows = preview.preview(review.foreseen(outcome(session.session_id), review_id=session.review_id))
    except ZwkError as error:
        st.error(str(error), icon=":material/error:")
        return
    if rows.empty:
        parts.notice(NOTHING)
        return
    parts.html_table(rows, "Was gespeichert wird", max_height=600)


def summary_html(session: Session) -> str:
    """Each Handlungsfeld with its votes as one bar, and how much was written down."""
    counted, said = votes.together(session.session_id), points.points(session.session_id)
    rows = []
    for field in sessions.fields(session.session_id):
        five = counted.get(field.no, votes.NONE)
        total, reached = sum(five), five[3] + five[4]
        told = f"{reached} von {total} sagen: weitgehend erreicht oder erreicht" if total else "keine Stimmen"
        pieces = "".join(
            f'<i style="width:{100 * n / total:.1f}%;background:{STEP_COLOURS[step][0]};color:{STEP_COLOURS[step][1]}" '
            f'title="{escape(RATING_STEPS[step])}">{n}</i>'
            for step, n in zip(votes.STEPS, five, strict=True)
            if n
        )
        rows.append(
            f'<li><span>{escape(field.name)}</span><span class="zwk-room-bar" aria-hidden="true">{pieces}</span>'
            f"<b>{escape(told)}</b></li>"
        )
    kinds = [one.kind for one in said]
    counts = [
        f"{kinds.count('helping')} × „Was hilft“",
        f"{kinds.count('hindering')} × „Was hindert“",
        german.count(kinds.count("idea"), "Idee", "Ideen"),
        german.count(kinds.count("step"), "nächster Schritt", "nächste Schritte"),
    ]
    return f'<ul class="zwk-room-sum">{"".join(rows)}</ul><p class="zwk-room-text">{escape(german.listing(counts))}</p>'
