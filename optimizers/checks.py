"""What a walk is given, checked: each problem is told in a sentence that names it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .parts import Batch, Clip
from .phases import Chain
from .rule import Array, Surface

MAX_STEPS = 10_000
"""A run has at most this many steps."""


def check_steps(steps: Any) -> None:
    """Raise ValueError with a sentence unless ``steps`` is a whole number from 1 to ``MAX_STEPS``."""
    whole = isinstance(steps, (int, np.integer)) and not isinstance(steps, (bool, np.bool_))
    if not (whole and 1 <= steps <= MAX_STEPS):
        raise ValueError(f"steps must be in [1, {MAX_STEPS}], got {steps}")


def checked_start(surface: Surface, start: Any) -> Array:
    """The start as an array ``(2,)``; ValueError with a sentence if no run can begin there."""
    try:
        x = np.array(start, dtype=float)
    except (TypeError, ValueError):
        x = np.empty(0)
    if x.shape != (2,) or not np.isfinite(x).all():
        raise ValueError(f"start must be two finite numbers, got {start}")
    with np.errstate(all="ignore"):
        value = np.asarray(surface.value(x[:, None]), dtype=float)
        gradient = np.asarray(surface.gradient(x[:, None]), dtype=float)
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
    if not (isinstance(noise, (int, float)) and 0 <= noise < np.inf):
        raise ValueError(f"noise must be in [0, inf), got {noise}")
    if not (isinstance(seed, (int, np.integer)) and seed >= 0):
        raise ValueError(f"seed must be a whole number from 0 on, got {seed}")
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


def as_batch(batch: int | Batch) -> Batch:
    """A batch size as the part that it is."""
    return batch if isinstance(batch, Batch) else Batch(size=batch)


def as_clip(clip: float | Clip) -> Clip:
    """A longest gradient as the part that it is."""
    return clip if isinstance(clip, Clip) else Clip(norm=clip)
