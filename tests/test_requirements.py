"""Every machine gets the same packages, and the app starts without asking or telling anybody anything."""

from __future__ import annotations

import importlib.metadata
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent


def requirements(name: str) -> list[Requirement]:
    """The packages that a requirements file names, without those of a file that it includes."""
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    return [Requirement(line) for line in lines if line and not line.startswith(("#", "-r"))]


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_version_is_exact(name):
    assert [str(one) for one in requirements(name) if not re.fullmatch(r"==[\w.]+", str(one.specifier))] == []


def test_what_the_packages_bring_along_is_listed_too():
    app = requirements("requirements.txt")
    assert missing(app) == []
    assert missing([*app, *requirements("requirements-dev.txt")]) == []


def missing(listed: list[Requirement]) -> list[str]:
    """Lines to add: what the listed packages need on this machine, and what that needs, but nobody listed."""
    names = {canonicalize_name(one.name) for one in listed}
    found: dict[str, str] = {}
    ahead = sorted(names)
    while ahead:
        name = ahead.pop()
        package = importlib.metadata.distribution(name)
        if name in found:
            continue
        found[name] = package.version
        needs = [Requirement(text) for text in package.requires or []]
        ahead += [canonicalize_name(one.name) for one in needs if not one.marker or one.marker.evaluate({"extra": ""})]
    return [f"{name}=={version}" for name, version in sorted(found.items()) if name not in names]


def test_a_package_that_is_not_listed_is_noticed():
    assert any(line.startswith("numpy==") for line in missing([Requirement("autograd==1")]))


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_these_tests_run_with_the_listed_versions(name):
    installed = {one.name: importlib.metadata.version(one.name) for one in requirements(name)}
    assert [str(one) for one in requirements(name) if installed[one.name] not in one.specifier] == []


def test_the_first_start_asks_nothing_and_reports_nothing():
    options = tomllib.loads((ROOT / ".streamlit/config.toml").read_text(encoding="utf-8"))
    assert options["server"]["showEmailPrompt"] is False
    assert options["browser"]["gatherUsageStats"] is False
    assert options["browser"]["serverAddress"]  # else Streamlit asks another host for this machine's public address
    assert options["client"]["toolbarMode"] == "minimal"


def test_streamlit_knows_every_option_that_is_set():
    answer = subprocess.run(
        [sys.executable, "-m", "streamlit", "config", "show"], cwd=ROOT, capture_output=True, text=True
    )
    assert answer.returncode == 0
    assert "not a valid config option" not in answer.stdout + answer.stderr
    assert answer.stderr == ""
