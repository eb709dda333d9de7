"""Terms that the equations of several rules share, declared once each."""

from __future__ import annotations

from .terms import Term

GRADIENT = Term("g", "g", "The slope under the point; it shows the steepest way up.", role="gradient")

M = Term(
    "m",
    "beta1 * m_before + (1 - beta1) * g",
    "Keeps {beta1:%} of the old direction; the rest comes from the new slope.",
    role="momentum",
)
M_HAT = Term("m_hat", "m / (1 - beta1**t)", "Makes up for the start at 0: at first m is too small.", symbol="m̂")
M_AS_IT_IS = Term("m_hat", "m", "Correction is off: m stays as it is.", symbol="m̂")

V = Term(
    "v",
    "beta2 * v_before + (1 - beta2) * g**2",
    "Keeps {beta2:%} of the old square; the rest comes from the new slope's square.",
    role="squares",
)
V_HAT = Term("v_hat", "v / (1 - beta2**t)", "Makes up for the start at 0: at first v is too small.", symbol="v̂")
V_AS_IT_IS = Term("v_hat", "v", "Correction is off: v stays as it is.", symbol="v̂")


def rate_under(squares: str, *, eps_in_sqrt: bool = False) -> Term:
    """The rate of each coordinate under the root of a term.

    >>> rate_under("v_hat").expression, rate_under("G", eps_in_sqrt=True).expression
    ('lr / (sqrt(v_hat) + eps)', 'lr / sqrt(G + eps)')
    """
    root = f"sqrt({squares} + eps)" if eps_in_sqrt else f"(sqrt({squares}) + eps)"
    return Term("rate", f"lr / {root}", "Each coordinate has its own rate: small where slopes were steep.", role="rate")


def step_along(direction: str) -> Term:
    """A step against a term, each coordinate at its own rate.

    >>> step_along("m_hat").expression
    '-rate * m_hat'
    """
    # A mean of slopes may point uphill by now: that is how a run overshoots.
    way = "Goes downhill" if direction == "g" else "Goes against the recent slopes"
    return Term("step", f"-rate * {direction}", f"{way}, each coordinate at its own rate.", role="step")
