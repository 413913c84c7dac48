"""The dossier as files, made on demand with progress shown; and what is made of all Kommunen."""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Mapping
from functools import partial
from pathlib import Path

import streamlit as st

from zwk_data.errors import ZwkError
from zwk_data.export import dossier_files
from zwk_data.export.dossier_files import FORMS
from zwk_data.german import number
from zwk_data.stores.access import Person, scope_of
from zwk_data.stores.connection import programme_version
from zwk_data.web.kit import parts
from zwk_data.web.kit.components import download
from zwk_data.web.login import login

_MADE, _ALL = "dossier-dateien", "dossier-alle-dateien"
#: part of the way that the content takes; the rest is that of the files
CONTENT = 0.3
SIZES = ("A1", "A3")


def files_of_one(participant_id: str, name: str, keys: tuple[str, ...], notes: Mapping[str, str]) -> None:
    """The button that makes the three files, and their downloads as long as the dossier is unchanged."""
    stamp = (participant_id, keys, tuple(notes.items()), programme_version())
    with st.container(horizontal=True, vertical_alignment="bottom"):
        wanted = st.button("Unterlagen erstellen", key="dossier-erstellen", type="primary", icon=":material/draft:")
        for size in SIZES:
            posters = login.as_asker(partial(dossier_files.posters, participant_id, size))
            filename, key = f"plakate_{participant_id}_{size}.pdf", f"dossier-plakate-{size}"
            download(f"Plakate {size}", posters, filename, FORMS["pdf"].mime, key=key)
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
    parts.section("Alle Kommunen", "Der Vergleich über alle Kommunen, den es einmal auf Papier gab.")
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
