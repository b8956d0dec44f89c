"""Parts of a data set, and data that share something with it: for fine-tuning and scaling curves."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from helpers.arguments import require_count, require_seed, require_several
from helpers.data.camera import through_a_bad_camera
from helpers.data.images import as_pixels
from helpers.data.packaged import read_packaged
from helpers.data.records import Dataset

# `fashion_mnist` takes training rows from the front, and its 1,000 validation rows from the back.
_FIRST_ROW, _LAST_ROW = 4000, 5000


def only_classes(data: Dataset, classes: Iterable[int]) -> Dataset:
    """Return the examples of some classes, in their order; the labels stay what they are.

    classes: labels, from 0.

    Raises ValueError for classes of which a part has no example.

    Lesson 16.
    """
    require_several("classes", classes, "labels")
    wanted = sorted(set(classes))
    parts: dict[str, np.ndarray] = {}
    for part in ("train", "val", "test"):
        x, y = getattr(data, f"x_{part}"), getattr(data, f"y_{part}")
        missing = [label for label in wanted if label not in y]
        if missing or not wanted:
            raise ValueError(f"classes: the {part} part has no example of {missing or 'no class'}.")
        kept = np.isin(y, wanted)
        parts |= {f"x_{part}": x[kept], f"y_{part}": y[kept]}
    return Dataset(**parts)


def balanced_subset(data: Dataset, num_train: int, seed: int = 0) -> Dataset:
    """Return the data with some of its training examples, drawn by chance, equally many of each class.

    num_train: a multiple of the number of classes that the training part has.
    seed: decides which ones; the other parts stay whole.

    Raises ValueError for a number that cannot be shared out, or more than there are of a class, and a seed
    that is none.

    Lesson 16.
    """
    require_count("num_train", num_train)
    labels, counts = np.unique(data.y_train, return_counts=True)
    each, rest = divmod(num_train, len(labels))
    if rest:
        raise ValueError(f"num_train must be a multiple of {len(labels)}, not {num_train}.")
    if each > counts.min():
        raise ValueError(f"num_train: there are only {counts.min()} examples of a class, not {each}.")
    rng = np.random.default_rng([require_seed(seed), 5])
    rows = [rng.permutation(np.flatnonzero(data.y_train == label))[:each] for label in labels]
    taken = rng.permutation(np.concatenate(rows))
    return data._replace(x_train=data.x_train[taken], y_train=data.y_train[taken])


def by_another_camera() -> Dataset:
    """Return photographs of clothes as another camera takes them: moved, paler, with noise.

    The ten classes of `fashion_mnist`, 14 x 14 pixels. 1,000 training images, none of them among its first
    4,000; its 1,000 validation and 2,000 test photographs. The camera is that of `capstone`, but moves by up
    to one pixel of the 14, and no photograph is the capstone's.

    Raises OSError when the packaged file is missing or damaged.

    Lesson 16.
    """
    arrays, rng = read_packaged("fashion_mnist"), np.random.default_rng(16)

    def taken(images: np.ndarray) -> np.ndarray:
        return as_pixels(through_a_bad_camera(images, rng, max_shift=2), 14)

    x, y = arrays["x_train"], arrays["y_train"].astype(np.int32)
    train, val = slice(_FIRST_ROW, _LAST_ROW), slice(None, _LAST_ROW - 1, -1)
    return Dataset(
        taken(x[train]),
        y[train],
        taken(x[val]),
        y[val],
        taken(arrays["x_test"]),
        arrays["y_test"].astype(np.int32),
    )
