"""What the README and CONTRIBUTING say is true: answers, files and links are run or looked up here."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

import pytest

import scenes

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


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


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md"])
def test_every_file_that_is_linked_or_named_is_there(name):
    text = re.sub(r"^```.*?^```$|<!--.*?-->", "", (ROOT / name).read_text(encoding="utf-8"), flags=re.M | re.S)
    targets = [*re.findall(r"\]\(([^)]+)\)", text), *re.findall(r'\b(?:src|srcset|href)="([^"]+)"', text)]
    links = [link.split("#")[0] for link in targets if "://" not in link]
    words = re.findall(r"`([\w./-]+(?:/|\.(?:py|toml|txt|md)))`", text)
    examples = set(re.findall(r"Save it as\s+`([^`]+)`", text))
    assert [path for path in {*links, *words} - examples if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md"])
def test_every_make_target_that_is_named_exists(name):
    named = re.findall(r"^make (\w+)|`make (\w+)`", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE)
    targets = re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert {first or second for first, second in named} <= set(targets)
