"""The page Live-Anzeige: what the screens of an event show, how phones reach it, and its playlist as a form."""

from __future__ import annotations

from dataclasses import replace
from html import escape

import pandas as pd
import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from zwk_data.display import memory, playlist, scenes
from zwk_data.display.memory import DoorAddress
from zwk_data.display.playlist import SCENES, Item, Playlist
from zwk_data.errors import ZwkError
from zwk_data.room import addresses
from zwk_data.web.kit import parts
from zwk_data.web.kit.choice import choose_address
from zwk_data.web.kit.markup import page_link
from zwk_data.web.light import door
from zwk_data.web.light.phones import GREETING, REMOTE, qr_picture, reach
from zwk_data.web.light.wall import now_shown
from zwk_data.web.shell.guard import await_file

_SCENE, _SECONDS, _PEOPLE = "Szene", "Sekunden", "Hervorgehobene Kommunen"


def edit_playlist(wanted: Playlist, names: dict[str, str]) -> None:
    """The playlist as a form; saved as a whole or not at all."""
    parts.section(
        "Ablauf", "Szenen, zu denen es nichts gibt, werden übersprungen, etwa „Nächste Termine“, wenn keiner ansteht."
    )
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
    await_file()
    logo = st.file_uploader("Logo (PNG oder JPEG)", type=["png", "jpg", "jpeg"], key=f"{key}-logo", max_upload_size=1)
    without = bool(wanted.logo) and st.checkbox("Logo entfernen", key=f"{key}-ohne-logo")
    table = st.data_editor(
        _playlist_rows(wanted),
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
        own = playlist.is_own(wanted.event)
        gone = own and st.button("Löschen", key=f"{key}-loeschen", icon=":material/delete:")
    if gone:
        playlist.remove(wanted.event)
        memory.keep_door(wanted.event, None)
        door.open_or_close()
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
            items=_edited_items(table),
        )
        _save_playlist(made, logo)


def _playlist_rows(wanted: Playlist) -> pd.DataFrame:
    return pd.DataFrame(
        {
            _SCENE: [item.scene for item in wanted.items],
            _SECONDS: [item.seconds for item in wanted.items],
            _PEOPLE: [list(item.participants) for item in wanted.items],
        }
    )


def _edited_items(table: pd.DataFrame) -> tuple[Item, ...]:
    return tuple(
        Item(str(row[_SCENE]), int(row[_SECONDS]), tuple(row[_PEOPLE]) if isinstance(row[_PEOPLE], list) else ())
        for row in table.to_dict("records")
        if isinstance(row[_SCENE], str) and row[_SECONDS] == row[_SECONDS] and row[_SECONDS] is not None
    )


def _save_playlist(made: Playlist, logo: UploadedFile | None) -> None:
    """Save playlist and logo."""
    with parts.faults_shown():
        if logo is not None:
            made = replace(made, logo=playlist.keep_logo(made.event, logo.name, logo.getvalue()))
        playlist.write(made)
        st.success("Gespeichert. Laufende Bildschirme zeigen es gleich.", icon=":material/check:")


def begin_playlist(known: dict[str, str]) -> None:
    """Create an event from the standard playlist."""
    with st.expander("Neue Veranstaltung", key="anzeige-neu", type="compact"):
        name = st.text_input(
            "Kurzname für die Adresse", key="anzeige-neu-name", max_chars=40, placeholder="werkstatttreffen-2025"
        )
        if st.button("Anlegen", key="anzeige-anlegen") and name:
            if name in known:
                parts.field_fault("anzeige-neu-name", f"Die Veranstaltung „{name}“ gibt es schon.")
                return
            with parts.faults_shown():
                playlist.write(replace(playlist.playlist(), event=name, title=name, logo=""))
                st.query_params["event"] = name
                st.rerun()


def running(wanted: Playlist, names: dict[str, str]) -> None:
    """What the screens show now, the link that starts one, and the codes for phones."""
    shown = now_shown(wanted)
    title = names.get(shown.called, SCENES[shown.scene])
    state = "angehalten" if shown.left is None else f"noch {shown.left:.0f} Sekunden"
    parts.section("Auf den Bildschirmen", f"Gerade: {title} ({state}).")
    with st.container(horizontal=True):
        address = page_link("live-anzeige", event=wanted.event, embed="true")
        st.link_button("Anzeige starten", address, type="primary", icon=":material/open_in_new:", key="anzeige-start")
        if st.button("Neue Codes", key="anzeige-codes", icon=":material/key:"):
            memory.fresh_codes(wanted.event)
            st.rerun()
        if st.button("Grüße zurücksetzen", key="anzeige-null", icon=":material/restart_alt:"):
            memory.forget_greetings(wanted.event)
            st.rerun()
    _phones(wanted)


def _phones(wanted: Playlist) -> None:
    """The two codes, and the switch for the guest door where phones can't reach the app itself."""
    origin = st.context.url or ""
    if not wanted.address and not addresses.outside(origin):
        _door_switch(wanted)
    guests = reach(wanted, origin).guests
    if not guests:
        return
    codes = memory.codes(wanted.event)
    left, right = st.columns(2, gap="large")
    with left:
        parts.subsection("Fernbedienung")
        _invitation(f"{guests}{REMOTE}", codes.remote, "Wer diesen Code kennt, steuert die Bildschirme.")
    with right:
        parts.subsection("Grüße der Gäste")
        _invitation(f"{guests}{GREETING}", codes.guest, scenes.greeting_words(wanted) or "Noch keine Grüße.")


def _door_switch(wanted: Playlist) -> None:
    """The switch for phones in the room's network, and the address under which they find this machine."""
    kept, key = memory.door(wanted.event), f"anzeige-handys-{wanted.event}"
    st.toggle(
        "Handys im selben Netz zulassen",
        kept is not None,
        key=key,
        on_change=_open_or_close_door,
        args=(wanted.event, key),
    )
    if kept is None:
        parts.notice(
            "Diese Seite ist nur auf diesem Rechner erreichbar. Mit dem Schalter erreichen Handys im selben Netz "
            "die Fernbedienung und die Grüße, sonst nichts. Bis dahin lädt die Anzeige nicht zum Mitmachen ein."
        )
        return
    choose_address(
        kept.address,
        kept.port,
        "anzeige-adresse",
        lambda host: memory.keep_door(wanted.event, replace(kept, address=host)),
    )
    if not addresses.addresses() and not kept.address:
        parts.notice(addresses.NO_NETWORK, kind="warning")


def _open_or_close_door(event: str, key: str) -> None:
    """Open or close the guest door for the event; if it can't be opened, the switch is put back."""
    try:
        memory.keep_door(event, DoorAddress() if st.session_state[key] else None)
        door.open_or_close()
    except ZwkError as error:
        memory.keep_door(event, None)
        st.session_state[key] = False
        st.error(str(error), icon=":material/error:")


def _invitation(address: str, code: str, purpose: str) -> None:
    shown = address.partition("://")[2]
    st.html(
        f'<div class="zwk-invite"><img src="{qr_picture(f"{address}/{code}")}" width="150" height="150" '
        f'alt="QR-Code zu {escape(shown)}/{code}">'
        f"<div><p>{escape(purpose)}</p><p>{escape(shown)}</p><p><b>{code}</b></p></div></div>"
    )
