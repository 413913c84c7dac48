"""The kit on a stick: what is in it, and that its Python runs elsewhere without anything from this machine."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tools import kit

UNIX = pytest.mark.skipif(sys.platform == "win32", reason="its starter is another one")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A kit without the packages, which take minutes; it has been moved once and back."""
    out = tmp_path_factory.mktemp("stick") / "ZWK Monitor ü"
    kit.make(out, None, None, packages=False)
    return out


@UNIX
def test_what_is_in_it(made: Path) -> None:
    assert {one.name for one in made.iterdir()} == {
        *("programm", "python", "daten", "start.bat", "start.sh", "LIESMICH.txt"),
    }
    assert (made / "programm" / "dashboard.py").is_file()
    assert (made / "programm" / ".streamlit" / "config.toml").is_file()
    # no login and no store of the person who makes it
    assert not list(made.rglob("secrets.toml"))
    assert not list(made.rglob("*.duckdb"))


@UNIX
def test_its_starter_runs_its_own_python_at_another_place(made: Path, tmp_path: Path) -> None:
    """A stand-in for Streamlit prints its arguments; the folder has been moved, and PATH is empty."""
    moved = tmp_path / "anderer Stick"
    made.rename(moved)
    try:
        (moved / "site-packages").mkdir()
        told = "import os, sys, sqlite3, ssl, ctypes\n"
        told += "print(sys.prefix, os.environ['ZWK_HOME'], os.getcwd(), *sys.argv[1:], sep='|')\n"
        (moved / "site-packages" / "streamlit.py").write_text(told, encoding="utf-8")
        call = ["/bin/sh", str(moved / "start.sh"), "--server.port", "9"]
        done = subprocess.run(call, env={"PATH": ""}, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        prefix, home, folder, *asked = done.stdout.strip().split("|")
        assert (Path(prefix), Path(home), Path(folder)) == (moved / "python", moved / "daten", moved / "programm")
        assert asked[:3] == ["run", "dashboard.py", "--server.address"]
        assert asked[-2:] == ["--server.port", "9"]
    finally:
        moved.rename(made)


def test_windows_starts_it_with_its_own_python(tmp_path: Path) -> None:
    kit.write_starters(tmp_path)
    text = (tmp_path / "start.bat").read_bytes().decode()
    assert text.count("\r\n") == text.count("\n")
    assert '"%~dp0python\\python.exe" -m streamlit run dashboard.py --server.address localhost' in text


def test_an_embeddable_python_looks_into_the_kit(tmp_path: Path) -> None:
    packed = tmp_path / "python.zip"
    program = "python.exe" if sys.platform == "win32" else "bin/python3"
    with zipfile.ZipFile(packed, "w") as made:
        made.writestr(program, "")
        made.writestr("python313._pth", "python313.zip\n.\n#import site\n")
    kit.unpack_python(packed, tmp_path / "python")
    lines = (tmp_path / "python" / "python313._pth").read_text(encoding="utf-8").splitlines()
    assert lines[-3:] == ["..\\site-packages", "..\\programm", "import site"]


def test_what_cannot_be_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "text.zip").write_text("nichts", encoding="utf-8")
    with pytest.raises(kit.KitError, match="weder ein Ordner noch ein Archiv"):
        kit.unpack_python(tmp_path / "text.zip", tmp_path / "a")
    (tmp_path / "leer").mkdir()
    with pytest.raises(kit.KitError, match="ist kein Python"):
        kit.unpack_python(tmp_path / "leer", tmp_path / "b")
    with pytest.raises(kit.KitError, match="gibt es schon"):
        kit.make(tmp_path, None, None)
