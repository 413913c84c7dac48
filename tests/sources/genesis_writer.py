"""Writes GENESIS table csv in its three shapes, so that tests can read back what was written."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field

SEXES = {"total": "Insgesamt", "male": "männlich", "female": "weiblich"}
FOOT = '__________\n"zu ""gesamter Tabelle"":\nErgebnisse; nach dem Zensus"\nStand: 10.10.2017 / 11:01:03\n'

#: (key, label of the time, sex, age label) -> text of the cell
Cells = dict[tuple[str, str, str, str], str]


@dataclass
class Written:
    """What a written table is made of; ``cells`` has every combination of the lists."""

    areas: dict[str, str]
    times: list[str]
    sexes: list[str]
    ages: list[str]
    cells: Cells
    code: str = "12411-01-01-5"
    title: list[str] = field(default_factory=lambda: ["Bevölkerungsstand: Bevölkerung nach Geschlecht"])
    web: bool = False

    def dates_across(self) -> str:
        """Key, name, then a column per time and sex (only the first age)."""
        age = self.ages[0]
        columns = [(time, sex) for time in self.times for sex in self.sexes]
        head = [["Stichtag"] * len(columns)] if self.web else []
        head += [[time for time, _ in columns], [SEXES[sex] for _, sex in columns]]
        rows = [
            [key, name, *(self.cells[key, time, sex, age] for time, sex in columns)] for key, name in self.areas.items()
        ]
        return self._file([["", "", *row] for row in head], rows)

    def dates_down(self) -> str:
        """Date, key, name, age, then a column per sex."""
        rows = [
            [time, key, name, age, *(self.cells[key, time, sex, age] for sex in self.sexes)]
            for time in self.times
            for key, name in self.areas.items()
            for age in self.ages
        ]
        head = [["", "", "", "", *("Geschlecht" for _ in self.sexes)], ["", "", "", "", *(map(SEXES.get, self.sexes))]]
        return self._file(head, rows)

    def one_date(self) -> str:
        """The first time alone in the head, ages across the columns under each sex."""
        time = self.times[0]
        columns = [(sex, age) for sex in self.sexes for age in self.ages]
        head = [
            [SEXES[sex] for sex, _ in columns],
            ["Altersgruppen (unter 3 bis 75 u.m.)"] * len(columns),
            [age for _, age in columns],
            ["Anzahl"] * len(columns),
        ]
        rows = [
            [key, name, *(self.cells[key, time, sex, age] for sex, age in columns)] for key, name in self.areas.items()
        ]
        return self._file([["", "", *row] for row in head], rows, day=time)

    def _file(self, head: list[list[str]], rows: list[list[str]], day: str = "") -> str:
        width = len(head[0])
        first = "Tabelle" if self.web else "GENESIS-Tabelle"
        titles = [*self.title, "regionale Tiefe: Gemeinden", "Statistik", "Bevölkerungsstand (Anzahl)"]
        titles += [day] if day else []
        out = io.StringIO()
        out.write(f"{first}: {self.code}\n")
        out.writelines(title + ";" * (width - 1) + "\n" for title in titles)
        csv.writer(out, delimiter=";", lineterminator="\n").writerows([*head, *rows])
        return out.getvalue() + FOOT
