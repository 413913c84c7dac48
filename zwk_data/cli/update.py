"""Commands that bring newer official data: figures with the command `update`, boundaries from a file or a server."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click
from tqdm import tqdm

from zwk_data import german, settings
from zwk_data.cli.stores import ensure_stores, show_progress
from zwk_data.errors import ZwkError
from zwk_data.geo.map_layers import DEFAULT_DOWNLOAD, DETAILS, prepare, source_note, write_layer
from zwk_data.geo.map_layers import download as download_entry
from zwk_data.warehouse.update import run
from zwk_data.warehouse.update.run import Comparison
from zwk_data.warehouse.update.service import Places, access_settings, choose_tables


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
        entry = download_entry(name or DEFAULT_DOWNLOAD)
        file, sha256 = _download(entry)
        licence, note = str(entry["licence"]), attribution or str(entry["attribution"])
    click.echo(f"{file.name} wird gelesen und vereinfacht, das dauert etwa eine Minute …", err=True)
    done = install(file, state=state, attribution=note, licence=licence, sha256=sha256)
    for remark in done.remarks:
        click.echo(f"Hinweis: {remark}", err=True)
    prepare()
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
@click.option("--detail", default="mittel", show_default=True, help=f"Genauigkeit: {', '.join(DETAILS)}")
def layer(name: str, out: Path, detail: str) -> None:
    """Eine Kartenebene (laender, kreise, gemeinden, teilnehmende) als GeoJSON schreiben."""
    written = write_layer(name, out, detail)
    size = german.number(written.stat().st_size / 1000)
    click.echo(f"{written} ({size} kB). Quelle: {source_note()}")


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
    from zwk_data.geo.install import fetch

    url = str(entry["url"])
    click.echo(f"{entry['title']}: {url}\nLizenz: {entry['licence']}", err=True)
    known = entry.get("sha256")
    target = settings.home() / "downloads" / url.rsplit("/", 1)[-1]
    got = fetch(url, target, sha256=str(known) if known else None)
    said = "Prüfsumme stimmt" if got.checked else "Prüfsumme unbekannt, berechnet"
    click.echo(f"{said}: sha256 {got.sha256}", err=True)
    return got.file, got.sha256


@click.command()
@click.option("--table", "codes", multiple=True, help="Nur diese Tabelle holen, z. B. 12411-01-01-4 (mehrmals möglich)")
@click.option("--from-year", type=click.IntRange(2011, 2100), help="Ab diesem Jahr (Vorgabe: zwei Jahre Rückblick)")
@click.option(
    "--threshold",
    type=click.FloatRange(0, 100),
    default=0.5,
    show_default=True,
    help="Änderungen über so viel Prozent einzeln nennen",
)
@click.option("--dry-run", is_flag=True, help="Holen und vergleichen, nichts übernehmen")
@click.option("--yes", is_flag=True, help="Ohne Rückfrage übernehmen")
@click.option("--force", is_flag=True, help="Auch übernehmen, wenn Werte verschwinden oder Summen nicht stimmen")
@click.option("--rollback", is_flag=True, help="Die letzte Übernahme zurücknehmen")
def update(
    codes: tuple[str, ...],
    from_year: int | None,
    threshold: float,
    dry_run: bool,
    yes: bool,
    force: bool,
    rollback: bool,
) -> None:
    """Neuere amtliche Zahlen mit eigenen Zugangsdaten holen, vergleichen und übernehmen."""
    if rollback:
        state = run.rollback(show_progress)
        click.echo("Zurückgenommen. Jetzt gilt: " + (state.name if state else "die mitgelieferten Zahlen") + ".")
        return
    comparisons, failed = _compare(codes, from_year, threshold)
    for sentence in failed:
        click.echo(f"Fehler: {sentence}", err=True)
    for one in comparisons:
        click.echo(one.report + "\n")
    if comparisons and not dry_run:
        _adopt(comparisons, force=force, yes=yes)
    if dry_run:
        click.echo("Probelauf: Nichts wurde übernommen.")
    if failed:
        raise ZwkError(f"{german.count(len(failed), 'Abruf', 'Abrufe')} ohne Ergebnis (siehe oben).")


def _compare(codes: tuple[str, ...], from_year: int | None, threshold: float) -> tuple[list[Comparison], list[str]]:
    """Fetch and compare; returns the comparisons and a sentence for each table that failed."""
    tables = choose_tables(codes)
    access_settings()  # fails without pystatis, before anything is built or fetched
    ensure_stores()
    places = Places()
    bar = tqdm(tables, desc="Tabellen holen", unit="Tabelle", leave=False)
    answers, failed = run.fetch(bar, from_year, places)
    return run.compare(answers, places, threshold=threshold / 100, from_year=from_year), failed


def _adopt(comparisons: list[Comparison], *, force: bool, yes: bool) -> None:
    """Take over what is new, after asking unless ``yes``. Raises ZwkError for doubtful figures unless ``force``."""
    if not run.pending(comparisons):
        click.echo("Nichts Neues: Alle Zahlen stimmen mit den vorhandenen überein.")
        return
    run.approve(comparisons, force=force)
    if not yes and not _agreed():
        click.echo("Nichts übernommen.")
        return
    state = run.take(comparisons, force=force, progress=show_progress)
    if state is not None:
        click.echo(f"Übernommen als {state.name}, gebaut und geprüft. Zurück geht es mit --rollback.")


def _agreed() -> bool:
    """Ask; no answer at all (no terminal) means no."""
    try:
        said = click.prompt("Übernehmen? [j/N]", default="", show_default=False, prompt_suffix=" ")
    except click.Abort:
        click.echo("")
        return False
    return str(said).strip().lower() in ("j", "ja")


UPDATE_COMMANDS = [boundaries, layer, update]
