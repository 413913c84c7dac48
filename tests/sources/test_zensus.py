"""The Regionaltabellen of the Zensus 2022: the genuine files, written ones read back, broken ones refused."""

from __future__ import annotations

import gzip
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.examples import examples
from zwk_data.errors import SourceError
from zwk_data.sources import ffcsv, open_files, zensus

KEYS = ("00", "01", "01001", "010010000000", "130765665", "130765665121")
COLUMNS = {
    about: list(dict.fromkeys(column for cell in cells for column in cell.columns))
    for about, cells in zensus.CELLS.items()
}


@pytest.fixture(scope="module")
def tables(shared: Path) -> dict[str, pd.DataFrame]:
    folder = shared / "quellen" / "zensus2022_regionaltabellen"
    names = {"Demografie": "Demografie", "Haushalte": "Haushalte", "Gebäude": "Gebaeude_Wohnungen"}
    names |= {"Erwerbsstatus": "Erwerbsstatus", "Schulabschluss": "HoechsterSchulabschluss"}
    names |= {"Berufsabschluss": "HoechsterBeruflAbschluss"}
    return {about: zensus.read(folder / f"Regionaltabelle_{name}.csv.gz") for about, name in names.items()}


def value(frame: pd.DataFrame, key: str, measure: str, ages: tuple[str, ...] = ("total",), who: str = "total") -> float:
    rows = frame[frame["area_key"].eq(key) & frame["measure"].eq(measure) & frame["nationality"].eq(who)]
    return float(rows.loc[rows["age_group"].isin(ages), "value"].sum())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("key", "people", "aged", "foreign"),
    [("14627230", 29_434, 9_468, 1_823), ("13076121", 250, 49, 5), ("04012000", 118_133, 22_512, 25_059)],
)
def test_people_of_three_places(tables, key: str, people: int, aged: int, foreign: int) -> None:
    frame = tables["Demografie"]
    assert value(frame, key, "Personen") == people
    assert value(frame, key, "Personen", ("67-74", "75+")) == aged
    assert value(frame, key, "Personen", who="foreign") == foreign


def test_the_nation_and_the_sum_of_its_gemeinden(tables) -> None:
    people = tables["Demografie"].query("measure == 'Personen' and age_group == 'total' and nationality == 'total'")
    assert people.groupby("level").size().to_dict() == {
        "bund": 1,
        "land": 16,
        "regierungsbezirk": 19,
        "region": 10,
        "kreis": 400,
        "verband": 1207,
        "gemeinde": 10786,
    }
    assert value(tables["Demografie"], "DG", "Personen") == 82_719_540
    assert value(tables["Demografie"], "DG", "Personen", who="foreign") == 10_913_347
    assert people.loc[people["level"] == "gemeinde", "value"].sum() == 82_711_282
    assert value(tables["Haushalte"], "DG", "Haushalte") == 40_236_008
    assert value(tables["Gebäude"], "DG", "Gebäude mit Wohnraum") == 19_957_268
    assert value(tables["Gebäude"], "DG", "Gebäude, gebaut bis 1949") == 2_606_832 + 2_345_905
    for frame in tables.values():
        assert frame["date"].eq(pd.Timestamp("2022-05-15")).all()
        assert frame["value"].isna().eq(frame["status"].isin(["none", "secret", "unreliable"])).all()


def test_employment_and_education_of_the_sample(tables) -> None:
    """Published for the nation; of Gemeinden only where the sample is large enough."""
    assert value(tables["Erwerbsstatus"], "DG", "Erwerbspersonen") == 43_752_890
    assert value(tables["Erwerbsstatus"], "DG", "Erwerbslose") == 2_709_440
    schools = tables["Schulabschluss"]
    assert value(schools, "DG", "Personen ab 15 Jahren") == 69_439_520
    assert value(schools, "DG", "Personen mit Fachhochschul- oder Hochschulreife") == 24_236_930
    assert value(schools, "14627230", "Personen ohne Schulabschluss") == 1_240
    assert value(tables["Berufsabschluss"], "DG", "Personen ohne beruflichen Abschluss") == 18_859_710
    everyone = schools[schools["measure"].eq("Personen ab 15 Jahren") & schools["level"].eq("gemeinde")]
    assert everyone["status"].value_counts().to_dict() == {"unreliable": 9_208, "reported": 1_578}


def test_gemeinden_are_those_of_the_table_of_the_database(tables, shared: Path) -> None:
    ours = tables["Demografie"].query("measure == 'Personen' and age_group == 'total' and nationality == 'total'")
    theirs = pd.concat(
        frame
        for path in sorted((shared / "quellen" / "genesis_api").glob("*.csv"))
        if (frame := ffcsv.read(path))["table"].iloc[0].startswith("1000A")
    )
    theirs = theirs[theirs["level"].eq("gemeinde") & theirs["measure"].eq("Personen")]
    left, right = (frame.set_index("area_key")["value"] for frame in (ours[ours["level"] == "gemeinde"], theirs))
    assert len(right) == 10_786
    pd.testing.assert_series_equal(left.sort_index(), right.sort_index(), check_names=False)


def test_ages_miss_the_whole_by_little(tables) -> None:
    """By no more than what keeps people unknown: 21 in a Gemeinde."""
    frame = tables["Demografie"].query("measure == 'Personen' and nationality == 'total' and level == 'gemeinde'")
    wide = frame.pivot_table(index="area_key", columns="age_group", values="value").fillna(0)
    secret = set(frame.loc[frame["status"] == "secret", "area_key"])
    assert len(secret) == 1
    off = (wide.drop(columns="total").sum(axis=1) - wide["total"]).drop(list(secret)).abs()
    assert off.max() == 21


def test_blanks_beside_a_dot_are_secret(tables) -> None:
    dierfeld = tables["Gebäude"][tables["Gebäude"]["area_key"] == "07231021"].set_index("measure")
    assert dierfeld["status"].to_dict() == {
        "Gebäude mit Wohnraum": "reported",
        "Gebäude mit einer Wohnung": "secret",
        "Gebäude, gebaut bis 1949": "secret",
        "Gebäude, gebaut ab 2000": "secret",
    }


def test_other_subjects_are_not_taken_for_these(shared: Path) -> None:
    folder = shared / "quellen" / "zensus2022_regionaltabellen"
    columns = zensus.head((folder / "Regionaltabelle_ETAlter.csv.gz").read_bytes()[:4000])
    assert columns[:3] == ["Berichtszeitpunkt", "_RS", "Name"]
    assert zensus.subject(columns) is None
    assert zensus.subject([*COLUMNS["Gebäude"], "NUTZUNG__01"]) is None, "the table of dwellings"
    assert zensus.head(b"year_xw,ags_xw") == zensus.head(open_files.GZIP + b"nonsense") == []


def written(about: str, rows: dict[str, dict[str, str]], day: str = "20220515") -> bytes:
    head = ["Berichtszeitpunkt", "_RS", "Name", "Regionalebene", *COLUMNS[about]]
    lines = [";".join(head)]
    for key, cells in rows.items():
        lines.append(";".join([day, key, f"Ort {key}", "", *(cells.get(column, "7") for column in COLUMNS[about])]))
    return ("\ufeff" + "\n".join(lines) + "\n" + ";" * (len(head) - 1) + "\n").encode()


CELL = st.one_of(st.integers(0, 10**8).map(str), st.sampled_from(["–", "."]))


@settings(max_examples=examples(13), deadline=None)
@given(
    st.sampled_from(sorted(COLUMNS)).flatmap(
        lambda about: st.tuples(
            st.just(about),
            st.dictionaries(
                st.sampled_from(KEYS), st.fixed_dictionaries(dict.fromkeys(COLUMNS[about], CELL)), min_size=1
            ),
        )
    ),
    st.booleans(),
)
def test_a_written_table_reads_back(table: tuple[str, dict[str, dict[str, str]]], packed: bool) -> None:
    about, rows = table
    content = written(about, rows)
    frame = zensus.read(gzip.compress(content, mtime=0) if packed else content, "zensus.csv")
    assert len(frame) == len(rows) * len(zensus.CELLS[about])
    for cell in zensus.CELLS[about]:
        ours = frame[frame["measure"].eq(cell.measure) & frame["age_group"].eq(cell.age_group)]
        ours = ours[ours["nationality"].eq(cell.nationality)].set_index("key_published")
        for key, cells in rows.items():
            parts = [cells[column] for column in cell.columns]
            found = ours.loc[key]
            if "." in parts:
                assert (found["status"], pd.isna(found["value"])) == ("secret", True)
            elif set(parts) == {"–"}:
                assert (found["status"], pd.isna(found["value"])) == ("none", True)
            else:
                assert found["value"] == sum(int(part) for part in parts if part != "–")
                assert found["status"] == ("reported" if len(parts) == 1 else "computed")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (written("Haushalte", {"01001": {"HH_SIZE_NAT__1": "viele"}}), "Zeile 2, Spalte HH_SIZE_NAT__1: „viele“"),
        (written("Haushalte", {"01001": {"HH_SIZE_NAT__1": "-3"}}), "„-3“ passt hier nicht"),
        (written("Haushalte", {"01001": {"HH_SIZE_NAT__1": "2,5"}}), "„2,5“ passt hier nicht"),
        (written("Haushalte", {"01001": {"0_Insgesamt_": ""}}), "Spalte 0_Insgesamt_: „“ passt hier nicht"),
        (written("Haushalte", {"99001": {}}), "Spalte _RS: „99001“ passt hier nicht"),
        (written("Haushalte", {"130765665121": {}, "130765664121": {}}), "jedes Gebiet nur einmal"),
        (written("Haushalte", {"01": {}}, day="15.5.22"), "Spalte Berichtszeitpunkt"),
        (written("Haushalte", {}), "nur einen Kopf"),
        (written("Haushalte", {"01": {}, "02": {}})[:-40], "wohl abgeschnitten"),
        (gzip.compress(written("Haushalte", {"01": {}}), mtime=0)[:-9], "beschädigt oder abgeschnitten"),
        (b"Berichtszeitpunkt;_RS;Name;Farbe\n20220515;00;Deutschland;rot\n", "keine Regionaltabelle des Zensus 2022"),
    ],
)
def test_a_broken_table_is_one_german_sentence(content: bytes, said: str) -> None:
    with pytest.raises(SourceError) as fault:
        zensus.read(content, "zensus.csv")
    assert str(fault.value).startswith("zensus.csv")
    assert said in str(fault.value)
