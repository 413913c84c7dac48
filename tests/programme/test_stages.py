"""What the matrix, the timeline and the counts say about the documented facts."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd
import pytest

from zwk_data.programme import stages
from zwk_data.stores import connection


@pytest.fixture
def cells(public: Path) -> pd.DataFrame:
    return stages.matrix()


def cell(cells: pd.DataFrame, participant: str, stage: str) -> pd.Series:
    return cells[(cells["participant_id"] == participant) & (cells["stage"] == stage)].iloc[0]


def test_every_participant_has_all_five_stages(cells: pd.DataFrame) -> None:
    assert len(cells) == 39 * 5
    assert cells["stage"].tolist() == list(stages.STAGES) * 39
    assert cells["events"].sum() == 121


@pytest.mark.parametrize(
    ("participant", "stage", "state", "text"),
    [
        ("kornwestheim", "kick_off", "day", "25.01.2022"),
        ("barleben", "kick_off", "month", "November 2021"),
        ("fraunberg", "kick_off", "year", "2021"),
        ("zwickau", "werkstattplan", "undated", "ohne Datum"),
        ("coburg", "kommunalprofil", "blanket", "nur pauschal belegt"),
        ("coburg", "kick_off", "none", "nicht belegt"),
        # the most exact of several events gives the sign, the first and the last give the dates
        ("riesa", "zukunftswerkstatt", "day", "März 2022 bis 19.07.2022 (3\u00a0Termine)"),
        ("lk-rostock", "zukunftswerkstatt", "day", "30.09.2022 bis 30.03.2023 (6\u00a0Termine)"),
    ],
)
def test_cells(cells: pd.DataFrame, participant: str, stage: str, state: str, text: str) -> None:
    found = cell(cells, participant, stage)
    assert (found["state"], found["text"]) == (state, text)


def test_a_cell_keeps_its_bounds_and_notes(cells: pd.DataFrame) -> None:
    riesa = cell(cells, "riesa", "zukunftswerkstatt")
    assert (riesa["first"], riesa["last"]) == (pd.Timestamp(2022, 3, 1), pd.Timestamp(2022, 7, 19))
    assert riesa["note"].startswith("„Riesa reift“; zweite Zukunftswerkstatt")
    assert cell(cells, "sangerhausen", "zukunftswerkstatt")["note"] == "16. Juni, Jahr nicht genannt"
    assert pd.isna(cell(cells, "sangerhausen", "zukunftswerkstatt")["first"])


def test_counts_add_up_to_all_participants(cells: pd.DataFrame) -> None:
    counts = stages.counts(cells).set_index("stage")
    assert (counts[list(stages.EVIDENCE)].sum(axis=1) == 39).all()
    # counted in the facts: two profiles of their own, one with a year; 37 rest on one sentence
    columns = ["documented", "dated", "undated", "blanket", "none"]
    assert counts.loc["kommunalprofil", columns].tolist() == [2, 1, 1, 37, 0]
    assert stages.evidence_words(counts.loc["kommunalprofil"]) == "1 mit Datum, 1 ohne Datum, 37 pauschal"
    assert counts["documented"].tolist() == [9, 2, 16, 3, 7]
    assert counts["blanket"].tolist() == [0, 37, 0, 0, 32]


def test_progress(cells: pd.DataFrame) -> None:
    progress = stages.progress(cells).set_index("participant_id")
    romrod = progress.loc["romrod"]
    assert (romrod["documented"], romrod["blanket"], romrod["furthest_de"]) == (3, 1, "Zwischenbilanz")
    assert romrod["last"] == pd.Timestamp(2023, 12, 31)
    # a blanket statement about all Kommunen moves none of them ahead
    assert progress.loc["coburg", ["documented", "blanket", "furthest"]].tolist() == [1, 2, 3]
    assert (progress["documented"].sum(), progress["blanket"].sum()) == (37, 69)


def test_progress_of_someone_without_any_stage() -> None:
    cells = pd.DataFrame(
        {"participant_id": "x", "stage": list(stages.STAGES), "evidence": "none", "last": pd.Series([pd.NaT] * 5)}
    )
    only = stages.progress(cells).iloc[0]
    assert (only["documented"], only["furthest"], only["furthest_de"]) == (0, 0, "nicht belegt")


def test_events_of_one_in_the_order_of_stages_and_time(public: Path) -> None:
    events = stages.events("lk-rostock")
    assert len(events) == 9
    assert events["stage"].tolist()[:3] == ["kick_off", "kommunalprofil", "zukunftswerkstatt"]
    assert events["date_from"].dropna().tolist()[1:] == sorted(events["date_from"].dropna().tolist()[1:])
    assert set(events["publisher"]) == {"zukunftswerkstatt-kommunen.de", "gewos.de"}
    assert len(stages.events()) == 121
    assert stages.events("nirgendwo").empty


def test_undated_keeps_what_the_notes_know_and_tells_blanket_evidence_apart(public: Path) -> None:
    undated = stages.undated(tuple(stages.standing()["participant_id"]))
    assert list(zip(undated["stage_de"], undated["number"], strict=True)) == [
        ("Kick-Off", 3),
        ("Kommunalprofil", 1),
        ("Kommunalprofil", 37),
        ("Zukunftswerkstatt", 2),
        ("Werkstattplan", 3),
        ("Zwischenbilanz", 32),
    ]
    assert "Oelsnitz/Vogtl. (31. März, Jahr nicht genannt)" in undated["names"][3]
    assert undated["names"][4].startswith("Dessau-Roßlau, Neubrandenburg (lag am 25.01.2023 vor")
    assert undated["note"][2] == "nur pauschal belegt: laut GEWOS für alle 40 Kommunen erstellt"
    assert "(" not in undated["names"][2].replace("Hamm (Sieg)", "")


def test_what_is_said_of_one_outdoes_what_is_said_of_all(public: Path) -> None:
    connection.close()
    with duckdb.connect(str(public)) as con:
        con.execute("UPDATE stage_event SET stage = 'zukunftswerkstatt' WHERE participant_id = 'coburg'")
    coburg = cell(stages.matrix(), "coburg", "zukunftswerkstatt")
    assert (coburg["state"], coburg["text"], coburg["events"]) == ("day", "13.07.2023", 1)


@pytest.mark.parametrize(
    ("url", "host"),
    [("https://www.kreis-lup.de/x", "kreis-lup.de"), ("https://zwk-hsk.de/2022", "zwk-hsk.de"), ("x", "x")],
)
def test_publisher(url: str, host: str) -> None:
    assert stages.publisher(url) == host
