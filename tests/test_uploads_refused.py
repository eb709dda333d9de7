"""A reader's zip of images: what is left out of it and why, and that nothing in it can do harm."""

from __future__ import annotations

import io
import re
import stat
import struct
import tomllib
import tracemalloc
import zipfile
import zlib

import numpy as np
import pytest
from PIL import Image

from lab import uploads
from lab.uploads import FEWEST_IMAGES, MEGABYTE, MOST_FILES, MOST_IMAGE_BYTES, MOST_ZIP_BYTES, read_zip
from tests.zips import encoded, insects, picture, refusal, zipped
from views.theme import CONFIG


def skipped(name, data):
    """What is said of one file more beside the usual ones, which are all read."""
    upload = read_zip(zipped([*insects().items(), (name, data)]))
    assert upload.images.count() == 2 * FEWEST_IMAGES
    return upload.skipped


# What is left out


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("bees/notes.txt", b"Seen in May.", "is not a PNG, JPEG, GIF, BMP or WebP image"),
        ("bees/page.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "is not a PNG"),
        ("bees/inner.zip", zipped(insects()), "is not a PNG"),
        ("bees/scan.tif", encoded(Image.new("L", (9, 9)), "TIFF"), "is not a PNG"),
        ("bees/document.eps", encoded(Image.new("L", (9, 9)), "EPS"), "is not a PNG"),
        ("bees/empty.png", b"", "is not a PNG"),
        ("bees/half.png", picture(7, (64, 64))[:2000], "is a broken image"),
        ("bees/half.jpg", picture(7, (64, 64), kind="JPEG")[:900], "is a broken image"),
        ("alone.png", picture(7), "is in no folder: an image belongs into the folder of its class"),
        ("bees/again.png", picture(0), "is the same file as another one"),
    ],
)
def test_what_cannot_be_used_is_named_with_its_reason(name, data, reason):
    [sentence] = skipped(name, data)
    assert sentence.startswith(f"{name} {reason}")
    assert sentence.endswith(".")


@pytest.mark.parametrize(
    "name", ["__MACOSX/bees/._1.png", "bees/.DS_Store", ".git/bees/1.png", "bees/Thumbs.db", "bees/desktop.ini"]
)
def test_what_a_system_put_there_is_passed_over(name):
    assert skipped(name, b"whatever") == ()


def test_an_empty_folder_is_passed_over():
    assert skipped("hornets/", b"") == ()


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_of_two_files_of_one_name_the_first_is_used():
    assert skipped("bees/0.png", picture(7)) == ("bees/0.png is there twice; the first one is used.",)


def test_a_link_is_not_followed():
    link = zipfile.ZipInfo("bees/link.png")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    assert skipped(link, b"/etc/hostname") == ("bees/link.png is a link, not a file.",)


def with_flag(data, bit):
    """A zip whose last file has a bit of its flags set."""
    marked = bytearray(data)
    marked[data.rindex(b"PK\x01\x02") + 8] |= bit
    return bytes(marked)


def test_an_encrypted_file_is_left_out():
    data = with_flag(zipped([*insects().items(), ("bees/secret.png", picture(7))]), 0x1)
    assert read_zip(data).skipped == ("bees/secret.png is encrypted.",)


@pytest.mark.parametrize("compression", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_packings_are_left_out(compression):
    info = zipfile.ZipInfo("bees/odd.png")
    file = io.BytesIO(zipped(insects()))
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr(info, picture(7), compression)
    [sentence] = read_zip(file.getvalue()).skipped
    assert sentence.startswith("bees/odd.png is packed in a way that is not read here")


def test_a_file_whose_checksum_is_wrong_is_left_out():
    data = zipped({**insects(), "bees/stored.png": picture(7)}, zipfile.ZIP_STORED)
    damaged = bytearray(data)
    damaged[data.index(picture(7)) + 100] ^= 0xFF
    assert read_zip(bytes(damaged)).skipped == ("bees/stored.png is damaged.",)


def test_only_so_many_files_are_named():
    upload = read_zip(zipped({**insects(), **{f"bees/{n}.txt": str(n).encode() for n in range(61)}}))
    assert len(upload.skipped) == 21
    assert upload.skipped[-1] == "And 41 more files were left out."


# What is refused


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({}, "The zip must have at least 2 folders with images, one for each class; no image was found in a folder"),
        (
            {f"bees/{n}.png": picture(n) for n in range(5)},
            'The zip must have at least 2 folders with images, one for each class; only "bees" has any',
        ),
        (
            {**insects(), "hornets/1.png": picture(7)},
            f'Class "hornets" has 1 image; each class needs at least {FEWEST_IMAGES}',
        ),
        (
            {f"{n}/1.png": picture(n) for n in range(21)},
            "The zip has more than 20 classes, that is folders with images",
        ),
        ({f"bees/{n}": b"" for n in range(MOST_FILES + 1)}, f"The zip holds more than {MOST_FILES} files"),
    ],
)
def test_too_few_and_too_many_are_told_with_the_limit(files, sentence):
    assert refusal(zipped(files)) == sentence


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK",
        b"not a zip" * 100,
        picture(1),
        zipped(insects())[:-30],
        b"PK\x05\x06" + bytes(18),
        b"PK\x05\x06" + b"\xff" * 18,
    ],
)
def test_what_is_no_zip_is_refused(data):
    assert re.match("This is not a zip file that can be read|The zip ", refusal(data))


def test_a_zip_that_is_too_large_is_not_even_opened():
    assert refusal(bytes(MOST_ZIP_BYTES + 1)) == "The zip is larger than 50 MB"
    assert refusal(io.BytesIO(bytes(MOST_ZIP_BYTES + 1))) == "The zip is larger than 50 MB"


def test_the_server_takes_no_larger_file():
    server = tomllib.loads(CONFIG.read_text(encoding="utf-8"))["server"]
    assert server["maxUploadSize"] == MOST_ZIP_BYTES // MEGABYTE


def test_a_size_that_is_not_offered_is_refused():
    assert refusal(b"", size=17) == "The size of images must be one of 8, 12, 16, 24, 32, got 17"


def test_too_many_images_are_refused(monkeypatch):
    monkeypatch.setattr(uploads, "MOST_IMAGES", 9)
    assert refusal(zipped(insects())) == "The zip has more than 9 images"


def test_too_many_pixels_in_all_are_refused(monkeypatch):
    monkeypatch.setattr(uploads, "MOST_PIXELS_IN_ALL", 3_000_000)
    files = {f"bees/{n}.png": encoded(Image.new("L", (1000, 1001), n)) for n in range(3)}
    assert refusal(zipped(files)) == "The images have more than 3 million pixels together; make them smaller"


# Bombs: a little that becomes a lot


class Watched:
    """How much memory is taken at most, beyond what was there."""

    def __enter__(self):
        tracemalloc.start()
        return self

    def __exit__(self, *_):
        _, self.peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()


def with_declared_size(data, size):
    """A zip whose last file is said to have another size than it has, in both places."""
    lying = bytearray(data)
    struct.pack_into("<I", lying, data.rindex(b"PK\x01\x02") + 24, size)
    struct.pack_into("<I", lying, data.rindex(b"PK\x03\x04") + 22, size)
    return bytes(lying)


@pytest.mark.parametrize("declared", [None, 100, MOST_IMAGE_BYTES])
def test_a_file_that_unpacks_to_a_lot_is_not_unpacked(declared):
    bomb = zipped([*insects().items(), ("bees/bomb.png", bytes(6 * MOST_IMAGE_BYTES))])
    bomb = bomb if declared is None else with_declared_size(bomb, declared)
    with Watched() as memory:
        upload = read_zip(bomb)
    reason = "is larger than 10 MB" if declared is None else "is damaged"
    assert upload.skipped == (f"bees/bomb.png {reason}.",)
    assert memory.peak < 4 * MOST_IMAGE_BYTES


def test_many_files_that_unpack_to_a_lot_are_refused(monkeypatch):
    monkeypatch.setattr(uploads, "MOST_BYTES", 3 * MEGABYTE)
    files = [(f"bees/{n}.png", bytes([n]) + bytes(MEGABYTE - 1)) for n in range(4)]
    assert refusal(zipped(files)) == "The zip holds more than 3 MB when it is unpacked"


def png_of(width, height):
    """The beginning of a PNG that says that it is so large."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(5001, 5000), (10_000, 10_000), (60_000, 60_000)])
def test_an_image_of_too_many_pixels_is_not_decoded(size):
    assert skipped("bees/huge.png", png_of(*size)) == ("bees/huge.png has more than 25 million pixels.",)


def test_a_list_of_files_that_would_fill_the_memory_is_not_read():
    entry = struct.pack("<4s4B4HL2L5H2L", b"PK\x01\x02", 20, 0, 20, 0, *[0] * 14)
    directory = entry * (20 * MEGABYTE // len(entry))
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, len(directory), 0, 0)
    with Watched() as memory:
        assert refusal(directory + end) == f"The zip holds more than {MOST_FILES} files"
    assert memory.peak < 3 * 20 * MEGABYTE


def test_nothing_is_written_to_disk(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    files = {f"{prefix}{name}": data for prefix in ("../", "/", "x/") for name, data in insects().items()}
    read_zip(zipped(files))
    assert list(tmp_path.iterdir()) == []
    assert not (tmp_path.parent / "bees").exists()


@pytest.mark.parametrize("seed", range(40))
def test_a_zip_with_random_damage_is_read_or_refused_in_a_sentence(seed):
    random = np.random.default_rng(seed)
    data = bytearray(zipped(insects(), zipfile.ZIP_STORED if seed % 2 else zipfile.ZIP_DEFLATED))
    for place in random.integers(0, len(data), 30):
        data[place] = random.integers(256)
    try:
        upload = read_zip(bytes(data))
    except ValueError as found:
        assert re.match(r"The zip |This is not |Class ", str(found))  # noqa: PT017
    else:
        assert upload.images.count() >= 2 * FEWEST_IMAGES
