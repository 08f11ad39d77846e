"""What lies in deploy/ fits the program, and the installer refuses what it cannot install."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from shuzhi.cli.main import app
from shuzhi.configuration import Configuration
from tests.operations.conftest import ROOT, Installation

DEPLOY = ROOT / "deploy"
UNITS = sorted([*DEPLOY.glob("*.service"), *DEPLOY.glob("*.timer")])


def test_each_unit_starts_a_command_that_there_is_with_options_that_there_are() -> None:
    commands = getattr(typer.main.get_command(app), "commands", {})
    started = [
        line.split()[1:]
        for unit in UNITS
        for line in unit.read_text("utf-8").splitlines()
        if line.startswith("ExecStart=")
    ]
    assert {words[0] for words in started} == {"serve", "worker", "backup", "doctor"}
    for words in started:
        known = {option for parameter in commands[words[0]].params for option in parameter.opts}
        assert {word for word in words if word.startswith("--")} <= known


def test_the_units_are_sound() -> None:
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("no systemd on this machine")
    said = subprocess.run(
        [program, "verify", "--man=no", *map(str, UNITS)], capture_output=True, text=True, check=False
    ).stderr
    ours = [line for line in said.splitlines() if "shuzhi" in line and "not executable" not in line]
    assert ours == []


def test_the_example_of_settings_names_settings_that_there_are_and_no_secret() -> None:
    text = (DEPLOY / "shuzhi.env.example").read_text("utf-8")
    named = re.findall(r"^SHUZHI_(\w+)=", text, re.M)
    assert {name.lower() for name in named} <= set(Configuration.model_fields)
    assert not {"SECRET_KEY", "METRICS_TOKEN"} & set(named)


def test_behind_a_proxy_with_tls_a_form_is_taken_and_cookies_are_for_tls_only(
    installation: Installation,
) -> None:
    proxy = (DEPLOY / "nginx.conf.example").read_text("utf-8")
    assert "proxy_set_header X-Forwarded-Proto https;" in proxy
    installation.settings |= {
        "SHUZHI_HTTPS": "true",
        "SHUZHI_ALLOWED_HOSTS": "shuzhi.example",
        "DJANGO_SETTINGS_MODULE": "shuzhi.settings",
    }
    code = """
import django; django.setup()
from django.test import Client
passed_on = {"Host": "shuzhi.example", "X-Forwarded-Proto": "https"}
client = Client(enforce_csrf_checks=True, headers=passed_on)
client.get("/account/login/")
token = client.cookies["csrftoken"]
form = {"login": "x", "password": "x", "csrfmiddlewaretoken": token.value}
answer = client.post("/account/login/", form, headers={"Origin": "https://shuzhi.example"})
print(answer.status_code, bool(token["secure"]))
"""
    ended = installation.call("-c", code)
    assert ended.stdout.split()[-2:] == ["200", "True"], ended.stderr


def small_bundle(folder: Path, python: str) -> Path:
    """What install.sh looks at before it installs anything."""
    folder.mkdir()
    shutil.copy(DEPLOY / "install.sh", folder)
    (folder / "PYTHON").write_text(f"{python}\n")
    (folder / "VERSION").write_text("9.9\n")
    (folder / "SHA256SUMS").write_text(f"{'0' * 64}  VERSION\n")
    return folder


@pytest.mark.parametrize(
    ("python", "said"),
    [("2.7", "Install Python 2.7"), (f"{sys.version_info[0]}.{sys.version_info[1]}", "damaged")],
)
def test_the_installer_refuses_another_python_and_a_damaged_bundle(
    tmp_path: Path, python: str, said: str
) -> None:
    bundle = small_bundle(tmp_path / "bundle", python)
    ended = subprocess.run(
        ["sh", str(bundle / "install.sh"), str(tmp_path / "opt")],
        env={"PATH": "/usr/bin:/bin", "PYTHON": sys.executable},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 2
    assert said in ended.stderr
    assert not (tmp_path / "opt").exists()
