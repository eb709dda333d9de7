"""What the tests share that need programs which a laptop may lack: whoever lacks one sees the test skipped, and why."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tools.app_server import AppServer, app_server
from tools.programs import lacking


@pytest.fixture(scope="session")
def needs() -> Callable[..., None]:
    """Skip a test unless these programs of ``tools.programs`` are on this machine."""

    def needs(*programs: str) -> None:
        if missing := [sentence for program in programs if (sentence := lacking(program))]:
            pytest.skip("; ".join(missing))

    return needs


@pytest.fixture(scope="session")
def server() -> Iterator[AppServer]:
    with app_server() as running:
        yield running
