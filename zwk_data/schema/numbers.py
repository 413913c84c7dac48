"""Numbers and amounts as people write them in lists: German notation first; anything else counts as doubtful."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, NamedTuple

from zwk_data import german
from zwk_data.schema import shipped_csv
from zwk_data.schema.cells import Reading, Row, empty, plain
from zwk_data.schema.dates import EARLIEST_YEAR, LATEST_YEAR, cell_text
from zwk_data.schema.structure import Check, Editor, Excel, Field, Kind, Names
from zwk_data.schema.units import factor_in, is_foreign

#: far beyond any budget in this programme, so anything larger is a typing error
MOST_EUROS = 1e9
#: beyond any audience or number of versions, and within SMALLINT (32,767)
MOST_COUNTED = 30_000

_SPACES = re.compile(r"[\s\u00a0\u2007\u2009\u202f']+")
_THOUSAND = "teur|t€|teuro|tsd|tsd.|tsd.€|tsd€|tsd.euro|tsdeuro|tsd.eur|tsdeur|tausend|tausendeuro"
_MILLION = "mio|mio.|mio.€|mio€|mio.euro|mioeuro|mio.eur|mioeur|mill.|mill.€"
_MILLION_IN_FULL = "million|millionen|millionen€|millioneuro|millioneneuro"
_BILLION = "mrd|mrd.|mrd.€|mrd€|mrd.euro|mrdeuro|mrd.eur|mrdeur|milliarde|milliarden|milliardeneuro"
#: unit after a number -> its factor
_TIMES = dict.fromkeys(_THOUSAND.split("|"), 1e3) | dict.fromkeys(f"{_MILLION}|{_MILLION_IN_FULL}".split("|"), 1e6)
_TIMES |= dict.fromkeys(_BILLION.split("|"), 1e9)
_EUROS = {"€", "eur", "euro", "euros", "eur.", "€.", ""}
#: what may stand behind euros without making them another amount
_REMARK = re.compile(
    r"[\s(]*(?:(?:€|eur|euro)[\s(]*)?(?:brutto|netto|gesamt|insgesamt|einmalig|geschätzt|geplant|ca\.?|pauschal|inkl\.?.*|"
    r"zzgl\.?.*|einschl\.?.*|(?:je|pro|im)\s.*|jährlich|monatlich|p\.\s?a\.?|/\s?(?:jahr|monat|a))?[\s).*]*"
)
#: SAP and other bookkeeping write the sign behind the number
_SIGN_BEHIND = re.compile(r"(\d)\s*[-–−](?=\s*(?:€|eur|euro)?$)")
_UNIT_BEFORE = re.compile(r"(?P<unit>[a-zäöü€][a-zäöü€.\s]*?)\s*(?P<rest>[+-]?\d.*)")
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


#: what stands where an amount is not known, or not to be told
_NOT_TOLD = re.compile(
    r"n\.?\s?n\.?|(?:noch )?(?:offen|unklar|unbekannt|nicht bekannt)|steht noch nicht fest|folgt|tbd|entfällt|geheim|"
    r"vertraulich|nicht bezifferbar|[•.x*]|\.{2,}|…",
    re.IGNORECASE,
)


def _nothing(cell: Any) -> Reading | None:
    """For an empty cell nothing; for a word in place of a number that nobody tells nothing too, to be agreed to."""
    if empty(cell):
        return Reading(None)
    if isinstance(cell, str) and _NOT_TOLD.fullmatch(cell.strip()):
        return Reading(None, f"„{cell}“ ist keine Zahl; das Feld bliebe leer.", likely=True)
    return None


def money_reading(cell: Any) -> Reading:
    """Euros: ``1.234,50 €``, ``12 TEUR``, ``5.000,-``. Raises ValueError (German half sentence) for what is none."""
    cell = plain(cell)
    nothing = _nothing(None if cell in ("-,-", "-,--", "- €") else cell)
    if nothing:
        return nothing
    if isinstance(cell, bool | date):
        raise ValueError(f"„{cell_text(cell)}“ ist kein Betrag.")
    if isinstance(cell, int | float):
        return Reading(float(cell))
    bare = re.sub(r"[,.]\s*[-–—]+(?=\s|€|e|$)", "", str(cell).casefold()).strip()
    bare = re.sub(r"^(?:eur|euro|€)\s*(?=[\d-])", "", bare)
    bare = _SIGN_BEHIND.sub(r"\1", f"-{bare}") if _SIGN_BEHIND.search(bare) else bare
    before = _UNIT_BEFORE.fullmatch(bare)
    if before and factor_in(before["unit"]):
        bare = f"{before['rest']} {before['unit']}"
    found = _parse(bare, f"„{cell}“ ist kein einzelner Betrag in Euro.")
    factor = _TIMES.get(found.word, 1.0)
    value, doubts = found.value, list(found.doubts)
    if "%" in found.unit:
        raise ValueError(f"„{cell}“ ist kein Betrag, sondern ein Anteil.")
    if found.word not in _EUROS and found.word not in _TIMES:
        factor, why = _odd_unit(found, str(cell))
        doubts.append(why)
    if found.form == "comma" and factor == 1:
        value, why = value * 1000, "das Komma trennt hier wohl Tausender"
        doubts.append(why)
    elif found.form == "thousand" and factor != 1:
        # euros have two decimals; only thousands of euros may have three
        doubts.append("der Punkt könnte ein Komma sein")
    elif found.form == "foreign":
        doubts.append("der Punkt steht wohl für ein Komma")
    return _number_reading(value * factor, doubts, cell)


def number_reading(cell: Any) -> Reading:
    """A number, with ``%`` or a unit behind it. Raises ValueError (German half sentence) for what is none."""
    cell = plain(cell)
    if nothing := _nothing(cell):
        return nothing
    if isinstance(cell, bool | date):
        raise ValueError(f"„{cell_text(cell)}“ ist keine Zahl.")
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
    factor = _TIMES.get(found.word) or factor_in(found.unit) or 1.0
    return _number_reading(found.value * factor, doubts, cell)


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


def _odd_unit(found: _Parsed, text: str) -> tuple[float, str]:
    """The factor of a unit that is not spelt as expected, and the doubt about it. Raises ValueError for another one."""
    if is_foreign(found.unit):
        raise ValueError(f"„{text}“ ist kein Betrag in Euro.")
    factor = factor_in(found.unit)
    if factor is None and re.match(r"k$|t$", found.word):
        factor = 1e3
    if factor is not None:
        return factor, f"„{found.unit}“ ist nicht eindeutig"
    if not _REMARK.fullmatch(found.unit):
        raise ValueError(f"„{text}“: „{found.unit}“ ist keine bekannte Einheit für einen Betrag.")
    return 1.0, f"„{found.unit}“ bleibt ungelesen"


def _number_reading(value: float, doubts: list[str], cell: object) -> Reading:
    # 1.1 thousand is 1100, not 1100.0000000000002
    value = float(f"{value:.15g}")
    if not doubts:
        return Reading(value)
    # no thousands separator here: it may be the very thing in doubt
    written = f"{value:.15g}".replace(".", ",")
    return Reading(value, f"„{cell}“: {', '.join(doubts)}; gelesen als {written}.")


def _number_between(least: float, most: float) -> Callable[[Any], bool]:
    def between(value: Any) -> bool:
        if value is None:
            return True
        return isinstance(value, int | float) and not isinstance(value, bool) and least <= value <= most

    return between


class NumberKind(Kind):
    """Any number."""

    name = "number"
    types = ("DOUBLE",)
    least, most = -1e15, 1e15
    editor = Editor("number", "float64", width=120)
    excel = Excel("Zahl", 12.5, width=14, number_format="General", limits=("decimal", least, None))

    def read(self, one: Field, cell: Any, names: Names | None = None) -> Reading:
        return number_reading(cell)

    def python(self, value: Any, column: str) -> Any:
        return float(value)

    def read_back(self, text: str, column: str) -> Any:
        return float(text)

    def from_csv(self, one: Field, text: str, column: str) -> Any:
        return shipped_csv.amount(text)

    def exact(self, value: Any) -> str:
        return f"{value:.15g}".replace(".", ",")

    def word(self, one: Field, column: str, value: Any, labels: Mapping[str, str]) -> str:
        return german.number(value, 0 if float(value).is_integer() else 2)

    def sentence(self, one: Field) -> str:
        """The German sentence for a value out of bounds."""
        return f"„{one.label}“ muss eine Zahl sein."

    def checks(self, one: Field) -> list[Check]:
        return [*super().checks(one), (_number_between(self.least, self.most), self.sentence(one))]


class MoneyKind(NumberKind):
    """An amount of euros, not below zero."""

    name = "money"
    least, most = 0, MOST_EUROS
    in_euros = True
    excel = Excel(
        "Betrag in Euro, etwa 1.234,50", 1234.5, width=16, number_format="#,##0.00", limits=("decimal", 0, None)
    )

    def read(self, one: Field, cell: Any, names: Names | None = None) -> Reading:
        return money_reading(cell)

    def exact(self, value: Any) -> str:
        return german.with_unit(value, "Euro", 0 if float(value).is_integer() else 2)

    def word(self, one: Field, column: str, value: Any, labels: Mapping[str, str]) -> str:
        return self.exact(value)

    def sentence(self, one: Field) -> str:
        return f"„{one.label}“ muss ein Betrag in Euro sein, nicht unter null."


class WholeKind(NumberKind):
    """What counts and years share: a number without decimals."""

    def python(self, value: Any, column: str) -> Any:
        return int(value)

    def read_back(self, text: str, column: str) -> Any:
        return int(text)

    def from_csv(self, one: Field, text: str, column: str) -> Any:
        found = shipped_csv.amount(text)
        return None if found is None else int(found)

    def from_editor(self, one: Field, value: Any) -> Row:
        return {one.column: None if value in (None, "") else int(value)}

    def exact(self, value: Any) -> str:
        return str(value)


class CountKind(WholeKind):
    """How many there are, from 0."""

    name = "count"
    types = ("INTEGER",)
    least, most = 0, MOST_COUNTED
    editor = Editor("number", "Int64", width=160, whole=True)
    excel = Excel("ganze Zahl ab 0", 12, width=12, number_format="0", limits=("integer", 0, None))

    def read(self, one: Field, cell: Any, names: Names | None = None) -> Reading:
        found = number_reading(cell)
        if found.value is None:
            return found
        if found.value < 0 or not float(found.value).is_integer():
            raise ValueError(f"„{cell_text(cell)}“ ist keine Anzahl.")
        return Reading(int(found.value), found.doubt)

    def sentence(self, one: Field) -> str:
        return f"„{one.label}“ muss eine ganze Zahl sein, nicht unter null."

    def checks(self, one: Field) -> list[Check]:
        is_whole: Check = (lambda value: not isinstance(value, float) or value.is_integer(), self.sentence(one))
        found = [*super().checks(one), is_whole]
        if one.at_least:
            too_few = _number_between(0, one.at_least - 1)
            sentence = f"„{one.label}“ zählt ab {one.at_least}."
            found.append((lambda value: value is None or not too_few(value), sentence))
        return found


class YearKind(WholeKind):
    """A year of the calendar."""

    name = "year"
    types = ("SMALLINT",)
    least, most = EARLIEST_YEAR, LATEST_YEAR
    editor = Editor("number", "Int64", width=80, whole=True)
    excel = Excel("Jahr, etwa 2022", 2022, width=8, number_format="0", limits=("integer", EARLIEST_YEAR, LATEST_YEAR))

    def read(self, one: Field, cell: Any, names: Names | None = None) -> Reading:
        cell = plain(cell)
        if empty(cell):
            return Reading(None)
        if isinstance(cell, date):
            return Reading(cell.year, f"„{cell_text(cell)}“ ist ein Tag; vorgeschlagen wird das Jahr {cell.year}.")
        if isinstance(cell, int | float) and not isinstance(cell, bool):
            if not float(cell).is_integer():
                raise ValueError(f"„{cell_text(cell)}“ ist kein Jahr.")
            return Reading(int(cell))
        text = str(cell)
        if re.fullmatch(r"(20|21)\d\d([.,]0)?", text):
            return Reading(int(text[:4]))
        if re.fullmatch(r"'?\d\d", text):
            year = 2000 + int(text[-2:])
            return Reading(year, f"„{text}“ ist nicht eindeutig; vorgeschlagen wird das Jahr {year}.")
        years = sorted(set(re.findall(r"(?<!\d)20\d\d(?!\d)", text)))
        if len(years) == 1:
            return Reading(int(years[0]), f"„{text}“ ist kein Jahr allein; vorgeschlagen wird {years[0]}.")
        raise ValueError(f"„{text}“ ist kein Jahr.")

    def word(self, one: Field, column: str, value: Any, labels: Mapping[str, str]) -> str:
        return str(value)

    def sentence(self, one: Field) -> str:
        return f"„{one.label}“ muss ein Jahr sein, etwa 2023."


class SerialKind(Kind):
    """A serial number, assigned by the product and never entered by hand."""

    name = "serial"
    types = ("BIGINT",)


NUMBER, MONEY, COUNT, YEAR, SERIAL = NumberKind(), MoneyKind(), CountKind(), YearKind(), SerialKind()
