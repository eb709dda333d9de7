"""A schedule that watches the loss: the rate is reduced when nothing gets better any more."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from knobs import Interval, knob, unit_interval

from ..parts import LONGEST
from .schedule import ReactiveSchedule, floor_setting, gamma_setting


class PlateauState(NamedTuple):
    """The factor, the best loss so far, how many steps since then have not been better, and how long it still rests."""

    factor: float
    best: float
    waited: int
    resting: int


@dataclass(frozen=True, kw_only=True)
class Plateau(ReactiveSchedule):
    r"""Reduce on plateau: when the loss has not got better for a while, the rate is multiplied by gamma.

    .. math::
        \eta \leftarrow \max(\gamma\, \eta, f\, \eta_0) \quad \text{after more than } p \text{ steps without}
        \quad L < (1 - \theta)\, L_{\text{best}}

    Settings
    --------
    gamma : float in (0, 1]
        What the rate is multiplied by.
    patience : int in [0, 1000000]
        How many steps p in a row may be no better.
    threshold : float in [0, 1)
        By which share theta of the best loss a loss must lie below it to count as better.
    cooldown : int in [0, 1000000]
        How many steps after a reduction are not counted.
    floor : float in [0, 1]
        The share f of the first rate below which it does not go.

    Example
    -------
    >>> plateau = Plateau(gamma=0.5, patience=1)
    >>> state = plateau.init()
    >>> for loss in (4.0, 3.0, 3.0, 3.0):
    ...     state = plateau.observe(state, loss)
    >>> state.factor
    0.5

    Reference
    ---------
    As PyTorch's ``ReduceLROnPlateau(factor, patience, threshold, cooldown=..., min_lr=floor * lr, eps=0)``, told the
    loss after every step, as it was before the step.

    Differences
    -----------
    Where the best loss is negative, better is what lies below it by the same share of its size; PyTorch multiplies by
    1 - theta there as well, so that even an equal loss counts as better and the rate is never reduced. PyTorch leaves
    out reductions by less than 1e-8; ours does not.
    """

    slug: ClassVar[str] = "plateau"
    title: ClassVar[str] = "Reduce on plateau"
    about: ClassVar[str] = "Falls only when the loss has not got better for a while."
    formula: ClassVar[str] = (
        r"\eta \leftarrow \max(\gamma\, \eta, f\, \eta_0) \\ "
        r"\text{after more than } p \text{ steps without } L < (1 - \theta)\, L_{\text{best}}"
    )
    reference: ClassVar[str] = "PyTorch, ReduceLROnPlateau"
    rank: ClassVar[int] = 10

    gamma: float = gamma_setting(0.1)
    patience: int = knob(
        10,
        "p",
        "How many steps in a row may be no better.",
        valid=Interval(0, LONGEST),
        offer=(0, 100),
        label="Patience in steps",
    )
    threshold: float = knob(
        1e-4,
        r"\theta",
        "By which share of the best loss a loss must lie below it to count as better.",
        valid=unit_interval,
        offer=(1e-6, 0.1),
        scale="log",
        label="Better by a share of",
        rare=True,
    )
    cooldown: int = knob(
        0,
        "c",
        "How many steps after a reduction are not counted.",
        valid=Interval(0, LONGEST),
        offer=(0, 100),
        label="Rest after a reduction",
        rare=True,
    )
    floor: float = floor_setting()

    def init(self) -> PlateauState:
        return PlateauState(1.0, math.inf, 0, 0)

    def observe(self, state: PlateauState, loss: float) -> PlateauState:
        factor, best, waited, resting = state
        if loss < best * (1 - math.copysign(self.threshold, best)):
            best, waited = loss, 0
        else:
            waited += 1
        if resting > 0:
            resting, waited = resting - 1, 0
        if waited > self.patience:
            # A floor above the present rate never raises it.
            factor, waited, resting = min(factor, max(factor * self.gamma, self.floor)), 0, self.cooldown
        return PlateauState(factor, best, waited, resting)
