"""What a reader sees when something goes wrong: one German sentence. The details stand in the log."""

from __future__ import annotations

import logging

import streamlit as st

from zwk_data.errors import ZwkError

log = logging.getLogger(__name__)
UNEXPECTED = (
    "Diese Seite konnte nicht vollständig gezeigt werden. Bitte laden Sie sie neu; bleibt es dabei, "
    "hilft der Geschäftsstelle die Uhrzeit dieses Fehlers beim Suchen im Protokoll."
)


def show_problem(error: Exception) -> bool:
    """Streamlit's handler for faults in pages. Returns True: Streamlit shows no trace of its own."""
    if isinstance(error, ZwkError):
        log.warning("%s", error)
        st.error(str(error), icon=":material/error:")
    else:
        log.exception("Unerwarteter Fehler in einer Seite", exc_info=error)
        st.error(UNEXPECTED, icon=":material/error:")
    return True
