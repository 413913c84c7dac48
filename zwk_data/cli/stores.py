"""Commands on the stores: collect official figures, build, check, query; back up and restore what people entered;
replace names in it on request, and remove what has been kept long enough.
"""

from __future__ import annotations

import sys
import time
from datetime import datetime, timedelta
from pathlib import Path

import click
import duckdb

from zwk_data import german, operation, seed, settings
from zwk_data.errors import ZwkError
from zwk_data.stores import admission
from zwk_data.stores.backup import Content, move_programme, of_copy, restore_small
from zwk_data.stores.backup import content as content_of
from zwk_data.stores.connection import open_for_writing, read
from zwk_data.stores.programme_file import is_there
from zwk_data.stores.programme_schema import programme_store
from zwk_data.stores.state import programme_path
from zwk_data.warehouse.build import build as build_warehouse
from zwk_data.warehouse.build import ensure as ensure_warehouse
from zwk_data.warehouse.check import check as check_sums
from zwk_data.warehouse.collect.run import read_folder, write


@click.command()
@click.option("--from", "folder", required=True, type=click.Path(path_type=Path), help="Ordner mit amtlichen Dateien")
def collect(folder: Path) -> None:
    """Amtliche Dateien eines Ordners lesen und als Zahlen nach data/ schreiben."""
    report = read_folder(folder, lambda name: click.echo(f"  liest {name}", err=True))
    for name, reason in report.left_out:
        click.echo(f"  ausgelassen: {name} ({reason})", err=True)
    for name, reason in report.doubts:
        click.echo(f"  zu prüfen: {name} ({reason})", err=True)
    counted = (
        f"{german.count(len(report.used), 'Datei', 'Dateien')} gelesen, {len(report.left_out)} ausgelassen, "
        f"{len(report.refused)} abgelehnt"
    )
    if report.refused:
        raise ZwkError(
            f"{counted}. Nichts wurde geschrieben, weil gebrauchte Dateien beschädigt sind:\n  "
            + "\n  ".join(report.refused)
        )
    write(report)
    click.echo(f"{counted}; data/figures und data/sources.csv geschrieben.")


def show_progress(share: float, step: str) -> None:
    """One line on stderr per step; ``share`` of the work done, 0 to 1."""
    click.echo(f"  {share:4.0%}  {step}", err=True)


def ensure_stores() -> None:
    """Build the stores that are missing, so that a command works on a fresh machine as well."""
    ensure_warehouse(show_progress)
    seed.ensure()


@click.command()
def build() -> None:
    """Die Datenspeicher aus data/ bauen; was Menschen eingetragen haben, bleibt unberührt."""
    path = build_warehouse(show_progress)
    seed.ensure()
    click.echo(f"Gebaut: {path.name} ({path.stat().st_size / 1e6:.0f} MB) in {path.parent}")


@click.command()
def check() -> None:
    """Die Summen mit den veröffentlichten Werten für Deutschland vergleichen."""
    ensure_stores()
    result = check_sums()
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
    ensure_stores()
    try:
        frame = read(sql)
    except duckdb.Error as error:
        raise ZwkError(f"Die Abfrage ist nicht möglich: {error}") from error
    if form == "csv":
        frame.to_csv(sys.stdout, index=False)
    elif form == "json":
        click.echo(frame.to_json(orient="records", force_ascii=False, date_format="iso", double_precision=15))
    else:
        click.echo(frame.to_string(index=False, float_format="{:.10g}".format))


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
    """Was Menschen eingetragen haben sichern, auch Sitzungen und Live-Anzeige; der ZWK-Monitor darf dabei laufen."""
    from zwk_data.export import safekeeping

    (file, *beside), content = safekeeping.back_up(settings.dataset(), target)
    click.echo(f"Gesichert und geprüft: {file} ({_content_words(content)})")
    for copied in beside:
        click.echo(f"Gesichert und geprüft: {copied}")


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--yes", is_flag=True, help="Nicht nachfragen")
def restore(file: Path, yes: bool) -> None:
    """Eine Sicherung zurückspielen; arbeitet der ZWK-Monitor mit Dateien, muss er dafür beendet sein."""
    from zwk_data.export import safekeeping

    if file.suffix == ".sqlite":
        _restore_small(file, yes)
        return
    store = programme_store(settings.dataset())
    click.echo(f"Sicherung: {_content_words(safekeeping.check(file))}", err=True)
    if is_there(store):
        click.echo(f"Jetzt:     {_content_words(content_of(store))}", err=True)
    if not yes and not agreed("Ersetzen?"):
        return
    kept, content, beside = safekeeping.restore(settings.dataset(), file)
    click.echo(f"Zurückgespielt: {_content_words(content)}." + (f" Der Stand davor liegt in {kept}." if kept else ""))
    for file_back in beside:
        click.echo(f"Zurückgespielt: {file_back.name}.")


def _restore_small(file: Path, yes: bool) -> None:
    """Put back the copy of one small store alone."""
    from zwk_data.export import safekeeping

    store, backup_file = of_copy(safekeeping.small_stores(), file)
    if yes or agreed(f"{store[0].name} ersetzen?"):
        for put_back_file in restore_small([store], backup_file):
            click.echo(f"Zurückgespielt: {put_back_file.name}. Der Stand davor liegt daneben.")


@click.command()
@click.option("--to", "place", required=True, type=click.Choice(["postgresql", "files"]), help="Wohin")
@click.option("--yes", is_flag=True, help="Nicht nachfragen")
def move(place: str, yes: bool) -> None:
    """Was Menschen eingetragen haben in das PostgreSQL von ZWK_STORE umziehen, oder zurück in Dateien."""
    url, dataset, to_server = settings.store_url(), settings.dataset(), place == "postgresql"
    if url is None:
        raise ZwkError("Bitte mit ZWK_STORE sagen, welches PostgreSQL gemeint ist.")
    file = programme_path(dataset)
    server = programme_store(dataset)
    source, target = (file, server) if to_server else (server, file)
    if not is_there(source):
        raise ZwkError("Dort, woher umgezogen werden soll, gibt es keinen Datenspeicher; es ist nichts geändert.")
    click.echo(f"Zieht um: {_content_words(content_of(source))}", err=True)
    if is_there(target):
        click.echo(f"Dort ist: {_content_words(content_of(target))} (bleibt unter anderem Namen erhalten)", err=True)
    if not yes and not agreed("Umziehen? Der ZWK-Monitor muss dafür beendet sein."):
        return
    from zwk_data.export import safekeeping

    kept, content = move_programme(source, target)
    told = [f"Umgezogen und Zeile für Zeile gleich: {_content_words(content)}"]
    told += safekeeping.move_small(url, to_server=to_server)
    click.echo(", ".join(told) + "." + (f" Was dort stand, liegt in {kept}." if kept else ""))


@click.command()
@click.option("--name", help="Name, wie er im Verlauf steht; ohne ihn werden alle abgemeldet")
def logout(name: str | None) -> None:
    """Anmeldungen sofort beenden, etwa wenn jemandem eine Rolle entzogen wurde; neu anmelden geht weiter."""
    if name is None:
        admission.end_all_logins()
    else:
        admission.end_logins_of(name)
    click.echo(f"Abgemeldet: {name or 'alle'}. Es wirkt beim nächsten Klick, spätestens nach zwei Sekunden.")


def agreed(question: str) -> bool:
    """Ask on the console; only „j“ and „ja“ agree."""
    said = click.prompt(f"{question} [j/N]", default="", show_default=False, prompt_suffix=" ", err=True)
    if said.strip().lower() in ("j", "ja"):
        return True
    click.echo("Nichts ist geändert.", err=True)
    return False


@click.command()
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="Neuer Ordner")
@click.option("--adresse", help="Für ein Datenportal: URL, unter der der Ordner stehen wird")
@click.option("--herausgeber", help="Für ein Datenportal: wer veröffentlicht")
@click.option("--kennung", help="Für ein Datenportal: contributorID des Datenbereitstellers (URL)")
def datenpaket(out: Path, adresse: str | None, herausgeber: str | None, kennung: str | None) -> None:
    """Alles, was alle sehen dürfen, als Datenpaket schreiben (CSV, Parquet, datapackage.json, DCAT-AP.de)."""
    from zwk_data.export.open_data import Portal, write_package

    given = [adresse, herausgeber, kennung]
    if any(given) and not all(given):
        raise ZwkError("Für ein Datenportal bitte --adresse, --herausgeber und --kennung zusammen nennen.")
    ensure_stores()
    names = write_package(out, Portal(adresse or "", herausgeber or "", kennung or "") if all(given) else None)
    click.echo(f"Geschrieben: {len(names)} Dateien nach {out}")


STORE_COMMANDS = [collect, build, check, query, backup, restore, move, logout, datenpaket]

#: no login lasts longer (days)
LONGEST_LOGIN = 31


def _open_store() -> None:
    """Get hold of the programme store. Raises ZwkError if another process has it."""
    seed.ensure()
    if why := open_for_writing():
        raise ZwkError(why)


@click.command()
@click.argument("name")
@click.option("--yes", is_flag=True, help="Nicht nachfragen")
def forget(name: str, yes: bool) -> None:
    """Den Namen eines Menschen im Verlauf durch ein Kennwort ersetzen; der Verlauf bleibt."""
    from zwk_data.records.history import forget_name

    if not yes and not click.confirm(
        f"„{name}“ überall im Verlauf ersetzen? Das lässt sich nicht zurücknehmen", err=True
    ):
        return
    _open_store()
    word, places = forget_name(name)
    admission.end_logins_of(name)
    click.echo(
        f"„{name}“ heißt jetzt „{word}“ ({german.count(places, 'Stelle', 'Stellen')}). In älteren Sicherungen steht "
        "der Name noch; bitte auch sie löschen."
    )


@click.command()
def prune() -> None:
    """Löschen, was länger aufbewahrt ist, als betrieb.yml sagt: Sitzungen, Grüße, Namen im Verlauf, Sicherungen."""
    from zwk_data.display import memory
    from zwk_data.export import safekeeping
    from zwk_data.records.history import forget_names_before
    from zwk_data.room import sessions

    kept = operation.operation().aufbewahrung
    now, ended = datetime.now(), 0
    told = []
    if kept.sitzungen_tage and sessions.exist():
        gone = sessions.forget_before(now - timedelta(days=kept.sitzungen_tage))
        told.append(german.count(gone, "Sitzung", "Sitzungen"))
    if kept.offene_sitzungen_tage and sessions.exist():
        # a phone is known again for as long as its session is open
        ended = sessions.end_left_open(now - timedelta(days=kept.offene_sitzungen_tage))
    if kept.gruesse_tage and (settings.store_url() or (settings.home() / memory.FILE).is_file()):
        gone = memory.forget_greetings_before(time.time() - kept.gruesse_tage * 86_400)
        told.append(f"Grüße von {german.count(gone, 'Veranstaltung', 'Veranstaltungen')}")
    if kept.namen_im_verlauf_tage:
        _open_store()
        gone = forget_names_before(now - timedelta(days=kept.namen_im_verlauf_tage))
        told.append(german.count(gone, "Name", "Namen"))
    if kept.sicherungen_tage:
        gone = safekeeping.forget_before(settings.dataset(), now - timedelta(days=kept.sicherungen_tage))
        told.append(german.count(gone, "Sicherung", "Sicherungen"))
    if settings.store_url() or (settings.home() / admission.FILE).is_file():
        admission.forget_before(time.time() - LONGEST_LOGIN * 86_400)
    if ended:
        click.echo(f"Beendet: {german.count(ended, 'Sitzung', 'Sitzungen')}, die niemand beendet hatte.")
    click.echo(f"Gelöscht: {', '.join(told) or 'nichts'}.")


PRIVACY_COMMANDS = [forget, prune]
