"""Short codes that people read from a wall and type into a phone."""

from __future__ import annotations

import secrets

#: no vowels, so no words can form; no characters that look alike: B8 D0O Z2 S5 I1L UV
ALPHABET = "CFGHJKMNPQRTWXY34679"
#: longer than any code; further input is dropped
LONGEST = 32


def new_code(length: int) -> str:
    """A random code, e.g. ``K7RM3``; of five characters there are 3.2 million, of eight 25.6 billion."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def normalised(typed: str) -> str:
    """A typed code in the form in which codes are kept: capitals, without spaces and hyphens."""
    return "".join(sign for sign in typed.upper() if sign.isascii() and sign.isalnum())[:LONGEST]
