"""Loss landscapes of two weights, with exact derivatives: what the optimizers walk on.

>>> from landscapes import LANDSCAPES
>>> LANDSCAPES["booth"].minima, LANDSCAPES["booth"].minimum_value
(((1.0, 3.0),), 0.0)

A new surface is one function under ``@landscape`` in a module of this package; every module is imported here, so
there is no list to edit. ``landscape`` says how to declare one.
"""

from importlib import import_module
from pkgutil import iter_modules

from landscapes.surface import LANDSCAPES, Landscape, landscape

__all__ = ["LANDSCAPES", "Landscape", "landscape"]

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")
