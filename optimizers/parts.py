"""What can be added to a rule: a schedule for its rate, a wrapper, clipping, batches, an end, a memory to begin with.

Each is a *part*: frozen settings with a slug, found by it in ``PARTS`` and written ``;name:setting=value`` behind the
rule in a link. A rule with its parts is a :class:`~optimizers.phases.Phase` of a run. A new part is a new subclass in
a module of this package.
"""

from __future__ import annotations

from abc import ABC
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np

from knobs import Interval, check_settings, document_settings, format_value, knob, positive

from .rule import Array

Kind = Literal["schedule", "warm-up", "wrapper", "clip", "batch", "steps", "carry"]
"""What a part is for; the order is that in which parts are written and shown."""

KINDS: tuple[Kind, ...] = ("schedule", "warm-up", "wrapper", "clip", "batch", "steps", "carry")

MOST_SAMPLES = 1_000_000
"""A batch has at most this many samples; one that has as many as there are is no batch but all the data."""

LONGEST = 1_000_000
"""A schedule, or a phase, lasts at most this many steps: as long as the training of a network."""


@dataclass(frozen=True, kw_only=True)
class Part(ABC):
    """Settings that are added to a rule.

    Class attributes
    ----------------
    slug, title : its name in code and links, and for people.
    kind : what it is for. A rule has one part of each kind, and of wrappers one of each slug.
    about : one sentence on what it does.
    formula : the same in LaTeX; "" if there is nothing to compute.
    reference : paper and year, or the library whose convention it follows; "" if it needs none.
    rank : its place among the parts of its kind; by slug where equal.
    """

    slug: ClassVar[str]
    title: ClassVar[str]
    kind: ClassVar[Kind]
    about: ClassVar[str]
    formula: ClassVar[str] = ""
    reference: ClassVar[str] = ""
    rank: ClassVar[int] = 100

    def __init_subclass__(cls) -> None:
        document_settings(cls)

    def __post_init__(self) -> None:
        check_settings(self)

    def excludes(self, other: Part) -> bool:
        """Whether a phase has no room for both: two parts of one kind, unless they are different wrappers."""
        return self.kind == other.kind and (self.kind != "wrapper" or self.slug == other.slug)

    @classmethod
    def place(cls) -> tuple[int, int, str]:
        """Where it stands among the parts of a rule."""
        return KINDS.index(cls.kind), cls.rank, cls.slug


@dataclass(frozen=True, kw_only=True)
class Clip(Part):
    """Gradients that are longer than ``norm`` are shortened to it, as by ``torch.nn.utils.clip_grad_norm_``.

    >>> Clip(norm=5.0).clipped(np.array([30.0, 40.0])).round(6).tolist()
    [3.0, 4.0]
    """

    slug: ClassVar[str] = "clip"
    title: ClassVar[str] = "Clip the gradient"
    kind: ClassVar[Kind] = "clip"
    about: ClassVar[str] = "A gradient that is longer than this is shortened to it; its direction stays."
    formula: ClassVar[str] = r"g \leftarrow g\, \min\left(1, \frac{c}{\lVert g \rVert + 10^{-6}}\right)"
    reference: ClassVar[str] = "Pascanu, Mikolov and Bengio (2013)"

    norm: float = knob(
        1.0,
        "c",
        "The longest gradient that a rule is given.",
        valid=positive,
        offer=(1e-2, 1e3),
        scale="log",
        label="Longest gradient",
    )

    def clipped(self, gradient: Array) -> Array:
        """The gradient ``(n, ...)``, no longer than ``norm``; PyTorch's 1e-6 keeps the division from 0/0."""
        length = np.sqrt((gradient**2).sum(axis=0))
        return gradient * np.minimum(1.0, self.norm / (length + 1e-6))


@dataclass(frozen=True, kw_only=True)
class Batch(Part):
    """Each step looks at so many samples of the data, the next ones in a shuffled order; see ``optimizers.batches``.

    >>> Batch(size=1).label, Batch(size=32).label
    ('one sample', 'batch 32')
    """

    slug: ClassVar[str] = "batch"
    title: ClassVar[str] = "Mini-batches"
    kind: ClassVar[Kind] = "batch"
    about: ClassVar[str] = (
        "Each step sees the slope of so many samples only, the next ones in an order that is shuffled anew for every "
        "pass through the data and is the same for all runs."
    )
    formula: ClassVar[str] = r"g = \frac1B \sum_{i \in \text{batch}} \nabla f_i(x)"
    reference: ClassVar[str] = "Robbins and Monro (1951)"

    size: int = knob(
        32,
        "B",
        "How many samples each step looks at.",
        valid=Interval(1, MOST_SAMPLES),
        offer=(1, 512),
        scale="doubling",
        label="Batch size",
    )

    @property
    def label(self) -> str:
        """What stands behind the name of a run that has it."""
        return "one sample" if self.size == 1 else f"batch {format_value(self.size)}"


@dataclass(frozen=True, kw_only=True)
class Steps(Part):
    """How long a phase lasts; the last one lasts to the end of the run."""

    slug: ClassVar[str] = "steps"
    title: ClassVar[str] = "Length of the phase"
    kind: ClassVar[Kind] = "steps"
    about: ClassVar[str] = "After so many steps the next phase begins where this one has come to."

    count: int = knob(
        100,
        "n",
        "How many steps this phase takes.",
        valid=Interval(1, LONGEST),
        offer=(1, 1000),
        label="Steps of this phase",
    )


@dataclass(frozen=True, kw_only=True)
class Carry(Part):
    """A phase of the same rule as the one before it goes on with its state, instead of starting afresh."""

    slug: ClassVar[str] = "carry"
    title: ClassVar[str] = "Keep its memory"
    kind: ClassVar[Kind] = "carry"
    about: ClassVar[str] = "Momentum and running means go on from the phase before, instead of starting at 0."
