"""The programme store of either data set over a tiny warehouse, so that no test needs the big one."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from zwk_data import seed
from zwk_data.stores import connection, programme_file

#: participant -> inhabitants at the end of 2022 and 2023; whoever is not named has 100
POPULATION = {"lk-ludwigslust-parchim": (200_000, 210_000), "schossin": (240, 243), "dortmund": (500_000, 600_000)}


def _warehouse(path: Path) -> None:
    names = seed.frames("public")["participant"]["participant_id"]
    rows = [
        (name, "population", year, "total", "total", POPULATION.get(name, (100, 100))[year - 2022], "probe")
        for name in names
        for year in (2022, 2023)
    ]
    # the latest year is known for Kreise only, as it is in the real figures
    rows.append(("lk-ludwigslust-parchim", "population", 2024, "total", "total", 220_000, "probe"))
    with duckdb.connect(str(path)) as con:
        con.execute(
            "CREATE TABLE participant_observation (participant_id VARCHAR, indicator_id VARCHAR, year SMALLINT, "
            "sex VARCHAR, age_group VARCHAR, value DOUBLE, source_id VARCHAR)"
        )
        con.executemany("INSERT INTO participant_observation VALUES (?, ?, ?, ?, ?, ?, ?)", rows)


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """``made("demo")``: a store of that data set, made once; tests work on copies of it."""
    folder = tmp_path_factory.mktemp("made")
    _warehouse(folder / "warehouse.duckdb")

    def make(dataset: str) -> Path:
        path = folder / f"programme-{dataset}.duckdb"
        if not path.exists():
            programme_file.build(path, seed.frames(dataset), seed.fingerprint(dataset))
        return path

    return make


@pytest.fixture
def store(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, made: Callable[[str], Path]
) -> Iterator[Callable[[str], Path]]:
    """``store("public")`` makes that data set's store and lets ``read`` answer from it."""
    warehouse = tmp_path / "warehouse.duckdb"
    shutil.copyfile(made("public").with_name(warehouse.name), warehouse)
    monkeypatch.setenv("ZWK_HOME", str(tmp_path))
    monkeypatch.setattr(connection, "warehouse_path", lambda: warehouse)

    def make(dataset: str) -> Path:
        monkeypatch.setenv("ZWK_DATA", dataset)
        if not (tmp_path / made(dataset).name).exists():
            shutil.copyfile(made(dataset), tmp_path / made(dataset).name)
        return seed.ensure()

    connection.close()
    yield make
    connection.close()


@pytest.fixture
def public(store: Callable[[str], Path]) -> Path:
    """The store of the documented facts."""
    return store("public")


@pytest.fixture
def demo(store: Callable[[str], Path]) -> Path:
    """The store of the invented data."""
    return store("demo")
