"""What people write into cells: read exactly, proposed where it is not sure, refused where it is nothing."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zwk_data import german
from zwk_data.schema import numbers
from zwk_data.schema.cells import CellError
from zwk_data.schema.dates import day_reading, read_span, span, span_reading
from zwk_data.schema.kinds import ADDRESS, TEXT, Reading
from zwk_data.schema.numbers import money_reading, number_reading
from zwk_data.schema.structure import Field
from zwk_data.schema.tables import TABLES

NINTH = (date(2022, 11, 9), date(2022, 11, 9), "day")
NOVEMBER = (date(2022, 11, 1), date(2022, 11, 30), "month")
YEAR = (date(2022, 1, 1), date(2022, 12, 31), "year")
NOTHING = (None, None, "unknown")
DAYS = st.dates(date(2000, 1, 1), date(2100, 12, 31))


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("9.11.22", NINTH),
        ("09.11.2022", NINTH),
        ("9. 11. 2022", NINTH),
        ("9. November 2022", NINTH),
        ("9 Nov 2022", NINTH),
        ("9.Nov.22", NINTH),
        ("am 9.11.2022", NINTH),
        ("Mittwoch, 9. November 2022", NINTH),
        ("Mi, 09.11.2022", NINTH),
        ("09.11.2022 14:00 Uhr", NINTH),
        ("2022-11-09", NINTH),
        ("20221109", NINTH),
        ("2022-11-09 00:00:00", NINTH),
        ("2022-11-09T10:30", NINTH),
        (datetime(2022, 11, 9, 8), NINTH),
        (date(2022, 11, 9), NINTH),
        (pd.Timestamp("2022-11-09"), NINTH),
        (44874, NINTH),
        (44874.5, NINTH),
        (np.float64(44874), NINTH),
        ("44874", NINTH),
        ("31/12/2022", (date(2022, 12, 31), date(2022, 12, 31), "day")),
        ("Nov. 2022", NOVEMBER),
        ("November 2022", NOVEMBER),
        ("im November 2022", NOVEMBER),
        ("11/2022", NOVEMBER),
        ("11.2022", NOVEMBER),
        ("2022-11", NOVEMBER),
        ("Nov. '22", NOVEMBER),
        ("NOVEMBER 2022", NOVEMBER),
        ("2022", YEAR),
        (2022, YEAR),
        (2022.0, YEAR),
        ("im Jahr 2022", YEAR),
        ("Jahr 2022", YEAR),
        (None, NOTHING),
        ("", NOTHING),
        ("  ", NOTHING),
        ("k. A.", NOTHING),
        ("nicht belegt", NOTHING),
        ("offen", NOTHING),
        (float("nan"), NOTHING),
        (pd.NaT, NOTHING),
        ("–", NOTHING),
    ],
)
def test_a_date_is_as_exact_as_it_is_written(cell: Any, expected: tuple[Any, ...]) -> None:
    assert span_reading(cell) == Reading(expected)
    assert read_span(cell) == expected


@pytest.mark.parametrize("word", ["März", "Mrz", "Maerz", "MÄRZ", "mar"])
def test_march_has_many_names(word: str) -> None:
    assert read_span(f"{word} 2023") == (date(2023, 3, 1), date(2023, 3, 31), "month")


@pytest.mark.parametrize(
    ("cell", "proposal"),
    [
        ("Herbst 2022", YEAR),
        ("Q4 2022", YEAR),
        ("45. KW 2022", YEAR),
        ("ca. 2022", YEAR),
        ("2022?", YEAR),
        ("Ende November 2022", NOVEMBER),
        ("voraussichtlich Nov. 2022", NOVEMBER),
        ("11/22", NOVEMBER),
        ("Nov 22", NOVEMBER),
        ("2022/11", NOVEMBER),
        ("09.11.2022 - 10.11.2022", NOVEMBER),
        ("seit 9.11.2022", NINTH),
        ("09/11/2022", NINTH),
        ("9-11-22", NINTH),
        ("Do, 09.11.2022", NINTH),
        ("01.03.2022 bis 30.11.2022", YEAR),
    ],
)
def test_a_date_that_is_not_sure_is_proposed_only(cell: str, proposal: tuple[Any, ...]) -> None:
    found = span_reading(cell)
    assert found.value == proposal
    assert cell in found.doubt
    with pytest.raises(ValueError, match="November 2022"):
        read_span(cell)


@pytest.mark.parametrize(
    "cell",
    [
        "bald",
        "9.11.",
        "November",
        "22",
        "30.2.2022",
        "00.11.2022",
        "0.0.2022",
        "13.13.2022",
        "1.1.1999",
        "9.11.2222",
        9.11,
        5,
        True,
        "2021 und 2023",
        "?",
        CellError("#REF!"),
        "2022/23",
        "x" * 500,
    ],
)
def test_what_is_no_date_is_refused(cell: Any) -> None:
    with pytest.raises(ValueError, match=r"[.]$"):
        span_reading(cell)


def test_a_month_is_no_day() -> None:
    first, last = day_reading("November 2022"), day_reading("November 2022", last=True)
    assert (first.value, last.value) == (date(2022, 11, 1), date(2022, 11, 30))
    assert "der erste Tag (01.11.2022)" in first.doubt
    assert "der letzte Tag (30.11.2022)" in last.doubt


@pytest.mark.parametrize(
    ("cell", "first", "last"),
    [
        ("Q3/2023", date(2023, 7, 1), date(2023, 9, 30)),
        ("III. Quartal 2023", date(2023, 7, 1), date(2023, 9, 30)),
        ("IV/2023", date(2023, 10, 1), date(2023, 12, 31)),
        ("1. Halbjahr 2023", date(2023, 1, 1), date(2023, 6, 30)),
        ("HJ 2/2023", date(2023, 7, 1), date(2023, 12, 31)),
        ("KW 12/2023", date(2023, 3, 20), date(2023, 3, 26)),
        ("12. KW 2023", date(2023, 3, 20), date(2023, 3, 26)),
        ("Anfang 2023", date(2023, 1, 1), date(2023, 3, 31)),
        ("Ende 2023", date(2023, 10, 1), date(2023, 12, 31)),
        ("Sommer 2023", date(2023, 6, 1), date(2023, 8, 31)),
        ("Mitte Mai 2023", date(2023, 5, 11), date(2023, 5, 20)),
        ("01.05.-31.12.2024", date(2024, 5, 1), date(2024, 12, 31)),
        ("Mai-Juli 2023", date(2023, 5, 1), date(2023, 7, 31)),
        ("von Mai bis Juli 2023", date(2023, 5, 1), date(2023, 7, 31)),
        ("12.-14.05.2023", date(2023, 5, 12), date(2023, 5, 14)),
        ("01.05.21-31.12.24", date(2021, 5, 1), date(2024, 12, 31)),
        ("2021-2024", date(2021, 1, 1), date(2024, 12, 31)),
        ("2022/23", date(2022, 1, 1), date(2023, 12, 31)),
        ("Q1-Q3 2023", date(2023, 1, 1), date(2023, 9, 30)),
    ],
)
def test_a_period_gives_its_first_and_its_last_day(cell: str, first: date, last: date) -> None:
    assert (day_reading(cell).value, day_reading(cell, last=True).value) == (first, last)
    assert not day_reading(cell).likely


@pytest.mark.parametrize(
    "cell",
    [
        *(
            "31.12.2024 - 01.05.2024",
            "2021 und 2023",
            "Mai und Juli 2023",
            "12. und 14.05.2023",
            "2024 ff.",
            "05.2023-",
        ),
        *("vor 2023", "nicht 2023", "Winter 2023", "2023 (Q3)", "Frühjahr/Sommer 2023", "Ende Q3/2023", "Q5 2023"),
    ],
)
def test_half_a_date_is_never_proposed(cell: str) -> None:
    for last in (False, True):
        with pytest.raises(ValueError, match=r"[.]$"):
            day_reading(cell, last=last)


def test_one_end_of_a_time_is_not_the_other() -> None:
    assert day_reading("bis 31.12.2024", last=True).value == date(2024, 12, 31)
    assert day_reading("ab 2023").value == date(2023, 1, 1)
    for cell, last in (("bis 31.12.2024", False), ("ab 2023", True), ("seit 2022", True), ("spätestens 2024", False)):
        with pytest.raises(ValueError, match="nennt keinen Tag"):
            day_reading(cell, last=last)


@given(day=DAYS, precision=st.sampled_from(["day", "month", "year"]))
def test_a_date_that_we_write_is_read_as_it_was(day: date, precision: str) -> None:
    assert span_reading(german.day(day, precision)) == Reading((*span(day, precision), precision))


@given(day=st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_every_way_of_writing_a_day_is_the_day(day: date) -> None:
    ways = [f"{day:%d.%m.%Y}", f"{day:%d.%m.%y}", f"{day.day}.{day.month}.{day.year}", f"{day:%d.%m.}'{day:%y}"]
    ways += [day.isoformat(), (day - date(1899, 12, 30)).days, datetime(day.year, day.month, day.day, 12)]
    assert {day_reading(way) for way in ways} == {Reading(day)}


@given(text=st.text(max_size=40))
def test_no_text_breaks_the_reader_of_dates(text: str) -> None:
    try:
        found = span_reading(text).value
    except ValueError:
        return
    assert found == NOTHING or found[:2] == span(found[0], found[2])


@pytest.mark.parametrize(
    ("cell", "euros"),
    [
        ("1.234,50 €", 1234.5),
        ("12 TEUR", 12000),
        ("12 T€", 12000),
        ("12,5 Tsd. Euro", 12500),
        ("1,2 Mio. €", 1.2e6),
        ("12.000", 12000),
        ("12.000,00", 12000),
        ("1.000.000 €", 1e6),
        (12000.0, 12000),
        (7, 7),
        ("5.000,-", 5000),
        ("5.000,-- €", 5000),
        ("EUR 5.000", 5000),
        ("12 000", 12000),
        ("12\u00a0000 €", 12000),
        ("0,50", 0.5),
        ("1.1 ".strip().replace(".", ",") + " TEUR", 1100),
        ("-5", -5),
        ("− 5", -5),
        ("", None),
        ("-", None),
        ("k.A.", None),
        (None, None),
        (np.int64(3), 3),
    ],
)
def test_amounts_are_read(cell: Any, euros: float | None) -> None:
    assert money_reading(cell) == Reading(euros)


@pytest.mark.parametrize(
    ("cell", "proposal"),
    [
        ("ca. 5.000", 5000),
        ("~5000 €", 5000),
        ("bis zu 8.000 €", 8000),
        ("12.5", 12.5),
        ("1,234.50", 1234.5),
        ("1,234", 1234),
        ("5 k", 5000),
        ("1.234 TEUR", 1234000),
        ("5.000 brutto", 5000),
        ("5000 ?", 5000),
        ("3 € je Person", 3),
        ("12.50 €", 12.5),
    ],
)
def test_amounts_that_are_not_sure_are_proposed_only(cell: str, proposal: float) -> None:
    found = money_reading(cell)
    assert found.value == proposal
    assert found.doubt.startswith(f"„{cell}“")


@pytest.mark.parametrize(
    "cell",
    ["viel", "5.000-6.000", "10.000 € (davon 8.000)", "50 %", True, date(2022, 1, 1), "1..2", "1.23.4", "€", "?"],
)
def test_what_is_no_amount_is_refused(cell: Any) -> None:
    with pytest.raises(ValueError, match=r"[.]$"):
        money_reading(cell)


@pytest.mark.parametrize(
    ("cell", "euros"),
    [
        ("10 Mrd. €", 1e10),
        ("250 TE", 250_000),
        ("T€ 12,5", 12_500),
        ("Mio. € 1,5", 1_500_000),
        ("12 T. EUR", 12_000),
        ("12,5 Tsd.€/a", 12_500),
        ("1.000,50-", -1000.5),
        ("1.000,50- €", -1000.5),
        ("€ -500", -500),
    ],
)
def test_amounts_keep_their_unit_and_sign(cell: str, euros: float) -> None:
    assert money_reading(cell).value == euros


@pytest.mark.parametrize("cell", ["5 USD", "500 CHF", "5 Stück", "250 x", "1.000 S", "(1.000)"])
def test_another_unit_is_never_taken_for_euros(cell: str) -> None:
    with pytest.raises(ValueError, match=r"Euro|Einheit"):
        money_reading(cell)


def test_numbers_are_read_in_german() -> None:
    assert number_reading("1.234,5") == Reading(1234.5)
    assert number_reading("1,375") == Reading(1.375)
    assert number_reading("50 %") == Reading(50.0)
    assert number_reading("-3,5") == Reading(-3.5)
    assert number_reading("1.375").doubt  # births per woman, or visitors?
    assert number_reading("35 Personen") == Reading(
        35.0, "„35 Personen“: „personen“ gehört zur Einheit; gelesen als 35."
    )
    with pytest.raises(ValueError, match="keine einzelne Zahl"):
        number_reading("3 von 5")


@given(cents=st.integers(0, 10**11))
def test_euros_that_we_write_are_read_as_they_were(cents: int) -> None:
    euros = cents / 100
    assert money_reading(german.with_unit(euros, "€", 2)) == Reading(euros)
    assert money_reading(german.number(euros, 2)) == Reading(euros)


@given(text=st.text(max_size=30))
def test_no_text_breaks_the_reader_of_amounts(text: str) -> None:
    for read in (money_reading, number_reading):
        try:
            found = read(text)
        except ValueError:
            continue
        assert found.value is None or np.isfinite(found.value)


STATUS = TABLES["measure"].field_of("status")
STAGE = TABLES["stage_event"].field_of("stage")


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("läuft", "running"),
        ("LÄUFT", "running"),
        ("laeuft", "running"),
        ("in Umsetzung", "running"),
        ("fertig", "done"),
        ("umgesetzt", "done"),
        ("running", "running"),
        ("Ideen-Parkplatz", "parked"),
        ("zurückgestellt", "parked"),
        ("1. geplant", "planned"),
        ("wird nicht umgesetzt", "dropped"),
        ("", None),
        ("-", None),
    ],
)
def test_codes_in_other_words(said: str, code: str | None) -> None:
    assert STATUS.read(said) == Reading(code)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("läuft seit 2022", "running"),
        ("zu 50 % umgesetzt", "running"),
        ("teilweise umgesetzt", "running"),
        ("teils umgesetzt", "running"),
        ("fast abgeschlossen", "running"),
        ("kurz vor Abschluss", "running"),
        ("weitgehend fertig", "running"),
        ("100 % umgesetzt", "done"),
        ("nicht umgesetzt", "parked"),
        ("offen", "planned"),
        ("abgeschlosen", "done"),
    ],
)
def test_codes_that_are_not_sure_are_proposed_only(said: str, code: str) -> None:
    found = STATUS.read(said)
    assert found.value == code
    assert said in found.doubt


def test_what_is_no_code_is_refused_with_those_that_are() -> None:
    later = ("soll umgesetzt werden", "wird 2025 abgeschlossen", "bis Ende 2024 fertig")
    for said in ("xyz", "noch nicht fertig", "geplant oder fertig", "?", *later):
        with pytest.raises(ValueError, match="Möglich sind: Idee, geplant, läuft"):
            STATUS.read(said)
    with pytest.raises(ValueError, match="unbekannt"):  # not „öffentlich“
        TABLES["good_practice"].field_of("release").read("offen")


def test_stages_by_their_usual_names() -> None:
    for said in ("Kick-Off", "Kickoff", "KICK OFF", "Auftaktveranstaltung", "1. Kick-Off", "kick_off"):
        assert STAGE.read(said) == Reading("kick_off")


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("ja", True),
        ("x", True),
        (1, True),
        (1.0, True),
        ("wahr", True),
        (True, True),
        ("Nein", False),
        (0, False),
        ("-", False),
        (None, None),
    ],
)
def test_flags(cell: Any, value: bool | None) -> None:
    assert TABLES["theme"].field_of("toolkit").read(cell) == Reading(value)


def test_flags_with_more_words_are_doubtful() -> None:
    found = TABLES["theme"].field_of("toolkit").read("ja, teilweise")
    assert (found.value, bool(found.doubt)) == (True, True)
    with pytest.raises(ValueError, match="weder ja noch nein"):
        TABLES["theme"].field_of("toolkit").read("vielleicht")


def test_years_and_addresses_and_texts() -> None:
    year, link, text = Field("year", "Jahr", numbers.YEAR), Field("link", "Link", ADDRESS), Field("t", "Text", TEXT)
    assert [year.read(cell).value for cell in ("2023", 2023.0, 2023, "", "–")] == [2023] * 3 + [None] * 2
    assert year.read("2022/2022").doubt
    with pytest.raises(ValueError, match="kein Jahr"):
        year.read("bald")
    assert link.read("https://a.de/b") == Reading("https://a.de/b")
    assert link.read("www.a.de").value == "https://www.a.de"
    assert link.read("www.a.de").doubt
    with pytest.raises(ValueError, match="keine Internetadresse"):
        link.read("siehe oben")
    texts = {"0123": "0123", 12.0: "12", 3.5: "3,5", date(2022, 11, 9): "09.11.2022", " a\r\nb ": "a\nb", "-": "-"}
    assert [text.read(cell).value for cell in texts] == list(texts.values())
    assert text.read(True).value == "ja"
    with pytest.raises(ValueError, match="#REF!"):
        text.read(CellError("#REF!"))
