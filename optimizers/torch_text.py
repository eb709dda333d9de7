"""How PyTorch's optimizers are written."""

from __future__ import annotations

from typing import Any


def torch_constructor(name: str, **settings: Any) -> str:
    """The call that makes PyTorch's optimizer of this name for a parameter ``x``.

    >>> torch_constructor("Adam", lr=1, betas=(0, 0.999), amsgrad=True)
    'torch.optim.Adam([x], lr=1.0, betas=(0.0, 0.999), amsgrad=True)'
    """
    return f"torch.optim.{name}([x], {', '.join(f'{key}={_written(value)}' for key, value in settings.items())})"


def _written(value: Any) -> str:
    if isinstance(value, tuple):
        return f"({', '.join(map(_written, value))})"
    # Its betas must be floats: it takes 0.0 and refuses 0.
    return repr(value if isinstance(value, bool) else float(value))
