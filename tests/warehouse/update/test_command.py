"""The command as a user calls it."""

import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from click.testing import CliRunner
from flat_csv import flat_csv
from service_double import PASSWORD, USER, packed, said

from tests.small_stores import of_kreise, python_of_kreise
from zwk_data.__main__ import main
from zwk_data.cli import update
from zwk_data.errors import ZwkError
from zwk_data.settings import DATA, ROOT
from zwk_data.stores import connection, state
from zwk_data.warehouse import build
from zwk_data.warehouse.collect.observations import KEY
from zwk_data.warehouse.update import run

#: a warehouse is built first
pytestmark = pytest.mark.slow

CODE = "12411-01-01-4"


def call(*arguments, said_by_user=""):
    return CliRunner().invoke(main, ["update", "--table", CODE, *arguments], input=said_by_user)


@pytest.fixture(autouse=True)
def _register_read_once(places, monkeypatch):
    monkeypatch.setattr(update, "Places", lambda: places)


@pytest.fixture
def other_flensburg(own_home, service):
    """An answer that makes a small town of Flensburg, with the sums wrong."""
    service.replies[CODE] = [packed(flat_csv("12411", [("01001", 2024, "total", 96_000)]))]
    return service


@pytest.fixture
def grown(own_home, service):
    """An answer with another year, in which ten more people live in each Kreis."""
    kreise = connection.read(
        "SELECT area_key, sex, value FROM observation WHERE level = 'kreis' AND indicator_id = 'population' "
        "AND year = 2024 AND age_group = 'total'"
    )
    rows = [
        (row.area_key, year, row.sex, int(row.value) + (year - 2024) * (10 if row.sex == "total" else 5))
        for row in kreise.itertuples()
        for year in (2024, 2025)
    ]
    service.replies[CODE] = [packed(flat_csv("12411", rows))]
    return service


@pytest.fixture
def compared_once(monkeypatch):
    """The same call of the command fetches and compares once; what follows from it is what is tried."""
    monkeypatch.setattr(update, "_compare", cache(update._compare))


def test_no_is_the_answer_of_whoever_says_nothing(grown, compared_once):
    for said_by_user in ("\n", "n\n", "ja, aber\n", ""):
        outcome = call(said_by_user=said_by_user)
        assert "Übernehmen? [j/N]" in outcome.output
        assert outcome.output.rstrip().endswith("Nichts übernommen.")
        assert outcome.exit_code == 0
        assert state.current_overlay() is None


def test_yes_in_german_takes_over(grown, monkeypatch):
    monkeypatch.setattr(run, "_trial", lambda *_args: None)
    outcome = call(said_by_user="J\n")
    assert outcome.exit_code == 0
    assert "Übernommen als stand-0001-" in outcome.output
    assert state.current_overlay().name.startswith("stand-0001-")


def test_yes_is_not_force(other_flensburg, compared_once):
    for outcome in (call("--yes"), call(said_by_user="j\n")):
        assert "Übernehmen?" not in outcome.output
        assert isinstance(outcome.exception, ZwkError)
        assert "übernimmt mit --force" in str(outcome.exception)
        assert state.current_overlay() is None


def test_a_trial_takes_nothing_over_and_does_not_ask(other_flensburg):
    outcome = call("--dry-run", "--yes", "--force")
    assert "Übernehmen" not in outcome.output
    assert "Flensburg (01001), Bevölkerung 2024, insgesamt: 96.326 → 96.000" not in outcome.output  # 0.3 %
    assert "Geänderte Werte: 1, davon 0" in outcome.output
    assert outcome.output.rstrip().endswith("Probelauf: Nichts wurde übernommen.")
    assert state.current_overlay() is None


def test_the_threshold_is_a_percentage(other_flensburg):
    outcome = call("--dry-run", "--threshold", "0.3")
    assert "davon 1 um mehr als 0,3" in outcome.output
    assert "Bevölkerung 2024, insgesamt: 96.326 → 96.000 (−0,3" in outcome.output


def test_a_first_year_is_passed_on(other_flensburg):
    call("--dry-run", "--from-year", "2019")
    assert other_flensburg.asked[-1]["startyear"] == "2019"
    assert call("--from-year", "1999").exit_code == 2


def test_a_failed_table_ends_with_exit_code_and_sentence(own_home, service):
    service.replies[CODE] = [said(90, "nicht vorhanden")]
    outcome = call("--yes")
    assert isinstance(outcome.exception, ZwkError)
    assert "gibt es in der Regionaldatenbank Deutschland nicht (mehr)" in outcome.output
    assert "Übernehmen" not in outcome.output


def test_an_unknown_table_is_refused_before_any_request(own_home, service):
    outcome = CliRunner().invoke(main, ["update", "--table", "1-2-3"])
    assert "Die Tabelle 1-2-3 kann der Monitor nicht auswerten" in str(outcome.exception)
    assert service.asked == []


def test_nothing_to_take_back(own_home):
    assert "Es gibt nichts zurückzunehmen" in str(call("--rollback").exception)


def _settings(user: Path, url: str) -> None:
    """pystatis' own file with the access data of a user."""
    (user / ".pystatis").mkdir(parents=True)
    sections = "".join(
        f"[{key}]\nbase_url = {url}\nusername = {USER}\npassword = {PASSWORD}\n\n"
        for key in ("genesis", "zensus", "regio")
    )
    (user / ".pystatis" / "config.ini").write_text(
        f"[settings]\nsupported_db = genesis,zensus,regio\n\n{sections}"
        f"[data]\ncache_dir = {user / '.pystatis' / 'data'}\n",
        encoding="utf-8",
    )


@pytest.fixture
def kreise_of_2024(own_home):
    """The shipped figures of a year that only Kreise have."""
    return connection.read(
        "SELECT * FROM observation WHERE level = 'kreis' AND indicator_id = 'population' AND year = 2024 "
        "AND status = 'reported'"
    )


@pytest.fixture
def kreise_and_census(kreise_of_2024, without_gemeinden, tmp_path):
    """Builds start from Kreise and, of the Gemeinden, from the one table of the Zensus that is asked for."""
    data = tmp_path / "data"
    shutil.copytree(without_gemeinden, data, symlinks=True)
    name = "figures/observation_gemeinde.parquet"
    duckdb.sql(f"COPY (FROM '{DATA / name}' WHERE source_id = 'zensus2022-1000A') TO '{data / name}'")
    with of_kreise(data):
        yield data


def test_recorded_answers_from_the_first_request_to_the_way_back(
    own_home, service, shared, tmp_path, kreise_of_2024, kreise_and_census
):
    """An installation that lacks the Kreise of 2024 gets them from the recorded answer, as another process."""
    recorded = shared / "quellen" / "genesis_api"
    service.replies[CODE] = [packed((recorded / "12411-01-01-4_de_flat.csv").read_bytes())]
    service.replies["1000A-0000"] = [packed((recorded / "1000A-0000_de_flat.csv").read_bytes())]
    kreise = kreise_of_2024
    without = run.write(kreise.iloc[:0], kreise[KEY], [], "", [], "2026-01-01")
    run.switch(without)
    build.build()
    earlier = state.warehouse_path()
    assert connection.read("SELECT max(year) AS y FROM observation WHERE indicator_id = 'population'")["y"][0] == 2020
    connection.close()

    user = tmp_path / "user"
    _settings(user, service.url)
    settings = {name: value for name, value in os.environ.items() if not name.startswith("PYSTATIS_")}
    arguments = python_of_kreise(kreise_and_census, "zwk_data", "update")
    done = subprocess.run(
        [*arguments, "--table", CODE, "--table", "1000A-0000", "--yes"],
        cwd=ROOT,
        text=True,
        capture_output=True,
        env={**settings, "HOME": str(user)},
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    assert "Neues Jahr 2024: Bevölkerung, Kreise (1.200" in done.stdout
    assert "Geänderte Werte: keine (10.787" in done.stdout  # the Zensus of 2022 is there already
    assert "FALSCH" not in done.stdout
    assert "Übernommen als stand-0002-" in done.stdout
    for secret in (USER, PASSWORD):
        assert secret not in done.stdout + done.stderr
        written = b"".join(path.read_bytes() for path in own_home.rglob("*") if path.is_file())
        assert secret.encode() not in written
    again = connection.read(
        "SELECT * FROM observation WHERE level = 'kreis' AND indicator_id = 'population' AND year = 2024 "
        "AND status = 'reported'"
    )
    columns = [*KEY, "value"]
    pd.testing.assert_frame_equal(
        again[columns].sort_values(KEY, ignore_index=True), kreise[columns].sort_values(KEY, ignore_index=True)
    )
    germany = connection.read(
        "SELECT sum(value) AS s FROM observation WHERE level = 'kreis' AND year = 2024 AND "
        "indicator_id = 'population' AND sex = 'total' AND age_group = 'total'"
    )
    assert germany["s"][0] == 83_577_140
    connection.close()

    back = subprocess.run(
        [*arguments, "--rollback"],
        cwd=ROOT,
        text=True,
        capture_output=True,
        env={**settings, "HOME": str(user)},
        timeout=300,
    )
    assert back.returncode == 0, back.stderr
    assert f"Jetzt gilt: {without.name}." in back.stdout
    assert state.current_overlay() == without
    assert state.warehouse_path() == earlier


def test_without_pystatis_nothing_is_started(tmp_path):
    (tmp_path / "pystatis.py").write_text("raise ImportError", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "zwk_data", "update"],
        cwd=ROOT,
        text=True,
        capture_output=True,
        timeout=60,
        env={**os.environ, "PYTHONPATH": str(tmp_path), "ZWK_HOME": str(tmp_path / "home")},
    )
    assert done.returncode == 1
    assert done.stderr == (
        "Fehler: Zum Abrufen fehlt das Paket pystatis. Bitte einmal ausführen: "
        "pip install --no-deps -r requirements-update.txt\n"
    )
    assert not (tmp_path / "home").exists()


def test_the_look_back_is_documented(own_home):
    assert run.LOOK_BACK == 2
    assert "zwei Jahre Rückblick" in CliRunner().invoke(main, ["update", "--help"]).output
