"""Monitoring: who needs a look, its tabs and filters in the address, a quarter in words."""

from __future__ import annotations

import io

import pptx
import pypdf
import pytest

from tests.pages.conftest import Visit


def test_who_needs_a_look_and_why(visit: Visit) -> None:
    shown = visit("/monitoring", "demo")
    assert shown.find(".zwk-demo") == ["Demodaten – frei erfunden"]
    assert int(shown.figures["Überfällige Termine"]) > 0
    assert shown.figures["Abgerufen 2024"].endswith(" Euro")
    assert "seit" in " ".join(shown.tables[0].rows[0])
    assert shown.tables[0].links[0][1].startswith("/stufen?kommune=")
    assert "Maßnahmen abgeschlossen" in shown.tables[-1].text


def test_what_was_done_since_a_date(visit: Visit) -> None:
    shown = visit("/monitoring?seit=2024-07-01&was=moved", "demo")
    table = shown.tables[-1]
    assert "war geplant für" in " ".join(table.rows[0])
    # the choice in the address is the choice in the box
    box = shown.widget("Davon zeigen")
    assert table.caption in box.format_func(box.value)


def test_filters_and_tabs_stand_in_the_address(visit: Visit) -> None:
    shown = visit("/monitoring?land=Sachsen&teil=termine", "demo")
    names = shown.charts[0]["layout"]["yaxis"]["ticktext"]
    assert "Riesa" in names
    assert "Vrees" not in names
    shown.tab("Mittel")
    assert "teil=mittel" in shown.address
    assert "land=Sachsen" in shown.address
    assert "Mittel je Kommune, 2021 bis 2024" in shown.text


def test_a_choice_that_leaves_nobody_is_told(visit: Visit) -> None:
    shown = visit("/monitoring?land=Hessen&art=Landkreis", "demo")
    assert "Zu dieser Auswahl gibt es keine Kommune. Bitte einen der Filter leeren." in shown.notices


def test_public_data_say_calmly_what_is_missing(visit: Visit) -> None:
    shown = visit("/monitoring")
    assert list(shown.figures) == ["Stufen belegt", "Maßnahmen abgeschlossen"], "nothing is large that is not known"
    assert "Nicht belegt sind überfällige Termine, ausbleibende Rückmeldungen und abgerufene Mittel." in shown.text
    assert "28 mit Datum, 9 ohne Datum, 69 pauschal" in shown.text
    assert "Solange hier keine Planungen" in " ".join(shown.notices)
    shown.tab("Mittel")
    assert "Bewilligte, abgerufene und ausgegebene Mittel" in " ".join(shown.notices)
    assert shown.charts == []


def test_the_quarterly_report(visit: Visit) -> None:
    shown = visit("/monitoring?teil=bericht&quartal=2024-4", "demo")
    assert "Bericht zum 4. Quartal 2024" in shown.headings
    assert len(shown.charts) == 2


@pytest.mark.slow
@pytest.mark.parametrize("dataset", ["public", "demo"])
def test_the_last_quarter_with_content_as_files_in_one_click(visit: Visit, dataset: str) -> None:
    shown = visit("/monitoring?teil=bericht", dataset)
    last = shown.widget("Quartal").value
    assert f"Bericht zum {last[-1]}. Quartal {last[:4]}" in shown.headings
    assert "Für dieses Quartal ist nichts eingetragen" not in shown.text
    name, made = shown.download("Ministerblatt")
    assert name == f"ministerblatt_{last}.pdf"
    assert len(pypdf.PdfReader(io.BytesIO(made)).pages) == 1
    assert shown.download("Bericht als PDF")[1].startswith(b"%PDF")
    assert len(pptx.Presentation(io.BytesIO(shown.download("Bericht als Folien")[1])).slides) > 5


def test_every_kommune_stands_in_one_column_of_the_report(visit: Visit) -> None:
    table = visit("/monitoring?teil=bericht").table("Kommunen je Stufe")
    within = table.head.index("davon im Quartal")
    for row in table.rows:
        assert sum(int(cell) for at, cell in enumerate(row) if at not in (0, within)) == 39, row[0]


def test_a_quarter_that_is_not_there(visit: Visit) -> None:
    shown = visit("/monitoring?teil=bericht&quartal=1999-9", "demo")
    assert "Das Quartal „1999-9“ gibt es hier nicht" in shown.find(".zwk-warning")[0]
