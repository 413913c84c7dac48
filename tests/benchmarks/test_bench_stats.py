"""The harness's arithmetic, against cases worked out by hand."""

import pytest

from benchmarks.stats import growth, ratios, summarise


def test_summary_of_an_even_number_takes_the_middle_between_two():
    summary = summarise([4.0, 1.0, 3.0, 2.0])
    assert (summary.low, summary.median, summary.high, summary.n) == (1.0, 2.5, 4.0, 4)


def test_summary_of_nothing_is_refused():
    with pytest.raises(ValueError, match="no measurements"):
        summarise([])


def test_ratios_are_taken_within_a_round():
    # the second round ran on a slower machine: both doubled, the ratio stays
    assert ratios([1.0, 2.0], [4.0, 8.0]) == [0.25, 0.25]


@pytest.mark.parametrize(("ours", "theirs"), [([1.0], [1.0, 2.0]), ([1.0], [0.0])])
def test_ratios_that_say_nothing_are_refused(ours, theirs):
    with pytest.raises(ValueError, match=r"rounds|positive"):
        ratios(ours, theirs)


def test_growth_counts_steps_not_values():
    # 20 sessions are 19 further ones
    assert growth([100.0, *[0.0] * 18, 138.0]) == pytest.approx(2.0)


def test_growth_of_one_value_is_refused():
    with pytest.raises(ValueError, match="two values"):
        growth([1.0])
