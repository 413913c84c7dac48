"""One cell of a list as it comes: emptied of what libraries put around it, and what was read from it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd

from zwk_data.programme.spelling import fold

#: what people write into a cell that has nothing to say; fields of text keep it
_NOTHING = {"k a", "ka", "keine angabe", "keine angaben", "nicht belegt", "n a", "na", "n v", "unbekannt", "leer",
            "nicht bekannt"}  # fmt: skip


#: signs that stand for nothing in lists
DASHES = ("-", "–", "—", "/", "./.", "--", "---")


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read: the ``value`` as the store keeps it, and a German sentence if that is only a proposal."""

    value: Any
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class CellError:
    """A cell that holds no value but a fault, with the ``sign`` that shows it (``#REF!``)."""

    sign: str

    def __str__(self) -> str:
        return self.sign


def plain(cell: Any) -> Any:
    """The cell's value as Python has it: None, str (not empty, no space around it), bool, int, float, date, datetime.

    Line ends are ``\\n``. Raises ValueError for a cell that holds a fault.
    """
    if isinstance(cell, str):
        return cell.replace("\r\n", "\n").replace("\r", "\n").strip() or None
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
    """Does the (plain) cell say nothing, be it in words? ``-``, ``k. A.``, ``nicht belegt``."""
    if not isinstance(cell, str):
        return cell is None
    return cell in DASHES or ("?" not in cell and len(cell) < 20 and fold(cell) in _NOTHING)
