"""Numbers as people read them: halves up, once, in one place."""

from __future__ import annotations

import ast
import math
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import numpy as np
import pytest
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

from zwk_data.german import all_rounded, number, on, quoted, rounded, whole


@pytest.mark.parametrize(
    ("value", "decimals", "told"),
    [
        (2.675, 2, "2,68"),  # in binary a little less than it says
        (1.005, 2, "1,01"),
        (0.5, 0, "1"),
        (1.5, 0, "2"),
        (2.5, 0, "3"),
        (0.25, 1, "0,3"),
        (22.45, 1, "22,5"),
        (22.449, 1, "22,4"),  # not by way of 22,45
        (-2.25, 1, "\u22122,3"),
        (-0.04, 1, "0,0"),
        (100 * 0.285, 0, "29"),  # 28.499999999999996 in binary, 28,5 as meant
        (1_234_567.5, 0, "1.234.568"),
        (84_358_845, 0, "84.358.845"),
    ],
)
def test_halves_go_up_on_the_decimal_number(value: float, decimals: int, told: str):
    assert number(value, decimals) == told


def test_missing_stays_missing():
    assert math.isnan(rounded(math.nan))
    assert number(math.nan, 1) == "–"
    assert np.isnan(all_rounded([1.05, math.nan], 1)).tolist() == [False, True]
    assert whole(242.5) == 243


@given(st.integers(-(10**9), 10**9), st.integers(0, 3))
def test_any_number_of_three_decimals_is_rounded_as_on_paper(thousandths: int, decimals: int):
    exact = Decimal(thousandths) / 1000
    expected = exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    assert rounded(thousandths / 1000, decimals) == float(expected)
    assert all_rounded([thousandths / 1000], decimals)[0] == float(expected)
    assert rounded(rounded(thousandths / 1000, decimals), decimals) == float(expected)


@given(
    st.lists(st.floats(-(10.0**14), 10.0**14) | st.integers(-(10**6), 10**6).map(lambda n: n / 80), max_size=20),
    st.integers(0, 7),
)
def test_many_numbers_are_rounded_as_each_by_itself(values: list[float], decimals: int):
    assert all_rounded(values, decimals).tolist() == [rounded(value, decimals) for value in values]
    assert str(all_rounded([0.0, -0.04, math.nan, math.inf, -math.inf]).tolist()) == "[0.0, 0.0, nan, inf, -inf]"


@given(st.integers(-(10**12), 10**12), st.integers(0, 4), st.booleans())
def test_numbers_are_written_as_unicode_says_german_is(ten_thousandths: int, decimals: int, sign: bool):
    value = ten_thousandths / 10_000
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    written = format_decimal(rounded(value, decimals), format=pattern, locale="de").replace("-", "\u2212")
    plus = "+" if sign and value > 0 and written.strip("0,") else ""
    assert number(value, decimals, sign=sign) == plus + written


#: where ``round`` is not about a number that people read: positions, sizes, limits, codes, distances
ROUND_ELSEWHERE = {
    "charts/scales.py",
    "charts/together.py",
    "charts/locator_map.py",
    "charts/strip.py",
    "charts/theme_network.py",
    "demography/groups.py",
    "demography/projection.py",
    "demography/twins.py",
}


def test_no_chart_or_text_rounds_by_itself():
    """Python's and numpy's ``round`` send halves to the even digit."""
    root = Path(__file__).parents[1] / "zwk_data"
    files = [
        path
        for folder in ("charts", "views", "dossier", "demography")
        for path in sorted((root / folder).rglob("*.py"))
        if path.relative_to(root).as_posix() not in ROUND_ELSEWHERE
    ]
    assert len(files) > 35
    found = [
        f"{path.name}:{node.lineno}"
        for path in files
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and (
            (isinstance(node.func, ast.Name) and node.func.id == "round")
            or (isinstance(node.func, ast.Attribute) and node.func.attr == "round")
        )
    ]
    assert found == []


def test_a_day_has_its_article_and_a_quotation_holds_another():
    assert [on(told) for told in ("17.09.2024", "November 2024", "2024")] == ["den 17.09.2024", "November 2024", "2024"]
    assert quoted("„Riesa singt“ wieder aufleben lassen") == "„‚Riesa singt‘ wieder aufleben lassen“"
