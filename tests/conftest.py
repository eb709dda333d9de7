"""What all tests share."""

from __future__ import annotations

from pathlib import Path

import hypothesis
import pytest

from tests.pages import opener

# The same examples on every machine and in every run; none is given up because the machine is busy.
hypothesis.settings.register_profile("ravine", derandomize=True, deadline=None, database=None)
hypothesis.settings.load_profile("ravine")


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository's root."""
    return Path(__file__).resolve().parent.parent


@pytest.fixture
def open_app(root, monkeypatch):
    """Open the page with a query, as a first visit."""
    return opener(root, monkeypatch)
