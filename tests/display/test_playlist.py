"""Playlists: what ships works, what is written comes back, and each fault has its sentence."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
import yaml
from PIL import Image

from zwk_data.display import playlist
from zwk_data.display.playlist import Item
from zwk_data.errors import ZwkError


def _picture(kind: str, size: tuple[int, int] = (12, 9)) -> bytes:
    made = BytesIO()
    Image.new("1", size).save(made, kind)
    return made.getvalue()


PNG = _picture("PNG")


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZWK_HOME", str(tmp_path))


def test_the_standard_one_shows_every_scene() -> None:
    assert {item.scene for item in playlist.playlist().items} == set(playlist.SCENES)


def test_what_is_written_comes_back() -> None:
    wanted = replace(
        playlist.playlist(),
        event="treffen-2025",
        title="Öl & <b>",
        colours="dunkel",
        greetings=False,
        address="https://monitor.example.de:8443",
        items=(Item("karte", 5), Item("scheinwerfer", 600, ("riesa", "spelle"))),
    )
    playlist.write(wanted)
    assert playlist.playlist("treffen-2025") == wanted
    assert playlist.events() == {"standard": "Zukunftswerkstatt Kommunen", "treffen-2025": "Öl & <b>"}
    playlist.remove("treffen-2025")
    with pytest.raises(ZwkError, match="gibt es nicht"):
        playlist.playlist("treffen-2025")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"szenen": []}, "Liste von 1 bis"),
        ({"szenen": [{"szene": ["karte"], "sekunden": 9}]}, "gibt es nicht"),
        ({"farben": ["hell"]}, "Möglich sind „hell“ und „dunkel“"),
        ({"szenen": [{"szene": "kino", "sekunden": 9}]}, "Szene 1: Die Szene „kino“ gibt es nicht"),
        ({"szenen": [{"szene": "karte", "sekunden": 1}]}, "von 5 bis 600, gefunden „1“"),
        ({"szenen": [{"szene": "karte", "sekunden": True}]}, "ganze Zahl"),
        ({"szenen": [{"szene": "karte", "sekunden": 9, "kommunen": "riesa"}]}, "Liste von Kennungen"),
        ({"szenen": ["karte"]}, "Erwartet werden „szene“"),
        ({"farben": "bunt"}, "„hell“ und „dunkel“"),
        ({"gruesse": "ja"}, "„true“ und „false“"),
        ({"titel": ""}, "titel: Erwartet wird ein Text"),
        ({"logo": "../geheim.png"}, "logo: Erwartet wird der Name"),
        ({"adresse": "monitor.example.de"}, "adresse: Erwartet wird eine Adresse wie"),
        ({"adresse": "https://monitor.example.de/karte"}, "adresse: Erwartet wird eine Adresse wie"),
        ({"adresse": "https://[::1"}, "adresse: Erwartet wird eine Adresse wie"),
        ({"adresse": 8501}, "adresse: Erwartet wird eine Adresse wie"),
        ({"mehr": 1}, "Erwartet werden „titel“"),
    ],
)
def test_a_fault_is_told_with_its_place(change: dict[str, object], words: str) -> None:
    content = playlist.as_content(playlist.playlist()) | change
    playlist.folder().mkdir()
    (playlist.folder() / "fehler.yml").write_text(yaml.safe_dump(content), encoding="utf-8")
    with pytest.raises(ZwkError, match=r"fehler\.yml") as told:
        playlist.playlist("fehler")
    assert words in str(told.value)
    assert playlist.events()["fehler"] == "fehler (nicht lesbar)"


@pytest.mark.parametrize("event", ["", "A", "a/b", "..", "ä", "-a", "a" * 41])
def test_a_name_that_is_none(event: str) -> None:
    with pytest.raises(ZwkError, match="Kurzname"):
        playlist.write(replace(playlist.playlist(), event=event))
    assert not playlist.folder().exists()


@pytest.mark.attack
def test_a_logo_is_a_small_picture() -> None:
    assert playlist.keep_logo("treffen", "Wappen.PNG", PNG) == "treffen.png"
    assert (playlist.folder() / "treffen.png").read_bytes() == PNG
    assert playlist.keep_logo("treffen", "Wappen.jpeg", _picture("JPEG")) == "treffen.jpeg"
    only_begins = b"\x89PNG\r\n\x1a\n" + b"<script>alert(1)</script>"
    huge = _picture("PNG", (playlist.WIDEST_LOGO + 1, 10))
    for name, content in (
        ("a.png", only_begins),
        ("a.png", PNG[:-20]),
        ("a.png", huge),
        ("a.png", b"<svg>"),
        ("a.svg", b"<svg/>"),
        ("a.jpg", PNG),
        ("a.png", PNG + b"0" * 10**6),
    ):
        with pytest.raises(ZwkError, match="geht nicht als Logo"):
            playlist.keep_logo("treffen", name, content)


@pytest.mark.slow
@pytest.mark.attack
@pytest.mark.parametrize("text", ["titel: 2024-13-45", "[" * 5000, "titel: \xff", "- ["])
def test_a_file_that_is_no_yaml_is_told(text: str) -> None:
    playlist.keep("treffen.yml", "Die Veranstaltung", text.encode("latin-1"))
    with pytest.raises(ZwkError, match=r"treffen\.yml lässt sich nicht lesen"):
        playlist.playlist("treffen")
