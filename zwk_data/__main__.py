"""`python -m zwk_data …`: everything that is done with the data outside the browser."""

from __future__ import annotations

import sys

import click

from zwk_data.cli.boundaries import BOUNDARY_COMMANDS as GEO
from zwk_data.cli.dossier import DOSSIER_COMMANDS as DOSSIER
from zwk_data.cli.stores import BACKUP_COMMANDS as DESK
from zwk_data.cli.stores import STORE_COMMANDS
from zwk_data.cli.update import UPDATE_COMMANDS as UPDATE
from zwk_data.errors import ZwkError


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
