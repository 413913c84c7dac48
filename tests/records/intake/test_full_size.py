"""Two invented lists of the size, the shape and the faults of genuine ones: what is read is right, the rest is asked.

One is like the Zuwendungsbericht of a big city (400 rows), the other like the list of a climate or ageing plan with the
Sachstand of each step (275 rows).
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.styles import Font

from zwk_data.records.intake import Intake, check_again, check_list

Book = Callable[..., bytes]
#: the expected reading of each row; None where it cannot be known
Expected = dict[int, dict[str, Any]]
PURPOSES = [
    *("Betrieb des Nachbarschaftstreffs", "Fahrdienst für Ältere", "Sprachkurse", "Jugendfreizeit", "Hospizbegleitung"),
    *("Kulturpro\u00adgramm", "Lesepaten", "Beratung für Pflegende", "Repair-Café", "Mittagstisch", "Sportangebote"),
]
STATUS = {
    **dict.fromkeys(("in Umsetzung", "läuft", "laufend", "in Bearbeitung"), "running"),
    **dict.fromkeys(("umgesetzt", "abgeschlossen", "fertig"), "done"),
    **dict.fromkeys(("geplant", "in Planung"), "planned"),
    **dict.fromkeys(
        ("teils umgesetzt", "teilweise umgesetzt", "zu 50 % umgesetzt", "weitgehend abgeschlossen"), "running"
    ),
    **dict.fromkeys(("noch nicht begonnen",), "planned"),
    **dict.fromkeys(("zurückgestellt",), "parked"),
}


def german_amount(euros: float) -> str:
    return f"{euros:,.2f}".replace(",", " ").replace(".", ",").replace(" ", ".")


def midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day)


def grants(book: Book) -> tuple[bytes, Expected]:
    """The Zuwendungsbericht: title and sum above, amounts as numbers and texts, dates and years, repeated purposes."""
    draw = random.Random(2013)
    head = ["Lfd. Nr.", "Zuwendungsempfänger", "Zuwendungs-\nzweck", "Zeitraum Von", "Zeitraum Bis"]
    head += ["Gesamtzuwendung (in EURO)", "Art der Förderung"]
    rows: list[list[Any]] = [["Zuwendungsbericht der Stadt Dresden"], ["Stand: 31.12.2023", None, None], [], head]
    expected: Expected = {}
    total = 0.0
    for number in range(1, 401):
        purpose = draw.choice(PURPOSES) if number % 8 == 0 else f"{draw.choice(PURPOSES)} {number}"
        first = date(2022, 1, 1) + timedelta(days=draw.randrange(700))
        last = first + timedelta(days=draw.randrange(30, 700))
        euros = round(draw.uniform(200, 90_000), 2)
        total += euros
        shown: Any = draw.choice([euros, german_amount(euros), f"{german_amount(euros)} €"])
        starts: Any = draw.choice(
            [datetime(first.year, first.month, first.day), f"{first:%d.%m.%Y}", f"{first:%d.%m.%y}"]
        )
        ends: Any = draw.choice([datetime(last.year, last.month, last.day), f"{last:%d.%m.%Y}"])
        if number % 29 == 0:
            first, last, starts, ends = date(first.year, 1, 1), date(first.year, 12, 31), first.year, str(first.year)
        rows.append([number, f"Verein {draw.randrange(90)}", purpose, starts, ends, shown, "institutionell"])
        expected[len(rows)] = {
            "title": purpose.replace("\u00ad", ""),
            "starts": first,
            "ends": last,
            "budget_eur": euros,
        }
        if number % 50 == 0:
            rows += [[], ["Zwischensumme", None, None, None, None, round(total, 2)], head]
    rows.append(["Gesamtsumme", None, None, None, None, round(total, 2)])
    return book({"Bericht 2023": rows}), expected


def steps(book: Book) -> tuple[bytes, Expected]:
    """The Sachstand list: thousands in a line above, headings, quarters, status in many words, one title many times."""
    draw = random.Random(275)
    rows: list[list[Any]] = [["Maßnahmenplan Riesa"], ["Alle Beträge in T€"]]
    rows.append(["Titel der Maßnahme", "Schritt", "Umsetzungsstand", "Beginn", "Ende", "Kosten", "Sachstand"])
    expected: Expected = {}
    struck: list[int] = []
    for number in range(1, 276):
        if number % 23 == 1:
            rows.append([f"Handlungsfeld {number // 23 + 1}: Feld {number // 23}"])
        title = f"Maßnahme {number % 60}"
        said = draw.choice(list(STATUS))
        year, quarter = draw.choice([2022, 2023]), draw.randrange(1, 5)
        starts = draw.choice([f"Q{quarter}/{year}", f"{quarter}. Quartal {year}"])
        ends = draw.choice(
            [f"12/{year + 1}", f"Dezember {year + 1}", f"Mai-Dezember {year + 1}", f"2. Halbjahr {year + 1}"]
        )
        thousands = draw.choice([12.5, 3.0, 40.0, None])
        rows.append([title, f"Schritt {number}", said, starts, ends, thousands, f"Bericht zu Schritt {number}"])
        expected[len(rows)] = {
            "title": title,
            "status": STATUS[said],
            "starts": date(year, quarter * 3 - 2, 1),
            "ends": date(year + 1, 12, 31),
            "budget_eur": None if thousands is None else thousands * 1000,
        }
        if number % 90 == 0:
            struck.append(len(rows))

    def strike(made: Workbook) -> None:
        for row in struck:
            for cell in made["Sachstand"][row]:
                cell.font = Font(strike=True)

    return book({"Sachstand": rows}, strike), expected


def judged(found: Intake, expected: Expected) -> tuple[float, list[tuple[int, str, Any, Any]], int]:
    """The share of rows that are accepted or asked, the wrong values among them, and how many questions there are."""
    rows = {one.line.number: one for one in found.outcomes if not one.line.left}
    assert set(rows) == set(expected)
    read = [number for number, one in rows.items() if one.state in ("accepted", "unclear")]
    wrong = [
        (number, column, rows[number].row[column], value)
        for number in read
        for column, value in expected[number].items()
        if rows[number].row[column] != value
    ]
    open_ones = found.report[found.report["state"].isin(["unclear", "refused"])]
    alike = open_ones.drop_duplicates(["field", "found", "reading", "sentence"])
    return len(read) / len(rows), wrong, len(alike)


@pytest.mark.slow
def test_a_report_of_grants(desk: Path, book: Book) -> None:
    content, expected = grants(book)
    found = check_list(content, "Zuwendungsbericht 2023.xlsx")
    assert found.sheets[0].lacks == ("Kommune", "Stand")
    assert found.sheets[0].whose == "Dresden"
    said = check_again(found, fixed={"Kommune": "Dresden", "Stand": "abgeschlossen"})
    share, wrong, questions = judged(said, expected)
    assert wrong == []
    assert share >= 0.95
    assert said.counts["accepted"] > 300
    assert questions < 20
    assert {one.row["participant_id"] for one in said.outcomes if one.state == "accepted"} == {"dresden"}


@pytest.mark.slow
def test_a_list_of_steps(desk: Path, book: Book) -> None:
    content, expected = steps(book)
    found = check_list(content, "Sachstand.xlsx")
    assert (found.sheets[0].whose, found.sheets[0].lacks) == ("Riesa", ("Kommune",))
    said = check_again(found, fixed={"Kommune": "Riesa"})
    share, wrong, questions = judged(said, expected)
    assert wrong == []
    assert share >= 0.95
    assert questions < 60
    fields = {one.row["field_of_action"] for one in said.outcomes if not one.line.left}
    assert len(fields) == 12
