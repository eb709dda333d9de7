"""What the README and CONTRIBUTING show is true: answers, files and links are run or looked up here."""

from __future__ import annotations

import doctest
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import scenes

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def blocks(text: str, language: str) -> list[str]:
    """The code blocks of a document in one language ("" for those without)."""
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def test_the_notebook_prints_what_the_readme_shows():
    notebook = "".join(blocks(README, "pycon"))
    example = doctest.DocTestParser().get_doctest(notebook, {}, "README.md", "README.md", 0)
    assert len(example.examples) >= 10
    assert doctest.DocTestRunner().run(example).failed == 0


@pytest.mark.parametrize("block", [block for block in blocks(README, "") if block.startswith("?surface=")])
def test_every_link_is_understood_wholly(block):
    parsed = scenes.parse(block.strip())
    scene, _ = parsed
    assert parsed.warnings == ()
    assert len(scene.runs) == block.count("run=")


@pytest.fixture
def copy(tmp_path):
    """A copy of the backend, to which files may be added."""
    for name in ("landscapes", "optimizers", "assets"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    for module in ROOT.glob("*.py"):
        shutil.copy(module, tmp_path)
    return tmp_path


def run(code: str, folder: Path) -> list[str]:
    """The words that a program printed in a fresh interpreter, started in a folder; warnings are errors."""
    answer = subprocess.run([sys.executable, "-W", "error", "-c", code], cwd=folder, capture_output=True, text=True)
    assert answer.returncode == 0, answer.stderr
    return answer.stdout.split()


USE_THE_NEW_OPTIMIZER = """
import scenes
from optimizers import OPTIMIZERS, default_rate
scene, view = parsed = scenes.parse("surface=booth&start=-5,5&steps=200&run=signum:beta=0.8")
(path,) = scenes.simulate(scene)
print(*parsed.warnings, *scene.labels, scene.runs[0].rule.beta, path.values[-1] < path.values[0] / 10)
"""


def test_the_optimizer_in_one_file_works_by_being_saved(copy):
    (name,) = re.findall(r"Save it as `(optimizers/\w+\.py)`", README)
    assert not (copy / name).exists(), "the README's example has become a real one: show another"
    (block,) = (block for block in blocks(README, "python") if "(Rule)" in block)
    (copy / name).write_text(block, encoding="utf-8")
    assert run(USE_THE_NEW_OPTIMIZER, copy) == ["Signum", "0.8", "True"]


@pytest.mark.parametrize("flags", [["check"], ["format", "--check"]], ids=" ".join)
def test_the_optimizer_in_one_file_passes_the_style_check(copy, flags):
    (block,) = (block for block in blocks(README, "python") if "(Rule)" in block)
    (copy / "optimizers" / "signum.py").write_text(block, encoding="utf-8")
    shutil.copy(ROOT / "pyproject.toml", copy)
    ruff = [sys.executable, "-m", "ruff", *flags, "--no-cache", "optimizers/signum.py"]
    answer = subprocess.run(ruff, cwd=copy, capture_output=True, text=True)
    assert answer.returncode == 0, answer.stdout


USE_THE_NEW_SCHEDULE = """
import scenes
scene, view = parsed = scenes.parse("surface=booth&steps=40&run=sgd:lr=0.01;drop:after=30")
(path,) = scenes.simulate(scene)
print(*parsed.warnings, *path.rates[[0, 29, 30, 39]])
"""


def test_the_schedule_in_one_class_works_by_being_saved(copy):
    (block,) = (block for block in blocks(CONTRIBUTING, "python") if "(Schedule)" in block)
    (copy / "optimizers" / "schedules" / "drop.py").write_text(block, encoding="utf-8")
    assert [float(word) for word in run(USE_THE_NEW_SCHEDULE, copy)] == pytest.approx([0.01, 0.01, 0.001, 0.001])


USE_THE_NEW_SURFACE = """
from landscapes import LANDSCAPES
sphere = LANDSCAPES["sphere"]
print(*sphere.gradient((1.0, 2.0)), sphere.minimum_value)
"""


def test_the_surface_in_one_function_works_by_being_saved(copy):
    (block,) = (block for block in blocks(CONTRIBUTING, "python") if "@landscape" in block)
    module = copy / "landscapes" / "example.py"
    module.write_text(f"from landscapes import landscape\n\n\n{block}", encoding="utf-8")
    assert [float(word) for word in run(USE_THE_NEW_SURFACE, copy)] == [2, 4, 0]


USE_THE_NEW_DATA = """
from landscapes import LANDSCAPES
pages = LANDSCAPES["pages"]
print(len(pages.samples), *pages.gradient((1.0, 0.0), batch=[2]), *pages.minima[0])
"""


def test_the_surface_of_data_in_one_function_works_by_being_saved(copy):
    (block,) = (block for block in blocks(CONTRIBUTING, "python") if "@data_landscape" in block)
    (copy / "landscapes" / "example.py").write_text(block, encoding="utf-8")
    assert [float(word) for word in run(USE_THE_NEW_DATA, copy)] == pytest.approx([3, -12, -4, 1.5, 2 / 3])


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md"])
def test_every_file_that_is_linked_or_named_is_there(name):
    text = re.sub(r"^```.*?^```$|<!--.*?-->", "", (ROOT / name).read_text(encoding="utf-8"), flags=re.M | re.S)
    targets = [*re.findall(r"\]\(([^)]+)\)", text), *re.findall(r'\b(?:src|srcset|href)="([^"]+)"', text)]
    links = [link.split("#")[0] for link in targets if "://" not in link]
    words = re.findall(r"`([\w./-]+(?:/|\.(?:py|toml|txt|md)))`", text)
    examples = set(re.findall(r"Save it as `([^`]+)`", text))
    assert [path for path in {*links, *words} - examples if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md"])
def test_every_make_target_that_is_named_exists(name):
    named = re.findall(r"^make (\w+)|`make (\w+)`", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE)
    targets = re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert {first or second for first, second in named} <= set(targets)
