"""Rows of the open tables for programs, and all of them as one data package.

JSON, CSV and Parquet; ``export.csv`` writes for Excel. The package is a Data Package (datapackage.org, version 2) of
what the public may see, with a description in DCAT-AP.de 3.0 for a data portal.
"""

from __future__ import annotations

import hashlib
import io
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from zwk_data import __version__
from zwk_data.errors import ZwkError
from zwk_data.schema.tables import TABLES
from zwk_data.stores.access import PUBLIC, asking_as
from zwk_data.stores.open_tables import OpenTable, Question, answer, columns, licences, open_tables, values_of

FORMATS = {"json": "application/json", "csv": "text/csv; charset=utf-8", "parquet": "application/vnd.apache.parquet"}
TITLE = "ZWK-Monitor: amtliche Zahlen und belegte Fakten zum Modellprojekt Zukunftswerkstatt Kommunen"
DESCRIPTION = (
    "Bevölkerung, Altersaufbau, Wanderung, Wohnen, Versorgung und weitere amtliche Zahlen für Gemeinden, Verbände, "
    "Kreise und Länder in Deutschland, dazu Stufen, Themen und Maßnahmen der teilnehmenden Kommunen mit ihren Quellen."
)
_LICENCES = {
    "Datenlizenz Deutschland – Namensnennung – Version 2.0": ("dl-by-de-2.0", "https://www.govdata.de/dl-de/by-2-0"),
    "Creative Commons Namensnennung 4.0 International (CC BY 4.0)": (
        "CC-BY-4.0",
        "https://creativecommons.org/licenses/by/4.0/deed.de",
    ),
}
#: by the list of DCAT-AP.de: of official figures (most are under it), and of the facts on the programme
_OF_FIGURES = "http://dcat-ap.de/def/licenses/dl-by-de/2.0"
_OF_PROGRAMME = "http://dcat-ap.de/def/licenses/other-open"


def as_json(frame: pd.DataFrame) -> list[dict[str, object]]:
    """The rows with JSON's own types; a missing value is null, a day „2022-11-09“."""
    made: list[dict[str, object]] = json.loads(frame.to_json(orient="records", date_format="iso", date_unit="s"))
    for column in frame.columns[[_holds_days(frame[one]) for one in frame.columns]]:
        for row in made:
            row[column] = str(row[column])[:10] if row[column] is not None else None
    return made


def _holds_days(column: pd.Series) -> bool:
    return column.dtype == object and pd.api.types.infer_dtype(column, skipna=True) == "date"


def as_csv(frame: pd.DataFrame) -> bytes:
    """CSV for programs (RFC 4180, UTF-8, decimal point)."""
    return frame.to_csv(index=False, lineterminator="\r\n", date_format="%Y-%m-%dT%H:%M:%S").encode()


def as_parquet(frame: pd.DataFrame) -> bytes:
    """Parquet, compressed by zstd."""
    out = io.BytesIO()
    frame.to_parquet(out, index=False, compression="zstd")
    return out.getvalue()


@dataclass(frozen=True)
class Portal:
    """Where and by whom the package is published.

    ``address`` of the folder (URL), ``publisher`` (name), ``contributor`` (URL from the list of DCAT-AP.de).
    """

    address: str
    publisher: str
    contributor: str


def write_package(out: Path, portal: Portal | None = None) -> list[str]:
    """Write all open tables, as the public may see them, into the new folder ``out``; returns the files' names.

    Raises ZwkError if there is something already, or if it can't be written; then nothing is left behind.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise ZwkError(f"„{out}“ gibt es schon. Bitte einen neuen oder leeren Ordner nennen.")
    part = out.with_name(f".{out.name}.teil")
    try:
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        with asking_as(PUBLIC):
            resources = [_resource(table, part) for table in open_tables().values()]
            package = _package(resources)
        (part / "datapackage.json").write_text(json.dumps(package, ensure_ascii=False, indent=2), encoding="utf-8")
        if portal is not None:
            described = json.dumps(_dcat(resources, portal), ensure_ascii=False, indent=2)
            (part / "dcat.jsonld").write_text(described, encoding="utf-8")
        if out.exists():
            out.rmdir()
        part.replace(out)
    except OSError as error:
        raise ZwkError(f"„{out}“ kann nicht geschrieben werden: {error.strerror or error}.") from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return sorted(file.name for file in out.iterdir())


def _resource(table: OpenTable, folder: Path) -> dict[str, object]:
    """Write one table; its entry in datapackage.json."""
    form = "parquet" if table.needed else "csv"
    file = folder / f"{table.name}.{form}"
    if table.needed:
        _write_in_parts(table, file)
    else:
        file.write_bytes(as_csv(answer(Question(table, {}))[0]))
    content = file.read_bytes()
    kinds = {"date": "date", "date-time": "datetime"}
    fields = [{"name": name, "type": kinds.get(form_of, kind)} for name, (kind, form_of) in columns(table.name).items()]
    return {
        "name": table.name.replace("_", "-"),
        "title": table.holds,
        "path": file.name,
        "format": form,
        "mediatype": FORMATS[form].partition(";")[0],
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "schema": {"fields": fields, "primaryKey": list(table.key)},
    }


def _write_in_parts(table: OpenTable, file: Path) -> None:
    """A table too large for memory as text: one part for each value of the column it must be asked by."""
    writer: pq.ParquetWriter | None = None
    for value in values_of(table, table.needed[0]):
        rows = pa.Table.from_pandas(answer(Question(table, {table.needed[0]: [value]}))[0], preserve_index=False)
        if writer is None:
            writer = pq.ParquetWriter(file, rows.schema, compression="zstd")
        writer.write_table(rows.cast(writer.schema))
    if writer is not None:
        writer.close()


def _package(resources: list[dict[str, object]]) -> dict[str, object]:
    known = [
        {"name": name, "path": address, "title": licence}
        for licence, (name, address) in _LICENCES.items()
        if licence in licences()
    ]
    others = [{"name": "other-open", "title": licence} for licence in licences() if licence not in _LICENCES]
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "zwk-monitor",
        "title": TITLE,
        "description": DESCRIPTION,
        "version": __version__,
        "created": f"{date.today()}T00:00:00Z",
        "licenses": [*known, *others],
        "sources": [{"title": "Quellen und Lizenzen jeder Zahl", "path": "source.csv"}],
        "resources": resources,
    }


def _dcat(resources: list[dict[str, object]], portal: Portal) -> Mapping[str, object]:
    """The package as a catalogue of one dataset in DCAT-AP.de 3.0 (JSON-LD)."""
    base = portal.address.rstrip("/")
    files = "http://publications.europa.eu/resource/authority/file-type/"
    publisher = {"@type": "foaf:Agent", "foaf:name": portal.publisher}
    programme = {name.replace("_", "-") for name in TABLES}
    distributions = [
        {
            "@id": f"{base}/{one['path']}",
            "@type": "dcat:Distribution",
            "dct:title": one["title"],
            "dcat:accessURL": {"@id": f"{base}/{one['path']}"},
            "dcat:downloadURL": {"@id": f"{base}/{one['path']}"},
            "dct:format": {"@id": files + str(one["format"]).upper()},
            "dcat:byteSize": {"@type": "xsd:nonNegativeInteger", "@value": str(one["bytes"])},
            "spdx:checksum": {
                "@type": "spdx:Checksum",
                "spdx:algorithm": {"@id": "spdx:checksumAlgorithm_sha256"},
                "spdx:checksumValue": {"@type": "xsd:hexBinary", "@value": str(one["hash"]).partition(":")[2]},
            },
            "dct:license": {"@id": _OF_PROGRAMME if one["name"] in programme else _OF_FIGURES},
            "dcatde:licenseAttributionByText": "Quellenvermerk je Zahl: source.csv, Spalte attribution; verändert",
        }
        for one in resources
    ]
    dataset = {
        "@id": f"{base}/datapackage.json",
        "@type": "dcat:Dataset",
        "dct:title": {"@language": "de", "@value": TITLE},
        "dct:description": {"@language": "de", "@value": DESCRIPTION},
        "dct:publisher": publisher,
        "dct:modified": {"@type": "xsd:date", "@value": str(date.today())},
        "dcat:theme": {"@id": "http://publications.europa.eu/resource/authority/data-theme/SOCI"},
        "dcat:keyword": [{"@language": "de", "@value": one} for one in ("Demografie", "Kommunen", "Bevölkerung")],
        "dct:identifier": f"{base}/datapackage.json",
        "dcat:landingPage": {"@id": f"{base}/"},
        "dct:spatial": {"@id": "http://publications.europa.eu/resource/authority/country/DEU", "@type": "dct:Location"},
        "dcatde:politicalGeocodingLevelURI": {"@id": "http://dcat-ap.de/def/politicalGeocoding/Level/federal"},
        "dcatde:contributorID": {"@id": portal.contributor},
        "dcat:distribution": distributions,
    }
    names = {
        "dcat": "http://www.w3.org/ns/dcat#",
        "dct": "http://purl.org/dc/terms/",
        "foaf": "http://xmlns.com/foaf/0.1/",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
        "spdx": "http://spdx.org/rdf/terms#",
        "dcatde": "http://dcat-ap.de/def/dcatde/",
    }
    return {
        "@context": names,
        "@id": f"{base}/dcat.jsonld",
        "@type": "dcat:Catalog",
        "dct:title": {"@language": "de", "@value": "ZWK-Monitor"},
        "dct:description": {"@language": "de", "@value": DESCRIPTION},
        "dct:publisher": publisher,
        "dcat:dataset": dataset,
    }
