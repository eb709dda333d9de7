"""What this browser session looks at: the scene, the view, and every change that a person makes to them.

The scene is the one truth. Widgets are set from it before they are shown, and change it in their callbacks, which run
before the page does.
"""

from __future__ import annotations

import dataclasses
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from landscapes import LANDSCAPES
from optimizers import PARTS, Part, Phase
from optimizers.parts import Batch
from presets import PRESETS
from scenes import MAX_RUNS, Run, Scene, View, default_scene, format, parse, pers_on
from views import chains
from views.changes import has_changed

_KEY = "ravine"
_OWN_LINKS = 200
_FIVE_RATES = (0.1, 0.3, 1, 3, 10)


@dataclass
class Session:
    """The state of one visitor.

    Attributes
    ----------
    scene, view : what is shown. ``view`` holds step and mode only as they were when the page was opened: from then on
        they live in the browser.
    opening : names the occasion (first load, a link) on which the view was set.
    autoplay : whether the stage begins by playing.
    warnings : sentences about what could not be understood, shown over the stage.
    run_ids : a name for each run that stays with it while others come and go.
    card_titles : the title that each card was shown with last, by the run's id or the card's key.
    open_run : the id of the run whose card is open, or None.
    open_phase : which of its phases is on show, from 0.
    more : whether the open card shows what is rarely set.
    anatomy : the step around which the inside of steps is shown, or None while it is not.
    first_scene, first_view : what ``reset`` goes back to.
    own_links : the links of the latest scenes, by which this session knows its own addresses.
    address : the query that was read last.
    told : what the page around stage and panel was made for last.
    """

    scene: Scene
    view: View
    opening: int = 0
    autoplay: bool = False
    warnings: tuple[str, ...] = ()
    run_ids: list[int] = field(default_factory=list)
    card_titles: dict[int | str, str] = field(default_factory=dict)
    open_run: int | None = None
    open_phase: int = 0
    more: bool = False
    anatomy: int | None = None
    next_id: int = 0
    first_scene: Scene = field(default_factory=default_scene)
    first_view: View = field(default_factory=View)
    own_links: deque[str] = field(default_factory=lambda: deque(maxlen=_OWN_LINKS))
    address: tuple[tuple[str, str], ...] | None = None
    told: str = ""

    def open(self, scene: Scene, view: View, warnings: tuple[str, ...], *, autoplay: bool) -> None:
        """Show a scene that came from outside, with its own view."""
        self._show(scene)
        self.view, self.first_scene, self.first_view = view, scene, view
        self.warnings, self.autoplay = warnings, autoplay
        self.opening += 1
        self._name_runs()

    def open_preset(self, preset_id: str) -> None:
        """Show a scene of the menu, playing from its first step; from then on ``reset`` goes back to it.

        >>> session = Session(default_scene(), View())
        >>> session.open_preset("the-ridge")
        >>> session.scene.surface, session.autoplay
        ('saddle', True)
        >>> session.open_preset("the-moon")
        Traceback (most recent call last):
            ...
        ValueError: There is no scene called the-moon; choose one of the menu
        """
        if preset_id not in PRESETS:
            raise ValueError(f"There is no scene called {preset_id}; choose one of the menu")
        scene, view = parse(PRESETS[preset_id].link)
        self.open(scene, view, (), autoplay=True)

    def change(self, scene: Scene) -> None:
        """Show the scene after a person's change; what was hidden stays hidden as far as it is still there."""
        self._show(scene)
        self.warnings = ()
        hidden = tuple(index for index in self.view.hidden if index < len(scene.runs))
        self.view = dataclasses.replace(self.view, hidden=hidden)

    def _show(self, scene: Scene) -> None:
        self.scene = scene
        link = format(scene)
        if link not in self.own_links:
            self.own_links.append(link)

    def _name_runs(self) -> None:
        self.run_ids = [self._new_id() for _ in self.scene.runs]
        self.card_titles.clear()
        self.open_card(self.run_ids[-1] if self.run_ids else None)

    def _new_id(self) -> int:
        self.next_id += 1
        return self.next_id

    # Changes to the surface, the start and the length of the run

    def choose_surface(self, slug: str) -> None:
        """Another surface: its own start, and the usual rate of every rule there, for rates differ a thousandfold."""
        surface = LANDSCAPES[slug]
        runs = tuple(chains.on_surface(run, surface) for run in self.scene.runs)
        kept = {name: getattr(self.scene, name) for name in ("steps", "seed", "noise")}
        self.change(Scene.on(surface, runs=runs, **kept))
        per = self.view.per if self.view.per in pers_on(surface) else View.per
        self.view = dataclasses.replace(self.view, colour=None, loss=None, per=per)

    def set_surface_setting(self, name: str, value: Any) -> None:
        settings = {**dict(self.scene.settings), name: value}
        self.change(dataclasses.replace(self.scene, settings=tuple(settings.items())))

    def add_outliers(self, count: int, at: Sequence[float] | None = None) -> None:
        """So many outliers more, all at one place of the data, or 0 for none; ValueError where none can be added."""
        settings = dict(self.scene.settings)
        if "outliers" not in settings:
            raise ValueError(f"{self.scene.landscape.title} takes no outliers")
        settings["outliers"] = int(settings["outliers"]) + count if count else 0
        if at is not None:
            settings["outlier_x"], settings["outlier_y"] = map(float, at)
        self.change(dataclasses.replace(self.scene, settings=tuple(settings.items())))

    def set_start(self, x: float, y: float) -> None:
        self.change(dataclasses.replace(self.scene, start=(x, y)))

    def set_steps(self, steps: int) -> None:
        self.change(dataclasses.replace(self.scene, steps=steps))

    def set_noise(self, noise: float) -> None:
        self.change(dataclasses.replace(self.scene, noise=noise))

    def set_seed(self, seed: int) -> None:
        self.change(dataclasses.replace(self.scene, seed=seed))

    def reset(self) -> None:
        """Back to the scene that the page was opened with."""
        self.change(self.first_scene)
        self.view = self.first_view
        self._name_runs()

    def set_scale(self, name: str, scale: str) -> None:
        """The scale of the map ("colour") or the loss axis ("loss"), "" for what suits; or what it counts ("per")."""
        changed: dict[str, Any] = {name: scale or None}
        self.view = dataclasses.replace(self.view, **changed)

    # Changes to the runs

    def index_of(self, run_id: int) -> int:
        """Where a run stands; ValueError if it is gone, as after a second click on "Remove"."""
        if run_id not in self.run_ids:
            raise ValueError("This optimizer is no longer there")
        return self.run_ids.index(run_id)

    @property
    def run_in_focus(self) -> int | None:
        """The run that the page tells of: of those that are not hidden the one whose card is open, else the first.

        Where all are hidden, the same of all; None where there is none.
        """
        runs = range(len(self.scene.runs))
        seen = [index for index in runs if index not in self.view.hidden] or list(runs)
        opened = self.run_ids.index(self.open_run) if self.open_run in self.run_ids else None
        return opened if opened in seen else next(iter(seen), None)

    def run(self, run_id: int) -> Run:
        return self.scene.runs[self.index_of(run_id)]

    def phase(self, run_id: int, number: int) -> Phase:
        """A phase of a run, numbered from 0; ValueError if it is gone."""
        phases = self.run(run_id).phases
        if number >= len(phases):
            raise ValueError(f"Phase {number + 1} is no longer there")
        return phases[number]

    def open_card(self, run_id: int | None) -> None:
        """Show the settings of a run, from its first phase on; of one that is gone since, nothing."""
        if run_id is None or run_id in self.run_ids:
            self.open_run, self.open_phase = run_id, 0

    def toggle_more(self) -> None:
        """Show what is rarely set in the open card, or no longer."""
        self.more = not self.more

    def add_run(self, slug: str) -> None:
        """One more run, at the usual rate of its rule on this surface, with its card open."""
        self._insert(len(self.scene.runs), Run(chains.usual_rule(slug, self.scene.landscape)))

    def duplicate_run(self, run_id: int) -> None:
        index = self.index_of(run_id)
        self._insert(index + 1, self.scene.runs[index])

    def _insert(self, index: int, run: Run) -> None:
        if len(self.scene.runs) >= MAX_RUNS:
            self.warnings = (f"A scene holds at most {MAX_RUNS} runs.",)
            return
        runs = (*self.scene.runs[:index], run, *self.scene.runs[index:])
        hidden = tuple(other + (other >= index) for other in self.view.hidden)
        self.change(dataclasses.replace(self.scene, runs=runs))
        self.view = dataclasses.replace(self.view, hidden=hidden)
        self.run_ids.insert(index, self._new_id())
        self.open_card(self.run_ids[index])

    def remove_run(self, run_id: int) -> None:
        index = self.index_of(run_id)
        hidden = tuple(other - (other > index) for other in self.view.hidden if other != index)
        runs = (*self.scene.runs[:index], *self.scene.runs[index + 1 :])
        self.view = dataclasses.replace(self.view, hidden=hidden)
        self.change(dataclasses.replace(self.scene, runs=runs))
        del self.run_ids[index]
        self.card_titles.pop(run_id, None)
        if self.open_run == run_id:
            self.open_card(self.run_ids[min(index, len(self.run_ids) - 1)] if self.run_ids else None)

    def try_five_rates(self, run_id: int) -> None:
        """The run at 0.1, 0.3, 1, 3 and 10 times its rate, in this order; the other runs are kept but hidden.

        The run itself stays as the one in the middle. Rates that the rule does not bear are left out; where there is
        no room, ValueError says what to do, and of a classical method that it has no rate.
        """
        index, run = self.index_of(run_id), self.run(run_id)
        if not chains.has_rate(run):
            raise ValueError(f"{self.scene.labels[index]} has no learning rate of which others could be tried")
        factors = [factor for factor in _FIVE_RATES if factor == 1 or chains.bears(run, factor)]
        excess = len(self.scene.runs) + len(factors) - 1 - MAX_RUNS
        if excess > 0:
            what = "1 run" if excess == 1 else f"{excess} runs"
            raise ValueError(f"A scene holds at most {MAX_RUNS} runs; to try {len(factors)} rates, remove {what} first")
        five = [chains.at_rates_times(run, factor) for factor in factors]
        names = [run_id if factor == 1 else self._new_id() for factor in factors]
        runs = (*self.scene.runs[:index], *five, *self.scene.runs[index + 1 :])
        self.change(dataclasses.replace(self.scene, runs=runs))
        self.run_ids[index : index + 1] = names
        hidden = tuple(other for other, name in enumerate(self.run_ids) if name not in names)
        self.view = dataclasses.replace(self.view, hidden=hidden)

    def toggle_run(self, run_id: int) -> None:
        """Hide a run, or show it again."""
        index = self.index_of(run_id)
        self.view = dataclasses.replace(self.view, hidden=tuple({*self.view.hidden} ^ {index}))

    def _set_run(self, run_id: int, run: Run) -> None:
        index = self.index_of(run_id)
        self.change(
            dataclasses.replace(self.scene, runs=(*self.scene.runs[:index], run, *self.scene.runs[index + 1 :]))
        )

    def scale_rates(self, indices: Sequence[int], factor: float) -> None:
        """All learning rates of these runs times ``factor``, in round numbers."""
        runs = list(self.scene.runs)
        for index in {*indices} & {*range(len(runs))}:  # the browser may ask for a run that is gone since
            runs[index] = chains.at_rates_times(runs[index], factor)
        self.change(dataclasses.replace(self.scene, runs=tuple(runs)))

    # Changes to the phases of a run; phases are numbered from 0

    def _set_phase(self, run_id: int, number: int, phase: Phase) -> None:
        self._set_run(run_id, chains.with_phase(self.run(run_id), number, phase))

    def set_run_setting(self, run_id: int, name: str, value: Any, phase: int = 0) -> None:
        """A setting of the rule of a phase."""
        before = self.phase(run_id, phase)
        self._set_phase(run_id, phase, Phase(dataclasses.replace(before.rule, **{name: value}), before.parts))

    def set_rule(self, run_id: int, phase: int, slug: str) -> None:
        """Another rule for a phase, at its usual rate; what is added to it stays."""
        rule = chains.usual_rule(slug, self.scene.landscape)
        self._set_phase(run_id, phase, Phase(rule, self.phase(run_id, phase).parts))

    def set_part(self, run_id: int, phase: int, part: Part) -> None:
        """Add a part to a phase, instead of the one for which there is then no room."""
        self._set_phase(run_id, phase, self.phase(run_id, phase).adding(part))

    def add_part(self, run_id: int, phase: int, slug: str) -> None:
        """Add a part with its usual settings."""
        self.phase(run_id, phase)  # there, or else a sentence
        self.set_part(run_id, phase, chains.as_part(self.run(run_id), phase, slug, self.scene.steps))

    def set_part_setting(self, run_id: int, phase: int, slug: str, name: str, value: Any) -> None:
        part = self.phase(run_id, phase).part(slug) or PARTS[slug]()
        self.set_part(run_id, phase, dataclasses.replace(part, **{name: value}))

    def set_batch(self, run_id: int, phase: int, size: int) -> None:
        """How many samples each step of a phase looks at; as many as there are, or more, is all of them."""
        samples = self.scene.landscape.samples
        if samples is not None and size >= len(samples):
            self.remove_part(run_id, phase, "batch")
        else:
            self.set_part(run_id, phase, Batch(size=size))

    def remove_part(self, run_id: int, phase: int, slug: str) -> None:
        self._set_phase(run_id, phase, self.phase(run_id, phase).without(slug))

    def add_phase(self, run_id: int, slug: str | None = None) -> None:
        """One more phase at the end of a run: another rule, or without a slug the same one at a lower rate."""
        run = self.run(run_id)
        rule = None if slug is None else chains.usual_rule(slug, self.scene.landscape)
        phase = chains.at_another_rate(run.phases[-1]) if rule is None else Phase(rule)
        self._set_run(run_id, chains.with_next_phase(run, phase, self.scene.steps))
        self.open_phase = len(run.phases)

    def remove_phase(self, run_id: int, phase: int) -> None:
        self._set_run(run_id, chains.without_phase(self.run(run_id), phase))
        self.open_phase = max(0, phase - 1)

    def attempt(self, change: Callable[[], None]) -> None:
        """Make a change; where it is refused, say why and keep everything as it was."""
        has_changed()
        try:
            change()
        except ValueError as refusal:
            self.warnings = (f"{refusal}.",)


def current_session() -> Session:
    """This visitor's session, brought up to date with the address bar.

    The player writes the address a little later, so a scene that this session has had itself is no news.
    """
    session: Session | None = st.session_state.get(_KEY)
    is_new = session is None
    if session is None:
        session = st.session_state[_KEY] = Session(default_scene(), View())
    address = tuple((key, text) for key in st.query_params for text in st.query_params.get_all(key))
    if address == session.address:
        return session
    session.address, parsed = address, parse(address)
    scene, view = parsed
    if is_new or (address and format(scene) not in session.own_links):
        session.open(scene, view, parsed.warnings, autoplay=is_new and not address)
    return session
