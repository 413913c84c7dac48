"""Real servers and a real Chromium; every page is watched for foreign requests, faults in the console and failures."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TextIO
from urllib.parse import urljoin

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.app_server import STREAMLIT, STREAMLIT_FOR_FEW, Server, launch
from tests.browser.english import english
from zwk_data.web.shell import site
from zwk_data.web.shell.watch import HEALTH, READY

try:
    import fcntl
except ImportError:  # not on Windows
    fcntl = None

#: seconds after which something counts as never coming, also on a machine that is busy with much else
PATIENCE = 180
REQUIRED = os.environ.get("ZWK_REQUIRE_BROWSER") == "1"
PROGRAM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
#: as on a thin client: no graphics card and no WebGL; and neither the browser itself nor a page reaches another host
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-3d-apis",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]


@pytest.fixture(scope="session")
def sync_api():
    """Playwright; without it, or without a Chromium, browser tests are skipped unless ZWK_REQUIRE_BROWSER=1."""
    try:
        from playwright import sync_api
    except ImportError:
        sync_api = None
    if sync_api is None or PROGRAM is None:
        reason = "no Chromium found" if sync_api else "playwright is not installed"
        (pytest.fail if REQUIRED else pytest.skip)(reason)
    return sync_api


def start_server(
    home: Path, logs: Path, dataset: str = "public", command: Sequence[str] = STREAMLIT_FOR_FEW, port: int = 0
) -> Server:
    """The app with its files in ``home``, as ``launch``; returns once it answers."""
    server = launch(logs, {"ZWK_HOME": str(home), "ZWK_DATA": dataset}, port=port, command=command)
    server.wait_until("/health")
    return server


@pytest.fixture(scope="session")
def serve(stores: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], str]]:
    """``serve("public")`` starts the app once per data set and returns its address.

    Workers share it: whoever asks first starts it, and ends it when no other uses it any more.
    """
    together = os.environ.get("PYTEST_XDIST_WORKER") and fcntl
    base = tmp_path_factory.getbasetemp()
    found: dict[str, str] = {}
    with ExitStack() as leaving:

        def start(dataset: str) -> str:
            if dataset not in found:
                folder = (base.parent if together else base) / f"served-{dataset}"
                folder.mkdir(exist_ok=True)
                found[dataset] = leaving.enter_context(_shared_server(stores, folder, dataset))
            return found[dataset]

        yield start


@contextmanager
def _shared_server(stores: Path, folder: Path, dataset: str) -> Iterator[str]:
    """The address of the server in ``folder``, started here unless it runs."""
    note, server = folder / "address", None
    with (folder / "starting").open("w") as starting, (folder / "using").open("w") as using:
        _lock(starting, "LOCK_EX")
        _lock(using, "LOCK_SH")
        if not note.exists():
            server = start_server(linked(stores, folder), folder, dataset, STREAMLIT)
            server.wait_until(READY)  # who asks for a figure without a page would be told to wait
            note.write_text(server.url)
        _lock(starting, "LOCK_UN")
        yield note.read_text()
        if server:
            _lock(using, "LOCK_EX")
            note.unlink()
            server.stop()


def _lock(file: TextIO, how: str) -> None:
    if fcntl:
        fcntl.flock(file, getattr(fcntl, how))


def linked(stores: Path, home: Path) -> Path:
    """Links what was made once into ``home``, for a server of a test's own; its programme store is new."""
    for warehouse in stores.glob("warehouse-*.duckdb"):
        if not (home / warehouse.name).exists():
            os.link(warehouse, home / warehouse.name)
    if not (home / "compressed").exists():
        (home / "compressed").symlink_to(stores / "compressed", target_is_directory=True)
    return home


@pytest.fixture(scope="module")
def desks(stores: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], str]]:
    """``desks("demo")``: the address of a server in a folder of its own: tests may change what it keeps."""
    running: dict[str, Server] = {}

    def start(dataset: str) -> str:
        if dataset not in running:
            home, log = (tmp_path_factory.mktemp(name) for name in ("desk", "log"))
            running[dataset] = start_server(linked(stores, home), log, dataset)
        return running[dataset].url

    yield start
    for server in running.values():
        server.stop()


@pytest.fixture(scope="module")
def desk(desks: Callable[[str], str]) -> str:
    """The one with the demo data."""
    return desks("demo")


@pytest.fixture
def fresh_server(stores: Path, tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """``fresh_server()``: a server nobody has visited yet; ``home`` and ``command`` as in ``start_server``."""
    running: list[Server] = []

    def start(home: Path = stores, dataset: str = "public", command: Sequence[str] = STREAMLIT_FOR_FEW) -> Server:
        running.append(start_server(home, tmp_path, dataset, command))
        return running[-1]

    yield start
    for server in running:
        server.stop()


@pytest.fixture(scope="session")
def playwright(sync_api) -> Iterator[object]:
    """Playwright's own process: one for all browsers."""
    with sync_api.sync_playwright() as found:
        yield found


@pytest.fixture(scope="session")
def chromium(playwright) -> Iterator[object]:
    """The system's own Chromium, with an empty profile."""
    browser = playwright.chromium.launch(executable_path=PROGRAM, args=ARGUMENTS)
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def known(playwright, tmp_path_factory: pytest.TempPathFactory) -> Iterator[object]:
    """One that has been here before, like most people's: it caches what it has fetched and compiled."""
    context = playwright.chromium.launch_persistent_context(
        tmp_path_factory.mktemp("profile"), executable_path=PROGRAM, args=ARGUMENTS, locale="de-DE"
    )
    yield watched(context)
    context.close()


#: What a page notes for these tests: when it last changed, and whether the run it asked for is still to end. A run that
#: only ends for another one has not ended. Messages are protobuf, of which the numbers of fields are enough.
WATCH = """(() => {
  const watch = window.zwkWatch = { changed: performance.now(), waiting: true };
  new MutationObserver(() => { watch.changed = performance.now(); })
    .observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
  const field = (data, wanted) => {
    const bytes = ArrayBuffer.isView(data) ? data : new Uint8Array(data);
    let at = 0;
    const number = () => {
      let value = 0, place = 1, byte;
      do { byte = bytes[at++]; value += (byte & 127) * place; place *= 128; } while (byte & 128);
      return value;
    };
    while (at < bytes.length) {
      const tag = number(), value = number();
      if (tag >> 3 === wanted) return value;
      if ((tag & 7) === 2) at += value;
    }
  };
  const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function (data) {
    if (!this.zwkWatched) this.addEventListener("message", (heard) => {
      if (![undefined, FOR_RERUN].includes(field(heard.data, FINISHED))) watch.waiting = false;
    });
    this.zwkWatched = true;
    if (field(data, RERUN) !== undefined) watch.waiting = true;
    return send.call(this, data);
  };
})();"""
for name, number in (
    ("FOR_RERUN", ForwardMsg.FINISHED_EARLY_FOR_RERUN),
    ("FINISHED", ForwardMsg.DESCRIPTOR.fields_by_name["script_finished"].number),
    ("RERUN", BackMsg.DESCRIPTOR.fields_by_name["rerun_script"].number),
):
    WATCH = WATCH.replace(name, str(number))
#: resolves once the script has run, nothing more is asked of it, and the page has not changed for a quarter of a second
SETTLED = """async (since) => {
  const end = performance.now() + MILLISECONDS, watch = window.zwkWatch, from = since ?? performance.now();
  const rests = () => document.querySelector("[data-testid=stApp][data-test-script-state=notRunning]");
  while (!rests() || watch.waiting || performance.now() - Math.max(from, watch.changed) < 250) {
    if (performance.now() > end) throw new Error("the page does not come to rest");
    await new Promise((done) => setTimeout(done, 25));
  }
}""".replace("MILLISECONDS", str(1000 * PATIENCE))


def settled(page) -> None:
    """Wait until the app has answered all it was asked, and the page shows it.

    At least a quarter of a second: some fields tell the server a moment after they were changed.
    """
    page.evaluate(SETTLED)


def go(page, address: str) -> None:
    """Open an address of the same app as the browser's Back button does: the page runs, but is not loaded anew."""
    page.evaluate(
        """(address) => { history.pushState(null, "", address); dispatchEvent(new PopStateEvent("popstate")); }""",
        address,
    )
    settled(page)


def watched(context):
    """A window whose pages ``settled`` can ask; they wait with ``PATIENCE`` for all that is to come."""
    context.set_default_timeout(1000 * PATIENCE)
    context.add_init_script(WATCH)
    return context


def until(page, condition: str, seconds: float = PATIENCE) -> None:
    """Wait for a JavaScript expression; the page's security policy forbids Playwright's own ``wait_for_function``."""
    page.evaluate(
        f"""async () => {{
          const end = performance.now() + {1000 * seconds};
          while (!({condition})) {{
            if (performance.now() > end) throw new Error({json.dumps(condition)});
            await new Promise((done) => setTimeout(done, 50));
          }}
        }}"""
    )


def choose(page, label: str, name: str) -> None:
    """Choose in a select box by typing: a list that scrolls while a mouse comes down gives another line."""
    box = page.get_by_role("combobox", name=label, exact=True)
    box.click()
    box.fill(name)
    page.get_by_role("option", name=re.compile(rf"^{re.escape(name)}")).first.wait_for()
    page.keyboard.press("Enter")


def menu(page) -> dict[str, list[str]]:
    """The menu in the head: each group with the titles of its pages."""
    found = {}
    for group in page.get_by_test_id("stTopNavSection").all():
        group.click()
        page.wait_for_selector("[data-testid=stTopNavDropdownLink]")
        found[group.inner_text().strip()] = page.get_by_test_id("stTopNavDropdownLink").all_inner_texts()
        page.keyboard.press("Escape")
        page.wait_for_selector("[data-testid=stTopNavDropdownLink]", state="detached")
    return found


def go_by_menu(page, title: str) -> None:
    """Choose a page in the menu, and wait for it."""
    (group,) = [one.group for one in site.MENU if one.title == title]
    page.get_by_test_id("stTopNavSection").filter(has_text=group).click()
    page.get_by_test_id("stTopNavDropdownLink").get_by_text(title, exact=True).click()
    path = next(one.path for one in site.MENU if one.title == title)
    page.wait_for_url(re.compile(rf"/{path}([?#].*)?$"))
    settled(page)


@pytest.fixture(scope="session")
def tabs() -> list:
    """Tabs that tests have left as they found them: the next one loads its page in half of the processor time."""
    return []


@pytest.fixture
def visit(serve: Callable[[str], str], known, chromium, tabs, sync_api, request) -> Iterator[Callable[..., object]]:
    """``visit("/stufen", width=390, height=844, dataset="demo")`` opens a page without cookies, drawn to its end.

    ``base``: the address of another server; ``wait=False`` returns as soon as the document is there; ``beside=True``:
    in a window of its own, so that the pages before go on as if somebody looked at them. After the test:
    no request went to another host, none failed, and the console holds no fault (what the content security policy
    forbids stands there too). ``visit.expected`` takes fragments of console messages that a test provokes;
    ``visit.faults`` holds what there is so far. What a test begins on a page (a CDP session, a listener) it ends.
    """
    pages: list[tuple] = []
    known.clear_cookies()
    foreign: list[str] = []
    faults: list[str] = []
    failed = request.session.testsfailed

    def opened(
        path: str,
        *,
        width: int = 1440,
        height: int = 900,
        dataset: str = "public",
        base: str = "",
        wait: bool = True,
        beside: bool = False,
    ) -> object:
        base = base or serve(dataset)
        if beside:
            page = watched(chromium.new_context(locale="de-DE")).new_page()
        else:
            page = tabs.pop() if tabs else known.new_page()
        page.set_viewport_size({"width": width, "height": height})
        own = (base, base.replace("http", "ws"), "data:", "blob:")
        listeners = {
            "request": lambda request: None if request.url.startswith(own) else foreign.append(request.url),
            "console": lambda message: faults.append(message.text) if message.type == "error" else None,
            "pageerror": lambda error: faults.append(str(error)),
            "response": lambda r: faults.append(f"{r.status} {r.url}") if r.status >= 400 else None,
        }
        for event, listener in listeners.items():
            page.on(event, listener)
        pages.append((page, listeners))
        page.goto(base + path, wait_until="load" if wait else "commit")
        if wait:
            page.wait_for_selector("h1")
            settled(page)
        return page

    opened.settled = settled
    opened.expected = []
    opened.faults = faults
    yield opened
    for page, listeners in pages:
        if page.context != known:
            page.context.close()
        elif request.session.testsfailed == failed and _left(page, listeners, sync_api.Error):
            tabs.append(page)
        else:
            page.close()
    assert foreign == []
    assert [fault for fault in faults if not any(words in fault for words in opened.expected)] == []


def _left(page, listeners: Mapping[str, Callable[..., None]], fault: type[Exception]) -> bool:
    """Leave a tab as if it were new; False if it cannot be, as where its server has ended.

    It stays at its host, with an empty page: a page of another one would begin a new process.
    """
    for event, listener in listeners.items():
        page.remove_listener(event, listener)
    try:
        page.unroute_all(behavior="ignoreErrors")
        page.emulate_media(media="null", color_scheme="null", reduced_motion="null", forced_colors="null")
        page.mouse.move(-1, -1)
        page.evaluate("sessionStorage.clear()")
        answer = page.goto(urljoin(page.url, HEALTH))
        return answer is not None and answer.ok
    except fault:
        return False


@pytest.fixture(scope="session")
def complaints() -> Callable[[object], list[str]]:
    """``complaints(page)``: what axe finds wrong (all its rules), and English words of Streamlit's."""
    from axe_playwright_python.sync_playwright import Axe

    script = Axe().axe_script
    # only what is wrong is handed over: of all else a page holds thousands of elements
    run = 'axe.run({ resultTypes: ["violations"] }).then((found) => found.violations)'

    def find(page) -> list[str]:
        if page.evaluate("!!document.querySelector('[data-testid=stApp]')"):
            page.evaluate(SETTLED, 0)
        if not page.evaluate("!!window.axe"):
            page.evaluate(script)
        found = page.evaluate(run)
        return [f"{rule['id']}: {node['html'][:160]}" for rule in found for node in rule["nodes"]] + english(page)

    return find
