"""``python -m benchmarks.run``: start the product and what it is measured beside, measure in turn, print the table."""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable
from contextlib import AsyncExitStack
from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path

import click
from playwright.async_api import Browser, BrowserContext

from benchmarks import answers, browser, desk, inputs, intake, machine, measure, queries, room, table
from benchmarks.proxy import CountingProxy
from benchmarks.servers import (
    BARE,
    DASH,
    EMPTY,
    GEMEINDEN,
    LAGE,
    PANEL_BOKEH,
    PANEL_PLOTLY,
    PICTURES,
    PLAIN,
    PRODUCT,
    ROOT,
    STREAMLIT,
    App,
    Server,
)

#: what is measured in a browser, round by round; and the rest
PAGES = ("load", "private", "first", "change", "gemeinden", "pictures", "sessions")
PARTS = (*PAGES, "memory", "start", "build", "queries", "answers", "desk", "room")
APPS = {app.name: app for app in (PRODUCT, DASH, PANEL_PLOTLY, PANEL_BOKEH, PLAIN, EMPTY, BARE)}
#: what the peers need, and what then is missing
NEEDS = {"dash": ("dash", "gunicorn"), "panel": ("panel",), "bokeh": ("panel",)}
#: fresh servers for the growth of memory
MEMORY = ("product", "plain", "empty")
Step = Callable[[Server, CountingProxy], Awaitable[dict[str, float]]]
Samples = dict[str, dict[str, list[float]]]


class Run:
    """One run: its options, its scratch folder, and what it has measured so far."""

    def __init__(self, scratch: Path, apps: list[App], rounds: int, sessions: list[int], quick: bool) -> None:
        self.scratch, self.apps, self.rounds, self.sessions, self.quick = scratch, apps, rounds, sessions, quick
        self.samples: Samples = defaultdict(lambda: defaultdict(list))
        self.environment = {"ZWK_HOME": str(scratch / "home"), "BENCH_INPUTS": str(scratch / "inputs")}
        self.chromium = ""

    def keep(self, app: App, found: dict[str, float]) -> None:
        for key, value in found.items():
            self.samples[key][app.name].append(value)
        click.echo(f"  {app.name}: {', '.join(f'{key} {value:.2f}' for key, value in found.items())}", err=True)

    def build(self, times: int) -> None:
        """Build the warehouse into an empty folder, ``times`` over; the last one stays for the servers."""
        for number in range(times):
            home = self.scratch / ("home" if number == times - 1 else f"home-{number}")
            home.mkdir()
            begin = time.perf_counter()
            subprocess.run(
                [sys.executable, "-m", "zwk_data", "build"],
                cwd=ROOT,
                env={**os.environ, "ZWK_HOME": str(home)},
                check=True,
                capture_output=True,
            )
            self.keep(PRODUCT, {"build_s": time.perf_counter() - begin})

    def export(self, folder: Path | None, detail: str) -> None:
        """What the plain app reads, from ``folder`` or from the product's warehouse."""
        if folder:
            self.environment["BENCH_INPUTS"] = str(folder)
            return
        (self.scratch / "inputs").mkdir()
        inputs.export(self.scratch / "inputs", detail)

    def answers(self) -> None:
        """Every view of the instrument when its figures are known, and the twins of all participants."""
        with Server(PRODUCT, self.scratch, self.environment) as product:
            found = asyncio.run(answers.slowest(product, answers.addresses()))
        for path, (milliseconds, kilobytes) in sorted(found.items(), key=lambda item: -item[1][0])[:5]:
            click.echo(f"  {path}: {milliseconds:.0f} ms, {kilobytes:.0f} kB", err=True)
        measured = {"page_ms": max(ms for ms, _ in found.values()), "page_kb": max(kb for _, kb in found.values())}
        self.keep(PRODUCT, {**measured, "twins_ms": max(answers.twins_ms())})

    def desk(self) -> None:
        """The Geschäftsstelle's pages and savings on a full store, and a list of 10,000 rows."""
        environment = desk.full_store(Path(self.environment["ZWK_HOME"]))
        saving, worst = desk.saving_ms()
        with Server(PRODUCT, self.scratch, environment) as product:
            found = asyncio.run(answers.slowest(product, desk.PAGES))
        for path, (milliseconds, kilobytes) in sorted(found.items(), key=lambda item: -item[1][0]):
            click.echo(f"  {path}: {milliseconds:.0f} ms, {kilobytes:.0f} kB", err=True)
        told = saving + found[desk.ENTRY][0]
        self.keep(
            PRODUCT,
            {
                "saving_ms": saving,
                "saving_worst_ms": worst,
                "told_ms": told,
                "desk_page_ms": max(ms for ms, _ in found.values()),
            },
        )
        listed = intake.check_10000(environment)
        self.keep(PRODUCT, {"list_s": listed["seconds"], "list_mb": listed["mb"]})

    def room(self) -> None:
        """Sixty phones that vote at once, on each Handlungsfeld."""
        before = dict(os.environ)
        self.keep(PRODUCT, room.votes(self.scratch, Path(self.environment["ZWK_HOME"])))
        os.environ.clear()
        os.environ.update(before)

    async def pages(self, parts: set[str]) -> None:
        """What is measured in a browser, on servers that stay up, round by round in turn."""
        async with AsyncExitStack() as stack:
            servers = [stack.enter_context(Server(app, self.scratch, self.environment)) for app in self.apps]
            context = await stack.enter_async_context(browser.browser(self.scratch / "profile"))
            private = await stack.enter_async_context(browser.private())
            self.chromium = private.version
            both = [(one, await stack.enter_async_context(CountingProxy(one.port))) for one in servers]
            windows: dict[str, BrowserContext] = {}
            for server, proxy in both:
                click.echo(f"warming up {server.app.name}", err=True)
                await measure.warm_up(context, _visited(server, proxy, parts))
                if "private" in parts and _drawn(server.app):
                    windows[server.app.name] = await browser.new_window(private)
                    await measure.warm_up(windows[server.app.name], [(measure.through(server, proxy), server.app)])
            for number in range(self.rounds):
                click.echo(f"round {number + 1} of {self.rounds}", err=True)
                steps = self._steps(context, private, windows)
                # the last one, many tabs drawn by one Chromium, takes as long as all others
                for part, asked, step in steps[:-1] if self.quick and number else steps:
                    for server, proxy in both:
                        if part in parts and asked(server.app):
                            self.keep(server.app, await step(server, proxy))

    def _steps(
        self, context: BrowserContext, private: Browser, windows: dict[str, BrowserContext]
    ) -> list[tuple[str, Callable[[App], bool], Step]]:
        """What a round measures: its part, of which apps, and how."""

        def on_page(name: str, page: App) -> Step:
            return lambda server, proxy: measure.load(context, server, proxy, name, page)

        def at_once(n: int) -> Step:
            return lambda server, _: measure.served(server, n)

        return [
            ("load", _drawn, lambda server, proxy: measure.load(context, server, proxy)),
            ("private", _drawn, lambda server, proxy: measure.load(windows[server.app.name], server, proxy, "private")),
            ("first", _drawn, lambda server, proxy: measure.first_visit(private, server, proxy)),
            ("change", _map, lambda server, proxy: measure.change(context, server, proxy)),
            ("gemeinden", _product, on_page("gemeinden", GEMEINDEN)),
            (
                "gemeinden",
                _product,
                lambda server, proxy: measure.change(context, server, proxy, "gemeinden_change", GEMEINDEN),
            ),
            *(("pictures", _product, on_page(name, page)) for name, page in PICTURES.items()),
            *(("sessions", _streamlit, at_once(n)) for n in self.sessions),
            ("sessions", _opened, lambda server, _: measure.sessions(context, server, min(self.sessions))),
        ]

    async def start(self) -> None:
        """The first start of an installation, a later one, and one of the empty page."""
        async with browser.private() as found:
            self.chromium = self.chromium or found.version
            for number in range(self.rounds):
                home = self.scratch / f"start-{number}"
                home.mkdir()
                environment = {**self.environment, "ZWK_HOME": str(home)}
                for app, key in ((LAGE, "first_start_s"), (LAGE, "start_s"), (EMPTY, "start_s")):
                    self.keep(app, {key: await measure.start(found, app, self.scratch, environment)})

    async def memory(self, rounds: int) -> None:
        """Growth per session, on a fresh server each time."""
        async with browser.browser(self.scratch / "profile") as context:
            self.chromium = self.chromium or browser.version(context)
            for _ in range(rounds):
                for app in (one for one in self.apps if one.name in MEMORY):
                    with Server(app, self.scratch, self.environment) as server:
                        self.keep(app, await measure.memory(context, server, min(self.sessions)))


def _visited(server: Server, proxy: CountingProxy, parts: set[str]) -> list[tuple[str, App]]:
    """The addresses that the parts will open, and what is drawn there."""
    if not _drawn(server.app):
        return []
    pages = [server.app]
    if server.app == PRODUCT:
        pages += [GEMEINDEN] if "gemeinden" in parts else []
        pages += PICTURES.values() if "pictures" in parts else []
    behind = [(measure.through(server, proxy, page), page) for page in pages]
    # many sessions are drawn without counting bytes
    return behind + ([(server.url, server.app)] if "sessions" in parts and _streamlit(server.app) else [])


def _drawn(app: App) -> bool:
    return app != BARE


def _opened(app: App) -> bool:
    return _streamlit(app) and _drawn(app)


def _map(app: App) -> bool:
    return app.wanted == "map"


def _product(app: App) -> bool:
    return app == PRODUCT


def _streamlit(app: App) -> bool:
    return app.kind == STREAMLIT


def missing(apps: Iterable[str]) -> set[str]:
    """The packages of the peers that are not installed."""
    return {package for app in apps for package in NEEDS.get(app, ()) if not find_spec(package)}


def names(_: click.Context, option: click.Parameter, value: str) -> list[str]:
    """A comma-separated option as a list of known names."""
    known = list(PARTS) if option.name == "only" else list(APPS)
    chosen = [name.strip() for name in value.split(",") if name.strip()]
    unknown = [name for name in chosen if name not in known]
    if unknown or not chosen:
        raise click.BadParameter(f"{', '.join(unknown) or 'nothing'}; possible: {', '.join(known)}")
    return chosen


def numbers(_: click.Context, option: click.Parameter, value: str) -> list[int]:
    """A comma-separated option as a list of numbers, 2 at least."""
    if not re.fullmatch(r"\d+(,\d+)*", value) or min(map(int, value.split(","))) < 2:
        raise click.BadParameter(f"{value}; numbers from 2 on, e.g. 20,60")
    return [int(one) for one in value.split(",")]


@click.command()
@click.option("--only", default=",".join(PARTS), callback=names, help="Parts to measure, comma-separated.")
@click.option("--apps", default=",".join(APPS), callback=names, help="Apps to measure, comma-separated.")
@click.option("--rounds", default=5, type=click.IntRange(1), help="Alternating rounds.")
@click.option(
    "--sessions",
    default="20,60,100",
    callback=numbers,
    help="Sessions at once, comma-separated; the fewest also drawn, and for the memory.",
)
@click.option(
    "--detail",
    type=click.Choice(["grob", "mittel", "fein"]),
    default="mittel",
    show_default=True,
    help="Boundaries inside the plain app's figure.",
)
@click.option(
    "--inputs", "folder", type=click.Path(exists=True, path_type=Path), help="Plain app's inputs, ready made."
)
@click.option(
    "--home", type=click.Path(exists=True, path_type=Path), help="A folder with stores that stand; builds none."
)
@click.option("--quick", is_flag=True, help="Two rounds, 20 sessions only, one build: a third of the time.")
@click.option("--json", "out", type=click.Path(path_type=Path), help="Write all measurements to this file.")
@click.option("--write", "page", type=click.Path(exists=True, path_type=Path), help="Write the table into this page.")
def main(  # noqa: C901, PLR0912, PLR0913 - an option each
    only: list[str],
    apps: list[str],
    rounds: int,
    sessions: list[int],
    detail: str,
    folder: Path | None,
    home: Path | None,
    quick: bool,
    out: Path | None,
    page: Path | None,
) -> None:
    """Measure the product beside Dash, Panel, a plain map app and an empty page."""
    if missing(apps):
        raise click.UsageError(
            f"{', '.join(sorted(missing(apps)))} missing: pip install -r benchmarks/requirements.txt, "
            "or measure without, with --apps product,plain,empty"
        )
    if machine.busy() > 0.3:
        click.echo(f"note: the machine is busy ({machine.busy():.1f} per core); times will be too long", err=True)
    if quick:
        rounds, sessions = min(rounds, 2), sessions[:1]
    begin, parts, questions = time.monotonic(), set(only), []
    with tempfile.TemporaryDirectory(prefix="zwk-bench-") as scratch:
        run = Run(Path(scratch), [APPS[name] for name in apps], rounds, sessions, quick)
        if home:
            run.environment["ZWK_HOME"] = str(home)
        elif "build" in parts or "product" in apps:
            run.build(min(rounds, 3) if "build" in parts and not quick else 1)
        os.environ["ZWK_HOME"] = run.environment["ZWK_HOME"]
        if parts & {*PAGES, "memory"} and set(apps) - {"product", "empty"}:
            run.export(folder, detail)
        if "queries" in parts:
            questions = queries.ask(run.scratch, run.environment)
            run.keep(PRODUCT, {"query_ms": max(q.query_ms for q in questions), "question_ms": questions[0].worst_ms})
        if "answers" in parts:
            run.answers()
        if "desk" in parts:
            run.desk()
        if "room" in parts:
            run.room()
        if parts & set(PAGES):
            asyncio.run(run.pages(parts))
        if "memory" in parts:
            asyncio.run(run.memory(1 if quick else min(rounds, 2)))
        if "start" in parts:
            asyncio.run(run.start())
        facts = machine.facts(run.chromium or "not used")
        samples = {key: dict(value) for key, value in run.samples.items()}
        if "build" not in parts:
            samples.pop("build_s", None)
    block = table.markdown(samples, facts, rounds, questions)
    click.echo(block)
    click.echo(f"{(time.monotonic() - begin) / 60:.0f} minutes", err=True)
    if out:
        report = {"facts": facts, "rounds": rounds, "samples": samples, "questions": [asdict(q) for q in questions]}
        out.write_text(json.dumps(report, indent=2), encoding="utf-8")
    if page:
        table.write(page, block)


if __name__ == "__main__":
    main()
