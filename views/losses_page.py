"""The page of losses: how each of them judges a prediction, what an outlier does to it, and when to take which."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Literal

import streamlit as st

from caches import once
from knobs import format_value
from landscapes.losses import LOSSES, Loss, Task
from views.changes import fragment, on_change, settle, show
from views.class_scores import ANSWERS, CLASSES, HIGHEST_SCORE, Scores, bar, comparison, judge
from views.controls import slider_values
from views.loss_curves import OUTLIER_PLACES, nearest_place, show_curves, show_outlier
from views.page_style import page_style

HEADLINE = "How wrong is it?"
LINE = "A loss turns a prediction into one number. Its slope is all that gradient descent feels."

NUMBERS = "Far off, squared error shouts. Near, absolute error does not calm down."
SCORES = "The sign of the score names the class. Cross-entropy is never content."
LABELS = "For the label 1 the axis is the score itself; for the label \u22121 it is the score turned round."
OUTLIER = (
    "Drag the ringed point. As an outlier it makes up most of the loss, be it squared, absolute or Huber's. What moves "
    "a line is the pull, the size of a point's slope: squared, it grows with the error; absolute, it is the same for "
    "every point off the line; Huber's grows as far as delta."
)
CATS = (
    "A network gives three scores to the picture of a cat, and softmax makes them probabilities. Cross-entropy looks "
    "only at that of the true class. So a cat called a pizza costs exactly what a cat called a dog costs: no loss here "
    "knows that a dog is more like a cat."
)
SQUARED = (
    "Squared error of the probabilities also asks where the rest went: undecided between dog and pizza costs less."
)

GROUPS: dict[str, tuple[Task, ...]] = {
    "Which one when: numbers": ("regression",),
    "Which one when: classes": ("binary", "classes"),
}

_HUBER_DELTA = LOSSES["huber"].knobs["delta"]
_DELTA, _PLACE, _SCORES = "losses-delta", "losses-place", "losses-scores"  # kept while another page is on show
_STYLE = Path(__file__).parent / "loss_curves" / "losses.css"


@once
def _style() -> str:
    return f"<style>{_STYLE.read_text(encoding='utf-8')}</style>"


def losses_page() -> None:
    """The page."""
    settle()
    st.html(page_style() + _style())
    st.html(f'<header class="rl-headline"><h1>{HEADLINE}</h1><p>{LINE}</p></header>')
    left, right = st.columns(2, gap="small")
    with left, st.container(key="losses-card-numbers", height="stretch"):
        _title("A number", NUMBERS)
        show_curves("regression", _delta())
        _delta_slider("losses-delta-of-curves")
    with right, st.container(key="losses-card-scores", height="stretch"):
        _title("One of two classes", SCORES)
        show_curves("binary", _delta())
        st.markdown(f":gray[{LABELS}]")
    with st.container(key="losses-card-outlier"):
        _title("What does one outlier do?", OUTLIER)
        _outlier()
        _delta_slider("losses-delta-of-lines", width=480)
    with st.container(key="losses-card-cat"):
        _title("A cat called a pizza", CATS)
        _cat()
    for heading, tasks in GROUPS.items():
        st.html(f'<h2 class="rl-section">{heading}</h2>')
        _cards([loss for loss in LOSSES.values() if loss.task in tasks])


def _title(title: str, line: str) -> None:
    st.html(f'<div class="rl-title"><h2>{title}</h2><p>{line}</p></div>')


def _delta() -> float:
    return float(st.session_state.get(_DELTA, _HUBER_DELTA.default))


def _delta_slider(key: str, width: int | Literal["stretch"] = "stretch") -> None:
    """One of the two sliders of Huber's delta, which always agree."""

    def take() -> None:
        st.session_state[_DELTA] = st.session_state[key]

    show(key, _delta())
    knob = _HUBER_DELTA
    st.select_slider(
        knob.label,
        slider_values(knob),
        key=key,
        help=knob.help,
        format_func=format_value,
        on_change=on_change(key, take),
        width=width,
    )


@fragment()
def _outlier() -> None:
    """Only this reruns while the point is dragged."""
    key = "outlier"

    def drag() -> None:
        asked = st.session_state[key].point
        with suppress(TypeError, KeyError, ValueError):  # what is no place leaves the point where it was
            st.session_state[_PLACE] = nearest_place(asked["x"], asked["y"])

    with st.container(key="losses-places", horizontal=True):
        for name, place in OUTLIER_PLACES.items():
            if st.button(name, key=f"losses-place-{name}"):
                st.session_state[_PLACE] = place
    show_outlier(st.session_state.get(_PLACE, OUTLIER_PLACES["An outlier"]), _delta(), drag, key)


@fragment()
def _cat() -> None:
    """Three scores, what softmax makes of them, and what that costs."""
    with st.container(key="losses-presets", horizontal=True):
        for name, chosen in ANSWERS.items():
            if st.button(name, key=f"losses-answer-{name}"):
                st.session_state[_SCORES] = chosen
    scores: Scores = st.session_state.get(_SCORES, ANSWERS["Called a pizza"])
    keys = [f"losses-score-{name}" for name in CLASSES]

    def take(index: int) -> None:
        st.session_state[_SCORES] = (*scores[:index], st.session_state[keys[index]], *scores[index + 1 :])

    judged = judge(scores)
    classes, table = st.columns([3, 2], gap="large", vertical_alignment="center")
    with classes:
        for index, (name, key) in enumerate(zip(CLASSES, keys, strict=True)):
            left, right = st.columns(2, gap="medium", vertical_alignment="center")
            show(key, scores[index])
            with left:
                label, stops = f"Score of {name.lower()}", _stops(scores[index])
                st.select_slider(
                    label, stops, key=key, format_func=_two, on_change=on_change(key, partial(take, index))
                )
            with right:
                st.html(bar(index, judged))
    with table:
        st.html(comparison(judged))
        st.markdown(f":gray[{SQUARED}]")


def _stops(present: float) -> tuple[float, ...]:
    """The scores that a slider stops at: every tenth, and the present one."""
    count = round(10 * HIGHEST_SCORE)
    return tuple(sorted({present, *(tenth / 10 for tenth in range(-count, count + 1))}))


def _two(score: float) -> str:
    return f"{score:.2f}"


def _cards(losses: list[Loss]) -> None:
    """A card for each loss: its formula, its slope, what it does and when to take it."""
    for column, loss in zip(st.columns(len(losses), gap="small"), losses, strict=True):
        with column, st.container(key=f"losses-card-of-{loss.slug}", height="stretch"):
            st.markdown(f"#### {loss.title}")
            st.latex(loss.formula)
            st.latex(loss.slope_formula)
            st.markdown(loss.about)
            st.markdown(f"**When:** {loss.use_when}")
            st.caption(loss.reference)
