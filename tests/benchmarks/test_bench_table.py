"""The table: numbers, ratios, targets, and the block in the page."""

import pytest

from benchmarks import table
from benchmarks.stats import summarise

FACTS = {
    "date": "2025-01-31",
    "machine": "2 cores, 8 GB RAM",
    "python": "3.11.7",
    "streamlit": "1.67.0",
    "plotly": "7.1.0",
    "peers": "Dash 4.4.1",
    "chromium": "150.0",
}
LOAD, CHANGE_S, CHANGE_KB, GEMEINDEN, SESSIONS = (
    next(row for row in table.ROWS if row.key == key)
    for key in ("load_s", "change_s", "change_kb", "gemeinden_s", "served_20_s")
)


def test_spread_shows_the_range_only_where_there_is_one():
    assert table.spread(summarise([1.0, 1.234, 2.0]), 2) == "1.23 (1.00–2.00)"
    assert table.spread(summarise([1234.5]), 0) == "1,234"


def test_a_ratio_is_compared_by_the_median_of_its_rounds():
    samples = {"change_s": {"product": [0.3, 0.9, 0.5], "panel": [1.0, 1.0, 2.0]}}
    ratio = table.compared(CHANGE_S, samples)
    assert (ratio.low, ratio.median, ratio.high) == (0.25, 0.3, 0.9)
    assert table.met(CHANGE_S, samples) is True
    assert table.met(CHANGE_S, {"change_s": {"product": [0.36], "panel": [1.0]}}) is False


def test_the_best_peer_is_the_best_of_each_round():
    found = {"product": [1.0, 1.0], "dash": [2.0, 8.0], "panel": [4.0, 4.0], "plain": [9.0, 9.0], "empty": [0.1, 0.1]}
    ratio = table.compared(LOAD, {"load_s": found})
    assert (ratio.low, ratio.high) == (0.25, 0.5)
    assert table.compared(LOAD, {"load_s": {**found, "panel": [4.0]}}) is None
    assert table.compared(LOAD, {"load_s": {"product": [1.0], "empty": [1.0]}}) is None


def test_a_page_may_be_held_against_another_measure():
    samples = {"gemeinden_s": {"product": [1.5, 3.0]}, "load_s": {"product": [1.0, 1.0], "empty": [0.5, 0.5]}}
    ratio = table.compared(GEMEINDEN, samples)
    assert (ratio.low, ratio.median, ratio.high) == (1.5, 2.25, 3.0)
    assert table.met(GEMEINDEN, samples) is False
    assert table.against(GEMEINDEN) == "Kreise"


def test_a_limit_holds_for_the_product_alone():
    assert table.met(CHANGE_KB, {"change_kb": {"product": [3.0], "panel": [900.0]}}) is True
    assert table.met(CHANGE_KB, {"change_kb": {"product": [3.1], "panel": [900.0]}}) is False


def test_a_target_without_its_other_app_is_left_open():
    assert table.met(SESSIONS, {"served_20_s": {"product": [3.0], "plain": [9.0]}}) is None
    assert table.met(SESSIONS, {}) is None


def test_targets_in_words():
    assert [table.target(row) for row in (LOAD, CHANGE_S, CHANGE_KB, GEMEINDEN, SESSIONS)] == [
        "≤ 0.5 × best peer",
        "≤ 0.35 × panel",
        "≤ 3 kB",
        "≤ 1.5 × Kreise",
        "≤ 1 × empty",
    ]


def test_the_issue_s_targets_are_all_there():
    stated = [row for row in table.ROWS if row.ratio or row.limit]
    beside_bokeh = {row.key: row.ratio for row in stated if row.title == table.BOKEH}
    assert beside_bokeh == {"load_s": 0.5, "private_s": 0.5, "first_s": 0.6, "change_s": 0.35}
    targets = {row.key: (row.against, row.ratio, row.limit) for row in stated if row.title != table.BOKEH}
    assert targets == {
        "load_s": ("peer", 0.5, None),
        "private_s": ("peer", 0.5, None),
        "first_s": ("peer", 0.6, None),
        "first_kb": ("peer", None, 1600),
        "change_s": ("panel", 0.35, None),
        "change_kb": ("panel", None, 3),
        "gemeinden_s": ("product", 1.5, None),
        "gemeinden_change_kb": (None, None, 15),
        "demografie_s": ("empty", 1.5, None),
        "kommunalprofil_s": ("empty", 1.5, None),
        "zwischenbilanz_s": ("empty", 1.5, None),
        "served_20_s": ("empty", 1, None),
        "served_60_s": ("empty", 1, None),
        "served_100_s": ("empty", 1, None),
        "memory_mb": ("plain", None, 0.5),
        "first_start_s": (None, None, 15),
        "start_s": ("empty", 1.5, None),
        "build_s": (None, None, 30),
        "query_ms": (None, None, 20),
        "page_ms": (None, None, 150),
        "page_kb": (None, None, 100),
        "twins_ms": (None, None, 150),
        "saving_ms": (None, None, 150),
        "told_ms": (None, None, 150),
        "desk_page_ms": (None, None, 150),
        "vote_p95_ms": (None, None, 300),
        "list_s": (None, None, 20),
        "list_mb": (None, None, 500),
    }


def test_markdown_has_a_line_for_each_measure_and_none_for_the_others():
    samples = {"change_kb": {"product": [20.0, 24.0], "panel": [200.0, 200.0]}, "build_s": {"product": [32.0]}}
    lines = table.markdown(samples, FACTS, 2).splitlines()
    assert "2025-01-31 on 2 cores, 8 GB RAM" in lines[0]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[4:]]
    assert cells == [
        [
            "– on the wire, kB",
            "22.0 (20.0–24.0)",
            "",
            "200.0 (200.0–200.0)",
            "",
            "",
            "",
            "0.11 (0.10–0.12) × panel",
            "≤ 3 kB",
            "**no**",
        ],
        ["Warehouse build, s", "32.0", "", "", "", "", "", "", "≤ 30 s", "**no**"],
    ]


def test_write_replaces_only_what_is_between_the_markers(tmp_path):
    page = tmp_path / "performance.md"
    page.write_text(f"before\n{table.BEGIN}\nold\n{table.END}\nafter\n", encoding="utf-8")
    table.write(page, "new")
    table.write(page, "newer")
    assert page.read_text(encoding="utf-8") == f"before\n{table.BEGIN}\nnewer\n{table.END}\nafter\n"


@pytest.mark.parametrize(
    "text", ["no markers", f"{table.END}\n{table.BEGIN}", f"{table.BEGIN}{table.BEGIN}{table.END}"]
)
def test_a_page_without_markers_is_left_alone(text):
    with pytest.raises(ValueError, match="once each"):
        table.replace_block(text, "new")
