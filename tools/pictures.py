"""The pictures of README and handbook, taken of the running app: docs/bilder/*.png.

    python -m tools.pictures [NAME …]

needs what the tests need: Playwright, and a Chromium of the system. Few colours keep the files small.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from benchmarks.browser import chromium
from tests.app_server import launch

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs" / "bilder"
WIDTH = 1440
#: what tells that a page rests: its script does, no table is still to come, nothing has changed for half a second
RESTS = """async () => {
  let last = performance.now();
  new MutationObserver(() => { last = performance.now(); })
    .observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
  const rests = () => document.querySelector("[data-testid=stApp][data-test-script-state=notRunning]")
    && !document.querySelector("[data-testid=stSkeleton]");
  const end = performance.now() + 120000;
  while ((!rests() || performance.now() - last < 500) && performance.now() < end)
    await new Promise((done) => setTimeout(done, 50));
}"""


@dataclass(frozen=True)
class Shot:
    """A picture: the address, the data, pixels of height; ``scene``: that of a wall, which is waited for."""

    address: str
    dataset: str = "demo"
    height: int = 900
    scene: str = ""


SHOTS = {
    "lage": Shot("/", height=1100),
    "karte": Shot("/karte?kennzahl=population_index&jahr=2024", "public"),
    "demografie": Shot("/demografie?kommune=riesa", "public", height=1100),
    "kommunalprofil": Shot("/kommunalprofil?kommune=riesa", "public", height=1100),
    "stufen": Shot("/stufen", "public", height=1000),
    "monitoring": Shot("/monitoring", height=1000),
    "zwischenbilanz": Shot("/zwischenbilanz?kommune=riesa", height=1100),
    "datenpflege": Shot("/datenpflege?teil=tabellen&bereich=massnahmen&tabelle=measure&kommune=riesa", height=800),
    "live-anzeige": Shot("/live-anzeige?event=standard&embed=true", height=810, scene="stufen"),
}


@contextmanager
def served(dataset: str) -> Iterator[str]:
    """The app with a home of its own; its address."""
    with tempfile.TemporaryDirectory() as folder:
        server = launch(Path(folder), {"ZWK_HOME": folder, "ZWK_DATA": dataset})
        try:
            server.wait_until("/ready", 600)
            yield server.url
        finally:
            server.stop()


def take(page: Page, address: str, shot: Shot) -> bytes:
    """The picture as PNG."""
    page.set_viewport_size({"width": WIDTH, "height": shot.height})
    # what moves by itself stands
    page.emulate_media(reduced_motion="reduce")
    page.goto(address + shot.address, timeout=180_000)
    if shot.scene:
        # a round of the playlist takes four minutes
        page.wait_for_selector(f"section.{shot.scene}", timeout=600_000)
        # its button goes when nobody moves; a new scene fades in
        page.wait_for_selector("body.ruhe")
        page.wait_for_timeout(2000)
    else:
        page.wait_for_selector("h1", timeout=180_000)
        page.evaluate(RESTS)
    return page.screenshot()


def small(png: bytes) -> bytes:
    """The same picture in 128 colours, rare ones too, which nobody sees on charts and text."""
    picture, out = Image.open(BytesIO(png)).convert("RGB"), BytesIO()
    picture.quantize(128, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()


def main(names: list[str]) -> None:
    """Take all pictures, or those named."""
    wanted = {name: SHOTS[name] for name in names or SHOTS}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox", "--disable-gpu"])
        for dataset in sorted({shot.dataset for shot in wanted.values()}):
            with served(dataset) as address:
                for name, shot in wanted.items():
                    if shot.dataset == dataset:
                        page = browser.new_page(locale="de-DE")
                        (FOLDER / f"{name}.png").write_bytes(small(take(page, address, shot)))
                        page.close()
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
