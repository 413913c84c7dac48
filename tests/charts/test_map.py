"""The map: what travels to its component, what it says, and that nothing comes from elsewhere."""

from __future__ import annotations

import json
from base64 import b64decode

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zwk_data.charts.chart import Caption
from zwk_data.charts.map import FirstView, Layer, MapChart, ValuesAt, area_map, area_values, map_points, packed
from zwk_data.demography.indicators import Indicator
from zwk_data.german import all_rounded

AGED = Indicator("share_65plus", "Anteil 65 Jahre und älter", "%", 1, "", "", "")
INDEX = Indicator("population_index", "Bevölkerungsentwicklung (2011 = 100)", "", 1, "", "", "", centre=100.0)
URLS = {detail: f"/geo/kreise.{detail}.12345678.json" for detail in ("fein", "mittel", "grob")}
GROUND = {detail: f"/geo/laender.{detail}.12345678.json" for detail in ("fein", "mittel", "grob")}
POINTS = "/geo/punkte.12345678.json"
AT = ValuesAt("/geo/werte/kreise.share_65plus.2015.12345678", ("/geo/werte/kreise.share_65plus.2014.12345678",))


def kreise(n: int = 400, gaps: int = 0) -> pd.DataFrame:
    keys = [f"{1 + i // 25:02d}{i % 25:03d}" for i in range(n)]
    frame = pd.DataFrame({"area_key": keys, "name": [f"Kreis {i}" for i in range(n)]}).assign(
        value=np.linspace(15.9, 31.4, n), status="reported"
    )
    frame.loc[frame.index[:gaps], ["value", "status"]] = [np.nan, "secret"]
    return frame


def chart(values: pd.DataFrame, indicator: Indicator = AGED, layer: str = "kreise", **kwargs: object) -> MapChart:
    areas = Layer(layer, URLS, POINTS, GROUND if layer == "teilnehmende" else None)
    return area_map(values, indicator, 2015, areas, Caption("Quelle"), at=AT, **kwargs)  # type: ignore[arg-type]


def drawn(values: pd.DataFrame, indicator: Indicator = AGED, layer: str = "kreise", **kwargs: object) -> dict:
    """The spec as the component gets it."""
    return json.loads(json.dumps(dict(chart(values, indicator, layer, **kwargs).spec)))


def unpacked(content: bytes) -> dict:
    """What map.js makes of packed values."""
    line, _, planes = content.partition(b"\n")
    head = json.loads(line)
    assert len(planes) == head["n"] * head["bytes"]
    stacked = np.frombuffer(planes, dtype=np.uint8).reshape(head["bytes"], head["n"])
    numbers = [int.from_bytes(bytes(column), "big") for column in stacked.T]
    values = [number - 1 + head["least"] if number else None for number in numbers]
    return {"values": values, "why": head["why"], "reasons": head["reasons"]}


def classes(spec: dict, values: dict) -> list[int]:
    """What map.js makes of the two: how many limits each value has reached, -1 without one."""
    return [-1 if v is None else sum(limit <= v for limit in spec["limits"]) for v in values["values"]]


@pytest.mark.parametrize("gaps", [0, 20])
def test_a_spec_takes_less_than_2_kb_and_few_values_one_more(gaps: int):
    spec = drawn(kreise(gaps=gaps))
    sent = spec.pop("packed")
    assert len(json.dumps(spec, ensure_ascii=False).encode()) < 2_000
    assert len(sent) < 1_100
    assert unpacked(b64decode(sent)) == area_values(kreise(gaps=gaps), 1)


def test_no_address_but_our_own():
    text = json.dumps(drawn(kreise(gaps=5)) | {"packed": ""})
    assert "http" not in text
    found = {part for part in text.split('"') if part.startswith("/")}
    assert found == {*URLS.values(), POINTS, AT.url}
    many = pd.concat([kreise(), kreise()], ignore_index=True)
    assert drawn(many)["packed"] == ""
    assert drawn(many)["next"] == list(AT.near), "those of the years beside are fetched ahead"
    assert set(drawn(kreise(), layer="teilnehmende")["ground"].values()) == set(GROUND.values())


def test_values_are_whole_numbers_in_the_order_of_the_areas():
    sent = area_values(kreise(gaps=2), 1)
    assert sent["values"][:2] == [None, None]
    expected = (all_rounded(np.linspace(15.9, 31.4, 400), 1) * 10).round().astype(int)[2:]
    assert sent["values"][2:] == expected.tolist()
    assert all(isinstance(value, int) for value in sent["values"][2:])
    assert area_values(pd.DataFrame({"value": [-0.04, -2.25], "status": "reported"}), 1)["values"] == [0, -23]


@given(st.lists(st.one_of(st.none(), st.integers(-10_000_000, 90_000_000)), max_size=40))
def test_packed_values_come_back(values: list[int | None]):
    sent = {"values": values, "why": [0] * values.count(None), "reasons": ["unbekannt"]}
    assert unpacked(packed(sent)) == sent


def test_the_line_before_packed_values_ends_where_they_begin():
    """Ten is a line's end; numbers hold it too, but the line comes first."""
    assert packed({"values": [5, None, 14], "why": [0], "reasons": ["x"]}).split(b"\n", 1)[1] == b"\x01\x00\x0a"


def test_every_gap_has_its_reason():
    values = kreise(gaps=3)
    values.loc[1, "status"] = "missing"
    sent = area_values(values, 1)
    told = [sent["reasons"][code] for code in sent["why"]]
    secret, missing = "unbekannt oder geheim gehalten (.)", "in den ausgewerteten Quellen nicht enthalten"
    assert told == [secret, missing, secret]
    assert area_values(kreise(), 1)["reasons"] == []


def test_classes_follow_from_limits_and_values():
    spec, sent = drawn(kreise()), area_values(kreise(), 1)
    limits = [18.5, 21, 24, 26, 29]
    assert spec["limits"] == [round(10 * limit) for limit in limits]
    assert [float(text.replace(",", ".")) for text in spec["legend"]["texts"]] == limits
    expected = np.searchsorted(limits, all_rounded(np.linspace(15.9, 31.4, 400), 1), side="right")
    assert classes(spec, sent) == expected.tolist()
    assert len(spec["colours"]) == 6
    assert len(set(spec["colours"])) == 6, "each class has its own step of colour"
    assert spec["legend"]["title"] == "Anteil 65 Jahre und älter (%), Stand 2015"
    assert spec["legend"]["between"] is True


def test_missing_values_are_hatched_and_counted():
    assert drawn(kreise(gaps=3))["legend"]["missing"] == "schraffiert: keine Angabe (3\u00a0Kreise)"
    assert drawn(kreise())["legend"]["missing"] == ""


def test_participants_without_a_value_are_empty_rings():
    spec = drawn(kreise(3, gaps=1), layer="teilnehmende")
    assert spec["legend"]["missing"] == "leere Ringe: keine Angabe (1\u00a0Kommune)"
    assert spec["participants"] is True
    assert drawn(kreise())["participants"] is False


def test_nothing_at_all_is_still_a_map():
    result = chart(kreise(10, gaps=10))
    assert "Für kein Gebiet" in result.alt
    assert len(result.table) == 10
    assert result.spec["colours"] == result.spec["limits"] == ()
    assert result.spec["legend"]["title"] == ""


def test_the_component_is_told_what_changes_and_what_stays():
    first, second = drawn(kreise()), drawn(kreise(), INDEX)
    assert first["name"] != second["name"], "another drawing"
    assert first["series"] != second["series"], "no other year of the same"
    assert first["view"]["name"] == second["view"]["name"], "zoom and place stay"


def test_a_view_of_a_part_marks_its_areas():
    view = FirstView(
        "riesa-gemeinden", 799_123.4, 5_692_000.6, 110_000, marked=("01003",), where="der Umgebung von Riesa"
    )
    spec = drawn(kreise(), view=view)
    assert spec["view"] == {"name": "riesa-gemeinden", "x": 799_123, "y": 5_692_001, "across": 110_000}
    assert spec["marked"] == ["01003"]
    assert spec["alt"].startswith("Karte der Umgebung von Riesa nach Kreisen:")


def test_a_change_is_drawn_around_its_middle():
    values = kreise(100).assign(value=np.linspace(85, 110, 100))
    spec = drawn(values, INDEX)
    assert "100" in spec["legend"]["texts"]
    assert 1000 in spec["limits"]


def test_points_are_columns_of_whole_metres():
    points = pd.DataFrame(
        {"participant_id": ["a", "b"], "name": ["A", "B"], "east": [500_000.4, 1.6], "north": [2.0, 3.5]}
    )
    assert map_points(points) == {"ids": ["a", "b"], "names": ["A", "B"], "x": [500_000, 2], "y": [2, 4]}


def test_words_and_table_say_the_same():
    result = chart(kreise(gaps=2))
    assert "Am höchsten in Kreis 399 (31,4\u00a0%)" in result.alt
    assert "Keine Angabe für 2\u00a0Kreise." in result.alt
    assert result.spec["alt"] == result.alt
    assert result.table["Kreis"].iloc[0] == "Kreis 399"
    assert result.table["Rang"].iloc[0] == 1
    assert result.table["Anteil 65 Jahre und älter (%)"].tail(2).isna().all()
    assert result.table["Angabe"].iloc[-1] == "unbekannt oder geheim gehalten (.)"
    assert result.table["Schlüssel"].iloc[0] == "16024"
