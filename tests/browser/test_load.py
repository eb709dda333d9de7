"""The visitors of the load benchmark, who have no browser, do on the running app what people do."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from random import Random

import pytest

from benchmarks.bench_load import some_link
from benchmarks.visitors import ActError, Change, visit

LINK = some_link(Random(1), ["himmelblau"])


def test_visitors_open_scenes_press_keys_and_drag_the_start(server, problems):
    async def do() -> list[Change]:
        async with visit(server.url, Random(1)) as visitor:
            changes = [*await visitor.open(), *await visitor.open(LINK)]
            begin = visitor.stage.start
            changes += [*await visitor.drag(), *await visitor.press_key()]
            assert visitor.stage.start != begin
            with pytest.raises(ActError, match="the stage does not show the scene surface=nowhere"):
                await visitor.open("surface=nowhere")
            return changes

    # In a thread of its own: where Playwright runs, there is an event loop already.
    changes = ThreadPoolExecutor(1).submit(asyncio.run, do()).result()
    assert [change.kind for change in changes] == ["link", "link", *["move"] * 5, "drag", "key"]
    assert all(0 < change.picture <= change.seconds for change in changes)
