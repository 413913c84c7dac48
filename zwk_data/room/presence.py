"""How many phones are there: counted in memory only, each for some minutes after it was last heard of."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict

#: a phone in a pocket asks no more, and is there all the same
KEPT_SECONDS = 600
#: phones of a session, sessions: beyond these the longest silent are forgotten
MOST, MOST_SESSIONS = 2000, 50


class Presence:
    """Thread-safe; ``device`` is any word that tells phones apart."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: OrderedDict[str, OrderedDict[str, float]] = OrderedDict()

    def here(self, session_id: str, device: str) -> None:
        """A phone has been heard of."""
        with self._lock:
            devices = self._seen.setdefault(session_id, OrderedDict())
            devices[device] = time.monotonic()
            devices.move_to_end(device)
            if len(devices) > MOST:
                devices.popitem(last=False)
            self._seen.move_to_end(session_id)
            if len(self._seen) > MOST_SESSIONS:
                self._seen.popitem(last=False)

    def knows(self, session_id: str, device: str) -> bool:
        """Has this phone been heard of?"""
        with self._lock:
            return device in self._seen.get(session_id, {})

    def number(self, session_id: str) -> int:
        """How many phones have been heard of lately."""
        oldest = time.monotonic() - KEPT_SECONDS
        with self._lock:
            devices = self._seen.get(session_id, OrderedDict())
            while devices and next(iter(devices.values())) < oldest:
                devices.popitem(last=False)
            return len(devices)


presence = Presence()
