"""Write optax_reference.npz: what optax's own optimizers do, for tests/test_optax_rules.py to compare with.

Needs optax and jax, the tests do not: ``python -m tests.reference.make_optax_reference``.

Two kinds of numbers, all in 64-bit arithmetic, 200 steps on four surfaces, each rule at its defaults and at settings
drawn at random:

fed     every optimizer is fed the same recorded gradients (and losses, where it looks at them). The parameter begins
        at 0 and moves by the steps; what is stored is each step, so a test can give a rule the same points.
free    the optimizer walks by the surface's own gradient; every 8th point is stored, if no point of the run moves by
        more than 1e-12 when its start is moved by one unit in the last place, nor when all gradients are taken one such
        unit beside the point (chaos is no reference, and two runs that meet in a minimum hide it from the first alone).

Fed, the second gradient that SAM asks for at a point p is the recorded one + 2 p, so that the point matters.
"""

from __future__ import annotations

import json
import platform
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import optax

from tests.reference.recording import EVERY, STEPS, drawn, is_steady, surfaces

jax.config.update("jax_enable_x64", True)

DATA = Path(__file__).with_name("optax_reference.npz")
RANDOM_DRAWS = 2  # for each rule and surface, beside the defaults

SURFACES = surfaces(jnp.exp)
LOSSES = {
    slug: jax.jit(jax.value_and_grad(lambda p, loss=loss: loss(p[0], p[1]))) for slug, (loss, _) in SURFACES.items()
}


def yogi(lr, beta1, beta2, eps, initial_accumulator):
    scale = optax.scale_by_yogi(beta1, beta2, eps, initial_accumulator_value=initial_accumulator)
    return optax.chain(scale, optax.scale_by_learning_rate(lr))


def polyak(lr, f_min, max_learning_rate, eps):
    # optax.polyak_sgd(scaling=lr) scales the gradient before it takes its norm, so that a larger scaling makes shorter
    # steps; this is what it says that it does, and the same where lr is 1.
    return optax.chain(optax.scale_by_polyak(f_min, max_learning_rate, eps), optax.scale_by_learning_rate(lr))


def sam(rule, radius):
    uphill = optax.chain(optax.contrib.normalize(), optax.sgd(radius))
    return optax.contrib.sam(rule, uphill, sync_period=2, opaque_mode=True)


OPTIMIZERS = {
    "sgd": lambda lr: optax.sgd(lr),
    "adam": lambda lr, beta1, beta2, eps: optax.adam(lr, beta1, beta2, eps),
    "adabelief": lambda lr, beta1, beta2, eps, eps_root: optax.adabelief(lr, beta1, beta2, eps, eps_root),
    "yogi": yogi,
    "sign-sgd": lambda lr: optax.sign_sgd(lr),
    "lion": lambda lr, beta1, beta2, weight_decay: optax.lion(lr, beta1, beta2, weight_decay=weight_decay),
    "schedule-free": lambda lr, beta1, weight_lr_power: optax.contrib.schedule_free_sgd(
        lr, b1=beta1, weight_lr_power=weight_lr_power
    ),
    "polyak": polyak,
}
WRAPPERS = {
    "sam": sam,
    "lookahead": lambda rule, sync_period, slow_step_size: optax.lookahead(rule, sync_period, slow_step_size),
}

BETAS = {"beta1": (0.9, "even", 0, 0.98), "beta2": (0.999, "even", 0, 0.98)}
SETTINGS = {  # name: default, how others are drawn and between which ends
    "sgd": {},
    "adam": {**BETAS, "eps": (1e-8, "log", -9, -3)},
    "adabelief": {**BETAS, "eps": (1e-16, "log", -12, -3), "eps_root": (1e-16, "log", -12, -3)},
    "yogi": {**BETAS, "eps": (1e-3, "log", -6, -1), "initial_accumulator": (1e-6, "log", -8, -1)},
    "sign-sgd": {},
    "lion": {**BETAS, "beta2": (0.99, "even", 0, 0.98), "weight_decay": (0.0, "even", 0, 0.5)},
    "schedule-free": {"beta1": (0.9, "even", 0.3, 0.99), "weight_lr_power": (2.0, "even", 0, 3)},
    "polyak": {
        "f_min": (0.0, "even", -5, 0),
        "max_learning_rate": (1.0, "log", -4, 0),
        "eps": (0.0, "log", -6, 0),
    },
    "sam": {"radius": (0.05, "log", -3, -0.5)},
    "lookahead": {"sync_period": (5, "whole", 1, 12), "slow_step_size": (0.5, "even", 0.1, 1)},
}
RATES = {  # bearable on all four surfaces; the rules' own default rates are not compared
    "sgd": 2e-4,
    "adam": 0.02,
    "adabelief": 0.01,
    "yogi": 0.02,
    "sign-sgd": 0.01,
    "lion": 0.005,
    "schedule-free": 2e-4,
    "polyak": 1.0,
}
MOVERS = [
    *((slug, None) for slug in RATES),
    ("sgd", "sam"),
    ("adam", "sam"),
    ("sgd", "lookahead"),
    ("adam", "lookahead"),
]


def run(optimizer, wrapper, start, gradient_and_value, ahead):
    """Points and steps of a run by ``gradient_and_value(t, point)``; ``ahead(t, point)`` is SAM's second gradient."""
    optimizer = optax.with_extra_args_support(optimizer)
    p = jnp.array(start)
    params = optax.LookaheadParams.init_synced(p) if wrapper == "lookahead" else p
    state = optimizer.init(params)
    points, steps = [np.array(p)], []
    for t in range(STEPS):
        gradient, value = gradient_and_value(t, p)
        extra = {"grad_fn": lambda x, _, t=t: ahead(t, x)} if wrapper == "sam" else {"value": value}
        updates, state = optimizer.update(gradient, state, params, **extra)
        params = optax.apply_updates(params, updates)
        p, step = (params.fast, updates.fast) if wrapper == "lookahead" else (params, updates)
        points.append(np.array(p))
        steps.append(np.array(step))
    return np.array(points), np.array(steps)


def fed_steps(optimizer, wrapper, gradients, values):
    def recorded(t, _):
        return jnp.array(gradients[t]), jnp.array(values[t])

    return run(optimizer, wrapper, np.zeros(2), recorded, lambda t, x: jnp.array(gradients[t]) + 2 * x)[1]


def free_path(surface, optimizer, wrapper, start, beside=0.0):
    """The points of a walk, whose gradients are taken a share ``beside`` of the point further out and in by turns."""

    def here(t, p):
        value, gradient = LOSSES[surface](p * (1 + beside * (-1) ** t))
        return gradient, value

    return run(optimizer, wrapper, start, here, lambda t, x: here(t + 1, x)[0])[0]


def lively(surface):
    """Gradients and losses to feed: those of a swinging run."""
    p, velocity, gradients, values = np.array(SURFACES[surface][1]), np.zeros(2), [], []
    for _ in range(STEPS):
        value, gradient = LOSSES[surface](p)
        gradients.append(np.array(gradient))
        values.append(float(value))
        velocity = 0.95 * velocity + gradients[-1]
        p = p - 2e-4 * velocity
    return np.array(gradients), np.array(values)


def made(slug, wrapper, settings, around):
    rule = OPTIMIZERS[slug](**settings)
    return rule if wrapper is None else WRAPPERS[wrapper](rule, **around)


def settings_of(random, name, at_defaults):
    return {
        setting: default if at_defaults else drawn(random, *how) for setting, (default, *how) in SETTINGS[name].items()
    }


def main():
    random = np.random.default_rng(20250)
    arrays, cases = {}, []
    for surface, (_, start) in SURFACES.items():
        gradients, values = lively(surface)
        arrays[f"gradients/{surface}"], arrays[f"values/{surface}"] = gradients, values
        for slug, wrapper in MOVERS:
            for draw in range(1 + RANDOM_DRAWS):
                lr = drawn(random, "log", np.log10(RATES[slug] / 4), np.log10(RATES[slug]))
                settings = {"lr": lr, **settings_of(random, slug, draw == 0)}
                around = settings_of(random, wrapper, draw == 0) if wrapper else {}
                name = f"{len(cases)}"
                optimizer = made(slug, wrapper, settings, around)
                arrays[f"fed/{name}"] = fed_steps(optimizer, wrapper, gradients, values)
                points = free_path(surface, optimizer, wrapper, start)
                steady = is_steady(
                    points, free_path(surface, optimizer, wrapper, np.nextafter(start, np.inf))
                ) and is_steady(points, free_path(surface, optimizer, wrapper, start, beside=2.0**-52))
                if steady:
                    arrays[f"free/{name}"] = points[::EVERY]
                case = {"name": name, "surface": surface, "slug": slug, "settings": settings, "steady": steady}
                cases.append({**case, "wrapper": wrapper, "around": around})
    about = {
        "optax": optax.__version__,
        "jax": jax.__version__,
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
