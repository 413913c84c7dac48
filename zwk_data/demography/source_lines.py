"""The source line: who published the figures shown, of which years, in which table and under which licence, and how
we changed them.

Composed here and nowhere else. It is one plain text for page, paper, slide, workbook and wall; ``linked`` finds in it
what a screen turns into links, ``addresses`` what a list of sources writes out in full.
The Datenlizenz Deutschland – Namensnennung – Version 2.0 asks in (2) for the publisher, „dl-de/by-2-0“ with the address
of its text and that of the data, and in (3) for the note that data were changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

import pandas as pd
import yaml

from zwk_data.demography.figures import of_year
from zwk_data.settings import DATA
from zwk_data.stores.connection import read
from zwk_data.stores.memo import remembered

NONE = "keine"
#: the year whose territory figures are converted to
TERRITORY = 2023
#: an index needs the figures of its base year, too
INDEX, BASE_YEAR = "population_index", 2011
CHANGED = "verändert: "
#: status of a figure that is not as published -> what was done
_DONE = {"computed": "berechnet", "estimated": "geschätzt"}
#: more tables than this are named by their database alone
MOST_TABLES = 2
#: an attribution of the table ``source``: „© publisher {years}, database (licence)“; states of ``update`` made by
#: former versions have no {years}
_ATTRIBUTION = r"^(?P<who>.+?)(?: \{years\})?, (?P<offer>.+?)(?P<licence> \(.+\))?$"
#: what a line may say of licences and boundaries, and where that leads
_LICENCES = {
    "Datenlizenz Deutschland – Namensnennung – Version 2.0": "https://www.govdata.de/dl-de/by-2-0",
    "dl-de/by-2-0": "https://www.govdata.de/dl-de/by-2-0",
    "CC BY 4.0": "https://creativecommons.org/licenses/by/4.0/deed.de",
    "GeoNutzV": "https://www.gesetze-im-internet.de/geonutzv/",
    "GeoBasis-DE / BKG": "https://www.bkg.bund.de",
}
#: what stands between two entries of a line
_BETWEEN = re.compile(rf"; (?=©|{CHANGED})")
#: an entry of a line: publisher, years, the rest
_ENTRY = re.compile(r"(?P<who>© .+?) (?P<first>\d{4})(?:–(?P<last>\d{4}))?(?P<rest>,.+)")


def source_line(frame: pd.DataFrame, *, year: int | None = None, computed: bool = False, brief: bool = False) -> str:
    """The line beneath the figures of ``frame``; „keine“ if none has a source.

    Columns: source_id (missing where there is no figure), status, territory, and year unless ``year`` is that of all.
    ``computed``: more was calculated from them than their status says, as an index or a difference.
    ``brief``: without databases, tables and territory, for a wall that nobody can click on.
    Raises KeyError if a column is missing: half a source line is none.
    """
    rows = frame[["source_id", "status", "territory"]].assign(year=frame["year"] if year is None else year)
    rows = rows.drop_duplicates().dropna(subset=["source_id", "year"])
    spans = rows.groupby("source_id")["year"].agg(["min", "max"]).astype(int)
    entries = _entries(tuple(spans.itertuples(name=None)), brief)
    if not entries:
        return NONE
    done = set(rows["status"]) | ({"computed"} if computed else set())
    told = [word for status, word in _DONE.items() if status in done]
    if (rows["status"].isin(_DONE) & (rows["territory"] == TERRITORY) & (rows["year"] != TERRITORY)).any():
        told.append("umgerechnet" if brief else f"auf den Gebietsstand 31.12.{TERRITORY} umgerechnet")
    return "; ".join((*entries, *([CHANGED + ", ".join(told)] if told else [])))


@remembered(entries=256)
def _entries(spans: tuple[tuple[str, int, int], ...], brief: bool) -> tuple[str, ...]:
    """The entries of a line; ``spans``: source_id, first and last year of what is shown."""
    found = read(
        "SELECT source_id, attribution, table_code FROM source WHERE source_id IN (SELECT unnest($ids))",
        {"ids": [source for source, _, _ in spans]},
    ).merge(pd.DataFrame(spans, columns=["source_id", "first", "last"]), on="source_id")
    found = found.join(found["attribution"].str.extract(_ATTRIBUTION).fillna(""))
    if found.empty:
        return ()
    return (_of_all_publishers(found),) if brief else _of_each_publisher(found)


def _of_each_publisher(found: pd.DataFrame) -> tuple[str, ...]:
    """„© BBSR 2016–2022, INKAR, Umsteigeschlüssel (dl-de/by-2-0)“: databases under one licence stand together."""
    numbers = found["table_code"].where(found["table_code"].str.match(r"\d", na=False))
    found = found.assign(number=numbers if numbers.nunique() <= MOST_TABLES else None)
    entries = []
    for who, of_publisher in found.groupby("who"):
        offers = [
            ", ".join(_with_tables(str(offer), rows) for offer, rows in same.groupby("offer")) + str(licence)
            for licence, same in of_publisher.groupby("licence")
        ]
        # what stands under no licence comes last, or it would seem to stand under that of the others
        entries.append(f"{who} {_span(of_publisher)}, {', '.join(reversed(offers))}")
    return tuple(entries)


def _of_all_publishers(found: pd.DataFrame) -> str:
    """„© BBSR, Statistische Ämter … (dl-de/by-2-0), Statistisches Bundesamt (Destatis) 1990–2023“.

    Who publishes with a licence and without is named with it.
    """
    once = found.sort_values("licence", ascending=False, kind="stable").drop_duplicates("who")
    told = [
        ", ".join(sorted(same["who"].str.removeprefix("© "))) + str(licence)
        for licence, same in once.groupby("licence", sort=False)
    ]
    return f"© {', '.join(told)} {_span(found)}"


def _span(rows: pd.DataFrame) -> str:
    return years(rows["first"].min(), rows["last"].max())


def _with_tables(offer: str, rows: pd.DataFrame) -> str:
    """„Regionaldatenbank Deutschland, Tabelle 12411-02-03-5“."""
    numbers = sorted(set(rows["number"].dropna()))
    return f"{offer}, {'Tabelle' if len(numbers) == 1 else 'Tabellen'} {', '.join(numbers)}" if numbers else offer


def years(first: int, last: int) -> str:
    """``1995–2015``, or one year."""
    return f"{first}" if first == last else f"{first}–{last}"


def of_publication(attribution: str, span: str) -> tuple[str, str]:
    """The database that an attribution of the table ``source`` speaks of, and the attribution with its years."""
    match = re.match(_ATTRIBUTION, attribution)
    return match["offer"] if match else attribution, attribution.replace(" {years}", f" {span}" if span else "")


def of_participant(participant_id: str, source_ids: Iterable[str | None] | None = None) -> pd.DataFrame:
    """What ``source_line`` asks for, of all figures of a participant, or of the newest one from each of ``source_ids``.

    Columns: source_id, year, status, territory; each row once.
    """
    rows = read(
        """
        SELECT DISTINCT source_id, year, status, territory FROM participant_observation
        WHERE participant_id = $id AND value IS NOT NULL
        """,
        {"id": participant_id},
    )
    if source_ids is None:
        return rows
    newest = rows.groupby("source_id")["year"].transform("max")
    return rows[rows["source_id"].isin(set(source_ids)) & rows["year"].eq(newest)]


def of_areas(levels: Iterable[str], indicator_ids: Iterable[str], first: int, last: int) -> pd.DataFrame:
    """What ``source_line`` asks for, where something is computed from all areas of levels (also ``teilnehmende``).

    Columns: source_id, year (``first`` to ``last``), status (computed), territory (that of today).
    """
    rows = read(
        """
        SELECT DISTINCT source_id, year FROM coverage
        WHERE known AND year BETWEEN $first AND $last AND indicator_id IN (SELECT unnest($indicators))
          AND (state = 'today' AND place IN (SELECT unnest($levels))
               OR state = 'participants' AND list_contains($levels, 'teilnehmende'))
        """,
        {"levels": list(levels), "indicators": list(indicator_ids), "first": first, "last": last},
    )
    return rows.assign(status="computed", territory=TERRITORY)


def of_base(levels: Iterable[str], indicator_id: str) -> pd.DataFrame:
    """Rows as of ``of_areas`` for the base year of the index of the population; none for any other indicator."""
    wanted = ["population"] if indicator_id == INDEX else []
    return of_areas(levels, wanted, BASE_YEAR, BASE_YEAR)


def of_headline(participant_id: str, numbers: pd.DataFrame) -> pd.DataFrame:
    """What ``source_line`` asks for, of a frame of ``figures.headline``, with the figures of the Kreis in it."""
    kreis = numbers.dropna(subset="kreis_source")
    years = kreis["kreis_year"].astype(int)
    around = pd.DataFrame({"source_id": kreis["kreis_source"], "year": years, "territory": years, "status": "reported"})
    return pd.concat([of_participant(participant_id, numbers["source_id"]), around], ignore_index=True)


def of_everyone(year: int) -> str:
    """The line of how many people live in all participating areas together."""
    return source_line(of_year("teilnehmende", "population", year), year=year, computed=True)


def together(lines: Iterable[str]) -> tuple[str, ...]:
    """All that ``lines`` name, each publication once with the span of its years: for a list of sources.

    Left out is how figures were changed, which holds for single ones.
    """
    spans: dict[tuple[str, str], tuple[int, int]] = {}
    for entry in dict.fromkeys(one for line in lines for one in _BETWEEN.split(line)):
        if entry == NONE or entry.startswith(CHANGED):
            continue
        match = _ENTRY.fullmatch(entry)
        if match is None:
            spans[entry, ""] = (0, 0)
            continue
        first, last = int(match["first"]), int(match["last"] or match["first"])
        before = spans.get((match["who"], match["rest"]), (first, last))
        spans[match["who"], match["rest"]] = (min(first, before[0]), max(last, before[1]))
    return tuple(f"{who} {years(*span)}{rest}" if rest else who for (who, rest), span in spans.items())


@cache
def _links() -> dict[str, str]:
    """Words of a source line -> address: of the licence, the BKG, the database that the publisher offers."""
    families = yaml.safe_load((DATA / "publishers.yml").read_text(encoding="utf-8"))
    return _LICENCES | {str(one["offer"]): str(one["url"]) for one in families.values()}


@cache
def _linkable() -> re.Pattern[str]:
    return re.compile("|".join(re.escape(word) for word in sorted(_links(), key=len, reverse=True)))


def linked(line: str) -> list[tuple[str, str]]:
    """The line in pieces: (text, address), with an empty address for what is no link. Each address once."""
    pieces, at, known = [], 0, set()
    for match in _linkable().finditer(line):
        address = _links()[match[0]]
        if address not in known:
            known.add(address)
            pieces += [(line[at : match.start()], ""), (match[0], address)]
            at = match.end()
    return [piece for piece in (*pieces, (line[at:], "")) if piece[0]]


def addresses(lines: Iterable[str]) -> list[tuple[str, str]]:
    """What ``lines`` speak of and where that is, to be written out on paper: (word, address), each once."""
    return list(dict.fromkeys(piece for line in lines for piece in linked(line) if piece[1]))
