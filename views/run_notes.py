"""What is on in a run, in few words and as a small plot of its rate: pure functions."""

from __future__ import annotations

import base64
from html import escape

import numpy as np
from numpy.typing import NDArray

from knobs import format_value, knobs_of
from optimizers import Phase
from optimizers.rule import in_words
from scenes import Run, Scene
from views.words import settings_summary

LINE_COLOUR = "#AD7D05"
"""The colour of the rate's line, which can be told from a card in both themes."""

_POINTS = 200
"""So many points of a rate are drawn at most."""


def card_summary(run: Run) -> str:
    """What stands on a run's closed card: the settings of a plain rule; of others the rates and all that is added.

    Wrappers and the rules of later phases are in the run's name.

    >>> from scenes import parse
    >>> link = "surface=booth&run=momentum:lr=0.001&run=adam:lr=0.02;cosine;sam;clip:norm=1;steps:count=9~adam:lr=0.001"
    >>> [card_summary(run) for run in parse(link)[0].runs]
    ['lr 0.001, rho 0.9', 'lr 0.02, cosine, clip 1, then lr 0.001']
    """
    if len(run.phases) == 1 and not run.phases[0].parts:
        return settings_summary(run.rule)
    return ", then ".join(map(_phase_summary, run.phases))


def _phase_summary(phase: Phase) -> str:
    rate = [f"lr {format_value(phase.rule.lr)}"] if "lr" in knobs_of(phase.rule) else []
    return ", ".join([*rate, *_changes_of_rate(phase), *clipping(phase)])


def _changes_of_rate(phase: Phase) -> list[str]:
    return [part.title.lower() for part in (phase.warmup, phase.schedule) if part]


def clipping(phase: Phase) -> list[str]:
    """What is said of a phase whose gradients are clipped."""
    return [f"clip {format_value(phase.clip.norm)}"] if phase.clip else []


def flags(run: Run, *, hidden: bool) -> list[str]:
    """What must be seen of a run whose card is closed, however long its line is."""
    return ["hidden"] * hidden + ["clipped"] * any(phase.clip for phase in run.phases)


def name_without_wrappers(run: Run, label: str) -> str:
    """A run's name without what is put around its rules.

    >>> from scenes import parse
    >>> scene, _ = parse("surface=booth&run=adam;sam;steps:count=9~momentum;lookahead")
    >>> scene.labels[0], name_without_wrappers(scene.runs[0], scene.labels[0])
    ('Adam with SAM, then Momentum with Lookahead', 'Adam, then Momentum')
    """
    for phase in run.phases:
        label = label.replace(phase.title, phase.rule.title)
    return label


def what_is_on(phase: Phase) -> str:
    """What is added to the rule of a phase, in one line; "" if nothing is that could be taken off again.

    >>> from scenes import parse
    >>> what_is_on(parse("surface=booth&run=adam;cosine:until=200;sam;warmup")[0].runs[0].phases[0])
    'On: warm-up, cosine, SAM'
    """
    on = [*_changes_of_rate(phase), *(wrapper.label for wrapper in phase.wrappers), *clipping(phase)]
    return f"On: {', '.join(on)}" if on else ""


def noise_note(scene: Scene) -> str:
    """What is said of a scene with gradient noise; "" if there is none.

    >>> from scenes import parse
    >>> noise_note(parse("surface=booth&run=adam&noise=0.5")[0])
    'gradient noise 0.5'
    """
    return f"gradient noise {format_value(scene.noise)}" if scene.noise else ""


def rate_plot(rates: NDArray[np.float64], steps: int) -> str:
    """A small plot of a run's learning rate over its steps, as HTML.

    ``rates`` are those of the steps taken, the first of which is step 0; a run that overflowed took fewer than
    ``steps``.

    >>> "0.5" in rate_plot(np.array([0.5, 0.25]), 2) and "step 1" in rate_plot(np.array([0.5, 0.25]), 2)
    True
    """
    rates = np.asarray(rates, dtype=float)
    highest = float(rates.max(initial=0.0)) or 1.0
    drawn = sorted({round(step) for step in np.linspace(0, len(rates) - 1, _POINTS)}) if len(rates) else []
    points = " ".join(f"{_share(step, steps):.4g},{100 - 100 * rates[step] / highest:.4g}" for step in drawn)
    ends = (
        f"from {in_words(rates[0])} to {in_words(rates[-1])}, at most {in_words(highest)}" if len(rates) else "unknown"
    )
    line = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="100" height="100" viewBox="0 0 100 100" '
        f'preserveAspectRatio="none"><polyline points="{points}" fill="none" stroke="{LINE_COLOUR}" stroke-width="2" '
        'stroke-linejoin="round" vector-effect="non-scaling-stroke"/></svg>'
    )
    picture = base64.b64encode(line.encode()).decode()
    return (
        f'<div class="ravine-rate"><span>{in_words(highest)}</span><span>0</span>'
        f'<img alt="{escape(f"Learning rate over {steps} steps: {ends}")}" src="data:image/svg+xml;base64,{picture}">'
        f"<span>step 0</span><span>step {steps - 1}</span></div>"
    )


def _share(step: int, steps: int) -> float:
    """Where on the way from the first step to the last a step is, from 0 to 100."""
    return 100 * step / max(1, steps - 1)
