"""The network at a glance, and its gaps."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from zwk_data.programme import participants


def test_people_have_a_place_in_germany_and_their_stages(public: Path) -> None:
    people = participants.people()
    assert len(people) == 39
    assert people["lon"].between(5.8, 15.1).all()
    assert people["lat"].between(47.2, 55.1).all()
    by_id = people.set_index("participant_id")
    assert by_id.loc["grabow", "stages"] == "Belegt: Zukunftswerkstatt, Zwischenbilanz"
    assert by_id.loc["riesa", "themes"] == 7
    assert by_id.loc["vrees", "themes"] == 0


def test_gaps_are_counted_and_named(public: Path) -> None:
    gaps = participants.undocumented().set_index("Was")
    assert gaps.loc["Teilnehmende", "Nicht belegt"] == "1 von 40"
    assert gaps.loc["Stufe Kick-Off", "Nicht belegt"] == "30 von 39"
    assert gaps.loc["Stufe Kommunalprofil", "Erläuterung"].startswith("37 nur pauschal belegt")
    assert gaps.loc["Stufe Zwischenbilanz", "Erläuterung"].startswith("32 nur pauschal belegt")
    assert gaps.loc["Themen", "Erläuterung"] == "Vrees."
    # every Kommune has a measure that a source names
    assert "Maßnahmen" not in gaps.index


def test_gaps_that_are_closed_are_left_out(store: Callable[[str], Path]) -> None:
    store("demo")
    gaps = participants.undocumented()
    assert not {"Maßnahmen", "Themen"} & set(gaps["Was"])


def test_reach_says_who_is_not_counted() -> None:
    reach = participants.Inhabitants(year=2023, people=1, counted=32, quarters=3, city_people=5, nested=4)
    assert participants.reach_text(reach) == (
        "Ende 2023 in 32\u00a0Kommunen, jeder Mensch einmal gezählt, ohne 3\u00a0Stadtquartiere"
    )
