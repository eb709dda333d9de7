"""The anatomy of every step of a run: its equations term by term, with the values that the run itself has recorded.

What only an expression computes, such as the effective rate, is evaluated from recorded terms, so the formula that is
shown is the one that was used. Nothing else is computed here that the run has computed already.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from typing import Any

import numpy as np

from knobs import format_value, knobs_of
from values import Value

from .phases import Phase, spans_of
from .rule import Array, Rule
from .shared_terms import GRADIENT
from .terms import Term, evaluate, names_in
from .trajectory import Trajectory

_BEFORE = "_before"
_GRADIENT = Term("g", "g", "The slope here.", role="gradient")
_SHOWN = "The slope that the rule is shown: the steepest way up, as far as this step sees."
_UNSEEN = Term("g", "g", "The slope here, which this method does not ask for.", role="gradient")
_STEP = Term("step", "step", "What is added to the weights.", role="step")


@dataclass(frozen=True, eq=False)
class Quantity(Value):
    """One term of an update over the steps of a phase.

    ``values`` is ``(count, 2)``, or ``(count,)`` for what both coordinates share; ``says`` has the settings filled in.
    """

    name: str
    expression: str
    says: str
    role: str
    values: Array


@dataclass(frozen=True, eq=False)
class PhaseAnatomy(Value):
    """The equations of one phase, which takes the steps from ``first`` up to ``end``.

    Attributes
    ----------
    title : of the rule, with its wrappers.
    has_equations : whether the rule says how its terms come about.
    is_rule : whether it is an update rule; a classical method works by itself and has no equations.
    t_before : how many steps its state had taken before; t of its first step is one more.
    settings : the constants of its expressions, by name.
    symbols : how settings and terms are written for people, by name.
    quantities : the terms in the order of computation.
    others : what expressions use besides: "lr" and "x", each over the steps.
    before : the values before the first step of those terms whose expressions look back.
    """

    title: str
    has_equations: bool
    is_rule: bool
    first: int
    end: int
    t_before: int
    settings: Mapping[str, float]
    symbols: Mapping[str, str]
    quantities: tuple[Quantity, ...]
    others: Mapping[str, Array]
    before: Mapping[str, Array]

    def values_of(self, role: str) -> Array | None:
        """The values of the last term with a role, the one nearest to the step; None if there is none."""
        found = [quantity.values for quantity in self.quantities if quantity.role == role]
        return found[-1] if found else None


@dataclass(frozen=True, eq=False)
class Curve(Value):
    """A quantity over all steps of a run: ``(n, 2)``, or ``(n,)`` where it is one number; nan where there is none."""

    title: str
    values: Array
    is_logarithmic: bool = True


@dataclass(frozen=True, eq=False)
class Anatomy(Value):
    """What there is to see inside the n steps of a run."""

    phases: tuple[PhaseAnatomy, ...]
    curves: tuple[Curve, ...]
    steps: int


def anatomy_of(path: Trajectory) -> Anatomy:
    """The anatomy of a trajectory, which must have been recorded for all but gradient and step to be in it.

    >>> from types import SimpleNamespace
    >>> from optimizers import OPTIMIZERS, descend
    >>> bowl = SimpleNamespace(value=lambda p: (p**2).sum(axis=0), gradient=lambda p: 2 * p)
    >>> anatomy = anatomy_of(descend(bowl, OPTIMIZERS["sgd"](lr=0.25), (3, 4), 2, record=True))
    >>> anatomy.phases[0].values_of("step").tolist(), anatomy.curves[-1].title
    ([[-1.5, -2.0], [-0.75, -1.0]], 'Length of the gradient')
    """
    phases = tuple(_phases(path))
    return Anatomy(phases, tuple(_curves(phases, path)), path.steps)


def _phases(path: Trajectory) -> Iterator[PhaseAnatomy]:
    t_before = 0
    for phase, first, end in spans_of(path.phases, path.steps):
        if not phase.carry:
            t_before = 0
        yield _phase(path, phase, first, end, t_before)
        t_before += end - first


def _phase(path: Trajectory, phase: Phase, first: int, end: int, t_before: int) -> PhaseAnatomy:
    steps = slice(first, end)
    recorded = {name: values[steps] for name, values in path.terms.items()}
    own = (phase.rule, *phase.wrappers)
    settings = {name: getattr(each, name) for each in own for name in knobs_of(each)}
    settings.pop("lr", None)
    terms = equations_of(phase) if path.terms else ()
    has_equations = bool(terms)
    exact, seen = path.gradients[:-1][steps], path.seen_gradients[steps]
    is_unseen = bool(np.isnan(seen).all())
    if is_unseen:
        seen = exact
    shown = "" if is_unseen else _what_is_shown(phase, path)
    if shown:
        terms = tuple(replace(term, says=_SHOWN) if term == GRADIENT else term for term in terms)
    if not has_equations:
        terms = (_UNSEEN if is_unseen else _GRADIENT, _STEP)
        recorded = {"g": seen, "step": np.diff(path.points, axis=0)[steps]}
    others: dict[str, Array] = {"lr": path.rates[steps], "x": path.points[:-1][steps]}
    used = set().union(*(names_in(term.expression) for term in terms)) if has_equations else set()
    before = {
        term.name: _value_before(term, path, first, t_before, settings)
        for term in terms
        if term.name + _BEFORE in used and end > first
    }
    quantities = [
        Quantity(term.name, term.expression, _filled(term.says, settings), term.role, values)
        for term, values in _evaluated(terms, recorded, before, {**settings, **others}, t_before)
    ]
    if shown:
        says = f"The exact slope here; the rule is shown {shown}."
        quantities.insert(0, Quantity("exact", "exact", says, "", exact))
    symbols = {name: plain_symbol(declared.symbol) for each in own for name, declared in knobs_of(each).items()}
    return PhaseAnatomy(
        title=phase.title,
        has_equations=has_equations,
        is_rule=isinstance(phase.rule, Rule),
        first=first,
        end=end,
        t_before=t_before,
        settings=settings,
        symbols={"exact": "∇f", **symbols, **{term.name: term.symbol or plain_symbol(term.name) for term in terms}},
        quantities=tuple(quantities),
        others={name: values for name, values in others.items() if name in used},
        before=before,
    )


def equations_of(phase: Phase) -> tuple[Term, ...]:
    """The terms of a phase's update: those of its rule, and of the wrappers around it.

    >>> from optimizers import OPTIMIZERS, PARTS
    >>> [term.name for term in equations_of(Phase(OPTIMIZERS["sgd"](), [PARTS["sam"]()]))][:2]
    ['slope', 'uphill']
    """
    inner: tuple[Term, ...] = phase.rule.equations() if isinstance(phase.rule, Rule) else ()
    return reduce(lambda terms, wrapper: wrapper.equations(terms) if terms else terms, phase.wrappers, inner)


def _what_is_shown(phase: Phase, path: Trajectory) -> str:
    """In words, what a rule is shown in the place of the exact gradient; "" if it is shown just that."""
    noise = ["with noise"] if path.noise else []
    clip = [f"clipped to a length of {format_value(phase.clip.norm)}"] if phase.clip else []
    changes = " and ".join(noise + clip)
    if phase.batch and phase.batch.size < (path.sample_count or 0):
        samples = "one sample" if phase.batch.size == 1 else f"{phase.batch.size} samples"
        return ", ".join(filter(None, [f"that of {samples}", changes]))
    return f"it {changes}" if changes else ""


def _value_before(term: Term, path: Trajectory, first: int, t_before: int, settings: Mapping[str, float]) -> Array:
    """A term's value before the first step of a phase: that of the phase before, if its state is carried on."""
    recorded = path.terms[term.name]
    if t_before:
        return np.asarray(recorded[first - 1, 0] if term.shared else recorded[first - 1])
    known = {**settings, "x": path.points[first], "lr": path.rates[first]}
    value = np.asarray(evaluate(term.before, known), dtype=float)
    return value if term.shared else np.broadcast_to(value, recorded.shape[1:])


def _evaluated(
    terms: Sequence[Term],
    recorded: Mapping[str, Array],
    before: Mapping[str, Array],
    known: Mapping[str, Any],
    t_before: int,
) -> Iterator[tuple[Term, Array]]:
    """Every term with its values over the steps: recorded where the run has it, from its expression otherwise."""
    values: dict[str, Any] = {name: _columns(each) for name, each in known.items()}
    count = len(recorded["step"])
    values["t"] = np.arange(t_before + 1, t_before + count + 1, dtype=float)
    for term in terms:
        if term.name in recorded:
            rows = recorded[term.name]
        else:
            with np.errstate(all="ignore"):
                rows = np.asarray(evaluate(term.expression, values), dtype=float).T
            rows = np.broadcast_to(rows, (count, *rows.shape[1:]))
        if term.shared and rows.ndim == 2:
            rows = rows[:, 0]
        values[term.name] = _columns(rows)
        if term.name in before:
            values[term.name + _BEFORE] = _columns(np.concatenate([before[term.name][None], rows])[:-1])
        yield term, rows


def _columns(rows: Any) -> Any:
    """Values ``(count, 2)`` with the parameters as axis 0, as expressions have them; others as they are."""
    return rows.T if isinstance(rows, np.ndarray) else rows


def _curves(phases: Sequence[PhaseAnatomy], path: Trajectory) -> Iterator[Curve]:
    """Only those that the run has: gradient descent keeps no velocity."""
    n = path.steps
    rates = _over_all_steps(phases, "rate", n)
    is_plain = np.isnan(rates).all()  # no rule of the run has a rate of its own for each coordinate
    candidates = (
        Curve("Learning rate", path.rates)
        if is_plain
        else Curve("Effective rate", np.where(np.isnan(rates), path.rates[:, None], rates)),
        Curve("Velocity", _over_all_steps(phases, "momentum", n), is_logarithmic=False),
        Curve("Second moment", _over_all_steps(phases, "squares", n)),
        Curve("Length of the step", _length(_over_all_steps(phases, "step", n))),
        Curve("Length of the gradient", _length(_over_all_steps(phases, "gradient", n))),
    )
    yield from (curve for curve in candidates if not np.isnan(curve.values).all())


def _over_all_steps(phases: Sequence[PhaseAnatomy], role: str, steps: int) -> Array:
    """The values of a role ``(steps, 2)``, phase after phase; nan in a phase that has no such term."""
    values = np.full((steps, 2), np.nan)
    for phase in phases:
        found = phase.values_of(role)
        if found is not None:
            values[phase.first : phase.end] = found if found.ndim == 2 else found[:, None]
    return values


def _length(vectors: Array) -> Array:
    with np.errstate(over="ignore"):
        return np.hypot(*vectors.T)


def _filled(says: str, settings: Mapping[str, float]) -> str:
    """A sentence with settings in the places of "{beta1}" and, in percent, "{beta1:%}"."""

    def value(match: re.Match[str]) -> str:
        setting = settings[match[1]]
        return f"{100 * setting:.4g} %" if match[2] else format_value(setting)

    return re.sub(r"\{(\w+)(:%)?\}", value, says)


_LETTERS = {
    "alpha": "α",
    "beta": "β",
    "gamma": "γ",
    "delta": "δ",
    "varepsilon": "ε",
    "epsilon": "ε",
    "eta": "η",
    "lambda": "λ",
    "mu": "μ",
    "nu": "ν",
    "rho": "ρ",
    "phi": "φ",
}
_BELOW = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_HAT = "\u0302"


def plain_symbol(text: str) -> str:
    r"""A symbol in LaTeX, or a name in code, in plain letters as people write it by hand.

    What stands below and is no number follows a low line.

    >>> plain_symbol(r"\beta_1"), plain_symbol("v_hat"), plain_symbol(r"\eta^+"), plain_symbol(r"s_{\min}")
    ('β₁', 'v̂', 'η⁺', 's_min')
    """
    text = re.sub(r"\^\{?([-+])\}?", lambda match: "⁺" if match[1] == "+" else "⁻", text)
    text = re.sub(r"[{}]", "", text)
    text = re.sub(r"\\?(\w+?)_hat\b", lambda match: match[1][0] + _HAT + match[1][1:], text)
    text = re.sub(r"\\(\w+?)(?=_|\b)", lambda match: _LETTERS.get(match[1], match[1]), text)
    return re.sub(r"_(\d+)", lambda match: match[1].translate(_BELOW), text)
