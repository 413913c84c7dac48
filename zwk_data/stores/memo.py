"""Query results shared by all sessions: bounded, keyed by arguments and by the state of the data."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar, cast

import pandas as pd

from zwk_data.settings import dataset

P = ParamSpec("P")
R = TypeVar("R")


def data_version(uses: frozenset[str] = frozenset({"programme", "scope"})) -> tuple[object, ...]:
    """Changes whenever what was read changes: the warehouse, and as ``uses`` says the programme store or who asks.

    Figures stay known when somebody enters a date, and what everybody may see is computed once for all.
    """
    from zwk_data.stores import scope
    from zwk_data.stores.connection import programme_version
    from zwk_data.stores.state import warehouse_path

    return (
        str(warehouse_path()),
        dataset(),
        programme_version() if "programme" in uses else None,
        scope.current() if "scope" in uses else None,
    )


def _own(value: R) -> R:
    # pandas copies on write: a shallow copy protects the cached frame from whatever a page does to its columns.
    return cast("R", value.copy(deep=False)) if isinstance(value, pd.DataFrame | pd.Series) else value


def cached(func: Callable[P, R], *, max_entries: int = 64) -> Callable[P, R]:
    """``func`` remembering its last ``max_entries`` results; arguments must be hashable.

    Unlike ``st.cache_data`` it keeps one result for all sessions without serialising it, and forgets by itself when
    the data it was made from changes (it watches what ``connection.read`` is asked). Two sessions asking for the same
    thing at once cause one computation. Use at module level of zwk_data, or in a page through ``parts.cached``, which
    keeps one cache per function.
    """
    store: OrderedDict[object, R] = OrderedDict()
    #: arguments -> what their computation read from the programme store
    read_by: dict[object, frozenset[str]] = {}
    pending: dict[object, threading.Lock] = {}
    guard = threading.Lock()

    def known(asked: object) -> tuple[bool, R | None]:
        """Is there a result that still holds? What it was made from is noted for whoever computes with it."""
        if asked not in read_by:
            return False, None
        key = (asked, data_version(read_by[asked]))
        if key not in store:
            return False, None
        store.move_to_end(key)
        _note(read_by[asked])
        return True, store[key]

    @wraps(func)
    def remembered(*args: P.args, **kwargs: P.kwargs) -> R:
        asked = (args, tuple(sorted(kwargs.items())))
        # whoever may see other things does not wait for another's result
        turn_key = (asked, data_version())
        with guard:
            found, result = known(asked)
            if found:
                return _own(cast("R", result))
            turn = pending.setdefault(turn_key, threading.Lock())
        with turn:
            with guard:
                found, result = known(asked)
                if found:
                    return _own(cast("R", result))
            try:
                # the state before: what changes while it is computed must not pass for seen
                before = data_version(frozenset()), data_version()
                made, used = _watched(func, *args, **kwargs)
                with guard:
                    read_by[asked] = read_by.get(asked, frozenset()) | used
                    version = data_version(read_by[asked])
                    if (data_version(frozenset()), data_version()) == before:
                        store[asked, version] = made
                    while len(store) > max_entries:
                        store.popitem(last=False)
                    if len(read_by) > 8 * max_entries:
                        read_by.clear()
                        store.clear()
            finally:
                with guard:
                    pending.pop(turn_key, None)
        _note(used)
        return _own(made)

    return remembered


def _watched(func: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> tuple[R, frozenset[str]]:
    """The result and what was read from the programme store for it."""
    from zwk_data.stores.connection import uses

    token = uses.set(set())
    try:
        result = func(*args, **kwargs)
        return result, frozenset(uses.get() or ())
    finally:
        uses.reset(token)


def _note(used: frozenset[str]) -> None:
    from zwk_data.stores.connection import uses

    noted = uses.get()
    if noted is not None:
        noted |= used


_wrapped: dict[str, Callable[..., object]] = {}
_wrapping = threading.Lock()


def cached_once(func: Callable[P, R], *, max_entries: int = 64) -> Callable[P, R]:
    """As ``cached``, and the same cache for the same function however often a page script runs."""
    name = f"{func.__module__}.{func.__qualname__}"
    with _wrapping:
        if name not in _wrapped:
            _wrapped[name] = cached(func, max_entries=max_entries)
        return _wrapped[name]  # type: ignore[return-value]
