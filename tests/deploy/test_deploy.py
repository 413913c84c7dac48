"""What is handed to operators is taken by the tools that they use.

The gate installs those that come as packages. Helm does not: where it is missing, the example that was rendered with
the chart stands for it, and a sum tells when the chart has changed since.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tools.kit import PRODUCT, SH
from zwk_data import __version__
from zwk_data.__main__ import main
from zwk_data.settings import ROOT, SETTINGS

DEPLOY = ROOT / "deploy"
CHART = DEPLOY / "helm" / "zwk-monitor"
EXAMPLE = DEPLOY / "helm" / "beispiel"
IN_GATE = os.environ.get("ZWK_REQUIRE_BROWSER") == "1"
CONTAINERFILE = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
UNIT = (DEPLOY / "zwk-monitor.service").read_text(encoding="utf-8")


def tool(name: str, *, always: bool = True) -> str:
    """Where a program is; the test is skipped without it, but in the gate if it ``always`` has it."""
    beside = Path(sys.executable).with_name(name)
    found = str(beside) if beside.exists() else shutil.which(name) or shutil.which(name, path="/usr/sbin")
    if found is None:
        if IN_GATE and always:
            pytest.fail(f"{name} is not installed")
        pytest.skip(f"needs {name}")
    return found


def run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(one) for one in command], capture_output=True, text=True, check=False, timeout=120)


def test_the_container_file_has_nothing_to_find_fault_with() -> None:
    done = run(tool("hadolint"), DEPLOY / "Containerfile")
    assert (done.returncode, done.stdout) == (0, "")


def test_the_container_installs_by_hash_and_runs_as_nobody() -> None:
    assert "--require-hashes --only-binary :all:" in CONTAINERFILE
    assert re.search(r"^USER 10001:10001$", CONTAINERFILE, re.MULTILINE)
    assert re.findall(r"^VOLUME (.*)$", CONTAINERFILE, re.MULTILINE) == ['["/daten"]']
    # what is copied in is listed file by file: no login and no store slips in
    copied = re.findall(r"^COPY (?!--from)(\S+)", CONTAINERFILE, re.MULTILINE)
    assert copied == [
        *("requirements.txt", "dashboard.py", ".streamlit/config.toml"),
        *("pages", "data", "docs/handbuch.md", "docs/handbuch", "docs/bilder", "zwk_data"),
    ]
    assert all((ROOT / name).exists() for name in copied)


@pytest.mark.slow
def test_compose_is_valid_and_names_the_version() -> None:
    done = run(tool("check-jsonschema"), "--builtin-schema", "vendor.compose-spec", DEPLOY / "compose.yaml")
    assert done.returncode == 0, done.stdout
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))["services"]
    assert services["app"]["image"] == f"zwk-monitor:{__version__}"
    assert services["app"]["read_only"] is True
    assert "ports" not in services["app"], "nobody reaches it but nginx"


def test_nginx_takes_its_configuration(tmp_path: Path) -> None:
    nginx, openssl = tool("nginx"), tool("openssl", always=False)
    key, certificate = tmp_path / "privkey.pem", tmp_path / "fullchain.pem"
    made = run(
        openssl,
        *["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-keyout"],
        key,
        "-out",
        certificate,
    )
    assert made.returncode == 0, made.stderr
    text = (DEPLOY / "nginx.conf").read_text(encoding="utf-8").replace("/etc/nginx/tls", str(tmp_path))
    text = text.replace("app:8501", "127.0.0.1:8501")
    for port in ("80", "443"):
        text = re.sub(rf"listen (\[::\]:)?{port}\b", rf"listen 127.0.0.1:{_free_port()}", text, count=1)
        text = re.sub(rf"\n *listen \[::\]:{port}\b[^\n]*", "", text)
    file = tmp_path / "nginx.conf"
    file.write_text(f"pid {tmp_path}/pid;\nerror_log stderr;\n{text}", encoding="utf-8")
    done = run(nginx, "-t", "-p", tmp_path, "-c", file)
    assert done.returncode == 0, done.stderr


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def test_systemd_takes_the_unit_and_calls_it_safe(tmp_path: Path) -> None:
    analyze = tool("systemd-analyze", always=False)
    file = tmp_path / "zwk-monitor.service"
    file.write_text(UNIT.replace("/opt/zwk/.venv/bin/python", sys.executable), encoding="utf-8")
    done = run(analyze, "verify", file)
    assert (done.returncode, [line for line in done.stderr.splitlines() if file.name in line]) == (0, [])
    exposure = re.search(r"exposure level for .*: ([\d.]+)", run(analyze, "security", "--offline=true", file).stdout)
    assert exposure
    assert float(exposure[1]) < 2


def test_systemd_takes_what_runs_every_night_with_the_same_account(tmp_path: Path) -> None:
    analyze = tool("systemd-analyze", always=False)
    for name in ("zwk-monitor-taeglich.service", "zwk-monitor-taeglich.timer"):
        text = (DEPLOY / name).read_text(encoding="utf-8").replace("/opt/zwk/.venv/bin/python", sys.executable)
        (tmp_path / name).write_text(text, encoding="utf-8")
    for file in tmp_path.iterdir():
        done = run(analyze, "verify", file)
        assert (done.returncode, [line for line in done.stderr.splitlines() if "zwk" in line]) == (0, [])
    nightly, by_hand = (tmp_path / "zwk-monitor-taeglich.service").read_text(), (DEPLOY / "zwk").read_text()
    for line in ("DynamicUser=yes", "User=zwk-monitor", "StateDirectory=zwk-monitor", "UMask=0077"):
        assert f"\n{line}\n" in UNIT
        assert f"\n{line}\n" in nightly
        assert f"-p {line} " in by_hand
    commands = re.findall(r"-m zwk_data (\w+)$", nightly, re.MULTILINE)
    assert commands == ["backup", "prune"]
    assert set(commands) <= set(main.commands)


def test_shell_scripts_have_nothing_to_find_fault_with(tmp_path: Path) -> None:
    starter = tmp_path / "start.sh"
    starter.write_text(SH, encoding="utf-8")
    done = run(tool("shellcheck"), DEPLOY / "zwk", ROOT / ".ci" / "run", starter)
    assert (done.returncode, done.stdout) == (0, "")


def test_a_command_by_hand_is_handed_on_word_by_word(tmp_path: Path) -> None:
    """What systemd makes of it was tried with a booted one, see docs/reliability.md; here it only repeats its words."""
    heard = tmp_path / "systemd-run"
    heard.write_text("#!/bin/sh\nprintf '%s\\n' \"$@\"\n", encoding="utf-8")
    heard.chmod(0o755)
    words = ["logout", "--name", 'Erika "E." von der  Au']
    call = ["/bin/sh", str(DEPLOY / "zwk"), *words]
    done = subprocess.run(call, env={"PATH": str(tmp_path)}, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-6:] == ["/opt/zwk/.venv/bin/python", "-m", "zwk_data", *words]


def test_the_handbook_makes_the_folder_of_the_service_as_systemd_wants_it() -> None:
    """With DynamicUser it refuses to start while others may read ``/var/lib/private``."""
    steps = (ROOT / "docs" / "betrieb.md").read_text(encoding="utf-8")
    made, filled = "install -d -m 700 /var/lib/private ", "betrieb.yml /var/lib/private/zwk-monitor/betrieb.yml"
    assert 0 < steps.index(made) < steps.index(filled) < steps.index("systemctl enable --now zwk-monitor ")


def test_every_file_for_operators_is_told_of() -> None:
    said = (ROOT / "docs" / "betrieb.md").read_text(encoding="utf-8") + (DEPLOY / "compose.yaml").read_text()
    assert [file.name for file in DEPLOY.iterdir() if file.is_file() and file.name not in said] == []


def test_every_way_sets_declared_settings_only() -> None:
    declared = {one.name for one in SETTINGS}
    for file in DEPLOY.rglob("*"):
        if file.is_file():
            named = set(re.findall(r"\bZWK_[A-Z]+(?:_[A-Z]+)*", file.read_text(encoding="utf-8")))
            assert named <= declared, file


def values(*more: Path) -> dict[str, Any]:
    """The chart's values with those of ``more`` files over them."""
    merged: dict[str, Any] = {}
    for file in (CHART / "values.yaml", *more):
        _merge(merged, yaml.safe_load(file.read_text(encoding="utf-8")))
    return merged


def _merge(into: dict[str, Any], over: dict[str, Any]) -> None:
    for key, one in over.items():
        if isinstance(one, dict) and isinstance(into.get(key), dict):
            _merge(into[key], one)
        else:
            into[key] = one


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "right"),
    [
        ({}, True),
        ({"replicas": 3}, False),
        ({"replicas": 3, "store": {"existingSecret": "zwk-store"}}, True),
        ({"image": {"tag": "latest"}}, False),
        ({"image": {"digest": "sha256:abc"}}, False),
        ({"settings": {"ZWK_STORE": "postgresql://zwk:geheim@rechner/zwk"}}, False),
        ({"ingress": {"enabled": True}}, False),
        ({"ingress": {"enabled": True, "tlsSecret": "tls"}}, True),
        ({"metrics": {"enabled": True}}, False),
        ({"persistance": {}}, False),
    ],
)
def test_the_chart_refuses_values_that_cannot_work(change: dict[str, Any], right: bool) -> None:
    from jsonschema import Draft7Validator  # takes its time: for those who run this alone

    merged = values()
    _merge(merged, change)
    schema = json.loads((CHART / "values.schema.json").read_text(encoding="utf-8"))
    Draft7Validator.check_schema(schema)
    assert Draft7Validator(schema).is_valid(merged) is right


def test_templates_ask_for_values_that_there_are() -> None:
    there = values()
    for file in (CHART / "templates").iterdir():
        text = file.read_text(encoding="utf-8")
        for path in re.findall(r"\.Values((?:\.\w+)+)", text):
            place: Any = there
            for step in path.strip(".").split("."):
                assert step in place, f"{file.name}: {path}"
                place = place[step]
        opened = re.findall(r"\{\{-? *(?:if|with|range|define)\b", text)
        assert len(opened) == len(re.findall(r"\{\{-? *end\b", text)), file.name


def chart_sum() -> str:
    """Of everything that the example follows from."""
    files = [*sorted(CHART.rglob("*")), EXAMPLE / "values.yaml"]
    content = b"".join(file.name.encode() + file.read_bytes() for file in files if file.is_file())
    return hashlib.sha256(content).hexdigest()[:16]


def rendered() -> str:
    return (EXAMPLE / "manifeste.yaml").read_text(encoding="utf-8")


def test_the_example_was_rendered_with_this_chart() -> None:
    """If it fails: render it again (docs/betrieb.md, „Kubernetes“) and put the expected checksum into its header."""
    assert rendered().startswith(f"# {chart_sum()} "), chart_sum()


@pytest.mark.slow
def test_kubernetes_takes_what_the_chart_makes() -> None:
    done = run(tool("kubernetes-validate"), "--strict", EXAMPLE / "manifeste.yaml")
    assert done.returncode == 0, done.stdout + done.stderr
    kinds = {one["kind"]: one for one in yaml.safe_load_all(rendered())}
    assert set(kinds) == {"Deployment", "Service", "PersistentVolumeClaim", "ConfigMap", "Ingress", "NetworkPolicy"}
    pod = kinds["Deployment"]["spec"]["template"]["spec"]
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["automountServiceAccountToken"] is False
    container = pod["containers"][0]["securityContext"]
    assert container["readOnlyRootFilesystem"] is True
    assert container["allowPrivilegeEscalation"] is False
    assert container["capabilities"] == {"drop": ["ALL"]}


def test_helm_makes_the_same() -> None:
    done = run(tool("helm", always=False), "template", "zwk", CHART, "--values", EXAMPLE / "values.yaml")
    assert done.returncode == 0, done.stderr

    def named(text: str) -> dict[str, Any]:
        return {one["kind"]: one for one in yaml.safe_load_all(text) if one}

    assert named(done.stdout) == named(rendered())


def test_the_chart_names_the_version() -> None:
    chart = yaml.safe_load((CHART / "Chart.yaml").read_text(encoding="utf-8"))
    assert chart["appVersion"] == values()["image"]["tag"] == __version__


def test_container_and_kit_hold_the_same() -> None:
    copied = {
        line.split()[1] for line in CONTAINERFILE.splitlines() if line.startswith("COPY ") and "--from" not in line
    }
    assert copied == set(PRODUCT) - {"LICENSE"}
