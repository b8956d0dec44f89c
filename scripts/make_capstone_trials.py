"""Make the trials with which a result of the capstone is compared: 2,048 random ones, each trained.

    python scripts/make_capstone_trials.py                 # make helpers/datasets/capstone_trials.npz
    python scripts/make_capstone_trials.py --workers 2     # the same in two processes, some ten minutes
    python scripts/make_capstone_trials.py --check         # train 24 of them again and compare

Of those that are among the best two of one of the 10,000 fair searches (`helpers.capstone.bands`), four more
seeds are trained. Another processor rounds differently, and near the edge of stability training carries that
far; so `--check` compares the mean of the 24, and tells how far each is.
"""

from __future__ import annotations

import argparse
import functools
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import numpy as np

from helpers.capstone.bands import NUM_ROWS, draw_searches
from helpers.capstone.task import NUM_SEEDS, OUTER_SPACE, train, with_test_part
from helpers.data.packaged import read_packaged
from helpers.data.packing import DATASETS, write
from helpers.search.sampling import parameters_of, plan

SEED = 17  # of the trials; another seed makes other ones
NOT_TRAINED = np.nan
TOLERANCE = 0.02  # of the mean over the trials that are compared, in accuracy


def trained(task: tuple[int, int]) -> tuple[float, int]:
    """Return validation loss and number of right test examples. task: a row, and which of its seeds."""
    row, again = task
    run = train(parameters(row), row * NUM_SEEDS + again, with_test_part())
    return run.val_loss, round(run.test_accuracy * len(with_test_part().y_test))


def parameters(row: int) -> dict:
    """Return what a row's trial is made with."""
    return parameters_of(OUTER_SPACE, planned(), row)


@functools.cache
def planned() -> dict[str, np.ndarray]:
    """Return the parameters of all rows by name."""
    return plan(OUTER_SPACE, "random", NUM_ROWS, SEED)


def make_arrays(num_workers: int) -> dict[str, np.ndarray]:
    """Return what the file holds.

    val_losses: float32, shape (rows, seeds), NaN where nothing was trained. test_hits: uint16, of the same
    shape. num_test: of how many. finalists: uint16, shape (searches, 2). Beside them the parameters by name,
    shape (rows,).
    """
    losses = np.full((NUM_ROWS, NUM_SEEDS), NOT_TRAINED, np.float32)
    hits = np.zeros(losses.shape, np.uint16)

    def fill(tasks):
        for at, (loss, num_right) in zip(tasks, pool.map(trained, tasks, chunksize=16), strict=True):
            losses[at], hits[at] = loss, num_right

    with ProcessPoolExecutor(num_workers, get_context("spawn")) as pool:
        fill([(row, 0) for row in range(NUM_ROWS)])
        finalists = draw_searches(losses[:, 0]).astype(np.uint16)
        print(f"{len(np.unique(finalists))} finalists", flush=True)
        fill([(int(row), again) for row in np.unique(finalists) for again in range(1, NUM_SEEDS)])
    kept = {name: np.array(list(values)) for name, values in planned().items()}
    num_test = np.array(len(with_test_part().y_test))
    found = {"val_losses": losses, "test_hits": hits, "num_test": num_test, "finalists": finalists}
    return found | kept


def check() -> int:
    """Train some rows again; return 0 when their mean is that of the file."""
    arrays = read_packaged("capstone_trials")
    rows = np.random.default_rng(0).choice(NUM_ROWS, 24, replace=False)
    packaged = arrays["test_hits"][rows, 0] / arrays["num_test"]
    now = np.array([trained((int(row), 0))[1] for row in rows]) / arrays["num_test"]
    print("difference of each:", ", ".join(f"{value:+.4f}" for value in now - packaged))
    off = abs(now.mean() - packaged.mean())
    print(f"mean of {len(rows)}: {packaged.mean():.4f} in the file, {now.mean():.4f} now")
    return int(off > TOLERANCE)


def main() -> int:
    """Run the command line, and return its exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--workers", type=int, default=1, help="processes that train")
    parser.add_argument("--check", action="store_true", help="write nothing, compare only")
    options = parser.parse_args()
    if options.check:
        return check()
    arrays = make_arrays(options.workers)
    write("capstone_trials", arrays, DATASETS)
    print(f"capstone_trials.npz: {(DATASETS / 'capstone_trials.npz').stat().st_size / 1e3:.0f} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
