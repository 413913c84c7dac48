"""Turns what the OpenID provider says about somebody into a Person: role, own Kommunen, name for the history."""

from __future__ import annotations

import logging
import math
import re
import time
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from zwk_data.errors import ZwkError
from zwk_data.stores.access import ANYBODY, ROLES, Person

log = logging.getLogger(__name__)
#: from strong to weak: a person with several roles gets the first of these
STRENGTH = ("geschaeftsstelle", "ministerium", "beratung", "kommune")
#: the claims to read unless [zwk.login] names others; {client} is the client_id
ROLE_CLAIMS = ("realm_access.roles", "resource_access.{client}.roles", "roles", "groups")
NAME_CLAIMS = ("name", "preferred_username", "email")
KNOWN_SETTINGS = {"role_claims", "kommunen_claims", "beratung_claims", "name_claims", "hours", "roles"}
NO_ROLE = (
    "Ihrem Zugang ist keine Rolle im ZWK-Monitor zugeordnet. Sie sehen, was alle sehen. "
    "Bitte wenden Sie sich an die Geschäftsstelle."
)
NO_KOMMUNE = (
    "Ihrem Zugang ist keine Kommune zugeordnet. Sie sehen, was das Netzwerk sieht, aber nichts als eigenes. "
    "Bitte wenden Sie sich an die Geschäftsstelle."
)
#: seconds by which the provider's clock may be ahead of ours
SKEW = 300
EXPIRED = "Ihre Anmeldung ist abgelaufen. Bitte melden Sie sich neu an."


@dataclass(frozen=True)
class Rules:
    """The claims that hold roles, Kommunen, adviser and name; ``words``: role -> the provider's name for it.

    ``hours``: how long a login counts, from the claim ``iat``; Streamlit itself keeps it for 30 days.
    """

    role_claims: tuple[str, ...] = ROLE_CLAIMS
    kommunen_claims: tuple[str, ...] = ("zwk_kommunen",)
    beratung_claims: tuple[str, ...] = ("zwk_beratung",)
    name_claims: tuple[str, ...] = NAME_CLAIMS
    hours: float = 12
    words: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: {role: (f"zwk-{role}",) for role in STRENGTH})


@dataclass(frozen=True)
class Seat:
    """Who sits here: the ``person``, whether they are ``logged_in``, and what they should know (German or empty)."""

    person: Person
    logged_in: bool = False
    note: str = ""


def rules(section: Mapping[str, Any], client_id: str = "") -> Rules:
    """The rules from [zwk.login] of secrets.toml. Raises ZwkError for a setting that is unknown or of a wrong kind."""
    unknown = sorted(set(section) - KNOWN_SETTINGS)
    if unknown:
        raise ZwkError(
            f"secrets.toml, Abschnitt [zwk.login]: Die Einstellung „{unknown[0]}“ gibt es nicht. "
            f"Möglich sind {', '.join(sorted(KNOWN_SETTINGS))}."
        )
    paths = {
        name: _setting_texts(name, section[name]) for name in KNOWN_SETTINGS - {"hours", "roles"} if name in section
    }
    hours = section.get("hours", Rules.hours)
    if isinstance(hours, bool) or not isinstance(hours, int | float) or not 0 < hours <= 720:
        raise ZwkError("secrets.toml, Abschnitt [zwk.login]: „hours“ muss eine Zahl über 0 und bis 720 sein.")
    named = section.get("roles", {})
    if not isinstance(named, Mapping) or not set(named) <= set(STRENGTH):
        raise ZwkError(
            f"secrets.toml, Abschnitt [zwk.login.roles]: Möglich sind nur die Rollen {', '.join(STRENGTH)}, jede mit "
            "einer Liste der Namen, die der Anmeldedienst dafür hat."
        )
    words = {
        role: _setting_texts(f"roles.{role}", named[role]) if role in named else (f"zwk-{role}",) for role in STRENGTH
    }
    made = Rules(hours=float(hours), words=words, **paths)
    return replace(made, role_claims=tuple(path.replace("{client}", client_id) for path in made.role_claims))


def _setting_texts(name: str, value: object) -> tuple[str, ...]:
    found = [value] if isinstance(value, str) else value
    if not isinstance(found, Sequence) or not found or not all(isinstance(v, str) and v.strip() for v in found):
        raise ZwkError(f"secrets.toml, Abschnitt [zwk.login]: „{name}“ muss ein Text oder eine Liste von Texten sein.")
    return tuple(found)


def seat_of(
    claims: Mapping[str, Any],
    how: Rules,
    advisers: Mapping[str, str | None],
    has_ended: Callable[[Mapping[str, Any], str, float], bool] = lambda *_: False,
) -> Seat:
    """The person the claims describe. ``advisers``: participant_id -> name of its adviser, or None.

    Whoever is not logged in, was too long ago, or whose login ``has_ended`` (claims, name, time) early, is anybody.
    What can't be read in the claims gives no right.
    """
    if claims.get("is_logged_in") is not True:
        return Seat(ANYBODY)
    name = name_of(claims, how)
    issued = _issued(claims, how)
    if issued is None or has_ended(claims, name, issued):
        return Seat(ANYBODY, note=EXPIRED)
    role = role_of(claims, how)
    if role is None:
        return Seat(Person(name, "oeffentlich"), logged_in=True, note=NO_ROLE)
    own: set[str] = set()
    if role in ("beratung", "kommune"):
        wanted = {t.strip().lower() for path in how.kommunen_claims for t in _pieces(_claim_at(claims, path))}
        for one in sorted(wanted - set(advisers)):
            _tell_unknown(one)
        own = wanted & set(advisers)
    if role == "beratung":
        offices = {_without_case(t) for path in how.beratung_claims for t in _pieces(_claim_at(claims, path), ";")}
        own |= {one for one, adviser in advisers.items() if offices & {_without_case(t) for t in _pieces(adviser, ";")}}
    note = NO_KOMMUNE if role in ("beratung", "kommune") and not own else ""
    return Seat(Person(name, role, tuple(sorted(own))), logged_in=True, note=note)


def _issued(claims: Mapping[str, Any], how: Rules) -> float | None:
    """When the login was made (seconds), if it counts: neither too long ago nor in the future."""
    issued = claims.get("iat")
    if isinstance(issued, bool) or not isinstance(issued, int | float) or not math.isfinite(issued):
        return None
    return float(issued) if -SKEW <= time.time() - issued <= how.hours * 3600 else None


def name_of(claims: Mapping[str, Any], how: Rules) -> str:
    """The name for the history."""
    return next((t for path in how.name_claims for t in _pieces(_claim_at(claims, path), "")), "Ohne Namen")[:200]


def role_of(claims: Mapping[str, Any], how: Rules) -> str | None:
    """The strongest role that the claims name, or None."""
    said = {_without_case(t).removeprefix("/") for path in how.role_claims for t in _pieces(_claim_at(claims, path))}
    return next(
        (role for role in STRENGTH if said & {_without_case(word).removeprefix("/") for word in how.words[role]}), None
    )


def title(person: Person) -> str:
    """„Erika Beispiel (Geschäftsstelle)“."""
    return f"{person.name} ({ROLES[person.role]})"


def _claim_at(claims: object, path: str) -> object:
    """The claim at a dotted ``path``; names may hold dots themselves (addresses, client ids)."""
    if not isinstance(claims, Mapping):
        return None
    if path in claims:
        return claims[path]
    for dot in (i for i, sign in enumerate(path) if sign == "."):
        found = _claim_at(claims.get(path[:dot]), path[dot + 1 :])
        if found is not None:
            return found
    return None


def _pieces(value: object, signs: str = ",;") -> list[str]:
    """The parts of a text, or of each in a list, split at ``signs``; none for any other value."""
    found = value if isinstance(value, list | tuple) else [value]
    texts = [one for one in found if isinstance(one, str)]
    pieces = [piece for one in texts for piece in (re.split(f"[{signs}]", one) if signs else [one])]
    return [" ".join(piece.split()) for piece in pieces if piece.strip()]


def _without_case(text: str) -> str:
    """Without case, and with umlauts written out: „ZWK-Geschäftsstelle“ is „zwk-geschaeftsstelle“."""
    plain = unicodedata.normalize("NFC", text).casefold()
    return plain.replace("ä", "ae").replace("ö", "oe").replace("ü", "ue").strip()


@lru_cache(maxsize=256)
def _tell_unknown(participant_id: str) -> None:
    # once for each, not with every click
    log.warning("Anmeldung: Die Kommune „%s“ im Zugang gibt es nicht; sie wird übergangen.", participant_id[:80])
