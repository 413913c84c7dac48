"""Commands that write dossiers, posters, the Synopse and the report of a quarter.

They import what makes the files when they run: its drawing libraries take a second that no other command should pay.
"""

from __future__ import annotations

from pathlib import Path

import click

from zwk_data.cli.stores import ensure_stores
from zwk_data.errors import ZwkError


def _sections(text: str | None) -> tuple[str, ...] | None:
    return None if text is None else tuple(part.strip() for part in text.split(",") if part.strip())


@click.command()
@click.argument("kommunen", nargs=-1)
@click.option("--all", "every", is_flag=True, help="Alle Kommunen")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("dossiers"),
    show_default=True,
    help="Ordner für die Dateien",
)
@click.option(
    "--form",
    "forms",
    multiple=True,
    type=click.Choice(["pdf", "pptx", "sitzung", "xlsx"]),
    help="Nur diese Form; ohne Angabe alle",
)
@click.option("--abschnitte", help="Abschnitte in dieser Reihenfolge, mit Komma getrennt")
def dossier(kommunen: tuple[str, ...], every: bool, out: Path, forms: tuple[str, ...], abschnitte: str | None) -> None:
    """Dossiers zur Zwischenbilanz schreiben: KOMMUNEN (Kennungen wie riesa) oder --all."""
    from zwk_data.export import dossier_files

    ensure_stores()
    if every == bool(kommunen):
        raise ZwkError("Bitte entweder Kennungen von Kommunen nennen (zum Beispiel „riesa“) oder --all.")
    ids = tuple(dossier_files.everybody()) if every else kommunen
    for step in dossier_files.batch(ids, forms or tuple(dossier_files.FORMS), out, _sections(abschnitte)):
        click.echo(f"  {step.done:2} von {step.total}  {step.name}", err=True)
    click.echo(f"Geschrieben: {len(ids)} Dossiers nach {out}")


@click.command()
@click.argument("kommune")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Datei; ohne Angabe plakate_KOMMUNE.pdf")
@click.option("--format", "size", type=click.Choice(["A1", "A3"]), default="A1", show_default=True)
@click.option("--auch-ohne", "also_without", is_flag=True, help="Auch eines für Maßnahmen ohne Handlungsfeld")
def plakate(kommune: str, out: Path | None, size: str, also_without: bool) -> None:
    """Plakate für den Projektmarkt schreiben, eine Seite je Handlungsfeld."""
    from zwk_data.export import dossier_files

    ensure_stores()
    target = out or Path(f"plakate_{kommune}.pdf")
    dossier_files.write(target, dossier_files.posters(kommune, size, also_without=also_without))
    click.echo(f"Geschrieben: {target}")


@click.command()
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), default=Path(), help="Ordner")
def synopse(out: Path) -> None:
    """Die Synopse über alle Kommunen schreiben, als PDF und als Arbeitsmappe."""
    from zwk_data.export import dossier_files

    ensure_stores()
    for form in ("pdf", "xlsx"):
        dossier_files.write(out / f"synopse.{form}", dossier_files.synopse(form))
    click.echo(f"Geschrieben: {out / 'synopse.pdf'} und {out / 'synopse.xlsx'}")


@click.command()
@click.option("--quartal", help="Zum Beispiel 2024-4; ohne Angabe das letzte, zu dem etwas belegt ist")
@click.option("--out", type=click.Path(path_type=Path), default=Path(), help="Ordner")
@click.option("--blatt", is_flag=True, help="Nur das Ministerblatt (eine Seite)")
def bericht(quartal: str | None, out: Path, blatt: bool) -> None:
    """Zu einem Quartal das Ministerblatt und den Bericht als PDF und Folien schreiben."""
    from zwk_data.export import dossier_files
    from zwk_data.programme.report import filled_quarter, last_filled
    from zwk_data.settings import today
    from zwk_data.views.monitoring import view_of_everybody

    ensure_stores()
    one = filled_quarter(quartal, today()) if quartal else last_filled(today())
    view = view_of_everybody()
    kinds = ["ministerblatt"] if blatt else list(dossier_files.QUARTER_FILES)
    made = {dossier_files.quarter_name(kind, one): dossier_files.make_quarter(kind, view, one) for kind in kinds}
    for name, data in made.items():
        dossier_files.write(out / name, data)
        click.echo(f"Geschrieben: {out / name}")


DOSSIER_COMMANDS = [dossier, plakate, synopse, bericht]
