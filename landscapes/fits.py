"""Where the loss of a model over data is lowest: found once for each setting, to the last digits.

There is one way for each kind of loss. Where it has second derivatives: Newton's method with the exact Hessian. The
mean absolute error: a linear programme, whose solution is a vertex. The hinge: its corners are rounded off, and made
sharper until it is clear which samples lie on them; the minimum is then the solution of a linear system.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from landscapes.data_landscape import DataLandscape
from landscapes.surface import Facts
from memory import heavy_import

_STEPS = 200
_SHARPEST = 45
"""How often a corner may be made twice as sharp."""


def smooth_minimum(surface: DataLandscape) -> Facts:
    """The minimum of a convex loss that has second derivatives almost everywhere, by damped Newton steps.

    >>> from landscapes import LANDSCAPES
    >>> fit = LANDSCAPES["diabetes-line"]
    >>> [round(weight, 3) for weight in smooth_minimum(fit)[0]]
    [0.586, -0.0]
    """
    return (_as_pair(_descend(surface.value_and_gradient, surface.hessian, np.zeros(2))),)


def least_absolute_line(surface: DataLandscape) -> Facts:
    """The line w1 x + w2 with the least mean absolute error, a vertex of a linear programme.

    Koenker and Bassett, Regression quantiles, Econometrica 46 (1978).
    """
    with heavy_import():
        from scipy.optimize import linprog

    (x,), y = surface.samples.inputs, surface.samples.targets
    ones, both = np.ones_like(x), np.eye(len(x))
    # w1 x + w2 + above - below = y, and the sum of what is above and below is to be least.
    result = linprog(
        np.concatenate([[0, 0], ones, ones]),
        A_eq=np.column_stack([x, ones, both, -both]),
        b_eq=y,
        bounds=[(None, None)] * 2 + [(0, None)] * (2 * len(x)),
        method="highs",
    )
    return (_as_pair(result.x[:2]),)


def hinge_minimum(surface: DataLandscape) -> Facts:
    """The minimum of mean(max(0, 1 - y s)) + penalty / 2 |w|^2 with the score s = w1 x1 + w2 x2."""
    samples, penalty = surface.samples, surface.settings["penalty"]
    rows = samples.inputs * samples.targets  # weights @ rows are the margins y s; a corner is where one is 1
    weights = np.zeros(2)
    for halving in range(_SHARPEST):
        width = 0.5**halving
        value_and_gradient, hessian = _rounded_hinge(rows, penalty, width)
        weights = _descend(value_and_gradient, hessian, weights)
        sharp = _on_corners(rows, penalty, weights, width)
        if sharp is not None:
            return (_as_pair(sharp),)
    return (_as_pair(weights),)


def _rounded_hinge(
    rows: np.ndarray, penalty: float, width: float
) -> tuple[Callable[[np.ndarray], tuple[float, np.ndarray]], Callable[[np.ndarray], np.ndarray]]:
    """The mean hinge with a parabola for its corner, so far to each side; value and gradient, and Hessian."""
    count = rows.shape[1]

    def value_and_gradient(weights: np.ndarray) -> tuple[float, np.ndarray]:
        short = 1 - weights @ rows
        slope = np.clip((short + width) / (2 * width), 0, 1)
        loss = np.where(short > width, short, width * slope**2)
        return loss.mean() + penalty / 2 * weights @ weights, penalty * weights - rows @ slope / count

    def hessian(weights: np.ndarray) -> np.ndarray:
        near = rows[:, np.abs(1 - weights @ rows) <= width]
        return near @ near.T / (2 * width * count) + penalty * np.eye(2)

    return value_and_gradient, hessian


def _on_corners(rows: np.ndarray, penalty: float, weights: np.ndarray, width: float) -> np.ndarray | None:
    """The minimum of the sharp hinge, if the samples this near to the corner are those that lie on it; else None.

    There penalty * w is the mean of the rows that fall short, where each row on the corner counts by a share of 0 to 1.
    """
    count, short = rows.shape[1], 1 - weights @ rows
    on, below = np.abs(short) <= width, short > width
    corners, total = rows[:, on], rows[:, below].sum(axis=1) / count
    k = corners.shape[1]
    if k > 2:
        return None
    system = np.block([[penalty * np.eye(2), -corners / count], [corners.T, np.zeros((k, k))]])
    try:
        solution = np.linalg.solve(system, np.concatenate([total, np.ones(k)]))
    except np.linalg.LinAlgError:
        return None
    found, shares = solution[:2], solution[2:]
    margins = found @ rows
    holds = np.all((shares >= 0) & (shares <= 1)) and np.all((margins < 1)[~on] == below[~on])
    return found if holds else None


def _descend(
    value_and_gradient: Callable[[np.ndarray], tuple[float, np.ndarray]],
    hessian: Callable[[np.ndarray], np.ndarray],
    weights: np.ndarray,
) -> np.ndarray:
    """Newton's method for a convex function: damped while the value falls, then as far as the gradient shrinks."""
    value, gradient = value_and_gradient(weights)
    damping = 1e-3
    for _ in range(_STEPS):
        step = -np.linalg.solve(hessian(weights) + damping * np.eye(2), gradient)
        new_value, new_gradient = value_and_gradient(weights + step)
        is_better = new_value < value
        if is_better:
            weights, value, gradient = weights + step, new_value, new_gradient
        damping = max(damping * (0.1 if is_better else 10), 1e-14)
        if np.abs(step).max() <= 1e-9 * (1 + np.abs(weights).max()):
            break
    for _ in range(5):
        try:
            step = -np.linalg.solve(hessian(weights), gradient)
        except np.linalg.LinAlgError:
            break
        new_gradient = value_and_gradient(weights + step)[1]
        if not np.abs(new_gradient).max() < np.abs(gradient).max():
            break
        weights, gradient = weights + step, new_gradient
    return weights


def _as_pair(weights: np.ndarray) -> tuple[float, float]:
    return float(weights[0]), float(weights[1])
