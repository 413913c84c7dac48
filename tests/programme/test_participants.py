"""Who takes part, and how many people are counted once."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from zwk_data import seed
from zwk_data.programme import participants
from zwk_data.stores.connection import read

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "quellen" / "gvisys"


def test_all_in_alphabetical_order(public: Path) -> None:
    frame = participants.participants()
    assert len(frame) == 39
    assert frame["name"].iloc[[0, -1]].tolist() == ["Adorf/Vogtl.", "Zwickau"]
    assert frame["name"].tolist().index("Oelsnitz/Vogtl.") < frame["name"].tolist().index("Plößberg")
    short = frame.set_index("participant_id")["short"]
    assert short["rodachtal"] == "Initiative Rodachtal"
    assert short["oldendorf-himmelpforten"] == "SG Oldendorf-Himmelpforten"
    assert short["kreis-dueren"] == "Kreis Düren"


def test_the_13_laender_and_an_alliance_over_two(public: Path) -> None:
    frame = participants.participants()
    assert len(participants.laender(frame)) == 13
    for land in ("Bayern", "Thüringen"):
        assert "rodachtal" in set(participants.matching(frame, land, None, None)["participant_id"])


def test_filters_work_together(public: Path) -> None:
    frame = participants.participants()
    found = participants.matching(frame, "Mecklenburg-Vorpommern", "Landkreis", "August 2021")
    assert found["participant_id"].tolist() == ["lk-ludwigslust-parchim", "lk-rostock"]
    assert participants.matching(frame, "Hessen", "Landkreis", None).empty
    assert len(participants.matching(frame, None, None, None)) == 39


@pytest.mark.parametrize(
    ("stored", "shown"),
    [("2021-08", "August 2021"), ("2023-02", "Februar 2023"), ("2021 erste Auswahl", "2021, erste Auswahl")],
)
def test_admission_in_words(stored: str, shown: str) -> None:
    assert participants.admitted_text(stored) == shown


def test_described(public: Path) -> None:
    frame = participants.participants().set_index("participant_id")
    assert participants.described(frame.loc["dortmund"]) == (
        "Stadtquartier in Nordrhein-Westfalen; Gebiet: Westerfilde; aufgenommen: 2021, erste Auswahl; "
        "schon in der Demografiewerkstatt Kommunen dabei; Beratung: nicht belegt."
    )
    assert participants.described(frame.loc["coburg"]).endswith("Beratung: IPU GmbH. Nachträglich aufgenommen.")


def test_people_are_counted_once(public: Path) -> None:
    reach = participants.reach()
    assert reach is not None
    # 39 Kommunen: three quarters; Grabow, Ludwigslust, Schossin and Uckerland lie inside participating Kreise
    assert (reach.counted, reach.quarters, reach.nested) == (32, 3, 4)
    # 31 times 100 and the Kreis; 2024 is not known for all
    assert (reach.year, reach.people) == (2023, 31 * 100 + 210_000)
    assert reach.city_people == 600_000 + 100 + 100


@pytest.mark.slow
@pytest.mark.skipif(not SHARED.exists(), reason="genuine source files are not part of the repository")
def test_no_participating_gemeinde_lies_in_a_participating_verband() -> None:
    """What ``reach`` takes for granted: it knows a Gemeinde's Kreis, but not its Verband."""
    from zwk_data.sources import gvisys

    register = gvisys.read(max(SHARED.glob("*2023*")))
    areas = seed.frames("public")["participant_area"]
    inside = register["verband_key"].isin(areas.loc[areas["level"] == "verband", "area_key"])
    members = register[inside & (register["level"] == "gemeinde")]
    assert len(members) > 10
    assert not set(members["area_key"]) & set(areas["area_key"])


def test_every_area_belongs_to_one_participant_at_its_level(public: Path) -> None:
    twice = read("SELECT area_key FROM participant_area GROUP BY area_key HAVING count(*) > 1")
    pd.testing.assert_series_equal(twice["area_key"], pd.Series([], dtype=twice["area_key"].dtype, name="area_key"))
