"""`python -m zwk_data …`: everything that can be done with the data outside the browser."""

from __future__ import annotations

import sys

import click

from zwk_data.cli.dossier import DOSSIER_COMMANDS
from zwk_data.cli.stores import PRIVACY_COMMANDS, STORE_COMMANDS
from zwk_data.cli.update import UPDATE_COMMANDS
from zwk_data.errors import ZwkError
from zwk_data.settings import check_settings, close_home


@click.group()
def main() -> None:
    """ZWK-Monitor: Zahlen, Grenzen und Datenspeicher."""


for command in (*STORE_COMMANDS, *UPDATE_COMMANDS, *DOSSIER_COMMANDS, *PRIVACY_COMMANDS):
    main.add_command(command)


def run() -> None:
    """Run a command; an expected failure prints its German sentence and exits with code 1, without a traceback."""
    try:
        check_settings()
        main.main(prog_name="python -m zwk_data", standalone_mode=True)
    except ZwkError as error:
        click.echo(f"Fehler: {error}", err=True)
        sys.exit(1)
    finally:
        close_home()


if __name__ == "__main__":
    run()
