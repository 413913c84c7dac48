"""The change report, word for word."""

from datetime import date

import pandas as pd
from observation_rows import rows

from zwk_data.german import NBSP
from zwk_data.warehouse.update import changes
from zwk_data.warehouse.update.changes import compare
from zwk_data.warehouse.update.service import Answer, choose_tables

TABLE = choose_tables(("12411-01-01-4",))[0]
NAMES = pd.Series({"01001": "Flensburg", "01002": "Kiel", "01003": "Lübeck", "01004": "Neumünster"})


def report(old, new, *, checks=(), unknown=(), later=(), threshold=0.005, from_year=2024):
    strangers = pd.DataFrame(unknown, columns=["area_key", "name", "year", "value"])
    answer = Answer(TABLE, new, strangers, later, "0" * 64, date(2025, 12, 31), date(2026, 9, 26))
    found = compare(TABLE, old, new, threshold=threshold, from_year=from_year)
    result = pd.DataFrame(checks, columns=changes.SUM_COLUMNS).astype({"ok": "object"})
    return changes.report(answer, found, result, NAMES, threshold).replace(NBSP, " ")


def test_nothing_new():
    same = rows(("01001", 2024, 96326.0))
    checks = [("population", 2024, "total", "Deutschland", 5.0, 5.0, True)]
    assert report(same, same, checks=checks) == (
        "Bevölkerung nach Geschlecht, Kreise (12411-01-01-4, Regionaldatenbank Deutschland)\n"
        "  Neue Jahre: keine\n"
        "  Geänderte Werte: keine (1 Wert unverändert)\n"
        "  Neue Werte in bekannten Jahren: keine\n"
        "  Verschwundene Werte: keine\n"
        "  Summen: 1 Vergleich, ohne Abweichung"
    )


def test_everything_at_once():
    old = rows(
        ("01001", 2023, 96000.0),
        ("01001", 2024, 96326.0),
        ("01002", 2024, 1000.0),
        ("01003", 2024, 0.0),
        ("01004", 2024, 80000.0),
    )
    new = rows(
        ("01001", 2024, 96327.0),
        ("01001", 2025, 96500.0),
        ("01002", 2024, 1100.0),
        ("01003", 2024, 7.0),
        ("01004", 2024, 3.0, "reported", "male"),
    )
    checks = [
        ("population", 2024, "total", "Länder", 2950000.0, 2950001.0, False),
        ("population", 2025, "total", "Deutschland", float("nan"), 83500000.0, None),
    ]
    told = report(
        old, new, checks=checks, unknown=[("14999", "Neukreis", 2024, 5.0)], later=(2024, 2025), from_year=2023
    )
    assert told.splitlines()[1:] == [
        "  Neues Jahr 2025: Bevölkerung, Kreise (1 Wert)",
        "  Ohne Antwort, bleibt wie bisher: 2023",
        "  Geänderte Werte: 3, davon 2 um mehr als 0,5 % (0 Werte unverändert)",
        "    Lübeck (01003), Bevölkerung 2024, insgesamt: 0 → 7 (vorher 0)",
        "    Kiel (01002), Bevölkerung 2024, insgesamt: 1.000 → 1.100 (+10,0 %)",
        "  Neue Werte in bekannten Jahren: 1 in 1 Gebiet",
        "    Neumünster (01004), Bevölkerung 2024, männlich: 3",
        "  Verschwundene Werte: 1 in 1 Gebiet",
        "    Neumünster (01004), Bevölkerung 2024, insgesamt: bisher 80.000, jetzt keine Zeile",
        "  Nicht übernommen: 1 Gebiet, das das Verzeichnis des Monitors nicht kennt: Neukreis (14999)",
        "  Nicht übernommen: Gemeinden 2024 und 2025; sie stehen auf einem neueren Gebietsstand als dem vom 31.12.2023",
        "  FALSCH  Bevölkerung 2024, insgesamt, Länder: erwartet 2.950.000, gefunden 2.950.001",
        "  Ohne Vergleich: Bevölkerung 2025, zusammen 83.500.000; eine veröffentlichte Summe liegt nicht vor",
    ]


def test_ten_cases_are_told_and_the_others_counted():
    old = rows(*[(f"010{n:02}", 2024, 100.0) for n in range(12)])
    new = old.assign(value=[200.0 + n for n in range(12)])
    lines = report(old, new, threshold=0.25).splitlines()
    assert "davon 12 um mehr als 25 %" in lines[2]
    assert lines[3].endswith("100 → 211 (+111,0 %)")
    assert lines[13] == "    … und 2 weitere"


def test_a_sign_is_told_as_one():
    told = report(rows(("01001", 2024, 5.0)), rows(("01001", 2024, None, "secret")))
    assert "bisher 5, jetzt ein Zeichen" in told
