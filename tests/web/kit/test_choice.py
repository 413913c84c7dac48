"""What an address asks for and there is not."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from zwk_data.web.kit import choice

YEARS = {str(year): str(year) for year in (1995, 2005, 2015)}
NAMES = {"share_65plus": "Anteil 65 Jahre und älter", "mean_age": "Durchschnittsalter", "births": "Geburten"}


@pytest.mark.parametrize(
    ("wanted", "options", "found"),
    [
        ("2040", YEARS, "2015"),
        ("2006", YEARS, "2005"),
        ("mean_ag", NAMES, "mean_age"),
        ("MEAN_AGE", NAMES, "mean_age"),
        ("Durchschnitsalter", NAMES, "mean_age"),
        ("²", YEARS, None),
        ("③", YEARS, None),
        ("qqq", NAMES, None),
        ("99", NAMES, None),
    ],
)
def test_nearest(wanted: str, options: dict[str, str], found: str | None):
    assert choice.nearest(wanted, options) == found


class Address(dict):
    """Stands for st.query_params."""


@pytest.fixture
def address(monkeypatch: pytest.MonkeyPatch) -> Address:
    params = Address()
    monkeypatch.setattr(choice.st, "query_params", params)
    return params


def test_a_known_value_or_none_is_left_alone(address: Address):
    assert choice.correct_address("jahr", YEARS, "Das Jahr") == ""
    address["jahr"] = "2005"
    assert choice.correct_address("jahr", YEARS, "Das Jahr") == ""
    assert address == {"jahr": "2005"}


def test_an_unknown_value_is_replaced_and_told(address: Address):
    address["jahr"] = "2040"
    assert (
        choice.correct_address("jahr", YEARS, "Das Jahr") == "Das Jahr „2040“ gibt es hier nicht. Gezeigt wird: 2015."
    )
    assert address == {"jahr": "2015"}


PLACES = {"riesa": "Riesa", "ploessberg": "Plößberg", "kreise": "Kreise"}


@pytest.mark.parametrize(
    ("said", "meant"),
    [("Riesa", "riesa"), ("Plößberg", "ploessberg"), ("Plo\u0308ßberg", "ploessberg"), ("Kreise", "kreise")],
)
def test_another_spelling_is_the_same_without_a_word(address: Address, said: str, meant: str):
    address["kommune"] = said
    assert choice.correct_address("kommune", PLACES, "Die Kommune") == ""
    assert address == {"kommune": meant}
    address["kommune"] = f"{said},riesa"
    assert choice.correct_addresses("kommune", PLACES, "Die Kommune") == ""


def test_a_year_that_is_no_number_is_told(address: Address):
    address["jahr"] = "²"
    assert choice.correct_address("jahr", YEARS, "Das Jahr", fallback="2015").startswith(
        "Das Jahr „²“ gibt es hier nicht"
    )


def test_without_anything_near_the_fallback_or_a_request_to_choose(address: Address):
    address["kennzahl"] = "zzz"
    told = choice.correct_address("kennzahl", NAMES, "Die Kennzahl", fallback="births")
    assert told.endswith("Gezeigt wird: Geburten.")
    address["kennzahl"] = "<script>" * 20
    told = choice.correct_address("kennzahl", NAMES, "Die Kennzahl")
    assert told.endswith("Bitte wählen Sie aus der Liste.")
    assert len(told) < 120
    assert "kennzahl" not in address


def test_of_several_the_unknown_ones_are_replaced_or_left_out(address: Address):
    address["kennzahl"] = "births,mean_ag,zzz,mean_age"
    told = choice.correct_addresses("kennzahl", NAMES, "Die Kennzahl")
    assert told == "Die Kennzahl „mean_ag“, „zzz“ gibt es hier nicht. Gezeigt wird: Durchschnittsalter."
    assert address == {"kennzahl": "births,mean_age"}
    assert choice.correct_addresses("kennzahl", NAMES, "Die Kennzahl") == ""
    assert choice.correct_addresses("gruppen", NAMES, "Die Gruppe") == ""


def _asked() -> None:
    import streamlit as st

    from zwk_data.web.kit.choice import choose, choose_tab

    years = {str(year): str(year) for year in (1995, 2005, 2015)}
    box, notices = st.container(), st.container(key="notices")
    with box:
        st.text(choose("Jahr", years, key="jahr", default="1995", what="Das Jahr", notices=notices))
    choose_tab({"eins": "Eins", "zwei": "Zwei"}, key="teil")


@pytest.mark.parametrize(
    ("wanted", "shown", "said"),
    [
        (None, "1995", []),
        ("2005", "2005", []),
        ("2040", "2015", ["Das Jahr „2040“ gibt es hier nicht. Gezeigt wird: 2015."]),
        ("bald", "1995", ["Das Jahr „bald“ gibt es hier nicht. Gezeigt wird: 1995."]),
    ],
)
def test_the_box_tells_what_the_address_asks_for_in_vain(wanted: str | None, shown: str, said: list[str]) -> None:
    app = AppTest.from_function(_asked)
    if wanted:
        app.query_params["jahr"] = wanted
    app.run()
    assert not app.exception
    assert app.text[0].value == shown
    told = [one.proto.body for one in app.get("html")]
    assert len(told) == len(said)
    assert all(sentence in html for sentence, html in zip(said, told, strict=True))


def test_tabs_tell_it_too() -> None:
    app = AppTest.from_function(_asked)
    app.query_params["teil"] = "drei-und-mehr"
    app.run()
    assert not app.exception
    (html,) = app.get("html")
    assert "Den Abschnitt „drei-und-mehr“ gibt es hier nicht. Gezeigt wird: Eins." in html.proto.body
