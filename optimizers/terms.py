"""The quantities of an update by name: how each is computed, as an expression that can be read, shown and checked.

An expression is arithmetic as in Python: ``+ - * / **``, comparisons, and the functions of ``FUNCTIONS``. It may use
the settings of the rule, the terms listed before it, ``name_before`` (a term's value one step earlier), ``lr`` (this
step's rate), ``t`` (1 at the first step) and ``x`` (the present point). A term that is not computed, as the gradient,
has its own name for an expression. The page shows it with this step's numbers in place of the names; a test evaluates
it with them, and it must give what the run has recorded.

>>> mean = Term("m", "beta1 * m_before + (1 - beta1) * g", "Keeps {beta1:%} of the old direction.", role="momentum")
>>> evaluate(mean.expression, {"beta1": 0.9, "m_before": 0.0, "g": np.array([10.0, -5.0])}).round(12).tolist()
[1.0, -0.5]
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

import numpy as np

from caches import few

Role = Literal["gradient", "momentum", "squares", "rate", "step", ""]
"""What a term is in the vocabulary of the stage: an arrow, a square, an effective rate; "" for none of these."""


@dataclass(frozen=True)
class Term:
    """One quantity of an update.

    Attributes
    ----------
    name : its name in ``Update.terms``, or "step", or that of a quantity which only ``expression`` computes.
    expression : how it comes about.
    says : one sentence on what this term does; ``{beta1:%}`` stands for a setting in percent, ``{beta1}`` for itself.
    role : what it is on the stage.
    symbol : how it is written for people, in plain Unicode; "" for the name itself.
    before : an expression of the settings for its value before the first step.
    shared : whether it is one number for both coordinates.
    """

    name: str
    expression: str
    says: str
    role: Role = ""
    symbol: str = ""
    before: str = "0"
    shared: bool = False


FUNCTIONS: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {
        "sqrt": np.sqrt,
        "abs": np.abs,
        "sign": np.sign,
        "max": np.maximum,
        "min": np.minimum,
        "where": np.where,
        "whole": np.floor,
        "norm": lambda vector: np.sqrt((vector**2).sum(axis=0)),
    }
)
_OPERATORS: Mapping[type, Callable[..., Any]] = MappingProxyType(
    {
        ast.Add: operator.add,
        ast.Sub: operator.sub,
        ast.Mult: operator.mul,
        ast.Div: operator.truediv,
        ast.Pow: operator.pow,
        ast.USub: operator.neg,
        ast.Lt: operator.lt,
        ast.Gt: operator.gt,
        ast.LtE: operator.le,
        ast.GtE: operator.ge,
        ast.Eq: operator.eq,
    }
)


def evaluate(expression: str, values: Mapping[str, Any]) -> Any:
    """The value of an expression; ValueError if it holds anything but arithmetic of the given names."""

    def visit(node: ast.AST) -> Any:
        match node:
            case ast.Expression(body=body):
                return visit(body)
            case ast.Constant(value=float() | int() as number):
                return number
            case ast.Name(id=name) if name in values:
                return values[name]
            case ast.UnaryOp(op=op, operand=operand) if type(op) in _OPERATORS:
                return _OPERATORS[type(op)](visit(operand))
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
                return _OPERATORS[type(op)](visit(left), visit(right))
            case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in _OPERATORS:
                return _OPERATORS[type(op)](visit(left), visit(right))
            case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]) if name in FUNCTIONS:
                return FUNCTIONS[name](*map(visit, arguments))
        raise ValueError(f"{ast.unparse(node)} in {expression} is not arithmetic of {', '.join(values)}")

    return visit(_parsed(expression))


def names_in(expression: str) -> set[str]:
    """The names that an expression uses, but for functions.

    >>> sorted(names_in("lr * g / (sqrt(v) + eps)"))
    ['eps', 'g', 'lr', 'v']
    """
    return {node.id for node in ast.walk(_parsed(expression)) if isinstance(node, ast.Name)} - set(FUNCTIONS)


@few("the expressions in the equations of rules")
def _parsed(expression: str) -> ast.Expression:
    return ast.parse(expression, mode="eval")
