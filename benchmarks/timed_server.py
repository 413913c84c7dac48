"""`streamlit run` with a stopwatch on every question the pages put to demography and programme.

Started by ``benchmarks.queries`` in place of ``python -m streamlit run``; writes one JSON line per question to the file
named in ``BENCH_TIMES``, and to that named in ``BENCH_SQL``, if any, each SQL query with its question and parameters.
"""

from __future__ import annotations

import functools
import importlib
import inspect
import json
import os
import pickle
import pkgutil
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

ASKED = ("zwk_data.demography", "zwk_data.programme")
_local = threading.local()
_write = threading.Lock()


def modules() -> list[ModuleType]:
    """All modules of the packages asked, imported."""
    found = []
    for name in ASKED:
        package = importlib.import_module(name)
        found += [importlib.import_module(info.name) for info in pkgutil.walk_packages(package.__path__, f"{name}.")]
    return found


def timed(function: Callable[..., Any], out: Path) -> Callable[..., Any]:
    """``function``, noting each outermost call: name, seconds, how many of them in SQL, its queries and the longest."""
    name = f"{function.__module__.removeprefix('zwk_data.')}.{function.__qualname__}"

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        if getattr(_local, "inside", False):
            return function(*args, **kwargs)
        _local.inside, _local.sql, _local.reads, _local.longest = True, 0.0, 0, 0.0
        _local.name = name
        begin = time.perf_counter()
        try:
            return function(*args, **kwargs)
        finally:
            seconds = time.perf_counter() - begin
            _local.inside, _local.name = False, ""
            line = {
                "at": time.time(),
                "name": name,
                "seconds": seconds,
                "sql": _local.sql,
                "reads": _local.reads,
                "longest": _local.longest,
                "args": ", ".join(repr(value) for value in (args, kwargs)),
            }
            with _write, out.open("a", encoding="utf-8") as file:
                file.write(json.dumps(line) + "\n")

    for extra in ("cache_clear", "cache_info"):
        if hasattr(function, extra):
            setattr(call, extra, getattr(function, extra))
    return call


def timed_read(read: Callable[..., Any]) -> Callable[..., Any]:
    """The warehouse's ``read``, adding its time to the question it belongs to."""

    @functools.wraps(read)
    def call(*args: Any, **kwargs: Any) -> Any:
        begin = time.perf_counter()
        try:
            return read(*args, **kwargs)
        finally:
            seconds = time.perf_counter() - begin
            _local.sql = getattr(_local, "sql", 0.0) + seconds
            _local.longest = max(getattr(_local, "longest", 0.0), seconds)
            _local.reads = getattr(_local, "reads", 0) + 1
            if "BENCH_SQL" in os.environ:
                asked = getattr(_local, "name", "") or "page", args, kwargs
                with _write, Path(os.environ["BENCH_SQL"]).open("ab") as file:
                    pickle.dump(asked, file)

    return call


def install(out: Path) -> int:
    """Put the stopwatch on every public function, before any page or web module takes hold of one; how many."""
    connection = importlib.import_module("zwk_data.stores.connection")
    swap: dict[int, Callable[..., Any]] = {id(connection.read): timed_read(connection.read)}
    found = modules()
    for module in found:
        for name, value in vars(module).items():
            own = getattr(value, "__module__", "") == module.__name__
            if own and not name.startswith("_") and callable(value) and not inspect.isclass(value):
                swap[id(value)] = timed(value, out)
    originals = [module for key, module in sys.modules.items() if key.startswith("zwk_data")]
    for module in originals:
        for name, value in list(vars(module).items()):
            if id(value) in swap:
                setattr(module, name, swap[id(value)])
    return len(swap)


if __name__ == "__main__":
    install(Path(os.environ["BENCH_TIMES"]))
    from streamlit.web.cli import main

    sys.argv = ["streamlit", "run", *sys.argv[1:]]
    main()
