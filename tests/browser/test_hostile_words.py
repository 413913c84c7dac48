"""What people enter is text on every page, wall and phone: no word of it becomes an element, a script or an address."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.browser.conftest import Server, go, linked, settled, start_server
from zwk_data.display.playlist import SCENES
from zwk_data.settings import ROOT
from zwk_data.web.shell import site
from zwk_data.web.shell.page import LAW_PAGES

pytestmark = [pytest.mark.browser, pytest.mark.attack, pytest.mark.slow]
#: what has to stay text in HTML, in an attribute, in a script, in SVG, in Markdown, in a template
HOSTILE = (
    'Ö"\'><img data-xss src=x onerror="window.xss=1"><svg data-xss onload="window.xss=1"></svg>'
    '</title></style></textarea><script data-xss>window.xss=1</script><a data-xss href="javascript:window.xss=1">x</a>'
    " [y](javascript:window.xss=1) ![z](https://fremd.example/z.png) {{7*7}} :red[r] $$x^2$$"
)
ADDRESS = 'javascript:window.xss=1//"><img data-xss src=x onerror="window.xss=1">'
#: fills every free text of every table, and what phones and walls show beside them; prints the codes
FILL = """
import json, sys, duckdb
from datetime import date
from dataclasses import replace
from zwk_data import seed
from zwk_data.display import memory, playlist
from zwk_data.display.memory import say
from zwk_data.room import contributions, sessions
from zwk_data.schema.kinds import LongKind, TextKind, AddressKind, ReferenceKind
from zwk_data.schema.tables import TABLES
hostile, address = json.loads(sys.argv[1])
# what is a key or a name of ours, though it is kept as text
OURS = {"land", "area_key", "section", "chapter", "entity", "entity_id", "field", "role", "fingerprint"}
filled = 0
with duckdb.connect(str(seed.ensure("demo"))) as con:
    for table, one in TABLES.items():
        for field in one.fields:
            kind, column = field.kind, field.column
            if table == "migration" or column in OURS or isinstance(kind, ReferenceKind):
                continue
            if isinstance(kind, AddressKind):
                con.execute(f'UPDATE {table} SET "{column}" = ?', [address])
            elif isinstance(kind, (TextKind, LongKind)):
                con.execute(f'UPDATE {table} SET "{column}" = coalesce("{column}", \\'\\') || ?', [hostile])
                filled += 1
assert filled > 40, filled
begun = sessions.begin("riesa", "Riesa" + hostile, date(2024, 11, 5), [("Wohnen" + hostile, hostile), ("Jugend", "")],
                       guiding_question=hostile, phones=True)
sessions.open_vote(begun.session_id, 1)
contributions.add(begun.session_id, "idea", hostile[:480])
playlist.write(replace(playlist.playlist(), title=("Tag" + hostile)[:200], welcome=hostile[:200]))
memory.command("standard", lambda before: say(before, hostile))
codes = memory.codes("standard")
print(json.dumps([begun.code, codes.remote, codes.guest]))
"""
#: opens what is closed; says how many that were
OPEN = """() => {
  const closed = document.querySelectorAll("details:not([open]) > summary");
  closed.forEach((one) => one.click());
  return closed.length;
}"""
FOUND = """() => [...document.querySelectorAll("[data-xss], a[href^='javascript' i], [onerror], [onload]")]
  .map((one) => one.outerHTML.slice(0, 200)).concat(window.xss ? ["a script ran"] : [])"""


@pytest.fixture(scope="module")
def hostile(stores: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, list[str]]]:
    """A server with hostile words in every field, and the codes of its session, remote and guests."""
    home = linked(stores, tmp_path_factory.mktemp("feindlich"))
    content = yaml.safe_load((ROOT / "docs" / "betrieb-vorlage.yml").read_text(encoding="utf-8"))
    content["betreiber"] |= dict.fromkeys(("name", "anschrift", "email"), HOSTILE)
    (home / "betrieb.yml").write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", FILL, json.dumps([HOSTILE, ADDRESS])],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "ZWK_HOME": str(home), "ZWK_DATA": "demo"},
    )
    server = start_server(home, home, "demo")
    yield server, json.loads(done.stdout.splitlines()[-1])
    server.stop()


def addresses() -> list[str]:
    """Every page, and the parts that are reached by an address alone.

    Those of a Kommune with one, which show all that they do without, but for two.
    """
    found = [f"/{page.path}" + ("?kommune=riesa" if page.of_kommune else "") for page in site.MENU]
    found += ["/kommune", "/demografie"]
    found += [f"/monitoring?teil={part}" for part in ("termine", "verlauf", "mittel", "massnahmen", "bericht")]
    found += [f"/datenpflege?teil={part}" for part in ("tabellen", "import", "verlauf", "export")]
    return [*found, "/themen?thema=mobilitaet&kommune=riesa", "/karte?ebene=teilnehmende"]


def test_on_pages(hostile, visit) -> None:
    server, _ = hostile
    visit.expected += ["404"]
    page = visit("/quellen", base=server.url)
    for path in addresses():
        assert "<img data-xss" not in page.request.get(server.url + path).text(), path
        go(page, path)
        if page.evaluate(OPEN):
            settled(page)
        if path.startswith("/kommune?"):
            assert "<img data-xss" in page.inner_text("body"), "the words are there"
        frame = page.locator(".zwk-map-frame, canvas").first
        if frame.count() and (box := frame.bounding_box()):
            for n in range(36):
                column, row = (n % 6 + 0.5) / 6, (n // 6 + 0.5) / 6
                page.mouse.move(box["x"] + box["width"] * column, box["y"] + box["height"] * row)
                assert page.evaluate(FOUND) == [], path
        assert page.evaluate(FOUND) == [], path


def test_on_phones_walls_and_pages_of_the_law(hostile, visit, chromium) -> None:
    server, (code, remote, guest) = hostile
    page = chromium.new_page()
    try:
        asked = [f"/mitmachen/{code}", f"/fernbedienung/{remote}", f"/gruss/{guest}", "/live-anzeige?embed=true"]
        asked += [f"/anzeige/standard/szene?schritt={n}.{scene}" for n, scene in enumerate(SCENES)]
        asked += [f"/anzeige/standard/szene?schritt={n}.scheinwerfer.riesa" for n in range(12)]
        asked += [f"/{name}" for name in LAW_PAGES]
        shown = 0
        for path in asked:
            answer = page.goto(server.url + path)
            assert page.evaluate(FOUND) == [], path
            shown += "data-xss" in (answer.text() if answer else "")
        assert shown >= 8, "the words were there"
    finally:
        page.close()
