"""Frames as HTML tables, read back by a parser."""

from __future__ import annotations

import re
from datetime import date
from html import unescape

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zwk_data.german import cell
from zwk_data.web.kit.markup import table_html


def cells(html: str) -> list[list[str]]:
    """The texts of all rows, header first."""
    rows = re.findall(r"<tr>(.*?)</tr>", html, flags=re.DOTALL)
    return [[unescape(text) for text in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, flags=re.DOTALL)] for row in rows]


FRAME = pd.DataFrame(
    {
        "Kommune": ["Riesa", "Schossin <b>"],
        "Jahr": [2023, 2023],
        "Bevölkerung": [29127, 240],
        "Anteil 65+": [31.234, None],
        "seit": [pd.Timestamp("2022-11-09"), pd.NaT],
        "belegt": [True, False],
        "Stand": ["gemeldet", None],
    }
)


def test_values_are_written_in_german() -> None:
    assert cells(table_html(FRAME, "Probe")) == [
        ["Kommune", "Jahr", "Bevölkerung", "Anteil 65+", "seit", "belegt", "Stand"],
        ["Riesa", "2023", "29.127", "31,2", "09.11.2022", "ja", "gemeldet"],
        ["Schossin <b>", "2023", "240", "–", "–", "nein", "–"],
    ]


def test_text_is_escaped() -> None:
    html = table_html(FRAME, 'Probe "<i>"')
    assert "<b>" not in html
    assert "<i>" not in html
    assert 'aria-label="Probe &#34;&lt;i&gt;&#34;"' in html


def test_headers_say_what_they_head() -> None:
    html = table_html(FRAME, "Probe")
    assert html.count('scope="col"') == 7
    assert html.count('scope="row"') == 2
    assert "<caption>Probe</caption>" in html
    assert 'role="region" aria-label="Probe" tabindex="0"' in html


def test_numbers_stand_on_the_right_and_short_cells_do_not_wrap() -> None:
    html = table_html(FRAME, "Probe", numeric=["Stand"])
    assert '<td class="n s">29.127</td>' in html
    assert '<td class="n s">gemeldet</td>' in html
    assert '<td class="s">ja</td>' in html
    long = table_html(pd.DataFrame({"a": ["x"], "b": ["ein längerer Satz, der umbrechen darf"]}), "x")
    assert "<td>ein längerer" in long


def test_formats_are_decimals_or_functions() -> None:
    html = table_html(FRAME, "x", formats={"Anteil 65+": 3, "Bevölkerung": lambda value: f"rund {value}"})
    assert "31,234" in html
    assert "rund 29127" in html


def test_long_tables_say_that_they_are_cut() -> None:
    frame = pd.DataFrame({"n": range(1200)})
    html = table_html(frame, "x")
    assert len(cells(html)) == 501
    assert "Gezeigt sind die ersten 500 von 1.200 Zeilen." in html
    assert "Gezeigt" not in table_html(frame.head(500), "x")


def test_an_empty_table_says_so() -> None:
    assert cells(table_html(FRAME.head(0), "x"))[1:] == [["Keine Einträge"]]


def test_columns_of_the_same_name_are_both_shown() -> None:
    frame = pd.DataFrame([[1, "a"]], columns=["x", "x"])
    assert cells(table_html(frame, "x")) == [["x", "x"], ["1", "a"]]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "–"),
        (float("nan"), "–"),
        (pd.NA, "–"),
        (pd.NaT, "–"),
        (date(2022, 11, 9), "09.11.2022"),
        (True, "ja"),
        ("", ""),
        (0, "0"),
    ],
)
def test_one_cell(value: object, text: str) -> None:
    assert cell(value) == text


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_categories=("C",)), min_size=1), min_size=1, max_size=5))
def test_any_text_survives(texts: list[str]) -> None:
    assert [row[0] for row in cells(table_html(pd.DataFrame({"a": texts}), "x"))[1:]] == texts
