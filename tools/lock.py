"""Lock what is installed: each ``requirements*.in`` names what we ask for, its ``.txt`` everything, with hashes.

Versions that are locked stay as they are until their line in the input changes or ``--upgrade`` is given.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
#: each lock with what is particular about it; a later one may lean on an earlier one
LOCKS: dict[str, tuple[str, ...]] = {
    "requirements": (),
    "requirements-dev": (),
    "requirements-gate": (),
    "benchmarks/requirements": (),
    # pystatis declares pandas 2 and works with ours, see docs/decisions/0008-newer-figures.md
    "requirements-update": ("--no-deps",),
}
ALWAYS = ("--universal", "--python-version", "3.11", "--generate-hashes", "--no-annotate", "--no-emit-index-url")


def main() -> None:
    """Write all locks anew. Ends with the exit code of the first that cannot be made."""
    for name, own in LOCKS.items():
        command = ["uv", "pip", "compile", "--quiet", *ALWAYS, *own, *sys.argv[1:]]
        command += ["--custom-compile-command", "python -m tools.lock", f"{name}.in", "--output-file", f"{name}.txt"]
        if code := subprocess.run(command, cwd=ROOT, check=False).returncode:
            sys.exit(code)


if __name__ == "__main__":
    main()
