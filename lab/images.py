"""Images to learn from: a training, a validation and a test set, and the way back to pixels.

Example
-------
>>> images = digits()
>>> images.shape, len(images.train), len(images.validation), len(images.test)
((8, 8, 1), 1079, 359, 359)
>>> images.class_names[3], images.pixels(images.test.inputs[:2]).shape
('3', (2, 8, 8, 1))
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from knobs import Interval, Knob, is_number
from landscapes.data_sets import shipped
from values import Value

Array = np.ndarray[Any, np.dtype[Any]]

PARTS = ("train", "validation", "test")
SHARE_HELD_BACK = 0.2
"""The share of each class in the validation set, and the same again in the test set."""
FEWEST_OF_A_CLASS = 3
"""One image for each of the three sets."""
MOST_CLASSES = 20

_SEED = Knob("seed", "", 0, "", Interval(0))


@dataclass(frozen=True, eq=False)
class Split(Value):
    """One of the three sets: a row of ``pixels`` for each image, and its class as a number from 0.

    Attributes
    ----------
    pixels : (N, d), from 0 to ``highest``: the pixels of each image in a row. Bytes are kept as bytes, which take an
        eighth of the room; anything else as float64.
    labels : (N,), integers.
    classes : how many classes there are, whether or not all of them are in this set.
    highest : the number of a pixel that is 1 to a network.
    """

    pixels: Array
    labels: Array
    classes: int
    highest: int = 1

    def __post_init__(self) -> None:
        pixels = np.asarray(self.pixels)
        if not (is_number(pixels) and np.all((pixels >= 0) & (pixels <= self.highest))):
            raise ValueError(f"Pixels must be numbers from 0 to {self.highest}")
        _check_labels(np.asarray(self.labels), self.classes)
        is_bytes = pixels.dtype == np.uint8
        for name, kind in (("pixels", np.uint8 if is_bytes else np.float64), ("labels", np.intp)):
            array = np.array(getattr(self, name), dtype=kind)  # a copy: the caller's own stays writable
            array.flags.writeable = False
            object.__setattr__(self, name, array)
        if self.pixels.ndim != 2 or self.labels.shape != (len(self.pixels),):
            raise ValueError("A set of images needs one row of pixels and one label for each image")

    def __len__(self) -> int:
        return len(self.labels)

    def inputs_of(self, rows: Any) -> Array:
        """What a network is given for some of the images, by their numbers or a slice: (k, d), float64, in [0, 1].

        >>> Split(np.array([[0, 255], [51, 102]], dtype=np.uint8), [0, 1], 2, highest=255).inputs_of([1]).tolist()
        [[0.2, 0.4]]
        """
        inputs: Array = np.divide(self.pixels[rows], self.highest, dtype=np.float64)
        inputs.flags.writeable = False
        return inputs

    @property
    def inputs(self) -> Array:
        """What a network is given for all of them, (N, d); made anew each time, so that nobody keeps it."""
        return self.inputs_of(slice(None))

    @property
    def targets(self) -> Array:
        """The labels one-hot, (N, classes): 1 at the class, 0 elsewhere.

        >>> Split(np.zeros((2, 4)), np.array([0, 2]), 3).targets.tolist()
        [[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]
        """
        return np.eye(self.classes)[self.labels]


@dataclass(frozen=True, eq=False)
class Images(Value):
    """Images in three sets; all arrays are read-only.

    Attributes
    ----------
    train, validation, test : what is learned from, what settings are chosen by, and what is kept for the end.
    class_names : what each class is called, by its number.
    shape : (height, width, channels) of an image; one channel is grey, three are red, green and blue.
    name : what the collection is called.
    """

    train: Split
    validation: Split
    test: Split
    class_names: tuple[str, ...]
    shape: tuple[int, int, int]
    name: str

    @property
    def splits(self) -> dict[str, Split]:
        """The three sets by name."""
        return {part: getattr(self, part) for part in PARTS}

    def pixels(self, inputs: Array) -> Array:
        """The images that rows of inputs stand for, (N, height, width, channels), as bytes.

        >>> digits().pixels(np.full((1, 64), 0.5))[0, 0, 0].tolist()
        [128]
        """
        return np.round(255 * np.clip(inputs, 0, 1)).astype(np.uint8).reshape(len(inputs), *self.shape)

    @property
    def nbytes(self) -> int:
        """How many bytes they take."""
        return sum(split.pixels.nbytes + split.labels.nbytes for split in self.splits.values())

    def count(self) -> int:
        """How many images there are in all."""
        return sum(map(len, self.splits.values()))


def split_images(
    pixels: Array, labels: Array, class_names: Sequence[str], seed: int, name: str, highest: int = 1
) -> Images:
    """Deal images out to the three sets, class by class, so that each has its share of every class.

    Of each class a fifth is validated with and a fifth tested with (rounded, at least one image); the rest is trained
    with. The same seed deals in the same way.

    Parameters
    ----------
    pixels : (N, height, width, channels), numbers from 0 to ``highest``; bytes are kept as bytes.
    labels : (N,), the number of each image's class.

    >>> images = split_images(np.zeros((10, 2, 2, 1)), np.arange(10) % 2, ["bee", "wasp"], seed=0, name="Insects")
    >>> [np.bincount(split.labels).tolist() for split in images.splits.values()]
    [[3, 3], [1, 1], [1, 1]]
    """
    pixels, labels = np.asarray(pixels), np.asarray(labels)
    if pixels.ndim != 4 or labels.shape != (len(pixels),):
        raise ValueError("Images need (N, height, width, channels) pixels and N labels")
    if not 2 <= len(class_names) <= MOST_CLASSES:
        raise ValueError(f"There must be 2 to {MOST_CLASSES} classes, got {len(class_names)}")
    _check_labels(labels, len(class_names))
    random = np.random.default_rng(_SEED.plain("Images", seed))  # type: ignore[arg-type]
    rows: dict[str, list[Array]] = {part: [] for part in PARTS}
    for label, class_name in enumerate(class_names):
        own = random.permutation(np.flatnonzero(labels == label))
        if len(own) < FEWEST_OF_A_CLASS:
            raise ValueError(f'Class "{class_name}" needs at least {FEWEST_OF_A_CLASS} images, got {len(own)}')
        held_back = max(1, round(SHARE_HELD_BACK * len(own)))
        rows["validation"].append(own[:held_back])
        rows["test"].append(own[held_back : 2 * held_back])
        rows["train"].append(own[2 * held_back :])
    flat = pixels.reshape(len(pixels), -1)
    order = {part: random.permutation(np.concatenate(of_classes)) for part, of_classes in rows.items()}
    splits = {part: Split(flat[chosen], labels[chosen], len(class_names), highest) for part, chosen in order.items()}
    _, height, width, channels = pixels.shape
    return Images(**splits, class_names=tuple(class_names), shape=(height, width, channels), name=name)


def _check_labels(labels: Array, classes: int) -> None:
    if not np.isin(labels, np.arange(classes)).all():
        raise ValueError(f"Labels must be the numbers of classes, from 0 to {classes - 1}")


def digits(seed: int = 0) -> Images:
    """The 1,797 handwritten digits of 8 x 8 pixels that come with scikit-learn.

    They are a copy of the test set of E. Alpaydin and C. Kaynak, "Optical Recognition of Handwritten Digits", UCI
    Machine Learning Repository, 1998. Ink is 1 and paper is 0.
    """
    rows = shipped("digits.csv.gz", delimiter=",", dtype=np.uint8)
    pixels, labels = rows[:, :-1].reshape(-1, 8, 8, 1), rows[:, -1].astype(int)
    return split_images(pixels, labels, tuple("0123456789"), seed, name="Digits", highest=16)
