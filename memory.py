"""How the server keeps its memory in order, so that a whole class can use it at once.

Python's garbage collector looks through every object that it knows of. Libraries bring half a million that never become
garbage, and looking through them takes 100 to 200 ms in which nobody is served. So what libraries have brought is
*frozen*: the collector passes over it. What is left are the visitors' own objects, and those are collected while no
visitor is waiting.
"""

from __future__ import annotations

import ctypes
import gc
import importlib
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

SCRIPT_THREAD = "ScriptRunner.scriptThread"
"""What Streamlit calls a thread that answers a visitor; it ends when the answer is complete."""

COLLECT_EVERY_SECONDS = 10
_TRY_AGAIN_SECONDS = 0.05
_MOST_ATTEMPTS = 600
# glibc gives threads heaps of their own, up to eight for each core. Every answer is a thread, and what one has freed is
# of little use to the next: with two heaps for all, half as much stays taken after a class.
_M_ARENA_MAX = -8
_begins = threading.Lock()  # taken by the first call of keep_in_order, and kept


def freeze() -> None:
    """Have the garbage collector pass over everything that is alive now."""
    gc.collect()
    gc.freeze()


@contextmanager
def heavy_import() -> Iterator[None]:
    """Around the import of a heavy library, which stands where it is first needed: freezes what the import has brought.

    In a process that has frozen nothing, such as a notebook, it leaves the garbage collector alone.

    >>> with heavy_import():
    ...     import math
    """
    known = len(sys.modules)
    yield
    if len(sys.modules) > known and gc.get_freeze_count():
        freeze()


def keep_in_order(import_later: Sequence[str] = ()) -> None:
    """Freeze what has been imported and, from now on, work in the background; further calls do nothing.

    While no visitor waits, the modules ``import_later`` are imported, so that nobody has to wait for them later, and
    garbage is collected.
    """
    if not _begins.acquire(blocking=False):
        return
    _glibc("mallopt", _M_ARENA_MAX, 2)
    freeze()
    threading.Thread(target=_work_in_pauses, args=(import_later,), name="memory", daemon=True).start()


def is_answering() -> bool:
    """Whether a visitor is waiting for an answer at this moment.

    >>> is_answering()
    False
    """
    return any(thread.name == SCRIPT_THREAD for thread in threading.enumerate())


def collect() -> None:
    """Collect garbage, and give what is free back to the system: glibc keeps it otherwise."""
    gc.collect()
    _glibc("malloc_trim", 0)


def _glibc(function: str, *arguments: int) -> None:
    """Call a function of the GNU C library, if it is that of this machine."""
    if sys.platform == "linux" and hasattr(library := ctypes.CDLL(None), function):
        getattr(library, function)(*arguments)


def _work_in_pauses(import_later: Sequence[str]) -> None:
    for name in import_later:
        time.sleep(_TRY_AGAIN_SECONDS)
        _wait_for_a_pause()
        with heavy_import():
            importlib.import_module(name)
    while True:
        time.sleep(COLLECT_EVERY_SECONDS)
        _wait_for_a_pause()
        collect()


def _wait_for_a_pause() -> None:
    """Wait until no visitor is being answered; where one always is, as during a long training, not for ever."""
    for _ in range(_MOST_ATTEMPTS):
        if not is_answering():
            return
        time.sleep(_TRY_AGAIN_SECONDS)
