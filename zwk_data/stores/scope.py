"""Who is asking: everything, the public view, or the public view and a Kommune's own records."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True)
class Scope:
    """``full``: sees every record.

    Otherwise ``own`` participants in full, and of others what views.sql shows to anybody, or to a member of the
    ``network``.
    """

    full: bool = False
    own: tuple[str, ...] = ()
    network: bool = False


FULL = Scope(full=True)
PUBLIC = Scope()

_current: ContextVar[Scope | None] = ContextVar("zwk_scope", default=None)
_default: Scope | Callable[[], Scope] = FULL


def set_default(scope: Scope | Callable[[], Scope]) -> None:
    """What counts where nobody has said who asks, or a function that knows.

    A server with login gives one that finds the person of the running session and says PUBLIC where there is none,
    so that forgetting shows nothing.
    """
    global _default
    _default = scope


def current() -> Scope:
    """The scope of the running thread."""
    said = _current.get()
    if said is not None:
        return said
    return _default() if callable(_default) else _default


@contextmanager
def asking_as(scope: Scope) -> Iterator[None]:
    """Within the block this thread asks as ``scope``."""
    token = _current.set(scope)
    try:
        yield
    finally:
        _current.reset(token)
