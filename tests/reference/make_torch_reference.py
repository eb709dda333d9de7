"""Write torch_reference.npz: what PyTorch's own optimizers do, for tests/test_rules.py to compare with.

Needs PyTorch, the tests do not: ``python tests/reference/make_torch_reference.py``.

Two kinds of numbers, all in 64-bit arithmetic, 200 steps on four surfaces, each rule at its defaults and at settings
drawn at random:

fed     every optimizer is fed the same recorded gradients; the parameter is set to 0 before each step, so that what
        is stored is the step itself, without the rounding of a sum.
free    the optimizer walks by the surface's own gradient; every 8th point is stored, if a start moved by one unit in
        the last place moves no point of the run by more than 1e-12 (chaos is no reference).
"""

from __future__ import annotations

import json
import platform
from pathlib import Path

import numpy as np
import torch

STEPS, EVERY = 200, 8
DATA = Path(__file__).with_name("torch_reference.npz")

SURFACES = {
    "rosenbrock": (lambda x, y: (1 - x) ** 2 + 100 * (y - x**2) ** 2, (-1.5, 2.0)),
    "himmelblau": (lambda x, y: (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2, (-4.8, 0.4)),
    "beale": (
        lambda x, y: (1.5 - x + x * y) ** 2 + (2.25 - x + x * y**2) ** 2 + (2.625 - x + x * y**3) ** 2,
        (-1.0, -1.0),
    ),
    "two-wells": (
        lambda x, y: (
            -2 * torch.exp(-((x - 1) ** 2 + y**2) / 0.2) - 3 * torch.exp(-((x + 1) ** 2 + y**2) / 0.2) + x**2 + y**2
        ),
        (1.4, -1.4),
    ),
}

OPTIMIZERS = {
    "sgd": lambda p, lr: torch.optim.SGD([p], lr),
    "momentum": lambda p, lr, rho: torch.optim.SGD([p], lr, momentum=rho),
    "nesterov": lambda p, lr, rho: torch.optim.SGD([p], lr, momentum=rho, nesterov=True),
    "adagrad": lambda p, lr, eps: torch.optim.Adagrad([p], lr, eps=eps),
    "rmsprop": lambda p, lr, decay_rate, eps: torch.optim.RMSprop([p], lr, alpha=decay_rate, eps=eps),
    "adam": lambda p, lr, beta1, beta2, eps: torch.optim.Adam([p], lr, (beta1, beta2), eps),
}

DEFAULTS = {
    "sgd": {},
    "momentum": {"rho": 0.9},
    "nesterov": {"rho": 0.9},
    "adagrad": {"eps": 1e-10},
    "rmsprop": {"decay_rate": 0.99, "eps": 1e-8},
    "adam": {"beta1": 0.9, "beta2": 0.999, "eps": 1e-8},
}

RATES = {  # bearable on all four surfaces; the rules' own default rates are not compared
    "sgd": 2e-4,
    "momentum": 5e-5,
    "nesterov": 5e-5,
    "adagrad": 0.2,
    "rmsprop": 0.01,
    "adam": 0.02,
}


def gradient(surface, point):
    point = torch.tensor(point, dtype=torch.float64, requires_grad=True)
    SURFACES[surface][0](point[0], point[1]).backward()
    return point.grad.clone()


def fed_steps(make, settings, gradients):
    p = torch.zeros(2, dtype=torch.float64, requires_grad=True)
    optimizer = make(p, **settings)
    steps = []
    for g in gradients:
        with torch.no_grad():
            p.zero_()
        p.grad = torch.tensor(g)
        optimizer.step()
        steps.append(p.detach().numpy().copy())
    return np.array(steps)


def free_path(surface, make, settings, start):
    p = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    optimizer = make(p, **settings)
    points, gradients = [p.detach().numpy().copy()], []
    for _ in range(STEPS):
        p.grad = gradient(surface, p.detach().numpy())
        gradients.append(p.grad.numpy().copy())
        optimizer.step()
        points.append(p.detach().numpy().copy())
    return np.array(points), np.array(gradients)


def random_settings(random, slug):
    drawn = {name: float(np.round(random.uniform(0, 0.98), 3)) for name in DEFAULTS[slug] if name != "eps"}
    if "eps" in DEFAULTS[slug]:
        drawn["eps"] = float(f"{10 ** random.uniform(-9, -3):.3g}")
    return drawn


def main():
    random = np.random.default_rng(20250)
    arrays, cases = {}, []
    for surface, (_, start) in SURFACES.items():
        # A lively sequence of gradients to feed: those of a swinging run.
        _, gradients = free_path(surface, OPTIMIZERS["momentum"], {"lr": 2e-4, "rho": 0.95}, start)
        arrays[f"gradients/{surface}"] = gradients
        for slug, make in OPTIMIZERS.items():
            for extra in (DEFAULTS[slug], random_settings(random, slug)):
                lr = float(f"{RATES[slug] * 2 ** random.uniform(-2, 0):.3g}")
                settings = {"lr": lr, **extra}
                name = f"{len(cases)}"
                arrays[f"fed/{name}"] = fed_steps(make, settings, gradients)
                points, _ = free_path(surface, make, settings, start)
                nudged, _ = free_path(surface, make, settings, np.nextafter(start, np.inf))
                steady = bool(np.abs(points - nudged).max() < 1e-12)
                if steady:
                    arrays[f"free/{name}"] = points[::EVERY]
                cases.append({"name": name, "surface": surface, "slug": slug, "settings": settings, "steady": steady})
    about = {
        "torch": torch.__version__,
        "numpy": np.__version__,
        "python": platform.python_version(),
        "every": EVERY,
        "steps": STEPS,
        "starts": {surface: start for surface, (_, start) in SURFACES.items()},
        "cases": cases,
    }
    np.savez_compressed(DATA, about=json.dumps(about), **arrays)
    print(f"{DATA.name}: {DATA.stat().st_size / 1000:.0f} kB, {sum(c['steady'] for c in cases)} of {len(cases)} steady")


if __name__ == "__main__":
    main()
