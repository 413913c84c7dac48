"""Sitzung: from the form through every screen to the saved Zwischenbilanz, by hand and without phones."""

from __future__ import annotations

import pytest

from tests.pages.conftest import Visit
from tests.pages.visitor import Visitor
from zwk_data.records import review
from zwk_data.room import contributions, sessions
from zwk_data.schema.words import RATING_STEPS
from zwk_data.stores.connection import read

KOMMUNE = "schossin"
ADDRESS = f"/sitzung?kommune={KOMMUNE}"


def at(shown: Visitor) -> int:
    """The number of the screen."""
    return int(shown.find(".zwk-room-place")[0].split(" von ")[0])


def begun(desk: Visit) -> Visitor:
    shown = desk(ADDRESS)
    assert shown.find("h1") == ["Sitzung"]
    shown.widget("Leitfrage").set_value("Was trägt uns?")
    return shown.press("Sitzung beginnen")


def note(shown: Visitor, label: str, place: int, text: str) -> None:
    shown.widget(label, place).set_value(text)
    shown.press("Festhalten", place)


def test_without_a_kommune_one_is_asked_for(desk: Visit) -> None:
    assert "Bitte oben eine Kommune wählen." in desk("/sitzung").notices


@pytest.mark.slow
def test_every_screen_in_its_order_and_back(desk: Visit) -> None:
    shown = begun(desk)
    fields = sessions.fields(sessions.open_of(KOMMUNE).session_id)
    assert (at(shown), shown.find("h1"), shown.find(".zwk-room-question")) == (1, ["Schossin"], ["Was trägt uns?"])
    assert shown.widget("Zurück").disabled
    titles = [shown.press("Weiter").find("h1")[0] for _ in range(16)]
    assert titles[0] == "Rückblick: die fünf Stufen"
    for number, field in enumerate(fields):
        one = titles[1 + 3 * number : 4 + 3 * number]
        assert one == [field.name, field.name, f"{field.name}: Was hilft, was hindert?"]
    assert titles[-1] == "Abschluss"
    assert at(shown) == 17
    assert shown.widget("Weiter").disabled
    assert at(shown.press("Zurück")) == 16
    assert at(shown.fill("Gehe zu", "willkommen")) == 1


@pytest.mark.slow
def test_a_session_by_hand_is_saved_as_zwischenbilanz(desk: Visit) -> None:
    shown = begun(desk)
    session = sessions.open_of(KOMMUNE)
    field = sessions.fields(session.session_id)[0]
    while not shown.has(RATING_STEPS[3]):
        shown.press("Weiter")
    shown.fill(RATING_STEPS[3], 7).fill(RATING_STEPS[5], 2)
    assert [one.findtext("b") for one in shown.elements(".zwk-room-bars")[0]] == ["0", "0", "7", "0", "2"]
    assert "9 Stimmen" in shown.find(".zwk-room-here")[0]
    assert contributions.by_hand(session.session_id)[field.no] == (0, 0, 7, 0, 2)

    shown.press("Weiter")
    note(shown, "Neuer Punkt", 0, "Der Bauhof hilft")
    note(shown, "Neuer Punkt", 1, "Irrtum")
    note(shown, "Neuer Punkt", 1, "Die Stelle ist befristet")
    assert shown.find(".zwk-room-point") == ["Der Bauhof hilft", "Irrtum", "Die Stelle ist befristet"]
    shown.press("Streichen", 1)
    assert shown.find(".zwk-room-point") == ["Der Bauhof hilft", "Die Stelle ist befristet"]
    note(shown, "Neuer Punkt", 0, " ")
    assert "Bitte erst etwas hineinschreiben." in shown.alerts

    while not shown.has("Neue Idee"):
        shown.press("Weiter")
    note(shown, "Neue Idee", 0, "Mitfahrbank an der Kirche")
    shown.press("Weiter")
    for label, text in (("Was wird getan?", "Förderantrag stellen"), ("Zuständig", "Amt"), ("Bis", "bald")):
        shown.widget(label).set_value(text)
    shown.press("Festhalten")
    assert "„Bis“" in shown.alerts[0]
    shown.widget("Bis").set_value("März 2025")
    shown.press("Festhalten")
    assert "bis 31.03.2025" in shown.find(".zwk-room-point")[0]

    shown.press("Weiter")
    assert "2 von 9 sagen: weitgehend erreicht oder erreicht" in shown.text
    shown.fill("Ergebnis in eigenen Worten", "Die Sprechstunde bleibt.").fill("Anwesende", 31)
    assert "Die Sprechstunde bleibt." in shown.open("Was wird gespeichert?").table("Was gespeichert wird").text
    shown.press("Ergebnis speichern")
    # who has not voted is asked before anything is saved, and once
    assert review.latest(KOMMUNE) is None or review.latest(KOMMUNE).present != 31
    (question,) = shown.find(".zwk-warning")
    assert "noch keine Stimmen: Soll das so bleiben?" in question
    assert field.name not in question
    assert "Anwesenden" not in question
    shown.press("Trotzdem speichern")
    assert "Gespeichert als Zwischenbilanz vom 31.12.2024." in shown.alerts
    shown.fill("Wie es weitergeht", "Der Beirat tagt im Mai.")
    assert "Seit dem letzten Speichern ist etwas dazugekommen oder geändert." in shown.alerts
    shown.press("Ergebnis speichern")
    assert "Gespeichert als Zwischenbilanz vom 31.12.2024." in shown.alerts
    shown.press("Sitzung beenden").press("Ja, jetzt beenden")
    assert sessions.open_of(KOMMUNE) is None
    assert "(gespeichert)" in shown.text

    kept = review.latest(KOMMUNE)
    assert (kept.version, kept.present, kept.continuation) == (2, 31, "Der Beirat tagt im Mai.")
    rated = review.ratings(kept.review_id).set_index("field_of_action")
    assert rated.loc[field.name, [f"votes_{n}" for n in contributions.STEPS]].tolist() == [0, 0, 7, 0, 2]
    made = read(
        "SELECT status, responsible FROM measure WHERE title IN ('Mitfahrbank an der Kirche', 'Förderantrag stellen')"
    )
    assert sorted(made["status"]) == ["parked", "planned"]
    stages = desk(f"/stufen?kommune={KOMMUNE}")
    assert "Zwischenbilanz vom 31.12.2024" in stages.text
    assert "Der Bauhof hilft" in stages.text
    # what is over can still be opened
    over = desk(f"{ADDRESS}&sitzung={session.session_id}")
    assert over.find("h1") == ["Abschluss"]
    assert "Die Sitzung ist beendet, der Code gilt nicht mehr." in over.text
