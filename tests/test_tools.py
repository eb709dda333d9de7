"""The set-up helpers say what is wrong instead of going on without a browser or an app."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from tools import chromium
from tools.app_server import app_server

MAKE_VENV = Path(__file__).parents[1] / "tools" / "make_venv.sh"


@pytest.fixture
def set_up(tmp_path):
    """Run make_venv.sh in a folder of its own, with a ``python3`` that is a shell script."""

    def set_up(python3: str) -> subprocess.CompletedProcess[str]:
        program = tmp_path / "bin" / "python3"
        program.parent.mkdir()
        program.write_text(f"#!/bin/sh\n{python3}\n")
        program.chmod(0o755)
        return subprocess.run(
            ["sh", MAKE_VENV, "requirements.txt"],
            cwd=tmp_path,
            env={"PATH": f"{program.parent}:/usr/bin:/bin", "PYTHON": "python3"},
            capture_output=True,
            text=True,
            timeout=60,
        )

    return set_up


# A python3 that makes a .venv whose own python says what pip says where a download fails, or where the disk is full.
MAKES_VENV = """
case "$*" in *"-m venv"*)
    mkdir -p .venv/bin
    printf '#!/bin/sh\\necho "%s" >&2; exit 1\\n' "{pip}" > .venv/bin/python
    chmod +x .venv/bin/python
esac"""
NO_NETWORK = "connection broken by NewConnectionError: Temporary failure in name resolution"
DISK_FULL = "ERROR: Could not install packages: No space left on device"


@pytest.mark.parametrize(
    ("python3", "said"),
    [
        ('case "$1" in --version) echo Python 3.9.2;; *) exit 1; esac', "python3 is Python 3.9.2."),
        ('case "$*" in *ensurepip*) exit 1; esac', "apt-get install python3-venv"),
        ('case "$*" in *"-m venv"*) echo "Permission denied" >&2; exit 1; esac', "Is the folder yours to write in?"),
        (MAKES_VENV.format(pip=NO_NETWORK), "could not be downloaded. Is there a network connection?"),
        (MAKES_VENV.format(pip=DISK_FULL), f"{DISK_FULL}\nThe packages of requirements.txt could not be installed;"),
    ],
    ids=["old Python", "no venv", "no rights", "no network", "full disk"],
)
def test_a_set_up_that_cannot_go_on_says_what_to_do(set_up, python3, said):
    answer = set_up(python3)
    assert answer.returncode == 1
    assert said in answer.stderr
    assert len(answer.stderr.splitlines()) <= 2


@pytest.mark.parametrize("named", ["no-such-program", "true"])
def test_a_named_browser_that_is_none_is_refused_by_name(monkeypatch, capsys, named):
    monkeypatch.setenv(chromium.VARIABLE, named)
    with pytest.raises(SystemExit) as ended:
        chromium.main()
    assert ended.value.code == f"RAVINE_CHROMIUM is set to '{named}', which does not start as a Chromium."


@pytest.mark.parametrize(("user", "packages"), [(0, ["apt-get"]), (1000, [])])
def test_where_no_browser_can_be_had_the_tests_end_with_advice(monkeypatch, user, packages):
    tried: list[str] = []
    monkeypatch.delenv(chromium.VARIABLE, raising=False)
    monkeypatch.setattr(chromium, "candidates", lambda: iter(()))
    monkeypatch.setattr(shutil, "which", lambda program: program)
    monkeypatch.setattr(os, "geteuid", lambda: user)
    monkeypatch.setattr(chromium, "succeeds", lambda command, seconds: tried.append(command[0]))  # and did not succeed
    with pytest.raises(SystemExit) as ended:
        chromium.main()
    assert tried == [sys.executable, *packages]
    assert "as root: apt-get install chromium), or set RAVINE_CHROMIUM to the path of one" in str(ended.value.code)


def test_a_download_that_hangs_is_given_up(capsys):
    assert not chromium.succeeds(["sleep", "30"], 0.1)
    assert capsys.readouterr().out == "sleep did not end within 0 s.\n"


def test_an_app_that_cannot_start_shows_what_it_printed(tmp_path):
    with pytest.raises(RuntimeError, match="does not exist"), app_server(tmp_path / "missing.py"):
        pass


def test_the_app_server_answers_and_ends_with_its_block(tmp_path):
    script = tmp_path / "page.py"
    script.write_text("import streamlit as st\nst.write('here')\n")
    with app_server(script) as server:
        assert urllib.request.urlopen(server.url, timeout=10).status == 200
    with pytest.raises(OSError, match="refused"):
        urllib.request.urlopen(server.url, timeout=10)


def test_stages_go_on_after_a_failure_and_end_with_one_line_that_says_so(tmp_path):
    (tmp_path / "Makefile").write_text("""
bad:
\t@echo broken; exit 3
unit:
\t@mkdir -p .pytest_cache
\t@echo '<all><testcase name="one" time="2"/></all>' > .pytest_cache/unit.xml
""")

    def run(*stages: str) -> tuple[int, str]:
        command = [sys.executable, "-m", "tools.stages", *stages]
        environment = {**os.environ, "PYTHONPATH": str(MAKE_VENV.parents[1])}
        answer = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60)
        return answer.returncode, answer.stdout

    status, printed = run("bad", "unit")
    assert status == 1
    assert printed.startswith("broken\nFAILED: bad: 1 passed in ")
    assert printed.endswith("; slowest: one 2.0 s\n")
    status, printed = run("unit")
    assert status == 0
    assert printed.startswith("1 passed in ")
