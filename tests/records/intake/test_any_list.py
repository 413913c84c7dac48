"""Any list can be checked without a crash, and whatever the check accepts can be saved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.examples import examples
from zwk_data.errors import ZwkError
from zwk_data.records import german_rows
from zwk_data.records.changes import save, undo
from zwk_data.records.intake import STATES, Intake, changes_of, check_again, check_list, file
from zwk_data.records.intake.raw import RawFile, RawSheet
from zwk_data.schema.cells import CellError, Proposed
from zwk_data.schema.structure import Field
from zwk_data.schema.tables import TABLES, entered
from zwk_data.stores.access import LOCAL

Check = Callable[[list[RawSheet]], Intake]
ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-10, 10**7),
    st.floats(allow_nan=True),
    st.text(max_size=12),
    st.datetimes(datetime(1990, 1, 1), datetime(2120, 1, 1)),
    st.just(CellError("#REF!")),
)
PLACES = ["Riesa", "LK Rostock", "Zwickau", "Spelle"]
PARENTS = {
    "participant": PLACES,
    "theme": ["Wohnen", "Leerstand"],
    "tool": ["Leitfaden", "Neu"],
    "measure": ["Laden (Riesa)", "Bus (Zwickau)", "m-1"],
    "review": ["Riesa, 09.11.2022", "Zwickau, 01.01.2024", "z-1"],
}
KINDS: dict[str, list[object]] = {
    "text": ["Laden", "Bus", "Neu", "neu", None],
    "long": ["Laden", "Lang", "lang ", None],
    "span": ["9.11.2022", "Nov. 2022", "2022", None, "Herbst 2022", date(2022, 11, 9)],
    "day": ["9.11.2022", "1.1.2024", None, date(2023, 1, 1), "2023"],
    "year": [2022, "2023", None],
    "money": [5, "1.234,50 €", None, "ca. 5"],
    "number": [1, "2,5", None],
    "count": [0, 12, "3", None, "2,5", -1],
    "flag": ["ja", "nein", True, None],
    "address": ["https://a.de", None, "a.de"],
}


def plausible(one: Field) -> st.SearchStrategy[object]:
    if one.choices:
        return st.sampled_from([*one.choices.values(), *one.choices.values(), None, "offen"])
    if one.parent:
        return st.sampled_from([*PARENTS[one.parent], None])
    return st.sampled_from(KINDS[one.kind.name])


@st.composite
def sheets(draw: st.DrawFn, cells: Callable[[Field], st.SearchStrategy[object]]) -> list[RawSheet]:
    """Two or three tables with a head of their own labels and a few rows."""
    found = []
    tables = [name for name, table in entered().items() if not table.fixed]
    for table in draw(st.lists(st.sampled_from(tables), min_size=1, max_size=3, unique=True)):
        fields = TABLES[table].fields
        rows = draw(st.lists(st.tuples(*(cells(one) for one in fields)), min_size=1, max_size=8))
        head = tuple(german_rows.form_columns(table))
        found.append(RawSheet(TABLES[table].plural, [head, *rows], list(range(1, len(rows) + 2))))
    return found


@pytest.fixture
def look(desk: Path, monkeypatch: pytest.MonkeyPatch) -> Check:
    """Check these sheets as if they came from a file."""

    def checked(raw: list[RawSheet]) -> Intake:
        monkeypatch.setattr(file, "read_apart", lambda *_: RawFile("a.xlsx", tuple(raw)))
        return check_list(
            b"", "a.xlsx", tables={one.name: t for one in raw for t, r in TABLES.items() if r.plural == one.name}
        )

    return checked


@pytest.mark.slow
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=examples(8))
@given(raw=sheets(lambda one: ODD))
def test_no_list_breaks_the_check(look: Check, raw: list[RawSheet]) -> None:
    found = look(raw)
    assert set(found.counts) == set(STATES)
    assert sum(found.counts.values()) == len(found.outcomes)
    told = found.report.groupby(["sheet", "row"])["state"].agg(set)
    assert {at: {one.state} for one in found.outcomes for at in [(one.line.sheet, one.line.number)]} == told.to_dict()


def _only(sheet: RawSheet, numbers: set[int]) -> dict[str, list[object]]:
    """Head and these rows, with the numbers they had."""
    left = [at for at, number in enumerate(sheet.numbers) if at == 0 or number in numbers]
    return {"rows": [sheet.rows[at] for at in left], "numbers": [sheet.numbers[at] for at in left]}


@pytest.mark.slow
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=examples(10))
@given(raw=sheets(plausible), sure=st.booleans())
def test_what_the_check_accepts_is_kept(look: Check, raw: list[RawSheet], sure: bool) -> None:
    found = look(raw)
    if sure:
        found = check_again(found, confirmed={(one.line.sheet, one.line.number) for one in found.outcomes})
        assert not found.counts["unclear"]
    changes = changes_of(found)
    assert len(changes) == found.counts["accepted"] + found.counts["changed"]
    saved = save(changes, LOCAL, kind="import", file=found.file)
    assert len(saved.made) + len(saved.changed) == len(changes)
    if saved.set_id is not None:
        # a heading holds for the rows below it
        taken = ("accepted", "changed", "left")
        kept = {(one.line.sheet, one.line.number) for one in found.outcomes if one.state in taken}
        # without the rows that were not taken: one refused for want of a date may well mean what is kept by now
        rows = [replace(one, **_only(one, {number for sheet, number in kept if sheet == one.name})) for one in raw]
        # a Kommune that stands above its group hangs on rows that may be gone
        owners = {(one.line.sheet, one.line.number): one.line.cells.get("Kommune") for one in found.outcomes}
        grouped = {place for place, owner in owners.items() if isinstance(owner, Proposed)}
        again = [one for one in look(rows).outcomes if (one.line.sheet, one.line.number) not in grouped]
        assert {one.state for one in again} - {"left"} <= {"same"}
        assert grouped or again
        undo(saved.set_id, LOCAL)


def test_a_list_that_is_none_is_said_in_a_sentence() -> None:
    with pytest.raises(ZwkError, match="ist leer"):
        check_list(b"", "a.xlsx")
