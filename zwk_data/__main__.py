"""`python -m zwk_data …`: everything that is done with the data outside the browser."""

from __future__ import annotations

import sys

import click

from zwk_data.commands import STORE_COMMANDS
from zwk_data.desk_commands import BACKUP_COMMANDS as DESK
from zwk_data.dossier_commands import DOSSIER_COMMANDS as DOSSIER
from zwk_data.errors import ZwkError
from zwk_data.geo.commands import BOUNDARY_COMMANDS as GEO
from zwk_data.update_commands import UPDATE_COMMANDS as UPDATE


@click.group()
def main() -> None:
    """ZWK-Monitor: Zahlen, Grenzen und Datenspeicher."""


for command in (*STORE_COMMANDS, *GEO, *UPDATE, *DESK, *DOSSIER):
    main.add_command(command)


def run() -> None:
    """Run a command; an expected fault ends with its German sentence and exit code 1, never with a trace."""
    try:
        main.main(prog_name="python -m zwk_data", standalone_mode=True)
    except ZwkError as error:
        click.echo(f"Fehler: {error}", err=True)
        sys.exit(1)


if __name__ == "__main__":
    run()
