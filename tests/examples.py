"""How many examples a property test draws.

A run draws few: others each time by hand, the same ones in the gate. ``ZWK_EXAMPLES=10 pytest tests/sources`` draws ten
times as many, as after a change to a reader.
"""

from __future__ import annotations

import os

TIMES = int(os.environ.get("ZWK_EXAMPLES", "1"))


def examples(few: int) -> int:
    """``few``, or as many times more as ``ZWK_EXAMPLES`` says."""
    return few * TIMES
