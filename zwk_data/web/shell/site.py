"""The pages of the app, in the order of the menu, and its name."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from zwk_data.settings import PAGES

NAME = "ZWK-Monitor"
CLAIM = "Demografie und Prozess der Zukunftswerkstatt Kommunen"
#: Streamlit's bundles for text, choices, its own charts, and components of ours
TEXT, CHOICE, CHART, COMPONENT = "Html", "Selectbox", "PlotlyChart", "BidiComponent"
#: who sees all, and who may write
OVERSEERS = ("geschaeftsstelle", "ministerium")
WRITERS = ("geschaeftsstelle", "beratung")


@dataclass(frozen=True)
class Page:
    """One page: ``file`` in pages/, its German ``title`` and the ``path`` in the address.

    ``needs`` names the bundles of Streamlit's that the browser should fetch at once, without waiting for the script;
    ``first_layer``: that of the map it opens with, fetched at once as well. ``roles``: whose page it is where there is
    a login; empty for a page of everybody's. ``listed``: it stands in the menu; to others a link leads. No icons:
    Streamlit makes a page's icon its favicon too, and fetches that from a font host.
    """

    file: str
    title: str
    path: str
    needs: tuple[str, ...] = (TEXT,)
    first_layer: str = ""
    roles: tuple[str, ...] = ()
    listed: bool = True

    @property
    def script(self) -> Path:
        """The absolute path of the page's script."""
        return PAGES / self.file


MENU = (
    Page("uebersicht.py", "Übersicht", "", (TEXT, COMPONENT), first_layer="teilnehmende"),
    Page("karte.py", "Karte", "karte", (TEXT, CHOICE, COMPONENT), first_layer="kreise"),
    Page("demografie.py", "Demografie", "demografie", (TEXT, CHOICE, CHART, "ButtonGroup")),
    Page("kommunalprofil.py", "Kommunalprofil", "kommunalprofil", (TEXT, CHOICE)),
    Page("stufen.py", "Stufen", "stufen", (TEXT, CHOICE, CHART)),
    Page("themen.py", "Themen", "themen", (TEXT, CHOICE, CHART)),
    Page("monitoring.py", "Monitoring", "monitoring", (TEXT, CHOICE, CHART), roles=OVERSEERS),
    Page("zwischenbilanz.py", "Zwischenbilanz", "zwischenbilanz", (TEXT, CHOICE, CHART)),
    Page("sitzung.py", "Sitzung", "sitzung", (TEXT, CHOICE, COMPONENT), roles=WRITERS, listed=False),
    Page("live_anzeige.py", "Live-Anzeige", "live-anzeige", (TEXT, CHOICE), roles=("geschaeftsstelle",)),
    Page("datenpflege.py", "Datenpflege", "datenpflege", (TEXT, CHOICE), roles=WRITERS),
    Page("quellen.py", "Quellen und Methodik", "quellen"),
)


def pages() -> list[Page]:
    """The pages whose script is there; at least one, or the installation is incomplete (FileNotFoundError)."""
    found = [page for page in MENU if page.script.is_file()]
    if not found:
        raise FileNotFoundError(PAGES)
    return found
