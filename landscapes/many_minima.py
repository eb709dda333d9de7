"""Many minima: waves over a bowl or a plain, so that nearly every walk ends in a side valley.

Only the lowest are listed as facts; the others are too many to mark.
"""

import autograd.numpy as np

from landscapes.smooth import cos_of_root, sqrt
from landscapes.surface import landscape


@landscape(
    "rastrigin",
    title="Rastrigin",
    formula=r"20 + x^2 + y^2 - 10\cos(2\pi x) - 10\cos(2\pi y)",
    x_range=(-5.12, 5.12),
    y_range=(-5.12, 5.12),
    start=(-3.6, 2.7),
    minima=((0, 0),),
    about="A bowl covered by an egg box: a minimum near every pair of whole numbers. A walk in small steps "
    "ends in the first one it meets.",
)
def rastrigin(x, y):
    """Rastrigin, Systems of Extremal Control (1974)."""
    return 20 + x**2 + y**2 - 10 * np.cos(2 * np.pi * x) - 10 * np.cos(2 * np.pi * y)


@landscape(
    "ackley",
    title="Ackley",
    formula=r"-20\,e^{-0.2\sqrt{(x^2 + y^2)/2}} - e^{(\cos 2\pi x + \cos 2\pi y)/2} + e + 20",
    x_range=(-5, 5),
    y_range=(-5, 5),
    start=(-3.4, 2.6),
    minima=((0, 0),),
    about="A rippled funnel with a sharp tip. The slope does not fade towards the tip, so at a constant rate a walk "
    "keeps jumping about it.",
)
def ackley(x, y):
    """Ackley, A Connectionist Machine for Genetic Hillclimbing (1987).

    At (0, 0) the surface has a cusp. Its gradient there is taken to be 0, a subgradient; it has no Hessian there (nan).
    """
    distance = sqrt(0.5 * (x**2 + y**2))
    waves = 0.5 * (np.cos(2 * np.pi * x) + np.cos(2 * np.pi * y))
    return 20 - 20 * np.exp(-0.2 * distance) + (np.e - np.exp(waves))


@landscape(
    "griewank",
    title="Griewank",
    formula=r"1 + \tfrac{x^2 + y^2}{4000} - \cos x\,\cos\tfrac{y}{\sqrt2}",
    x_range=(-10, 10),
    y_range=(-10, 10),
    start=(-7, 5),
    minima=((0, 0),),
    about="Waves on a bowl so shallow that the window hardly shows it: all valleys look alike, and only one is lowest.",
)
def griewank(x, y):
    """Griewank, Generalized descent for global optimization, J. of Optimization Theory and Applications 34 (1981)."""
    return 1 + (x**2 + y**2) / 4000 - np.cos(x) * np.cos(y / np.sqrt(2))


@landscape(
    "levy-13",
    title="Levy 13",
    formula=r"\sin^2(3\pi x) + (x-1)^2\left(1 + \sin^2(3\pi y)\right) + (y-1)^2\left(1 + \sin^2(2\pi y)\right)",
    x_range=(-10, 10),
    y_range=(-10, 10),
    start=(-6, 5),
    minima=((1, 1),),
    about="Corrugated in both directions; the waves along y grow with the distance from the minimum.",
)
def levy_13(x, y):
    """Levy and Montalvo, The tunneling algorithm for the global minimization of functions (1985)."""
    ridges = np.sin(3 * np.pi * x) ** 2
    across = (x - 1) ** 2 * (1 + np.sin(3 * np.pi * y) ** 2)
    along = (y - 1) ** 2 * (1 + np.sin(2 * np.pi * y) ** 2)
    return ridges + across + along


@landscape(
    "schwefel",
    title="Schwefel",
    formula=r"418.9829 \cdot 2 - x\sin\sqrt{|x|} - y\sin\sqrt{|y|}",
    x_range=(-500, 500),
    y_range=(-500, 500),
    start=(-150, 250),
    minima=((420.968746359982, 420.968746359982),),
    about="The lowest valley lies near a corner, far from the next best ones: no slope elsewhere points to it.",
)
def schwefel(x, y):
    """Schwefel, Numerical Optimization of Computer Models (1981).

    With the usual constant its lowest value is 2.5e-5, not 0. At x = 0 or y = 0 it has no second derivative (nan).
    """
    return 2 * 418.9829 - x * np.sin(sqrt(np.fabs(x))) - y * np.sin(sqrt(np.fabs(y)))


@landscape(
    "eggholder",
    title="Eggholder",
    formula=r"-(y + 47)\sin\sqrt{\left|\tfrac{x}{2} + y + 47\right|} - x\sin\sqrt{|x - (y + 47)|}",
    x_range=(-512, 512),
    y_range=(-512, 512),
    start=(-200, 300),
    minima=((512, 404.2318051137578),),
    about="Deep, crooked valleys everywhere. Its lowest point in the window lies on the edge: the slope is not 0 "
    "there, and a walk goes on past it.",
)
def eggholder(x, y):
    """Whitley, Mathias, Rana and Dzubera, Evaluating evolutionary algorithms, Artificial Intelligence 85 (1996).

    On the lines where a square root is 0 the slope is infinite; the root's part of the gradient is taken to be 0 there.
    """
    lifted = y + 47
    return -lifted * np.sin(sqrt(np.fabs(x / 2 + lifted))) - x * np.sin(sqrt(np.fabs(x - lifted)))


@landscape(
    "drop-wave",
    title="Drop wave",
    formula=r"-\frac{1 + \cos\left(12\sqrt{x^2 + y^2}\right)}{0.5\,(x^2 + y^2) + 2}",
    x_range=(-5.12, 5.12),
    y_range=(-5.12, 5.12),
    start=(-2.3, 1.7),
    minima=((0, 0),),
    about="Rings of a drop in water. The valleys are circles: a walk comes to rest anywhere on one, and the rings "
    "hide the lowest point in the middle.",
)
def drop_wave(x, y):
    """Molga and Smutnicki, Test functions for optimization needs (2005)."""
    squared_distance = x**2 + y**2
    return -(1 + cos_of_root(144 * squared_distance)) / (0.5 * squared_distance + 2)
