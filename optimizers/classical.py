"""The classical methods."""

from __future__ import annotations


class ClassicalMethod:
    """To come."""


CLASSICAL: dict[str, type[ClassicalMethod]] = {}
