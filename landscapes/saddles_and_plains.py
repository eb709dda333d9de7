"""Saddles and plains: places where the slope is small and yet nothing is reached."""

import autograd.numpy as np

from landscapes.surface import landscape


@landscape(
    "saddle",
    title="Saddle",
    formula=r"x^2 - y^2",
    x_range=(-2, 2),
    y_range=(-2, 2),
    start=(1, 0.0001),
    saddles=((0, 0),),
    about="Down along x, up to the ridge, and away along y. Close to the ridge the slope sideways is tiny, and the "
    "rules differ most in how long they stay. There is no minimum.",
)
def saddle(x, y):
    """The simplest saddle, a hyperbolic paraboloid: its Hessian has the eigenvalues 2 and -2 everywhere."""
    return x**2 - y**2


@landscape(
    "monkey-saddle",
    title="Monkey saddle",
    formula=r"x^3 - 3xy^2",
    x_range=(-2, 2),
    y_range=(-2, 2),
    start=(1, 0.01),
    saddles=((0, 0),),
    about="Three ways down and three ridges, with room for a monkey's tail. At the centre both the slope and the "
    "curvature are 0, so not even the Hessian shows the way. There is no minimum.",
)
def monkey_saddle(x, y):
    """Hilbert and Cohn-Vossen, Geometry and the Imagination (1932): the real part of (x + iy)^3."""
    return x**3 - 3 * x * y**2


@landscape(
    "plateau",
    title="Plateau",
    formula=r"1 - \left(1 + (x - 2)^2 + (y - 1)^2\right)^{-3}",
    x_range=(-4, 4),
    y_range=(-4, 4),
    start=(-2.5, -1.5),
    minima=((2, 1),),
    about="A wide plateau round one well. The slope on it points the right way but is tiny: steps in proportion to it "
    "hardly move, while rules that divide by its size walk on.",
)
def plateau(x, y):
    """Made for Ravine: a well whose walls flatten out like distance to the power -7, without ever being level."""
    return 1 - 1 / (1 + (x - 2) ** 2 + (y - 1) ** 2) ** 3


@landscape(
    "easom",
    title="Easom",
    formula=r"-\cos x\,\cos y\;e^{-(x - \pi)^2 - (y - \pi)^2}",
    x_range=(-2, 8),
    y_range=(-2, 8),
    start=(4.4, 2.1),
    minima=((np.pi, np.pi),),
    about="A hole in a plain. Outside it the slope is almost 0 and points nowhere useful: without a start near the "
    "hole no rule that follows the slope finds it.",
)
def easom(x, y):
    """Easom, A survey of global optimization techniques, University of Louisville (1990).

    The plain has faint ripples (the deepest is 8e-5 deep) with minima of their own, which are not listed.
    """
    return -np.cos(x) * np.cos(y) * np.exp(-((x - np.pi) ** 2) - (y - np.pi) ** 2)
