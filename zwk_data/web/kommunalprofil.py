"""The page Kommunalprofil: finding a place, its profile, and own words about it.

A place is a participant, or any Gemeinde, Verband or Kreis. Own words are kept for participants, for any other place
only as long as the page is open.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import streamlit as st

from zwk_data.errors import ZwkError
from zwk_data.export import dossier_files
from zwk_data.export.dossier_files import FORMS
from zwk_data.german import count
from zwk_data.profile import places
from zwk_data.profile import profile as profiles
from zwk_data.profile.places import Place
from zwk_data.profile.values import chapters
from zwk_data.programme import participants
from zwk_data.records import quick_entry
from zwk_data.records.changes import ConflictError
from zwk_data.stores import access
from zwk_data.stores.access import Person
from zwk_data.views import profile as profile_view
from zwk_data.views.profile import BAD, DRAFT, GOOD, OWN, ProfileSheet
from zwk_data.web.kit import parts
from zwk_data.web.kit.choice import choose
from zwk_data.web.kit.components import download
from zwk_data.web.kit.markup import Link, page_link, render

AREA, KOMMUNE = "gebiet", "kommune"
LONGEST = 2000
NAMES = {GOOD: "Stärken, eine je Zeile", BAD: "Schwächen, eine je Zeile", OWN: "Was uns wichtig ist"}


def chosen_place() -> Place | None:
    """Draw the two ways to find a place; returns the chosen one, or None. The choice is kept in the address."""
    left, right = st.columns(2, gap="large")
    with left:
        participant = choose(
            "Teilnehmende Kommune", participants.names(), key=KOMMUNE, placeholder="Kommune wählen", what="Die Kommune"
        )
    with right:
        text = st.text_input(
            "Oder: Gemeinde, Verband oder Kreis in Deutschland",
            key="profil-suche",
            placeholder="Name oder amtlicher Schlüssel",
            max_chars=60,
        )
    if text and text.strip():
        _hits(text)
    if participant:
        # a Kommune chosen in the list takes the place of an area in the address
        st.query_params.pop(AREA, None)
        return places.place_of_participant(participant)
    wanted = st.query_params.get(AREA)
    if not wanted:
        return None
    try:
        found = places.place(wanted)
    except ZwkError as error:
        st.query_params.pop(AREA, None)
        parts.notice(str(error), kind="warning")
        return None
    mine = places.participant_at(found.key)
    return places.place_of_participant(mine) if mine else found


def _hits(text: str) -> None:
    found, more = places.search(text)
    if found.empty:
        parts.notice(f"Zu „{text.strip()}“ gibt es kein Gebiet. Bitte anders schreiben oder nur den Anfang eingeben.")
        return
    links = [Link(label, page_link("kommunalprofil", gebiet=str(key))) for key, label in found["label"].items()]
    st.html(render("profil/treffer", links=links))
    if more:
        verb = "passt" if more == 1 else "passen"
        parts.notice(f"{count(more, 'weiteres Gebiet', 'weitere Gebiete')} {verb} auch: Bitte genauer schreiben.")


def head(sheet: ProfileSheet) -> None:
    """Name, place, people, twins, and the files to take along."""
    parts.section(sheet.place.full, sheet.described)
    parts.prose(sheet.lead)
    if sheet.place.participant_id:
        more = Link(
            "Entwicklung, Altersaufbau und Ausblick", page_link("demografie", kommune=sheet.place.participant_id)
        )
        parts.linked_text([more, " stehen auf der Seite Demografie."])
    with st.container(horizontal=True):
        for form in dossier_files.PROFILE_FORMS:
            name = dossier_files.profile_name(sheet, form)
            make = partial(dossier_files.make_profile, sheet, form)
            download(FORMS[form].name, make, name, FORMS[form].mime, key=f"profil-{form}")


def findings(sheet: ProfileSheet) -> None:
    """What stands out, and the strengths and weaknesses."""
    parts.section("Was am meisten auffällt")
    parts.prose([sheet.chance])
    if sheet.out:
        parts.points(sheet.out)
    parts.linked_text([sheet.method])
    left, right = st.columns(2, gap="large")
    for column, title, told, own in zip(
        (left, right), ("Stärken", "Schwächen"), (sheet.good, sheet.bad), sheet.is_own, strict=True
    ):
        with column:
            parts.section(title)
            if not own:
                parts.notice(DRAFT)
            parts.points(told)
    parts.source_line(sheet.source)
    if sheet.own or sheet.chosen:
        parts.section("In eigenen Worten")
        if sheet.own:
            parts.prose(sheet.own.splitlines())
        if sheet.chosen:
            parts.subsection("Gewählte Themen")
            parts.points(sheet.chosen)


def show_chapters(sheet: ProfileSheet) -> None:
    """All show_chapters with their figures."""
    parts.strip_legend(sheet.place.full, [part.strips for part in sheet.parts])
    for part in sheet.parts:
        parts.section(part.strips.title)
        parts.show_strips(part.strips)
        if part.own:
            parts.notice(part.own)
        parts.linked_text([part.untold])


def ending(sheet: ProfileSheet) -> None:
    """What is not known, and the places that are like this one."""
    parts.section("Was nicht bekannt ist")
    parts.points(sheet.unknown or ("Zu jeder Kennzahl dieses Profils liegt eine Zahl vor.",))
    alike = profiles.profile(sheet.place).twins
    if len(alike):
        parts.section("Ähnliche Orte", "Zehn Orte mit ähnlichen Merkmalen; ihre Profile sind ebenso gemacht.")
        links = [
            Link(f"{name} ({land})", page_link("kommunalprofil", gebiet=key))
            for key, name, land in alike[["key", "name", "land"]].itertuples(index=False, name=None)
        ]
        pieces: list[str | Link] = []
        for link in links:
            pieces += [link, ", "]
        parts.linked_text(pieces[:-1])


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
    with parts.on_demand("Ergänzen und in eigene Worte fassen", key="profil-ergaenzen") as is_open:
        if not is_open:
            return
        drafted = profile_view.draft(place)
        if not stored:
            parts.notice(
                "Für dieses Gebiet wird nichts gespeichert: Die Worte stehen auf dieser Seite und in den Unterlagen, "
                "bis die Seite geschlossen wird."
            )
        seen = parts.as_opened(f"{_key(place)}-{GOOD}", kept)
        with st.form(f"{_key(place)}-form", border=False):
            written = {
                key: st.text_area(
                    label, seen.get(key) or drafted.get(key, ""), key=f"{_key(place)}-{key}", max_chars=LONGEST
                )
                for key, label in labels.items()
            }
            sent = st.form_submit_button("Speichern" if stored else "Übernehmen")
        if sent:
            _keep(person, place, seen, _changed(written, seen, drafted))


def _changed(written: Mapping[str, str], kept: Mapping[str, str], drafted: Mapping[str, str]) -> dict[str, str]:
    """The texts as written; an unchanged draft is not kept, so it follows the figures."""
    plain = {key: text.replace("\r\n", "\n").strip() for key, text in written.items()}
    return {key: text for key, text in plain.items() if key in kept or text != drafted.get(key, "")}


def _keep(person: Person, place: Place, seen: Mapping[str, str], texts: dict[str, str]) -> None:
    first = f"{_key(place)}-{GOOD}"
    if place.participant_id is None:
        st.session_state[_key(place)] = {key: text for key, text in texts.items() if text}
        parts.forget_opened(first)
        st.rerun()
    with parts.faults_shown():
        try:
            saved = quick_entry.save_profile_texts(person, place.participant_id, texts, seen=seen)
        except ConflictError:
            parts.forget_opened(first)  # the other's words stand above: now one can decide
            raise
        if saved.set_id is None:
            st.info("Es gab nichts zu speichern: Alles steht schon genauso da.", icon=":material/info:")
        else:
            parts.forget_opened(first)
            st.rerun()
