"""One search over all there is to find: Kommunen, places, themes, indicators, measures, good practice and tools.

Every word asked for must be found: as a word, as the beginning of one, inside one, or as one with a typing error.
Umlauts may be written out or left away. Whoever may not see a record does not find it.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log10

from zwk_data.demography.indicators import indicators
from zwk_data.profile.places import participants_places, places, plain
from zwk_data.programme import advice, participants, themes
from zwk_data.stores.connection import read
from zwk_data.stores.memo import remembered

#: kind of what is found -> how much it comes before others that fit as well
KINDS = {
    "kommune": 0.35,
    "seite": 0.3,
    "handbuch": 0.0,
    "thema": 0.25,
    "kennzahl": 0.2,
    "werkzeug": 0.1,
    "praxis": 0.05,
    "massnahme": 0.05,
    "gebiet": 0.0,
}
#: the most letters that count, and how many are shown
LONGEST, MOST = 80, 10
#: what a word is worth that is exactly there, begins so, holds it, or differs by a typing error
EXACT, BEGINS, HOLDS, MISTYPED = 1.0, 0.9, 0.55, 0.5
#: a word of what is only said about an entry is worth less than one of its name
BESIDE = 0.6
#: shorter words are too alike to be mistyped
SHORTEST_MISTYPED = 4
#: a typing error in short words, two in longer ones
TWO_FAULTS = 8
ABBREVIATED = {"lk": "landkreis", "lkr": "landkreis", "sg": "samtgemeinde", "vg": "verbandsgemeinde"}
_WRITTEN_OUT = str.maketrans({"æ": "ae", "œ": "oe", "ø": "o", "ł": "l"})


@dataclass(frozen=True)
class Findable:
    """What can be found: ``kind`` of KINDS, its ``key`` there, ``title``, what it is (``detail``), whose it is.

    ``people``: of two places of one name the larger comes first; ``also``: further words that lead to it.
    """

    kind: str
    key: str
    title: str
    detail: str = ""
    participant_id: str = ""
    people: float = 0.0
    also: str = ""


def folded(text: str) -> list[str]:
    """The words of a text as they are compared: ``Mühlhausen/Thür.``, ``muehlhausen`` -> ``muhlhausen``, ``thur``."""
    written = plain(text.translate(_WRITTEN_OUT))
    for two, one in (("ae", "a"), ("oe", "o"), ("ue", "u")):
        written = written.replace(two, one)
    return re.findall(r"[^\W_]+", written)


class Index:
    """Finds entries by words."""

    def __init__(self, entries: Sequence[Findable]) -> None:
        self.entries = tuple(entries)
        self.titles = [" ".join(folded(entry.title)) for entry in self.entries]
        by_word: dict[str, dict[int, float]] = defaultdict(dict)
        for number, entry in enumerate(self.entries):
            for word in folded(f"{entry.detail} {entry.also}"):
                by_word[word][number] = BESIDE
            for word in folded(entry.title):
                by_word[word][number] = 1.0
        self.by_word = dict(by_word)
        self.words = sorted(self.by_word)
        #: what a typing error leaves: the pairs of letters of each word that may have one
        self.pairs = {word: _pairs(word) for word in self.words if word.isalpha()}

    def find(self, text: str, most: int = MOST) -> list[tuple[float, Findable]]:
        """The best ``most`` entries that hold every word of ``text``, each with what it is worth, the best first."""
        words = [ABBREVIATED.get(word, word) for word in folded(text[:LONGEST])]
        if not words:
            return []
        found = self._holding(words[0])
        for word in words[1:]:
            more = self._holding(word)
            found = {number: worth + more[number] for number, worth in found.items() if number in more}
        asked = " ".join(words)
        ranked = [(self._worth(number, worth / len(words), asked), number) for number, worth in found.items()]
        best = sorted(ranked, key=lambda pair: (-pair[0], len(self.titles[pair[1]]), self.titles[pair[1]]))[:most]
        return [(worth, self.entries[number]) for worth, number in best]

    def _worth(self, number: int, worth: float, asked: str) -> float:
        entry, title = self.entries[number], self.titles[number]
        whole = 0.5 if title == asked else 0.25 if title.startswith(asked) else 0.0
        return worth + whole + KINDS[entry.kind] + (log10(entry.people) / 20 if entry.people > 1 else 0)

    def _holding(self, word: str) -> dict[int, float]:
        """Number of an entry -> what the word is worth in it."""
        alike = {one: HOLDS for one in self.words if word in one} if len(word) >= SHORTEST_MISTYPED else {}
        begins = self._beginning(word)
        alike |= dict.fromkeys(begins, BEGINS)
        if word in self.by_word:
            alike[word] = EXACT
        if not begins and len(word) >= SHORTEST_MISTYPED:
            alike = self._mistyped(word) | alike
        found: dict[int, float] = {}
        for one, worth in alike.items():
            for number, weight in self.by_word[one].items():
                found[number] = max(found.get(number, 0.0), worth * weight)
        return found

    def _beginning(self, word: str) -> list[str]:
        first = bisect_left(self.words, word)
        return self.words[first : bisect_left(self.words, word + chr(0x10FFFF), lo=first)]

    def _mistyped(self, word: str) -> dict[str, float]:
        """Words that are ``word`` but for a typing error or two; the last may still be on its way."""
        faults = 2 if len(word) >= TWO_FAULTS else 1
        own = _pairs(word)
        # a fault costs three pairs at most
        alike = [one for one, pairs in self.pairs.items() if len(own & pairs) >= max(1, len(own) - 3 * faults)]
        near = read(
            """
            SELECT one, least(damerau_levenshtein(one, $word), 0.5 + damerau_levenshtein(one[:length($word)], $word))
                   AS faults
            FROM (SELECT unnest($words::VARCHAR[]) AS one) WHERE faults <= $faults + 0.5
            """,
            {"word": word, "words": alike, "faults": faults},
        )
        return {one: MISTYPED - 0.1 * count for one, count in near.itertuples(index=False, name=None)}


def _pairs(word: str) -> frozenset[str]:
    return frozenset(map("".join, pairwise(f" {word}")))


def find(text: str, most: int = MOST, more: Index | None = None) -> list[Findable]:
    """The best ``most`` entries that whoever asks may find, and those of ``more``."""
    indexes = [programme(), germany(), *([more] if more else [])]
    found = [pair for one in indexes for pair in one.find(text, most)]
    return [entry for _, entry in sorted(found, key=lambda pair: -pair[0])[:most]]


@remembered(entries=8)
def programme() -> Index:
    """The Kommunen, what they work on, and the figures."""
    return Index([*_kommunen(), *_themes_and_figures(), *_work()])


@remembered(entries=2)
def germany() -> Index:
    """All places of Germany, but for those that take part themselves: they stand among the Kommunen."""
    frame, own = places(), set(participants_places())
    where = frame["label"].str.partition(" · ")[2]
    rows = zip(*(one.tolist() for one in (frame.index, frame["full"], where, frame["people"])), strict=True)
    return Index(
        [Findable("gebiet", key, name, kind, people=size, also=key) for key, name, kind, size in rows if key not in own]
    )


def _kommunen() -> Iterable[Findable]:
    columns = ["participant_id", "name", "kind_de", "land"]
    keys = {participant: key for key, participant in participants_places().items()}
    for key, name, kind, land in participants.participants()[columns].itertuples(index=False, name=None):
        yield Findable(
            "kommune", key, name, f"{kind} in {land.replace('/', ' und ')}, nimmt teil", key, also=keys.get(key, "")
        )


def _themes_and_figures() -> Iterable[Findable]:
    for key, name, toolkit in themes.themes()[["theme_id", "name_de", "toolkit"]].itertuples(index=False, name=None):
        yield Findable("thema", key, name, "Thema des Werkzeugkoffers" if toolkit else "weiteres Thema der Kommunen")
    for key, one in indicators().items():
        yield Findable("kennzahl", key, one.name, f"Kennzahl in {one.unit}" if one.unit else "Kennzahl")


def _work() -> Iterable[Findable]:
    names = participants.names()
    measures = read("SELECT measure_id, participant_id, title FROM measure ORDER BY measure_id")
    for key, participant, title in measures.itertuples(index=False, name=None):
        yield Findable("massnahme", key, title, f"Maßnahme, {names[participant]}", participant)
    columns = ["practice_id", "participant_id", "title"]
    for key, participant, title in advice.practices()[columns].itertuples(index=False, name=None):
        yield Findable("praxis", key, title, f"gute Praxis, {names[participant]}", participant)
    for key, title in advice.tools()[["tool_id", "title"]].itertuples(index=False, name=None):
        yield Findable("werkzeug", key, title, "Werkzeug")
