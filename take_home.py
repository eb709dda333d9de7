"""Code to take home: for each run of a scene the few lines of this package, and of PyTorch, that make the same path.

Both are text, to be copied into a notebook: nothing is executed here, and PyTorch need not be there.

Example
-------
>>> from scenes import parse
>>> scene, _ = parse("surface=himmelblau&start=-4.8,0.4&steps=300&run=adam:lr=0.1")
>>> print(package_code(scene, 0))
from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS, descend
<BLANKLINE>
surface = LANDSCAPES["himmelblau"]
rule = OPTIMIZERS["adam"](lr=0.1, beta1=0.9, beta2=0.999)
path = descend(surface, rule, start=(-4.8, 0.4), steps=300)
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from textwrap import indent
from typing import Any

from knobs import Setting, knobs_of
from optimizers import Part, Phase, Rule
from optimizers.parts import Batch, Clip
from optimizers.phases import spans_of
from optimizers.schedules import ReactiveSchedule, Schedule
from scenes import Scene

WIDTH = 79
"""A call or a list that is longer is written with one item a line; around it there are at most two more levels."""

_OWN_NAMES = {
    "optimizers": ("CLASSICAL", "OPTIMIZERS", "PARTS", "Phase", "descend"),
    "optimizers.batches": ("batches_of",),
}


def package_code(scene: Scene, index: int) -> str:
    """The lines of this package that walk the path of a run, given by its index from 0: the same to the last bit."""
    run = scene.runs[index]
    phase = run.phases[0]
    noise = [f"noise={scene.noise!r}"] if scene.noise else []
    noise += [f"seed={scene.seed!r}"] if scene.noise or any(phase.batch for phase in run.phases) else []
    where = [f"start={scene.start!r}", f"steps={scene.steps!r}"]
    if len(run.phases) == 1:
        walker = f"rule = {_made(phase.rule)}"
        call = _call("path = descend", ["surface", "rule", *where, *_keywords(phase), *noise])
    else:
        walker = "phases = " + _list([_phase(phase) for phase in run.phases])
        call = _call("path = descend", ["surface", "phases", *where, *noise])
    return _with_imports("\n".join([_surface(scene), walker, call]))


def why_no_torch(scene: Scene, index: int) -> str:
    """A sentence on why there are no lines of PyTorch for a run; "" if there are.

    >>> from scenes import parse
    >>> scene, _ = parse("surface=booth&run=adam;sam&run=adam:bias_correction=off&run=adam")
    >>> for index in (0, 1):
    ...     print(why_no_torch(scene, index))
    PyTorch has no SAM.
    PyTorch has no Adam with these settings.
    """
    phases = [phase for phase, _, _ in spans_of(scene.runs[index].phases, scene.steps)]
    reasons = (_missing(phase) for phase in phases)
    carried = (_misread(before, after) for before, after in itertools.pairwise(phases))
    return next(filter(None, [*reasons, *carried]), "")


def torch_code(scene: Scene, index: int) -> str:
    """The lines of PyTorch that walk the path of a run, with the gradient of our surface; "" where it has no such rule.

    >>> from scenes import parse
    >>> scene, _ = parse("surface=booth&start=-8,5&steps=50&run=momentum:lr=0.01,rho=0.9")
    >>> print(torch_code(scene, 0))
    import torch
    <BLANKLINE>
    from landscapes import LANDSCAPES
    <BLANKLINE>
    surface = LANDSCAPES["booth"]
    x = torch.tensor((-8.0, 5.0), dtype=torch.float64)
    path = [x.tolist()]
    optimizer = torch.optim.SGD([x], lr=0.01, momentum=0.9)
    for step in range(50):
        x.grad = torch.from_numpy(surface.gradient(x.numpy()))
        optimizer.step()
        path.append(x.tolist())
    """
    if why_no_torch(scene, index):
        return ""
    head = [_surface(scene), f"x = torch.tensor({scene.start!r}, dtype=torch.float64)", "path = [x.tolist()]"]
    if scene.noise:
        draws = f"np.random.default_rng({scene.seed!r}).standard_normal(({scene.steps!r}, 2))"
        head.append(f"noise = {scene.noise!r} * {draws}")
    begun = list(spans_of(scene.runs[index].phases, scene.steps))
    has_batches = any(phase.batch for phase, _, _ in begun)
    if has_batches:
        sizes = " + ".join(
            f"[{phase.batch.size if phase.batch else None}] * {end - first}" for phase, first, end in begun
        )
        head.append(f"batches = batches_of({sizes}, len(surface.samples), {scene.seed!r})")
    for number, (phase, first, end) in enumerate(begun, start=1):
        if len(begun) > 1:
            head += ["", f"# Phase {number}: {phase.rule_title}"]
        head += _loop(phase, first, end, with_batches=has_batches, with_noise=bool(scene.noise))
    return _with_imports("\n".join(head))


def _missing(phase: Phase) -> str:
    """What PyTorch has not got of a phase, as a sentence."""
    for wrapper in phase.wrappers:
        return f"PyTorch has no {wrapper.label}."
    rule = phase.rule
    if not isinstance(rule, Rule):
        return f"PyTorch has no {rule.title} like this one, which is SciPy's."
    if not rule.in_torch():
        return f"PyTorch has no {rule.title}{' with these settings' if type(rule)(lr=rule.lr).in_torch() else ''}."
    if rule.torch_reads_rate_once and (phase.schedule or phase.warmup):
        return f"PyTorch's {rule.title} looks at the learning rate only once, so that no schedule changes its steps."
    return ""


def _misread(before: Phase, after: Phase) -> str:
    """Why PyTorch would make something else of the memory that one phase leaves to the next; "" if it would not."""
    if after.carry and getattr(before.rule, "rho", None) == 0 != after.rule.rho:
        return f"PyTorch's {after.rule.title} keeps no velocity where rho is 0, so there would be none to go on with."
    return ""


def _loop(phase: Phase, first: int, end: int, *, with_batches: bool, with_noise: bool) -> list[str]:
    """The optimizer of a phase and its steps."""
    rule = phase.rule.in_torch()
    lines = ["memory = optimizer.state", f"optimizer = {rule}", "optimizer.state = memory"] if phase.carry else []
    lines = lines or [f"optimizer = {rule}"]
    rate, steps = _rates(phase, first, end)
    lines += rate
    noise = " + noise[step]" if with_noise else ""
    lines.append(f"for step in range({f'{first}, ' if first else ''}{end}):")
    batch = ", batches[step]" if with_batches else ""
    steps.append(f"x.grad = torch.from_numpy(surface.gradient(x.numpy(){batch}){noise})")
    if phase.clip:
        steps.append(f"torch.nn.utils.clip_grad_norm_([x], {phase.clip.norm!r})")
    steps += ["optimizer.step()", "path.append(x.tolist())"]
    return [*lines, *(f"    {line}" for line in steps)]


def _rates(phase: Phase, first: int, end: int) -> tuple[list[str], list[str]]:
    """What works out the rates of a phase, and the lines of its steps that set them."""
    schedule, warmup, lr = phase.schedule, phase.warmup, phase.rule.lr
    set_rate = 'optimizer.param_groups[0]["lr"] = '
    step = f"step - {first}" if first else "step"
    known = [part for part in (warmup, schedule) if part and not isinstance(part, ReactiveSchedule)]
    before, rate = [], repr(lr)
    if len(known) == 1:
        name = "warmup" if known[0] is warmup else "schedule"
        before += [f"{name} = {_made(known[0])}", f"rates = {lr!r} * {name}.factor(np.arange({end - first}.0))"]
    elif known:
        before += [
            f"phase = {_phase(Phase(phase.rule, tuple(known)))}",
            f"rates = {lr!r} * phase.factors({end - first})",
        ]
    if known:
        rate = f"rates[{step}]"
    if not isinstance(schedule, ReactiveSchedule):
        return before, [set_rate + rate] if known else []
    before += [f"schedule = {_made(schedule)}", "state = schedule.init()"]
    observe = "state = schedule.observe(state, surface.value(x.numpy()))"
    seen = [f"if step >= {first + warmup.count}:", f"    {observe}"] if warmup else [observe]
    return before, [f"{set_rate}{rate} * state.factor", *seen]


def _surface(scene: Scene) -> str:
    landscape = scene.landscape
    knobs, values = landscape.knobs, dict(scene.settings)
    settings = [
        f"{name}={_literal(value)}"
        for name, value in values.items()
        if knobs[name].matters(values) and not (knobs[name].rare and value == knobs[name].default)
    ]
    plain = f'surface = LANDSCAPES["{scene.surface}"]'
    return _call(plain, settings) if settings else plain


def _literal(value: Setting) -> str:
    return f'"{value}"' if isinstance(value, str) else repr(value)


def _phase(phase: Phase) -> str:
    return _call("Phase", [_made(phase.rule), *([_list([_made(part) for part in phase.parts])] if phase.parts else [])])


def _keywords(phase: Phase) -> list[str]:
    """The parts of a run of one phase as the keywords of ``descend``."""
    keywords, others = [], []
    for part in phase.parts:
        if isinstance(part, Schedule):
            keywords.append(f"schedule={_made(part)}")
        elif isinstance(part, Clip):
            keywords.append(f"clip={part.norm!r}")
        elif isinstance(part, Batch):
            keywords.append(f"batch={part.size!r}")
        else:
            others.append(_made(part))
    return [*keywords, *([f"parts={_list(others)}"] if others else [])]


def _made(settings: Any) -> str:
    """A rule, a classical method or a part, from its registry: everyday settings, and rare ones where not as usual."""
    registry = "OPTIMIZERS" if isinstance(settings, Rule) else "PARTS" if isinstance(settings, Part) else "CLASSICAL"
    values = [(knob, getattr(settings, name)) for name, knob in knobs_of(settings).items()]
    told = [f"{knob.name}={value!r}" for knob, value in values if not knob.rare or value != knob.default]
    return f'{registry}["{settings.slug}"]({", ".join(told)})'


def _call(function: str, arguments: Sequence[str]) -> str:
    return _enclosed(f"{function}(", arguments, ")")


def _list(items: Sequence[str]) -> str:
    return _enclosed("[", items, "]")


def _enclosed(begin: str, items: Sequence[str], end: str) -> str:
    """On one line if there is room for it, else one item a line."""
    line = f"{begin}{', '.join(items)}{end}"
    if len(line) <= WIDTH and "\n" not in line:
        return line
    return "\n".join([begin, *(indent(f"{item},", "    ") for item in items), end])


def _with_imports(code: str) -> str:
    """The code after the imports that it needs."""

    used = re.sub(r"#.*", "", code)  # a comment may say "Phase" without using it

    def uses(name: str) -> bool:
        return re.search(rf"\b{name}\b", used) is not None

    others = [line for name, line in (("np", "import numpy as np"), ("torch", "import torch")) if uses(name)]
    own = ["from landscapes import LANDSCAPES"]
    for module, names in _OWN_NAMES.items():
        needed = ", ".join(filter(uses, names))
        own += [f"from {module} import {needed}"] if needed else []
    return "\n\n".join(["\n".join(block) for block in (others, own) if block] + [code])
