"""One test for all entries of a registry: it costs what the entries cost, and names every one that fails."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable, Mapping
from typing import Any


def for_every(name: str, entries: Mapping[Any, Any] | Iterable[Any]) -> Callable[[Callable[..., None]], Any]:
    """Call a test for each entry, as its argument of this name, and fail at the end with all entries that failed.

    Unlike ``pytest.mark.parametrize`` it makes one test and not thousands, which would have to be collected, by each
    worker anew, and reported. Entries are called by their key in a mapping, else by themselves.

    >>> @for_every("number", [1, 2, 3, 4])
    ... def test_numbers_are_small(number):
    ...     if number > 2:
    ...         raise AssertionError("large")
    >>> test_numbers_are_small()
    Traceback (most recent call last):
    AssertionError: 2 of 4 failed
    3: large
    4: large
    """
    cases = labelled(entries)
    assert cases, "nothing to test"

    def decorate(test: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(test)
        def test_all(*owner: Any, **fixtures: Any) -> None:
            failures = {}
            for label, entry in cases.items():
                try:
                    test(*owner, **{name: entry}, **fixtures)
                except Exception as failure:
                    failures[label] = failure
            if failures:
                told = "\n".join(f"{label}: {failure}" for label, failure in failures.items())
                first = next(iter(failures.values()))
                raise AssertionError(f"{len(failures)} of {len(cases)} failed\n{told}") from first

        signature = inspect.signature(test)
        others = [parameter for parameter in signature.parameters.values() if parameter.name != name]
        test_all.__signature__ = signature.replace(parameters=others)  # type: ignore[attr-defined]
        return test_all

    return decorate


def labelled(entries: Mapping[Any, Any] | Iterable[Any]) -> dict[Any, Any]:
    """Entries by what they are called in a failure."""
    return dict(entries) if isinstance(entries, Mapping) else {entry: entry for entry in entries}
