"""Fixtures for all tests: the stores, built once, and the genuine source files where they are at hand."""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from hypothesis import settings

from tests.examples import examples

try:
    import fcntl
except ImportError:  # not on Windows
    fcntl = None

# every run by hand draws other examples; the gate draws the same ones until a test changes, so that what it says of a
# change is about the change
IN_GATE = os.environ.get("ZWK_REQUIRE_BROWSER") == "1"
settings.register_profile("ours", max_examples=examples(10), deadline=None, derandomize=IN_GATE)
settings.load_profile("ours")

#: the programme store of either data set over a tiny warehouse; a PostgreSQL where there is one
pytest_plugins = ["tests.small_stores", "tests.postgres_server"]

SHARED = Path(__file__).resolve().parents[1].parent / "shared"


@pytest.fixture(scope="session", autouse=True)
def _own_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Tests build their stores in a folder of their own, never in the user's."""
    home = tmp_path_factory.mktemp("zwk")
    before = {name: os.environ.get(name) for name in ("ZWK_HOME", "ZWK_DATA")}
    os.environ["ZWK_HOME"] = str(home)
    os.environ.pop("ZWK_DATA", None)
    yield home
    from zwk_data.stores.connection import close

    close()
    for name, value in before.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


@pytest.fixture(scope="session")
def stores(_own_home: Path, pytestconfig: pytest.Config) -> Path:
    """Both stores with the shipped figures; returns the folder they lie in."""
    from zwk_data import seed

    built = _warehouse(pytestconfig)
    shutil.copyfile(built, _own_home / built.name)
    # Streamlit's and Plotly's scripts, which every server would compress for itself; a test before may have, in here
    if not (_own_home / "compressed").exists():
        (_own_home / "compressed").symlink_to(pytestconfig.cache.mkdir("compressed"), target_is_directory=True)
    seed.ensure()
    return _own_home


def _warehouse(config: pytest.Config) -> Path:
    """The built warehouse, kept in pytest's cache as long as its data and the code of the build stand.

    Of several workers the first one builds it; the others wait for it.
    """
    from zwk_data.warehouse.build import ensure

    home = config.cache.mkdir("built")
    with pytest.MonkeyPatch.context() as patch, (home / "lock").open("w") as lock:
        patch.setenv("ZWK_HOME", str(home))
        if fcntl is not None:
            fcntl.flock(lock, fcntl.LOCK_EX)
        built = ensure()
        for older in set(home.glob("warehouse-*.duckdb")) - {built}:
            older.unlink()
        return built


@pytest.fixture(scope="session")
def shared() -> Path:
    """The genuine source files; not part of the repository."""
    if not SHARED.is_dir():
        pytest.skip("genuine source files are not part of the repository")
    return SHARED


#: the longest folders and files start first, so that no worker is left with a long one at the end
LONGEST_FIRST = (
    # needs no warehouse, and takes longest where the genuine files are at hand
    "warehouse/test_collect.py",
    # builds the warehouse; the next one does without
    "browser/test_pages.py",
    "records/test_access.py",
    "browser/test_live_anzeige.py",
    "browser/test_sitzung.py",
    "browser/test_soak.py",
    "replicas",
    "browser/test_first_start.py",
    "browser/test_roles.py",
    "browser",
    "warehouse/update/test_command.py",
    "warehouse/update/test_update.py",
    "pages",
    "warehouse",
    "export/office/test_session_deck.py",
    "geo/test_install.py",
    "geo/test_topology.py",
    "charts/test_legend_holds.py",
    "export/test_workbook.py",
    "demography/test_headline.py",
    "dossier",
    "sources/test_genesis.py",
    "profile",
    "export",
    "geo",
    "records",
    "display",
    "programme",
    "demography",
)
#: each worker holds the stores in memory
MOST_WORKERS = 8


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--slow", action="store_true", help="run the tests marked as slow as well, as the gate does")


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> None:
    """The whole suite runs on all cores, without the slow ones; some files of it and ``-n`` stay as asked for."""
    option = config.option
    whole = config.args_source == pytest.Config.ArgsSource.TESTPATHS or config.args == config.getini("testpaths")
    if hasattr(config, "workerinput"):
        return  # has the options of the process that started it
    if not whole:
        option.slow = True
    if not whole or not config.pluginmanager.hasplugin("xdist") or option.usepdb or option.collectonly:
        return
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if option.numprocesses is None and cores > 1:
        # one more than cores: a browser and its server wait half of the time for each other
        waits = "not browser" not in option.markexpr
        option.numprocesses = min(cores, MOST_WORKERS) + waits
        option.dist, option.loadscopereorder = "loadfile", False


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is slow unless it was asked for. Order whole folders and files; the order within them stays."""
    if not config.option.slow:
        left_out = [item for item in items if item.get_closest_marker("slow")]
        if left_out:
            config.hook.pytest_deselected(items=left_out)
            items[:] = [item for item in items if not item.get_closest_marker("slow")]
    here = Path(__file__).resolve().parent

    @cache
    def place(path: Path) -> int:
        file = path.relative_to(here)
        found = (n for n, name in enumerate(LONGEST_FIRST) if file.is_relative_to(name))
        return next(found, len(LONGEST_FIRST))

    items.sort(key=lambda item: place(item.path))


def pytest_sessionfinish() -> None:
    """Look once for objects that were left behind.

    pytest looks five times at its end, a second each in a process that holds the stores; in what is frozen it finds
    nothing to look through.
    """
    gc.collect()
    gc.freeze()
