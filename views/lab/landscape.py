"""The landscape around the solution: trials of the image lab on one plane, drawn by the stage."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import streamlit as st

from caches import once
from lab.planes import GRID_SIZE
from lab.shadows import MOST_TRIALS, Cut, Shadows, cast_shadows, name_of, why_apart
from lab.trials import Trial
from views import notices
from views.changes import fragment
from views.lab.session import LabSession
from views.lab.show import percent, plane_in_words, reading_in_words, shadows_table, show_of_shadows
from views.player import record_stage

_KEPT = "lab-landscapes"
_MOST_KEPT = 6
_FIRST_CHOICE = 4
"""So many of the newest trials that have a landscape in common are chosen at first."""

_PRINCIPAL, _RANDOM = "Principal components", "Random directions"
NONE_YET = "Train something, and the ground around what it has learned is drawn here."


@once
def _style() -> str:
    return f"<style>{Path(__file__).with_suffix('.css').read_text(encoding='utf-8')}</style>"


def landscape_section(session: LabSession) -> None:
    """What to choose, the stage, and under it what is seen and what is lost."""
    if session.running:  # whose script is busy: a fragment would wait until it ends, and a page does not
        with st.container():
            _section(session)
    else:
        _fragment(session)


def _section(session: LabSession) -> None:
    offered = {
        number: trial
        for number, trial in session.trials.numbered()
        if trial.snapshots is not None and session.images_of(number) is not None
    }
    if not offered:
        st.markdown(f":gray[{NONE_YET}]")
        return
    st.html(_style())
    with st.container(key="lab-landscape"):
        with st.container(horizontal=True, key="lab-landscape-choice", vertical_alignment="bottom"):
            chosen = _choose_trials(offered, session)
            cut = _choose_cut(chosen)
        if not chosen:
            st.markdown(":gray[Choose at least one trial.]")
            return
        why = why_apart(chosen) or _other_images(chosen, session)
        if why:
            notices.problem(why)
            return
        drawn = _drawn(chosen, session, cut)
        if drawn:
            record_stage(show_of_shadows(drawn), key="lab-stage")
            st.markdown(f"**This plane holds {percent(drawn.share)} of the paths' variance.** {plane_in_words(drawn)}")
            st.markdown("  \n".join(f":gray[{sentence}]" for sentence in reading_in_words(drawn)))
            st.markdown(shadows_table(drawn))


_fragment = fragment()(_section)


def _choose_trials(offered: Mapping[int, Trial], session: LabSession) -> dict[int, Trial]:
    """The trials whose paths are drawn. After another training, or another choice in the log, it begins anew."""
    first = [number for number in session.chosen if number in offered] or _alike(offered, session)
    numbers = st.multiselect(
        "Trials",
        list(offered),
        default=first[-MOST_TRIALS:],
        format_func=lambda number: f"{number}: {offered[number].experiment.label}",
        max_selections=MOST_TRIALS,
        key=f"lab-landscape-trials-{max(offered)}-{session.chosen}",
    )
    return {number: offered[number] for number in sorted(numbers)}


def _alike(offered: Mapping[int, Trial], session: LabSession) -> list[int]:
    """The newest trials that have a landscape in common with the newest of all."""
    newest = max(offered)
    return [
        number
        for number, trial in offered.items()
        if trial.network == offered[newest].network and session.images_of(number) is session.images_of(newest)
    ][-_FIRST_CHOICE:]


def _choose_cut(chosen: Mapping[int, Trial]) -> Cut:
    kind = st.segmented_control(
        "Plane", [_PRINCIPAL, _RANDOM], default=_PRINCIPAL, required=True, key="lab-landscape-kind"
    )
    if kind != _RANDOM or not chosen:
        return Cut("principal")
    numbers = list(chosen)
    around = numbers[0]
    if len(numbers) > 1:
        last, key = len(numbers) - 1, f"lab-landscape-around-{numbers}"
        around = st.selectbox("Around trial", numbers, index=last, width=110, key=key)
    seed = st.number_input("Seed", 0, 2**31 - 1, 0, width=130, key="lab-landscape-seed")
    return Cut("random", int(seed), around)


def _other_images(chosen: Mapping[int, Trial], session: LabSession) -> str:
    """Why trials of different images have no landscape in common, or ""."""
    (first, *others) = chosen
    for number in others:
        if session.images_of(number) is not session.images_of(first):
            return f"Trials {first} and {number} have no landscape in common: they have learned from different images."
    return ""


def _drawn(chosen: Mapping[int, Trial], session: LabSession, cut: Cut) -> Shadows | None:
    """The landscape if it is there already; else a button that works it out."""
    kept: dict[str, Shadows] = st.session_state.setdefault(_KEPT, {})
    name = name_of(chosen, cut)
    if name not in kept:
        images = session.images_of(next(iter(chosen)))
        assert images is not None
        place = st.empty()
        with place.container():
            wanted = st.button("Draw the landscape", type="primary", key="lab-landscape-draw")
            snapshots = sum(len(trial.snapshots) for trial in chosen.values() if trial.snapshots is not None)
            cost = f"{GRID_SIZE**2 + snapshots:,} losses of {len(images.train):,} images each"
            st.caption(f"It takes some seconds: {cost}.")
        if not wanted:
            return None
        try:
            kept[name] = cast_shadows(chosen, images, cut, on_progress=_bar(place.progress(0.0, text=cost), cost))
        except ValueError as refusal:
            notices.problem(f"{refusal}.", place=place)
            return None
        place.empty()
        while len(kept) > _MOST_KEPT:
            del kept[next(iter(kept))]
    return kept[name]


def _bar(bar: st.delta_generator.DeltaGenerator, text: str) -> Callable[[float], None]:
    def show(share: float) -> None:
        bar.progress(share, text=text)

    return show
