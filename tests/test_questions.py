"""What the stage asks Python is answered once, however often it comes, and each answer is acknowledged."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from scenes import View, default_scene, simulate
from views.player import Opening, player, stage


@pytest.fixture
def run_with(monkeypatch):
    """Run the stage's part of the page as after a question; what was sent to the browser comes back."""
    session = {}
    monkeypatch.setattr(player, "st", SimpleNamespace(session_state=session))
    scene, asked = default_scene(), []

    def run(**question):
        sent = []
        result = SimpleNamespace(start=question.get("start"), request=question.get("request"))

        def component(function):
            def mount(data, key, on_start_change=None, on_request_change=None):
                sent.append((function, key, data))
                session[key] = result
                if function == "showStage":
                    for name, answer in (("start", on_start_change), ("request", on_request_change)):
                        if name in question:
                            answer()
                return result

            return mount

        monkeypatch.setattr(player, "_component", component)
        mine = {"key": "mine", "opening": Opening()}
        note = {
            f"on_{name}_change": lambda name=name: asked.append(getattr(session["mine"], name))
            for name in ("start", "request")
        }
        stage(scene, View(), simulate(scene), **mine, **note)
        return [(function, key, data) for function, key, data in sent if function != "showStage"]

    return run, asked


def test_a_question_that_comes_twice_is_answered_once_and_acknowledged_each_time(run_with):
    run, asked = run_with
    assert run() == []  # who has asked nothing is sent nothing
    slower = {"slower": [0], "factor": 0.1, "number": 7}
    answer = ("receiveAnswer", "mine-answered", {"stage": "mine", "number": 7})
    assert run(request=slower) == run(request=slower) == run() == [answer]
    assert asked == [slower]
    start = {"x": 1, "y": 2, "final": True, "number": 8}
    assert run(start=start)[0][2]["number"] == 8
    again = {**slower, "number": 9}  # the same wish once more
    run(request=again)
    assert asked == [slower, start, again]
