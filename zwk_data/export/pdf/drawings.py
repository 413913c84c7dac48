"""How a PDF is made: Typst sets a template with data and pictures, matplotlib draws the charts as vector graphics.

Both use only the fonts that ship with us, and text stays real text.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import matplotlib as mpl
import numpy as np
import typst
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from zwk_data.charts.chart import INK, LINE, MUTED, PAPER, QUIET, WARM, Drawing, Look
from zwk_data.charts.marks import spread
from zwk_data.errors import ZwkError
from zwk_data.export.look import label_step, signed
from zwk_data.export.pdf import process
from zwk_data.german import day, number
from zwk_data.settings import DATA

TEMPLATES = Path(__file__).resolve().parent
FONTS = DATA / "fonts"
FAMILY = "Source Sans 3"
#: printed for a sign that the font lacks
MARK = "□"
#: signs that join or vary the one before them, and the accents that belong to no letter of the font
_JOINING = re.compile("[\u200b-\u200f\u2060\ufe00-\ufe0f\U0001f3fb-\U0001f3ff\U000e0000-\U000e007f]")


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    """Our fonts and no others, so that the pages are the same on every machine."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])


@lru_cache(maxsize=1)
def _known() -> frozenset[str]:
    """The signs that all weights of the font have."""
    maps = [set(font_manager.get_font(file).get_charmap()) for file in sorted(FONTS.glob("*.ttf"))]
    return frozenset(chr(code) for code in set.intersection(*maps)) | frozenset("\n\t\r")


@lru_cache(maxsize=1)
def _others() -> re.Pattern[str]:
    """One or more signs in a row that the font lacks."""
    return re.compile(f"[^{re.escape(''.join(sorted(_known())))}]+")


def printable(text: str) -> str:
    """The text with a mark for every run of signs that can't be printed.

    >>> printable("Super gelaufen 👍🏽!"), printable("Größe")
    ('Super gelaufen □!', 'Größe')
    """
    if text.isascii():
        return text
    return _others().sub(MARK, _JOINING.sub("", text))


def pdf(template: str, content: Mapping[str, Any], pictures: Mapping[str, bytes], today: date) -> bytes:
    """Set ``template``, a file beside this one, as PDF/UA-1.

    ``content``: the data that the template reads besides author and day, so none of its text is ever taken for markup.
    ``pictures``: file name -> SVG or PNG. Raises ZwkError if the pages can't be set, for instance if a picture has no
    alternative text.
    """
    with TemporaryDirectory() as folder:
        root = Path(folder)
        for name in (template, "common.typ"):
            (root / name).write_bytes((TEMPLATES / name).read_bytes())
        data = {"author": "ZWK-Monitor", "day": day(today), **content}
        (root / "content.json").write_text(printable(json.dumps(data, ensure_ascii=False)), encoding="utf-8")
        for name, picture in pictures.items():
            drawn = printable(picture.decode()).encode() if name.endswith(".svg") else picture
            (root / name).write_bytes(drawn)
        compiler = typst.Compiler(root / template, root=root, font_paths=_fonts(), ignore_system_fonts=True)
        # a fixed moment of the day: the same dossier gives the same bytes
        noon = datetime.combine(today, time(12), tzinfo=UTC)
        try:
            made = compiler.compile(format="pdf", pdf_standards=["ua-1"], timestamp=noon)
        except typst.TypstError as error:
            raise ZwkError(_reason(error)) from error
    assert isinstance(made, bytes)
    return made


def _reason(error: typst.TypstError) -> str:
    """What went wrong, in German."""
    if "alt" in error.message.lower():
        return "Das PDF entsteht nicht: Eine Abbildung hat keinen Alternativtext. Bitte an ihr einen ergänzen."
    return f"Das PDF entsteht nicht: {error.message}"


#: inches: the width of the text on an A4 page, the height of a chart, and that of each horizontal bar
WIDTH, HEIGHT, ROW = 6.7, 3.0, 0.34
SIZE = 9
_DASHES = {"solid": "-", "dash": (0, (4, 2)), "dot": (0, (1, 1.6))}


@lru_cache(maxsize=1)
def _ready() -> None:
    """Make matplotlib use our font and keep text as text in SVG."""
    for file in FONTS.glob("*.ttf"):
        font_manager.fontManager.addfont(file)
    mpl.rcParams.update({"font.family": FAMILY, "font.size": SIZE, "svg.fonttype": "none", "svg.hashsalt": "zwk"})


def svg(drawing: Drawing, height: float | None = None) -> bytes:
    """The drawing as SVG, as wide as the page's text, of the usual or another ``height`` (inches).

    The same drawing gives the same bytes.
    """
    _ready()
    lying = drawing.kind in ("bars", "stacked")
    usual = 0.75 + ROW * len(drawing.categories) if lying else 3.9 if drawing.kind == "pyramid" else HEIGHT
    below = process.depth_of(drawing)
    figure = Figure(figsize=(WIDTH, (height or usual) + below), layout="constrained")
    if below:
        axes, strip = figure.subplots(2, 1, height_ratios=(height or usual, below), sharex=True)
        axes.tick_params(labelbottom=True)
        process.draw(strip, drawing)
    else:
        axes = figure.add_subplot()
    _strip_frame(axes)
    _DRAWN[drawing.kind](axes, drawing)
    buffer = io.BytesIO()
    figure.savefig(buffer, format="svg", facecolor=PAPER, metadata={"Date": None})
    return buffer.getvalue()


def _strip_frame(axes: Axes) -> None:
    """No box and no ticks, only a line at the bottom."""
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.spines["bottom"].set_color(QUIET)
    axes.tick_params(length=0, labelcolor=MUTED, labelsize=SIZE)
    axes.set_axisbelow(True)


def _value_axis(axes: Axes, drawing: Drawing) -> None:
    """Title, grid and German numbers of the axis with the values; a direction needs no minus."""
    lying, turned = drawing.kind in ("bars", "pyramid"), drawing.kind in ("balance", "pyramid")
    axis = axes.xaxis if lying else axes.yaxis
    if drawing.kind != "pyramid":
        axis.grid(True, color=LINE, linewidth=0.6)
    if lying:
        axes.set_xlabel(drawing.axis, fontsize=SIZE, color=MUTED)
    else:
        axes.set_title(drawing.axis, loc="left", fontsize=SIZE, color=MUTED, pad=16 if drawing.marks else 6)
    steps = np.diff(axis.get_ticklocs())
    decimals = 0 if len(steps) == 0 or steps.min() >= 1 else 1
    axis.set_major_formatter(lambda value, _: number(abs(value) if turned else value, decimals))


def _numbers(values: Sequence[float | None], blank: float = 0.0) -> NDArray[np.float64]:
    return np.array([blank if value is None else value for value in values], dtype=np.float64)


def _lines(axes: Axes, drawing: Drawing) -> None:
    """Lines that bridge years without a value, but never a break."""
    breaks = sorted(drawing.categories.index(mark) for mark, _ in drawing.marks)
    ends: list[tuple[float, float, str, Look]] = []
    for one in reversed(drawing.series):
        look = one.look
        y = _numbers(one.values, np.nan)
        x = np.arange(len(y))
        part = np.searchsorted(breaks, x)
        for piece in np.unique(part):
            known = (part == piece) & ~np.isnan(y)
            if known.any():
                axes.plot(
                    x[known],
                    y[known],
                    color=look.colour,
                    linewidth=look.weight * 0.75,
                    linestyle=_DASHES[look.dash],
                    marker="o",
                    markersize=2.6 if look.weight > 2 else 1.6,
                    solid_capstyle="round",
                )
        known = ~np.isnan(y)
        if known.any():
            ends.append((float(x[known][-1]), float(y[known][-1]), one.name, look))
    step = label_step(drawing)
    shown = list(range(0, len(drawing.categories), step))
    axes.set_xticks(shown, [drawing.categories[at].strip() for at in shown])
    axes.set_xlim(-0.5, len(drawing.categories) - 0.5)
    _value_axis(axes, drawing)
    for mark, words in drawing.marks:
        at = drawing.categories.index(mark)
        axes.axvline(at, color=WARM, linewidth=0.8, linestyle=(0, (2, 2)))
        axes.annotate(
            words,
            (at, 1.0),
            xycoords=("data", "axes fraction"),
            xytext=(0, 2),
            textcoords="offset points",
            ha="center",
            va="bottom",
            fontsize=SIZE - 1,
            color=WARM,
        )
    _name_ends(axes, ends)


def _name_ends(axes: Axes, ends: list[tuple[float, float, str, Look]]) -> None:
    """Write names beside the last values, moved apart so that all can be read."""
    low, high = axes.get_ylim()
    ends.sort(key=lambda end: end[1])
    whole = axes.get_figure(root=True)
    room = whole.get_figheight() if whole else HEIGHT
    places = spread(np.array([end[1] for end in ends]), (high - low) * 0.075 * max(1.0, HEIGHT / room))
    for place, (_, _, name, look) in zip(places, ends, strict=True):
        axes.annotate(
            name,
            (1.01, place),
            xycoords=("axes fraction", "data"),
            va="center",
            fontsize=SIZE,
            color=MUTED if look.colour == QUIET else look.colour,
            fontweight="semibold" if look.weight > 2 else "normal",
            annotation_clip=False,
        )


def _balance(axes: Axes, drawing: Drawing) -> None:
    """Columns up and down, with the balance of both as a line on top."""
    x = np.arange(len(drawing.categories))
    for at, (one, values) in enumerate(zip(drawing.series, signed(drawing), strict=True)):
        look = one.look
        if at < 2:
            axes.bar(x, _numbers(values), 0.76, color=look.colour, label=one.name)
        else:
            line = axes.plot(x, _numbers(values, np.nan), color=look.colour, marker="o", markersize=2.6, label=one.name)
            line[0].set_linewidth(look.weight * 0.75)
    step = label_step(drawing)
    axes.set_xticks(x[::step], drawing.categories[::step])
    axes.axhline(0, color=QUIET, linewidth=0.8)
    axes.spines["bottom"].set_visible(False)
    _value_axis(axes, drawing)
    _legend(axes, drawing)


def _legend(axes: Axes, drawing: Drawing) -> None:
    """The names of the series, if there are several, in their order: matplotlib would name lines before bars."""
    series = len(drawing.series)
    if series > 1:
        handles: list[Any] = [*axes.containers, *axes.lines[: series - len(axes.containers)]]
        names = [str(one.get_label()) for one in handles]
        _legend_above(axes, handles, names, labelcolor=INK, borderaxespad=0.1)


def _legend_above(axes: Axes, handles: Sequence[Any], names: list[str], **look: Any) -> None:
    """A legend above the drawing, to the right, in one line."""
    axes.legend(
        handles,
        names,
        loc="lower right",
        bbox_to_anchor=(1.0, 1.0),
        ncols=len(names),
        frameon=False,
        fontsize=SIZE,
        handlelength=0.9,
        handleheight=0.9,
        columnspacing=1.2,
        handletextpad=0.4,
        **look,
    )


def _name_bars(axes: Axes, drawing: Drawing) -> None:
    """Name the horizontal bars on the left, the first one on top."""
    axes.set_yticks(range(len(drawing.categories)), [_folded(one) for one in drawing.categories])
    axes.tick_params(axis="y", labelcolor=INK)
    axes.invert_yaxis()


def _folded(text: str, longest: int = 34) -> str:
    """A long name in two lines."""
    if len(text) <= longest:
        return text
    cut = text.rfind(" ", 0, longest)
    return text if cut < 0 else f"{text[:cut]}\n{text[cut + 1 :]}"


def _side_by_side(axes: Axes, drawing: Drawing) -> None:
    """Columns, or bars to the right, one beside the other in each category."""
    lying = drawing.kind == "bars"
    bar = axes.barh if lying else axes.bar
    spots, thickness = np.arange(len(drawing.categories)), (0.78 if lying else 0.76) / max(1, len(drawing.series))
    for at, one in enumerate(drawing.series):
        place = spots + (at - (len(drawing.series) - 1) / 2) * thickness
        bar(place, _numbers(one.values), thickness * 0.94, color=one.look.colour, label=one.name)
    if lying:
        _name_bars(axes, drawing)
    else:
        axes.set_xticks(spots, drawing.categories)
    _value_axis(axes, drawing)
    _legend(axes, drawing)


def _stacked(axes: Axes, drawing: Drawing) -> None:
    """Horizontal bars end to end, each with its number if it is wide enough."""
    y = np.arange(len(drawing.categories))
    left = np.zeros(len(y))
    longest = max(
        (sum(filter(None, values)) for values in zip(*(s.values for s in drawing.series), strict=True)), default=1.0
    )
    for one in drawing.series:
        values = _numbers(one.values)
        axes.barh(y, values, 0.62, left=left, color=one.look.colour, edgecolor=PAPER, linewidth=0.8, label=one.name)
        for at, value in enumerate(values):
            if value > 0.025 * longest:
                axes.text(
                    left[at] + value / 2,
                    at,
                    number(value, drawing.decimals),
                    ha="center",
                    va="center",
                    fontsize=SIZE,
                    color=one.look.ink,
                )
        left += values
    _name_bars(axes, drawing)
    axes.xaxis.set_visible(False)
    axes.spines["bottom"].set_visible(False)
    _legend(axes, drawing)


def _pyramid(axes: Axes, drawing: Drawing) -> None:
    """Bars back to back, with the area of comparison as an outline on top."""
    y = np.arange(len(drawing.categories))
    for at, (values, one) in enumerate(zip(signed(drawing), drawing.series, strict=True)):
        look = one.look
        x = _numbers(values)
        if look.outline:
            axes.stairs(
                x,
                np.arange(len(x) + 1) - 0.5,
                orientation="horizontal",
                baseline=None,
                color=look.colour,
                linewidth=look.weight * 0.75,
                label=one.name if at == len(drawing.series) - 1 else None,
            )
        else:
            axes.barh(y, x, 0.92, color=look.colour, label=one.name)
    axes.set_yticks(y, drawing.categories)
    axes.tick_params(axis="y", labelsize=SIZE - 1.5)
    _value_axis(axes, drawing)
    axes.axvline(0, color=PAPER, linewidth=0.8)
    handles, labels = axes.get_legend_handles_labels()
    outlined = {one.name for one in drawing.series if one.look.outline}
    words = [f"Linie: {label.partition(',')[0]}" if label in outlined else label for label in labels]
    _legend_above(axes, handles, words)


_DRAWN: dict[str, Callable[[Axes, Drawing], None]] = {
    "lines": _lines,
    "columns": _side_by_side,
    "balance": _balance,
    "bars": _side_by_side,
    "stacked": _stacked,
    "pyramid": _pyramid,
}
