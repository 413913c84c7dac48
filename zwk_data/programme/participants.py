"""The participating Kommunen: their place on the map, their inhabitants, and what is not documented of each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from zwk_data.errors import ZwkError
from zwk_data.geo import map_layers
from zwk_data.german import BLANKET, NOT_DOCUMENTED, count, day, listing, number
from zwk_data.programme import measures_and_money, stages, themes
from zwk_data.schema.words import KINDS, PROJECT_SIZE, STAGES
from zwk_data.stores.connection import read
from zwk_data.stores.memo import depends_on, remembered

#: words in names -> their short form in labels
_SHORT = {
    "Landkreis ": "Lkr. ",
    "Samtgemeinde ": "SG ",
    "Verbandsgemeinde ": "VG ",
    "Mittelzentraler Städteverbund ": "Städteverbund ",
    r" e\.V\.": "",
}


@remembered
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


def names() -> dict[str, str]:
    """Every participant's id -> name, in alphabetical order."""
    return dict(participants()[["participant_id", "name"]].itertuples(index=False, name=None))


def participant(participant_id: str) -> pd.Series:
    """The row of ``participants`` of one Kommune. Raises IndexError for an unknown id."""
    frame = participants()
    return frame[frame["participant_id"] == participant_id].iloc[0]


@remembered
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
    """The rows of ``participants`` that fit every choice; None is no choice."""
    if land:
        frame = frame[frame["land"].map(lambda lands: land in lands.split("/"))]
    if kind_de:
        frame = frame[frame["kind_de"] == kind_de]
    return frame[frame["admitted_de"] == admitted_de] if admitted_de else frame


@dataclass(frozen=True)
class Inhabitants:
    """Inhabitants of the participating areas at the end of ``year``, each counted once.

    ``people`` live in ``counted`` Kommunen. Of ``quarters`` more, only a part of the city takes part, but only the
    ``city_people`` of the whole cities are known. ``nested`` Kommunen lie inside a participating Kreis and are not
    added again.
    """

    year: int
    people: int
    counted: int
    quarters: int
    city_people: int
    nested: int


@remembered
def reach() -> Inhabitants | None:
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
        SELECT year,
               coalesce(sum(value) FILTER (WHERE role = 'counted'), 0)::INTEGER AS people,
               count(*) FILTER (WHERE role = 'counted') AS counted,
               count(*) FILTER (WHERE role = 'quarter') AS quarters,
               coalesce(sum(value) FILTER (WHERE role = 'quarter'), 0)::INTEGER AS city_people,
               count(*) FILTER (WHERE role = 'nested') AS nested
        FROM participant_observation JOIN role USING (participant_id)
        WHERE indicator_id = 'population' AND sex = 'total' AND age_group = 'total' AND value IS NOT NULL
        GROUP BY year HAVING count(*) = (SELECT count(*) FROM participant) ORDER BY year DESC LIMIT 1
    """)
    if frame.empty:
        return None
    counts: dict[str, Any] = {str(name): int(value) for name, value in frame.iloc[0].items()}
    return Inhabitants(**counts)


FILE = "participant_point.csv"


@remembered(entries=2)
def map_points() -> pd.DataFrame:
    """One point per participant: columns participant_id, lon, lat (degrees, WGS84), sorted by participant_id.

    Quarters have theirs inside their city. Raises ZwkError if the file is missing.
    """
    depends_on(_points_file)
    return pd.read_csv(_points_file()[0]).sort_values("participant_id", ignore_index=True, kind="stable")


def _points_file() -> tuple[Path, int]:
    """The file that goes with the boundaries in use, with its modification time."""
    own = map_layers.active() / FILE
    file = own if own.is_file() else map_layers.SHIPPED / FILE
    if not file.is_file():
        raise ZwkError(f"Die Datei data/boundaries/{FILE} fehlt: die Installation ist unvollständig.")
    return file, file.stat().st_mtime_ns


@remembered
def people() -> pd.DataFrame:
    """All Kommunen as in ``participants``, with their place on the map and how far they are documented.

    Further columns: lon, lat, documented, blanket, furthest, furthest_de, last (``stages.progress``), stages (German
    text: which stages are documented), themes (number of themes).
    """
    cells = stages.matrix()
    known = cells[stages.is_documented(cells)]
    said = known.assign(name=known["stage"].map(STAGES)).groupby("participant_id")["name"].agg(", ".join)
    number_of_themes = themes.choices().groupby("participant_id").size()
    frame = (
        participants()
        .merge(map_points(), on="participant_id", how="left", validate="one_to_one")
        .merge(stages.standing(), on="participant_id", validate="one_to_one")
    )
    frame["stages"] = "Belegt: " + frame["participant_id"].map(said).fillna("keine Stufe")
    frame["themes"] = frame["participant_id"].map(number_of_themes).fillna(0).astype(int)
    return frame


@remembered
def undocumented() -> pd.DataFrame:
    """What is not documented, one row per gap: columns Was, Nicht belegt (count in words), Erläuterung."""
    everybody = people()
    rows: list[tuple[str, str, str]] = []
    all_of = number(len(everybody))
    if len(everybody) < PROJECT_SIZE:
        reason = f"Das Modellprojekt spricht von {PROJECT_SIZE} Kommunen, öffentliche Quellen nennen {all_of}."
        rows.append(("Teilnehmende", f"{number(PROJECT_SIZE - len(everybody))} von {PROJECT_SIZE}", reason))
    counts = stages.counts(stages.matrix())
    columns = (counts[column] for column in ("stage_de", "none", "blanket", "undated"))
    for name, none, blanket, undated in zip(*columns, strict=True):
        if none or blanket or undated:
            more = [f"{number(blanket)} {BLANKET}: ein Satz über alle Kommunen, ohne Datum."] if blanket else []
            more += [f"Bei {number(undated)} ist die Stufe belegt, aber ohne Datum."] if undated else []
            rows.append((f"Stufe {name}", f"{number(none)} von {all_of}", " ".join(more)))
    silent = everybody.loc[everybody["themes"] == 0, "name"].tolist()
    if silent:
        rows.append(("Themen", f"{number(len(silent))} von {all_of}", f"{listing(silent)}."))
    without = sorted(set(everybody["participant_id"]) - set(measures_and_money.measures()["participant_id"]))
    if without:
        said = f"{listing(everybody.loc[everybody['participant_id'].isin(without), 'name'].tolist())}."
        several = "Keine Quelle nennt einzelne Maßnahmen." if len(without) == len(everybody) else said
        rows.append(("Maßnahmen", f"{number(len(without))} von {all_of}", several))
    unadvised = int(everybody["adviser"].isna().sum())
    if unadvised:
        rows.append(("Beratung", f"{number(unadvised)} von {all_of}", "Die begleitende Beratung ist nicht genannt."))
    reached = reach()
    if reached and reached.quarters:
        reason = "Amtliche Zahlen gibt es nur für die ganze Stadt; sie stehen überall mit diesem Hinweis."
        rows.append(("Zahlen für Stadtquartiere", count(reached.quarters, "Quartier", "Quartiere"), reason))
    return pd.DataFrame(rows, columns=["Was", "Nicht belegt", "Erläuterung"])


def reach_text(reach: Inhabitants) -> str:
    """Which inhabitants are counted and which are not."""
    without = f", ohne {count(reach.quarters, 'Stadtquartier', 'Stadtquartiere')}" if reach.quarters else ""
    return f"Ende {reach.year} in {count(reach.counted, 'Kommune', 'Kommunen')}, jeder Mensch einmal gezählt{without}"


#: table -> what is missing where a Kommune has no record of it
MISSING = {
    "participant_theme": "kein Thema",
    "measure": "keine Maßnahme",
    "funding": "keine Mittel des Jahres",
    "good_practice": "keine gute Praxis",
    "review": "kein Ergebnis der Zwischenbilanz",
}
#: evidence of a stage -> what is missing; with a date nothing is
STAGE_MISSING = {"none": "nicht belegt", "undated": "Datum fehlt", "blanket": "nur pauschal belegt"}
GAP_COLUMNS = ["participant_id", "name", "table", "stage", "evidence", "what"]


def gaps(today: date) -> pd.DataFrame:
    """One row per gap, by Kommune and in the order of the stages.

    Columns: participant_id, name, table (where the entry belongs), stage ("" for what is no stage), evidence (of a
    stage, see ``stages.EVIDENCE``, else ""), what (German). Mittel are asked for of the year of ``today``, the result
    of a Zwischenbilanz only where one took place.
    """
    cells = stages.matrix()
    names = read("SELECT participant_id, name FROM participant").set_index("participant_id")["name"]
    missing = cells[cells["evidence"].isin(list(STAGE_MISSING))]
    of_stages = pd.DataFrame(
        {
            "participant_id": missing["participant_id"],
            "table": "stage_event",
            "stage": missing["stage"],
            "evidence": missing["evidence"],
            "what": missing["stage"].map(STAGES) + ": " + missing["evidence"].map(STAGE_MISSING),
        }
    )
    reviewed = cells[(cells["stage"] == "zwischenbilanz") & stages.is_documented(cells)]["participant_id"]
    others = []
    for table, words in MISSING.items():
        there = _with_a_record(table, today)
        asked = reviewed if table == "review" else names.index.to_series()
        without = [one for one in asked if one not in there]
        what = f"keine Mittel {today.year}" if table == "funding" else words
        others.append(
            pd.DataFrame({"participant_id": without, "table": table, "stage": "", "evidence": "", "what": what})
        )
    found = pd.concat([of_stages, *others], ignore_index=True)
    found["name"] = found["participant_id"].map(names)
    order = {key: place for place, key in enumerate(cells["participant_id"].unique())}
    return found.sort_values("participant_id", key=lambda ids: ids.map(order), kind="stable")[GAP_COLUMNS].reset_index(
        drop=True
    )


def _with_a_record(table: str, today: date) -> set[str]:
    where = f" WHERE year = {today.year:d}" if table == "funding" else ""
    return set(read(f"SELECT DISTINCT participant_id FROM {table}{where}")["participant_id"])
