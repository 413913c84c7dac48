"""Mutated lists and official tables: any damage is reported in one sentence, and quickly.

By hand with ``ZWK_FUZZ=50000 pytest tests/records/intake/test_fuzz.py``; otherwise a short run.
"""

from __future__ import annotations

import io
import os
import random
import resource
import time
import zipfile

import pytest
from openpyxl import Workbook

from tests.records.intake.test_as_in_the_wild import csv, ods, strict
from tests.warehouse.test_collect_foreign import KREIS, PEOPLE, flat, table
from zwk_data.errors import ZwkError
from zwk_data.records.intake import file
from zwk_data.records.intake.head import find
from zwk_data.records.intake.lines import lines
from zwk_data.schema.cells import Proposed
from zwk_data.schema.tables import TABLES
from zwk_data.sources import ffcsv, genesis

pytestmark = pytest.mark.attack
RUNS = int(os.environ.get("ZWK_FUZZ", "400"))
ROWS = [
    ["Kommune", "Titel der Maßnahme", "Status", "Zeitraum Von", "Zeitraum Bis", "Kosten (T€)"],
    ["Riesa", "Café für Ältere", "teils umgesetzt", "Q3/2023", "01.05.-31.12.2024", "12,5"],
    ["Stadt Düren", "Größe", "läuft", "12.-14.05.2023", "KW 12/2024", "10 Mrd. €"],
]
SPICE = [b"\xff\xfe", b'="', b";;;", b"\r", b"\0", b"\xc3\x28", b'"' * 9, b"1" * 400, b"Q9/2023", b"<c"]
SPICE += [b'r="XFD9999"', b"\xc2\xad", b"2147483648"]


def book() -> bytes:
    made = Workbook()
    for row in ROWS:
        made.active.append(row)
    made.active.merge_cells("A2:A3")
    made.active["F2"].number_format = '0.0," T€"'
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def official() -> bytes:
    head = ["GENESIS-Tabelle: 12411-01-01-4", "Bevölkerung", "Bevölkerungsstand (Anzahl)", "Stichtag: 31.12.2014"]
    return table(*head, ";;Insgesamt;männlich", "01;Probeland;100;50", "01001;Probestadt;40;.").encode()


LISTS: dict[str, bytes] = {
    "a.xlsx": book(),
    "b.xlsx": strict(book()),
    "c.ods": ods(*ROWS),
    "d.csv": csv(*ROWS),
    "e.csv": csv(*ROWS, encoding="mac_roman"),
    "f.xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(range(256)) * 8,
}
TABLES_OF_OFFICES = {"g": official(), "h": flat(f"{KREIS.format('01001')};;;;;100;{PEOPLE}").encode()}


def spoilt(draw: random.Random, content: bytes) -> bytes:
    """The content with a few bytes changed, cut, doubled or put in; in a packed file often in one of its parts."""
    if content.startswith(b"PK") and draw.random() < 0.7:
        buffer = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(buffer, "w") as new:
            chosen = draw.choice(old.namelist())
            for name in old.namelist():
                part = old.read(name)
                new.writestr(name, _changed(draw, part) if name == chosen else part)
        return buffer.getvalue()
    return _changed(draw, content)


def _changed(draw: random.Random, content: bytes) -> bytes:
    found = bytearray(content)
    for _ in range(draw.randrange(1, 6)):
        at = draw.randrange(len(found) + 1)
        end = min(len(found), at + draw.randrange(1, 40))
        noise = bytes(draw.randrange(256) for _ in range(end - at))
        found[at:end] = draw.choice([noise, b"", bytes(found[at:end]) * 2, draw.choice(SPICE)])
    return bytes(found) if draw.random() < 0.9 else bytes(found[: draw.randrange(len(found) + 1)])


def read_list(content: bytes, name: str) -> None:
    """Read a list down to its values, without a store."""
    for sheet in file.read(content, name).sheets:
        head = find(sheet, name)
        if head is None:
            continue
        for line in lines(sheet, head, {}, {}):
            for one in TABLES[head.table].fields:
                cell = line.cells.get(one.label)
                try:
                    one.read(cell.value if isinstance(cell, Proposed) else cell)
                except ValueError:
                    continue


def read_table(content: bytes, name: str) -> None:
    (genesis if name == "g" else ffcsv).read(content, name)


@pytest.mark.parametrize("seed", range(4))
def test_whatever_is_broken_is_said_in_a_sentence(seed: int) -> None:
    draw = random.Random(seed if RUNS == 400 else None)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(RUNS // 4):
        name, content, read = draw.choice(
            [(n, c, read_list) for n, c in LISTS.items()] + [(n, c, read_table) for n, c in TABLES_OF_OFFICES.items()]
        )
        bad = spoilt(draw, content)
        begun = time.monotonic()
        try:
            read(bad, name)
        except ZwkError:
            pass
        except Exception as error:
            pytest.fail(f"{name}: {error!r} for {bad[:300]!r}")
        assert time.monotonic() - begun < 5
    # kB more than the most that tests before took in this process
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 1_000_000
