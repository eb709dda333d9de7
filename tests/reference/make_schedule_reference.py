"""Write schedule_reference.npz: the rates of PyTorch's schedulers, for tests/test_schedules.py to compare with.

Needs PyTorch, the tests do not: ``python tests/reference/make_schedule_reference.py``.

Every case is a run of 300 steps at a first rate of 1 (its greatest rate where PyTorch asks for that), with the slug and
the settings of this package's part beside PyTorch's scheduler. Reduce-on-plateau is told a recorded row of losses.
"""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch.optim import lr_scheduler as schedulers

STEPS = 300
DATA = Path(__file__).with_name("schedule_reference.npz")


def cosine_after_warmup(optimizer, count, start, until):
    warmup = schedulers.LinearLR(optimizer, start_factor=start, total_iters=count)
    cosine = schedulers.CosineAnnealingLR(optimizer, T_max=until)
    return schedulers.SequentialLR(optimizer, [warmup, cosine], milestones=[count])


CASES = [
    ("step", {}, lambda o: schedulers.StepLR(o, 100)),
    ("step", {"every": 7, "gamma": 0.8}, lambda o: schedulers.StepLR(o, 7, 0.8)),
    ("exponential", {}, lambda o: schedulers.ExponentialLR(o, 0.99)),
    ("exponential", {"gamma": 0.7}, lambda o: schedulers.ExponentialLR(o, 0.7)),
    ("polynomial", {"until": 200}, lambda o: schedulers.PolynomialLR(o, 200)),
    ("polynomial", {"until": 300, "power": 2.5}, lambda o: schedulers.PolynomialLR(o, 300, 2.5)),
    ("cosine", {}, lambda o: schedulers.CosineAnnealingLR(o, 300)),
    ("cosine", {"until": 310, "floor": 0.125}, lambda o: schedulers.CosineAnnealingLR(o, 310, 0.125)),
    ("cosine-restarts", {}, lambda o: schedulers.CosineAnnealingWarmRestarts(o, 50, 2)),
    ("cosine-restarts", {"period": 30, "stretch": 1}, lambda o: schedulers.CosineAnnealingWarmRestarts(o, 30)),
    (
        "cosine-restarts",
        {"period": 7, "stretch": 3, "floor": 0.05},
        lambda o: schedulers.CosineAnnealingWarmRestarts(o, 7, 3, 0.05),
    ),
    ("one-cycle", {}, lambda o: schedulers.OneCycleLR(o, 1.0, 300, cycle_momentum=False)),
    (
        "one-cycle",
        {"until": 301, "rising": 0.45, "start": 0.1, "floor": 0.001},
        lambda o: schedulers.OneCycleLR(
            o, 1.0, 301, pct_start=0.45, div_factor=10, final_div_factor=100, cycle_momentum=False
        ),
    ),
    ("warmup", {}, lambda o: schedulers.LinearLR(o, 0.1, total_iters=20)),
    ("warmup", {"count": 150, "start": 0.3}, lambda o: schedulers.LinearLR(o, 0.3, total_iters=150)),
    (
        "warmup",
        {"count": 50, "start": 0.2, "then": {"slug": "cosine", "until": 250}},
        lambda o: cosine_after_warmup(o, 50, 0.2, 250),
    ),
    ("plateau", {}, lambda o: schedulers.ReduceLROnPlateau(o, eps=0)),
    (
        "plateau",
        {"gamma": 0.5, "patience": 3, "threshold": 0.01, "cooldown": 4, "floor": 0.03},
        lambda o: schedulers.ReduceLROnPlateau(
            o, factor=0.5, patience=3, threshold=0.01, cooldown=4, min_lr=0.03, eps=0
        ),
    ),
    (
        "plateau",
        {"gamma": 0.9, "patience": 0, "threshold": 0},
        lambda o: schedulers.ReduceLROnPlateau(o, factor=0.9, patience=0, threshold=0, eps=0),
    ),
]


def recorded_losses() -> np.ndarray:
    """Falling losses with plateaus, bumps and noise; all positive."""
    draw = np.random.default_rng(0)
    falling = 5 * np.exp(-np.arange(STEPS) / 60) + 0.3
    return falling * (1 + 0.02 * draw.standard_normal(STEPS)) + 0.5 * (np.arange(STEPS) % 90 > 75)


def rates(make, losses) -> list[float]:
    """The rate of every step."""
    optimizer = torch.optim.SGD([torch.zeros(2, dtype=torch.float64, requires_grad=True)], lr=1.0)
    scheduler = make(optimizer)
    used = []
    for loss in losses:
        used.append(float(optimizer.param_groups[0]["lr"]))
        optimizer.step()
        if isinstance(scheduler, schedulers.ReduceLROnPlateau):
            scheduler.step(loss)
        elif len(used) < STEPS:
            scheduler.step()
    return used


def main() -> None:
    losses = recorded_losses()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # SequentialLR calls its schedulers in a deprecated way
        found: dict[str, Any] = {f"rates/{i}": np.array(rates(make, losses)) for i, (_, _, make) in enumerate(CASES)}
    cases = [{"slug": slug, "settings": settings} for slug, settings, _ in CASES]
    about = json.dumps({"torch": torch.__version__.split("+")[0], "steps": STEPS, "cases": cases})
    np.savez_compressed(DATA, about=np.array(about), losses=losses, **found)
    print(f"{DATA.name}: {len(cases)} cases, {DATA.stat().st_size / 1000:.0f} kB, torch {torch.__version__}")


if __name__ == "__main__":
    main()
