"""The invented data are what their generator draws, fill every table, and hang together."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd

from tests.kept_review import kept_result
from tools.demo_data import __main__ as demo_data
from tools.demo_data import frames
from zwk_data import seed, settings
from zwk_data.dossier.content import SECTIONS
from zwk_data.records import review_saving
from zwk_data.schema.tables import entered, parents_first
from zwk_data.schema.words import MEASURE_STATUS, STAGES
from zwk_data.stores import connection
from zwk_data.stores.access import LOCAL
from zwk_data.stores.connection import read
from zwk_data.stores.rules import problems


def test_what_ships_is_what_the_generator_draws(tmp_path: Path) -> None:
    demo_data.write(tmp_path)
    drawn = {file.name: file.read_text(encoding="utf-8") for file in tmp_path.iterdir()}
    shipped = {file.name: file.read_text(encoding="utf-8") for file in (settings.DATA / "demo").iterdir()}
    assert drawn == shipped
    assert {file.removesuffix(".csv") for file in drawn} == set(parents_first()) - set(seed.SHARED)


def test_what_is_read_is_what_was_drawn() -> None:
    made = seed.frames("demo")
    for table, drawn in frames.demo_frames(seed.frames("public")).items():
        read_back = made[table].reindex(columns=drawn.columns)
        pd.testing.assert_frame_equal(read_back, drawn.astype(object).where(drawn.notna(), None), check_dtype=False)


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
    assert dated["date_to"].max() <= settings.DEMO_END


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


def test_every_table_is_filled_by_the_rules_of_its_records() -> None:
    made = seed.frames("demo")
    for table, record in entered().items():
        assert len(made[table]), table
        whole = made[table].reindex(columns=list(dict.fromkeys([*made[table].columns, *record.columns])))
        assert problems(table, whole).empty, table


def test_plans_tell_of_delays_and_of_what_lies_ahead(demo: Path) -> None:
    plans = read("FROM stage_plan")
    assert set(plans["status"]) == {"planned", "held", "moved", "dropped"}
    assert plans.loc[plans["status"].isin(["moved", "dropped"]), "reason"].notna().all()
    waiting = plans[plans["status"] == "planned"]
    assert waiting.groupby(["participant_id", "stage"]).size().max() == 1
    assert (waiting["date_to"] < pd.Timestamp(settings.DEMO_END)).sum() >= 5
    assert (waiting["date_to"] > pd.Timestamp(settings.DEMO_END)).sum() >= 10
    assert plans["entered_at"].max() < pd.Timestamp(2025, 1, 1)


def test_money_stays_under_what_the_project_gave() -> None:
    money = seed.frames("demo")["funding"].astype({"granted_eur": float, "called_eur": float})
    assert money["granted_eur"].between(0, 40_000).all()
    assert (money["called_eur"] <= money["granted_eur"]).all()
    assert set(money["year"]) == {2021, 2022, 2023, 2024}
    assert money["spent_eur"].isna().any()


def test_nothing_happens_after_the_end(demo: Path) -> None:
    assert read("SELECT max(noted_on) AS at FROM measure_note")["at"].item() <= pd.Timestamp(settings.DEMO_END)
    later = read("SELECT status FROM network_event WHERE date_from > ?", [settings.DEMO_END])
    assert len(later) > 0
    assert set(later["status"]) == {"planned"}
    assert settings.today() == settings.DEMO_END


def test_the_public_data_stand_today(public: Path) -> None:
    assert settings.today() == date.today()


def test_a_fresh_store_has_no_history(demo: Path) -> None:
    assert read("SELECT count(*) AS n FROM change_log")["n"].item() == 0


def test_zwischenbilanzen_stand_where_one_was_held(demo: Path) -> None:
    found = read(
        """
        SELECT r.*, e.precision, date_from <= held_on AND held_on <= date_to AS inside FROM review r
        LEFT JOIN stage_event e ON e.participant_id = r.participant_id AND stage = 'zwischenbilanz'
        """
    )
    assert len(found) >= 15
    assert found["inside"].all()
    assert set(found["precision"]) == {"day", "month"}
    rated = read(
        "SELECT *, votes_1 + votes_2 + votes_3 + votes_4 + votes_5 AS n FROM review_rating "
        "JOIN review USING (review_id)"
    )
    assert (rated["n"] <= rated["present"]).all()
    assert (rated["n"] > 0).all()
    # saved again, a review leaves nothing behind: its ideas and steps have their measures, and the stage its event
    kept = kept_result(found["review_id"].iloc[0])
    assert connection.open_for_writing() is None
    assert review_saving.save_result(LOCAL, kept).set_id is None


def test_notes_belong_to_sections_of_the_dossier() -> None:
    assert set(seed.frames("demo")["dossier_note"]["section"]) <= set(SECTIONS)
