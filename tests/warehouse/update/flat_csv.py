"""Answers in the layout of the recorded ones, small enough to reckon with by hand."""

from __future__ import annotations

from collections.abc import Iterable

HEAD = (
    "statistics_code;statistics_label;time_code;time_label;time;1_variable_code;1_variable_label;"
    "1_variable_attribute_code;1_variable_attribute_label;2_variable_code;2_variable_label;"
    "2_variable_attribute_code;2_variable_attribute_label;value;value_unit;value_variable_code;value_variable_label"
)
SEXES = {"total": ("", "Insgesamt"), "male": ("GESM", "männlich"), "female": ("GESW", "weiblich")}
STATISTICS = {
    "12411": ("Fortschreibung des Bevölkerungsstandes", "STAG", "Stichtag", "BEVSTD", "Bevölkerungsstand"),
    "12612": ("Statistik der Geburten", "JAHR", "Jahr", "BEV001", "Lebendgeborene"),
}


def flat_csv(
    statistic: str,
    rows: Iterable[tuple[str, int, str, object]],
    *,
    day: str = "-12-31",
    unit: str = "Anzahl",
    variable: tuple[str, str] = ("KREISE", "Kreise und kreisfreie Städte"),
    end: str = "\n",
) -> bytes:
    """Rows (area key, year, sex, value or sign) as the service prints them, with byte order mark."""
    label, time, time_label, code, measure = STATISTICS[statistic]
    lines = [HEAD]
    for key, year, sex, value in rows:
        attribute, sex_label = SEXES[sex]
        stamp = f"{year}{day}" if time == "STAG" else f"{year}"
        lines.append(
            f"{statistic};{label};{time};{time_label};{stamp};{variable[0]};{variable[1]};{key};Gebiet {key};"
            f"GES;Geschlecht;{attribute};{sex_label};{value};{unit};{code};{measure}"
        )
    return ("\ufeff" + "\n".join(lines) + end).encode()
