"""Sessions as phones see them: remembered for a moment, because sixty phones ask for the same one.

Every question to the store costs the server's one thread a wait when a page is being made beside it. What is
remembered is at most a second old, and forgotten at once when this process changes a session. Votes do not rely on it:
whether one counts is decided by the store itself.
"""

from __future__ import annotations

import time
from collections import OrderedDict

from zwk_data.room import sessions
from zwk_data.room.sessions import Field, Session
from zwk_data.room.store import store

#: seconds that an answer holds (another process may have changed the session), sessions remembered
HOLDS, MOST = 1.0, 50
_known: OrderedDict[tuple[int, str], tuple[int, float, Session, list[Field]]] = OrderedDict()


def recent_by_code(code: str) -> tuple[Session, list[Field]] | None:
    """The session of a code with its Handlungsfelder, as ``sessions.by_code``; a code that nobody has is not kept."""
    asked = store()
    key = (id(asked), code)
    kept = _known.get(key)
    if kept and kept[0] == asked.version and time.monotonic() - kept[1] < HOLDS:
        return kept[2], kept[3]
    version, now = asked.version, time.monotonic()
    found = sessions.by_code(code)
    if found is None:
        return None
    fields = sessions.fields(found.session_id)
    _known[key] = (version, now, found, fields)
    while len(_known) > MOST:
        _known.popitem(last=False)
    return found, fields
