"""What each role sees and may do on every page, once the provider has said who it is."""

from __future__ import annotations

import pytest

from tests.pages.conftest import PEOPLE, Visit
from zwk_data.web.shell import site

CLOSED = "Diese Seite steht nur diesen Rollen offen"
EVERYBODY = ["Lage", "Karte", "Kommune", "Demografie", "Kommunalprofil", "Stufen", "Themen"]
#: who -> how they are greeted, pages beyond everybody's, the measures whose budget they see
ROLES = {
    "geschaeftsstelle": (
        "Greta Stelle (Geschäftsstelle)",
        {"monitoring", "sitzung", "live-anzeige", "datenpflege"},
        {"123.456", "654.321"},
    ),
    "ministerium": ("Minna Haus (Ministerium)", {"monitoring"}, {"123.456", "654.321"}),
    "beratung": ("Bert Rat (Beratung)", {"sitzung", "datenpflege"}, {"123.456"}),
    "kommune": ("Karla Ort (Kommune)", set(), {"123.456"}),
    "ohne": ("Wer Immer (Öffentlichkeit)", set(), set()),
}
CLOSED_PAGES = {page.path for page in site.MENU if page.roles}
BUDGETS = ("123.456", "654.321")
MEASURES = "/themen?thema=mobilitaet"


@pytest.mark.slow
@pytest.mark.parametrize("who", PEOPLE)
def test_each_role_sees_what_is_theirs(signed_in: Visit, who: str) -> None:
    greeting, pages, budgets = ROLES[who]
    menu = [page.title for page in site.MENU if page.listed and page.path not in CLOSED_PAGES - pages]
    assert menu[:7] == EVERYBODY
    for page in site.MENU:
        shown = signed_in(f"/{page.path}", who)
        assert shown.menu == menu
        assert shown.find("h1") == [page.title]
        assert (CLOSED in shown.text) == (page.path in CLOSED_PAGES - pages), page.title
        assert f"Angemeldet: {greeting}" in shown.text
        assert ("keine Rolle" in shown.text) == (who == "ohne")
        if page.path == "zwischenbilanz":
            assert shown.has("Dossiers aller Kommunen erstellen") == (len(budgets) == 2)
    shown = signed_in(MEASURES, who)
    assert {figure for figure in BUDGETS if figure in shown.text} == budgets
    # nothing of it stays for the next
    shown = signed_in(MEASURES, None)
    assert "Probe riesa" in shown.text
    assert not any(figure in shown.text for figure in BUDGETS)


def test_nobody_logged_in_opens_deep_links_first(signed_in: Visit) -> None:
    """And with an address that claims a role."""
    for path in (
        "/monitoring",
        "/live-anzeige",
        "/sitzung?kommune=adorf",
        "/datenpflege?rolle=geschaeftsstelle&person=Greta&is_logged_in=true",
    ):
        shown = signed_in(path, None)
        assert CLOSED in shown.text
        assert shown.menu == [*EVERYBODY, "Zwischenbilanz", "Quellen und Methodik", "Handbuch"]
        assert [one.label for one in shown.app.button] == ["Anmelden", "Anmelden"]
        assert [one for one in shown.nodes if one.type in ("text_input", "text_area", "selectbox")] == []
    shown = signed_in("/demografie?kommune=adorf", None)
    assert "Adorf" in shown.text
    assert CLOSED not in shown.text
    shown = signed_in("/themen?thema=mobilitaet&rolle=ministerium", None)
    assert "Probe riesa" in shown.text
    assert not any(figure in shown.text for figure in BUDGETS)


def test_an_adviser_enters_for_their_own_kommunen_only(signed_in: Visit) -> None:
    shown = signed_in("/datenpflege", "beratung")
    assert shown.widget("Kommune").options == ["Adorf/Vogtl."]
    shown = signed_in("/datenpflege?kommune=riesa&stufe=kick_off", "beratung")
    assert shown.widget("Kommune").value is None
    shown = signed_in("/sitzung?kommune=riesa", "beratung")
    assert "Eine Sitzung leiten dürfen die Geschäftsstelle und die Beratung der Kommune." in shown.notices
    assert "Neue Sitzung" in signed_in("/sitzung?kommune=adorf", "beratung").headings


def test_what_is_saved_bears_the_name_of_who_saved_it(signed_in: Visit) -> None:
    shown = signed_in("/datenpflege?kommune=riesa&stufe=kick_off", "geschaeftsstelle").fill("Datum", "7.3.2019")
    shown.press("Speichern")
    assert "Gespeichert: Riesa, Kick-Off, 07.03.2019." in shown.alerts
    past = signed_in("/datenpflege?teil=verlauf", "geschaeftsstelle")
    assert "Greta Stelle" in past.table("neueste zuerst").rows[0]


def test_a_login_that_was_broken_off_is_told(signed_in: Visit) -> None:
    assert "Die Anmeldung hat nicht geklappt" in signed_in("/quellen?von=hier&anmeldung=nein", None).text
