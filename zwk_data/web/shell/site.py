"""The pages of the app, in the order of the menu, and its name."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from pathlib import Path

from zwk_data.settings import PAGES

NAME = "ZWK-Monitor"
#: how addresses begin that are answered without Streamlit
WITHOUT_STREAMLIT = ("/anzeige/", "/api/", "/einbetten/", "/fernbedienung", "/gruss", "/mitmachen")
CLAIM = "Demografie und Prozess der Zukunftswerkstatt Kommunen"
#: Streamlit's bundles for text, choices, its own charts, components of ours, and other widgets
TEXT, CHOICE, CHART, COMPONENT = "Html", "Selectbox", "PlotlyChart", "BidiComponent"
MANY, FILES, BUTTON, BUTTONS = "Multiselect", "DownloadButton", "Button", "ButtonGroup"
SWITCH = "Checkbox"
#: the groups of the menu, in their order
GROUPS = ("Ansehen", "Steuern", "Veranstalten", "Nachschlagen")
#: who sees all, and who may write
OVERSEERS = ("geschaeftsstelle", "ministerium")
WRITERS = ("geschaeftsstelle", "beratung")


@dataclass(frozen=True)
class Page:
    """One page: ``file`` in pages/, its German ``title`` and the ``path`` in the address.

    ``needs`` names the bundles of Streamlit's that the browser should fetch at once, without waiting for the script,
    ``more`` those that are needed only where the address names one of ``more_with``; ``first_layer``: the borders of
    the map it opens with, fetched at once as well. ``roles``: whose page it is where there is a login; empty for a page
    of everybody's. ``listed``: it stands in the menu; to others a link leads. No icons: Streamlit makes a page's icon
    its favicon too, and fetches that from a font host.
    """

    file: str
    title: str
    path: str
    needs: tuple[str, ...] = (TEXT,)
    more: tuple[str, ...] = ()
    more_with: tuple[str, ...] = ("kommune",)
    first_layer: str = ""
    roles: tuple[str, ...] = ()
    listed: bool = True
    group: str = "Ansehen"
    #: it shows one Kommune, which is kept when changing to another such page by the menu
    of_kommune: bool = False

    def needed(self, asked: Container[str]) -> tuple[str, ...]:
        """The bundles that it needs at once at an address that names ``asked``."""
        return self.needs + (self.more if any(key in asked for key in self.more_with) else ())

    @property
    def script(self) -> Path:
        """The absolute path of the page's script."""
        return PAGES / self.file


MENU = (
    Page("lage.py", "Lage", "", (TEXT, CHOICE, COMPONENT), first_layer="teilnehmende"),
    Page("karte.py", "Karte", "karte", (TEXT, CHOICE, COMPONENT, BUTTONS), first_layer="kreise"),
    Page("kommune.py", "Kommune", "kommune", (TEXT, CHOICE), more=(SWITCH, CHART), of_kommune=True),
    Page(
        "demografie.py",
        "Demografie",
        "demografie",
        (TEXT, CHOICE),
        more=(MANY, BUTTONS, SWITCH, CHART),
        of_kommune=True,
    ),
    Page(
        "kommunalprofil.py",
        "Kommunalprofil",
        "kommunalprofil",
        (TEXT, CHOICE, "TextInput"),
        more=(FILES,),
        more_with=("kommune", "gebiet"),
        of_kommune=True,
    ),
    Page("stufen.py", "Stufen", "stufen", (TEXT, CHOICE, CHART), of_kommune=True),
    Page("themen.py", "Themen", "themen", (TEXT, CHOICE, CHART), of_kommune=True),
    Page(
        "monitoring.py",
        "Monitoring",
        "monitoring",
        (TEXT, CHOICE),
        more=(CHART,),
        more_with=("teil",),
        roles=OVERSEERS,
        group="Steuern",
    ),
    Page(
        "zwischenbilanz.py",
        "Zwischenbilanz",
        "zwischenbilanz",
        (TEXT, CHOICE, BUTTON, FILES),
        more=("ImageList", CHART),
        group="Steuern",
        of_kommune=True,
    ),
    Page(
        "datenpflege.py",
        "Datenpflege",
        "datenpflege",
        (TEXT, CHOICE, BUTTONS),
        roles=WRITERS,
        group="Steuern",
        of_kommune=True,
    ),
    Page(
        "sitzung.py",
        "Sitzung",
        "sitzung",
        (TEXT, CHOICE, COMPONENT),
        roles=WRITERS,
        listed=False,
        group="Veranstalten",
        of_kommune=True,
    ),
    Page(
        "live_anzeige.py",
        "Live-Anzeige",
        "live-anzeige",
        (TEXT, CHOICE),
        roles=("geschaeftsstelle",),
        group="Veranstalten",
    ),
    Page("quellen.py", "Quellen und Methodik", "quellen", group="Nachschlagen"),
    Page(
        "handbuch.py",
        "Handbuch",
        "handbuch",
        (TEXT, "StreamlitMarkdown"),
        more=("ImageList",),
        more_with=("teil",),
        group="Nachschlagen",
    ),
)


def pages() -> list[Page]:
    """The pages whose script is there; at least one, or the installation is incomplete (FileNotFoundError)."""
    found = [page for page in MENU if page.script.is_file()]
    if not found:
        raise FileNotFoundError(PAGES)
    return found
