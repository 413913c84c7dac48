"""Errors that carry one German sentence a user can act on."""

from __future__ import annotations


class ZwkError(Exception):
    """Base of all expected faults: the message is a German sentence, shown as it stands."""
