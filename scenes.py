"""The scene: one value that says what is simulated, and its text form, the link.

A :class:`Scene` is a surface with its settings, a start, a number of steps, a seed and a list of runs. A :class:`View`
is how it is looked at. Both are frozen and hashable, so that scrubbing through a scene never computes it again; they
are declared in ``scene_values`` and imported from here.

The link is their text, readable and editable by hand, with one grammar for every part::

    surface=quadratic:kappa=100,angle=45&start=-1.5,2&steps=300&seed=0&run=momentum:lr=0.001,rho=0.9&run=adam:lr=0.02

``name:setting=value,setting=value`` names a surface or a run; ``;`` adds a part to a run and ``~`` starts its next
phase (see ``run_texts``). ``noise=0.01`` is gradient noise. The view adds ``step=120``, ``view=3d``, ``colour=log``,
``loss=linear``, ``lights=off`` (ground that is dark except where the runs have been; on is not written),
``per=evaluation`` (what the loss curve counts; of data also ``sample`` and ``epoch``) and ``hide=2,3`` (numbers of
runs, from 1).

Example
-------
>>> scene, view = parse("surface=quadratic:kappa=100&start=-1.5,2&run=adam:lr=0.02&run=adam:lr=0.1&step=120")
>>> scene.labels, view.step
(('Adam', 'Adam 2'), 120)
>>> parse(format(scene, view)) == (scene, view)
True
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from caches import once, remembered
from knobs import Interval, Knob, format_value, knobs_of
from landscapes import LANDSCAPES, Landscape
from links import Link, Parsed, write_part, write_values
from optimizers import Trajectory, default_settings, descend_together
from optimizers.checks import checked_start
from presets import PRESETS
from run_texts import read_run, write_run
from scene_values import (
    AXIS_SCALES,
    LIGHTS,
    MAX_RUNS,
    MODES,
    START,
    STEP,
    AxisScale,
    Lights,
    Mode,
    Per,
    Run,
    Scene,
    View,
    pers_on,
)

__all__ = [
    "MAX_RUNS",
    "AxisScale",
    "Lights",
    "Mode",
    "Per",
    "Run",
    "Scene",
    "View",
    "default_scene",
    "format",
    "parse",
    "pers_on",
    "simulate",
    "simulate_in_detail",
]

Pair = tuple[float, float]

_HIDE = Knob("hide", "", 1, "", Interval(1, MAX_RUNS))
_KEYS = ("surface", "start", "steps", "seed", "noise", "run", "step", "view", "colour", "loss", "lights", "per", "hide")


def _checked(scene: Any, index: int | None = None) -> tuple[Scene, int | None]:
    """The arguments, if the first is a scene; TypeError with a sentence otherwise."""
    if not isinstance(scene, Scene):
        raise TypeError(f"a scene is needed, such as parse(link)[0], got {scene!r}")
    return scene, index


@remembered("trajectories", key=_checked)
def simulate(scene: Scene) -> tuple[Trajectory, ...]:
    """The trajectory of every run, in the order of ``scene.runs``; the latest scenes are remembered.

    >>> scene, view = parse("surface=himmelblau&steps=50&run=sgd&run=adam")
    >>> [path.points.shape for path in simulate(scene)]
    [(51, 2), (51, 2)]
    """
    if not scene.runs:
        return ()
    chains = [run.phases for run in scene.runs]
    walks = descend_together(scene.landscape, chains, scene.start, scene.steps, noise=scene.noise, seed=scene.seed)
    return tuple(walks)


@remembered("trajectories in detail", key=_checked)
def simulate_in_detail(scene: Scene, index: int) -> Trajectory:
    """The trajectory of one run with the terms of all its updates: the same path to the bit.

    >>> scene, view = parse("surface=himmelblau&steps=50&run=sgd&run=adam")
    >>> sorted(simulate_in_detail(scene, 1).terms)
    ['g', 'lr', 'm', 'm_hat', 'step', 'v', 'v_hat']
    """
    chain = scene.runs[index].phases
    surface, start = scene.landscape, scene.start
    return descend_together(surface, [chain], start, scene.steps, noise=scene.noise, seed=scene.seed, record=True)[0]


@once
def default_scene() -> Scene:
    """The scene that the page opens with: the first preset.

    >>> default_scene().labels
    ('Gradient descent', 'Momentum', 'Nesterov', 'Adam')
    """
    return parse(next(iter(PRESETS.values())).link)[0]


def parse(query: str | Iterable[tuple[str, str]]) -> Parsed[Scene, View]:
    """The scene and the view that a link stands for. Never fails: its ``warnings`` name what was not understood.

    Parameters
    ----------
    query : what stands after the "?" of an address; or (key, text) pairs that are decoded already, such as
        ``[(key, text) for key in st.query_params for text in st.query_params.get_all(key)]``.

    A setting that is missing or invalid has its default, and a learning rate the default of its rule on this surface.
    Without a surface, the default scene stands in for all that is missing.

    Examples
    --------
    >>> parse("") == (default_scene(), View())
    True
    >>> for sentence in parse("surface=rosenbrock&start=a,b&run=sgdd&run=momentum:lr=0.001,rho=1.5").warnings:
    ...     print(sentence)
    I did not understand start=a,b; using -1.5,2.
    I did not understand sgdd in run 1; leaving the run out.
    Momentum: rho must be in [0, 1), got 1.5; using 0.9.
    """
    link = Link(query, _KEYS, repeated=("run",))
    landscape, default = _read_surface(link)
    landscape, start = _read_start(link, landscape, (default or landscape).start)
    steps = link.whole(knobs_of(Scene)["steps"], "Scene", Scene.steps)
    seed = link.whole(knobs_of(Scene)["seed"], "Scene", Scene.seed)
    if "run" in link.texts:
        runs, left_out = _read_runs(link, landscape)
    else:
        runs, left_out = default.runs if default else _default_runs(landscape), set()
    noise = link.number(knobs_of(Scene)["noise"], "Scene", Scene.noise)
    scene = Scene.on(landscape, start, steps=steps, seed=seed, noise=noise, runs=runs)
    view = View(
        step=link.whole(STEP, "View", steps) if "step" in link.texts else None,
        mode=link.choice("view", MODES, View.mode),
        colour=link.choice("colour", AXIS_SCALES, None, "what the surface asks for"),
        loss=link.choice("loss", AXIS_SCALES, None, "what the surface asks for"),
        hidden=_read_hidden(link, left_out),
        lights=link.choice("lights", LIGHTS, View.lights),
        per=link.choice("per", pers_on(landscape), View.per),
    )
    return Parsed((scene, view), link.sentences)


def format(scene: Scene, view: View | None = None) -> str:
    """The link of a scene as it is looked at: without "?", nothing in it needs escaping, and ``parse`` reads it back.

    >>> from optimizers import OPTIMIZERS
    >>> adam = OPTIMIZERS["adam"](lr=0.02)
    >>> format(Scene("quadratic", (-1.5, 2), runs=(Run(adam),), settings={"kappa": 100}), View(step=120, hidden=(0,)))
    'surface=quadratic:kappa=100,angle=0&start=-1.5,2&steps=300&seed=0&run=adam:lr=0.02,beta1=0.9,beta2=0.999\
&step=120&view=2d&hide=1'
    """
    _checked(scene)
    view = View() if view is None else view
    if not isinstance(view, View):
        raise TypeError(f"a view is needed, such as View(step=120), got {view!r}")
    runs = [write_run(run) for run in scene.runs]
    fields = [
        ("surface", write_part(scene.surface, scene.landscape.knobs, dict(scene.settings))),
        ("start", write_values(scene.start)),
        ("steps", scene.steps),
        ("seed", scene.seed),
        ("noise", format_value(scene.noise) if scene.noise else None),
        *(("run", run) for run in runs or [""]),
        ("step", view.step),
        ("view", view.mode),
        ("colour", view.colour),
        ("loss", view.loss),
        ("lights", None if view.lights == View.lights else view.lights),
        ("per", None if view.per == View.per else view.per),
        ("hide", write_values(index + 1 for index in view.hidden) or None),
    ]
    return "&".join(f"{key}={text}" for key, text in fields if text is not None)


def _default_runs(landscape: Landscape) -> tuple[Run, ...]:
    """The rules of the default scene, with their default settings, on another surface."""
    rules = dict.fromkeys(type(run.rule) for run in default_scene().runs)
    return tuple(Run(rule(**default_settings(rule, landscape))) for rule in rules)


def _read_surface(link: Link) -> tuple[Landscape, Scene | None]:
    """The surface, and the default scene if it had to stand in."""
    text = link.text("surface")
    slug, settings = link.part(text or "", "the surface")
    if slug in LANDSCAPES:
        plain = LANDSCAPES[slug]
        return plain(**link.settings(plain.knobs, settings, plain.title, "the surface")), None
    default = default_scene()
    if text is not None:
        link.not_understood(f"surface={text}", instead=f"using {default.surface}")
    return default.landscape, default


def _read_start(link: Link, landscape: Landscape, default: Pair) -> tuple[Landscape, Pair]:
    """The start, and the surface; where no run can begin, the default start, and at last the surface's plain form."""
    start = link.pair(START, default)
    for candidate, instead in ((start, "the surface's own start"), (default, "the surface's default settings")):
        try:
            checked_start(landscape, candidate)
            return landscape, candidate
        except ValueError as error:
            link.say(f"Scene: {error}; using {instead}.")
    plain = LANDSCAPES[landscape.slug]
    return plain, plain.start


def _read_runs(link: Link, landscape: Landscape) -> tuple[tuple[Run, ...], set[int]]:
    """The runs, and the numbers in the link, from 1, of those that had to be left out."""
    texts = link.texts["run"]
    if texts == [""]:
        return (), set()
    if len(texts) > MAX_RUNS:
        link.say(f"A scene holds at most {MAX_RUNS} runs, got {len(texts)}; using the first {MAX_RUNS}.")
    read = {number: read_run(link, text, number, landscape) for number, text in enumerate(texts[:MAX_RUNS], start=1)}
    return tuple(filter(None, read.values())), {number for number, run in read.items() if run is None}


def _read_hidden(link: Link, left_out: set[int]) -> tuple[int, ...]:
    """The indices of hidden runs: their numbers in the link, less one for each run before them that was left out."""
    numbers = link.wholes(_HIDE, "View")
    return tuple(number - 1 - sum(out < number for out in left_out) for number in numbers if number not in left_out)
