"""Is there a login, and how is it set up: [auth] and [zwk.login] of Streamlit's secrets, checked at the start.

Light to import: the server's start asks it before pandas is loaded.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import streamlit as st
from streamlit.errors import StreamlitSecretNotFoundError

from zwk_data.errors import ZwkError
from zwk_data.warehouse import scope
from zwk_data.web import claims
from zwk_data.web.claims import Rules

log = logging.getLogger(__name__)
#: shorter ones can be guessed, and whoever knows it can be anybody
SECRET_LENGTH = 32


@dataclass(frozen=True)
class Setup:
    """The login as it is set up: ``providers`` (None: the one in [auth] itself), ``fault`` if it can't be used."""

    providers: tuple[str | None, ...] = ()
    rules: Rules = field(default_factory=Rules)
    fault: str = ""


@cache
def login_setup() -> Setup | None:
    """The login of this server, read once at its start; None if none is wanted.

    Secrets that are there but can't be read count as a login with a fault: what was meant to be closed stays closed.
    """
    try:
        secrets = st.secrets.to_dict()
    except StreamlitSecretNotFoundError as error:
        if error.error_id == "no-secrets-found":
            return None
        return _faulty("secrets.toml lässt sich nicht lesen (kein gültiges TOML oder ein falscher Pfad).")
    except (OSError, UnicodeDecodeError):
        return _faulty("secrets.toml lässt sich nicht lesen (fehlendes Leserecht oder keine UTF-8-Datei).")
    if "auth" not in secrets:
        return None
    try:
        return _checked(secrets)
    except ZwkError as error:
        return _faulty(str(error))


def _faulty(sentence: str) -> Setup:
    log.error("Die Anmeldung ist nicht benutzbar: %s", sentence)
    return Setup(fault=sentence)


def _checked(secrets: Mapping[str, Any]) -> Setup:
    """The login that [auth] and [zwk.login] describe. Raises ZwkError if something is missing or wrong."""
    auth = secrets["auth"]
    if not isinstance(auth, Mapping):
        raise ZwkError("secrets.toml: [auth] muss ein Abschnitt sein.")
    secret = auth.get("cookie_secret")
    if not isinstance(secret, str) or len(secret) < SECRET_LENGTH:
        raise ZwkError(
            f"secrets.toml, [auth]: „cookie_secret“ muss ein zufälliger Text ab {SECRET_LENGTH} Zeichen sein."
        )
    named = {name: part for name, part in auth.items() if isinstance(part, Mapping) and name != "client_kwargs"}
    sections: dict[str | None, Mapping[str, Any]] = {None: auth} if "client_id" in auth or not named else {**named}
    for name, section in sections.items():
        where = f"[auth.{name}]" if name else "[auth]"
        if "_" in (name or ""):
            raise ZwkError(f"secrets.toml, {where}: Der Name eines Anmeldedienstes darf keinen Unterstrich enthalten.")
        needed = {"client_id": section, "client_secret": section, "server_metadata_url": section, "redirect_uri": auth}
        missing = [key for key, part in needed.items() if not isinstance(part.get(key), str) or not part[key].strip()]
        if missing:
            raise ZwkError(f"secrets.toml, {where}: Es fehlt {', '.join(missing)}.")
    own = secrets.get("zwk", {})
    section = own.get("login", {}) if isinstance(own, Mapping) else {}
    if not isinstance(section, Mapping):
        raise ZwkError("secrets.toml: [zwk.login] muss ein Abschnitt sein.")
    client = str(next(iter(sections.values()))["client_id"])
    try:
        import authlib  # noqa: F401  Streamlit needs it for the login, and only then
    except ImportError as error:
        raise ZwkError("Das Paket Authlib fehlt. Bitte „pip install -r requirements.txt“ ausführen.") from error
    return Setup(tuple(sections), claims.rules(section, client))


def configured() -> bool:
    """Is a login wanted? Then rights are those of whoever is logged in, otherwise everybody here may do everything."""
    return login_setup() is not None


def begin_login() -> None:
    """At the server's start: with a login, whoever has not said who asks is looked up, and is the public in doubt."""
    if configured():
        scope.set_default(_asker)


def _asker() -> scope.Scope:
    from zwk_data.web import login

    return login.scope_now()
