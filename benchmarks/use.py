"""``python -m benchmarks.use --minutes 10 --people 20``: an office at work, hurried, and what grows meanwhile.

People without browsers: each opens the product, goes through some of its pages with a few seconds between them, enters
now and then that a stage took place, searches, asks the HTTP interface, leaves and comes back; phones vote all the
while. Samples are taken at equal distances; slopes are fitted to those after the warm-up. What was acknowledged as
saved is counted in the store when the server has ended. Before that the same people do the same with an empty page of
Streamlit for a tenth of the time, which tells what the machine and Streamlit take.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import re
import time
import urllib.parse
import urllib.request
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from http.cookiejar import CookieJar
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click
import duckdb
import numpy as np
import psutil
import websockets
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from benchmarks import sockets
from benchmarks.servers import EMPTY, PRODUCT, Server
from benchmarks.stats import WARM_UP, slope
from tests.web.stream import WIDGET

#: hours that the warm-up takes at least: Streamlit keeps a session for two minutes after somebody left
WARM_UP_HOURS = 4 / 60
READY_SECONDS = 600
#: phones in the room
PHONES = 60
#: seconds between two pages
PAUSE = (1.0, 6.0)
KOMMUNEN = ("riesa", "spelle", "adorf", "schossin", "dortmund")
PAGES = (
    *("", "karte?ebene=kreise", "karte?ebene=gemeinden", "stufen", "themen", "monitoring", "quellen", "handbuch"),
    *("kommune?kommune={}", "demografie?kommune={}", "kommunalprofil?kommune={}", "zwischenbilanz?kommune={}"),
    *("stufen?kommune={}", "datenpflege?kommune={}", "datenpflege?teil=verlauf", "live-anzeige"),
)
#: how many of a hundred pages are the desk's, with an entry that is saved
SAVED_OF_100 = 5
STAGES = ("kick_off", "zukunftswerkstatt", "zwischenbilanz")
#: what is asked beside the pages
BESIDE = ("/suche?q=riesa", "/suche?q=bev", "/api/v1/openapi.json", "/health", "/mitmachen")


@dataclass
class Use:
    """What was seen: samples (a dict of numbers each), seconds of each run with its moment, and what went wrong."""

    samples: list[dict[str, float]] = field(default_factory=list)
    runs: list[tuple[float, float]] = field(default_factory=list)
    #: seconds until each entry at the desk was acknowledged, and how many are in the store in the end
    saved: list[float] = field(default_factory=list)
    kept: int = 0
    #: refused, as the day drawn had been entered before
    repeated: int = 0
    votes: int = 0
    beside: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    #: seconds of each run of the empty page
    empty: list[float] = field(default_factory=list)

    def as_json(self) -> str:
        """All of it, to be looked at later."""
        # asdict makes of a Counter's entries what it counts
        return json.dumps(asdict(self) | {"faults": dict(self.faults)}, indent=1)

    def told(self) -> dict[str, Any]:
        """The whole in numbers; slopes an hour, after the warm-up, and the p95 of the first and the last third."""
        end = self.samples[-1]["hours"]
        begin = max(WARM_UP * end, min(WARM_UP_HOURS, end / 2))
        warm = [one for one in self.samples if one["hours"] > begin]
        slopes = {key: slope(warm, key) for key in warm[0] if key != "hours"}
        third = (end - begin) / 3
        thirds = [[took for at, took in self.runs if since <= at < since + third] for since in (begin, end - third)]
        return {
            "minutes": round(60 * end, 1),
            "pages": len(self.runs),
            "saved": len(self.saved),
            "kept": self.kept,
            "repeated": self.repeated,
            "beside": self.beside,
            "votes": self.votes,
            "faults": dict(self.faults),
            "p95_s_first_and_last_third": [_p95(one) for one in thirds if one],
            "p95_s": _p95([took for _, took in self.runs]),
            "p95_s_saved": _p95(self.saved),
            "p95_s_empty_page": _p95(self.empty),
            "first_last": {key: [round(warm[0][key], 1), round(warm[-1][key], 1)] for key in slopes},
            "slopes_per_hour": {key: round(grown, 1) for key, grown in slopes.items()},
        }


def _p95(seconds: list[float]) -> float | None:
    return round(float(np.percentile(seconds, 95)), 2) if seconds else None


async def person(
    server: Server,
    use: Use,
    began: float,
    end: float,
    draw: random.Random,
    pages: tuple[str, ...] = PAGES,
    beside: tuple[str, ...] = BESIDE,
) -> None:
    """Come, go through ``pages``, leave, and again until ``end``."""
    while time.monotonic() < end:
        try:
            async with sockets.connect(f"127.0.0.1:{server.port}") as socket:
                for _ in range(draw.randint(3, 12)):
                    if pages is PAGES and draw.random() * 100 < SAVED_OF_100:
                        await enter(socket, use, draw)
                        await asyncio.sleep(draw.uniform(*PAUSE))
                    page, _, query = draw.choice(pages).format(draw.choice(KOMMUNEN)).partition("?")
                    before = time.monotonic()
                    async for data in sockets.run(socket, page, query):
                        said = ForwardMsg.FromString(data)
                        if said.delta.new_element.WhichOneof("type") == "exception":
                            use.faults[f"exception on {page}"] += 1
                    use.runs.append(((before - began) / 3600, time.monotonic() - before))
                    await asyncio.sleep(draw.uniform(*PAUSE))
                    if draw.random() < 0.4:
                        await asyncio.to_thread(_ask, f"http://127.0.0.1:{server.port}{draw.choice(beside)}")
                        use.beside += 1
                    if time.monotonic() > end:
                        return
        except Exception as error:
            use.faults[f"{type(error).__name__}: {error}"[:200]] += 1


async def enter(socket: websockets.ClientConnection, use: Use, draw: random.Random) -> None:
    """Enter at the desk that a stage of a Kommune took place, as its form does: typed, pressed, read back."""
    place, stage = draw.choice(KOMMUNEN), draw.choice(STAGES)
    query, day = f"kommune={place}&stufe={stage}", date(2022, 1, 1) + timedelta(draw.randrange(1000))
    said = b"".join([data async for data in sockets.run(socket, "datenpflege", query)]).decode("utf-8", "ignore")
    # the number at the end counts what was saved in this session
    ids = {found[1].rpartition("-")[0]: found[0] for found in WIDGET.finditer(said)}
    await asyncio.sleep(draw.uniform(*PAUSE))
    typed = {ids[f"datum-{place}-{stage}"]: ("string_value", f"{day:%d.%m.%Y}")}
    pressed = {ids["termin-speichern"]: ("trigger_value", True)}
    before = time.monotonic()
    answer = b"".join([data async for data in sockets.run(socket, "datenpflege", query, typed | pressed)])
    # an earlier entry may still be told
    if re.search(rf"Gespeichert: [^\n]{{0,80}}{day:%d.%m.%Y}".encode(), answer):
        use.saved.append(time.monotonic() - before)
    elif b"Das gibt es schon" in answer:
        use.repeated += 1
    else:
        use.faults["an entry that was not saved"] += 1


def kept(home: Path, dataset: str) -> int:
    """How many entries of the desk are in the store; nobody else may have it open."""
    with duckdb.connect(str(home / f"programme-{dataset}.duckdb"), read_only=True) as con:
        row = con.execute("SELECT count(*) FROM stage_event WHERE entered_by = 'Lokale Anwendung'").fetchone()
    return int(row[0]) if row else 0


def _ask(address: str) -> None:
    with urllib.request.urlopen(address, timeout=60) as answer:
        answer.read()


async def phones(server: Server, code: str, use: Use, end: float, draw: random.Random) -> None:
    """A phone after the other comes back into the room and votes, twice: as many as a hall has, not ever new ones."""
    room = [urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar())) for _ in range(PHONES)]
    while time.monotonic() < end:
        try:
            await asyncio.to_thread(_vote, draw.choice(room), f"http://127.0.0.1:{server.port}/mitmachen/{code}", draw)
            use.votes += 2
        except OSError as error:
            use.faults[f"phone: {error}"] += 1
        await asyncio.sleep(1)


def _vote(phone: urllib.request.OpenerDirector, address: str, draw: random.Random) -> None:
    phone.open(address, timeout=60).read()
    for _ in range(2):
        body = urllib.parse.urlencode({"feld": 1, "stufe": draw.randint(1, 5)}).encode()
        phone.open(address, body, timeout=60).read()


def sample(server: Server, began: float, places: tuple[Path, ...]) -> dict[str, float]:
    """What the server holds now: memory, threads, open files, files in its folders."""
    process = psutil.Process(server.pid)
    files = [path for place in places for path in place.rglob("*") if path.is_file()]
    sizes = 0
    for path in files:
        with suppress(OSError):
            sizes += path.stat().st_size
    return {
        "hours": (time.monotonic() - began) / 3600,
        "server_mb": server.memory() / 1e6,
        "threads": process.num_threads(),
        "descriptors": process.num_fds(),
        "files": len(files),
        "files_mb": sizes / 1e6,
    }


async def work(
    server: Server,
    code: str,
    minutes: float,
    people: int,
    samples: int,
    places: tuple[Path, ...],
    keep: Callable[[Use], object],
) -> Use:
    """Let ``people`` work for ``minutes``; ``keep`` gets what is known after each sample."""
    use, began = Use(), time.monotonic()
    end = began + 60 * minutes
    tasks = [asyncio.create_task(person(server, use, began, end, random.Random(n))) for n in range(people)]
    tasks.append(asyncio.create_task(phones(server, code, use, end, random.Random(-1))))
    for number in range(1, samples + 1):
        await asyncio.sleep(max(0.0, began + 60 * minutes * number / samples - time.monotonic()))
        use.samples.append(await asyncio.to_thread(sample, server, began, places))
        keep(use)
    await asyncio.gather(*tasks)
    return use


def until_ready(server: Server) -> None:
    """Wait while the warehouse is built: nobody works then."""
    end = time.monotonic() + READY_SECONDS
    while True:
        try:
            return _ask(f"http://127.0.0.1:{server.port}/ready")
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(1)


async def empty_page(scratch: Path, minutes: float, people: int) -> list[float]:
    """Seconds of each run when ``people`` work with a page on which there is nothing."""
    use = Use()
    with Server(EMPTY, scratch) as server:
        began = time.monotonic()
        end, asked = began + 60 * minutes, ("/_stcore/health",)
        await asyncio.gather(*(person(server, use, began, end, random.Random(n), ("",), asked) for n in range(people)))
    if use.faults:
        raise RuntimeError(f"the empty page: {dict(use.faults)}")
    return [took for _, took in use.runs]


@click.command()
@click.option("--minutes", default=10.0, show_default=True, help="How long.")
@click.option("--people", default=20, show_default=True, help="How many work at the same time.")
@click.option("--samples", default=60, show_default=True, type=click.IntRange(5), help="Samples in that time.")
@click.option("--data", default="demo", show_default=True, type=click.Choice(["demo", "public"]), help="The data set.")
@click.option("--warehouse", type=click.Path(path_type=Path, exists=True), help="A built warehouse, to begin at once.")
@click.option("--json", "out", type=click.Path(path_type=Path), help="Write all samples to this file, after each.")
def main(minutes: float, people: int, samples: int, data: str, warehouse: Path | None, out: Path | None) -> None:
    """Let people work with the product."""

    def keep(use: Use) -> None:
        if out:
            out.write_text(use.as_json(), encoding="utf-8")

    with TemporaryDirectory(prefix="zwk-use-") as scratch:
        home, temporary = Path(scratch) / "home", Path(scratch) / "tmp"
        home.mkdir()
        temporary.mkdir()
        if warehouse:
            (home / warehouse.name).symlink_to(warehouse.resolve())
        os.environ |= {"ZWK_HOME": str(home), "ZWK_DATA": data}
        from zwk_data.room import sessions

        begun = sessions.begin("riesa", "Riesa", date(2024, 11, 5), [("Wohnen", "")], phones=True)
        sessions.open_vote(begun.session_id, 1)
        sessions.close_store()
        empty = asyncio.run(empty_page(Path(scratch), max(1.0, minutes / 10), people))
        with Server(PRODUCT, Path(scratch), {"TMPDIR": str(temporary)}) as server:
            until_ready(server)
            use = asyncio.run(work(server, begun.code, minutes, people, samples, (home, temporary), keep))
        use.empty, use.kept = empty, kept(home, data)
        if use.kept < len(use.saved):
            use.faults["acknowledged, but not in the store"] = len(use.saved) - use.kept
    click.echo(json.dumps(use.told(), indent=2))


if __name__ == "__main__":
    main()
