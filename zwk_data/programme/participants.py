"""Who takes part: the Kommunen, what they are, and how many people live in them."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from zwk_data.german import NOT_DOCUMENTED, day
from zwk_data.programme.words import KINDS
from zwk_data.warehouse.connection import read

#: long names in front of the place, and what is left of them where a label must be short
_SHORT = {
    "Landkreis ": "Lkr. ",
    "Samtgemeinde ": "SG ",
    "Verbandsgemeinde ": "VG ",
    "Mittelzentraler Städteverbund ": "Städteverbund ",
    r" e\.V\.": "",
}


def participants() -> pd.DataFrame:
    """All Kommunen in alphabetical order, one row each.

    Columns: participant_id, name, short (for labels), kind (code), kind_de, land (two parted by „/“ if an alliance
    crosses the border), quarter, admitted, admitted_de, dwk_experience (bool), adviser, note, source_url.
    """
    frame = read("FROM participant ORDER BY strip_accents(lower(name))")
    frame["short"] = frame["name"].replace(_SHORT, regex=True)
    frame["kind_de"] = frame["kind"].map(KINDS)
    frame["admitted_de"] = frame["admitted"].map(admitted_text)
    return frame


def advisers() -> dict[str, str | None]:
    """Every participant's id -> who advises it, or None."""
    frame = read("SELECT participant_id, adviser FROM participant")
    return {one: None if pd.isna(adviser) else adviser for one, adviser in frame.itertuples(index=False)}


def admitted_text(admitted: str) -> str:
    """``2021-08`` -> ``August 2021``; ``2021 erste Auswahl`` -> ``2021, erste Auswahl``."""
    year, _, rest = admitted.replace("-", " ", 1).partition(" ")
    if rest.isdigit():
        return day(pd.Timestamp(int(year), int(rest), 1), "month")
    return f"{year}, {rest}" if rest else year


def described(row: pd.Series) -> str:
    """One Kommune of ``participants`` in a sentence: what it is, where, since when, who advises it."""
    said = [f"{row['kind_de']} in {row['land'].replace('/', ' und ')}"]
    if pd.notna(row["quarter"]):
        said.append(f"Gebiet: {row['quarter']}")
    said.append(f"aufgenommen: {row['admitted_de']}")
    if row["dwk_experience"]:
        said.append("schon in der Demografiewerkstatt Kommunen dabei")
    said.append(f"Beratung: {row['adviser'] if pd.notna(row['adviser']) else NOT_DOCUMENTED}")
    note = f" {row['note']}" if pd.notna(row["note"]) else ""
    return f"{'; '.join(said)}.{note}"


def laender(frame: pd.DataFrame) -> list[str]:
    """The Länder that occur in the column ``land``, sorted, each once."""
    return sorted({land for lands in frame["land"] for land in lands.split("/")})


def matching(frame: pd.DataFrame, land: str | None, kind_de: str | None, admitted_de: str | None) -> pd.DataFrame:
    """The rows of ``participants`` that fit every choice; None chooses nothing out."""
    fits = pd.Series(True, index=frame.index)
    if land:
        fits &= frame["land"].map(lambda lands: land in lands.split("/"))
    if kind_de:
        fits &= frame["kind_de"] == kind_de
    if admitted_de:
        fits &= frame["admitted_de"] == admitted_de
    return frame[fits]


@dataclass(frozen=True)
class Reach:
    """How many people live in the participating areas at the end of ``year``, each counted once.

    ``people`` in ``counted`` Kommunen; ``quarters`` more take part with a part of their city, and only the whole
    cities' ``city_people`` are known; ``nested`` Kommunen lie inside a participating Kreis and are not added again.
    ``sources``: the source_ids of the figures.
    """

    year: int
    people: int
    counted: int
    quarters: int
    city_people: int
    nested: int
    sources: tuple[str, ...] = ()


def reach() -> Reach | None:
    """Inhabitants reached in the latest year that is known for every Kommune; None without any such year.

    A Kommune counts as nested if all its areas lie in Kreise that take part themselves.
    """
    frame = read("""
        WITH kreis AS (SELECT area_key FROM participant_area WHERE level = 'kreis'),
        role AS (
            SELECT participant_id,
                   CASE WHEN bool_and(level <> 'kreis' AND area_key[1:5] IN (FROM kreis)) THEN 'nested'
                        WHEN any_value(kind) = 'quartier' THEN 'quarter' ELSE 'counted' END AS role
            FROM participant_area JOIN participant USING (participant_id) GROUP BY participant_id
        )
        SELECT year, count(*) AS known,
               count(*) FILTER (WHERE role = 'counted') AS counted,
               coalesce(sum(value) FILTER (WHERE role = 'counted'), 0) AS people,
               count(*) FILTER (WHERE role = 'quarter') AS quarters,
               coalesce(sum(value) FILTER (WHERE role = 'quarter'), 0) AS city_people,
               count(*) FILTER (WHERE role = 'nested') AS nested,
               list_sort(list_distinct(list(source_id))) AS sources
        FROM participant_observation JOIN role USING (participant_id)
        WHERE indicator_id = 'population' AND sex = 'total' AND age_group = 'total' AND value IS NOT NULL
        GROUP BY year HAVING count(*) = (SELECT count(*) FROM participant) ORDER BY year DESC LIMIT 1
    """)
    if frame.empty:
        return None
    row = frame.iloc[0]
    return Reach(
        year=int(row["year"]),
        people=int(row["people"]),
        counted=int(row["counted"]),
        quarters=int(row["quarters"]),
        city_people=int(row["city_people"]),
        nested=int(row["nested"]),
        sources=tuple(row["sources"]),
    )
