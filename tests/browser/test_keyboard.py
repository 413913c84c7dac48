"""Through the main pages by Tab: each stop has a name and a whole ring in sight, none holds fast, none comes twice."""

from __future__ import annotations

import pytest

from tests.browser.conftest import go, settled

pytestmark = [pytest.mark.browser, pytest.mark.slow]
#: head, menu, search, filters, map, chart, tables, contents, form, editor, foot
PATHS = (
    "/karte",
    "/demografie?kommune=riesa",
    "/zwischenbilanz?kommune=riesa&abschnitte=stufen",
    "/datenpflege?kommune=riesa&stufe=zwischenbilanz",
    "/datenpflege?teil=tabellen&tabelle=stage_event&kommune=riesa",
)
#: What has the focus: [its number, what it is, what is wrong with its ring]. Nothing is focused: null. The ring is an
#: outline of its own, or what the style sheet draws around a field or a switch that holds it.
STOP = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  window.zwkStops ??= new Map();
  const known = window.zwkStops.get(one) ?? window.zwkStops.size;
  window.zwkStops.set(one, known);
  const words = (one.getAttribute("aria-label") ?? one.innerText ?? "").trim().slice(0, 50);
  const name = `${one.tagName.toLowerCase()} ${words}`;
  const ringed = (box) => {
    const style = getComputedStyle(box);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  };
  const field = one.closest("[data-testid$=RootElement], .stSelectbox [role=group], .stMultiSelect [role=group]");
  // a switch and a point on the map have it around what is drawn of them; within an editor the cell shows it
  const drawn = one.closest(".zwk-map-frame:has(.zwk-map-places:focus), label:has(> span > input:focus)");
  if (one.closest("[data-testid=stDataFrame]")) return [known, name, ""];
  const box = (drawn ? [drawn] : [field, one]).find((it) => it && ringed(it));
  if (!box) return [known, name, "no ring"];
  const style = getComputedStyle(box), wide = parseFloat(style.outlineWidth) + parseFloat(style.outlineOffset);
  const { left, top, right, bottom } = box.getBoundingClientRect();
  const ring = { left: left - wide, top: top - wide, right: right + wide, bottom: bottom + wide };
  const beyond = (edge) => ring.left < edge.left - 1 || ring.right > edge.right + 1
    || (box.offsetHeight < edge.bottom - edge.top && (ring.top < edge.top - 1 || ring.bottom > edge.bottom + 1));
  if (beyond({ left: 0, top: 0, right: innerWidth, bottom: innerHeight })) return [known, name, "beyond the window"];
  for (let it = box.parentElement; it && getComputedStyle(it).position !== "fixed"; it = it.parentElement) {
    if (getComputedStyle(it).overflow === "visible") continue;
    const edge = it.getBoundingClientRect();
    if (beyond(edge)) return [known, name, `cut by ${it.dataset.testid ?? it.className}`];
  }
  const covers = document.elementFromPoint((left + right) / 2, (Math.max(top, 0) + Math.min(bottom, innerHeight)) / 2);
  const free = !covers || box.contains(covers) || covers.contains(box) || covers.closest("label")?.contains(one);
  return [known, name, free ? "" : `beneath ${covers.tagName} ${covers.className}`];
}"""
MOST = 250


#: most of it is the same on both sets of data
@pytest.mark.parametrize(("dataset", "paths"), [("public", PATHS[:2]), ("demo", PATHS)], ids=["public", "demo"])
def test_by_tab_through_the_main_pages(visit, dataset: str, paths: tuple[str, ...]) -> None:
    page = visit("/quellen", dataset=dataset)
    tree = page.context.new_cdp_session(page)
    wrong = {}
    for path in paths:
        go(page, path)
        page.evaluate("window.zwkStops = new Map(); document.activeElement.blur(); scrollTo(0, 0)")
        assert page.locator("canvas[tabindex='0']:not([aria-label], [role=region][aria-label] *)").count() == 0
        assert page.locator("[tabindex]:not([tabindex='0'], [tabindex='-1'])").count() == 0
        for n in range(MOST):
            page.keyboard.press("Tab")
            stop = page.evaluate(STOP)
            if stop is None or stop[0] != n:
                break
            named = tree.send("Runtime.evaluate", {"expression": "document.activeElement"})["result"]["objectId"]
            node = tree.send("Accessibility.getPartialAXTree", {"objectId": named, "fetchRelatives": False})["nodes"][0]
            # the drawing of an editable table is named by the region around it
            if not node.get("name", {}).get("value") and stop[1] != "canvas ":
                wrong[path, stop[1]] = "no name"
            if stop[2]:
                wrong[path, stop[1]] = stop[2]
        assert stop is None or stop[0] in (0, n - 1), (path, stop, "comes twice")
        assert 10 < n < MOST - 1, (path, stop)
        settled(page)
    tree.detach()
    assert wrong == {}
