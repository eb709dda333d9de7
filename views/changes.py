"""What a visitor has changed, told apart from what the browser only repeats.

With every message the browser sends what all its widgets show. A message that was on its way while Python gave a
widget another value still holds the old one, and Streamlit takes that for a change: the key A, pressed soon after the
start was dragged, put the start back where it had been. So a value that was replaced a moment ago counts as a change
only where the message brings no other, for people change one thing at a time.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec

import streamlit as st

P = ParamSpec("P")

REPEATED_FOR_SECONDS = 10
_MOST_REPLACED = 20
_REPLACED, _REPEATED, _HAS_CHANGED = "values-replaced", "values-repeated", "something-has-changed"


def show(key: str, value: Any, *, is_new: bool = False) -> None:
    """Show a value in a widget that is still to be drawn; one that has it already is left alone, as a moving slider.

    Where the browser will take it for a new widget, as a card with another title, it begins as closed or open as it
    likes: that is no change, either.
    """
    state = st.session_state
    if key in state and state[key] == value and not is_new:
        return
    if is_new or key in state:
        replaced = state.setdefault(_REPLACED, {}).setdefault(key, [])
        replaced[:] = [*replaced[1 - _MOST_REPLACED :], (not value if is_new else state[key], time.monotonic())]
    state[key] = value


def on_change(key: str, change: Callable[[], None]) -> Callable[[], None]:
    """What the widget ``key`` calls when it seems to have been changed: ``change``, unless that is a repetition."""

    def call() -> None:
        now, value = time.monotonic(), st.session_state[key]
        replaced = st.session_state.get(_REPLACED, {}).get(key, ())
        if any(old == value and now - at < REPEATED_FOR_SECONDS for old, at in replaced):
            st.session_state.setdefault(_REPEATED, []).append(change)
        else:
            has_changed()
            change()

    return call


def has_changed() -> None:
    """Note that the message has brought a change by the visitor, as the press of a button."""
    st.session_state[_HAS_CHANGED] = True


def settle() -> None:
    """Make the change of a message that brought only one value, though it was replaced a moment ago.

    Every page and every fragment begins with it: after the callbacks, and before anything is drawn.
    """
    repeated = st.session_state.pop(_REPEATED, [])
    if not st.session_state.pop(_HAS_CHANGED, False) and len(repeated) == 1:
        repeated[0]()


def fragment(key: str | None = None) -> Callable[[Callable[P, None]], Callable[P, None]]:
    """A part of the page that is made anew by itself, as ``st.fragment``, and begins by settling what has changed."""

    def decorate(part: Callable[P, None]) -> Callable[P, None]:
        @wraps(part)
        def settled(*args: P.args, **kwargs: P.kwargs) -> None:
            settle()
            part(*args, **kwargs)

        made: Callable[P, None] = st.fragment(settled, key=key)
        return made

    return decorate
