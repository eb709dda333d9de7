r"""A reader of the formulas that the page prints: LaTeX is evaluated as arithmetic, so that code can be held to it.

It knows what our formulas use and refuses everything else. Statements stand one after the other, parted by ``\\``,
``\quad`` or a comma before it: ``v \leftarrow ...`` changes a state, ``\hat m = ...`` names a value, ``m_0 = ...`` and
``s = \eta \text{ at first}`` say how a state begins (it begins at 0 otherwise). A name that is used before the
statement which defines it is looked up there.

>>> formula = Formula(r"v \leftarrow \rho\, v + g \\ x \leftarrow x - \eta\, v")
>>> known = {r"\rho": 0.5, r"\eta": 0.1, "g": 2.0}
>>> formula.begin(known | {"x": 1.0})
>>> [round(formula.step(known)["x"], 12) for _ in range(2)]
[0.8, 0.5]
>>> Formula(r"\tfrac12\left(u^2 + 3\,xy\right),\quad u = x\cos\pi").value({"x": 2.0, "y": 1.0}).tolist()
5.0
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from tests.latex_reader import Reader, name_of

CONSTANTS = {r"\pi": np.pi, "e": np.e, "I": np.eye(2)}
CASES = re.compile(r"\\begin\{cases\}(.*?)\\end\{cases\}", re.DOTALL)
RELATION = re.compile(r"(?:\\leftarrow|=)(?![^{}]*\})")  # not within braces, as under a sum
AT_FIRST = r"\text{ at first}"


@dataclass(frozen=True)
class Statement:
    """``target`` is None for what is the formula's own value; ``kind`` is "value", "state" or "first"."""

    target: str | None
    text: str
    kind: str


class Formula:
    """The statements of a formula, and the state that they change from step to step."""

    def __init__(self, latex: str) -> None:
        latex = re.sub(r"\\begin\{aligned\}(.*)\\end\{aligned\}", lambda m: re.sub(r"\\\\|&", " ", m[1]), latex)
        self.cases: list[list[tuple[str, str]]] = []
        latex = CASES.sub(self._keep_cases, latex)
        self.statements = [
            statement
            for piece in re.split(r",?\s*\\q?quad|\\\\", latex)
            if piece.strip()
            for statement in self._read(piece)
        ]
        self.state: dict[str, Any] = {}
        self.totals: dict[str, Any] = {}

    def _keep_cases(self, found: re.Match[str]) -> str:
        rows = [tuple(part.strip() for part in row.split("&")) for row in found[1].split(r"\\")]
        self.cases.append([(value, condition) for value, condition in rows])
        return rf"\cases{{{len(self.cases) - 1}}}"

    def _read(self, piece: str) -> list[Statement]:
        *targets, text = (part.strip() for part in RELATION.split(piece))
        if not targets:
            return [Statement(None, text, "value")]
        if r"\leftarrow" in piece:
            return [Statement(name_of(target), text, "state") for target in targets]
        if text.endswith(AT_FIRST):
            return [Statement(name_of(target), text.removesuffix(AT_FIRST), "first") for target in targets]
        names = [name_of(target) for target in targets]
        if all(re.search(r"_\{?0", name) for name in names):
            return [Statement(re.sub(r"_\{?0\}?", "", name), text, "first") for name in names]
        return [Statement(name, text, "value") for name in names]

    def begin(self, known: Mapping[str, Any]) -> None:
        """Set the states before the first step: ``known``, what the formula says, and else 0."""
        self.state, self.totals = dict(known), {}
        for statement in self.statements:
            if statement.kind == "state" and statement.target not in self.state:
                self.state[str(statement.target)] = 0.0
        for statement in self.statements:
            if statement.kind == "first":
                self.state[str(statement.target)] = self._evaluate(statement.text, {**self.state, **known})

    def step(self, known: Mapping[str, Any]) -> dict[str, Any]:
        """Go through the statements once, and return all values; ``known`` is what the step knows beside the state."""
        values = {**self.state, **known}
        for statement in self.statements:
            if statement.kind == "first" or statement.target is None:
                continue
            try:
                values[statement.target] = self._evaluate(statement.text, values)
            except NameError:
                if statement.kind == "state":
                    raise  # a value may wait until what it needs is there
        for name in self.totals:
            self.totals[name] += self._look_up(name, values)
        self.state |= {name: values[name] for name in self.state if name in values}
        self.state |= {name: value for name, value in values.items() if name.endswith("_t")}
        return values

    def value(self, known: Mapping[str, Any]) -> Any:
        """The value of a formula that is one expression, with what its other statements name."""
        last = next(each for each in self.statements if each.target is None)
        return self._evaluate(last.text, known)

    def named(self, target: str, known: Mapping[str, Any]) -> Any:
        """The value that the formula gives a name."""
        return self._look_up(name_of(target), dict(known), defined=True)

    def _evaluate(self, text: str, values: Mapping[str, Any]) -> Any:
        with np.errstate(invalid="ignore", divide="ignore"):  # of cases all are worked out, and one is taken
            return Reader(self, text, values).read()

    def _look_up(self, name: str, values: Mapping[str, Any], *, defined: bool = False) -> Any:
        if name.startswith(r"\sum "):
            summand = self._look_up(name.removeprefix(r"\sum "), values)
            return self.totals.setdefault(name.removeprefix(r"\sum "), 0.0) + summand
        if name in values and not defined:
            return values[name]
        shifted = re.fullmatch(r"(.*_)\{?t([+-]1)\}?", name)
        if shifted:
            base = f"{shifted[1]}t"
            if shifted[2] == "-1":  # as it was one step earlier, or at first
                return self.state.get(base, self.state.get(shifted[1].removesuffix("_")))
            later = {other: value for other, value in values.items() if not other.endswith("_t")}
            later |= {"t": values["t"] + 1, re.sub("t$", "{t-1}", base): self._look_up(base, values)}
            return self._look_up(base, later, defined=True)
        for statement in self.statements:
            if statement.target == name and statement.kind == "value":
                return self._evaluate(statement.text, values)
        if name in CONSTANTS:
            return CONSTANTS[name]
        raise NameError(name)
