"""The HTTP interface: its figures, its paging, who sees what, and whatever one may ask of it."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
import schemathesis
from hypothesis import settings
from starlette.applications import Starlette

from tests.web.asgi import Answer, ask
from zwk_data.records.changes import Change, save
from zwk_data.stores import access, connection
from zwk_data.stores.open_tables import columns, open_tables
from zwk_data.web import api
from zwk_data.web.light.phones import Often

GERMANY = "observation_today?indicator_id=population&level=bund&year=2023&sex=total&age_group=total"
APP = Starlette(routes=api.api_routes())


@pytest.fixture(autouse=True)
def _stores(stores: Path) -> None:
    """The shipped figures."""


@pytest.fixture(autouse=True)
def _many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "_often", Often("", 1_000_000, 60))


def get(path: str, **headers: str) -> Answer:
    return ask(APP, f"{api.PATH}/{path}", **headers)


def rows(path: str) -> list[dict]:
    return json.loads(get(path).text)["rows"]


def test_a_figure_comes_with_its_source() -> None:
    answer = json.loads(get(GERMANY).text)
    # the published sum of all Gemeinden on 31.12.2023, on the base of the Zensus 2011
    assert [row["value"] for row in answer["rows"]] == [84_669_326]
    assert {row["source_id"] for row in answer["rows"]} == {one["source_id"] for one in answer["sources"]}
    assert answer["sources"][0]["licence"]


def test_three_forms_say_the_same() -> None:
    path = "stage_event?participant_id=riesa&participant_id=grabow"
    plain = rows(path)
    assert len(plain) > 3
    table = pd.read_csv(io.BytesIO(get(f"{path}&format=csv").body), dtype=str)
    packed = pd.read_parquet(io.BytesIO(get(f"{path}&format=parquet").body))
    for column in ("event_id", "stage", "date_from", "precision"):
        expected = [row[column] for row in plain]
        assert [None if pd.isna(one) else one for one in table[column]] == expected
        assert [None if pd.isna(one) else str(one) for one in packed[column]] == expected


def test_pages_together_are_the_table() -> None:
    found, path = [], "theme?limit=7"
    while path:
        answer = json.loads(get(path).text)
        found += [row["theme_id"] for row in answer["rows"]]
        path = (answer["next"] or "").removeprefix(f"{api.PATH}/")
    assert found == sorted(found)
    assert len(found) == len(set(found)) == answer["total"] == 25


@pytest.mark.parametrize("name", ["laender", "kreise", "teilnehmende"])
def test_boundaries_hold_every_area_once(name: str) -> None:
    answer = get(f"grenzen/{name}")
    keys = [feature["properties"]["area_key"] for feature in json.loads(answer.text)["features"]]
    assert len(keys) == len(set(keys)) == {"laender": 16, "kreise": 400, "teilnehmende": 39}[name]
    assert get(f"grenzen/{name}", if_none_match=answer.headers["etag"]).status == 304


@pytest.mark.usefixtures("public")
def test_what_was_there_is_not_sent_again_until_somebody_changes_it() -> None:
    assert connection.open_for_writing() is None
    first = get("theme")
    assert get("theme", if_none_match=first.headers["etag"]).status == 304
    theme = rows("theme")[0]
    save([Change("theme", theme["theme_id"], {"name_de": "Ganz anders"})], access.LOCAL, "Versuch")
    again = get("theme", if_none_match=first.headers["etag"])
    assert again.status == 200
    assert "Ganz anders" in again.text


@pytest.fixture
def _public() -> Iterator[None]:
    """As on a server with a login, where no session runs."""
    access.set_default_scope(access.PUBLIC)
    yield
    access.set_default_scope(access.FULL)


@pytest.mark.usefixtures("demo", "_public")
def test_with_a_login_the_interface_shows_what_the_public_sees() -> None:
    assert {row["status"] for row in rows("measure?limit=100000")} <= {"running", "done"}
    assert {row["release"] for row in rows("good_practice")} == {"public"}
    assert rows("review") == []


@pytest.mark.usefixtures("demo")
def test_without_one_everything_but_who_typed_it_in() -> None:
    assert {"idea", "planned"} <= {row["status"] for row in rows("measure?limit=100000")}
    assert rows("stage_event")
    assert all("entered_by" not in row for row in rows("stage_event"))
    assert not {"change_log", "change_set", "migration"} & set(open_tables())


def test_no_table_holds_names_of_persons_or_ways_to_reach_them() -> None:
    assert all({"entered_by", "contact"}.isdisjoint(columns(name)) for name in open_tables())


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("stufen", 404, "Diese Tabelle gibt es nicht."),
        ("grenzen/doerfer", 404, "Diese Grenzen gibt es nicht."),
        ("observation", 422, "Bitte nennen Sie „indicator_id“"),
        ("area?jahr=2022", 422, "„jahr“ gibt es hier nicht. Möglich sind limit, offset, format und area_key"),
        ("area?limit=0", 422, "„limit“ hat einen Wert, der dort nicht möglich ist."),
        ("area?valid_from=neulich", 422, "„valid_from“ hat einen Wert, der dort nicht möglich ist."),
    ],
)
def test_a_wrong_question_is_told_in_one_sentence(path: str, status: int, said: str) -> None:
    answer = get(path)
    assert (answer.status, said in json.loads(answer.text)["error"]) == (status, True)


def test_too_many_questions_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "_often", Often("", 3, 60))
    assert [get("theme?limit=1").status for _ in range(4)] == [200, 200, 200, 429]
    assert get("theme").headers["retry-after"] == "60"


#: between them they have every type of column; all 29 take four minutes
SOME = f"{api.PATH}/(indicator|stage_event)"


@pytest.fixture
def described(stores: Path) -> schemathesis.BaseSchema:
    return schemathesis.openapi.from_asgi(f"{api.PATH}/openapi.json", APP)


described_interface = schemathesis.pytest.from_fixture("described").include(path_regex=f"^{SOME}$")


@pytest.mark.slow
@described_interface.parametrize()
@settings(max_examples=10, deadline=None)
def test_whatever_is_asked_is_answered_as_described(case: schemathesis.Case) -> None:
    case.call_and_validate(headers={"Host": "localhost"})
