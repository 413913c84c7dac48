"""Every table is declared once: the declarations hang together, and whatever is derived from them knows a new field."""

from __future__ import annotations

import io
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import load_workbook

from zwk_data.export import safekeeping
from zwk_data.records import german_rows, history, intake, table_editing
from zwk_data.records.changes import Change, RefusedError, save, undo
from zwk_data.schema.kinds import CODE, FIELD_KINDS
from zwk_data.schema.numbers import MONEY
from zwk_data.schema.structure import Field
from zwk_data.schema.tables import TABLES, entered, parents_first
from zwk_data.settings import ROOT
from zwk_data.stores import connection, programme_file, rules
from zwk_data.stores.access import LOCAL
from zwk_data.stores.connection import read


@pytest.mark.parametrize("name", list(TABLES))
def test_a_declaration_speaks_of_its_own_columns(name: str) -> None:
    table = TABLES[name]
    assert len(set(table.all_columns)) == len(table.all_columns)
    named = {*table.natural, *table.loosely, *table.naming, *(column for pair in table.periods for column in pair)}
    named |= {column for rule in table.unique for column in (*rule.columns, *(rule.where or ())[:1])}
    named |= {one.needed.column for one in table.fields if one.needed} | {one.same_as for one in table.fields}
    named |= {table.title, table.owner}
    assert named - {""} <= {*table.columns}
    assert set(table.csv) <= {*table.all_columns}
    assert set(table.loosely) <= set(table.natural)
    if name in entered():
        assert table.natural
        assert table.fixed or table.prefix


def test_references_lead_to_keys_and_parents_come_first() -> None:
    order = parents_first()
    assert len(order) == len(set(order))
    for name in order:
        for one in TABLES[name].references:
            assert one.column == TABLES[one.parent].key
            assert order.index(one.parent) < order.index(name)


def test_keys_of_different_tables_begin_differently() -> None:
    prefixes = [table.prefix for table in TABLES.values() if table.prefix]
    assert len(prefixes) == len(set(prefixes))


def test_codes_have_choices_and_synonyms_mean_one_of_them() -> None:
    for table in TABLES.values():
        for one in table.fields:
            assert bool(one.choices) == (one.kind is CODE), one.column
            assert {*one.synonyms.sure, *one.synonyms.likely} <= set(one.choices)


def test_every_kind_that_people_fill_in_is_used() -> None:
    assert {one.kind for table in entered().values() for one in table.fields} == set(FIELD_KINDS)


def test_nobody_outside_the_schema_asks_a_kind_for_its_name() -> None:
    for file in (ROOT / "zwk_data").rglob("*.py"):
        if file.parent.name != "schema":
            assert "kind.name" not in file.read_text(encoding="utf-8"), file


def _documented() -> dict[str, str]:
    """Table -> what docs/data.md says of its columns."""
    text = (ROOT / "docs" / "data.md").read_text(encoding="utf-8")
    chapter = text[text.index("## Programme store") : text.index("## What is known to be missing")]
    return dict(re.findall(r"^\| (\w+) \| (\w+.*) \|$", chapter, re.MULTILINE))


@pytest.mark.parametrize("name", list(TABLES))
def test_the_data_dictionary_names_every_column_and_every_code(name: str) -> None:
    said = _documented()[name]
    listed = re.sub(r"\([^()]*\)", "", said).partition(":")[0]
    assert sorted(re.findall(r"\w+", listed)) == sorted(TABLES[name].column_types)
    for one in TABLES[name].fields:
        if one.choices and name != "participant_area":
            codes = re.search(rf"\b{one.column} \(([^()]*)\)", said)
            assert codes, one.column
            assert [code.strip() for code in codes[1].partition(":")[0].split(",")] == list(one.choices), one.column


def test_the_data_dictionary_names_no_table_that_is_gone() -> None:
    assert set(_documented()) - {"table"} == set(TABLES)


OWN_SHARE = Field("own_share_eur", "Eigenanteil (Euro)", MONEY, also="Eigenmittel")


@pytest.fixture
def with_own_share(store: Callable[[str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Measures have one more field: a declaration and a migration, nothing else."""
    # made before anything is changed: other tests work on copies of the same store
    path = store("demo")
    measure = TABLES["measure"]
    monkeypatch.setitem(TABLES, "measure", replace(measure, fields=(*measure.fields, OWN_SHARE)))
    steps = tmp_path / "steps"
    shutil.copytree(programme_file.MIGRATIONS, steps)
    (steps / "0099_own_share.sql").write_text("ALTER TABLE measure ADD COLUMN own_share_eur DOUBLE;", encoding="utf-8")
    monkeypatch.setattr(programme_file, "MIGRATIONS", steps)
    connection.close()
    programme_file.bring_up_to_date(path)
    connection.open_for_writing(path)


@pytest.mark.slow
@pytest.mark.usefixtures("with_own_share")
def test_a_field_that_is_declared_is_known_everywhere() -> None:
    key, title, place = read("SELECT measure_id, title, participant_id FROM measure ORDER BY measure_id LIMIT 1").iloc[
        0
    ]

    # it is checked, saved, shown in the history and undone
    with pytest.raises(RefusedError, match="Eigenanteil"):
        save([Change("measure", key, {"own_share_eur": -1.0})], LOCAL)
    saved = save([Change("measure", key, {"own_share_eur": 1200.5}, {"own_share_eur": None})], LOCAL)
    assert read("SELECT own_share_eur FROM measure WHERE measure_id = ?", [key]).iloc[0, 0] == 1200.5
    assert history.history("measure", key)["what"].tolist() == ["Eigenanteil (Euro): leer → 1.200,50\u00a0Euro"]

    # it is shown in German tables, forms and exports
    row = history.listed_records("measure").query("measure_id == @key")
    assert german_rows.to_form("measure", row)["Eigenanteil (Euro)"].tolist() == [1200.5]
    sheet = table_editing.edit_sheet("measure", place)
    assert sheet.shown.loc[key, "own_share_eur"] == 1200.5
    exported = load_workbook(io.BytesIO(safekeeping.everything()))["Maßnahmen"]
    assert "Eigenanteil (Euro)" in [cell.value for cell in exported[1]]
    template = load_workbook(io.BytesIO(safekeeping.template(["measure"])))["Maßnahmen"]
    assert template[1][-1].value == "Eigenanteil (Euro)"
    assert "1.234,50" in template[1][-1].comment.text

    # lists may bring it, by its label or another word for it
    kommune = german_rows.context().names("participant").label(place)
    content = f"Kommune;Maßnahme;Stand;Eigenmittel\n{kommune};{title};läuft;2 TEUR\n".encode()
    assert [one.values["own_share_eur"] for one in intake.check_list(content, "Liste.csv").outcomes] == [2000.0]

    assert undo(saved.set_id or 0, LOCAL).set_id
    assert read("SELECT own_share_eur FROM measure WHERE measure_id = ?", [key]).isna().all(axis=None)


@pytest.mark.usefixtures("with_own_share")
def test_a_field_that_is_declared_is_checked_and_edited() -> None:
    wrong = {**dict.fromkeys(TABLES["measure"].columns), "own_share_eur": "viel"}
    found = rules.problems("measure", pd.DataFrame([wrong]))
    assert "own_share_eur" in found["column"].tolist()
    sheet = table_editing.edit_sheet("measure")
    changes, faults, _ = table_editing.edited_changes(sheet, {0: {"own_share_eur": 5, "starts": "2024-01-02"}}, [], [])
    assert faults == []
    assert changes[0].values == {"own_share_eur": 5, "starts": date(2024, 1, 2)}
