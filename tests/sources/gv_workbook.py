"""Write small Gemeindeverzeichnisse in the layouts of three years, for the tests of the reader."""

from __future__ import annotations

import io

import xlsxwriter

HEADS = {
    1983: [
        ["Satz-art", "Gemeindeschlüssel", "", "", "", "Gemeindename", "Stadtrechte\nx=ja", "Verbandszugehörigkeit", "",
         "Fläche km2  ", "Bevölkerung", "", "", ""],
        ["", "Land", "RB", "Kreis", "Gemeinde", "", "", "Schlüssel", "Name", "", "insgesamt", "männlich", "weiblich",
         "je km2"],
        ["", "Gebietsstand am 01.01.1992", "", "", "", "", "", "", "", "am 31.12.1991", "", "", "", ""],
    ],
    2009: [
        ["Satz-art", "Text-kenn-zeichen", "Regionalschlüssel (RS)", "", "", "", "", "Gemeindename", "Fläche in km2",
         "Einwohner", "", "", "", "Post-leit-zahl", "Geografische Mittelpunktkoordinaten", ""],
        ["", "", "Land", "RB", "Kreis", "VB", "Gem", "", "", "insgesamt", "männlich", "weiblich", "je km2", "", "", ""],
        ["", "", "Gebietsstand am 31.12.2009 (Jahr)", "", "", "", "", "", "am 31.12.2009 (Jahr)\nBY: 01.01.2009",
         "", "", "", "", "", "Längengrad", "Breitengrad"],
    ],
    2023: [
        ["Satz-art", "Text-kenn-zeichen", "Amtlicher Regionalschlüssel (ARS)", "", "", "", "", "Gemeindename",
         "Fläche km2 1)", "Bevölkerung2)", "", "", "", "Postleit-zahl3)", "Geografische Mittelpunktkoordinaten", "",
         "Reisegebiete", "", "Grad der Verstädterung", ""],
        ["", "", "Land", "RB", "Kreis", "VB", "Gem", "", "", "insgesamt", "männlich", "weiblich", "je km2", "",
         "Längengrad", "Breitengrad", "Schlüssel", "Bezeichnung", "Schlüssel", "Bezeichnung"],
        ["", "", "Gebietsstand am 31.12.2024 (4. Quartal)", "", "", "", "", "", "31.12.2022 (Jahr)",
         "am 31.12.2023 (Jahr)", "", "", "", "", "Zuordnungsstand am 31.12.2023", "", "", "", "", ""],
    ],
}  # fmt: skip
DATES = {1983: ("1992-01-01", "1991-12-31"), 2009: ("2009-12-31",) * 2, 2023: ("2024-12-31", "2023-12-31")}
#: a Gemeinde as drawn: (number, name, area in ha, men, women, (degrees, minutes, seconds) lon and lat, degurba)
Gemeinde = tuple[int, str, int, int, int, tuple[int, int, int], tuple[int, int, int], int]
SAMPLE: Gemeinde = (1, "Musterhausen, Stadt", 5673, 400, 420, (9, 26, 15), (54, 46, 57), 3)


def grid(layout: int, laender: list[list[list[Gemeinde]]]) -> list[list[str | float]]:
    """The rows of a sheet in the layout of a year, for Länder with Kreise with Gemeinden."""
    rows: list[list[str | float]] = [
        ["Gemeinden in Deutschland am 31.12.1901"],
        [],
        *[list(row) for row in HEADS[layout]],
        [],
    ]
    old = layout == 1983
    kind = {
        level: float(code) if old else code for level, code in (("land", "10"), ("kreis", "40"), ("gemeinde", "60"))
    }
    for land, kreise in enumerate(laender, 1):
        key = f"{land:02d}"
        rows.append(
            [kind["land"], key, "", "", "", f"Land {land}"]
            if old
            else [kind["land"], "", key, *[""] * 4, f"Land {land}"]
        )
        for kreis, gemeinden in enumerate(kreise, 51):
            upper = [key, "1", f"{kreis:02d}"]
            rows.append([kind["kreis"], *upper, "", "Kreis"] if old else [kind["kreis"], "44", *upper, "", "", "Kreis"])
            for number, name, area, male, female, lon, lat, degurba in gemeinden:
                values = [area / 100, float(male + female), float(male), float(female), 7.0]
                if old:
                    rows.append([kind["gemeinde"], *upper, f"{number:03d}", name, "x", "", "", *values])
                    continue
                row = [kind["gemeinde"], "64", *upper, "0000", f"{number:03d}", name, *values, "24937"]
                for degrees, minutes, seconds in (lon, lat):
                    decimal = f"{degrees + minutes / 60 + seconds / 3600:.6f}".replace(".", ",")
                    row.append(decimal if layout == 2023 else float(f"{degrees}.{minutes:02d}{seconds:02d}"))
                rows.append([*row, "F02", "Ostsee", f"{degurba:02d}", "besiedelt"] if layout == 2023 else row)
    return [*rows, [], ["1) Abweichungen durch Runden sind möglich."], ["© Statistisches Bundesamt"]]


def workbook(rows: list[list[str | float]], sheet: str = "Gemeindedaten", cover: str = "Gemeindeverzeichnis") -> bytes:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    book.add_worksheet("Inhalt").write_string(5, 0, cover)
    page = book.add_worksheet(sheet)
    for row, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            if isinstance(cell, str):
                page.write_string(row, column, cell)
            else:
                page.write_number(row, column, cell)
    book.close()
    return target.getvalue()


def sample(layout: int = 2023) -> list[list[str | float]]:
    return grid(layout, [[[SAMPLE]] for _ in range(16)])
