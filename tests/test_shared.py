"""What Python and JavaScript both write: one table, which the tests of both read (shared in ``tests/javascript``)."""

from __future__ import annotations

import json
from pathlib import Path

from optimizers.outcomes import OVERFLOW_INSIDE, TOO_LARGE, Outcome
from views.player.player import FOLDER
from views.theme import CASING
from views.words import EMPTY, short

SHARED = json.loads(Path(__file__).with_name("shared.json").read_text(encoding="utf-8"))


def test_a_number_has_three_significant_digits_as_on_the_stage():
    written = [[number, short(number)] for number, _ in SHARED["three digits"]]
    assert written == SHARED["three digits"]


def test_the_words_are_those_of_the_stage():
    assert SHARED["texts"]["no optimizer"] == EMPTY
    for sentence in (TOO_LARGE, OVERFLOW_INSIDE, Outcome.DIVERGED.value):
        assert sentence.endswith(SHARED["texts"]["rate too large"])


def test_the_casing_of_paths_is_that_of_what_lies_on_them():
    assert SHARED["casing"] == CASING
    assert (FOLDER / "player.css").read_text(encoding="utf-8").count(CASING.lower()) == 4
