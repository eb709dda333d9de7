"""The server's memory: what libraries bring is frozen, and garbage is collected while no visitor waits."""

from __future__ import annotations

import gc
import re
import subprocess
import sys
import threading
import tomllib
import weakref
from pathlib import Path

import pytest

import memory

ROOT = Path(__file__).resolve().parent.parent


def in_a_process(code: str) -> str:
    """What a fresh interpreter prints, run from the repository's root."""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.strip()


class Ring:
    """Garbage that only the collector can free."""

    def __init__(self) -> None:
        self.me = self


def test_a_plain_start_of_the_app_has_the_settings_of_a_server_for_many():
    settings = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert settings["runner"]["postScriptGC"] is False
    assert settings["server"]["fileWatcherType"] == "none"


def test_a_heavy_import_is_frozen_once_on_a_server_and_never_in_a_notebook():
    counts = in_a_process(
        "import gc\n"
        "from memory import freeze, heavy_import\n"
        "def thousands_after(module):\n"
        "    with heavy_import():\n"
        "        __import__(module)\n"
        "    return gc.get_freeze_count() // 1000\n"
        "print(thousands_after('xml.dom.minidom'), end=' ')\n"
        "freeze()\n"
        "print(gc.get_freeze_count() // 1000, *map(thousands_after, ('scipy.optimize', 'scipy.optimize', 'math')))\n"
    )
    notebook, server, first, second, third = map(int, counts.split())
    assert notebook == 0
    assert first > server + 10
    assert first == second == third


def test_the_first_page_brings_no_library_that_it_does_not_need():
    """Neither the other pages nor scikit-learn, SciPy or pandas: two thirds of what the first visitor waited for."""
    loaded = in_a_process(
        "import sys\n"
        "import memory\n"
        "from streamlit.testing.v1 import AppTest\n"
        "memory.keep_in_order = lambda import_later: None\n"
        "assert not AppTest.from_file('app.py', default_timeout=60).run().exception\n"
        "heavy = ('sklearn', 'scipy', 'lab', 'views.lab', 'views.losses_page', 'views.image_lab')\n"
        "print([name for name in heavy if name in sys.modules])\n"
    )
    assert loaded == "[]"


def test_what_visitors_leave_is_collected_only_while_nobody_waits(monkeypatch):
    waits: list[float] = []
    answering = iter([True, True, False])
    ring = Ring()
    left = weakref.ref(ring)
    del ring
    gc.disable()

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        if left() is None:
            raise StopIteration  # it has done its work
        assert len(waits) < 10

    monkeypatch.setattr(memory.time, "sleep", sleep)
    monkeypatch.setattr(memory, "is_answering", lambda: next(answering))
    try:
        with pytest.raises(StopIteration):
            memory._work_in_pauses(())
    finally:
        gc.enable()
    assert waits[0] == memory.COLLECT_EVERY_SECONDS
    assert len(waits) == 4  # the pause, two attempts while somebody waited, and the next pause


def test_what_the_first_page_does_not_need_is_imported_once_nobody_waits(monkeypatch):
    answering = iter([True, True, False, False])
    monkeypatch.setattr(memory.time, "sleep", lambda seconds: None if seconds < 1 else exit_thread())
    monkeypatch.setattr(memory, "is_answering", lambda: next(answering))
    monkeypatch.delitem(sys.modules, "colorsys", raising=False)
    with pytest.raises(StopIteration):
        memory._work_in_pauses(["colorsys", "math"])
    assert "colorsys" in sys.modules
    assert next(answering, None) is None


def test_garbage_is_collected_in_the_end_where_somebody_always_waits(monkeypatch):
    monkeypatch.setattr(memory.time, "sleep", lambda seconds: None)
    monkeypatch.setattr(memory, "is_answering", lambda: True)
    memory._wait_for_a_pause()


def exit_thread():
    raise StopIteration


def test_an_answer_is_recognised_by_the_name_of_streamlits_thread():
    """If Streamlit gave its threads another name, nobody would ever seem to wait: garbage would still be collected."""
    from streamlit.runtime.scriptrunner import script_runner

    assert f'"{memory.SCRIPT_THREAD}"' in Path(script_runner.__file__).read_text(encoding="utf-8")
    done = threading.Event()
    thread = threading.Thread(target=done.wait, name=memory.SCRIPT_THREAD)
    assert not memory.is_answering()
    thread.start()
    assert memory.is_answering()
    done.set()
    thread.join()
    assert not memory.is_answering()


def test_what_is_imported_later_declares_nothing_of_a_page():
    """Streamlit serves the files of a component only if it was declared while a visitor was answered."""
    app = (ROOT / "app.py").read_text(encoding="utf-8")
    [later] = re.findall(r"import_later=\((.*)\)\)", app)
    brought = in_a_process(f"import sys, {later.replace(chr(34), '')}\nprint('streamlit' in sys.modules)\n")
    assert brought == "False"
