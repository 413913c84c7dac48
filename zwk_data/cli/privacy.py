"""Commands on what is kept of people: names replaced on request, and what has been kept long enough removed."""

from __future__ import annotations

import time
from datetime import datetime, timedelta

import click

from zwk_data import german, operation, seed, settings
from zwk_data.errors import ZwkError
from zwk_data.stores import logins
from zwk_data.stores.connection import open_for_writing

#: no login lasts longer (days)
LONGEST_LOGIN = 31


def _write() -> None:
    """Get hold of the programme store. Raises ZwkError if another process has it."""
    seed.ensure()
    if why := open_for_writing():
        raise ZwkError(why)


@click.command()
@click.argument("name")
@click.option("--yes", is_flag=True, help="Nicht nachfragen")
def forget(name: str, yes: bool) -> None:
    """Den Namen eines Menschen im Verlauf durch ein Kennwort ersetzen; der Verlauf bleibt."""
    from zwk_data.records.privacy import forget_name

    if not yes and not click.confirm(
        f"„{name}“ überall im Verlauf ersetzen? Das lässt sich nicht zurücknehmen", err=True
    ):
        return
    _write()
    word, places = forget_name(name)
    logins.end_logins_of(name)
    click.echo(
        f"„{name}“ heißt jetzt „{word}“ ({german.count(places, 'Stelle', 'Stellen')}). In älteren Sicherungen steht "
        "der Name noch; bitte auch sie löschen."
    )


@click.command()
def prune() -> None:
    """Löschen, was länger aufbewahrt ist, als betrieb.yml sagt: Sitzungen, Grüße, Namen im Verlauf."""
    from zwk_data.display import memory
    from zwk_data.records.privacy import forget_names_before
    from zwk_data.room import sessions

    kept = operation.operation().aufbewahrung
    now = datetime.now()
    told = []
    if kept.sitzungen_tage and sessions.exist():
        gone = sessions.forget_before(now - timedelta(days=kept.sitzungen_tage))
        told.append(german.count(gone, "Sitzung", "Sitzungen"))
    if kept.gruesse_tage and (settings.store_url() or (settings.home() / memory.FILE).is_file()):
        gone = memory.forget_greetings_before(time.time() - kept.gruesse_tage * 86_400)
        told.append(f"Grüße von {german.count(gone, 'Veranstaltung', 'Veranstaltungen')}")
    if kept.namen_im_verlauf_tage:
        _write()
        gone = forget_names_before(now - timedelta(days=kept.namen_im_verlauf_tage))
        told.append(german.count(gone, "Name", "Namen"))
    if settings.store_url() or (settings.home() / logins.FILE).is_file():
        logins.forget_before(time.time() - LONGEST_LOGIN * 86_400)
    click.echo(f"Gelöscht: {', '.join(told) or 'nichts'}.")


PRIVACY_COMMANDS = [forget, prune]
