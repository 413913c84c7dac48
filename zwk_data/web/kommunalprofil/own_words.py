"""Own words to a Kommunalprofil: kept for participants, for any other place only as long as the page is open."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from zwk_data.profile.chapters import chapters
from zwk_data.profile.places import Place
from zwk_data.records import quick_entry
from zwk_data.stores import access
from zwk_data.stores.access import Person
from zwk_data.views import profile as profile_view
from zwk_data.views.profile import BAD, GOOD, OWN
from zwk_data.web.kit import parts

LONGEST = 2000
NAMES = {
    GOOD: "Stärken, eine je Zeile",
    BAD: "Schwächen, eine je Zeile",
    OWN: "Was uns wichtig ist",
}


def known_texts(place: Place) -> dict[str, str]:
    """The own words there are: those kept, or those typed on this page."""
    if place.participant_id:
        return quick_entry.profile_texts(place.participant_id)
    typed: dict[str, str] = st.session_state.get(_key(place), {})
    return typed


def _key(place: Place) -> str:
    return f"profil-worte-{place.participant_id or place.key}"


def editor(person: Person, place: Place, kept: Mapping[str, str]) -> None:
    """The form for own words, for those who may write them."""
    stored = place.participant_id is not None
    if stored and not access.may_write(person, "profile_text", place.participant_id):
        return
    labels = {**NAMES, **{one.key: f"Zu: {one.title}" for one in chapters()}}
    drafted = profile_view.draft(place)
    with st.expander("Ergänzen und in eigene Worte fassen", key="profil-ergaenzen", type="compact"):
        if not stored:
            parts.notice(
                "Für dieses Gebiet wird nichts gespeichert: Die Worte stehen auf dieser Seite und in den Unterlagen, "
                "bis die Seite geschlossen wird."
            )
        with st.form(f"{_key(place)}-form", border=False):
            written = {
                key: st.text_area(
                    label, kept.get(key) or drafted.get(key, ""), key=f"{_key(place)}-{key}", max_chars=LONGEST
                )
                for key, label in labels.items()
            }
            sent = st.form_submit_button("Speichern" if stored else "Übernehmen")
        if sent:
            _keep(person, place, kept, _changed(written, kept, drafted))


def _changed(written: Mapping[str, str], kept: Mapping[str, str], drafted: Mapping[str, str]) -> dict[str, str]:
    """What was written, without a draft that nobody changed: it goes on following the figures."""
    plain = {key: text.replace("\r\n", "\n").strip() for key, text in written.items()}
    return {key: text for key, text in plain.items() if key in kept or text != drafted.get(key, "")}


def _keep(person: Person, place: Place, kept: Mapping[str, str], texts: dict[str, str]) -> None:
    if place.participant_id is None:
        st.session_state[_key(place)] = {key: text for key, text in texts.items() if text}
        st.rerun()
    with parts.faults_shown():
        saved = quick_entry.save_profile_texts(person, place.participant_id, texts, seen=kept)
        if saved.set_id is None:
            st.info("Es gab nichts zu speichern: Alles steht schon genauso da.", icon=":material/info:")
        else:
            st.rerun()
