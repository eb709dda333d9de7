"""Settings that several rules share, declared once each."""

from __future__ import annotations

from typing import Any

from knobs import knob, nonnegative, positive, switch, unit_interval


def rate_setting(default: float) -> Any:
    """The learning rate."""
    return knob(
        default,
        r"\eta",
        "How long the steps are.",
        valid=positive,
        offer=(1e-4, 1),
        scale="log",
        label="Learning rate",
    )


def rho_setting() -> Any:
    """The momentum rho: how much of the velocity is kept from step to step."""
    return knob(
        0.9,
        r"\rho",
        "How much of the speed is kept from step to step.",
        valid=unit_interval,
        offer=(0, 0.999),
        scale="memory",
        label="Momentum rho",
        meaning="keeps {percent} %",
    )


def eps_setting(default: float) -> Any:
    """The small number under a fraction line; every rule has its own usual value."""
    return knob(
        default,
        r"\varepsilon",
        "Keeps the division from 0/0.",
        valid=nonnegative,
        offer=(1e-12, 1),
        scale="log",
        rare=True,
    )


def beta1_setting(default: float = 0.9) -> Any:
    """How slowly directions are forgotten, in Adam's family."""
    return knob(
        default,
        r"\beta_1",
        "How much of the last direction is kept.",
        valid=unit_interval,
        offer=(0, 0.999),
        scale="memory",
        label="beta1 direction",
        meaning="about {memory}",
    )


def beta2_setting(default: float = 0.999) -> Any:
    """How slowly sizes are forgotten, in Adam's family."""
    return knob(
        default,
        r"\beta_2",
        "How much of the last size is kept.",
        valid=unit_interval,
        offer=(0, 0.9999),
        scale="memory",
        label="beta2 size",
        meaning="about {memory}",
    )


def decay_rate_setting(default: float) -> Any:
    """How slowly a running mean of squares forgets."""
    return knob(
        default,
        "d",
        "How much of the past sizes is kept.",
        valid=unit_interval,
        offer=(0, 0.9999),
        scale="memory",
        label="Decay rate",
        meaning="remembers about {memory}",
    )


def weight_decay_setting(default: float) -> Any:
    """How strongly every step also pulls towards 0."""
    return knob(
        default,
        r"\lambda",
        "How strongly each step also pulls towards 0, whatever the slope.",
        valid=nonnegative,
        offer=(0, 1),
        label="Weight decay",
    )


def eps_in_sqrt_setting() -> Any:
    """Where eps stands: beside the root, as in PyTorch, or inside it, as in some papers and libraries."""
    return knob(
        False,
        r"\sqrt{\varepsilon}",
        "Whether eps is added inside the root instead of after it.",
        valid=switch,
        label="eps inside the root",
        rare=True,
    )
