"""Who can advise whom: reasons and orders by hand, and what the stores give."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from zwk_data.programme import advice, stages
from zwk_data.stores import access

NOBODY = pd.DataFrame({"key": []})


def asked(participant: str, theme: str, alike: pd.DataFrame = NOBODY) -> pd.DataFrame:
    return advice.candidates(participant, theme, stages.progress(stages.matrix()), alike)


@pytest.mark.parametrize(
    ("furthest", "own", "told"),
    [
        (4, 2, "2\u00a0Stufen weiter (Werkstattplan)"),
        (3, 2, "1\u00a0Stufe weiter (Werkstattplan)"),
        (2, 2, "gleich weit (Werkstattplan)"),
        (1, 2, "bis Werkstattplan belegt"),
        (4, 0, "Werkstattplan belegt"),
        (0, 2, "Stufen nicht belegt"),
    ],
)
def test_a_stage_in_words(furthest: int, own: int, told: str) -> None:
    assert advice._stage(furthest, "Werkstattplan", own) == told


def test_reasons_in_words() -> None:
    row = {
        "furthest": 4,
        "furthest_de": "Werkstattplan",
        "done": 3,
        "running": 1,
        "practices": 0,
        "km": 83.6,
        "kind": "stadt",
        "people": 120.0,
        "likeness": 2.0,
    }
    assert advice._reasons(row, 2, 100.0, 35).replace("\u00a0", " ") == (
        "2 Stufen weiter (Werkstattplan) · 3 Maßnahmen abgeschlossen · 1 Maßnahme läuft · 84 km · ähnlich groß · "
        "ähnlich in Größe, Alter und Entwicklung"
    )
    other = {**row, "people": 151.0, "likeness": 8.0, "done": 0, "running": 0}
    assert advice._reasons(other, 4, 100.0, 35).endswith("84\u00a0km · größer")
    quarter = {**row, "kind": "quartier"}
    assert advice._reasons(quarter, 4, 100.0, 35).endswith("Stadtquartier, Größe nicht vergleichbar")
    assert advice._reasons({**row, "people": float("nan"), "likeness": float("nan")}, 4, 100.0, 35).endswith("km")


FRAME = pd.DataFrame(
    [
        ("x", "Xdorf", 4, 1, 0, 90.0, 3.0),
        ("b", "Bstadt", 4, 2, 0, 200.0, float("nan")),
        ("a", "Astadt", 4, 1, 0, 90.0, 1.0),
        ("z", "Zheim", 1, 9, 9, 5.0, 2.0),
    ],
    columns=["participant_id", "name", "furthest", "done", "running", "km", "likeness"],
)


@pytest.mark.parametrize(("order", "ids"), [("weiteste", "baxz"), ("naechste", "zaxb"), ("aehnlichste", "azxb")])
def test_three_plain_orders(order: str, ids: str) -> None:
    assert "".join(advice.ordered(FRAME, order)["participant_id"]) == ids


def test_distances_are_those_of_an_atlas(public: Path) -> None:
    km = advice.distances("riesa")
    assert "riesa" not in km
    assert 35 < km["dresden"] < 50
    assert 380 < km["dortmund"] < 430


def test_who_names_the_theme_is_asked_and_oneself_is_not(public: Path) -> None:
    found = asked("helbeduendorf", "leerstand")
    # Romrod does not name the theme, but has a measure
    helps = dict(zip(found["participant_id"], found["helps"], strict=True))
    # Helbedündorf has a Zwischenbilanz: none is further ahead, but three have measures
    assert helps == {"oelsnitz-vogtl": False, "rodachtal": True, "romrod": True, "uckerland": True}
    rows = asked("uckerland", "leerstand").set_index("participant_id")
    assert rows["helps"].all()
    assert rows.loc["helbeduendorf", "wording"] == "Leerstand und Bauflächen"
    assert asked("riesa", "demokratiefoerderung").empty


def test_whoever_works_on_a_theme_counts_without_naming_it(demo: Path) -> None:
    found = asked("riesa", "wohnen", pd.DataFrame({"key": ["zwickau", "vrees"]})).set_index("participant_id")
    assert found.loc["zwickau", "likeness"] == 1
    assert (found[["done", "running", "practices"]].sum(axis=1) > 0).sum() >= 5
    working = found[found["wording"].isna()]
    assert (working[["done", "running", "practices"]].sum(axis=1) > 0).all()


def test_what_they_did_is_told_in_order_and_the_rest_counted(demo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    every = advice.deeds("wohnen", ("zwickau", "vrees"))
    assert list(dict.fromkeys(every["participant_id"])) == ["zwickau", "vrees"]
    kinds = ["gute Praxis", "Maßnahme, abgeschlossen", "Maßnahme, läuft"]
    for _, part in every.groupby("participant_id"):
        assert [kinds.index(one) for one in part["what"]] == sorted(kinds.index(one) for one in part["what"])
    monkeypatch.setattr(advice, "MOST_DEEDS", 2)
    few = advice.deeds.__wrapped__("wohnen", ("zwickau", "vrees"))
    before, after = (
        frame.groupby("participant_id").agg(n=("title", "size"), more=("more", "first")) for frame in (every, few)
    )
    assert (after["n"] <= 2).all()
    assert (before.sum(axis=1) == after.sum(axis=1)).all()
    assert advice.deeds("wohnen", ()).empty


def test_what_is_released_for_whom_is_told_to_them_only(demo: Path) -> None:
    everything = advice.practices()
    internal, network = (
        set(everything.loc[everything["release_de"] == word, "practice_id"])
        for word in ("nur intern", "Kommunen und Beratung im Netzwerk")
    )
    assert internal
    assert network
    with access.asking_as(access.PUBLIC):
        assert set(advice.practices()["release_de"]) == {"alle"}
        # what is not released appears nowhere else either
        titles = set(everything.loc[everything["practice_id"].isin(internal), "title"])
        shown = advice.deeds("wohnen", tuple(everything["participant_id"]))
        assert not titles & set(shown.loc[shown["what"] == "gute Praxis", "title"]) - set(advice.practices()["title"])
    with access.asking_as(access.Scope(network=True)):
        assert network <= set(advice.practices()["practice_id"])
        assert not internal & set(advice.practices()["practice_id"])


def test_tools_and_who_uses_them(demo: Path) -> None:
    tools = advice.tools()
    assert len(tools) == 26
    assert tools["uses"].is_monotonic_decreasing
    of_theme = advice.tools("wohnen")
    assert (of_theme["theme"] == "Wohnen").any()
    assert (of_theme["uses"].sum()) < tools["uses"].sum()
    assert (of_theme["users"].notna() == (of_theme["uses"] > 0)).all()


def test_what_public_sources_document(public: Path) -> None:
    assert (len(advice.practices()), len(advice.tools())) == (31, 10)
    assert advice.deeds("wohnen", ("riesa",)).empty
