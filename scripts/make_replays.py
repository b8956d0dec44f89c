"""Make the replays that the site compares its reader's search with.

    python scripts/make_replays.py            # make pages/replays.npz; some minutes
    python scripts/make_replays.py --check    # search again with the methods that take seconds, and compare

A thousand searches of the bank by each method, with ten trials and with thirty. TPE's first ten trials are
drawn by chance, so with ten it is random search under another name; with thirty it learns from twenty.
"""

from __future__ import annotations

import argparse
import itertools
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from course.plugins import read_plugin
from helpers.data.packing import write
from helpers.search import replay
from helpers.search.bank import load_bank

_PARTS = read_plugin(Path(__file__).parents[1], "pages/parts.py", ["METHODS", "read_replays"])
DATA, METHODS = _PARTS.HERE, _PARTS.METHODS
NUM_REPLAYS, NUM_TRIALS, read_replays = _PARTS.NUM_REPLAYS, _PARTS.NUM_TRIALS, _PARTS.read_replays
_PART = 50  # replays of one piece of work
PLANNED = tuple(method for method in METHODS if method != "tpe")


def accuracies_of(method: str, num_trials: int, first: int, num_replays: int) -> np.ndarray:
    """Return what the chosen configurations reach on the test part, trained with the other seeds.

    float32, shape (replays,). Replay i has the seed `first + i`.
    """
    bank = load_bank()
    found = replay(bank.objective(), bank.space, method, num_trials, None, num_replays, first)
    return found.chosen_again("test_accuracy").astype(np.float32)


def make_arrays(methods: tuple[str, ...], workers: int) -> dict[str, np.ndarray]:
    """Return what the file holds: method and number of trials -> test accuracies, shape (replays,)."""
    kinds = list(itertools.product(methods, NUM_TRIALS))
    work = [(*kind, first, _PART) for kind in kinds for first in range(0, NUM_REPLAYS, _PART)]
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        parts = list(pool.map(accuracies_of, *zip(*work, strict=True)))
    return {
        f"{method} {num}": np.concatenate(
            [part for piece, part in zip(work, parts, strict=True) if piece[:2] == (method, num)]
        )
        for method, num in kinds
    }


def main() -> int:
    """Run the command line; return its exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing, compare only")
    parser.add_argument("--workers", type=int, default=1, help="processes that search at the same time")
    options = parser.parse_args()
    if not options.check:
        write("replays", make_arrays(METHODS, options.workers), DATA)
        print(f"replays.npz: {(DATA / 'replays.npz').stat().st_size / 1e3:.0f} kB")
        return 0
    stored = read_replays()
    differing = [
        name
        for name, again in make_arrays(PLANNED, options.workers).items()
        if not np.array_equal(again, stored[name])
    ]
    print(*[f"{name}: not what this script makes; run it" for name in differing] or ["the replays agree"])
    return bool(differing)


if __name__ == "__main__":
    sys.exit(main())
