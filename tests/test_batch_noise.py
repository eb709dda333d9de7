"""The picture of the noise of batches: what it says is what was measured, and what theory says."""

from __future__ import annotations

import re

import numpy as np
import pytest

from landscapes import LANDSCAPES
from landscapes.gradient_noise import noise_of_batches
from scenes import parse
from views.batch_noise import DRAWS, batch_sizes, noise_chart, noise_in_words

DATA = [slug for slug, surface in LANDSCAPES.items() if surface.samples is not None]


def noise_at_start(slug):
    scene, _ = parse(f"surface={slug}&run=sgd")
    sizes = batch_sizes(len(scene.landscape.samples))
    return scene, noise_of_batches(scene.landscape, scene.start, sizes, draws=DRAWS)


@pytest.mark.parametrize("slug", DATA)
def test_four_times_the_batch_has_half_the_noise_or_a_little_less(slug):
    scene, noise = noise_at_start(slug)
    assert "half as large or a little less" in noise_in_words(noise, len(scene.landscape.samples))
    ratios = noise.expected[2:] / noise.expected[:-2]
    assert ((ratios > 0.35) & (ratios <= 0.5)).all()
    np.testing.assert_allclose(noise.measured, noise.expected, rtol=0.25)
    [whole] = noise_of_batches(scene.landscape, scene.start, [len(scene.landscape.samples)], draws=3).measured
    assert whole == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("slug", DATA)
def test_rings_and_line_stand_where_their_numbers_are(slug):
    _, noise = noise_at_start(slug)
    picture = noise_chart(noise)
    rings = np.array(re.findall(r'<circle cx="([\d.]+)" cy="([\d.]+)"', picture), dtype=float)
    line = np.array([pair.split() for pair in re.search(r'd="M([\d. L]+)" fill', picture)[1].split("L")], dtype=float)
    assert len(rings) == len(line) == len(noise.sizes)
    for numbers, places in ((noise.sizes, rings[:, 0]), (noise.measured, -rings[:, 1]), (noise.expected, -line[:, 1])):
        slope, offset = np.polyfit(np.log10(numbers), places, 1)
        assert slope > 0
        assert np.allclose(slope * np.log10(numbers) + offset, places, atol=0.2)
    assert picture.count("<text") >= len(noise.sizes)


def test_where_all_samples_agree_it_says_that_there_is_no_noise():
    network = LANDSCAPES["tanh-network"]
    noise = noise_of_batches(network, (0, 0), [1, 2, 4])
    assert noise_chart(noise) == ""
    assert noise_in_words(noise, 21) == "At the start all 21 samples have the same slope: there is no noise."
