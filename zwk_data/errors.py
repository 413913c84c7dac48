"""Errors that carry one German sentence a user can act on."""

from __future__ import annotations


class ZwkError(Exception):
    """Base of all expected faults: the message is a German sentence, shown as it stands."""


class SourceError(ZwkError):
    """A file is not what it should be.

    The message is one German sentence that names the file, the place in it (``Zeile 12``,
    ``Zelle D7``, ``Kopf``) and what was expected there.

    >>> str(SourceError("gv.xlsx", "die Datei ist kein Gemeindeverzeichnis", where="Blatt Inhalt",
    ...                 expected="ein Blatt mit „Satzart“ im Kopf"))
    'gv.xlsx, Blatt Inhalt: die Datei ist kein Gemeindeverzeichnis; erwartet wird ein Blatt mit „Satzart“ im Kopf.'
    """

    def __init__(self, file: str, problem: str, *, where: str | None = None, expected: str | None = None) -> None:
        self.file = file
        self.problem = problem
        self.where = where
        self.expected = expected
        place = f"{file}, {where}" if where else file
        tail = f"; erwartet wird {expected}" if expected else ""
        super().__init__(f"{place}: {problem}{tail}.")


class ForeignError(SourceError):
    """A file is intact, or may be, but of another kind than those we need: it is left out, with ``problem`` said."""
