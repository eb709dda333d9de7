"""People on the page without their browsers: what Streamlit's frontend knows and sends, over the real websocket.

A :class:`Page` is what a browser holds of the page: the stage's last message, the controls with their states, and the
messages that the server need not send again. A :class:`Visitor` does on it what people do, and holds every act to its
effect: it has failed unless a stage with the wanted scene arrives and the script then comes to its end.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from random import Random
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.Common_pb2 import DoubleArray, StringArray
from streamlit.proto.Delta_pb2 import Delta
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.Slider_pb2 import Slider
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

STAGE = "ravine_showStage"
TRIGGERS = "$$STREAMLIT_INTERNAL_KEY_{}__events"  # the id under which a component's triggers are sent
PATIENCE_SECONDS = 60
DRAG_MOVES = 6  # the last of them is the release
MOUSE_SECONDS = 0.016
# After any other end of a run, another one follows.
WHOLE = (ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY)


class ActError(Exception):
    """An act of a visitor that had not the effect it should have."""


@dataclass(frozen=True)
class Stage:
    """What the stage was last told: the scene's link and start, and the ranges of the map."""

    id: str
    fragment: str
    link: str
    start: tuple[float, ...]
    ranges: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Control:
    """A widget with a state: its kind ("slider", ...), its message, and the id of its fragment, "" if it is in none."""

    kind: str
    element: Any
    fragment: str


@dataclass(frozen=True)
class Change:
    """An act: seconds to the stage's message and to the end of the script, and what the server sent meanwhile."""

    kind: str
    picture: float
    seconds: float
    messages: int
    size: int


def body_of(message: bytes) -> Any:
    """The plain part of a packed message, without its arrays; ``views/player/message.py`` is the other side."""
    return json.loads(message[4 : 4 + int.from_bytes(message[:4], "little")])["body"]


def news_of(delta: Delta) -> Stage | Control | None:
    """What a visitor needs of a change to the page: the stage or a control; ActError for an exception."""
    if delta.WhichOneof("type") != "new_element":
        return None
    kind = delta.new_element.WhichOneof("type")
    element: Any = getattr(delta.new_element, kind) if kind else None
    if kind == "exception":
        raise ActError(f"the page shows an exception: {element.message}")
    if kind in STATES:
        return Control(kind, element, delta.fragment_id)
    if kind == "bidi_component" and element.component_name == STAGE:
        body = body_of(element.bytes)
        ranges = tuple((low, high) for low, high in (body["surface"]["x"], body["surface"]["y"]))
        return Stage(element.id, delta.fragment_id, body["link"], tuple(body["start"]), ranges)
    return None


def _chosen(options: Sequence[Any], indices: Sequence[float]) -> list[Any]:
    return [options[int(index)] for index in indices]


def _slider(slider: Slider) -> dict[str, Any]:
    if slider.type == Slider.SELECT_SLIDER:
        stops = slider.raw_value if slider.set_value else _chosen(slider.options, slider.default)
        return {"string_array_value": StringArray(data=stops)}
    return {"double_array_value": DoubleArray(data=slider.value if slider.set_value else slider.default)}


def _button_group(group: Any) -> dict[str, Any]:
    default = [option.content for option in _chosen(group.options, group.default)]
    return {"string_array_value": StringArray(data=group.raw_values if group.set_value else default)}


# The state that the frontend gives a widget when it first shows it, by the widget's kind.
STATES: dict[str, Callable[[Any], dict[str, Any]]] = {
    "slider": _slider,
    "button_group": _button_group,
    "checkbox": lambda box: {"bool_value": box.value if box.set_value else box.default},
    "text_input": lambda text: {"string_value": text.value if text.set_value else text.default},
    "selectbox": lambda box: {"string_value": box.raw_value if box.set_value else box.options[box.default]},
}


def after_key(slider: Slider, state: WidgetState, keys: int) -> WidgetState:
    """The state of a slider after so many keys to the right, or to the left if negative; it stops at its ends."""
    if slider.type == Slider.SELECT_SLIDER:
        stops = list(slider.options)
        index = stops.index(state.string_array_value.data[0]) + keys
        moved = StringArray(data=[stops[min(max(index, 0), len(stops) - 1)]])
        return WidgetState(id=slider.id, string_array_value=moved)
    value = state.double_array_value.data[0] + keys * slider.step
    return WidgetState(id=slider.id, double_array_value=DoubleArray(data=[min(max(value, slider.min), slider.max)]))


class Page:
    """What a browser holds of the page; ``hear`` takes every message in its order."""

    def __init__(self) -> None:
        self.stage: Stage | None = None
        self.controls: dict[str, Control] = {}
        self.states: dict[str, WidgetState] = {}
        self._script = ""
        self._heard: set[str] = set()  # the controls of this run
        self._kept: dict[str, tuple[int, str, Stage | Control | None]] = {}  # by hash: since which run, fragment, news
        self._runs = self._longest_age = 0

    def hear(self, message: ForwardMsg) -> None:
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self._heard.clear()
            self._longest_age = message.new_session.config.max_cached_message_age
        elif kind == "navigation":
            self._script = message.navigation.page_script_hash
        elif kind == "delta":
            news = news_of(message.delta)
            if message.metadata.cacheable:
                self._kept[message.hash] = (self._runs, message.delta.fragment_id, news)
            self._learn(news)
        elif kind == "ref_hash":
            if message.ref_hash not in self._kept:
                raise ActError("the server refers to a message that the browser no longer has")
            _, fragment, news = self._kept[message.ref_hash]
            self._kept[message.ref_hash] = (self._runs, fragment, news)
            self._learn(news)
        elif kind == "script_finished":
            if message.script_finished == ForwardMsg.FINISHED_WITH_COMPILE_ERROR:
                raise ActError("the script does not compile")
            if message.script_finished in WHOLE:
                self._tidy(set(message.metadata.run.fragment_ids))

    def _learn(self, news: Stage | Control | None) -> None:
        if isinstance(news, Stage):
            self.stage = news
        elif isinstance(news, Control):
            name = news.element.id
            self._heard.add(name)
            self.controls[name] = news
            if news.element.set_value or name not in self.states:
                self.states[name] = WidgetState(id=name, **STATES[news.kind](news.element))

    def _tidy(self, fragments: set[str]) -> None:
        """Forget the controls that this run has not shown again, and the messages that have long not come."""
        for name, control in list(self.controls.items()):
            if name not in self._heard and (not fragments or control.fragment in fragments):
                del self.controls[name], self.states[name]
        self._runs += 1
        for name, (since, fragment, _) in list(self._kept.items()):
            if self._runs - since > self._longest_age and (not fragments or fragment in fragments):
                del self._kept[name]

    def request(self, query: str, fragment: str = "", trigger: WidgetState | None = None) -> bytes:
        """The message with which a browser asks for a run; it carries the state of every control."""
        states = [*self.states.values(), *([trigger] if trigger else [])]
        asked = ClientState(
            query_string=query,
            widget_states=WidgetStates(widgets=states),
            page_script_hash=self._script,
            fragment_id=fragment,
            cached_message_hashes=list(self._kept),
        )
        return BackMsg(rerun_script=asked).SerializeToString()

    def sliders(self) -> list[Control]:
        """The sliders that can be moved, in the page's order."""
        return [one for one in self.controls.values() if one.kind == "slider" and not one.element.disabled]


class Visitor:
    """Someone on the page. Every act returns its changes, or raises ActError."""

    def __init__(self, socket: ClientConnection, random: Random) -> None:
        self.page = Page()
        self._socket, self._random = socket, random

    @property
    def stage(self) -> Stage:
        if self.page.stage is None:
            raise ActError("there is no stage on the page")
        return self.page.stage

    async def open(self, link: str = "") -> list[Change]:
        """Open a scene by a link as ``scenes.format`` writes it at step 0, or without one the page as it is."""
        what = f"the scene {link}"
        return [await self._act("link", self.page.request(link), lambda stage: link in ("", stage.link), what)]

    async def press_key(self) -> list[Change]:
        """One key on any slider of the page."""
        sliders = self.page.sliders()
        if not sliders:
            raise ActError("there is no slider on the page")
        control, keys, link = self._random.choice(sliders), self._random.choice((1, -1)), self.stage.link
        slider, before = control.element, self.page.states[control.element.id]
        moved = after_key(slider, before, keys)
        if moved == before:  # it stands at its end
            moved = after_key(slider, before, -keys)
        self.page.states[slider.id] = moved
        what = f"what a key of {slider.label!r} makes of {link}"
        return [
            await self._act("key", self.page.request(link, control.fragment), lambda stage: stage.link != link, what)
        ]

    async def drag(self) -> list[Change]:
        """Drag the start to another place; as in the browser, a move waits for the stage of the one before."""
        begin = self.stage.start
        end = [low + self._random.uniform(0.1, 0.9) * (high - low) for low, high in self.stage.ranges]
        changes = []
        for share in (move / DRAG_MOVES for move in range(1, DRAG_MOVES + 1)):
            place = tuple(a + share * (b - a) for a, b in zip(begin, end, strict=True))
            changes.append(await self._move_start(place, is_final=share == 1))
            await asyncio.sleep(MOUSE_SECONDS)
        return changes

    async def _move_start(self, place: tuple[float, ...], is_final: bool) -> Change:
        value = {"x": place[0], "y": place[1], "final": is_final}
        trigger = WidgetState(
            id=TRIGGERS.format(self.stage.id), json_trigger_value=json.dumps([{"event": "start", "value": value}])
        )
        request = self.page.request(self.stage.link, self.stage.fragment, trigger)
        kind = "drag" if is_final else "move"
        what = f"the start at {place} on {self.stage.link}"
        return await self._act(kind, request, lambda stage: stage.start == place, what, to_the_end=is_final)

    async def _act(
        self, kind: str, request: bytes, is_wanted: Callable[[Stage], bool], what: str, to_the_end: bool = True
    ) -> Change:
        """Send a request and listen until the wanted stage is there, and to the end of the script if that is asked."""
        began, picture, is_running, messages, size = time.perf_counter(), 0.0, False, 0, 0
        await self._socket.send(request)
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                while True:
                    data = await self._socket.recv(decode=False)
                    message, before = ForwardMsg.FromString(data), self.page.stage
                    self.page.hear(message)
                    messages, size, seconds = messages + 1, size + len(data), time.perf_counter() - began
                    is_running |= message.HasField("new_session")  # what comes before it is the end of another run
                    stage = self.page.stage
                    if stage is not None and stage is not before and not picture and is_wanted(stage):
                        picture = seconds
                    has_ended = is_running and message.HasField("script_finished") and message.script_finished in WHOLE
                    if picture and (has_ended or not to_the_end):
                        return Change(kind, picture, seconds, messages, size)
                    if has_ended:
                        raise ActError(f"the stage does not show {what}")
        except TimeoutError:
            raise ActError(f"nothing for {PATIENCE_SECONDS} s after asking for {what}") from None


@asynccontextmanager
async def visit(url: str, random: Random) -> AsyncIterator[Visitor]:
    """Connect as a browser does, until the block ends."""
    async with connect(
        f"{url.replace('http', 'ws', 1)}/_stcore/stream",
        origin=Origin(url),
        subprotocols=[Subprotocol("streamlit")],
        max_size=None,
        ping_interval=None,  # a browser sends none, and leaves a server that is busy in peace
    ) as socket:
        yield Visitor(socket, random)
