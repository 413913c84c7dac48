"""Bytes to German text, whatever program wrote them: Windows, Macintosh, DOS, and files in which one line is foreign.

A file says nothing of its encoding, and any bytes are valid in most of them. So each candidate is judged by what it
makes of German words: „für“ is one, „fŸr“ and „f³r“ are none.
"""

from __future__ import annotations

from dataclasses import dataclass

_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
#: the encodings of one byte a letter that German programs write, with what people call them
_NAMES = {"cp1252": "Windows", "iso8859_15": "ISO 8859-15", "mac_roman": "Macintosh", "cp850": "DOS"}
_ACCENTED = frozenset("áàâéèêëíìîïóòôúùûçñåæøÉÀÈ")
_SIGNS = frozenset("„“”‚‘’–—…•·€§°²³½¼¾«»©®×\u00a0\u00ad")
#: by how much the best reading must beat the next to be sure
_CLEAR = 2


@dataclass(frozen=True)
class Decoded:
    """The text, lines ended by ``\\n``; what people call its encoding; and the lines (from 1) that are not sure."""

    text: str
    name: str
    unsure: frozenset[int] = frozenset()


def decode(content: bytes) -> Decoded:
    """The text of a file. Raises UnicodeDecodeError for marked UTF-16 that is none.

    >>> decode("für".encode("mac_roman")).text, decode("für".encode("cp850")).text, decode("für".encode()).text
    ('für', 'für', 'für')
    """
    for mark, encoding in _BOMS:
        if content.startswith(mark) and encoding == "utf-16":
            return Decoded(_lines_ended(content.decode(encoding)), "Unicode")
    try:
        return Decoded(_lines_ended(content.decode("utf-8-sig")), "Unicode")
    except UnicodeDecodeError:
        pass
    lines = content.removeprefix(_BOMS[0][0]).replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
    foreign = [place for place, line in enumerate(lines) if not _is_unicode(line)]
    unicode = [place for place, line in enumerate(lines) if not line.isascii() and _is_unicode(line)]
    encoding, clear = _best(b"\n".join(lines[place] for place in foreign))
    odd = set(foreign if len(foreign) <= len(unicode) else unicode) | (set() if clear else set(foreign))
    others = frozenset(foreign)
    text = [line.decode(encoding if place in others else "utf-8", "replace") for place, line in enumerate(lines)]
    return Decoded("\n".join(text), _NAMES[encoding], frozenset(place + 1 for place in odd))


def repaired(text: str) -> str | None:
    """What a text was before UTF-8 was taken for Windows' encoding („fÃ¼r“), None if that never happened to it.

    >>> repaired("MaÃŸnahme fÃ¼r alle"), repaired("Maßnahme")
    ('Maßnahme für alle', None)
    """
    if "Ã" not in text and "â€" not in text and "Â" not in text:
        return None
    for encoding in ("cp1252", "latin-1"):
        try:
            return text.encode(encoding).decode("utf-8")
        except UnicodeError:
            continue
    return None


def _lines_ended(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _is_unicode(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _best(content: bytes) -> tuple[str, bool]:
    """The encoding that makes the most German of the bytes, and whether it is clearly that one."""
    texts = {encoding: content[:200_000].decode(encoding, "replace") for encoding in _NAMES}
    worth = {encoding: _worth(text) for encoding, text in texts.items()}
    best = max(_NAMES, key=lambda encoding: worth[encoding])
    next_best = max((worth[one] for one in _NAMES if texts[one] != texts[best]), default=worth[best] - _CLEAR)
    return best, worth[best] - next_best >= _CLEAR


def _worth(text: str) -> int:
    padded = f" {text} "
    return sum(
        _worth_of(padded[place - 1], sign, padded[place + 1])
        for place, sign in enumerate(padded)
        if sign > "\x7f" and 0 < place < len(padded) - 1
    )


def _worth_of(before: str, sign: str, after: str) -> int:
    """How probable a sign is between its neighbours, from -3 to 3."""
    beside = before.isalpha() or after.isalpha()
    if sign in "äöüß":
        return (-2 if after.isupper() and sign != "ß" else 3) if beside else -1
    if sign in "ÄÖÜ":
        return 3 if not (before.isalpha() and before.islower()) and beside else -2
    if sign in _ACCENTED:
        return 1 if beside and not (sign.isupper() and before.islower()) else -3
    if sign in _SIGNS:
        return -3 if before.isalpha() and after.isalpha() and sign not in "’–·\u00ad\u00a0" else 1
    return -3
