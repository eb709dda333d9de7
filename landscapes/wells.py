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
    logarithmic=True,
    minima=(
        (3, 2),
        (-2.805118086952745, 3.131312518250573),
        (-3.779310253377747, -3.28318599128617),
        (3.5844283403304917, -1.8481265269644036),
    ),
    saddles=(
        (3.385154183607021, 0.07385187983774928),
        (0.08667750455539634, 2.884254701174776),
        (-3.0730257507643897, -0.08135304428796751),
        (-0.12796134673068005, -1.9537149802445766),
    ),
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
    minima=((-0.9363006340109187, 0),),
    local_minima=((0.905317899160115, 0),),
    saddles=((0.06860243670809635, 0),),
    about="A bowl with two wells, the left one deeper. From a start on the right small steps end in the nearer well; "
    "enough momentum rolls through it and reaches the deeper one.",
)
def two_wells(x, y):
    """Made for Ravine: a round bowl minus two Gaussians."""
    right = np.exp(-((x - 1) ** 2 + y**2) / 0.2)
    left = np.exp(-((x + 1) ** 2 + y**2) / 0.2)
    return x**2 + y**2 - 2 * right - 3 * left


# Along y = -x / 2 the slope is 0 where x = 0 or x^4 - 4.2 x^2 + 3.5 = 0.
_CAMEL_MINIMUM, _CAMEL_SADDLE = np.sqrt(2.1 + np.sqrt(0.91)), np.sqrt(2.1 - np.sqrt(0.91))


@landscape(
    "three-hump-camel",
    title="Three-hump camel",
    formula=r"2x^2 - 1.05x^4 + \tfrac{x^6}{6} + xy + y^2",
    x_range=(-2, 2),
    y_range=(-2, 2),
    start=(-1.5, -1.5),
    minima=((0, 0),),
    local_minima=((_CAMEL_MINIMUM, -_CAMEL_MINIMUM / 2), (-_CAMEL_MINIMUM, _CAMEL_MINIMUM / 2)),
    saddles=((_CAMEL_SADDLE, -_CAMEL_SADDLE / 2), (-_CAMEL_SADDLE, _CAMEL_SADDLE / 2)),
    about="One lowest valley between two side valleys. Small steps from the right or left end in a side valley; larger "
    "ones can jump out of it.",
)
def three_hump_camel(x, y):
    """Branin, Widely convergent method for finding multiple solutions of simultaneous nonlinear equations (1972)."""
    return 2 * x**2 - 1.05 * x**4 + x**6 / 6 + x * y + y**2


@landscape(
    "six-hump-camel",
    title="Six-hump camel",
    formula=r"\left(4 - 2.1x^2 + \tfrac{x^4}{3}\right)x^2 + xy + (4y^2 - 4)\,y^2",
    x_range=(-3, 3),
    y_range=(-2, 2),
    start=(-2, -1),
    minima=((0.08984201310031806, -0.7126564030207396), (-0.08984201310031806, 0.7126564030207396)),
    local_minima=(
        (1.703606714969981, -0.7960835686726251),
        (-1.703606714969981, 0.7960835686726251),
        (1.607104752920197, 0.5686514548841314),
        (-1.607104752920197, -0.5686514548841314),
    ),
    saddles=(
        (0, 0),
        (1.1092053368047863, -0.7682680925095399),
        (-1.1092053368047863, 0.7682680925095399),
        (1.6380679841897785, 0.22867406904439402),
        (-1.6380679841897785, -0.22867406904439402),
        (1.2960702671671092, 0.6050843880386585),
        (-1.2960702671671092, -0.6050843880386585),
    ),
    logarithmic=True,
    about="Six minima in three pairs, mirrored through the centre; only the middle pair is lowest.",
)
def six_hump_camel(x, y):
    """Dixon and Szego, Towards Global Optimisation 2 (1978)."""
    return (4 - 2.1 * x**2 + x**4 / 3) * x**2 + x * y + (4 * y**2 - 4) * y**2


# The slope of one weight, 2 a^3 - 16 a + 2.5, is 0 at these three values of it.
_LOW, _TOP, _HIGH = -2.903534027771177, 0.1567312567803401, 2.746802770990837


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
    minima=((1 / 2 - np.pi / 3, -1 / 2 - np.pi / 3),),
    local_minima=((1 / 2 + 2 * np.pi / 3, -1 / 2 + 2 * np.pi / 3),),
    saddles=((1 / 2 + np.pi / 3, -1 / 2 + np.pi / 3),),
    about="A sloping trough with a wave along it: above the lowest valley of the window there is a second, higher one.",
)
def mccormick(x, y):
    """McCormick, Computability of global solutions to factorable nonconvex programs, Math. Programming 10 (1976).

    The minimum is the lowest of this window; outside it the trough goes on falling, wave by wave.
    """
    return np.sin(x + y) + (x - y) ** 2 - 1.5 * x + 2.5 * y + 1


@landscape(
    "branin",
    title="Branin",
    formula=r"\left(y - \tfrac{5.1}{4\pi^2}x^2 + \tfrac{5}{\pi}x - 6\right)^2"
    r" + 10\left(1 - \tfrac{1}{8\pi}\right)\cos x + 10",
    x_range=(-5, 10),
    y_range=(0, 15),
    start=(5.5, 13),
    minima=((-np.pi, 12.275), (np.pi, 2.275), (3 * np.pi, 2.475)),
    saddles=((0, 6), (2 * np.pi, 1.1)),
    about="Three minima of the same depth along one curved valley.",
)
def branin(x, y):
    """Branin, Widely convergent method for finding multiple solutions of simultaneous nonlinear equations (1972)."""
    curved = y - 5.1 / (4 * np.pi**2) * x**2 + 5 / np.pi * x - 6
    return curved**2 + 10 * (1 - 1 / (8 * np.pi)) * np.cos(x) + 10
