"""Stufen: the matrix, its filters, the events behind a row, the timeline, the Zwischenbilanz of a Kommune."""

from __future__ import annotations

from tests.pages.conftest import Visit
from tests.pages.visitor import Visitor, legend


def heads(shown: Visitor) -> list[str]:
    return [name.removesuffix(" Termine zeigen") for name, _ in shown.table("Stufen von ").links]


def test_all_39_are_there_and_most_documented_first(visit: Visit) -> None:
    shown = visit("/stufen")
    assert len(heads(shown)) == 39
    assert heads(shown)[:2] == ["Bremerhaven", "Romrod"]
    matrix = shown.table("Stufen von 39 Kommunen")
    assert len(matrix.head) == 7
    assert "März 2022 bis 19.07.2022 (3 Termine)" in matrix.row("Riesa")
    # „nicht belegt“ is written out, not only drawn
    assert "nicht belegt" in matrix.row("Riesa")
    assert legend(shown.charts[0])[0] == "1 Kick-Off"


def test_a_deep_link_shows_the_events_with_their_sources(visit: Visit) -> None:
    shown = visit("/stufen?kommune=lk-rostock")
    table = shown.table("Belegte Termine: Landkreis Rostock")
    assert len(table.rows) == 9
    assert table.rows[-1][:2] == ["Zwischenbilanz", "nur pauschal belegt"]
    link = next(one for one in shown.elements("a") if one.get("href").startswith("http"))
    assert link.get("href") == "https://www.zukunftswerkstatt-kommunen.de/kommunen/lkrostock"
    assert "noopener" in link.get("rel")
    assert "Nicht belegt: Werkstattplan." in shown.notices
    assert len(shown.elements("tr.zwk-chosen")) == 1


def test_filters_stand_in_the_address_and_survive_opening_a_row(visit: Visit) -> None:
    # the browser writes these filters into the address (tests/browser/test_stufen.py)
    assert heads(visit("/stufen").choose("Land", "Hessen")) == ["Romrod", "Frankfurt am Main"]
    shown = visit("/stufen?land=Hessen")
    assert heads(shown) == ["Romrod", "Frankfurt am Main"]
    target = dict(shown.table("Stufen von ").links)["Romrod Termine zeigen"]
    assert target == "/stufen?land=Hessen&kommune=romrod"
    shown.go(target)
    assert "Romrod" in shown.headings
    assert heads(shown) == ["Romrod", "Frankfurt am Main"]


def test_grouped_by_land(visit: Visit) -> None:
    groups = visit("/stufen?folge=Nach+Land").find(".zwk-group")
    assert groups == sorted(groups)
    assert "Bayern/Thüringen" in groups


def test_what_there_is_not_is_told(visit: Visit) -> None:
    assert "„rieza“ gibt es hier nicht. Gezeigt wird: Riesa." in visit("/stufen?kommune=rieza").find(".zwk-warning")[0]
    shown = visit("/stufen?land=Hessen&art=Landkreis")
    assert "Zu dieser Auswahl gibt es keine Kommune" in shown.notices[0]


def test_demo_data_fill_the_timeline(visit: Visit) -> None:
    shown = visit("/stufen", "demo")
    assert shown.find(".zwk-demo") == ["Demodaten – frei erfunden"]
    assert len(shown.charts[-1]["layout"]["yaxis"]["ticktext"]) > 35


def test_the_zwischenbilanz_stands_under_its_kommune(visit: Visit) -> None:
    shown = visit("/stufen?kommune=dessau-rosslau", "demo")
    assert any(one.startswith("Zwischenbilanz vom") for one in shown.headings)
    assert "Zielerreichung je Handlungsfeld" in shown.headings
    assert legend(shown.charts[0])[0] == "nicht erreicht"
    assert len(shown.table("Vereinbarte nächste Schritte").rows) >= 3
