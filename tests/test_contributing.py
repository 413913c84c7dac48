"""CONTRIBUTING.md describes the code as it is: its drawing and the files it names."""

from __future__ import annotations

import ast
import re
import tomllib

from zwk_data.settings import ROOT

GUIDE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def first_line(package: str) -> str:
    """The first line of a package's or module's docstring."""
    path = ROOT / "zwk_data" / package
    # a folder that was a package once may have been left behind with its compiled files
    file = path.with_suffix(".py") if path.with_suffix(".py").exists() else path / "__init__.py"
    text = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
    return text.partition("\n")[0]


def drawing() -> str:
    """The layers of the import contract, highest first, each package with its own words."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    whole, inside = ([one["layers"] for one in contracts if one["type"] == "layers"])[:2]
    lines = []
    for layers, folder in ((whole, ""), (inside, "web/")):
        width = max(len(name) for layer in layers for name in layer.split(" | "))
        for layer in layers:
            for mark, name in zip("┌" + "│" * 20, layer.split(" | "), strict=False):
                lines.append(f"{mark} {folder}{name:<{width}}  {first_line(folder + name)}")
        lines.append("")
    return "\n".join(lines).strip()


def test_the_drawing_is_the_import_contract() -> None:
    drawn = re.search(r"```house\n(.*?)\n```", GUIDE, re.DOTALL)
    assert drawn, "the block ```house``` is missing"
    assert drawn[1] == drawing()


def test_every_named_file_is_there() -> None:
    named = set(re.findall(r"`((?:zwk_data|pages|tests|data|docs|benchmarks|tools)/[\w./-]+)`", GUIDE))
    assert named
    assert not [path for path in sorted(named) if not (ROOT / path).exists()]
