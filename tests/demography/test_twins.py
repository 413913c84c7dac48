"""Twins: obvious neighbours in hand-made cases, invariances, and sense on the real figures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.examples import examples
from zwk_data.demography import areas, features, twins
from zwk_data.demography.features import Feature
from zwk_data.demography.twins import PlaceFeatures, explain, mahalanobis_words, nearest, twins_words
from zwk_data.errors import ZwkError
from zwk_data.stores.connection import read


def candidates(rows: dict[str, list[float]]) -> pd.DataFrame:
    return pd.DataFrame.from_dict(rows, orient="index", columns=["a", "b", "c"], dtype=float)


NEAR_AND_FAR = candidates({"p": [0, 0, 0.1], "q": [0.2, 0, 0], "r": [3, 3, 3], "s": [-2, 1, 0], "t": [9, 9, 9]})
ORIGIN = pd.Series([0.0, 0.0, 0.0], index=["a", "b", "c"])


def test_obvious_neighbours_in_their_order() -> None:
    found = nearest(ORIGIN, NEAR_AND_FAR, 3)
    assert list(found.index) == ["p", "q", "s"]
    assert found["distance"].tolist() == pytest.approx([0.1 / np.sqrt(3), 0.2 / np.sqrt(3), np.sqrt(5 / 3)])
    # whatever is left out, these three stay
    assert found["stability"].tolist() == [1, 1, 1]


def test_stability_counts_the_runs_without_one_feature() -> None:
    rows = candidates({"u": [0, 0, 4], "v": [1, 1, 1]})
    found = nearest(ORIGIN, rows, 1)
    # v is nearer (3 < 16), and stays so without a or b (2 < 16), but not without c (u: 0)
    assert list(found.index) == ["v"]
    assert found["stability"].iloc[0] == pytest.approx(2 / 3)


def test_equals_stand_in_the_order_of_their_keys() -> None:
    rows = candidates({key: [1, 0, 0] for key in "hgfedcba"})
    assert list(nearest(ORIGIN, rows, 3).index) == ["a", "b", "c"]


def test_gaps_do_not_make_twins() -> None:
    rows = candidates({"known": [1, 1, 1], "little": [np.nan, np.nan, 0], "other": [2, 2, 2]})
    assert list(nearest(ORIGIN, rows, 3).index) == ["known", "other"]
    with pytest.raises(ZwkError, match="zu wenige Merkmale"):
        nearest(pd.Series([np.nan, np.nan, 1.0], index=["a", "b", "c"]), rows, 2)


def test_what_two_features_have_in_common_counts_once_with_mahalanobis() -> None:
    far = [[3, 3, 0], [-3, -3, 0], [0, 0, 3], [0, 0, -3], [3, 3, 3], [-3, -3, -3]]
    # a and b say the same: p differs by 1² + 1², q by 1.3², but p only by 1² if both count once
    rows = candidates({"p": [1, 1, 0], "q": [0, 0, 1.3], **{f"z{i}": row for i, row in enumerate(far)}})
    found = nearest(ORIGIN, rows, 1)
    assert (found.index[0], found["mahalanobis"].iloc[0]) == ("q", False)
    once = nearest(ORIGIN[["a", "c"]], rows[["a", "c"]], 1)
    assert (once.index[0], once["mahalanobis"].iloc[0]) == ("p", True)


def test_fewer_candidates_than_asked_for() -> None:
    assert len(nearest(ORIGIN, NEAR_AND_FAR.head(2), 10)) == 2


@settings(max_examples=examples(10), deadline=None)
@given(st.lists(st.tuples(*[st.integers(-50, 50)] * 3), min_size=3, max_size=20), st.randoms())
def test_the_order_of_the_rows_does_not_matter(rows: list[tuple[int, ...]], random: object) -> None:
    frame = candidates({f"k{i:02d}": [float(x) for x in row] for i, row in enumerate(rows)})
    keys = list(frame.index)
    random.shuffle(keys)  # type: ignore[attr-defined]
    pd.testing.assert_frame_equal(nearest(ORIGIN, frame, 3), nearest(ORIGIN, frame.loc[keys], 3))


@settings(max_examples=examples(7), deadline=None)
@given(st.floats(0.001, 1000), st.floats(-100, 100))
def test_the_unit_of_a_feature_does_not_matter(factor: float, shift: float) -> None:
    raw = candidates({f"k{i:02d}": [i % 7, (i * i) % 11, i / 3] for i in range(30)})
    other = raw.assign(b=raw["b"] * factor + shift)
    found = []
    for frame in (raw, other):
        z = features.scale(frame).apply(frame)
        found.append(nearest(z.loc["k04"], z.drop(index="k04"), 5))
    assert list(found[0].index) == list(found[1].index)
    assert found[0]["distance"].tolist() == pytest.approx(found[1]["distance"].tolist())


def test_alike_is_what_few_share() -> None:
    listed = tuple(Feature(key, key.upper(), key.upper(), "%", 1, "Probe.") for key in "abc")
    # nearly everybody agrees in a; only the twin comes close in b; it is far in c
    everyone = candidates({**{f"k{i}": [0, 2 + i, i] for i in range(20)}, "twin": [0, 0.1, 5]})
    place = PlaceFeatures(raw=pd.Series([1.0, 2.0, 3.0], index=list("abc")), z=ORIGIN)
    raw = candidates({"twin": [1, 2.1, 9]})
    words = explain(place, raw, everyone.loc[["twin"]], everyone, listed)
    assert words.loc["twin", "alike"] == "B und A"
    assert words.loc["twin", "differ"] == "C 9,0 statt 3,0\u00a0%"


def test_words() -> None:
    frame = pd.DataFrame({"name": ["A", "B", "C"], "land": ["X", "Y", "Z"], "stability": [1.0, 0.5, 1.0]})
    assert twins_words(frame) == (
        "Am ähnlichsten sind A (X), B (Y) und C (Z); 2 der 3 Orte bleiben auf der Liste, gleich welches Merkmal "
        "außer Acht bleibt."
    )
    assert "1 der 2 Orte bleibt auf" in twins_words(frame.head(2))
    assert "; alle 3 Orte bleiben auf" in twins_words(frame.assign(stability=1.0))
    assert "; keiner der 3 Orte bleibt auf" in twins_words(frame.assign(stability=0.9))
    assert twins_words(frame.head(1)) == "Am ähnlichsten ist A (X)."
    assert "nicht" in twins_words(frame.head(0))


def test_words_on_the_distance_of_mahalanobis() -> None:
    told = {kept: mahalanobis_words(pd.DataFrame({"mahalanobis": [i < kept for i in range(3)]})) for kept in range(4)}
    assert told[3].endswith("(Mahalanobis-Abstand), nennt sie alle ebenfalls.")
    assert told[2].endswith(", nennt 2 von ihnen ebenfalls.")
    assert told[1].endswith(", nennt einen von ihnen ebenfalls.")
    assert told[0].endswith(", nennt keinen von ihnen.")


def everyone() -> list[str]:
    return read("SELECT participant_id FROM participant ORDER BY ALL")["participant_id"].tolist()


@pytest.mark.slow
def test_every_participant_has_ten_twins_of_its_own_level(stores: Path) -> None:
    for participant in everyone():
        found = twins.twins(participant)
        level = features.level_of(participant)
        assert len(found) == 10, participant
        assert found["distance"].is_monotonic_increasing
        assert found["stability"].between(0, 1).all()
        assert (found["key"].str.len() == (5 if level == "kreis" else 8)).all()
        assert not set(found["key"]) & set(areas.members(participant, level)), participant
        assert found[["name", "land", "alike", "differ"]].notna().all(axis=None)
        # the nearest of ten thousand is nearer than a standard deviation on average
        assert found["distance"].iloc[0] < 1


def test_landkreise_get_landkreise_and_cities_cities(stores: Path) -> None:
    for participant in ("lk-rostock", "lk-uckermark", "dithmarschen", "kreis-dueren"):
        assert not set(twins.twins(participant)["key"]) & features.single_cities()
    for participant in ("dresden", "coburg", "dessau-rosslau"):
        assert set(twins.twins(participant)["key"]) <= features.single_cities()


def test_twins_make_sense(stores: Path) -> None:
    # Riesa, an eastern industrial town that lost a fifth in the nineties: towns of the east
    east = {"Sachsen", "Sachsen-Anhalt", "Thüringen", "Brandenburg", "Mecklenburg-Vorpommern"}
    assert twins.twins("riesa")["land"].isin(east).sum() >= 9
    # Dortmund, with its whole city: none but big cities
    sizes = features.features("gemeinde").loc[twins.twins("dortmund")["key"], "size"]
    assert sizes.min() > 150_000


@pytest.mark.slow
def test_twins_among_participants(stores: Path) -> None:
    kinds = read("SELECT participant_id, kind FROM participant").set_index("participant_id")["kind"]
    for participant in everyone():
        found = twins.zwk_twins(participant)
        assert len(found) == 5
        assert participant not in set(found["key"])
        assert not (kinds.loc[found["key"]] == "quartier").any()
    # places inside the Landkreis are no twins of it
    inside = {"grabow", "ludwigslust", "schossin"}
    assert not inside & set(twins.zwk_twins("lk-ludwigslust-parchim", 30)["key"])
    assert "lk-ludwigslust-parchim" not in set(twins.zwk_twins("grabow", 30)["key"])


def test_the_list_is_the_same_when_asked_again(stores: Path) -> None:
    pd.testing.assert_frame_equal(twins.twins.__wrapped__("romrod"), twins.twins("romrod"))
    with pytest.raises(ZwkError, match="atlantis"):
        twins.twins("atlantis")


def test_profile(stores: Path) -> None:
    found = twins.twins("riesa", 3)
    frame = twins.profile("riesa", found)
    assert len(frame) == 13 * 4
    own = frame[frame["is_place"]].set_index("feature")
    assert own.loc["size", "value"] == features.features("gemeinde").loc["14627230", "size"]
    assert own.loc["size", "z"] == pytest.approx(features.standardised("gemeinde").loc["14627230", "size"])
    first = frame[(frame["feature"] == "density") & ~frame["is_place"]]
    assert first["key"].tolist() == found["key"].tolist()


@pytest.mark.slow
def test_a_start_of_the_app_does_not_load_scikit_learn() -> None:
    import subprocess
    import sys

    code = "import sys, zwk_data.charts.together, zwk_data.demography.comparison; print('sklearn' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
