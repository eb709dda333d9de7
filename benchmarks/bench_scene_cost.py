"""What a scene costs: 8 runs of 300 steps against 300 single-point gradients of the same surface.

Run with ``python -m benchmarks.bench_scene_cost`` from the checkout. The bar is a ratio of 2.5.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np

from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS, Rule, default_rate, descend_together

STEPS = 300
BAR = 2.5


def best_time(work: Callable[[], Any], repeats: int = 7) -> float:
    """The shortest of several times, in seconds: what it costs when nothing else disturbs."""
    times = []
    for _ in range(repeats):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return min(times)


def eight_runs(surface: Any) -> list[Rule]:
    """Six rules at their default rates, and two of them once more at half of it."""
    rules = [cls(lr=default_rate(cls, surface)) for cls in list(OPTIMIZERS.values())[:6]]
    return [*rules, *(type(rule)(lr=rule.lr / 2) for rule in rules[:2])]


def scene_cost(surface: Any) -> tuple[float, float]:
    """Seconds for 300 single-point gradients, and for a scene of 8 runs x 300 steps."""
    point, rules = np.array(surface.start, dtype=float), eight_runs(surface)

    def gradients() -> None:
        for _ in range(STEPS):
            surface.gradient(point)

    return best_time(gradients), best_time(lambda: descend_together(surface, rules, surface.start, STEPS))


def main() -> None:
    print(f"{'surface':20}{'gradients':>12}{'scene':>12}{'ratio':>8}   (ms; the bar is {BAR})")
    for slug, surface in LANDSCAPES.items():
        single, scene = scene_cost(surface)
        print(f"{slug:20}{1e3 * single:12.1f}{1e3 * scene:12.1f}{scene / single:8.2f}")


if __name__ == "__main__":
    main()
