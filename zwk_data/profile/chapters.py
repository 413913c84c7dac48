"""The chapters of a Kommunalprofil and their figures, read from data/profile_chapters.yml."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import yaml

from zwk_data.errors import ZwkError
from zwk_data.settings import DATA
from zwk_data.warehouse.indicator_catalogue import catalogue

FILE = "data/profile_chapters.yml"
#: what more of a figure means, where that is agreed on
MEANINGS = (None, "better", "worse")
MOST_FIGURES = 5


@dataclass(frozen=True)
class Wanted:
    """One figure of a chapter: ``more_is`` better, worse or None; ``until``: no later year than this."""

    indicator_id: str
    more_is: str | None = None
    until: int | None = None


@dataclass(frozen=True)
class Chapter:
    """One chapter: its German ``title``, its figures, and what no figure says (``untold``, a German sentence)."""

    key: str
    title: str
    figures: tuple[Wanted, ...]
    untold: str


@lru_cache(maxsize=1)
def chapters() -> tuple[Chapter, ...]:
    """The chapters in order. Raises ZwkError as ``checked`` does."""
    content = yaml.safe_load((DATA / "profile_chapters.yml").read_text(encoding="utf-8"))
    return checked(content, frozenset(catalogue().indicators))


def checked(content: dict[str, Any], known: frozenset[str]) -> tuple[Chapter, ...]:
    """The chapters of the file's ``content``; ``known``: the ids of all indicators.

    Raises ZwkError for an unknown figure or property, a figure that stands twice, more than five in a chapter.
    """
    found, seen = [], set[str]()
    for key, entry in content.items():
        where = f"{FILE}, Kapitel {key}"
        figures = tuple(_wanted(name, about or {}, where) for name, about in entry["figures"].items())
        names = [one.indicator_id for one in figures]
        if not 1 <= len(names) <= MOST_FIGURES:
            raise ZwkError(f"{where}: Ein Kapitel hat eine bis {MOST_FIGURES} Zahlen, hier sind es {len(names)}.")
        unknown = [name for name in names if name not in known]
        if unknown:
            raise ZwkError(f"{where}: {', '.join(unknown)} steht nicht in data/indicators.yml.")
        twice = seen.intersection(names)
        if twice:
            raise ZwkError(f"{where}: {', '.join(sorted(twice))} steht schon in einem anderen Kapitel.")
        seen.update(names)
        found.append(Chapter(key, entry["title"], figures, entry["untold"]))
    return tuple(found)


def _wanted(name: str, about: dict[str, Any], where: str) -> Wanted:
    odd = [key for key in about if key not in ("more_is", "until")]
    if odd:
        raise ZwkError(f"{where}, {name}: {', '.join(odd)} gibt es nicht. Möglich sind more_is und until.")
    if about.get("more_is") not in MEANINGS:
        raise ZwkError(f"{where}, {name}: more_is ist better oder worse, nicht „{about['more_is']}“.")
    return Wanted(name, **about)
