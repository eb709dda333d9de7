"""What the browser asks of a run or a phase that has been removed in the meantime: a sentence, and nothing changes."""

from __future__ import annotations

import pytest

from scenes import View, parse
from views.session import Session

SCENE = "surface=booth&run=momentum:lr=0.01;steps:count=100~adam:lr=0.1&run=bfgs"


@pytest.fixture
def session() -> Session:
    session = Session(parse(SCENE)[0], View())
    session.open(parse(SCENE)[0], View(), (), autoplay=False)
    return session


def test_a_second_click_on_remove_says_so_and_removes_no_other_run(session):
    first, second = session.run_ids
    for _ in range(2):
        session.attempt(lambda: session.remove_run(first))
    assert session.run_ids == [second]
    assert session.warnings == ("This optimizer is no longer there.",)


def test_a_card_that_is_gone_is_not_opened(session):
    gone, kept = session.run_ids
    session.open_card(kept)
    session.remove_run(gone)
    session.open_card(gone)
    assert session.open_run == kept


@pytest.mark.parametrize(
    "ask",
    [
        lambda session, run: session.set_run_setting(run, "lr", 0.2, phase=1),
        lambda session, run: session.set_rule(run, 1, "sgd"),
        lambda session, run: session.add_part(run, 1, "cosine"),
        lambda session, run: session.remove_part(run, 1, "cosine"),
        lambda session, run: session.set_part_setting(run, 1, "cosine", "until", 20),
    ],
    ids=["a setting", "another rule", "one more part", "one part less", "a part's setting"],
)
def test_a_phase_that_is_gone_is_said_to_be(session, ask):
    run = session.run_ids[0]
    session.remove_phase(run, 1)
    scene = session.scene
    session.attempt(lambda: ask(session, run))
    assert session.warnings == ("Phase 2 is no longer there.",)
    assert session.scene == scene


def test_smaller_rates_are_given_to_the_runs_that_are_still_there(session):
    session.scale_rates([0, 1, 7], 0.1)
    first, classical = session.scene.runs
    assert [phase.rule.lr for phase in first.phases] == [0.001, 0.01]
    assert classical == parse(SCENE)[0].runs[1]
