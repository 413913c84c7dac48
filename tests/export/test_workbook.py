"""Workbooks that come back: the same store again, an empty store filled, and templates that can be filled in."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from tests.examples import examples
from zwk_data import seed
from zwk_data.export import safekeeping
from zwk_data.records import german_rows, history, intake
from zwk_data.records.changes import Change, save
from zwk_data.records.intake.raw import HIDDEN
from zwk_data.schema.cells import same
from zwk_data.schema.tables import entered, parents_first
from zwk_data.stores import access, connection, programme_file
from zwk_data.stores.access import LOCAL
from zwk_data.stores.state import programme_path

Fill = Callable[[bool], None]
#: what an empty store has from the start
GIVEN = ("participant", "participant_area", "theme")
ODD = [
    "=1+1",
    "=cmd|' /C calc'!A0",
    "+49",
    "-5",
    "@ja",
    "00123",
    "1.234",
    "9.11.22",
    "ja",
    "k. A.",
    "-",
    "#REF!",
    "'x",
    "„Anführung“ \"so\" 'und' so",
    "a\nb\n\nc",
    "Ü ö ß é ñ",
    "🏡 Dörfchen 👩‍👩‍👧",
    "_x0041_ _x000D_",
    "a\tb",
    "<b>&amp;</b>",
    "https://a.de",
    "TRUE",
    "1e5",
    "x" * 300,
]


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> dict[bool, Path]:
    """The demo data's store (True) and one with Kommunen and themes only (False), of which each test gets copies."""
    frames = seed.frames("demo")
    some = {table: frames[table] for table in GIVEN}
    folder = tmp_path_factory.mktemp("seeded")
    return {
        whole: programme_file.build(folder / f"{whole}.duckdb", wanted, "probe")
        for whole, wanted in ((True, frames), (False, some))
    }


@pytest.fixture
def fill(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seeded: dict[bool, Path]) -> Iterator[Fill]:
    """``fill(True)``: the demo data's store, new and writable; ``fill(False)``: one with Kommunen and themes only."""
    warehouse = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(warehouse)) as con:
        con.execute("CREATE TABLE source (source_id VARCHAR)")
    monkeypatch.setenv("ZWK_DATA", "demo")
    monkeypatch.setattr(connection, "warehouse_path", lambda: warehouse)
    number = iter(range(10_000))

    def make(whole: bool) -> None:
        connection.close()
        home = tmp_path / f"home-{next(number)}"
        home.mkdir()
        monkeypatch.setenv("ZWK_HOME", str(home))
        shutil.copyfile(seeded[whole], programme_path("demo"))
        assert connection.open_for_writing() is None

    yield make
    connection.close()


def content() -> dict[str, dict[str, dict[str, Any]]]:
    """Everything people keep without the stamps: table -> key -> columns."""
    found = {}
    for table, record in entered().items():
        frame = history.listed_records(table)
        plain = frame.astype(object).where(frame.notna(), None).to_dict("records")
        found[table] = {row[record.key]: record.python_row(row) for row in plain}
    return found


def differences(one: dict[str, dict[str, Any]], other: dict[str, dict[str, Any]]) -> list[Any]:
    keys = [(key, None, None, None) for key in one.keys() ^ other.keys()]
    return keys + [
        (key, column, value, other[key][column])
        for key in one.keys() & other.keys()
        for column, value in one[key].items()
        if not same(value, other[key][column])
    ]


@pytest.mark.slow
def test_read_in_again_it_changes_nothing(fill: Fill) -> None:
    fill(True)
    found = intake.check_list(safekeeping.everything(), "alles.xlsx")
    assert {one.table for one in found.sheets} == set(entered())
    assert {state: n for state, n in found.counts.items() if n} == {
        "same": sum(len(rows) for rows in content().values())
    }
    assert intake.changes_of(found) == []
    assert not [one.unread for one in found.sheets if one.unread]


@pytest.mark.slow
def test_read_into_an_empty_store_it_brings_everything_back(fill: Fill) -> None:
    fill(True)
    save([Change("adviser", None, {"name": "Büro Ü"}), Change("measure", "riesa-01", {"goal": None}, {})], LOCAL)
    before, book = content(), safekeeping.everything()
    fill(False)
    found = intake.check_list(book, "alles.xlsx")
    assert found.counts["refused"] == found.counts["unclear"] == 0, found.report.query(
        "state in ['refused', 'unclear']"
    )
    intake.take_over(found, LOCAL)
    after = content()
    for table in entered():
        assert len(before[table]), table
        assert differences(before[table], after[table]) == [], table
    assert intake.changes_of(intake.check_list(safekeeping.everything(), "alles.xlsx")) == []


@pytest.mark.slow
def test_odd_texts_come_back(fill: Fill) -> None:
    fill(False)
    _enter(ODD)
    _comes_back(fill)


#: what a list holds is read without signs that show nothing (soft hyphen, zero-width space …)
SHOWN = st.characters(
    exclude_categories=("Cs", "Cc", "Cn"), exclude_characters="\u00ad\u200b\u200c\u200e\u200f\u2060\ufeff"
)
TEXTS = st.text(SHOWN | st.just("\n"), min_size=1, max_size=60).filter(str.strip)


@pytest.mark.slow
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=examples(2))
@given(texts=st.lists(TEXTS, min_size=4, max_size=8, unique=True))
def test_any_texts_come_back(fill: Fill, texts: list[str]) -> None:
    fill(False)
    _enter(texts)
    _comes_back(fill)


def _enter(texts: list[str]) -> None:
    """Records of every table that hold these texts, two measures of one name among them."""
    whole = [text.strip() for text in texts]
    twice = {"participant_id": "riesa", "title": whole[0], "status": "idea"}
    changes = [Change("measure", None, {**twice, "measure_id": key}) for key in ("m-a", "m-b")]
    for place, text in enumerate(dict.fromkeys(whole)):
        other = whole[place - 1]
        key, tool = f"m-{place}", f"w-{place}"
        changes += [
            Change(
                "measure",
                None,
                {
                    "measure_id": key,
                    "participant_id": "lk-rostock",
                    "title": text,
                    "status": "done",
                    "goal": other,
                    "responsible": text,
                    "indicator_start": place / 7,
                    "note": text,
                    "budget_eur": place * 1.1,
                },
            ),
            Change("measure_note", None, {"measure_id": "m-a", "noted_on": date(2023, 1, 1), "text": text}),
            Change("measure_note", None, {"measure_id": key, "noted_on": date(2023, 1, 1), "text": other}),
            Change("tool", None, {"tool_id": tool, "title": text, "note": other}),
            Change("measure_tool", None, {"measure_id": key, "tool_id": tool}),
            Change("participant_theme", None, {"participant_id": "riesa", "theme_id": "wohnen", "wording": text}),
            Change(
                "stage_event",
                None,
                {"participant_id": "riesa", "stage": "kick_off", "precision": "unknown", "note": text},
            ),
            Change(
                "good_practice",
                None,
                {
                    "participant_id": "riesa",
                    "title": text,
                    "release": "internal",
                    "measure_id": "m-b",
                    "description": other,
                },
            ),
        ]
    save(changes, LOCAL)


def _comes_back(fill: Fill) -> None:
    before, book = content(), safekeeping.everything()
    fill(False)
    found = intake.check_list(book, "alles.xlsx")
    assert found.counts["refused"] == found.counts["unclear"] == 0, found.report.query(
        "state in ['refused', 'unclear']"
    )
    intake.take_over(found, LOCAL)
    after = content()
    for table in entered():
        # Excel keeps 15 digits of a number
        wrong = [
            one
            for one in differences(before[table], after[table])
            if not (isinstance(one[2], float) and one[3] == pytest.approx(one[2], rel=1e-14))
        ]
        assert wrong == [], table


def cells(book: bytes) -> Iterator[tuple[str, Any]]:
    for sheet in load_workbook(io.BytesIO(book)).worksheets:
        for row in sheet.iter_rows():
            yield from ((sheet.title, cell) for cell in row if cell.value is not None)


@pytest.mark.attack
def test_no_text_becomes_a_formula_or_loses_its_zeros(fill: Fill) -> None:
    fill(False)
    _enter(ODD)
    found = list(cells(safekeeping.everything()))
    assert not [cell for _, cell in found if cell.data_type == "f" or cell.hyperlink]
    areas = {cell.value for sheet, cell in found if sheet == "Gebiete der Kommunen"}
    assert "01051" in areas  # Dithmarschen
    assert {"=1+1", "00123", "+49"} <= {cell.value for sheet, cell in found if sheet == "Maßnahmen"}


@pytest.mark.slow
def test_an_empty_cell_of_the_whole_means_that_nothing_is_known(fill: Fill) -> None:
    fill(False)
    ((_, key),) = save(
        [Change("measure", None, {"participant_id": "riesa", "title": "Neu", "status": "idea"})], LOCAL
    ).made
    whole = safekeeping.everything()
    with access.asking_as(access.Scope(own=("riesa",), network=True)):
        part = safekeeping.everything()
    save([Change("measure", key, {"goal": "Ein Ziel"}, {})], LOCAL)
    assert intake.changes_of(intake.check_list(whole, "a.xlsx")) == [
        Change("measure", key, {"goal": None}, {"goal": "Ein Ziel"})
    ]
    # fields hidden from a person are not read back as empty
    assert not [one for one in intake.changes_of(intake.check_list(part, "a.xlsx")) if one.key == key]


def test_the_history_goes_along_and_is_not_read(fill: Fill) -> None:
    fill(False)
    values = {"measure_id": "riesa-01", "participant_id": "riesa", "title": "Neu", "status": "idea"}
    save([Change("measure", None, values)], LOCAL)
    save([Change("measure", "riesa-01", {"status": "parked"}, {})], LOCAL, "kein Geld")
    book = safekeeping.everything()
    log = pd.read_excel(io.BytesIO(book), sheet_name="Verlauf", keep_default_na=False)
    assert log.iloc[0][["Wer", "Tabelle", "Kennung", "Feld", "Neu", "Grund"]].tolist() == [
        "Lokale Anwendung",
        "Maßnahme",
        "riesa-01",
        "Stand",
        "Ideenparkplatz",
        "kein Geld",
    ]
    assert "Blatt „Verlauf“: wird nicht eingelesen." in intake.check_list(book, "a.xlsx").notes


def test_a_template_explains_itself_and_is_read_when_filled_in(fill: Fill) -> None:
    fill(True)
    book = load_workbook(io.BytesIO(safekeeping.template(("measure", "stage_event", "funding"))))
    assert book.sheetnames == ["Anleitung", "Maßnahmen", "Stattgefundene Termine", "Mittel", HIDDEN]
    assert book[HIDDEN].sheet_state == "hidden"
    sheet = book["Maßnahmen"]
    titles = [cell.value for cell in sheet[1]]
    assert titles == [german_rows.KEY, *german_rows.form_columns("measure")]
    offered = {str(rule.sqref).split(":")[0]: rule.formula1 for rule in sheet.data_validations.dataValidation}
    assert offered["G2"].startswith('"Idee,geplant,läuft')
    place = offered["B2"]  # Kommunen, on the hidden sheet
    assert place.startswith(f"'{HIDDEN}'!$A$2:$A$")
    assert book[HIDDEN]["A2"].value == "Adorf/Vogtl."
    wanted = {"Kommune": "Riesa", "Maßnahme": "Aus der Vorlage", "Stand": "Idee", "Beginn": date(2023, 2, 1)}
    for label, value in wanted.items():
        sheet.cell(3, titles.index(label) + 1, value)
    buffer = io.BytesIO()
    book.save(buffer)
    found = intake.check_list(buffer.getvalue(), "vorlage.xlsx")
    assert found.counts == {"accepted": 1, "changed": 0, "same": 0, "unclear": 0, "refused": 0, "left": 3}
    assert found.notes == ("Blatt „Anleitung“: wird nicht eingelesen.",)
    assert intake.changes_of(found)[0].values["starts"] == date(2023, 2, 1)  # type: ignore[index]


def test_there_is_a_template_for_every_table(fill: Fill) -> None:
    fill(True)
    tables = [table for table in parents_first() if table in entered()]
    found = intake.check_list(safekeeping.template(tables), "vorlage.xlsx")
    assert [one.table for one in found.sheets] == tables
    assert found.counts["left"] == len(tables) == sum(found.counts.values())
    with pytest.raises(KeyError):
        safekeeping.template(("unbekannt",))
