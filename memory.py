"""How the server keeps its memory in order, so that a whole class can use it at once.

Python's collector of garbage looks through every object that it knows of. Libraries bring about half a million that
never become garbage, and looking through them takes 100 to 200 ms, during which nobody is served. So what libraries
have brought is *frozen*: the collector no longer looks at it. What is left are the visitors' own objects, and those
are collected when no visitor is waiting.
"""

from __future__ import annotations

import ctypes
import gc
import importlib
import sys
import threading
import time
from collections.abc import Iterable
from functools import cache
from types import ModuleType

SCRIPT_THREAD = "ScriptRunner.scriptThread"
"""What Streamlit calls the thread that answers a visitor; it ends with the answer."""

_LOOK_EVERY_SECONDS = 5.0
_COLLECT_EVERY_SECONDS = 30.0


def freeze() -> None:
    """Have the collector of garbage pass over everything that is alive now."""
    gc.collect()
    gc.freeze()


def imported(name: str) -> ModuleType:
    """A module that is too heavy to be imported before it is needed; at its first import all that it brought is frozen.

    >>> imported("math").sqrt(4)
    2.0
    """
    module = sys.modules.get(name)
    if module is None or getattr(getattr(module, "__spec__", None), "_initializing", False):
        module = importlib.import_module(name)
        freeze()
    return module


def is_answering() -> bool:
    """Whether a visitor is waiting for the page just now.

    >>> is_answering()
    False
    """
    return any(thread.name == SCRIPT_THREAD for thread in threading.enumerate())


@cache
def keep_in_order(import_later: Iterable[str] = ()) -> None:
    """Begin, once for a server, to look after its memory: freeze what is there, and work in the background from now on.

    In the background, and only while no visitor waits, the modules ``import_later`` are imported one by one, so that
    nobody has to wait for them later; and what visitors have left behind is collected and given back to the system.
    """
    freeze()
    threading.Thread(target=_work_while_idle, args=(tuple(import_later),), name="memory", daemon=True).start()


def _work_while_idle(import_later: tuple[str, ...]) -> None:
    pending = list(import_later)
    collected_at = time.monotonic()
    while True:
        time.sleep(1.0 if pending else _LOOK_EVERY_SECONDS)
        if is_answering():
            continue
        if pending:
            imported(pending.pop(0))
        elif time.monotonic() - collected_at >= _COLLECT_EVERY_SECONDS:
            collect()
            collected_at = time.monotonic()


def collect() -> None:
    """Collect garbage, and give what is free back to the system: glibc keeps it otherwise."""
    gc.collect()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    if trim is not None:
        trim(0)
