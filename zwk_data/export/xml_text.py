"""Text as XML can hold it: what people paste may carry signs that no Office file may contain."""

from __future__ import annotations

import re

#: everything that XML 1.0 does not allow: control characters, halves of surrogate pairs, two non-characters
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def xml_text(text: str) -> str:
    """``text`` without what XML forbids; every kind of line end (also Word's soft one) becomes a plain one."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n").replace("\v", "\n")
    return _ILLEGAL.sub("", plain)
