"""How long a Kommunalprofil takes: ``python -m benchmarks.kommunalprofil [places]``; 0 places: every one there is.

Prints milliseconds of wall and processor time for the first profile of a process, for places that nobody asked for
before, for the same ones again, and for their PDF and slides.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable
from statistics import median

from benchmarks.stats import share
from zwk_data import seed
from zwk_data.export.pdf import profile_pdf
from zwk_data.export.slides import profile_pptx
from zwk_data.profile import places
from zwk_data.profile.places import Place
from zwk_data.views.profile import sheet
from zwk_data.warehouse.build import ensure

#: one of each kind, so that nothing is made for the first time while it is measured
KINDS = ("14627230", "13076", "05112", "034545408")


def _timed(told: str, what: Callable[[Place], object], asked: list[Place]) -> None:
    walls, cpus = [], []
    for one in asked:
        wall, cpu = time.perf_counter(), time.process_time()
        what(one)
        walls.append(1000 * (time.perf_counter() - wall))
        cpus.append(1000 * (time.process_time() - cpu))
    worst = share(walls, 0.95)
    print(f"{told}: {median(walls):.0f} ms (95 %: {worst:.0f}, processor {median(cpus):.0f}), {len(asked)} places")


def main(number: int) -> None:
    ensure()
    seed.ensure()
    _timed("first of a process", lambda one: sheet(one, {}), [places.place(KINDS[0])])
    for key in KINDS:
        sheet(places.place(key), {})
    keys = places.places().index.tolist()
    random.Random(13).shuffle(keys)
    asked = [places.place(key) for key in (keys[:number] if number else keys)]
    _timed("a new place", lambda one: sheet(one, {}), asked)
    some = asked[-20:]
    _timed("the same again", lambda one: sheet(one, {}), some)
    _timed("PDF", lambda one: profile_pdf(sheet(one, {})), some)
    _timed("slides", lambda one: profile_pptx(sheet(one, {})), some)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100)
