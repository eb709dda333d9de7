"""Loss landscapes of two weights, with exact derivatives: what the optimizers walk on.

>>> from landscapes import LANDSCAPES
>>> LANDSCAPES["booth"].minima, LANDSCAPES["booth"].minimum_value
(((1.0, 3.0),), 0.0)

A new surface is one function in a module of this package, under ``@landscape`` or, if it is the loss of a model over
data, under ``@data_landscape``, which say how to declare one. Every module is imported here: there is no list to edit.
"""

from importlib import import_module
from pkgutil import iter_modules

from landscapes.data_landscape import DataLandscape, Samples, data_landscape
from landscapes.losses import LOSSES
from landscapes.surface import LANDSCAPES, Landscape, landscape

__all__ = ["LANDSCAPES", "LOSSES", "DataLandscape", "Landscape", "Samples", "data_landscape", "landscape"]

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")
