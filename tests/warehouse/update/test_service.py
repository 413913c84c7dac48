"""The request itself, through pystatis, to a service on this machine that answers as recorded."""

import socket
import sys
import tempfile

import pytest
from flat_csv import flat_csv
from service_double import PASSWORD, USER, Reply, packed, said

from zwk_data.errors import ZwkError
from zwk_data.warehouse.update import service as web_service
from zwk_data.warehouse.update.service import ATTEMPTS, AccessRefused, choose_tables, fetch

KREISE, CENSUS = choose_tables(("12411-01-01-4", "1000A-0000"))
ANSWER = flat_csv("12411", [("01001", 2024, "total", 96326)])


def refused(kind=ZwkError, table=KREISE):
    """The sentence that fetching ends with; it never holds the access data."""
    with pytest.raises(kind) as fault:
        fetch(table, 2024, pause=0)
    sentence = str(fault.value)
    assert PASSWORD not in sentence
    assert USER not in sentence
    assert "\n" not in sentence
    assert fault.value.__cause__ is None
    return sentence


def test_the_recorded_answer_arrives_byte_for_byte(service, shared):
    content = (shared / "quellen" / "genesis_api" / "12411-01-01-4_de_flat.csv").read_bytes()
    service.replies["12411-01-01-4"] = [packed(content)]
    assert fetch(KREISE, 2022) == content


def test_the_request_names_table_year_and_format(service):
    service.replies["12411-01-01-4"] = [packed(ANSWER)]
    service.replies["1000A-0000"] = [packed(ANSWER)]
    fetch(KREISE, 2022)
    fetch(CENSUS, None)
    first, second = service.asked
    assert (first["name"], first["startyear"], first["format"]) == ("12411-01-01-4", "2022", "ffcsv")
    assert second["startyear"] == ""
    assert service.paths == ["/genesisws/rest/2020/data/tablefile"] * 2


def test_access_data_travel_in_headers_only_and_stay_nowhere(
    service, pystatis_home, tmp_path, monkeypatch, capfd, caplog
):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    service.replies["12411-01-01-4"] = [packed(ANSWER)]
    fetch(KREISE, 2024)
    service.replies["12411-01-01-4"] = [said(-1, f"Fehler für {USER}", "Fehler")]
    refused()
    for headers, asked, path in zip(service.headers, service.asked, service.paths, strict=True):
        assert (headers["username"], headers["password"]) == (USER, PASSWORD)
        assert PASSWORD not in path + str(asked)
        assert USER not in path + str(asked)
    assert list(tmp_path.iterdir()) == []
    written = b"".join(path.read_bytes() for path in pystatis_home.rglob("*") if path.is_file())
    out = capfd.readouterr()
    for secret in (USER, PASSWORD):
        assert secret.encode() not in written
        assert secret not in out.out + out.err + caplog.text
    from pystatis.config import config

    assert config["regio"]["password"] == ""


def test_an_answer_is_never_taken_from_a_cache(service):
    later = flat_csv("12411", [("01001", 2024, "total", 1)])
    service.replies["12411-01-01-4"] = [packed(ANSWER), packed(later)]
    assert (fetch(KREISE, 2024), fetch(KREISE, 2024)) == (ANSWER, later)


def test_a_csv_that_is_not_packed_and_a_zip_under_another_name_are_read(service):
    zipped = packed(ANSWER).body
    service.replies["12411-01-01-4"] = [Reply(ANSWER, kind="text/csv"), Reply(zipped, kind="application/octet-stream")]
    assert (fetch(KREISE, 2024), fetch(KREISE, 2024)) == (ANSWER, ANSWER)


def test_busy_for_a_moment_is_asked_again(service):
    service.replies["12411-01-01-4"] = [Reply(b"", 503), packed(ANSWER)]
    assert fetch(KREISE, 2024, pause=0) == ANSWER
    assert len(service.asked) == 2


def test_down_for_good_ends_after_a_few_attempts(service):
    service.replies["12411-01-01-4"] = [Reply(b"<html>Wartung</html>", 503, "text/html")]
    assert refused() == (
        "Die Regionaldatenbank Deutschland ist gestört (HTTP 503); bitte später noch einmal versuchen."
    )
    assert len(service.asked) == ATTEMPTS


def test_wrong_access_data_are_not_tried_again(service, monkeypatch):
    monkeypatch.setenv("PYSTATIS_REGIO_API_PASSWORD", "falsch-0815")
    sentence = refused(AccessRefused)
    assert "nimmt die Zugangsdaten nicht an" in sentence
    assert "falsch-0815" not in sentence
    assert len(service.asked) == 1


def test_a_refusal_in_the_envelope_is_one_too(service):
    service.replies["12411-01-01-4"] = [
        said(15, "Bitte überprüfen Sie Ihren Benutzernamen bzw. Ihr Passwort.", "Fehler")
    ]
    assert "nimmt die Zugangsdaten nicht an" in refused(AccessRefused)


def test_an_unknown_table_is_named(service):
    assert refused() == "Die Tabelle 12411-01-01-4 gibt es in der Regionaldatenbank Deutschland nicht (mehr)."
    assert len(service.asked) == 1


def test_what_the_service_says_is_passed_on_without_access_data(service):
    service.replies["12411-01-01-4"] = [said(2, f"Für {USER} ist diese Tabelle gesperrt.", "Fehler")]
    assert refused() == (
        "Die Regionaldatenbank Deutschland gibt die Tabelle 12411-01-01-4 nicht heraus: "
        "Für … ist diese Tabelle gesperrt."
    )


def test_a_broken_line_is_taken_up_again(service):
    whole = packed(ANSWER)
    broken = Reply(whole.body, kind=whole.kind, sent=len(whole.body) // 2)
    service.replies["12411-01-01-4"] = [broken, whole]
    assert fetch(KREISE, 2024, pause=0) == ANSWER
    service.replies["12411-01-01-4"] = [broken]
    assert "kam unvollständig an" in refused()


def test_half_a_zip_is_an_incomplete_answer(service):
    body = packed(ANSWER).body
    service.replies["12411-01-01-4"] = [Reply(body[: len(body) // 2], kind="application/zip")]
    assert "kam unvollständig an" in refused()


def test_an_unexpected_envelope_is_one_sentence(service):
    service.replies["12411-01-01-4"] = [Reply(b"[]"), Reply(b"{}")]
    assert "12411-01-01-4" in refused()
    assert "12411-01-01-4" in refused()


def test_nobody_there(service):
    from pystatis.config import config

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        config.set("regio", "base_url", f"http://127.0.0.1:{free.getsockname()[1]}/")
    assert refused() == (
        "Die Regionaldatenbank Deutschland ist nicht zu erreichen; bitte die Internetverbindung prüfen."
    )


def test_a_timeout_of_pystatis_does_not_end_the_process(service, monkeypatch):
    import pystatis.http_helper
    import requests

    asked = []

    def slow(*_args, **_kwargs):
        asked.append(1)
        raise requests.exceptions.ReadTimeout

    monkeypatch.setattr(pystatis.http_helper.requests, "post", slow)
    assert "zu lange gebraucht" in refused()
    assert asked == [1]  # minutes have passed: not three times


def test_a_full_disk_is_named(service, monkeypatch):
    import pystatis.cache

    def full(*_args, **_kwargs):
        raise OSError(28, "No space left on device")

    service.replies["12411-01-01-4"] = [packed(ANSWER)]
    monkeypatch.setattr(pystatis.cache, "cache_data", full)
    assert refused() == "Auf dem Datenträger ist kein Platz mehr für die Antwort; bitte Platz schaffen."


def test_without_access_data_no_request_leaves(service, monkeypatch):
    monkeypatch.delenv("PYSTATIS_REGIO_API_USERNAME")
    with pytest.raises(ZwkError) as fault:
        fetch(KREISE, 2024)
    sentence = str(fault.value)
    assert "fehlen Zugangsdaten" in sentence
    assert "PYSTATIS_REGIO_API_USERNAME und PYSTATIS_REGIO_API_PASSWORD" in sentence
    assert "config.ini unter [regio]" in sentence
    assert "https://www.regionalstatistik.de" in sentence
    assert service.asked == []


def test_access_data_may_stand_in_pystatis_own_file(service, monkeypatch):
    from pystatis.config import config

    monkeypatch.delenv("PYSTATIS_REGIO_API_USERNAME")
    config.set("regio", "username", "aus-der-datei")
    config.set("regio", "password", "p")
    try:
        found = web_service.access_data(KREISE.database)
    finally:
        config.set("regio", "username", "")
        config.set("regio", "password", "")
    assert (found.user, found.password) == ("aus-der-datei", "p")
    assert "aus-der-datei" not in repr(found)


def test_never_in_clear_text_to_another_machine(service):
    from pystatis.config import config

    config.set("regio", "base_url", "http://www.regionalstatistik.de/genesisws/rest/2020/")
    assert "Zugangsdaten gehen nur über https hinaus" in refused()


def test_access_data_that_no_header_can_hold(service, monkeypatch):
    monkeypatch.setenv("PYSTATIS_REGIO_API_PASSWORD", "geheim-4711€")
    assert "lassen" in refused(AccessRefused)
    monkeypatch.setenv("PYSTATIS_REGIO_API_PASSWORD", "geheim-4711\n")
    assert "lassen" in refused(AccessRefused)
    assert service.asked == []


def test_without_pystatis_the_way_to_it_is_told(monkeypatch):
    monkeypatch.setitem(sys.modules, "pystatis", None)
    with pytest.raises(ZwkError, match=r"pip install --no-deps -r requirements-update.txt"):
        web_service.access_settings()
