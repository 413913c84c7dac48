"""What a search finds, how it forgives, and that nobody finds what they may not see."""

from __future__ import annotations

import time

import pytest

from zwk_data import seed
from zwk_data.programme import advice, participants, themes
from zwk_data.stores import access
from zwk_data.stores.connection import read
from zwk_data.views import search
from zwk_data.views.search import Findable, Index, folded

pytestmark = pytest.mark.usefixtures("stores")


def first(text: str) -> tuple[str, str]:
    found = search.find(text)[0]
    return found.kind, found.title


@pytest.mark.parametrize(
    ("text", "kind", "title"),
    [
        ("riesa", "kommune", "Riesa"),
        ("14627230", "kommune", "Riesa"),  # its official key
        ("lk uckermark", "kommune", "Landkreis Uckermark"),
        ("schoss", "kommune", "Schossin"),  # still being typed
        ("Schosin", "kommune", "Schossin"),
        ("Kornwestheim", "kommune", "Kornwestheim"),
        ("kornwesthiem", "kommune", "Kornwestheim"),  # two letters swapped
        ("Radebeul", "gebiet", "Radebeul"),
        ("14627210", "gebiet", "Radebeul"),
        ("mühlhausen thüringen", "gebiet", "Mühlhausen/Thüringen"),
        ("muehlhausen thueringen", "gebiet", "Mühlhausen/Thüringen"),
        ("muhlhausen thuringen", "gebiet", "Mühlhausen/Thüringen"),
        ("neustadt sächsische schweiz", "gebiet", "Neustadt in Sachsen"),
        ("Scwerin", "gebiet", "Schwerin"),
        ("GROSSENHAIN", "gebiet", "Großenhain"),
        ("digitalisierung", "thema", "Digitalisierung"),
        ("Bevölkerungsdichte", "kennzahl", "Bevölkerungsdichte"),
        ("bevoelkerungsdihcte", "kennzahl", "Bevölkerungsdichte"),
        ("altenquotient", "kennzahl", "Altenquotient"),
        ("riesa singt", "massnahme", "„Riesa singt“ wieder aufleben lassen"),
        ("pflegehaus", "praxis", "Pflegehaus im Dorf"),
        ("werkstattplan", "werkzeug", "Werkstattplan"),
    ],
)
def test_it_finds(text: str, kind: str, title: str) -> None:
    assert first(text) == (kind, title)


@pytest.mark.slow
def test_everything_that_has_a_name_is_found_by_it() -> None:
    for kind, names in (
        ("kommune", participants.participants()["name"]),
        ("thema", themes.themes()["name_de"]),
        ("werkzeug", advice.tools()["title"]),
    ):
        missing = [name for name in names if (kind, name) not in {(e.kind, e.title) for e in search.find(name)}]
        assert missing == []


def test_the_larger_of_two_places_comes_first() -> None:
    found = [one for one in search.find("Schwerin") if one.title == "Schwerin"]
    assert [one.detail for one in found] == [
        "Kreisfreie Stadt, Mecklenburg-Vorpommern",
        "Gemeinde, Landkreis Dahme-Spreewald",
    ]


@pytest.mark.parametrize("text", ["", "   ", "zzzzqqq", "riesa zzzzqqq", "%", "ß" * 5000])
def test_nothing_is_found_for_nothing(text: str) -> None:
    assert search.find(text) == []


def test_a_short_word_is_not_taken_for_another() -> None:
    small = Index([Findable("thema", "a", "Rad"), Findable("thema", "b", "Rat"), Findable("thema", "c", "Radweg")])
    assert [one.title for _, one in small.find("rad")] == ["Rad", "Radweg"]
    assert [one.title for _, one in small.find("rat")] == ["Rat"]


def test_one_word_and_two_ways_to_write_it() -> None:
    assert folded("Mühlhausen/Thür.") == folded("MUEHLHAUSEN thuer") == ["muhlhausen", "thur"]
    assert folded("Straße") == folded("strasse")


def test_it_takes_less_than_a_tenth_of_a_second() -> None:
    """Of the processor: what else the machine does is not the search's."""
    search.find("warm")
    for text in ("a", "riesa", "zzzzqqq", "kornwesthiem", "neustadt in", "bevoelkerungsdihcte landkrais"):
        took = []
        for _ in range(5):
            start = time.process_time()
            search.find(text)
            took.append(time.process_time() - start)
        assert min(took) < 0.1, text


def test_nobody_finds_what_they_may_not_see(monkeypatch: pytest.MonkeyPatch) -> None:
    """Planned measures are their Kommune's own until they run."""
    monkeypatch.setenv("ZWK_DATA", "demo")
    seed.ensure()
    hidden = read("SELECT participant_id, title FROM measure WHERE status = 'planned' ORDER BY measure_id LIMIT 1")
    owner, title = hidden.iloc[0]

    def finds(scope: access.Scope) -> bool:
        with access.asking_as(scope):
            return (owner, title) in {(one.participant_id, one.title) for one in search.find(title)}

    assert finds(access.FULL)
    assert finds(access.Scope(own=(owner,), network=True))
    assert not finds(access.PUBLIC)
    assert not finds(access.Scope(own=("riesa" if owner != "riesa" else "adorf",), network=True))
