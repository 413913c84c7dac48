"""A small set of figures, for what is about building a warehouse and not about the figures of Gemeinden."""

from __future__ import annotations

from collections.abc import Iterator
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


@pytest.fixture
def kreise_only(without_gemeinden: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Builds start from Kreise, Länder, Bund and Verbände; the register of 2021 to 2023 is not among them."""
    connection.close()
    with monkeypatch.context() as patch:
        for module in (build, state):
            patch.setattr(module, "DATA", without_gemeinden)
        for module in (build, check):
            patch.setattr(module, "GEMEINDE_YEARS", ())
        patch.setattr(check, "POPULATION", {y: n for y, n in check.POPULATION.items() if y not in (2021, 2022, 2023)})
        state._fingerprint.cache_clear()
        yield
        connection.close()
    state._fingerprint.cache_clear()
