"""A small set of figures, for what is about building a warehouse and not about the figures of Gemeinden."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from zwk_data.settings import DATA
from zwk_data.stores import connection, state
from zwk_data.warehouse import build, check


@pytest.fixture(scope="session")
def without_gemeinden(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped data but for the figures of Gemeinden, with which a build takes ten times as long."""
    folder = tmp_path_factory.mktemp("data")
    for path in DATA.iterdir():
        if path.name != "figures":
            (folder / path.name).symlink_to(path)
    (folder / "figures").mkdir()
    for path in (DATA / "figures").iterdir():
        if path.name != "observation_gemeinde.parquet":
            (folder / "figures" / path.name).symlink_to(path)
    return folder


@contextmanager
def _of_kreise(data: Path) -> Iterator[None]:
    """Builds start from Kreise, Länder, Bund and Verbände; the register of 2021 to 2023 is not among them."""
    connection.close()
    with pytest.MonkeyPatch.context() as patch:
        for module in (build, state):
            patch.setattr(module, "DATA", data)
        for module in (build, check):
            patch.setattr(module, "GEMEINDE_YEARS", ())
        patch.setattr(check, "POPULATION", {y: n for y, n in check.POPULATION.items() if y not in (2021, 2022, 2023)})
        state._fingerprint.cache_clear()
        yield
        connection.close()
    state._fingerprint.cache_clear()


@pytest.fixture(scope="session")
def built_of_kreise(
    without_gemeinden: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, list[tuple[float, str]]]:
    """Such a warehouse, built beside an older one, and the steps that its build told: made once, only to be read."""
    home = tmp_path_factory.mktemp("kreise")
    (home / "warehouse-00000000.duckdb").write_bytes(b"an older state")
    steps: list[tuple[float, str]] = []
    with _of_kreise(without_gemeinden), pytest.MonkeyPatch.context() as patch:
        patch.setenv("ZWK_HOME", str(home))
        return build.build(lambda share, step: steps.append((share, step))), steps


@pytest.fixture
def kreise_only(without_gemeinden: Path) -> Iterator[None]:
    """In this test builds start from Kreise."""
    with _of_kreise(without_gemeinden):
        yield
