"""The pages of the app, in the order of the menu, and its name."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from zwk_data.paths import PAGES

NAME = "ZWK-Monitor"
CLAIM = "Demografie und Prozess der Zukunftswerkstatt Kommunen"


@dataclass(frozen=True)
class Page:
    """One page: ``file`` in pages/, its German ``title``, a Material ``icon`` and the ``path`` in the address.

    ``needs`` names the bundles of Streamlit's that the browser should fetch at once, without waiting for the script.
    """

    file: str
    title: str
    icon: str
    path: str
    needs: tuple[str, ...] = ()

    @property
    def script(self) -> Path:
        """The absolute path of the page's script."""
        return PAGES / self.file


CHARTS = ("PlotlyChart",)
MENU = (
    Page("uebersicht.py", "Übersicht", ":material/dashboard:", "", CHARTS),
    Page("karte.py", "Karte", ":material/map:", "karte", CHARTS),
    Page("demografie.py", "Demografie", ":material/groups:", "demografie", CHARTS),
    Page("stufen.py", "Stufen", ":material/view_week:", "stufen", CHARTS),
    Page("themen.py", "Themen", ":material/category:", "themen", CHARTS),
    Page("quellen.py", "Quellen und Methodik", ":material/menu_book:", "quellen"),
)


def pages() -> list[Page]:
    """The pages whose script is there; at least one, or the installation is incomplete (FileNotFoundError)."""
    found = [page for page in MENU if page.script.is_file()]
    if not found:
        raise FileNotFoundError(PAGES)
    return found
