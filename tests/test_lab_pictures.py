"""The lab's charts, gallery and matrix, as HTML: what they say, and that nothing in them moves or overlaps."""

from __future__ import annotations

import itertools
import math
import re
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from views.lab.charts import HEIGHT, WIDTH, Curve, axis_of, chart, nice_step
from views.lab.pictures import Wrong, confusion_table, gallery

HOSTILE = "<img src=x onerror=alert(1)>\"'&"


def texts(picture):
    return [(float(t.get("x")), float(t.get("y")), t.text) for t in ElementTree.fromstring(picture).iter("text")]


def test_nothing_but_the_curves_moves_while_they_grow():
    short, long = (chart("Loss", [Curve("v", [2.0, *[1.0] * count])], epochs=40) for count in (1, 30))
    assert re.findall(r"<line[^>]*>", short) == re.findall(r"<line[^>]*>", long)
    assert [text for text in texts(short) if text[2][0].isdigit()] == [t for t in texts(long) if t[2][0].isdigit()]


@given(st.lists(st.lists(st.floats(0, 1e6) | st.just(math.inf) | st.just(math.nan), max_size=400), max_size=6))
def test_any_curves_make_a_picture_whose_names_do_not_overlap(values):
    curves = [Curve(f"trial {number}", numbers, "#FFFFFF") for number, numbers in enumerate(values)]
    picture = chart("Loss", curves, epochs=400)
    names = sorted(y for _, y, text in texts(picture) if (text or "").startswith("trial"))
    assert all(later - sooner >= 14.9 for sooner, later in itertools.pairwise(names))
    assert all(0 < y < HEIGHT for y in names)
    numbers = [float(n) for points in re.findall(r'points="([^"]*)"', picture) for n in re.split("[ ,]", points)]
    assert all(0 <= number <= WIDTH for number in numbers)
    assert len(numbers) <= 6 * 2 * 2 * 152


@given(st.lists(st.lists(st.floats(0, 1), min_size=1), min_size=1), st.booleans())
def test_a_close_up_has_every_curves_end_on_it(values, percent):
    axis = axis_of(values, percent=percent, close_up=True)
    assert all(axis.low <= curve[-1] <= axis.top * (1 + 1e-9) for curve in values)
    assert axis.ticks[0] == axis.low
    assert math.isclose(axis.ticks[-1], axis.top)
    assert 2 <= len(axis.ticks) <= 8


def test_a_curve_ends_before_its_first_number_that_is_none():
    picture = chart("Loss", [Curve("v", [1.0, 2.0, math.inf, 3.0])], epochs=4)
    assert "v: 1.00 at epoch 0, 2.00 at epoch 1." in picture


def test_without_curves_there_is_only_the_paper():
    assert [text for _, _, text in texts(chart("Loss", [], epochs=2)) if text] == ["0", "1", "2", "epoch"]


def test_a_repeat_is_broken_and_hollow():
    plain, repeat = (chart("Loss", [Curve("v", [1, 2], "#123456", repeat=again)], 2) for again in (False, True))
    assert 'fill="#123456"' in plain
    assert 'fill="#123456"' not in repeat
    assert "stroke-dasharray" in repeat


@given(st.floats(1e-9, 1e9))
def test_the_numbers_of_an_axis_are_few_and_round(highest):
    step = nice_step(highest)
    assert highest / 6.001 <= step <= highest
    assert float(f"{step:.0e}") == step


def test_all_of_a_picture_is_letters_to_the_browser():
    for html in (
        chart(HOSTILE, [Curve(HOSTILE, [1, 2])], 2),
        gallery([Wrong(np.zeros((8, 8, 3), np.uint8), HOSTILE, HOSTILE, 0.5)]),
        confusion_table(np.eye(2, dtype=int), [HOSTILE, "bee"]),
    ):
        assert "<img src=x" not in html
        assert "&lt;img src=x onerror=alert(1)&gt;" in html


@pytest.mark.parametrize("channels", [1, 3])
def test_a_mistake_says_what_it_is_to_those_who_do_not_see_it(channels):
    html = gallery([Wrong(np.zeros((8, 8, channels), np.uint8), "3", "8", 0.714)])
    assert 'alt="is 3, taken for 8, 71 % sure"' in html


def test_a_score_that_is_no_probability_is_not_told_as_one():
    html = gallery([Wrong(np.zeros((8, 8, 1), np.uint8), "3", "8")])
    assert 'alt="is 3, taken for 8"' in html
    assert "%" not in html


def test_the_more_frequent_a_mistake_the_stronger_its_colour():
    counts = np.array([[90, 1, 0], [5, 80, 2], [0, 0, 70]])
    html = confusion_table(counts, ["a", "b", "c"])
    shades = {int(n): int(percent) for percent, n in re.findall(r"accent\) (\d+)%, transparent\)\">(\d+)<", html)}
    assert sorted(shades) == [1, 2, 5]
    assert shades[1] < shades[2] < shades[5]
    assert re.findall(r'class="rv-right">(\d+)<', html) == ["90", "80", "70"]
    assert html.count('scope="row"') == html.count('scope="col"') == 3
