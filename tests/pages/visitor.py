"""A visitor without a browser: opens an address, reads what the page says, and uses its widgets.

Streamlit's ``AppTest`` runs the very script that the server runs for every address (``web/navigation.py``), in this
process. What it does not support is added here: our HTML, charts, tabs, expanders, editable tables and downloads.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any
from unittest.mock import patch
from urllib.parse import parse_qs, urlencode, urlsplit

import numpy as np
import pandas as pd
from lxml import html
from streamlit.components.v2.component_manager import BidiComponentManager
from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.runtime.state.session_state import STREAMLIT_INTERNAL_KEY_PREFIX
from streamlit.testing.v1 import AppTest, app_test
from streamlit.testing.v1.element_tree import Block, Node
from streamlit.util import calc_hash

from zwk_data.settings import ROOT
from zwk_data.web.shell import site

SCRIPT = ROOT / "zwk_data" / "web" / "navigation.py"
PATHS = {calc_hash(page.path): page.path for page in site.MENU}
#: seconds that a run may take on a busy machine
PATIENCE = 120
#: what has a label and is used by name
WIDGETS = (
    *("button", "checkbox", "toggle", "text_input", "text_area", "number_input", "date_input"),
    *("selectbox", "multiselect", "radio", "file_uploader", "download_button", "button_group"),
)


def plain(text: str) -> str:
    """Text as it is read: single spaces, no non-breaking ones."""
    return re.sub(r"\s+", " ", text).strip()


def _numbers(part: Any) -> Any:
    """A figure with its columns as lists: Plotly sends numbers as bytes."""
    if isinstance(part, dict):
        if "bdata" in part:
            return np.frombuffer(base64.b64decode(part["bdata"]), part["dtype"]).tolist()
        return {key: _numbers(value) for key, value in part.items()}
    return [_numbers(one) for one in part] if isinstance(part, list) else part


def _kept(make: Callable[..., Any], made: list[Any]) -> Callable[..., Any]:
    """``make``, whose results are kept in ``made``: AppTest lets go of them after each run."""

    def making(*args: Any, **kwargs: Any) -> Any:
        made.append(make(*args, **kwargs))
        return made[-1]

    return making


def legend(figure: Mapping[str, Any]) -> list[str]:
    """The entries of a figure's legend."""
    return [trace["name"] for trace in figure["data"] if trace.get("name") and trace.get("showlegend") is not False]


class Table:
    """A table of the page: its caption, and its cells row by row."""

    def __init__(self, element: Any) -> None:
        self.caption = plain(element.findtext("caption") or "")
        self.head = [plain(cell.text_content()) for cell in element.findall("thead//th")]
        self.rows = [
            [plain(cell.text_content()) for cell in row if cell.tag in ("th", "td")] for row in element.iter("tr")
        ][1:]
        self.links = [(plain(one.text_content()), one.get("href")) for one in element.iter("a")]

    def row(self, begin: str) -> list[str]:
        """The first row whose head begins so."""
        return next(row for row in self.rows if row[0].startswith(begin))

    @property
    def text(self) -> str:
        return " ".join(cell for row in self.rows for cell in row)


@cache
def _components() -> BidiComponentManager:
    """The components of all sessions, as a server has them: to find them takes longer than a page."""
    manager = BidiComponentManager()
    manager.discover_and_register_components(start_file_watching=False)
    return manager


class Visitor:
    """One session; ``address`` as in the browser's address bar. ``said``: the claims of the login."""

    def __init__(self, address: str, said: Mapping[str, Any] | None = None) -> None:
        self.app = AppTest.from_file(SCRIPT, default_timeout=PATIENCE)
        self.app.user = dict(said or {})
        self.app._bidi_component_manager = _components()
        self.app.context = {"url": "http://localhost:8501/"}
        #: states of widgets that AppTest does not know, sent with the next run
        self._told: list[WidgetState] = []
        self._media: Any = None
        self._menu: Any = None
        self.go(address)

    # --- moving

    def go(self, address: str) -> Visitor:
        """Open an address in the same session, as a link does."""
        parts = urlsplit(address)
        self.app._page_hash = calc_hash(parts.path.strip("/"))
        self.app.query_params = parse_qs(parts.query, keep_blank_values=True)
        return self.run()

    @property
    def address(self) -> str:
        """Path and query as they stand now."""
        path = PATHS[self.app._finished_page_script_hash]
        query = urlencode(self.app.query_params, doseq=True)
        return f"/{path}?{query}" if query else f"/{path}"

    def run(self) -> Visitor:
        """One run of the page with all that was put into widgets; faults of the page fail the test."""
        states = self.app._tree.get_widget_states()
        states.widgets.extend(self._told)
        self._told = []
        media, runners = [], []
        with (
            patch.object(app_test, "MediaFileManager", _kept(app_test.MediaFileManager, media)),
            patch.object(app_test, "LocalScriptRunner", _kept(app_test.LocalScriptRunner, runners)),
        ):
            self.app._run(states)
        self._media = media[-1]
        self._menu = [one.navigation for one in runners[-1].forward_msgs() if one.HasField("navigation")][-1]
        # a page that is left for another one stays left
        self.app._page_hash = ""
        faults = [f"{one.message}\n{chr(10).join(one.stack_trace)}" for one in self.app.exception]
        assert not faults, "\n".join(faults)
        return self

    # --- reading

    @property
    def nodes(self) -> list[Node]:
        """All elements and blocks in their order."""
        found: list[Node] = []

        def walk(block: Block) -> None:
            for _, child in sorted(block.children.items()):
                found.append(child)
                if isinstance(child, Block):
                    walk(child)

        walk(self.app._tree)
        return found

    @property
    def _documents(self) -> list[Any]:
        return [html.fragment_fromstring(one.value, create_parent="div") for one in self.app.html]

    def find(self, selector: str) -> list[str]:
        """The texts of everything in our HTML that ``selector`` (tag, ``.class`` or ``tag.class``) names."""
        return [plain(one.text_content()) for one in self.elements(selector)]

    def elements(self, selector: str) -> list[Any]:
        tag, _, kind = selector.partition(".")
        where = f"[contains(concat(' ', normalize-space(@class), ' '), ' {kind} ')]" if kind else ""
        return [one for document in self._documents for one in document.xpath(f".//{tag or '*'}{where}")]

    @property
    def text(self) -> str:
        """All that is read on the page: our HTML, alerts, labels."""
        told = []
        for node in self.nodes:
            if node.type == "html":
                told.append(html.fragment_fromstring(node.value, create_parent="div").text_content())
            elif node.type in ("error", "warning", "info", "success", "markdown"):
                told.append(str(node.value))
            elif getattr(node, "label", ""):
                told.append(str(node.label))
        return plain(" ".join(told))

    @property
    def menu(self) -> list[str]:
        """The titles of the pages that the menu offers."""
        return [page.page_name for page in self._menu.app_pages if not page.is_hidden]

    @property
    def headings(self) -> list[str]:
        """Every h1, h2 and h3."""
        return [
            plain(one.text_content()) for document in self._documents for one in document.xpath(".//h1 | .//h2 | .//h3")
        ]

    @property
    def notices(self) -> list[str]:
        return self.find(".zwk-notice")

    @property
    def alerts(self) -> list[str]:
        """Streamlit's own boxes: faults, what was saved."""
        return [plain(one.value) for kind in ("error", "success", "info") for one in getattr(self.app, kind)]

    @property
    def tables(self) -> list[Table]:
        return [Table(one) for one in self.elements("table")]

    def table(self, caption: str) -> Table:
        """The first table whose caption has these words."""
        found = [table for table in self.tables if caption in table.caption]
        assert found, f"no table „{caption}“, but {[table.caption for table in self.tables]}"
        return found[0]

    @property
    def figures(self) -> dict[str, str]:
        """The headline figures: label -> value."""
        found = self.elements(".zwk-figures")
        return {
            plain(one.findtext("dt")): plain(one.findtext("dd/b"))
            for block in found
            for one in block.iter("div")
            if one.find("dt") is not None
        }

    @property
    def charts(self) -> list[dict[str, Any]]:
        """Every chart's figure as Plotly gets it, and every map as its component does."""
        found = []
        for node in self.nodes:
            if node.type == "plotly_chart":
                found.append(_numbers(json.loads(node.proto.spec)))
            elif node.type == "bidi_component" and node.proto.component_name == "zwk.map":
                found.append(json.loads(node.proto.json)["map"])
        return found

    # --- using

    def widget(self, label: str, at: int = 0) -> Any:
        """The widget of this label (its beginning will do); ``at``: which, if there are several."""
        widgets = [one for one in self.nodes if one.type in WIDGETS]
        found = [w for w in widgets if plain(w.label) == label] or [
            w for w in widgets if plain(w.label).startswith(label)
        ]
        assert len(found) > at, f"no widget „{label}“, but {[one.label for one in widgets]}"
        return found[at]

    def node(self, label: str) -> Any:
        """Any element with this label, widget or not."""
        return next(one for one in self.nodes if getattr(one, "label", "") == label)

    def has(self, label: str) -> bool:
        return any(one.type in WIDGETS and plain(one.label).startswith(label) for one in self.nodes)

    def fill(self, label: str, value: object, at: int = 0) -> Visitor:
        """Put a value into a widget, and leave it."""
        self.widget(label, at).set_value(value)
        return self.run()

    def press(self, label: str, at: int = 0) -> Visitor:
        """Press a button, or turn a switch on."""
        found = self.widget(label, at)
        found.set_value(True)
        return self.run()

    def choose(self, label: str, option: str) -> Visitor:
        """Choose an option by its text."""
        found = self.widget(label)
        names = list(found.options)
        assert option in names, names
        if hasattr(found, "select"):
            found.select(option)
        else:
            found.set_value(option)
        return self.run()

    def tell(self, node_id: str, kind: str, value: object) -> Visitor:
        """Send the state of a widget that AppTest does not support."""
        state = WidgetState(id=node_id)
        setattr(state, kind, value)
        self._told.append(state)
        return self.run()

    def tab(self, name: str) -> Visitor:
        """Open a tab."""
        for node in self.nodes:
            proto = getattr(node, "proto", None)
            if node.type == "tab_container" and name in [tab.label for tab in node.children.values()]:
                return self.tell(proto.tab_container.id, "string_value", name)
        raise AssertionError(f"no tab „{name}“")

    @property
    def tabs(self) -> list[str]:
        return [tab.label for tab in self.app.tabs]

    def open(self, label: str, at: int = 0) -> Visitor:
        """Open an expander; the server is only asked if its content is made on demand."""
        found = [one for one in self.app.expander if one.label == label]
        assert len(found) > at, f"nothing folded in „{label}“, but {[one.label for one in self.app.expander]}"
        return self.tell(found[at].proto.id, "bool_value", True) if found[at].proto.id else self

    @property
    def editor(self) -> pd.DataFrame:
        """The table to edit, as the server sent it."""
        return self.app.data_editor[-1].value

    def edit(
        self, cells: Mapping[int, Mapping[str, object]], add: list[dict[str, object]] | None = None, drop: tuple = ()
    ) -> Visitor:
        """Change cells of the editable table (row -> column -> value), add rows, delete rows: all edits so far."""
        edits = {
            "edited_rows": {str(row): dict(found) for row, found in cells.items()},
            "added_rows": add or [],
            "deleted_rows": list(drop),
        }
        return self.tell(self.app.data_editor[-1].proto.id, "string_value", json.dumps(edits))

    def click_point(self, customdata: object, chart: int = 0) -> Visitor:
        """Click a point of a chart that answers to it."""
        found = [one for one in self.nodes if one.type == "plotly_chart" and one.proto.id]
        point = {"point_index": 0, "curve_number": 0, "customdata": customdata}
        told = {"selection": {"points": [point], "point_indices": [0], "box": [], "lasso": []}}
        return self.tell(found[chart].proto.id, "string_value", json.dumps(told))

    def click_map(self, place: object, event: str = "point") -> Visitor:
        """Click a participant or an area on the page's map; ``event`` year: its film rests on the year ``place``."""
        (found,) = [one for one in self.nodes if one.type == "bidi_component" and one.component_name == "zwk.map"]
        told = [{"event": event, "value": place}]
        return self.tell(
            f"{STREAMLIT_INTERNAL_KEY_PREFIX}_{found.proto.id}__events", "json_trigger_value", json.dumps(told)
        )

    def download(self, label: str) -> tuple[str, bytes]:
        """Press a download button: the name of the file and what is in it."""
        button = self.widget(label)
        proto = button.proto
        url = self._media.execute_deferred(proto.deferred_file_id) if proto.deferred_file_id else proto.url
        storage = self._media._storage
        file = storage.get_file(url.rpartition("/")[2])
        return file.filename, file.content
