"""The set-up helpers say what is wrong instead of going on without a browser or an app."""

from __future__ import annotations

import urllib.request

import pytest

from tools import chromium
from tools.app_server import app_server


@pytest.mark.parametrize("named", ["no-such-program", "true"])
def test_a_named_browser_that_is_none_is_refused_by_name(monkeypatch, capsys, named):
    monkeypatch.setenv(chromium.VARIABLE, named)
    with pytest.raises(SystemExit) as ended:
        chromium.main()
    assert ended.value.code == f"RAVINE_CHROMIUM is set to '{named}', which does not start as a Chromium."


def test_without_any_browser_the_tests_end_with_advice(monkeypatch):
    monkeypatch.delenv(chromium.VARIABLE, raising=False)
    monkeypatch.setattr(chromium, "candidates", lambda: iter(()))
    monkeypatch.setattr(chromium, "succeeds", lambda command, seconds: False)  # neither download nor package
    with pytest.raises(SystemExit) as ended:
        chromium.main()
    assert "Install Chromium or Chrome, or set RAVINE_CHROMIUM" in str(ended.value.code)


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
