"""What an indicator means is declared in data/indicators.yml and nowhere else."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from zwk_data.errors import ZwkError
from zwk_data.settings import ROOT
from zwk_data.warehouse.indicator_catalogue import catalogue, checked

ENTRY = {
    "name_de": "Bevölkerung",
    "unit": "Personen",
    "decimals": 0,
    "definition_de": "Wie viele.",
    "direction": "Mehr ist mehr.",
    "source_note_de": "Gezählt.",
}

#: lists of indicators that are about a page or a rule, not about what the indicators mean, wherever they stand
EXPLAINED = {
    "births deaths": "the two parts of the natural balance: columns, words, a chart's two series",
    "moves_in moves_out": "which details of villages do not ship",
    "population_15_64 unemployed": "what INKAR counts in Gemeinden alone",
    "population area_km2": "what the registers print for Gemeinden alone",
    "births deaths moves_in moves_out population area_km2": "German words for what formulas add up",
    "population share_65plus mean_age": "what the portrait is about",
    "population census_share_67plus population_index": "what the wall tells",
    "population share_65plus": "which lines the dossier draws",
    "population_index census_share_67plus": "the columns of the Synopse",
    "mean_age billeter youth_ratio old_age_ratio total_ratio": "the rows of the table of ageing, in its order",
    "population census_share_67plus share_65plus mean_age old_age_ratio natural_balance_rate net_migration_rate": (
        "the dossier's numbers"
    ),
    "population_index density census_share_under16 census_share_67plus share_under18 share_18_64 share_65plus "
    "share_80plus mean_age youth_ratio old_age_ratio share_female census_share_foreign share_foreign "
    "birth_rate death_rate natural_balance_rate net_migration_rate": "the dossier's table",
}


def _lists(tree: ast.Module) -> Iterator[list[str]]:
    """Every collection of texts in a module, and every list of words in its SQL."""
    for statement in tree.body:
        for node in ast.walk(statement):
            items = node.elts if isinstance(node, ast.Tuple | ast.List | ast.Set) else getattr(node, "keys", [])
            yield [item.value for item in items if isinstance(item, ast.Constant) and isinstance(item.value, str)]
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield from _in_sql(node.value)


def _in_sql(text: str) -> list[list[str]]:
    return [re.findall(r"'(\w+)'", listed) for listed in re.findall(r"\bIN \(([^()]*)\)", text)]


def _with_several_indicators(file: Path) -> set[frozenset[str]]:
    text = file.read_text(encoding="utf-8")
    lists = _in_sql(text) if file.suffix == ".sql" else _lists(ast.parse(text))
    found = [frozenset(catalogue().indicators).intersection(listed) for listed in lists]
    return {one for one in found if len(one) > 1}


@pytest.mark.slow
def test_no_module_keeps_a_list_of_indicators_of_its_own() -> None:
    found: dict[frozenset[str], str] = {}
    for file in [*(ROOT / "zwk_data").rglob("*.py"), *(ROOT / "zwk_data").rglob("*.sql")]:
        found |= dict.fromkeys(_with_several_indicators(file), file.name)
    explained = {frozenset(listed.split()) for listed in EXPLAINED}
    assert {file: sorted(one) for one, file in found.items() if one not in explained} == {}
    assert [sorted(one) for one in explained - set(found)] == []


def test_what_is_marked() -> None:
    counts = set(catalogue().marked("is_count"))
    assert set(catalogue().marked("moved_by_people")) == {
        *("population", "births", "deaths", "moves_in", "moves_out", "population_foreign", "census_population"),
        *("census_foreign", "census_migration", "households", "households_single", "households_seniors", "buildings"),
        *("buildings_one_dwelling", "buildings_until_1949", "buildings_since_2000", "population_15_64", "unemployed"),
        *("census_labour_force", "census_unemployed", "census_from_15", "census_abitur", "census_no_school_degree"),
        "census_no_training",
    }
    assert set(catalogue().marked("moved_by_people")) < counts
    assert set(catalogue().marked("from_inkar")) == {"share_65plus", "mean_age", "share_foreign", "share_female"}
    published = {
        key for name in ("from_inkar", "deutschlandatlas", "inkar", "gisd") for key in catalogue().marked(name)
    }
    assert set(catalogue().marked("averaged")) < published
    # a count that is published would have to be moved to today's territory
    assert not published & counts
    # the Zensus counted on the 15th of May, and never from 65: its ages are not those of the 31st of December
    days = {key: entry["day"] for key, entry in catalogue().indicators.items()}
    assert {key for key, day in days.items() if day == "15.05."} == {
        key for key, entry in catalogue().indicators.items() if "15. Mai 2022" in entry["definition_de"]
    }
    assert set(days.values()) == {"31.12.", "15.05."}
    # what is made by a formula follows from what it is made of
    assert not set(catalogue().marked("moved_by_people")) & set(catalogue().derived())
    # a logarithm needs more than nothing
    assert not set(catalogue().marked("wide_range")) & set(catalogue().marked("can_be_negative"))


def test_defaults_are_filled_in() -> None:
    entry = checked({"population": ENTRY}, set())["population"]
    assert (entry["is_count"], entry["on_map"], entry["centre"], entry["sum_tolerance"]) == (False, True, None, 0.0)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"unit": None}, "es fehlt unit."),
        ({"is_cuont": True}, "is_cuont gibt es nicht. Möglich sind name_de, unit,"),
        ({"is_count": "ja"}, "der Wert von is_count ist von falscher Art."),
        ({"centre": True}, "der Wert von centre ist von falscher Art."),
        ({"decimals": "0"}, "der Wert von decimals ist von falscher Art."),
        ({"formula": "births / people"}, "die Formel nennt unbekannte Größen ['people']."),
    ],
)
def test_a_faulty_entry_is_one_sentence(more: dict[str, Any], said: str) -> None:
    with pytest.raises(ZwkError) as fault:
        checked({"probe": ENTRY | more}, {"births"})
    assert str(fault.value).startswith("data/indicators.yml, Kennzahl probe: ")
    assert said in str(fault.value)
