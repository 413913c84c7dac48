"""The live display in a real browser: every scene at every size, cut off and back, directed from a phone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import pytest

from tests.browser.conftest import Server, linked, settled, start_server, until, watched
from zwk_data.display import memory, playlist
from zwk_data.programme import participants

pytestmark = [pytest.mark.browser, pytest.mark.slow]
DISPLAY = "/live-anzeige?embed=true"
SIZES = [(1920, 1080), (3840, 2160), (1080, 1920), (1024, 768)]
#: the stage's present scene, faded in
NOW = "#buehne > .szene.da:last-child"
#: address of a server and scene -> its HTML, asked for once
KNOWN: dict[tuple[str, str], str] = {}
#: Puts a complete scene on the stage. Returns what is outside the screen, which texts overlap, texts too small to be
#: read from afar, and lists with room for fewer than three entries.
CHECK = """async (html) => {
  const stage = document.getElementById("buehne");
  stage.innerHTML = html;
  stage.firstElementChild.style.setProperty("--seit", "3600s");
  stage.firstElementChild.style.transition = "none";
  stage.firstElementChild.classList.add("da");
  document.body.classList.add("still", "ruhe");
  await document.fonts.ready;
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  const seen = (one) => one.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  const named = (one) => `${one.closest("[class]").getAttribute("class")}: ${one.textContent.trim().slice(0, 40)}`;
  const texts = [], outside = [], rem = parseFloat(getComputedStyle(document.documentElement).fontSize), small = [];
  const walker = document.createTreeWalker(stage, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const one = node.parentElement;
    if (!node.textContent.trim() || !seen(one)) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const clip = one.closest(".reihe")?.getBoundingClientRect();
    for (const box of range.getClientRects()) {
      // lines that find no room flow into a column that is not shown
      if (clip && (box.left >= clip.right || box.top >= clip.bottom)) continue;
      texts.push({ one, box });
      const edge = clip ?? { right: innerWidth, bottom: innerHeight };
      if (box.left < 0 || box.top < 0 || box.right > edge.right + 1 || box.bottom > edge.bottom + 4)
        outside.push(named(one));
    }
    const svg = one.ownerSVGElement, scale = svg ? svg.getScreenCTM().a : 1;
    const size = parseFloat(getComputedStyle(one).fontSize) * scale;
    if (size < 0.93 * rem) small.push(`${named(one)} ${(size / rem).toFixed(2)}`);
  }
  for (const one of stage.querySelectorAll("svg:not(.grund), img, circle.punkt, .stern circle")) {
    const box = one.getBoundingClientRect();
    if (seen(one) && (box.left < -1 || box.top < -1 || box.right > innerWidth + 1 || box.bottom > innerHeight + 1))
      outside.push(named(one));
  }
  const short = [...stage.querySelectorAll(".reihe")].filter(seen).filter((list) => {
    const edge = list.getBoundingClientRect();
    const shown = [...list.children].filter((one) => one.getBoundingClientRect().left < edge.right - 1).length;
    return shown < Math.min(3, list.children.length);
  }).map(named);
  const over = [];
  // boxes of lines are higher than their letters
  const core = (box) => ({ left: box.left, right: box.right, top: box.top + 0.2 * box.height,
    bottom: box.bottom - 0.2 * box.height });
  for (let a = 0; a < texts.length; a++) for (let b = a + 1; b < texts.length; b++) {
    const [x, y] = [core(texts[a].box), core(texts[b].box)];
    if (texts[a].one.contains(texts[b].one) || texts[b].one.contains(texts[a].one)) continue;
    const wide = Math.min(x.right, y.right) - Math.max(x.left, y.left);
    const high = Math.min(x.bottom, y.bottom) - Math.max(x.top, y.top);
    if (wide > 1 && high > 1)
      over.push(`${named(texts[a].one)} / ${named(texts[b].one)}`);
  }
  return { outside, over, small, short };
}"""


@dataclass
class Wall:
    """A server with the demo data whose display is directed by the test."""

    server: Server
    home: Path

    def remote(self, page, **sent: str) -> None:
        """Press a button of the remote, as its page does."""
        address = f"{self.server.url}/fernbedienung/{memory.codes(playlist.STANDARD).remote}"
        answer = page.request.post(address, form=sent, headers={"Origin": self.server.url}, max_redirects=0)
        assert answer.status == 303, answer.text()


def scenes(page, base: str) -> Iterator[tuple[str, str]]:
    """Every scene's name and HTML: all contrasts, and the spotlight on every Kommune."""
    steps = [(item.scene, f"{n}.{item.scene}") for n, item in enumerate(playlist.playlist().items)]
    # the other contrasts stand in the rounds to come
    first, around = steps.index(next(one for one in steps if one[0] == "kontrast")), len(steps)
    steps += [("kontrast", f"{first + n * around}.kontrast") for n in (1, 2)]
    steps += [(key, f"3.scheinwerfer.{key}") for key in participants.names()]
    for name, step in steps:
        if (base, step) not in KNOWN:
            answer = page.request.get(f"{base}/anzeige/standard/szene", params={"schritt": step})
            assert answer.status == 200, answer.text()
            KNOWN[base, step] = answer.text()
        yield name, KNOWN[base, step]


@pytest.fixture(scope="module")
def wall(stores: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wall]:
    """A server of our own, and its memory of the display as ours."""
    home = linked(stores, tmp_path_factory.mktemp("wall"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ZWK_HOME", str(home))
        patch.setenv("ZWK_DATA", "demo")
        memory.keep_door(playlist.STANDARD, memory.DoorAddress(address="192.168.100.200"))
        made = Wall(start_server(home, tmp_path_factory.mktemp("log"), "demo"), home)
        yield made
        made.server.stop()
        memory.close()


@pytest.fixture
def screen(wall: Wall, chromium) -> Iterator[Callable[..., object]]:
    """``screen(1920, 1080)``: the display on a screen of this size; no fault in its console, no foreign request.

    Without a size it is a small one: what moves on it is drawn by the processor, a quarter as much as on a wall.

    ``base``: the address of another server; ``scene``: it stays with that one, without a remote.
    """
    contexts, faults = [], []

    def opened(width: int = 960, height: int = 540, base: str = "", scene: str = "", **options: str) -> object:
        base = base or wall.server.url
        context = watched(chromium.new_context(viewport={"width": width, "height": height}, locale="de-DE", **options))
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on(
            "request",
            lambda one: None if one.url.startswith((base, "data:")) else faults.append(one.url),
        )
        if scene:
            page.route("**/anzeige/*/stand", lambda one: one.fulfill(json=_held_at(one.fetch().json(), scene)))
        page.goto(base + DISPLAY)
        # not the page that waits for the stores
        page.wait_for_selector(f"#buehne[data-schritt] > {NOW.partition('> ')[2]}")
        return page

    yield opened
    for context in contexts:
        # an answer on its way would fail while the next test opens its page
        context.pages[0].unroute_all(behavior="ignoreErrors")
        context.close()
    assert faults == []


def _held_at(state: dict[str, object], scene: str) -> dict[str, object]:
    """What the server says of the display, but with a scene of the playlist."""
    number = next(n for n, item in enumerate(playlist.playlist().items) if item.scene == scene)
    return {**state, "schritt": f"{number}.{scene}", "rest": None}


@pytest.mark.parametrize(
    ("dataset", "size"), [*(("public", size) for size in SIZES), ("demo", SIZES[0]), ("demo", SIZES[2])], ids=str
)
def test_every_scene_fits(wall: Wall, serve, screen, dataset: str, size: tuple[int, int]) -> None:
    page = screen(*size)
    page.keyboard.press("Space")
    # all Kommunen once per aspect ratio; 4K has the same one
    most = None if dataset == "public" and size in ((1920, 1080), (1080, 1920)) else 14
    found = {}
    for name, html in islice(scenes(page, wall.server.url if dataset == "demo" else serve(dataset)), most):
        told = page.evaluate(CHECK, html)
        found |= {f"{name} {kind}": what for kind, what in told.items() if what}
    assert found == {}
    assert page.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]") == list(size)


@pytest.mark.parametrize("colours", ["hell", "dunkel"])
def test_nothing_that_axe_objects_to(wall: Wall, screen, complaints, colours: str) -> None:
    playlist.write(replace(playlist.playlist(), colours=colours))
    page = screen(1920, 1080)
    page.keyboard.press("Space")
    for name, html in islice(scenes(page, wall.server.url), 12):
        page.evaluate(CHECK, html)
        assert page.evaluate("document.documentElement.dataset.farben") == colours
        assert (name, complaints(page)) == (name, [])
    playlist.remove(playlist.STANDARD)


def test_directed_from_a_phone_on_two_screens(wall: Wall, screen) -> None:
    one, other = screen(), screen(540, 960)
    _hold(wall, one, "karte")
    wall.remote(one, tat="rufen", kommune="spelle")
    for page in (one, other):
        page.wait_for_selector(f"{NOW} h1:has-text('Spelle')")
    wall.remote(one, tat="halt")
    wall.remote(one, tat="melden", meldung="Mittagspause bis 13 Uhr")
    for page in (one, other):
        page.wait_for_selector("#meldung:text-is('Mittagspause bis 13 Uhr')")
    wall.remote(one, tat="still")
    wall.remote(one, tat="weiter")
    for page in (one, other):
        page.wait_for_selector("#meldung", state="hidden")
        page.wait_for_selector(f"{NOW}.stufen")
        # the previous scene is gone once it has faded
        page.wait_for_selector(".szene >> nth=1", state="detached")
    assert one.locator(f"{NOW} h1").inner_text() == other.locator(f"{NOW} h1").inner_text()
    wall.remote(one, tat="lauf")


def test_a_guest_greets_and_the_map_lights_up(wall: Wall, screen, chromium) -> None:
    page = screen()
    _hold(wall, page, "karte")
    context = watched(chromium.new_context(viewport={"width": 320, "height": 640}, locale="de-DE"))
    phone = context.new_page()
    phone.goto(f"{wall.server.url}/gruss/{memory.codes(playlist.STANDARD).guest}")
    phone.get_by_label("Kommune").select_option("riesa")
    phone.get_by_role("button", name="Grüßen").click()
    phone.get_by_text("Auf der Karte leuchtet jetzt Riesa.").wait_for()
    context.close()
    page.wait_for_selector(f"{NOW} .gegruesst")
    assert "1\xa0Gruß aus 1\xa0Kommune" in page.locator(NOW).inner_text()
    memory.forget_greetings(playlist.STANDARD)
    wall.remote(page, tat="lauf")


def test_the_pages_for_phones(wall: Wall, chromium, complaints) -> None:
    context = watched(chromium.new_context(viewport={"width": 320, "height": 640}, locale="de-DE"))
    phone, codes = context.new_page(), memory.codes(playlist.STANDARD)
    for path in ("/gruss", f"/gruss/{codes.guest}", "/fernbedienung", f"/fernbedienung/{codes.remote}", "/gruss/XXXXX"):
        phone.goto(wall.server.url + path)
        assert (path, complaints(phone)) == (path, [])
        assert phone.evaluate("document.documentElement.scrollWidth") <= 320
        assert phone.evaluate("document.documentElement.lang") == "de"
    context.close()


def _hold(wall: Wall, page, scene: str) -> None:
    """Stay with a scene of the playlist."""
    wall.remote(page, tat="halt")
    for _ in range(20):
        if page.request.get(f"{wall.server.url}/anzeige/standard/stand").json()["schritt"].split(".")[1] == scene:
            break
        wall.remote(page, tat="weiter")
        wall.remote(page, tat="halt")
    page.wait_for_selector(f"{NOW}.{ {'neues': 'zeilen'}.get(scene, scene) }")


def test_cut_off_the_last_picture_stays_and_everything_goes_on(wall: Wall, screen) -> None:
    page = screen()
    _hold(wall, page, "stufen")
    page.context.set_offline(True)
    page.wait_for_selector("#zustand:visible")
    assert page.locator("#zustand").inner_text().startswith("Verbindung unterbrochen, Stand ")
    assert page.locator(NOW).get_attribute("class") == "szene stufen da"
    assert page.evaluate("getComputedStyle(document.body).cursor") == "none"
    page.context.set_offline(False)
    page.wait_for_selector("#zustand", state="hidden")
    wall.remote(page, tat="weiter")
    page.wait_for_selector(f"{NOW}:not(.stufen)")
    wall.remote(page, tat="lauf")


def test_the_server_restarts(wall: Wall, screen, tmp_path: Path) -> None:
    page = screen()
    _hold(wall, page, "themen")
    before = page.evaluate("performance.timeOrigin")
    wall.server.stop()
    page.wait_for_selector("#zustand:visible")
    assert page.locator(NOW).get_attribute("class") == "szene themen da"
    wall.server = start_server(wall.home, tmp_path, "demo", port=int(wall.server.url.rsplit(":", 1)[1]))
    page.wait_for_selector("#zustand", state="hidden")
    wall.remote(page, tat="weiter")
    page.wait_for_selector(f"{NOW}:not(.themen)")
    assert page.evaluate("performance.timeOrigin") == before, "the page itself was not loaded anew"
    wall.remote(page, tat="lauf")


def test_asleep_and_awake(wall: Wall, screen) -> None:
    page, beside = screen(), screen()
    _hold(wall, page, "stufen")
    laptop = page.context.new_cdp_session(page)
    laptop.send("Page.setWebLifecycleState", {"state": "frozen"})
    wall.remote(page, tat="weiter")
    # asleep for longer than a display tolerates an interruption without saying so
    until(beside, f"performance.now() > {beside.evaluate('performance.now()')} + 4000")
    beside.wait_for_selector(f"{NOW}:not(.stufen)")
    laptop.send("Page.setWebLifecycleState", {"state": "active"})
    page.wait_for_selector(f"{NOW}:not(.stufen)")
    page.wait_for_selector("#zustand", state="hidden")
    wall.remote(page, tat="lauf")


def test_pause_by_key_and_button(wall: Wall, screen) -> None:
    page = screen()
    _hold(wall, page, "stufen")
    page.keyboard.press("Tab")
    button = page.locator("#pause")
    assert button.evaluate("one => document.activeElement === one")
    page.keyboard.press("Enter")
    assert (button.inner_text(), button.get_attribute("aria-pressed")) == ("Weiter", "true")
    # a fade that has begun runs to its end
    until(
        page,
        "!document.querySelector('.szene').getAnimations({ subtree: true }).some(one => one.playState === 'running')",
    )
    wall.remote(page, tat="weiter")
    for _ in range(3):  # it learns of the next scene, and stays
        with page.expect_response("**/anzeige/standard/stand"):
            pass
    assert page.locator(NOW).get_attribute("class") == "szene stufen da"
    page.keyboard.press("Space")
    page.wait_for_selector(f"{NOW}:not(.stufen)")
    wall.remote(page, tat="lauf")


def test_who_wants_no_motion_sees_none(wall: Wall, screen) -> None:
    page = screen(reduced_motion="reduce")
    _hold(wall, page, "karte")
    until(page, "document.getAnimations().length === 0")
    shown = "[...document.querySelectorAll('.ort .punkt')].every((one) => getComputedStyle(one).opacity === '1')"
    assert page.evaluate(shown)
    _hold(wall, page, "jahreskarte")
    assert page.locator(f"{NOW} .jahr").inner_text() == "2023"
    wall.remote(page, tat="lauf")


#: the first look of each year on the map: a busy machine may be late for any of them
YEARS_SEEN = """window.seen = {};
new MutationObserver(() => {
  const scene = document.querySelector(".szene:last-child"), year = scene?.querySelector(".jahr")?.textContent;
  if (year) window.seen[year] ??= [
    [...scene.querySelectorAll(".kreis")].map((one) => one.getAttribute("fill")),
    [...scene.querySelectorAll(".gesagt p")].filter((one) => !one.hidden).map((one) => one.textContent).join(" "),
  ];
}).observe(document, { subtree: true, childList: true, attributes: true });"""


@pytest.mark.parametrize("dataset", ["public", "demo"])
def test_the_years_go_by_on_the_map(wall: Wall, serve, screen, dataset: str) -> None:
    page = screen(base=serve("public") if dataset == "public" else wall.server.url, scene="jahreskarte")
    page.add_init_script(YEARS_SEEN)
    page.reload()
    between = "Object.keys(window.seen).find((year) => '2011' < year && year < '2023')"
    until(page, between)
    early, said = page.evaluate(f"window.seen[{between}]")
    assert "leben mehr Menschen als 2011" in said
    page.keyboard.press("Space")  # who stops it sees all of it
    until(page, "document.querySelector('.szene:last-child .jahr').textContent === '2023'")
    # Leipzig grows by a fifth until 2023, and has the colour for that only then
    fills = "[...document.querySelectorAll('.szene:last-child .kreis')].map((one) => one.getAttribute('fill'))"
    assert page.evaluate(fills) != early


def test_a_change_at_the_desk_is_on_the_wall_without_loading_anew(wall: Wall, screen, visit) -> None:
    page = screen()
    _hold(wall, page, "neues")
    before = page.evaluate("performance.timeOrigin")
    assert "Schossin" not in page.locator(NOW).inner_text()
    desk = visit("/datenpflege?kommune=schossin&stufe=zwischenbilanz", base=wall.server.url)
    desk.get_by_role("textbox", name="Datum").fill("30.12.24")
    desk.keyboard.press("Tab")
    desk.wait_for_selector("text=Verstanden als: 30.12.2024")
    settled(desk)
    desk.get_by_role("button", name="Speichern", exact=True).click()
    desk.wait_for_selector("text=Gespeichert:")
    page.wait_for_selector(f"{NOW} .wer:text-is('Schossin')")
    assert "30.12.2024" in page.locator(NOW).inner_text()
    assert page.evaluate("performance.timeOrigin") == before
    wall.remote(page, tat="lauf")
