"""SciPy's classical methods, with the settings of theirs that teach something.

>>> [cls.title for cls in CLASSICAL.values()]
['Nelder-Mead', 'Powell', 'Conjugate gradients', 'BFGS', 'L-BFGS-B', 'Trust region']
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar, Literal

import numpy as np

from knobs import Interval, knob, positive

from .classical_method import ClassicalMethod
from .rule import Array

__all__ = ["CLASSICAL", "ClassicalMethod"]


def _flatness_setting(default: float) -> Any:
    """Wolfe's second constant, of the searches along a line."""
    return knob(
        default,
        "c_2",
        "How much of the slope along a line may be left where the search along it ends: less is a longer search.",
        valid=Interval(1e-4, 1, low_open=True, high_open=True),
        offer=(0.01, 0.99),
        label="Slope left by a search",
        rare=True,
    )


@dataclass(frozen=True, kw_only=True)
class NelderMead(ClassicalMethod):
    """Nelder and Mead's downhill simplex; the path is that of its lowest corner."""

    slug: ClassVar[str] = "nelder-mead"
    title: ClassVar[str] = "Nelder-Mead"
    formula: ClassVar[str] = r"x_{\text{high}} \leftarrow \bar{x} + (\bar{x} - x_{\text{high}})"
    about: ClassVar[str] = (
        "A triangle walks downhill: its highest corner is flipped over the other two, without slopes."
    )
    look_for: ClassVar[str] = (
        "The path is that of the triangle's lowest corner: it stands still in steps that move only the other two."
    )
    reference: ClassVar[str] = "Nelder and Mead (1965)"
    rank: ClassVar[int] = 200
    asks_for: ClassVar[Literal["values"]] = "values"

    size: float = knob(
        0.05,
        "s",
        "How far the first triangle reaches, as a share of the start's coordinates.",
        valid=positive,
        offer=(0.01, 2),
        scale="log",
        label="Size of the first triangle",
    )

    def options(self, start: Array, steps: int) -> dict[str, Any]:
        # SciPy's own triangle at the default size. It counts its first triangle as a step.
        grown = np.where(start == 0, self.size / 200, (1 + self.size) * start)
        corners = np.where(np.eye(3, 2, k=-1, dtype=bool), grown, start)
        return {"maxiter": steps + 1, "initial_simplex": corners}


@dataclass(frozen=True, kw_only=True)
class Powell(ClassicalMethod):
    """Powell's searches along directions, of which the most successful is replaced after each round."""

    slug: ClassVar[str] = "powell"
    title: ClassVar[str] = "Powell"
    formula: ClassVar[str] = r"x \leftarrow x + \alpha\, d, \quad \alpha = \arg\min_\alpha f(x + \alpha\, d)"
    about: ClassVar[str] = "Looks for the lowest place along one direction after the other, without slopes."
    look_for: ClassVar[str] = "One step of the path is a whole round of searches along lines, of many values each."
    reference: ClassVar[str] = "Powell (1964)"
    rank: ClassVar[int] = 201
    asks_for: ClassVar[Literal["values"]] = "values"

    def options(self, start: Array, steps: int) -> dict[str, Any]:
        return {"maxiter": steps}


@dataclass(frozen=True, kw_only=True)
class ConjugateGradients(ClassicalMethod):
    """Nonlinear conjugate gradients of Polak and Ribiere."""

    slug: ClassVar[str] = "cg"
    title: ClassVar[str] = "Conjugate gradients"
    formula: ClassVar[str] = (
        r"\beta = \max\left(0, \frac{g^\top (g - g_{\text{old}})}{g_{\text{old}}^\top g_{\text{old}}}\right) \\ "
        r"p \leftarrow -g + \beta\, p \\ x \leftarrow x + \alpha\, p"
    )
    about: ClassVar[str] = (
        "Searches along the slope, bent by the last direction so that it does not undo what that won."
    )
    look_for: ClassVar[str] = (
        "In a long narrow bowl it does not zigzag: its second or third search runs along the floor."
    )
    reference: ClassVar[str] = "Hestenes and Stiefel (1952), Polak and Ribiere (1969)"
    rank: ClassVar[int] = 202

    c2: float = _flatness_setting(0.4)

    def options(self, start: Array, steps: int) -> dict[str, Any]:
        return {"maxiter": steps, "c2": self.c2}


@dataclass(frozen=True, kw_only=True)
class BFGS(ClassicalMethod):
    """The quasi-Newton method of Broyden, Fletcher, Goldfarb and Shanno."""

    slug: ClassVar[str] = "bfgs"
    title: ClassVar[str] = "BFGS"
    formula: ClassVar[str] = (
        r"x \leftarrow x - \alpha\, B\, g \\ B \leftarrow \text{the nearest with } B\, (g - g_{\text{old}}) = "
        r"x - x_{\text{old}}"
    )
    about: ClassVar[str] = "Learns the curvature from how the slope changes, and steps as Newton's method would."
    look_for: ClassVar[str] = "It never asks for the curvature, and yet its last steps jump straight to the minimum."
    reference: ClassVar[str] = "Broyden, Fletcher, Goldfarb, Shanno (1970)"
    rank: ClassVar[int] = 203

    c2: float = _flatness_setting(0.9)

    def options(self, start: Array, steps: int) -> dict[str, Any]:
        return {"maxiter": steps, "c2": self.c2}


@dataclass(frozen=True, kw_only=True)
class LBFGSB(ClassicalMethod):
    """BFGS with a limited memory, here without its bounds."""

    slug: ClassVar[str] = "l-bfgs-b"
    title: ClassVar[str] = "L-BFGS-B"
    formula: ClassVar[str] = r"x \leftarrow x - \alpha\, B_m\, g"
    about: ClassVar[str] = "BFGS that remembers the last few changes of the slope and no matrix: made for many weights."
    look_for: ClassVar[str] = "Most of its steps ask for a single slope: the first length that it tries is good enough."
    reference: ClassVar[str] = "Byrd, Lu, Nocedal and Zhu (1995)"
    rank: ClassVar[int] = 204

    maxcor: int = knob(
        10,
        "m",
        "How many changes of the slope are remembered.",
        valid=Interval(1, 1000),
        offer=(1, 20),
        label="Changes remembered",
    )

    def options(self, start: Array, steps: int) -> dict[str, Any]:
        return {"maxiter": steps, "maxcor": int(self.maxcor)}


@dataclass(frozen=True, kw_only=True)
class TrustRegion(ClassicalMethod):
    """Newton's method within a circle of trust, each step found by conjugate gradients (Steihaug)."""

    slug: ClassVar[str] = "trust-ncg"
    title: ClassVar[str] = "Trust region"
    formula: ClassVar[str] = (
        r"x \leftarrow x + p, \quad p = \arg\min_{\lVert p \rVert \le \Delta} g^\top p + \tfrac{1}{2}\, p^\top H\, p"
    )
    about: ClassVar[str] = (
        "Newton's step, but never out of a circle that grows while its picture of the ground is right."
    )
    look_for: ClassVar[str] = "Where the ground curves downwards it goes down and not, as Newton's method does, up."
    reference: ClassVar[str] = "Steihaug (1983)"
    rank: ClassVar[int] = 205
    asks_for: ClassVar[Literal["Hessians"]] = "Hessians"

    initial_trust_radius: float = knob(
        1.0,
        r"\Delta",
        "How long the first step may be; later ones too, until the picture has proved right.",
        valid=Interval(0, 1000, low_open=True, high_open=True),
        offer=(1e-2, 10),
        scale="log",
        label="First trust radius",
    )

    def options(self, start: Array, steps: int) -> dict[str, Any]:
        return {"maxiter": steps, "initial_trust_radius": self.initial_trust_radius}


CLASSICAL: Mapping[str, type[ClassicalMethod]] = MappingProxyType(
    {cls.slug: cls for cls in (NelderMead, Powell, ConjugateGradients, BFGS, LBFGSB, TrustRegion)}
)
"""The classical methods by slug."""
