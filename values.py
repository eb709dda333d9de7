"""Values that hold arrays: equal if all their fields are, and the same again after a copy, a pickle, another process.

This module is a leaf, like ``knobs``: a value of any package may be one of these.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np


class Value:
    """The base of a frozen dataclass (``eq=False``) with arrays among its fields; mappings and arrays are read-only.

    >>> @dataclasses.dataclass(frozen=True, eq=False)
    ... class Path(Value):
    ...     points: np.ndarray
    >>> Path(np.arange(3)) == Path(np.arange(3)), Path(np.arange(3)) == Path(np.arange(4))
    (True, False)
    """

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and all(
            equal(one, getattr(other, name)) for name, one in self.__getstate__().items()
        )

    def __hash__(self) -> int:
        fields = self.__getstate__().values()
        return hash((type(self), *(getattr(each, "shape", each) for each in fields if _is_quickly_hashed(each))))

    def __getstate__(self) -> dict[str, Any]:
        """The fields alone, without what has been worked out from them; a view of a mapping cannot be pickled."""
        fields = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}  # type: ignore[arg-type]
        return {name: dict(each) if isinstance(each, MappingProxyType) else each for name, each in fields.items()}

    def __setstate__(self, state: Mapping[str, Any]) -> None:
        self.__dict__.update({name: _read_only(each) for name, each in state.items()})


def equal(one: Any, other: Any) -> bool:
    """Whether two values are: arrays if type, shape and all elements are, mappings and tuples if all they hold is.

    What is not a number is equal to what is not a number.

    >>> equal({"a": np.array([1, np.nan])}, {"a": np.array([1, np.nan])}), equal((1, 2), (1, 2, 3))
    (True, False)
    """
    if isinstance(one, np.ndarray) or isinstance(other, np.ndarray):
        is_like = type(one) is type(other) and one.dtype == other.dtype
        return is_like and np.array_equal(one, other, equal_nan=one.dtype.kind == "f")
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(equal(each, other[key]) for key, each in one.items())
    if isinstance(one, (tuple, list)) and isinstance(other, (tuple, list)):
        return len(one) == len(other) and all(map(equal, one, other))
    return one is other or bool(one == other) or bool(one != one and other != other)


def _is_quickly_hashed(field: Any) -> bool:
    return isinstance(field, (str, int, np.ndarray))


def _read_only(field: Any) -> Any:
    if isinstance(field, np.ndarray):
        field.setflags(write=False)
    if isinstance(field, dict):
        return MappingProxyType({key: _read_only(each) for key, each in field.items()})
    return field
