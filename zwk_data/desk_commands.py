"""Commands on what people keep: backup, restore."""

from __future__ import annotations

from pathlib import Path

import click

from zwk_data import german, paths
from zwk_data.warehouse.backup import Content


def _content_words(content: Content) -> str:
    last = f", zuletzt geändert am {content.last:%d.%m.%Y um %H:%M} Uhr" if content.last else ""
    return (
        f"{german.count(content.records, 'Eintrag', 'Einträge')}, "
        f"{german.count(content.changes, 'Änderung', 'Änderungen')}{last}"
    )


@click.command()
@click.option(
    "--to", "target", type=click.Path(path_type=Path), help="Ordner oder Dateiname (sonst: ZWK_HOME/sicherungen)"
)
def backup(target: Path | None) -> None:
    """Stufen, Themen und Maßnahmen sichern; der ZWK-Monitor darf dabei laufen."""
    from zwk_data.warehouse.backup import backup as run

    file, content = run(paths.dataset(), target)
    click.echo(f"Gesichert und geprüft: {file} ({_content_words(content)})")


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--yes", is_flag=True, help="Nicht nachfragen")
def restore(file: Path, yes: bool) -> None:
    """Eine Sicherung zurückspielen; der ZWK-Monitor muss dafür beendet sein."""
    from zwk_data.warehouse.backup import content as content_of
    from zwk_data.warehouse.backup import restore as run
    from zwk_data.warehouse.programme_store import programme_path

    store = programme_path(paths.dataset())
    click.echo(f"Sicherung: {_content_words(content_of(file))}", err=True)
    if store.exists():
        click.echo(f"Jetzt:     {_content_words(content_of(store))}", err=True)
    if not yes:
        said = click.prompt("Ersetzen? [j/N]", default="", show_default=False, prompt_suffix=" ", err=True)
        if said.strip().lower() not in ("j", "ja"):
            click.echo("Nichts ist geändert.", err=True)
            return
    kept, content = run(paths.dataset(), file)
    click.echo(f"Zurückgespielt: {_content_words(content)}." + (f" Der Stand davor liegt in {kept}." if kept else ""))


BACKUP_COMMANDS = [backup, restore]
