"""Who runs this installation, and how long it keeps what: ``betrieb.yml`` in ``ZWK_HOME``.

Its words stand on the pages that the law asks for; its days are carried out by ``python -m zwk_data prune`` and by the
running app. Whoever uses the product alone on their own machine needs none of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import yaml

from zwk_data import settings
from zwk_data.errors import ZwkError

FILE = "betrieb.yml"
LONGEST = 20_000
NO_SIGN_LANGUAGE = "Das Video in Deutscher Gebärdensprache, das § 4 BITV 2.0 verlangt, gibt es noch nicht."


@dataclass(frozen=True)
class Operator:
    """Section ``betreiber``: who is responsible (§ 5 DDG)."""

    name: str = ""
    anschrift: str = ""
    vertretung: str = ""
    email: str = ""
    telefon: str = ""
    register: str = ""


@dataclass(frozen=True)
class Privacy:
    """Section ``datenschutz``: what only the operator knows of Art. 13 and 30 DSGVO."""

    beauftragte: str = ""
    aufsicht: str = ""
    rechtsgrundlage: str = ""
    protokolle: str = ""
    sicherungen: str = ""
    empfaenger: str = ""
    hinweise: str = ""


@dataclass(frozen=True)
class Accessibility:
    """Section ``barrierefreiheit``: what § 7 BITV 2.0 asks for.

    ``stand``: the day on which it was checked; ``gebaerdensprache``: where the video is that § 4 BITV 2.0 asks for.
    """

    stand: date | None = None
    methode: str = ""
    schlichtung: str = ""
    gebaerdensprache: str = ""
    maengel: tuple[str, ...] = ()

    @property
    def barriers(self) -> tuple[str, ...]:
        """All that is known not to be accessible; nothing while nobody has checked."""
        lacking = () if self.gebaerdensprache else (NO_SIGN_LANGUAGE,)
        return (*self.maengel, *lacking) if self.stand else ()

    def is_old(self, today: date) -> bool:
        """Whether the last check was more than a year ago."""
        return self.stand is not None and today - self.stand > timedelta(days=365)


@dataclass(frozen=True)
class Retention:
    """Section ``aufbewahrung``: days for which things are kept; 0: until somebody removes them."""

    sitzungen_tage: int = 365
    offene_sitzungen_tage: int = 30
    gruesse_tage: int = 90
    namen_im_verlauf_tage: int = 0
    sicherungen_tage: int = 0


@dataclass(frozen=True)
class Operation:
    """The whole file; what it does not say is empty."""

    betreiber: Operator = field(default_factory=Operator)
    datenschutz: Privacy = field(default_factory=Privacy)
    barrierefreiheit: Accessibility = field(default_factory=Accessibility)
    aufbewahrung: Retention = field(default_factory=Retention)
    leichte_sprache: str = ""
    rueckmeldung: str = ""

    @property
    def feedback(self) -> str:
        """Where people write to: ``rueckmeldung``, else the operator's address."""
        return self.rueckmeldung or self.betreiber.email


#: what may stay empty even where others use the installation
OPTIONAL = {
    "betreiber.register",
    "datenschutz.empfaenger",
    "datenschutz.hinweise",
    "barrierefreiheit.gebaerdensprache",
    "barrierefreiheit.maengel",
    "leichte_sprache",
    "rueckmeldung",
}


def file() -> Path:
    """Where the file lies, if there is one."""
    return settings.home() / FILE


def operation() -> Operation:
    """What the file says, read anew when it is asked for; without a file nothing.

    Raises ZwkError for a file that is no YAML, and with its name for an entry that is unknown or of a wrong kind.
    """
    try:
        text = file().read_bytes()
    except FileNotFoundError:
        return Operation()
    except OSError as error:
        raise ZwkError(f"{FILE} lässt sich nicht lesen: {error.strerror}.") from error
    try:
        content = yaml.safe_load(text.decode("utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ZwkError(f"{FILE} lässt sich nicht lesen: Es ist kein gültiges YAML in UTF-8.") from error
    made = _section(Operation, content or {}, "")
    assert isinstance(made, Operation)
    return made


def _section(kind: Any, content: Any, where: str) -> Any:
    """An object of a dataclass from what stands in the file."""
    if not isinstance(content, Mapping):
        raise ZwkError(f"{FILE}, {where or 'Anfang'}: Erwartet werden Einträge der Form „name: Wert“.")
    known = {one.name: one for one in fields(kind)}
    for name in content:
        if name not in known:
            raise ZwkError(
                f"{FILE}: Die Einstellung „{where}{name}“ gibt es nicht. Möglich sind {', '.join(sorted(known))}."
            )
    usual = kind()
    return kind(
        **{name: _value(getattr(usual, name), content[name], f"{where}{name}") for name in known if name in content}
    )


def _value(usual: Any, given: Any, where: str) -> Any:
    """A value of the same kind as the ``usual`` one."""
    if is_dataclass(usual):
        return _section(type(usual), given or {}, f"{where}.")
    if where.endswith("_tage"):
        if isinstance(given, bool) or not isinstance(given, int) or not 0 <= given <= 36_500:
            raise ZwkError(f"{FILE}, {where}: Erwartet wird eine ganze Zahl von Tagen, 0 heißt unbegrenzt.")
        return given
    if where.endswith("stand"):
        if given is not None and type(given) is not date:
            raise ZwkError(f"{FILE}, {where}: Erwartet wird ein Tag wie 2026-11-28, ohne Anführungszeichen.")
        return given
    if isinstance(usual, tuple):
        if not isinstance(given, list) or not all(isinstance(one, str) for one in given):
            raise ZwkError(f"{FILE}, {where}: Erwartet wird eine Liste von Texten.")
        return tuple(one.strip() for one in given if one.strip())
    text = "" if given is None else given
    if not isinstance(text, str) or len(text) > LONGEST:
        raise ZwkError(f"{FILE}, {where}: Erwartet wird ein Text (Telefonnummern in Anführungszeichen).")
    if where.endswith("gebaerdensprache") and text.strip() and not re.match(r"https?://\S+$", text.strip()):
        raise ZwkError(f"{FILE}, {where}: Erwartet wird eine Adresse, die mit https:// beginnt.")
    return text.strip()


def missing(found: Operation) -> list[str]:
    """What an installation for others lacks, as ``betreiber.name``."""
    return [name for name, value in _entries(found, "") if value in ("", None) and name not in OPTIONAL]


def _entries(one: Any, where: str) -> Iterator[tuple[str, Any]]:
    for entry in fields(one):
        value = getattr(one, entry.name)
        if is_dataclass(value):
            yield from _entries(value, f"{where}{entry.name}.")
        else:
            yield f"{where}{entry.name}", value
