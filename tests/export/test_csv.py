"""CSV for German Excel: what a person sees after a double click."""

from __future__ import annotations

import csv
import io
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zwk_data.export.csv import to_csv


def rows(frame: pd.DataFrame) -> list[list[str]]:
    raw = to_csv(frame)
    assert raw.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline=""), delimiter=";"))


def test_numbers_have_a_decimal_comma_and_no_separators():
    frame = pd.DataFrame({"Personen": [82_175_684, 240], "Anteil": [21.400000000000002, np.nan], "Saldo": [-5.5, 0.0]})
    assert rows(frame) == [["Personen", "Anteil", "Saldo"], ["82175684", "21,4", "-5,5"], ["240", "", "0"]]


def test_the_source_stands_below_the_figures():
    raw = to_csv(pd.DataFrame({"Jahr": [2023], "Personen": [29_127]}), source="Quelle: © Destatis 2023; verändert")
    assert raw.decode("utf-8-sig").split("\r\n") == [
        "Jahr;Personen",
        "2023;29127",
        "",
        '"Quelle: © Destatis 2023; verändert"',
        "",
    ]


def test_no_exponents():
    assert rows(pd.DataFrame({"x": [1e-7, 1.5e12, -0.0]}))[1:] == [["0,0000001"], ["1500000000000"], ["0"]]


def test_keys_keep_their_leading_zero_in_excel():
    frame = pd.DataFrame({"AGS": ["01051000", "14627230", None], "Nummer": ["12", "13", "14"]})
    assert [row[0] for row in rows(frame)] == ["AGS", '="01051000"', '="14627230"', ""]
    assert [row[1] for row in rows(frame)] == ["Nummer", "12", "13", "14"]


FORMULAS = ["=1+1", "@SUM(A1)", "+HYPERLINK(1)", "-cmd|' /C calc'!A0", "\tx", "\r=1"]
#: some programs trim a cell before they look at it, or take letters of full width for plain ones
HIDDEN_FORMULAS = [" =1+1", "\u200b=1+1", "\uff1d1+1", "\u00a0@x"]


@pytest.mark.attack
@pytest.mark.parametrize("text", FORMULAS + HIDDEN_FORMULAS)
def test_no_text_is_run_as_a_formula(text: str):
    assert rows(pd.DataFrame({"Titel": [text]}))[1] == ["'" + text]


def test_a_header_is_no_formula_either():
    assert rows(pd.DataFrame({"=A1": ["x"]}))[0] == ["'=A1"]


def test_written_numbers_stay_as_they_are():
    assert rows(pd.DataFrame({"x": ["-3,5", "+1.234,5", "– 5"]}))[1:] == [["-3,5"], ["+1.234,5"], ["– 5"]]


def test_dates_and_truth_values_are_german():
    frame = pd.DataFrame({"Datum": [date(2022, 11, 9), pd.NaT], "belegt": [True, False]})
    assert rows(frame)[1:] == [["09.11.2022", "ja"], ["", "nein"]]


def test_an_empty_frame_still_has_its_header():
    assert rows(pd.DataFrame({"Jahr": [], "Wert": []})) == [["Jahr", "Wert"]]


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1), min_size=1, max_size=8))
def test_any_text_comes_back(texts: list[str]):
    frame = pd.DataFrame({"Name": ["x", *texts]}, dtype=object)
    back = [row[0] for row in rows(frame)[1:]]
    assert [text.removeprefix("'") for text in back] == [text.removeprefix("'") for text in frame["Name"]]
