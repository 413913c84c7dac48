"""What is public is documented: tables and columns, commands, statuses. Settings: tests/test_settings.py."""

import re
from pathlib import Path

import pytest

from zwk_data.__main__ import main
from zwk_data.settings import ROOT
from zwk_data.sources.labels import STATUSES
from zwk_data.stores.connection import read

README = (ROOT / "README.md").read_text(encoding="utf-8")
DATA_MD = (ROOT / "docs" / "data.md").read_text(encoding="utf-8")
TEXT = (".py", ".md", ".yml", ".toml", ".txt", ".csv", ".css", ".js", ".sql")
INTERNAL = {"build_info", "coverage", "lineage", "member", "programme_seed", "territory_step"}


def test_every_table_and_column_is_in_the_data_dictionary(stores):
    columns = read(
        "SELECT table_name, column_name FROM duckdb_columns() WHERE database_name IN ('warehouse', 'programme')"
    )
    words = set(re.findall(r"\w+", DATA_MD))
    missing = [
        f"{row.table_name}.{row.column_name}"
        for row in columns.itertuples()
        if row.table_name not in INTERNAL and not {row.table_name, row.column_name} <= words
    ]
    assert missing == []


@pytest.mark.parametrize("status", STATUSES)
def test_every_status_is_explained(status):
    assert f"| {status} |" in DATA_MD


@pytest.mark.parametrize("command", sorted(main.commands))
def test_every_command_is_in_the_readme(command):
    assert f"python -m zwk_data {command}" in README


def test_links_and_pictures_exist():
    for page in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]:
        for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
            if "://" not in target:
                assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_every_threat_names_tests_that_there_are():
    said = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
    tests = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    assert [name for name in re.findall(r"`(test_\w+)`", said) if f"def {name}(" not in tests] == []
    assert [path for path in re.findall(r"`(tests/[^`]+)`", said) if not (ROOT / path).exists()] == []
    rows = [
        line for line in said.splitlines() if line.count("|") == 5 and not re.match(r"\| (Bedrohung|wer) |\|---", line)
    ]
    assert len(rows) > 25
    assert [row for row in rows if "test" not in row and "ebenda" not in row] == []


def test_nothing_names_a_machine():
    """Paths of a developer's machine have no place in the repository."""
    wrong = []
    for path in sorted(ROOT.rglob("*")):
        inside = path.relative_to(ROOT).parts
        if inside[0] in (".git", ".zwk", ".venv") or "__pycache__" in inside or not path.is_file():
            continue
        if path.suffix in TEXT and path != Path(__file__):
            text = path.read_text(encoding="utf-8")
            wrong += [f"{path.name}: {hit}" for hit in re.findall(r"/work/\w+|/tmp/\w+|/root/\w+|/home/\w+", text)]
    assert wrong == []
