"""The image lab's page without a browser: a reader's own images, and how many of all images are kept."""

from __future__ import annotations

import pytest

from lab.uploads import read_zip
from tests.lab_pages import TINY, checked, opened, press, said, session_of
from tests.zips import insects, zipped
from views.lab import session as lab_session
from views.lab.controls import HOW_TO_ZIP
from views.lab.session import OWN, LabSession


@pytest.fixture
def app(root, monkeypatch):
    return opened(root, monkeypatch)


def with_own_images(app, data, name="insects.zip"):
    checked(app.selectbox(key="lab-source-choice").select(OWN).run())
    return checked(app.file_uploader(key="lab-zip").upload(name, data, "application/zip").run())


def test_without_a_zip_there_is_nothing_to_train(app):
    checked(app.selectbox(key="lab-source-choice").select(OWN).run())
    assert HOW_TO_ZIP in said(app)
    assert app.button(key="lab-train").disabled


def test_a_readers_own_images_are_trained_with(app):
    with_own_images(app, zipped({**insects(10), "bees/<i>.txt": b"x"}))
    assert "20 images of 16 x 16 pixels in colour in 2 classes: 12 to train, 4 to validate, 4 to test." in said(app)
    assert "bees/&lt;i&gt;.txt is not a PNG" in said(app)
    press(app, "lab-train")
    [trial] = session_of(app).trials
    assert (trial.data, trial.network.inputs, trial.network.outputs) == ("insects.zip", 768, 2)
    checked(app.toggle(key="lab-colour").set_value(False).run())
    assert session_of(app).images.shape == (16, 16, 1)
    checked(app.selectbox(key="lab-source-choice").select("digits").run())
    assert "Trial 1 takes" in said(app)  # the images that it has learned from are still there
    checked(app.selectbox(key="lab-source-choice").select(OWN).run())
    assert session_of(app).images is not None


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"no zip", "This is not a zip file that can be read."),
        (zipped({"<b>/1.txt": b""}), "The zip must have at least 2 folders with images"),
    ],
)
def test_a_zip_that_cannot_be_used_is_refused_in_a_sentence(app, data, sentence):
    with_own_images(app, data)
    assert sentence in said(app)
    assert app.button(key="lab-train").disabled


def test_names_of_classes_are_shown_letter_by_letter(app):
    files = {f"<img src=x onerror=alert(1)>{n % 2}/{n}.png": data for n, data in enumerate(insects(8).values())}
    with_own_images(app, zipped(files))
    assert "&lt;img src=x onerror" in said(app)
    press(app, "lab-train")
    app.session_state["lab-tabs"] = "Confusion matrix"
    checked(app.run())
    assert "<img src=x" not in said(app)


def test_the_name_of_a_zip_is_never_a_formula(app):
    with_own_images(app, zipped(insects()), name="=-@SUM(1).zip")
    assert session_of(app).images.name == "SUM(1).zip"


# Memory


def test_only_so_many_collections_of_images_are_kept(monkeypatch):
    session = LabSession(experiment=TINY, source=OWN)
    for seed in range(5):
        session.upload = read_zip(zipped(insects()), 8, seed=seed)
        monkeypatch.setattr(lab_session, "_MOST_IMAGE_BYTES", 3 * session.upload.images.nbytes)
        session.begin()
        session.stop()
    kept = [number for number, _ in session.trials.numbered() if session.images_of(number) is not None]
    assert kept == [3, 4, 5]


def test_trials_without_weights_have_no_images_either(app, monkeypatch):
    monkeypatch.setattr("lab.trials.MOST_WEIGHTS_BYTES", 1)
    press(app, "lab-train")
    press(app, "lab-train")
    session = session_of(app)
    session.chosen = (1,)
    checked(app.run())
    assert session.images_of(1) is None
    assert "The weights and images of trial 1 are no longer kept." in said(app)
