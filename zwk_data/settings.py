"""Every setting of an installation (``ZWK_…``), declared once and checked at start; where things lie; today.

What the table ``SETTINGS`` says stands as a table in docs/betrieb.md as well; a test compares them.
"""

from __future__ import annotations

import difflib
import ipaddress
import os
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from zwk_data.errors import ZwkError

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "data"
PAGES = ROOT / "pages"


@dataclass(frozen=True)
class Setting:
    """A variable of the environment: what it means, which form it has, what holds without it (German, for people).

    ``wrong`` says of a value what is wrong with it, or None; it is asked for values that are set and not blank.
    """

    name: str
    meaning: str
    form: str
    default: str
    wrong: Callable[[str], str | None] = lambda _value: None
    #: only tests and the gate know it
    of_tests: bool = False


def _no_data_set(value: str) -> str | None:
    known = value.lower() in ("public", "demo")
    return None if known else f"ZWK_DATA={value} ist unbekannt. Möglich sind „public“ und „demo“."


def _no_folder(value: str) -> str | None:
    if Path(value).exists() and not Path(value).is_dir():
        return f"ZWK_HOME={value} ist kein Ordner. Bitte einen Ordner nennen; fehlt er, wird er angelegt."
    return None


def _no_postgresql(value: str) -> str | None:
    # the address is not repeated, as it may hold a password
    if value.startswith(("postgresql://", "postgres://")):
        return None
    return (
        "ZWK_STORE ist keine Adresse der Form „postgresql://benutzer@rechner/datenbank“. Bitte berichtigen oder "
        "weglassen; dann gelten die Dateien dieser Installation."
    )


def _no_origins(value: str) -> str | None:
    wrong = [one for one in value.split() if not re.fullmatch(r"'(self|none)'|(https?://)?(\*\.)?[\w.-]+(:\d+)?", one)]
    if wrong:
        return (
            f"ZWK_FRAME_ANCESTORS: „{wrong[0]}“ ist keine Adresse der Form https://intranet.beispiel.de; mehrere "
            "stehen mit Leerzeichen nebeneinander."
        )
    return None


def _no_own_path(value: str) -> str | None:
    if re.fullmatch(r"/[\w-]+(/[\w-]+)*", value, re.ASCII) and value not in ("/health", "/ready"):
        return None
    return f"ZWK_METRICS={value} ist kein Pfad. Bitte einen wie „/metrics“ nennen, der mit / beginnt."


def _no_networks(value: str) -> str | None:
    for one in re.split(r"[,\s]+", value):
        try:
            ipaddress.ip_network(one)
        except ValueError:
            return (
                f"ZWK_METRICS_FROM: „{one}“ ist keine IP-Adresse und kein Netz (etwa 10.1.2.3 oder 10.1.0.0/16); "
                "mehrere stehen mit Komma nebeneinander."
            )
    return None


def _no_token(value: str) -> str | None:
    # not repeated: it is a secret
    if len(value) >= 16 and value.isascii() and value.isprintable() and " " not in value:
        return None
    return "ZWK_METRICS_TOKEN ist zu kurz: Bitte mindestens 16 zufällige Zeichen ohne Leerzeichen und Umlaute nehmen."


def _no_kind_of_log(value: str) -> str | None:
    return None if value.lower() in ("text", "json") else f"ZWK_LOG={value} ist unbekannt. Möglich: „text“ und „json“."


def _no_number(value: str) -> str | None:
    return None if value.isdecimal() else "Hier gehört eine ganze Zahl hin."


#: all there are: an unknown one is refused at start
SETTINGS = (
    Setting(
        "ZWK_DATA",
        "welche Programmdaten gezeigt werden: belegte oder frei erfundene zum Üben",
        "`public` oder `demo`",
        "`public`",
        _no_data_set,
    ),
    Setting(
        "ZWK_HOME",
        "Ordner für alles, was diese Installation anlegt: Datenspeicher, Sicherungen, geladene Grenzen",
        "Ordner",
        "`.zwk` neben dem Programm",
        _no_folder,
    ),
    Setting(
        "ZWK_STORE",
        "PostgreSQL, in dem steht, was Menschen eintragen, für mehrere Rechner",
        "`postgresql://…`",
        "Dateien in `ZWK_HOME`",
        _no_postgresql,
    ),
    Setting(
        "ZWK_FRAME_ANCESTORS",
        "fremde Seiten, die den ZWK-Monitor in einem Rahmen zeigen dürfen",
        "Adressen, mit Leerzeichen getrennt",
        "`'self'`: nur er selbst",
        _no_origins,
    ),
    Setting(
        "ZWK_LOG",
        "Form des Protokolls: Zeilen zum Lesen, oder je Zeile ein JSON-Objekt, auch für jeden Abruf",
        "`text` oder `json`",
        "`text`",
        _no_kind_of_log,
    ),
    Setting(
        "ZWK_METRICS",
        "Pfad, unter dem Messwerte für die Überwachung stehen (OpenMetrics)",
        "Pfad, etwa `/metrics`",
        "keiner: Es gibt keine",
        _no_own_path,
    ),
    Setting(
        "ZWK_METRICS_FROM",
        "wer die Messwerte lesen darf, nach der Adresse der Verbindung",
        "IP-Adressen oder Netze, mit Komma getrennt",
        "niemand",
        _no_networks,
    ),
    Setting(
        "ZWK_METRICS_TOKEN",
        "wer die Messwerte lesen darf, nach dem Kennwort (`Authorization: Bearer …`)",
        "mindestens 16 Zeichen",
        "niemand",
        _no_token,
    ),
    Setting("ZWK_EXAMPLES", "So viel mal mehr Beispiele je Eigenschaft", "Zahl", "1", _no_number, of_tests=True),
    Setting("ZWK_FAULT_ROUNDS", "Runden der Prüfung mit kill -9", "Zahl", "12", _no_number, of_tests=True),
    Setting("ZWK_FUZZ", "Versuche mit verdorbenen Listen", "Zahl", "wenige", _no_number, of_tests=True),
    Setting("ZWK_REQUIRE_BROWSER", "Browserprüfungen sind Pflicht", "`1`", "nein", of_tests=True),
    Setting("ZWK_REQUIRE_POSTGRES", "Prüfungen mit PostgreSQL sind Pflicht", "`1`", "nein", of_tests=True),
    Setting("ZWK_REQUIRE_UPDATE", "Prüfungen des Befehls update sind Pflicht", "`1`", "nein", of_tests=True),
)
_BY_NAME = {one.name: one for one in SETTINGS}


def value(name: str) -> str:
    """What a declared setting is set to, without blanks around it; "" where it is not set. Raises ZwkError if wrong."""
    setting = _BY_NAME[name]
    found = os.environ.get(name, "").strip()
    wrong = setting.wrong(found) if found else None
    if wrong:
        raise ZwkError(wrong)
    return found


def check_settings(environ: Mapping[str, str] | None = None) -> None:
    """Raises ZwkError with one sentence for the first setting that is unknown, wrong, or contradicts another one."""
    given = {name: text.strip() for name, text in (os.environ if environ is None else environ).items()}
    for name in sorted(name for name in given if name.upper().startswith("ZWK_")):
        if name not in _BY_NAME:
            close = difflib.get_close_matches(name.upper(), [one.name for one in SETTINGS if not one.of_tests], 1)
            hint = f"Meinten Sie {close[0]}?" if close else "Alle Einstellungen stehen in docs/betrieb.md."
            raise ZwkError(f"Die Einstellung {name} gibt es nicht. {hint}")
        wrong = _BY_NAME[name].wrong(given[name]) if given[name] else None
        if wrong:
            raise ZwkError(wrong)
    allowed = [name for name in ("ZWK_METRICS_FROM", "ZWK_METRICS_TOKEN") if given.get(name)]
    if given.get("ZWK_METRICS") and not allowed:
        raise ZwkError(
            "ZWK_METRICS ist gesetzt, aber niemand darf die Messwerte lesen. Bitte ZWK_METRICS_FROM oder "
            "ZWK_METRICS_TOKEN dazu setzen, oder ZWK_METRICS weglassen."
        )
    if allowed and not given.get("ZWK_METRICS"):
        raise ZwkError(
            f"{allowed[0]} ist gesetzt, ZWK_METRICS aber nicht. Bitte einen Pfad wie „/metrics“ dazu setzen."
        )


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
    return value("ZWK_DATA").lower() or "public"


def store_url() -> str | None:
    """The PostgreSQL that keeps what people write (``ZWK_STORE``), or None: files in ``home()`` keep it.

    Raises ZwkError for anything but the address of one; the address is not repeated, as it may hold a password.
    """
    return value("ZWK_STORE") or None


#: what stands before every path in a browser's address: "" or „/zwk“
_before = ""


def run_below(path: str) -> None:
    """Let every address begin with ``path`` (``/zwk``, or "" for none); to be called before any address is asked for.

    Raises ZwkError for what can't begin an address.
    """
    global _before
    path = path.strip("/")
    if path and not re.fullmatch(r"[\w.~-]+(/[\w.~-]+)*", path, re.ASCII):
        raise ZwkError(
            f"server.baseUrlPath={path} geht nicht: Der Pfad darf nur aus Buchstaben ohne Umlaute, Ziffern und „-._~“ "
            "bestehen, etwa „zwk“. Bitte berichtigen oder weglassen."
        )
    _before = f"/{path}" if path else ""


def address(path: str = "") -> str:
    """What browsers ask for to get one of our paths: ``/karte`` -> ``/zwk/karte`` where the server runs below /zwk."""
    return _before + path


#: the last day of the invented data: nothing in them is entered or dated later, but for what is planned
DEMO_END = date(2024, 12, 31)


def today() -> date:
    """The real date; the invented data stand still on their last day."""
    return DEMO_END if dataset() == "demo" else date.today()
