"""Where things lie: what ships, and what this installation makes for itself.

The day on which the shown data stand.
"""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import date
from pathlib import Path

from zwk_data.errors import ZwkError

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "data"
PAGES = ROOT / "pages"


def home() -> Path:
    """The folder for files made on this machine (stores, downloaded boundaries).

    ``ZWK_HOME`` moves it, for instance off a read-only installation.
    """
    return Path(os.environ.get("ZWK_HOME") or ROOT / ".zwk")


def backups() -> Path:
    """Where backups go unless told otherwise."""
    return home() / "sicherungen"


def close_home() -> None:
    """Let nobody but this account read what lies in ``home()``; files of another account stay as they are."""
    for file in [home(), *home().glob("*.duckdb*"), *home().glob("*.sqlite*"), backups(), *backups().glob("*")]:
        with suppress(OSError):
            file.chmod(file.stat().st_mode & 0o700)


def dataset() -> str:
    """Which programme data is shown: ``public`` (documented facts) or ``demo`` (invented)."""
    name = (os.environ.get("ZWK_DATA") or "public").strip().lower()
    if name not in ("public", "demo"):
        raise ZwkError(f"ZWK_DATA={name} ist unbekannt. Möglich sind „public“ und „demo“.")
    return name


def store_url() -> str | None:
    """The PostgreSQL that keeps what people write (``ZWK_STORE``), or None: files in ``home()`` keep it.

    Raises ZwkError for anything but the address of one; the address is not repeated, as it may hold a password.
    """
    url = (os.environ.get("ZWK_STORE") or "").strip()
    if url and not url.startswith(("postgresql://", "postgres://")):
        raise ZwkError(
            "ZWK_STORE ist keine Adresse der Form „postgresql://benutzer@rechner/datenbank“. Bitte berichtigen oder "
            "weglassen; dann gelten die Dateien dieser Installation."
        )
    return url or None


#: the last day of the invented data: nothing in them is entered or dated later, but for what is planned
DEMO_END = date(2024, 12, 31)


def today() -> date:
    """The real date; the invented data stand still on their last day."""
    return DEMO_END if dataset() == "demo" else date.today()
