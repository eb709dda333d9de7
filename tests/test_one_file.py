"""An optimizer is one file: the README's example, added while the tests run, is found everywhere on the page."""

from __future__ import annotations

import importlib.util
import re
import sys

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from knobs import format_value
from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS, PARTS, Phase, descend
from optimizers.anatomy import anatomy_of
from scenes import Run, Scene, format, parse, simulate
from take_home import package_code
from views.formulas import formula_with_settings
from views.player.anatomy import UNTOLD, anatomy_in, anatomy_message

LINK = "surface=booth&start=-5,5&steps=60&seed=0&run=signum:lr=0.2,beta=0.8&view=2d"


@pytest.fixture
def signum(root):
    """The README's optimizer, as if it were a file of the package."""
    if "signum" in OPTIMIZERS:  # somebody has saved it there
        yield OPTIMIZERS["signum"]
        return
    readme = (root / "README.md").read_text(encoding="utf-8")
    (code,) = (block for block in re.findall(r"```python\n(.*?)```", readme, re.DOTALL) if "(Rule)" in block)
    spec = importlib.util.spec_from_loader("optimizers.signum", loader=None)
    module = importlib.util.module_from_spec(spec)
    sys.modules["optimizers.signum"] = module
    exec(compile(code, "optimizers/signum.py", "exec"), vars(module))  # noqa: S102
    OPTIMIZERS.register(module.Signum)
    yield module.Signum
    OPTIMIZERS.unregister("signum")
    del sys.modules["optimizers.signum"]


@pytest.fixture
def app(root, monkeypatch, signum):
    """The page, opened with a link of it."""
    monkeypatch.chdir(root)
    app = AppTest.from_file(str(root / "app.py"), default_timeout=60)
    for piece in LINK.split("&"):
        key, _, text = piece.partition("=")
        app.query_params[key] = text
    app.run()
    assert not app.exception
    return app


def test_its_link_is_read_and_written(signum):
    scene, view = parsed = parse(LINK)
    assert parsed.warnings == ()
    assert scene.runs == (Run(signum(lr=0.2, beta=0.8)),)
    assert format(scene, view) == LINK
    assert parse("surface=booth&run=signum:beta=2").warnings == ("Signum: beta must be in [0, 1), got 2; using 0.9.",)


def test_it_has_a_card_with_its_sliders(app, signum):
    assert any("**Signum**" in expander.label for expander in app.expander)
    (beta,) = (slider for slider in app.select_slider if slider.label.startswith("beta"))
    assert (beta.value, beta.label) == (0.8, "beta: about 5 steps")
    beta.set_value(0.5).run()
    assert app.session_state["ravine"].scene.runs == (Run(signum(lr=0.2, beta=0.5)),)


def test_its_formula_stands_on_the_page_with_its_settings(app, signum):
    shown = "".join(latex.value for latex in app.latex)
    assert signum.formula in shown
    assert formula_with_settings(signum(lr=0.2, beta=0.8)) in shown


def test_its_code_to_take_home_walks_its_path(signum):
    scene = parse(LINK)[0]
    code = package_code(scene, 0)
    names: dict = {}
    exec(code, names)  # noqa: S102
    np.testing.assert_array_equal(names["path"].points, simulate(scene)[0].points)
    assert 'OPTIMIZERS["signum"](lr=0.2, beta=0.8)' in code


def test_its_anatomy_shows_its_equations(signum):
    equations = {term.name: term.expression for term in signum().equations()}
    assert list(equations) == ["g", "m", "step"]
    assert equations["m"] == "beta * m_before + (1 - beta) * g"


def test_it_takes_every_part_like_any_other(signum):
    for cls in PARTS.values():
        if cls.slug not in ("steps", "carry"):
            surface = "diabetes-line" if cls.slug == "batch" else "booth"
            scene = Scene(surface, (-5, 5), steps=20, runs=[Run(Phase(signum(lr=0.1), [cls()]))])
            assert parse(format(scene))[0] == scene
            assert simulate(scene)[0].steps == 20
            assert format_value(0.1) in format(scene)


def test_a_rule_that_tells_no_equations_says_so(signum, monkeypatch):
    monkeypatch.delattr(signum, "equations")
    [phase] = anatomy_of(descend(LANDSCAPES["booth"], signum(lr=0.1), (-5, 5), 20, record=True)).phases
    assert (phase.is_rule, phase.has_equations) == (True, False)
    anatomy_in.forget()
    assert UNTOLD.encode() in anatomy_message("", 0, anatomy_in(parse(LINK)[0], 0), 0)
    anatomy_in.forget()
