"""Is this normal? A participant's figure among those of all members of its groups, and its position in words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from zwk_data.demography import areas
from zwk_data.demography.features import level_of
from zwk_data.demography.figures import of_year
from zwk_data.demography.groups import NOUNS, Group, groups, level_of_key, members
from zwk_data.demography.indicators import indicators
from zwk_data.errors import ZwkError
from zwk_data.german import count, number
from zwk_data.stores.connection import read
from zwk_data.stores.memo import remembered

COLUMNS = [
    "group",
    "group_name",
    "level",
    "note",
    "key",
    "name",
    "value",
    "status",
    "is_place",
    "is_member",
    "territory",
    "source_id",
]
POSITION_COLUMNS = [
    "group",
    "group_name",
    "level",
    "note",
    "value",
    "n",
    "n_missing",
    "rank",
    "share_below",
    "p25",
    "median",
    "p75",
    "is_member",
    "words",
]
#: with fewer values than this the rank is given instead of a percentage
FEW = 8
NO_FIGURE = "keine Angabe"
SMALL_NOTE = "Unter {n} Menschen: Schon wenige Fälle verschieben einen Anteil oder eine Rate deutlich."


def distribution(
    participant_id: str, indicator_id: str, year: int, group_keys: tuple[str, ...], own: tuple[str, ...] = ()
) -> pd.DataFrame:
    """The values of all members of each group in one year, and of the participant itself, on the territory of 2023.

    Columns: group, group_name, level, note (categories, the same within a group), key, name, value (NaN if none; a
    published „–“ is 0), status, is_place, is_member (False only for a place outside the group, such
    as an alliance among Gemeinden), territory, source_id. The place is the last row of each group. ``own``: as in
    ``groups.members``.

    Raises ZwkError if there is no such participant or group.
    """
    known = {group.key: group for group in groups(participant_id)}
    for key in group_keys:
        if key not in known:
            raise ZwkError(f"Die Gruppe „{key}“ gibt es für diese Kommune nicht.")
    chosen = [known[key] for key in dict.fromkeys(group_keys)]
    found = {group.key: members(participant_id, group.key, own) for group in chosen}
    levels = {"teilnehmende", *(group.level for group in chosen)}
    if "eigene" in found:
        levels |= set(found["eigene"]["key"].map(level_of_key))
    values = pd.concat([_values_of_year(level, indicator_id, year) for level in sorted(levels)]).set_index("key")
    own_keys = {participant_id, *areas.own_keys(participant_id)}
    # one row with the place's own figure, empty where there is none
    me = values.reindex(pd.Index([participant_id], name="key")).reset_index()
    me = me.assign(name=_name(participant_id), is_place=True)
    frames = []
    for frame in found.values():
        is_own = frame["key"].isin(own_keys)
        others = frame[~is_own].join(values, on="key").assign(is_place=False, is_member=True)
        frames.append(pd.concat([others, me.assign(is_member=bool(is_own.any()))], ignore_index=True))
    return _grouped(frames, chosen, _small_note(participant_id, indicator_id))


def position(frame: pd.DataFrame) -> pd.DataFrame:
    """Where the place stands in each group of ``distribution``, one row per group, in their order.

    Columns: group, group_name, level, note, value (of the place), n (members with a value, the place among them if it
    is a member), n_missing, rank (1 = highest; missing without a value), share_below (0..1, members with a lower value
    in per one of n), median, p25, p75 (of the members), is_member, words.
    """
    rows = [_position_in_group(one) for _, one in frame.groupby("group", sort=False, observed=True)]
    return pd.DataFrame(rows, columns=POSITION_COLUMNS).astype({"rank": "Int64"})


def references(participant_id: str, indicator_id: str, year: int) -> pd.DataFrame:
    """The single values of the Kreise, Länder and the Bund around a participant.

    Columns: role, name, year, value, status, territory, source_id. Those without a figure in that year are left out.
    """
    around = pd.DataFrame(areas.comparisons(participant_id)).rename(columns={"level": "role"})
    found = read(
        """
        SELECT area_key AS key, year, value, status, territory, source_id FROM observation_today
        WHERE indicator_id = $indicator AND year = $year AND sex = 'total' AND age_group = 'total'
          AND level IN ('kreis', 'land', 'bund') AND list_contains($keys, area_key) AND value IS NOT NULL
        """,
        {"indicator": indicator_id, "year": year, "keys": around["key"].tolist()},
    )
    return around.merge(found, on="key")[["role", "name", "year", "value", "status", "territory", "source_id"]]


@remembered
def newest(participant_id: str, indicator_id: str) -> pd.DataFrame:
    """The newest figure of a participant and of its Verband, each Kreis, Land and the Bund around it, near to far.

    Columns: role (``participant``, ``verband``, ``kreis``, ``land``, ``bund``), name, year, value, status, territory,
    source_id. Those without any figure are left out, and of an index that can be compared within one level only all but
    the nearest.
    """
    verband = areas.verband(participant_id)
    around = pd.DataFrame([*([verband] if verband else []), *areas.comparisons(participant_id)])
    around = around.rename(columns={"level": "role"})
    me = pd.DataFrame({"role": ["participant"], "key": [participant_id], "name": [_name(participant_id)]})
    found = read(
        """
        SELECT key, max(year) AS year, arg_max(value, year) AS value, arg_max(status, year) AS status,
               arg_max(territory, year) AS territory, arg_max(source_id, year) AS source_id
        FROM (
            SELECT participant_id AS key, year, value, status, territory, source_id FROM participant_observation
            WHERE participant_id = $id AND indicator_id = $indicator AND sex = 'total' AND age_group = 'total'
            UNION ALL
            SELECT area_key, year, value, status, territory, source_id FROM observation_today
            WHERE level IN ('verband', 'kreis', 'land', 'bund') AND list_contains($keys, area_key)
              AND indicator_id = $indicator AND sex = 'total' AND age_group = 'total')
        WHERE value IS NOT NULL GROUP BY key
        """,
        {"id": participant_id, "indicator": indicator_id, "keys": around["key"].tolist()},
    )
    every = pd.concat([me, around], ignore_index=True)
    rows = every.merge(found, on="key")[["role", "name", "year", "value", "status", "territory", "source_id"]]
    alone = read("SELECT within_level FROM indicator WHERE indicator_id = $indicator", {"indicator": indicator_id})
    return rows.head(1) if alone["within_level"].any() else rows


@remembered
def years(participant_id: str, indicator_id: str, group_key: str = "") -> list[int]:
    """The years in which both the participant and its group have a figure, oldest first.

    Without a group: in which the areas of its level have one too; if they never have, all years of the participant.
    """
    mine = read(
        """
        SELECT DISTINCT year FROM participant_observation
        WHERE participant_id = $id AND indicator_id = $indicator AND sex = 'total' AND age_group = 'total'
          AND (value IS NOT NULL OR status = 'none') ORDER BY year
        """,
        {"id": participant_id, "indicator": indicator_id},
    )["year"].tolist()
    level = level_of(participant_id)
    if group_key:
        level = next((group.level for group in groups(participant_id) if group.key == group_key), level)
    if level == "teilnehmende":
        return mine
    theirs = _years_of_level(level, indicator_id)
    both = [year for year in mine if year in theirs]
    return both if both or group_key else mine


@remembered(entries=256)
def _years_of_level(level: str, indicator_id: str) -> set[int]:
    """The years in which areas of a level have a total."""
    return set(
        read(
            "SELECT DISTINCT year FROM coverage WHERE state = 'today' AND place = $level AND indicator_id = $indicator "
            "AND known AND as_total",
            {"level": level, "indicator": indicator_id},
        )["year"]
    )


def words(value: float, others: Sequence[float], noun: str, *, is_member: bool) -> str:  # noqa: C901, PLR0911 - a case each
    """The position of ``value`` among ``others`` (the place itself not among them), in words.

    ``noun`` is the plural of what the others are: „höher als in 83 Prozent der 215 Gemeinden“.
    """
    if np.isnan(value):
        return NO_FIGURE
    known = np.asarray(others, dtype=np.float64)
    known = known[~np.isnan(known)]
    if not len(known):
        return "keine Vergleichswerte"
    below, same, above = int((known < value).sum()), int((known == value).sum()), int((known > value).sum())
    n = len(known) + is_member
    if n == 1:
        if same:
            return "gleich dem einzigen Vergleichswert"
        return f"{'höher' if below else 'niedriger'} als der einzige Vergleichswert"
    of = f"der {number(n)} {noun}"
    if same == len(known):
        return f"gleich in {_in_all(n, noun)}" if is_member else f"gleich wie in {_in_all(n, noun)}"
    if is_member and n < FEW:
        return f"{'geteilter ' if same else ''}Platz {above + 1} von {n}"
    for word, beyond in (("hoch", above), ("niedrig", below)):
        more, most = ("höher", "höchste") if word == "hoch" else ("niedriger", "niedrigste")
        if not beyond and is_member:
            others_alike = "einem weiteren Ort" if same == 1 else count(same, "", "weiteren Orten")
            return f"{most}r Wert {of}{f', gleich mit {others_alike}' if same else ''}"
        if not beyond:
            return f"so {word} wie der {most} Wert {of}" if same else f"{more} als in {_in_all(n, noun)}"
    if same > max(below, above):
        return f"gleich wie in {_in_part(same + is_member, n)} {of}"
    if above > below:
        return f"niedriger als in {_in_part(above, n)} {of}"
    return f"höher als in {_in_part(below, n)} {of}"


def _in_all(n: int, noun: str) -> str:
    """``allen 12 Kreisen``, with the n of the dative."""
    return f"allen {number(n)} {noun}{'' if noun.endswith('n') else 'n'}"


def _in_part(some: int, n: int) -> str:
    """``83 Prozent``, never 0 or 100; of few places their number."""
    if n < FEW:
        return number(some)
    share = 100 * some / n
    if share > 99.5:
        return "mehr als 99 Prozent"
    return "weniger als 1 Prozent" if share < 0.5 else f"{int(share + 0.5)} Prozent"


def _position_in_group(one: pd.DataFrame) -> dict[str, object]:
    first = one.iloc[0]
    is_place = one["is_place"].to_numpy(dtype=bool)
    values = one["value"].to_numpy(dtype=np.float64)
    mine, others = float(values[is_place][0]), values[~is_place]
    is_member = bool(one["is_member"].to_numpy(dtype=bool)[is_place][0])
    everyone = np.append(others, mine) if is_member else others
    known = everyone[~np.isnan(everyone)]
    quartiles = np.percentile(known, [25, 50, 75]) if len(known) else [np.nan] * 3
    has = not np.isnan(mine)
    noun = NOUNS[str(first["level"])][1]
    return {
        "group": first["group"],
        "group_name": first["group_name"],
        "level": first["level"],
        "note": first["note"],
        "value": mine,
        "n": len(known),
        "n_missing": int(len(everyone) - len(known)),
        "rank": int((known > mine).sum()) + 1 if has and len(known) else pd.NA,
        "share_below": float((known < mine).mean()) if has and len(known) else np.nan,
        "p25": quartiles[0],
        "median": quartiles[1],
        "p75": quartiles[2],
        "is_member": is_member,
        "words": words(mine, others, noun, is_member=is_member),
    }


def _grouped(frames: list[pd.DataFrame], chosen: list[Group], small: str) -> pd.DataFrame:
    """All groups one below the other; what thousands of rows of a group share is stored as categories."""
    if not frames:
        return pd.DataFrame(columns=COLUMNS)
    result = pd.concat(frames, ignore_index=True)
    sizes = [len(frame) for frame in frames]
    about = {
        "group": [group.key for group in chosen],
        "group_name": [group.name for group in chosen],
        "level": [group.level for group in chosen],
        "note": [" ".join(filter(None, (group.note, small))) for group in chosen],
    }
    for column, texts in about.items():
        result[column] = pd.Categorical(np.repeat(texts, sizes), categories=list(dict.fromkeys(texts)))
    result["status"] = result["status"].fillna("missing")
    return result[COLUMNS]


# eleven thousand Gemeinden each
@remembered(entries=16)
def _values_of_year(level: str, indicator_id: str, year: int) -> pd.DataFrame:
    """``figures.of_year``, where a published „–“ is 0."""
    frame = of_year(level, indicator_id, year)
    return frame.assign(value=frame["value"].mask(frame["status"] == "none", 0))


@remembered(entries=128)
def _name(participant_id: str) -> str:
    frame = read("SELECT name FROM participant WHERE participant_id = $id", {"id": participant_id})
    return str(frame["name"].iloc[0])


def _small_note(participant_id: str, indicator_id: str) -> str:
    indicator = indicators()[indicator_id]
    if indicator.is_count or indicator.steady or not areas.is_small(participant_id):
        return ""
    return SMALL_NOTE.format(n=number(areas.SMALL))
