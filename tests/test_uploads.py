"""A reader's zip of images: what is understood of it, and how images of every kind become squares of pixels."""

from __future__ import annotations

import io
import re

import numpy as np
import pytest
from PIL import Image

from lab import uploads
from lab.uploads import read_zip
from tests.zips import encoded, insects, picture, refusal, zipped

# What is understood


@pytest.mark.parametrize("colour", [True, False])
@pytest.mark.parametrize("size", uploads.SIZES)
def test_a_folder_is_a_class(size, colour):
    images = read_zip(zipped(insects(10)), size, colour=colour).images
    assert images.class_names == ("bees", "wasps")
    assert images.shape == (size, size, 3 if colour else 1)
    assert [len(split) for split in images.splits.values()] == [12, 4, 4]
    assert images.train.inputs.min() >= 0
    assert images.train.inputs.max() <= 1


def test_a_file_is_as_good_as_bytes_and_the_seed_deals():
    data = zipped(insects(10))
    first, same, other = read_zip(io.BytesIO(data)), read_zip(data), read_zip(data, seed=1)
    assert np.array_equal(first.images.test.inputs, same.images.test.inputs)
    assert not np.array_equal(first.images.test.inputs, other.images.test.inputs)


def test_the_collection_has_the_name_that_it_is_given():
    assert read_zip(zipped(insects())).images.name == "Your images"
    assert read_zip(zipped(insects()), name="insects.zip").images.name == "insects.zip"


@pytest.mark.parametrize("prefix", ["", "insects/", "a/b/c/", "insects/train/", "/", "../../", "C:\\photos\\", "./"])
def test_the_class_is_the_folder_directly_above_wherever_that_is(prefix):
    upload = read_zip(zipped({prefix + name: data for name, data in insects().items()}))
    assert upload.images.class_names == ("bees", "wasps")
    assert upload.skipped == ()


def test_folders_of_the_same_name_are_one_class():
    files = {f"{'train' if n % 2 else 'test'}/{name}": d for n, (name, d) in enumerate(insects(6).items())}
    assert read_zip(zipped(files)).images.class_names == ("bees", "wasps")


def test_names_from_windows_are_understood():
    files = {name.replace("/", "\\"): data for name, data in insects().items()}
    assert read_zip(zipped(files)).images.class_names == ("bees", "wasps")


def test_classes_are_in_the_order_that_people_expect():
    files = {f"{folder}/{n}.png": picture(50 * folder + n) for folder in (10, 9, 1) for n in range(5)}
    assert read_zip(zipped(files)).images.class_names == ("1", "9", "10")


@pytest.mark.parametrize("name", ["蜂", "Bienen & Wespen", "<script>alert(1)</script>", "=1+1", "![x](http://x.y)"])
def test_class_names_are_kept_as_they_are(name):
    files = {f"{name.replace('/', '')}/{n}.png": picture(n) for n in range(5)}
    assert name.replace("/", "") in read_zip(zipped({**files, **insects()})).images.class_names


def test_utf8_that_does_not_say_so_is_read_as_utf8():
    data = zipped({name.replace("bees", "Bienenstöcke"): data for name, data in insects().items()})
    unsaid = bytearray(data)
    for signature, at in ((b"PK\x03\x04", 7), (b"PK\x01\x02", 9)):  # the flag's high byte
        for found in re.finditer(re.escape(signature), data):
            unsaid[found.start() + at] &= ~0x08
    assert "Bienenstöcke" in read_zip(bytes(unsaid)).images.class_names


def test_letters_that_cannot_be_seen_are_dropped_and_long_names_cut():
    files = {f"be\u202ee\x07s\u200b/{n}.png": picture(n) for n in range(5)}
    long = {f"{'wasp' * 30}/{n}.png": picture(50 + n) for n in range(5)}
    assert read_zip(zipped({**files, **long})).images.class_names == ("bees", ("wasp" * 10)[:39] + "…")


def test_long_names_that_are_cut_to_the_same_are_refused():
    files = {f"{'wasp' * 30}{k}/{n}.png": picture(50 * k + n) for k in range(2) for n in range(5)}
    assert refusal(zipped(files)) == "The names of classes must differ in their first 39 letters"


# Images of all kinds


def colour_of(data, colour=True):
    """The colour in the middle of an image that came in a zip, and the sentences on what was left out."""
    upload = read_zip(zipped({**insects(), **{f"mine/{n}": edited(data, n) for n in range(5)}}), 8, colour=colour)
    assert upload.skipped == ()
    images = upload.images
    mine = images.train.inputs[images.train.labels == images.class_names.index("mine")]
    return images.pixels(mine)[0, 4, 4].tolist()


def edited(data, number):
    """The same image as another file: bytes after its end mean nothing."""
    return data + bytes([number])


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "BMP", "WEBP"])
def test_every_usual_format_is_read(kind):
    assert np.allclose(colour_of(encoded(Image.new("RGB", (30, 30), (250, 130, 10)), kind)), (250, 130, 10), atol=12)


@pytest.mark.parametrize(
    ("image", "shown"),
    [
        (Image.new("RGBA", (9, 9), (255, 0, 0, 0)), [255, 255, 255]),
        (Image.new("RGBA", (9, 9), (255, 0, 0, 255)), [255, 0, 0]),
        (Image.new("LA", (9, 9), (0, 0)), [255, 255, 255]),
        (Image.new("L", (9, 9), 77), [77, 77, 77]),
        (Image.new("1", (9, 9), 1), [255, 255, 255]),
        (Image.new("P", (9, 9), 0).convert("P"), [0, 0, 0]),
        (Image.fromarray(np.full((9, 9), 65535, np.uint16)), [255, 255, 255]),
        (Image.fromarray(np.full((9, 9), 0x4D00, np.uint16)), [77, 77, 77]),
    ],
    ids=["transparent", "opaque", "grey-transparent", "grey", "one-bit", "palette", "16-bit-white", "16-bit-grey"],
)
def test_every_kind_of_colour_is_read(image, shown):
    assert colour_of(encoded(image)) == shown


def test_a_palette_with_transparency_becomes_white():
    image = Image.new("P", (9, 9), 1)
    image.putpalette([0, 0, 0, 255, 0, 0])
    assert colour_of(encoded(image, transparency=1)) == [255, 255, 255]
    assert colour_of(encoded(image, transparency=bytes([255, 0]))) == [255, 255, 255]


def test_cmyk_is_read():
    assert np.allclose(colour_of(encoded(Image.new("CMYK", (30, 30), (0, 255, 255, 0)), "JPEG")), (255, 0, 0), atol=12)


def test_without_colour_there_is_one_channel():
    assert np.allclose(colour_of(encoded(Image.new("RGB", (9, 9), (255, 0, 0))), colour=False), [76], atol=1)


@pytest.mark.parametrize("kind", ["GIF", "WEBP"])
def test_of_an_animation_it_is_the_first_picture(kind):
    frames = [Image.new("RGB", (16, 16), colour) for colour in ("red", "blue")]
    assert np.allclose(
        colour_of(encoded(frames[0], kind, save_all=True, append_images=frames[1:])), (255, 0, 0), atol=8
    )


def test_a_photograph_stands_as_its_camera_was_held():
    image = Image.new("RGB", (60, 60), "red")
    image.paste((0, 0, 255), (0, 0, 60, 30))  # blue above red
    exif = Image.Exif()
    exif[0x0112] = 3  # upside down
    files = {f"mine/{n}.jpg": edited(encoded(image, "JPEG", exif=exif), n) for n in range(5)}
    images = read_zip(zipped({**insects(), **files}), 8).images
    [mine, *_] = images.pixels(images.train.inputs[images.train.labels == 1])
    assert images.class_names[1] == "mine"
    assert mine[0, 0].argmax() == 0  # red above
    assert mine[-1, 0].argmax() == 2


def test_of_an_oblong_image_it_is_the_middle():
    image = Image.new("RGB", (90, 30), "black")
    image.paste((255, 255, 255), (30, 0, 60, 30))
    images = read_zip(zipped({**insects(), **{f"mine/{n}.png": edited(encoded(image), n) for n in range(5)}}), 8).images
    assert np.all(images.train.inputs[images.train.labels == 1] > 0.9)


def test_remarks_of_decoders_do_not_escape():
    exif = b"Exif\x00\x00MM\x00*\x00\x00\x00\x08\xff\xff"
    files = {f"mine/{n}.jpg": picture(n, kind="JPEG", exif=exif) for n in range(5)}
    assert read_zip(zipped({**insects(), **files})).images.count() == 15
