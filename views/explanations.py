"""The rules of the scene in writing: the formula, the same with its settings filled in, and what to look for."""

from __future__ import annotations

import re
from collections.abc import Mapping

import streamlit as st

from knobs import Switch, knobs_of
from optimizers import Rule
from views.session import Session
from views.words import in_latex

_OTHERS = "other-rules"


def explanations(session: Session) -> None:
    """The rule of the open run in full, the surface, and the scene's other rules on demand."""
    scene = session.scene
    st.markdown("### The rules")
    explained = _explained_run(session)
    if explained is not None:
        rule = scene.runs[explained].rule
        _formula(rule)
        with st.container(key="filled-formula"):
            st.markdown(f"With the settings of {scene.labels[explained]}:")
            st.latex(_in_lines(formula_with_settings(rule)))
            for sentence in switched(rule):
                st.markdown(sentence)
        if rule.look_for:
            st.markdown(f"**What to look for.** {rule.look_for}")
        if rule.elsewhere:
            st.markdown(f"**Printed differently.** {rule.elsewhere}")
    others = {run.rule.slug: run.rule for run in scene.runs}
    if explained is not None:
        del others[scene.runs[explained].rule.slug]
    if others:
        # The page is sent again at every key of a slider: what is closed is not made.
        with st.expander("The other rules of this scene", key=_OTHERS, on_change="rerun") as expander:
            if expander.open:
                for rule in others.values():
                    _formula(rule)
    st.markdown(f"**{scene.landscape.title}**, the surface: {scene.landscape.about}")
    st.latex(rf"f(x, y) = {scene.landscape.formula}")


def _explained_run(session: Session) -> int | None:
    """The index of the open run, else of the first that is not hidden, else of the first."""
    if session.open_run is not None:
        return session.index_of(session.open_run)
    runs = range(len(session.scene.runs))
    return next((index for index in runs if index not in session.view.hidden), next(iter(runs), None))


def _formula(rule: Rule) -> None:
    st.markdown(f"**{rule.title}**: {rule.about}")
    st.latex(_in_lines(rule.formula))


def _in_lines(formula: str) -> str:
    return rf"\begin{{gathered}} {formula} \end{{gathered}}"


def formula_with_settings(rule: Rule) -> str:
    r"""A rule's own formula with its settings' numbers in the place of their symbols.

    >>> from optimizers import OPTIMIZERS
    >>> print(formula_with_settings(OPTIMIZERS["momentum"](lr=0.001, rho=0.95)))
    v \leftarrow 0.95\, v + g \\ x \leftarrow x - 0.001\, v
    """
    formula = rule.formula
    for name, replaced in rule.when_switched.items():
        if not getattr(rule, name):
            formula = _replace(formula, replaced)
    knobs = {name: declared for name, declared in knobs_of(rule).items() if not isinstance(declared.valid, Switch)}
    return _replace(formula, {declared.symbol: in_latex(getattr(rule, name)) for name, declared in knobs.items()})


def _replace(formula: str, replaced: Mapping[str, str]) -> str:
    """Replace whole symbols: the d of ``d v``, not that of ``\\quad``; under a power a power of ten has brackets."""
    symbols = "|".join(rf"(?<![A-Za-z\\]){re.escape(symbol)}(?![A-Za-z])" for symbol in replaced)

    def number(found: re.Match[str]) -> str:
        text = replaced[found[0]]
        is_base = formula[found.end() :].startswith("^")
        return rf"\left({text}\right)" if is_base and "^" in text else text

    return re.sub(symbols, number, formula)


def switched(rule: Rule) -> list[str]:
    """A sentence for each switch of a rule that is not as usual.

    >>> from optimizers import OPTIMIZERS
    >>> switched(OPTIMIZERS["adam"](bias_correction=False))
    ['Bias correction is off.']
    """
    switches = {name: declared for name, declared in knobs_of(rule).items() if isinstance(declared.valid, Switch)}
    return [
        f"{declared.label} is {'on' if getattr(rule, name) else 'off'}."
        for name, declared in switches.items()
        if getattr(rule, name) != declared.default
    ]
