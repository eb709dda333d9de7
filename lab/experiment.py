"""An experiment of the image lab: everything that decides what a training does, in one frozen value.

>>> from optimizers import OPTIMIZERS, PARTS, Phase
>>> print(Experiment().summary)
64 ReLU units, multi-class cross-entropy; Adam (lr 0.005), batch 32, 40 epochs, seed 0
>>> rule = Phase(OPTIMIZERS["momentum"](lr=0.05), [PARTS["cosine"](until=500)])
>>> print(Experiment(model="linear", phase=rule, batch=8, epochs=1).summary)
Softmax regression; Momentum (lr 0.05), Cosine (until 500), batch 8, 1 epoch, seed 0
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, ClassVar

from knobs import Choice, Interval, format_value, knob, knobs_of, nonnegative, positive
from landscapes.losses import LOSSES, with_delta
from landscapes.networks import Network, activations, losses
from optimizers import OPTIMIZERS, Phase, Rule
from optimizers.parts import Batch

_HIDDEN: Mapping[str, int] = MappingProxyType({"linear": 0, "one-layer": 1, "two-layers": 2})
_HIDDEN_ONES = tuple(slug for slug, layers in _HIDDEN.items() if layers)

models = Choice((("linear", "Linear"), ("one-layer", "One hidden layer"), ("two-layers", "Two hidden layers")))
"""What is trained; the linear model is softmax regression under multi-class cross-entropy."""

_SHARE_OF_SLOPE, _SHARE_OF_SIZE = 0.05, 0.5


def trainable() -> dict[str, type[Rule]]:
    """The rules that can train a network, by slug: all but those that need a Hessian.

    >>> "adam" in trainable(), "newton" in trainable()
    (True, False)
    """
    return {slug: rule for slug, rule in OPTIMIZERS.items() if not rule.needs_hessian}


def lab_rate(rule_class: type[Rule]) -> float:
    """The learning rate with which a rule begins in the lab.

    It comes from the natural rate that a rule declares, so that a new rule has one too: a twentieth of it where the
    step scales with the gradient, as the largest curvatures of these losses on the digits lie around 20; half of it
    where the step does not, as weights are of the size of 1 and less; and all of it where the rule works out by itself
    how far to go.

    >>> [lab_rate(OPTIMIZERS[slug]) for slug in ("sgd", "momentum", "adam", "adagrad", "polyak")]
    [0.05, 0.025, 0.005, 0.05, 1.0]
    """
    share = {True: _SHARE_OF_SLOPE, False: _SHARE_OF_SIZE, None: 1.0}[rule_class.scales_with_gradient]
    return float(f"{share * rule_class.natural_rate:.3g}")


def _adam() -> Phase:
    rule = OPTIMIZERS["adam"]
    return Phase(rule(lr=lab_rate(rule)))


@dataclass(frozen=True, kw_only=True)
class Experiment:
    """The settings of a training.

    Everything but ``phase`` is a knob. ``phase`` is a rule with its settings and parts: a schedule, warm-up, wrappers,
    clipping; a bare rule is taken for a phase without parts. A batch larger than the training set is all of it.

    Raises ValueError with a sentence for what cannot be trained.

    >>> Experiment(width=0)
    Traceback (most recent call last):
        ...
    ValueError: Experiment: width must be in [1, 256], got 0
    >>> Experiment(phase=OPTIMIZERS["newton"]())
    Traceback (most recent call last):
        ...
    ValueError: Newton's method needs all second derivatives, and a network has too many weights for that
    """

    title: ClassVar[str] = "Experiment"

    model: str = knob(
        "one-layer",
        "",
        "How many layers there are between the image and the classes.",
        valid=models,
        label="Model",
    )
    width: int = knob(
        64,
        "h",
        "How many units a hidden layer has.",
        valid=Interval(1, 256),
        offer=(1, 256),
        scale="log",
        label="Width",
        only_for=("model", _HIDDEN_ONES),
    )
    activation: str = knob(
        "relu",
        r"\varphi",
        "What a hidden unit makes of its sum.",
        valid=activations,
        label="Activation",
        only_for=("model", _HIDDEN_ONES),
    )
    loss: str = knob("softmax", "L", "How wrong an answer is said to be.", valid=losses, label="Loss")
    delta: float = knob(
        1.0,
        r"\delta",
        "How far off an error may be before it counts as an outlier.",
        valid=positive,
        offer=(0.1, 10),
        scale="log",
        label="Huber delta",
        only_for=("loss", with_delta()),
    )
    penalty: float = knob(
        0.0,
        r"\lambda",
        "What large weights cost: half of this times their squares.",
        valid=nonnegative,
        offer=(0, 0.1),
        label="L2 penalty",
    )
    batch: int = knob(
        32,
        "B",
        "How many images each step looks at.",
        valid=Interval(1, 10_000),
        offer=(1, 1024),
        scale="log",
        label="Batch size",
    )
    epochs: int = knob(
        40,
        "E",
        "How many times all training images are gone through.",
        valid=Interval(1, 500),
        offer=(1, 100),
        scale="log",
        label="Epochs",
    )
    seed: int = knob(
        0,
        "",
        "What the first weights and the order of the images start from.",
        valid=Interval(0, 2**31 - 1),
        offer=(0, 99),
        label="Seed",
    )
    phase: Phase = field(default_factory=_adam)

    def __post_init__(self) -> None:
        for name, declared in knobs_of(self).items():
            object.__setattr__(self, name, declared.plain(self.title, getattr(self, name)))
        phase = self.phase if isinstance(self.phase, Phase) else Phase(self.phase)
        object.__setattr__(self, "phase", phase)
        if not isinstance(phase.rule, Rule):
            raise ValueError(f"{phase.rule.title} works with two weights; a network needs a rule with a learning rate")
        if phase.rule.needs_hessian:
            raise ValueError(
                f"{phase.rule.title} needs all second derivatives, and a network has too many weights for that"
            )
        for part in phase.parts:
            if part.kind in ("steps", "carry", "batch"):
                raise ValueError(f"{phase.rule.title}: a training has one phase and its own batch, so no {part.slug}")

    @property
    def hidden(self) -> tuple[int, ...]:
        """The widths of the hidden layers."""
        return (self.width,) * _HIDDEN[self.model]

    def network(self, inputs: int, outputs: int) -> Network:
        """The network for samples of so many numbers and so many classes."""
        return Network(
            inputs=inputs,
            outputs=outputs,
            hidden=self.hidden,
            activation=self.activation,
            loss_slug=self.loss,
            settings=(("delta", self.delta),) if self.loss in with_delta() else (),
            penalty=self.penalty,
        )

    def steps_an_epoch(self, count: int) -> int:
        """How many batches so many training images make.

        >>> Experiment(batch=32).steps_an_epoch(1079)
        34
        """
        return math.ceil(count / self.batch)

    def steps(self, count: int) -> int:
        """How many steps the training takes on so many images: what a schedule goes by."""
        return self.epochs * self.steps_an_epoch(count)

    @property
    def label(self) -> str:
        """A short name, for a legend: the rule with its wrappers, and the batch size.

        >>> Experiment().label, Experiment(phase=OPTIMIZERS["sgd"](), batch=1).label
        ('Adam, batch 32', 'SGD, one sample')
        """
        return self._phase_with_batches.title

    @property
    def optimizer(self) -> str:
        """What the rule with its wrappers is called.

        >>> Experiment(phase=OPTIMIZERS["sgd"]()).optimizer
        'SGD'
        """
        return self._phase_with_batches.title_without_batches

    @property
    def _phase_with_batches(self) -> Phase:
        return self.phase.adding(Batch(size=self.batch))

    @property
    def model_in_words(self) -> str:
        """The model, its loss and its penalty."""
        loss = LOSSES[self.loss]
        settings = f" (delta {format_value(self.delta)})" if self.loss in with_delta() else ""
        if self.model == "linear":
            words = "Softmax regression" if self.loss == "softmax" else f"Linear model, {_small(loss.title)}{settings}"
        else:
            units = " + ".join(map(str, self.hidden))
            one = "unit" if units == "1" else "units"
            words = f"{units} {activations.titles[self.activation]} {one}, {_small(loss.title)}{settings}"
        return f"{words}, penalty {format_value(self.penalty)}" if self.penalty else words

    @property
    def rule_in_words(self) -> str:
        """The rule and its parts, with the rate and all settings that are not as usual."""
        # a part is known by the first of its settings
        parts = [_told(part, always=tuple(knobs_of(part))[:1]) for part in self.phase.parts]
        rule = _told(self.phase.rule, always=("lr",), title=self._phase_with_batches.rule_title)
        return ", ".join([rule, *parts])

    @property
    def summary(self) -> str:
        """All of it in words."""
        epochs = f"{self.epochs} epoch" + ("s" if self.epochs > 1 else "")
        return f"{self.model_in_words}; {self.rule_in_words}, batch {self.batch}, {epochs}, seed {self.seed}"


def _small(title: str) -> str:
    return title[0].lower() + title[1:]


def _told(thing: Any, always: tuple[str, ...], title: str = "") -> str:
    """A rule or part with these settings, and with those that have been turned."""
    settings = [
        f"{name} {format_value(getattr(thing, name))}"
        for name, declared in knobs_of(thing).items()
        if name in always or getattr(thing, name) != declared.default
    ]
    title = title or thing.title
    return f"{title} ({', '.join(settings)})" if settings else title
