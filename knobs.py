"""A setting declared once.

A *knob* is one number, switch or choice that a person may turn: an optimizer's ``beta1``, a surface's ``kappa``.
Its single declaration yields the validation, the sentence of the error, the slider, the documentation row and the
name in a link. This module is a leaf: ``landscapes`` and ``optimizers`` both use it, and it uses neither.

Example
-------
>>> from dataclasses import dataclass
>>> @dataclass(frozen=True)
... class Walker:
...     title = "Walker"
...     lr: float = knob(0.1, r"\\eta", "Size of a step.", valid=positive, offer=(1e-4, 1), scale="log")
...     def __post_init__(self): check_settings(self)
>>> Walker(lr=0.5).lr
0.5
>>> Walker(lr=-1)
Traceback (most recent call last):
    ...
ValueError: Walker: lr must be in (0, inf), got -1
"""

from __future__ import annotations

import dataclasses
import inspect
import math
import numbers
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, NoReturn

import numpy as np

Scale = Literal["linear", "log", "memory", "doubling"]
"""How a slider spaces its values: evenly, evenly in log(value), evenly in log(1 - value) with an exact 0, or by powers
of two."""

ON, OFF = "on", "off"


@dataclass(frozen=True)
class Interval:
    """The numbers for which a setting means something; each end is included unless it is said to be open.

    >>> 1.0 in unit_interval, 0.0 in unit_interval, str(unit_interval)
    (False, True, '[0, 1)')
    """

    low: float = -math.inf
    high: float = math.inf
    low_open: bool = False
    high_open: bool = False

    def __contains__(self, value: Any) -> bool:
        """Whether a finite number, or every element of an array of them, lies inside."""
        value = np.asarray(value, dtype=float)
        above = value > self.low if self.low_open else value >= self.low
        below = value < self.high if self.high_open else value <= self.high
        return bool(np.all(above & below & np.isfinite(value)))

    def __str__(self) -> str:
        left = "(" if self.low_open or math.isinf(self.low) else "["
        right = ")" if self.high_open or math.isinf(self.high) else "]"
        return f"{left}{format_value(self.low)}, {format_value(self.high)}{right}"


@dataclass(frozen=True)
class Switch:
    """A setting that is on or off."""

    def __contains__(self, value: Any) -> bool:
        return isinstance(value, (bool, np.bool_)) or (isinstance(value, np.ndarray) and value.dtype == bool)

    def __str__(self) -> str:
        return f"{{{ON}, {OFF}}}"


@dataclass(frozen=True)
class Choice:
    """A setting that is one of several words; each option is a slug and what people read.

    >>> loss = Choice((("mse", "Mean squared error"), ("huber", "Huber")))
    >>> "huber" in loss, "pizza" in loss, str(loss), loss.titles["huber"]
    (True, False, '{mse, huber}', 'Huber')
    """

    options: tuple[tuple[str, str], ...]

    def __contains__(self, value: Any) -> bool:
        return isinstance(value, str) and value in self.titles

    def __str__(self) -> str:
        return f"{{{', '.join(self.titles)}}}"

    @property
    def titles(self) -> dict[str, str]:
        """What people read, by slug."""
        return dict(self.options)


Valid = Interval | Switch | Choice

Setting = float | int | bool | str
"""The value of a setting."""

positive = Interval(0, low_open=True)
nonnegative = Interval(0)
unit_interval = Interval(0, 1, high_open=True)
switch = Switch()


@dataclass(frozen=True)
class Knob:
    """Everything there is to say about one setting.

    Attributes
    ----------
    name, symbol : its name in code and links, and in LaTeX.
    default : the value without a choice; its type (float, int, bool or, of a choice, str) is the type of the setting.
    help : one sentence on what turning it does.
    valid : the values that the mathematics allows.
    offer : the values that a slider offers, (lowest, highest); narrower than ``valid``. None for a switch.
    scale : how the slider spaces them.
    label : the words on its control, for example "Learning rate".
    meaning : a template for what the present value means, filled by ``explain``; "" if there is nothing to add.
    rare : whether it is kept out of the first view.
    only_for : (name, options): it means something only while another setting, a choice, is one of these.
    """

    name: str
    symbol: str
    default: Setting
    help: str
    valid: Valid
    offer: tuple[float, float] | None = None
    scale: Scale = "linear"
    label: str = ""
    meaning: str = ""
    rare: bool = False
    only_for: tuple[str, tuple[str, ...]] | None = None

    def matters(self, settings: Mapping[str, Any]) -> bool:
        """Whether it means something beside these settings.

        >>> delta = Knob("delta", "", 1.0, "", positive, only_for=("loss", ("huber",)))
        >>> delta.matters({"loss": "huber"}), delta.matters({"loss": "mse"})
        (True, False)
        """
        return self.only_for is None or settings[self.only_for[0]] in self.only_for[1]

    def explain(self, value: float) -> str:
        """What the present value means, in words.

        >>> Knob("rho", "", 0.9, "", unit_interval, meaning="keeps {percent} %").explain(0.9)
        'keeps 90 %'
        >>> Knob("beta2", "", 0.999, "", unit_interval, meaning="about {memory}").explain(0.999)
        'about 1000 steps'
        """
        if not self.meaning:
            return ""
        memory = 1 / (1 - value) if value < 1 else math.inf
        steps = f"{_round_off(memory)} step" + ("s" if memory > 1 else "")
        return self.meaning.format(value=f"{value:.3g}", percent=f"{100 * value:.4g}", memory=steps)

    def check(self, owner: str, value: Any) -> None:
        """Raise ValueError with a sentence that names owner, setting, range and value, unless the value is valid.

        Of an array all elements must be. Without an owner the sentence begins with the setting.
        """
        try:
            is_valid = value in self.valid and (not isinstance(self.valid, Interval) or is_number(value))
            if is_valid and isinstance(self.default, int) and not isinstance(self.default, bool):
                is_valid = bool(np.all(np.asarray(value) == np.round(value)))
        except (TypeError, ValueError, OverflowError):
            is_valid = False
        if not is_valid:
            self._refuse(owner, f"in {self.valid}", value)

    def plain(self, owner: str, value: Any) -> Setting:
        """A valid value as a number, switch or word of Python, -0 as 0; ValueError with a sentence for any other.

        >>> Knob("rho", "", 0.9, "", unit_interval).plain("Momentum", np.float32(0.5))
        0.5
        >>> Knob("rho", "", 0.9, "", unit_interval).plain("Momentum", [0.5, 0.9])
        Traceback (most recent call last):
            ...
        ValueError: Momentum: rho must be one number, got [0.5, 0.9]
        """
        self.check(owner, value)
        if np.ndim(value):
            self._refuse(owner, "one number", value)
        kind: Any = type(self.default)
        plain: Setting = kind(value) if kind in (bool, str) else kind(value) + kind(0)
        return plain

    def _refuse(self, owner: str, what: str, value: Any) -> NoReturn:
        shown = format_value(value) if isinstance(value, (bool, float)) else value
        raise ValueError(f"{owner}{': ' if owner else ''}{self.name} must be {what}, got {shown}")

    def parse(self, owner: str, text: str) -> Setting:
        """The valid value that a text stands for; ValueError with a sentence otherwise.

        >>> Knob("rho", "", 0.9, "", unit_interval).parse("Momentum", "abc")
        Traceback (most recent call last):
            ...
        ValueError: Momentum: rho must be in [0, 1), got abc
        """
        try:
            value = _parse_as(type(self.default), text)
        except ValueError:
            raise ValueError(f"{owner}: {self.name} must be in {self.valid}, got {text}") from None
        self.check(owner, value)
        return value


def _parse_as(kind: type, text: str) -> Setting:
    text = text.strip()
    if kind is str:
        return text
    if kind is bool:
        if text not in (ON, OFF):
            raise ValueError(text)
        return text == ON
    if "_" in text or not text.isascii():  # Python reads "1_0" and other scripts' digits as numbers; people do not
        raise ValueError(text)
    number = float(text)
    if kind is int and number.is_integer():
        return int(number)
    return number


def knob(
    default: Setting,
    symbol: str,
    help: str,
    *,
    valid: Valid,
    offer: tuple[float, float] | None = None,
    scale: Scale = "linear",
    label: str = "",
    meaning: str = "",
    rare: bool = False,
    only_for: tuple[str, tuple[str, ...]] | None = None,
) -> Any:
    """Declare a setting as a dataclass field, or as the default of a parameter of a surface's function.

    The arguments are those of :class:`Knob`; the name is taken from the field or parameter.
    """
    declared = Knob("", symbol, default, help, valid, offer, scale, label, meaning, rare, only_for)
    return dataclasses.field(default=default, metadata={"knob": declared})


def declared_knob(name: str, field: Any) -> Knob | None:
    """The knob that ``knob(...)`` declared under this name, or None for any other default."""
    found = getattr(field, "metadata", {}).get("knob")
    return dataclasses.replace(found, name=name, label=found.label or name) if found else None


def knobs_of(settings: Any) -> dict[str, Knob]:
    """The knobs of a dataclass (type or instance) by name, in the order of their declaration."""
    found = {field.name: declared_knob(field.name, field) for field in dataclasses.fields(settings)}
    return {name: declared for name, declared in found.items() if declared is not None}


_AFTER_SETTINGS = re.compile(r"^(?=(?:Example|Reference|Differences)\n-)|\Z", re.MULTILINE)


def document_settings(cls: type) -> None:
    """Give the docstring of a class its section on settings, from the knobs, unless somebody has written one.

    >>> class Walker:
    ...     '''Walks.'''
    ...     lr: float = knob(0.1, "", "Size of a step.", valid=positive)
    >>> document_settings(Walker)
    >>> print(Walker.__doc__)
    Walks.
    <BLANKLINE>
    Settings
    --------
    lr : float in (0, inf)
        Size of a step.
    """
    text = inspect.cleandoc(cls.__doc__ or "")
    fields = {**getattr(cls, "__dataclass_fields__", {}), **vars(cls)}  # its own are no fields of a dataclass yet
    knobs = [found for found in (declared_knob(name, field) for name, field in fields.items()) if found]
    place = _AFTER_SETTINGS.search(text)
    if text and knobs and place and "\nSettings\n-" not in text:
        rows = [f"{each.name} : {type(each.default).__name__} in {each.valid}\n    {each.help}" for each in knobs]
        before, after = text[: place.start()].rstrip(), text[place.start() :]
        cls.__doc__ = "\n".join([f"{before}\n\nSettings\n--------", *rows, f"\n{after}"]).rstrip()


def check_settings(settings: Any) -> None:
    """Check every knob of a dataclass instance; the owner named in the sentence is its ``title``."""
    for name, declared in knobs_of(settings).items():
        declared.check(settings.title, getattr(settings, name))


def is_number(value: Any) -> bool:
    """Whether a value is a real number, or an array of nothing else; truth values, texts and dates are none.

    >>> is_number(np.float32(1)), is_number([1, 2.5]), is_number(True), is_number("1")
    (True, True, False, False)
    """
    return np.asarray(value).dtype.kind in "iuf" or (isinstance(value, numbers.Real) and not isinstance(value, bool))


def format_value(value: Setting) -> str:
    """The shortest text that stands for exactly this value, with nothing that a link must escape, such as ``+``.

    >>> format_value(0.0234), format_value(300.0), format_value(1e-10), format_value(1e22), format_value(True)
    ('0.0234', '300', '1e-10', '1e22', 'on')
    """
    if isinstance(value, str):
        return value
    if isinstance(value, (bool, np.bool_)):
        return ON if value else OFF
    number = float(value)
    if number.is_integer() and abs(number) < 1e15:
        return str(int(number)) if number or math.copysign(1, number) > 0 else "-0.0"
    return repr(number).replace("e+", "e").replace("e-0", "e-")


def _round_off(number: float) -> str:
    """Two significant digits in plain notation, for words such as "about 1000 steps"."""
    if not math.isfinite(number):
        return "all"
    digits = max(0, 1 - math.floor(math.log10(number)))
    return f"{round(number, 1 - math.floor(math.log10(number))):.{digits}f}".removesuffix(".0")
