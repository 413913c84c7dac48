"""The short code by which a phone finds its session: typed from the wall, so without letters that look alike."""

from __future__ import annotations

import secrets

#: no vowels (no words), none of B8 D0O Z2 S5 I1L UV
ALPHABET = "CFGHJKMNPQRTWXY34679"
CODE_LENGTH = 5


def fresh_code() -> str:
    """A code by chance, e.g. ``K7RM3``: 3.2 million there are."""
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


def typed_code(typed: str) -> str:
    """What somebody typed, as a code is kept: capitals, without spaces and hyphens."""
    return "".join(sign for sign in typed.upper() if sign.isascii() and sign.isalnum())[:32]
