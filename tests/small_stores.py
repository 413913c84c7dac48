"""Small stores, so that few tests need the big ones: the programme over a tiny warehouse, builds from few figures."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest

from zwk_data import seed
from zwk_data.settings import DATA
from zwk_data.stores import connection, programme_file, state
from zwk_data.warehouse import build, check

#: participant -> inhabitants at the end of 2022 and 2023; all others have 100
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
def of_kreise(data: Path) -> Iterator[None]:
    """Builds start from ``data``: Kreise, Länder, Bund and Verbände, without the register of 2021 to 2023."""
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


def python_of_kreise(data: Path, *module: str) -> list[str]:
    """``python -m`` for a process of its own in which builds start from Kreise."""
    program = (
        "import runpy, sys; from pathlib import Path; from tests.small_stores import of_kreise; "
        "data, module = Path(sys.argv.pop(1)), sys.argv.pop(1)\n"
        "with of_kreise(data): runpy.run_module(module, run_name='__main__', alter_sys=True)"
    )
    return [sys.executable, "-c", program, str(data), *module]
