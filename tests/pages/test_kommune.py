"""Kommune: all of one on one page, the process under its curve, and the same Kommune wherever the menu leads."""

from __future__ import annotations

import json

import pytest

from tests.pages.conftest import Visit
from zwk_data.demography import portrait_text
from zwk_data.programme import kommune, participants, stages
from zwk_data.programme.stages import is_documented
from zwk_data.schema.dates import in_years
from zwk_data.stores.connection import read


@pytest.mark.slow
@pytest.mark.parametrize("dataset", ["public", "demo"])
def test_every_kommune_has_its_page(visit: Visit, dataset: str) -> None:
    names = visit("/kommune", dataset) and participants.names()
    for key in ("schossin", "riesa", "frankfurt-am-main", "vrees", "rodachtal"):
        if key in names:
            shown = visit(f"/kommune?kommune={key}", dataset)
            assert shown.find("h1") == [names[key]]
            assert {"Stufen", "Nächste Termine", "Kontakt", "Maßnahmen"} <= set(shown.headings)
            assert list(shown.app.error) == []


def test_all_of_one_on_one_page(visit: Visit) -> None:
    shown = visit("/kommune?kommune=riesa", "demo")
    assert shown.figures["Bevölkerung"] == "29.127"
    assert len(shown.elements("ol.zwk-steps")[0]) == 5
    assert "überfällig: 18 Tage (geplant 13.12.2024; zuvor belegt" in shown.find("ol.zwk-steps")[0]
    themes = shown.table("6 Themen")
    assert "Hausärztinnen und Hausärzte: 68,8 je 100.000 Personen (2022)" in themes.row("Gesundheit")[2]
    count = read("SELECT count(*) AS n FROM measure WHERE participant_id = 'riesa'")["n"].item()
    assert len(shown.table(f"{count} Maßnahmen").rows) == count
    assert "Letzte Zwischenbilanz" in shown.headings
    assert "Kommunalprofil in Kürze" in shown.headings
    links = {one.get("href") for one in shown.elements("a")}
    for path in ("demografie", "kommunalprofil", "stufen", "themen", "zwischenbilanz", "sitzung", "datenpflege"):
        assert f"/{path}?kommune=riesa" in links


@pytest.mark.slow
def test_at_a_glance_it_is_what_the_page_says(visit: Visit) -> None:
    shown = visit("/kommune?kommune=riesa", "demo")
    assert [node for node in shown.nodes if node.type == "bidi_component"] == []
    shown.open("Auf einen Blick teilen")
    (sent,) = [node.proto for node in shown.nodes if node.type == "bidi_component"]
    said = json.loads(sent.json)
    assert said["demo"] == "Demodaten – frei erfunden"
    assert {label: value.replace("\u00a0", " ") for label, value, _ in said["figures"]}.items() <= shown.figures.items()
    assert said["sentences"] == portrait_text.portrait_text("riesa")[:3]
    # a further date of it is overdue, and what took place stands
    assert said["stages"][4] == ["Zwischenbilanz", "13.02.2024", True]
    assert (said["curve"]["years"][-1], said["curve"]["last"]) == ("2023", said["figures"][0][1])
    assert "Regionaldatenbank Deutschland" in said["source"]
    shown = visit("/kommune?kommune=riesa")
    shown.open("Auf einen Blick teilen")
    said = json.loads(next(node.proto for node in shown.nodes if node.type == "bidi_component").json)
    assert said["demo"] == ""
    cells = stages.matrix().query("participant_id == 'riesa'")
    assert [done for _, _, done in said["stages"]] == is_documented(cells).tolist()


def test_the_process_stands_under_the_curve_on_the_same_years(visit: Visit) -> None:
    shown = visit("/kommune?kommune=riesa", "demo")
    chart = shown.charts[0]
    strip = {trace["name"]: trace for trace in chart["data"] if trace.get("yaxis") == "y2"}
    first = read("""
        SELECT stage, min(date_from) AS first FROM stage_event
        WHERE participant_id = 'riesa' AND precision = 'day' GROUP BY stage
    """).set_index("stage")["first"]
    assert strip["Stufen"]["text"] == ["1", "2", "3", "4", "5"]
    assert strip["Stufen"]["x"][0] == pytest.approx(in_years(first["kick_off"].date()))
    measures = read("SELECT starts, ends FROM measure WHERE participant_id = 'riesa' AND status = 'done'").dropna()
    drawn = strip["Maßnahmen, abgeschlossen"]
    assert sorted(drawn["base"]) == pytest.approx(sorted(in_years(one.date()) for one in measures["starts"]))
    assert len(strip["Sitzungen"]["x"]) == 1
    # the curve is above the strip, and both share the years
    assert chart["layout"]["yaxis"]["domain"][0] > chart["layout"]["yaxis2"]["domain"][1]
    assert chart["layout"]["yaxis2"]["anchor"] == "x"
    # available to people who cannot see it
    alts = [node.proto.alt for node in shown.nodes if node.type == "plotly_chart"]
    assert "Darunter der Prozess. Stufen: Kick-Off 19.11.2021" in alts[0]
    shown.open("Als Tabelle")
    table = shown.table("Riesa: Bevölkerung")
    assert table.row("Stufe Kick-Off")[1:] == ["2021", "–", "19.11.2021"]
    assert [row for row in table.rows if row[0].startswith("Maßnahme: ")]
    assert not [t for t in visit("/kommune?kommune=riesa&prozess=false", "demo").charts[0]["data"] if t.get("yaxis")]


@pytest.mark.slow
def test_the_same_strip_on_demografie_and_in_the_dossier(visit: Visit) -> None:
    there = visit("/demografie?kommune=riesa", "demo").charts[0]
    here = visit("/kommune?kommune=riesa", "demo").charts[0]
    file = visit("/zwischenbilanz?kommune=riesa&abschnitte=kennzahlen", "demo").charts[0]
    strips = [[(t["name"], t["x"]) for t in chart["data"] if t.get("yaxis") == "y2"] for chart in (here, there, file)]
    assert strips[0]
    assert strips[0] == strips[1] == strips[2]


def test_what_has_no_date_is_counted_not_drawn(visit: Visit) -> None:
    shown = visit("/kommune?kommune=riesa")
    found = kommune.process("riesa")
    assert (len(found.stages), found.measures, found.sessions) == (1, (), ())
    assert f"{found.undated} Maßnahmen ohne Zeitraum" in shown.text


@pytest.mark.slow
def test_a_kommune_stays_chosen_from_page_to_page(visit: Visit) -> None:
    shown = visit("/kommune?kommune=riesa")
    for path in ("demografie", "stufen", "themen", "zwischenbilanz", "datenpflege", "kommune"):
        assert shown.go(f"/{path}").address == f"/{path}?kommune=riesa"
    # over pages that show none, and until another is chosen or none
    shown.go("/karte")
    assert shown.go("/stufen").address == "/stufen?kommune=riesa"
    shown.choose("Kommune öffnen", "Schossin")
    assert shown.go("/demografie").address == "/demografie?kommune=schossin"
    assert shown.fill("Kommune", None).address == "/demografie"
    assert shown.go("/stufen").address == "/stufen"
    # a link has the last word
    assert shown.go("/stufen?kommune=riesa").address == "/stufen?kommune=riesa"
    assert shown.go("/demografie?kommune=spelle").address == "/demografie?kommune=spelle"


def test_public_contacts_are_those_of_sources(visit: Visit) -> None:
    shown = visit("/kommune?kommune=riesa")
    assert "Beratung: IPU GmbH (Moderation)" in shown.text
    assert "Kein Termin ist eingetragen." in shown.text
