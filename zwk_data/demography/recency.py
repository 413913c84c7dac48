"""Which figures are older than the programme: they wear the year they stand on, and no newer one stands behind them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

T = TypeVar("T")

#: the year the Zukunftswerkstatt began
PROGRAMME_BEGAN = 2021


def is_old(year: int) -> bool:
    """Is a figure of this year older than the programme?"""
    return year < PROGRAMME_BEGAN


def mark(year: int) -> str:
    """„Stand 2015“ for a figure older than the programme, else empty."""
    return f"Stand {year}" if is_old(year) else ""


def as_of(year: int) -> str:
    """„am 31.12.2023“, or the mark."""
    return mark(year) or f"am 31.12.{year}"


def newest_first(items: Iterable[T], year: Callable[[T], int | None]) -> list[T]:
    """The items in their order, those older than the programme (or of no known ``year``) behind all others."""

    def behind(item: T) -> bool:
        known = year(item)
        return known is None or is_old(known)

    return sorted(items, key=behind)
