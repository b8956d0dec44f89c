"""How good is a result? The fair random searches that it is compared with, from real trials."""

from __future__ import annotations

import numpy as np

from helpers.capstone.task import NUM_SEEDS, NUM_TRIALS
from helpers.data.packaged import read_packaged

NUM_ROWS = 2048  # random trials in the outer space, each trained
NUM_SEARCHES = 10_000
FINALISTS = 2  # of a fair search: trained with all seeds, and the better mean is chosen
DRAW_SEED = 0
LOWEST, MEDIAN = 0.05, 0.5  # where the second and the third band begin
_ROUNDING = 1e-7  # of a mean of accuracies in single precision: equal hits have equal bands


def draw_searches(val_losses: np.ndarray, num_searches: int = NUM_SEARCHES) -> np.ndarray:
    """Return the rows of the finalists of fair random searches, shape (num_searches, 2), the better first.

    A search is a draw of twenty different trials. The packaged file keeps the result: another generator
    would draw others, whose finalists nobody has trained again.

    val_losses: of each trial with its first seed, shape (num_rows,).
    """
    rng = np.random.default_rng(DRAW_SEED)
    losses = np.where(np.isfinite(val_losses), val_losses, np.inf)
    rows = np.array([rng.choice(len(losses), NUM_TRIALS, replace=False) for _ in range(num_searches)])
    order = np.argsort(losses[rows], axis=1, kind="stable")[:, :FINALISTS]
    return np.take_along_axis(rows, order, axis=1)


def random_trials() -> dict[str, np.ndarray]:
    """Return 2,048 random trials in the capstone's space, each trained: name -> array.

    The seven hyperparameters, shape (2048,). val_losses and test_hits: at the end, shape (2048, 5), one
    column a seed; the last four only of trials that were among the best two of a fair search, elsewhere NaN
    and 0. num_test: of how many test images those hits are. finalists: the rows of the best two trials of
    each fair search, shape (10000, 2).

    Raises OSError when the packaged file is missing or damaged.

    Source: scripts/make_capstone_trials.py. Lesson 17.
    """
    return read_packaged("capstone_trials")


def fair_searches() -> np.ndarray:
    """Return the test accuracy that each of 10,000 fair random searches ends with, shape (10000,), sorted.

    Each has twenty trials, drawn from 2,048 real ones in the capstone's outer space. Its best two by
    validation loss are trained with four more seeds, the lower mean is chosen, and what counts is the mean
    test accuracy of the chosen one's five seeds.

    Raises OSError when the packaged file is missing or damaged.

    Source: scripts/make_capstone_trials.py. Lesson 17.
    """
    arrays = random_trials()
    finalists = arrays["finalists"]
    means = arrays["val_losses"].mean(axis=1)[finalists]
    chosen = finalists[np.arange(len(finalists)), np.argmin(np.where(np.isfinite(means), means, np.inf), 1)]
    return np.sort(arrays["test_hits"][chosen].sum(axis=1) / (NUM_SEEDS * int(arrays["num_test"])))


def limits(shift: float = 0.0) -> tuple[float, float]:
    """Return the test accuracies at which the second and the third band begin.

    shift: by how much another test part is easier than the packaged one, as an accuracy.
    """
    lower, upper = np.quantile(fair_searches(), [LOWEST, MEDIAN]) + shift
    return float(lower), float(upper)


def band_of(test_accuracy: float, shift: float = 0.0) -> int:
    """Return 1, 2 or 3: below one fair search in twenty, below the median of them, and above.

    test_accuracy: mean of the chosen configuration's five seeds.
    shift: as for `limits`.
    """
    return 1 + sum(test_accuracy >= limit - _ROUNDING for limit in limits(shift))


def place_in_words(accuracy: float, shift: float = 0.0) -> str:
    """Return in words where a test accuracy lies among the fair searches. shift: as for `limits`."""
    lower, upper = limits(shift)
    return (
        f"test accuracy {accuracy:.4f}, band {band_of(accuracy, shift)} of 3; the second begins at "
        f"{lower:.4f}, the third at {upper:.4f}"
    )
