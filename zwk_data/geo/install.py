"""Newer official boundaries from a server or a file, put in the place of the shipped ones.

One large file over HTTP is resumable, checked, with progress; every fault is one German sentence. No library does all
of this (docs/decisions/0019-own-downloader.md); requests, tqdm and hashlib do the parts.
"""

from __future__ import annotations

import datetime as dt
import errno
import hashlib
import json
import re
import shutil
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import urlsplit

import geopandas as gpd
import pandas as pd
import requests
from requests.exceptions import InvalidSchema, InvalidURL, MissingSchema, RequestException
from tqdm import tqdm

from zwk_data import german
from zwk_data.errors import SourceError, ZwkError
from zwk_data.geo import boundary_set, coverage, map_layers
from zwk_data.sources import bkg

CHUNK = 1 << 16
#: seconds to connect, and between two pieces of the answer
TIMEOUT = (10.0, 60.0)
#: attempts within one call, and if the server never answers
ATTEMPTS, UNANSWERED_ATTEMPTS = 5, 3
#: statuses of a server that may answer better in a moment
BUSY = (429, 500, 502, 503, 504)


@dataclass(frozen=True)
class Download:
    """A finished download: where it lies, its checksum, and whether that was checked against a known one."""

    file: Path
    sha256: str
    checked: bool


def fetch(url: str, target: Path, *, sha256: str | None = None, pause: float = 1.0, quiet: bool = False) -> Download:
    """Download ``url`` to ``target``, replacing it; ``sha256``: the known checksum, None if there is none.

    What arrives is kept in ``target`` + ``.part``; a later call goes on from there if the file on the server is
    still the same (ETag or Last-Modified). ``pause``: seconds before the second attempt, doubled before each later one.

    Raises ZwkError: no network, refused, not found, checksum wrong (nothing is kept), disk full (part is kept).
    """
    part = target.with_name(target.name + ".part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _complete(url, part, pause, quiet)
        with part.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        if sha256 is not None and digest != sha256.lower():
            _forget(part)
            raise ZwkError(
                f"Die Prüfsumme der Datei von {_host(url)} stimmt nicht (erwartet {sha256[:12]}…, "
                f"erhalten {digest[:12]}…); die Datei wurde gelöscht. "
                "Entweder ist sie beschädigt oder der Herausgeber hat sie ersetzt."
            )
        part.replace(target)
        _forget(part)
    except OSError as fault:
        if fault.errno == errno.ENOSPC:
            problem = "Auf dem Datenträger ist kein Platz mehr"
        else:
            problem = f"„{target.name}“ lässt sich nicht schreiben ({fault.strerror or fault})"
        raise ZwkError(f"{problem}; bitte Platz schaffen oder ZWK_HOME ändern und noch einmal starten.") from fault
    return Download(target, digest, checked=sha256 is not None)


def _complete(url: str, part: Path, pause: float, quiet: bool) -> None:
    """Transfer until ``part`` is whole. Raises ZwkError if the server can't be reached or breaks off every time."""
    answered, attempt = False, 0
    while True:
        try:
            with _ask(url, *_resume_point(part, url)) as answer:
                answered = True
                _receive(answer, url, part, quiet)
            return
        except (InvalidURL, MissingSchema, InvalidSchema) as fault:
            raise ZwkError(f"„{url}“ ist keine Adresse, von der sich etwas laden lässt.") from fault
        except RequestException as fault:
            attempt += 1
            if not answered and attempt >= UNANSWERED_ATTEMPTS:
                raise ZwkError(
                    f"{_host(url)} ist nicht zu erreichen. "
                    "Ohne Netz geht es mit einer Datei: „boundaries --from DATEI“."
                ) from fault
            if attempt >= ATTEMPTS:
                raise ZwkError(
                    f"Die Verbindung zu {_host(url)} bricht immer wieder ab; bitte später noch einmal "
                    "versuchen. Was geladen ist, bleibt liegen und wird fortgesetzt."
                ) from fault
            time.sleep(pause * 2 ** (attempt - 1))


def _ask(url: str, have: int, validator: str) -> requests.Response:
    """The head of the answer, for what is missing after ``have`` bytes. Raises RequestException for none or "busy"."""
    # compressed on the way, the offsets of a resumed download would be wrong
    headers = {"Accept-Encoding": "identity"}
    if have:
        headers |= {"Range": f"bytes={have}-", "If-Range": validator}
    answer = requests.get(url, headers=headers, stream=True, timeout=TIMEOUT)
    if answer.status_code in BUSY:
        answer.close()
        raise RequestException(f"HTTP {answer.status_code}")
    return answer


def _receive(answer: requests.Response, url: str, part: Path, quiet: bool) -> None:
    """Bring ``part`` to completion. Raises RequestException if another attempt may do better."""
    status, content_range, have = answer.status_code, answer.headers.get("Content-Range", ""), _size(part)
    if status == 416:
        if content_range == f"bytes */{have}":
            return  # whole already: the last call ended just before the file got its name
        _forget(part)
        raise RequestException("the part on disk is not of this file")
    if status >= 400:
        raise ZwkError(
            f"{_host(url)} gibt die Datei nicht heraus (HTTP {status}); "
            "bitte die Adresse im Verzeichnis der Grenzen prüfen."
        )
    if status != 206 or not content_range.startswith(f"bytes {have}-"):
        have = 0
    coming = int(answer.headers.get("Content-Length") or 0)
    if coming > shutil.disk_usage(part.parent).free:
        raise OSError(errno.ENOSPC, "no space left")
    _remember(part, url, answer)
    bar = tqdm(
        total=have + coming if coming else None,
        initial=have,
        unit="B",
        unit_scale=True,
        desc=part.stem,
        disable=True if quiet else None,
        leave=False,
    )
    with part.open("ab" if have else "wb") as out, bar:
        _copy(answer, out, bar)


def _copy(answer: requests.Response, out: BinaryIO, bar: tqdm[Any]) -> None:
    for piece in answer.iter_content(CHUNK):
        out.write(piece)
        bar.update(len(piece))


def _size(part: Path) -> int:
    return part.stat().st_size if part.exists() else 0


def _resume_point(part: Path, url: str) -> tuple[int, str]:
    """How much of the same file is here already, and by what the server can tell that it is the same."""
    try:
        note = json.loads(_note(part).read_text(encoding="utf-8"))
        have = part.stat().st_size
    except (OSError, ValueError):
        return 0, ""
    if note.get("url") != url or not note.get("validator"):
        return 0, ""
    return have, note["validator"]


def _remember(part: Path, url: str, answer: requests.Response) -> None:
    # A weak ETag may stand for other bytes, so it can't be used to go on.
    tag = answer.headers.get("ETag", "")
    validator = tag if tag and not tag.startswith("W/") else answer.headers.get("Last-Modified", "")
    _note(part).write_text(json.dumps({"url": url, "validator": validator}), encoding="utf-8")


def _note(part: Path) -> Path:
    return part.with_name(part.name + ".json")


def _forget(part: Path) -> None:
    part.unlink(missing_ok=True)
    _note(part).unlink(missing_ok=True)


def _host(url: str) -> str:
    return urlsplit(url).hostname or url


ATTRIBUTION = "© GeoBasis-DE / BKG {year}, Daten verändert"
#: a set made here is waited for and never sent over a network: no time is spent on compressing it well
EFFORT = 3


@dataclass(frozen=True)
class Installed:
    """The result: the folder now in use, its source note, areas per layer, and remarks for whoever installed it."""

    folder: Path
    source_note: str
    counts: dict[str, int]
    remarks: list[str] = field(default_factory=list)


def install(
    file: Path,
    *,
    state: dt.date | None = None,
    attribution: str = ATTRIBUTION,
    licence: str = "siehe Quelle",
    sha256: str | None = None,
) -> Installed:
    """Make a set of boundaries from the Gemeinden of an official file and use it from now on.

    ``state``: the day the boundaries refer to; if None, taken from the file or its name. ``attribution``: the source
    note, in which ``{year}`` is filled in. Kreise, Länder and participants are dissolved from the Gemeinden; names
    come from the file where it has them, else from the boundaries in use. Those stay until the new set is
    complete; then one file names the new folder, so that no reader ever sees half a set.

    Raises ZwkError (SourceError for a bad file, or one sentence for a full disk).
    """
    gemeinden = bkg.read(file, "gemeinden")
    remarks: list[str] = []
    day, year = _state(file, state, remarks)
    note = attribution.replace("{year}", str(year))
    covered = boundary_set.participant_members()
    gemeinden["name"] = _named(gemeinden, remarks)
    kreise, laender = _names(file, "kreise", gemeinden), _names(file, "laender", gemeinden)
    gemeinden["geometry"] = coverage.clean(gemeinden.geometry.to_numpy())
    absent = boundary_set.unknown_members(gemeinden, covered)
    layers = boundary_set.build(gemeinden, kreise, laender, covered)
    _keep_old(layers, absent, remarks)
    _remark_gaps(layers, remarks)
    points = boundary_set.participant_points(layers["teilnehmende", "fein"], covered)
    about = {
        "territory": year,
        "state": day.isoformat() if day else str(year),
        "source_note": note,
        "licence": licence,
        "made_from": file.name,
    }
    if sha256:
        about["made_from_sha256"] = sha256
    folder = _swap(layers, about, points)
    counts = {layer: len(layers[layer, "fein"]) for layer in ("laender", "kreise", "gemeinden", "teilnehmende")}
    return Installed(folder, note, counts, remarks)


def _state(file: Path, given: dt.date | None, remarks: list[str]) -> tuple[dt.date | None, int]:
    """Day (if known) and year of the territorial state: given, in the file's name, or inside the file."""
    if given is not None:
        return given, given.year
    match = re.search(r"(?<!\d)((?:19|20)\d\d)-(\d\d)-(\d\d)(?!\d)", file.name)
    if match is not None:
        day = dt.date(*(int(part) for part in match.groups()))
        return day, day.year
    newest = bkg.newest_change(file)
    if newest is None:
        raise ZwkError(f"{file.name} nennt keinen Gebietsstand; bitte mit --state JJJJ-MM-TT angeben.")
    if bkg.stated_day(file) is not None:
        return newest, newest.year
    remarks.append(
        f"Der Gebietsstand {newest.year} ist aus der letzten Änderung in der Datei erschlossen; "
        "genauer geht es mit --state JJJJ-MM-TT."
    )
    return None, newest.year


def _names(file: Path, level: str, gemeinden: gpd.GeoDataFrame) -> pd.Series:
    """Names by key from the file's own layer, filled up from the boundaries in use."""
    known = _known_names(level)
    try:
        names = bkg.read(file, level).set_index("area_key")["name"]
    except SourceError:
        return known
    names = names[names != ""]
    if level == "kreise":
        names = boundary_set.kreis_names(names, gemeinden["area_key"])
    filled: pd.Series = pd.concat([names, known[~known.index.isin(names.index)]])
    return filled


def _named(gemeinden: gpd.GeoDataFrame, remarks: list[str]) -> pd.Series:
    """Names of the Gemeinden: the file's, else those of the boundaries in use, else the key."""
    names = gemeinden["name"].mask(gemeinden["name"] == "", gemeinden["area_key"].map(_known_names("gemeinden")))
    if names.isna().any():
        nameless = german.count(int(names.isna().sum()), "Gemeinde", "Gemeinden")
        remarks.append(f"Die Datei nennt keine Namen; {nameless} von früher stehen mit ihrem Schlüssel da.")
    named: pd.Series = names.fillna(gemeinden["area_key"])
    return named


def _known_names(level: str) -> pd.Series:
    """Names by key in the boundaries in use."""
    used = pd.read_parquet(map_layers.active() / f"{level}.grob.parquet", columns=["area_key", "name"])
    known: pd.Series = used.set_index("area_key")["name"]
    return known


def _keep_old(layers: boundary_set.Layers, absent: pd.DataFrame, remarks: list[str]) -> None:
    """A participant whose area the file does not know keeps the shipped boundaries."""
    if absent.empty:
        return
    who = set(absent["participant_id"])
    for detail in boundary_set.DETAILS["gemeinden"]:
        shipped = gpd.read_parquet(map_layers.SHIPPED / f"teilnehmende.{detail}.parquet")
        both = pd.concat([layers["teilnehmende", detail], shipped[shipped["area_key"].isin(who)]])
        layers["teilnehmende", detail] = gpd.GeoDataFrame(
            both.sort_values("area_key", ignore_index=True, kind="stable"), crs="EPSG:4326"
        )
    listed = ", ".join(sorted(set(absent["name"])))
    remarks.append(f"Die Datei kennt nicht alle Gebiete von {listed}; dort bleiben die mitgelieferten Grenzen.")


def _remark_gaps(layers: boundary_set.Layers, remarks: list[str]) -> None:
    """Figures refer to the shipped boundaries: remark how many of their areas the new ones lack."""
    lost = {}
    for layer in ("gemeinden", "kreise"):
        keys = pd.read_parquet(map_layers.SHIPPED / f"{layer}.grob.parquet", columns=["area_key"])["area_key"]
        lost[layer] = int((~keys.isin(layers[layer, "grob"]["area_key"])).sum())
    words = {"gemeinden": ("Gemeinde", "Gemeinden"), "kreise": ("Kreis", "Kreise")}
    counts = [german.count(lost[layer], *words[layer]) for layer in words if lost[layer]]
    if counts:
        year = map_layers.about(map_layers.SHIPPED)["territory"]
        lack = "fehlt" if sum(lost.values()) == 1 else "fehlen"
        remarks.append(
            f"Die Zahlen gelten für den Gebietsstand {year}; {german.listing(counts)} davon {lack} auf der Karte."
        )


def _swap(layers: boundary_set.Layers, about: dict[str, object], points: pd.DataFrame) -> Path:
    """Write the set beside the old one, switch to it in one step, and delete all older sets but the last."""
    home = map_layers.own()
    no_notes = pd.DataFrame(columns=boundary_set.NOTE_COLUMNS)
    made: Path | None = None
    try:
        home.mkdir(parents=True, exist_ok=True)
        before = map_layers.active()
        made = Path(tempfile.mkdtemp(prefix=f"{about['territory']}-", dir=home))
        made.chmod(0o755)
        boundary_set.write(made, boundary_set.BoundarySet(layers, about, no_notes, points), EFFORT)
        pointer = home / f"{map_layers.POINTER}.new"
        pointer.write_text(made.name, encoding="utf-8")
        pointer.replace(home / map_layers.POINTER)
    except OSError as fault:
        if made is not None:
            shutil.rmtree(made, ignore_errors=True)
        full = fault.errno == errno.ENOSPC
        problem = "auf dem Datenträger ist kein Platz mehr" if full else (fault.strerror or str(fault))
        raise ZwkError(
            f"Die neuen Grenzen lassen sich nicht schreiben: {problem}. Die bisherigen gelten weiter."
        ) from fault
    for old in home.iterdir():
        if old.is_dir() and old not in (made, before):
            shutil.rmtree(old, ignore_errors=True)
    return made
