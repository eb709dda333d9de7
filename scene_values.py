"""What a scene is made of: the values :class:`Run`, :class:`Scene` and :class:`View`, checked and unchangeable.

They are imported from ``scenes``, where their links and ``simulate`` are.

Example
-------
>>> from optimizers import OPTIMIZERS, PARTS
>>> scene = Scene("booth", (-8, 5), steps=50, runs=[Run(OPTIMIZERS["adam"](lr=0.1))])
>>> {scene: View(mode="3d")}[Scene.on(LANDSCAPES["booth"], (-8, 5), steps=50, runs=scene.runs)].mode
'3d'
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, get_args

from knobs import Interval, Knob, Setting, knob, knobs_of, nonnegative
from landscapes import LANDSCAPES, Landscape
from optimizers import MAX_STEPS, WALKERS, Phase
from optimizers.checks import check_batches, checked_start, count_samples
from optimizers.phases import chain_of

MAX_RUNS = 8
"""A scene holds this many runs at most: as many as there are colours that can be told apart."""

Mode = Literal["2d", "3d", "both"]
AxisScale = Literal["log", "linear"]
Lights = Literal["on", "off"]
Per = Literal["step", "evaluation", "sample", "epoch"]

MODES: tuple[Mode, ...] = get_args(Mode)
AXIS_SCALES: tuple[AxisScale, ...] = get_args(AxisScale)
LIGHTS: tuple[Lights, ...] = get_args(Lights)
PERS: tuple[Per, ...] = get_args(Per)

# What the numbers of a scene and of a view may be, for those that are no settings with a control of their own.
START = Knob("start", "", 0.0, "", Interval())  # each of its two numbers
STEP = Knob("step", "", 0, "", Interval(0, MAX_STEPS))
_HIDDEN = Knob("hidden", "", 0, "", Interval(0, MAX_RUNS - 1))


@dataclass(frozen=True)
class Run:
    """One optimizer on its way through a scene: a rule with its settings, or a chain of phases.

    ``phases`` is kept as a tuple of :class:`~optimizers.Phase`; a rule, a classical method or a phase is taken as a
    chain of one.

    >>> from optimizers import OPTIMIZERS, PARTS
    >>> Run(OPTIMIZERS["momentum"](lr=0.001, rho=0.95)).rule.rho
    0.95
    >>> first = Phase(OPTIMIZERS["momentum"](), [PARTS["steps"](count=100)])
    >>> Run([first, OPTIMIZERS["adam"]()]).title
    'Momentum, then Adam'
    """

    phases: Any

    def __post_init__(self) -> None:
        try:
            chain = chain_of(self.phases)
        except TypeError:
            raise ValueError(f"Run: rule must be an optimizer with its settings, got {self.phases!r}") from None
        except ValueError as error:
            raise ValueError(f"Run: {error}") from None
        for phase in chain:
            if type(phase.rule) is not WALKERS.get(phase.rule.slug):
                raise ValueError(f"Run: rule must be an optimizer with its settings, got {phase.rule!r}")
        object.__setattr__(self, "phases", tuple(map(_plain_phase, chain)))

    @property
    def rule(self) -> Any:
        """The rule of the first phase."""
        return self.phases[0].rule

    @property
    def title(self) -> str:
        """Its rules and wrappers in words; a rule that goes on with other settings is named once."""
        titles = [phase.title for phase in self.phases]
        return ", then ".join(title for title, _ in itertools.groupby(titles))


@dataclass(frozen=True)
class Scene:
    """What is simulated.

    Attributes
    ----------
    surface : slug of a surface of ``LANDSCAPES``.
    start : (x, y); finite, and so are the loss and its slope there.
    steps : updates that each run makes, 1 to 10,000.
    seed : what the scene's random numbers start from.
    runs : the runs, at most 8. Batches need a surface of data, and one of as many samples as there are is left out.
    settings : the surface's settings as (name, value) pairs. A mapping, another order and missing names are accepted
        too; what is kept is complete and in the order of declaration, so that equal scenes compare equal.
    noise : standard deviation of what is added to each component of every gradient that a step asks for; it depends on
        the seed and the step alone, so it is the same for all runs.

    What is wrong raises ValueError, with a sentence that names it, its range and the value:

    >>> from optimizers import OPTIMIZERS
    >>> scene = Scene("quadratic", (-1.5, 1), runs=[Run(OPTIMIZERS["sgd"](lr=0.01))], settings={"kappa": 50})
    >>> scene.labels, scene.steps, scene.landscape.settings["kappa"]
    (('Gradient descent',), 300, 50.0)
    >>> Scene("quadratic", (-1.5, 1), steps=20_000)
    Traceback (most recent call last):
        ...
    ValueError: Scene: steps must be in [1, 10000], got 20000
    """

    title: ClassVar[str] = "Scene"

    surface: str
    start: tuple[float, float]
    steps: int = knob(
        300, "n", "How many updates each run makes.", valid=Interval(1, MAX_STEPS), offer=(10, 3000), label="Steps"
    )
    seed: int = knob(
        0, "s", "What random numbers start from.", valid=Interval(0, 2**32 - 1), offer=(0, 99), label="Seed", rare=True
    )
    runs: tuple[Run, ...] = ()
    settings: tuple[tuple[str, Setting], ...] = ()
    noise: float = knob(
        0.0,
        r"\sigma",
        "The standard deviation of the noise that is added to every gradient, the same for all runs.",
        valid=nonnegative,
        offer=(0, 3),
        label="Gradient noise",
        rare=True,
    )

    @classmethod
    def on(cls, landscape: Landscape, start: tuple[float, float] | None = None, **others: Any) -> Scene:
        """The scene on this very surface; without a start, from the surface's own.

        >>> Scene.on(LANDSCAPES["quadratic"](kappa=50), steps=20).steps
        20
        """
        start = landscape.start if start is None else start
        return cls(landscape.slug, start, settings=tuple(landscape.settings.items()), **others)

    def __post_init__(self) -> None:
        if not isinstance(self.surface, str) or self.surface not in LANDSCAPES:
            raise ValueError(f"Scene: surface must be one of {', '.join(LANDSCAPES)}, got {self.surface}")
        try:
            x, y = (float(START.plain("Scene", value)) for value in self.start)
        except (TypeError, ValueError):
            raise ValueError(f"Scene: start must be two finite numbers, got {self.start}") from None
        runs = tuple(self.runs) if isinstance(self.runs, Iterable) else (self.runs,)
        if len(runs) > MAX_RUNS or not all(isinstance(run, Run) for run in runs):
            raise ValueError(f"Scene: runs must be at most {MAX_RUNS} of type Run, got {len(runs)}: {runs}")
        try:
            settings = dict(self.settings)
        except (TypeError, ValueError):
            raise ValueError(f"Scene: settings must be pairs of a name and a value, got {self.settings!r}") from None
        try:
            landscape = LANDSCAPES[self.surface](**settings)
        except TypeError as error:  # a name that is not among the settings
            raise ValueError(f"Scene: {error}") from None
        checked_start(landscape, (x, y))
        try:
            check_batches(landscape, [run.phases for run in runs])
        except ValueError as error:
            raise ValueError(f"Scene: {error}") from None
        runs = tuple(_without_whole_batches(run, count_samples(landscape)) for run in runs)
        plain: dict[str, Any] = {"start": (x, y), "runs": runs, "settings": tuple(landscape.settings.items())}
        for name in ("steps", "seed", "noise"):
            plain[name] = knobs_of(Scene)[name].plain("Scene", getattr(self, name))
        for name, value in plain.items():
            object.__setattr__(self, name, value)

    @property
    def landscape(self) -> Landscape:
        """The surface itself, with the scene's settings."""
        return LANDSCAPES[self.surface](**dict(self.settings))

    @property
    def labels(self) -> tuple[str, ...]:
        """A name for each run, unique within the scene: "Adam", "Adam 2"."""
        titles = [run.title for run in self.runs]
        counts = [titles[: index + 1].count(title) for index, title in enumerate(titles)]
        return tuple(title if count == 1 else f"{title} {count}" for title, count in zip(titles, counts, strict=True))


@dataclass(frozen=True)
class View:
    """How a scene is looked at; nothing here changes what is computed.

    Attributes
    ----------
    step : the step on show, or None for the end. It may lie beyond the end of a scene: ``shown_step`` does not.
    mode : "2d", "3d" or "both".
    colour, loss : "log" or "linear" for the map's colours and the loss axis; None for what the surface asks for.
    hidden : indices (from 0) of the runs that are not drawn; kept sorted and without repeats.
    lights : "on", or "off" for ground that is dark except where the runs have been.
    per : what the loss curve and the table count: every "step", every gradient "evaluation" that it takes or, of
        data, every "sample" that these look at, or "epoch", which is as many samples as there are.

    >>> View(step=500).shown_step(300), View().shown_step(300), View(hidden=(2, 1, 1)).hidden
    (300, 300, (1, 2))
    """

    step: int | None = None
    mode: Mode = "2d"
    colour: AxisScale | None = None
    loss: AxisScale | None = None
    hidden: tuple[int, ...] = ()
    lights: Lights = "on"
    per: Per = "step"

    def __post_init__(self) -> None:
        if self.step is not None:
            object.__setattr__(self, "step", STEP.plain("View", self.step))
        scales = (None, *AXIS_SCALES)
        for name, choices in (("mode", MODES), ("colour", scales), ("loss", scales), ("lights", LIGHTS), ("per", PERS)):
            if getattr(self, name) not in choices:
                raise ValueError(f"View: {name} must be one of {choices}, got {getattr(self, name)!r}")
        hidden: Any = self.hidden
        if not isinstance(hidden, Iterable):
            raise ValueError(f"View: hidden must be a list of the numbers of runs, got {hidden!r}")
        object.__setattr__(self, "hidden", tuple(sorted({_HIDDEN.plain("View", index) for index in hidden})))

    def shown_step(self, steps: int) -> int:
        """The step on show in a scene of so many steps."""
        return steps if self.step is None else min(self.step, steps)


def pers_on(landscape: Landscape) -> tuple[Per, ...]:
    """What can be counted on a surface: samples only where there is data.

    >>> pers_on(LANDSCAPES["booth"])
    ('step', 'evaluation')
    """
    return PERS if count_samples(landscape) is not None else PERS[:2]


def _without_whole_batches(run: Run, count: int | None) -> Run:
    """The run without batches of all the ``count`` samples."""
    if not any(phase.batch and count is not None and phase.batch.size >= count for phase in run.phases):
        return run
    return Run([p.without("batch") if p.batch and count and p.batch.size >= count else p for p in run.phases])


def _plain_phase(phase: Phase) -> Phase:
    """A phase whose settings are plain numbers."""

    def plain(settings: Any) -> Any:
        knobs = knobs_of(settings).items()
        return type(settings)(**{name: knob.plain(settings.title, getattr(settings, name)) for name, knob in knobs})

    return Phase(plain(phase.rule), tuple(map(plain, phase.parts)))
