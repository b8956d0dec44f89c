"""Cross-validation: the same examples, with another part of them held out each time."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from helpers.arguments import require_count, require_seed
from helpers.data.records import Dataset

# Keeps the generator of the folds apart from others with the same seed.
_STREAM = 40


def without_each_fold(data: Dataset, num_folds: int, seed: int) -> list[Dataset]:
    """Return a data set for each fold of the training examples: learn from all others, choose with it.

    The validation part of `data` itself is in none of them; its test part is in all.

    num_folds: 2 or more, and no more than there are training examples; the sizes of folds differ by one at
        most.
    seed: which examples lie together.

    Raises ValueError for a number of folds out of range, or a seed that is none.

    Lesson 12.
    """
    num_rows = len(data.y_train)
    require_count("num_folds", num_folds, least=2)
    if num_folds > num_rows:
        raise ValueError(f"num_folds must be at most {num_rows}, one for each example, not {num_folds!r}.")
    place = np.random.default_rng([require_seed(seed), _STREAM]).permutation(num_rows)
    limits = np.arange(num_folds + 1) * num_rows / num_folds
    return [_hold_out(data, (low <= place) & (place < high)) for low, high in pairwise(limits)]


def _hold_out(data: Dataset, held_out: np.ndarray) -> Dataset:
    """Return the data with some training examples as the validation part, and without them in training.

    held_out: booleans, one for each training example.
    """
    return data._replace(
        x_train=data.x_train[~held_out],
        y_train=data.y_train[~held_out],
        x_val=data.x_train[held_out],
        y_val=data.y_train[held_out],
    )
