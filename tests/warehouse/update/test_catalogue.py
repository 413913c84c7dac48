"""Which tables can be fetched."""

import pytest
import yaml

from zwk_data.errors import ZwkError
from zwk_data.settings import DATA
from zwk_data.warehouse.indicator_catalogue import catalogue as indicators
from zwk_data.warehouse.update import service


def test_every_table_feeds_indicators_that_exist():
    for table in service.fetchable_tables():
        assert set(table.indicators) <= set(indicators().indicators), table.code
        assert table.level in ("kreis", "gemeinde")
        assert table.detail in ("total", "sex", "sex_age")


def test_every_database_has_a_publisher():
    families = yaml.safe_load((DATA / "publishers.yml").read_text(encoding="utf-8"))
    assert {table.database.family for table in service.fetchable_tables()} <= set(families)


@pytest.mark.usefixtures("pystatis_home")
def test_codes_belong_to_their_database():
    from pystatis.db import identify_db_matches

    for table in service.fetchable_tables():
        assert identify_db_matches(table.code) == [table.database.key]


def test_the_two_recorded_tables_are_there():
    recorded = {table.code for table in service.fetchable_tables() if table.recorded}
    assert recorded == {"12411-01-01-4", "1000A-0000"}


def test_choose_keeps_the_order_and_drops_repetitions():
    chosen = service.choose_tables(("1000A-0000", "12411-01-01-4", "1000A-0000"))
    assert [table.code for table in chosen] == ["1000A-0000", "12411-01-01-4"]
    assert service.choose_tables(()) == service.fetchable_tables()


def test_an_unknown_table_is_a_sentence_with_the_known_ones():
    with pytest.raises(ZwkError, match=r"Die Tabelle 99999-01-01-4 kann der Monitor nicht auswerten.*12411-01-01-4"):
        service.choose_tables(("99999-01-01-4",))
