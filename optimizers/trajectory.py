"""What a run leaves behind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np

from values import Value

from .batches import Batches
from .outcomes import Outcome
from .phases import Chain
from .rule import Array, Evaluations


@dataclass(frozen=True, eq=False, kw_only=True)
class Trajectory(Value):
    """The path of one run of n steps and what became of it; all arrays are float64 and read-only.

    Attributes
    ----------
    phases : the phases of the run, each a rule with the settings and parts that it ran with.
    points : (n + 1, 2), beginning with the start. n is the number of steps asked for, unless the run diverged: then
        the path ends at the last point whose position, value and gradient are all finite.
    values : (n + 1,), the loss at each point.
    gradients : (n + 1, 2), the exact gradient at each point.
    seen_gradients : (n, 2), the gradient that the rule was given at each step: that of its batch, with noise and
        clipping; nan where a classical method asked for none.
    outcome, outcome_step, sentence : what became of the run, the step that this refers to or None, and the same in
        words for people.
    settled_step : the first step from which the loss stays for good below the lowest known value + 0.1 % of the
        start's gap to it; None if that never happens or no lowest value is known.
    evaluations : what the run has cost: the gradient of each step, and whatever the rule asked for besides.
    rates : (n,), the learning rate of each step; nan for a classical method, which has none.
    costs : (n + 1,), the evaluations spent on the way to each point: a gradient counts as one, with the value at the
        same point; a Hessian as two; a value alone as one.
    stopped : whether the run ended by itself before its steps were used up, as only classical methods do.
    batches : the samples of each step; None where every step looks at all there is.
    sample_count : how many samples the surface's data has; None if it is a formula.
    samples : (n + 1,), the samples looked at on the way to each point: every evaluation looks at all of its batch;
        zeros where there are none. What a schedule reads that reacts to the loss, of all the data, is not counted.
    noise : the standard deviation of the noise in the gradients that were given.
    terms : if they were to be recorded, the rule's intermediate quantities by name and "step", each (n, 2), what is one
        number for both coordinates twice, and "lr", (n,); nan at the steps of phases that do not have it.
    """

    phases: Chain
    points: Array
    values: Array
    gradients: Array
    seen_gradients: Array
    outcome: Outcome
    outcome_step: int | None
    sentence: str
    settled_step: int | None
    evaluations: Evaluations
    rates: Array
    costs: Array
    stopped: bool = False
    batches: Batches | None = None
    sample_count: int | None = None
    samples: Array
    noise: float = 0.0
    terms: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def rule(self) -> Any:
        """The rule of the first phase, with the settings that it ran with."""
        return self.phases[0].rule

    def counted(self, per: str) -> Array:
        """How far the run had come at each point, (n + 1,): in "step", "evaluation", "sample" or "epoch".

        An epoch is as many samples as there are. Where there is no data, samples and epochs are steps.
        """
        if per not in ("step", "evaluation", "sample", "epoch"):
            raise ValueError(f"per must be one of step, evaluation, sample, epoch, got {per}")
        if per == "evaluation":
            return self.costs
        if self.sample_count is None or per == "step":
            return np.arange(len(self.points), dtype=float)
        return self.samples if per == "sample" else self.samples / self.sample_count

    @property
    def steps(self) -> int:
        """The number of steps taken, n."""
        return len(self.points) - 1
