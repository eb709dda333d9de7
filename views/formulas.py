"""Formulas with their numbers: the update of a rule, of a part, and of a whole phase of a run, in LaTeX."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from knobs import Knob, Switch, format_value, knobs_of
from optimizers import Phase

CHANGING_RATE = r"\eta_t"
"""What stands for the learning rate where a schedule or a warm-up changes it from step to step."""


def formula_with_settings(settings: Any, **instead: str) -> str:
    r"""The formula of a rule or a part with its settings' numbers in the place of their symbols.

    ``instead`` has what stands in the place of a setting whose number is not wanted, by the setting's name.

    >>> from optimizers import OPTIMIZERS
    >>> print(formula_with_settings(OPTIMIZERS["momentum"](lr=0.001, rho=0.95)))
    v \leftarrow 0.95\, v + g \\ x \leftarrow x - 0.001\, v
    """
    formula: str = settings.formula
    when_switched: Mapping[str, Mapping[str, str]] = getattr(settings, "when_switched", {})
    for name in _switched(settings):
        formula = _replace(formula, when_switched.get(name, {}))
    numbers = {name: knob for name, knob in knobs_of(settings).items() if not isinstance(knob.valid, Switch)}
    texts = {name: instead.get(name) or in_latex(getattr(settings, name)) for name in numbers}
    return _replace(formula, {knob.symbol: texts[name] for name, knob in numbers.items()})


def formula_of_phase(phase: Phase) -> str:
    r"""The filled formula of a phase: its rule's, after what shortens the gradient, at a rate that may change.

    >>> from optimizers import OPTIMIZERS, PARTS
    >>> print(formula_of_phase(Phase(OPTIMIZERS["sgd"](lr=0.1), [PARTS["cosine"](until=300)])))
    x \leftarrow x - \eta_t\, g
    """
    rate = {"lr": CHANGING_RATE} if phase.schedule or phase.warmup else {}
    parts = [phase.clip] if phase.clip else []
    return r" \\ ".join([*map(formula_with_settings, parts), formula_with_settings(phase.rule, **rate)])


def switched(settings: Any) -> list[str]:
    """A sentence for each switch of a rule that is not as usual.

    >>> from optimizers import OPTIMIZERS
    >>> switched(OPTIMIZERS["adam"](bias_correction=False))
    ['Bias correction is off.']
    """
    return [
        f"{knob.label} is {'on' if getattr(settings, name) else 'off'}." for name, knob in _switched(settings).items()
    ]


def _switched(settings: Any) -> dict[str, Knob]:
    """The switches that are not at their default."""
    knobs = knobs_of(settings).items()
    return {
        name: knob for name, knob in knobs if isinstance(knob.valid, Switch) and getattr(settings, name) != knob.default
    }


def in_lines(formula: str) -> str:
    """A formula whose lines stand one under the other, each in the middle."""
    return rf"\begin{{gathered}} {formula} \end{{gathered}}"


def in_latex(value: float) -> str:
    r"""A number as it is written in a formula.

    >>> print(in_latex(0.001), in_latex(1e-8), in_latex(2e-5))
    0.001 10^{-8} 2 \cdot 10^{-5}
    """
    mantissa, _, exponent = format_value(value).partition("e")
    if not exponent:
        return mantissa
    power = f"10^{{{exponent}}}"
    return power if mantissa == "1" else rf"{mantissa} \cdot {power}"


def _replace(formula: str, replaced: Mapping[str, str]) -> str:
    """Replace whole symbols: the d of ``d v``, not that of ``\\quad``.

    Braces and brackets keep a number together: an exponent, a negative number, a power of ten under a power.
    """
    if not replaced:
        return formula
    longest_first = sorted(replaced, key=len, reverse=True)  # a symbol may begin like another, as eta^- does like eta
    symbols = "|".join(rf"(?<![A-Za-z\\]){re.escape(symbol)}(?![A-Za-z])" for symbol in longest_first)

    def number(found: re.Match[str]) -> str:
        text = replaced[found[0]]
        if formula[: found.start()].endswith("^"):
            return f"{{{text}}}"
        is_base = formula[found.end() :].startswith("^")
        needs_brackets = text.startswith("-") or (is_base and "^" in text)
        return rf"\left({text}\right)" if needs_brackets else text

    return re.sub(symbols, number, formula)
