"""What is public is documented: tables and columns, commands, statuses. Settings: tests/test_settings.py."""

import re
from pathlib import Path

import pytest

from tools import pictures
from zwk_data.__main__ import main
from zwk_data.settings import ROOT
from zwk_data.sources.printed_codes import STATUSES
from zwk_data.stores.access import ROLES
from zwk_data.stores.connection import read
from zwk_data.web.shell.handbook import slug

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
README = (ROOT / "README.md").read_text(encoding="utf-8")
DATA_MD = (ROOT / "docs" / "data.md").read_text(encoding="utf-8")
TEXT = (".py", ".md", ".yml", ".toml", ".txt", ".csv", ".css", ".js", ".sql")
INTERNAL = {"build_info", "coverage", "lineage", "member", "newest_year", "programme_seed", "territory_step"}


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


def test_operators_read_of_every_command_what_it_says_of_itself():
    text = (ROOT / "docs" / "handbuch" / "betrieb.md").read_text(encoding="utf-8")
    assert dict(re.findall(r"^\| `(\w+)` \| (.*?) \|$", text, re.MULTILINE)) == {
        name: command.help for name, command in main.commands.items()
    }


@pytest.mark.parametrize("role", [role for role in ROLES if role != "lokal"])
def test_every_role_is_explained(role):
    login = (ROOT / "docs" / "anmeldung.md").read_text(encoding="utf-8")
    head = next(line for line in login.splitlines() if line.startswith("| | "))
    assert ROLES[role] in [cell.strip() for cell in head.split("|")]
    # what the provider has to call it
    assert role == "oeffentlich" or f"`zwk-{role}`" in login
    questions = (ROOT / "docs" / "handbuch" / "fragen.md").read_text(encoding="utf-8")
    assert f"- **{ROLES[role]}** " in questions.partition("### Wer darf was?")[2].partition("\n### ")[0]


def test_links_and_pictures_exist():
    for page in PAGES:
        for target in re.findall(r"\]\(([^)]+)\)", page.read_text(encoding="utf-8")):
            file, _, anchor = target.partition("#")
            if "://" in target:
                continue
            there = (page.parent / file).resolve() if file else page
            assert there.exists(), f"{page.name}: {target}"
            assert not anchor or anchor in anchors(there), f"{page.name}: {target}"


def anchors(page: Path) -> set[str]:
    """Those of its headings, as GitHub makes them."""
    return {slug(title) for title in re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)}


def test_every_document_is_reached_from_the_readme():
    """By links alone; decisions are reached as a folder."""
    seen, waiting = set(), [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        seen.add(page)
        for target in re.findall(r"\]\(([^)#]+\.md)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            there = (page.parent / target).resolve()
            if "://" not in target and there not in seen:
                waiting.append(there)
    assert [page for page in PAGES if page not in seen and page.parent.name != "decisions"] == []


def test_every_picture_can_be_taken_again_and_is_shown():
    files = {file.stem for file in (ROOT / "docs" / "bilder").iterdir()}
    assert files == set(pictures.SHOTS)
    shown = "".join(page.read_text(encoding="utf-8") for page in PAGES)
    assert [name for name in files if f"bilder/{name}.png)" not in shown] == []
    assert sum(file.stat().st_size for file in (ROOT / "docs" / "bilder").iterdir()) < 1_000_000


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


def test_one_command_repeats_every_attack():
    """``pytest -m attack --slow`` runs whatever the tables on threats and findings name."""
    said = (ROOT / "docs" / "security.md").read_text(encoding="utf-8").partition("\n### Recht, Lieferkette")[0]
    rows = "".join(line for line in said.splitlines() if line.startswith("| "))
    files = {path: path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py")}
    whole = {path for path, text in files.items() if re.search(r"^pytestmark = .*\battack\b", text, re.MULTILINE)}
    marked = {name for path in whole for name in re.findall(r"^def (test_\w+)", files[path], re.MULTILINE)}
    for text in files.values():
        decorated = r"^@pytest\.mark\.attack\n(?:[@ )].*\n)*def (test_\w+)"
        marked |= set(re.findall(decorated, text, re.MULTILINE))
    named = set(re.findall(r"`(test_\w+)`", rows))
    assert len(named) > 30
    assert sorted(named - marked) == []
    in_part = {path for path, text in files.items() if "pytest.mark.attack" in text}
    asked = {ROOT / path for path in re.findall(r"`(tests/[^`]+)`", rows)}
    assert len(asked) > 20
    assert sorted(asked - in_part) == []


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
