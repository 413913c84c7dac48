"""Every place that has a Kommunalprofil: all Gemeinden, Verbände and Kreise of today, and participants.

A kreisfreie Stadt is one place, a Kreis: its Gemeinde has the same people. An alliance of participants is a place of
its own, made of its Gemeinden.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

import pandas as pd

from zwk_data.demography import areas, features
from zwk_data.demography.areas import BUND, SMALL, Area
from zwk_data.errors import ZwkError
from zwk_data.german import listing
from zwk_data.stores.connection import read
from zwk_data.stores.memo import remembered

#: an alliance of Gemeinden that is no official area
ALLIANCE = "zusammenschluss"


@dataclass(frozen=True)
class Place:
    """A place: ``key`` (area key, or the participant_id of an alliance), ``level`` (gemeinde, verband, kreis,
    zusammenschluss), ``kind`` („Stadt“, „Landkreis“ …), ``name`` without its kind, ``full`` with it, ``members`` (keys
    of its inhabited Gemeinden).

    ``around``: its Verband, Kreise, Länder and the Bund, from near to far; ``people`` on 31.12.2023.
    """

    key: str
    level: str
    kind: str
    name: str
    full: str
    people: float
    members: tuple[str, ...]
    around: tuple[Area, ...]
    participant_id: str | None = None

    @property
    def is_small(self) -> bool:
        """Do fewer than 1,000 people live there?"""
        return self.people < SMALL

    @property
    def is_city(self) -> bool:
        """Is it a kreisfreie Stadt?"""
        return self.level == "kreis" and self.key in features.single_cities()

    @property
    def described(self) -> str:
        """„Stadt in Sachsen, Landkreis Meißen“."""
        laender = [one.name for one in self.around if one.level == "land"]
        where = areas.in_land(laender[0]) if len(laender) == 1 else f"in {listing(laender)}"
        more = [one.name for one in self.around if one.level in ("kreis", "verband")]
        return ", ".join([f"{self.kind} {where}", *more])

    def area(self, level: str) -> tuple[Area, ...]:
        """The areas of a level around it."""
        return tuple(one for one in self.around if one.level == level)


@remembered(entries=2)
def places() -> pd.DataFrame:
    """All official places by key, in the order of their names.

    Columns: level, kind, name, full, land (name), kreis (name of the Kreis, empty for Kreise), people, verband (key or
    empty), label (for a list), found_by (plain letters to search in).
    """
    frame = read(
        """
        WITH people AS (
            SELECT area_key, level, value FROM observation_today
            WHERE indicator_id = 'population' AND year = 2023 AND sex = 'total' AND age_group = 'total' AND value > 0
        )
        SELECT a.area_key AS key, a.level, a.name, p.value AS people,
               CASE WHEN NOT v.alone THEN v.verband_key END AS verband
        FROM area a JOIN people p USING (area_key, level) LEFT JOIN verband_of v USING (area_key)
        WHERE a.level IN ('gemeinde', 'verband', 'kreis') AND a.valid_to IS NULL
          AND NOT (a.level = 'gemeinde' AND a.area_key LIKE '%000')
        """
    ).set_index("key")
    laender = areas.names("laender")
    kreise = frame[frame["level"] == "kreis"]
    kreis_names = {key: _kreis(str(key), name) for key, name in kreise["name"].items()}
    # as lists: pandas hands out texts one by one twelve times as slowly
    keys, levels, names = frame.index.tolist(), frame["level"].tolist(), frame["name"].tolist()
    rows = list(zip(keys, levels, names, strict=True))
    frame["land"] = laender.reindex(frame.index.str[:2]).array
    frame["kreis"] = ["" if level == "kreis" else kreis_names[key[:5]] for key, level, _ in rows]
    frame["full"] = [
        kreis_names[key] if level == "kreis" else areas.verband_name(key, name) if level == "verband" else _bare(name)
        for key, level, name in rows
    ]
    frame["kind"] = [_kind(*row) for row in rows]
    frame["name"] = [_bare(name) for name in names]
    frame["verband"] = frame["verband"].fillna("")
    where = frame["kreis"].where(frame["kreis"] != "", frame["land"])
    frame["label"] = frame["full"] + " · " + frame["kind"] + ", " + where
    frame["found_by"] = [plain(f"{label} {key}") for label, key in zip(frame["label"].tolist(), keys, strict=True)]
    sorted_by = [plain(full) for full in frame["full"].tolist()]
    return frame.iloc[sorted(range(len(frame)), key=sorted_by.__getitem__)]


def _kind(key: str, level: str, name: str) -> str:
    if level == "kreis":
        return "Kreisfreie Stadt" if key in features.single_cities() else areas.kind_of_kreis(key)
    return "Gemeindeverband" if level == "verband" else areas.kind_of_gemeinde(name)


def _kreis(key: str, name: str) -> str:
    return _bare(name) if key in features.single_cities() else areas.kreis_name(name, key)


def _bare(name: str) -> str:
    """``Riesa, Stadt`` -> ``Riesa``, ``Schönsee (VGem)`` -> ``Schönsee``."""
    return areas.bare_verband(name.partition(",")[0])


#: accents once they stand apart from their letters
_ACCENTS = re.compile("[\u0300-\u036f]")


def plain(text: str) -> str:
    """Letters to search in: small, without accents, ``ß`` as ``ss``."""
    return _ACCENTS.sub("", unicodedata.normalize("NFD", text.casefold()))


def search(text: str, most: int = 12) -> tuple[pd.DataFrame, int]:
    """The places that hold all words of ``text`` (``spelle``, ``neustadt sachsen``, ``14627230``), and how many more.

    Names that are the text come first, then names that begin with it, then the others; larger places before smaller.
    """
    words = plain(text).split()
    frame = places()
    if not words:
        return frame.head(0), 0
    hit = frame[[all(word in one for word in words) for one in frame["found_by"].tolist()]]
    names = hit["name"].map(plain)
    first = " ".join(words)
    order = [
        (name != first, not name.startswith(first), not any(part.startswith(words[0]) for part in name.split()), -size)
        for name, size in zip(names, hit["people"], strict=True)
    ]
    ranked = hit.iloc[sorted(range(len(hit)), key=order.__getitem__)]
    return ranked.head(most), max(0, len(ranked) - most)


@remembered(entries=256)
def place(key: str) -> Place:
    """The official place of a key. Raises ZwkError if there is none today."""
    frame = places()
    key = key[:5] if key not in frame.index and key.endswith("000") else key
    if key not in frame.index:
        raise ZwkError(
            f"Ein Gebiet mit dem Schlüssel „{key[:20]}“ gibt es hier nicht. Bitte oben nach dem Namen suchen."
        )
    row = frame.loc[[key]].to_dict("records")[0]
    around = []
    if row["verband"]:
        around.append(Area("verband", row["verband"], frame["full"][row["verband"]]))
    if row["kreis"]:
        around.append(Area("kreis", key[:5], row["kreis"]))
    around += [Area("land", key[:2], row["land"]), Area("bund", BUND, "Deutschland")]
    members = _members(key, row["level"])
    about = (row["kind"], row["name"], row["full"], row["people"])
    return Place(key, row["level"], *about, members, tuple(around))


def _members(key: str, level: str) -> tuple[str, ...]:
    if level == "gemeinde":
        return (key,)
    sql = (
        "SELECT area_key FROM verband_of WHERE verband_key = ?"
        if level == "verband"
        else "SELECT area_key FROM area WHERE level = 'gemeinde' AND valid_to IS NULL AND kreis_key = ?"
    )
    # a kreisfreie Stadt is its own only Gemeinde
    alive = places().index
    found = read(f"{sql} ORDER BY area_key", [key])["area_key"]
    return tuple(one for one in found if one in alive or one.endswith("000"))


@remembered(entries=64)
def place_of_participant(participant_id: str) -> Place:
    """What a participant is in the figures: its one official area (a quarter: its whole city), or all of its own.

    Raises ZwkError if there is no such participant.
    """
    own = areas.parts(participant_id)
    about = read("SELECT name FROM participant WHERE participant_id = ?", [participant_id])
    if about.empty or not own:
        raise ZwkError(f"Die Kommune „{participant_id[:40]}“ gibt es hier nicht. Bitte eine aus der Liste wählen.")
    if len(own) == 1:
        one = place(own[0].key)
        return Place(**{**vars(one), "participant_id": participant_id})
    keys = tuple(areas.members(participant_id, "gemeinde"))
    frame = places()
    kreise = sorted({key[:5] for key in keys})
    laender = areas.names("laender")
    around = [Area("kreis", key, frame["full"][key]) for key in kreise]
    around += [Area("land", key, laender[key]) for key in sorted({key[:2] for key in keys})]
    around.append(Area("bund", BUND, "Deutschland"))
    name = str(about["name"].iloc[0])
    people = float(frame["people"].reindex(list(keys)).sum())
    kind = "Zusammenschluss von Gemeinden"
    return Place(participant_id, ALLIANCE, kind, name, name, people, keys, tuple(around), participant_id)


@remembered
def participants_places() -> dict[str, str]:
    """The key of each place that is a participant -> its participant_id; a quarter is not its city."""
    frame = read(
        """
        SELECT any_value(area_key) AS key, participant_id FROM participant JOIN participant_area USING (participant_id)
        WHERE kind <> 'quartier' GROUP BY participant_id HAVING count(*) = 1 ORDER BY participant_id
        """
    )
    # a kreisfreie Stadt is a Kreis among the places
    return {
        key.removesuffix("000") if len(key) == 8 else key: one for key, one in frame.itertuples(index=False, name=None)
    }


def participant_at(key: str) -> str | None:
    """The participant that is exactly this area, if there is one."""
    return participants_places().get(key)
