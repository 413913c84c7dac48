"""The headline number of people, checked against the genuine register: every Gemeinde once."""

from __future__ import annotations

from pathlib import Path

import pytest

from zwk_data import seed
from zwk_data.programme.participants import reach

REGISTER = Path(__file__).resolve().parents[2].parent / "shared" / "quellen" / "gvisys"


@pytest.mark.skipif(not REGISTER.exists(), reason="genuine source files are not part of the repository")
def test_people_are_those_of_the_set_of_gemeinden(stores: Path) -> None:
    from zwk_data.sources import gvisys

    register = gvisys.read(max(REGISTER.glob("*2023*")))
    gemeinden = register[register["level"] == "gemeinde"]
    made = seed.frames("public")
    quarters = set(made["participant"].loc[made["participant"]["kind"] == "quartier", "participant_id"])
    column = {"gemeinde": "area_key", "verband": "verband_key", "kreis": "kreis_key"}
    counted: set[str] = set()
    for area in made["participant_area"].itertuples(index=False):
        if area.participant_id not in quarters:
            counted |= set(gemeinden.loc[gemeinden[column[area.level]] == area.area_key, "area_key"])
    people = gemeinden.loc[gemeinden["area_key"].isin(counted), "population_total"].sum()
    found = reach()
    assert found is not None
    assert (found.year, found.people) == (2023, int(people))
