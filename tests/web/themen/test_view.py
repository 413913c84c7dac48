"""What the parts of the page Themen share, and that money is shown to those only who see it."""

from __future__ import annotations

import pandas as pd
import pytest

from zwk_data.web.kit.markup import Link
from zwk_data.web.themen import tabs
from zwk_data.web.themen.view import Choice, filled

MEASURES = pd.DataFrame(
    [("riesa", "wohnen", "Wohnen", "running", 2, 1000.0, 1)],
    columns=["participant_id", "theme_id", "name_de", "status", "number", "budget_eur", "unbudgeted"],
)


def test_columns_without_anything_are_left_out_but_the_first() -> None:
    table = filled({"Was": ["", None], "Link": ["–", float("nan")], "Zahl": [0, None], "Wer": [Link("a", "/b"), "–"]})
    assert list(table) == ["Was", "Zahl", "Wer"]


@pytest.mark.parametrize(("everything", "money"), [(True, True), (False, False)])
def test_budgets_are_for_those_who_see_all(monkeypatch: pytest.MonkeyPatch, everything: bool, money: bool) -> None:
    monkeypatch.setattr(tabs.measures_and_money, "measures", lambda: MEASURES)
    chart = tabs._by_status(everything)
    assert ("Budget (Euro)" in chart.table.columns) is money
    assert ("nur laufende und abgeschlossene" in chart.note) is not money


def test_a_link_keeps_the_choice_but_for_what_it_changes() -> None:
    chosen = Choice("wohnen", "riesa")
    assert chosen.link("x", "beratung").href == "/themen?teil=beratung&thema=wohnen&kommune=riesa"
    assert chosen.link("x", "netz", thema=None).href == "/themen?teil=netz&kommune=riesa"
