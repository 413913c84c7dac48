"""Whether a csv was cut after a row: one without a foot may end anywhere, so what belongs in it is counted.

Tables of GENESIS end with a foot, keys of the BBSR lead every area somewhere, workbooks and JSON are closed: there the
readers tell.
"""

from __future__ import annotations

import io
from dataclasses import dataclass

import pandas as pd

from zwk_data import german
from zwk_data.errors import SourceError
from zwk_data.sources import inkar, open_files
from zwk_data.warehouse.collect.folder import SourceFile

#: Verbände of 31.12.2022 by Land, as the index of the RKI has them (Städte without a Verband count as one)
VERBAENDE = {
    **{"01": 170, "03": 405, "05": 396, "06": 422, "07": 170, "08": 460, "09": 1385, "10": 52},
    **{"12": 193, "13": 116, "14": 309, "15": 122, "16": 192},
}
#: areas of Germany on 31.12.2022 and on 15.05.2022; on 31.12.2019 (INKAR's edition before)
IN_2022 = {"bund": 1, "land": 16, "kreis": 400, "gemeinde": 10_786}
IN_2019 = {"bund": 1, "land": 16, "kreis": 401, "verband": 4_618}
#: what INKAR adds to those of the RKI: Berlin, Hamburg, Bremen and Bremerhaven
OF_INKAR = {**IN_2022, "verband": sum(VERBAENDE.values()) + 4}
OF_ZENSUS = {**IN_2022, "verband": 1_207}
#: Verbände with a figure in the csv with the income tax; Gemeinden in the one with the density
OF_TAX, OF_DENSITY = {"verband": 4_398}, 10_990
AREAS = {"bund": "Staaten", "land": "Ländern", "kreis": "Kreisen", "verband": "Verbänden", "gemeinde": "Gemeinden"}
#: the first word of what INKAR calls a level
LEVELS = {
    **{"Bund": "bund", "Bundesländer": "land", "Kreise": "kreis"},
    **{"Gemeindeverbände": "verband", "Gemeinden": "gemeinde"},
}
CUT = "die Datei ist wohl abgeschnitten"
WHOLE = "die ganze Datei, wie der Herausgeber sie anbietet"


@dataclass(frozen=True)
class _Content:
    """Level, area and year of each row as they stand in the file, and how many areas of each level belong in it."""

    rows: pd.DataFrame
    expected: dict[str, int]


def check(source: SourceFile) -> None:
    """Raise SourceError if rows are missing at the end: areas, or years of the last one."""
    found = _content(source)
    if found is None:
        return
    last = found.rows.iloc[-1]
    newest = int(found.rows.loc[found.rows["level"].eq(last["level"]), "year"].max())
    if int(last["year"]) != newest:
        problem = (
            f"hinter {last['area']} ({last['year']}) fehlen die Jahre bis {newest}, die Datei ist wohl abgeschnitten"
        )
        raise SourceError(source.path.name, problem, where="letzte Zeile", expected=WHOLE)
    areas = found.rows.groupby("level")["area"].nunique()
    for level, wanted in found.expected.items():
        there = int(areas.get(level, 0))
        if there < wanted:
            of_all = f"{german.number(there)} von {german.number(wanted)} {AREAS[level]}"
            problem = f"es stehen nur {of_all} darin, {CUT}"
            raise SourceError(source.path.name, problem, expected=WHOLE)


def doubt(source: SourceFile) -> str:
    """What makes one think that rows are missing at the end, as a German sentence; "" for nothing.

    A flat table may be of any areas, but has the same of all; the people of Gemeinden may be those of some.
    """
    if source.kind == "density":
        there = source.frame["area_key"].nunique()
        of_all = f"{german.number(there)} von {german.number(OF_DENSITY)} Gemeinden"
        return "" if there >= OF_DENSITY else f"es stehen nur {of_all} darin; ist das ein Auszug, oder fehlt der Rest?"
    if not source.flat:
        return ""
    figures = source.frame.groupby(["level", "area_key"]).size()
    most = figures.groupby(level="level").transform("max")
    fewer = figures[figures < most]
    if fewer.empty:
        return ""
    _, area = fewer.index[-1]
    others = f" und {german.count(len(fewer) - 1, 'weiteres Gebiet', 'weitere Gebiete')}" if len(fewer) > 1 else ""
    return f"für {area}{others} steht weniger da als für die übrigen; ist die Datei abgeschnitten?"


def _content(source: SourceFile) -> _Content | None:
    """None for a format of which its reader knows the end."""
    frame = source.frame
    if source.source_id.startswith("inkar-2"):
        return _of_extract(source)
    if source.table_code == "GISD":
        level, land = str(frame["level"].iloc[0]), str(frame["area_key"].iloc[0])[:2]
        return _of_frame(frame, {"kreis": 400} if level == "kreis" else {"verband": VERBAENDE.get(land, 0)})
    if source.family == "zensus2022":
        # a flat table without Germany may be one of a Land, and one without Gemeinden one of Germany
        is_of_all = {"bund", "gemeinde"} <= set(frame["level"])
        of_flat = {"gemeinde": OF_ZENSUS["gemeinde"]} if is_of_all else {}
        return _of_frame(frame, of_flat if source.flat else OF_ZENSUS)
    if source.kind == "inkar":
        return _of_frame(frame, {"kreis": 400})
    if source.source_id == "inkar-einkommensteuer" and ".csv" in source.path.name:
        return _of_frame(frame, OF_TAX)
    return None


def _of_frame(frame: pd.DataFrame, expected: dict[str, int]) -> _Content:
    return _Content(pd.DataFrame({"level": frame["level"], "area": frame["area_key"], "year": frame["year"]}), expected)


def _of_extract(source: SourceFile) -> _Content:
    """An extract of INKAR, whose frame lacks the rows without a figure."""
    content, _ = open_files.read(source.path)
    cells = pd.read_csv(io.StringIO(content), usecols=inkar.EXTRACT, dtype="str")
    level = cells["raumbezug"].str.split(" ").str[0].map(LEVELS)
    rows = pd.DataFrame({"level": level, "area": cells["kennziffer"], "year": cells["zeitbezug"].str[-4:].astype(int)})
    expected = OF_INKAR if source.frame["territory"].max() == inkar.TERRITORY else IN_2019
    # one without Germany may be of some levels alone
    return _Content(rows, expected if level.eq("bund").any() else {})
