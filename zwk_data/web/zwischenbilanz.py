"""The page Zwischenbilanz: which sections are chosen, the dossier as files, its sections drawn, and notes on them."""

from __future__ import annotations

import io
import tempfile
import time
import zipfile
from collections.abc import Mapping
from functools import partial
from pathlib import Path

import streamlit as st

from zwk_data.dossier import content
from zwk_data.dossier.content import SECTIONS
from zwk_data.errors import ZwkError
from zwk_data.export import dossier_files
from zwk_data.export.dossier_files import FORMS
from zwk_data.german import number
from zwk_data.programme import measures_and_money
from zwk_data.records import quick_entry
from zwk_data.records.changes import ConflictError
from zwk_data.schema.words import WITHOUT_FIELD
from zwk_data.stores import access
from zwk_data.stores.access import Person, scope_of
from zwk_data.stores.connection import programme_version
from zwk_data.web.kit import parts
from zwk_data.web.kit.choice import choose_many, chosen_many
from zwk_data.web.kit.components import download
from zwk_data.web.kit.parts import show_block
from zwk_data.web.login import login

KEY = "abschnitte"
_MADE, _ALL = "dossier-dateien", "dossier-alle-dateien"
#: part of the way that the content takes; the rest is that of the files
CONTENT = 0.3
SIZES = ("A1", "A3")
#: seconds in which a browser paints the first section; the script of the charts below would hold it up for longer
PAINT = 0.25
_PAINTED = "dossier-begonnen"


def chosen_keys() -> tuple[str, ...]:
    """Draw the choice and the two buttons that move a section; returns the keys in order."""
    notices = st.container()
    with parts.on_demand("Abschnitte wählen und ordnen", key="dossier-abschnitte") as is_open:
        if not is_open:
            return chosen_many(SECTIONS, key=KEY, default=tuple(SECTIONS), what="Den Abschnitt", notices=notices)
        keys = choose_many(
            "Abschnitte, in dieser Reihenfolge",
            SECTIONS,
            key=KEY,
            default=tuple(SECTIONS),
            placeholder="Abschnitt wählen",
            what="Den Abschnitt",
            notices=notices,
        )
        if len(keys) > 1:
            _move(keys)
    return keys


def _move(keys: tuple[str, ...]) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        moving = st.selectbox(
            "Abschnitt verschieben", list(keys), format_func=SECTIONS.__getitem__, key="dossier-verschieben"
        )
        at = keys.index(moving) if moving in keys else 0
        for label, to, icon in (
            ("Nach oben", at - 1, ":material/arrow_upward:"),
            ("Nach unten", at + 1, ":material/arrow_downward:"),
        ):
            st.button(
                label,
                key=f"dossier-{label}",
                icon=icon,
                disabled=not 0 <= to < len(keys),
                on_click=_swap,
                args=(keys, at, to),
            )
        st.button("Standard wiederherstellen", key="dossier-alle", on_click=_usual)


def _usual() -> None:
    st.query_params.pop(KEY, None)


def _swap(keys: tuple[str, ...], at: int, to: int) -> None:
    order = list(keys)
    order[at], order[to] = order[to], order[at]
    if tuple(order) == tuple(SECTIONS):
        _usual()
    else:
        st.query_params[KEY] = ",".join(order)


LONGEST = 4000


def note(person: Person, participant_id: str, section: str, text: str) -> None:
    """The note as it stands, and the field to change it for those who may."""
    if text:
        parts.notice(f"Eigene Notiz: {text}")
    if not access.may_write(person, "dossier_note", participant_id):
        return
    key = f"notiz-{participant_id}-{section}"
    with parts.on_demand("Eigene Notiz ändern" if text else "Eigene Notiz schreiben", key=f"{key}-offen") as is_open:
        if not is_open:
            return
        seen = parts.as_opened(f"{key}-text", text)
        written = st.text_area(
            "Notiz zu diesem Abschnitt (steht in allen Unterlagen)", seen, key=f"{key}-text", max_chars=LONGEST
        )
        if st.button("Notiz speichern", key=f"{key}-speichern"):
            with parts.faults_shown():
                try:
                    saved = quick_entry.save_dossier_note(person, participant_id, section, written, seen=seen)
                except ConflictError:
                    parts.forget_opened(f"{key}-text")  # the other's stands above by then: now one can decide
                    raise
                if saved.set_id is None:
                    st.info("Es gab nichts zu speichern: Die Notiz steht schon genauso da.", icon=":material/info:")
                else:
                    st.session_state.pop(f"{key}-text", None)
                    parts.forget_opened(f"{key}-text")
                    st.rerun()


def contents(keys: tuple[str, ...]) -> None:
    """What the dossier holds, with links."""
    parts.contents({_anchor(key): SECTIONS[key] for key in keys})


def _anchor(key: str) -> str:
    return f"abschnitt-{key}"


def section(participant_id: str, key: str) -> None:
    """Draw one section."""
    made = content.section(participant_id, key)
    with parts.one_element():
        parts.section(SECTIONS[key], anchor=_anchor(key))
        for place, block in enumerate(made.blocks):
            show_block(block, f"dossier-{key}-{place}")


def let_paint() -> None:
    """Wait a moment, once in a session, so that what was drawn is on the screen before anything else comes."""
    if _PAINTED not in st.session_state:
        st.session_state[_PAINTED] = True
        time.sleep(PAINT)


def files_of_one(participant_id: str, name: str, keys: tuple[str, ...], notes: Mapping[str, str]) -> None:
    """The button that makes the three files, and their downloads as long as the dossier is unchanged."""
    stamp = (participant_id, keys, tuple(notes.items()), programme_version())
    with st.container(horizontal=True, vertical_alignment="bottom"):
        wanted = st.button("Unterlagen erstellen", key="dossier-erstellen", type="primary", icon=":material/draft:")
        _posters(participant_id)
    if wanted:
        st.session_state[_MADE] = (stamp, _make(participant_id, keys))
    made_for, made = st.session_state.get(_MADE, (None, {}))
    if made_for == stamp and made:
        with st.container(horizontal=True):
            for form, data in made.items():
                label = f"{FORMS[form].name}, {number(len(data) / 1e6, 1)} MB"
                filename = dossier_files.file_name(participant_id, form)
                download(label, data, filename, FORMS[form].mime, key=f"dossier-{form}")
    elif made_for is not None and made_for[0] == participant_id:
        parts.notice(f"Das Dossier von {name} hat sich geändert, seit die Unterlagen erstellt wurden.")


def _posters(participant_id: str) -> None:
    """Posters of the Handlungsfelder, if there are any; one for measures without a Handlungsfeld only if asked for."""
    fields = [one.name for one in measures_and_money.action_fields(participant_id)]
    without = WITHOUT_FIELD in fields
    if not fields:
        return
    also = without and st.checkbox(
        "Auch ein Plakat für Maßnahmen ohne Handlungsfeld", key="dossier-plakate-ohne", value=False
    )
    for size in SIZES:
        make = login.as_asker(partial(dossier_files.posters, participant_id, size, also_without=also))
        filename, key = f"plakate_{participant_id}_{size}.pdf", f"dossier-plakate-{size}"
        empty = fields == [WITHOUT_FIELD] and not also
        download(f"Plakate {size}", make, filename, FORMS["pdf"].mime, key=key, disabled=empty)


def _make(participant_id: str, keys: tuple[str, ...]) -> dict[str, bytes]:
    bar = st.progress(0.0, "Das Dossier entsteht …")

    def tell(share: float, title: str) -> None:
        bar.progress(share * CONTENT, f"{title} …")

    try:
        dossier = dossier_files.complete(participant_id, keys, tell)
        made = {}
        for done, (form, about) in enumerate(FORMS.items()):
            bar.progress(CONTENT + (1 - CONTENT) * done / len(FORMS), f"{about.name} …")
            made[form] = dossier_files.make(dossier, form)
    except ZwkError as error:
        st.error(str(error), icon=":material/error:")
        return {}
    finally:
        bar.empty()
    return made


def files_of_everyone(person: Person) -> None:
    """What is made of all Kommunen: the Synopse, and for those who see all the dossiers as one archive."""
    parts.section("Alle Kommunen", "Die Synopse vergleicht alle Kommunen.")
    with st.container(horizontal=True):
        for form, label in (("pdf", "Synopse als PDF"), ("xlsx", "Synopse als Arbeitsmappe")):
            synopsis = login.as_asker(partial(dossier_files.synopse, form))
            download(label, synopsis, f"synopse.{form}", FORMS[form].mime, key=f"synopse-{form}")
    if not scope_of(person).full:
        return
    if st.button("Dossiers aller Kommunen erstellen", key="dossier-alle-erstellen", icon=":material/draft:"):
        st.session_state[_ALL] = (programme_version(), _make_all())
    version, archive = st.session_state.get(_ALL, (None, b""))
    if archive and version == programme_version():
        label = f"Alle Dossiers, {len(archive) / 1e6:.0f} MB"
        download(label, archive, "zwischenbilanz_alle.zip", "application/zip", key="dossier-alle-laden")


def _make_all() -> bytes:
    bar = st.progress(0.0, "Die Dossiers entstehen …")
    buffer = io.BytesIO()
    with tempfile.TemporaryDirectory() as folder:
        with parts.faults_shown():
            for step in dossier_files.batch(tuple(dossier_files.everybody()), tuple(FORMS), Path(folder)):
                bar.progress(step.done / step.total, f"{step.done} von {step.total}: {step.name}")
        bar.empty()
        # the files are compressed already
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
            for file in sorted(Path(folder).iterdir()):
                archive.write(file, file.name)
    return buffer.getvalue()
