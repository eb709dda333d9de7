"""One BLAS thread while a network is trained.

The matrices here are small, so a second thread gains little; but where other work keeps the processors busy, threads
wait for each other, and an epoch takes twenty times as long. And sums that are always cut in the same way give the same
bits on every machine of a kind.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from caches import once

_lock = threading.Lock()
_inside = 0
_limit: Any = None


@once
def _blas() -> Any:
    from threadpoolctl import ThreadpoolController  # type: ignore[import-untyped]

    return ThreadpoolController().select(user_api="blas")


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """One thread for all matrix products of the process; afterwards as many as before.

    The number belongs to the process, not to a session: whoever comes out last puts it back.

    >>> with one_blas_thread():
    ...     sorted({library["num_threads"] for library in _blas().info()})
    [1]
    """
    global _inside, _limit
    with _lock:
        if _inside == 0:
            _limit = _blas().limit(limits=1)
        _inside += 1
    try:
        yield
    finally:
        with _lock:
            _inside -= 1
            if _inside == 0:
                _limit.restore_original_limits()
