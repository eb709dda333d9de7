"""Rprop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import numpy as np

from knobs import Interval, knob, positive

from .rule import Array, At, Rule, Update
from .terms import Term
from .torch_text import torch_constructor


class RpropState(NamedTuple):
    """The length of the last step in each coordinate, and the gradient that it remembers (0 after a turn)."""

    size: Array
    kept: Array


@dataclass(frozen=True, kw_only=True)
class Rprop(Rule):
    r"""Rprop: each coordinate has its own step length, which grows while the slope keeps its sign.

    .. math::
        f &= \eta^+ \text{ if } g k > 0, \quad \eta^- \text{ if } g k < 0, \quad 1 \text{ otherwise} \\
        s &\leftarrow \min(\max(f s, s_{\min}), s_{\max}) \\
        k &\leftarrow 0 \text{ if } g k < 0, \quad g \text{ otherwise} \\
        x &\leftarrow x - s\, \mathrm{sign}(k)

    k is the gradient one step earlier; s begins at :math:`\eta`.

    Settings
    --------
    lr : float in (0, inf)
        The learning rate :math:`\eta`: the length of the first step in each coordinate. A schedule scales all steps.
    eta_minus : float in (0, 1)
        What a length is multiplied by after a change of sign.
    eta_plus : float in (1, inf)
        What a length is multiplied by while the sign stays.
    step_min : float in (0, inf)
        The shortest length.
    step_max : float in (0, inf)
        The longest length.

    Example
    -------
    The sign stays and the step grows; it changes, and the step is left out while its length is halved:

    >>> rule = Rprop(lr=1.0)
    >>> state = rule.init(np.zeros(1))
    >>> for slope in (5.0, 0.1, -3.0, -3.0):
    ...     step, state, terms = rule.update(At(np.zeros(1), np.array([slope])), state, rule.lr)
    ...     print(step.round(12) + 0.0)
    [-1.]
    [-1.2]
    [0.]
    [0.6]

    Reference
    ---------
    Riedmiller and Braun, "A direct adaptive method for faster backpropagation learning: the RPROP algorithm", 1993.

    Differences
    -----------
    As ``torch.optim.Rprop(lr, etas, step_sizes)``: after a change of sign no step is taken in that coordinate, and the
    next gradient counts as the first. The paper's first form goes back by the last step instead. PyTorch looks at the
    rate once, at the first step; here the steps follow a schedule.
    """

    slug: ClassVar[str] = "rprop"
    title: ClassVar[str] = "Rprop"
    formula: ClassVar[str] = (
        r"f = \begin{cases} \eta^+ & g k > 0 \\ \eta^- & g k < 0 \\ 1 & \text{otherwise} \end{cases} \\ "
        r"s \leftarrow \min(\max(f s, s_{\min}), s_{\max}) \quad s = \eta \text{ at first} \\ "
        r"k \leftarrow \begin{cases} 0 & g k < 0 \\ g & \text{otherwise} \end{cases} \\ "
        r"x \leftarrow x - s\, \mathrm{sign}(k)"
    )
    about: ClassVar[str] = "Looks only at signs: longer steps while the slope keeps its sign, shorter after a turn."
    look_for: ClassVar[str] = (
        "How steep it is makes no difference to it. On a long slope its steps grow until it overshoots; then one "
        "coordinate stands still for a step while the other goes on, so its path has corners."
    )
    elsewhere: ClassVar[str] = (
        "Some notes print a step back after a change of sign; that is the first form of the paper, and here the "
        "coordinate waits for one step instead, as in PyTorch."
    )
    reference: ClassVar[str] = "Riedmiller and Braun (1993)"
    rank: ClassVar[int] = 22
    family: ClassVar[str] = "sign"
    scales_with_gradient: ClassVar[bool | None] = False
    torch_reads_rate_once: ClassVar[bool] = True
    natural_rate: ClassVar[float] = 0.002

    eta_minus: float = knob(
        0.5,
        r"\eta^-",
        "What a step's length is multiplied by after the slope has changed its sign.",
        valid=Interval(0, 1, low_open=True, high_open=True),
        offer=(0.1, 0.9),
        label="Shorter by",
    )
    eta_plus: float = knob(
        1.2,
        r"\eta^+",
        "What a step's length is multiplied by while the slope keeps its sign.",
        valid=Interval(1, low_open=True),
        offer=(1.01, 2),
        label="Longer by",
    )
    step_min: float = knob(
        1e-6,
        r"s_{\min}",
        "The shortest that a step can become.",
        valid=positive,
        offer=(1e-9, 1e-2),
        scale="log",
        label="Shortest step",
        rare=True,
    )
    step_max: float = knob(
        50.0,
        r"s_{\max}",
        "The longest that a step can become.",
        valid=positive,
        offer=(1e-2, 1e3),
        scale="log",
        label="Longest step",
        rare=True,
    )

    def init(self, x: Array) -> RpropState:
        return RpropState(size=self.lr * np.ones_like(x), kept=np.zeros_like(x))

    def update(self, at: At, state: RpropState, lr: Any) -> Update:
        g = at.gradient
        turn = g * state.kept
        factor = np.where(turn > 0, self.eta_plus, np.where(turn < 0, self.eta_minus, 1.0))
        size = np.minimum(np.maximum(state.size * factor, self.step_min), self.step_max)
        kept = np.where(turn < 0, 0.0, g)
        scheduled = lr / self.lr  # exactly 1 at a constant rate
        step = -np.sign(kept) * size * scheduled
        return Update(step, RpropState(size, kept), {"g": g, "factor": factor, "size": size, "kept": kept})

    def equations(self) -> tuple[Term, ...]:
        turn = "g * kept_before"
        return (
            Term("g", "g", "The slope here; only its sign counts.", role="gradient"),
            Term(
                "factor",
                f"where({turn} > 0, eta_plus, where({turn} < 0, eta_minus, 1))",
                "Makes the step longer while the slope keeps its sign, and shorter after a turn.",
                symbol="f",
            ),
            Term(
                "size",
                "min(max(size_before * factor, step_min), step_max)",
                "The length of the step in each coordinate.",
                role="rate",
                symbol="s",
                before=repr(self.lr),
            ),
            Term(
                "kept",
                f"where({turn} < 0, 0, g)",
                "After a turn the coordinate waits for one step.",
                symbol="k",
            ),
            Term("step", f"-sign(kept) * size * (lr / {self.lr!r})", "Goes that far downhill.", role="step"),
        )

    def in_torch(self) -> str:
        etas, sizes = (self.eta_minus, self.eta_plus), (self.step_min, self.step_max)
        return torch_constructor("Rprop", lr=self.lr, etas=etas, step_sizes=sizes)
