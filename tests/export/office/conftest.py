"""A small dossier with every kind of block, and what holds of every Office file."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Callable
from datetime import date
from io import BytesIO

import pandas as pd
import pytest
from lxml import etree
from PIL import Image

from zwk_data.charts.chart import Chart, Drawing, Figure, Look, Series
from zwk_data.dossier.model import Dossier, Fact, Facts, Picture, Section, TableBlock, Words

OTHER, QUIET, OUTLINE = Look("#52606d"), Look("#9aa5b1", "#1f2933"), Look("#1f2933", outline=True)
SOURCE = "© Statistische Ämter des Bundes und der Länder (dl-de/by-2-0)"
LONG = "Verbandsgemeinde Oberes Niedertal-Mittelbergen an der Großen Langen Aue (Zusammenschluss mehrerer Orte)"


def png(width: int) -> bytes:
    """A grey picture, twice as wide as high."""
    buffer = BytesIO()
    Image.new("RGB", (width, width // 2), "#d9e2ec").save(buffer, "PNG")
    return buffer.getvalue()


def figure(title: str, drawing: Drawing, note: str = "") -> Figure:
    """A figure whose table says the same as its drawing."""
    table = pd.DataFrame({"Was": list(drawing.categories)} | {one.name: list(one.values) for one in drawing.series})
    return Figure(Chart(None, title=title, alt=f"Das zeigt „{title}“.", source=SOURCE, table=table, note=note), drawing)


def drawings() -> dict[str, Drawing]:
    """One drawing of each kind, with gaps, zeros, a break and a name that looks like a formula."""
    years = ("2009", "2010", " ", "2011", "2012", "2013")
    ages = ("unter 20", "20 bis 64", "65 und älter")
    return {
        "lines": Drawing(
            "lines",
            years,
            (
                Series("Riesa", (101.2, 100.5, None, 100.0, None, 98.7)),
                Series("Sachsen", (100.1, 100.0, None, 100.0, 99.5, 99.1), OTHER),
                Series("Kreis", (100.0, None, None, 99.0, 98.0, 97.0), OTHER),
            ),
            "Index, 2011 = 100",
            1,
            ((" ", "Zensus 2011"),),
        ),
        "columns": Drawing(
            "columns", ("2014", "2015"), (Series("Geburten", (0.0, 12.0)), Series("Sterbefälle", (7.0, None), OTHER))
        ),
        "balance": Drawing(
            "balance",
            ("2014", "2015", "2016"),
            (
                Series("Geburten", (230.0, 0.0, 236.0)),
                Series("Sterbefälle", (500.0, None, 514.0), OTHER),
                Series("Saldo", (-270.0, None, -278.0), Look("#a8480a", weight=2.0)),
            ),
            "Personen im Jahr",
        ),
        "bars": Drawing("bars", ("=1+1", "b"), (Series("Anteil", (1.5, 2.5)),), "%", 1),
        "stacked": Drawing(
            "stacked",
            ("Wohnen", "Mobilität"),
            (
                Series("abgeschlossen", (1.0, 0.0)),
                Series("läuft", (2.0, 3.0), OTHER),
                Series("Idee", (0.0, 1.0), QUIET),
            ),
            "Maßnahmen",
        ),
        "pyramid": Drawing(
            "pyramid",
            ages,
            (
                Series("Männer", (10.0, 20.5, 5.0)),
                Series("Frauen", (9.0, 21.0, 7.5)),
                Series("Sachsen, Männer", (11.0, 19.0, None), OUTLINE),
                Series("Sachsen, Frauen", (10.0, 18.0, 8.0), OUTLINE),
            ),
            "Personen je Altersjahr",
            1,
        ),
    }


def sample(*, demo: bool = False) -> Dossier:
    """A dossier with every kind of block."""
    areas = pd.DataFrame(
        {
            "AGS": ["01051000", "14627230"],
            "Jahr": [2015, 2023],
            "Bevölkerung": [1234567.0, float("nan")],
            "Anteil 65+ (%)": [21.43, 30.0],
            "Stand": [date(2022, 11, 9), None],
            "Titel": ["=1+1", "https://example.org"],
        }
    )
    many = pd.DataFrame({"Maßnahme": [f"Maßnahme {at} mit einem Namen" for at in range(60)], "Stand": ["läuft"] * 60})
    figures = tuple(figure(f"Abbildung {kind}", one, "Mit Hinweis.") for kind, one in drawings().items())
    facts = tuple(Fact(f"Kennzahl {at}", f"{at}.234", "am 31.12.2023", "−5 seit 2013", "höher") for at in range(8))
    empty = TableBlock("Leitkennzahlen", pd.DataFrame({"Leitkennzahl": []}), SOURCE, empty="Keine Leitkennzahl belegt.")
    profile = (Words(("Stadt in Sachsen.",)), Picture("Karte", "Eine Karte.", SOURCE, "", bytes, png))
    told = (Words(tuple(f"Satz {at}. " * 30 for at in range(9))),)
    goals = Words(("Ziel eins",), "Wohnen: Ziele", True)
    listed = (goals, TableBlock("Gebiete", areas, SOURCE), TableBlock("Gebiete", many, SOURCE, "Mit Hinweis."), empty)
    sections = (
        Section("profil", "Profil und Lage", profile),
        Section("lage", "Die Lage in Worten", told, "Nicht vergessen!"),
        Section("zahlen", "Kennzahlen", (Facts(facts, SOURCE), *figures)),
        Section("felder", "Handlungsfelder", listed),
        Section("leer", "Ohne alles", ()),
    )
    terms = {"Kennzahl 1": "Was sie bedeutet.", "Abbildung lines": "Nur zur Probe."}
    return Dossier("riesa", "Riesa", "Stadt in Sachsen.", date(2024, 12, 31), sections, terms, (SOURCE,), demo)


@pytest.fixture(scope="session")
def dossier() -> Dossier:
    """Public data."""
    return sample()


@pytest.fixture(scope="session")
def demo_dossier() -> Dossier:
    """Invented data."""
    return sample(demo=True)


@pytest.fixture(scope="session")
def all_drawings() -> dict[str, Drawing]:
    """kind -> drawing."""
    return drawings()


@pytest.fixture(scope="session")
def make_figure() -> Callable[[str, Drawing], Figure]:
    """A figure from a title and a drawing."""
    return figure


@pytest.fixture(scope="session")
def check_package() -> Callable[[bytes], None]:
    """Fails unless the package is sound."""
    return _sound


def _sound(blob: bytes) -> None:
    """Every part well-formed and of a known type, every relationship leads somewhere, every used one exists."""
    with zipfile.ZipFile(BytesIO(blob)) as package:
        assert package.testzip() is None
        parts = {name: package.read(name) for name in package.namelist()}
    assert len(parts) == len(set(parts))
    trees = {name: etree.fromstring(data) for name, data in parts.items() if name.endswith((".xml", ".rels"))}
    types = trees["[Content_Types].xml"]
    overrides = {one.get("PartName").lstrip("/") for one in types if one.tag.endswith("Override")}
    defaults = {one.get("Extension").lower() for one in types if one.tag.endswith("Default")}
    assert overrides <= set(parts), f"types of parts that are not there: {overrides - set(parts)}"
    for name in parts:
        ending = name.rpartition(".")[2].lower()
        assert name == "[Content_Types].xml" or name in overrides or ending in defaults, f"{name} has no type"
        if ending == "xml" and name != "[Content_Types].xml":
            assert name in overrides, f"{name} is XML of no type"
    reached = {"[Content_Types].xml"}
    for name, tree in trees.items():
        if not name.endswith(".rels"):
            continue
        folder = posixpath.dirname(posixpath.dirname(name))
        owner = posixpath.join(folder, posixpath.basename(name).removesuffix(".rels"))
        ids = [one.get("Id") for one in tree]
        assert len(ids) == len(set(ids)), name
        for one in tree:
            if one.get("TargetMode") == "External":
                continue
            target = one.get("Target")
            path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            assert path in parts, f"{name} leads to {path}, which is not there"
            reached.add(path)
        if owner in parts:
            used = set(re.findall(rb'\br:(?:id|embed|link|pict)="([^"]+)"', parts[owner]))
            assert {one.decode() for one in used} <= set(ids), f"{owner} uses relationships it does not have"
    lost = {name for name in parts if not name.endswith(".rels")} - reached
    assert not lost, f"nothing leads to {lost}"
