"""Every page, every tab, either data set: drawn without a fault, under its own heading."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.pages.conftest import Visit
from zwk_data.web.shell import site

#: a Kommune that every page has something about
KOMMUNE = "riesa"
#: page -> its parts, as the address names them; a test below holds them against what the page offers
PARTS = {
    "demografie": ("vergleich", "alter", "ausblick", "zwillinge", "zahlen"),
    "themen": ("ueberblick", "stand", "netz", "beratung", "demografie", "praxis"),
    "monitoring": ("ueberblick", "termine", "verlauf", "mittel", "massnahmen", "bericht"),
    "datenpflege": ("eintragen", "fehlt", "tabellen", "import", "verlauf", "export"),
    "handbuch": (
        *("nachschlagen", "ministerium", "geschaeftsstelle", "beratung", "kommune"),
        *("veranstaltung", "betrieb", "begriffe", "fragen"),
    ),
    "quellen": ("quellen", "kennzahlen", "methodik", "modellrechnung", "zwillinge"),
}
TITLES = {page.path: page.title for page in site.MENU}


@pytest.mark.slow
@pytest.mark.parametrize("dataset", ["public", "demo"])
@pytest.mark.parametrize("page", site.MENU, ids=lambda page: page.path or "start")
def test_every_page_as_its_menu_opens_it(visit: Visit, page: site.Page, dataset: str) -> None:
    shown = visit(f"/{page.path}", dataset)
    assert shown.find("h1") == [page.title]
    assert shown.address == f"/{page.path}"
    assert list(shown.app.error) == []
    assert shown.text.count("Demodaten – frei erfunden") == (dataset == "demo")


@pytest.mark.slow
@pytest.mark.parametrize("dataset", ["public", "demo"])
@pytest.mark.parametrize(("path", "part"), [(path, part) for path, parts in PARTS.items() for part in parts])
def test_every_tab_by_its_address(visit: Visit, path: str, part: str, dataset: str) -> None:
    shown = visit(f"/{path}?teil={part}&kommune={KOMMUNE}", dataset)
    assert shown.find("h1") == [TITLES[path]]
    assert len(shown.tabs) == len(PARTS[path])
    opened = [tab for tab in shown.app.tabs if tab.children]
    assert [tab.label for tab in opened] == [shown.tabs[PARTS[path].index(part)]]
    assert "gibt es hier nicht" not in shown.text
    assert list(shown.app.error) == []


@pytest.mark.parametrize("path", PARTS)
def test_the_tabs_are_all_there(visit: Visit, path: str) -> None:
    """Each also opens by a click, which puts it into the address."""
    shown = visit(f"/{path}?kommune={KOMMUNE}")
    for name, part in list(zip(shown.tabs, PARTS[path], strict=True))[1:]:
        assert f"teil={part}" in shown.tab(name).address
    assert "teil=" not in shown.tab(shown.tabs[0]).address


@pytest.mark.parametrize("path", PARTS)
def test_a_tab_that_is_not_there_is_told(visit: Visit, path: str) -> None:
    shown = visit(f"/{path}?teil=nirgends&kommune={KOMMUNE}")
    assert shown.find(".zwk-warning")[0].startswith("Den Abschnitt „nirgends“ gibt es hier nicht. Gezeigt wird: ")
    assert "teil=nirgends" not in shown.address


@pytest.mark.slow
@pytest.mark.parametrize("path", ["kommune", "demografie", "stufen", "themen", "zwischenbilanz", "sitzung"])
def test_a_kommune_that_is_not_there_is_told(visit: Visit, path: str) -> None:
    """A slip of the pen finds the Kommune that was meant; what is like none leaves the choice to the reader."""
    shown = visit(f"/{path}?kommune=dortmnd")
    assert "„dortmnd“ gibt es hier nicht. Gezeigt wird: Dortmund." in shown.text
    assert "kommune=dortmund" in shown.address
    shown = visit(f"/{path}?kommune=atlantis")
    assert "Die Kommune „atlantis“ gibt es hier nicht. Bitte wählen Sie aus der Liste." in shown.text
    assert "kommune=" not in shown.address


def test_every_page_is_in_this_folder() -> None:
    """A new page gets a file of tests."""
    here = Path(__file__).parent
    assert {page.file for page in site.MENU} <= {file.name.removeprefix("test_") for file in here.glob("test_*.py")}
