"""The grammar of a link: text to named values and back, never failing, and saying what was not understood.

A query is ``key=text&key=text``, and where a text names a part it reads ``name:setting=value,setting=value``. What the
keys and parts *mean* is for ``scenes`` to say; this module only reads and writes them.

Example
-------
>>> from knobs import Knob, unit_interval
>>> rho = Knob("rho", r"\\rho", 0.9, "How much of the velocity is kept.", unit_interval)
>>> link = Link("?run=momentum:rho=abc,foo=1&view=5d", ["run", "view"])
>>> name, settings = link.part(link.texts["run"][0], "run 1")
>>> link.settings({"rho": rho}, settings, "Momentum", "run 1"), link.choice("view", ("2d", "3d"), "2d")
({'rho': 0.9}, '2d')
>>> for sentence in link.sentences:
...     print(sentence)
I did not understand foo=1 in run 1; leaving it out.
I did not understand rho=abc in run 1; using 0.9.
I did not understand view=5d; using 2d.
>>> write_part("momentum", {"rho": rho}, {"rho": 0.95})
'momentum:rho=0.95'
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, TypeVar
from urllib.parse import parse_qsl

from knobs import Interval, Knob, Setting, format_value

MAX_LENGTH = 40_000
"""A query is read up to this many characters; a scene of the most runs and phases, all with parts, has about half."""

MAX_SENTENCES = 20
MAX_QUOTE = 40  # characters of a reader's text that a sentence repeats

First = TypeVar("First")
Second = TypeVar("Second")


class Parsed(tuple[First, Second]):
    """What a link says: equal to a plain pair; ``warnings`` names all that was not understood."""

    warnings: tuple[str, ...]

    def __new__(cls, pair: tuple[First, Second], warnings: Iterable[str] = ()) -> Parsed[First, Second]:
        parsed = super().__new__(cls, pair)
        parsed.warnings = tuple(warnings)
        return parsed


class Link:
    """A query taken apart: ``texts`` of each key, values read from them, and sentences about what was not understood.

    Parameters
    ----------
    query : a string as it stands in an address, decoded here as browsers do; or pairs that are decoded already.
    keys, repeated : the keys that there are, and those of them that may be given more than once.
    """

    def __init__(
        self, query: str | Iterable[tuple[str, str]], keys: Collection[str], repeated: Collection[str] = ()
    ) -> None:
        self.texts: dict[str, list[str]] = {}
        self._sentences: list[str] = []
        pairs, is_cut = _split(query)
        if is_cut:
            self.say(f"The link is longer than {MAX_LENGTH} characters; leaving out the rest.")
        for key, text in pairs:
            key, text = key.strip(), text.strip()
            if key not in keys:
                self.not_understood(f"{key}={text}" if text else key)
                continue
            if key in self.texts and key not in repeated:
                self.say(f"{key} is given more than once; using the last.")
            self.texts.setdefault(key, []).append(text)

    @property
    def sentences(self) -> tuple[str, ...]:
        """What was not understood, the first few; the last sentence tells how much more there is."""
        more = len(self._sentences) - MAX_SENTENCES + 1
        if more <= 1:
            return tuple(self._sentences)
        return (*self._sentences[: MAX_SENTENCES - 1], f"There are {more} more such places.")

    def say(self, sentence: str) -> None:
        """Add a sentence."""
        self._sentences.append(sentence)

    def not_understood(self, text: str, place: str = "", instead: str = "leaving it out") -> None:
        """Add the sentence that this text was not understood."""
        self.say(f"I did not understand {quote(text)}{f' in {place}' if place else ''}; {instead}.")

    def text(self, key: str) -> str | None:
        """The last text of a key; None if the key is not given."""
        return self.texts[key][-1] if key in self.texts else None

    def part(self, text: str, place: str) -> tuple[str, str]:
        """The name of a part and the text of its settings; further parts and phases make no sense here.

        >>> Link("", []).part("quadratic:kappa=100,angle=45", "the surface")
        ('quadratic', 'kappa=100,angle=45')
        """
        first, *phases = text.split("~")
        part, *others = first.split(";")
        for other in (*others, *(f"~{phase}" for phase in phases)):
            self.not_understood(other, place)
        return _name_and_settings(part)

    @staticmethod
    def chain(text: str) -> list[list[tuple[str, str]]]:
        """The phases of a text, each a list of its parts: their names and the texts of their settings.

        >>> Link.chain("adam:lr=0.02;cosine:until=300;steps:count=100~momentum")
        [[('adam', 'lr=0.02'), ('cosine', 'until=300'), ('steps', 'count=100')], [('momentum', '')]]
        """
        return [[_name_and_settings(part) for part in phase.split(";")] for phase in text.split("~")]

    def choice(self, key: str, choices: tuple[str, ...], default: Any, default_in_words: str = "") -> Any:
        """One of some words, or the default."""
        text = self.text(key)
        if text is None or text in choices:
            return default if text is None else text
        self.not_understood(f"{key}={text}", instead=f"using {default_in_words or default}")
        return default

    def whole(self, declared: Knob, owner: str, default: int) -> int:
        """A whole number: the default if it makes no sense, the limit if it is beyond the limit."""
        text = self.text(declared.name)
        if text is None:
            return default
        number, limit = read_number(text), declared.valid.high if isinstance(declared.valid, Interval) else math.inf
        instead = int(limit) if number is not None and number > limit else default
        return int(self._setting(declared, text, owner, "", lambda _: instead))

    def number(self, declared: Knob, owner: str, default: float) -> float:
        """A number, or the default if it makes no sense."""
        text = self.text(declared.name)
        return default if text is None else float(self._setting(declared, text, owner, "", lambda _: default))

    def wholes(self, declared: Knob, owner: str) -> list[int]:
        """Whole numbers with commas between them; those that make no sense are left out."""
        text, found = self.text(declared.name), []
        for item in () if text is None else text.split(","):
            try:
                found.append(int(declared.parse(owner, item)))
            except ValueError:
                self.not_understood(item, declared.name)
        return found

    def pair(self, declared: Knob, default: tuple[float, float]) -> tuple[float, float]:
        """Two finite numbers with a comma between them, or the default."""
        text = self.text(declared.name)
        if text is None:
            return default
        try:
            x, y = (float(declared.parse("", item)) for item in text.split(","))
        except ValueError:
            self.not_understood(f"{declared.name}={text}", instead=f"using {write_values(default)}")
            return default
        return x, y

    def settings(
        self,
        knobs: Mapping[str, Knob],
        text: str,
        owner: str,
        place: str,
        default: Callable[[str], Setting] | None = None,
    ) -> dict[str, Setting]:
        """Every setting, as a text like ``lr=0.001,rho=0.9`` has it.

        Where it is missing or not valid, what ``default`` says for its name is used, or else the knob's default.
        ``owner`` is named where a number is out of range, ``place`` where a text is not understood.
        """
        texts: dict[str, str] = {}
        for item in text.split(",") if text else ():
            name, _, value = (piece.strip() for piece in item.partition("="))
            if name not in knobs:
                self.not_understood(item, place)
                continue
            if name in texts:
                self.say(f"{name} is given more than once in {place}; using the last.")
            texts[name] = value
        default = default or (lambda name: knobs[name].default)
        return {
            name: self._setting(declared, texts[name], owner, place, default) if name in texts else default(name)
            for name, declared in knobs.items()
        }

    def _setting(self, declared: Knob, text: str, owner: str, place: str, default: Callable[[str], Setting]) -> Setting:
        try:
            return declared.parse(owner, text)
        except ValueError as error:
            value = default(declared.name)
            instead = f"using {format_value(value)}"
            if isinstance(declared.valid, Interval) and read_number(text) is not None:
                self.say(f"{error}; {instead}.")
            else:
                self.not_understood(f"{declared.name}={text}", place, instead)
            return value


def _name_and_settings(part: str) -> tuple[str, str]:
    name, _, settings = part.partition(":")
    return name.strip(), settings.strip()


def _split(query: str | Iterable[tuple[str, str]]) -> tuple[list[tuple[str, str]], bool]:
    """The pairs of a query, decoded, and whether it was too long and had to be cut."""
    if isinstance(query, str):
        query = query.strip().removeprefix("?")
        is_cut = len(query) > MAX_LENGTH
        if is_cut:  # a part that is cut through might read as another value, so it goes as a whole
            query = query[: query.rfind("&", 0, MAX_LENGTH + 1) + 1]
        return parse_qsl(query, keep_blank_values=True), is_cut
    if not isinstance(query, Iterable):
        raise TypeError(f"a link must be a text, or pairs of texts, got {query!r}")
    pairs: list[tuple[str, str]] = []
    length = 0
    for key, text in query:
        length += len(key) + len(text) + len("=&")
        if length > MAX_LENGTH + 1:
            return pairs, True
        pairs.append((key, text))
    return pairs, False


def quote(text: str) -> str:
    """A reader's text as a sentence may repeat it: one line, printable, and not too long.

    >>> quote("rho=abc"), quote(" "), quote("adam" * 50)
    ('rho=abc', 'an empty place', 'adamadamadamadamadamadamadamadamadamadam...')
    """
    text = text[: 2 * MAX_QUOTE].strip()
    text = "".join(letter if letter.isprintable() else " " for letter in text)
    return (text if len(text) <= MAX_QUOTE else f"{text[:MAX_QUOTE]}...") or "an empty place"


def read_number(text: str) -> float | None:
    """A number as people write it, be it out of range, infinite or "nan"; None for any other text.

    >>> read_number("1e-3"), read_number("inf"), read_number("1_000"), read_number("abc")
    (0.001, inf, None, None)
    """
    try:
        number = float(text)
    except ValueError:
        return None
    return number if text.isascii() and "_" not in text else None


def write_part(name: str, knobs: Mapping[str, Knob], values: Mapping[str, Setting]) -> str:
    """A part as text: settings in the order of declaration, the rarely needed ones only where they are not default."""
    shown = [
        f"{setting}={format_value(values[setting])}"
        for setting, declared in knobs.items()
        if not declared.rare or values[setting] != declared.default
    ]
    return f"{name}:{','.join(shown)}" if shown else name


def write_values(values: Iterable[Setting]) -> str:
    """Values as text, with commas between them.

    >>> write_values((-1.5, 2.0))
    '-1.5,2'
    """
    return ",".join(format_value(value) for value in values)
