"""Themes as a constellation: the more Kommunen work on one the larger its star, lines join what goes together."""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import wrap

import numpy as np

from zwk_data.charts.ring import places, seated
from zwk_data.german import count, listing
from zwk_data.programme import themes

#: the drawing's own units
SKY_WIDTH, SKY_HEIGHT = 2100, 900
#: stars, and lines between them: more could not be read from ten metres
MOST, LINES = 12, 20
#: an ellipse that leaves room for the names beside it
HALF = (350, 400)
LARGEST_STAR, SMALLEST_STAR = 64, 38
#: on narrow screens the stars stand in a column, and arcs beside it join them
IN_COLUMN, ARCS = 8, 12
#: letters a line of a name may have
LETTERS = 21


@dataclass(frozen=True)
class Star:
    """A theme: ``name`` and its ``lines`` on the wall, how many Kommunen, place and radius, the name's side."""

    name: str
    lines: tuple[str, ...]
    number: int
    x: float
    y: float
    radius: float
    anchor: str


@dataclass(frozen=True)
class Constellation:
    """``lines``: x1, y1, x2, y2, how many Kommunen work on both themes; ``column``: the first stars, and ``arcs``: path
    data to the left of it (100 wide, each star 1 high) and how many."""

    stars: tuple[Star, ...]
    lines: tuple[tuple[float, float, float, float, int], ...]
    column: tuple[Star, ...]
    arcs: tuple[tuple[str, int], ...]
    alt: str


def constellation() -> Constellation | None:
    """The themes that most Kommunen name; None if fewer than three are named."""
    catalog = themes.themes().sort_values("participants", ascending=False, kind="stable").head(MOST)
    catalog = catalog[catalog["participants"] > 0].reset_index(drop=True)
    if len(catalog) < 3:
        return None
    pairs = themes.choices()[["participant_id", "theme_id"]].drop_duplicates()
    ids = catalog["theme_id"].tolist()
    has = np.array(
        [
            [theme in own for theme in ids]
            for own in (set(part["theme_id"]) for _, part in pairs.groupby("participant_id"))
        ],
        dtype=np.int64,
    )
    shared = has.T @ has
    np.fill_diagonal(shared, 0)
    order, spots = seated(shared.astype(float) ** 2), places(len(ids))
    at = {theme: spots[place] for place, theme in enumerate(order)}
    most = int(catalog["participants"].max())
    xy = {one: (SKY_WIDTH / 2 + HALF[0] * at[one][0], SKY_HEIGHT / 2 - HALF[1] * at[one][1]) for one in range(len(ids))}
    stars = tuple(
        Star(
            name,
            tuple(wrap(name, LETTERS, break_long_words=False)),
            int(number),
            round(xy[one][0], 1),
            round(xy[one][1], 1),
            round(max(SMALLEST_STAR, LARGEST_STAR * float(np.sqrt(number / most))), 1),
            "start" if at[one][0] >= 0 else "end",
        )
        for one, (name, number) in enumerate(zip(catalog["name_de"], catalog["participants"], strict=True))
    )
    lines = tuple(
        (_short(xy[a][0]), _short(xy[a][1]), _short(xy[b][0]), _short(xy[b][1]), number)
        for a, b, number in _joined(shared, LINES)
    )
    column = stars[:IN_COLUMN]
    arcs = tuple(
        (_arc(a, b, len(column)), number) for a, b, number in _joined(shared[: len(column), : len(column)], ARCS)
    )
    first = listing([f"{star.name} ({star.number})" for star in stars[:3]])
    return Constellation(
        stars,
        lines,
        column,
        arcs,
        f"Sternbild aus {count(len(stars), 'Thema', 'Themen')}; am häufigsten gewählt: {first}. Linien verbinden "
        "Themen, an denen dieselben Kommunen arbeiten.",
    )


def _joined(shared: np.ndarray, most: int) -> list[tuple[int, int, int]]:
    """The pairs that most Kommunen share, and how many; the strongest last, as it is drawn above the others."""
    pairs = zip(*np.triu_indices(len(shared), 1), strict=True)
    found = sorted(((int(shared[a, b]), int(a), int(b)) for a, b in pairs if shared[a, b] > 1), reverse=True)[:most]
    return [(a, b, number) for number, a, b in reversed(found)]


def _arc(a: int, b: int, stars: int) -> str:
    """From star to star of the column: the further they stand apart the wider."""
    out = _short(100 - 130 * (b - a) / (stars - 1))
    return f"M100 {a + 0.5}C{out} {a + 0.5} {out} {b + 0.5} 100 {b + 0.5}"


def _short(value: float) -> float:
    return round(value, 1)
