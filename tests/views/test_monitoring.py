"""Monitoring is for roles that may see everything; its charts are described in words."""

from __future__ import annotations

from datetime import date

import pytest

from zwk_data.programme.attention import thresholds
from zwk_data.stores import access
from zwk_data.views.monitoring import View, allowed


@pytest.mark.parametrize(
    ("asker", "may"),
    [
        (access.FULL, True),
        (access.PUBLIC, False),
        (access.Scope(own=("riesa",), network=True), False),
    ],
)
def test_only_who_sees_everything_may(asker: access.Scope, may: bool) -> None:
    with access.asking_as(asker):
        assert allowed() is may


def test_the_choice_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = View(("a", "b"), True, date(2024, 12, 31), thresholds())
    assert whole.words == "alle 2\u00a0Kommunen"
    assert whole.only is None
    part = View(("a",), False, date(2024, 12, 31), thresholds(), (("Land", "Sachsen"), ("Art", "Stadt")))
    assert part.words == "1\u00a0Kommune (Land: Sachsen; Art: Stadt)"
    assert part.only == ("a",)
    monkeypatch.setenv("ZWK_DATA", "demo")
    assert part.source == "Demodaten, frei erfunden."
    monkeypatch.setenv("ZWK_DATA", "public")
    assert part.source.startswith("Eingaben der Geschäftsstelle und öffentliche Internetseiten")
    assert hash(part) == hash(View(part.ids, False, part.today, part.limits, part.chosen))
