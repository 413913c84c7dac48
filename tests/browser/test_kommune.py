"""Kommune in a real browser: the process is drawn under the curve, and goes away when it is switched off."""

from __future__ import annotations

import pytest

from tests.browser.conftest import until

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.mark.parametrize("dataset", ["public", "demo"])
def test_all_of_one_on_one_page(visit, complaints, dataset: str) -> None:
    """In a hand: below, and in test_narrow.py."""
    page = visit("/kommune?kommune=schossin", dataset=dataset)
    assert page.locator("h1").inner_text() == "Schossin"
    assert complaints(page) == []


@pytest.mark.parametrize(("dataset", "drawn"), [("public", "Stufen"), ("demo", "Maßnahmen")])
def test_the_process_can_be_switched_off(visit, dataset: str, drawn: str) -> None:
    page = visit("/kommune?kommune=riesa", dataset=dataset)
    page.locator(".js-plotly-plot .main-svg").first.wait_for()
    assert drawn in page.locator(".js-plotly-plot").first.inner_text()
    before = page.locator(".js-plotly-plot").first.bounding_box()["height"]
    page.get_by_text("Prozess unter der Kurve zeigen").click()
    page.wait_for_url("**prozess=false*")
    visit.settled(page)
    assert drawn not in page.locator(".js-plotly-plot").first.inner_text()
    assert page.locator(".js-plotly-plot").first.bounding_box()["height"] < before


#: what a phone's browser has and this one lacks: a sheet that takes text and pictures, remembered here
SHARES = """() => {
  navigator.canShare = () => true;
  navigator.share = async ({ title, text, files: [file] }) => {
    const kind = new TextDecoder("latin1").decode((await file.arrayBuffer()).slice(1, 4));
    window.shared = { title, text, name: file.name, kind, size: file.size };
  };
}"""


@pytest.mark.parametrize("dataset", ["public", "demo"])
def test_a_kommune_at_a_glance_goes_out_as_text_and_picture(visit, complaints, dataset: str) -> None:
    page = visit("/kommune?kommune=schossin", dataset=dataset, width=320, height=700)
    page.evaluate(SHARES)
    page.get_by_text("Auf einen Blick teilen").click()
    page.wait_for_selector(".zwk-glance[data-drawn]")
    visit.settled(page)
    assert complaints(page) == []
    page.get_by_role("button", name="Bild und Text teilen").click()
    until(page, "window.shared")
    shared = page.evaluate("window.shared")
    assert (shared["title"], shared["name"], shared["kind"]) == (
        "Schossin auf einen Blick",
        "schossin_auf_einen_blick.png",
        "PNG",
    )
    assert shared["size"] > 30_000
    assert ("Demodaten – frei erfunden" in shared["text"]) == (dataset == "demo")
    assert "Bevölkerung: 243 (am 31.12.2023)" in shared["text"]
    assert page.url in shared["text"]
    # where a browser has no such sheet, the picture is a file and the text is copied
    with page.expect_download() as download:
        page.get_by_role("button", name="Bild speichern").click()
    assert download.value.suggested_filename == "schossin_auf_einen_blick.png"
