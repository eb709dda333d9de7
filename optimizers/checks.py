"""What a walk is given, checked: each problem is told in a sentence that names it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from knobs import Interval, Knob, is_number, nonnegative

from .parts import Batch, Clip, Part
from .phases import Chain
from .rule import Array, Rule, Surface, Update

MAX_STEPS = 10_000
"""A run has at most this many steps."""

NOISE = Knob("noise", "", 0.0, "", nonnegative)
SEED = Knob("seed", "", 0, "", Interval(0))


def check_steps(steps: Any) -> None:
    """Raise ValueError with a sentence unless ``steps`` is a whole number from 1 to ``MAX_STEPS``."""
    whole = isinstance(steps, (int, np.integer)) and not isinstance(steps, (bool, np.bool_))
    if not (whole and 1 <= steps <= MAX_STEPS):
        raise ValueError(f"steps must be in [1, {MAX_STEPS}], got {steps}")


def check_surface(surface: Any) -> None:
    """Raise TypeError with a sentence unless something has what a surface must have."""
    if isinstance(surface, type) or not all(callable(getattr(surface, name, None)) for name in ("value", "gradient")):
        known = 'LANDSCAPES["booth"]'
        raise TypeError(f"surface must have the methods value and gradient, as {known} has, got {surface!r}")


def check_rule_class(rule_class: Any) -> None:
    """Raise TypeError with a sentence unless something is the class of an update rule."""
    if not (isinstance(rule_class, type) and issubclass(rule_class, Rule)):
        raise TypeError(f'rule_class must be the class of an update rule, as OPTIMIZERS["adam"], got {rule_class!r}')


def check_step(title: str, update: Update, x: Array) -> None:
    """Raise ValueError with a sentence if a rule's step does not fit the point: NumPy might stretch it in silence."""
    shape = np.shape(update.step)
    if shape != x.shape:
        raise ValueError(f"{title}: a step from points of shape {x.shape} must have that shape too, got {shape}")


def checked_start(surface: Surface, start: Any) -> Array:
    """The start as an array ``(2,)``; ValueError with a sentence if no run can begin there."""
    check_surface(surface)
    try:
        x = np.array(start, dtype=float) if is_number(start) else np.empty(0)
    except (TypeError, ValueError):
        x = np.empty(0)
    if x.shape != (2,) or not np.isfinite(x).all():
        raise ValueError(f"start must be two finite numbers, got {start}")
    with np.errstate(all="ignore"):
        value = np.asarray(surface.value(x[:, None]), dtype=float)
        gradient = np.asarray(surface.gradient(x[:, None]), dtype=float)
    if value.shape not in ((), (1,)):
        raise ValueError(f"the value of points of shape (2, 1) must have the shape (1,), got {value.shape}")
    if gradient.shape != (2, 1):
        raise ValueError(f"the gradient of points of shape (2, 1) must have that shape too, got {gradient.shape}")
    if not (np.isfinite(value).all() and np.isfinite(gradient).all()):
        x_text, y_text = x.tolist()
        raise ValueError(
            f"the loss and its slope at the start ({x_text:g}, {y_text:g}) must be finite, "
            f"got {value.item():g} and ({gradient[0, 0]:g}, {gradient[1, 0]:g})"
        )
    return x


def gradient_noise(noise: float, seed: int, steps: int) -> Array | None:
    """What is added to every gradient that each step asks for, ``(steps, 2)``; None for no noise.

    The noise of a step depends on the seed and the step alone: not on how many steps or runs there are.

    >>> gradient_noise(0.5, 7, 2).tolist() == gradient_noise(0.5, 7, 300)[:2].tolist()
    True
    """
    if not noise:
        return None
    with np.errstate(over="ignore"):  # noise that is too large is one more way to overflow
        return noise * np.random.default_rng(seed).standard_normal((steps, 2))


def count_samples(surface: Any) -> int | None:
    """How many samples the surface's data has; None if it is a formula."""
    samples = getattr(surface, "samples", None)
    return None if samples is None else len(samples)


def check_batches(surface: Any, chains: Sequence[Chain]) -> None:
    """Raise ValueError with a sentence if a run looks at batches of a surface that has no data."""
    if count_samples(surface) is not None:
        return
    for phase in (phase for chain in chains for phase in chain):
        if phase.batch:
            name = getattr(surface, "title", "this surface")
            raise ValueError(f"{phase.title}: {name} is a formula and has no samples to make batches of")


def as_schedule(schedule: Any) -> Part:
    """A schedule with its settings; TypeError with a sentence for anything else."""
    if not isinstance(schedule, Part) or schedule.kind != "schedule":
        raise TypeError(f'schedule must have its settings, such as PARTS["cosine"](until=300), got {schedule!r}')
    return schedule


def as_batch(batch: int | Batch) -> Batch:
    """A batch size as the part that it is."""
    return batch if isinstance(batch, Batch) else Batch(size=batch)


def as_clip(clip: float | Clip) -> Clip:
    """A longest gradient as the part that it is."""
    return clip if isinstance(clip, Clip) else Clip(norm=clip)
