"""The current user, read from Streamlit's signed cookie on every run, never from the address or session state.

Without [auth] in Streamlit's secrets the app is a local tool without login. With it, every ``read`` asks as the person
of the running session: ``begin_login`` makes that the default of ``stores.access``, so it holds in fragments and
callbacks too, which run without navigation.py. Where no session runs (threads, downloads made on demand) the public
view is shown; ``as_asker`` passes the user on. If the login is misconfigured, everybody is the public.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from functools import cache, wraps
from html import escape
from typing import Any, ParamSpec, TypeVar
from urllib.parse import unquote

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from zwk_data import german
from zwk_data.errors import ZwkError
from zwk_data.programme.participants import advisers
from zwk_data.stores import access, admission
from zwk_data.stores.access import LOCAL, Person
from zwk_data.web.kit import parts
from zwk_data.web.login import claims, sign_in
from zwk_data.web.login.claims import Rules, Seat
from zwk_data.web.shell.guard import read_secrets

log = logging.getLogger(__name__)
#: a shorter one can be guessed, and with it any user can be forged
SECRET_LENGTH = 32


@dataclass(frozen=True)
class Setup:
    """The login as it is set up: ``providers`` (None: the one in [auth] itself), ``fault`` if it can't be used."""

    providers: tuple[str | None, ...] = ()
    rules: Rules = field(default_factory=Rules)
    fault: str = ""


@cache
def login_setup() -> Setup | None:
    """The login of this server, read once at its start; None if there is none.

    Secrets that are there but can't be read count as a login with a fault: what was meant to be closed stays closed.
    """
    try:
        secrets = read_secrets()
        return _valid_setup(secrets) if "auth" in secrets else None
    except ZwkError as error:
        return _faulty(str(error))


def _faulty(sentence: str) -> Setup:
    log.error("Die Anmeldung ist nicht benutzbar: %s", sentence)
    return Setup(fault=sentence)


def _valid_setup(secrets: Mapping[str, Any]) -> Setup:
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
        import authlib  # noqa: F401, PLC0415 - Streamlit needs it for the login, and only then
    except ImportError as error:
        raise ZwkError("Das Paket Authlib fehlt. Bitte „pip install -r requirements.txt“ ausführen.") from error
    return Setup(tuple(sections), claims.rules(section, client))


def configured() -> bool:
    """Whether there is a login; without one everybody here may do everything."""
    return login_setup() is not None


def begin_login() -> None:
    """At the server's start: with a login, ``read`` asks as the person of the running session unless told otherwise."""
    if configured():
        access.set_default_scope(scope_now)


P = ParamSpec("P")
R = TypeVar("R")
NO_LOGIN = "Lokale Anwendung ohne Anmeldung: Wer diese Seite öffnet, darf alles sehen und ändern."
FAILED = "Die Anmeldung hat nicht geklappt oder wurde abgebrochen. Bitte versuchen Sie es noch einmal."


def scope_now() -> access.Scope:
    """What the person of the running session may see; the public view where no session runs."""
    return access.scope_of(person()) if get_script_run_ctx(suppress_warning=True) else access.PUBLIC


def seat() -> Seat:
    """The current user, whether they are logged in, and what they should know about it."""
    return _seat(st.user.to_dict)


def seat_of_request(cookies: Mapping[str, str]) -> Seat:
    """Who asks for something outside of any session, by the same signed cookie; anybody if it does not hold."""
    return _seat(lambda: sign_in.claims_in(cookies) or {})


def _seat(claimed: Callable[[], Mapping[str, Any]]) -> Seat:
    how = login_setup()
    if how is None:
        return Seat(LOCAL)
    if how.fault:
        return Seat(access.ANYBODY)
    said = claimed()
    needs_advisers = claims.role_of(said, how.rules) in ("beratung", "kommune")
    return claims.seat_of(said, how.rules, _advisers() if needs_advisers else {}, admission.has_ended)


def person() -> Person:
    """The current user, for rights and the history; without login LOCAL, by the name given in ``ask_name``."""
    found = seat().person
    if found.role != LOCAL.role or get_script_run_ctx(suppress_warning=True) is None:
        return found
    return replace(found, name=_own_name() or found.name)


#: in the session: the name that was just given, "" for one taken back
_NAME, _FIELD = "zwk-name", "zwk-wer-name"
#: the cookie in which the browser keeps it (kopf.js), and what it holds for who wants to be called nothing
COOKIE, NAMELESS = "zwk_name", "-"
LONGEST_NAME = 60


def _own_name() -> str:
    """The name given in this session, else the one that the browser kept; "" if nobody was asked yet."""
    given = st.session_state.get(_NAME)
    if given is None:
        given = " ".join(unquote(st.context.cookies.get(COOKIE, "")).split())[:LONGEST_NAME]
    return LOCAL.name if given == NAMELESS else str(given)


def ask_name() -> None:
    """Without a login, ask once whom the history shall name; the browser keeps the answer until it is taken back.

    The keys of the buttons are known to kopf.js, which writes and deletes the cookie.
    """
    if seat().person.role != LOCAL.role:
        return
    known = _own_name()
    with st.container(horizontal=True, vertical_alignment="bottom", width=720, key="zwk-wer"):
        if known:
            st.html(f'<p class="zwk-source">Ihre Änderungen stehen im Verlauf unter „{escape(known)}“.</p>')
            st.button("Anderer Name", key="zwk-wer-anders", type="tertiary", on_click=_call_me, args=("",))
            return
        st.text_input("Ihr Name (steht im Verlauf bei Ihren Änderungen)", key=_FIELD, max_chars=LONGEST_NAME)
        st.button("Merken", key="zwk-wer-merken", on_click=lambda: _call_me(st.session_state[_FIELD]))
        st.button("Ohne Namen", key="zwk-wer-ohne", on_click=_call_me, args=(NAMELESS,))


def _call_me(name: str) -> None:
    st.session_state[_NAME] = " ".join(name.split())


def role() -> str:
    """The role of whoever sits here; asks no programme store, so it is known before that stands."""
    how = login_setup()
    if how is None:
        return LOCAL.role
    if how.fault:
        return "oeffentlich"
    # which Kommunen are theirs is not asked here, so none of them is told as unknown
    said = {**st.user.to_dict(), **dict.fromkeys(how.rules.kommunen_claims)}
    return claims.seat_of(said, how.rules, {}, admission.has_ended).person.role


def _advisers() -> dict[str, str | None]:
    # the same for all; read as the public, since the user is not known yet
    with access.asking_as(access.PUBLIC):
        return advisers()


def as_asker(func: Callable[P, R]) -> Callable[P, R]:
    """``func`` with the current user's rights wherever it is called: for threads and downloads on demand."""
    asker = access.current_scope()

    @wraps(func)
    def asking(*args: P.args, **kwargs: P.kwargs) -> R:
        with access.asking_as(asker):
            return func(*args, **kwargs)

    return asking


def admits(roles: Sequence[str], who: str) -> bool:
    """Whether role ``who`` may use a page for ``roles``; anybody may if it names none or there is no login."""
    return not roles or who == LOCAL.role or who in roles


def asking() -> AbstractContextManager[None]:
    """Within the block every ``read`` uses the rights of the session's person, who is looked up once."""
    return access.asking_as(access.scope_of(person()))


def require(roles: Sequence[str], title: str = "") -> Person:
    """The person, if their role is one of ``roles`` (see ``admits``); otherwise the page ends here with a notice."""
    found = seat()
    if admits(roles, found.person.role):
        return found.person
    names = german.listing([access.ROLES[one] for one in claims.STRENGTH if one in roles])
    if title:
        parts.page_header(title)
    ask = "" if found.logged_in else " Bitte melden Sie sich an."
    parts.notice(f"Diese Seite steht nur diesen Rollen offen: {names}.{ask}", kind="warning")
    if not found.logged_in:
        _buttons("seite")
    st.stop()


def status_line() -> None:
    """Without login the line that says so; with one nothing, since every page has ``bar``."""
    if not configured():
        st.html(f'<p class="zwk-source">{escape(NO_LOGIN)}</p>')


def bar() -> None:
    """Who is logged in and the way out, or the way in; nothing without a login."""
    how = login_setup()
    if how is None:
        return
    found = seat()
    with st.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center", key="zwk-anmeldung"):
        if how.fault:
            st.html(
                '<p class="zwk-person">Die Anmeldung ist nicht richtig eingerichtet: Alle sehen die öffentliche '
                "Ansicht. Näheres steht im Protokoll des Servers.</p>"
            )
        elif found.logged_in:
            text = f"Angemeldet: {claims.title(found.person)}"
            st.html(f'<p class="zwk-person">{escape(text)}</p>', width="content")
            st.button("Abmelden", key="abmelden", type="tertiary", on_click=st.logout)
        else:
            _buttons("kopf")
    if found.note:
        parts.notice(found.note, kind="warning")
    elif sign_in.FAILED in st.query_params and not found.logged_in and not how.fault:
        parts.notice(FAILED, kind="warning")


def _buttons(place: str) -> None:
    how = login_setup()
    for provider in how.providers if how else ():
        label = f"Anmelden mit {provider}" if provider and how and len(how.providers) > 1 else "Anmelden"
        st.button(
            label,
            key=f"anmelden-{place}-{provider}",
            type="tertiary" if place == "kopf" else "primary",
            on_click=st.login,
            args=(provider,),
        )
