"""Images in three sets: every class in each, nothing in two of them, and the way back to pixels."""

from __future__ import annotations

import dataclasses
import re

import numpy as np
import pytest

from lab.images import FEWEST_OF_A_CLASS, MOST_CLASSES, PARTS, SHARE_HELD_BACK, Split, digits, split_images
from tests.every import for_every


@pytest.fixture(scope="module")
def images():
    return digits()


def numbered(counts, size=2):
    """Images of which each has its own number as its pixels, ``counts[k]`` of class k."""
    labels = np.repeat(np.arange(len(counts)), counts)
    values = np.arange(len(labels)) / len(labels)
    return np.broadcast_to(values[:, None, None, None], (len(labels), size, size, 3)), labels


def test_the_digits_are_1797_of_ten_classes(images):
    assert images.count() == 1797
    assert images.class_names == tuple("0123456789")
    assert images.shape == (8, 8, 1)
    assert [split.inputs.shape[1] for split in images.splits.values()] == [64, 64, 64]


@for_every("part", [*PARTS])
def test_every_set_has_its_share_of_every_class(images, part):
    everyone = sum(np.bincount(split.labels, minlength=10) for split in images.splits.values())
    share = {"train": 1 - 2 * SHARE_HELD_BACK}.get(part, SHARE_HELD_BACK)
    assert np.all(np.abs(np.bincount(images.splits[part].labels, minlength=10) - share * everyone) <= 1)


def test_no_image_is_in_two_sets_and_none_is_lost():
    pixels, labels = numbered([7, 31, 5])
    images = split_images(pixels, labels, "abc", seed=3, name="Numbers")
    found = np.concatenate([split.inputs[:, 0] for split in images.splits.values()])
    assert sorted(found) == sorted(pixels[:, 0, 0, 0])


def test_labels_stay_with_their_images():
    pixels, labels = numbered([20, 20])
    images = split_images(pixels, labels, "ab", seed=1, name="Numbers")
    for split in images.splits.values():
        assert np.array_equal(split.labels, (split.inputs[:, 0] >= 0.5).astype(int))


def test_the_same_seed_deals_in_the_same_way_and_another_one_does_not(images):
    again, other = digits(0), digits(1)
    assert all(np.array_equal(images.splits[part].inputs, again.splits[part].inputs) for part in PARTS)
    assert not np.array_equal(images.test.inputs, other.test.inputs)


def test_classes_are_mixed_within_a_set(images):
    assert np.count_nonzero(np.diff(images.train.labels)) > len(images.train) / 2


def test_inputs_are_between_0_and_1_and_targets_one_hot(images):
    for split in images.splits.values():
        assert (split.inputs.min(), split.inputs.max()) == (0, 1)
        assert np.array_equal(split.targets.argmax(axis=1), split.labels)
        assert np.array_equal(split.targets.sum(axis=1), np.ones(len(split)))


def test_nothing_of_it_can_be_changed(images):
    with pytest.raises(ValueError, match="read-only"):
        images.train.inputs[0, 0] = 1
    with pytest.raises(dataclasses.FrozenInstanceError):
        images.train = images.test


def test_making_a_set_leaves_the_callers_arrays_alone():
    inputs = np.zeros((2, 3))
    Split(inputs, [0, 1], 2)
    inputs[0, 0] = 1


def test_pixels_are_the_way_back():
    pixels, labels = numbered([5, 5], size=4)
    images = split_images(pixels, labels, "ab", seed=0, name="Numbers")
    shown = images.pixels(images.train.inputs)
    assert (shown.dtype, shown.shape) == (np.uint8, (6, 4, 4, 3))
    assert np.allclose(shown.reshape(6, -1) / 255, images.train.inputs, atol=0.5 / 255)


def test_pixels_of_a_picture_that_is_not_an_image_stay_within_the_bytes(images):
    assert images.pixels(np.array([[-3.0] * 32 + [7.0] * 32])).ravel().tolist() == [0] * 32 + [255] * 32


@pytest.mark.parametrize("count", [3, 4, 5, 6, 12])
def test_the_smallest_classes_are_in_all_three_sets(count):
    pixels, labels = numbered([count, 40])
    images = split_images(pixels, labels, "ab", seed=0, name="Numbers")
    assert all(0 in split.labels for split in images.splits.values())


@pytest.mark.parametrize(
    ("counts", "names", "sentence"),
    [
        ([2, 9], ["bee", "wasp"], f'Class "bee" needs at least {FEWEST_OF_A_CLASS} images, got 2'),
        ([9], ["bee"], f"There must be 2 to {MOST_CLASSES} classes, got 1"),
        ([3] * 21, list(map(str, range(21))), f"There must be 2 to {MOST_CLASSES} classes, got 21"),
    ],
)
def test_what_cannot_be_dealt_out_is_refused_in_a_sentence(counts, names, sentence):
    pixels, labels = numbered(counts)
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        split_images(pixels, labels, names, seed=0, name="Few")


def test_rows_without_labels_are_refused():
    with pytest.raises(ValueError, match="one label for each image"):
        Split(np.zeros((2, 3)), [0], 2)
    with pytest.raises(ValueError, match="N labels"):
        split_images(np.zeros((2, 3)), [0, 1], "ab", seed=0, name="Flat")


def test_images_are_kept_as_bytes_and_given_as_the_numbers_that_they_stand_for():
    pixels = np.random.default_rng(0).integers(256, size=(8, 4, 4, 3), dtype=np.uint8)
    images = split_images(pixels, np.arange(8) % 2, "ab", seed=0, name="Bytes", highest=255)
    assert images.nbytes == pixels.nbytes + 8 * np.dtype(np.intp).itemsize
    for split in images.splits.values():
        assert split.pixels.dtype == np.uint8
        assert split.inputs.tolist() == (split.pixels / 255).tolist()
        assert split.inputs_of([0]).tolist() == split.inputs[:1].tolist()
