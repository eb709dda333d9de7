"""Write torch_reference.npz: what PyTorch's own optimizers do, for tests/test_rules.py to compare with.

Needs PyTorch, the tests do not: ``python tests/reference/make_torch_reference.py``.

Two kinds of numbers, all in 64-bit arithmetic, 200 steps on four surfaces, each rule at its defaults and at settings
drawn at random:

fed     every optimizer is fed the same recorded gradients; the parameter is set to 0 before each step, so that what
        is stored is the step itself, without the rounding of a sum. So a rule with weight decay sees the point 0,
        where it has nothing to decay: its decay is in the free runs alone.
free    the optimizer walks by the surface's own gradient; every 8th point is stored, if a start moved by one unit in
        the last place moves no point of the run by more than 1e-12 (chaos is no reference). Weight decay can round
        the two starts into one, which then hides chaos: so a run whose every point is moved by one unit up or down
        must stay near, too, within 1e-11.
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
    "adadelta": lambda p, lr, decay_rate, eps: torch.optim.Adadelta([p], lr, rho=decay_rate, eps=eps),
    "rprop": lambda p, lr, eta_minus, eta_plus, step_min, step_max: torch.optim.Rprop(
        [p], lr, etas=(eta_minus, eta_plus), step_sizes=(step_min, step_max)
    ),
    "adam": lambda p, lr, beta1, beta2, eps: torch.optim.Adam([p], lr, (beta1, beta2), eps),
    "adamw": lambda p, lr, beta1, beta2, eps, weight_decay: torch.optim.AdamW(
        [p], lr, (beta1, beta2), eps, weight_decay
    ),
    "amsgrad": lambda p, lr, beta1, beta2, eps: torch.optim.Adam([p], lr, (beta1, beta2), eps, amsgrad=True),
    "nadam": lambda p, lr, beta1, beta2, eps, momentum_decay: torch.optim.NAdam(
        [p], lr, (beta1, beta2), eps, momentum_decay=momentum_decay
    ),
    "adamax": lambda p, lr, beta1, beta2, eps: torch.optim.Adamax([p], lr, (beta1, beta2), eps),
    "radam": lambda p, lr, beta1, beta2, eps: torch.optim.RAdam([p], lr, (beta1, beta2), eps),
}

BETAS = {"beta1": 0.9, "beta2": 0.999, "eps": 1e-8}
DEFAULTS = {
    "sgd": {},
    "momentum": {"rho": 0.9},
    "nesterov": {"rho": 0.9},
    "adagrad": {"eps": 1e-10},
    "rmsprop": {"decay_rate": 0.99, "eps": 1e-8},
    "adadelta": {"decay_rate": 0.9, "eps": 1e-6},
    "rprop": {"eta_minus": 0.5, "eta_plus": 1.2, "step_min": 1e-6, "step_max": 50.0},
    "adam": BETAS,
    "adamw": {**BETAS, "weight_decay": 0.01},
    "amsgrad": BETAS,
    "nadam": {**BETAS, "momentum_decay": 0.004},
    "adamax": BETAS,
    "radam": BETAS,
}

RATES = {  # bearable on all four surfaces; the rules' own default rates are not compared
    "sgd": 2e-4,
    "momentum": 5e-5,
    "nesterov": 5e-5,
    "adagrad": 0.2,
    "rmsprop": 0.01,
    "adadelta": 1.0,
    "rprop": 0.01,
    "adam": 0.02,
    "adamw": 0.02,
    "amsgrad": 0.02,
    "nadam": 0.02,
    "adamax": 0.02,
    "radam": 1e-3,
}

LOGARITHMIC = {"eps": (-9, -3), "momentum_decay": (-3, 0), "step_min": (-7, -4), "step_max": (-2, 1)}
EVEN = {"eta_minus": (0.2, 0.8), "eta_plus": (1.05, 1.5), "weight_decay": (0, 0.5)}
EVEN_OTHERWISE = (0, 0.98)
RANDOM_DRAWS = 2  # for each rule and surface, beside the defaults


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


def free_path(surface, make, settings, start, shaken=False):
    shake = np.random.default_rng(0)
    p = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    optimizer = make(p, **settings)
    points, gradients = [p.detach().numpy().copy()], []
    for _ in range(STEPS):
        p.grad = gradient(surface, p.detach().numpy())
        gradients.append(p.grad.numpy().copy())
        optimizer.step()
        if shaken:
            with torch.no_grad():
                p.copy_(torch.tensor(np.nextafter(p.numpy(), shake.choice([-np.inf, np.inf], 2))))
        points.append(p.detach().numpy().copy())
    return np.array(points), np.array(gradients)


def random_settings(random, slug):
    drawn = {}
    for name in DEFAULTS[slug]:
        if name in LOGARITHMIC:
            drawn[name] = float(f"{10 ** random.uniform(*LOGARITHMIC[name]):.3g}")
        else:
            drawn[name] = float(np.round(random.uniform(*EVEN.get(name, EVEN_OTHERWISE)), 3))
    return drawn


def main():
    # Otherwise NAdam multiplies its momenta in 32 bits, whatever the parameter's own type.
    torch.set_default_dtype(torch.float64)
    random = np.random.default_rng(20250)
    arrays, cases = {}, []
    for surface, (_, start) in SURFACES.items():
        # A lively sequence of gradients to feed: those of a swinging run.
        _, gradients = free_path(surface, OPTIMIZERS["momentum"], {"lr": 2e-4, "rho": 0.95}, start)
        arrays[f"gradients/{surface}"] = gradients
        for slug, make in OPTIMIZERS.items():
            for extra in (DEFAULTS[slug], *(random_settings(random, slug) for _ in range(RANDOM_DRAWS))):
                lr = float(f"{RATES[slug] * 2 ** random.uniform(-2, 0):.3g}")
                settings = {"lr": lr, **extra}
                name = f"{len(cases)}"
                arrays[f"fed/{name}"] = fed_steps(make, settings, gradients)
                points, _ = free_path(surface, make, settings, start)
                nudged, _ = free_path(surface, make, settings, np.nextafter(start, np.inf))
                shaken, _ = free_path(surface, make, settings, start, shaken=True)
                steady = bool(np.abs(points - nudged).max() < 1e-12 and np.abs(points - shaken).max() < 1e-11)
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
