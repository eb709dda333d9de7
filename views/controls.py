"""Widgets, generated from declared settings: a slider for what is usual, and beside it a field for any exact value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np
import streamlit as st

from caches import remembered
from knobs import Choice, Knob, Setting, Switch, format_value
from views.changes import on_change, show

_MANTISSAS = (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8)
_REACH = 100
_GAP_MANTISSAS = (9, 8, 7, 6, 5, 4, 3, 2.5, 2, 1.5, 1)
_LINEAR_POSITIONS = 60


@remembered("slider values")
def slider_values(declared: Knob, usual: float | None = None) -> tuple[float, ...]:
    """The values that a setting's slider stops at, from the lowest offered to the highest.

    A logarithmic slider reaches at least two decades to each side of the ``usual`` value.

    >>> from knobs import knobs_of
    >>> from optimizers import OPTIMIZERS
    >>> rate = knobs_of(OPTIMIZERS["adam"])["lr"]
    >>> {1e-4, 5e-4, 1e-3, 0.01, 0.1, 1} <= set(slider_values(rate))
    True
    >>> min(slider_values(rate, usual=5e-7))
    5e-09
    >>> {0, 0.9, 0.999} <= set(slider_values(knobs_of(OPTIMIZERS["adam"])["beta2"]))
    True
    >>> from optimizers import PARTS
    >>> slider_values(knobs_of(PARTS["cosine-restarts"])["stretch"])
    (1, 2, 3, 4, 5, 6, 7, 8, 9, 10)
    """
    assert declared.offer is not None
    low, high = declared.offer
    if declared.scale == "log":
        if usual is not None:
            low, high = min(low, usual / _REACH), max(high, usual * _REACH)
        decades = range(int(np.floor(np.log10(low))), int(np.ceil(np.log10(high))) + 1)
        values = [float(f"{mantissa}e{decade}") for decade in decades for mantissa in _MANTISSAS]
    elif declared.scale == "memory":
        decades = range(1, int(np.ceil(-np.log10(1 - high))) + 1)
        gaps = [float(f"{mantissa}e-{decade}") for decade in decades for mantissa in _GAP_MANTISSAS]
        values = [0.0, *(float(f"{1 - gap:.12g}") for gap in gaps)]
    elif declared.scale == "doubling":
        values = [2.0**power for power in range(int(np.log2(high)) + 1)]
    else:
        values = [float(f"{value:.6g}") for value in np.linspace(low, high, _LINEAR_POSITIONS + 1)]
    if isinstance(declared.default, int):
        values = [round(value) for value in values]
    return tuple(sorted({value for value in (low, *values, high) if low <= value <= high}))


def setting_control(
    owner: str,
    declared: Knob,
    value: Setting,
    key: str,
    apply: Callable[[Any], None],
    attempt: Callable[[Callable[[], None]], None],
    hint: str = "",
    usual: float | None = None,
) -> None:
    """The control of one setting.

    ``apply`` takes a new value and may refuse it with ValueError; ``attempt`` runs a change and tells a refusal to the
    reader; ``hint`` is a line under the slider; ``usual`` is a value that the slider must have around it. The slider's
    stops always include the present value, so nothing is ever snapped.
    """
    if isinstance(declared.valid, Switch):
        switch_control(declared.label, declared.help, bool(value), key, apply, attempt)
        return
    if isinstance(declared.valid, Choice):
        choice(
            declared.label,
            declared.valid.titles,
            str(value),
            f"{key}-choice",
            lambda slug: attempt(lambda: apply(slug)),
        )
        return
    assert not isinstance(value, str)
    with st.container(key=f"{key}-setting"):
        if declared.offer is not None:
            meaning = declared.explain(value)
            stops = slider_values(declared, usual)
            show(key, value)
            st.select_slider(
                f"{declared.label}: {meaning}" if meaning else declared.label,
                stops if value in stops else tuple(sorted((*stops, value))),
                key=key,
                help=declared.help,
                format_func=format_value,
                on_change=on_change(key, partial(attempt, lambda: apply(st.session_state[key]))),
            )
        exact_field(
            f"{declared.label}, exact value" if declared.offer else declared.label,
            value,
            f"{key}-exact",
            lambda text: apply(declared.parse(owner, text)),
            attempt,
            show_label=declared.offer is None,
        )
        if hint:
            st.caption(hint)


def switch_control(
    label: str,
    help: str,
    value: bool,
    key: str,
    apply: Callable[[bool], None],
    attempt: Callable[[Callable[[], None]], None],
) -> None:
    """A switch; ``apply`` takes whether it is on now."""
    show(key, value)
    change = partial(attempt, lambda: apply(st.session_state[key]))
    st.toggle(label, key=key, help=help, on_change=on_change(key, change))


def exact_field(
    label: str,
    value: float | int,
    key: str,
    read: Callable[[str], None],
    attempt: Callable[[Callable[[], None]], None],
    *,
    show_label: bool = False,
) -> None:
    """A field that shows a number exactly; ``read`` takes what is typed, or refuses it with ValueError."""
    show(key, format_value(value))
    st.text_input(
        label,
        key=key,
        label_visibility="visible" if show_label else "collapsed",
        on_change=on_change(key, partial(attempt, lambda: read(st.session_state[key]))),
    )


def choice(label: str, titles: Mapping[str, str], value: str, key: str, apply: Callable[[str], None]) -> None:
    """A list to choose from, by slug; ``titles`` are what people read."""
    show(key, value)
    st.selectbox(
        label,
        list(titles),
        key=key,
        format_func=lambda slug: titles[slug],
        on_change=on_change(key, lambda: apply(st.session_state[key])),
    )
