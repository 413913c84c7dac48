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


#: advisers that later sources name
ADVISERS = {
    "dithmarschen": "IPU GmbH (Moderation)",
    "dresden": "Lebenswerke GmbH",
    "frankfurt-am-main": "Beratung Mundo (Moderation); Lebenswerke GmbH",
    "grabow": "pro-t-in",
    "hamm-sieg": "regioTrend",
    "riesa": "IPU GmbH (Moderation)",
}


@with_facts
def test_every_participant_and_area_is_there() -> None:
    made = seed.frames("public")
    people, areas = made["participant"], made["participant_area"]
    assert set(ADVISERS) == {row["participant_id"] for row in facts("beratung_neu")}
    assert [
        (p.participant_id, p.name, p.kind, p.land, p.quarter or "", p.admitted, p.adviser or "", p.source_url)
        for p in people.itertuples(index=False)
    ] == [
        (
            *(k[column] for column in ("kommune_id", "name", "art", "land", "quartier", "aufnahme")),
            ADVISERS.get(k["kommune_id"], k["beratung"]),
            k["quelle"],
        )
        for k in facts("kommunen")
    ]
    assert people["dwk_experience"].tolist() == [k["dwk_erfahrung"] == "ja" for k in facts("kommunen")]
    assert list(zip(areas["participant_id"], areas["area_key"], strict=True)) == [
        (g["kommune_id"], g["schluessel"]) for g in facts("gebiete")
    ]


Told = tuple[str, str, str, str, str]


def told(participant: str, stage: str, given: str, precision: str, source: str) -> Told:
    """A collected event: its first and last day as the source gives them, and how exact that is."""
    if not given:
        return participant, stage, "", "unknown", source
    numbers = [int(part) for part in given.split("-")]
    first = [*numbers, 1, 1][:3]
    last = [*numbers, 12, 31][:3] if len(numbers) == 1 else numbers
    if len(numbers) == 2:
        last = [*numbers, calendar.monthrange(*numbers)[1]]
    days = [f"{y}-{m:02}-{d:02}" for y, m, d in (first, last)]
    return participant, stage, " ".join(days), precision, source


@with_facts
def test_every_event_is_there_no_more_exact_than_its_source() -> None:
    words = {"tag": "day", "monat": "month", "jahr": "year", "unbekannt": "unknown"}
    older = {
        told(r["kommune_id"], r["stufe"], r["datum"], words[r["genauigkeit"]], r["quelle"]) for r in facts("stufen")
    }
    newer = {
        told(r["participant_id"], r["stage"], r["date_from"], r["precision"], r["source_url"])
        for r in facts("stufen_neu")
    }
    shipped = {
        (e.participant_id, e.stage, f"{e.date_from} {e.date_to}" if e.date_from else "", e.precision, e.source_url)
        for e in seed.frames("public")["stage_event"].itertuples(index=False)
    }
    blanket = {one for one in shipped if one[3] == "blanket"}
    as_collected = {(*one[:3], "unknown", one[4]) for one in blanket}
    # what newer facts tell better: Bremerhaven's three days, Riesa's day, and three stages without a date
    replaced = {one[:2] for one in older - shipped - as_collected}
    assert replaced == {
        ("bremerhaven", "zukunftswerkstatt"),
        ("geestland", "kommunalprofil"),
        ("neubrandenburg", "werkstattplan"),
        ("riesa", "zukunftswerkstatt"),
        ("romrod", "kick_off"),
    }
    # a span over two months is no month: of Dresden's workshops the year is kept
    assert {one[:2] for one in newer - shipped - as_collected} == {("dresden", "zukunftswerkstatt")}
    added = shipped - older - newer - blanket
    assert {one[:4] for one in added} == {("dresden", "zukunftswerkstatt", "2023-01-01 2023-12-31", "year")}
    # 37 by the sentence of GEWOS; the other sentence is of the Geschäftsstelle
    assert {stage: sum(one[1] == stage for one in blanket) for stage in ("kommunalprofil", "zwischenbilanz")} == {
        "kommunalprofil": 37,
        "zwischenbilanz": 32,
    }
    assert len(blanket) == 69


@with_facts
def test_every_wording_is_kept_and_mapped() -> None:
    made = seed.frames("public")["participant_theme"]
    newer = [t for t in facts("themen_neu") if "DWK-Zeit" not in t["note"]]
    assert len(newer) == 48
    assert set(zip(made["participant_id"], made["wording"], made["source_url"], strict=True)) == {
        *((t["kommune_id"], t["thema"], t["quelle"]) for t in facts("themen")),
        *((t["participant_id"], t["wording"], t["source_url"]) for t in newer),
    }
    pairs = set(zip(made["participant_id"], made["wording"], made["theme_id"], strict=True))
    assert {(t["participant_id"], t["wording"], t["theme_id"]) for t in newer} <= pairs


@with_facts
def test_every_measure_with_a_known_state_is_there_no_more_exact_than_its_source() -> None:
    made = {(m.participant_id, m.title): m for m in seed.frames("public")["measure"].itertuples(index=False)}
    rows = {(m["participant_id"], m["title"]): m for m in facts("massnahmen") if m["status"] != "unbekannt"}
    assert made.keys() == rows.keys()
    assert len(made) == 176
    words = {"abgeschlossen": "done", "laufend": "running", "geplant": "planned", "idee": "idea"}
    for key, row in rows.items():
        one = made[key]
        assert (one.status, one.source_url) == (words[row["status"]], row["source_url"])
        assert (one.theme_id, one.responsible or "") == (row["theme_id"] or "ortsentwicklung", row["responsible"])
        for shown, given in ((one.starts, row["date_from"]), (one.ends, row["date_to"])):
            # only days are dates; months and years are in the note
            assert shown is None or (row["precision"], str(shown)) == ("day", given)
            assert shown or not given or given[:4] in f"{one.note} {one.title}"


@with_facts
def test_meetings_practices_and_tools_are_there() -> None:
    made = seed.frames("public")
    meetings = [t for t in facts("treffen") if len(t["date_from"]) == 10]
    assert list(zip(made["network_event"]["title"], made["network_event"]["date_from"].map(str), strict=True)) == [
        (t["title"], t["date_from"]) for t in meetings
    ]
    assert made["network_event"]["source_url"].tolist() == [t["source_url"] for t in meetings]
    practices = made["good_practice"]
    assert list(zip(practices["participant_id"], practices["title"], practices["link"], strict=True)) == [
        (g["participant_id"], g["title"], g["source_url"]) for g in facts("gute_praxis")
    ]
    assert set(practices["release"]) == {"public"}
    tools = made["tool"]
    assert [(t.title, t.theme_id or "", t.link) for t in tools.itertuples(index=False)] == [
        (t["title"], t["theme_id"], t["url"]) for t in facts("werkzeuge")
    ]


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
        ("stage_event", "2021-11-01,2021-11-30,month", "01.11.2021,2021-11-30,month", "Zeile 6: Spalte „date_from“"),
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
        file.write("riesa-99,riesa,wohnen,Haus,,,2023-05-01,2023-04-01,500.50,,running,,,,Test,,,,,,\n")
    with pytest.raises(ZwkError, match=r"measure\.csv, Zeile \d+: die Maßnahme endet \(2023-04-01\), bevor"):
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
