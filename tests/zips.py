"""Zips of images, for tests: a reader's bees and wasps."""

from __future__ import annotations

import io
import zipfile

import numpy as np
import pytest
from PIL import Image

from lab.uploads import FEWEST_IMAGES, read_zip


def encoded(image, kind="PNG", **options):
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def picture(number, size=(20, 20), mode="RGB", kind="PNG", **options):
    """A picture that differs from those of other numbers."""
    noise = np.random.default_rng(number).integers(0, 256, (size[1], size[0], 3), dtype=np.uint8)
    return encoded(Image.fromarray(noise).convert(mode), kind, **options)


def insects(count=FEWEST_IMAGES):
    """A zip's usual files: bees and wasps."""
    return {f"{name}/{n}.png": picture(100 * k + n) for k, name in enumerate(("bees", "wasps")) for n in range(count)}


def zipped(files, compression=zipfile.ZIP_DEFLATED):
    """A zip of files, by name or by a ``ZipInfo``."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        for name, data in files.items() if isinstance(files, dict) else files:
            archive.writestr(name, data)
    return file.getvalue()


def refusal(source, **options):
    """The sentence with which a zip is refused: it begins like one and has no full stop, which the page sets."""
    with pytest.raises(ValueError, match=r"^[A-Z].*[^.]$") as found:
        read_zip(source, **options)
    return str(found.value)
