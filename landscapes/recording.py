"""Exact derivatives by autograd, recorded once and played back.

Autograd differentiates by running a function on boxes that remember what happened to them. That costs some 200
microseconds a gradient whatever the number of points, nearly all of it spent on the boxes, and a drag on the page asks
for hundreds of gradients in sequence. But a loss of two numbers does the same arithmetic at every point. So autograd
runs once per shape, an outer trace records each NumPy call that the value and its derivatives take, and later points
only play those calls back.

A function must therefore not choose its operations by looking at the values (``np.where``, not ``if``). Autograd's
stack of traces is shared by all threads, so recording is done by one thread at a time; playing back needs no lock.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
from autograd.core import VJPNode, VSpace, backward_pass, sparse_add
from autograd.tracer import Node, getval, isbox, new_box, trace_stack

Function = Callable[[Any, Any], Any]
"""A loss of two numbers: f(x, y), elementwise for arrays of one shape."""

_one_at_a_time = threading.RLock()

_GRADIENT_SUMS = (VSpace.add.fun, VSpace.mut_add.fun)
"""Autograd's own sums of gradients, (space, a, b) -> a + b. The second works in place, which a recording must not."""


def value(function: Function) -> Callable[[Any, Any], list[Any]]:
    """The function (x, y) -> [f], to be recorded."""
    return lambda x, y: [function(x, y)]


def gradient(function: Function) -> Callable[[Any, Any], list[Any]]:
    """The function (x, y) -> [df/dx, df/dy], to be recorded."""
    return lambda x, y: [_partial(function, 0)(x, y), _partial(function, 1)(x, y)]


def value_and_gradient(function: Function) -> Callable[[Any, Any], list[Any]]:
    """The function (x, y) -> [f, df/dx, df/dy], to be recorded."""
    return lambda x, y: [function(x, y), *gradient(function)(x, y)]


def second_derivatives(function: Function) -> Callable[[Any, Any], list[Any]]:
    """The function (x, y) -> [d2f/dx2, d2f/dxdy, d2f/dy2], to be recorded."""
    along_x, along_y = _partial(function, 0), _partial(function, 1)
    return lambda x, y: [_partial(along_x, 0)(x, y), _partial(along_x, 1)(x, y), _partial(along_y, 1)(x, y)]


def _partial(function: Function, argument: int) -> Function:
    """The derivative with respect to one argument. What two of them have in common is recorded only once."""

    def derivative(*args: Any) -> Any:
        with trace_stack.new_trace() as trace:
            boxed = list(args)
            boxed[argument] = new_box(args[argument], trace, VJPNode.new_root())
            result = function(*boxed)
        if not (isbox(result) and result._trace == trace):
            return np.float64(0)  # it does not depend on this argument
        return backward_pass(np.ones_like(getval(result)), result._node)

    return derivative


class _Recorded(Node):
    """What autograd's outer trace keeps of an intermediate result: its recording and its place there."""

    __slots__ = ["recording", "register"]

    def __init__(
        self, value: Any, function: Any, args: Any, kwargs: Any, argnums: Sequence[int], parents: Sequence[_Recorded]
    ) -> None:
        self.recording: Recording = parents[0].recording
        registers = {argnum: parent.register for argnum, parent in zip(argnums, parents, strict=True)}
        self.register: int = self.recording.add(function.fun, args, kwargs, registers)

    def initialize_root(self, recording: Recording, register: int) -> None:
        self.recording, self.register = recording, register


class Recording:
    """The NumPy calls that lead from arrays x and y of one shape to some outputs.

    >>> recorded = Recording(lambda x, y: [x + x, x * y, 5.0], np.zeros(3))
    >>> recorded.play(np.array([1.0, 2.0, 3.0]), np.array([1.0, 0.0, 2.0]))
    [array([2., 4., 6.]), array([1., 0., 6.]), array([5., 5., 5.])]
    """

    def __init__(self, outputs: Callable[[Any, Any], list[Any]], example: np.ndarray) -> None:
        """Record ``outputs(x, y)`` for x and y of the example's shape; its values do not matter."""
        self._shape = example.shape
        self._registers: list[Any] = [None, None]  # x, y, then constants, and None where a result will stand
        self._calls: list[tuple[Callable[..., Any], tuple[int, ...], int]] = []  # function, operands, result
        self._known: dict[Any, int] = {}  # register of each constant and call, so that none is there twice
        with _one_at_a_time, np.errstate(all="ignore"), trace_stack.new_trace() as trace:
            x, y = (new_box(example, trace, _Recorded.new_root(self, register)) for register in (0, 1))
            self._outputs = [
                output._node.register if isbox(output) else self._place(np.full(self._shape, output))
                for output in outputs(x, y)
            ]
        self._drop_unused()
        self._known.clear()

    def add(self, function: Any, args: Sequence[Any], kwargs: dict[str, Any], registers: dict[int, int]) -> int:
        """Take down one call, the place of each argument that is a result given; returns its own result's place."""
        if function is sparse_add.fun:  # it changes arrays in place, and a recording plays back more than once
            raise TypeError("a landscape's function must not index x or y")
        if isinstance(function, np.ufunc):
            full = all(np.shape(args[place]) == self._shape for place in registers)
            args = [arg if place in registers else self._simplest(arg, full) for place, arg in enumerate(args)]
        operands = tuple(
            registers[place] if place in registers else self._constant(arg) for place, arg in enumerate(args)
        )
        if function in _GRADIENT_SUMS:
            function, operands = np.add, operands[1:]
        if function is np.multiply and self._is(1, operands[0]) and _is_float(args[1]):
            return operands[1]
        if function in (np.multiply, np.power) and self._is(1, operands[1]) and _is_float(args[0]):
            return operands[0]
        if function is np.power and self._is(2, operands[1]) and _is_float(args[0]):
            function, operands = np.square, operands[:1]
        if kwargs:
            function = partial(function, **kwargs)
        call = (function, operands)
        if call not in self._known:
            self._known[call] = self._place(None)
            self._calls.append((*call, self._known[call]))
        return self._known[call]

    def _place(self, content: Any) -> int:
        self._registers.append(content)
        return len(self._registers) - 1

    def _simplest(self, value: Any, full: bool) -> Any:
        """A ufunc's constant: one number where all its elements are equal and the other operand has the full shape."""
        if full and np.shape(value) == self._shape and np.size(value) and np.all(value == np.ravel(value)[0]):
            value = np.ravel(value)[0]
        return value if np.ndim(value) or isinstance(value, (bool, np.bool_)) else float(value)

    def _constant(self, value: Any) -> int:
        """The place of a constant; plain numbers are shared."""
        if not isinstance(value, float):
            return self._place(value)
        key = ("number", repr(value))  # as text, because -0.0 is not 0.0
        if key not in self._known:
            self._known[key] = self._place(value)
        return self._known[key]

    def _is(self, number: float, register: int) -> bool:
        content = self._registers[register]
        return isinstance(content, float) and content == number

    def _drop_unused(self) -> None:
        used, kept = set(self._outputs), []
        for call in reversed(self._calls):
            _, operands, result = call
            if result in used:
                used.update(operands)
                kept.append(call)
        self._calls = kept[::-1]

    def play(self, x: np.ndarray, y: np.ndarray) -> list[Any]:
        """The outputs at x and y, arrays of the shape that was recorded."""
        registers = self._registers.copy()
        registers[0], registers[1] = x, y
        for function, operands, result in self._calls:
            registers[result] = function(*[registers[i] for i in operands])
        return [registers[i] for i in self._outputs]


def _is_float(value: Any) -> bool:
    return bool(np.asarray(value).dtype == float)
