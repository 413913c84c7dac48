"""Access data of the user, from the places where pystatis keeps them; they never leave memory but for the request."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from urllib.parse import urlsplit

from zwk_data.errors import ZwkError
from zwk_data.warehouse.update.catalogue import Database

INSTALL = "pip install --no-deps -r requirements-update.txt"


@dataclass(frozen=True)
class Access:
    """Where a service is and who asks; the secret parts are not shown when the object is printed."""

    url: str
    user: str = field(repr=False)
    password: str = field(repr=False)


def access_settings() -> ModuleType:
    """pystatis' configuration. Raises ZwkError if pystatis is not installed or its folder can't be written."""
    try:
        from pystatis import config
    except ImportError:
        raise ZwkError(f"Zum Abrufen fehlt das Paket pystatis. Bitte einmal ausführen: {INSTALL}") from None
    except OSError as error:
        raise ZwkError(
            f"Der Ordner {Path.home() / '.pystatis'} lässt sich nicht anlegen ({error.strerror or error}); "
            "pystatis braucht ihn für seine Einstellungen."
        ) from None
    return config


def access_data(database: Database) -> Access:
    """Address and access data for one service: environment first, then pystatis' file.

    A user name without a password is a token. Raises ZwkError if there is none, or if the file sends them in clear
    text to another machine.
    """
    section = access_settings().config[database.key]
    prefix = f"PYSTATIS_{database.key.upper()}_API_"
    user = os.environ.get(prefix + "USERNAME", "").strip()
    password = os.environ.get(prefix + "PASSWORD", "")
    if not user:
        user, password = section.get("username", "").strip(), section.get("password", "")
    if not user:
        raise ZwkError(
            f"Für die {database.name} fehlen Zugangsdaten. Bitte {prefix}USERNAME und {prefix}PASSWORD setzen oder "
            f"in {Path.home() / '.pystatis' / 'config.ini'} unter [{database.key}] username und password eintragen; "
            f"eine kostenlose Kennung gibt es nach Registrierung auf {database.register}."
        )
    url = section["base_url"]
    parts = urlsplit(url)
    if parts.scheme != "https" and parts.hostname not in ("127.0.0.1", "localhost", "::1"):
        raise ZwkError(
            f"Die Adresse der {database.name} ist unverschlüsselt ({url}); Zugangsdaten gehen nur über https hinaus. "
            f"Bitte base_url in {Path.home() / '.pystatis' / 'config.ini'} berichtigen."
        )
    return Access(url, user, password)
