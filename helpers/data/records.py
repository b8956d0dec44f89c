"""What a data set looks like: named tuples of arrays."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

NUM_CLASSES = 10  # of every `Dataset` in the course

CLASS_NAMES = (
    "T-shirt", "trousers", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot",
)  # fmt: skip


class Dataset(NamedTuple):
    """Examples and labels in three parts: to learn from, to choose with, to report on once.

    x_*: float32, shape (n, ...): (n, size, size) for images in 0..1, (n, length) for sequences.
    y_*: int32, shape (n,), a class from 0 to 9.
    """

    x_train: np.ndarray
    y_train: np.ndarray
    x_val: np.ndarray
    y_val: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray


class Regression(NamedTuple):
    """Inputs and the numbers to predict from them, in the same three parts as a `Dataset`.

    x_*: float32, shape (n, num_features).
    y_*: float32, shape (n,).
    coefficients: float32, shape (num_features,), what the targets were made with.
    """

    x_train: np.ndarray
    y_train: np.ndarray
    x_val: np.ndarray
    y_val: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray
    coefficients: np.ndarray


class Points(NamedTuple):
    """Points of the plane and their class.

    x: float32, shape (n, 2).
    y: int32, shape (n,), 0 or 1.
    """

    x: np.ndarray
    y: np.ndarray
