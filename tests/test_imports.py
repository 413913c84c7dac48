"""Data flows one way, and pages only put widgets and figures together."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from zwk_data.settings import PAGES, ROOT

PAGE_FILES = sorted(PAGES.glob("*.py"))
SQL = re.compile(r"\bSELECT\b.+\bFROM\b|\bINSERT INTO\b|\bUPDATE\b.+\bSET\b", re.DOTALL)
#: packages a page may use; everything else belongs elsewhere
FOR_PAGES = {"__future__", "collections", "pandas", "streamlit", "zwk_data"}
FILE_ACCESS = {"open", "read_text", "read_bytes", "write_text", "write_bytes", "read_csv", "read_parquet", "read_excel"}


def imports(file: Path) -> set[str]:
    """Full names of all modules that a file imports."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def texts(file: Path) -> list[str]:
    """All string constants of a file."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]


def test_data_flows_one_way() -> None:
    """The contract in pyproject.toml: sources, geo, warehouse, questions, charts, export, web; never backwards."""
    # a process of its own, as it turns off every logger there is
    script = "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(no_cache=True))"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.slow
def test_nothing_in_the_package_imports_a_page() -> None:
    for file in (ROOT / "zwk_data").rglob("*.py"):
        assert not {name for name in imports(file) if name.split(".")[0] in ("pages", "dashboard")}, file


@pytest.mark.parametrize("file", PAGE_FILES, ids=lambda file: file.stem)
def test_pages_hold_no_sql_and_touch_no_file(file: Path) -> None:
    used = imports(file)
    assert {name.split(".")[0] for name in used} <= FOR_PAGES
    assert not {name for name in used if name.startswith(("zwk_data.warehouse", "zwk_data.sources"))}
    assert not [text for text in texts(file) if SQL.search(text)]
    calls = [node.func for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
    called = {call.attr if isinstance(call, ast.Attribute) else getattr(call, "id", "") for call in calls}
    assert not called & FILE_ACCESS


@pytest.mark.parametrize("package", ["charts", "dossier", "web", "export"])
def test_sql_stays_with_the_questions(package: str) -> None:
    for file in (ROOT / "zwk_data" / package).rglob("*.py"):
        assert not [text for text in texts(file) if SQL.search(text)], file


def test_only_the_warehouse_opens_duckdb() -> None:
    package = ROOT / "zwk_data"
    openers = {
        file.relative_to(package).parts[0] for file in package.rglob("*.py") if "duckdb.connect(" in file.read_text()
    }
    assert openers == {"stores", "warehouse"}


def test_pages_in_the_order_of_the_menu() -> None:
    from zwk_data.web.shell import site

    assert [page.path for page in site.pages()] == [
        *("", "karte", "kommune", "demografie", "kommunalprofil", "stufen", "themen"),
        *("monitoring", "zwischenbilanz", "datenpflege", "sitzung", "live-anzeige", "quellen", "handbuch"),
    ]
    assert {page.file for page in site.MENU} == {file.name for file in PAGE_FILES}
