"""Spellings that mean the same: what lists write is compared without case, umlauts, signs and spaces."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache

_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "&": " und ", "+": " und "})


@lru_cache(maxsize=50_000)
def fold(text: str) -> str:
    """``Maßnahmen & Ziele`` -> ``massnahmen und ziele``; the same for every usual way of writing it."""
    plain = unicodedata.normalize("NFC", text).casefold().translate(_UMLAUTS)
    plain = unicodedata.normalize("NFKD", plain)
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return re.sub(r"[\W_]+", " ", plain).strip()


def near(text: str, known: Iterable[str], at_least: float = 0.8) -> str | None:
    """The one of ``known`` (folded words) that ``text`` (folded) most likely meant; None if none is near."""
    found = difflib.get_close_matches(text, list(known), n=1, cutoff=at_least)
    return found[0] if found else None


def containing(text: str, known: Mapping[str, str]) -> list[str]:
    """The values of those keys of ``known`` that stand in ``text`` (both folded) as whole words, each once."""
    padded = f" {text} "
    hits = [word for word in known if f" {word} " in padded]
    # „kreisfreie stadt“ holds „stadt“: the longer one counts
    longest = [word for word in hits if not any(word != other and f" {word} " in f" {other} " for other in hits)]
    return list(dict.fromkeys(known[word] for word in longest))
