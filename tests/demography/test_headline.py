"""Headline figures: hand-checked places, numbers instead of shares for villages, no figure is no figure."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from zwk_data.demography import figures


def told(participant: str) -> dict[str, tuple[str, str]]:
    frame = figures.headline(participant)
    return {row.label: (row.value, row.help) for row in frame.itertuples()}


def test_riesa(stores: Path):
    rows = told("riesa")
    assert rows["Bevölkerung"] == ("29.127", "am 31.12.2023")
    # 32,283 at the end of 2011: 29,127 − 32,283 = −3,156; −3,156 / 32,283 = −9.8 %
    assert rows["Veränderung"] == ("\u22123.156", "Personen (\u22129,8\u00a0%), 31.12.2011 bis 31.12.2023")
    assert rows["Natürlicher Saldo"] == ("\u2212278", "Personen 2015 (236 Geburten, 514 Sterbefälle)")


def test_a_village_gets_numbers(stores: Path):
    rows = told("schossin")
    assert rows["65 Jahre und älter"] == ("42", "Personen von 240, am 31.12.2015")
    assert "%" not in "".join(value + text for value, text in rows.values())


def test_a_kreis_says_when_its_figure_is_on_the_new_census_base(stores: Path):
    rows = told("lk-rostock")
    assert rows["Bevölkerung"][1] == "am 31.12.2024, Basis Zensus 2022"
    assert rows["Veränderung"][1].endswith("31.12.2011 bis 31.12.2023"), "never over a census"


def test_nothing_known_is_said(monkeypatch: pytest.MonkeyPatch):
    empty = pd.DataFrame({name: [] for name in ("indicator_id", "year", "age_group", "value", "source_id")})
    monkeypatch.setattr(figures, "read", lambda sql, params: empty)
    frame = figures.headline("nirgendwo")
    assert (frame["value"] == "nicht belegt").all()
    assert frame["source_id"].isna().all()
