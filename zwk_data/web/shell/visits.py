"""When this browser was here before: one cookie with two days, so that a page can say what is new since.

It holds the day of this visit and that of the one before. All visits of one day are one.
"""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date
from http.cookies import SimpleCookie

NAME = "zwk_besuch"
_YEAR = 365 * 86_400
_VALUE = re.compile(r"(\d{4}-\d\d-\d\d)?\.(\d{4}-\d\d-\d\d)")


def last_visit(value: object) -> date | None:
    """The day of the visit before this one, from the cookie's value; None if there was none."""
    match = _VALUE.fullmatch(value) if isinstance(value, str) else None
    with suppress(ValueError):
        return date.fromisoformat(match[1]) if match and match[1] else None
    return None


def noted(header: str, today: date) -> str:
    """The Set-Cookie header for a visit on ``today``, from the request's Cookie header; "" if nothing changes."""
    cookies: SimpleCookie = SimpleCookie()
    with suppress(Exception):  # a broken cookie must not break the answer
        cookies.load(header)
    before = cookies[NAME].value if NAME in cookies else ""
    match = _VALUE.fullmatch(before)
    if match and match[2] == f"{today}":
        return ""
    value = f"{match[2] if match else ''}.{today}"
    return f"{NAME}={value}; Path=/; Max-Age={_YEAR}; HttpOnly; SameSite=Lax"
