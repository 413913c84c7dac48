"""Builds from a small set of figures, for what is about building a warehouse and not about the figures of Gemeinden."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.small_stores import of_kreise
from zwk_data.warehouse import build


@pytest.fixture(scope="session")
def built_of_kreise(
    without_gemeinden: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, list[tuple[float, str]]]:
    """Such a warehouse, built beside an older one, and the steps its build reported: made once, read-only."""
    home = tmp_path_factory.mktemp("kreise")
    (home / "warehouse-00000000.duckdb").write_bytes(b"an older state")
    steps: list[tuple[float, str]] = []
    with of_kreise(without_gemeinden), pytest.MonkeyPatch.context() as patch:
        patch.setenv("ZWK_HOME", str(home))
        return build.build(lambda share, step: steps.append((share, step))), steps


@pytest.fixture
def kreise_only(without_gemeinden: Path) -> Iterator[None]:
    """In this test builds start from Kreise."""
    with of_kreise(without_gemeinden):
        yield
