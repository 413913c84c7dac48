"""The shipped sources.csv agrees with publishers.yml and through.yml about every file."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
import yaml

from zwk_data.settings import DATA
from zwk_data.warehouse.collect import run
from zwk_data.warehouse.collect.folder import SourceFile


def listed(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_row_says_through_whom_its_very_file_came():
    entries = yaml.safe_load((DATA / "through.yml").read_text(encoding="utf-8"))
    through = {checksum: one["through"] for one in entries for checksum in one["files"].values()}
    assert len(through) == sum(len(one["files"]) for one in entries), "no file came through two"
    for row in listed("sources.csv"):
        assert row["through"] == through.get(row["sha256"], ""), row["source_id"]


def test_a_row_has_the_attribution_of_its_family():
    families = yaml.safe_load((DATA / "publishers.yml").read_text(encoding="utf-8")).values()
    known = {(one["publisher"], one["url"]): one["attribution"] for one in families}
    for row in listed("sources.csv"):
        assert row["attribution"] == known[row["publisher"], row["url"]], row["source_id"]


def test_compilations_of_others_are_told_as_such():
    told = {row["source_id"]: row["through"] for row in listed("sources.csv")}
    for source_id in ("inkar-kreise", "bbsr-gemeinden-1990-2020", "gvisys-2018"):
        assert told[source_id].startswith("Zusammenstellung Dritter"), source_id


def test_collect_looks_a_file_up_by_its_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    file = tmp_path / "any.csv"
    file.write_bytes(b"a;b\n")
    one = SourceFile(file, "inkar", "inkar", "x", "T", None, pd.DataFrame(), date(2022, 12, 31))
    assert run.source_rows([one])[0]["through"] is None
    checksum = one.sha256()
    monkeypatch.setattr(run, "_obtained_through", lambda: {checksum: "jemand"})
    assert run.source_rows([one])[0]["through"] == "jemand"
