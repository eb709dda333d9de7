"""Messages to the browser as bytes: a JSON header, and behind it every array as it lies in memory.

Layout: the header's length in bytes (uint32, little endian), the header (UTF-8 JSON, padded with spaces), the arrays,
each aligned to 8 bytes. In the header's ``body`` an array stands as ``{"array": i}``; ``arrays[i]`` tells its dtype,
shape and byte offset behind the header. ``message.js`` is the other side.
"""

from __future__ import annotations

import json
from typing import Any

import numpy as np

_ALIGNMENT = 8
_DTYPES = {np.dtype(kind): kind for kind in ("u1", "u2", "u4", "f4", "f8")}


def pack(body: Any) -> bytes:
    """Pack dictionaries, lists, plain values and arrays (floats, counting numbers); one that occurs twice is sent once.

    >>> import numpy as np
    >>> message = pack({"name": "a", "values": np.zeros(3)})
    >>> len(message) % 8, b'"values":{"array":0}' in message
    (0, True)
    """
    arrays: list[np.ndarray] = []
    places: dict[int, int] = {}
    body = _extract(body, arrays, places)
    layout, offset = [], 0
    for array in arrays:
        layout.append({"dtype": _DTYPES[array.dtype], "shape": array.shape, "offset": offset})
        offset += -(-array.nbytes // _ALIGNMENT) * _ALIGNMENT
    header = json.dumps({"body": body, "arrays": layout}, separators=(",", ":"), allow_nan=False).encode()
    header += b" " * (-(len(header) + 4) % _ALIGNMENT)
    parts = [len(header).to_bytes(4, "little"), header]
    for array in arrays:
        parts += [array.tobytes(), b"\0" * (-array.nbytes % _ALIGNMENT)]
    return b"".join(parts)


def _extract(value: Any, arrays: list[np.ndarray], places: dict[int, int]) -> Any:
    """The value with every array replaced by its place in ``arrays``."""
    if isinstance(value, np.ndarray):
        if value.dtype not in _DTYPES:
            return value.tolist()
        if id(value) not in places:
            places[id(value)] = len(arrays)
            arrays.append(value)
        return {"array": places[id(value)]}
    if isinstance(value, dict):
        return {key: _extract(item, arrays, places) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_extract(item, arrays, places) for item in value]
    if isinstance(value, np.generic):
        return value.item()
    return value
