"""Lists made to hold up the server: each is read rightly or refused in one sentence, and the server goes on."""

from __future__ import annotations

import io
import threading
import time
import zipfile
from collections.abc import Callable

import psutil
import pytest

from tests.records.intake.conftest import Book
from zwk_data import apart
from zwk_data.errors import ZwkError
from zwk_data.records.intake import check_list, file

pytestmark = pytest.mark.attack
ROWS = [["Kommune", "Titel der Maßnahme", "Kosten"], ["Riesa", "Dorfladen", 5000]]
SHEET = "xl/worksheets/sheet1.xml"
CELL = '<c r="{0}" t="inlineStr"><is><t>Riesa</t></is></c>'


def changed(content: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """The workbook with another first sheet."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(old.read(name)) if name == SHEET else old.read(name))
    return buffer.getvalue()


def with_more(content: bytes, rows: str = "", behind: str = "") -> bytes:
    """More rows at the end of the first sheet, and more behind them."""
    more = f"{rows}</sheetData>{behind}".encode()
    return changed(content, lambda sheet: sheet.replace(b"</sheetData>", more))


def columns(count: int) -> list[str]:
    return [chr(65 + n // 26) + chr(65 + n % 26) for n in range(count)]


@pytest.mark.parametrize(
    ("rows", "behind", "lines"),
    [
        # a pattern that looks for the end of each of them to the end of the file: 17 s for 10,000
        ("", "<!--" + '<c r="A9"><f>1' * 100_000 + "-->", [1, 2]),
        ("", "<!--" + "<c <row <mergeCell <f" * 100_000 + "-->", [1, 2]),
        # 300 ranges over all lines: 3 GB when written out
        (
            "",
            "<mergeCells>"
            + "".join(f'<mergeCell ref="{one}2:{one}1048576"/>' for one in columns(300))
            + "</mergeCells>",
            [1, 2],
        ),
        # a single cell far away: 26 s for all the rows between
        (f'<row r="1048576">{CELL.format("A1048576")}{CELL.format("XFD1048576")}</row>', "", [1, 2, 1048576]),
    ],
    ids=["open formulas", "open tags", "merged", "stray"],
)
def test_empty_and_merged_space_costs_nothing(book: Book, rows: str, behind: str, lines: list[int]) -> None:
    before, took = psutil.Process().memory_info().rss, time.process_time()
    sheet = file.read(with_more(book({"Liste": ROWS}), rows, behind), "a.xlsx").sheets[0]
    assert sheet.numbers == lines
    assert sheet.rows[1] == ("Riesa", "Dorfladen", 5000)
    assert time.process_time() - took < 5
    assert psutil.Process().memory_info().rss - before < 300_000_000


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ("".join(f'<row r="{n}">' + "<c><v>1</v></c>" * 100 + "</row>" for n in range(9, 30_000)), "2.000.000 Zellen"),
        ('<row r="9"><c r="A9"><f>1' * 20_000 + "</row>", "beschädigt oder unvollständig"),
    ],
    ids=["cells", "nested"],
)
def test_too_much_is_refused_in_a_sentence(book: Book, rows: str, sentence: str) -> None:
    with pytest.raises(ZwkError, match=sentence):
        file.read_apart(with_more(book({"Liste": ROWS}), rows), "a.xlsx")


def test_a_text_longer_than_a_cell_is_an_error_of_its_cell(book: Book) -> None:
    rows = f'<row r="9"><c r="A9" t="inlineStr"><is><t>{"x" * 5_000_000}</t></is></c></row>'
    found = file.read_apart(with_more(book({"Liste": ROWS}), rows), "a.xlsx")
    assert str(found.sheets[0].rows[-1][0]) == "mehr Text, als in eine Zelle passt"


# --- the process that reads


def burn(seconds: float, progress: apart.Progress) -> str:
    end, told = time.monotonic() + seconds, 0.0
    while (now := time.monotonic()) < end:
        if now > told + 0.02:  # as often as somebody could see it
            progress(0.5, "brennt")
            told = now
    return "fertig"


def hoard(size: int, progress: apart.Progress) -> int:
    held = [bytes(1_000_000) + bytes([n % 256]) for n in range(size // 1_000_000)]
    held = [b"x" * 1_000_000 for _ in held]
    time.sleep(5)
    return len(held)


def crash(progress: apart.Progress) -> None:
    import os

    os.abort()


def refuse(progress: apart.Progress) -> None:
    from zwk_data.errors import SourceError

    print("was Bibliotheken so sagen")
    raise SourceError("gv.xlsx", "die Datei ist leer", where="Blatt 1")


@pytest.mark.slow
def test_work_apart_is_bounded_in_time_and_memory_and_a_crash_stays_there(monkeypatch: pytest.MonkeyPatch) -> None:
    assert apart.call(burn, 0.01) == "fertig"
    monkeypatch.setattr(apart, "SECONDS", 1.0)
    with pytest.raises(apart.LimitError) as caught:
        apart.call(burn, 120)
    assert caught.value.what == "time"
    monkeypatch.undo()
    monkeypatch.setattr(apart, "MEMORY", 200_000_000)
    with pytest.raises(apart.LimitError) as caught:
        apart.call(hoard, 500_000_000)
    assert caught.value.what == "memory"
    monkeypatch.undo()
    with pytest.raises(apart.LimitError) as caught:
        apart.call(crash)
    assert caught.value.what == "crash"
    # an exception of the function itself arrives unchanged, and the process is reused
    for _ in range(2):
        with pytest.raises(ZwkError, match=r"gv\.xlsx, Blatt 1: die Datei ist leer\.") as said:
            apart.call(refuse)
        assert said.value.where == "Blatt 1"  # type: ignore[attr-defined]


def test_whoever_waits_can_stop_it_and_no_process_is_left() -> None:
    class Stop(BaseException):
        pass

    def stop(share: float, text: str) -> None:
        raise Stop

    children = {one.pid for one in psutil.Process().children()}
    with pytest.raises(Stop):
        apart.call(burn, 120, progress=stop)
    apart._let_go(0)
    assert {one.pid for one in psutil.Process().children()} <= children


@pytest.mark.slow
def test_others_are_answered_while_a_list_is_read() -> None:
    reading = threading.Thread(target=apart.call, args=(burn, 2))
    reading.start()
    late = []
    while reading.is_alive():
        begun = time.monotonic()
        time.sleep(0.01)
        late.append(time.monotonic() - begun)
    assert len(late) > 20, "this process sleeps while the other one works"


def test_a_limit_is_told_in_one_sentence(book: Book, desk: object, monkeypatch: pytest.MonkeyPatch) -> None:
    def given_up(*_: object, **__: object) -> None:
        raise apart.LimitError("time")

    monkeypatch.setattr(apart, "call", given_up)
    with pytest.raises(ZwkError, match="nicht in vertretbarer Zeit lesen und wurde nicht eingelesen") as caught:
        check_list(book({"Liste": ROWS}), "liste.xlsx")
    assert "\n" not in str(caught.value)
