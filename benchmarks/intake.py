"""How long a list of 10,000 measures takes to be checked, and how much memory: in a process of its own."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

from benchmarks.servers import ROOT

ROWS = 10_000
_STATUS = ("in Umsetzung", "geplant", "Idee", "fertig", "läuft seit 2023", "Ideenparkplatz", "abgeschlossen")
_AMOUNTS = (12000, 1500.5, "1.234,50 €", "12 TEUR", "ca. 5.000", None)


def make_list(file: Path, kommunen: list[str], themes: list[str], rows: int = ROWS) -> None:
    """A list as a Kommune might send it: title above, other words for the columns, half of the cells awkward."""
    import xlsxwriter

    with xlsxwriter.Workbook(str(file), {"constant_memory": True}) as book:
        sheet = book.add_worksheet("Maßnahmen")
        day = book.add_format({"num_format": "dd.mm.yyyy"})
        sheet.write_row(0, 0, ["Maßnahmen der Werkstattpläne"])
        sheet.write_row(
            2,
            0,
            [
                "Nr.",
                "Ort",
                "Themenfeld",
                "Projekt",
                "Zielsetzung",
                "Status",
                "Federführung",
                "Start",
                "bis",
                "Kosten",
                "Zielgruppen",
                "Indikator",
                "Einheit",
                "Startwert",
                "Zielwert",
                "Istwert",
                "Anmerkung",
            ],
        )
        for n in range(rows):
            start = date(2022, 1, 1) + timedelta(days=n % 900)
            starts = (start, f"{start:%d.%m.%y}", f"{start:%m/%Y}", f"{start:%-d.%-m.%Y}")[n % 4]
            cells = [
                n + 1,
                kommunen[n % len(kommunen)],
                themes[n % len(themes)],
                f"Vorhaben {n}",
                f"Ziel des Vorhabens {n}, das sich über eine Zeile zieht",
                _STATUS[n % len(_STATUS)],
                f"Amt {n % 20}",
                starts,
                start + timedelta(days=200),
                _AMOUNTS[n % len(_AMOUNTS)],
                "Familien",
                "Besuche",
                "je Jahr",
                n % 50,
                n % 500,
                n % 300,
                f"Zeile {n}\nmit Umbruch",
            ]
            for column, value in enumerate(cells):
                if isinstance(value, date):
                    sheet.write_datetime(n + 3, column, value, day)
                elif value is not None:
                    sheet.write(n + 3, column, value)


def check_10000(environment: dict[str, str] | None = None) -> dict[str, float]:
    """Seconds to check 10,000 rows, to check them again after one correction, and megabytes at the peak.

    ``environment``: ZWK_HOME of a built store, ZWK_DATA. Keys: seconds, again_seconds, mb.
    """
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "liste.xlsx"
        child = [sys.executable, "-m", "benchmarks.intake", str(file)]
        settings = {**os.environ, "ZWK_DATA": "demo", **(environment or {})}
        subprocess.run([*child, "make"], cwd=ROOT, env=settings, check=True)
        done = subprocess.run(child, cwd=ROOT, env=settings, check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def _main(file: Path, *, make: bool) -> None:
    from zwk_data import seed
    from zwk_data.records import german_rows, intake

    seed.ensure()
    if make:
        choices = german_rows.context().choices
        make_list(file, choices["participant"], choices["theme"])
        return
    content = file.read_bytes()
    begin = time.perf_counter()
    found = intake.check_list(content, file.name)
    report = len(found.report)
    middle = time.perf_counter()
    corrected = intake.check_again(found, {("Maßnahmen", "F8"): "läuft"})
    end = time.perf_counter()
    counts = corrected.counts
    if sum(counts.values()) != ROWS or counts["refused"] or report < ROWS:
        raise SystemExit(f"the list was not understood: {counts}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": middle - begin, "again_seconds": end - middle, "mb": peak}))


if __name__ == "__main__":
    _main(Path(sys.argv[1]), make="make" in sys.argv[2:])
