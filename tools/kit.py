"""A folder that runs on a laptop without Python and without network: the product, its packages, and a Python.

    python -m tools.kit --out FOLDER [--python FOLDER_OR_ZIP] [--wheels FOLDER]

``--python``: one that can be moved (python.org's embeddable zip for Windows, python-build-standalone elsewhere), of the
version and system that runs this command; without it the running one is copied. What people enter stays in the folder.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
#: what of the repository runs
PRODUCT = (
    *("dashboard.py", "pages", "zwk_data", "data"),
    *("docs/handbuch.md", "docs/handbuch", "docs/bilder"),
    *(".streamlit/config.toml", "LICENSE", "requirements.txt"),
)
#: Streamlit takes itself for one in development where no folder above it has such a name, and refuses a port
PACKAGES = "site-packages"
#: what a running Python does without
UNUSED = shutil.ignore_patterns(
    "__pycache__", "test", "tests", "idlelib", "ensurepip", "site-packages", "dist-packages"
)
STREAMLIT = "-m streamlit run dashboard.py --server.address localhost --server.headless false"
BAT = f"""@echo off
chcp 65001 >nul
setlocal
cd /d "%~dp0programm"
set "ZWK_HOME=%~dp0daten"
set PYTHONHOME=
set "PYTHONPATH=%~dp0site-packages;%~dp0programm"
set PYTHONUTF8=1
echo Der ZWK-Monitor startet und oeffnet den Browser. Zum Beenden dieses Fenster schliessen.
"%~dp0python\\python.exe" {STREAMLIT}
if errorlevel 1 pause
"""
SH = f"""#!/bin/sh
# Startet den ZWK-Monitor und öffnet den Browser. Zum Beenden: Strg+C.
case "$0" in */*) here="${{0%/*}}" ;; *) here=. ;; esac
cd "$here" || exit 1
here="$PWD"
unset PYTHONHOME
export ZWK_HOME="$here/daten" PYTHONPATH="$here/site-packages:$here/programm" PYTHONUTF8=1
export LD_LIBRARY_PATH="$here/python/lib${{LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}}"
umask 077
cd programm || exit 1
exec "$here/python/bin/python3" {STREAMLIT} "$@"
"""
READ_ME = """ZWK-Monitor auf einem Stick

Windows: start.bat doppelt anklicken.   Linux, macOS: ./start.sh
Der Browser öffnet sich von selbst (http://localhost:8501). Beim ersten Start dauert es etwas länger.
Alles, was eingetragen wird, liegt im Ordner „daten“ auf diesem Stick. Bitte sichern.
Nur dieser Rechner erreicht den ZWK-Monitor.
"""


class KitError(Exception):
    """The kit can't be made; ``str`` is a sentence for people."""


def copy_product(out: Path) -> None:
    """The part of the repository that runs."""
    for name in PRODUCT:
        source, target = ROOT / name, out / "programm" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copyfile(source, target)


def unpack_python(given: Path, target: Path) -> None:
    """A Python that can be moved, out of a folder, zip or tar; a single folder at its top is left out."""
    if given.is_dir():
        shutil.copytree(given, target, symlinks=True)
    else:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            if zipfile.is_zipfile(given):
                with zipfile.ZipFile(given) as packed:
                    packed.extractall(folder)
            elif tarfile.is_tarfile(given):
                with tarfile.open(given) as packed:
                    packed.extractall(folder, filter="data")
            else:
                raise KitError(f"{given} ist weder ein Ordner noch ein Archiv (zip, tar.gz) mit einem Python.")
            inside = list(folder.iterdir())
            shutil.copytree(inside[0] if len(inside) == 1 and inside[0].is_dir() else folder, target, symlinks=True)
    if not interpreter(target).exists():
        raise KitError(f"In {given} ist kein Python ({interpreter(target).relative_to(target)} fehlt).")
    # an embeddable Python looks nowhere but where this file says, and asks no variable
    for file in target.glob("python*._pth"):
        kept = file.read_text(encoding="utf-8").rstrip()
        file.write_text(f"{kept}\n..\\site-packages\n..\\programm\nimport site\n", encoding="utf-8")


def copy_running_python(target: Path) -> None:
    """The Python that runs this: its program, standard library, and the shared library that it may want."""
    if sys.platform == "win32":
        shutil.copytree(sys.base_prefix, target, ignore=UNUSED)
        return
    name = f"python{sys.version_info.major}.{sys.version_info.minor}"
    (target / "bin").mkdir(parents=True)
    program = Path(getattr(sys, "_base_executable", sys.executable)).resolve()
    shutil.copy2(program, interpreter(target))
    shutil.copytree(sysconfig.get_path("stdlib"), target / "lib" / name, ignore=UNUSED)
    for folder in {sysconfig.get_config_var("LIBDIR"), str(Path(sys.base_prefix) / "lib")}:
        for library in Path(folder or "/nonexistent").glob("libpython*.so*"):
            shutil.copy2(library, target / "lib" / library.name)


def interpreter(python: Path) -> Path:
    """Where the program lies in a Python's folder."""
    return python / ("python.exe" if sys.platform == "win32" else "bin/python3")


def install_packages(out: Path, wheels: Path | None) -> None:
    """Every package of the lock, by its hash, for this system; from ``wheels`` nothing is asked of a network."""
    command = [sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--require-hashes"]
    command += ["--only-binary", ":all:", "--target", str(out / PACKAGES), "-r", str(ROOT / "requirements.txt")]
    if wheels:
        command += ["--no-index", "--find-links", str(wheels)]
    if subprocess.run(command, check=False).returncode:
        raise KitError("Die Pakete ließen sich nicht installieren (siehe oben).")


def write_starters(out: Path) -> None:
    """A starter for each system, and a page that says which."""
    (out / "daten").mkdir()
    (out / "start.bat").write_text(BAT, encoding="utf-8", newline="\r\n")
    (out / "start.sh").write_text(SH, encoding="utf-8", newline="\n")
    (out / "start.sh").chmod(0o755)
    (out / "LIESMICH.txt").write_text(READ_ME, encoding="utf-8", newline="\r\n")


def check_moved(out: Path) -> None:
    """Raises KitError unless the kit's Python runs at another place, with nothing of this machine's around it."""
    with tempfile.TemporaryDirectory(dir=out.parent, prefix="anderswo ä ") as name:
        moved = Path(name) / "kit"
        out.rename(moved)
        try:
            python = moved / "python"
            # Windows starts no program without it
            environment = {"LD_LIBRARY_PATH": str(python / "lib"), "SYSTEMROOT": "C:\\Windows"}
            script = "import ssl, sqlite3, ctypes, sys; print(sys.prefix)"
            call = [str(interpreter(python)), "-c", script]
            done = subprocess.run(call, env=environment, capture_output=True, text=True, check=False)
            if done.returncode or Path(done.stdout.strip()).resolve() != python.resolve():
                raise KitError(
                    "Das mitgenommene Python läuft nicht an anderer Stelle. Bitte mit --python eines nennen, das sich "
                    f"verschieben lässt. {done.stderr.strip()[-300:]}"
                )
        finally:
            moved.rename(out)


def make(out: Path, python: Path | None, wheels: Path | None, *, packages: bool = True) -> None:
    """The whole kit in a new folder ``out``. Raises KitError."""
    if out.exists():
        raise KitError(f"{out} gibt es schon. Bitte einen Ordner nennen, den es noch nicht gibt.")
    copy_product(out)
    if python:
        unpack_python(python, out / "python")
    else:
        copy_running_python(out / "python")
    write_starters(out)
    if packages:
        install_packages(out, wheels)
    check_moved(out)


def main() -> None:
    """Make the kit; ends with exit code 1 and a sentence where it can't be made."""
    parser = argparse.ArgumentParser(description="Ein Ordner, der ohne Python und Netz läuft.")
    parser.add_argument("--out", type=Path, required=True, help="neuer Ordner, etwa auf dem Stick")
    parser.add_argument("--python", type=Path, help="verschiebbares Python: Ordner, zip oder tar.gz")
    parser.add_argument("--wheels", type=Path, help="Ordner mit Paketen, wenn es kein Netz gibt")
    given = parser.parse_args()
    try:
        make(given.out.resolve(), given.python, given.wheels)
    except KitError as error:
        sys.exit(f"Fehler: {error}")


if __name__ == "__main__":
    main()
