"""What a participant's territory was made of since 1990: mergers, parts, another Kreis, another Land.

Works on rows of the table ``lineage``, the units that went into one area of today: level, key_from, name_from (may be
missing), key_to, name_to, share (of the unit's people), first_year, last_year.
"""

from __future__ import annotations

import re

import pandas as pd

from zwk_data.demography.areas import Declined, capital, declined, in_kreis, names, sentence
from zwk_data.german import listing, number
from zwk_data.stores.connection import read
from zwk_data.stores.memo import remembered

COLUMNS = ["year", "level", "key_to", "name_to", "key_from", "name_from", "share"]
#: less than this share of a unit's people is only a shift of a border
BORDER_SHIFT = 0.005
#: a unit whose people went over to more than this share has come as a whole
WHOLE = 0.98
#: more names than this are counted, not listed; a Gemeinde that was formed lists more
LISTED, LISTED_AT_FORMATION = 8, 15
#: the reforms of the Kreise in the eastern Länder, which the registers date only roughly
REFORMS_UNTIL = 1996


def bare(name: str) -> str:
    """``Geestland, Stadt`` -> ``Geestland``."""
    return name.partition(",")[0].strip()


def comparable_name(name: str) -> str:
    """What two spellings of one name have in common: ``Roßlau/Elbe, Stadt`` and ``Roßlau (Elbe)`` -> ``roßlau``."""
    short = re.split(r"[,/(]| im | i\. | b\. | a\. |-Stadt", bare(name))[0]
    return re.sub(r"[^a-zäöüß]", "", short.lower())


def with_traced_names(part: pd.DataFrame) -> pd.DataFrame:
    """The units behind one area of today, with the names of keys that no register knows, as far as they can be told.

    Such a key is the unit that ended the year before (or begins the year after) under the same last digits, or the
    only one that ended while only one key began. Whatever stays unnamed is an intermediate step and is left out.
    Adds the column line: units of one name are one line, whatever their keys.
    """
    part = part.reset_index(drop=True)
    # the key of today may have been another unit's in earlier years
    itself = (part["key_from"] == part["key_to"]) & (part["last_year"] == part["last_year"].max())
    part.loc[(part["key_from"] == part["key_to"]) & ~itself, "name_from"] = None
    known = part[part["name_from"].notna()]
    blank = part[part["name_from"].isna()]
    found = part["name_from"].copy()
    for at, key, first, last in zip(
        blank.index, blank["key_from"], blank["first_year"], blank["last_year"], strict=True
    ):
        near = known[(known["last_year"] == first - 1) | (known["first_year"] == last + 1)]
        same = near[near["key_from"].str[3:] == key[3:]]
        same = same if len(same) else near[near["key_from"].str[-3:] == key[-3:]]
        if len(set(same["name_from"].map(comparable_name))) != 1:
            over = known[known["last_year"] == first - 1]
            goes_on = set(known.loc[known["last_year"] >= first, "name_from"].map(comparable_name))
            same = over[~over["name_from"].map(comparable_name).isin(goes_on)]
            if len(same) != 1 or (blank["first_year"] == first).sum() != 1:
                continue
        found.loc[at] = same["name_from"].iloc[0]
    own = comparable_name(str(part["name_to"].iloc[0]))
    line = found.map(comparable_name, na_action="ignore")
    line[itself] = own
    # a step right before the area itself is the area: Helbedündorf of 1993, renumbered in 1994
    while True:
        begin = part.loc[line == own, "first_year"].min()
        step = line.isna() & (part["last_year"] == begin - 1)
        if not step.any():
            break
        line[step] = own
    return part.assign(name_from=found.fillna(part["name_to"]), line=line)[line.notna()]


def ended(part: pd.DataFrame) -> pd.DataFrame:
    """The lines of ``with_traced_names`` that ended: one row each, columns as in ``COLUMNS``."""
    own = comparable_name(str(part["name_to"].iloc[0]))
    last = part.sort_values("last_year", kind="stable").groupby("line", as_index=False).last()
    gone = last[(last["line"] != own) & (last["last_year"] < part["last_year"].max()) & (last["share"] >= BORDER_SHIFT)]
    bare_names = {column: gone[column].map(bare) for column in ("name_from", "name_to")}
    return pd.DataFrame(gone.assign(year=gone["last_year"] + 1, **bare_names), columns=COLUMNS)


def year_formed(part: pd.DataFrame) -> int:
    """The year in which the area of today was formed; 1990 if it is as old as the figures."""
    own = comparable_name(str(part["name_to"].iloc[0]))
    return int(part.loc[part["line"] == own, "first_year"].min())


@remembered(entries=128)
def origins(participant_id: str) -> pd.DataFrame:
    """The units that ended since 1990 and whose people belong to the participant's areas today.

    Columns: year (in which it took effect: a unit last counted on 31.12.2014 was merged in 2015), level (gemeinde or
    kreis), key_to and name_to (area of today), key_from and name_from (last key, name without additions), share (of
    its people). Ordered by year and name; a unit that only got another key is none.
    """
    frame = _lineage(participant_id)
    if (frame["level"] == "kreis").any():
        frame = frame[frame["level"] == "kreis"]
    parts = [ended(with_traced_names(part)) for _, part in frame.groupby(["level", "key_to"], sort=False)]
    rows = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=COLUMNS)
    return rows.sort_values(["year", "level", "name_from"], ignore_index=True)[COLUMNS]


@remembered(entries=128)
def _lineage(participant_id: str) -> pd.DataFrame:
    return read(
        "SELECT level, key_from, name_from, key_to, name_to, share, first_year, last_year FROM lineage "
        "WHERE participant_id = $id",
        {"id": participant_id},
    )


@remembered(entries=128)
def origin_words(participant_id: str) -> str:
    """One to three German sentences on the territory since 1990; empty if nothing happened."""
    lineage, who = _lineage(participant_id), declined(participant_id)
    own = read(
        "SELECT p.level, p.area_key, a.name, a.valid_from FROM participant_area p JOIN area a USING (area_key) "
        "WHERE participant_id = $id",
        {"id": participant_id},
    )
    level = str(own["level"].iloc[0])
    if level == "gemeinde" and len(own) == 1:
        told = gemeinde_words(with_traced_names(lineage), who, kreis_names())
    elif level == "kreis":
        told = [*kreis_words(lineage[lineage["level"] == "kreis"], who), *count_words(lineage)]
    else:
        verband = verband_words(own.iloc[0], who) if level == "verband" else []
        told = [*verband, *count_words(lineage)]
    return " ".join(told[:3])


def _whole_and_parts(rows: pd.DataFrame) -> tuple[list[str], list[str]]:
    """The names of the units that came as a whole, and of those of which only a part came."""
    whole, called = rows["share"] >= WHOLE, rows["name_from"].map(bare)
    return called[whole].tolist(), called[~whole].tolist()


def _units(rows: pd.DataFrame, most: int, parts: str = "Teile") -> list[str]:
    """The units of ``ended``: „A“, „B“, „Teile von C“; more than ``most`` whole ones as a number."""
    whole, some = _whole_and_parts(rows)
    counted = [f"{number(len(whole))} Gemeinden"] if len(whole) > most else whole
    return [*counted, *(f"{parts} von {name}" for name in some)]


def gemeinde_words(lineage: pd.DataFrame, who: Declined, kreise: dict[str, str]) -> list[str]:
    """Sentences on a single Gemeinde: how it was formed, what came to it, which Land and Kreis it belonged to."""
    part = lineage[lineage["level"] == "gemeinde"]
    gone, begin = ended(part).sort_values(["year", "name_from"]), year_formed(part)
    told = []
    at_once = gone["year"] == begin
    if begin > 1990 and at_once.any():
        units = _units(gone[at_once], LISTED_AT_FORMATION, "Teilen")
        told.append(sentence(f"{who.nominative} entstand {begin} aus {listing(units)}"))
        gone = gone[~at_once]
    if len(gone) and _came_directly(gone, part):
        whereto = "hinzu" if begin > 1990 else who.towards
        told.append(sentence("; ".join(_came(year, rows, whereto) for year, rows in gone.groupby("year"))))
    elif len(gone):
        told.append(_mergers_inside(gone, who, begin if told else None))
    return [*told, *_other_land_or_kreis(part, who, kreise, first=not told)]


def _came_directly(gone: pd.DataFrame, part: pd.DataFrame) -> bool:
    """Did all of them go to the area itself? Where other units lived on, they may have gone to those first."""
    others = part[part["line"] != comparable_name(str(part["name_to"].iloc[0]))]
    alive = [((others["first_year"] <= year) & (others["last_year"] >= year)).any() for year in gone["year"].unique()]
    return not any(alive) and year_formed(part) < gone["year"].min()


def _mergers_inside(gone: pd.DataFrame, who: Declined, begin: int | None) -> str:
    """What went into units that went into the Gemeinde later; ``begin``: its formation, if that was said already."""
    steps = [f"{listing(_units(rows, LISTED))} ({year})" for year, rows in gone.groupby("year")]
    where = "Auf diesem Gebiet" if begin else f"Auf dem heutigen Gebiet {who.genitive}"
    before = f"schon vor {begin} " if begin and gone["year"].max() < begin else ""
    if len(gone) == 1:
        return f"{where} ging {before}eine Gemeinde in einer größeren auf: {steps[0]}."
    return f"{where} gingen {before}Gemeinden in größeren auf: {', '.join(steps)}."


def _came(year: object, rows: pd.DataFrame, whereto: str) -> str:
    """„2005 kamen Glaisin und Kummer hinzu“, „2016 kam Steesow zur Stadt Grabow“."""
    one_whole = len(rows) == 1 and rows["share"].iloc[0] >= WHOLE
    return f"{year} {'kam' if one_whole else 'kamen'} {listing(_units(rows, LISTED))} {whereto}"


def _other_land_or_kreis(part: pd.DataFrame, who: Declined, kreise: dict[str, str], *, first: bool) -> list[str]:
    """The last change of the Land and of the Kreis; ``first``: no sentence before that a pronoun could refer to."""
    told = []
    key = str(part["key_to"].iloc[0])
    laender = names("laender")
    before = part[part["key_from"].str[:2] != key[:2]]
    if len(before):
        year = int(before["last_year"].max())
        once = laender.get(before["key_from"].iloc[0][:2], "")
        told.append(f"Bis {year} gehörte das Gebiet zu {once}, seit {year + 1} gehört es zu {laender[key[:2]]}.")
    own = part[part["line"] == comparable_name(str(part["name_to"].iloc[0]))].sort_values("last_year", kind="stable")
    now, is_free = kreise.get(key[:5], ""), key.endswith("000")
    called = who.nominative if first else who.pronoun
    for key_then, last in zip(own["key_from"][::-1], own["last_year"][::-1], strict=True):
        old, was_free = kreise.get(key_then[:5]), key_then.endswith("000")
        if old is None or (comparable_name(old) == comparable_name(now) and (is_free or not was_free)):
            continue
        once = f"war {called} kreisfrei" if was_free else f"gehörte {called} {in_kreis(old, key_then[:5], 'zu')}"
        if last < REFORMS_UNTIL:
            return [*told, sentence(f"Vor den Kreisreformen der neunziger Jahre {once}")]
        today = f"ist {who.pronoun} kreisfrei" if is_free else f"gehört {who.pronoun} {in_kreis(now, key[:5], 'zu')}"
        return [*told, f"Bis {last} {once}, seit {last + 1} {today}."]
    return told


def kreis_words(lineage: pd.DataFrame, who: Declined) -> list[str]:
    """How a Kreis was formed: „Der Landkreis Rostock entstand 2011 aus den Kreisen Bad Doberan und Güstrow.“"""
    if lineage.empty:
        return []
    key = str(lineage["key_to"].iloc[0])
    begin = int(lineage.loc[lineage["key_from"] == key, "first_year"].min())
    before = lineage[(lineage["last_year"] < begin) & (lineage["share"] >= BORDER_SHIFT)].sort_values(
        "name_from", kind="stable"
    )
    last = before[before["last_year"] == begin - 1]
    earlier = before[before["last_year"] < begin - 1]
    told = []
    if len(last):
        told.append(f"{capital(who.nominative)} entstand {begin} aus {_kreise_in_dative(last)}.")
    if len(earlier):
        year = int(earlier["last_year"].max())
        rows = earlier[earlier["last_year"] == year]
        lived_on = (lineage["first_year"] <= year) & (lineage["last_year"] > year)
        if lived_on.any():
            told.append(f"{year + 1} {_kreise_came(rows)} zum Gebiet hinzu.")
        else:
            told.append(f"Bis {year} gehörte das Gebiet zu {_kreise_in_dative(rows)}.")
    return told


def _kreise_came(rows: pd.DataFrame) -> str:
    """„kam der Kreis A“, „kamen Teile der Kreise B und C“."""
    whole, some = _whole_and_parts(rows)
    pieces = [f"{'der Kreis' if len(whole) == 1 else 'die Kreise'} {listing(whole)}"] if whole else []
    pieces += [f"Teile {'des Kreises' if len(some) == 1 else 'der Kreise'} {listing(some)}"] if some else []
    return f"{'kam' if len(whole) == 1 and not some else 'kamen'} {' sowie '.join(pieces)}"


def _kreise_in_dative(rows: pd.DataFrame) -> str:
    """„den Kreisen A und B sowie Teilen des Kreises C“."""
    is_city = rows["name_from"].str.contains(", ")
    whole, cities = (_whole_and_parts(rows[mask])[0] for mask in (~is_city, is_city))
    some = _whole_and_parts(rows)[1]
    pieces = [f"{'dem Kreis' if len(whole) == 1 else 'den Kreisen'} {listing(whole)}"] if whole else []
    pieces += [f"der kreisfreien Stadt {name}" for name in cities]
    pieces += [f"Teilen {'des Kreises' if len(some) == 1 else 'der Kreise'} {listing(some)}"] if some else []
    return " sowie ".join([", ".join(pieces[:-1]), pieces[-1]] if len(pieces) > 1 else pieces)


def verband_words(own: pd.Series, who: Declined) -> list[str]:
    """„entstand 2014 aus den Samtgemeinden A und B“: those of its Kreis that ended then and live on in its name."""
    before = read(
        "SELECT DISTINCT name FROM area WHERE level = 'verband' AND area_key[1:5] = $kreis AND valid_to = $year "
        "AND contains($name, name) AND name <> $name ORDER BY name",
        {"kreis": own["area_key"][:5], "year": int(own["valid_from"]) - 1, "name": own["name"]},
    )["name"].tolist()
    noun = who.noun.partition(" ")[0]
    if len(before) < 2:
        return []
    return [f"{capital(who.nominative)} entstand {int(own['valid_from'])} aus den {noun}n {listing(before)}."]


def count_words(lineage: pd.DataFrame) -> list[str]:
    """„Das Gebiet bestand 1990 aus 63 Gemeinden, heute besteht es aus 12.“; nothing if their number is the same.

    A unit counts where most of its people belong to the territory.
    """
    rows = lineage[(lineage["level"] == "gemeinde") & (lineage["share"] > 0.5)]
    once = rows.loc[rows["first_year"] == 1990, "key_from"].nunique()
    today = lineage.loc[lineage["level"] == "gemeinde", "key_to"].nunique()
    if once == today or not today:
        return []
    now = "einer" if today == 1 else number(today)
    return [f"Das Gebiet bestand 1990 aus {number(once)} Gemeinden, heute besteht es aus {now}."]


@remembered(entries=2)
def kreis_names() -> dict[str, str]:
    """The names of all Kreise there were, by key."""
    frame = read("SELECT area_key, name FROM area WHERE level = 'kreis'")
    return dict(zip(frame["area_key"], frame["name"], strict=True))
