"""One figure for other pages, and what has changed since it was cited."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette

from tests.web.asgi import ask
from zwk_data.demography.indicators import indicators
from zwk_data.web.light import embed
from zwk_data.web.light.embed import CitedState, NoStateError, changes, state_of, token

APP = Starlette(routes=embed.embed_routes())
RIESA = f"{embed.PATH}/riesa/population"


@pytest.fixture(autouse=True)
def _stores(stores: Path) -> None:
    """The shipped figures."""


def test_a_figure_stands_with_its_source_and_table() -> None:
    answer = ask(APP, RIESA)
    assert answer.status == 200
    assert re.search(r'<div class="bild" tabindex="0" role="img" aria-label="[^"]*Riesa[^"]+">\s*<svg', answer.text)
    assert re.search(r"Quelle: [^<]*©[^<]+dl-de/by-2-0", answer.text)
    # the register of 31.12.2023
    assert re.search(r"<td[^>]*>2023</td><td[^>]*>29.127</td>", answer.text)
    assert "<nav" not in answer.text


@pytest.mark.parametrize("path", ["riesa/nichts", "atlantis/population", "riesa/..%2f"])
def test_a_figure_that_is_not_there_is_told(path: str) -> None:
    answer = ask(APP, f"{embed.PATH}/{path}")
    assert (answer.status, embed.UNKNOWN in answer.text) == (404, True)


def cited(answer_text: str) -> str:
    found = re.search(r'data-stand="([\w-]+)"', answer_text)
    assert found
    return found[1]


def test_what_was_cited_today_has_not_changed() -> None:
    word = cited(ask(APP, RIESA).text)
    again = ask(APP, f"{RIESA}?stand={word}")
    assert "hat sich keine Zahl geändert" in again.text


def test_what_changed_since_is_told_year_by_year() -> None:
    now = state_of(cited(ask(APP, RIESA).text))
    last = max(now.values)
    before = CitedState(date(2024, 5, 6), {**now.values, last: now.values[last] - 7, 1950: 1.0})
    text = ask(APP, f"{RIESA}?stand={token(before)}").text
    assert "Zitiert wurde der Stand vom 06.05.2024. Seither geändert:" in text
    assert text.count("<li>") == 2
    assert "1950: keine Angabe statt 1" in text


def test_only_what_is_shown_counts_as_a_change() -> None:
    share = indicators()["share_65plus"]
    before, now = CitedState(date(2024, 1, 1), {2015: 24.44}), CitedState(date(2025, 1, 1), {2015: 24.36})
    assert changes(before, now, share) == []
    assert changes(before, CitedState(now.day, {2015: 24.46}), share) == ["2015: 24,5 statt 24,4"]


@given(st.dates(), st.dictionaries(st.integers(1, 9999), st.floats(-1e9, 1e9), max_size=40))
def test_a_state_comes_back(day: date, values: dict[int, float]) -> None:
    assert state_of(token(CitedState(day, values))) == CitedState(day, values)


@given(st.text(max_size=60))
def test_any_other_word_is_refused(word: str) -> None:
    with pytest.raises(NoStateError):
        state_of(word)


def test_a_word_that_unpacks_into_gigabytes_is_refused() -> None:
    import base64
    import zlib

    bomb = base64.urlsafe_b64encode(zlib.compress(b"[" + b" " * 50_000_000)).decode()
    with pytest.raises(NoStateError):
        state_of(bomb)
    assert "beschädigt" in ask(APP, f"{RIESA}?stand=kaputt").text
