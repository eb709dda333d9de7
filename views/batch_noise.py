"""How noisy the slope of a batch is: measured where the scene starts, beside what the theory of sampling says."""

from __future__ import annotations

import math
from html import escape

import streamlit as st

from caches import remembered
from landscapes.data_landscape import DataLandscape
from landscapes.gradient_noise import BatchNoise, noise_of_batches
from scenes import Scene
from views.run_notes import LINE_COLOUR
from views.words import short

DRAWS = 200
"""So many batches of each size are drawn to measure their noise."""

_WIDTH, _HEIGHT = 460, 250
_LEFT, _RIGHT, _TOP, _BOTTOM = 54, 16, 14, 40


def batch_noise(scene: Scene) -> None:
    """The section of the page; nothing on a surface without data."""
    surface = scene.landscape
    if not isinstance(surface, DataLandscape):
        return
    noise = _noise_at(surface, scene.start)
    st.markdown("### How noisy is a batch?")
    if chart := noise_chart(noise):
        st.markdown(chart, unsafe_allow_html=True)  # st.html takes SVG out
    st.markdown(noise_in_words(noise, len(surface.samples)))


@remembered("noise of batches")
def _noise_at(surface: DataLandscape, start: tuple[float, float]) -> BatchNoise:
    return noise_of_batches(surface, start, batch_sizes(len(surface.samples)), draws=DRAWS)


def batch_sizes(count: int) -> list[int]:
    """The sizes that are measured: the powers of two up to half of the samples.

    >>> batch_sizes(442)
    [1, 2, 4, 8, 16, 32, 64, 128]
    """
    return [2**power for power in range(int(math.log2(count / 2)) + 1)]


def noise_in_words(noise: BatchNoise, count: int) -> str:
    """What the picture shows of ``count`` samples, in numbers.

    >>> from landscapes import LANDSCAPES
    >>> noise = noise_of_batches(LANDSCAPES["diabetes-line"], (-1.5, -1.5), batch_sizes(442))
    >>> print(noise_in_words(noise, 442))
    At the start, the slope that one sample gives strays by 9.05 from that of all 442, the slope that 128 give by \
0.675. With four times as many samples the noise is half as large or a little less, and with all of them it is \
exactly 0.
    """
    if not noise.sigma > 0:
        return f"At the start all {count} samples have the same slope: there is no noise."
    return (
        f"At the start, the slope that one sample gives strays by {short(noise.sigma)} from that of all {count}, "
        f"the slope that {noise.sizes[-1]} give by {short(noise.expected[-1])}. With "
        "four times as many samples the noise is half as large or a little less, and with all of them it is exactly 0."
    )


def noise_chart(noise: BatchNoise) -> str:
    """Measured noise as points over the batch size, the theory as a line through them, both axes logarithmic.

    It is "" where there is no noise, of which a logarithmic axis has no place.
    """
    sizes, low, high = noise.sizes, min(noise.expected.min(), noise.measured.min()), noise.sigma
    if not low > 0:
        return ""
    bottom, top = math.floor(math.log10(low)), max(math.ceil(math.log10(high)), math.floor(math.log10(low)) + 1)

    def place(size: float, spread: float) -> tuple[float, float]:
        across = _LEFT + (_WIDTH - _LEFT - _RIGHT) * math.log(size) / math.log(max(2, int(sizes[-1])))
        return across, _HEIGHT - _BOTTOM - (_HEIGHT - _TOP - _BOTTOM) * (math.log10(spread) - bottom) / (top - bottom)

    def text(x: float, y: float, words: str, anchor: str = "middle") -> str:
        return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="currentColor">{escape(words)}</text>'

    floor = _HEIGHT - _BOTTOM
    parts = []
    for decade in range(bottom, top + 1):
        y = place(1, 10.0**decade)[1]
        parts.append(f'<path d="M{_LEFT} {y:.1f}H{_WIDTH - _RIGHT}" stroke="currentColor" opacity=".25"/>')
        parts.append(text(_LEFT - 8, y + 4, short(10.0**decade), "end"))
    for size in sizes:
        parts.append(text(place(size, high)[0], floor + 17, str(size)))
    parts.append(text((_LEFT + _WIDTH) / 2, _HEIGHT - 4, "samples in a batch"))
    line = "L".join("{:.1f} {:.1f}".format(*place(*pair)) for pair in zip(sizes, noise.expected, strict=True))
    parts.append(f'<path d="M{line}" fill="none" stroke="{LINE_COLOUR}" stroke-width="2.5"/>')
    for pair in zip(sizes, noise.measured, strict=True):
        x, y = place(*pair)
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4.5" fill="none" stroke="currentColor" stroke-width="2"/>')
    parts.append(text(_WIDTH - _RIGHT, _TOP + 12, f"rings: {DRAWS} batches measured", "end"))
    parts.append(text(_WIDTH - _RIGHT, _TOP + 28, "line: sigma / sqrt(B), corrected for N", "end"))
    told = ", ".join(f"{size}: {short(spread)}" for size, spread in zip(sizes, noise.measured, strict=True))
    label = escape(f"Noise of the slope by batch size, measured. {told}.")
    return (
        f'<svg class="ravine-noise" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
        f'aria-label="{label}">{"".join(parts)}</svg>'
    )
