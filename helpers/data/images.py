"""Data sets of images."""

from __future__ import annotations

import functools

import numpy as np

from helpers.arguments import require_counts, require_seed
from helpers.data.originals import SHUFFLE_SEED, SIZES, balanced_rows, find_or_download, read_original
from helpers.data.packaged import read_packaged
from helpers.data.records import Dataset


def fashion_mnist(
    num_train: int | None = None, num_val: int = 1000, size: int = 14, full: bool = False
) -> Dataset:
    """Return photographs of clothes in ten classes, class-balanced in every prefix of 10, 20, 30 ... rows.

    num_train, num_val: rows, together at most 6000 (with full, 60000). Training rows are taken from the
        front, validation rows from the back, so that the validation set stays the same while the training
        set grows. None stands for 1280, a multiple of 10 and of 32, 64, 128 and 256: no epoch ends with a
        small last batch, a full step that few examples decide, right before the model is evaluated. Lesson
        05 measures it.
    size: pixels a side; 28 as published, or 14, where each pixel is the mean of 2 x 2.
    full: the whole set, 60000 rows for training and validation and 10000 for testing; None then stands for
        all training rows that num_val leaves. It is read from Debian's package `dataset-fashion-mnist` or
        Keras's folder, or downloaded there once (31 MB). Where the network sends nothing for 5 s, or there is
        none, the packaged set is used, with as many rows as it has, and one printed line says so. The first
        6000 training rows are the packaged ones. (The whole set holds the photographs that `capstone` was
        made from.) Otherwise the test part has 2000 rows.

    Raises ValueError for a part that is empty or too large, or another size; OSError when the packaged
    file is missing or damaged.

    Source: Xiao, Rasul, Vollgraf, arXiv:1708.07747. Lesson 01.
    """
    if size not in (14, 28):
        raise ValueError(f"size must be 14 or 28 pixels, not {size!r}.")
    size = int(size)  # 28 / 2 is 14.0
    require_counts(num_val=num_val, **({} if num_train is None else {"num_train": num_train}))
    arrays = _read_full_or_packaged() if full else read_packaged("fashion_mnist")
    available = len(arrays["x_train"])
    if num_val >= available:
        raise ValueError(f"num_val={num_val!r} leaves none of the {available} rows for training.")
    if full and (num_train is None or available < SIZES["train"]):
        # With fewer rows than were asked for, the printed line has said so.
        num_train = min(num_train or available, available - num_val)
    elif num_train is None:
        num_train = 1280
    if num_train + num_val > available:
        raise ValueError(
            f"num_train={num_train!r} and num_val={num_val!r}: together there are {available} rows."
        )
    return Dataset(
        x_train=as_pixels(arrays["x_train"][:num_train], size),
        y_train=arrays["y_train"][:num_train].astype(np.int32),
        x_val=as_pixels(arrays["x_train"][::-1][:num_val], size),
        y_val=arrays["y_train"][::-1][:num_val].astype(np.int32),
        x_test=as_pixels(arrays["x_test"], size),
        y_test=arrays["y_test"].astype(np.int32),
    )


def capstone() -> Dataset:
    """Return the held-back set of lesson 17, which no other lesson touches, without its test part.

    Clothes again, in the same ten classes, but other photographs, as from a bad camera: moved, of lower
    contrast, with noise. Of the training labels some are wrong, as those that people typed are; the labels of
    validation and test are right. So what served `fashion_mnist` need not serve here.
    3000 training and 1000 validation images of 14 x 14 pixels, each part class-balanced. There are 2000 test
    images too. They are looked at once, at the end (`helpers.capstone`), and here that part is empty.

    Raises OSError when the packaged file is missing or damaged.

    Source: made from Fashion-MNIST by scripts/make_capstone.py; Xiao, Rasul, Vollgraf, arXiv:1708.07747.
    Lesson 17.
    """
    arrays = read_packaged("capstone")
    return Dataset(
        x_train=as_pixels(arrays["x_train"], 14),
        y_train=arrays["y_train"].astype(np.int32),
        x_val=as_pixels(arrays["x_val"], 14),
        y_val=arrays["y_val"].astype(np.int32),
        x_test=np.empty((0, 14, 14), np.float32),
        y_test=np.empty(0, np.int32),
    )


def digits(num_train: int = 1200, num_val: int = 297, seed: int = 0) -> Dataset:
    """Return handwritten digits of 8 x 8 pixels in ten classes, as they come with scikit-learn.

    A small network is right on 95 to 98 of 100: hyperparameters hardly matter here, more data does.

    num_train, num_val: rows, together at most 1497. The test part has the other 300 of the 1797 images.
    seed: decides which images are in which part; the test part is cut off first and stays the same while
        the others change their size, and so does the validation part while the training part grows.

    Raises ValueError for parts that are empty or too large, or a seed that is none.

    Source: Alpaydin and Kaynak, UCI Machine Learning Repository 1998, CC BY 4.0. Lesson 08.
    """
    from sklearn.datasets import load_digits

    require_counts(num_train=num_train, num_val=num_val)
    images, labels = load_digits(return_X_y=True)
    rows = np.random.default_rng(require_seed(seed)).permutation(len(labels))
    test, rest = rows[:300], rows[300:]
    if num_train + num_val > len(rest):
        raise ValueError(f"num_train={num_train} and num_val={num_val}: together there are {len(rest)} rows.")
    x = (images.reshape(-1, 8, 8) / 16).astype(np.float32)
    y = labels.astype(np.int32)
    train, val = rest[:num_train], rest[::-1][:num_val]
    return Dataset(x[train], y[train], x[val], y[val], x[test], y[test])


def as_pixels(images: np.ndarray, size: int) -> np.ndarray:
    """Return uint8 images as float32 in 0..1 of shape (n, size, size), by means over squares of pixels."""
    side = images.shape[1] // size
    blocks = images.reshape(len(images), size, side, size, side)
    return blocks.mean(axis=(2, 4), dtype=np.float32) / np.float32(255)


def _read_full_or_packaged() -> dict[str, np.ndarray]:
    """Return the whole set, or the packaged one, with a printed line, where the whole one cannot be had."""
    try:
        return _full()
    except (OSError, ValueError) as error:
        print(f"The packaged 6000 + 2000 images are used instead of all 60000 + 10000: {error}")
        return read_packaged("fashion_mnist")


@functools.cache
def _full() -> dict[str, np.ndarray]:
    """Return the whole set, laid out as the packaged one."""
    folder = find_or_download()
    arrays = {}
    for part, prefix in [("train", "train"), ("test", "t10k")]:
        images, labels = read_original(folder, prefix)
        rows = balanced_rows(labels, len(labels) // 10, np.random.default_rng(SHUFFLE_SEED))
        arrays[f"x_{part}"], arrays[f"y_{part}"] = images[rows], labels[rows]
    return arrays
