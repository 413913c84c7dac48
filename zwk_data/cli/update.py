"""The command `update`: fetch newer official figures, show what would change, ask, then adopt them or roll back."""

from __future__ import annotations

import click
from tqdm import tqdm

from zwk_data import german
from zwk_data.cli.stores import ensure_stores, show_progress
from zwk_data.errors import ZwkError
from zwk_data.warehouse.update import run
from zwk_data.warehouse.update.answer import Places, choose_tables
from zwk_data.warehouse.update.run import Comparison
from zwk_data.warehouse.update.service import access_settings


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
