"""Functions whose derivatives autograd cannot give, gives as nan where a square root is 0, or gives in many steps."""

from __future__ import annotations

from typing import Any

import autograd.numpy as anp
import numpy as np
from autograd.extend import defvjp, primitive


@primitive
def sqrt(s: Any) -> Any:
    """The square root, with the derivative at 0 taken to be 0, as a subgradient of sqrt(x^2 + y^2) or sqrt(|x|).

    (A plain square root would give 0 * inf = nan.) The second derivative at 0 is nan: there is none.
    """
    return np.sqrt(s)


@primitive
def _reciprocal(r: Any) -> Any:
    """1 / r, and 0 at 0."""
    r = np.asarray(r, dtype=float)
    return np.divide(1, r, out=np.zeros_like(r), where=r != 0)


@primitive
def cos_of_root(s: Any) -> Any:
    """cos(sqrt(s)): smooth also at s = 0, where plain autograd gives nan."""
    return np.cos(np.sqrt(s))


@primitive
def _sinc_of_root(s: Any) -> Any:
    """sin(sqrt(s)) / sqrt(s), and 1 at 0."""
    return np.sinc(np.sqrt(s) / np.pi)


@primitive
def _slope_of_sinc_of_root(s: Any) -> Any:
    """The derivative of sin(sqrt(s)) / sqrt(s): (cos(sqrt(s)) - sin(sqrt(s)) / sqrt(s)) / (2 s), -1/6 at 0."""
    s = np.asarray(s, dtype=float)
    small = s < 0.01  # there the difference above cancels; its series is exact to the last digit
    series = -1 / 6 + s / 60 - s**2 / 1680 + s**3 / 90720
    root = np.sqrt(np.where(small, 1, s))
    return np.where(small, series, (np.cos(root) - np.sin(root) / root) / (2 * root**2))


defvjp(sqrt, lambda root, s: lambda g: g * 0.5 * _reciprocal(root))
defvjp(_reciprocal, lambda reciprocal, r: lambda g: -g / r**2)
defvjp(cos_of_root, lambda cos, s: lambda g: g * -0.5 * _sinc_of_root(s))
defvjp(_sinc_of_root, lambda sinc, s: lambda g: g * _slope_of_sinc_of_root(s))


@primitive
def log_one_plus_exp(s: Any) -> Any:
    """log(1 + exp(s)), which never overflows; several times as fast as ``logaddexp``."""
    return np.maximum(s, 0) + np.log1p(np.exp(-np.abs(s)))


@primitive
def sigmoid(s: Any) -> Any:
    """1 / (1 + exp(-s)), the slope of ``log_one_plus_exp``.

    >>> sigmoid(np.array([-1e6, 0.0, 1e6])).round(12).tolist()
    [0.0, 0.5, 1.0]
    """
    return 1 / (1 + np.exp(np.minimum(-s, 709)))  # exp(710) would overflow


defvjp(log_one_plus_exp, lambda _, s: lambda g: g * sigmoid(s))
defvjp(sigmoid, lambda share, s: lambda g: g * share * sigmoid(-s))


@primitive
def log_sum_exp(scores: Any) -> Any:
    """log(sum(exp(scores))) over the last axis, which never overflows."""
    highest = np.max(scores, axis=-1, keepdims=True)
    return np.squeeze(highest, axis=-1) + np.log(np.sum(np.exp(scores - highest), axis=-1))


@primitive
def softmax(scores: Any) -> Any:
    """exp(scores) as shares of their sum over the last axis: the slope of ``log_sum_exp``.

    >>> softmax([0.0, 0.0, -1e6]).tolist()
    [0.5, 0.5, 0.0]
    """
    powers = np.exp(scores - np.max(scores, axis=-1, keepdims=True))
    return powers / np.sum(powers, axis=-1, keepdims=True)


def _against_softmax(shares: Any, scores: Any) -> Any:
    return lambda g: shares * (g - anp.sum(g * shares, axis=-1, keepdims=True))


defvjp(log_sum_exp, lambda _, scores: lambda g: anp.expand_dims(g, -1) * softmax(scores))
defvjp(softmax, _against_softmax)
