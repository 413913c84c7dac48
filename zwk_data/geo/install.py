"""Replace the shipped boundaries by newer official ones from a file."""

from __future__ import annotations

import datetime as dt
import errno
import re
import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import geopandas as gpd
import pandas as pd

from zwk_data import german
from zwk_data.errors import SourceError, ZwkError
from zwk_data.geo import boundary_set, catalogue, coverage, territory
from zwk_data.sources import bkg

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
    used = pd.read_parquet(catalogue.active() / f"{level}.grob.parquet", columns=["area_key", "name"])
    known: pd.Series = used.set_index("area_key")["name"]
    return known


def _keep_old(layers: boundary_set.Layers, absent: pd.DataFrame, remarks: list[str]) -> None:
    """A participant whose area the file does not know keeps the shipped boundaries."""
    if absent.empty:
        return
    who = set(absent["participant_id"])
    for detail in boundary_set.DETAILS["gemeinden"]:
        shipped = gpd.read_parquet(catalogue.SHIPPED / f"teilnehmende.{detail}.parquet")
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
        keys = pd.read_parquet(catalogue.SHIPPED / f"{layer}.grob.parquet", columns=["area_key"])["area_key"]
        lost[layer] = int((~keys.isin(layers[layer, "grob"]["area_key"])).sum())
    words = {"gemeinden": ("Gemeinde", "Gemeinden"), "kreise": ("Kreis", "Kreise")}
    counts = [german.count(lost[layer], *words[layer]) for layer in words if lost[layer]]
    if counts:
        year = catalogue.about(catalogue.SHIPPED)["territory"]
        lack = "fehlt" if sum(lost.values()) == 1 else "fehlen"
        remarks.append(
            f"Die Zahlen gelten für den Gebietsstand {year}; {german.listing(counts)} davon {lack} auf der Karte."
        )


def _swap(layers: boundary_set.Layers, about: dict[str, object], points: pd.DataFrame) -> Path:
    """Write the set beside the old one, switch to it in one step, and delete all older sets but the last."""
    home = catalogue.own()
    no_notes = pd.DataFrame(columns=territory.NOTE_COLUMNS)
    made: Path | None = None
    try:
        home.mkdir(parents=True, exist_ok=True)
        before = catalogue.active()
        made = Path(tempfile.mkdtemp(prefix=f"{about['territory']}-", dir=home))
        made.chmod(0o755)
        boundary_set.write(made, boundary_set.BoundarySet(layers, about, no_notes, points), EFFORT)
        pointer = home / f"{catalogue.POINTER}.new"
        pointer.write_text(made.name, encoding="utf-8")
        pointer.replace(home / catalogue.POINTER)
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
