"""What lets people in: short codes that they read from a wall and type into a phone, and logins that ended before their
time.

A login is a signed cookie that the browser keeps; a copy of it works as long as its signature does. So what has ended
(somebody logged out, or the operator ended those of a person or of everybody) is remembered here, and asked for with
every run of a page. Kept are hashes alone, and no longer than a login can last.
"""

from __future__ import annotations

import json
import secrets
import time
from collections import OrderedDict
from collections.abc import Mapping
from functools import partial
from hashlib import sha256
from typing import Any

from zwk_data import settings
from zwk_data.stores.group_writer import Connection, SmallStore, StoreKind
from zwk_data.stores.small import close_all, opened

#: no vowels, so no words can form; no characters that look alike: B8 D0O Z2 S5 I1L UV
CODE_ALPHABET = "CFGHJKMNPQRTWXY34679"
#: longer than any code; further input is dropped
LONGEST_CODE = 32


def new_code(length: int) -> str:
    """A random code, e.g. ``K7RM3``; of five characters there are 3.2 million, of eight 25.6 billion."""
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(length))


def normalised_code(typed: str) -> str:
    """A typed code in the form in which codes are kept: capitals, without spaces and hyphens."""
    return "".join(sign for sign in typed.upper() if sign.isascii() and sign.isalnum())[:LONGEST_CODE]


FILE = "anmeldung.sqlite"
_SCHEMA = "CREATE TABLE IF NOT EXISTS ended (what TEXT PRIMARY KEY, at DOUBLE PRECISION NOT NULL)"
_UNUSABLE = f"Der Stand der Anmeldungen ({FILE}) lässt sich nicht lesen oder schreiben: {{error}}"
KIND = StoreKind(_SCHEMA, _UNUSABLE, _UNUSABLE)
#: the claims that together stand for one login
_ONE_LOGIN = ("iss", "provider", "sub", "iat", "auth_time", "nonce", "jti", "sid", "at_hash")
EVERYBODY = "alle"
#: seconds for which an answer is reused (another process may have ended a login), and how many
REMEMBERED_SECONDS, REMEMBERED = 2.0, 2000


def _store() -> SmallStore:
    return opened(settings.home() / FILE, KIND)


def login_key(said: Mapping[str, Any]) -> str:
    """What stands for the login that these claims came from."""
    found = json.dumps({name: said.get(name) for name in _ONE_LOGIN}, sort_keys=True, default=str)
    return f"login {sha256(found.encode()).hexdigest()}"


def _person_key(name: str) -> str:
    return f"name {sha256(' '.join(name.split()).casefold().encode()).hexdigest()}"


def end_login(said: Mapping[str, Any]) -> None:
    """From now on the login that these claims came from is worth nothing."""
    _end(login_key(said))


def end_logins_of(name: str) -> None:
    """End all logins of whoever bears this name in the history; they may log in anew."""
    _end(_person_key(name))


def end_all_logins() -> None:
    """End everybody's logins."""
    _end(EVERYBODY)


def _end(what: str) -> None:
    _store().write(partial(_keep, what, time.time()))


def _keep(what: str, at: float, con: Connection) -> None:
    con.execute("INSERT INTO ended VALUES (?, ?) ON CONFLICT (what) DO UPDATE SET at = excluded.at", [what, at])


#: by store, login and name: the store's version, the time of the question, the answer
_recent: OrderedDict[tuple[SmallStore, str, str, float], tuple[int, float, bool]] = OrderedDict()


def has_ended(said: Mapping[str, Any], name: str, issued: float) -> bool:
    """Whether the login of these claims, of a person of this name, ``issued`` then (seconds), has ended early.

    Raises ZwkError if that can't be found out.
    """
    asked = _store()
    key, now = (asked, login_key(said), _person_key(name), issued), time.monotonic()
    if (kept := _recent.get(key)) and kept[0] == asked.version and now - kept[1] < REMEMBERED_SECONDS:
        return kept[2]
    version = asked.version
    rows = asked.read("SELECT what, at FROM ended WHERE what IN (?, ?, ?)", [key[1], key[2], EVERYBODY])
    ended = any(row["what"] == key[1] or row["at"] >= issued for row in rows)
    _recent[key] = version, now, ended
    while len(_recent) > REMEMBERED:
        _recent.popitem(last=False)
    return ended


def forget_before(moment: float) -> int:
    """Forget what ended before ``moment`` (seconds), when no login from then can last any more; returns how many."""
    return _store().write(lambda con: int(con.execute("DELETE FROM ended WHERE at < ?", [moment]).rowcount))


def close() -> None:
    """Close the store (in tests, and when the server stops)."""
    close_all(KIND)
