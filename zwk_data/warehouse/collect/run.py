"""`python -m zwk_data collect --from DIR`: from official files to data/figures and data/sources.csv."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from zwk_data.errors import ForeignError, SourceError, ZwkError
from zwk_data.settings import DATA
from zwk_data.sources import inkar
from zwk_data.warehouse.collect import complete, lineage, observations, territory
from zwk_data.warehouse.collect.folder import NOTHING_SHOWN, SourceFile, files, recognise

#: the order of precedence if several sources have a figure: tables first, then registers, then the keys
AUTHORITY = ("regio", "genesis", "zensus2022", "gvisys", "bbsr", "inkar", "deutschlandatlas", "gisd", "changes")
#: the people of Gemeinden that follow from INKAR's density
DENSITY = "inkar-dichte"
#: a table with up to this many Gemeinden is one of Kreise
MAX_GEMEINDEN_OF_KREIS_TABLE = 100
#: more than any column of a table has, in bytes and in rows
WHOLE = 1 << 26
ORDER = ["level", "indicator_id", "age_group", "sex", "year", "area_key"]
SOURCE_COLUMNS = [
    "source_id",
    "publisher",
    "title",
    "table_code",
    "vintage",
    "licence",
    "attribution",
    "url",
    "sha256",
    "retrieved",
    "through",
]


@dataclass
class Report:
    """What happened to each file: ``used``, ``left_out`` and ``doubts`` (name, German reason), ``refused`` (sentences).

    Refused are those that we need and that are damaged; in doubt those that are used, and may lack something.
    """

    used: list[SourceFile] = field(default_factory=list)
    left_out: list[tuple[str, str]] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    doubts: list[tuple[str, str]] = field(default_factory=list)


def read_folder(folder: Path, progress: Callable[[str], None] = lambda _: None) -> Report:
    """Recognise and read every file below ``folder``; of two editions of a table the one with more rows is used."""
    if not folder.is_dir():
        raise ZwkError(
            f"Der Ordner {folder} ist nicht vorhanden. Bitte mit --from den Ordner der amtlichen Dateien nennen."
        )
    report = Report()
    found: dict[str, SourceFile] = {}
    for path in files(folder):
        progress(path.name)
        source = _recognised(path, report)
        if source is None:
            continue
        less = _add(found, source)
        if less is not None:
            report.left_out.append((less[0].path.name, f"dieselbe Tabelle wie {less[1].path.name}, mit weniger Zahlen"))
    used = sorted(found.values(), key=lambda s: (AUTHORITY.index(s.source_id.split("-")[0]), s.source_id))
    # A register of a later territory with the same population (the edition of the fourth quarter) would count units
    # that were renamed in between twice.
    years: set[int] = set()
    for source in used:
        try:
            # of an excerpt beside the whole file nothing is asked
            complete.check(source)
        except SourceError as error:
            report.refused.append(str(error))
            continue
        if doubt := complete.doubt(source):
            report.doubts.append((source.path.name, doubt))
        if source.kind == "register":
            year = int(source.frame["population_date"].dt.year.iloc[0])
            if year in years:
                reason = f"Bevölkerung {year} liegt auf dem Gebietsstand des Jahres vor"
                report.left_out.append((source.path.name, reason))
                continue
            years.add(year)
        report.used.append(source)
    return report


def _recognised(path: Path, report: Report) -> SourceFile | None:
    """The file as it is read; None if it is left out or refused, which the report then says."""
    try:
        source = recognise(path)
    except ForeignError as error:
        report.left_out.append((path.name, f"{error.where}: {error.problem}" if error.where else error.problem))
        return None
    except SourceError as error:
        report.refused.append(str(error))
        return None
    if source is None or (source.kind == "table" and not observations.holds_any(source.frame)):
        report.left_out.append((path.name, NOTHING_SHOWN))
        return None
    return source


def _add(found: dict[str, SourceFile], source: SourceFile) -> tuple[SourceFile, SourceFile] | None:
    """Add a file to those found by source_id; of two editions of a table the lesser, and the one that counts.

    Two flat tables of one statistic and year are editions of one another only if the one has all that the other has.
    """
    for number in range(1, 100):
        source_id = source.source_id if number == 1 else f"{source.source_id}-{number}"
        other = found.get(source_id)
        if other is None:
            found[source_id] = replace(source, source_id=source_id)
            return None
        more, less = (source, other) if _rank(source) > _rank(other) else (other, source)
        if not source.flat or observations.has_all_of(more.frame, less.frame):
            found[source_id] = replace(more, source_id=source_id)
            return less, more
    raise ZwkError(f"Zu {source.title} liegen mehr als hundert Dateien im Ordner. Bitte auf mehrere Ordner verteilen.")


def _rank(source: SourceFile) -> tuple[date, int]:
    """Which of two editions counts: the one with more rows, of published rates (income tax) the one of newer years."""
    newest = source.vintage if source.kind == "rates" else None
    return newest or date.min, len(source.frame)


def tables(used: list[SourceFile]) -> dict[str, pd.DataFrame]:
    """The frames to ship by file name: observation_gemeinde, observation_kreis …, back_calculated, area, lineage."""
    keys = _umsteigeschluessel(used, "keys_kreis")
    of_gemeinden = lineage.lineage_of_gemeinden(_umsteigeschluessel(used, "keys_gemeinde"))
    known = lineage.Gemeinden(of_gemeinden)
    counts, rates, printed = _rows(used)
    gemeinde, stands = territory.of_gemeinden(_of_tables_of_gemeinden(counts), known)
    kreis = territory.of_kreise(territory.as_of_their_year(counts, keys), gemeinde, stands, known)
    result = {
        "observation_bund_land": counts[counts["level"].isin(["bund", "land"])],
        "observation_kreis": _with_age_totals(pd.concat([kreis, rates], ignore_index=True)),
        "observation_verband": counts[counts["level"] == "verband"],
        "observation_gemeinde": gemeinde,
    }
    result = {name: observations.existing_only(observations.one_per_key([frame])) for name, frame in result.items()}
    result["observation_gemeinde"] = observations.with_own_kreis(
        result["observation_gemeinde"], result["observation_kreis"]
    )
    for name in ("observation_verband", "observation_gemeinde"):
        result[name] = territory.without_empty_years(result[name])
    registers = [(s.source_id, s.frame) for s in used if s.kind == "register"]
    result["area"] = lineage.register(registers, pd.concat(result.values()), printed)
    result["back_calculated"] = territory.back_calculated(counts, keys)
    changes = pd.concat([s.frame for s in used if s.kind == "changes"], ignore_index=True)
    of_kreise = lineage.lineage_of_kreise(keys, of_gemeinden, _people(result), changes)
    result["lineage"] = pd.concat([of_gemeinden, of_kreise], ignore_index=True)
    _add_inkar_and_rates(result, used, of_gemeinden, changes)
    return result


def _add_inkar_and_rates(
    result: dict[str, pd.DataFrame], used: list[SourceFile], of_gemeinden: pd.DataFrame, changes: pd.DataFrame
) -> None:
    """Add the published rates to the tables, and the counts that INKAR has of Gemeinden."""
    published = _published_rates(used, of_gemeinden, changes, result["observation_gemeinde"])
    for table, rows in published.groupby(published["level"].replace({"bund": "bund_land", "land": "bund_land"})):
        result[f"observation_{table}"] = observations.one_per_key([result[f"observation_{table}"], rows])
    found = result["observation_gemeinde"]
    by_density = found["source_id"].eq(DENSITY)
    counted = [
        observations.from_inkar_counts(s.frame, s.source_id, of_gemeinden) for s in used if s.kind == "inkar_counts"
    ]
    own = observations.on_own_territory(found[by_density], of_gemeinden)
    result["observation_gemeinde"] = pd.concat([found[~by_density], own, *counted], ignore_index=True)


def _published_rates(
    used: list[SourceFile], of_gemeinden: pd.DataFrame, changes: pd.DataFrame, gemeinden: pd.DataFrame
) -> pd.DataFrame:
    """The published rates of the Deutschlandatlas, of INKAR and the RKI; no rows without their files."""
    read = {"atlas": territory.of_atlas, "rates": territory.of_inkar}
    found = [read[s.kind](s.frame, s.source_id) for s in used if s.kind in read]
    if not found:
        return pd.DataFrame(columns=observations.COLUMNS)
    published = pd.concat(found, ignore_index=True)
    registers = [s.frame for s in used if s.kind == "register"]
    verbaende = set(published.loc[published["territory"].eq(inkar.TERRITORY), "area_key"])
    members = territory.verband_of(registers, inkar.TERRITORY, verbaende)
    published = pd.concat([published, territory.rates_of_kreise(published, gemeinden, members)], ignore_index=True)
    return territory.of_today(published, of_gemeinden, changes, registers)


def _rows(used: list[SourceFile]) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """The counts of all levels, the published rates of Kreise, and the names of areas as tables print them."""
    counts, rates, printed = [], [], []
    for source in used:
        if source.kind == "table":
            counts.append(observations.from_table(source.frame, source.source_id))
            printed.append(source.frame[["area_key", "level", "name"]].drop_duplicates())
        elif source.kind == "register":
            counts.append(observations.from_register(source.frame, source.source_id))
        elif source.kind == "keys_gemeinde" and source.frame["year_from"].max() > 2020:
            counts.append(observations.from_keys(source.frame, 2022, source.source_id))
        elif source.kind == "density":
            counts.append(observations.from_density(source.frame, source.source_id))
        elif source.kind == "inkar":
            rates.append(observations.from_inkar(source.frame, source.source_id))
    return pd.concat(counts, ignore_index=True), pd.concat(rates, ignore_index=True), pd.concat(printed)


def _of_tables_of_gemeinden(counts: pd.DataFrame) -> pd.DataFrame:
    """Gemeinde rows but for those of tables of Kreise.

    These print some cities (Hannover, Aachen, Saarbrücken), but with gaps that the others do not have.
    """
    rows = counts[counts["level"] == "gemeinde"]
    units = rows.groupby("source_id")["area_key"].transform("nunique")
    return rows[units > MAX_GEMEINDEN_OF_KREIS_TABLE]


def _people(result: dict[str, pd.DataFrame]) -> dict[int, pd.Series]:
    """The people of each Gemeinde at the end of 2021 and 2022, and of each Kreis at the end of 2024."""
    found = {}
    for name, year in (("gemeinde", 2021), ("gemeinde", 2022), ("kreis", 2024)):
        people = observations.everybody(result[f"observation_{name}"])
        found[year] = people[people["year"].eq(year)].set_index("area_key")["value"]
    return found


def _with_age_totals(rows: pd.DataFrame) -> pd.DataFrame:
    """Add totals by sex and over all ages where a table has only the age classes (12411-0018)."""
    known = observations.everybody(rows)
    lacking = rows[
        (rows["indicator_id"] == "population")
        & rows["age_group"].isin(observations.AGE_CLASSES)
        & ~rows["year"].isin(known["year"].unique())
    ]
    ids = ["area_key", "level", "indicator_id", "year", "territory", "source_id"]
    by_age = lacking.groupby([*ids, "age_group"], as_index=False)["value"].sum().assign(sex="total")
    by_sex = lacking.groupby([*ids, "sex"], as_index=False)["value"].sum().assign(age_group="total")
    total = lacking.groupby(ids, as_index=False)["value"].sum().assign(sex="total", age_group="total")
    added = pd.concat([by_age, by_sex, total], ignore_index=True).assign(status="computed")
    together: pd.DataFrame = pd.concat([rows, added[observations.COLUMNS]], ignore_index=True)
    return together


def _umsteigeschluessel(used: list[SourceFile], kind: str) -> pd.DataFrame:
    frames = [s.frame for s in used if s.kind == kind]
    if not frames:
        what = "Kreise" if kind == "keys_kreis" else "Gemeinden"
        raise ZwkError(
            f"Im Ordner fehlt der BBSR-Umsteigeschlüssel für {what}; ohne ihn lassen sich Gebiete nicht zuordnen."
        )
    return pd.concat(frames, ignore_index=True)


def source_rows(used: list[SourceFile]) -> list[dict[str, object]]:
    """Rows of the public table ``source`` for the files that were used."""
    families = yaml.safe_load((DATA / "publishers.yml").read_text(encoding="utf-8"))
    through = _obtained_through()
    return [
        {
            **{key: families[s.family][key] for key in ("publisher", "licence", "attribution", "url")},
            "source_id": s.source_id,
            "title": s.title,
            "table_code": s.table_code,
            "vintage": s.vintage,
            "sha256": (checksum := s.sha256()),
            "retrieved": s.retrieved,
            "through": through.get(checksum),
        }
        for s in used
    ]


def _obtained_through() -> dict[str, str]:
    """From whom a file came, by its checksum."""
    entries = yaml.safe_load((DATA / "through.yml").read_text(encoding="utf-8"))
    return {checksum: one["through"] for one in entries for checksum in one["files"].values()}


def write(report: Report) -> None:
    """Write data/figures/*.parquet and data/sources.csv; files are replaced when all of them are complete."""
    result = tables(report.used)
    folder = DATA / "figures"
    folder.mkdir(parents=True, exist_ok=True)
    ready: list[tuple[Path, Path]] = []
    for name, frame in result.items():
        target = folder / f"{name}.parquet"
        part = target.with_suffix(".part")
        # Sorted so that a query reads only the indicators and years that it asks for; the build keeps the order.
        ordered = frame.sort_values(ORDER) if "value" in frame else frame
        # In sorted rows the same keys recur in the same order: written in full on one large page, each repetition
        # takes hardly any space. Numbers compress better with their first bytes together, then their second, and so on.
        keys = [column for column in ("area_key", "key_from", "key_to") if column in ordered]
        numbers = [column for column in ("value",) if column in ordered]
        how: dict[str, Any] = {
            "compression_level": 19,
            "use_dictionary": [column for column in ordered if column not in (*keys, *numbers)],
            "column_encoding": dict.fromkeys(keys, "PLAIN") | dict.fromkeys(numbers, "BYTE_STREAM_SPLIT"),
            "data_page_size": WHOLE,
            "max_rows_per_page": WHOLE,
        }
        ordered.to_parquet(part, index=False, compression="zstd", **how)
        ready.append((part, target))
    target = DATA / "sources.csv"
    part = target.with_suffix(".part")
    with part.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, SOURCE_COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(source_rows(report.used))
    ready.append((part, target))
    for source, destination in ready:
        source.replace(destination)
