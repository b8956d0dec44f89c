"""Make the capstone's held-back set from the four original files of Fashion-MNIST.

    python scripts/make_capstone.py                  # make helpers/datasets/capstone.npz
    python scripts/make_capstone.py --check          # only compare the packaged file with that

The photographs are those that follow the packaged subset's: of each class, training images 601 to 1000 and
test images 201 to 400. Each is moved by up to 3 pixels in both directions, loses up to half its contrast,
is pooled 2 x 2 to 14 x 14 pixels and gets noise with a standard deviation of 0.08 of the full range. Of the
3000 training labels 600 are made wrong. Validation and test labels stay right.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from helpers.data.camera import through_a_bad_camera
from helpers.data.labels import flip_labels
from helpers.data.originals import balanced_rows, read_original
from helpers.data.packing import run

SEED = 14  # another seed makes other data
FIRST = {"train": 600, "t10k": 200}  # of each class, what the packaged subset uses
LAST = {"train": 1000, "t10k": 400}
NUM_TRAIN, WRONG_LABELS = 3000, 0.2


def make_capstone(source: Path) -> dict[str, np.ndarray]:
    """Return the six arrays of the set, uint8: x_train, y_train, x_val, y_val, x_test, y_test."""
    rng = np.random.default_rng(SEED)
    found = {}
    for prefix in ("train", "t10k"):
        images, labels = read_original(source, prefix)
        rows = balanced_rows(labels, LAST[prefix], rng).reshape(-1, 10)[FIRST[prefix] :].ravel()
        found[prefix] = through_a_bad_camera(images[rows], rng), labels[rows]
    (x, y), (x_test, y_test) = found["train"], found["t10k"]
    return {
        "x_train": x[:NUM_TRAIN],
        "y_train": flip_labels(y[:NUM_TRAIN], WRONG_LABELS, rng),
        "x_val": x[NUM_TRAIN:],
        "y_val": y[NUM_TRAIN:],
        "x_test": x_test,
        "y_test": y_test,
    }


if __name__ == "__main__":
    sys.exit(run("capstone", "Make the capstone's held-back set.", make_capstone))
