"""Destatis Gebietsänderungen."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path

import pandas as pd
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.examples import examples
from zwk_data.errors import SourceError
from zwk_data.sources import area_changes

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "quellen"
genuine = pytest.mark.skipif(not SHARED.exists(), reason="genuine source files are not part of the repository")
FOLDER = SHARED / "gebietsaenderungen"
Cell = str | float | dt.date


@genuine
@pytest.mark.parametrize(("name", "rows", "changes"), [("2023", 58, 21), ("2024", 82, 37), ("2025-02", 28, 10)])
def test_genuine_files(name: str, rows: int, changes: int) -> None:
    frame = area_changes.read(FOLDER / f"{name}.xlsx")
    assert list(frame.columns) == area_changes.COLUMNS
    assert len(frame) == rows
    assert frame["change_id"].nunique() == changes
    assert set(frame["unit"]) == {"Gemeinde", "Gemeindeverband"}
    assert frame["from_ars"].str.fullmatch(r"\d{9}(\d{3})?").all()
    gemeinden = frame[frame["unit"] == "Gemeinde"]
    assert (gemeinden["from_ags"].str.len() == 8).all()
    assert (gemeinden["to_ags"].str.len() == 8).all()
    # A part that goes over has an area; a new name or key has none.
    parts = gemeinden["kind"].isin(["1", "2"])
    assert gemeinden.loc[parts, ["area_m2", "population"]].notna().all(axis=None)
    assert gemeinden.loc[~parts, ["area_m2", "population"]].isna().all(axis=None)
    assert (frame["statistical_date"].dt.year == int(name[:4])).all()


@genuine
def test_known_changes() -> None:
    frame = area_changes.read(FOLDER / "2023.xlsx")
    anrode = frame.query("from_ags == '16064073' and unit == 'Gemeinde'").set_index("to_name")
    assert anrode["population"].to_dict() == {
        "Unstruttal": 1126,
        "Mühlhausen/Thüringen, Stadt": 313,
        "Dingelstädt, Stadt": 1699,
    }
    assert set(anrode["kind_de"]) == {"Auflösung"}
    flintbek = frame.query("from_ars == '010585830'").iloc[0]
    assert (flintbek["kind"], flintbek["kind_de"]) == ("3,4", "Schlüsseländerung, Namensänderung")
    assert (flintbek["to_ars"], flintbek["to_name"]) == ("010585896", "Eidertal")
    assert pd.isna(flintbek["from_ags"])
    velten = frame.query("to_ags == '12065332'").iloc[0]
    assert (velten["legal_date"], velten["statistical_date"]) == (
        pd.Timestamp("2021-10-01"),
        pd.Timestamp("2023-12-01"),
    )
    gellnhausen = area_changes.read(FOLDER / "2025-02.xlsx").query("from_ars == '094739453'").iloc[0]
    assert gellnhausen[["to_ars", "to_ags", "to_name"]].isna().all()


@genuine
@pytest.mark.parametrize("other", ["gvisys/31121983_Auszug_GV.xlsx", "bbsr/ref-kreise-umrech-2021-1990-2020.xlsx"])
def test_another_table_is_refused(other: str) -> None:
    with pytest.raises(SourceError, match="Liste der Gebietsänderungen"):
        area_changes.read(SHARED / other)


# Written files ------------------------------------------------------------------------------------------------------

HEAD: list[list[Cell]] = [
    ["Gebietsänderungen vom 01.01. - 31.12.2031"],
    ["Kennziffer", "Regionaleinheit", "Abgebende / Aufgelöste Gemeinde", "", "", "", "", "",
     "Aufnehmende / Neugebildete Gemeinde", "", "", "Wirksamkeitsdatum", ""],
    ["", "", "Amtlicher Regionalschlüssel (ARS)", "Amtlicher Gemeinde-schlüssel (AGS)", "Name", "Änderungs-art 1)",
     "Fläche qm", "Einwohner", "Amtlicher Regionalschlüssel (ARS)", "Amtlicher Gemeinde-schlüssel (AGS)", "Name",
     "juristisch", "statistisch"],
    [],
]  # fmt: skip
FOOT: list[list[Cell]] = [
    [],
    ["1) Änderungsart:"],
    ["    1 = Auflösung"],
    ["    2 = Teilausgliederung"],
    ["    3 = Schlüsseländerung"],
    ["    4 = Namensänderung"],
    ["© Daten"],
    ["P"],
]
ROW: list[Cell] = [
    "16/2031/0019-R",
    "Gemeinde",
    "160640073073",
    "16064073",
    "Anrode",
    1.0,
    "24622179",
    1126.0,
    "160640071071",
    "16064071",
    "Unstruttal",
    "01.01.2031",
    "01.02.2031",
]


def workbook(rows: list[list[Cell]], head: list[list[Cell]] = HEAD, foot: list[list[Cell]] = FOOT) -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        book.add_worksheet("Deckblatt")
        page = book.add_worksheet("Gebietsaenderungen")
        date = book.add_format({"num_format": "dd.mm.yyyy"})
        for number, row in enumerate([*head, *rows, *foot]):
            for column, cell in enumerate(row):
                if isinstance(cell, str):
                    page.write_string(number, column, cell)
                elif isinstance(cell, dt.date):
                    page.write_datetime(number, column, dt.datetime.combine(cell, dt.time()), date)
                else:
                    page.write_number(number, column, cell)
    return target.getvalue()


def test_a_head_with_a_plural_is_read_as_well() -> None:
    head = [HEAD[0], ["Kennziffern", "Regionaleinheiten", *HEAD[1][2:]], *HEAD[2:]]
    assert area_changes.read(workbook([ROW], head)).change_id.tolist() == ["16/2031/0019-R"]


def message(content: bytes) -> str:
    with pytest.raises(SourceError) as caught:
        area_changes.read(content, "neu.xlsx")
    assert str(caught.value).startswith("neu.xlsx")
    assert str(caught.value).endswith(".")
    return str(caught.value)


_ars = st.from_regex(r"(0[1-9]|1[0-6])\d{10}", fullmatch=True)
_dates = st.dates(dt.date(1990, 1, 1), dt.date(2060, 12, 31))
_change = st.tuples(
    st.from_regex(r"(0[1-9]|1[0-6])/20\d\d/\d{4}-[A-Z]", fullmatch=True),
    _ars,
    _ars,
    st.lists(st.sampled_from("1234"), min_size=1, max_size=3, unique=True),
    st.none() | st.integers(0, 10**9),
    st.none() | st.integers(0, 4_000_000),
    _dates,
    _dates,
    st.booleans(),
)


@settings(max_examples=examples(13), deadline=None)
@given(st.lists(_change, min_size=1, max_size=6))
def test_a_written_list_is_read_back(changes: list[tuple]) -> None:
    rows: list[list[Cell]] = []
    for number, (change, giver, taker, kinds, area, people, legal, statistical, as_text) in enumerate(changes):
        figures: list[Cell] = [
            "" if figure is None else str(figure) if as_text else float(figure) for figure in (area, people)
        ]
        days: list[Cell] = [f"{day:%d.%m.%Y}" if as_text else day for day in (legal, statistical)]
        verband = number % 2 == 1
        pair: list[list[Cell]] = [
            [ars[:9] if verband else ars, "" if verband else ars[:5] + ars[-3:], name]
            for ars, name in ((giver, "Alt"), (taker, "Neu"))
        ]
        kind: Cell = ", ".join(kinds) if as_text or len(kinds) > 1 else float(kinds[0])
        unit = "Gemeindeverband" if verband else "Gemeinde"
        rows.append([change, unit, *pair[0], kind, *figures, *pair[1], *days])
    frame = area_changes.read(workbook(rows))
    assert list(frame["change_id"]) == [change[0] for change in changes]
    assert list(frame["kind"]) == [",".join(change[3]) for change in changes]
    for row, (_, giver, taker, _, area, people, legal, statistical, _), verband in zip(
        frame.to_dict("records"), changes, [False, True] * 3, strict=False
    ):
        assert row["from_ars"] == (giver[:9] if verband else giver)
        assert row["to_ars"] == (taker[:9] if verband else taker)
        assert pd.isna(row["to_ags"]) if verband else row["to_ags"] == taker[:5] + taker[-3:]
        assert pd.isna(row["area_m2"]) if area is None else row["area_m2"] == area
        assert pd.isna(row["population"]) if people is None else row["population"] == people
        assert (row["legal_date"], row["statistical_date"]) == (pd.Timestamp(legal), pd.Timestamp(statistical))


def test_numbers_get_their_leading_zero_back() -> None:
    row = [*ROW[:2], 10585830019.0, 1058019.0, *ROW[4:8], 10585896019.0, 1058019.0, *ROW[10:]]
    verband = [*ROW[:2], 10585830.0, "", *ROW[4:8], 10585896.0, "", *ROW[10:]]
    frame = area_changes.read(workbook([row, verband]))
    assert frame["from_ars"].tolist() == ["010585830019", "010585830"]
    assert frame["to_ars"].tolist() == ["010585896019", "010585896"]
    assert frame["from_ags"].dropna().tolist() == ["01058019"]


@pytest.mark.parametrize(
    ("column", "content", "wanted"),
    [
        (0, "", "Zelle A5: die Kennziffer fehlt; erwartet wird eine Kennziffer wie „14/2023/0001-R“."),
        (0, "Summe", "Zelle A5: „Summe“ ist keine Kennziffer"),
        (2, "", "Zelle C5: der Regionalschlüssel fehlt"),
        (
            2,
            "16064007307",
            "Zelle C5: „16064007307“ ist kein Schlüssel; erwartet wird ein Schlüssel mit 9 oder 12 Ziffern",
        ),
        (3, "16064074", "Zelle D5: der AGS 16064074 passt nicht zum ARS 160640073073"),
        (5, "5", "Zelle F5: „5“ ist keine Änderungsart; erwartet wird eine von 1, 2, 3, 4"),
        (5, "", "Zelle F5: die Änderungsart fehlt"),
        (6, "abc", "Zelle G5: „abc“ ist keine Zahl; erwartet wird eine Fläche in qm"),
        (7, -1.0, "Zelle H5: „-1“ ist unmöglich; erwartet wird eine Einwohnerzahl"),
        (7, 1.5, "Zelle H5: „1.5“ ist unmöglich"),
        (11, "31.02.2031", "Zelle L5: „31.02.2031“ ist kein Datum"),
        (12, "", "Zelle M5: das Datum fehlt"),
    ],
)
def test_a_broken_cell_is_named(column: int, content: Cell, wanted: str) -> None:
    row = list(ROW)
    row[column] = content
    assert wanted in message(workbook([row]))


def test_a_broken_head_or_foot_is_refused() -> None:
    lost = [*HEAD[:2], [cell for cell in HEAD[2] if cell != "Einwohner"], []]
    assert "Zeile 3: im Kopf fehlen Spalten" in message(workbook([ROW], head=lost))
    swapped = [HEAD[0], ["Kennziffer", "Regionaleinheit", HEAD[1][8], *[""] * 5, HEAD[1][2]], *HEAD[2:]]
    assert "Zelle C2: abgebende und aufnehmende Gemeinde sind nicht zu erkennen" in message(
        workbook([ROW], head=swapped)
    )
    assert "kein Blatt (Deckblatt, Gebietsaenderungen)" in message(workbook([ROW], head=[]))
    assert "die Datei ist wohl abgeschnitten" in message(workbook([ROW], foot=[]))
    assert "keine Änderungen" in message(workbook([]))
    content = workbook([ROW])
    assert "abgeschnitten" in message(content[: len(content) // 2])
    assert len(area_changes.read(workbook([ROW], head=[[""], [""], *HEAD]))) == 1
