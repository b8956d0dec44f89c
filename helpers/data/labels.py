"""Labels made wrong on purpose."""

from __future__ import annotations

import numpy as np

from helpers.arguments import require_seed
from helpers.data.records import NUM_CLASSES, Dataset

# Keeps the generator of wrong labels apart from others with the same seed.
_STREAM = 20


def flip_labels(
    labels: np.ndarray, fraction: float, rng: np.random.Generator, num_classes: int = NUM_CLASSES
) -> np.ndarray:
    """Return a copy of the labels in which a fraction, drawn by chance, is wrong.

    labels: integers, shape (n,), from 0 to num_classes - 1.
    fraction: from 0 to 1; round(fraction * n) labels change, each to one of the other classes with equal
        chance.

    Raises ValueError for a fraction or labels out of range, or labels of another shape.

    Lesson 04 and the lessons on overfitting.
    """
    labels = np.asarray(labels)
    if not 0 <= fraction <= 1:
        raise ValueError(f"fraction must lie between 0 and 1, not {fraction!r}.")
    if labels.ndim != 1:
        raise ValueError(f"labels must have shape (n,), not {labels.shape}.")
    whole = np.issubdtype(labels.dtype, np.integer)
    if labels.size and not (whole and labels.min() >= 0 and labels.max() < num_classes):
        raise ValueError(f"labels must be whole numbers from 0 to {num_classes - 1}.")
    flipped = labels.copy()
    rows = rng.choice(len(labels), size=round(fraction * len(labels)), replace=False)
    # An offset of 1 ... num_classes - 1 reaches every other class and never the label itself.
    flipped[rows] = (labels[rows] + rng.integers(1, num_classes, size=len(rows))) % num_classes
    return flipped


def with_label_noise(data: Dataset, fraction: float, seed: int) -> Dataset:
    """Return the data with a fraction of its training labels wrong; validation and test stay right.

    fraction, seed: what `flip_labels` needs; the same seed flips the same labels.

    Raises ValueError for a fraction out of range, a seed that is none, or labels that are no classes.

    Lesson 04 and the lessons on overfitting.
    """
    rng = np.random.default_rng([require_seed(seed), _STREAM])
    return data._replace(y_train=flip_labels(data.y_train, fraction, rng))
