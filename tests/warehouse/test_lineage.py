"""Conversion keys chained to 2023."""

from itertools import permutations

import pandas as pd
import pytest

from zwk_data.warehouse.collect import lineage, territory

KEYS = pd.DataFrame(
    [
        # 2010: A and B are merged into C; D is split between C and E
        (2010, 2020, "A", "C", 1.0),
        (2010, 2020, "B", "C", 1.0),
        (2010, 2020, "D", "C", 0.25),
        (2010, 2020, "D", "E", 0.75),
        (2020, 2021, "C", "C", 1.0),
        (2020, 2021, "E", "F", 1.0),
        (2021, 2022, "C", "C", 1.0),
        (2021, 2022, "F", "F", 0.5),
        (2021, 2022, "F", "G", 0.5),
        (2022, 2023, "C", "C", 0.9999),
        (2022, 2023, "F", "F", 1.0),
        (2022, 2023, "G", "G", 1.0),
    ],
    columns=["year_from", "year_to", "key_from", "key_to", "share_population"],
)


def test_shares_multiply_along_the_chain():
    rows = lineage.lineage_of_gemeinden(KEYS)
    d = rows[(rows["year"] == 2010) & (rows["key_from"] == "D")].set_index("key_to")["share"]
    assert d.to_dict() == pytest.approx({"C": 0.25, "F": 0.375, "G": 0.375})


def test_every_key_goes_somewhere_whole():
    rows = lineage.lineage_of_gemeinden(KEYS)
    assert rows.groupby(["year", "key_from"])["share"].sum().tolist() == pytest.approx([1.0] * 10)


def test_uninhabited_areas_that_say_one_in_each_row_are_shared():
    keys = pd.DataFrame(
        [
            (2020, 2021, "U", "X", 1.0),
            (2020, 2021, "U", "Y", 1.0),
            (2021, 2022, "X", "X", 1.0),
            (2022, 2023, "X", "X", 1.0),
        ],
        columns=KEYS.columns,
    )
    rows = lineage.lineage_of_gemeinden(keys)
    assert rows.loc[rows["year"] == 2020, "share"].sum() == pytest.approx(1.0)


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_where_an_area_without_people_went_does_not_hang_on_the_order_of_rows(order):
    """As Heinersreuther Forst in 2023: a third of its key to each of three Gemeinden, which lie in two Kreise."""
    parts = [(2022, "09374451", key, 1 / 3) for key in ("09374129", "09472180", "09472184")]
    same = [(2022, key, key, 1.0) for key in ("09374129", "09472180", "09472184")]
    rows = pd.DataFrame([*(parts[n] for n in order), *same], columns=["year", "key_from", "key_to", "share"])
    assert lineage.Gemeinden(rows).changed("09", 2022, 2023) == {"09374129"}


def kreis_rows(*rows):
    columns = ["area_key", "level", "year", "value"]
    return pd.DataFrame(rows, columns=columns).assign(
        indicator_id="population", sex="total", age_group="total", status="reported", territory=2015, source_id="s"
    )


KREIS_KEYS = pd.DataFrame(
    [(2007, "05354"), (2007, "05313"), (2007, "11000"), (2007, "03241"), (2012, "05334"), (2012, "11000")],
    columns=["year_from", "key_from"],
)


def test_only_the_kreise_of_the_year_count():
    rows = kreis_rows(
        ("05354", "kreis", 2007, 300.0),  # Kreis Aachen, gone in 2009
        ("05334", "kreis", 2007, 555.0),  # the later Städteregion, calculated back
        ("05334002", "gemeinde", 2007, 255.0),  # the city, printed with its later key
        ("11", "land", 2007, 3400.0),
        ("05334", "kreis", 2012, 540.0),
        ("05334002", "gemeinde", 2012, 240.0),
        ("11", "land", 2012, 3300.0),
    )
    counted = territory.as_of_their_year(rows, KREIS_KEYS).sort_values(["year", "area_key"])
    assert list(zip(counted["year"], counted["area_key"], counted["value"], strict=True)) == [
        (2007, "05313", 255.0),
        (2007, "05354", 300.0),
        (2007, "11000", 3400.0),
        (2012, "05334", 540.0),
        (2012, "11000", 3300.0),
    ]
