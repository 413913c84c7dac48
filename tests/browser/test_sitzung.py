"""A whole session: the wall in Chromium, sixty simulated phones and two real ones, the server killed in the middle."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
from pptx import Presentation

from tests.browser.conftest import choose, linked, settled, until, watched
from zwk_data.records import review
from zwk_data.room import contributions, sessions
from zwk_data.room.sessions import Session
from zwk_data.schema.words import RATING_STEPS
from zwk_data.stores.connection import read

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PHONES = 60
KOMMUNE = "schossin"


@pytest.fixture
def home(stores: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of demo data for this test; what the server keeps there can be read here."""
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.setenv("ZWK_HOME", str(linked(stores, folder)))
    monkeypatch.setenv("ZWK_DATA", "demo")
    yield folder
    sessions.close_store()


class Phones:
    """Sixty phones, each with a cookie of its own, that vote in the same moment."""

    def __init__(self, port: int, code: str) -> None:
        self._stack = ExitStack()
        self._address = f"/mitmachen/{code}"
        self.clients = [
            # without certificates: loading them sixty times would take longer than all votes
            self._stack.enter_context(httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60, verify=False))
            for _ in range(PHONES)
        ]
        with ThreadPoolExecutor(PHONES) as threads:
            found = list(threads.map(lambda one: one.get(self._address), self.clients))
        assert {answer.status_code for answer in found} == {200}

    def vote(self, field_no: int, shift: int = 0) -> Counter[int]:
        """Phone n votes step (n + shift) mod 5 + 1, all at once; the votes that were answered as counted, by step."""
        together = threading.Barrier(PHONES)

        def one(n: int) -> int | None:
            step = (n + shift) % 5 + 1
            together.wait(20)
            try:
                answer = self.clients[n].post(self._address, data={"feld": field_no, "stufe": step})
            except httpx.TransportError:
                return None
            assert answer.status_code == 303, answer.text
            return step

        with ThreadPoolExecutor(PHONES) as threads:
            return Counter(step for step in threads.map(one, range(PHONES)) if step)

    def close(self) -> None:
        self._stack.close()


def at(page: Any, number: int) -> None:
    """Wait until the wall shows the screen of that number."""
    until(page, f"document.querySelector('.zwk-room-place')?.innerText.startsWith('{number} von')")


def press(page: Any, key: str, number: int) -> None:
    page.keyboard.press(key)
    at(page, number)


def tally(session: Session, field_no: int) -> Counter[int]:
    five = contributions.by_phone(session.session_id).get(field_no, contributions.NONE)
    return Counter({step: n for step, n in zip(contributions.STEPS, five, strict=True) if n})


def shows(page: Any, bars: list[int] | list[str]) -> None:
    """Wait until the wall shows these numbers of votes, from the first step to the last."""
    shown = "[...document.querySelectorAll('.zwk-room-bars b')].map((one) => one.innerText).join()"
    until(page, f"{shown} === '{','.join(map(str, bars))}'")


def here(page: Any, words: str) -> None:
    """Wait until the wall counts so many phones or hands."""
    until(page, f"document.querySelector('.zwk-room-here')?.innerText.includes('{words}')")


def note(page: Any, label: str, place: int, text: str) -> None:
    page.get_by_label(label).nth(place).fill(text)
    page.keyboard.press("Enter")
    page.wait_for_selector(f".zwk-room-point:has-text('{text}')")


def test_a_session_with_sixty_phones(home: Path, fresh_server, visit, chromium, complaints) -> None:
    # what phones get while the server is dead, and once the session has ended
    visit.expected += ["ERR_CONNECTION_REFUSED", "ERR_EMPTY_RESPONSE", "ERR_CONNECTION_RESET", "410"]
    server = fresh_server(home, "demo")

    # begun on the desk
    wall = visit(f"/sitzung?kommune={KOMMUNE}", base=server.url, width=1920, height=1080)
    assert wall.locator("h1").all_inner_texts() == ["Sitzung"]
    assert complaints(wall) == []
    wall.get_by_label("Leitfrage").fill("Was trägt uns?")
    wall.get_by_text("Handys zulassen").click()
    settled(wall)
    wall.get_by_role("button", name="Sitzung beginnen").click()
    at(wall, 1)
    settled(wall)
    session = sessions.open_of(KOMMUNE)
    fields = sessions.fields(session.session_id)
    assert (session.phones, session.door, len(fields)) == (True, True, 4)
    assert wall.locator(".zwk-room-code").inner_text() == session.code
    assert wall.locator(".zwk-room-guests img").get_attribute("alt").endswith(f"/mitmachen/{session.code}")
    assert complaints(wall) == []
    sizes = wall.evaluate("""() => [...document.querySelectorAll('.st-key-raum p, .st-key-raum h1, .st-key-raum li')]
        .filter((one) => one.checkVisibility()).map((one) => parseFloat(getComputedStyle(one).fontSize))""")
    assert min(sizes) >= 28
    assert not wall.locator("[data-testid=stHeader]").is_visible()

    # phones come in: one with JavaScript, one without
    door = f"http://127.0.0.1:{session.door_port}"
    phone = visit("/mitmachen", base=door, beside=True, width=320, height=640, wait=False)
    phone.get_by_label("Code von der Wand").fill(session.code.lower())
    phone.get_by_role("button", name="Weiter").click()
    phone.wait_for_selector("h1:has-text('Sie sind dabei')")
    plain = watched(chromium.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})).new_page()
    plain.goto(f"{door}/mitmachen/{session.code}")
    assert plain.get_by_role("heading", level=1).inner_text() == "Sie sind dabei"
    phones = Phones(session.door_port, session.code)
    wall.wait_for_selector(".zwk-room-here:has-text('Handys dabei')")

    # arrow keys, but not while typing; the first Handlungsfeld
    press(wall, "ArrowRight", 2)
    press(wall, "PageDown", 3)
    press(wall, "ArrowLeft", 2)
    wall.get_by_role("button", name="Weiter").click()
    at(wall, 3)
    press(wall, "ArrowRight", 4)
    wall.get_by_role("button", name="Abstimmung öffnen").click()
    phone.wait_for_selector("h2:has-text('Wie weit sind die Ziele erreicht?')")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 320
    assert min(box["height"] for box in (one.bounding_box() for one in phone.locator(".wahl button").all())) >= 44
    assert phones.vote(1) == tally(session, 1) == Counter(dict.fromkeys(contributions.STEPS, PHONES // 5))
    assert sum(phones.vote(1, shift=1).values()) == sum(tally(session, 1).values()) == PHONES
    phone.get_by_role("button", name="kaum erreicht").click()
    phone.wait_for_selector("#gezaehlt:has-text('Gezählt: kaum erreicht')")
    phone.get_by_role("button", name=RATING_STEPS[5], exact=True).click()
    phone.wait_for_selector(f"#gezaehlt:has-text('Gezählt: {RATING_STEPS[5]}')")
    assert complaints(phone) == []
    plain.get_by_role("link", name="Weiter").click()
    plain.get_by_role("button", name=RATING_STEPS[4]).click()
    assert f"Gezählt: {RATING_STEPS[4]}" in plain.locator("#gezaehlt").inner_text()
    here(wall, "62")
    shows(wall, [12, 12, 12, 13, 13])
    wall.get_by_text("Von Hand zählen").click()
    wall.get_by_label(RATING_STEPS[3]).fill("7")
    wall.keyboard.press("Tab")
    here(wall, "7 von Hand")
    shows(wall, [12, 12, 19, 13, 13])
    assert complaints(wall) == []

    # what helps; typing does not move on, moving on closes the vote
    wall.locator("h1").click()
    press(wall, "PageDown", 5)
    phone.wait_for_selector("h1:has-text('Sie sind dabei')")
    wall.get_by_label("Neuer Punkt").first.fill("Der Bauhof")
    wall.keyboard.press("ArrowRight")
    wall.keyboard.press("ArrowLeft")
    note(wall, "Neuer Punkt", 0, "Der Bauhof hilft")
    note(wall, "Neuer Punkt", 1, "Irrtum")
    note(wall, "Neuer Punkt", 1, "Die Stelle ist befristet")
    wall.get_by_role("button", name="Streichen").nth(1).click()
    wall.wait_for_selector(".zwk-room-point:has-text('Irrtum')", state="detached")
    wall.locator("h1").click()
    press(wall, "ArrowRight", 6)
    press(wall, "ArrowRight", 7)

    # the server is killed while sixty phones vote: every acknowledged vote is there, once
    wall.get_by_role("button", name="Abstimmung öffnen").click()
    phone.wait_for_selector(f"h1:has-text('{fields[1].name}')")
    wall.close()
    threading.Timer(0.05, server.process.kill).start()
    counted = phones.vote(2)
    server.process.wait()
    assert counted <= tally(session, 2)
    assert sum(tally(session, 2).values()) <= PHONES
    again = fresh_server(home, "demo")
    wall = visit(f"/sitzung?kommune={KOMMUNE}", base=again.url, width=1920, height=1080, wait=False)
    at(wall, 7)
    assert sessions.session(session.session_id).door_port == session.door_port
    for _ in range(2):
        assert phones.vote(2) == tally(session, 2), "the same phones vote again: nobody is counted twice"
    phone.get_by_role("button", name=RATING_STEPS[1], exact=True).click()
    phone.wait_for_selector(f"#gezaehlt:has-text('Gezählt: {RATING_STEPS[1]}')")
    here(wall, "61")

    # the other Handlungsfelder, the last with its distribution hidden
    for number, screen in ((3, 10), (4, 13)):
        for place in range(screen - 2, screen + 1):
            press(wall, "ArrowRight", place)
        if number == 4:
            wall.get_by_role("button", name="Sitzung").click()
            wall.get_by_text("Verteilung erst am Schluss zeigen").click()
            wall.keyboard.press("Escape")
        wall.get_by_role("button", name="Abstimmung öffnen").click()
        wall.wait_for_selector("button:has-text('Abstimmung schließen')")
        assert phones.vote(number, shift=number) == tally(session, number)
        here(wall, "60")
    shows(wall, ["?"] * 5)
    wall.get_by_role("button", name="Abstimmung schließen").click()
    shows(wall, [12] * 5)

    # ideas, next steps, the end
    press(wall, "ArrowRight", 14)
    press(wall, "ArrowRight", 15)
    note(wall, "Neue Idee", 0, "Mitfahrbank an der Kirche")
    wall.locator("h1").click()
    press(wall, "ArrowRight", 16)
    wall.get_by_label("Was wird getan?").fill("Förderantrag stellen")
    wall.get_by_label("Zuständig").fill("Amt")
    wall.get_by_label("Bis").fill("bald")
    wall.get_by_role("button", name="Festhalten").click()
    wall.wait_for_selector("[data-testid=stAlert]:has-text('„Bis“')")
    wall.get_by_label("Bis").fill("März 2025")
    wall.get_by_role("button", name="Festhalten").click()
    wall.wait_for_selector(".zwk-room-point:has-text('bis 31.03.2025')")
    assert complaints(wall) == []
    wall.locator("h1").click()
    press(wall, "ArrowRight", 17)
    wall.get_by_label("Ergebnis in eigenen Worten").fill("Die Sprechstunde bleibt.")
    wall.keyboard.press("Tab")
    wall.get_by_role("button", name="Ergebnis speichern").click()
    wall.wait_for_selector("text=Die Zahl der Anwesenden fehlt.")
    assert wall.get_by_role("button", name="Trotzdem speichern").is_visible()
    assert complaints(wall) == []
    wall.get_by_label("Anwesende").fill("31")
    wall.keyboard.press("Tab")
    wall.get_by_role("button", name="Ergebnis speichern").click()
    wall.wait_for_selector("[data-testid=stAlert]:has-text('Gespeichert als Zwischenbilanz vom 31.12.2024.')")
    assert complaints(wall) == []
    wall.get_by_label("Wie es weitergeht").fill("Der Beirat tagt im Mai.")
    wall.keyboard.press("Tab")
    wall.wait_for_selector("[data-testid=stAlert]:has-text('Seit dem letzten Speichern')")
    wall.get_by_role("button", name="Ergebnis speichern").click()
    wall.wait_for_selector("[data-testid=stAlert]:has-text('Gespeichert als')")
    wall.get_by_role("button", name="Sitzung").click()
    wall.get_by_text("Sitzung beenden").click()
    wall.get_by_role("button", name="Ja, jetzt beenden").click()
    wall.wait_for_selector("a:has-text('(gespeichert)')")
    phone.wait_for_selector("text=Diese Sitzung ist beendet")
    phones.close()

    # kept: the record in its second version, what it made, and what Stufen shows of it
    kept = review.latest(KOMMUNE)
    assert (kept.version, kept.present, kept.continuation) == (2, 31, "Der Beirat tagt im Mai.")
    rated = review.ratings(kept.review_id).set_index("field_of_action")
    assert rated.loc[fields[0].name, [f"votes_{n}" for n in contributions.STEPS]].tolist() == [12, 12, 19, 13, 13]
    assert rated["votes"].tolist() == [69, 61, 60, 60]
    made = read(
        "SELECT status, responsible FROM measure WHERE title IN ('Mitfahrbank an der Kirche', 'Förderantrag stellen')"
    )
    assert sorted(made["status"]) == ["parked", "planned"]
    shown = visit(f"/stufen?kommune={KOMMUNE}", base=again.url)
    assert shown.get_by_text("Zwischenbilanz vom 31.12.2024").count() >= 1
    assert shown.get_by_text("Der Bauhof hilft").count() >= 1
    for running in (server, again):
        assert "Traceback" not in running.log


def test_the_end_on_public_data_asks_what_is_missing_and_leads_to_slides(desks, visit, complaints) -> None:
    page = visit("/sitzung?kommune=riesa", base=desks("public"), width=1920, height=1080)
    page.get_by_role("combobox", name="Handlungsfelder").fill("Wohnen")
    page.keyboard.press("Enter")
    page.get_by_test_id("stMultiSelect").locator("[data-tag]").get_by_text("Wohnen").wait_for()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Sitzung beginnen").click()
    at(page, 1)
    settled(page)
    page.get_by_role("button", name="Sitzung", exact=True).click()
    choose(page, "Gehe zu", "Abschluss")
    save = page.get_by_role("button", name="Ergebnis speichern")
    save.click()
    told = page.locator(".zwk-notice", has_text="Die Zahl der Anwesenden fehlt.")
    told.wait_for()
    assert "„Wohnen“ hat noch keine Stimmen: Soll das so bleiben?" in told.inner_text()
    settled(page)
    assert complaints(page) == []
    page.get_by_label("Anwesende").fill("31")
    page.keyboard.press("Tab")
    told.wait_for(state="detached")
    settled(page)
    save.click()
    page.get_by_role("button", name="Trotzdem speichern").click()
    page.wait_for_selector("[data-testid=stAlert]:has-text('Gespeichert als Zwischenbilanz vom')")
    # ended, and the next dossier has what was said, on the slides for the session too
    page.get_by_role("button", name="Sitzung", exact=True).click()
    page.get_by_text("Sitzung beenden").click()
    page.get_by_role("button", name="Ja, jetzt beenden").click()
    page.wait_for_selector("a:has-text('(gespeichert)')")
    page.goto(
        page.url.replace("/sitzung?kommune=riesa", "/zwischenbilanz?kommune=riesa&abschnitte=profil,bilanz,offen")
    )
    page.wait_for_selector("h2:has-text('Letzte Zwischenbilanz')")
    page.get_by_role("button", name="Unterlagen erstellen").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Folien für die Sitzung").click()
    slides = Presentation(download.value.path()).slides
    assert len(slides) <= 12
    told = " ".join(one.text_frame.text for slide in slides for one in slide.shapes if one.has_text_frame)
    assert "31 Personen anwesend" in told.replace("\xa0", " ")
