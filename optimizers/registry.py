"""The rules that there are, found among this package's modules."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import TypeVar

from .parts import Part
from .rule import Rule

Found = TypeVar("Found")


class Registry(Mapping[str, type[Rule]]):
    """The rule classes by slug, in the order of their rank; read only but for ``register``."""

    def __init__(self) -> None:
        self._classes: dict[str, type[Rule]] = {}

    def register(self, cls: type[Rule]) -> type[Rule]:
        """Add a rule class; ValueError if its slug is taken by another, TypeError if it declares too little.

        Usable as a decorator, in a notebook too.
        """
        _check_declared(cls, Rule)
        if self._classes.get(cls.slug, cls) is not cls:
            raise ValueError(f"there is already an optimizer {cls.slug!r}: {self._classes[cls.slug].__name__}")
        classes = [*(known for known in self._classes.values() if known is not cls), cls]
        self._classes = {known.slug: known for known in sorted(classes, key=lambda each: (each.rank, each.slug))}
        return cls

    def unregister(self, slug: str) -> None:
        """Take a rule class out again."""
        del self._classes[slug]

    def __getitem__(self, slug: str) -> type[Rule]:
        try:
            return self._classes[slug]
        except (KeyError, TypeError):
            raise KeyError(f"no optimizer {slug!r}; there are {', '.join(self)}") from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._classes)

    def __len__(self) -> int:
        return len(self._classes)

    def __repr__(self) -> str:
        return f"OPTIMIZERS({', '.join(self)})"


def find_rules(package: str, path: Iterable[str]) -> Registry:
    """The registry of every rule class that a module of the package defines."""
    found = Registry()
    for cls in _classes_in(package, path, Rule):  # type: ignore[type-abstract]
        found.register(cls)
    return found


def find_parts(package: str, path: Iterable[str]) -> Mapping[str, type[Part]]:
    """Every part class that a module of the package defines, by slug, in the order of kind, rank and slug."""
    parts: dict[str, type[Part]] = {}
    classes = list(_classes_in(package, path, Part))
    for cls in classes:
        _check_declared(cls, Part)
    for cls in sorted(classes, key=lambda cls: cls.place()):
        if parts.setdefault(cls.slug, cls) is not cls:
            raise ValueError(f"there is already a part {cls.slug!r}: {parts[cls.slug].__name__}")
    return MappingProxyType(parts)


def _check_declared(cls: type, base: type) -> None:
    """Whether a class has whatever its base names without giving it a value."""
    missing = [name for name in base.__annotations__ if not hasattr(cls, name)]
    if missing:
        raise TypeError(f"{cls.__name__} must declare {', '.join(missing)}: see the docstring of {base.__name__}")


def _classes_in(package: str, path: Iterable[str], base: type[Found]) -> Iterator[type[Found]]:
    """The classes under a base that the modules of a package hold and that can be made."""
    for module in pkgutil.walk_packages(path, f"{package}."):
        for cls in vars(importlib.import_module(module.name)).values():
            if inspect.isclass(cls) and issubclass(cls, base) and not inspect.isabstract(cls) and cls is not base:
                yield cls
