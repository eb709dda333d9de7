"""A reader's own images, from a zip with a folder for each class.

Nothing in such a file is believed: everything that is read of it has a bound, nothing is written to disk, and names are
labels only. The class of an image is the folder directly above it, so ``bees/1.jpg``, ``insects/bees/1.jpg`` and
``insects/train/bees/1.jpg`` are all bees, and folders of the same name are one class.

Example
-------
>>> from PIL import Image
>>> file = io.BytesIO()
>>> with zipfile.ZipFile(file, "w") as archive:
...     for number in range(12):
...         picture = io.BytesIO()
...         Image.new("RGB", (30, 20), (20 * number, 0, 0)).save(picture, "PNG")
...         archive.writestr(f"{'bees' if number % 2 else 'wasps'}/{number}.png", picture.getvalue())
...     archive.writestr("bees/notes.txt", "Seen in May.")
>>> upload = read_zip(file.getvalue(), size=8)
>>> upload.images.class_names, upload.images.count(), upload.images.shape
(('bees', 'wasps'), 12, (8, 8, 3))
>>> upload.skipped
('bees/notes.txt is not a PNG, JPEG, GIF, BMP or WebP image.',)
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import re
import stat
import unicodedata
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from lab.images import MOST_CLASSES, Array, Images, split_images
from values import Value

MEGABYTE = 2**20
MOST_ZIP_BYTES = 50 * MEGABYTE
MOST_FILES = 5000
MOST_IMAGES = 2000
MOST_IMAGE_BYTES = 10 * MEGABYTE
MOST_BYTES = 200 * MEGABYTE
"""Of all files together, unpacked."""
MOST_PIXELS = 25_000_000
MOST_PIXELS_IN_ALL = 500_000_000
FEWEST_IMAGES = 5
"""Of a class, so that there are some to learn from, to validate with and to test with."""
SIZES = (8, 12, 16, 24, 32)
"""To so many pixels across and up an image may be brought."""

_MOST_DIRECTORY_BYTES = 2 * MEGABYTE  # of the list of files at the end of a zip
_MOST_SAID = 20  # of skipped files, so many are named
_LONGEST_NAME = 40
_FORMATS = ("PNG", "JPEG", "GIF", "BMP", "WEBP")
_KINDS = "PNG, JPEG, GIF, BMP or WebP image"
_UNPACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # others may ask for a lot of memory
_FROM_SYSTEMS = {"__macosx", "thumbs.db", "desktop.ini"}
_ENCRYPTED, _NAME_IS_UTF8 = 0x1, 0x800  # bits of a zip's flags


@dataclass(frozen=True, eq=False)
class Upload(Value):
    """What a zip brought: the images in their three sets, and a sentence on each file that was left out."""

    images: Images
    skipped: tuple[str, ...]


def read_zip(
    source: bytes | BinaryIO, size: int = 16, *, colour: bool = True, seed: int = 0, name: str = "Your images"
) -> Upload:
    """The images of a zip, each brought to ``size`` x ``size`` pixels (its middle square), dealt out to three sets.

    Of an animation it is the first picture; what is transparent becomes white; a photograph stands as its camera was
    held. ``name`` is what the collection is called. A file that cannot be used is left out and named; where too little
    is left, or a bound is exceeded, ValueError says so in a sentence.
    """
    if size not in SIZES:
        raise ValueError(f"The size of images must be one of {', '.join(map(str, SIZES))}, got {size}")
    if not isinstance(source, bytes) and not hasattr(source, "read"):
        raise TypeError(f"source must be the bytes of a zip or an open file, got {source!r}")
    zipped = source if isinstance(source, bytes) else source.read(MOST_ZIP_BYTES + 1)
    if len(zipped) > MOST_ZIP_BYTES:
        raise ValueError(f"The zip is larger than {MOST_ZIP_BYTES // MEGABYTE} MB")
    reading = _Reading(size, colour)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # decoders remark on odd files; what matters of it is checked here
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        for path, data in _files(zipped, reading):
            reading.add(path, data)
    return Upload(reading.images(seed, _visible(name)), reading.skipped())


class _TooLongError(Exception):
    """More was asked for than a zip's list of files may have."""


class _OpeningBounded(io.BytesIO):
    """A file of which only so much may be read until ``left`` is set to None: a zip's list of files is read at once."""

    left: int | None = _MOST_DIRECTORY_BYTES

    def read(self, size: int | None = -1, /) -> bytes:
        rest = len(self.getbuffer()) - self.tell()
        wanted = rest if size is None or size < 0 else min(size, rest)
        if self.left is not None:
            self.left -= wanted
            if self.left < 0:
                raise _TooLongError
        return super().read(wanted)


class _SkippedError(Exception):
    """Why a file is left out: the end of a sentence that begins with its name."""


def _open(zipped: bytes) -> tuple[zipfile.ZipFile, list[zipfile.ZipInfo]]:
    file = _OpeningBounded(zipped)
    too_many = f"The zip holds more than {MOST_FILES} files"
    try:
        archive = zipfile.ZipFile(file)
    except _TooLongError:
        raise ValueError(too_many) from None
    except Exception:  # the reader of zips fails in many ways on files made to break it
        raise ValueError("This is not a zip file that can be read") from None
    file.left = None
    entries = archive.infolist()
    if len(entries) > MOST_FILES:
        raise ValueError(too_many)
    return archive, entries


def _files(zipped: bytes, reading: _Reading) -> Iterator[tuple[tuple[str, ...], bytes]]:
    """Each file that may be an image: its path, as folders and a name, and what is in it."""
    archive, entries = _open(zipped)
    seen: set[object] = set()
    total = 0
    for entry in entries:
        path = _path(entry)
        if entry.is_dir() or not path or _is_from_system(path):
            continue
        try:
            if path in seen:
                raise _SkippedError("is there twice; the first one is used")
            data = _unpacked(archive, entry)
            total += len(data)
            if total > MOST_BYTES:
                raise ValueError(f"The zip holds more than {MOST_BYTES // MEGABYTE} MB when it is unpacked")
            digest = hashlib.sha256(data).digest()
            if digest in seen:
                raise _SkippedError("is the same file as another one")
            seen |= {path, digest}
            yield path, data
        except _SkippedError as reason:
            reading.skip(path, str(reason))


def _path(entry: zipfile.ZipInfo) -> tuple[str, ...]:
    """The names of an entry's folders and its own, fit to be shown; what points elsewhere is dropped."""
    name = entry.orig_filename.partition("\0")[0]
    if not entry.flag_bits & _NAME_IS_UTF8:  # some systems write UTF-8 without saying so
        with contextlib.suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    name = unicodedata.normalize("NFC", re.sub(r"^[A-Za-z]:", "", name))
    pieces = map(_visible, re.split(r"[/\\]", name))
    return tuple(piece for piece in pieces if piece not in ("", ".", ".."))


def _is_from_system(path: tuple[str, ...]) -> bool:
    """Whether a file was put there by an operating system, as its own note."""
    return any(piece.startswith(".") or piece.lower() in _FROM_SYSTEMS for piece in path)


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """What is in a file; more than an image may have is never unpacked, whatever the zip says of its size."""
    too_large = _SkippedError(f"is larger than {MOST_IMAGE_BYTES // MEGABYTE} MB")
    if entry.flag_bits & _ENCRYPTED:
        raise _SkippedError("is encrypted")
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise _SkippedError("is a link, not a file")
    if entry.compress_type not in _UNPACKED:
        raise _SkippedError("is packed in a way that is not read here; zips are usually made with deflate")
    if entry.file_size > MOST_IMAGE_BYTES:
        raise too_large
    try:
        with archive.open(entry) as packed:
            data = packed.read(MOST_IMAGE_BYTES + 1)
    except Exception:
        raise _SkippedError("is damaged") from None
    if len(data) > MOST_IMAGE_BYTES:
        raise too_large
    return data


class _Reading:
    """Images as they are found, by class, and what was left out."""

    def __init__(self, size: int, colour: bool) -> None:
        self._size, self._mode = size, "RGB" if colour else "L"
        self._found: dict[str, list[Array]] = {}
        self._pixels = 0
        self._skipped: list[str] = []
        self._more = 0

    def skip(self, path: tuple[str, ...], reason: str) -> None:
        """Leave a file out."""
        if len(self._skipped) < _MOST_SAID:
            self._skipped.append(f"{'/'.join(map(_short, path[-2:]))} {reason}.")
        else:
            self._more += 1

    def skipped(self) -> tuple[str, ...]:
        """A sentence on each file that was left out, and one on how many more there were."""
        more = f"And {self._more} more {'file was' if self._more == 1 else 'files were'} left out."
        return (*self._skipped, *([more] if self._more else []))

    def add(self, path: tuple[str, ...], data: bytes) -> None:
        """Take an image into its class."""
        try:
            if len(path) < 2:
                raise _SkippedError("is in no folder: an image belongs into the folder of its class")
            image = self._decoded(data)
        except _SkippedError as reason:
            self.skip(path, str(reason))
            return
        self._found.setdefault(path[-2], []).append(image)
        if len(self._found) > MOST_CLASSES:
            raise ValueError(f"The zip has more than {MOST_CLASSES} classes, that is folders with images")
        if sum(map(len, self._found.values())) > MOST_IMAGES:
            raise ValueError(f"The zip has more than {MOST_IMAGES} images")

    def _decoded(self, data: bytes) -> Array:
        """An image as bytes, (size, size, channels)."""
        too_many = _SkippedError(f"has more than {MOST_PIXELS // 1_000_000} million pixels")
        try:
            image = Image.open(io.BytesIO(data), formats=_FORMATS)
        except UnidentifiedImageError:
            raise _SkippedError(f"is not a {_KINDS}") from None
        except (Image.DecompressionBombError, Image.DecompressionBombWarning):
            raise too_many from None
        except Exception:  # a decoder may fail in any way on a broken file
            raise _SkippedError("is a broken image") from None
        pixels = image.width * image.height
        if pixels > MOST_PIXELS:
            raise too_many
        self._pixels += pixels
        if self._pixels > MOST_PIXELS_IN_ALL:
            millions = MOST_PIXELS_IN_ALL // 1_000_000
            raise ValueError(f"The images have more than {millions} million pixels together; make them smaller")
        try:
            return _square(image, self._size, self._mode)
        except Exception:
            raise _SkippedError("is a broken image") from None

    def images(self, seed: int, name: str) -> Images:
        """All of them in three sets, or ValueError where there are too few."""
        names = sorted(self._found, key=_by_number)
        if len(names) < 2:
            found = f'only "{_short(names[0])}" has any' if names else "no image was found in a folder"
            raise ValueError(f"The zip must have at least 2 folders with images, one for each class; {found}")
        for each in names:
            if (count := len(self._found[each])) < FEWEST_IMAGES:
                has = "1 image" if count == 1 else f"{count} images"
                raise ValueError(f'Class "{_short(each)}" has {has}; each class needs at least {FEWEST_IMAGES}')
        if len(set(map(_short, names))) < len(names):
            raise ValueError(f"The names of classes must differ in their first {_LONGEST_NAME - 1} letters")
        pixels = np.concatenate([np.stack(self._found[each]) for each in names])
        labels = np.repeat(np.arange(len(names)), [len(self._found[each]) for each in names])
        return split_images(pixels, labels, [_short(each) for each in names], seed, _short(name), highest=255)


def _square(image: Image.Image, size: int, mode: str) -> Array:
    """The middle square of an image, brought to ``size``, as bytes (size, size, channels)."""
    image.draft("RGB", (2 * size, 2 * size))  # a JPEG need not be decoded larger than it is used
    image.seek(0)
    image.load()
    image = ImageOps.exif_transpose(image)
    if image.mode.startswith("I"):  # 16 bits
        image = Image.fromarray((np.asarray(image).astype(np.uint32) >> 8).clip(0, 255).astype(np.uint8))
    if image.has_transparency_data:
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    image = ImageOps.fit(image.convert(mode), (size, size))
    return np.asarray(image).reshape(size, size, -1)


def _visible(name: str) -> str:
    return "".join(letter for letter in name if letter.isprintable()).strip()


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"


def _by_number(name: str) -> list[tuple[int, str]]:
    """The order in which people expect names: 9 before 10.

    >>> sorted(["10", "9", "b2", "b10", "A"], key=_by_number)
    ['9', '10', 'A', 'b2', 'b10']
    """
    return [
        (int(piece or 0), "") if index % 2 else (-1, piece.casefold())
        for index, piece in enumerate(re.split(r"([0-9]{1,9})", name))
    ]
