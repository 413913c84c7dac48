"""Numbers and amounts of money as people write them in lists: German first, foreign and vague ones doubtful."""

from __future__ import annotations

import re
from datetime import date
from typing import Any, NamedTuple

from zwk_data.schema.cells import Reading, empty, plain
from zwk_data.schema.dates import shown

_SPACES = re.compile(r"[\s\u00a0\u2007\u2009\u202f']+")
#: word behind a number -> what it stands for
_TIMES = {
    "teur": 1e3, "t€": 1e3, "tsd": 1e3, "tsd.": 1e3, "tausend": 1e3, "tsd.€": 1e3, "tsd€": 1e3, "tsd.euro": 1e3,
    "tsdeuro": 1e3, "tsd.eur": 1e3, "tsdeur": 1e3, "tausendeuro": 1e3, "teuro": 1e3, "mio": 1e6, "mio.": 1e6,
    "mio.€": 1e6, "mio€": 1e6, "mio.euro": 1e6, "mioeuro": 1e6, "mio.eur": 1e6, "mioeur": 1e6, "million": 1e6,
    "millionen": 1e6, "millioneneuro": 1e6, "millionen€": 1e6, "millioneuro": 1e6, "mill.": 1e6, "mill.€": 1e6,
}  # fmt: skip
_EUROS = {"€", "eur", "euro", "euros", "eur.", "€.", ""}
_VAGUE = re.compile(
    r"^(?:ca\.?|circa|cirka|rund|etwa|ungefähr|ungef\.?|geschätzt|gesch\.|vorauss\.?|voraussichtlich|max\.?|maximal|"
    r"min\.?|mind\.?|mindestens|bis(?:\s+zu)?|ab|über|unter|knapp|gut|[~≈<>≤≥]+)\s*",
    re.IGNORECASE,
)
_SIGNED = re.compile(r"(?P<sign>[+-]?)\s*(?P<digits>\d[\d.,]*)(?P<unit>\D*)")


def number(digits: str) -> tuple[float, str]:
    """The number that digits, points and commas mean in a German text, and how it is written.

    ``thousand``: one point that separates thousands (``1.234``); ``comma``: three decimals (``1,234``); ``foreign``:
    a decimal point; "" for what means one thing only.

    Raises ValueError if they mean none.
    """
    groups = re.fullmatch(r"\d{1,3}(\.\d{3})+(,\d+)?", digits)
    if groups:
        value = float(digits.replace(".", "").replace(",", "."))
        alone = digits.count(".") == 1 and "," not in digits
        return value, "thousand" if alone else ""
    if re.fullmatch(r"\d+(,\d+)?", digits):
        value = float(digits.replace(",", "."))
        return value, "comma" if re.fullmatch(r"[1-9]\d{0,2},\d{3}", digits) else ""
    if re.fullmatch(r"\d{1,3}(,\d{3})+\.\d+|\d{1,3}(,\d{3}){2,}", digits):
        return float(digits.replace(",", "")), "foreign"
    if re.fullmatch(r"\d+\.\d+", digits):
        return float(digits), "foreign"
    raise ValueError(digits)


def money_reading(cell: Any) -> Reading:
    """Euros: ``1.234,50 €``, ``12 TEUR``, ``5.000,-``. Raises ValueError (German half sentence) for what is none."""
    cell = plain(cell)
    if empty(cell) or cell in ("-,-", "-,--", "- €"):
        return Reading(None)
    if isinstance(cell, bool | date):
        raise ValueError(f"„{shown(cell)}“ ist kein Betrag.")
    if isinstance(cell, int | float):
        return Reading(float(cell))
    bare = re.sub(r"[,.]\s*[-–—]+(?=\s|€|e|$)", "", str(cell).casefold()).strip()
    bare = re.sub(r"^(?:eur|euro|€)\s*(?=[\d-])", "", bare)
    found = _parse(bare, f"„{cell}“ ist kein einzelner Betrag in Euro.")
    factor = _TIMES.get(found.word, 1.0)
    value, doubts = found.value, list(found.doubts)
    if "%" in found.unit:
        raise ValueError(f"„{cell}“ ist kein Betrag, sondern ein Anteil.")
    if found.word not in _EUROS and found.word not in _TIMES:
        factor, why = _odd_unit(found)
        doubts.append(why)
    if found.form == "comma" and factor == 1:
        value, why = value * 1000, "das Komma trennt hier wohl Tausender"
        doubts.append(why)
    elif found.form == "thousand" and factor != 1:
        # amounts of euros have no three decimals, thousands of euros might
        doubts.append("der Punkt könnte ein Komma sein")
    elif found.form == "foreign":
        doubts.append("der Punkt steht wohl für ein Komma")
    return _reading(value * factor, doubts, cell)


def number_reading(cell: Any) -> Reading:
    """A number, with ``%`` or a unit behind it. Raises ValueError (German half sentence) for what is none."""
    cell = plain(cell)
    if empty(cell):
        return Reading(None)
    if isinstance(cell, bool | date):
        raise ValueError(f"„{shown(cell)}“ ist keine Zahl.")
    if isinstance(cell, int | float):
        return Reading(float(cell))
    found = _parse(str(cell).casefold(), f"„{cell}“ ist keine einzelne Zahl.")
    doubts = list(found.doubts)
    if found.word not in ("", "%", "prozent", "€", "euro") and found.word not in _TIMES:
        doubts.append(f"„{found.unit}“ gehört zur Einheit")
    if found.form == "thousand":
        doubts.append("der Punkt könnte auch für ein Komma stehen")
    elif found.form == "foreign":
        doubts.append("der Punkt steht wohl für ein Komma")
    return _reading(found.value * _TIMES.get(found.word, 1.0), doubts, cell)


class _Parsed(NamedTuple):
    """A number in a text: its ``value``, the ``form`` it is written in (see ``number``), the ``unit`` behind it."""

    value: float
    form: str
    unit: str
    doubts: tuple[str, ...]

    @property
    def word(self) -> str:
        """The unit without spaces."""
        return _SPACES.sub("", self.unit)


def _parse(bare: str, fault: str) -> _Parsed:
    doubts = []
    vague = _VAGUE.match(bare)
    if vague:
        bare = bare[vague.end() :]
        doubts.append(f"„{vague[0].strip()}“ ist keine genaue Angabe")
    bare = bare.replace("\u2212", "-")
    joined = re.sub(r"(?<=\d)[\s\u00a0\u2007\u2009\u202f'](?=\d{3}(?!\d))", "", bare)
    match = _SIGNED.fullmatch(joined)
    if not match:
        raise ValueError(fault)
    try:
        value, form = number(match["digits"].rstrip(".,"))
    except ValueError as error:
        raise ValueError(fault) from error
    unit = match["unit"].strip()
    if "?" in unit:
        unit = unit.replace("?", "").strip()
        doubts.append("es steht ein Fragezeichen da")
    return _Parsed(-value if match["sign"] == "-" else value, form, unit, tuple(doubts))


def _odd_unit(found: _Parsed) -> tuple[float, str]:
    """What a unit that is not quite known stands for, and what is doubtful about it."""
    if re.match(r"mio", found.word):
        return 1e6, f"„{found.unit}“ ist nicht eindeutig"
    if re.match(r"tsd|teur|t€|tausend|k€|keur|k$|t$", found.word):
        return 1e3, f"„{found.unit}“ ist nicht eindeutig"
    return 1.0, f"„{found.unit}“ bleibt ungelesen"


def _reading(value: float, doubts: list[str], cell: object) -> Reading:
    # 1.1 thousand is 1100, not 1100.0000000000002
    value = float(f"{value:.15g}")
    if not doubts:
        return Reading(value)
    # no point between thousands here: it may be just what is in doubt
    written = f"{value:.15g}".replace(".", ",")
    return Reading(value, f"„{cell}“: {', '.join(doubts)}; gelesen als {written}.")
