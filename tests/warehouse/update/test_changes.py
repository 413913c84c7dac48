"""The rules of the comparison, each by hand."""

import math

import pandas as pd
from observation_rows import rows

from zwk_data.warehouse.update.changes import compare, removed
from zwk_data.warehouse.update.service import choose_tables

SEX, AGE, TOTAL, CENSUS = choose_tables(("12411-01-01-4", "12411-02-03-4", "12612-91-01-4", "1000A-0000"))


def changes(old, new, *, table=SEX, threshold=0.005, from_year=2022):
    return compare(table, old, new, threshold=threshold, from_year=from_year)


def test_a_year_that_nobody_had_is_new():
    found = changes(rows(("01001", 2024, 100.0)), rows(("01001", 2024, 100.0), ("01001", 2025, 101.0)))
    assert found.new_years.to_numpy().tolist() == [["population", "kreis", 2025, 1]]
    assert (found.same, len(found.added), len(found.vanished)) == (1, 0, 0)
    assert found.write[["area_key", "year", "value"]].to_numpy().tolist() == [["01001", 2025, 101.0]]


def test_only_changes_beyond_the_threshold_are_told_singly():
    old = rows(("01001", 2024, 1000.0), ("01002", 2024, 1000.0), ("01003", 2024, 1000.0), ("01004", 2024, 1000.0))
    new = rows(("01001", 2024, 1005.0), ("01002", 2024, 1006.0), ("01003", 2024, 990.0), ("01004", 2024, 1000.0))
    found = changes(old, new)
    # 5 of 1,000 is the threshold itself; the larger change comes first
    assert found.revised[["area_key", "old", "new", "change"]].to_numpy().tolist() == [
        ["01003", 1000.0, 990.0, -0.01],
        ["01002", 1000.0, 1006.0, 0.006],
    ]
    assert (found.slightly, found.same) == (1, 1)
    # small ones are taken over as well
    assert sorted(found.write["area_key"]) == ["01001", "01002", "01003"]


def test_from_zero_is_a_change_without_a_share():
    found = changes(rows(("01001", 2024, 0.0), ("01002", 2024, 0.0)), rows(("01001", 2024, 3.0), ("01002", 2024, 0.0)))
    assert found.revised["area_key"].tolist() == ["01001"]
    assert math.isinf(found.revised["change"].iloc[0])
    assert found.same == 1


def test_a_missing_row_and_a_sign_in_place_of_a_number_have_vanished():
    old = rows(("01001", 2024, 10.0), ("01002", 2024, 20.0), ("01003", 2024, 30.0))
    new = rows(("01001", 2024, 10.0), ("01002", 2024, None, "secret"))
    found = changes(old, new)
    assert found.vanished[["area_key", "old", "side"]].to_numpy().tolist() == [
        ["01002", 20.0, "both"],
        ["01003", 30.0, "right_only"],
    ]
    assert removed(found)["area_key"].tolist() == ["01003"]
    assert found.write[["area_key", "status"]].to_numpy().tolist() == [["01002", "secret"]]


def test_a_number_in_place_of_a_sign_is_a_new_value():
    found = changes(
        rows(("01001", 2024, 10.0), ("01002", 2024, None, "secret")), rows(("01001", 2024, 10.0), ("01002", 2024, 20.0))
    )
    assert found.added[["area_key", "value"]].to_numpy().tolist() == [["01002", 20.0]]
    assert found.new_years.empty


def test_what_the_table_does_not_print_has_not_vanished():
    old = rows(
        ("01001", 2024, 10.0),
        ("01001", 2024, 4.0, "reported", "male"),
        ("01001", 2024, 1.0, "reported", "male", "0-2"),
        ("01001", 2024, 1.0, "reported", "male", "80-84"),
    )
    new = rows(("01001", 2024, 10.0))
    assert changes(old, new, table=TOTAL).vanished.empty  # another indicator: births
    assert changes(old, new, table=SEX).vanished["sex"].tolist() == ["male"]
    assert changes(old, new, table=AGE).vanished["age_group"].tolist() == ["0-2", "total"]


def test_levels_and_years_that_the_answer_does_not_have_stay():
    old = pd.concat([rows(("01", 2024, 50.0), level="land"), rows(("01001", 2023, 9.0), ("01001", 2024, 10.0))])
    found = changes(old, rows(("01001", 2024, 10.0)))
    assert found.vanished.empty
    assert found.silent == (2023,)
    assert changes(old, rows(("01001", 2024, 10.0)), from_year=2024).silent == ()


def test_of_the_newest_day_no_other_year_is_missed():
    old = rows(("01001000", 2011, 9.0), ("01001000", 2022, 10.0), indicator="census_population", level="gemeinde")
    new = rows(("01001000", 2022, 10.0), indicator="census_population", level="gemeinde")
    assert changes(old, new, table=CENSUS, from_year=None).silent == ()


def test_nobody_and_no_row_is_the_same():
    old = rows(("01001", 2024, 10.0), ("07000", 2024, 0.0, "computed"))
    assert changes(old, rows(("01001", 2024, 10.0))).vanished.empty


def test_a_lost_sum_of_ours_is_missed_an_estimate_is_not():
    old = rows(("01001", 2024, 10.0), ("01002", 2024, 5.0, "computed"), ("01003", 2024, 5.0, "estimated"))
    assert changes(old, rows(("01001", 2024, 10.0))).vanished["area_key"].tolist() == ["01002"]


def test_a_published_figure_replaces_a_computed_one_of_the_same_size():
    found = changes(rows(("01001", 2024, 10.0, "computed")), rows(("01001", 2024, 10.0), source="neu"))
    assert found.write[["status", "source_id"]].to_numpy().tolist() == [["reported", "neu"]]
    assert (found.same, found.slightly, len(found.revised)) == (1, 0, 0)


def test_an_answer_like_what_is_there_writes_nothing():
    old = rows(("01001", 2024, 10.0), ("01002", 2024, None, "none"))
    assert changes(old, old.assign(source_id="neu")).write.empty
