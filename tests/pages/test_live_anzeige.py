"""Live-Anzeige: the playlist of an event, its codes, the switch for phones."""

from __future__ import annotations

import re

import pytest

from tests.pages.conftest import Visit
from zwk_data.display import playlist


@pytest.mark.slow
def test_what_runs_and_how_phones_reach_it(desk: Visit) -> None:
    shown = desk("/live-anzeige")
    assert re.match(r"Gerade: .+ \(.+\)\.", shown.find(".zwk-text")[0])
    assert shown.node("Anzeige starten").url == "/live-anzeige?event=standard&embed=true"
    assert "Diese Seite ist nur auf diesem Rechner erreichbar." in shown.notices[0]
    assert shown.find(".zwk-invite") == []


@pytest.mark.slow
def test_the_codes_are_those_of_an_address_and_can_be_made_anew(desk: Visit) -> None:
    shown = desk("/live-anzeige").fill("Adresse für Handys", "https://monitor.example.de").press("Ablauf speichern")
    shown.run()
    remote, guest = shown.find(".zwk-invite")
    assert "Wer diesen Code kennt, steuert die Bildschirme." in remote
    assert "monitor.example.de/gruss" in guest
    shown.press("Neue Codes")
    assert shown.find(".zwk-invite")[0] != remote


@pytest.mark.slow
def test_a_playlist_is_changed_and_kept(desk: Visit) -> None:
    shown = desk("/live-anzeige").edit({0: {"Sekunden": 33}}, add=[{"Szene": "stufen", "Sekunden": 40}], drop=(1,))
    shown.fill("Titel", "Werkstatttreffen").choose("Farben", "dunkel").press("Ablauf speichern")
    assert "Gespeichert. Laufende Bildschirme zeigen es gleich." in shown.alerts
    kept = playlist.playlist()
    assert (kept.title, kept.colours, kept.items[0].seconds) == ("Werkstatttreffen", "dunkel", 33)
    assert (kept.items[-1].scene, kept.items[-1].seconds) == ("stufen", 40)
    assert kept.items[1].scene != "karte"


@pytest.mark.slow
def test_an_event_of_ones_own_begins_and_ends(desk: Visit) -> None:
    shown = desk("/live-anzeige").open("Neue Veranstaltung")
    shown.widget("Kurzname für die Adresse").set_value("treffen-2025")
    shown.press("Anlegen")
    assert shown.address == "/live-anzeige?event=treffen-2025"
    assert "treffen-2025" in playlist.events()
    shown.press("Löschen")
    assert shown.address == "/live-anzeige"
    assert "treffen-2025" not in playlist.events()


@pytest.mark.slow
def test_an_event_that_is_not_there_is_told(desk: Visit) -> None:
    shown = desk("/live-anzeige?event=nirgends")
    assert "Die Veranstaltung „nirgends“ gibt es hier nicht." in shown.notices[0]
