"""Headline figures: hand-checked places, numbers instead of shares for villages, no figure is no figure."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from zwk_data.demography import figures, portrait, portrait_text
from zwk_data.demography.source_lines import of_headline, source_line
from zwk_data.display import stories
from zwk_data.dossier import sections as dossier
from zwk_data.programme import participants, themes
from zwk_data.stores.connection import read


def told(participant: str) -> dict[str, tuple[str, str]]:
    frame = figures.headline(participant)
    return {row.label: (row.value, row.help) for row in frame.itertuples()}


def test_riesa(stores: Path):
    rows = told("riesa")
    assert rows["Bevölkerung"] == ("29.127", "am 31.12.2023")
    # 32,283 at the end of 2011: 29,127 − 32,283 = −3,156; −3,156 / 32,283 = −9.8 %
    assert rows["Veränderung"] == ("\u22123.156", "Personen (\u22129,8\u00a0%), 31.12.2011 bis 31.12.2023")
    assert rows["Natürlicher Saldo"] == ("\u2212278", "Personen, Stand 2015 (236 Geburten, 514 Sterbefälle)")
    assert rows["67 Jahre und älter"] == ("32,2\u00a0%", "am 15.05.2022 (Zensus)"), "(3,520 + 5,948) / 29,434"
    assert rows["65 Jahre und älter"][1] == "Stand 2015"
    assert "Stand 2015, " in rows["Durchschnittsalter"][1]
    assert "; im Landkreis Meißen " in rows["Durchschnittsalter"][1]
    assert rows["Durchschnittsalter"][1].endswith("Jahre (2022)")
    assert "INKAR" in source_line(of_headline("riesa", figures.headline("riesa"))), (
        "the figure of the Kreis is from there"
    )


def test_a_village_gets_numbers(stores: Path):
    rows = told("schossin")
    assert rows["65 Jahre und älter"] == ("42", "Personen von 240, Stand 2015")
    assert "Zensus, zum Schutz Einzelner leicht verändert" in rows["67 Jahre und älter"][1]
    assert "%" not in "".join(value + text for value, text in rows.values())


def test_a_kreis_says_when_its_figure_is_on_the_new_census_base(stores: Path):
    rows = told("lk-rostock")
    assert rows["Bevölkerung"][1] == "am 31.12.2024, Basis Zensus 2022"
    assert rows["Veränderung"][1].endswith("31.12.2011 bis 31.12.2023"), "never over a census"
    assert rows["65 Jahre und älter"][1] == "am 31.12.2024"
    assert "67 Jahre und älter" not in rows, "one question has one answer, the newest"


@pytest.mark.slow
def test_no_page_of_a_participant_leads_with_an_old_figure(stores: Path):
    """Every participant: newer figures first, older ones behind and marked, at the head and in the dossier."""
    for key, row in participants.participants().set_index("participant_id").iterrows():
        rows = figures.headline(str(key))
        assert rows["year"].notna().all(), key
        old = rows["year"] < 2021
        assert not old.head(3).any(), key
        assert old.is_monotonic_increasing, f"{key}: the older ones stand last"
        for text, is_old in zip(rows["help"], old, strict=True):
            assert ("Stand 20" in text or "Stand 19" in text) == is_old, f"{key}: {text}"
        first = next(one for one in portrait_text.portrait_text(str(key)) if not one.startswith("Für "))
        assert re.match(r"Ende 202\d ", first), f"{key}: {first}"
        me = portrait.subject_of(str(key), row["name"], row["short"], row["kind"])
        marked = [one.when.startswith("Stand ") for one in dossier.key_facts(me).items]
        assert not any(marked[:2]), key
        assert marked == sorted(marked), key


def test_themes_lead_with_a_figure_of_the_programme(stores: Path):
    newest = read("SELECT indicator_id, max(year) AS year FROM observation_today GROUP BY 1").set_index("indicator_id")
    for theme, ids in themes.catalogue().items():
        if ids:
            assert newest["year"][ids[0]] >= 2021, theme
    contrast = stories.contrasts()[1]
    assert contrast.what == "Anteil der Menschen ab 67 Jahren, am 15.05.2022 (Zensus)"


def test_older_figures_stand_behind_in_their_order():
    years = {"a": 2015, "b": 2022, "c": 2020, "d": 2021, "e": None}
    assert figures.newest_first(years, years.get) == ["b", "d", "a", "c", "e"]
    assert figures.mark(2020) == "Stand 2020"
    assert figures.mark(2021) == ""


def test_nothing_known_is_said(monkeypatch: pytest.MonkeyPatch):
    columns = ["indicator_id", "year", "age_group", "value", "source_id", "name", "area_key", "level"]
    empty = pd.DataFrame({name: [] for name in columns})
    monkeypatch.setattr(figures, "read", lambda sql, params: empty)
    frame = figures.headline("nirgendwo")
    assert (frame["value"] == "nicht belegt").all()
    assert frame["source_id"].isna().all()
