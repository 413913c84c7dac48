"""The seed says what the collected facts say, refuses what it can't trust, and never overwrites people's entries."""

from __future__ import annotations

import calendar
import csv
import shutil
from collections import Counter
from collections.abc import Callable
from datetime import date
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
        (p.participant_id, p.name, p.kind, p.land, p.quarter or "", p.admitted, p.source_url)
        for p in people.itertuples(index=False)
    ] == [
        (k["kommune_id"], k["name"], k["art"], k["land"], k["quartier"], k["aufnahme"], k["quelle"])
        for k in facts("kommunen")
    ]
    named = {k["kommune_id"]: k["beratung"] for k in facts("kommunen") if k["beratung"]}
    # collected later, of those that advise on the whole process
    later = {"dresden": "Lebenswerke GmbH", "grabow": "pro-t-in"}
    assert later.items() <= {a["participant_id"]: a["adviser"] for a in facts("beratung_neu")}.items()
    found = people.dropna(subset="adviser").set_index("participant_id")["adviser"]
    assert found.to_dict() == named | later
    assert people["dwk_experience"].tolist() == [k["dwk_erfahrung"] == "ja" for k in facts("kommunen")]
    assert list(zip(areas["participant_id"], areas["area_key"], strict=True)) == [
        (g["kommune_id"], g["schluessel"]) for g in facts("gebiete")
    ]


@with_facts
def test_every_event_is_there_no_more_exact_than_its_source() -> None:
    events = seed.frames("public")["stage_event"]
    rows = facts("stufen")
    later = facts("stufen_neu")
    # of those collected later four make an earlier one more exact or better sourced
    assert (len(events), len(rows), len(later)) == (90, 79, 15)
    by_source = {(one["participant_id"], one["stage"], one["source_url"]) for one in later}
    shown = set(zip(events["participant_id"], events["stage"], events["source_url"], strict=True))
    assert len(by_source & shown) == 11
    expected = Counter(
        (row["kommune_id"], row["stufe"], row["hinweis"], row["quelle"], *_as_exact(row)) for row in rows
    )
    found = Counter(
        (
            event.participant_id,
            event.stage,
            event.note,
            event.source_url,
            event.date_from,
            event.date_to,
            event.precision,
        )
        for event in events.itertuples(index=False)
    )
    assert (expected & found).total() == 75


def _as_exact(row: dict[str, str]) -> tuple[date | None, date | None, str]:
    """First day, last day and precision of an event, no more exact than its source."""
    if row["genauigkeit"] == "unbekannt":
        return None, None, "unknown"
    numbers = [int(part) for part in row["datum"].split("-")]
    first = [*numbers, 1, 1][:3]
    last = [*numbers, 12, 31][:3] if len(numbers) == 1 else numbers
    if len(numbers) == 2:
        last = [*numbers, calendar.monthrange(*numbers)[1]]
    return date(*first), date(*last), {3: "day", 2: "month", 1: "year"}[len(numbers)]


@with_facts
def test_every_wording_is_kept_and_mapped() -> None:
    made = seed.frames("public")["participant_theme"]
    assert set(zip(made["participant_id"], made["wording"], made["source_url"], strict=True)) == {
        (t["kommune_id"], t["thema"], t["quelle"]) for t in facts("themen")
    } | {
        # two themes of Vrees are those of the project before
        (t["participant_id"], t["wording"], t["source_url"])
        for t in facts("themen_neu")
        if "DWK-Zeit" not in t["note"]
    }


@with_facts
def test_measures_meetings_tools_and_practices_are_those_of_the_sources() -> None:
    made = seed.frames("public")
    # a status that no source tells can't be said of a measure
    measures = {
        (m["participant_id"], m["title"], m["source_url"]) for m in facts("massnahmen") if m["status"] != "unbekannt"
    }
    assert (
        set(made["measure"][["participant_id", "title", "source_url"]].itertuples(index=False, name=None)) == measures
    )
    assert len(measures) == 176
    # no day is made up
    days = {m["title"] for m in facts("massnahmen") if m["precision"] == "day"}
    assert set(made["measure"].dropna(subset="starts")["title"]) <= days
    dated = {t["title"] for t in facts("treffen") if len(t["date_from"]) == 10}
    assert set(made["network_event"]["title"]) == dated
    assert set(made["tool"]["title"]) == {t["title"] for t in facts("werkzeuge")}
    assert set(made["good_practice"]["title"]) == {t["title"] for t in facts("gute_praxis")}


def test_what_ships_speaks_of_no_file_or_excerpt() -> None:
    for table, frame in seed.frames("public").items():
        for column in frame.columns.intersection(["note", "goal", "result", "description", "title"]):
            said = frame[column].dropna()
            odd = said[said.str.contains(r"\.csv|Auszug|Suchergebnis|\bm/", regex=True)]
            assert odd.empty, (table, odd.tolist())


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
        file.write("riesa-99,riesa,wohnen,Haus,,,2023-05-01,2023-04-01,500.50,,running,,,,Test,\n")
    with pytest.raises(ZwkError, match=r"measure\.csv, Zeile 178: die Maßnahme endet \(2023-04-01\), bevor"):
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
