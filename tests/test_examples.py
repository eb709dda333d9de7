"""The examples in README and CONTRIBUTING, put into a copy of the repository as a contributor would put them in."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

ROOT = Path(__file__).resolve().parent.parent
NOT_COPIED = shutil.ignore_patterns(".venv", ".git", ".*_cache", ".hypothesis", "__pycache__", "node_modules")
PLACE = re.compile(r"(?:Save it as|at the end of)\s+`([\w/]+\.py)`")


def examples() -> list[tuple[str, str]]:
    """The file of each example, which is made or added to, and the code."""
    found = []
    for document in ("README.md", "CONTRIBUTING.md"):
        text = (ROOT / document).read_text(encoding="utf-8")
        for block in re.finditer(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
            found.append((PLACE.findall(text[: block.start()])[-1], block[1]))
    return found


EXAMPLES = examples()
SLUGS = [
    slug for _, code in EXAMPLES for slug in re.findall(r'(?:slug: ClassVar\[str\] = |@\w+\(\n    )"([\w-]+)"', code)
]

# Of these files the tests without parameters are run, and of all others the cases of the examples.
FILES = (
    *("every_rule", "equations", "explanations", "marks", "schedules", "figures", "printed_formulas"),
    *("landscapes", "data_landscapes", "data_batches", "batch_noise", "losses", "losses_page"),
)
CHOOSE = f"""
import tests.every

SLUGS, labelled, tried = {SLUGS}, tests.every.labelled, set()

def named(*entries):
    words = " ".join(str(getattr(entry, "slug", entry)) for entry in entries)
    found = [slug for slug in SLUGS if slug in words]
    tried.update(found)
    return found

def labelled_examples(entries):
    entries = labelled(entries)
    return {{label: entry for label, entry in entries.items() if named(label, entry)}} or entries

tests.every.labelled = labelled_examples

def pytest_collection_modifyitems(items):
    items[:] = [item for item in items if not hasattr(item, "callspec") or named(*item.callspec.params.values())]

def pytest_terminal_summary(terminalreporter):
    terminalreporter.write_line(f"tried: {{sorted(tried)}}")
"""


@pytest.fixture(scope="module")
def copy(tmp_path_factory) -> Path:
    """The repository with all examples in their places."""
    copy = tmp_path_factory.mktemp("examples") / "ravine"
    shutil.copytree(ROOT, copy, ignore=NOT_COPIED)
    for place, code in EXAMPLES:
        known = (copy / place).read_text(encoding="utf-8") if (copy / place).exists() else ""
        if code not in known:
            (copy / place).write_text(f"{known}\n\n{code}" if known else code, encoding="utf-8")
    return copy


def run(copy: Path, *arguments: str) -> str:
    """What Python prints in the copy."""
    command, environment = [sys.executable, *arguments], {**os.environ, "PYTHONPATH": ""}
    answer = subprocess.run(command, cwd=copy, capture_output=True, text=True, env=environment)
    assert answer.returncode == 0, answer.stdout + answer.stderr
    return answer.stdout


def test_there_is_an_example_of_each_kind_and_each_has_its_own_place():
    assert SLUGS == ["signum", "drop", "sphere", "pages", "log-cosh"]
    assert len({place for place, _ in EXAMPLES}) == len(EXAMPLES)


@pytest.mark.parametrize("flags", [["check"], ["format", "--check"]], ids=" ".join)
def test_the_examples_pass_the_style_check(copy, flags):
    run(copy, "-m", "ruff", *flags, "--no-cache", *(place for place, _ in EXAMPLES))


def test_the_examples_do_what_is_said_of_them(copy):
    program = """
        import scenes
        from landscapes import LANDSCAPES
        from optimizers import PARTS

        def path_of(text):
            parsed = scenes.parse(text)
            assert parsed.warnings == (), parsed.warnings
            return scenes.simulate(parsed[0])[0]

        path = path_of("surface=booth&start=-5,5&steps=200&run=signum:beta=0.8")
        assert path.rule.title == "Signum" and path.values[-1] < path.values[0] / 10
        path = path_of("surface=booth&steps=40&run=sgd:lr=0.01;drop:after=30")
        assert path.rates[[0, 29, 30, 39]].round(12).tolist() == [0.01, 0.01, 0.001, 0.001]
        assert PARTS["drop"].for_steps(600).after == 200
        sphere, pages = LANDSCAPES["sphere"], LANDSCAPES["pages"]
        assert sphere.gradient((1.0, 2.0)).tolist() == [2, 4] and sphere.minimum_value == 0
        assert pages.gradient((1.0, 0.0), batch=[2]).tolist() == [-12, -4]
        assert [round(weight, 12) for weight in pages.minima[0]] == [1.8, 0.2]
        line = LANDSCAPES["diabetes-line"]
        tilts = [line(loss=loss, outliers=10).minima[0][0] for loss in ("mse", "log-cosh", "mae")]
        assert tilts == sorted(tilts)
    """
    run(copy, "-W", "error", "-c", dedent(program))


def test_the_suite_stays_green(copy):
    (copy / "choose.py").write_text(CHOOSE, encoding="utf-8")
    files = [f"tests/test_{name}.py" for name in FILES]
    told = run(copy, "-m", "pytest", "-q", "-p", "choose", "-p", "no:cacheprovider", "--tb=short", *files)
    assert " passed" in told
    assert f"tried: {sorted(SLUGS)}" in told
