"""Who works on what: one cell per Kommune and theme, the toolkit apart from the wider themes."""

from __future__ import annotations

import pandas as pd

from zwk_data.charts.themes import theme_matrix

THEMES = pd.DataFrame(
    [
        ("wohnen", "Wohnen", True, 2),
        ("integration", "Integration", True, 0),
        ("leerstand", "Leerstand", False, 1),
    ],
    columns=["theme_id", "name_de", "toolkit", "participants"],
)
CHOICES = pd.DataFrame(
    [
        ("b", "wohnen", "Wohnen", "Wohnraum; Häuser", "https://beispiel.de/1"),
        ("a", "wohnen", "Wohnen", "Wohnen im Alter", "https://beispiel.de/2"),
        ("b", "leerstand", "Leerstand", "Leere Läden", "https://beispiel.de/3"),
        ("x", "leerstand", "Leerstand", "nicht gewählt", "https://beispiel.de/4"),
    ],
    columns=["participant_id", "theme_id", "name_de", "wording", "source_url"],
)
LABELS = {"a": "Astadt", "b": "Bdorf", "c": "Cheim"}


def test_themes_are_grouped_and_carry_the_own_words() -> None:
    found = theme_matrix(CHOICES, THEMES, LABELS, "x")
    assert found.columns == {"a": "Astadt", "b": "Bdorf"}, "nothing is known of Cheim"
    assert found.groups == {
        "Themen des Werkzeugkoffers": [("wohnen", "Wohnen", {"a": "Wohnen im Alter", "b": "Wohnraum; Häuser"})],
        "Weitere Themen der Kommunen": [("leerstand", "Leerstand", {"b": "Leere Läden"})],
    }


def test_what_is_not_documented_is_said() -> None:
    found = theme_matrix(CHOICES, THEMES, LABELS, "x")
    assert "Von keiner Kommune belegt: Integration." in found.note
    assert "Themen nicht belegt für Cheim." in found.note
    assert found.alt == ("2\u00a0Themen und 2\u00a0Kommunen, am häufigsten genannt: Wohnen (2) und Leerstand (1)")


def test_the_table_is_ordered_as_the_matrix() -> None:
    table = theme_matrix(CHOICES, THEMES, LABELS, "x").table
    assert table["Kommune"].tolist() == ["Astadt", "Bdorf", "Bdorf"]
    assert table["Werkzeugkoffer"].tolist() == ["ja", "ja", "nein"]


def test_no_theme_at_all() -> None:
    assert theme_matrix(CHOICES, THEMES, {"c": "Cheim"}, "x").alt == "Kein Thema ist belegt."
