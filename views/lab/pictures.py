"""What a classifier got wrong, as a gallery and as a table: pure functions from values to HTML."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np
from PIL import Image

Array = np.ndarray[Any, np.dtype[Any]]

_DARKEST = 42
"""Percent of the accent in the cell of the most frequent mistake: more of it would make its number hard to read."""


@dataclass(frozen=True)
class Wrong:
    """An image that was taken for another class.

    ``confidence`` is the probability that was given to the predicted class; None for losses that give none.
    """

    pixels: Array
    true: str
    predicted: str
    confidence: float | None = None


def gallery(mistakes: Sequence[Wrong]) -> str:
    """Misclassified images, each with what it is and what it was taken for.

    >>> grey = np.zeros((8, 8, 1), dtype=np.uint8)
    >>> html = gallery([Wrong(grey, "3", "8", 0.71)])
    >>> "is 3, taken for 8, 71 % sure" in html, "<b>3</b> taken for <b>8</b>" in html
    (True, True)
    """
    return _scrolling("Images taken for another class", "rv-gallery", "".join(map(_figure, mistakes)))


def _figure(wrong: Wrong) -> str:
    true, predicted = escape(wrong.true), escape(wrong.predicted)
    sure = "" if wrong.confidence is None else f"{100 * wrong.confidence:.0f} % sure"
    alt = ", ".join(filter(None, [f"is {true}", f"taken for {predicted}", sure]))
    return (
        f'<figure><img src="{as_uri(wrong.pixels)}" alt="{alt}">'
        f"<figcaption><b>{true}</b> taken for <b>{predicted}</b>{f'<br>{sure}' if sure else ''}</figcaption></figure>"
    )


def examples(pixels: Array, names: Sequence[str]) -> str:
    """Images (N, height, width, channels), each with the name of its class.

    >>> "<figcaption>bees</figcaption>" in examples(np.zeros((1, 8, 8, 3), dtype=np.uint8), ["bees"])
    True
    """
    figures = (
        f'<figure><img src="{as_uri(picture)}" alt=""><figcaption>{escape(name)}</figcaption></figure>'
        for picture, name in zip(pixels, names, strict=True)
    )
    return _scrolling("Images to learn from", "rv-gallery rv-small", "".join(figures))


def as_uri(pixels: Array) -> str:
    """A picture of bytes, (height, width, channels), as an address that holds all of it.

    >>> as_uri(np.zeros((8, 8, 3), dtype=np.uint8))[:22]
    'data:image/png;base64,'
    """
    picture = Image.fromarray(pixels[..., 0] if pixels.shape[-1] == 1 else pixels)
    file = io.BytesIO()
    picture.save(file, "PNG")
    return f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"


def confusion_table(counts: Array, class_names: Sequence[str]) -> str:
    """How often each class (a row) was taken for each class (a column); mistakes are shaded by how frequent they are.

    >>> "<td>5</td>" in confusion_table(np.array([[5, 0], [2, 7]]), ["bee", "wasp"])
    False
    """
    mistakes = counts * (1 - np.eye(len(counts), dtype=int))
    most = max(1, int(mistakes.max(initial=0)))
    names = [escape(name) for name in class_names]
    head = "".join(f'<th scope="col"><span title="{name}">{name}</span></th>' for name in names)
    rows = []
    for row, name in enumerate(names):
        cells = (_cell(int(counts[row, column]), row == column, most) for column in range(len(names)))
        rows.append(f'<tr><th scope="row"><span title="{name}">{name}</span></th>{"".join(cells)}</tr>')
    return _scrolling(
        "Confusion matrix",
        "rv-confusion",
        "<table><caption>Rows: what an image is. Columns: what it was taken for.</caption>"
        f"<thead><tr><td></td>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>",
    )


def _scrolling(name: str, css_class: str, inside: str) -> str:
    """A part of the page that may be wider than a phone, and can then be scrolled with the keyboard too."""
    return f'<div class="{css_class}" tabindex="0" role="region" aria-label="{name}">{inside}</div>'


def _cell(count: int, is_right: bool, most: int) -> str:
    if is_right:
        return f'<td class="rv-right">{count}</td>'
    if not count:
        return '<td class="rv-none">0</td>'
    share = 10 + (_DARKEST - 10) * count / most
    shade = f"color-mix(in srgb, var(--ravine-accent) {share:.0f}%, transparent)"
    return f'<td style="background:{shade}">{count}</td>'
