"""Settings that several rules share, declared once each."""

from __future__ import annotations

from typing import Any

from knobs import knob, nonnegative, unit_interval


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
