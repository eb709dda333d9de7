"""Run stages of the checks one after another, whatever comes of each, and say in one line what came of all.

``python -m tools.stages lint unit browser`` runs ``make lint`` and so on. A stage that runs tests leaves
``.pytest_cache/NAME.xml``, which pytest writes.
"""

from __future__ import annotations

import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

RESULTS = Path(".pytest_cache")
SLOWEST = 5


@dataclass(frozen=True)
class Result:
    """One test: its name, how many seconds it took with all that it needed, and "passed", "failed" or "skipped"."""

    name: str
    seconds: float
    outcome: str


@dataclass(frozen=True)
class Stage:
    """What came of one stage: its name, how many seconds it took, whether it ended well, and its tests."""

    name: str
    seconds: float
    is_well: bool
    tests: tuple[Result, ...] = ()


def run(name: str) -> Stage:
    """Run one stage, with all that it prints."""
    results = RESULTS / f"{name}.xml"
    results.unlink(missing_ok=True)
    begin = time.monotonic()
    status = subprocess.run(["make", "--no-print-directory", name]).returncode
    tests = read_results(results.read_text(encoding="utf-8")) if results.exists() else ()
    return Stage(name, time.monotonic() - begin, status == 0, tests)


def read_results(xml: str) -> tuple[Result, ...]:
    """The tests of a file that pytest has written with ``--junitxml``.

    >>> read_results('<a><testcase name="t[1]" time="2.5"><skipped/></testcase><testcase name="u" time="1"/></a>')
    (Result(name='t[1]', seconds=2.5, outcome='skipped'), Result(name='u', seconds=1.0, outcome='passed'))
    """
    return tuple(
        Result(case.get("name", ""), float(case.get("time", 0)), _outcome({part.tag for part in case}))
        for case in ElementTree.fromstring(xml).iter("testcase")
    )


def _outcome(parts: set[str]) -> str:
    if parts & {"failure", "error"}:
        return "failed"
    return "skipped" if "skipped" in parts else "passed"


def summary(stages: Sequence[Stage]) -> str:
    """One line: what passed, failed and was skipped, which stages did not end well, the time, and the slowest tests.

    >>> unit = Stage("unit", 71.2, True, (Result("a", 0.5, "passed"), Result("b", 12.4, "passed")))
    >>> summary([Stage("lint", 20, True), unit])
    '2 passed in 1 min 31 s (lint 20 s, unit 1 min 11 s); slowest: b 12.4 s, a 0.5 s'
    >>> summary([Stage("lint", 2, False), Stage("unit", 3, False, (Result("a", 0.5, "failed"),))])
    'FAILED: lint, unit (a): 0 passed, 1 failed in 5 s (lint 2 s, unit 3 s); slowest: a 0.5 s'
    """
    tests = [test for stage in stages for test in stage.tests]
    counts = [
        f"{count:,} {outcome}"
        for outcome in ("passed", "failed", "skipped")
        if (count := sum(test.outcome == outcome for test in tests)) or outcome == "passed"
    ]
    times = ", ".join(f"{stage.name} {duration(stage.seconds)}" for stage in stages)
    slowest = sorted(tests, key=lambda test: -test.seconds)[:SLOWEST]
    line = f"{', '.join(counts)} in {duration(sum(stage.seconds for stage in stages))} ({times})"
    if slowest:
        line += "; slowest: " + ", ".join(f"{test.name} {test.seconds:.1f} s" for test in slowest)
    bad = ", ".join(_with_failed(stage) for stage in stages if not stage.is_well)
    return f"FAILED: {bad}: {line}" if bad else line


def _with_failed(stage: Stage) -> str:
    """The name of a stage, with those of its tests that failed."""
    failed = [test.name for test in stage.tests if test.outcome == "failed"]
    more = [f"{len(failed) - SLOWEST} more"] if len(failed) > SLOWEST else []
    return f"{stage.name} ({', '.join(failed[:SLOWEST] + more)})" if failed else stage.name


def duration(seconds: float) -> str:
    """A time as people say it.

    >>> duration(71.2), duration(400), duration(59.7)
    ('1 min 11 s', '6 min 40 s', '1 min 0 s')
    """
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def main(names: Sequence[str]) -> int:
    """Run all stages, print the line, and return 1 if one of them did not end well."""
    stages = [run(name) for name in names]
    print(summary(stages))
    return int(not all(stage.is_well for stage in stages))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
