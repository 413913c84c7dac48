"""What an event's screens show, in which order and how long: a YAML file per event; and where it is kept.

Playlists and logos of this installation are files in a folder, or rows in the PostgreSQL of ``ZWK_STORE``. A playlist
can be written by hand; where several machines serve the display, they share it in the store.
"""

from __future__ import annotations

import re
import time
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any
from urllib.parse import urlsplit

import yaml
from PIL import Image

from zwk_data import settings
from zwk_data.errors import ZwkError
from zwk_data.stores.group_writer import SmallStore, StoreKind
from zwk_data.stores.memo import depends_on, remembered
from zwk_data.stores.postgres import Schema
from zwk_data.stores.small import SmallSchema, close_all, opened

FILE = "anzeige-dateien.sqlite"
_SCHEMA = "CREATE TABLE IF NOT EXISTS file (name TEXT PRIMARY KEY, content BLOB NOT NULL, written BIGINT NOT NULL)"
_UNUSABLE = "Die Abläufe der Anzeige lassen sich nicht lesen oder schreiben: {error}"
KIND = StoreKind(_SCHEMA, _UNUSABLE, _UNUSABLE)


def folder() -> Path:
    """The folder of the files when there is no common store."""
    return settings.home() / "anzeige"


def _store() -> SmallStore | None:
    return opened(settings.home() / FILE, KIND) if settings.store_url() else None


def kept_names(ending: str) -> list[str]:
    """The names that end so, in alphabetical order."""
    store = _store()
    if store is None:
        return sorted(file.name for file in folder().glob(f"*{ending}"))
    found = (str(row["name"]) for row in store.read("SELECT name FROM file ORDER BY name"))
    return [name for name in found if name.endswith(ending)]


def kept_content(name: str) -> bytes | None:
    """What is in a file; None if there is none. ``name`` is one that was checked."""
    store = _store()
    if store is None:
        file = folder() / name
        return file.read_bytes() if file.is_file() else None
    rows = store.read("SELECT content FROM file WHERE name = ?", [name])
    return bytes(rows[0]["content"]) if rows else None


def written(name: str) -> int:
    """A number that changes when the file does; 0 if there is none."""
    store = _store()
    if store is None:
        file = folder() / name
        return file.stat().st_mtime_ns if file.is_file() else 0
    rows = store.read("SELECT written FROM file WHERE name = ?", [name])
    return int(rows[0]["written"]) if rows else 0


def keep(name: str, what: str, made: bytes) -> None:
    """Save a file atomically, so that no screen reads half of it. Raises ZwkError, which names it ``what``."""
    store = _store()
    if store is None:
        _write(name, what, made)
    else:
        _put(store, name, made)


def _put(store: SmallStore, name: str, made: bytes) -> None:
    sql = (
        "INSERT INTO file VALUES (?, ?, ?) "
        "ON CONFLICT (name) DO UPDATE SET content = excluded.content, written = excluded.written"
    )
    store.write(lambda con: con.execute(sql, [name, made, time.time_ns()]).rowcount)


def _write(name: str, what: str, made: bytes) -> None:
    try:
        folder().mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=folder(), suffix=".neu", delete=False) as beside:
            beside.write(made)
        Path(beside.name).replace(folder() / name)
    except OSError as error:
        raise ZwkError(f"{what} lässt sich nicht speichern: {error.strerror}.") from error


def remove_kept(name: str) -> None:
    """Remove a file; nothing happens if there is none."""
    store = _store()
    if store is None:
        (folder() / name).unlink(missing_ok=True)
    else:
        store.write(lambda con: con.execute("DELETE FROM file WHERE name = ?", [name]))


def move_kept(url: str, *, to_server: bool) -> int:
    """Copy all files into the store at ``url``, or from there into the folder; returns how many.

    A file of the same name is replaced.
    """
    store = SmallSchema(Schema(url, Path(FILE).stem), KIND)
    try:
        if to_server:
            found = {file.name: file.read_bytes() for file in sorted(folder().glob("*")) if file.is_file()}
            for name, made in found.items():
                _put(store, name, made)
        else:
            found = {str(row["name"]): bytes(row["content"]) for row in store.read("SELECT name, content FROM file")}
            for name, made in found.items():
                _write(name, "Der Ablauf", made)
    finally:
        store.close()
    return len(found)


def close_kept() -> None:
    """Close the store (in tests)."""
    close_all(KIND)


#: key in the file -> name of the scene
SCENES = {
    "willkommen": "Willkommen",
    "karte": "Karte der Kommunen",
    "stufen": "Verlauf der fünf Stufen",
    "themen": "Netz der Themen",
    "scheinwerfer": "Eine Kommune im Porträt",
    "jahreskarte": "Karte von Jahr zu Jahr",
    "kontrast": "Demografische Kontraste",
    "neues": "Was sich getan hat",
    "termine": "Nächste Termine",
    "mitmachen": "Mitmachen",
}
COLOURS = {"hell": "hell", "dunkel": "dunkel"}
STANDARD = "standard"
#: how long a scene may stay (seconds)
SHORTEST, LONGEST = 5, 600
MOST_SCENES, LONGEST_TEXT = 60, 240
#: no SVG, which could contain scripts and external addresses
LOGOS = (".png", ".jpg", ".jpeg")
#: first bytes of a picture -> endings of its kind
SIGNS = {b"\x89PNG\r\n\x1a\n": (".png",), b"\xff\xd8\xff": (".jpg", ".jpeg")}
LARGEST_LOGO = 1_000_000
#: pixels; a small file may well hold a picture that takes gigabytes
WIDEST_LOGO = 6_000
_EVENT = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
_ENTRIES = {"titel", "willkommen", "farben", "logo", "gruesse", "adresse", "szenen"}


@dataclass(frozen=True)
class Item:
    """One scene of a playlist. ``participants``: the Kommunen a spotlight shows in turn; empty for all."""

    scene: str
    seconds: int
    participants: tuple[str, ...] = ()


@dataclass(frozen=True)
class Playlist:
    """The screens of one ``event`` (its name in the address). ``logo``: a file beside the playlist's, or empty.
    ``address``: where phones reach the app, as ``https://monitor.example.de``, if not where the screens do."""

    event: str
    title: str
    welcome: str
    colours: str
    items: tuple[Item, ...]
    greetings: bool = True
    logo: str = ""
    address: str = ""


def events() -> dict[str, str]:
    """event -> title of every playlist, the standard one first; a broken file is listed by its name."""
    found = {STANDARD: playlist(STANDARD).title}
    for name in kept_names(".yml"):
        event = name.removesuffix(".yml")
        if _EVENT.fullmatch(event) and event != STANDARD:
            try:
                found[event] = playlist(event).title
            except ZwkError:
                found[event] = f"{event} (nicht lesbar)"
    return found


@remembered(entries=32)
def playlist(event: str = STANDARD) -> Playlist:
    """The playlist of an event. Raises ZwkError for an unknown one, and with place and reason for a broken file."""
    depends_on(_stamp, event)
    name = _name(event)
    text = kept_content(name)
    if text is None and event == STANDARD:
        text = (settings.DATA / "anzeige" / name).read_bytes()
    if text is None:
        raise ZwkError(f"Die Veranstaltung „{event}“ gibt es nicht. Angelegt wird sie auf der Seite Live-Anzeige.")
    try:
        content = yaml.safe_load(text.decode("utf-8"))
    # „2024-13-45“ and brackets without end are no YAMLErrors
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise ZwkError(f"{name} lässt sich nicht lesen: Es ist kein gültiges YAML in UTF-8.") from error
    return _valid_playlist(event, content, name)


def write(wanted: Playlist) -> None:
    """Save a playlist. Raises ZwkError with one sentence if something in it is wrong."""
    if not _EVENT.fullmatch(wanted.event):
        raise ZwkError(
            f"„{wanted.event}“ geht nicht als Kurzname einer Veranstaltung: Bitte nur Kleinbuchstaben, Ziffern und "
            "Bindestriche, höchstens 40 Zeichen."
        )
    content = as_content(wanted)
    _valid_playlist(wanted.event, content, f"{wanted.event}.yml")
    text = yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=120)
    keep(f"{wanted.event}.yml", "Die Veranstaltung", text.encode())


def keep_logo(event: str, name: str, content: bytes) -> str:
    """Save an event's logo beside its playlist; returns its file name. Raises ZwkError unless it is a small picture."""
    ending = Path(name).suffix.lower()
    kind = next((kind for start, kind in SIGNS.items() if content.startswith(start)), None)
    if kind is None or ending not in kind or len(content) > LARGEST_LOGO or not _is_picture(content):
        raise ZwkError(f"„{name[:60]}“ geht nicht als Logo: Bitte ein PNG oder JPEG von höchstens 1 MB wählen.")
    if not _EVENT.fullmatch(event):
        raise ZwkError(f"„{event[:60]}“ ist kein Kurzname einer Veranstaltung.")
    keep(f"{event}{ending}", "Das Logo", content)
    return f"{event}{ending}"


def _is_picture(content: bytes) -> bool:
    """Whether the whole file is a picture of a size that a screen can show, and not one in its first bytes alone."""
    try:
        with warnings.catch_warnings(), Image.open(BytesIO(content), formats=("PNG", "JPEG")) as found:
            warnings.simplefilter("error")
            if max(found.size) > WIDEST_LOGO:
                return False
            found.load()
    except Exception:
        # a broken picture has as many exceptions as its format has fields
        return False
    return True


def remove(event: str) -> None:
    """Delete an event's playlist; the standard one falls back to the shipped one."""
    if _EVENT.fullmatch(event):
        remove_kept(f"{event}.yml")


def as_content(one: Playlist) -> dict[str, Any]:
    """The playlist as it is written to its file."""
    items = []
    for item in one.items:
        entry: dict[str, Any] = {"szene": item.scene, "sekunden": item.seconds}
        items.append(entry | ({"kommunen": list(item.participants)} if item.participants else {}))
    return {
        "titel": one.title,
        "willkommen": one.welcome,
        "farben": one.colours,
        "logo": one.logo,
        "gruesse": one.greetings,
        "adresse": one.address,
        "szenen": items,
    }


def _name(event: str) -> str:
    if not _EVENT.fullmatch(event):
        raise ZwkError(f"„{event[:60]}“ ist kein Kurzname einer Veranstaltung.")
    return f"{event}.yml"


def is_own(event: str) -> bool:
    """Whether the event has a playlist of this installation, and not only the shipped one."""
    return written(_name(event)) > 0


def _stamp(event: str) -> tuple[str, int]:
    """The file of an event, and when it was written (0: there is none)."""
    name = _name(event)
    return str(folder() / name), written(name)


def _valid_playlist(event: str, content: Any, name: str) -> Playlist:
    optional = ", ".join(f"„{entry}“" for entry in sorted(_ENTRIES - {"titel", "szenen"}))
    if not isinstance(content, dict) or not {"titel", "szenen"} <= set(content) <= _ENTRIES:
        raise ZwkError(f"{name}: Erwartet werden „titel“ und „szenen“, dazu nach Belieben {optional}.")
    colours = content.get("farben", "hell")
    if not isinstance(colours, str) or colours not in COLOURS:
        raise ZwkError(f"{name}, farben: Möglich sind „hell“ und „dunkel“, gefunden „{colours}“.")
    greetings = content.get("gruesse", True)
    if not isinstance(greetings, bool):
        raise ZwkError(f"{name}, gruesse: Möglich sind „true“ und „false“, gefunden „{greetings}“.")
    items = content["szenen"]
    if not isinstance(items, list) or not 1 <= len(items) <= MOST_SCENES:
        raise ZwkError(f"{name}, szenen: Erwartet wird eine Liste von 1 bis {MOST_SCENES} Szenen.")
    return Playlist(
        event,
        _single_line(content["titel"], f"{name}, titel", required=True),
        _single_line(content.get("willkommen"), f"{name}, willkommen"),
        str(colours),
        tuple(_item(item, f"{name}, Szene {number}") for number, item in enumerate(items, start=1)),
        greetings,
        _logo(content.get("logo"), name),
        _address(content.get("adresse"), name),
    )


def _item(item: Any, where: str) -> Item:
    if not isinstance(item, Mapping) or not {"szene", "sekunden"} <= set(item) <= {"szene", "sekunden", "kommunen"}:
        raise ZwkError(f"{where}: Erwartet werden „szene“ und „sekunden“, bei „scheinwerfer“ auch „kommunen“.")
    scene, seconds, people = item["szene"], item["sekunden"], item.get("kommunen") or ()
    if not isinstance(scene, str) or scene not in SCENES:
        raise ZwkError(f"{where}: Die Szene „{scene}“ gibt es nicht. Möglich sind {', '.join(SCENES)}.")
    if not isinstance(seconds, int) or isinstance(seconds, bool) or not SHORTEST <= seconds <= LONGEST:
        raise ZwkError(f"{where}: „sekunden“ ist eine ganze Zahl von {SHORTEST} bis {LONGEST}, gefunden „{seconds}“.")
    if not isinstance(people, list | tuple) or not all(isinstance(one, str) for one in people):
        raise ZwkError(f"{where}: „kommunen“ ist eine Liste von Kennungen wie [riesa, spelle].")
    return Item(str(scene), seconds, tuple(people))


def _single_line(value: Any, where: str, *, required: bool = False) -> str:
    text = "" if value is None else value
    if not isinstance(text, str) or len(text) > LONGEST_TEXT or (required and not text.strip()):
        raise ZwkError(f"{where}: Erwartet wird ein Text von höchstens {LONGEST_TEXT} Zeichen.")
    return " ".join(text.split())


def _logo(value: Any, name: str) -> str:
    if not value:
        return ""
    if not isinstance(value, str) or Path(value).name != value or not value.lower().endswith(LOGOS):
        raise ZwkError(f"{name}, logo: Erwartet wird der Name eines Bildes neben der Datei ({', '.join(LOGOS)}).")
    return value


def _address(value: Any, name: str) -> str:
    if not value:
        return ""
    try:
        found = urlsplit(value.strip() if isinstance(value, str) else "")
        whole = found.scheme in ("http", "https") and bool(found.hostname) and found.port != 0
    except ValueError:
        found, whole = urlsplit(""), False
    if not whole or found.path.strip("/") or found.query or found.username:
        raise ZwkError(
            f"{name}, adresse: Erwartet wird eine Adresse wie https://monitor.example.de, gefunden „{value}“."
        )
    return f"{found.scheme}://{found.netloc}"
