"""The right column of the image lab: the images, the model, the loss, the optimizer, and how long it trains."""

from __future__ import annotations

from functools import partial
from html import escape

import streamlit as st

from knobs import knobs_of
from lab.experiment import Experiment, lab_rate, trainable
from lab.images import Images
from lab.uploads import FEWEST_IMAGES, MOST_ZIP_BYTES, SIZES
from optimizers import PARTS
from optimizers.schedules import ReactiveSchedule
from views.controls import choice, exact_field, setting_control, switch_control
from views.lab.session import DIGITS, OWN, LabSession
from views.notices import problem
from views.run_notes import rate_plot, what_is_on

_SOURCES = {DIGITS: "Handwritten digits", OWN: "Your own images"}
_CONSTANT = "constant"
_ADDED = ("warm-up", "wrapper", "clip")
_MEGABYTES = MOST_ZIP_BYTES // 2**20
_ABOUT_COLOUR = "Off, an image has one number for each pixel instead of three."
HOW_TO_ZIP = (
    f"A zip of at most {_MEGABYTES} MB with a folder for each class (bees, wasps) and at least {FEWEST_IMAGES} images "
    "in each. From every image its middle square is taken."
)


def lab_controls(session: LabSession) -> None:
    """Everything that can be chosen about an experiment."""
    with st.container(key="lab-data"):
        _data(session)
    with st.container(key="lab-model"):
        for name in ("model", "width", "activation", "loss", "delta", "penalty"):
            _knob(session, name)
    with st.container(key="lab-optimizer"):
        _optimizer(session)
    with st.container(key="lab-length"):
        for name in ("batch", "epochs"):
            _knob(session, name)
        _seed(session)


def _knob(session: LabSession, name: str) -> None:
    """A setting of the experiment, while it means something."""
    declared = knobs_of(Experiment)[name]
    if declared.matters(vars(session.experiment)):
        value = getattr(session.experiment, name)
        setting_control(Experiment.title, declared, value, f"lab-{name}", partial(session.set, name), session.attempt)


def _seed(session: LabSession) -> None:
    declared = knobs_of(Experiment)["seed"]

    def read(text: str) -> None:
        session.set("seed", declared.parse(Experiment.title, text))

    with st.container(horizontal=True, key="seed-fields", vertical_alignment="bottom"):
        exact_field(declared.label, session.experiment.seed, "lab-seed", read, session.attempt, show_label=True)
        another = partial(session.attempt, lambda: session.set("seed", (session.experiment.seed + 1) % 2**31))
        st.button("Another seed", key="lab-another-seed", on_click=another, help=declared.help)


# Images


def _data(session: LabSession) -> None:
    def choose(source: str) -> None:
        session.source = source

    choice("Images", _SOURCES, session.source, "lab-source-choice", choose)
    if session.source == OWN:
        _upload(session)
    if session.images is not None:
        st.caption(told(session.images))
    if session.source == OWN and session.upload and session.upload.skipped:
        with st.expander(f"Left out: {len(session.upload.skipped)}", key="lab-skipped"):
            items = "".join(f"<li>{escape(sentence)}</li>" for sentence in session.upload.skipped)
            st.html(f'<ul class="rv-skipped">{items}</ul>')


def _upload(session: LabSession) -> None:
    def changed() -> None:
        if st.session_state["lab-zip"] is None:
            session.forget_upload()

    def set_size(text: str) -> None:
        session.size = int(text)

    def set_colour(on: bool) -> None:
        session.colour = on

    file = st.file_uploader("Zip of images", "zip", key="lab-zip", on_change=changed, max_upload_size=_MEGABYTES)
    if file is not None:
        sizes = {str(size): f"{size} x {size} pixels" for size in SIZES}
        choice("Size", sizes, str(session.size), "lab-size-choice", set_size)
        switch_control("Colour", _ABOUT_COLOUR, session.colour, "lab-colour", set_colour, session.attempt)
        with st.spinner("Reading the images"):
            session.read_upload(file.file_id, file.name, file.getvalue)
    elif session.upload is None:
        st.caption(HOW_TO_ZIP)
    if session.upload_problem:
        problem(session.upload_problem)


def told(images: Images) -> str:
    """How many images there are, of what kind, and how they are dealt out.

    >>> from views.lab.session import the_digits
    >>> told(the_digits())
    '1,797 images of 8 x 8 pixels in 10 classes: 1,079 to train, 359 to validate, 359 to test.'
    """
    height, width, channels = images.shape
    parts = f"{len(images.train):,} to train, {len(images.validation):,} to validate, {len(images.test):,} to test"
    colour = " in colour" if channels == 3 else ""
    return (
        f"{images.count():,} images of {width} x {height} pixels{colour} in {len(images.class_names)} classes: {parts}."
    )


# The optimizer


def _optimizer(session: LabSession) -> None:
    phase = session.experiment.phase
    titles = {slug: rule.title for slug, rule in trainable().items()}

    def choose(slug: str) -> None:
        session.attempt(lambda: session.set_rule(slug))

    choice("Optimizer", titles, phase.rule.slug, "lab-rule-choice", choose)
    _rule_settings(session, rare=False)
    on = what_is_on(phase)
    if on and not session.more:
        st.caption(on)

    def toggle() -> None:
        session.more = not session.more

    st.button(
        "Less" if session.more else "Schedule and more",
        key="lab-more",
        type="tertiary",
        on_click=lambda: session.attempt(toggle),
    )
    if session.more:
        _schedule(session)
        for slug, cls in PARTS.items():
            if cls.kind in _ADDED:
                _added(session, slug)
        _rule_settings(session, rare=True)


def _rule_settings(session: LabSession, *, rare: bool) -> None:
    rule = session.experiment.phase.rule
    for name, declared in knobs_of(rule).items():
        if declared.rare == rare and declared.matters(vars(rule)):
            apply = partial(session.set_rule_setting, name)
            usual = lab_rate(type(rule)) if name == "lr" else None
            key = f"lab-{rule.slug}-{name}"
            setting_control(rule.title, declared, getattr(rule, name), key, apply, session.attempt, "", usual)


def _schedule(session: LabSession) -> None:
    phase = session.experiment.phase
    current = phase.schedule.slug if phase.schedule else _CONSTANT
    titles = {slug: cls.title for slug, cls in PARTS.items() if cls.kind == "schedule"}

    def choose(slug: str) -> None:
        change = partial(session.remove_part, current) if slug == _CONSTANT else partial(session.add_part, slug)
        session.attempt(change)

    choice("Schedule of the rate", titles, current, "lab-schedule-choice", choose)
    if phase.schedule or phase.warmup:
        if session.steps and not isinstance(phase.schedule, ReactiveSchedule):
            st.html(rate_plot(phase.rule.lr * phase.factors(session.steps), session.steps))
        elif session.steps:
            st.caption(f"This training takes {session.steps:,} steps.")
    if phase.schedule:
        st.caption(phase.schedule.about)
        _part_settings(session, phase.schedule.slug)


def _added(session: LabSession, slug: str) -> None:
    cls, is_on = PARTS[slug], session.experiment.phase.part(slug) is not None

    def switch(on: bool) -> None:
        (session.add_part if on else session.remove_part)(slug)

    switch_control(cls.title, cls.about, is_on, f"lab-{slug}", switch, session.attempt)
    if is_on:
        _part_settings(session, slug)


def _part_settings(session: LabSession, slug: str) -> None:
    part = session.experiment.phase.part(slug)
    for name, declared in knobs_of(PARTS[slug]).items():
        apply = partial(session.set_part_setting, slug, name)
        key = f"lab-{slug}-{name}"
        setting_control(PARTS[slug].title, declared, getattr(part, name), key, apply, session.attempt)
