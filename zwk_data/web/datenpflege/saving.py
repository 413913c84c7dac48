"""Datenpflege: what was saved and how to undo it, or why it was not saved."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import monotonic

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.scriptrunner import get_script_run_ctx

from zwk_data import german
from zwk_data.errors import ZwkError
from zwk_data.records.changes import Change, RefusedError, Saved, undo
from zwk_data.records.table_editing import titles
from zwk_data.stores.access import Person
from zwk_data.web.kit import parts

_LAST = "pflege-gespeichert"
_ROUND = "pflege-runde"
_AT = "pflege-zeit"
#: a further click within so many seconds belongs to the one before
QUICK = 1.5
#: session -> what it saved but has not announced yet: a second click may end the run between the two
_untold: dict[str, tuple[str, int]] = {}


def field_key(name: str) -> str:
    """The key of an input that the next successful saving empties, or of a button that then is another: a second click
    on the one before, which a slow server hears of later, does not save the new form.
    """
    return f"{name}-{st.session_state.get(_ROUND, 0)}"


def fresh_fields() -> None:
    """Empty all inputs whose key came from ``field_key``."""
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1


def in_sight() -> DeltaGenerator:
    """A row for the buttons of a form that stays at the bottom of the screen however long the form is."""
    return st.container(horizontal=True, key="pflege-knoepfe")


def attempt(action: Callable[[], Saved], told: str) -> None:
    """Run ``action``, then restart the page with the message ``told``; on failure show why and keep all inputs.

    Of several quick clicks the first one saves and the last one shows the message. That includes a click that arrives
    after the page was redrawn: it would otherwise save what the emptied form holds by default.
    """
    if monotonic() - st.session_state.get(_AT, -QUICK) < QUICK and _same(told, st.session_state[_LAST][1]):
        return
    before = _untold.get(_session())
    if before is not None and before[0] == told:
        saved_anew(before[1], told)
    with parts.faults_shown():
        saved = action()
        if saved.set_id is None:
            st.info("Es gab nichts zu speichern: Der Eintrag steht schon genauso da.", icon=":material/info:")
        else:
            # comes before session state is touched, since that is where a waiting click ends this run
            _untold[_session()] = (told, saved.set_id)
            saved_anew(saved.set_id, told)


def _same(told: str, before: str) -> bool:
    """Are both about the same Kommune and stage? The date may differ, as the form begins anew with today's."""
    return told.split(",")[:2] == before.split(",")[:2]


def _session() -> str:
    context = get_script_run_ctx(suppress_warning=True)
    return context.session_id if context else ""


def saved_anew(set_id: int | None, told: str) -> None:
    """Empty the inputs and restart the page with the message ``told``; without a number there is nothing to undo."""
    st.session_state[_LAST] = (set_id, told)
    st.session_state[_AT] = monotonic()
    fresh_fields()
    _untold.pop(_session(), None)
    st.rerun()


def tell_refused(wanted: Sequence[Change], error: ZwkError) -> None:
    """Say why nothing was saved: the first ten broken rules, each with its record."""
    sentences = [str(error)]
    if isinstance(error, RefusedError):
        faults = error.faults[:10]
        named = titles([wanted[fault.place] for fault in faults])
        sentences = [f"{title}: {fault.sentence}" for title, fault in zip(named, faults, strict=True)]
    for sentence in sentences:
        st.error(sentence, icon=":material/error:")


def saved_notice(person: Person) -> None:
    """What was saved last in this session, with a button to undo it."""
    if _LAST not in st.session_state:
        return
    set_id, told = st.session_state[_LAST]
    with st.container(horizontal=True, vertical_alignment="center", key="pflege-meldung"):
        st.success(f"Gespeichert: {told}", icon=":material/check:")
        if set_id is not None and st.button("Rückgängig machen", icon=":material/undo:", key=f"zurueck-{set_id}"):
            take_back(set_id, person)


def take_back(set_id: int, person: Person) -> None:
    """Undo a change set and restart the page, or show why it can't be undone."""
    try:
        saved = undo(set_id, person)
    except ZwkError as error:
        st.error(str(error).replace("Nicht gespeichert", "Nicht zurückgenommen"), icon=":material/error:")
        return
    saved_anew(None, f"Änderung Nr. {set_id} ist zurückgenommen (Nr. {saved.set_id}).")


def told_number(saved: Saved) -> str:
    """„2 Einträge neu, 1 geändert“."""
    counts = [
        f"{german.count(len(saved.made), 'Eintrag', 'Einträge')} neu" if saved.made else "",
        f"{german.count(len(saved.changed), 'Eintrag', 'Einträge')} geändert" if saved.changed else "",
        f"{german.count(len(saved.removed), 'Eintrag', 'Einträge')} gelöscht" if saved.removed else "",
    ]
    return german.listing([one for one in counts if one])
