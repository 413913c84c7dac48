"""The data package: complete, described correctly, and no more than the public may see."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pandas as pd
import pyshacl
import pytest
import rdflib

from zwk_data.errors import ZwkError
from zwk_data.export import open_data
from zwk_data.export.open_data import Portal, write_package
from zwk_data.stores.connection import read
from zwk_data.stores.open_tables import open_tables

PORTAL = Portal("https://daten.example.de/zwk/", "Beispielamt", "http://dcat-ap.de/def/contributors/beispiel")


@pytest.fixture(autouse=True)
def _stores(stores: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The shipped figures, with two indicators as examples."""
    monkeypatch.setattr(open_data, "values_of", lambda table, column: ["births", "rent"])


@pytest.fixture
def package(tmp_path: Path) -> Path:
    write_package(tmp_path / "daten", PORTAL)
    return tmp_path / "daten"


@pytest.mark.slow
def test_every_file_is_what_its_description_says(package: Path) -> None:
    described = json.loads((package / "datapackage.json").read_text(encoding="utf-8"))["resources"]
    assert len(described) == len(open_tables())
    for one in described:
        content = (package / one["path"]).read_bytes()
        assert (one["bytes"], one["hash"]) == (len(content), f"sha256:{hashlib.sha256(content).hexdigest()}")
        load = pd.read_parquet if one["format"] == "parquet" else pd.read_csv
        frame = load(package / one["path"])
        assert list(frame.columns) == [field["name"] for field in one["schema"]["fields"]]
        assert not frame.duplicated(one["schema"]["primaryKey"]).any(), one["path"]


@pytest.mark.slow
def test_it_holds_all_figures_and_no_more_of_the_programme_than_all_may_see(package: Path) -> None:
    figures = pd.read_parquet(package / "observation_today.parquet")
    asked = "SELECT count(*) AS n FROM observation_today WHERE indicator_id IN ('births', 'rent')"
    assert len(figures) == read(asked)["n"].iloc[0] > 0
    measures = pd.read_csv(package / "measure.csv")
    assert set(measures["status"]) == {"running", "done"}
    assert len(measures) < read("SELECT count(*) AS n FROM measure")["n"].iloc[0]
    assert measures["note"].isna().all()
    assert "entered_by" not in measures


@pytest.mark.slow
def test_a_portal_finds_every_file_with_its_licence(package: Path) -> None:
    catalogue = json.loads((package / "dcat.jsonld").read_text(encoding="utf-8"))
    dataset = catalogue["dcat:dataset"]
    assert dataset["dcatde:contributorID"] == {"@id": PORTAL.contributor}
    assert catalogue["dct:publisher"]["foaf:name"] == "Beispielamt"
    licences = {one["dcat:accessURL"]["@id"]: one["dct:license"]["@id"] for one in dataset["dcat:distribution"]}
    assert len(licences) == len(open_tables())
    assert licences["https://daten.example.de/zwk/area.csv"].endswith("/dl-by-de/2.0")
    assert licences["https://daten.example.de/zwk/stage_event.csv"].endswith("/other-open")


def broken(catalogue: dict[str, Any]) -> list[str]:
    """The rules of a data portal that a catalogue breaks."""
    data = rdflib.Graph().parse(data=json.dumps(catalogue), format="json-ld")
    _, report, _ = pyshacl.validate(data, shacl_graph=str(Path(__file__).with_name("dcat-ap-de.shacl.ttl")))
    assert isinstance(report, rdflib.Graph)
    return sorted({str(path).rpartition("/")[2] for path in report.objects(None, rdflib.SH.resultPath)})


@pytest.mark.slow
def test_the_rules_of_a_portal_are_kept(package: Path) -> None:
    """And found where they are not, so that silence means something."""
    catalogue = json.loads((package / "dcat.jsonld").read_text(encoding="utf-8"))
    assert broken(catalogue) == []
    dataset = catalogue["dcat:dataset"]
    del dataset["dct:publisher"]
    dataset["dcat:theme"] = {"@id": "https://example.org/soziales"}
    dataset["dcatde:contributorID"] = "beispiel"
    first = dataset["dcat:distribution"][0]
    first["dct:license"] = "dl-by-de/2.0"
    first["dcat:byteSize"] = "viel"
    assert broken(catalogue) == ["contributorID", "dcat#byteSize", "dcat#theme", "license", "publisher"]


def test_what_is_there_stays(tmp_path: Path) -> None:
    (tmp_path / "daten").mkdir()
    (tmp_path / "daten" / "brief.txt").write_text("bleibt")
    with pytest.raises(ZwkError, match="gibt es schon"):
        write_package(tmp_path / "daten")
    assert (tmp_path / "daten" / "brief.txt").read_text() == "bleibt"


def test_nothing_half_written_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: object) -> bytes:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(open_data, "as_csv", full)
    before = {file.name for file in tmp_path.iterdir()}
    with pytest.raises(ZwkError, match="kann nicht geschrieben werden"):
        write_package(tmp_path / "daten")
    assert {file.name for file in tmp_path.iterdir()} == before
