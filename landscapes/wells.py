"""Wells: a few minima side by side, and the start decides which is found."""

import autograd.numpy as np

from landscapes.surface import landscape


@landscape(
    "himmelblau",
    title="Himmelblau",
    formula=r"(x^2 + y - 11)^2 + (x + y^2 - 7)^2",
    x_range=(-5, 5),
    y_range=(-5, 5),
    start=(-4.8, 0.4),
    minima=((3, 2), (-2.805118, 3.131312), (-3.779310, -3.283186), (3.584428, -1.848126)),
    about="Four minima, all exactly as low. Which one is found depends on the start, the rate and the rule.",
)
def himmelblau(x, y):
    """Himmelblau, Applied Nonlinear Programming (1972)."""
    return (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2


@landscape(
    "two-wells",
    title="Two wells",
    formula=r"x^2 + y^2 - 2\,e^{-((x-1)^2 + y^2)/0.2} - 3\,e^{-((x+1)^2 + y^2)/0.2}",
    x_range=(-2, 2),
    y_range=(-2, 2),
    start=(1.4, -1.4),
    minima=((-0.936301, 0),),
    local_minima=((0.905318, 0),),
    about="A bowl with two wells, the left one deeper. From the right, a rule needs enough momentum to roll through "
    "the first well and reach the second.",
)
def two_wells(x, y):
    """Made for Ravine: a round bowl minus two Gaussians."""
    right = np.exp(-((x - 1) ** 2 + y**2) / 0.2)
    left = np.exp(-((x + 1) ** 2 + y**2) / 0.2)
    return x**2 + y**2 - 2 * right - 3 * left


@landscape(
    "three-hump-camel",
    title="Three-hump camel",
    formula=r"2x^2 - 1.05x^4 + \tfrac{x^6}{6} + xy + y^2",
    x_range=(-2, 2),
    y_range=(-2, 2),
    start=(1.7, -1),
    minima=((0, 0),),
    local_minima=((1.747552, -0.873776), (-1.747552, 0.873776)),
    saddles=((1.070542, -0.535271), (-1.070542, 0.535271)),
    about="One lowest valley between two side valleys. Small steps from the right or left end in a side valley; larger "
    "ones can jump out of it.",
)
def three_hump_camel(x, y):
    """Jamil and Yang (2013), no. 29; Branin, 1972."""
    return 2 * x**2 - 1.05 * x**4 + x**6 / 6 + x * y + y**2


@landscape(
    "six-hump-camel",
    title="Six-hump camel",
    formula=r"\left(4 - 2.1x^2 + \tfrac{x^4}{3}\right)x^2 + xy + (4y^2 - 4)\,y^2",
    x_range=(-3, 3),
    y_range=(-2, 2),
    start=(-2, 1.2),
    minima=((0.0898, -0.7126), (-0.0898, 0.7126)),
    local_minima=((1.7036, -0.7961), (-1.7036, 0.7961), (1.6071, 0.5687), (-1.6071, -0.5687)),
    logarithmic=True,
    about="Six minima in three pairs, mirrored through the centre; only the middle pair is lowest.",
)
def six_hump_camel(x, y):
    """Dixon and Szego, Towards Global Optimisation 2 (1978)."""
    return (4 - 2.1 * x**2 + x**4 / 3) * x**2 + x * y + (4 * y**2 - 4) * y**2


_LOW, _TOP, _HIGH = -2.903534027771177, 0.156731256780, 2.746802770990


@landscape(
    "styblinski-tang",
    title="Styblinski-Tang",
    formula=r"\tfrac12\left(x^4 - 16x^2 + 5x + y^4 - 16y^2 + 5y\right)",
    x_range=(-5, 5),
    y_range=(-5, 5),
    start=(4, -0.5),
    minima=((_LOW, _LOW),),
    local_minima=((_LOW, _HIGH), (_HIGH, _LOW), (_HIGH, _HIGH)),
    saddles=((_LOW, _TOP), (_TOP, _LOW), (_HIGH, _TOP), (_TOP, _HIGH)),
    about="Four wells, one in each quadrant. The two weights do not influence each other, so each finds its own side.",
)
def styblinski_tang(x, y):
    """Styblinski and Tang, Experiments in nonconvex optimization, Neural Networks 3 (1990)."""
    return 0.5 * (x**4 - 16 * x**2 + 5 * x + y**4 - 16 * y**2 + 5 * y)


@landscape(
    "mccormick",
    title="McCormick",
    formula=r"\sin(x + y) + (x - y)^2 - 1.5x + 2.5y + 1",
    x_range=(-1.5, 4),
    y_range=(-3, 4),
    start=(3, -2),
    minima=((-0.54719, -1.54719),),
    local_minima=((2.59440, 1.59440),),
    about="A sloping trough with a wave along it: a second valley waits half-way up.",
)
def mccormick(x, y):
    """McCormick, Computability of global solutions to factorable nonconvex programs, Mathematical Programming 10 (1976).

    The minimum is the lowest of this window; outside it the trough goes on falling, wave by wave.
    """
    return np.sin(x + y) + (x - y) ** 2 - 1.5 * x + 2.5 * y + 1


@landscape(
    "branin",
    title="Branin",
    formula=r"\left(y - \tfrac{5.1}{4\pi^2}x^2 + \tfrac{5}{\pi}x - 6\right)^2 + 10\left(1 - \tfrac{1}{8\pi}\right)\cos x + 10",
    x_range=(-5, 10),
    y_range=(0, 15),
    start=(5.5, 13),
    minima=((-np.pi, 12.275), (np.pi, 2.275), (3 * np.pi, 2.475)),
    about="Three minima of the same depth along one curved valley.",
)
def branin(x, y):
    """Branin, Widely convergent method for finding multiple solutions of simultaneous nonlinear equations (1972)."""
    curved = y - 5.1 / (4 * np.pi**2) * x**2 + 5 / np.pi * x - 6
    return curved**2 + 10 * (1 - 1 / (8 * np.pi)) * np.cos(x) + 10
