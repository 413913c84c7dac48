"""Commands on the stores: collect, build, check, query.

Commands on what people keep: backup, restore.
"""

from __future__ import annotations

import sys
from pathlib import Path

import click
import duckdb
import pandas as pd

from zwk_data import german, settings
from zwk_data.errors import ZwkError
from zwk_data.stores.backup import Content


@click.command()
@click.option("--from", "folder", required=True, type=click.Path(path_type=Path), help="Ordner mit amtlichen Dateien")
def collect(folder: Path) -> None:
    """Amtliche Dateien eines Ordners lesen und als Zahlen nach data/ schreiben."""
    from zwk_data.warehouse.collect.run import read_folder, write

    report = read_folder(folder, lambda name: click.echo(f"  liest {name}", err=True))
    for name, reason in report.left_out:
        click.echo(f"  ausgelassen: {name} ({reason})", err=True)
    if report.refused:
        raise ZwkError("Nichts wurde geschrieben, weil Dateien nicht lesbar sind:\n  " + "\n  ".join(report.refused))
    write(report)
    click.echo(f"{len(report.used)} Dateien gelesen, data/figures und data/sources.csv geschrieben.")


def _tell_progress(share: float, step: str) -> None:
    click.echo(f"  {share:4.0%}  {step}", err=True)


def ensure() -> None:
    """Both stores, built if they are missing: a question is answered on a fresh machine as well."""
    from zwk_data import seed
    from zwk_data.warehouse.build import ensure

    ensure(_tell_progress)
    seed.ensure()


@click.command()
def build() -> None:
    """Die Datenspeicher aus data/ bauen; was Menschen eingetragen haben, bleibt unberührt."""
    from zwk_data import seed
    from zwk_data.warehouse.build import build as build_warehouse

    path = build_warehouse(_tell_progress)
    seed.ensure()
    click.echo(f"Gebaut: {path.name} ({path.stat().st_size / 1e6:.0f} MB) in {path.parent}")


@click.command()
def check() -> None:
    """Die Summen mit den veröffentlichten Werten für Deutschland vergleichen."""
    from zwk_data.warehouse.build import check as run_check

    ensure()
    result = run_check()
    wrong = result[~result["ok"]]
    for row in wrong.itertuples():
        click.echo(f"FALSCH  {row.check}, {row.year}: erwartet {row.expected}, gefunden {row.found}", err=True)
    if len(wrong):
        raise ZwkError(f"{len(wrong)} von {len(result)} Prüfungen schlagen fehl.")
    click.echo(f"Alle {len(result)} Prüfungen stimmen mit den veröffentlichten Werten überein.")


@click.command()
@click.argument("sql")
@click.option("--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", help="Ausgabe")
def query(sql: str, form: str) -> None:
    """Eine SQL-Abfrage (nur lesend) über beide Datenspeicher beantworten."""
    from zwk_data.stores.connection import read

    ensure()
    try:
        frame = read(sql)
    except duckdb.Error as error:
        raise ZwkError(f"Die Abfrage ist nicht möglich: {error}") from error
    if form == "csv":
        frame.to_csv(sys.stdout, index=False)
    elif form == "json":
        click.echo(frame.to_json(orient="records", force_ascii=False, date_format="iso", double_precision=15))
    else:
        with pd.option_context("display.max_rows", None, "display.max_columns", None, "display.width", None,
                               "display.max_colwidth", 60, "display.float_format", "{:.10g}".format):  # fmt: skip
            click.echo(frame.to_string(index=False))


STORE_COMMANDS = [collect, build, check, query]


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
    from zwk_data.stores.backup import backup as run

    file, content = run(settings.dataset(), target)
    click.echo(f"Gesichert und geprüft: {file} ({_content_words(content)})")


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--yes", is_flag=True, help="Nicht nachfragen")
def restore(file: Path, yes: bool) -> None:
    """Eine Sicherung zurückspielen; der ZWK-Monitor muss dafür beendet sein."""
    from zwk_data.stores.backup import content as content_of
    from zwk_data.stores.backup import restore as run
    from zwk_data.stores.programme_file import programme_path

    store = programme_path(settings.dataset())
    click.echo(f"Sicherung: {_content_words(content_of(file))}", err=True)
    if store.exists():
        click.echo(f"Jetzt:     {_content_words(content_of(store))}", err=True)
    if not yes:
        said = click.prompt("Ersetzen? [j/N]", default="", show_default=False, prompt_suffix=" ", err=True)
        if said.strip().lower() not in ("j", "ja"):
            click.echo("Nichts ist geändert.", err=True)
            return
    kept, content = run(settings.dataset(), file)
    click.echo(f"Zurückgespielt: {_content_words(content)}." + (f" Der Stand davor liegt in {kept}." if kept else ""))


BACKUP_COMMANDS = [backup, restore]
