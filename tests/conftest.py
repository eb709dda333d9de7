"""What all tests share."""

from __future__ import annotations

import os
from pathlib import Path

# Before NumPy is loaded: there is a worker on each core, so a second thread for matrices only waits for the others.
os.environ["OPENBLAS_NUM_THREADS"] = "1"

import hypothesis
import pytest

from tests.pages import opener

# The same examples on every machine and in every run; none is given up because the machine is busy.
hypothesis.settings.register_profile("ravine", derandomize=True, deadline=None, database=None)
hypothesis.settings.load_profile("ravine")

HERE = Path(__file__).resolve().parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What is in the folders of these names is chosen, or left out, by them: ``pytest -m browser``."""
    for item in items:
        for name in ("browser", "integration"):
            if HERE / name in item.path.parents:
                item.add_marker(name)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Where browser tests are not wanted, they need not be imported only to be left out."""
    is_unwanted = "not browser" in config.option.markexpr and collection_path == HERE / "browser"
    return True if is_unwanted else None


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository's root."""
    return HERE.parent


@pytest.fixture
def open_app(root, monkeypatch):
    """Open the page with a query, as a first visit."""
    return opener(root, monkeypatch)
