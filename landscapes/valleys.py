"""Valleys: walls so steep and a floor so flat that no one rate suits both."""

import autograd.numpy as np

from landscapes.surface import landscape


@landscape(
    "rosenbrock",
    title="Rosenbrock",
    formula=r"(1 - x)^2 + 100\,(y - x^2)^2",
    x_range=(-2, 2),
    y_range=(-1, 3),
    start=(-1.5, 2),
    minima=((1, 1),),
    logarithmic=True,
    about="A curved valley that is easy to find and slow to follow: at the minimum it is about 2500 times as steep "
    "across as along.",
)
def rosenbrock(x, y):
    """Rosenbrock, An automatic method for finding the greatest or least value of a function, Computer J. 3 (1960)."""
    return (1 - x) ** 2 + 100 * (y - x**2) ** 2


@landscape(
    "beale",
    title="Beale",
    formula=r"(1.5 - x + xy)^2 + (2.25 - x + xy^2)^2 + (2.625 - x + xy^3)^2",
    x_range=(-4.5, 4.5),
    y_range=(-4.5, 4.5),
    start=(-1, -1),
    minima=((3, 0.5),),
    saddles=((0, 1), (0.10053793732415836, -2.644513585023125)),
    logarithmic=True,
    about="Nearly flat in the middle and extremely steep in the corners: a rate that is safe in a corner hardly moves "
    "in the middle.",
)
def beale(x, y):
    """Beale, On an iterative method for finding a local minimum of a function of more than one variable (1958)."""
    return (1.5 - x + x * y) ** 2 + (2.25 - x + x * y**2) ** 2 + (2.625 - x + x * y**3) ** 2


@landscape(
    "goldstein-price",
    title="Goldstein-Price",
    formula=r"\begin{aligned}&\left[1 + (x+y+1)^2\,(19 - 14x + 3x^2 - 14y + 6xy + 3y^2)\right]\\"
    r"\times&\left[30 + (2x-3y)^2\,(18 - 32x + 12x^2 + 48y - 36xy + 27y^2)\right]\end{aligned}",
    x_range=(-2, 2),
    y_range=(-2, 2),
    start=(-1, 0),
    minima=((0, -1),),
    local_minima=((-0.6, -0.4), (1.2, 0.8), (1.8, 0.2)),
    saddles=((-0.4, -0.6), (1.2, -0.2), (1.4, 0.6), (0.6, 0.4)),
    logarithmic=True,
    about="Values from 3 to a million in one window. Only a logarithmic colour scale shows its four minima.",
)
def goldstein_price(x, y):
    """Goldstein and Price, On descent from local minima, Mathematics of Computation 25 (1971)."""
    first = 1 + (x + y + 1) ** 2 * (19 - 14 * x + 3 * x**2 - 14 * y + 6 * x * y + 3 * y**2)
    second = 30 + (2 * x - 3 * y) ** 2 * (18 - 32 * x + 12 * x**2 + 48 * y - 36 * x * y + 27 * y**2)
    return first * second


@landscape(
    "long-valley",
    title="Long valley",
    formula=r"2\,(y - \sin x)^2 + 0.01\,(x - 2)^2",
    x_range=(-3, 3),
    y_range=(-3, 3),
    start=(-2.6, -2.4),
    minima=((2, float(np.sin(2))),),
    logarithmic=True,
    about="A winding valley with hardly any fall. The drop to its floor is quick; what tells the rules apart is the "
    "long walk that follows.",
)
def long_valley(x, y):
    """Made for Ravine. Its floor is y = sin(x), and its only resting place is at x = 2."""
    return 2 * (y - np.sin(x)) ** 2 + 0.01 * (x - 2) ** 2
