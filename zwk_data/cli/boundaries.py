"""Commands on boundaries: replace them with newer official ones, write a layer for other programs."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from zwk_data import german, settings
from zwk_data.errors import ZwkError
from zwk_data.geo import catalogue, layers
from zwk_data.geo.download import fetch


@click.command()
@click.option(
    "--from", "file", type=click.Path(path_type=Path), help="Shapefile, GeoPackage, GeoJSON oder ZIP mit Gemeinden"
)
@click.option("--download", "name", help="Aus dem Verzeichnis laden (Vorgabe ohne --from: vg250)")
@click.option("--state", "day", help="Gebietsstand JJJJ-MM-TT, falls die Datei ihn nicht nennt")
@click.option("--attribution", help="Quellenvermerk, {year} wird zum Jahr des Gebietsstands")
def boundaries(file: Path | None, name: str | None, day: str | None, attribution: str | None) -> None:
    """Die mitgelieferten Grenzen durch neuere amtliche ersetzen."""
    # geopandas takes seconds to load on a cold disk; no other command should pay for it
    from zwk_data.geo.install import ATTRIBUTION, install

    if file is not None and name is not None:
        raise ZwkError("Bitte entweder --from DATEI oder --download NAME angeben, nicht beides.")
    state = _territorial_state(day)
    licence, note, sha256 = "siehe Quelle", attribution or ATTRIBUTION, None
    if file is None:
        entry = catalogue.download(name or catalogue.DEFAULT_DOWNLOAD)
        file, sha256 = _download(entry)
        licence, note = str(entry["licence"]), attribution or str(entry["attribution"])
    click.echo(f"{file.name} wird gelesen und vereinfacht, das dauert etwa eine Minute …", err=True)
    done = install(file, state=state, attribution=note, licence=licence, sha256=sha256)
    for remark in done.remarks:
        click.echo(f"Hinweis: {remark}", err=True)
    layers.prepare()
    counts = [
        german.count(done.counts["gemeinden"], "Gemeinde", "Gemeinden"),
        german.count(done.counts["kreise"], "Kreis", "Kreise"),
        german.count(done.counts["laender"], "Land", "Länder"),
        german.count(done.counts["teilnehmende"], "Kommune im Projekt", "Kommunen im Projekt"),
    ]
    click.echo(f"Neue Grenzen gelten: {german.listing(counts)}. Quelle: {done.source_note}")


@click.command()
@click.argument("name", metavar="EBENE")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Zieldatei, etwa kreise.geojson")
@click.option("--detail", default="mittel", show_default=True, help=f"Genauigkeit: {', '.join(layers.DETAILS)}")
def layer(name: str, out: Path, detail: str) -> None:
    """Eine Kartenebene (laender, kreise, gemeinden, teilnehmende) als GeoJSON schreiben."""
    written = layers.write_layer(name, out, detail)
    size = german.number(written.stat().st_size / 1000)
    click.echo(f"{written} ({size} kB). Quelle: {catalogue.source_note()}")


def _territorial_state(text: str | None) -> dt.date | None:
    """The day that was typed; None if none was. Raises ZwkError for anything but an ISO date."""
    if text is None:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError as fault:
        raise ZwkError(f"„{text}“ ist kein Datum; erwartet wird JJJJ-MM-TT, etwa 2024-12-31.") from fault


def _download(entry: dict[str, object]) -> tuple[Path, str]:
    """Download an entry of the catalogue: the file and its SHA-256. Reports whether the checksum was known."""
    url = str(entry["url"])
    click.echo(f"{entry['title']}: {url}\nLizenz: {entry['licence']}", err=True)
    known = entry.get("sha256")
    target = settings.home() / "downloads" / url.rsplit("/", 1)[-1]
    got = fetch(url, target, sha256=str(known) if known else None)
    said = "Prüfsumme stimmt" if got.checked else "Prüfsumme unbekannt, berechnet"
    click.echo(f"{said}: sha256 {got.sha256}", err=True)
    return got.file, got.sha256


BOUNDARY_COMMANDS = [boundaries, layer]
