"""Finds the key of a record from its name, however it is spelt, for fields that refer to other records."""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from functools import cached_property
from typing import Any

from zwk_data import german
from zwk_data.schema.cells import Reading, containing, fold, near, plain
from zwk_data.schema.tables import TABLES
from zwk_data.schema.words import LAENDER

_TOWN = (
    *("stadt", "stadtverwaltung", "hansestadt", "grosse kreisstadt", "kreisstadt", "landeshauptstadt"),
    *("universitaetsstadt", "bergstadt", "kurstadt", "loessstadt"),
)
_VILLAGE = ("gemeinde", "gemeindeverwaltung", "ortsgemeinde", "markt", "gde", "gem", "einheitsgemeinde", "m")
_DISTRICT = ("landkreis", "lk", "kreis", "kreisverwaltung", "landratsamt", "lkr")
_UNION = ("samtgemeinde", "verbandsgemeinde", "verwaltungsgemeinschaft", "amt", "sg", "vg")
#: kind of a participant -> words that may come before or after its name
_CLASS = {
    "gemeinde": _VILLAGE,
    "stadt": _TOWN,
    "kreisfreie_stadt": (*_TOWN, "kreisfreie stadt"),
    "quartier": (*_TOWN, "kreisfreie stadt"),
    "landkreis": _DISTRICT,
    "gemeindeverband": _UNION,
    "zusammenschluss": (),
}
#: word -> its class of places; a place is never taken for one of another class
_GROUPS = {
    **dict.fromkeys((*_TOWN, *_VILLAGE, "kreisfreie stadt"), "local"),
    **dict.fromkeys(_DISTRICT, "district"),
    **dict.fromkeys(_UNION, "union"),
}
_GROUP_OF_KIND = {kind: _GROUPS[words[0]] for kind, words in _CLASS.items() if words}
#: folded name or abbreviation of a Land -> its name
_LANDS = {fold(name): name for name in LAENDER} | {
    short: name for name, shorts in LAENDER.items() for short in shorts.split("|")
}
_IN_LAND = re.compile(r"(?P<name>.+?)\s*(?:\((?P<bracket>[^()]+)\)|[,/]\s*(?P<behind>[^,/]+))")
#: how much more similar the best match must be than the next, and how similar to be accepted in bulk
_MARGIN, _LIKELY = 0.08, 0.85
#: a misspelt name is compared with all others only up to this many
_FEW = 500
#: how similar a name must be to be proposed; titles of measures are longer and share many words
_NEAR, _NEAR_TITLE = 0.78, 0.9

Rows = Mapping[str, Mapping[str, Any]]


class TableNames:
    """The records of one table by name. ``labels``: key -> the name they are shown with, no two alike.

    ``sure``: key -> other names that mean it; ``likely``: names that may mean it. ``renamed``: key -> the label it
    has in a list that gives it another name.
    """

    def __init__(
        self,
        noun: str,
        labels: Mapping[str, str],
        sure: Mapping[str, Iterable[str]] | None = None,
        likely: Mapping[str, Iterable[str]] | None = None,
        renamed: Mapping[str, str] | None = None,
        at_least: float = _NEAR,
    ) -> None:
        self.noun, self.labels, self._renamed = noun, dict(labels), renamed or {}
        self._sure, self._likely = sure or {}, likely or {}
        self._at_least = at_least
        #: results so far, since lists repeat the same names
        self._known: dict[str, Reading | ValueError] = {}

    def label(self, key: object) -> str:
        """The name a key is shown with; an unknown key as it is."""
        return self.labels.get(str(key), str(key))

    def find(self, text: str) -> Reading:
        """The key that a name means, as a proposal if that is not sure. Raises ValueError if it means none, or many."""
        found = self._known.get(text)
        if found is None:
            try:
                found = self._key_of(text)
            except ValueError as error:
                found = error
            self._known[text] = found
        if isinstance(found, ValueError):
            raise ValueError(str(found))
        return found

    def is_label(self, text: object) -> bool:
        """Is a record shown with exactly this name?"""
        return text in self._by_label

    def held_in(self, text: str) -> set[str]:
        """The keys of the records whose name occurs in a longer text as whole words; the longer of two names counts."""
        known = {name: name for name in self._by_name if len(name) > 3}
        return set().union(*(self._by_name[name] for name in containing(_tight(text), known)))

    @cached_property
    def _by_label(self) -> dict[str, str]:
        both = (*self._renamed.items(), *self.labels.items())
        return {str(plain(label) or ""): key for key, label in both}

    @cached_property
    def _by_name(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = defaultdict(set)
        for key, label in self.labels.items():
            for name in (label, key, *self._sure.get(key, ())):
                found[_tight(name)].add(key)
        for key, label in self._renamed.items():
            found[_tight(label)].add(key)
        return found

    @cached_property
    def _by_guess(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = defaultdict(set)
        for key, names in self._likely.items():
            for name in names:
                found[_tight(name)].add(key)
        return found

    @cached_property
    def _by_word(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = defaultdict(set)
        for name in (*self._by_name, *self._by_guess):
            for word in name.split():
                found[word].add(name)
        return found

    def _key_of(self, text: str) -> Reading:
        if text in self._by_label:
            return Reading(self._by_label[text])
        marked = re.search(r"\[([^\[\]]+)\]$", text)
        for key in (text, marked[1] if marked else text):
            if key in self.labels:
                return Reading(key)
        said = _tight(text)
        keys = self._by_name.get(said, set()) if said else set()
        if len(keys) == 1:
            return Reading(next(iter(keys)))
        if keys:
            shown = sorted(self.label(key) for key in keys)
            more = f" und {len(shown) - 3} weitere" if len(shown) > 3 else ""
            raise ValueError(
                f"„{text}“ kann mehreres meinen: {', '.join(f'„{one}“' for one in shown[:3])}{more}. Bitte genau so "
                "schreiben."
            )
        key, likely = self._guess(said)
        if key is None:
            raise ValueError(f"„{text}“ ist in der Liste „{self.noun}“ nicht zu finden.")
        return Reading(key, f"„{text}“ ist nicht eindeutig; vorgeschlagen wird „{self.label(key)}“.", likely)

    def _guess(self, said: str) -> tuple[str | None, bool]:
        """The key that a name may mean, and whether nothing else comes near."""
        if not said:
            return None, False
        guessed = self._by_guess.get(said, set())
        if guessed:
            return (next(iter(guessed)) if len(guessed) == 1 else None), False
        return self._holding(said) or self._nearest(said), False

    def _holding(self, said: str) -> str | None:
        """The only record whose name holds all words of ``said``."""
        words = set(said.split())
        sets = [self._by_word[word] for word in words if word in self._by_word]
        if len(sets) == len(words):
            holding = set.intersection(*sets)
            keys = {key for name in holding for key in (self._by_name.get(name) or self._by_guess[name])}
            if len(keys) == 1:
                return next(iter(keys))
        return None

    def _nearest(self, said: str) -> str | None:
        sets = [self._by_word[word] for word in said.split() if word in self._by_word]
        few = len(self._by_name) <= _FEW
        candidates = {*self._by_name, *self._by_guess} if few else set().union(*sets) if sets else set()
        close = near(said, sorted(candidates)[:_FEW] if not few else candidates, self._at_least)
        if close is None:
            return None
        keys = self._by_name.get(close) or self._by_guess[close]
        return next(iter(keys)) if len(keys) == 1 else None


def _tight(text: str) -> str:
    """Folded, without the words that are left out or written in two ways."""
    return " ".join(word for word in fold(text).split() if word not in ("und", "u")) or fold(text)


class _Kommunen(TableNames):
    """Names of Kommunen: a misspelt one is looked for among those of its class, never a place that there is elsewhere.

    ``cores``: key -> name without the word for its class; ``elsewhere``: names of all other places of Germany.
    """

    def __init__(self, rows: Rows, cores: Mapping[str, str], elsewhere: Collection[str], **names: Any) -> None:
        super().__init__(TABLES["participant"].plural, {key: str(row["name"]) for key, row in rows.items()}, **names)
        self._rows, self._cores, self._elsewhere = rows, cores, elsewhere

    def _key_of(self, text: str) -> Reading:
        match = _IN_LAND.fullmatch(text)
        land = _LANDS.get(fold(match["bracket"] or match["behind"])) if match else None
        if match is None or land is None:
            return super()._key_of(text)
        found = super()._key_of(match["name"])
        if land not in str(self._rows[found.value].get("land") or land):
            raise ValueError(f"„{text}“ ist in der Liste „{self.noun}“ nicht zu finden.")
        return found

    def _guess(self, said: str) -> tuple[str | None, bool]:
        guessed = self._by_guess.get(said, set())
        if guessed:
            return (next(iter(guessed)) if len(guessed) == 1 else None), False
        core, group = without_class(said)
        if not core or core in self._elsewhere:
            return None, False
        held = None if group else self._holding(said)
        if held:
            return held, False
        ratios = sorted(
            (
                (difflib.SequenceMatcher(None, core, other).ratio(), key)
                for key, other in self._cores.items()
                if key in self._rows and group in ("", _GROUP_OF_KIND.get(str(self._rows[key]["kind"]), group))
            ),
            reverse=True,
        )
        if not ratios or ratios[0][0] < max(self._at_least, 0.85 if len(core) < 5 else 0.0):
            return None, False
        if len(ratios) > 1 and ratios[0][0] - ratios[1][0] < _MARGIN:
            return None, False
        return ratios[0][1], ratios[0][0] >= _LIKELY


def without_class(said: str) -> tuple[str, str]:
    """A folded name without „Stadt“, „Landkreis“ … before or behind it, and the group of that word ("" without any).

    >>> without_class("stadt dueren"), without_class("dueren kreis"), without_class("riesa")
    (('dueren', 'local'), ('dueren', 'district'), ('riesa', ''))
    """
    for word in sorted(_GROUPS, key=len, reverse=True):
        if said.startswith(f"{word} "):
            return said.removeprefix(f"{word} "), _GROUPS[word]
        if said.endswith(f" {word}"):
            return said.removesuffix(f" {word}"), _GROUPS[word]
    return said, ""


def participants(rows: Rows, renamed: Rows, elsewhere: Collection[str] = ()) -> TableNames:
    """Names of Kommunen from key -> name, kind, quarter, land: with and without „Stadt“, „Gemeinde“, „LK“ …

    A Landkreis without such a word is only likely: a town may have the same name. ``elsewhere``: folded names of the
    places of Germany, without the words for their class.
    """
    sure: dict[str, list[str]] = {}
    likely: dict[str, list[str]] = {}
    cores: dict[str, str] = {}
    for key, row in rows.items():
        kind, name, quarter = row["kind"], str(row["name"]), row.get("quarter") or ""
        words = _CLASS.get(kind, ())
        folded = fold(name)
        core = folded
        for word in sorted(words, key=len, reverse=True):
            core = core.removeprefix(f"{word} ")
        spelled = [f"{word} {core}" for word in words] + [f"{core} {word}" for word in words]
        maybe = [re.split(r"[/(]", name)[0]] if re.search(r"[/(]", name) else []
        if kind == "landkreis" and core != folded:
            maybe.append(core)
        else:
            spelled.append(core)
        if quarter:
            short = re.split(r"[,(]", quarter)[0]
            spelled += [quarter, f"{name} {quarter}"]
            maybe += [short, f"{name} {short}"] if short != quarter else []
        if kind == "gemeinde":
            maybe += [f"stadt {core}"]
        elif kind in ("stadt", "kreisfreie_stadt"):
            maybe += [f"gemeinde {core}"]
        sure[key], likely[key], cores[key] = spelled, maybe, core
    others = {key: str(row["name"]) for key, row in renamed.items()}
    return _Kommunen(rows, cores, elsewhere, sure=sure, likely=likely, renamed=others)


def measures(rows: Rows, renamed: Rows, kommunen: TableNames) -> TableNames:
    """Names of measures from key -> title, participant_id: „Dorfladen (Riesa)“, or the title if only one has it."""
    labels = {key: f"{row['title']} ({kommunen.label(row['participant_id'])})" for key, row in rows.items()}
    sure = {
        key: (row["title"], labels[key], f"{kommunen.label(row['participant_id'])} {row['title']}")
        for key, row in rows.items()
    }
    others = {key: f"{row['title']} ({kommunen.label(row['participant_id'])})" for key, row in renamed.items()}
    return TableNames(TABLES["measure"].plural, _unlike(labels), sure, renamed=others, at_least=_NEAR_TITLE)


def reviews(rows: Rows, renamed: Rows, kommunen: TableNames) -> TableNames:
    """Names of Zwischenbilanzen from key -> held_on, participant_id: „Riesa, 12.03.2024“; maybe the Kommune alone."""
    labels = {key: review_label(kommunen.label(row["participant_id"]), row["held_on"]) for key, row in rows.items()}
    sure = {
        key: (f"{kommunen.label(row['participant_id'])} {row['held_on']}", f"Zwischenbilanz {labels[key]}")
        for key, row in rows.items()
    }
    likely = {key: (kommunen.label(row["participant_id"]),) for key, row in rows.items()}
    others = {key: review_label(kommunen.label(row["participant_id"]), row["held_on"]) for key, row in renamed.items()}
    # a date with one digit changed is another date, not a misspelling
    return TableNames(TABLES["review"].plural, _unlike(labels), sure, likely, others, at_least=1.0)


def review_label(kommune: str, held_on: date | None) -> str:
    """What a Zwischenbilanz is called."""
    return f"{kommune}, {german.day(held_on)}"


def titled(table: str, rows: Rows, renamed: Rows) -> TableNames:
    """Names of the records of a table that has one naming column."""
    title = TABLES[table].title
    others = {key: str(row[title]) for key, row in renamed.items()}
    return TableNames(TABLES[table].plural, _unlike({k: str(row[title]) for k, row in rows.items()}), renamed=others)


def _unlike(labels: Mapping[str, str]) -> dict[str, str]:
    """Append the key to labels that several records share."""
    shared: dict[str, int] = defaultdict(int)
    for label in labels.values():
        shared[str(plain(label))] += 1
    return {key: f"{label} [{key}]" if shared[str(plain(label))] > 1 else label for key, label in labels.items()}
