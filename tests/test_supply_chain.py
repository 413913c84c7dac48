"""What is installed is locked: versions of everything, with hashes; and the files about the software agree."""

import json
import re
import subprocess
import sys

import pytest
import yaml

from tools.lock import LOCKS
from zwk_data import __version__
from zwk_data.settings import ROOT

PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)


def pins(file: str) -> dict[str, set[str]]:
    """Version(s) of each package named in a file; Python versions may ask for different ones."""
    found: dict[str, set[str]] = {}
    for name, version in PIN.findall((ROOT / file).read_text(encoding="utf-8")):
        found.setdefault(re.sub(r"[-_.]+", "-", name).lower(), set()).add(version)
    return found


def test_every_list_of_requirements_is_locked():
    found = [path.relative_to(ROOT).with_suffix("").as_posix() for path in ROOT.glob("**/requirements*.in")]
    assert sorted(found) == sorted(LOCKS)


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_holds_what_is_asked_for(name):
    asked, locked = pins(f"{name}.in"), pins(f"{name}.txt")
    assert asked
    assert {key: locked.get(key) for key in asked} == asked


@pytest.mark.parametrize("name", LOCKS)
def test_every_package_has_hashes(name):
    entries = re.split(r"\n(?=\S)", (ROOT / f"{name}.txt").read_text(encoding="utf-8").strip())
    packages = [entry for entry in entries if not entry.startswith("#")]
    assert packages
    assert [entry.splitlines()[0] for entry in packages if "--hash=sha256:" not in entry] == []


def test_tests_run_with_what_the_product_is_installed_with():
    product, tests = pins("requirements.txt"), pins("requirements-dev.txt")
    assert {name: tests.get(name) for name in product} == product


def test_the_files_about_the_software_name_its_version_and_licence():
    about = yaml.safe_load((ROOT / "publiccode.yml").read_text(encoding="utf-8"))
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert about["softwareVersion"] == cited["version"] == __version__
    # the day of the release, and the heading that tells of it
    day, notes = str(cited["date-released"]), (ROOT / "docs" / "versionshinweise.md").read_text(encoding="utf-8")
    assert str(about["releaseDate"]) == day
    assert f"\n## {__version__} ({day})\n" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"\n## {__version__} ({'.'.join(reversed(day.split('-')))})\n" in notes
    assert about["legal"]["license"] == cited["license"] == "EUPL-1.2"


@pytest.fixture(scope="module")
def publiccode():
    """The standard's schema."""
    # begins with a grammar of all addresses, for which every worker would wait
    from jsonschema import Draft202012Validator, FormatChecker

    schema = json.loads((ROOT / "tests" / "publiccode.schema.json").read_text(encoding="utf-8"))
    return Draft202012Validator(schema, format_checker=FormatChecker())


@pytest.mark.slow
def test_publiccode_is_what_the_standard_asks_for(publiccode):
    publiccode.check_schema(publiccode.schema)
    about = yaml.safe_load((ROOT / "publiccode.yml").read_text(encoding="utf-8"))
    assert [error.message for error in publiccode.iter_errors(about)] == []


@pytest.mark.parametrize(
    ("place", "wrong"),
    [
        (("publiccodeYmlVersion",), "0.4"),
        (("categories",), ["demografie"]),
        (("intendedAudience", "countries"), ["de"]),
        (("intendedAudience", "scope"), ["kommunen"]),
        (("description", "de", "genericName"), "Programm-Dashboard"),
        (("description", "de", "shortDescription"), "x" * 151),
        (("description", "de", "longDescription"), "zu kurz"),
        (("maintenance",), {"type": "internal"}),
        (("maintenance",), {"type": "contract", "contacts": [{"name": "Beispiel"}]}),
        (("releaseDate",), "29.11.2026"),
        (("url",), "zwk-monitor"),
        (("de",), {"countryExtensionVersion": "1.0"}),
        (("localisation", "availableLanguages"), []),
    ],
)
def test_the_schema_of_publiccode_finds_what_is_wrong(publiccode, place, wrong):
    about = yaml.safe_load((ROOT / "publiccode.yml").read_text(encoding="utf-8"))
    inside = about
    for step in place[:-1]:
        inside = inside[step]
    inside[place[-1]] = wrong
    assert not publiccode.is_valid(about)


def test_nothing_that_publiccode_needs_may_be_missing(publiccode):
    about = yaml.safe_load((ROOT / "publiccode.yml").read_text(encoding="utf-8"))
    for key in publiccode.schema["required"]:
        assert not publiccode.is_valid({name: one for name, one in about.items() if name != key}), key


@pytest.mark.slow
def test_the_citation_is_in_the_format_of_citations():
    pytest.importorskip("check_jsonschema")
    call = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.citation-file-format"]
    done = subprocess.run([*call, str(ROOT / "CITATION.cff")], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
