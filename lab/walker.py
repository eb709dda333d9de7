"""One phase of a run that moves the weights of a network, batch by batch."""

from __future__ import annotations

from typing import Any

import numpy as np

from landscapes.networks import Network
from optimizers import At, Evaluations, Phase
from optimizers.checks import check_step
from optimizers.schedules import ReactiveSchedule
from optimizers.wrappers import wrapped

Array = np.ndarray[Any, np.dtype[Any]]


class BatchLoss:
    """The surface that one step stands on: the loss of the samples it looks at.

    The loss that comes with a gradient is remembered, so that a rule that asks for both pays once.
    """

    def __init__(self, network: Network, inputs: Array, one_hot: Array) -> None:
        self._network, self._inputs, self._one_hot = network, inputs, one_hot
        self._point: Array | None = None
        self._value: Any = None

    def __len__(self) -> int:
        return len(self._inputs)

    def value(self, weights: Array) -> Any:
        if weights is not self._point:
            self._point, self._value = weights, self._network.loss(weights, self._inputs, self._one_hot)
        return self._value

    def gradient(self, weights: Array) -> Array:
        value, gradient = self._network.value_and_gradient(weights, self._inputs, self._one_hot)
        self._point, self._value = weights, value
        return gradient


class Walker:
    """A phase on its way: the state of its rule and of its schedule.

    A schedule that reacts to the loss is told once an epoch, of ``an_epoch`` steps, the mean loss of its batches: from
    one batch to the next a loss rises and falls by chance. So its patience counts epochs, as is usual in PyTorch.

    >>> from landscapes.networks import Network
    >>> from optimizers import OPTIMIZERS, PARTS
    >>> phase = Phase(OPTIMIZERS["sgd"](lr=0.5), [PARTS["warmup"](count=2, start=0.5)])
    >>> network = Network(inputs=1, outputs=2)
    >>> weights, walker = np.zeros(network.size), Walker(phase, steps=3, an_epoch=1)
    >>> for step in range(3):
    ...     weights = walker.step(weights, BatchLoss(network, np.ones((1, 1)), np.eye(2)[:1]))
    ...     print(walker.rate, walker.loss.round(3))
    0.25 0.693
    0.375 0.474
    0.5 0.296
    """

    def __init__(self, phase: Phase, steps: int, an_epoch: int) -> None:
        self._phase, self._clip, self._an_epoch = phase, phase.clip, an_epoch
        self._mover = wrapped(phase.rule, phase.wrappers)
        self._rates = phase.rule.lr * phase.factors(steps)
        self._reaction: Any = phase.schedule.init() if isinstance(phase.schedule, ReactiveSchedule) else None
        self._seen, self._sum = 0, 0.0  # samples of this epoch, and the sum of their losses
        self._state: Any = None
        self._t = 0
        self.rate = float(self._rates[0])
        """The rate of the last step; before the first, the one that it will have."""
        self.loss: Any = None
        """The loss of the last step's batch, as it was before the step."""
        self.evaluations = Evaluations()
        """What all steps so far have asked for."""

    def step(self, weights: Array, batch: BatchLoss) -> Array:
        """Where a step leads that looks at this batch; the weights are left as they were."""
        with np.errstate(all="ignore"):
            if self._t == 0:
                self._state = self._mover.init(weights)
            gradient = batch.gradient(weights)
            self.loss = batch.value(weights)
            self.evaluations.gradients += 1
            if self._clip is not None:
                gradient = self._clip.clipped(gradient)
            self.rate = self._next_rate(len(batch))
            distort = None if self._clip is None else self._clip.clipped
            at = At(weights, gradient, batch, self.evaluations, distort)
            update = self._mover.update(at, self._state, self.rate)
            if self._t == 0:
                check_step(self._phase.title, update, weights)
            self._state = update.state
            self._t += 1
            moved: Array = weights + update.step
        return moved

    def _next_rate(self, samples: int) -> float:
        """This step's rate; a schedule that reacts learns of this step's loss when the epoch is over."""
        rate = float(self._rates[self._t])
        schedule, warmup = self._phase.schedule, self._phase.warmup
        if not isinstance(schedule, ReactiveSchedule) or self._t < (warmup.count if warmup else 0):
            return rate
        rate *= self._reaction.factor
        self._seen, self._sum = self._seen + samples, self._sum + samples * float(self.loss)
        if (self._t + 1) % self._an_epoch == 0:
            self._reaction = schedule.observe(self._reaction, self._sum / self._seen)
            self._seen, self._sum = 0, 0.0
        return rate
