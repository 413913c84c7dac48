"""The playlist of an event as a form: texts, colours, logo, and the scenes in their order."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import streamlit as st

from zwk_data.display import memory, playlist
from zwk_data.display.playlist import SCENES, Item, Playlist
from zwk_data.errors import ZwkError
from zwk_data.web import guest_door, parts

_SCENE, _SECONDS, _PEOPLE = "Szene", "Sekunden", "Kommunen im Licht"


def edit_playlist(wanted: Playlist, names: dict[str, str]) -> None:
    """The playlist as a form; kept whole or not at all."""
    parts.section("Ablauf", "Szenen ohne Inhalt, etwa Termine ohne kommende Termine, werden übersprungen.")
    key = f"anzeige-{wanted.event}"
    title = st.text_input("Titel", wanted.title, key=f"{key}-titel", max_chars=playlist.LONGEST_TEXT)
    welcome = st.text_area("Willkommen", wanted.welcome, key=f"{key}-willkommen", max_chars=playlist.LONGEST_TEXT)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kinds = list(playlist.COLOURS)
        colours = st.radio("Farben", kinds, kinds.index(wanted.colours), key=f"{key}-farben", horizontal=True)
        greetings = st.toggle("Gäste dürfen grüßen", wanted.greetings, key=f"{key}-gruesse")
    address = st.text_input(
        "Adresse für Handys, wenn sie eine andere als die der Anzeige ist",
        wanted.address,
        key=f"{key}-adresse",
        placeholder="https://monitor.example.de",
    )
    logo = st.file_uploader("Logo (PNG oder JPEG)", type=["png", "jpg", "jpeg"], key=f"{key}-logo", max_upload_size=1)
    without = bool(wanted.logo) and st.checkbox("Logo entfernen", key=f"{key}-ohne-logo")
    table = st.data_editor(
        _table(wanted),
        key=f"{key}-szenen",
        num_rows="dynamic",
        hide_index=True,
        column_config={
            _SCENE: st.column_config.SelectboxColumn(
                options=list(SCENES), format_func=lambda one: SCENES[str(one)], required=True
            ),
            _SECONDS: st.column_config.NumberColumn(
                min_value=playlist.SHORTEST, max_value=playlist.LONGEST, step=1, required=True, default=20
            ),
            _PEOPLE: st.column_config.MultiselectColumn(
                options=list(names), format_func=lambda one: names.get(one, one), help="Leer: alle der Reihe nach"
            ),
        },
        alt="Tabelle zum Bearbeiten: die Szenen in ihrer Reihenfolge. Mit den Pfeiltasten bewegen.",
    )
    with st.container(horizontal=True):
        save = st.button("Ablauf speichern", type="primary", key=f"{key}-speichern", icon=":material/save:")
        own = (playlist.folder() / f"{wanted.event}.yml").is_file()
        gone = own and st.button("Löschen", key=f"{key}-loeschen", icon=":material/delete:")
    if gone:
        playlist.remove(wanted.event)
        memory.keep_door(wanted.event, None)
        guest_door.open_or_close()
        st.query_params.pop("event", None)
        st.rerun()
    if save:
        made = replace(
            wanted,
            title=title,
            welcome=welcome,
            colours=str(colours),
            greetings=greetings,
            address=address.strip(),
            logo="" if without else wanted.logo,
            items=_items(table),
        )
        _keep(made, logo)


def _table(wanted: Playlist) -> pd.DataFrame:
    return pd.DataFrame(
        {
            _SCENE: [item.scene for item in wanted.items],
            _SECONDS: [item.seconds for item in wanted.items],
            _PEOPLE: [list(item.participants) for item in wanted.items],
        }
    )


def _items(table: pd.DataFrame) -> tuple[Item, ...]:
    return tuple(
        Item(str(row[_SCENE]), int(row[_SECONDS]), tuple(row[_PEOPLE]) if isinstance(row[_PEOPLE], list) else ())
        for row in table.to_dict("records")
        if isinstance(row[_SCENE], str) and row[_SECONDS] == row[_SECONDS] and row[_SECONDS] is not None
    )


def _keep(made: Playlist, logo: object) -> None:
    """Write playlist and logo, and say so."""
    try:
        if logo is not None:
            made = replace(made, logo=playlist.keep_logo(made.event, logo.name, logo.getvalue()))  # type: ignore[attr-defined]
        playlist.write(made)
    except ZwkError as error:
        st.error(str(error), icon=":material/error:")
        return
    st.success("Gespeichert. Laufende Bildschirme zeigen es gleich.", icon=":material/check:")


def begin_playlist(known: dict[str, str]) -> None:
    """A new event, from the standard playlist."""
    with st.expander("Neue Veranstaltung", key="anzeige-neu", type="compact"):
        name = st.text_input(
            "Kurzname für die Adresse", key="anzeige-neu-name", max_chars=40, placeholder="werkstatttreffen-2025"
        )
        if st.button("Anlegen", key="anzeige-anlegen") and name:
            if name in known:
                st.error(f"Die Veranstaltung „{name}“ gibt es schon.", icon=":material/error:")
                return
            try:
                playlist.write(replace(playlist.playlist(), event=name, title=name, logo=""))
            except ZwkError as error:
                st.error(str(error), icon=":material/error:")
                return
            st.query_params["event"] = name
            st.rerun()
