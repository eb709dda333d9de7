"""What a browser really shows, and when: a film of a page made by its compositor, and the differences in it."""

from __future__ import annotations

import asyncio
import base64
import io
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image
from playwright.async_api import CDPSession, Error, Page

Box = tuple[float, float, float, float]
"""Left, top, right and bottom in CSS pixels of the window."""

CALM_SECONDS = 1.5
PATIENCE_SECONDS = 180  # a busy machine
_VISIBLE = 12  # of 255: a pixel that differs by more is another colour; less may be the film's compression
_PIXELS = 3
_HALF_SIZE = {"format": "jpeg", "quality": 85, "maxWidth": 700, "maxHeight": 450, "everyNthFrame": 1}  # films cheaply
_NEXT_FRAME = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"


@dataclass(frozen=True)
class Shot:
    """One picture that the page has shown: when (seconds since 1970) and as what."""

    time: float
    data: str

    def pixels(self, boxes: Sequence[Box], width: int) -> np.ndarray:
        """The pixels inside boxes of a window that is ``width`` wide, side by side in one row of colours."""
        picture = Image.open(io.BytesIO(base64.b64decode(self.data))).convert("RGB")
        scale = picture.width / width
        crops = [picture.crop(tuple(round(scale * edge) for edge in box)) for box in boxes]  # type: ignore[arg-type]
        return np.concatenate([np.asarray(crop, dtype=np.int16).reshape(-1, 3) for crop in crops])


def differ(one: np.ndarray, other: np.ndarray) -> bool:
    """Whether people see two different pictures."""
    return int((np.abs(one - other).max(axis=-1) > _VISIBLE).sum()) >= _PIXELS


class Film:
    """Films a page while the block runs: every picture that the compositor puts together, with its time.

    The same for every page, whatever draws in it (SVG, canvas, WebGL), and with no code inside the page.
    """

    def __init__(self, page: Page) -> None:
        self.page = page
        self.shots: list[Shot] = []
        self.session: CDPSession | None = None
        self._tasks: set[asyncio.Task[Any]] = set()

    async def __aenter__(self) -> Film:
        await self.page.bring_to_front()
        self.session = await self.page.context.new_cdp_session(self.page)
        self.session.on("Page.screencastFrame", self._take)
        await self.session.send("Page.startScreencast", _HALF_SIZE)
        await self.calm()
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self.session is not None
        await self.session.send("Page.stopScreencast")
        await self.session.detach()

    def _take(self, event: dict[str, Any]) -> None:
        assert self.session is not None
        self.shots.append(Shot(event["metadata"]["timestamp"], event["data"]))
        task = asyncio.ensure_future(self._ask_for_more(event["sessionId"]))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _ask_for_more(self, number: int) -> None:
        assert self.session is not None
        with suppress(Error):  # the film has ended meanwhile
            await self.session.send("Page.screencastFrameAck", {"sessionId": number})

    async def calm(self) -> None:
        """Wait until Streamlit's script has ended, the page answers and has shown nothing new for a while."""
        deadline = time.time() + PATIENCE_SECONDS
        began = time.time()
        while time.time() < deadline:
            await asyncio.sleep(0.1)
            await self.page.evaluate(_NEXT_FRAME)
            is_running = await self.page.locator("[data-test-script-state=running]").count()
            last = max(began, self.shots[-1].time if self.shots else 0)
            if not is_running and self.shots and time.time() - last > CALM_SECONDS:
                return
        raise RuntimeError(f"The page did not come to rest within {PATIENCE_SECONDS} s.")


def changes(pictures: Sequence[np.ndarray], times: Sequence[float]) -> list[float]:
    """The times at which a picture was shown that differs from the one before it."""
    pairs = zip(pictures, pictures[1:], times[1:], strict=False)
    return [time for before, after, time in pairs if differ(before, after)]
