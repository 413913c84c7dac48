"""What is missing, Kommune by Kommune: the same numbers as everywhere, and each gap has its form."""

from __future__ import annotations

from datetime import date

import pytest

from zwk_data.programme import participants, stages
from zwk_data.schema.tables import entered
from zwk_data.web.datenpflege.table import FORMS, GROUPS, entry_address, group_of

pytestmark = pytest.mark.usefixtures("stores")
TODAY = date(2024, 11, 28)


def test_gaps_of_stages_are_what_lage_and_monitoring_count() -> None:
    found = participants.gaps(TODAY)
    counts = stages.counts(stages.matrix()).set_index("stage")
    for stage in counts.index:
        of_stage = found[found["stage"] == stage]["evidence"].value_counts()
        for evidence in ("none", "undated", "blanket"):
            assert of_stage.get(evidence, 0) == counts.loc[stage, evidence], (stage, evidence)


def test_a_kommune_lacks_what_it_has_no_record_of() -> None:
    found = participants.gaps(TODAY)
    assert not found.duplicated(["participant_id", "table", "stage"]).any()
    assert found["participant_id"].nunique() <= 39
    lacking = set(found.loc[found["table"] == "measure", "participant_id"])
    assert "riesa" in set(found["participant_id"])
    assert lacking.isdisjoint(stages.read("SELECT DISTINCT participant_id FROM measure")["participant_id"])
    reviewed = found[found["table"] == "review"]["participant_id"]
    cells = stages.matrix().set_index(["participant_id", "stage"])
    assert all(cells.loc[(one, "zwischenbilanz"), "evidence"] in stages.ITS_OWN for one in reviewed)


def test_every_table_that_people_fill_stands_in_one_group() -> None:
    grouped = [table for _, tables in GROUPS.values() for table in tables]
    assert sorted(grouped) == sorted(entered())
    assert group_of("funding") == "massnahmen"
    assert set(FORMS) <= set(grouped)


def test_a_gap_leads_to_its_form() -> None:
    assert entry_address("stage_event", "riesa", "kick_off") == {"kommune": "riesa", "stufe": "kick_off"}
    assert entry_address("funding", "riesa") == {"kommune": "riesa", "eingabe": "mittel"}
    assert entry_address("measure", "riesa") == {"teil": "tabellen", "tabelle": "measure", "kommune": "riesa"}
