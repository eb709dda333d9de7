"""What the layout promises, read from the files themselves: who imports whom, what is loaded, how long a module is."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

# Each part of the product and the parts that it may import. Arrows point one way: there is no circle in this table.
LAYERS: dict[str, set[str]] = {
    "caches": set(),
    "knobs": set(),
    "memory": set(),
    "presets": set(),
    "values": set(),
    "links": {"knobs"},
    "landscapes": {"caches", "knobs", "memory", "values"},
    "optimizers": {"caches", "knobs", "memory", "values"},
    "scene_values": {"knobs", "links", "landscapes", "optimizers"},
    "run_texts": {"knobs", "links", "landscapes", "optimizers", "scene_values"},
    "scenes": {"caches", "knobs", "links", "presets", "landscapes", "optimizers", "scene_values", "run_texts"},
    "take_home": {"knobs", "landscapes", "optimizers", "scenes"},
    "lab": {"caches", "knobs", "memory", "values", "landscapes", "optimizers"},
    "views": {"caches", "knobs", "links", "presets", "landscapes", "optimizers", "scenes", "take_home", "lab"},
    "app": {"memory", "views"},
}
NOT_PRODUCT = {"tests", "tools", "benchmarks", "assets"}

# Packages that only some parts may import at all.
ONLY_IN = {"autograd": {"landscapes"}, "streamlit": {"views", "app"}, "plotly": {"views"}}
# Packages that are imported where they are first used, since a page that needs none of them should not wait for them.
NEVER_AT_MODULE_LEVEL = {"scipy", "sklearn", "pandas", "torch", "matplotlib"}
LONGEST_MODULE = 350

MACHINE_PATH = re.compile(r"(?<![\w.~])/(?:work|root|opt|home|Users)/\w")


def files(*suffixes: str) -> Iterator[Path]:
    """The repository's files with one of the suffixes, relative to the root; .venv and caches are not entered."""
    for folder, subfolders, names in os.walk(ROOT):
        kept = (name for name in subfolders if not name.startswith(".") and name != "__pycache__")
        subfolders[:] = sorted(kept)
        paths = (Path(folder, name).relative_to(ROOT) for name in sorted(names))
        yield from (path for path in paths if path.suffix in suffixes)


def part_of(path: Path) -> str:
    """The part of the product that a file belongs to: the name of its top folder or module."""
    return path.parts[0].removesuffix(".py")


PYTHON = list(files(".py"))
PRODUCT = [path for path in PYTHON if part_of(path) not in NOT_PRODUCT]


def read(path: Path) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def test_every_part_of_the_product_has_a_line_in_the_table_of_layers():
    assert {part_of(path) for path in PRODUCT} == set(LAYERS)


def test_the_examples_in_the_docstrings_of_every_part_are_run():
    options = tomllib.loads(read(Path("pyproject.toml")))["tool"]["pytest"]["ini_options"]
    run = {part_of(Path(name)) for name in options["testpaths"]}
    assert set(LAYERS) - {"app"} <= run


def imports(source: str, part: str) -> Iterator[tuple[str, bool]]:
    """Top-level names of what a source imports, each with whether that happens when the module is loaded."""

    def walk(node: ast.AST, at_load: bool) -> Iterator[tuple[str, bool]]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Import):
                yield from ((alias.name.split(".")[0], at_load) for alias in child.names)
            elif isinstance(child, ast.ImportFrom):
                yield (child.module or "").split(".")[0] if child.level == 0 else part, at_load
            elif isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
                yield from walk(child, False)
            elif not is_for_the_type_checker(child):
                yield from walk(child, at_load)

    return walk(ast.parse(source), True)


def is_for_the_type_checker(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING")


def broken_rules(source: str, part: str) -> list[str]:
    """Sentences about the imports of a source that the layout forbids."""
    broken = []
    for name, at_load in imports(source, part):
        if name in LAYERS and name != part and name not in LAYERS[part]:
            broken.append(f"{part} must not import {name}")
        if name in NOT_PRODUCT:
            broken.append(f"{part} must not import {name}, which is not part of the product")
        if part not in ONLY_IN.get(name, {part}):
            broken.append(f"{part} must not import {name}")
        if at_load and name in NEVER_AT_MODULE_LEVEL:
            broken.append(f"{name} must be imported where it is first used")
    return broken


def test_imports_point_one_way():
    broken = {str(path): broken_rules(read(path), part_of(path)) for path in PRODUCT}
    assert {path: sentences for path, sentences in broken.items() if sentences} == {}


def test_the_table_of_layers_has_no_circle():
    def all_below(part: str) -> set[str]:
        return LAYERS[part].union(*(all_below(below) for below in LAYERS[part]))

    assert not [part for part in LAYERS if part in all_below(part)]  # a circle ends in a RecursionError


@pytest.mark.parametrize(
    ("part", "source"),
    [
        ("optimizers", "import landscapes"),
        ("optimizers", "def walk():\n    from landscapes.surfaces import bowl"),
        ("optimizers", "import autograd.numpy as np"),
        ("landscapes", "from optimizers import descend"),
        ("scenes", "import views.figures"),
        ("scenes", "import plotly.graph_objects as go"),
        ("landscapes", "import streamlit as st"),
        ("app", "import plotly"),
        ("knobs", "class Knob:\n    import scenes"),
        ("views", "import scipy.optimize"),
        ("views", "try:\n    from sklearn import datasets\nexcept ImportError:\n    pass"),
        ("scenes", "from tests import conftest"),
    ],
)
def test_a_forbidden_import_is_noticed(part, source):
    assert broken_rules(source, part)


@pytest.mark.parametrize(
    ("part", "source"),
    [
        ("landscapes", "from . import registry\nfrom knobs import knob\nimport autograd.numpy as np"),
        ("views", "def fit():\n    from scipy import optimize"),
        ("app", "import streamlit as st\nfrom views import playground"),
        ("scenes", "from landscapes import LANDSCAPES\nfrom optimizers import descend"),
    ],
)
def test_an_allowed_import_is_let_through(part, source):
    assert broken_rules(source, part) == []


def test_the_backend_loads_without_the_front_end_and_the_heavy_libraries():
    backend = [part for part in LAYERS if part not in ("views", "app")]
    unwanted = sorted({"streamlit", "plotly"} | NEVER_AT_MODULE_LEVEL)
    code = f"""
import importlib, sys
for part in {backend}:
    importlib.import_module(part)
    print(*(f"{{part}} loads {{name}}" for name in {unwanted} if name in sys.modules))
"""
    answer = subprocess.run([sys.executable, "-W", "error", "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.split() == []


def undocumented(source: str) -> list[str]:
    """What a module offers without saying what it is: itself, or its public functions and classes.

    A function whose decorator takes ``about=`` is documented by that.
    """
    tree = ast.parse(source)
    offered = [node for node in tree.body if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))]
    silent = [
        node.name
        for node in offered
        if not node.name.startswith("_") and not ast.get_docstring(node) and not has_about(node)
    ]
    return silent if ast.get_docstring(tree) else ["the module itself", *silent]


def has_about(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> bool:
    calls = [decorator for decorator in node.decorator_list if isinstance(decorator, ast.Call)]
    return any(keyword.arg == "about" for call in calls for keyword in call.keywords)


def test_what_a_module_offers_is_documented():
    silent = {str(path): undocumented(read(path)) for path in PRODUCT}
    assert {path: names for path, names in silent.items() if names} == {}


def test_a_missing_docstring_is_noticed():
    source = '"""Says what it is."""\ndef open(): pass\ndef _own(): pass\nclass Rule: pass\ndef told(): "Says."'
    assert undocumented(source) == ["open", "Rule"]


def test_a_module_can_be_read_in_one_sitting():
    lines = {str(path): len(read(path).splitlines()) for path in PYTHON}
    assert {path: count for path, count in lines.items() if count > LONGEST_MODULE} == {}  # too long: divide it


TEXTS = [
    *files(".py", ".js", ".mjs", ".css", ".md", ".toml", ".txt", ".sh", ".json", ".html"),
    *map(Path, ("Makefile", ".ci/run", ".streamlit/config.toml")),
]
DOCUMENTS = {document.name for document in files(".md")}


def test_no_file_names_a_path_of_somebodys_machine():
    assert [str(path) for path in TEXTS if MACHINE_PATH.search(read(path))] == []


def test_no_merge_has_left_its_markers():
    assert [str(path) for path in TEXTS if re.search(r"^(<{7}|>{7}) ", read(path), re.M)] == []


@pytest.mark.parametrize("text", [f"/{folder}/x" for folder in ("work", "root", "home", "Users")])
def test_a_path_of_somebodys_machine_is_noticed(text):
    assert MACHINE_PATH.search(f'open("{text}/file")')
    assert not MACHINE_PATH.search(f"https://example.org{text}")


def test_every_document_that_is_named_is_in_the_repository():
    missing = {str(path): set(re.findall(r"\b([\w-]+\.md)\b", read(path))) - DOCUMENTS for path in TEXTS}
    assert {path: names for path, names in missing.items() if names} == {}
