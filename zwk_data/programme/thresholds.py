"""From when on Monitoring speaks up: data/monitoring.yml, or the installation's own file of that name."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from zwk_data import paths
from zwk_data.errors import ZwkError
from zwk_data.programme.words import STAGES

FILE = "monitoring.yml"
_STEPS = list(STAGES)[:-1]
_ENTRIES = {
    "ueberfaellig",
    "ohne_neues",
    "zwischen_den_stufen",
    "puenktlich_bis",
    "hoechstens_im_jahr",
    "wenig_abgerufen",
}


@dataclass(frozen=True)
class Limit:
    """Days from which on something deserves a look (``amber``) and from which on something has to happen (``red``)."""

    amber: int
    red: int

    def level(self, days: float) -> str:
        """``red``, ``amber`` or an empty text below both."""
        return "red" if days >= self.red else "amber" if days >= self.amber else ""


@dataclass(frozen=True)
class Thresholds:
    """All limits. ``between``: (stage, limit of the days to the next one) pairs; ``on_time`` days after the first plan;

    ``most_eur`` a Kommune may be granted a year; ``low_share`` of the granted money below which a call stands out.
    """

    overdue: Limit
    silent: Limit
    between: tuple[tuple[str, Limit], ...]
    on_time: int
    most_eur: float
    low_share: float

    def after(self, stage: str) -> Limit:
        """The limit of the days from this stage to the next. Raises KeyError for the last one."""
        return dict(self.between)[stage]


def thresholds() -> Thresholds:
    """The limits in force. Raises ZwkError with one sentence if the file is broken or a value makes no sense."""
    own = paths.home() / FILE
    file = own if own.is_file() else paths.DATA / FILE
    return _read(file, file.stat().st_mtime_ns)


@lru_cache(maxsize=4)
def _read(file: Path, changed: int) -> Thresholds:
    try:
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ZwkError(f"{FILE} lässt sich nicht lesen: Es ist kein gültiges YAML in UTF-8. Bitte prüfen.") from error
    if not isinstance(content, dict) or set(content) != _ENTRIES:
        raise ZwkError(f"{FILE}: Erwartet werden genau die Einträge {', '.join(sorted(_ENTRIES))}. Bitte ergänzen.")
    steps = content["zwischen_den_stufen"]
    if not isinstance(steps, dict) or set(steps) != set(_STEPS):
        raise ZwkError(f"{FILE}, zwischen_den_stufen: Erwartet werden genau die Stufen {', '.join(_STEPS)}.")
    return Thresholds(
        overdue=_limit(content["ueberfaellig"], "ueberfaellig"),
        silent=_limit(content["ohne_neues"], "ohne_neues"),
        between=tuple((step, _limit(steps[step], f"zwischen_den_stufen, {step}")) for step in _STEPS),
        on_time=int(_number(content["puenktlich_bis"], "puenktlich_bis", 0, 3650, whole=True)),
        most_eur=_number(content["hoechstens_im_jahr"], "hoechstens_im_jahr", 0, 1e9),
        low_share=_number(content["wenig_abgerufen"], "wenig_abgerufen", 0, 1),
    )


def _limit(value: Any, where: str) -> Limit:
    if not isinstance(value, dict) or set(value) != {"gelb", "rot"}:
        raise ZwkError(f"{FILE}, {where}: Erwartet werden „gelb“ und „rot“ in Tagen, etwa {{gelb: 30, rot: 60}}.")
    amber, red = (int(_number(value[key], f"{where}, {key}", 1, 3650, whole=True)) for key in ("gelb", "rot"))
    if red <= amber:
        raise ZwkError(f"{FILE}, {where}: „rot“ ({red}) muss größer sein als „gelb“ ({amber}).")
    return Limit(amber, red)


def _number(value: Any, where: str, low: float, high: float, *, whole: bool = False) -> float:
    fits = isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high
    if not fits or (whole and value != int(value)):
        kind = "eine ganze Zahl" if whole else "eine Zahl"
        raise ZwkError(f"{FILE}, {where}: Erwartet wird {kind} von {low:g} bis {high:.0f}, gefunden „{value}“.")
    return float(value)
