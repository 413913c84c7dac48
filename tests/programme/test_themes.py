"""Who shares a theme, in whose words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from zwk_data.programme import measures_and_money, stages, themes


def test_all_themes_with_how_many_share_them(public: Path) -> None:
    found = themes.themes()
    assert found["toolkit"].tolist() == [True] * 13 + [False] * 12
    number = found.set_index("theme_id")["participants"]
    assert (number["leerstand"], number["demokratiefoerderung"], number["foerdermittel"]) == (4, 0, 1)


def test_one_row_per_pair_with_all_its_words(public: Path) -> None:
    choices = themes.choices()
    assert len(choices) == 194
    assert not choices.duplicated(["participant_id", "theme_id"]).any()
    assert choices.query("participant_id == 'vrees'").empty
    meeting = choices.query("participant_id == 'bad-honnef' and theme_id == 'begegnung-beratung-selbsthilfe'").iloc[0]
    assert meeting["wording"] == "Begegnungsstätte; Gemeinsam statt einsam"


def test_sharing_a_theme(public: Path) -> None:
    shared = themes.sharing("leerstand", stages.progress(stages.matrix()))
    assert shared["participant_id"].tolist() == ["helbeduendorf", "oelsnitz-vogtl", "rodachtal", "uckerland"]
    words = ["Leerstand und Bauflächen", "Leerstände in der Innenstadt", "Leerstand, Wohnen und Arbeiten", "Leerstand"]
    assert shared["wording"].tolist() == words
    assert shared["documented"].tolist() == [2, 1, 0, 0]
    assert shared["furthest_de"].iloc[0] == "Zwischenbilanz"
    assert themes.sharing("demokratiefoerderung", stages.progress(stages.matrix())).empty


def test_own_words_with_every_theme_they_name(public: Path) -> None:
    words = themes.wordings("riesa").set_index("wording")["themes"]
    assert len(words) == 8
    assert words["Wohnen und Mobilität"] == "Wohnen · Mobilität"
    assert themes.wordings("vrees").empty


def test_most_alike_first(public: Path) -> None:
    alike = themes.alike("riesa")
    # both name Wohnen, Integration, Gesundheit, Teilhabe and the generations
    assert alike.iloc[0][["participant_id", "shared"]].tolist() == ["kornwestheim", 5]
    assert alike["shared"].is_monotonic_decreasing
    assert "riesa" not in set(alike["participant_id"])
    assert themes.alike("vrees").empty


def test_measures_are_told_when_there_are_any(store: Callable[[str], Path]) -> None:
    store("public")
    assert measures_and_money.count() == 176
    assert measures_and_money.of_theme("leerstand")["measure_id"].tolist() == [
        "uckerland-01",
        "rodachtal-02",
        "romrod-01",
    ]
    store("demo")
    found = measures_and_money.of_theme("leerstand")
    assert len(found) > 5
    assert found["status"].iloc[0] == "running"
    assert found["status_de"].iloc[0] == "läuft"
