"""The Gemeindeverzeichnis: broken files are refused with one German sentence that names the place."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from gv_workbook import SAMPLE, grid, sample, workbook
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.examples import examples
from zwk_data.errors import SourceError
from zwk_data.sources import gvisys

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "quellen"
genuine = pytest.mark.skipif(not SHARED.exists(), reason="genuine source files are not part of the repository")


def message(content: bytes) -> str:
    with pytest.raises(SourceError) as caught:
        gvisys.read(content, "gv.xlsx")
    sentence = str(caught.value)
    assert sentence.startswith("gv.xlsx")
    assert sentence.endswith(".")
    return sentence


#: (row, column, content, what the message must hold); row 8 is the first Gemeinde, 0-based
BROKEN_CELLS = [
    (8, 9, "abc", "Zelle J9: „abc“ ist keine Zahl; erwartet wird eine Einwohnerzahl"),
    (8, 9, -3.0, "Zelle J9"),
    (8, 9, 820.5, "Zelle J9: „820,5“ ist unmöglich"),
    (8, 9, 821.0, "ergeben für 01151001 nicht insgesamt"),
    (8, 8, "56.73", "Zelle I9: „56.73“ ist keine Zahl; erwartet wird eine Fläche"),
    (8, 0, "65", "Zelle A9: „65“ ist keine Satzart"),
    (8, 0, "", "Zelle A9: die Satzart fehlt"),
    (8, 0, "Summe", "Zelle A9: „Summe“ ist keine Satzart"),
    (8, 4, "5a", "Zelle E9: „5a“ ist kein Schlüsselteil; erwartet wird 2 Ziffern"),
    (8, 6, "", "Zelle G9: ein Teil des Schlüssels fehlt; erwartet wird 3 Ziffern"),
    (8, 7, "", "Zelle H9: der Name zum Schlüssel 01151001 fehlt"),
    (8, 14, "54,78", "Zelle O9: „54,78“ passt nicht; erwartet wird ein Längengrad in Deutschland"),
    (8, 15, "Nord", "Zelle P9: „Nord“ ist keine Zahl; erwartet wird ein Breitengrad"),
    (8, 18, "04", "Zelle S9: „04“ ist kein Grad der Verstädterung"),
    (7, 4, "52", "zum Kreis 01151 fehlt"),
    (3, 11, "divers", "im Kopf fehlt „weiblich“"),
    (3, 11, "", "im Kopf fehlt „weiblich“"),
    (3, 14, "", "im Kopf fehlt „Längengrad“"),
    (2, 0, "", "kein Blatt (Inhalt, Gemeindedaten)"),
    (4, 2, "", "der Kopf nennt keinen Gebietsstand"),
    (4, 2, "Gebietsstand am 31.02.2024", "Zelle C5: „31.02.2024“ ist kein Datum"),
]


@pytest.mark.parametrize(("row", "column", "content", "wanted"), BROKEN_CELLS)
def test_a_broken_cell_is_named(row: int, column: int, content: str | float, wanted: str) -> None:
    rows = sample()
    rows[row][column] = content
    assert wanted in message(workbook(rows))


def test_a_population_without_date_is_refused() -> None:
    rows = sample()
    rows[4][8] = rows[4][9] = ""
    assert "kein Datum der Bevölkerung" in message(workbook(rows))


def test_one_wrong_minute_among_many_is_named() -> None:
    rows = grid(2009, [[[(number, *SAMPLE[1:]) for number in range(1, 4)]] for _ in range(16)])
    rows[9][14] = 9.7615
    assert "Zelle O10: „9,7615“ passt nicht" in message(workbook(rows))


def test_the_same_gemeinde_with_other_figures_is_refused() -> None:
    rows = sample()
    rows.insert(9, [*rows[8][:8], 1.0, *rows[8][9:]])
    assert "Zelle G10: der Schlüssel 01151001 steht mit anderen Angaben schon in Zeile 9" in message(workbook(rows))
    twin = sample()
    twin.insert(9, [*twin[8][:16], "T41", "Anderes Reisegebiet", *twin[8][18:]])
    pd.testing.assert_frame_equal(gvisys.read(workbook(twin)), gvisys.read(workbook(sample())))


def test_a_register_without_its_last_laender_is_refused() -> None:
    rows = sample()
    assert "fehlen Land oder Gemeinden zum Schlüssel 15, 16" in message(workbook(rows[: 6 + 3 * 14]))
    assert "fehlen Land oder Gemeinden zum Schlüssel 16" in message(workbook(rows[: 6 + 3 * 15 + 2]))
    assert "fehlen" in message(workbook(rows[:6]))


@settings(max_examples=examples(13), deadline=None)
@given(share=st.floats(0, 0.999))
def test_a_file_cut_anywhere_is_refused(share: float) -> None:
    content = _SAMPLE_BOOK[: int(share * len(_SAMPLE_BOOK))]
    assert any(word in message(content) for word in ("abgeschnitten", "leer", "keine Excel-Arbeitsmappe"))


_SAMPLE_BOOK = workbook(sample())


@pytest.mark.parametrize(
    "content", [b"", b"Satzart;Land;Gemeindename\n60;01;Flensburg\n", b"\xd0\xcf\x11\xe0alt", b"PK\x03\x04"]
)
def test_what_is_no_workbook_is_refused(content: bytes) -> None:
    assert "Datei" in message(content) or "Arbeitsmappe" in message(content)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"^gv_fehlt\.xlsx: die Datei ist nicht vorhanden"):
        gvisys.read(tmp_path / "gv_fehlt.xlsx")
    with pytest.raises(SourceError, match="lässt sich nicht lesen"):
        gvisys.read(tmp_path)


@genuine
@pytest.mark.parametrize("other", ["bbsr/ref-gemeinden-ab-2020.xlsx", "gebietsaenderungen/2023.xlsx"])
def test_another_table_is_refused(other: str) -> None:
    with pytest.raises(SourceError, match="Kopf eines Gemeindeverzeichnisses"):
        gvisys.read(SHARED / other)
