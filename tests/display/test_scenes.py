"""What the scenes tell: hand-computed where it is computed, and nothing that the public may not know."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from zwk_data import seed
from zwk_data.display import drawings, memory, playlist, stories
from zwk_data.display import scenes as contents
from zwk_data.display.scenes import row_of_circles
from zwk_data.programme import kommune, participants
from zwk_data.settings import today
from zwk_data.stores import access
from zwk_data.stores.connection import read
from zwk_data.views.maps import map_view
from zwk_data.web.light import wall


@pytest.fixture(autouse=True)
def _own_memory(stores: Path) -> Iterator[None]:
    (stores / memory.FILE).unlink(missing_ok=True)
    yield
    (stores / memory.FILE).unlink(missing_ok=True)


def test_a_stream_counted_by_hand() -> None:
    rows = [
        ("a", "kick_off", "2022-01-20"),
        ("b", "kick_off", "2022-02-03"),
        ("a", "kommunalprofil", "2022-03-01"),
        ("b", "zwischenbilanz", "2022-03-31"),
        ("b", "kommunalprofil", "2022-04-02"),
        ("c", "kick_off", None),
    ]
    events = pd.DataFrame(rows, columns=["participant_id", "stage", "date_from"])
    events["date_from"] = pd.to_datetime(events["date_from"])
    events["precision"] = events["date_from"].map(lambda when: "unknown" if pd.isna(when) else "day")
    months, counts = drawings.reached(events, pd.Timestamp("2022-04-30"))
    assert [f"{month:%m}" for month in months] == ["01", "02", "03", "04"]
    # from the last stage to the first; a later stage stays the furthest, and what has no date counts at the end
    assert counts.tolist() == [[0, 0, 1, 1], [0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 1, 1], [1, 2, 0, 1]]
    assert drawings.reached(events, pd.Timestamp("2021-01-01"))[1].shape == (5, 0)


def test_the_stream_and_its_words(stores: Path) -> None:
    found = drawings.stream(pd.Timestamp(today()))
    assert found is not None
    ys = [band.y for band in found.bands if band.now]
    assert min(np.abs(np.diff(sorted(ys)))) >= drawings.STREAM_LABEL - 1e-6, "all numbers can be read"
    assert sum(band.now for band in found.bands) + 15 == 39
    assert "Was kein Datum hat, zählt erst am Ende. 15 weitere sind nur pauschal belegt." in found.told


def test_stars_lie_apart_and_lines_join_what_is_shared(stores: Path) -> None:
    found = drawings.constellation()
    assert found is not None
    spots = np.array([(star.x, star.y) for star in found.stars])
    apart = np.hypot(*(spots[:, None] - spots[None]).T)
    assert apart[~np.eye(len(spots), dtype=bool)].min() > 2 * drawings.LARGEST_STAR
    assert [star.number for star in found.stars] == sorted((star.number for star in found.stars), reverse=True)
    assert all(number > 1 for *_, number in found.lines)
    assert found.column == found.stars[: drawings.IN_COLUMN]
    counts = [number for _, number in found.arcs]
    assert counts == sorted(counts), "the strongest is drawn last"
    assert counts[0] > 1
    assert drawings._arc(0, 7, 8) == "M100 0.5C-30.0 0.5 -30.0 7.5 100 7.5"


def test_the_years_have_the_values_and_classes_of_the_map(stores: Path) -> None:
    found = drawings.years()
    assert found is not None
    assert found.years == tuple(range(2011, 2024))
    film = map_view("kreise", "population_index", 2023, film=True).chart.spec
    assert found.colours[:-1] == film["colours"]
    # by hand: how many Kreise have more people than in 2011, and in which class each is
    people = read(
        "SELECT area_key, max(value) FILTER (year = 2023) / max(value) FILTER (year = 2011) AS share "
        "FROM observation_today WHERE level = 'kreis' AND indicator_id = 'population' AND sex = 'total' "
        "AND age_group = 'total' GROUP BY area_key"
    )["share"].dropna()
    assert found.told[-1] == f"In {(people > 1).sum()} von {len(people)} Kreisen leben mehr Menschen als 2011."
    assert found.told[0] == "2011 ist das Ausgangsjahr: Alle Kreise stehen bei 100."
    limits = [limit / 1000 for limit in film["limits"]]
    by_hand = np.bincount(np.searchsorted(limits, (people + 1e-12).round(3), side="right"), minlength=6)
    assert np.bincount([int(classes[-1]) for _, classes in found.areas], minlength=6).tolist() == by_hand.tolist()
    assert {classes[0] for _, classes in found.areas} == {str(limits.index(1.0) + 1)}, "100 is the middle"
    assert all(len(classes) == 13 and path.startswith("M") for path, classes in found.areas)


def test_contrasts_are_the_ends_of_the_figures(stores: Path) -> None:
    sizes, _, change = stories.contrasts()
    assert (sizes.low[0], sizes.low[1]) == ("Schossin", "243")
    assert sizes.high[0] == "Dresden", "quarters of bigger cities do not count"
    people = read(
        "SELECT max(value) FILTER (year = 2023) / max(value) FILTER (year = 2011) * 100 - 100 AS change "
        "FROM participant_observation JOIN participant USING (participant_id) WHERE name = ? "
        "AND indicator_id = 'population' AND sex = 'total' AND age_group = 'total'",
        [change.low[0]],
    )
    assert f"{people['change'].iloc[0]:.1f}".replace(".", ",").replace("-", "−") in change.low[1]


def test_circles_fill_the_row() -> None:
    row = row_of_circles([0.01, 0.25, 1.0], 1000, 400)
    assert [(x, r) for x, _, r, _ in row] == [(20, 20), (140, 100), (440, 200)], "side by side where there is room"
    tight = row_of_circles([0.5] * 30 + [1.0], 1000, 400)
    assert tight[-1][0] + tight[-1][2] == pytest.approx(1000, abs=0.2)
    assert row_of_circles([], 1000, 400) == []


@pytest.mark.slow
def test_everybody_has_a_place_and_a_spotlight(stores: Path) -> None:
    drawn = drawings.ground()
    for key in participants.names():
        light = stories.spotlight(key)
        x, y = drawn.points[key]
        assert 0 < x < drawings.GROUND_WIDTH
        assert 0 < y < drawn.height
        assert light.people
    assert "in der ganzen Stadt" in stories.spotlight("frankfurt-am-main").people_note
    assert "%" not in stories.spotlight("schossin").change, "few people are told as people"


@pytest.mark.parametrize(("dataset", "key"), [("demo", "riesa"), ("public", "neubrandenburg")])
def test_the_process_stands_beneath_the_line(
    stores: Path, monkeypatch: pytest.MonkeyPatch, dataset: str, key: str
) -> None:
    monkeypatch.setenv("ZWK_DATA", dataset)
    seed.ensure()
    with access.asking_as(access.PUBLIC):
        light, process = stories.spotlight(key), kommune.process(key)
    assert len(light.steps) == len(process.stages) > 0
    assert 0 < len(light.spans) <= len(process.measures)
    assert {lane for _, _, lane in light.spans} <= set(range(stories.MOST_LANES))
    assert all(left >= 0 and wide > 0 and left + wide <= stories.WIDTH + 0.2 for left, wide, _ in light.spans)
    # the line ends where its last figure is, left of a process that goes on
    assert int(light.last_year) >= process.last
    assert kommune.process_words(process) in light.alt
    assert light.line


def test_a_long_result_is_told_in_short(stores: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stories.advice, "to_show", lambda _: ("Mehr Zeit", "viele gute Worte " * 20, True))
    light = stories.spotlight("riesa")
    assert light.result_note == "Gute Praxis"
    assert light.result.startswith("Mehr Zeit: viele gute Worte")
    assert light.result.endswith(" …")
    assert len(light.result) <= stories.LONGEST_RESULT


@pytest.mark.slow
def test_spotlights_go_through_everybody(stores: Path) -> None:
    wanted = playlist.playlist()
    both = [item for item in contents.items(wanted) if item.scene == "scheinwerfer"]
    assert len(both) == 2
    names = [(contents.content(wanted, item, n) or {})["licht"].name for n in range(20) for item in both]
    assert len(set(names)) == 39, "each Kommune comes once before one comes again"
    assert names[39] == names[0]


def test_an_equal_playlist_read_anew_goes_through_everybody_too(stores: Path) -> None:
    contents.items(playlist.playlist())
    wanted = deepcopy(playlist.playlist())
    both = [item for item in contents.items(wanted) if item.scene == "scheinwerfer"]
    names = [(contents.content(wanted, item, 0) or {})["licht"].name for item in both]
    assert len(set(names)) == 2


def test_contrasts_of_one_round_differ(stores: Path) -> None:
    wanted = replace(playlist.playlist(), items=(playlist.Item("kontrast", 9), playlist.Item("kontrast", 9)))
    shown = [(contents.content(wanted, item, n) or {})["gegensatz"].title for n in range(3) for item in wanted.items]
    assert shown == [*shown[:3], *shown[:3]]
    assert len(set(shown)) == 3


def test_news_are_as_precise_as_their_sources(stores: Path) -> None:
    """For some stages a source gives only the year: no day may be made up."""
    coarse = read("SELECT name FROM stage_event JOIN participant USING (participant_id) WHERE precision = 'year'")
    _, lines = stories.lately(today())
    assert len({line.who for line in lines}) == len(lines) == stories.MOST
    for line in lines:
        assert not line.when.startswith(("01.01.", "31.12.")), (line, set(coarse["name"]))
    assert lines[0] == stories.NewsLine("03.12.2025", "Neubrandenburg", "Zukunftswerkstatt")


def test_an_empty_scene_is_left_out(stores: Path) -> None:
    assert stories.upcoming(today()) == ()
    scenes = [item.scene for item in contents.items(playlist.playlist())]
    assert "termine" not in scenes
    assert "karte" in scenes


@pytest.mark.slow
def test_nothing_that_is_not_public(stores: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks, the scenes say what the public may know: no plans, no money, no internal practice, no notes."""
    monkeypatch.setenv("ZWK_DATA", "demo")
    seed.ensure()
    secret = read(
        """
        SELECT title AS text FROM measure WHERE status NOT IN ('running', 'done')
        UNION SELECT result FROM good_practice WHERE release <> 'public' AND result IS NOT NULL
        UNION SELECT text FROM measure_note UNION SELECT reason FROM stage_plan WHERE reason IS NOT NULL
        """
    )["text"]
    public = set(
        read(
            "SELECT title AS text FROM measure WHERE status IN ('running', 'done') "
            "UNION SELECT result FROM good_practice WHERE release = 'public' "
            "UNION SELECT title FROM good_practice WHERE release = 'public'"
        )["text"]
    )
    hidden = [text for text in secret if text not in public and len(text) > 12]
    assert len(hidden) > 20
    with access.asking_as(access.FULL):
        wanted = playlist.playlist()
        html = [wall.scene_html(wanted, item, n, "", "http://a") for item in wanted.items for n in range(2)]
        html += [
            wall.scene_html(wanted, playlist.Item("scheinwerfer", 9, (key,)), 0, key, "http://a")
            for key in participants.names()
        ]
    told = "\n".join(html)
    assert [text for text in hidden if text in told] == []
