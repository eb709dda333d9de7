"""Reads an expression in LaTeX as arithmetic, from left to right; ``tests.printed_formula`` reads whole formulas."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

TOKEN = re.compile(r"\s*(\d+\.?\d*|\\[A-Za-z]+|\\[,;!]|[A-Za-z]|[^\s])")
SPACES = {r"\,", r"\;", r"\!", r"\left", r"\right", r"\textstyle"}
ACCENTS = {r"\hat", r"\bar", r"\tilde"}
FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    r"\cos": np.cos,
    r"\sin": np.sin,
    r"\tanh": np.tanh,
    r"\cosh": np.cosh,
    r"\log": np.log,
    r"\max": lambda *values: np.maximum.reduce(np.broadcast_arrays(*values)),
    r"\min": lambda *values: np.minimum.reduce(np.broadcast_arrays(*values)),
    "sign": np.sign,
    "softmax": lambda *scores: np.exp(scores) / np.exp(scores).sum(axis=0),
}
COMPARISONS = {"<": np.less, ">": np.greater, r"\le": np.less_equal, r"\ge": np.greater_equal}


def is_matrix(value: Any) -> bool:
    return np.shape(value) == (2, 2)


def times(left: Any, right: Any) -> Any:
    """A product; of a matrix and a vector that of matrices."""
    return left @ right if is_matrix(left) and np.shape(right) == (2,) else left * right


def absolute(value: Any) -> Any:
    """The absolute value; of a matrix that with the absolute eigenvalues."""
    if not is_matrix(value):
        return np.abs(value)
    values, vectors = np.linalg.eigh(value)
    return vectors @ np.diag(np.abs(values)) @ vectors.T


BRACKETS: Mapping[str, tuple[str, Callable[[Any], Any]]] = {
    "(": (")", lambda value: value),
    "[": ("]", lambda value: value),
    "|": ("|", absolute),
    r"\openbar": (r"\closebar", absolute),
    r"\lVert": (r"\rVert", lambda value: np.sqrt((value**2).sum(axis=0))),
    r"\lfloor": (r"\rfloor", np.floor),
}
"""What opens a bracket: what closes it, and what it makes of the value inside."""


class Reader:
    """Reads one expression from left to right, and works out its value on the way."""

    def __init__(self, formula: Any, text: str, values: Mapping[str, Any]) -> None:
        self.formula, self.text, self.values = formula, text, values
        text = text.replace(r"\left|", r"\openbar ").replace(r"\right|", r"\closebar ").replace(r"\left(", "(")
        self.tokens: list[str] = TOKEN.findall(text)
        self.at, self.bars = 0, 0

    def read(self) -> Any:
        value = self.sum()
        self._skip_spaces()
        if self.at < len(self.tokens):
            raise SyntaxError(f"{' '.join(self.tokens[self.at :])} is left over of {self.text}")
        return value

    @property
    def next(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def _take(self, wanted: str | None = None) -> str:
        token = self.next
        if not token or (wanted is not None and token != wanted):
            raise SyntaxError(f"expected {wanted or 'more'} in {self.text}, got {token or 'its end'}")
        self.at += 1
        return token

    def _skip_spaces(self) -> bool:
        before = self.at
        while self.next in SPACES:
            self.at += 1
        return self.at > before

    def sum(self) -> Any:
        value = self.product(first=True)
        while True:
            self._skip_spaces()
            if self.next not in ("+", "-"):
                return value
            sign = 1 if self._take() == "+" else -1
            value = value + sign * self.product()

    def product(self, *, first: bool = False) -> Any:
        self._skip_spaces()
        if self.next == "-" and first:
            self._take()
            return -self.product()
        value = self.power()
        while True:
            self._skip_spaces()
            if self.next in (r"\cdot", r"\times"):
                self._take()
                value = times(value, self.power())
            elif self.next == "/":
                self._take()
                value = value / self.power()
            elif self._begins_factor():
                value = times(value, self.power())
            else:
                return value

    def _begins_factor(self) -> bool:
        token = self.next
        if token == "|":
            return self.bars == 0
        return bool(token) and (token in BRACKETS or is_name(token) or token[0].isdigit())

    def power(self) -> Any:
        value = self.factor()
        while self.next == "^":
            self._take()
            exponent = self.group()
            value = np.linalg.inv(value) if is_matrix(value) and np.all(exponent == -1) else np.power(value, exponent)
        return value

    def factor(self) -> Any:
        self._skip_spaces()
        token = self._take()
        if token[0].isdigit():
            return float(token)
        if token in BRACKETS:
            closing, meaning = BRACKETS[token]
            self.bars += token == "|"
            value = self.sum()
            self._skip_spaces()
            self._take(closing)
            self.bars -= token == "|"
            return meaning(value)
        if token in (r"\frac", r"\tfrac"):
            return self.group() / self.group()
        if token == r"\sqrt":
            return np.sqrt(self.group())
        if token == r"\cases":
            return self._case(int(self._raw_group()))
        if token == r"\sum":
            return self._sum_over()
        if token in (r"\mathrm", r"\operatorname"):
            token = self._raw_group()
        if token in FUNCTIONS:
            return self._call(FUNCTIONS[token])
        return self._name(token)

    def group(self) -> Any:
        """What stands in braces, or the one sign that needs none."""
        self._skip_spaces()
        if self.next == "{":
            self._take()
            value = self.sum()
            self._skip_spaces()
            self._take("}")
            return value
        if self.next[:1].isdigit() and len(self.next) > 1:
            digit, self.tokens[self.at] = self.next[0], self.next[1:]
            return float(digit)
        return self.factor()

    def _raw_group(self) -> str:
        self._skip_spaces()
        if self.next != "{":
            return self._take()
        self._take()
        depth, text = 1, ""
        while depth:
            token = self._take()
            depth += (token == "{") - (token == "}")
            text += token if depth else ""
        return text

    def _call(self, function: Callable[..., Any]) -> Any:
        exponent = None
        if self.next == "^":
            self._take()
            exponent = self.group()
        spaced = self._skip_spaces()
        if self.next == "(":
            arguments = self._arguments()
        else:  # a bare argument ends at the next function, sign or space
            arguments = [self.power()]
            while not spaced and self._begins_factor() and self.next not in FUNCTIONS:
                arguments = [times(arguments[0], self.power())]
        value = function(*arguments)
        return value if exponent is None else value**exponent

    def _arguments(self) -> list[Any]:
        self._take("(")
        arguments = [self.sum()]
        self._skip_spaces()
        while self.next == ",":
            self._take()
            arguments.append(self.sum())
            self._skip_spaces()
        self._take(")")
        return arguments

    def _sum_over(self) -> Any:
        limits = False
        while self.next in ("_", "^"):
            self._take()
            self._raw_group()
            limits = True
        if limits:
            return np.sum(self.product(first=True), axis=0)
        return self.formula._look_up(rf"\sum {self._read_name(self._take())}", self.values)

    def _case(self, number: int) -> Any:
        value: Any = np.nan
        for text, condition in reversed(self.formula.cases[number]):
            found = self.formula._evaluate(text, self.values)
            value = found if condition.startswith(r"\text") else np.where(self._holds(condition), found, value)
        return value

    def _holds(self, condition: str) -> Any:
        pieces = re.split(r"(\\le|\\ge|<|>)(?![A-Za-z])", condition)
        left, comparison, right = pieces
        sides = [self.formula._evaluate(side, self.values) for side in (left, right)]
        return COMPARISONS[comparison](*sides)

    def _name(self, token: str) -> Any:
        name = self._read_name(token)
        function = self.values.get(f"{name}()")
        if function is not None and self.next == "(":
            return function(*self._arguments())
        return self.formula._look_up(name, self.values)

    def _read_name(self, token: str) -> str:
        if token == r"\nabla":
            return f"{token} {self._take()}"
        if token in ACCENTS:
            token = f"{token} {self._raw_group()}"
        if not is_name(token):
            raise SyntaxError(f"{token} in {self.text}")
        while self.next in ("_", "^"):
            if self.next == "_":
                self._take()
                inner = self._raw_group()
                token += f"_{inner}" if len(inner) == 1 or inner.startswith("\\") else f"_{{{inner}}}"
            elif self.at + 1 < len(self.tokens) and self.tokens[self.at + 1] in ("+", "-", "*"):
                self._take()
                token += f"^{self._take()}"
            else:
                break
        return token


def is_name(token: str) -> bool:
    """Whether a token can begin a factor that is named: a letter, or a command that is not a sign of its own."""
    signs = {*SPACES, *COMPARISONS, r"\cdot", r"\times", r"\rVert", r"\closebar", r"\rfloor", r"\text"}
    return bool(re.fullmatch(r"[A-Za-z]|\\[A-Za-z]+.*", token)) and token not in signs


def name_of(latex: str) -> str:
    r"""The name of a symbol, however it is spaced.

    >>> name_of(r"\bar\varepsilon") == name_of(r"\bar{\varepsilon}"), name_of(r"\gamma_{\max}"), name_of("f^*")
    (True, '\\gamma_\\max', 'f^*')
    """
    reader = Reader(None, latex, {})
    name = reader._read_name(reader._take())
    if reader.next and reader.next not in SPACES:
        raise SyntaxError(f"{latex} is not one name")
    return name
