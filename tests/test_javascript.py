"""The player's pure parts are tested in their own language, with Node's test runner."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from playwright._impl._driver import compute_driver_executable

FILES = sorted((Path(__file__).parent / "javascript").glob("*.test.*js"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_javascript(path):
    node, _ = compute_driver_executable()  # Playwright brings a Node.js of its own, so none need be installed
    answer = subprocess.run([node, "--test", path], capture_output=True, text=True, timeout=60)
    assert answer.returncode == 0, answer.stdout + answer.stderr
