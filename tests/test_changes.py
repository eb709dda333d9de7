"""A value that the browser repeats, because it has not yet heard of another, is not taken for a visitor's change."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from views import changes


@pytest.fixture
def state(monkeypatch):
    """A visitor's session state, and a clock that stands still."""
    state: dict = {}
    clock = SimpleNamespace(now=100.0, monotonic=lambda: clock.now)
    monkeypatch.setattr(changes, "st", SimpleNamespace(session_state=state))
    monkeypatch.setattr(changes, "time", clock)
    state["clock"] = clock
    return state


@pytest.fixture
def message(state):
    """Send a message: the values of widgets as the browser has them, and whether a button was pressed; what changed."""

    def send(values, *, pressed=False):
        done: list[str] = []
        for key, value in values.items():
            if state.get(key) != value:  # Streamlit calls only what differs from what it knows
                state[key] = value
                changes.on_change(key, lambda key=key: done.append(key))()
        if pressed:
            changes.has_changed()
        changes.settle()
        return done

    return send


def test_an_old_value_beside_another_change_is_a_repetition(state, message):
    changes.show("start", "1")
    changes.show("start", "2")
    assert message({"start": "1"}, pressed=True) == []
    changes.show("start", "2")
    assert message({"start": "1", "rate": 0.1}) == ["rate"]


def test_several_old_values_at_once_are_repetitions_also_those_of_two_changes_ago(state, message):
    for value in ("1", "2", "3"):
        changes.show("start", value)
        changes.show("steps", value)
    assert message({"start": "1", "steps": "2"}) == []


def test_an_old_value_alone_is_a_change_for_people_go_back_too(state, message):
    changes.show("start", "1")
    changes.show("start", "2")
    assert message({"start": "1"}) == ["start"]


def test_a_new_value_is_a_change_and_so_is_an_old_one_after_a_while(state, message):
    changes.show("start", "1")
    changes.show("start", "2")
    assert message({"start": "3"}, pressed=True) == ["start"]
    state["clock"].now += changes.REPEATED_FOR_SECONDS
    assert message({"start": "1"}, pressed=True) == ["start"]


def test_what_a_visitor_has_set_is_not_counted_as_replaced(state, message):
    changes.show("rate", 0.1)
    for rate in (0.2, 0.1, 0.2):
        assert message({"rate": rate}, pressed=True) == ["rate"]
        changes.show("rate", rate)
