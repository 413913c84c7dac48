"""Results as a Markdown table: the product beside its peers and an empty page, with the targets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from benchmarks.queries import Question
from benchmarks.stats import Summary, ratios, summarise

BEGIN, END = "<!-- benchmark: begin -->", "<!-- benchmark: end -->"
#: ``peer``: the best of the peers in each round
Other = Literal["peer", "panel", "bokeh", "plain", "empty", "bare", "product"]
#: the apps whose map is Plotly's, as those the targets were set against; Bokeh draws on a canvas, as we do
PEERS = ("dash", "panel", "plain")
#: the columns of the table
COLUMNS = {
    "product": "product",
    "dash": "Dash",
    "panel": "Panel",
    "bokeh": "Panel, Bokeh",
    "plain": "plain app",
    "empty": "empty page",
}
#: measure -> app -> one value per round
Samples = Mapping[str, Mapping[str, Sequence[float]]]


@dataclass(frozen=True)
class Row:
    """One measure: its key, what it is called, its unit, decimals, and the app it is compared with.

    ``base``: the measure of that app, where it is another; ``told``: what the comparison is called in the table.
    """

    key: str
    title: str
    unit: str
    decimals: int
    against: Other | None = None
    base: str = ""
    told: str = ""
    #: highest ratio against that app
    ratio: float | None = None
    #: highest value of the product
    limit: float | None = None


BOKEH = "– beside Panel with Bokeh"
ROWS = (
    Row("load_s", "Warm load, to the drawn map", "s", 2, "peer", ratio=0.5),
    Row("load_s", BOKEH, "s", 2, "bokeh", ratio=0.5),
    Row("load_kb", "– on the wire", "kB", 0, "peer"),
    Row("load_blocked_s", "– main thread blocked", "s", 2, "peer"),
    Row("load_cpu_s", "– processor time, server and browser", "s", 2, "peer"),
    Row("private_s", "The same in a private window", "s", 2, "peer", ratio=0.5),
    Row("private_s", BOKEH, "s", 2, "bokeh", ratio=0.5),
    Row("private_cpu_s", "– processor time, server and browser", "s", 2, "peer"),
    Row("first_s", "First visit, nothing in the cache", "s", 2, "peer", ratio=0.6),
    Row("first_s", BOKEH, "s", 2, "bokeh", ratio=0.6),
    Row("first_kb", "– on the wire", "kB", 0, "peer", limit=1600),
    Row("change_s", "Another indicator, to the redrawn map", "s", 2, "panel", ratio=0.35),
    Row("change_s", BOKEH, "s", 2, "bokeh", ratio=0.35),
    Row("change_kb", "– on the wire", "kB", 1, "panel", limit=3),
    Row("gemeinden_s", "Warm load of all Gemeinden", "s", 2, "product", "load_s", "Kreise", ratio=1.5),
    Row("gemeinden_kb", "– on the wire", "kB", 0),
    Row("gemeinden_change_s", "– another indicator", "s", 2),
    Row("gemeinden_change_kb", "– – on the wire", "kB", 1, limit=15),
    Row("demografie_s", "Demografie, to its first picture", "s", 2, "empty", "load_s", ratio=1.5),
    Row("demografie_chart_s", "– to the chart that answers to the pointer", "s", 2, "empty", "load_s"),
    Row("kommunalprofil_s", "Kommunalprofil, to its first picture", "s", 2, "empty", "load_s", ratio=1.5),
    Row("zwischenbilanz_s", "Zwischenbilanz, to its first picture", "s", 2, "empty", "load_s", ratio=1.5),
    Row("served_20_s", "20 sessions at once, until the last is served", "s", 2, "empty", ratio=1),
    Row("served_20_s", "– beside one that does not watch its files either", "s", 2, "bare"),
    Row("served_60_s", "60 sessions", "s", 2, "empty", ratio=1),
    Row("served_100_s", "100 sessions", "s", 2, "empty", ratio=1),
    Row("sessions_s", "20 sessions drawn by one Chromium on the same machine", "s", 1, "empty"),
    Row("memory_mb", "Memory per further session", "MB", 1, "plain", limit=0.5),
    Row("first_start_s", "First start, from the command to the drawn page", "s", 1, limit=15),
    Row("start_s", "Every later start", "s", 2, "empty", ratio=1.5),
    Row("build_s", "Warehouse build", "s", 1, limit=30),
    Row("query_ms", "Slowest query of a page", "ms", 1, limit=20),
    Row("question_ms", "– slowest question, with its arithmetic", "ms", 1),
    Row("page_ms", "Slowest view of Demografie or a method tab, warm, server", "ms", 0, limit=150),
    Row("page_kb", "– most bytes of one, not compressed", "kB", 0, limit=100),
    Row("twins_ms", "Twins of a participant, the slowest", "ms", 0, limit=150),
    Row("saving_ms", "An event saved, on the disk (40,000 measures, 20,000 log rows)", "ms", 0, limit=150),
    Row("saving_worst_ms", "– the slowest of 40", "ms", 0),
    Row("told_ms", "– with the page that says so", "ms", 0, limit=150),
    Row(
        "desk_page_ms",
        "Slowest page of Monitoring, Themen, Datenpflege on that store, warm, server",
        "ms",
        0,
        limit=150,
    ),
    Row("vote_p95_ms", "60 phones vote at once: 95 % answered, on the disk", "ms", 0, limit=300),
    Row("vote_ms", "– median", "ms", 0),
    Row("vote_ratio", "– against 60 phones that only ask for their page", "×", 2),
    Row("list_s", "A list of 10,000 rows checked", "s", 1, limit=20),
    Row("list_mb", "– memory at the peak", "MB", 0, limit=500),
)


def number(value: float, decimals: int) -> str:
    """A number for print."""
    return f"{value:,.{decimals}f}"


def spread(summary: Summary, decimals: int) -> str:
    """Median with its range, e.g. ``1.23 (1.10–1.40)``; the value alone if there is only one."""
    middle = number(summary.median, decimals)
    if summary.n == 1:
        return middle
    return f"{middle} ({number(summary.low, decimals)}–{number(summary.high, decimals)})"


def others(row: Row, samples: Samples) -> Sequence[float] | None:
    """What the product is held against, round by round; None if it is missing, or one of the peers had fewer rounds."""
    found = samples.get(row.base or row.key, {})
    if row.against != "peer":
        return found.get(row.against or "")
    peers = [found[app] for app in PEERS if app in found]
    if not peers or len({len(values) for values in peers}) > 1:
        return None
    return [min(values) for values in zip(*peers, strict=True)]


def compared(row: Row, samples: Samples) -> Summary | None:
    """The product's ratios against the app it is compared with, round by round; None if one of them is missing."""
    ours, theirs = samples.get(row.key, {}).get("product"), others(row, samples)
    if not ours or not theirs or len(ours) != len(theirs) or any(value <= 0 for value in theirs):
        return None
    return summarise(ratios(ours, theirs))


def against(row: Row) -> str:
    """What the product is compared with, in a word or two."""
    return row.told or {"peer": "best peer", "bokeh": "Bokeh"}.get(row.against or "", row.against or "")


def met(row: Row, samples: Samples) -> bool | None:
    """Whether the median reaches every target of the row; None without a target or without a measurement."""
    found = samples.get(row.key, {})
    if "product" not in found or (row.ratio is None and row.limit is None):
        return None
    answers = []
    if row.ratio is not None:
        ratio = compared(row, samples)
        if ratio is None:
            return None
        answers.append(ratio.median <= row.ratio)
    if row.limit is not None:
        answers.append(summarise(found["product"]).median <= row.limit)
    return all(answers)


def target(row: Row) -> str:
    """The targets in words, e.g. ``≤ 0.35 × plain``."""
    words = []
    if row.ratio is not None:
        words.append(f"≤ {row.ratio:g} × {against(row)}")
    if row.limit is not None:
        words.append(f"≤ {row.limit:g} {row.unit}")
    return ", ".join(words)


def markdown(samples: Samples, facts: Mapping[str, str], rounds: int, questions: Sequence[Question] = ()) -> str:
    """The whole block: facts, table of measures, table of the slowest questions."""
    lines = [
        f"Measured {facts['date']} on {facts['machine']}; Python {facts['python']}, Streamlit {facts['streamlit']}, "
        f"Plotly {facts['plotly']}, {facts['peers'] or 'no peers'}, Chromium {facts['chromium']}. "
        f"Up to {rounds} alternating rounds; median (lowest–highest).",
        "",
        f"| measure | {' | '.join(COLUMNS.values())} | product against | target | met |",
        f"|---|{'---:|' * len(COLUMNS)}---:|---|---|",
    ]
    for row in ROWS:
        found = samples.get(row.key)
        if not found:
            continue
        cells = [spread(summarise(found[app]), row.decimals) if app in found else "" for app in COLUMNS]
        ratio = compared(row, samples)
        beside = f"{spread(ratio, 2)} × {against(row)}" if ratio else ""
        answer = {True: "yes", False: "**no**", None: ""}[met(row, samples)]
        lines.append(f"| {row.title}, {row.unit} | {' | '.join(cells)} | {beside} | {target(row)} | {answer} |")
    if questions:
        lines += [
            "",
            "Slowest questions the pages ask (caches empty; one question may take several queries), milliseconds:",
            "",
            "| question | asked | median | slowest | of it in SQL | queries | longest query |",
            "|---|---:|---:|---:|---:|---:|---:|",
        ]
        lines += [
            f"| `{q.name}` | {q.calls} | {q.median_ms:.1f} | {q.worst_ms:.1f} "
            f"| {q.worst_sql_ms:.1f} | {q.worst_reads} | {q.query_ms:.1f} |"
            for q in questions[:10]
        ]
    return "\n".join(lines)


def replace_block(text: str, block: str) -> str:
    """``text`` with everything between the markers replaced; ValueError if they are not there once and in order."""
    if text.count(BEGIN) != 1 or text.count(END) != 1 or text.index(BEGIN) > text.index(END):
        raise ValueError(f"the file needs the lines {BEGIN} and {END} once each, in this order")
    head, rest = text.split(BEGIN)
    return f"{head}{BEGIN}\n{block}\n{END}{rest.split(END)[1]}"


def write(path: Path, block: str) -> None:
    """Put the block into a Markdown file that has the markers."""
    path.write_text(replace_block(path.read_text(encoding="utf-8"), block), encoding="utf-8")
