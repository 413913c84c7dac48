"""Statistical twins: the places most like a participant in the documented features, and how sure the list is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from zwk_data.demography import areas, features
from zwk_data.demography.features import ENOUGH, FEATURES, Feature
from zwk_data.errors import ZwkError
from zwk_data.german import listing, number, with_unit
from zwk_data.stores.connection import read
from zwk_data.stores.memo import remembered


@dataclass(frozen=True)
class PlaceFeatures:
    """A participant's features, in units (``raw``) and standardised (``z``)."""

    raw: pd.Series
    z: pd.Series


COLUMNS = ["key", "name", "land", "distance", "alike", "differ", "stability", "mahalanobis"]
#: how many features are named as alike, and the difference (in standard deviations) from which one is mentioned
ALIKE, NOTEWORTHY = 3, 0.25
LAYER = {"gemeinde": "gemeinden", "kreis": "kreise"}
#: more neighbours than asked for, so that equals at the end of the list can be ordered by their key
SPARE = 5


@remembered(entries=128)
def twins(participant_id: str, k: int = 10) -> pd.DataFrame:
    """The ``k`` places most like a participant, the nearest first: Gemeinden, or Kreise for those that are one.

    A Landkreis is compared with Landkreise, a kreisfreie Stadt with kreisfreie Städte.

    Columns: key, name, land, distance (root mean square of the differences of all features, in standard deviations),
    alike and differ (German words), stability (0..1: in which share of the runs without one of the features the place
    stays among the ``k``), mahalanobis (whether it is among the ``k`` by that distance too, which counts once what
    several features have in common). The participant itself and its own parts are left out.

    Raises ZwkError if there is no such participant, or too little is known of it.
    """
    level = features.level_of(participant_id)
    raw, z = features.features(level), features.standardised(level)
    place = _features_of(participant_id, level)
    everyone = comparable(level, cities=features.kind_of(participant_id) == "kreisfreie_stadt")
    found = nearest(place.z, everyone.drop(index=areas.members(participant_id, level), errors="ignore"), k)
    names, laender = areas.names(LAYER[level]), areas.names("laender")
    about = pd.DataFrame(
        {"name": names.reindex(found.index), "land": laender.reindex(found.index.str[:2]).array}, index=found.index
    )
    return _with_words(found, about, place, raw, z)


def comparable(level: str, *, cities: bool) -> pd.DataFrame:
    """The standardised features of all places of a level that may be twins.

    Of Kreise either the ``cities`` or the others: they may agree in every figure and still have nothing to learn from
    each other.
    """
    z = features.standardised(level)
    return z[z.index.isin(features.single_cities()) == cities] if level == "kreis" else z


@remembered(entries=128)
def zwk_twins(participant_id: str, k: int = 5) -> pd.DataFrame:
    """``twins`` among the participants, by the features of Gemeinden, which all kinds have, standardised over them.

    Quarters are nobody's twin, as only the figures of their whole city are known, nor are participants of which one
    lies inside the other.
    """
    kind = features.kind_of(participant_id)
    raw = features.participant_features()
    moved = features.transform(raw)
    about = read("SELECT participant_id, name, land, kind FROM participant").set_index("participant_id")
    about["land"] = about["land"].str.replace("/", " und ")
    others = about.index[about["kind"] != "quartier"].intersection(moved.index)
    z = features.scale(moved.loc[others]).apply(moved)
    everyone = z.loc[others.difference([participant_id, *_inside_or_around(participant_id)])]
    if participant_id not in z.index:
        raise ZwkError(f"Für diese Kommune ({kind}) liegen keine Zahlen vor.")
    place = PlaceFeatures(pd.Series(raw.loc[participant_id]), pd.Series(z.loc[participant_id]))
    found = nearest(place.z, everyone, k)
    return _with_words(found, about.loc[found.index, ["name", "land"]], place, raw, everyone)


def twins_words(frame: pd.DataFrame) -> str:
    """One sentence: the most alike, and how many of all stay on the list whichever feature is left out."""
    if frame.empty:
        return "Statistische Zwillinge lassen sich hier nicht angeben."
    first = [f"{name} ({land})" for name, land in zip(frame["name"].head(3), frame["land"].head(3), strict=True)]
    lead = f"Am ähnlichsten {'ist' if len(first) == 1 else 'sind'} {listing(first)}"
    steady, all_ = int((frame["stability"] >= 1).sum()), len(frame)
    if all_ == 1:
        return f"{lead}."
    who = {0: "keiner der", all_: "alle"}.get(steady, f"{number(steady)} der")
    verb = "bleibt" if steady < 2 else "bleiben"
    return f"{lead}; {who} {number(all_)} Orte {verb} auf der Liste, gleich welches Merkmal außer Acht bleibt."


def mahalanobis_words(frame: pd.DataFrame) -> str:
    """One sentence: how many of a frame of ``twins`` the other distance finds as well."""
    same, all_ = int(frame["mahalanobis"].sum()), len(frame)
    also = {0: "keinen von ihnen", 1: "einen von ihnen", all_: "sie alle"}.get(same, f"{number(same)} von ihnen")
    return (
        "Ein anderes Abstandsmaß, das nur einmal zählt, was mehrere Merkmale gemeinsam haben (Mahalanobis-Abstand), "
        f"nennt {also}{' ebenfalls' if same else ''}."
    )


def nearest(place: pd.Series, candidates: pd.DataFrame, k: int) -> pd.DataFrame:
    """The ``k`` candidates nearest to ``place`` by its known features: key (index), distance, stability, mahalanobis.

    Both hold standardised features. Candidates of which too little is known are left out; gaps of the others are
    filled with the median of all.
    """
    known = place.dropna().index
    if len(known) < ENOUGH * len(place):
        raise ZwkError("Für statistische Zwillinge sind zu wenige Merkmale dieser Kommune bekannt.")
    rows = candidates.loc[candidates[known].notna().mean(axis=1) >= ENOUGH, known].sort_index()
    matrix = rows.fillna(rows.median()).to_numpy(dtype=np.float64)
    point = place[known].to_numpy(dtype=np.float64)
    apart = (matrix - point) ** 2
    whole = apart.sum(axis=1)
    found = _smallest(whole, k)
    kept = np.zeros(len(rows), dtype=np.int64)
    for left_out in apart.T:
        kept[_smallest(whole - left_out, k)] += 1
    also = np.isin(found, _smallest((((matrix - point) @ _uncorrelated(matrix)) ** 2).sum(axis=1), k))
    distance = np.sqrt(whole[found] / len(known))
    columns = {"distance": distance, "stability": kept[found] / len(known), "mahalanobis": also}
    return pd.DataFrame(columns, index=rows.index[found])


def _uncorrelated(matrix: np.ndarray) -> np.ndarray:
    """Turns and stretches features so that Euclid's distance is that of Mahalanobis (1936); columns: new axes."""
    variance, axes = np.linalg.eigh(np.atleast_2d(np.cov(matrix, rowvar=False, ddof=0)))
    # features that say the same leave an axis without any variance
    real = variance > max(1e-9 * variance.max(), 1e-12)
    if not real.any():
        return axes
    return np.asarray(axes[:, real] / np.sqrt(variance[real]))


def _smallest(distance: np.ndarray, k: int) -> np.ndarray:
    """The positions of the ``k`` smallest, in order; equals but for the last digits in the order of the rows."""
    n = min(k + SPARE, len(distance))
    if n == 0:
        return np.zeros(0, dtype=np.int64)
    some = np.sort(np.argpartition(distance, n - 1)[:n])
    return some[np.argsort(np.round(distance[some], 12), kind="stable")][:k]


def explain(
    place: PlaceFeatures, raw: pd.DataFrame, z: pd.DataFrame, everyone: pd.DataFrame, listed: tuple[Feature, ...]
) -> pd.DataFrame:
    """How each row of ``raw`` and ``z`` is like ``place`` and how it is not, in words. Columns alike, differ.

    ``everyone``: the standardised features of all candidates. Alike are the features in which the fewest others come
    as close: being rural makes nobody a twin where nearly all are.
    """
    columns = [feature.id for feature in listed]
    own = place.z[columns].to_numpy(dtype=np.float64)
    near = np.abs(z[columns].to_numpy(dtype=np.float64) - own)
    gaps = np.sort(np.abs(everyone[columns].to_numpy(dtype=np.float64) - own), axis=0)  # unknown ones come last
    # how many places come as close; an unknown difference is never close
    common = np.array([np.searchsorted(gaps[:, i], near[:, i], side="right") for i in range(len(columns))]).T
    units = raw[columns].to_numpy(dtype=np.float64)
    alike, differ = [], []
    for row in range(len(z)):
        close = [int(i) for i in np.argsort(common[row], kind="stable") if near[row, i] < 2 * NOTEWORTHY][:ALIKE]
        apart = [int(i) for i in np.argsort(-near[row], kind="stable") if near[row, i] >= NOTEWORTHY][:2]
        alike.append(listing([listed[i].short for i in close]) or "in keinem Merkmal besonders nah")
        told = [_difference(listed[i], units[row, i], float(place.raw[columns[i]])) for i in apart if i not in close]
        differ.append("; ".join(told) or "kaum")
    return pd.DataFrame({"alike": alike, "differ": differ}, index=z.index)


def _difference(feature: Feature, value: float, own: float) -> str:
    return f"{feature.short} {number(value, feature.decimals)} statt {with_unit(own, feature.unit, feature.decimals)}"


def _features_of(participant_id: str, level: str) -> PlaceFeatures:
    """A participant's features, standardised over all places of the level."""
    raw = features.participant_features()
    if participant_id not in raw.index:
        raise ZwkError("Für diese Kommune liegen keine Zahlen vor, aus denen sich Zwillinge bestimmen lassen.")
    z = features.scale_of(level).apply(features.transform(raw.loc[[participant_id]]))
    return PlaceFeatures(pd.Series(raw.loc[participant_id]), z.iloc[0])


def _with_words(
    found: pd.DataFrame, about: pd.DataFrame, place: PlaceFeatures, raw: pd.DataFrame, z: pd.DataFrame
) -> pd.DataFrame:
    words = explain(place, raw.loc[found.index], z.loc[found.index], z, FEATURES)
    result = pd.concat([about, found, words], axis=1).rename_axis("key").reset_index()
    return result[COLUMNS]


def _inside_or_around(participant_id: str) -> list[str]:
    """Participants that lie inside this one, or around it."""
    frame = read(
        """
        SELECT DISTINCT b.participant_id FROM member a JOIN member b
          ON a.participant_id <> b.participant_id
         AND (a.area_key = b.area_key OR a.level = 'kreis' AND b.area_key[1:5] = a.area_key
              OR b.level = 'kreis' AND a.area_key[1:5] = b.area_key)
        WHERE a.participant_id = $id
        """,
        {"id": participant_id},
    )
    return frame["participant_id"].tolist()


def profile(participant_id: str, found: pd.DataFrame) -> pd.DataFrame:
    """A participant and its twins (a frame of ``twins``) feature by feature, in the order of the catalogue.

    Columns: feature (id), feature_name, short, unit, decimals, key, name, is_place, value (in the unit), z (deviation
    from the mean of all places of the level, in standard deviations). The participant comes last within a feature.
    """
    level = features.level_of(participant_id)
    place = _features_of(participant_id, level)
    name = read("SELECT name FROM participant WHERE participant_id = $id", {"id": participant_id})["name"].iloc[0]
    names = found.set_index("key")["name"]
    keys = [key for key in found["key"] if key in features.features(level).index]
    about = pd.DataFrame(
        [(one.id, one.name, one.short, one.unit, one.decimals) for one in FEATURES],
        columns=["feature", "feature_name", "short", "unit", "decimals"],
    )
    places = pd.DataFrame({"key": [*keys, participant_id], "name": [*names.loc[keys], name]})
    places["is_place"] = places["key"] == participant_id
    # features in rows, the twins and then the place in columns, as in the rows of the cross join
    raw = np.vstack([features.features(level).loc[keys], place.raw[features.COLUMNS]]).T
    z = np.vstack([features.standardised(level).loc[keys], place.z[features.COLUMNS]]).T
    values = {"value": raw.astype(np.float64).ravel(), "z": z.astype(np.float64).ravel()}
    return about.merge(places, how="cross").assign(**values)
