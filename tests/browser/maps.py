"""The map of a page in a real browser: where its places are on the screen, when it is drawn, what its tooltip says."""

from __future__ import annotations

import json
import time
from contextlib import suppress

import numpy as np

from tests.browser.conftest import until
from zwk_data.geo.topology import to_map

MAP = ".zwk-map"
#: number of areas that have a class, that is a colour
COLOURED = "document.querySelector('.zwk-map')?.zwkMap?.classes?.filter((one) => one >= 0).length ?? 0"


def drawn(page, areas: int = 1, name: str = "") -> None:
    """Wait until the page's map is drawn with at least ``areas`` coloured areas and shows ``name`` (or its beginning).

    The one that stands there before the page does not count: nothing can be done with it.
    """
    begins = f"(document.querySelector('.zwk-map')?.dataset.drawn ?? '').startsWith({json.dumps(name)})"
    try:
        stands = "!document.querySelector('#zwk-first-map') && document.querySelector('.zwk-map[data-drawn]')"
        until(page, f"{stands} && {begins} && ({COLOURED}) >= {areas}")
    except Exception as error:
        instead = page.evaluate(f"[document.querySelector('.zwk-map')?.dataset.drawn, {COLOURED}]")
        raise AssertionError(f"not {name!r} with {areas} areas, but {instead} at {page.url}") from error


def on_screen(page, lon: float, lat: float) -> tuple[float, float]:
    """Where a place on earth is on the screen."""
    ((east, north),) = to_map(np.array([[lon, lat]]))
    x, y = page.evaluate(
        f"""() => {{
          const map = document.querySelector('.zwk-map').zwkMap, {{ left, top }} = map.frame.getBoundingClientRect();
          const {{ x, y, scale }} = map.view;
          return [left + map.width / 2 + ({east} - x) * scale, top + map.height / 2 + ({-north} - y) * scale];
        }}"""
    )
    return float(x), float(y)


def told(page) -> str:
    """The map's tooltip for the place under the pointer."""
    said = "(() => { const tip = document.querySelector('.zwk-map-tip'); return tip.hidden ? '' : tip.innerText; })()"
    return str(page.evaluate(said))


def point_at(page, lon: float, lat: float, words: str) -> tuple[float, float]:
    """Hold the pointer over a place until the tooltip has ``words``; returns where that is on the screen."""
    page.locator(MAP).scroll_into_view_if_needed()
    deadline = time.monotonic() + 30
    while words not in told(page):
        assert time.monotonic() < deadline, f"„{words}“ is not told, but „{told(page)}“"
        x, y = on_screen(page, lon, lat)
        page.mouse.move(x - 4, y)
        page.mouse.move(x, y)
        with suppress(Exception):  # not yet: move once more
            until(page, f"document.querySelector('.zwk-map-tip').innerText.includes({json.dumps(words)})", seconds=0.3)
    return x, y


def colour_at(page, lon: float, lat: float) -> str:
    """The map's colour at a place, as #rrggbb."""
    x, y = on_screen(page, lon, lat)
    red, green, blue, _ = page.evaluate(
        f"""() => {{
          const canvas = document.querySelector('.zwk-map-areas'), {{ left, top }} = canvas.getBoundingClientRect();
          const density = canvas.width / canvas.clientWidth;
          return [...canvas.getContext('2d').getImageData(({x} - left) * density, ({y} - top) * density, 1, 1).data];
        }}"""
    )
    return f"#{red:02x}{green:02x}{blue:02x}"
