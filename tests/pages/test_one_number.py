"""How many Kommunen have a stage: one number, counted here from the store by hand, in every place that prints it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.pages.conftest import Visit
from tests.pages.visitor import Visitor
from zwk_data.display import playlist, scenes
from zwk_data.dossier.content import dossier
from zwk_data.dossier.synopse import synopse, synopse_in_words
from zwk_data.programme import schedule, stages
from zwk_data.records.changes import Change, save
from zwk_data.schema.words import STAGES
from zwk_data.settings import today
from zwk_data.stores.access import LOCAL
from zwk_data.stores.connection import read

KINDS = ("dated", "undated", "blanket", "none")
Numbers = dict[str, dict[str, int]]
DATASETS = pytest.mark.parametrize("dataset", ["public", "demo"])


def by_hand() -> Numbers:
    """Stage -> kind -> Kommunen, from the rows of the store."""
    best: dict[tuple[str, str], str] = {}
    rows = read("SELECT participant_id, stage, precision FROM stage_event").itertuples(index=False, name=None)
    held = read("SELECT participant_id, stage, precision FROM stage_plan WHERE status = 'held'")
    events = list(rows)
    own = {(who, stage) for who, stage, precision in events if precision != "blanket"}
    events += [one for one in held.itertuples(index=False, name=None) if one[:2] not in own]
    for who, stage, precision in events:
        kind = {"unknown": "undated", "blanket": "blanket"}.get(precision, "dated")
        best[who, stage] = min(kind, best.get((who, stage), "none"), key=KINDS.index)
    total = int(read("SELECT count(*) AS n FROM participant")["n"].iloc[0])
    found = {stage: dict.fromkeys(KINDS, 0) for stage in STAGES}
    for (_, stage), kind in best.items():
        found[stage][kind] += 1
    for numbers in found.values():
        numbers["none"] = total - sum(numbers.values())
    return found


def latest_by_hand() -> list[int]:
    """Kommunen by the number of their latest documented stage, from the first stage to the last."""
    order = list(STAGES)
    own = read("SELECT participant_id, stage FROM stage_event WHERE precision <> 'blanket'").itertuples(index=False)
    latest: dict[str, int] = {}
    for one in own:
        latest[one.participant_id] = max(order.index(one.stage), latest.get(one.participant_id, 0))
    return [list(latest.values()).count(place) for place in range(len(order))]


def head_numbers(shown: Visitor, caption: str) -> dict[str, dict[str, int]]:
    """Stage -> column -> number, of a table with the stages as rows."""
    table = shown.table(caption)
    return {row[0]: dict(zip(table.head[1:], row[1:], strict=True)) for row in table.rows}


def check_table(shown: Visitor, caption: str, expected: Numbers) -> None:
    found = head_numbers(shown, caption)
    for stage, name in STAGES.items():
        for kind in KINDS:
            words = stages.EVIDENCE[kind]
            assert int(found[name].get(words, 0)) == expected[stage][kind], (caption, name, words)


@pytest.mark.slow
@DATASETS
def test_every_page_has_the_numbers_of_the_store(visit: Visit, dataset: str) -> None:
    shown = visit("/stufen", dataset)
    expected = by_hand()
    # the matrix, cell by cell
    table = shown.table("Stufen von 39 Kommunen")
    columns = list(zip(*(row[1:6] for row in table.rows), strict=True))
    for cells, numbers in zip(columns, expected.values(), strict=True):
        assert cells.count("nicht belegt") == numbers["none"]
        assert cells.count("nur pauschal belegt") == numbers["blanket"]
        assert sum("ohne Datum" in cell for cell in cells) == numbers["undated"]
    undated = shown.table("Belegte Stufen ohne Datum")
    for stage, name in STAGES.items():
        rows = [row for row in undated.rows if row[0] == name]
        assert sum(int(row[1]) for row in rows) == expected[stage]["undated"] + expected[stage]["blanket"]

    shown = visit("/monitoring", dataset)
    documented = {stage: n["dated"] + n["undated"] for stage, n in expected.items()}
    assert shown.figures["Stufen belegt"] == str(sum(documented.values()))
    check_table(visit("/monitoring?teil=termine", dataset), "Kommunen je Stufe", expected)
    check_table(visit("/monitoring?teil=bericht", dataset), "Kommunen je Stufe", expected)

    shown = visit("/monitoring?teil=verlauf&nach=aufnahme", dataset)
    ends = [one["text"] for one in shown.charts[0]["layout"]["annotations"]]
    assert sorted(ends) == sorted(
        f"{place} {name}: {expected[stage]['dated']}" for place, (stage, name) in enumerate(STAGES.items(), start=1)
    )
    bars = {trace["name"][2:]: trace["x"] for trace in shown.charts[-1]["data"] if trace["name"][0].isdigit()}
    # no Kommune was admitted twice
    assert [int(sum(bars.get(name, [0]))) for name in STAGES.values()] == latest_by_hand()


@DATASETS
def test_the_themes_count_what_the_stages_count(visit: Visit, dataset: str) -> None:
    shown = visit("/themen?teil=stand", dataset).open("Als Tabelle")
    table = shown.table("Themen nach Stufen")
    own = read("""
        SELECT name_de, stage, count(DISTINCT participant_id) AS n
        FROM participant_theme JOIN theme USING (theme_id) JOIN stage_event USING (participant_id)
        WHERE precision <> 'blanket' GROUP BY ALL
    """).set_index(["name_de", "stage"])["n"]
    for row in table.rows:
        told = dict(zip(table.head, row, strict=True))
        for stage, name in STAGES.items():
            assert int(told[name]) == own.get((row[0], stage), 0), (row[0], name)


@DATASETS
def test_the_wall_has_one_number_in_both_scenes(visit: Visit, dataset: str) -> None:
    visit("/quellen", dataset)
    shown = playlist.playlist()
    made = {item.scene: scenes.content(shown, item, 0) for item in shown.items if item.scene in ("karte", "stufen")}
    order = list(STAGES)
    on_map = {key: int(number) for number, _, key, _ in made["karte"]["stand"]}
    in_stream = {band.stage: band.now for band in made["stufen"]["strom"].bands}
    assert [on_map.get(stage, 0) for stage in order] == latest_by_hand()
    assert [in_stream[stage] for stage in order] == latest_by_hand()


@DATASETS
def test_files_say_the_same(visit: Visit, dataset: str) -> None:
    visit("/quellen", dataset)
    expected = by_hand()
    frame = synopse_in_words(synopse())
    for stage, name in STAGES.items():
        cells = frame[name].tolist()
        assert cells.count("nicht belegt") == expected[stage]["none"]
        assert cells.count("nur pauschal belegt") == expected[stage]["blanket"]
        assert sum(bool(re.match("ohne Datum", cell)) for cell in cells) == expected[stage]["undated"]
    # the dossier of one Kommune has its five cells
    (section,) = dossier("riesa", ["stufen"]).sections
    words = " ".join(section.blocks[0].sentences)
    mine = stages.matrix().query("participant_id == 'riesa'")
    for stage, evidence in zip(mine["stage"], mine["evidence"], strict=True):
        assert (STAGES[stage] in words.partition("Nicht belegt")[2]) == (evidence == "none")


@pytest.fixture
def answered(desk: Visit) -> Visit:
    """A store in which a plan is marked as held although the event was never entered."""
    desk("/quellen")
    key = read("""
        SELECT plan_id FROM stage_plan p WHERE status = 'planned' AND stage = 'zwischenbilanz'
               AND participant_id NOT IN (SELECT participant_id FROM stage_event WHERE stage = 'zwischenbilanz')
        LIMIT 1
    """)
    save([Change("stage_plan", key["plan_id"].item(), {"status": "held"}, {"status": "planned"})], LOCAL)
    return desk


@pytest.mark.slow
def test_a_plan_marked_as_held_counts_everywhere(answered: Visit) -> None:
    expected = by_hand()
    assert expected["zwischenbilanz"]["dated"] == 28
    check_table(answered("/monitoring?teil=termine"), "Kommunen je Stufe", expected)
    check_table(answered("/monitoring?teil=bericht"), "Kommunen je Stufe", expected)
    shown = answered("/stufen")
    cells = [row[5] for row in shown.table("Stufen von 39 Kommunen").rows]
    assert cells.count("nicht belegt") == expected["zwischenbilanz"]["none"]


@pytest.mark.slow
def test_counts_follow_the_rows_they_are_given(public: Path) -> None:
    """Rows of matrix and schedule have the same evidence, and a part of them counts for itself."""
    cells, rows = stages.matrix(), schedule.schedule(today())
    assert cells["participant_id"].tolist() == rows["participant_id"].tolist()
    assert stages.counts(cells).equals(stages.counts(rows))
    some = cells[cells["participant_id"].isin(["riesa", "coburg"])]
    assert (stages.counts(some)["total"] == 2).all()
    first = cells["reached"].min().date()
    early = stages.counts(cells, first).set_index("stage")
    assert early[["dated", "later"]].sum(axis=1).tolist() == stages.counts(cells)["dated"].tolist()
    assert int(early["dated"].sum()) == int((cells["reached"].dt.date == first).sum())
