"""Exact derivatives by autograd, recorded once and played back.

Autograd differentiates by running a function on boxes that remember what happened to them. That costs some 200
microseconds a gradient whatever the number of points, nearly all of it spent on the boxes, and a drag on the page asks
for hundreds of gradients in sequence. But a loss does the same arithmetic at every point. So autograd runs once per
shape, an outer trace records each NumPy call that the value and its derivatives take, and later points only play those
calls back. What varies are the inputs: the weights, and for a loss of data the samples that it is taken over.

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

Function = Callable[..., Any]
"""A loss: f(x, y), elementwise for arrays of one shape, or of any weights and data."""

Outputs = Callable[..., list[Any]]
"""What is recorded: a function of the same arguments that gives a list."""

_one_at_a_time = threading.RLock()

_LARGE = 2**20
"""Arrays of more bytes are not compared with others."""

_GRADIENT_SUMS = (VSpace.add.fun, VSpace.mut_add.fun)
"""Autograd's own sums of gradients, (space, a, b) -> a + b. The second works in place, which a recording must not."""


def value(function: Function) -> Outputs:
    """The function (x, y) -> [f], to be recorded; further arguments are passed on."""
    return lambda *args: [function(*args)]


def gradient(function: Function, weights: int = 2) -> Outputs:
    """The function (x, y) -> [df/dx, df/dy], to be recorded; of more weights, the derivative by each of them."""
    derivatives = [_partial(function, argument) for argument in range(weights)]
    return lambda *args: [derivative(*args) for derivative in derivatives]


def value_and_gradient(function: Function, weights: int = 2) -> Outputs:
    """The function (x, y) -> [f, df/dx, df/dy], to be recorded; of more weights, the derivative by each of them."""
    slope = gradient(function, weights)
    return lambda *args: [function(*args), *slope(*args)]


def second_derivatives(function: Function) -> Outputs:
    """The function (x, y) -> [d2f/dx2, d2f/dxdy, d2f/dy2], to be recorded."""
    along_x, along_y = _partial(function, 0), _partial(function, 1)
    return lambda *args: [_partial(along_x, 0)(*args), _partial(along_x, 1)(*args), _partial(along_y, 1)(*args)]


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
    """The NumPy calls that lead from some inputs, arrays of fixed shapes, to some outputs.

    >>> recorded = Recording(lambda x, y: [x + x, x * y, 5.0], np.zeros(3), np.zeros(3))
    >>> recorded.play(np.array([1.0, 2.0, 3.0]), np.array([1.0, 0.0, 2.0]))
    [array([2., 4., 6.]), array([1., 0., 6.]), array([5., 5., 5.])]
    """

    def __init__(self, outputs: Outputs, *examples: np.ndarray) -> None:
        """Record ``outputs(*inputs)`` for inputs of the examples' shapes; their values do not matter.

        An output that depends on no input gets the shape of the first.
        """
        self._inputs = len(examples)
        self._registers: list[Any] = [None] * self._inputs  # then constants, and None where a result will stand
        self._calls: list[tuple[Callable[..., Any], tuple[int, ...], int]] = []  # function, operands, result
        self._known: dict[Any, int] = {}  # register of each constant and call, so that none is there twice
        with _one_at_a_time, np.errstate(all="ignore"), trace_stack.new_trace() as trace:
            boxes = [new_box(each, trace, _Recorded.new_root(self, at)) for at, each in enumerate(examples)]
            self._outputs = [
                output._node.register if isbox(output) else self._place(np.full(np.shape(examples[0]), output))
                for output in outputs(*boxes)
            ]
        self._drop_unused()
        self._known.clear()

    def add(self, function: Any, args: Sequence[Any], kwargs: dict[str, Any], registers: dict[int, int]) -> int:
        """Take down one call, the place of each argument that is a result given; returns its own result's place."""
        if function is sparse_add.fun:  # it changes arrays in place, and a recording plays back more than once
            raise TypeError("a landscape's function must not index x or y")
        if function is np.where or (isinstance(function, np.ufunc) and function.signature is None):
            shape = np.broadcast_shapes(*map(np.shape, args))
            is_full = any(np.shape(args[place]) == shape for place in registers)
            args = [arg if place in registers else _simplest(arg, is_full) for place, arg in enumerate(args)]
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
        call = (function, tuple(sorted(kwargs.items())), operands)
        if call not in self._known:
            self._known[call] = self._place(None)
            self._calls.append((partial(function, **kwargs) if kwargs else function, operands, self._known[call]))
        return self._known[call]

    def _place(self, content: Any) -> int:
        self._registers.append(content)
        return len(self._registers) - 1

    def _constant(self, value: Any) -> int:
        """The place of a constant; equal numbers, shapes and arrays that are not large are shared."""
        if isinstance(value, float):
            key: Any = ("number", repr(value))  # as text, because -0.0 is not 0.0
        elif isinstance(value, np.ndarray) and value.nbytes <= _LARGE:
            key = ("array", value.dtype, value.shape, value.tobytes())
        elif isinstance(value, (tuple, int)):
            key = (type(value), value)
        else:
            return self._place(value)
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
        self._registers = [each if place in used else None for place, each in enumerate(self._registers)]

    def play(self, *inputs: np.ndarray) -> list[Any]:
        """The outputs for inputs of the shapes that were recorded."""
        registers = self._registers.copy()
        registers[: self._inputs] = inputs
        for function, operands, result in self._calls:
            registers[result] = function(*[registers[i] for i in operands])
        return [registers[i] for i in self._outputs]


def _simplest(value: Any, is_full: bool) -> Any:
    """A constant operand: one number where all its elements are equal and another operand has the result's shape."""
    if is_full and np.ndim(value) and np.size(value) and np.all(value == np.ravel(value)[0]):
        value = np.ravel(value)[0]
    return value if np.ndim(value) or isinstance(value, (bool, np.bool_)) else float(value)


def _is_float(value: Any) -> bool:
    return bool(np.asarray(value).dtype == float)
