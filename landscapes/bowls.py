"""Bowls: one minimum, no other place to rest."""

import autograd.numpy as np

from knobs import Interval, knob
from landscapes.surface import landscape

KAPPA = knob(
    10.0,
    r"\kappa",
    "How many times more curved the bowl is across than along.",
    valid=Interval(1),
    offer=(1, 1000),
    scale="log",
    label="Condition number",
)
ANGLE = knob(
    0.0,
    r"\alpha",
    "By how many degrees the bowl's long axis is turned, anticlockwise.",
    valid=Interval(),
    offer=(-90, 90),
    label="Angle",
    meaning="{value} degrees",
)


@landscape(
    "quadratic",
    title="Quadratic bowl",
    formula=r"\tfrac12\left(u^2 + \kappa\,v^2\right),\quad u = x\cos\alpha + y\sin\alpha,"
    r"\quad v = -x\sin\alpha + y\cos\alpha",
    x_range=(-2, 2),
    y_range=(-2, 2),
    start=(-1.5, 1),
    minima=((0, 0),),
    about="Nearly every smooth minimum looks like this from close by. The condition number kappa says how many times "
    "more curved the bowl is across than along; gradient descent converges only for rates below 2 / kappa.",
)
def quadratic(x, y, kappa=KAPPA, angle=ANGLE):
    """Half of a quadratic form with the eigenvalues 1 and kappa, turned by an angle in degrees."""
    cos, sin = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    u = x * cos + y * sin
    v = -x * sin + y * cos
    return 0.5 * (u**2 + kappa * v**2)


@landscape(
    "booth",
    title="Booth",
    formula=r"(x + 2y - 7)^2 + (2x + y - 5)^2",
    x_range=(-10, 10),
    y_range=(-10, 10),
    start=(-8, 5),
    minima=((1, 3),),
    about="A bowl with its minimum off the centre and its long axis on a diagonal: it is 9 times as curved along one "
    "diagonal as along the other.",
)
def booth(x, y):
    """Two linear equations solved by least squares: x + 2y = 7 and 2x + y = 5.

    Jamil and Yang, A literature survey of benchmark functions for global optimisation problems (2013).
    """
    return (x + 2 * y - 7) ** 2 + (2 * x + y - 5) ** 2


@landscape(
    "matyas",
    title="Matyas",
    formula=r"0.26\,(x^2 + y^2) - 0.48\,xy",
    x_range=(-10, 10),
    y_range=(-10, 10),
    start=(-9, -3),
    minima=((0, 0),),
    about="A long bowl on the diagonal, 25 times as curved across as along: gradient descent is soon on the "
    "diagonal and then crawls along it.",
)
def matyas(x, y):
    """A quadratic form with the eigenvalues 0.04 and 1.

    Named after Matyas, Random optimization, Automation and Remote Control 26 (1965).
    """
    return 0.26 * (x**2 + y**2) - 0.48 * x * y
