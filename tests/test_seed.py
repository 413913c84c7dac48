"""The seed says what the collected facts say, refuses what it can't trust, and never overwrites people's entries."""

from __future__ import annotations

import calendar
import csv
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from zwk_data import seed, settings
from zwk_data.errors import ZwkError
from zwk_data.stores import programme_file

FACTS = Path(__file__).resolve().parents[1].parent / "shared" / "fakten"
with_facts = pytest.mark.skipif(not FACTS.exists(), reason="the collected facts are not part of the repository")


def facts(name: str) -> list[dict[str, str]]:
    with (FACTS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@with_facts
def test_every_participant_and_area_is_there() -> None:
    made = seed.frames("public")
    people, areas = made["participant"], made["participant_area"]
    assert [
        (p.participant_id, p.name, p.kind, p.land, p.quarter or "", p.admitted, p.adviser or "", p.source_url)
        for p in people.itertuples(index=False)
    ] == [
        (k["kommune_id"], k["name"], k["art"], k["land"], k["quartier"], k["aufnahme"], k["beratung"], k["quelle"])
        for k in facts("kommunen")
    ]
    assert people["dwk_experience"].tolist() == [k["dwk_erfahrung"] == "ja" for k in facts("kommunen")]
    assert list(zip(areas["participant_id"], areas["area_key"], strict=True)) == [
        (g["kommune_id"], g["schluessel"]) for g in facts("gebiete")
    ]


@with_facts
def test_every_event_is_there_no_more_exact_than_its_source() -> None:
    events = seed.frames("public")["stage_event"]
    rows = facts("stufen")
    assert len(events) == len(rows) == 79
    for event, row in zip(events.itertuples(index=False), rows, strict=True):
        assert (event.participant_id, event.stage, event.note, event.source_url) == (
            row["kommune_id"],
            row["stufe"],
            row["hinweis"],
            row["quelle"],
        )
        given = row["datum"]
        if row["genauigkeit"] == "unbekannt":
            assert (event.precision, event.date_from, event.date_to) == ("unknown", None, None)
            continue
        numbers = [int(part) for part in given.split("-")]
        first = [*numbers, 1, 1][:3]
        last = [*numbers, 12, 31][:3] if len(numbers) == 1 else numbers
        if len(numbers) == 2:
            last = [*numbers, calendar.monthrange(*numbers)[1]]
        assert event.precision == {3: "day", 2: "month", 1: "year"}[len(numbers)]
        assert (event.date_from.timetuple()[:3], event.date_to.timetuple()[:3]) == (tuple(first), tuple(last))


@with_facts
def test_every_wording_is_kept_and_mapped() -> None:
    made = seed.frames("public")["participant_theme"]
    assert set(zip(made["participant_id"], made["wording"], made["source_url"], strict=True)) == {
        (t["kommune_id"], t["thema"], t["quelle"]) for t in facts("themen")
    }


def test_the_toolkit_has_its_13_themes() -> None:
    themes = seed.frames("public")["theme"]
    assert themes["toolkit"].sum() == 13
    assert "Demokratieförderung" in set(themes.loc[themes["toolkit"].astype(bool), "name_de"])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """What ships of the programme, to be spoilt: ``programme`` and ``demo``."""
    for part in ("programme", "demo"):
        shutil.copytree(settings.DATA / part, tmp_path / part)
    return tmp_path


def spoil(folder: Path, table: str, old: str, new: str) -> None:
    file = folder / f"{table}.csv"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize(
    ("table", "old", "new", "said"),
    [
        ("stage_event", "adorf,kommunalprofil", "adrof,kommunalprofil", "Zeile 2: „adrof“ steht nicht in participant"),
        ("stage_event", "adorf,kommunalprofil", "adorf,profil", "Zeile 2: Spalte „stage“: „profil“ ist unbekannt"),
        ("stage_event", "2021-11-01,2021-11-30,month", "01.11.2021,2021-11-30,month", "Zeile 4: Spalte „date_from“"),
        ("stage_event", "2021-11-01,2021-11-30,month", "2021-11-01,2021-11-31,month", "kein Datum der Form JJJJ-MM-TT"),
        ("stage_event", "2021-11-01,2021-11-30,month", "2021-11-01,2021-11-29,month", "erwartet wird 2021-11-01 bis"),
        (
            "stage_event",
            "2021-11-01,2021-11-30,month",
            "2021-11-01,2021-11-30,day",
            "erwartet wird 2021-11-01 bis 2021",
        ),
        ("stage_event", "2021-11-01,2021-11-30,month", ",,month", "braucht date_from und date_to"),
        ("stage_event", ",,unknown", "2022-01-01,2022-01-01,unknown", "Genauigkeit „unknown“, aber ein Datum"),
        ("stage_event", ",month,,https", ",month,https", "9 Felder erwartet, 8 gefunden"),
        ("stage_event", "https://gewos", "gewos", "keine Internetadresse"),
        ("stage_event", "participant_id,stage", "stage,participant_id", "Zeile 1: erwartet werden die Spalten"),
        ("participant", "adorf,Adorf/Vogtl.,stadt", "adorf,Adorf/Vogtl.,dorf", "Spalte „kind“: „dorf“ ist unbekannt"),
        ("participant", ",true,SIREG", ",ja,SIREG", "Möglich sind true, false"),
        ("participant", "dortmund,Dortmund", "adorf,Dortmund", "doppelter Eintrag, steht schon in Zeile 2 (adorf)"),
        ("participant", "adorf,Adorf/Vogtl.", "adorf,", "Spalte „name“: das Feld ist leer"),
        ("participant_area", "adorf,gemeinde,14523010", "adorf,gemeinde,1452301", "8 Ziffern erwartet"),
        ("participant_theme", "adorf,ortsentwicklung", "adorf,ortskern", "„ortskern“ steht nicht in theme.csv"),
        ("theme", "wohnen,Wohnen,true", "wohnen,Integration,true", "doppelter Eintrag"),
    ],
)
def test_a_bad_file_is_refused_with_file_and_line(folder: Path, table: str, old: str, new: str, said: str) -> None:
    spoil(folder / "programme", table, old, new)
    with pytest.raises(ZwkError) as fault:
        seed.frames("public", folder)
    assert said in str(fault.value)
    assert str(fault.value).startswith(f"data/programme/{table}.csv, Zeile ")


@pytest.mark.parametrize(
    ("table", "old", "new", "said"),
    [
        ("measure", ",idea,", ",Idee,", "Zeile 2: Spalte „status“: „Idee“ ist unbekannt"),
        ("measure", "adorf-02,", "adorf-01,", "doppelter Eintrag, steht schon in Zeile 2 (adorf-01)"),
        ("measure_note", "adorf-02,", "adorf-99,", "Zeile 2: „adorf-99“ steht nicht in measure.csv"),
        ("funding", "adorf,2021,29000,", "adorf,2021,-29000,", "„-29000“ ist kein Betrag"),
        ("review", "2024-05-14 10:44", "gestern", "„gestern“ ist kein Zeitpunkt"),
        ("stage_plan", "2021-10-23,2021-10-23,day", "2021-10-23,2021-10-24,day", "passt nicht zu 2021-10-23"),
    ],
)
def test_a_bad_file_of_the_invented_data_is_refused_as_well(
    folder: Path, table: str, old: str, new: str, said: str
) -> None:
    spoil(folder / "demo", table, old, new)
    with pytest.raises(ZwkError) as fault:
        seed.frames("demo", folder)
    assert said in str(fault.value)
    assert str(fault.value).startswith(f"data/demo/{table}.csv, Zeile ")


def test_a_missing_file_of_the_invented_data_is_named(folder: Path) -> None:
    (folder / "demo" / "review.csv").unlink()
    with pytest.raises(ZwkError, match=r"Die Datei data/demo/review\.csv fehlt"):
        seed.frames("demo", folder)


def test_a_participant_without_an_area_is_refused(folder: Path) -> None:
    spoil(folder / "programme", "participant_area", "adorf,gemeinde,14523010\n", "")
    with pytest.raises(ZwkError, match=r"participant\.csv, Zeile 2: für „adorf“ fehlt das Gebiet in participant_area"):
        seed.frames("public", folder)


def test_a_measure_that_ends_before_it_begins_is_refused(folder: Path) -> None:
    with (folder / "programme" / "measure.csv").open("a", encoding="utf-8") as file:
        file.write("riesa-01,riesa,wohnen,Haus,,,2023-05-01,2023-04-01,500.50,,running,,,,Test,\n")
    with pytest.raises(ZwkError, match=r"measure\.csv, Zeile 2: die Maßnahme endet \(2023-04-01\), bevor"):
        seed.frames("public", folder)


def test_a_missing_and_a_wrongly_encoded_file_are_told_apart(folder: Path) -> None:
    (folder / "programme" / "theme.csv").write_bytes("theme_id,name_de,toolkit\nx,Förder,true\n".encode("latin-1"))
    with pytest.raises(ZwkError, match="nicht in UTF-8"):
        seed.frames("public", folder)
    (folder / "programme" / "theme.csv").unlink()
    with pytest.raises(ZwkError, match="fehlt"):
        seed.frames("public", folder)


def test_an_unknown_data_set_is_refused() -> None:
    with pytest.raises(ZwkError, match="Möglich sind"):
        seed.frames("privat")


def test_a_store_is_made_once(public: Path) -> None:
    before = public.stat().st_mtime_ns
    assert seed.ensure() == public
    assert public.stat().st_mtime_ns == before


def test_a_new_seed_replaces_the_store_unless_people_entered_something(
    store: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = store("public")
    monkeypatch.setattr(seed, "fingerprint", lambda dataset: "00000001")
    seed.ensure()
    assert programme_file.state(path)[:2] == ("00000001", 0)

    with duckdb.connect(str(path)) as con:
        con.execute("DELETE FROM stage_event")
        con.execute(
            "INSERT INTO change_log VALUES (1, now()::TIMESTAMP, 'x', 'stage_event', 'x', NULL, NULL, NULL, '', 1)"
        )
    monkeypatch.setattr(seed, "fingerprint", lambda dataset: "00000002")
    seed.ensure()
    assert programme_file.state(path)[:2] == ("00000001", 1)
    with duckdb.connect(str(path), read_only=True) as con:
        assert con.execute("SELECT count(*) FROM stage_event").fetchone() == (0,)
