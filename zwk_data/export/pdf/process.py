"""The process beneath a curve on paper: discs, diamonds and spans where the page has them, drawn with matplotlib."""

from __future__ import annotations

from matplotlib.axes import Axes

from zwk_data.charts.chart import ACCENT, INK, LINE, MUTED, PAPER, Drawing
from zwk_data.charts.measures_and_money import STATUS_LOOKS
from zwk_data.charts.process_strip import Rows, end_of, rows_of
from zwk_data.charts.stages import COLOURS, INKS
from zwk_data.schema.words import STAGES

#: inches: a lane
LANE = 0.14
SIZE = 8


def depth_of(drawing: Drawing) -> float:
    """The height in inches that the process takes; 0 without one."""
    return LANE * rows_of(drawing.process).depth if drawing.process else 0.0


def draw(axes: Axes, drawing: Drawing) -> None:
    """Draw the process; the axis of years is that of the curve above."""
    assert drawing.process is not None
    rows = rows_of(drawing.process)
    axes.set_ylim(rows.depth, 0)
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0, labelbottom=False, labelsize=SIZE, labelcolor=MUTED)
    axes.set_yticks(list(rows.names.values()), list(rows.names))
    for at in (rows.stages, rows.sessions):
        if at is not None:
            axes.axhline(at, color=LINE, linewidth=0.6, zorder=0)
    _draw_moments(axes, drawing, rows)
    for row, lane in enumerate(rows.lanes):
        assert rows.measures is not None
        for one in lane:
            left = drawing.place(one.start)
            look = STATUS_LOOKS[one.status]
            wide = drawing.place(end_of(one)) - left
            axes.barh(
                rows.measures + row, wide, 0.62, left=left, color=look.colour, edgecolor=MUTED, linewidth=0.5, zorder=2
            )


def _draw_moments(axes: Axes, drawing: Drawing, rows: Rows) -> None:
    assert drawing.process is not None
    stages = list(STAGES)
    for one in drawing.process.stages:
        stage, at = stages[one.number - 1], drawing.place(one.at)
        axes.plot(
            [at],
            [rows.stages or 0.0],
            "o",
            markersize=9,
            color=COLOURS[stage],
            markeredgecolor=INK,
            markeredgewidth=0.6,
        )
        axes.text(
            at, rows.stages or 0.0, str(one.number), ha="center", va="center_baseline", fontsize=6.5, color=INKS[stage]
        )
    for one in drawing.process.sessions:
        at = drawing.place(one.at)
        axes.plot(
            [at], [rows.sessions or 0.0], "D", markersize=5.5, color=PAPER, markeredgecolor=ACCENT, markeredgewidth=1.2
        )
