"""The image lab: classifiers of images, trained by the same rules that walk on the surfaces."""
