"""A single value: as it arrives in a cell of a list, compared with what it may mean, and as the history records it.

Words are compared without case, umlauts, punctuation and spaces. ``Kind.read_back`` and ``Table.from_json`` read the
history back.
"""

from __future__ import annotations

import difflib
import json
import math
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

#: a record without its key and stamps: column -> value (None for nothing)
Row = dict[str, Any]

#: signs that show where a word may be parted, or nothing at all: soft hyphen, zero-width space, byte order mark …
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200e\u200f\u2060\ufeff"))
_UMLAUTS = _INVISIBLE | str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "&": " und ", "+": " und "})


@lru_cache(maxsize=50_000)
def fold(text: str) -> str:
    """``Maßnahmen & Ziele`` -> ``massnahmen und ziele``; all common spellings fold to the same text."""
    plain = unicodedata.normalize("NFC", text).casefold().translate(_UMLAUTS)
    plain = unicodedata.normalize("NFKD", plain)
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return re.sub(r"[\W_]+", " ", plain).strip()


def near(text: str, known: Iterable[str], at_least: float = 0.8) -> str | None:
    """The entry of ``known`` that ``text`` most likely means (all folded); None if nothing comes close."""
    found = difflib.get_close_matches(text, list(known), n=1, cutoff=at_least)
    return found[0] if found else None


def containing(text: str, known: Mapping[str, str]) -> list[str]:
    """The values whose keys in ``known`` occur in ``text`` as whole words (both folded), without repeats."""
    padded = f" {text} "
    hits = [word for word in known if f" {word} " in padded]
    # „kreisfreie stadt“ contains „stadt“: the longer match wins
    longest = [word for word in hits if not any(word != other and f" {word} " in f" {other} " for other in hits)]
    return list(dict.fromkeys(known[word] for word in longest))


_NO_ANSWER = "k a|ka|n a|na|n v|keine angabe|keine angaben|nicht belegt|nicht bekannt|unbekannt|leer"
#: what people write where they have no answer; text fields keep it as text
_NOTHING = frozenset(_NO_ANSWER.split("|"))

#: signs that mean "nothing" in lists
DASHES = ("-", "–", "—", "/", "./.", "--", "---")


@dataclass(frozen=True, slots=True)
class Reading:
    """The ``value`` as stored, and a German sentence in ``doubt`` if it is only a proposal.

    ``likely``: the proposal says no more than the cell and nothing else comes near, so it may be taken with others.
    """

    value: Any
    doubt: str = ""
    likely: bool = False


@dataclass(frozen=True, slots=True)
class Proposed:
    """A cell whose content is not sure where it comes from: a heading, a unit above the table, a broken encoding."""

    value: Any
    doubt: str
    likely: bool = False

    def __str__(self) -> str:
        return "" if self.value is None else str(self.value)


@dataclass(frozen=True, slots=True)
class CellError:
    """A cell that holds an Excel error instead of a value; ``sign`` is what it shows (``#REF!``)."""

    sign: str

    def __str__(self) -> str:
        return self.sign


def plain(cell: Any) -> Any:
    """The cell's value as a Python type: None, str (stripped, not empty), bool, int, float, date, datetime.

    Line ends become ``\\n``. Raises ValueError for a cell that holds an error.
    """
    if isinstance(cell, str):
        return cell.translate(_INVISIBLE).replace("\r\n", "\n").replace("\r", "\n").strip() or None
    if isinstance(cell, Proposed):
        return plain(cell.value)
    if cell is None or cell is pd.NaT or cell is pd.NA:
        return None
    if isinstance(cell, CellError):
        raise ValueError(f"Die Zelle zeigt einen Fehler ({cell.sign}).")
    if isinstance(cell, np.generic):
        cell = cell.item()
    if isinstance(cell, pd.Timestamp):
        cell = cell.to_pydatetime()
    if isinstance(cell, float) and not math.isfinite(cell):
        return None
    return cell.replace(tzinfo=None) if isinstance(cell, datetime) else cell


def empty(cell: Any) -> bool:
    """Is the (plain) cell empty, or does it say so: ``-``, ``k. A.``, ``nicht belegt``?"""
    if not isinstance(cell, str):
        return cell is None
    return cell in DASHES or ("?" not in cell and len(cell) < 20 and fold(cell) in _NOTHING)


def nothing_is_none(value: Any) -> Any:
    """None for None, NaN and the empty text; any other value unchanged."""
    if value is None or value == "" or (isinstance(value, float) and math.isnan(value)):
        return None
    return value


def same(one: Any, other: Any) -> bool:
    """Would a reader take both values for the same? None, NaN and an empty text count as equal."""
    one, other = nothing_is_none(one), nothing_is_none(other)
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other or bool(one == other)
    if isinstance(one, int | float) and isinstance(other, int | float):
        return float(one) == float(other)
    return bool(one == other)


def written(value: Any) -> str | None:
    """A value as the history records it: ISO dates, true or false, numbers without trailing zeros."""
    value = nothing_is_none(value)
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds")
    return value.isoformat() if isinstance(value, date) else str(value)


def as_json(row: Mapping[str, Any]) -> str:
    """A whole record as the history records it, without empty fields."""
    texts = {column: written(value) for column, value in row.items()}
    return json.dumps({c: t for c, t in texts.items() if t is not None}, ensure_ascii=False)
