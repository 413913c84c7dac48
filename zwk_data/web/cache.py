"""Query results shared by all sessions: bounded, keyed by arguments and by the state of the data."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar, cast

import pandas as pd

from zwk_data.paths import dataset

P = ParamSpec("P")
R = TypeVar("R")


def data_version() -> tuple[object, ...]:
    """Changes whenever a store changes: another warehouse, another data set, an entry in the programme store."""
    from zwk_data.warehouse.programme_store import programme_path
    from zwk_data.warehouse.stores import warehouse_path

    programme = programme_path(dataset())
    return str(warehouse_path()), str(programme), programme.stat().st_mtime_ns if programme.exists() else 0


def _own(value: R) -> R:
    # pandas copies on write: a shallow copy protects the cached frame from whatever a page does to its columns.
    return cast("R", value.copy(deep=False)) if isinstance(value, pd.DataFrame | pd.Series) else value


def cached(func: Callable[P, R], *, max_entries: int = 64) -> Callable[P, R]:
    """``func`` remembering its last ``max_entries`` results; arguments must be hashable.

    Unlike ``st.cache_data`` it keeps one result for all sessions without serialising it, and forgets by itself when
    the data changes. Two sessions asking for the same thing at once cause one computation. Use at module level of
    zwk_data, or in a page through ``parts.cached``, which keeps one cache per function.
    """
    store: OrderedDict[object, R] = OrderedDict()
    pending: dict[object, threading.Lock] = {}
    guard = threading.Lock()

    @wraps(func)
    def remembered(*args: P.args, **kwargs: P.kwargs) -> R:
        key = (data_version(), args, tuple(sorted(kwargs.items())))
        with guard:
            if key in store:
                store.move_to_end(key)
                return _own(store[key])
            turn = pending.setdefault(key, threading.Lock())
        with turn:
            with guard:
                if key in store:
                    return _own(store[key])
            try:
                result = func(*args, **kwargs)
                with guard:
                    store[key] = result
                    while len(store) > max_entries:
                        store.popitem(last=False)
            finally:
                with guard:
                    pending.pop(key, None)
        return _own(result)

    return remembered


_wrapped: dict[str, Callable[..., object]] = {}
_wrapping = threading.Lock()


def cached_once(func: Callable[P, R], *, max_entries: int = 64) -> Callable[P, R]:
    """As ``cached``, and the same cache for the same function however often a page script runs."""
    name = f"{func.__module__}.{func.__qualname__}"
    with _wrapping:
        if name not in _wrapped:
            _wrapped[name] = cached(func, max_entries=max_entries)
        return _wrapped[name]  # type: ignore[return-value]
