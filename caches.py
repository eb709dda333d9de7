"""What the server remembers, and how much of it: every limit of every cache stands in this module.

One process serves all visitors, for days. So a cache that grows with what they do is bounded in bytes, and forgets what
was not asked for longest. All limits together leave room for the libraries (about 200 MB) on a machine of half a
gigabyte. This module is a leaf: all packages use it, and it uses none of them.

A function is remembered in one of three ways; nothing else in the product may cache (a test reads the code for it):

>>> @once                                       # no arguments: there is one answer in the life of the process
... def answer():
...     return 42
>>> @few("the four compass points")             # the keys are few and known, the answers small
... def opposite(point):
...     return {"N": "S", "S": "N", "E": "W", "W": "E"}[point]
>>> @remembered("trajectories", limit=100_000)  # whatever visitors ask for: as many answers as the limit has room for
... def zeros(count):
...     return np.zeros(count)
>>> zeros(10_000) is zeros(10_000), [zeros(count).size for count in (9_000, 8_000)], zeros.entries
(True, [9000, 8000], 1)
"""

from __future__ import annotations

import inspect
import sys
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from enum import Enum
from functools import cache, lru_cache, update_wrapper, wraps
from types import BuiltinFunctionType, FunctionType, MappingProxyType, MethodType, ModuleType
from typing import Any, Generic, NamedTuple, ParamSpec, TypeVar

import numpy as np

MEGABYTE = 2**20

LIMITS: Mapping[str, int] = MappingProxyType(
    {
        "trajectories": 10 * MEGABYTE,  # a scene of 8 runs x 10,000 steps has 5 MB, the usual one 0.1
        "trajectories in detail": 6 * MEGABYTE,
        "anatomies": 4 * MEGABYTE,
        "terrains": 8 * MEGABYTE,  # 0.4 MB each, of rough ground 1.6
        "terrain messages": 6 * MEGABYTE,
        "reliefs": 3 * MEGABYTE,  # one, for the two pictures that are made of it
        "relief pictures": 2 * MEGABYTE,
        "recordings of surfaces": 6 * MEGABYTE,
        "recordings of data": 6 * MEGABYTE,  # one may keep constants of up to two megabytes
        "recordings of networks": 2 * MEGABYTE,
        "recordings of losses": MEGABYTE,
        "minima of data": MEGABYTE,
        "straight models": MEGABYTE,
        "noise of batches": MEGABYTE,
        "orders of epochs": 2 * MEGABYTE,
        "surveys": MEGABYTE,
        "default rates": MEGABYTE,
        "slider values": MEGABYTE,
    }
)
"""How many bytes each cache of the process may hold."""

PER_VISITOR: Mapping[str, int] = MappingProxyType(
    {
        "weights of trials": 32 * MEGABYTE,  # about 8 trainings of the usual network on the digits
        "images of trials": 20 * MEGABYTE,  # three uploads at their limit
    }
)
"""How many bytes a visitor of the image lab keeps, in a session of one's own."""

_FEW = 512  # no cache of few keys ever gets here
_OF_THE_CODE = (type, ModuleType, FunctionType, BuiltinFunctionType, MethodType, np.ufunc, Enum)

P = ParamSpec("P")
R = TypeVar("R")


def once(function: Callable[[], R]) -> Callable[[], R]:
    """Remember the one answer of a function without parameters; threads that ask at the same time wait for it."""
    if inspect.signature(function).parameters:
        raise TypeError(f"{function.__qualname__} has parameters: say how its answers are bounded")
    known, lock = cache(function), threading.RLock()

    @wraps(function)
    def answer() -> R:
        with lock:
            return known()

    return answer


def few(keys: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Remember the small answers of a function that is only ever asked about a few things: ``keys`` says which."""
    if not keys:
        raise ValueError("say which keys there are")
    return lru_cache(maxsize=_FEW)  # type: ignore[return-value]


class _Kept(NamedTuple):
    answer: Any
    size: int


class Remembered(Generic[P, R]):
    """A function with its latest answers, as many as fit into ``limit`` bytes; made by :func:`remembered`.

    Several threads may call it. Those that ask for the same at the same time wait for one answer.
    """

    def __init__(
        self,
        function: Callable[P, R],
        limit: int,
        key: Callable[P, Hashable] | None,
        size: Callable[[R], int],
    ) -> None:
        update_wrapper(self, function)
        self.of, self.limit = f"{function.__module__}.{function.__qualname__}", limit
        self._function, self._key, self._size = function, key, size
        self._kept: OrderedDict[Hashable, _Kept] = OrderedDict()
        self._under_way: dict[Hashable, threading.RLock] = {}
        self._lock = threading.Lock()
        self.held = 0
        """How many bytes its answers take, with their keys."""

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        key = self._key(*args, **kwargs) if self._key else (args, tuple(sorted(kwargs.items())))
        with self._lock:
            if known := self._find(key):
                return known.answer
            turn = self._under_way.setdefault(key, threading.RLock())
        with turn:
            with self._lock:
                if known := self._find(key):  # another thread has worked it out meanwhile
                    return known.answer
            try:
                answer = self._function(*args, **kwargs)
                found = _Kept(answer, size_of(key) + self._size(answer))
                with self._lock:
                    self._keep(key, found)
                return answer
            finally:
                with self._lock:
                    self._under_way.pop(key, None)

    def _find(self, key: Hashable) -> _Kept | None:
        known = self._kept.get(key)
        if known:
            self._kept.move_to_end(key)
        return known

    def _keep(self, key: Hashable, found: _Kept) -> None:
        if found.size > self.limit:
            return  # it would drive out all others, and itself
        before = self._kept.pop(key, None)
        self._kept[key] = found
        self.held += found.size - (before.size if before else 0)
        while self.held > self.limit:
            self.held -= self._kept.popitem(last=False)[1].size

    @property
    def entries(self) -> int:
        """How many answers it holds."""
        return len(self._kept)

    def forget(self) -> None:
        """Begin anew."""
        with self._lock:
            self._kept.clear()
            self.held = 0


_caches: dict[str, Remembered[..., Any]] = {}


def remembered(
    name: str,
    *,
    limit: int | None = None,
    key: Callable[..., Hashable] | None = None,
    size: Callable[[Any], int] | None = None,
) -> Callable[[Callable[P, R]], Remembered[P, R]]:
    """Remember the latest answers of a function within the bytes that ``LIMITS`` has under this name.

    Parameters
    ----------
    key : what of the arguments an answer depends on; all of them if left out. It must be hashed by value.
    size : the bytes of an answer; :func:`size_of` if left out.
    limit : another limit, for a cache that is not one of the product's.
    """

    def remember(function: Callable[P, R]) -> Remembered[P, R]:
        made = Remembered(function, LIMITS[name] if limit is None else limit, key, size or size_of)
        if limit is None:
            other = _caches.setdefault(name, made)
            if other.of != made.of:
                raise ValueError(f'"{name}" is the cache of {other.of} already')
            _caches[name] = made
        return made

    return remember


def held() -> dict[str, int]:
    """The bytes that each cache of the process holds now, by its name in ``LIMITS``.

    >>> set(held()) <= set(LIMITS)
    True
    """
    return {name: each.held for name, each in _caches.items()}


def has_value_hash(thing: Any) -> bool:
    """Whether a thing is hashed by what it is, not by where it lies: only such a thing is the same when asked again.

    Anything else may have been changed since, as an object of a notebook's own class.

    >>> has_value_hash((1, 2)), has_value_hash([1, 2]), has_value_hash(object())
    (True, False, False)
    """
    if getattr(type(thing), "__hash__", None) is object.__hash__:
        return False
    try:
        hash(thing)
    except TypeError:
        return False
    return True


def size_of(thing: Any) -> int:
    """The bytes that a value keeps in memory: arrays, texts, containers and the fields of objects, each counted once.

    Functions, classes and members of enumerations belong to the code and count nothing.

    >>> row = np.zeros(1000)
    >>> 8000 <= size_of(row) < 8200, size_of([row, row[:3]]) < 8500, size_of(np.sin)
    (True, True, 0)
    """
    total, rest, seen = 0, [thing], set()
    while rest:
        each = rest.pop()
        if id(each) in seen or isinstance(each, _OF_THE_CODE):
            continue
        seen.add(id(each))
        total += sys.getsizeof(each)
        if isinstance(each, np.ndarray):
            rest.append(each.base)  # a view keeps alive all that it looks into
        elif isinstance(each, Mapping):
            rest += [*each.keys(), *each.values()]
        elif isinstance(each, (tuple, list, set, frozenset)):
            rest += each
        rest += getattr(each, "__dict__", {}).values()
    return total
