"""The invented data are always the same, fill every table, and hang together."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd

from zwk_data.programme import demo, seed
from zwk_data.programme.words import MEASURE_STATUS, STAGES
from zwk_data.warehouse.connection import read


def test_same_seed_same_data() -> None:
    one, other = seed.frames("demo"), seed.frames("demo")
    for table in one:
        pd.testing.assert_frame_equal(one[table], other[table])


def test_participants_areas_and_themes_are_the_real_ones() -> None:
    invented, real = seed.frames("demo"), seed.frames("public")
    for table in ("participant", "participant_area", "theme"):
        pd.testing.assert_frame_equal(invented[table], real[table])


def test_stages_come_in_their_order() -> None:
    events = seed.frames("demo")["stage_event"]
    order = list(STAGES)
    dated = events[events["date_from"].notna()]
    for _, own in dated.groupby("participant_id"):
        for one in own.itertuples(index=False):
            for other in own.itertuples(index=False):
                if order.index(one.stage) < order.index(other.stage):
                    assert one.date_from <= other.date_to


def test_most_have_all_stages_some_are_late_some_undocumented() -> None:
    events = seed.frames("demo")["stage_event"]
    stages = events.groupby("participant_id")["stage"].nunique()
    assert (stages == 5).sum() > 39 / 2
    assert (stages < 5).sum() >= 5
    assert set(events["precision"]) == {"day", "month", "year", "unknown"}
    dated = events[events["date_from"].notna()]
    assert dated["date_from"].min() >= date(2021, 1, 1)
    assert dated["date_to"].max() <= demo.END


def test_measures(demo: Path) -> None:
    measures = read("FROM measure")
    per_participant = measures.groupby("participant_id").size()
    assert len(per_participant) == 39
    assert per_participant.between(8, 25).all()
    assert set(measures["status"]) == set(MEASURE_STATUS)
    assert (measures.groupby("participant_id")["title"].nunique() == per_participant).all()
    # a measure works on a theme that its Kommune has chosen
    own = read("SELECT DISTINCT participant_id, theme_id FROM participant_theme")
    assert len(measures.merge(own, on=["participant_id", "theme_id"])) == len(measures)
    late = pd.Timestamp(2024, 12, 31)
    assert (measures.loc[measures["status"] == "done", "ends"] <= late).all()
    assert (measures.loc[measures["status"] == "running", "ends"] > late).all()
    assert measures.loc[measures["status"] == "idea", "starts"].isna().all()


def test_nothing_invented_looks_like_a_source(demo: Path) -> None:
    assert read("SELECT count(*) AS n FROM stage_event WHERE source_url IS NOT NULL")["n"].item() == 0
    assert read("SELECT DISTINCT entered_by FROM measure")["entered_by"].tolist() == ["Demodaten"]
