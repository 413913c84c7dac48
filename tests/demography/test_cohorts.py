"""Hamilton–Perry by hand: a two-cohort example, a stationary population, sums that stay, the steering to a total."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zwk_data.demography import projection_methods
from zwk_data.demography.ages import FINE, GROUPS
from zwk_data.demography.projection_methods import FIVE

N = len(FIVE)
LEEWAY = np.full((2, N - 1), 0.1)


def people(**classes: float) -> np.ndarray:
    """One area with these many women (``w20`` = 20–24) and men (``m20``), nobody else."""
    result = np.zeros((1, 2, N))
    for name, value in classes.items():
        result[0, 1 if name[0] == "w" else 0, int(name[1:]) // 5] = value
    return result


def test_two_cohorts_by_hand():
    # 2015: 100 women of 20–24 and 80 women of 25–29; 2020: 90 of 25–29 and 60 of 30–34, and 30 girls under 5
    before, after = people(w20=100, w25=80), people(w25=90, w30=60, w0=30)
    change, children = projection_methods.cohort_ratios(before, after)
    assert change[0, 1, 4] == pytest.approx(0.9)  # 90 / 100
    assert change[0, 1, 5] == pytest.approx(0.75)  # 60 / 80
    assert children[0, 1] == pytest.approx(0.2)  # 30 girls / (90 + 60) women of 20–44
    # 2025: 90 * 0.75 = 67.5 of 30–34; 60 of 30–34 have no known successor: ratio 1; girls 0.2 * 127.5 = 25.5;
    # the girls of 2020 go on with ratio 1
    later = projection_methods.cohort_step(after, change, children)
    assert later[0, 1, 6] == pytest.approx(67.5)
    assert later[0, 1, 7] == pytest.approx(60)
    assert later[0, 1, 0] == pytest.approx(25.5)
    assert later[0, 1, 1] == pytest.approx(30)
    assert later.sum() == pytest.approx(67.5 + 60 + 25.5 + 30)


def test_open_class_takes_in_and_keeps():
    # 100 of 85–89 and 50 of 90+ become 45: 45 / 150 = 0.3; then 60 of 85–89 and the 45: 0.3 * 105 = 31.5
    change, children = projection_methods.cohort_ratios(people(m85=100, m90=50), people(m90=45, m85=60))
    assert change[0, 0, -1] == pytest.approx(0.3)
    assert projection_methods.cohort_step(people(m90=45, m85=60), change, children)[0, 0, -1] == pytest.approx(31.5)


def test_a_closed_stationary_population_stays():
    alive = np.array([1.0] * 10 + [0.97, 0.95, 0.92, 0.87, 0.8, 0.7, 0.5, 0.3, 0.1])
    same = np.stack([1000 * alive, 1000 * alive])[None]
    change, children = projection_methods.cohort_ratios(same, same)
    state = same
    for _ in range(4):
        state = projection_methods.cohort_step(state, change, children)
    assert state == pytest.approx(same)


def fine(seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).uniform(50, 150, (3, 2, len(FINE)))


def test_spread_keeps_the_groups_and_their_pattern():
    pattern = fine()
    groups = projection_methods.to_groups(fine(2))
    assert projection_methods.to_groups(projection_methods.cohort_spread(groups, pattern)) == pytest.approx(groups)
    # a group nobody of the pattern is in is spread evenly: 30 people of 0–2 are 10 a year
    pattern[:, :, :3] = 0
    groups[:, :, 0] = 30
    assert projection_methods.cohort_spread(groups, pattern)[:, :, :3] == pytest.approx(10)


def test_later_groups_keep_their_sums_and_cohorts():
    start, later = fine(), projection_methods.to_groups(fine(3))
    curve = np.log(np.full((2, 7), 0.9))
    five = projection_methods.five_years_later(start, later, curve)
    assert five.sum(axis=(1, 2)) == pytest.approx(later.sum(axis=(1, 2)))
    low = [int(group.rstrip("+").partition("-")[0]) for group in GROUPS]
    for bound in (10, 20, 45, 65, 75):
        mine = five[..., : bound // 5].sum(axis=-1)
        assert mine == pytest.approx(later[..., [i for i, age in enumerate(low) if age < bound]].sum(axis=-1))
    assert (five >= 0).all()


def test_old_age_curve_finds_the_curve_it_was_made_from():
    start = np.zeros((1, 2, len(FINE)))
    start[..., 60:] = 1000.0
    losses = 0.08 * np.exp(0.1 * (np.arange(60, 95, 5) - 65))
    old = projection_methods.to_five(start)[0, :, 12:] * np.exp(-losses)
    later = np.zeros((1, 2, len(GROUPS)))
    later[0, :, 15], later[0, :, 16] = old[:, :2].sum(axis=1), old[:, 2:].sum(axis=1)
    assert projection_methods.old_age_curve(start, later) == pytest.approx(np.stack([-losses, -losses]), rel=0.02)


@given(st.floats(0.7, 1.4))
def test_steering_meets_the_total(factor: float):
    state = np.full((1, 2, N), 100.0)
    change, children = np.full((1, 2, N - 1), 0.95), np.full((1, 2), 0.2)
    plain = projection_methods.cohort_step(state, change, children).sum(axis=(1, 2))
    steered = projection_methods.steer(state, change, children, LEEWAY, plain * factor)
    assert steered.sum(axis=(1, 2)) == pytest.approx(plain * factor)
    assert (steered >= 0).all()


def test_steering_moves_most_where_places_differ_most():
    state = np.full((1, 2, N), 100.0)
    change, children = np.full((1, 2, N - 1), 1.0), np.full((1, 2), 0.2)
    leeway = np.full((2, N - 1), 0.01)
    leeway[:, 4] = 0.2
    plain = projection_methods.cohort_step(state, change, children)
    steered = projection_methods.steer(state, change, children, leeway, plain.sum(axis=(1, 2)) * 1.02)
    gain = (steered / plain)[0, 0]
    assert gain[5] == gain.max()
    assert gain[5] > 1.02 > gain[8]
