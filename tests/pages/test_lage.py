"""Lage: who is late, what is new, how far everybody is; each row one click from mending it, for those who may."""

from __future__ import annotations

from datetime import date

import pytest

from tests.pages.conftest import Visit
from zwk_data.programme import attention, schedule
from zwk_data.settings import today
from zwk_data.stores import access, memo
from zwk_data.stores.access import Scope
from zwk_data.stores.connection import read
from zwk_data.web import lage

BOARD = "Stufen von 39 Kommunen"


def test_who_is_late_is_told_first_with_the_way_to_mend_it(visit: Visit) -> None:
    shown = visit("/", "demo")
    assert shown.headings[:3] == ["Lage", "Wer ist spät dran?", "Was ist neu?"]
    overdue = read("""
        SELECT participant_id, stage, date_to FROM stage_plan WHERE status = 'planned' AND date_to < DATE '2024-12-31'
        ORDER BY date_to
    """)
    assert "12 Termine sind überfällig, 6 davon dringend" in shown.text
    first = shown.elements("ul.zwk-late")[0].findall("li")[0]
    name, entry = first.findall(".//a")
    assert name.get("href") == "/kommune?kommune=barleben"
    assert entry.text.strip() == "Jetzt eintragen"
    assert entry.get("href") == "/datenpflege?kommune=barleben&stufe=zwischenbilanz"
    assert ("barleben", "zwischenbilanz") in set(zip(overdue["participant_id"], overdue["stage"], strict=True))
    # the form is filled in with Kommune, stage and the day that was planned
    form = visit(entry.get("href"), "demo")
    assert form.widget("Kommune").value == "barleben"
    assert form.widget("Stufe").value == "zwischenbilanz"
    assert form.widget("Datum").value == "17.09.2024"


def test_the_board_has_everybody_and_says_in_words_what_its_signs_say(visit: Visit) -> None:
    shown = visit("/", "demo")
    table = shown.table(BOARD)
    assert table.head[:6] == [
        "Kommune",
        "1Kick-Off",
        "2Kommunalprofil",
        "3Zukunftswerkstatt",
        "4Werkstattplan",
        "5Zwischenbilanz",
    ]
    assert len(table.rows) == 39
    cells = [cell for row in table.rows for cell in row[1:6]]
    assert sum("überfällig" in cell for cell in cells) == 12
    assert sum("nach dem ersten Plan" in cell for cell in cells) == 54
    assert cells.count("nicht belegt") == 7
    assert table.rows[0][0] == "Barleben"
    # as many as Monitoring has, where they are counted in a table
    counted = visit("/monitoring?teil=termine", "demo").table("Kommunen je Stufe")
    column = counted.head.index("überfällig")
    assert sum(int(row[column]) for row in counted.rows) == 12


def test_every_number_of_documented_stages_is_that_of_the_other_pages(visit: Visit) -> None:
    shown = visit("/")
    assert shown.figures["Stufen belegt"] == "37"
    assert "von 195: 28 mit Datum, 9 ohne Datum, 69 pauschal" in shown.text
    cells = [cell for row in shown.table(BOARD).rows for cell in row[1:6]]
    assert (cells.count("nicht belegt"), cells.count("pauschal"), cells.count("ohne Datum")) == (89, 69, 9)


def test_public_data_lead_with_what_is_known_and_are_calm_about_the_rest(visit: Visit) -> None:
    shown = visit("/")
    assert shown.headings[:3] == ["Lage", "Was belegt ist", "Was ist neu?"]
    assert "Kommunalprofil: 2 (1 mit Datum, 1 ohne Datum, 37 pauschal)" in shown.find("li")
    assert "nicht belegt" not in shown.figures.values()
    assert shown.text.count("Wer spät dran ist, lässt sich noch nicht sagen") == 1
    (link,) = [one for one in shown.elements("a") if one.text_content() == "Ersten Termin planen"]
    assert link.get("href") == "/datenpflege?eingabe=plan"
    people = int(shown.figures["Menschen"].replace(".", ""))
    assert 2_400_000 < people < 2_600_000
    gaps = shown.table("Nicht belegt, nach Gegenstand").text
    assert "37 nur pauschal belegt" in gaps


def test_a_date_is_never_more_exact_than_its_source(visit: Visit) -> None:
    """The first event of Neubrandenburg's Zukunftswerkstatt is dated to a year, a later one to a day."""
    row = visit("/").table(BOARD).row("Neubrandenburg")
    assert row[3] == "2024"
    assert "31.12.2024" not in " ".join(visit("/").find("ul.zwk-new"))


def test_what_is_new_since_a_day(visit: Visit) -> None:
    shown = visit("/?seit=datum&ab=01.11.2024", "demo")
    assert "seit dem 01.11.2024" in shown.text
    days = shown.find("time")
    assert len(days) == lage.MOST
    assert "Coburg 5 neue Maßnahmen" in " ".join(shown.find("ul.zwk-new"))
    shown = visit("/?seit=datum&ab=irgendwann", "demo")
    assert shown.alerts[0].startswith("„Datum“: ")
    # nothing new: the latest that is known
    shown = visit("/")
    assert "ist nichts Neues belegt. Die letzten belegten Termine:" in shown.text
    assert "Neubrandenburg" in shown.find("ul.zwk-new")[0]


def test_what_is_new_since_the_last_visit(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "seit meinem letzten Besuch" not in " ".join(visit("/", "demo").widget("Zeitraum").options)
    monkeypatch.setattr(lage, "last_visit", lambda: date(2024, 12, 20))
    shown = visit("/?seit=besuch", "demo")
    assert shown.widget("Zeitraum").options[1] == "seit meinem letzten Besuch (20.12.2024)"
    assert "seit dem 20.12.2024" in shown.text


@pytest.mark.slow
def test_only_those_who_may_are_led_to_the_form(signed_in: Visit) -> None:
    office = signed_in("/", "geschaeftsstelle")
    assert len([one for one in office.elements("a") if (one.get("href") or "").startswith("/datenpflege?")]) > 20
    ministry = signed_in("/", "ministerium")
    assert "Wer ist spät dran?" in ministry.headings
    assert not [one for one in ministry.elements("a") if "/datenpflege" in (one.get("href") or "")]
    # roles that may not see plans get neither overdue dates nor a heading for them
    public = signed_in("/", None)
    assert "Wer ist spät dran?" not in public.headings
    assert "überfällig" not in public.table(BOARD).text
    assert public.find("nav.zwk-ways h2") == []
    adviser = signed_in("/", "beratung")
    mine = [one.get("href") for one in adviser.elements("a") if (one.get("href") or "").startswith("/datenpflege?")]
    assert {"adorf"} == {href.partition("kommune=")[2].partition("&")[0] for href in mine if "kommune=" in href}


def test_plans_of_others_are_not_on_the_board(visit: Visit) -> None:
    visit("/quellen", "demo")
    limits = attention.thresholds()
    with access.asking_as(Scope(own=("barleben",), network=True)):
        cells = schedule.board_cells(today(), limits.on_time)
        assert set(cells.loc[cells["sign"].isin(["overdue", "planned"]), "participant_id"]) == {"barleben"}
        people = schedule.board_people(today(), limits)
        assert set(people.loc[people["silent"].notna(), "participant_id"]) <= {"barleben"}
        assert set(schedule.board_issues(today(), limits)["participant_id"]) <= {"barleben"}


def test_who_is_asked_first_is_on_top(visit: Visit) -> None:
    visit("/quellen", "demo")
    limits = attention.thresholds()
    people, issues = schedule.board_people(today(), limits), schedule.board_issues(today(), limits)
    urgent = issues[issues["level"] != "hint"]["participant_id"].drop_duplicates().tolist()
    assert people["participant_id"].tolist()[: len(urgent)] == urgent
    rows = schedule.schedule(today())
    assert (people.set_index("participant_id")["asked"] != "").sum() > 0
    assert len(people) == rows["participant_id"].nunique()


@pytest.mark.slow
def test_a_kommune_is_opened_by_name_and_on_the_map(visit: Visit) -> None:
    shown = visit("/").choose("Kommune öffnen", "Riesa")
    assert shown.address == "/kommune?kommune=riesa"
    assert shown.find("h1") == ["Riesa"]
    assert visit("/").click_map("romrod").address == "/kommune?kommune=romrod"


@pytest.mark.parametrize("dataset", ["public", "demo"])
def test_little_is_left_to_compute_for_the_first_visitor(
    visit: Visit, monkeypatch: pytest.MonkeyPatch, dataset: str
) -> None:
    visit("/", dataset)
    asked: list[str] = []
    answer = memo._answer_and_uses

    def counted(func, *args, **options):
        asked.append(func.__name__)
        return answer(func, *args, **options)

    monkeypatch.setattr(memo, "_answer_and_uses", counted)
    monkeypatch.setattr(memo, "standing", lambda: ("nothing is known of", dataset))
    lage.compute_ahead()
    assert "network" in asked
    asked.clear()
    visit("/", dataset)
    assert set(asked) <= {"_matrix_html", "news", "counts"}
