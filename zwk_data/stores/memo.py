"""A bounded cache of answers, shared by all sessions until the data they were computed from change.

``@remembered`` decorates the function that computes the answer; callers see a plain function. Dependencies on stores
are tracked by ``connection.read``. Anything else that may change while the process runs (a file, a setting) has to be
named inside the function with ``depends_on``.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from contextvars import ContextVar
from functools import wraps
from typing import ParamSpec, TypeVar, cast, overload

import pandas as pd

from zwk_data.settings import dataset
from zwk_data.stores import access
from zwk_data.stores.state import warehouse_path

P = ParamSpec("P")
R = TypeVar("R")

#: a function that returns the state of something, with its arguments
State = tuple[Callable[..., Hashable], tuple[Hashable, ...]]
#: what the running computation has used so far, each with its state at first use
_used: ContextVar[dict[State, Hashable] | None] = ContextVar("zwk_used", default=None)

ENTRIES = 64


def depends_on(state: Callable[..., Hashable], *args: Hashable) -> None:
    """The answer being computed holds only as long as ``state(*args)`` stays what it is now.

    To be called before the thing itself is read. ``state`` must be cheap: it is asked at every call. Outside of a
    remembered question this does nothing.
    """
    used = _used.get()
    if used is not None and (state, args) not in used:
        used[state, args] = state(*args)


@overload
def remembered(func: Callable[P, R], /) -> Callable[P, R]: ...
@overload
def remembered(*, entries: int) -> Callable[[Callable[P, R]], Callable[P, R]]: ...
def remembered(
    func: Callable[P, R] | None = None, /, *, entries: int = ENTRIES
) -> Callable[P, R] | Callable[[Callable[P, R]], Callable[P, R]]:
    """Let a question remember its last ``entries`` answers; its arguments must be hashable.

    One answer serves all sessions, roles apart where the answer depends on who asks; several who ask the same at once
    cause one computation. An error is not remembered. Frames, lists, dicts and sets are handed out as shallow copies,
    so that a caller may change theirs; what lies inside them, and arrays, must be left alone.
    """
    if func is None:
        return lambda func: _remembering(func, entries)
    return _remembering(func, entries)


def standing() -> tuple[Hashable, ...]:
    """What every answer depends on: the state of the figures, and which data set is shown."""
    return str(warehouse_path()), dataset()


def _remembering(func: Callable[P, R], entries: int) -> Callable[P, R]:  # noqa: C901 - one closure over one cache
    answers: OrderedDict[Hashable, R] = OrderedDict()
    #: arguments -> what their computation used
    used_by: dict[Hashable, tuple[State, ...]] = {}
    #: arguments, figures and who asks -> the key of the last answer
    last: dict[Hashable, Hashable] = {}
    turns: dict[Hashable, threading.Lock] = {}
    guard = threading.Lock()

    def known(asked: Hashable) -> tuple[R] | None:
        """The answer, in a tuple, if one still holds; what it depends on counts for the question around it."""
        states = used_by.get(asked)
        if states is None:
            return None
        now = {(state, args): state(*args) for state, args in states}
        key = (asked, standing(), tuple(now.values()))
        with guard:
            if key not in answers:
                return None
            answers.move_to_end(key)
            answer = answers[key]
        _pass_on(now)
        return (answer,)

    def keep(asked: Hashable, before: tuple[Hashable, ...], used: dict[State, Hashable], answer: R) -> None:
        with guard:
            # a narrower scope may have used less, so check what any caller has used
            states = used_by[asked] = tuple(dict.fromkeys((*used_by.get(asked, ()), *used)))
        # outside the guard, as a state function may call remembered functions itself
        now = {(state, args): state(*args) for state, args in states}
        # do not keep an answer whose inputs changed during its computation
        stands = standing() == before and all(now[one] == stood for one, stood in used.items())
        # who asks counts only where the answer depends on it
        key, asker = (asked, before, tuple(now.values())), (asked, before, now.get((access.current_scope, ())))
        with guard:
            if stands:
                # what was answered before an entry is not asked for again
                answers.pop(last.get(asker), None)
                answers[key], last[asker] = answer, key
            while len(answers) > entries:
                answers.popitem(last=False)
            if len(used_by) > 8 * entries:
                used_by.clear()
                answers.clear()
                last.clear()

    @wraps(func)
    def ask(*args: P.args, **kwargs: P.kwargs) -> R:
        asked = (args, tuple(sorted(kwargs.items())))
        found = known(asked)
        if found:
            return _callers_copy(found[0])
        # callers with another scope need not wait for this answer
        turn_key = (asked, standing(), access.current_scope())
        with guard:
            turn = turns.setdefault(turn_key, threading.Lock())
        with turn:
            found = known(asked)
            if found:
                return _callers_copy(found[0])
            try:
                before = standing()
                answer, used = _answer_and_uses(func, *args, **kwargs)
                keep(asked, before, used, answer)
            finally:
                with guard:
                    turns.pop(turn_key, None)
        return _callers_copy(answer)

    return ask


def _answer_and_uses(func: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> tuple[R, dict[State, Hashable]]:
    """The answer and what it used. Uses are passed on after an error too: the caller may catch it and go on."""
    used: dict[State, Hashable] = {}
    token = _used.set(used)
    try:
        return func(*args, **kwargs), used
    finally:
        _used.reset(token)
        _pass_on(used)


def _pass_on(used: dict[State, Hashable]) -> None:
    outer = _used.get()
    if outer is not None:
        for state, stood in used.items():
            outer.setdefault(state, stood)


def _callers_copy(answer: R) -> R:
    """A shallow copy protects the cached answer: pandas copies columns on write."""
    if isinstance(answer, pd.DataFrame | pd.Series):
        return cast("R", answer.copy(deep=False))
    return cast("R", answer.copy()) if isinstance(answer, list | dict | set) else answer
