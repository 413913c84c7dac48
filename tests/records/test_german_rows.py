"""Records as a German table and back again, for every table and kind of field."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.examples import examples
from zwk_data.records import german_rows, history
from zwk_data.schema.cells import plain, same
from zwk_data.schema.dates import span
from zwk_data.schema.kinds import FIELD_KINDS, SPAN, Kind
from zwk_data.schema.structure import Field
from zwk_data.schema.tables import TABLES, entered


def test_every_label_stands_for_one_field() -> None:
    for table in entered():
        labels = german_rows.form_columns(table)
        assert len(set(labels)) == len(labels), table
        assert german_rows.KEY not in labels
    assert german_rows.form_columns("stage_event") == ["Kommune", "Stufe", "Datum", "Bemerkung", "Quelle"]


def test_what_is_shown_is_read_as_it_was_kept(demo: Path) -> None:
    known = german_rows.context()
    for table in entered():
        _same_again(table, known)


def _same_again(table: str, known: german_rows.Context) -> None:
    kept = history.listed_records(table)
    assert len(kept), table
    form = german_rows.to_form(table, kept, known)
    assert list(form.columns) == [german_rows.KEY, *german_rows.form_columns(table)]
    plain = kept.astype(object).where(kept.notna(), None).to_dict("records")
    for cells, row in zip(form.to_dict("records"), plain, strict=True):
        values, problems, doubts = german_rows.from_form(table, cells, known)
        assert (problems, doubts) == ([], [])
        before = TABLES[table].python_row(row)
        assert all(same(values[c], before[c]) for c in TABLES[table].columns), cells


def test_people_see_german_words(demo: Path) -> None:
    row = {
        "event_id": "e-1",
        "participant_id": "lk-rostock",
        "stage": "kick_off",
        "date_from": date(2022, 11, 1),
        "date_to": date(2022, 11, 30),
        "precision": "month",
        "note": "",
        "source_url": None,
    }
    shown = german_rows.to_form("stage_event", pd.DataFrame([row])).iloc[0].to_dict()
    assert shown == {
        "Kennung": "e-1",
        "Kommune": "Landkreis Rostock",
        "Stufe": "Kick-Off",
        "Datum": "November 2022",
        "Bemerkung": "",
        "Quelle": None,
    }


def test_what_can_not_be_read_is_said_by_label(demo: Path) -> None:
    cells = {"Kommune": "Atlantis", "Stufe": "Auftakt", "Datum": "Herbst 2022", "Fremdes": 1, "Kennung": "e-1"}
    values, problems, doubts = german_rows.from_form("stage_event", cells)
    assert values == {
        "stage": "kick_off",
        "date_from": date(2022, 1, 1),
        "date_to": date(2022, 12, 31),
        "precision": "year",
    }
    assert [label for label, _ in problems] == ["Kommune"]
    assert [one.label for one in doubts] == ["Datum"]


TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=80).map(plain)
DAYS = st.dates(date(2000, 1, 1), date(2100, 12, 31))


def values_of(one: Field) -> st.SearchStrategy[dict[str, Any]]:
    """Anything that a field of a kind may hold, by column."""
    if one.kind is SPAN:
        dated = st.tuples(DAYS, st.sampled_from(["day", "month", "year"])).map(lambda t: (*span(*t), t[1]))
        return (st.just((None, None, "unknown")) | dated).map(lambda t: dict(zip(one.columns, t, strict=True)))
    kinds: dict[str, st.SearchStrategy[Any]] = {
        "text": TEXTS,
        "long": TEXTS,
        "code": st.sampled_from([*one.choices, None]) if one.choices else st.none(),
        "day": st.none() | DAYS,
        "year": st.none() | st.integers(2000, 2100),
        "money": st.none() | st.integers(0, 10**11).map(lambda cents: cents / 100),
        "number": st.none() | st.floats(-1e15, 1e15),
        "count": st.none() | st.integers(0, 30_000),
        "flag": st.booleans() | st.none(),
        "address": st.none() | st.from_regex(r"https://[a-z]{1,9}\.de/[a-z?=&#%0-9]{0,20}", fullmatch=True),
        "reference": st.none() | st.sampled_from(["riesa", "wohnen", "lk-rostock"]),
    }
    return kinds[one.kind.name].map(lambda value: {one.column: value})


@pytest.mark.parametrize("kind", FIELD_KINDS, ids=lambda kind: kind.name)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=examples(20))
@given(data=st.data())
def test_every_kind_is_read_as_it_is_shown(kind: Kind, data: st.DataObject) -> None:
    table, one = data.draw(
        st.sampled_from([(name, f) for name, table in entered().items() for f in table.fields if f.kind is kind])
    )
    row = data.draw(values_of(one))
    places = {k: {"name": k.title(), "kind": "stadt", "quarter": None} for k in ("riesa", "lk-rostock")}
    known = german_rows.Context(
        {
            "participant": places,
            "theme": {"wohnen": {"name_de": "Wohnen"}, "riesa": {"name_de": "R"}, "lk-rostock": {"name_de": "wohnen"}},
            "tool": {key: {"title": "gleich"} for key in ("riesa", "wohnen", "lk-rostock")},
            "measure": {key: {"title": "Ü (x) [y]", "participant_id": "riesa"} for key in ("riesa", "wohnen")}
            | {"lk-rostock": {"title": "=1", "participant_id": "lk-rostock"}},
            "review": {key: {"held_on": date(2024, 3, 12), "participant_id": "riesa"} for key in ("riesa", "wohnen")}
            | {"lk-rostock": {"held_on": date(2024, 3, 13), "participant_id": "riesa"}},
        }
    )
    if one.parent == "participant":
        row = {c: None if v == "wohnen" else v for c, v in row.items()}
    cell = one.kind.cell(one, row, known.names_for(one))
    values, problems, doubts = german_rows.from_form(table, {one.label: cell}, known)
    assert (problems, doubts) == ([], [])
    assert values == row
