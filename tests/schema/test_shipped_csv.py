"""A table written as csv is read back as it was."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zwk_data.schema import shipped_csv
from zwk_data.schema.dates import span

words = st.text(st.characters(blacklist_categories=("Cs", "Cc", "Zl", "Zp")), max_size=20).map(str.strip)


@given(st.lists(st.tuples(words, words, words), max_size=8))
def test_round_trip(rows: list[tuple[str, str, str]]) -> None:
    rows = [row for row in rows if row != ("", "", "")]
    with TemporaryDirectory() as folder:
        file = Path(folder) / "probe.csv"
        with file.open("w", encoding="utf-8", newline="") as out:
            csv.writer(out, lineterminator="\n").writerows([("a", "b", "c"), *rows])
        table = shipped_csv.read_rows(file, ("a", "b", "c"))
    assert [tuple(row.values()) for row in table.rows] == rows
    assert table.lines == list(range(2, len(rows) + 2))


@given(st.dates())
def test_days_are_read_as_written(day: date) -> None:
    assert shipped_csv.day(day.isoformat()) == day


@given(st.dates(), st.sampled_from(["day", "month", "year"]))
def test_a_span_holds_its_day_and_is_its_own_span(day: date, precision: str) -> None:
    first, last = span(day, precision)
    assert first <= day <= last
    assert span(first, precision) == span(last, precision) == (first, last)


@pytest.mark.parametrize("value", ["2022-2-1", "20220201", "2022-02-30", "gestern", "2022-W05-1"])
def test_other_dates_are_refused(value: str) -> None:
    with pytest.raises(ValueError, match="kein Datum"):
        shipped_csv.day(value)


@pytest.mark.parametrize("value", ["1.000,00", "-5", "5 Euro", "1e3"])
def test_other_amounts_are_refused(value: str) -> None:
    with pytest.raises(ValueError, match="kein Betrag"):
        shipped_csv.amount(value)


def test_a_line_number_counts_lines_inside_quotes(tmp_path: Path) -> None:
    file = tmp_path / "probe.csv"
    file.write_text('a,b\n1,"zwei\nZeilen"\n\n3,4\n5\n', encoding="utf-8")
    with pytest.raises(Exception, match="Zeile 6: 2 Felder erwartet, 1 gefunden"):
        shipped_csv.read_rows(file, ("a", "b"))
