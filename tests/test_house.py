"""The structure stays as planned: few modules of similar size, no import cycles, every table declared once."""

from __future__ import annotations

import ast
import graphlib
from collections import Counter
from pathlib import Path

import grimp
import pytest

from zwk_data.settings import ROOT

PACKAGE = ROOT / "zwk_data"
FILES = sorted(PACKAGE.rglob("*.py"))
#: files with a name of their own; an __init__.py says what its package is
NAMED = [file for file in FILES if file.name != "__init__.py"]


def length(file: Path) -> int:
    return len(file.read_text(encoding="utf-8").splitlines())


def test_a_stranger_finds_the_right_file() -> None:
    # how fragments of one idea are joined, and what stays apart: docs/decisions/0018-the-house.md
    assert len(NAMED) <= 220
    assert [file for file in NAMED if length(file) > 400] == []
    scripts = [ROOT / "dashboard.py", *(ROOT / "pages").glob("*.py")]
    short = [file.relative_to(ROOT).as_posix() for file in (*NAMED, *scripts) if length(file) <= 60]
    assert len(short) <= 20, short


def test_no_circles() -> None:
    """Function-level imports count: they are where a circle hides."""
    graph = grimp.build_graph("zwk_data", cache_dir=None)
    order = graphlib.TopologicalSorter(
        {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    )
    order.prepare()  # raises CycleError, which names the circle


@pytest.mark.slow
def test_a_class_has_a_name_of_its_own() -> None:
    """One name with two meanings sends a reader to the wrong file."""
    names = Counter(
        node.name
        for file in FILES
        for node in ast.parse(file.read_text(encoding="utf-8")).body
        if isinstance(node, ast.ClassDef)
    )
    assert [name for name, times in names.items() if times > 1] == []


def test_formatting_is_the_formatter_s() -> None:
    """But for a few tables that are read as tables."""
    mark = "# fmt: " + "skip"
    folders = ("zwk_data", "pages", "tests", "tools", "benchmarks")
    files = [file for folder in folders for file in sorted((ROOT / folder).rglob("*.py"))]
    skipped = [f"{file.name}:{n}" for file in files for n, line in enumerate(file.open(), 1) if mark in line]
    assert len(skipped) < 20, skipped


@pytest.mark.slow
def test_every_package_says_what_it_is() -> None:
    for file in FILES:
        assert ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))), file


@pytest.mark.slow
def test_what_is_equal_keeps_its_order() -> None:
    """By one key, NumPy's usual sort puts what is equal into another order on another processor."""

    def is_loose(node: ast.AST) -> bool:
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            return False
        by = next((word.value for word in node.keywords if word.arg == "by"), None) or next(iter(node.args), None)
        # several keys are sorted in a way that keeps the order
        several = node.func.attr == "sort_values" and isinstance(by, ast.List | ast.Name)
        stable = any(word.arg == "kind" for word in node.keywords)
        return node.func.attr in {"sort_values", "argsort"} and not several and not stable

    files = [file for folder in ("zwk_data", "pages", "tools") for file in (ROOT / folder).rglob("*.py")]
    nodes = [(file, node) for file in files for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))]
    assert [f"{file.name}:{node.lineno}" for file, node in nodes if is_loose(node)] == []
