"""The load benchmark reads the page as a browser does, and its bars tell what is held from what is not."""

from __future__ import annotations

import math
import os

import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.Slider_pb2 import Slider

from benchmarks.bench_load import Round, bars, memory, percentile
from benchmarks.visitors import STAGE, ActError, Change, Page, after_key
from views.player.message import pack

RATE = Slider(
    id="rate", label="Rate", type=Slider.SELECT_SLIDER, options=["0.1", "0.2", "0.5"], raw_value=["0.2"], set_value=True
)
STEPS = Slider(id="steps", label="Steps", type=Slider.SLIDER, min=1, max=300, step=1, default=[299])


def test_a_percentile_is_a_value_that_so_many_do_not_exceed():
    assert [percentile([4, 1, 3, 2], percent) for percent in (0, 50, 51, 95, 100)] == [1, 2, 3, 4, 4]
    assert percentile(range(1, 101), 95) == 95
    assert math.isnan(percentile([], 50))


def test_each_bar_is_held_or_not_reached_by_its_own_number():
    def said(seconds: float, peak: float, after: float, errors: list[str]) -> str:
        change = Change("key", seconds, seconds, 80, 1000)
        many = Round(50, [change] * 20, errors=errors, peak=peak, after=after)
        return "".join(line[0] for line in bars(Round(1, [Change("key", 0.1, 0.1, 80, 1000)]), many, 200))

    assert said(0.5, 449, 260, []) == "hhhhh"
    assert [said(0.51, 449, 260, []), said(1.6, 449, 260, [])] == ["hhnhh", "hnnhh"]
    assert said(0.5, 450, 261, ["an act that failed"]) == "nhhnn"
    moves = Round(50, [Change("move", 9, 9, 6, 1000), Change("drag", 0.1, 0.1, 6, 1000)])
    assert moves.seconds() == [0.1]


def test_a_key_moves_a_slider_by_one_stop_and_not_beyond_its_ends():
    page = heard(told(RATE), told(STEPS))
    rate, steps = (page.states[name] for name in ("rate", "steps"))
    assert [list(after_key(RATE, rate, keys).string_array_value.data) for keys in (-2, -1, 1, 2)] == [
        ["0.1"],
        ["0.1"],
        ["0.5"],
        ["0.5"],
    ]
    assert [after_key(STEPS, steps, keys).double_array_value.data[0] for keys in (-1, 1, 2)] == [298, 300, 300]


def test_a_control_keeps_what_its_visitor_set_until_the_app_sets_it_or_leaves_it_out():
    page = heard(told(STEPS, fragment="panel"), told(RATE), ended())
    page.states["steps"] = after_key(STEPS, page.states["steps"], -9)
    hear(page, started(), told(STEPS, fragment="panel"), ended("panel"))
    assert page.states["steps"].double_array_value.data == [290]  # and the rate is no part of that fragment
    assert [control.element.label for control in page.sliders()] == ["Steps", "Rate"]
    hear(page, started(), told(Slider(id="steps", value=[7], set_value=True)), ended())
    assert {name: state.double_array_value.data[0] for name, state in page.states.items()} == {"steps": 7}


def test_the_server_may_refer_to_what_it_has_sent_until_that_is_too_old():
    told_once = told(RATE, hash="of the rate")
    page = heard(told_once, ended(), started(), ended())
    assert not page.sliders()
    hear(page, started(), ForwardMsg(ref_hash="of the rate"), ended())
    assert page.sliders()[0].element == RATE
    hear(page, started(), ended(), started(), ended(), started(), ended(), started())
    with pytest.raises(ActError, match="no longer has"):
        page.hear(ForwardMsg(ref_hash="of the rate"))


def test_the_stage_tells_its_scene_and_an_exception_is_a_failure():
    message = pack({"link": "surface=booth", "start": (1.5, -2), "surface": {"x": (-5, 5), "y": (0, 1)}})
    stage = ForwardMsg()
    stage.delta.fragment_id = "stage's"
    component = stage.delta.new_element.bidi_component
    component.id, component.component_name, component.bytes = "stage", STAGE, message
    page = heard(stage)
    assert (page.stage.link, page.stage.start, page.stage.ranges) == ("surface=booth", (1.5, -2), ((-5, 5), (0, 1)))
    assert (page.stage.id, page.stage.fragment) == ("stage", "stage's")
    broken = ForwardMsg()
    broken.delta.new_element.exception.message = "something broke"
    with pytest.raises(ActError, match="something broke"):
        page.hear(broken)


def test_memory_is_told_in_megabytes():
    before = memory(os.getpid())
    block = bytearray(b"x") * 100_000_000
    assert memory(os.getpid()) - before == pytest.approx(len(block) / 2**20, abs=10)


def heard(*messages: ForwardMsg) -> Page:
    page = Page()
    hear(page, started(), *messages)
    return page


def hear(page: Page, *messages: ForwardMsg) -> None:
    for message in messages:
        page.hear(message)


def started() -> ForwardMsg:
    message = ForwardMsg()
    message.new_session.config.max_cached_message_age = 2
    return message


def told(slider: Slider, *, fragment: str = "", hash: str = "") -> ForwardMsg:
    message = ForwardMsg(hash=hash)
    message.metadata.cacheable = bool(hash)
    message.delta.fragment_id = fragment
    message.delta.new_element.slider.CopyFrom(slider)
    return message


def ended(*fragments: str) -> ForwardMsg:
    status = ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY if fragments else ForwardMsg.FINISHED_SUCCESSFULLY
    message = ForwardMsg(script_finished=status)
    message.metadata.run.fragment_ids.extend(fragments)
    return message
