"""Two questions to what is installed: is it all locked, and is a weakness of it known?

    python -m tools.supply_chain sbom.json

writes the list of what is installed (CycloneDX, JSON) and ends with an error where a package stands in no lock, or has
a known vulnerability. Where the advisories cannot be reached, it says so and goes on.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
#: what Python itself puts into a new environment
PYTHONS_OWN = {"pip", "setuptools"}


def locked() -> set[tuple[str, str]]:
    """Name and version of every package in a lock."""
    found: set[tuple[str, str]] = set()
    for file in ROOT.glob("requirements*.txt"):
        found.update(re.findall(r"^([a-z0-9.-]+)==([^\s;\\]+)", file.read_text(encoding="utf-8"), re.MULTILINE))
    return found


def installed(sbom: Path) -> set[tuple[str, str]]:
    """Name and version of what this environment holds; writes the list to ``sbom``."""
    command = ["cyclonedx-py", "environment", sys.prefix, "--output-format", "JSON", "--output-file", str(sbom)]
    subprocess.run([*command, "--validate", "--pyproject", str(ROOT / "pyproject.toml")], check=True)
    components = json.loads(sbom.read_text(encoding="utf-8"))["components"]
    return {(re.sub(r"[-_.]+", "-", one["name"]).lower(), one["version"]) for one in components}


def advisories() -> tuple[list[str], list[str]]:
    """Known vulnerabilities, and the packages of which nothing could be learnt."""
    command = ["pip-audit", "--format", "json", "--progress-spinner", "off", "--desc", "off"]
    answer = subprocess.run(command, check=False, capture_output=True, text=True)
    if not answer.stdout:
        return [], [answer.stderr.strip().splitlines()[-1]]
    packages = json.loads(answer.stdout)["dependencies"]
    known = [f"{one['name']} {one['version']}: {weak['id']}" for one in packages for weak in one.get("vulns", ())]
    return known, [one["name"] for one in packages if "skip_reason" in one]


def main() -> None:
    """Ask both. Ends with exit code 1 where one of them has a bad answer."""
    here = installed(Path(sys.argv[1]))
    stray = sorted(f"{name} {version}" for name, version in here - locked() if name not in PYTHONS_OWN)
    known, unasked = advisories()
    print(f"{len(here)} packages installed, {len(stray)} of them in no lock: {', '.join(stray) or '–'}")
    print(f"{len(known)} known vulnerabilities: {', '.join(known) or '–'}")
    if unasked:
        print(f"no advisories could be had for {len(unasked)} packages: {', '.join(unasked[:3])} …")
    sys.exit(bool(stray or known))


if __name__ == "__main__":
    main()
