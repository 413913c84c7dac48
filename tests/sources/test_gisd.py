"""The index of the Robert Koch-Institut: the genuine files, a written one read back, broken ones refused."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zwk_data.errors import SourceError
from zwk_data.sources import inkar

HEAD = "gvb_id,gvb_name,year,gisd_score\n"


def at(frame: pd.DataFrame, key: str, year: int = 2021) -> list[float]:
    return frame.loc[frame["area_key"].eq(key) & frame["year"].eq(year), "value"].tolist()


def test_genuine_files(shared: Path) -> None:
    folder = shared / "quellen" / "gisd"
    kreise = inkar.read_gisd(folder / "GISD_Bund_Kreis.csv")
    assert list(kreise.columns) == inkar.COLUMNS
    assert len(kreise) == 400 * 24
    assert (kreise["year"].min(), kreise["year"].max()) == (1998, 2021)
    assert at(kreise, "13072") == [0.62929]
    assert at(inkar.read_gisd(folder / "GISD_Sachsen_Gemeindeverband.csv.gz"), "146270230") == [0.40366]
    assert at(inkar.read_gisd(folder / "GISD_Mecklenburg-Vorpommern_Gemeindeverband.csv.gz"), "130765665") == [0.47618]
    every = pd.concat(inkar.read_gisd(path) for path in folder.glob("GISD_*_Gemeindeverband.csv.gz"))
    assert len(every[every["year"] == 2021]) == 4392
    assert not every.duplicated(["area_key", "year"]).any()


scores = st.floats(0, 1).map(lambda number: round(number, 5))


@given(st.dictionaries(st.tuples(st.sampled_from(["146270230", "010515163"]), st.integers(1998, 2021)), scores))
def test_a_written_file_reads_back(cells: dict[tuple[str, int], float]) -> None:
    content = HEAD + "".join(f'{key},"Ort, Stadt",{year},{score}\n' for (key, year), score in cells.items())
    if not cells:
        with pytest.raises(SourceError):
            inkar.read_gisd(content.encode())
        return
    frame = inkar.read_gisd(content.encode())
    pairs = zip(frame["area_key"], frame["year"], strict=True)
    assert dict(zip(pairs, frame["value"], strict=True)) == cells


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("Guten Tag\n", "Zeile 1: die Datei enthält keinen Index des RKI"),
        (HEAD.replace("score", "scores") + "146270230,Riesa,2021,0.4\n", "die Datei enthält keinen Index des RKI"),
        (HEAD + "14627,Riesa,2021,0.4\n", "Zeile 2, Spalte gvb_id: „14627“ passt hier nicht"),
        (HEAD + "146270230,Riesa,21,0.4\n", "Spalte year: „21“"),
        (HEAD + "146270230,Riesa,2021,1.4\n", "Spalte gisd_score: „1.4“ passt hier nicht; erwartet wird eine Zahl"),
        (HEAD + "146270230,Riesa,2021,\n", "Spalte gisd_score: „“"),
        (HEAD + 2 * "146270230,Riesa,2021,0.4\n", "Zeile 3, Spalte gvb_id: „146270230“"),
        (HEAD + "146270230,Riesa,2021,0.4", "abgeschnitten"),
    ],
)
def test_broken_files_are_refused(content: str, said: str) -> None:
    with pytest.raises(SourceError) as fault:
        inkar.read_gisd(content.encode(), "gisd.csv")
    assert said in str(fault.value)
