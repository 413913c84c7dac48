"""Dossiers of a filled record: Handlungsfelder, stages, what others did."""

from __future__ import annotations

import pandas as pd
import pytest

from zwk_data.charts.chart import Figure
from zwk_data.dossier import content
from zwk_data.dossier.model import Section, TableBlock, Words
from zwk_data.stores.connection import read

pytestmark = pytest.mark.usefixtures("demo")


def blocks(section: Section, kind: type) -> list:
    return [block for block in section.blocks if isinstance(block, kind)]


def test_measures_by_field_and_status_add_up() -> None:
    section = content.section("riesa", "felder")
    (figure,) = blocks(section, Figure)
    kept = read("SELECT count(*) AS n FROM measure WHERE participant_id = 'riesa'")["n"].iloc[0]
    assert sum(sum(one.values) for one in figure.drawing.series) == kept
    listed = [one for one in blocks(section, TableBlock) if one.title.endswith(": Maßnahmen")]
    assert sum(len(one.frame) for one in listed) == kept
    assert [one.title.removesuffix(": Maßnahmen") for one in listed] == list(figure.drawing.categories)


def test_stages_with_how_long_they_took() -> None:
    (table,) = blocks(content.section("riesa", "stufen"), TableBlock)
    frame = table.frame.set_index("Stufe")
    dates = pd.to_datetime(frame["Termin"][["Kick-Off", "Kommunalprofil"]], format="%d.%m.%Y")
    assert frame["Tage bis zur nächsten Stufe"]["Kick-Off"] == (dates.iloc[1] - dates.iloc[0]).days
    assert frame["Tage bis zur nächsten Stufe"].isna()["Zwischenbilanz"]


def test_others_are_asked_for_a_reason() -> None:
    tables = blocks(content.section("riesa", "andere"), TableBlock)
    assert 1 <= len(tables) <= 4
    for table in tables:
        assert "Riesa" not in set(table.frame["Kommune"])
        assert table.frame["Warum fragen"].str.contains("km").all()


def test_gaps_are_asked_for_by_name() -> None:
    words = blocks(content.section("riesa", "offen"), Words)
    assert [one.title for one in words] == ["Zum Verlauf", "Zu den Maßnahmen", "Zu den Zahlen"]
    unmeasured = read(
        "SELECT title FROM measure WHERE participant_id = 'riesa' AND status IN ('planned', 'running') "
        "AND indicator IS NOT NULL AND indicator_actual IS NULL"
    )["title"]
    assert len(unmeasured)
    assert all(f"„{title}“" in " ".join(words[1].sentences) for title in unmeasured)


def test_demo_data_say_so() -> None:
    assert content.dossier("riesa", ["stufen"]).demo
