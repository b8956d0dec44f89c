"""Make the packaged subset of Fashion-MNIST from the four original files.

    python scripts/make_fashion_mnist.py                  # make helpers/datasets/fashion_mnist.npz
    python scripts/make_fashion_mnist.py --check          # only compare the packaged file with that

The originals are what Debian's package `dataset-fashion-mnist` installs; `--source` names another folder
with the same four files.

The subset holds the first 600 training and the first 200 test images of each of the ten classes. Rows
are laid out in groups of ten, one image of each class in a group, so every prefix of 10, 20, 30 ... rows
is class-balanced. Inside a group the order is shuffled, or labels would come in a cycle.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from helpers.data.originals import SHUFFLE_SEED, balanced_rows, read_original
from helpers.data.packing import run

PER_CLASS = {"train": 600, "test": 200}


def make_subset(source: Path) -> dict[str, np.ndarray]:
    """Return the four arrays of the subset: x_train, y_train, x_test, y_test (uint8)."""
    rng = np.random.default_rng(SHUFFLE_SEED)
    subset = {}
    for part, prefix in [("train", "train"), ("test", "t10k")]:
        images, labels = read_original(source, prefix)
        rows = balanced_rows(labels, PER_CLASS[part], rng)
        subset[f"x_{part}"], subset[f"y_{part}"] = images[rows], labels[rows]
    return subset


if __name__ == "__main__":
    sys.exit(run("fashion_mnist", "Make the packaged subset of Fashion-MNIST.", make_subset))
