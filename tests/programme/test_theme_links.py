"""Themes against stages, and pairs of Kommunen that share themes, by hand."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from zwk_data.programme import themes
from zwk_data.schema.words import STAGES

CATALOG = pd.DataFrame(
    [("wohnen", "Wohnen", True, 2), ("leerstand", "Leerstand", False, 1), ("klima", "Klima", False, 0)],
    columns=["theme_id", "name_de", "toolkit", "participants"],
)
CHOICES = pd.DataFrame(
    [("a", "wohnen", "Wohnen"), ("b", "wohnen", "Wohnen"), ("b", "leerstand", "Leerstand")],
    columns=["participant_id", "theme_id", "name_de"],
)


def cells(**documented: set[str]) -> pd.DataFrame:
    """Rows of ``stages.matrix``: participant -> its documented stages."""
    rows = [
        (one, stage, "dated" if stage in known else "none") for one, known in documented.items() for stage in STAGES
    ]
    return pd.DataFrame(rows, columns=["participant_id", "stage", "evidence"])


def test_a_later_stage_proves_none_before_it() -> None:
    found = themes.by_stage(CATALOG, CHOICES, cells(a={"kick_off", "zwischenbilanz"}, b=set(), c={"kick_off"}))
    row = found.set_index("theme_id").loc["wohnen"]
    assert row[[*STAGES, "none"]].tolist() == [1, 0, 0, 0, 1, 1]


def test_every_theme_is_there_and_whole_numbers() -> None:
    found = themes.by_stage(CATALOG, CHOICES, cells(a=set(), b={"kick_off"}))
    assert found["theme_id"].tolist() == ["wohnen", "leerstand", "klima"]
    assert found["none"].tolist() == [1, 0, 0]
    assert found["kick_off"].tolist() == [1, 1, 0]
    assert themes.by_stage(CATALOG, CHOICES, cells(a=set(), b=set()))["none"].tolist() == [2, 1, 0]


def pairs(**chosen: str) -> pd.DataFrame:
    rows = [(one, name.lower(), name) for one, names in chosen.items() for name in names]
    return pd.DataFrame(rows, columns=["participant_id", "theme_id", "name_de"])


def test_shared_themes_are_counted_and_named() -> None:
    found = themes.theme_links(pairs(c="XYZ", a="XY", b="YZ", d="W"), ["a", "b", "c", "d"])
    assert found[["a", "b", "shared", "themes"]].to_numpy().tolist() == [
        ["a", "c", 2, "X · Y"],
        ["b", "c", 2, "Y · Z"],
        ["a", "b", 1, "Y"],
    ]


def test_only_the_strongest_are_drawn_and_everyones_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(themes, "MOST_LINKS", 2)
    found = themes.theme_links(pairs(a="XYW", b="XY", c="XYW", d="W"), ["a", "b", "c", "d"])
    # three: a–c; two: a–b and b–c; one: a–d and c–d. At most two: only the first is left, and the first of b and of d
    assert found[["a", "b", "shared", "strong"]].to_numpy().tolist() == [
        ["a", "c", 3, True],
        ["a", "b", 2, True],
        ["b", "c", 2, False],
        ["a", "d", 1, True],
        ["c", "d", 1, False],
    ]


def test_partners_of_one() -> None:
    found = themes.theme_partners(themes.theme_links(pairs(a="XY", b="Y", c="XYZ"), ["a", "b", "c"]), "c")
    assert found.to_numpy().tolist() == [["a", 2, "X · Y"], ["b", 1, "Y"]]


def test_nothing_in_common() -> None:
    found = themes.theme_links(pairs(a="X", b="Y"), ["a", "b", "c"])
    assert found.empty
    assert themes.theme_partners(found, "a").empty


def test_the_documented_themes(public: Path) -> None:
    choices = themes.choices()
    found = themes.theme_links(choices, sorted(set(choices["participant_id"])))
    alike = themes.alike("riesa").set_index("participant_id")["shared"]
    mine = themes.theme_partners(found, "riesa").set_index("participant_id")["shared"]
    assert mine.sort_index().to_dict() == alike.sort_index().to_dict()
    strong = found[found["strong"]]
    assert len(strong) < 100
    assert set(strong["a"]) | set(strong["b"]) == set(found["a"]) | set(found["b"])
