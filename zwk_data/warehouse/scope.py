"""Who is asking: everything, the public view, or the public view and a Kommune's own records."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True)
class Scope:
    """``full``: sees every record. Otherwise ``own`` participants in full, and of others what views.sql shows:

    to anybody, or to a member of the ``network``.
    """

    full: bool = False
    own: tuple[str, ...] = ()
    network: bool = False


FULL = Scope(full=True)
PUBLIC = Scope()

_current: ContextVar[Scope | None] = ContextVar("zwk_scope", default=None)
_default = FULL


def set_default(scope: Scope) -> None:
    """What counts where nobody has said who asks: a server with login sets PUBLIC, so that forgetting shows nothing."""
    global _default
    _default = scope


def current() -> Scope:
    """The scope of the running thread."""
    return _current.get() or _default


def ask_as(scope: Scope) -> None:
    """From now on this thread asks as ``scope``."""
    _current.set(scope)


@contextmanager
def asking_as(scope: Scope) -> Iterator[None]:
    """Within the block this thread asks as ``scope``."""
    token = _current.set(scope)
    try:
        yield
    finally:
        _current.reset(token)
