"""``python -m tools.demo_data``: draws the invented data anew and writes data/demo/<table>.csv."""

from __future__ import annotations

import csv
from datetime import datetime
from pathlib import Path

import pandas as pd

from tools.demo_data.frames import demo_frames
from zwk_data import seed, settings


def write(folder: Path) -> None:
    """One csv file per invented table in ``folder``, as ``seed`` reads it: UTF-8, an empty cell for nothing."""
    folder.mkdir(parents=True, exist_ok=True)
    for table, frame in demo_frames(seed.frames("public")).items():
        columns = seed.invented_columns(table)
        if unknown := set(frame.columns) - set(columns):
            raise ValueError(f"{table}: no such columns: {sorted(unknown)}")
        with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
            lines = csv.writer(file, lineterminator="\n")
            lines.writerow(columns)
            lines.writerows([_cell(row.get(column)) for column in columns] for row in frame.to_dict("records"))


def _cell(value: object) -> str:
    if value is None or value is pd.NaT or value != value:
        return ""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


if __name__ == "__main__":
    write(settings.DATA / "demo")
