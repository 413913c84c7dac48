"""What the law asks for is linked in every footer; optional pages appear only if the operator has filled them in."""

from __future__ import annotations

import html
import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
import yaml
from starlette.testclient import TestClient

from zwk_data import operation
from zwk_data.errors import ZwkError
from zwk_data.room import sessions
from zwk_data.settings import ROOT
from zwk_data.web.kit import parts
from zwk_data.web.light import remote, vote
from zwk_data.web.light.door import guest_app
from zwk_data.web.login import login, sign_in
from zwk_data.web.shell import page

TEMPLATE = ROOT / "docs" / "betrieb-vorlage.yml"
#: what must be said on each page, by BITV 2.0 § 7, DSGVO Art. 13 and 30, DDG § 5
ASKED = {
    "impressum": ["§ 5 DDG", "Beispielamt", "12345 Beispielstadt", "die Präsidentin", "monitor@beispiel.example"],
    "datenschutz": [
        "Artikel 13", "und 14", "Verantwortlich", "Datenschutzbeauftragte", "Rechtsgrundlage", "Woher die Daten kommen",
        "Wer die Daten bekommt", "Drittland", "Auskunft", "Berichtigung", "Löschung", "Einschränkung",
        "Datenübertragbarkeit", "Einwilligung", "Ihr Widerspruchsrecht", "Artikel 21", "Artikel 77",
        "automatisierte Entscheidung", "Profiling", "Ob Sie etwas angeben müssen", "14 Tage", "90 Tage", "365 Tage",
        "Sicherungen", "zwk_besuch", "zwk_name", "ein Jahr", "§ 25 Absatz 2 TDDDG",
    ],
    "barrierefreiheit": [
        "§ 12b", "§ 7", "BITV 2.0", "EN 301 549", "teilweise vereinbar", "Selbstbewertung", "28.11.2026",
        "Nicht barrierefreie Inhalte", "Vorleseprogrammen", "Barrierefreie Alternativen", "Feedback",
        "innerhalb eines Monats", "§ 16 BGG", "info@schlichtungsstelle-bgg.de", "kostenlos", "Mauerstraße 53",
        "030 18 527-2805",
    ],
    "leichte-sprache": ["Barriere·freiheit", "Rückmeldung", "Wie benutzen Sie die Seite?"],
    "rueckmeldung": ["monitor@beispiel.example"],
}  # fmt: skip


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("ZWK_HOME", str(tmp_path))
    yield tmp_path
    sessions.close_store()


@pytest.fixture
def phone() -> Iterator[TestClient]:
    with TestClient(guest_app(), base_url="http://raum.example:8502") as client:
        yield client


def write(home: Path, **sections: object) -> None:
    (home / operation.FILE).write_text(yaml.safe_dump(sections, allow_unicode=True), encoding="utf-8")


@pytest.mark.parametrize("name", ASKED)
def test_each_page_says_what_the_law_asks_for(phone: TestClient, home: Path, name: str) -> None:
    shutil.copyfile(TEMPLATE, home / operation.FILE)
    answer = phone.get(f"/{name}")
    assert answer.status_code == 200
    said = " ".join(answer.text.replace("\xa0", " ").split())
    assert [words for words in ASKED[name] if words not in said] == []
    assert "nichts hinterlegt" not in said
    assert set(page.LAW_PAGES) == set(ASKED)


@pytest.mark.parametrize("name", sorted(page.LAW_PAGES))
def test_alone_on_the_own_machine_it_is_said_calmly(phone: TestClient, name: str) -> None:
    said = phone.get(f"/{name}").text
    assert ("für den eigenen Rechner eingerichtet" in said) == (name != "leichte-sprache")
    assert "None" not in said
    # what nobody has checked has no known faults, which says nothing
    assert "Es sind keine bekannt" not in said


def test_every_cookie_is_named_with_its_time() -> None:
    said = (ROOT / "zwk_data" / "web" / "templates" / "recht" / "datenschutz.html").read_text(encoding="utf-8")
    own = {page.VISITS, login.COOKIE, parts.NARROW_COOKIE}
    own |= {vote.COOKIE, remote.COOKIE, remote.TICKET, sign_in.COOKIE}
    code = "".join(file.read_text(encoding="utf-8") for file in (ROOT / "zwk_data" / "web").rglob("*.py"))
    assert own >= set(re.findall(r'(?:COOKIE|TICKET|NAME)[^=\n]*= "(zwk_\w+)"', code))
    assert [name for name in own | {"_streamlit_user", "_streamlit_xsrf"} if f"<code>{name}</code>" not in said] == []
    assert page._KEPT == 365 * 86_400
    assert (vote.COOKIE_SECONDS, remote.TICKET_SECONDS, remote.COOKIE_SECONDS) == (86_400, 86_400, 600)


def test_the_foot_leads_there_from_phones_and_plain_pages(phone: TestClient) -> None:
    pages = [phone.get("/mitmachen").text, phone.get("/gruss").text, page.not_found("/x"), page.no_login(), page.foot()]
    for one in pages:
        assert [name for name in page.LAW_PAGES if f'href="/{name}"' not in one] == []


def test_what_the_operator_writes_is_text_and_nothing_else(phone: TestClient, home: Path) -> None:
    hostile = '<script>alert(1)</script><img src=x onerror="alert(1)">'
    content = yaml.safe_load(TEMPLATE.read_text(encoding="utf-8"))
    filled = {
        name: {key: hostile if isinstance(value, str) else value for key, value in part.items()}
        if isinstance(part, dict) else hostile
        for name, part in content.items()
    }  # fmt: skip
    filled["barrierefreiheit"] |= {"maengel": [hostile], "gebaerdensprache": 'https://x.example/"onclick="alert(1)'}
    write(home, **filled)
    for name in page.LAW_PAGES:
        said = phone.get(f"/{name}").text
        assert "&lt;script&gt;" in said
        assert "<script>alert" not in said
        assert "<img" not in said
        assert '"onclick' not in said


@pytest.mark.parametrize(
    ("sections", "told"),
    [
        ({"betreiber": {"adresse": "x"}}, "„betreiber.adresse“ gibt es nicht. Möglich sind anschrift, email"),
        ({"impressum": {}}, "„impressum“ gibt es nicht"),
        ({"betreiber": {"telefon": 30}}, "betreiber.telefon: Erwartet wird ein Text"),
        ({"betreiber": "x"}, "betreiber.: Erwartet werden Einträge"),
        ({"aufbewahrung": {"sitzungen_tage": -1}}, "aufbewahrung.sitzungen_tage: Erwartet wird eine ganze Zahl"),
        ({"aufbewahrung": {"gruesse_tage": True}}, "aufbewahrung.gruesse_tage: Erwartet wird eine ganze Zahl"),
        ({"barrierefreiheit": {"stand": "gestern"}}, "barrierefreiheit.stand: Erwartet wird ein Tag"),
        ({"barrierefreiheit": {"maengel": "eins"}}, "barrierefreiheit.maengel: Erwartet wird eine Liste"),
    ],
)
def test_what_is_wrong_is_named(home: Path, phone: TestClient, sections: dict[str, object], told: str) -> None:
    write(home, **sections)
    with pytest.raises(ZwkError) as error:
        operation.operation()
    assert told in str(error.value)
    assert phone.get("/impressum").status_code == 503
    with pytest.raises(SystemExit, match=re.escape(told)):
        page.refuse_without_texts(for_others=False)


def test_a_file_that_is_no_yaml_is_named(home: Path) -> None:
    (home / operation.FILE).write_bytes(b"a: [\xff")
    with pytest.raises(ZwkError, match="kein gültiges YAML"):
        operation.operation()


def test_for_others_everything_that_is_needed_must_be_there(home: Path) -> None:
    page.refuse_without_texts(for_others=False)
    with pytest.raises(SystemExit) as refused:
        page.refuse_without_texts(for_others=True)
    starred = re.findall(r"^  (\w+):.*# \*", TEMPLATE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert len(starred) == 13
    for name in starred:
        assert f".{name}" in str(refused.value.code)
    shutil.copyfile(TEMPLATE, home / operation.FILE)
    page.refuse_without_texts(for_others=True)
    content = yaml.safe_load(TEMPLATE.read_text(encoding="utf-8"))
    content["datenschutz"]["aufsicht"] = " "
    write(home, **content)
    with pytest.raises(SystemExit, match=r"in \S+betrieb.yml: datenschutz.aufsicht\. "):
        page.refuse_without_texts(for_others=True)


@pytest.mark.slow
def test_a_real_start_for_others_is_refused_in_one_sentence(home: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "dashboard.py", "--server.headless", "true"]
    done = subprocess.run(
        [*command, "--server.port", str(port), "--server.address", "0.0.0.0"],
        cwd=ROOT, env={**os.environ, "ZWK_HOME": str(home)}, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode != 0
    assert "Dafür fehlen Angaben" in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr


def test_the_statement_on_accessibility_never_says_more_than_is_so(phone: TestClient, home: Path) -> None:
    """Without a video in sign language (§ 4 BITV 2.0) it is „teilweise vereinbar“, whatever else is named."""
    content = yaml.safe_load(TEMPLATE.read_text(encoding="utf-8"))
    content["barrierefreiheit"] |= {"maengel": [], "gebaerdensprache": ""}
    write(home, **content)
    said = phone.get("/barrierefreiheit").text
    assert "teilweise vereinbar" in said
    assert "Gebärdensprache" in said
    content["barrierefreiheit"]["gebaerdensprache"] = "https://beispiel.example/dgs"
    write(home, **content)
    said = phone.get("/barrierefreiheit").text
    assert "vollständig vereinbar" in said
    assert 'href="https://beispiel.example/dgs"' in said
    content["barrierefreiheit"]["maengel"] = ["Die Karte: zu klein."]
    write(home, **content)
    said = phone.get("/barrierefreiheit").text
    assert "teilweise vereinbar" in said
    assert "<li>Die Karte: zu klein.</li>" in said


def test_a_video_is_an_address(home: Path) -> None:
    write(home, barrierefreiheit={"gebaerdensprache": "javascript:alert(1)"})
    with pytest.raises(ZwkError, match=r"barrierefreiheit.gebaerdensprache: Erwartet wird eine Adresse"):
        operation.operation()


def test_an_old_statement_is_told(home: Path, caplog: pytest.LogCaptureFixture) -> None:
    """§ 7 BITV 2.0 asks for a look once a year."""
    content = yaml.safe_load(TEMPLATE.read_text(encoding="utf-8"))
    content["barrierefreiheit"]["stand"] = date.today() - timedelta(days=366)
    write(home, **content)
    page.refuse_without_texts(for_others=True)
    assert "Erklärung zur Barrierefreiheit ist älter als ein Jahr" in caplog.text
    caplog.clear()
    content["barrierefreiheit"]["stand"] = date.today()
    write(home, **content)
    page.refuse_without_texts(for_others=True)
    assert caplog.text == ""


@pytest.mark.parametrize("filled", [False, True])
def test_easy_language_is_easy(phone: TestClient, home: Path, filled: bool) -> None:
    """One statement a line, short, active, indicative, no genitive: what can be counted of the rules."""
    if filled:
        shutil.copyfile(TEMPLATE, home / operation.FILE)
    text = phone.get("/leichte-sprache").text.partition("<main>")[2].partition("</main>")[0]
    body = text.partition("</h1>")[2].rpartition("<p>")[0]
    pieces = [html.unescape(re.sub(r"<[^>]+>", "", piece)) for piece in re.split(r"<br>|</p>|</h2>", body)]
    lines = [" ".join(piece.split()) for piece in pieces]
    lines = [line for line in lines if line]
    assert len(lines) > 30
    assert [line for line in lines if len(line.split()) > 10] == []
    assert [line for line in lines if not re.search(r"[.?:]$|: [\w· ]+[.?]$", line)] == []
    # one statement: one full stop or question mark
    assert [line for line in lines if len(re.findall(r"[.?!](?=\s|$)", line)) != 1] == []
    hard = r"\b(wird|werden|wurden?|worden|würden?|könnten?|sollten?|hätten?|wären?|dass|weil|obwohl|des|dessen)\b"
    assert [line for line in lines if re.search(hard, line, re.IGNORECASE)] == []
    # long words are divided by a dot
    assert [word for line in lines for word in re.findall(r"\w+", line) if len(word) > 15] == []


def test_easy_language_tells_the_four_things_of_bitv(phone: TestClient, home: Path) -> None:
    shutil.copyfile(TEMPLATE, home / operation.FILE)
    said = phone.get("/leichte-sprache").text
    told = [
        "Worum geht es hier?",
        "Wie benutzen Sie die Seite?",
        "Erklärung zur Barriere·freiheit",
        "Gibt es noch mehr",
    ]
    assert [words for words in told if words not in said] == []
    assert "Schlichtungs·stelle" in said


def test_the_register_of_processing_has_the_rows_of_the_page() -> None:
    """Art. 30 DSGVO: the template for the operator speaks of the same data."""
    page_text = (ROOT / "zwk_data" / "web" / "templates" / "recht" / "datenschutz.html").read_text(encoding="utf-8")
    table = page_text.partition("<h2>Welche Daten")[2].partition("</table>")[0]
    rows = re.findall(r'<th scope="row">(.*?)</th>', table)
    register = (ROOT / "docs" / "verarbeitungsverzeichnis.md").read_text(encoding="utf-8")
    part = register.partition("## Daten, Fristen")[2].partition("\n## ")[0]
    assert len(rows) == 10
    assert [line.split(" | ")[0].strip("| ") for line in part.splitlines() if line.startswith("| ")][1:] == rows
    # what it takes from betrieb.yml is there
    content = yaml.safe_load(TEMPLATE.read_text(encoding="utf-8"))
    named = re.findall(r"`((?:betreiber|datenschutz|aufbewahrung)\.(\w+))`", register)
    assert len(named) > 8
    assert [whole for whole, key in named if key not in content[whole.partition(".")[0]]] == []
    # Art. 30 (1) a to g
    assert [letter for letter in "abcdefg" if f"({letter}" not in register and f", {letter}" not in register] == []


def test_the_template_names_every_entry() -> None:
    content = yaml.safe_load(TEMPLATE.read_text(encoding="utf-8"))
    found = {f"{name}.{key}" if isinstance(part, dict) else name
             for name, part in content.items() for key in (part if isinstance(part, dict) else [""])}  # fmt: skip
    assert found == {name for name, _ in operation._entries(operation.Operation(), "")}
