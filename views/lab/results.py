"""What came of the trainings: their curves, the log of trials, and what a trial gets wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from html import escape
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from knobs import Choice, format_value, knobs_of
from lab.experiment import Experiment
from lab.images import Images
from lab.trials import Progress, Trial, Trials, confusion, mistakes
from views.lab.charts import Curve, chart
from views.lab.landscape import landscape_section
from views.lab.pictures import Wrong, confusion_table, examples, gallery
from views.lab.session import LabSession
from views.theme import marks_of
from views.words import listed

MOST_COMPARED = 6
"""So many trials are drawn over each other at most: the first of those that are chosen."""
MOST_MISTAKES = 30
MOST_EXAMPLES = 20

_TABLE_COLUMNS = (
    "trial",
    "settings",
    "model",
    "validation accuracy",
    "test accuracy",
    "seconds",
    "outcome",
)
"""The columns that come first; the others follow."""
_SOMETIMES = ("width", "delta")
"""Numbers that not every trial has: as text, since a column is of one kind."""
_SHARES = ("training accuracy", "validation accuracy", "test accuracy")
_LOSSES = ("training loss", "validation loss", "test loss")
_NOT_A_SETTING = {"trial", "outcome", "epochs done", "seconds", "samples", *_SHARES, *_LOSSES}
_IN_SETTINGS = {"optimizer", "learning rate"}
"""What the column "settings" tells too."""

_CALLED = {"settings": "optimizer"}
"""Columns by the names that they have where trials are side by side."""
_TITLES = {
    name: declared.valid.titles for name, declared in knobs_of(Experiment).items() if isinstance(declared.valid, Choice)
}


# Curves


@dataclass(frozen=True)
class Drawn:
    """A training as its curves show it: what stands at their ends, its rule, and its measurements."""

    label: str
    rule: Any
    curve: Sequence[Progress]
    epochs: int


def drawn_trials(trials: Sequence[tuple[int, Trial]]) -> list[Drawn]:
    """The trials whose curves lie over each other."""
    return [
        Drawn(f"trial {number}", trial.experiment.phase.rule, trial.curve, trial.last.epoch)
        for number, trial in trials[:MOST_COMPARED]
    ]


def draw_curves(places: Sequence[DeltaGenerator], drawn: Sequence[Drawn], epochs: int) -> None:
    """Loss and accuracy side by side, in two places that were made for them; empty over so many epochs at first."""
    for place, name, percent in zip(places, ("loss", "accuracy"), (False, True), strict=True):
        # Markdown, since st.html takes SVG out. Only what is new in the picture is changed, so nothing flickers.
        place.markdown(curves_of(drawn, name, epochs, percent=percent), unsafe_allow_html=True)


def curves_of(drawn: Sequence[Drawn], name: str, epochs: int, *, percent: bool) -> str:
    """The chart of a loss or an accuracy: of one training both of its curves, of several how they end in validation."""
    epochs = max((each.epochs for each in drawn), default=epochs)
    curves = []
    for each, mark in zip(drawn, marks_of(each.rule for each in drawn), strict=True):
        values = {part: [getattr(at, f"{part}_{name}") for at in each.curve] for part in ("train", "validation")}
        alone = len(drawn) == 1
        if alone:
            curves.append(Curve("training", values["train"], strong=False))
        curves.append(
            Curve("validation" if alone else each.label, values["validation"], mark.colour, repeat=mark.repeat)
        )
    title = name.capitalize() if len(drawn) <= 1 else f"{name.capitalize()} in validation"
    return chart(title, curves, epochs, percent=percent, close_up=len(drawn) > 1)


# The log


def log(session: LabSession) -> None:
    """The table of all trials, the best first, and what can be done with it."""
    if not len(session.trials):
        st.markdown(":gray[Every training is kept here, with its settings and what came of it.]")
        return
    rows = sorted(map(in_titles, session.trials.as_rows()), key=lambda row: -float(row["validation accuracy"]))
    order = dict.fromkeys((*_TABLE_COLUMNS, *rows[0]))
    table = [{name: str(row[name]) if name in _SOMETIMES else row[name] for name in order} for row in rows]
    key = f"lab-trials-{session.trials.first + len(session.trials)}"  # other rows: nothing of them is chosen yet

    def choose() -> None:
        chosen = st.session_state[key].selection.rows
        session.chosen = tuple(int(rows[index]["trial"]) for index in chosen if index < len(rows))

    percents = {name: st.column_config.NumberColumn(format="percent") for name in _SHARES}
    numbers = {name: st.column_config.NumberColumn(format="%.4g") for name in _LOSSES}
    seconds = {"seconds": st.column_config.NumberColumn(format="%.1f")}
    st.dataframe(
        table,
        key=key,
        hide_index=True,
        on_select=choose,
        selection_mode="multi-row",
        column_config={
            "trial": st.column_config.NumberColumn(width="small"),
            "settings": "optimizer and its settings",
            **percents,
            **numbers,
            **seconds,
        },
        alt="All trials with their settings and results, the best in validation first",
    )
    with st.container(horizontal=True, vertical_alignment="center", key="lab-log-actions"):
        st.download_button(
            "Download the log as CSV",
            partial(Trials.as_csv, session.trials),
            "trials.csv",
            "text/csv",
            key="lab-csv",
            on_click="ignore",
            icon=":material/download:",
        )
        st.caption("Choose rows to compare trials. The uppermost of them is told of below.")


def in_titles(row: dict[str, Any]) -> dict[str, Any]:
    """A row of the log with choices as people read them.

    >>> in_titles({"model": "one-layer", "width": 64, "activation": ""})
    {'model': 'One hidden layer', 'width': 64, 'activation': ''}
    """
    return {name: _TITLES.get(name, {}).get(value, value) for name, value in row.items()}


def comparison(trials: Sequence[tuple[int, Trial]]) -> str:
    """Trials side by side, as HTML: in which settings they differ, and what came of each; "" for fewer than two."""
    if len(trials) < 2:
        return ""
    rows = {number: in_titles(trial.row()) for number, trial in trials[:MOST_COMPARED]}
    names = list(next(iter(rows.values())))
    told = _NOT_A_SETTING | _IN_SETTINGS
    differing = [name for name in names if name not in told and len({row[name] for row in rows.values()}) > 1]
    results = ("outcome", "validation accuracy", "test accuracy", "seconds")
    head = "".join(f'<th scope="col">Trial {number}</th>' for number in rows)
    body = "".join(
        f'<tr><th scope="row">{_CALLED.get(name, name)}</th>'
        f"{''.join(f'<td>{_cell(name, row[name])}</td>' for row in rows.values())}</tr>"
        for name in (*differing, *results)
    )
    words = listed([_CALLED.get(name, name) for name in differing])
    caption = f"They differ in {words}." if differing else "Their settings are the same."
    return (
        f'<div class="rv-comparison" tabindex="0" role="region" aria-label="Trials side by side"><table>'
        f"<caption>{caption}</caption><thead><tr><td></td>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _cell(name: str, value: str | int | float) -> str:
    if name in _SHARES:
        return f"{100 * float(value):.1f} %"
    if isinstance(value, float):
        return f"{value:.1f}" if name == "seconds" else format_value(value)
    return escape(str(value)) or "–"


# What a trial gets wrong


def details(session: LabSession) -> None:
    """What the uppermost trial that is chosen, or else the newest, gets wrong; its landscape; and its images."""
    shown = session.shown()
    if not shown:
        _examples(session)
        return
    number, trial = shown[0]
    names = ["Mistakes", "Confusion matrix", "The landscape around the solution", "Images"]
    wrong, matrix, landscape, all_images = st.tabs(names, key="lab-tabs", on_change="rerun")
    images = session.images_of(number)
    for tab, show in ((wrong, _mistakes), (matrix, _confusion)):
        if tab.open:
            with tab:
                if images is None or trial.weights is None:
                    st.markdown(f":gray[The weights and images of trial {number} are no longer kept.]")
                else:
                    show(number, trial, images)
    if landscape.open:
        with landscape:
            landscape_section(session)
    if all_images.open:
        with all_images:
            _examples(session)


def _examples(session: LabSession) -> None:
    """Some of the images to learn from, class by class."""
    images = session.images
    if images is None:
        return
    each = max(1, MOST_EXAMPLES // len(images.class_names))
    rows = [
        row for label in range(len(images.class_names)) for row in (images.train.labels == label).nonzero()[0][:each]
    ]
    st.markdown(f"{len(rows)} of the {len(images.train):,} images to learn from:")
    names = [images.class_names[images.train.labels[row]] for row in rows]
    st.html(examples(images.pixels(images.train.inputs_of(rows)), names))


def _mistakes(number: int, trial: Trial, images: Images) -> None:
    found = mistakes(trial, images)
    shown = found.indices[:MOST_MISTAKES]
    st.markdown(mistakes_in_words(number, len(found), len(images.test), len(shown)))
    pixels = images.pixels(images.test.inputs_of(shown))
    names = images.class_names
    st.html(
        gallery(
            [
                Wrong(
                    pixels[at],
                    names[found.true[at]],
                    names[found.predicted[at]],
                    float(found.confidence[at]) if found.is_probability else None,
                )
                for at in range(len(shown))
            ]
        )
    )


def mistakes_in_words(number: int, count: int, of: int, shown: int) -> str:
    """How many test images a trial takes for others.

    >>> mistakes_in_words(3, 12, 359, 12)
    'Trial 3 takes 12 of 359 test images for another class.'
    >>> mistakes_in_words(3, 40, 359, 30)
    'Trial 3 takes 40 of 359 test images for another class; these are the 30 of which it is most sure.'
    """
    most = f"; these are the {shown} of which it is most sure" if shown < count else ""
    return f"Trial {number} takes {count} of {of} test images for another class{most}."


def _confusion(number: int, trial: Trial, images: Images) -> None:
    counts = confusion(trial, images)
    st.markdown(
        f"The {len(images.test)} test images, as trial {number} sees them. "
        "The more frequent a mistake, the stronger its colour."
    )
    st.html(confusion_table(counts, images.class_names))
