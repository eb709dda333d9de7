"""Colours, symbols and dashes of runs: whose is whose can be told, in every scene and by whoever looks at it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

import numpy as np
import pytest

from knobs import knob, positive
from optimizers import OPTIMIZERS
from scenes import MAX_RUNS
from views.oklab import contrast, lightness_ladder, oklab, srgb
from views.theme import marks_of, themes

GROUND = "#152745"
RATES = (0.003, 0.01, 0.03, 0.1, 0.3, 0.5, 0.7, 0.9)

FAMILIES = ("sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam")
"""The families that are called after a rule."""

every_rule = pytest.mark.parametrize("rule", OPTIMIZERS.values(), ids=list(OPTIMIZERS))


@dataclass(frozen=True)
class OwnRule:
    """A rule that somebody has added: no colour is kept for it."""

    slug: ClassVar[str] = "a-rule-of-ones-own"
    family: ClassVar[str] = ""
    lr: float = knob(0.1, r"\eta", "How long the steps are.", valid=positive)


@dataclass(frozen=True)
class Cousin(OwnRule):
    """A rule that looks like Adam."""

    slug: ClassVar[str] = "a-cousin-of-adam"
    family: ClassVar[str] = "adam"


@dataclass(frozen=True)
class Classical:
    """A classical method: it works out by itself how far to go, and has no rate."""

    slug: ClassVar[str] = "a-classical-method"
    family: ClassVar[str] = "newton"


def rules(*slugs):
    return [OPTIMIZERS[slug]() for slug in slugs]


def ladder(rule, count=5):
    """The colours of so many runs of a rule that differ in their rates alone, from the lowest rate to the highest."""
    return [mark.colour for mark in marks_of(rule(lr=rate) for rate in RATES[:count])]


def oklch(colour):
    lightness, *chroma = oklab(colour)
    return lightness, np.hypot(*chroma), np.degrees(np.arctan2(*reversed(chroma))) % 360


# The rules' own marks


@every_rule
def test_every_rule_keeps_its_familys_colour_and_marker_in_every_scene(rule):
    [own] = marks_of([rule()])
    for others in (FAMILIES, ["adam", "sgd"], ["rmsprop"]):
        before = rules(*(slug for slug in others if slug != (rule.family or rule.slug)))
        assert marks_of([*before, rule()])[-1] == own


def test_the_looks_of_all_families_can_be_told_apart_by_colour_and_by_marker():
    looks = {marks_of([rule()])[0] for rule in OPTIMIZERS.values()}
    assert len({mark.colour for mark in looks}) == len({mark.symbol for mark in looks}) == len(looks) == MAX_RUNS


def test_runs_of_one_family_are_told_apart_like_repeats_of_one_rule():
    family = [OPTIMIZERS["adam"](), Cousin(), Cousin(), OPTIMIZERS["adam"]()]
    assert marks_of(family) == marks_of(rules("adam") * 4)
    assert marks_of([Cousin(), OPTIMIZERS["adam"]()]) == marks_of(rules("adam") * 2)


def test_classical_methods_share_a_look_and_eight_of_them_can_be_told_apart():
    marks = marks_of([Classical()] * MAX_RUNS)
    assert marks[0] == marks_of(rules("newton"))[0]
    assert len(set(marks)) == MAX_RUNS


def test_the_second_run_of_a_rule_is_the_same_colour_dashed_and_hollow():
    first, second = marks_of(rules("adam", "adam"))
    assert first.colour == second.colour
    assert (first.repeat, second.repeat) == (False, True)
    assert second.plotly_symbol == "triangle-up-open"


@every_rule
def test_eight_equal_runs_of_one_rule_can_all_be_told_apart(rule):
    marks = marks_of([rule(lr=0.1)] * MAX_RUNS)
    assert len(set(marks)) == MAX_RUNS
    assert marks[0] == marks_of([rule()])[0]


def test_a_run_that_is_added_recolours_none_of_the_others():
    runs = [*rules("adam", "sgd"), OwnRule(), *rules("adam")]
    for count in range(len(runs)):
        assert marks_of(runs)[:count] == marks_of(runs[:count])


# The ladder of lightness


@every_rule
def test_five_rates_of_a_rule_are_a_plain_ladder_of_lightness_from_the_lowest_rate_to_the_highest(rule):
    shuffled = (0.1, 0.003, 0.3, 0.01, 0.03)
    marks = dict(zip(shuffled, marks_of(rule(lr=rate) for rate in shuffled), strict=True))
    assert [marks[rate].colour for rate in sorted(shuffled)] == ladder(rule)
    assert not any(mark.repeat for mark in marks.values())
    assert {mark.symbol for mark in marks.values()} == {marks_of([rule()])[0].symbol}
    lightness = [oklch(colour)[0] for colour in ladder(rule)]
    assert np.diff(lightness) == pytest.approx([np.diff(lightness).mean()] * 4, abs=0.004)
    assert lightness == sorted(lightness)


@every_rule
@pytest.mark.parametrize("count", range(5, MAX_RUNS + 1))
def test_a_ladder_keeps_the_rules_hue_and_is_legible_on_the_dark_map(rule, count):
    colours = ladder(rule, count)
    own = marks_of([rule()])[0].colour
    _, chroma, hue = oklch(own)
    assert own in colours
    assert len(set(colours)) == count
    for colour in colours:
        assert contrast(colour, GROUND) >= 2
        assert oklch(colour)[1] <= chroma + 0.004
        if oklch(colour)[1] > 0.02:  # the hue of a grey is a matter of rounding
            assert abs((oklch(colour)[2] - hue + 180) % 360 - 180) < 3


@pytest.mark.parametrize("slug", ["momentum", "nesterov", "rmsprop", "adam"])
def test_the_middle_rate_has_the_rules_own_colour(slug):
    assert ladder(OPTIMIZERS[slug])[2] == marks_of(rules(slug))[0].colour


@pytest.mark.parametrize("slug", ["sgd", "adagrad"])
def test_of_a_colour_that_has_no_lighter_ones_the_highest_rate_has_it(slug):
    colours = ladder(OPTIMIZERS[slug])
    assert colours[-1] == marks_of(rules(slug))[0].colour
    assert min(difference(*pair) for pair in pairwise(colours)) >= 8


@every_rule
def test_neighbours_on_a_ladder_of_five_can_be_told_apart(rule):
    colours = ladder(rule)
    assert min(difference(*pair) for pair in pairwise(colours)) > 4


def test_four_rates_are_no_ladder():
    runs = [OPTIMIZERS["adam"](lr=rate) for rate in RATES[:4]]
    assert marks_of(runs) == marks_of(rules("adam") * 4)


def test_runs_that_differ_in_something_else_are_no_ladder():
    runs = [
        OPTIMIZERS["momentum"](lr=rate, rho=rho) for rate, rho in zip(RATES, (0, 0.5, 0.9, 0.95, 0.99), strict=False)
    ]
    assert marks_of(runs) == marks_of(rules("momentum") * 5)


def test_equal_rates_share_a_step_and_the_second_is_dashed():
    rates = (0.1, 0.01, 0.1, 1, 0.3)
    marks = marks_of(OPTIMIZERS["adam"](lr=rate) for rate in rates)
    assert [mark.repeat for mark in marks] == [False, False, True, False, False]
    assert marks[0].colour == marks[2].colour
    assert len(set(marks)) == 5


@every_rule
@pytest.mark.parametrize("rates", [(0.1,) * 7 + (0.2,), (0.1,) * 3 + RATES[:4], (0.1, 0.2) * 4], ids=str)
def test_on_a_ladder_too_all_can_be_told_apart(rule, rates):
    assert len(set(marks_of(rule(lr=rate) for rate in rates))) == len(rates)


def test_others_beside_a_ladder_have_marks_of_their_own():
    momentum = OPTIMIZERS["momentum"]
    others = [momentum(lr=0.1, rho=0.5), momentum(lr=0.2, rho=0.5), OPTIMIZERS["adam"]()]
    steps = [momentum(lr=rate) for rate in RATES[:5]]
    marks = marks_of([*others[:1], *steps, *others[1:]])
    assert len(set(marks)) == MAX_RUNS
    assert marks[1:6] == marks_of(steps)
    assert marks[0] == marks_of(rules("momentum") * 2)[1]
    assert marks[-1] == marks_of(rules("adam"))[0]


def test_a_ladder_and_a_relative_of_its_rule_can_be_told_apart():
    marks = marks_of([Cousin(), *(OPTIMIZERS["adam"](lr=rate) for rate in RATES[:5]), Cousin()])
    assert len(set(marks)) == 7
    assert {mark.symbol for mark in marks} == {"triangle-up"}


def test_a_rule_of_ones_own_has_a_ladder_of_the_spare_colour_that_it_is_given():
    assert ladder(OwnRule)[2] == marks_of([OwnRule()])[0].colour == "#FDA2AF"


# Colours


def test_the_ground_that_ladders_are_legible_on_is_the_dark_maps():
    assert themes()["dark"].terrain[2] == GROUND


@pytest.mark.parametrize("colour", ["#000000", "#FFFFFF", "#FB631B", "#09AC7D", "#152745"])
def test_a_colour_goes_to_oklab_and_back(colour):
    assert "#" + "".join(f"{channel:02X}" for channel in srgb(oklab(colour))) == colour


def test_published_colours_have_their_published_oklab():
    assert oklab("#FFFFFF") == pytest.approx([1, 0, 0], abs=1e-4)
    assert oklab("#FF0000") == pytest.approx([0.62796, 0.22486, 0.12585], abs=1e-4)
    assert oklab("#0000FF") == pytest.approx([0.45201, -0.03246, -0.31153], abs=1e-4)


@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_short_ladder_has_its_colour_too(count):
    colours = lightness_ladder("#FB631B", count, ground=GROUND)
    assert len(set(colours)) == count
    assert "#FB631B" in colours


def difference(first, second):
    """How different two colours look: CIEDE2000, for which 2 is just visible side by side."""
    return ciede2000(cielab(first), cielab(second))


def cielab(colour):
    encoded = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    linear = np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)
    xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]) @ linear
    ratio = xyz / (0.95047, 1, 1.08883)
    x, y, z = np.where(ratio > (6 / 29) ** 3, np.cbrt(ratio), ratio / 3 * (29 / 6) ** 2 + 4 / 29)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def ciede2000(first, second):
    def blue_share(chroma):
        return np.sqrt(chroma**7 / (chroma**7 + 25**7))

    (L1, a1, b1), (L2, a2, b2) = first, second
    stretch = 1 + (1 - blue_share((np.hypot(a1, b1) + np.hypot(a2, b2)) / 2)) / 2
    C1, C2 = np.hypot(a1 * stretch, b1), np.hypot(a2 * stretch, b2)
    h1, h2 = (np.degrees(np.arctan2(b, a * stretch)) % 360 for a, b in ((a1, b1), (a2, b2)))
    turn = (h2 - h1 + 180) % 360 - 180
    L, C, h = (L1 + L2) / 2, (C1 + C2) / 2, np.radians(h1 + turn / 2)
    T = 1 - 0.17 * np.cos(h - np.radians(30)) + 0.24 * np.cos(2 * h)
    T += 0.32 * np.cos(3 * h + np.radians(6)) - 0.2 * np.cos(4 * h - np.radians(63))
    lightness = (L2 - L1) / (1 + 0.015 * (L - 50) ** 2 / np.sqrt(20 + (L - 50) ** 2))
    chroma = (C2 - C1) / (1 + 0.045 * C)
    hue = 2 * np.sqrt(C1 * C2) * np.sin(np.radians(turn / 2)) / (1 + 0.015 * C * T)
    bend = np.radians(60 * np.exp(-((((np.degrees(h) % 360) - 275) / 25) ** 2)))
    return np.sqrt(lightness**2 + chroma**2 + hue**2 - 2 * np.sin(bend) * blue_share(C) * chroma * hue)


@pytest.mark.parametrize(
    ("first", "second", "published"),
    [
        ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
        ((50, 2.5, 0), (73, 25, -18), 27.1492),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
        ((90.9257, -0.5406, -0.9208), (88.6381, -0.8985, -0.7239), 1.5381),
        ((6.7747, -0.2908, -2.4247), (5.8714, -0.0985, -2.2286), 0.6377),
    ],
)
def test_the_yardstick_gives_its_published_numbers(first, second, published):
    """Pairs of Sharma, Wu and Dalal, 2005."""
    assert ciede2000(first, second) == pytest.approx(published, abs=1e-4)
