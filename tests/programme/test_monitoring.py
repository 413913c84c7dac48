"""Monitoring on a few hand-made rows: what is late, how long steps take, who is silent, what was done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from zwk_data.programme import attention, measures_and_money, report, schedule, stages
from zwk_data.programme.attention import Limit, thresholds
from zwk_data.programme.participants import participants
from zwk_data.records.changes import Change, save
from zwk_data.stores import connection
from zwk_data.stores.access import LOCAL

NOW = date(2024, 12, 31)
ENTERED = datetime(2024, 1, 2, 9)

EVENTS = [
    ("riesa", "kick_off", date(2022, 1, 10), date(2022, 1, 10), "day"),
    ("riesa", "kommunalprofil", date(2022, 4, 20), date(2022, 4, 20), "day"),
    ("vrees", "kick_off", date(2022, 3, 1), date(2022, 3, 31), "month"),
    ("vrees", "kommunalprofil", None, None, "unknown"),
    ("coburg", "kick_off", date(2023, 1, 1), date(2023, 12, 31), "year"),
    ("coburg", "kommunalprofil", date(2023, 5, 3), date(2023, 5, 3), "day"),
    ("grabow", "zukunftswerkstatt", date(2023, 6, 1), date(2023, 6, 1), "day"),
]
#: key, Kommune, stage, first day, last day, precision, status, reason
PLANS = [
    ("p-1", "riesa", "kick_off", date(2021, 12, 1), date(2021, 12, 1), "day", "moved", "Krankheit"),
    ("p-2", "riesa", "kick_off", date(2022, 1, 10), date(2022, 1, 10), "day", "held", None),
    ("p-3", "riesa", "zukunftswerkstatt", date(2024, 10, 1), date(2024, 10, 31), "month", "planned", None),
    # the number in the key, not the date, decides which plan came first
    ("p-10", "vrees", "kick_off", date(2022, 2, 15), date(2022, 2, 15), "day", "held", None),
    ("p-9", "vrees", "kick_off", date(2022, 2, 20), date(2022, 2, 20), "day", "moved", "Saal belegt"),
    ("p-11", "vrees", "zwischenbilanz", date(2025, 3, 1), date(2025, 3, 31), "month", "planned", None),
    ("p-12", "grabow", "kommunalprofil", date(2023, 2, 1), date(2023, 2, 28), "month", "planned", None),
    ("p-13", "grabow", "zukunftswerkstatt", date(2024, 11, 1), date(2024, 11, 1), "day", "planned", None),
    ("p-14", "coburg", "zwischenbilanz", date(2024, 9, 1), date(2024, 9, 1), "day", "dropped", "kein Personal"),
]


@pytest.fixture
def small(public: Path) -> None:
    """The public store with these events, plans, measures and amounts alone."""
    connection.close()
    with duckdb.connect(str(public)) as con:
        for table in ("stage_event", "measure", "good_practice", "network_event"):
            con.execute(f"DELETE FROM {table}")
        for number, (key, stage, start, end, precision) in enumerate(EVENTS):
            con.execute(
                "INSERT INTO stage_event VALUES (?, ?, ?, ?, ?, '', NULL, 'Probe', ?, ?)",
                [key, stage, start, end, precision, ENTERED if key != "coburg" else None, f"x-{number}"],
            )
        for row in PLANS:
            con.execute("INSERT INTO stage_plan VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL, 'Probe', ?)", [*row, ENTERED])
        for key, status, budget, starts, ends in (
            ("a", "done", 1000, date(2024, 2, 1), date(2024, 11, 30)),
            ("b", "running", None, date(2024, 10, 5), date(2025, 5, 1)),
            ("c", "idea", None, None, None),
        ):
            con.execute(
                "INSERT INTO measure (measure_id, participant_id, theme_id, title, status, budget_eur, starts, ends, "
                "entered_by, entered_at) VALUES (?, 'riesa', 'wohnen', ?, ?, ?, ?, ?, 'Probe', ?)",
                [key, f"Maßnahme {key}", status, budget, starts, ends, ENTERED],
            )
        con.execute(
            "INSERT INTO measure_note VALUES ('n-1', 'b', DATE '2024-10-20', 'Läuft an', 'Probe', ?)", [ENTERED]
        )
        for key, year, granted, called, spent in (
            ("riesa", 2023, 40_000, 10_000, 12_000),
            ("riesa", 2024, 30_000, 30_000, None),
            ("vrees", 2024, 50_000, 60_000, 1_000),
            ("coburg", 2024, 20_000, None, None),
        ):
            con.execute(
                "INSERT INTO funding VALUES (?, ?, ?, ?, ?, ?, NULL, 'Probe', ?)",
                [f"f-{key}-{year}", key, year, granted, called, spent, ENTERED],
            )
    connection.open_for_writing()


def cell(frame: pd.DataFrame, key: str, stage: str) -> pd.Series:
    return frame[(frame["participant_id"] == key) & (frame["stage"] == stage)].iloc[0]


@pytest.mark.usefixtures("small")
def test_planned_against_actual() -> None:
    frame = schedule.schedule(NOW)
    assert len(frame) == 39 * 5
    moved = cell(frame, "riesa", "kick_off")
    assert (moved["state"], moved["moves"], moved["reasons"]) == ("held", 1, "Krankheit")
    assert moved["days_late"] == 40  # 01.12.2021 to 10.01.2022
    assert (moved["first_de"], moved["last_de"]) == ("01.12.2021", "10.01.2022")
    # a day planned, a month known: nine days at least
    early = cell(frame, "vrees", "kick_off")
    assert (early["first_de"], early["days_late"]) == ("20.02.2022", 9)
    overdue = cell(frame, "riesa", "zukunftswerkstatt")
    assert (overdue["state"], overdue["overdue_days"], overdue["open_de"]) == ("overdue", 61, "Oktober 2024")
    assert cell(frame, "vrees", "zwischenbilanz")["state"] == "planned"
    assert cell(frame, "coburg", "zwischenbilanz")["state"] == "dropped"


@pytest.mark.usefixtures("small")
def test_what_is_not_documented_is_never_late() -> None:
    frame = schedule.schedule(NOW)
    undated = cell(frame, "vrees", "kommunalprofil")
    assert (undated["state"], undated["actual_de"]) == ("held", "ohne Datum")
    assert pd.isna(undated["days_late"])
    # its plan passed, but the next stage took place: the event was never entered
    forgotten = cell(frame, "grabow", "kommunalprofil")
    assert (forgotten["state"], forgotten["unrecorded"]) == ("none", True)
    assert pd.isna(forgotten["overdue_days"])
    # a further round that was missed; the stage itself was held
    again = cell(frame, "grabow", "zukunftswerkstatt")
    assert (again["state"], again["overdue_days"]) == ("held", 60)
    assert pd.isna(again["first_from"])
    nothing = cell(frame, "dresden", "kick_off")
    assert (nothing["state"], nothing["actual_de"]) == ("none", "")


@pytest.mark.usefixtures("small")
def test_summary_per_stage() -> None:
    table = schedule.summary(schedule.schedule(NOW), 14, NOW).set_index("stage")
    first = table.loc["kick_off"]
    assert (first["dated"], first["none"], first["compared"], first["punctual"], first["moved"]) == (3, 36, 2, 1, 2)
    assert first["median_late"] == 24.5
    # what is planned is not documented: it is counted beside, a further round as well
    assert table.loc["zukunftswerkstatt", ["dated", "overdue", "none"]].tolist() == [1, 2, 38]
    assert table.loc["zwischenbilanz", ["planned", "dropped", "none"]].tolist() == [1, 1, 39]


@pytest.mark.usefixtures("small")
def test_durations_need_both_dates_to_the_month() -> None:
    frame = schedule.durations(schedule.schedule(NOW))
    step = frame[frame["step"] == "kick_off"].set_index("participant_id")
    assert step.loc["riesa", "days"] == 100
    assert step.loc["coburg", "why"] == "nicht auf den Monat genau datiert"
    assert step.loc["vrees", "why"] == "nicht auf den Monat genau datiert"
    assert step.loc["dresden", "why"] == "nicht belegt"
    table = schedule.duration_summary(frame).set_index("step")
    assert tuple(table.loc["kick_off", ["known", "unknown", "median"]]) == (1, 38, 100)
    assert table.loc["werkstattplan", "known"] == 0


@pytest.mark.usefixtures("small")
def test_silence_counts_only_where_something_was_entered() -> None:
    frame = attention.silence(NOW).set_index("participant_id")
    assert frame.loc["riesa", "last"] == pd.Timestamp(2024, 10, 20)  # the note
    assert frame.loc["riesa", "days"] == 72
    assert frame.loc["grabow", "days"] == 364
    assert pd.isna(frame.loc["dresden", "days"])


@pytest.mark.usefixtures("small")
def test_who_needs_a_look() -> None:
    limits = thresholds()
    found = attention.attention(schedule.schedule(NOW), attention.silence(NOW), limits, NOW)
    told = {(row.participant_id, row.reason): row.level for row in found.itertuples()}
    assert told["riesa", "overdue"] == "red"
    assert told["grabow", "overdue"] == "red"
    assert told["grabow", "unrecorded"] == "hint"
    assert told["grabow", "silent"] == "red"
    assert ("riesa", "silent") not in told
    assert ("dresden", "silent") not in told
    assert found["level"].tolist() == sorted(found["level"], key=["red", "amber", "hint"].index)
    text = found[(found["participant_id"] == "riesa") & (found["reason"] == "overdue")]["text"].item()
    told = "Zukunftswerkstatt: Termin war für Oktober 2024 geplant, seit 61 Tagen ist dazu nichts eingetragen."
    assert text.replace("\u00a0", " ") == told


@pytest.mark.usefixtures("small")
def test_a_next_stage_that_nobody_planned_is_a_hint() -> None:
    with_plan = schedule.schedule(NOW)
    silence = attention.silence(NOW)
    silence.loc[silence["participant_id"] == "coburg", "days"] = 1
    found = attention.attention(with_plan, silence, thresholds(), NOW)
    # dropped is an answer
    assert not ((found["participant_id"] == "coburg") & (found["reason"] == "unplanned")).any()
    bare = with_plan.assign(state=with_plan["state"].replace("dropped", "none"))
    found = attention.attention(bare, silence, thresholds(), NOW)
    row = found[(found["participant_id"] == "coburg") & (found["reason"] == "unplanned")].iloc[0]
    assert (row["level"], row["stage"], row["days"]) == ("hint", "zukunftswerkstatt", 608)


@pytest.mark.usefixtures("small")
def test_funnel_and_what_a_quarter_reached() -> None:
    frame = schedule.schedule(NOW)
    table = stages.funnel(frame, NOW).pivot_table(index="month", columns="stage", values="reached")
    assert table.loc["2022-01-31", "kick_off"] == 1
    assert table.loc["2022-03-31", "kick_off"] == 2
    assert table.loc["2023-11-30", "kick_off"] == 2
    assert table.loc["2023-12-31", "kick_off"] == 3  # dated to the year: from its end
    assert table.loc["2024-12-31", "kommunalprofil"] == 2  # the undated one is missing
    assert stages.reached_by(frame, date(2022, 3, 30))["kick_off"] == 1
    assert stages.reached_within(frame, date(2023, 10, 1), date(2023, 12, 31))["kick_off"] == 0
    assert stages.reached_within(frame, date(2022, 1, 1), date(2022, 3, 31))["kick_off"] == 2


@pytest.mark.usefixtures("small")
def test_divided_by_land_counts_an_alliance_in_both() -> None:
    table = stages.divided(participants(), schedule.schedule(NOW), measures_and_money.measures(), "land").set_index(
        "group"
    )
    assert table["participants"].sum() == 40
    assert table.loc["Sachsen", ["kick_off", "kommunalprofil", "done", "running", "idea"]].tolist() == [1, 1, 1, 1, 1]
    assert table.loc["Sachsen", "furthest_2"] == 1
    by_adviser = stages.divided(participants(), schedule.schedule(NOW), measures_and_money.measures(), "beratung")
    assert by_adviser["group"].iloc[-1] == "nicht belegt"


@pytest.mark.usefixtures("small")
def test_money() -> None:
    frame = measures_and_money.funding()
    years = measures_and_money.money_by_year(frame).set_index("year")
    # coburg's call is not known: it is left out of the share
    assert years.loc[2024, "called_share"] == pytest.approx(90_000 / 80_000)
    assert (years.loc[2024, "granted_eur"], years.loc[2024, "open"]) == (100_000, 2)
    sums = measures_and_money.money_by_participant(frame).set_index("participant_id")
    assert sums.loc["riesa", "called_share"] == pytest.approx(4 / 7)
    assert pd.isna(sums.loc["coburg", "called_eur"])
    told = {(r.participant_id, r.year): r.text for r in measures_and_money.outliers(frame, thresholds()).itertuples()}
    assert told == {
        ("vrees", 2024): "mehr als 40.000\u00a0Euro bewilligt; mehr abgerufen als bewilligt",
        ("riesa", 2023): "nur 25,0\u00a0% der Bewilligung abgerufen; 2.000\u00a0Euro mehr ausgegeben als abgerufen",
    }


@pytest.mark.usefixtures("small")
def test_measures_by_theme_and_status() -> None:
    counts = measures_and_money.measures()
    row = measures_and_money.by_theme(counts).iloc[0]
    assert (row["name_de"], row["number"], row["budget_eur"], row["unbudgeted"]) == ("Wohnen", 3, 1000, 2)
    status = measures_and_money.by_status(counts).set_index("status")
    assert status.loc["parked", "number"] == 0
    assert status.loc["done", "budget_eur"] == 1000
    assert pd.isna(status.loc["idea", "budget_eur"]), "a budget that nobody entered is not 0 euros"


@pytest.mark.usefixtures("small")
def test_news_without_a_history() -> None:
    quarter = date(2024, 10, 1), date(2024, 12, 31)
    counts = report.counts(*quarter).set_index("kind")["number"]
    assert counts.to_dict() == {"measure_started": 1, "measure_done": 1, "note": 1}
    first = report.counts(date(2024, 1, 1), date(2024, 3, 31)).set_index("kind")["number"].to_dict()
    assert first == {
        "late_entry": 5,
        "plan": 4,
        "moved": 2,
        "dropped": 1,
        "measure_new": 3,
        "measure_started": 1,
        "money": 4,
    }
    assert report.counts(*quarter, ("vrees",)).empty
    assert report.news(*quarter, None, "note")["text"].item() == "Maßnahme b: Läuft an"


@pytest.mark.usefixtures("small")
def test_news_from_the_history() -> None:
    save([Change("measure", "b", {"status": "parked"})], LOCAL, "Geld fehlt")
    save([Change("funding", "f-riesa-2024", {"called_eur": 25_000.0})], LOCAL, "Rückzahlung")
    now = date.today()
    assert report.counts(now, now).set_index("kind")["number"].to_dict() == {"measure_parked": 1, "money": 1}
    assert report.news(now, now)["text"].tolist() == [
        "Maßnahme b: läuft → Ideenparkplatz",
        "2024: abgerufen 25.000\u00a0Euro",
    ]
    assert report.called(now, now) == -5000
    # its past now comes from the history, no longer from its dates
    assert "measure_started" not in set(report.counts(date(2024, 10, 1), date(2024, 12, 31))["kind"])


def test_the_shipped_thresholds() -> None:
    limits = thresholds()
    assert limits.overdue.level(0) == ""
    assert limits.overdue.level(1) == "amber"
    assert limits.overdue.level(60) == "red"
    assert limits.between["werkstattplan"] == Limit(400, 550)


SETTINGS = """
ueberfaellig: {gelb: 1, rot: 60}
ohne_neues: {gelb: 90, rot: 180}
zwischen_den_stufen:
  kick_off: {gelb: 180, rot: 300}
  kommunalprofil: {gelb: 240, rot: 365}
  zukunftswerkstatt: {gelb: 270, rot: 400}
  werkstattplan: {gelb: 400, rot: 550}
puenktlich_bis: 14
hoechstens_im_jahr: 40000
wenig_abgerufen: 0.5
"""


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("gelb: 90, rot: 180", "gelb: 90, rot: 90", "„rot“ (90) muss größer sein als „gelb“ (90)"),
        (
            "gelb: 90, rot: 180",
            "gelb: bald, rot: 180",
            "ohne_neues, gelb: Erwartet wird eine ganze Zahl von 1 bis 3650",
        ),
        ("gelb: 90, rot: 180", "gelb: 90", "Erwartet werden „gelb“ und „rot“ in Tagen"),
        ("wenig_abgerufen: 0.5", "wenig_abgerufen: 50", "wenig_abgerufen: Erwartet wird eine Zahl von 0 bis 1"),
        ("puenktlich_bis: 14\n", "", "Erwartet werden genau die Einträge"),
        ("  werkstattplan: {gelb: 400, rot: 550}\n", "", "zwischen_den_stufen: Erwartet werden genau die Stufen"),
        ("ueberfaellig", "\tueberfaellig", "kein gültiges YAML"),
    ],
)
def test_bad_thresholds_are_told_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, old: str, new: str, sentence: str
) -> None:
    from zwk_data.errors import ZwkError

    monkeypatch.setenv("ZWK_HOME", str(tmp_path))
    (tmp_path / "monitoring.yml").write_text(SETTINGS.replace(old, new), encoding="utf-8")
    with pytest.raises(ZwkError) as error:
        thresholds()
    assert sentence in str(error.value)


def test_an_installation_has_thresholds_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZWK_HOME", str(tmp_path))
    assert thresholds().silent == Limit(90, 180)
    (tmp_path / "monitoring.yml").write_text(SETTINGS.replace("gelb: 90", "gelb: 45"), encoding="utf-8")
    assert thresholds().silent == Limit(45, 180)


def test_demo_data_give_monitoring_something_to_say(store: Callable[[str], Path]) -> None:
    store("demo")
    frame = schedule.schedule(NOW)
    found = attention.attention(frame, attention.silence(NOW), thresholds(), NOW)
    assert set(found["level"]) == {"red", "amber", "hint"}
    assert {"overdue", "silent", "unrecorded"} <= set(found["reason"])
    assert schedule.duration_summary(schedule.durations(frame))["known"].min() >= 10
