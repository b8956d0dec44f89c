"""Make the recorded searches of the methods that learn from trial to trial, over the bank.

    python scripts/make_searches.py            # make helpers/datasets/searches.npz, about ten minutes
    python scripts/make_searches.py --check    # run three searches of each kind again and compare

A Gaussian process is fitted in floating point, and a last digit may turn one trial into another; `--check`
says how many of the trials are the same, and wants the first ones, which are random.
"""

from __future__ import annotations

import argparse
import itertools
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import numpy as np

from helpers.data.packaged import read_packaged
from helpers.data.packing import DATASETS, write
from helpers.search import replay
from helpers.search.bank import load_bank
from helpers.search.gaussian_process import NUM_STARTUP
from helpers.search.recorded import LEARNING_METHODS, NUM_SEARCHES, NUM_TRIALS, RATES, bank_space

KINDS = list(itertools.product(RATES, LEARNING_METHODS))


def rows_of(kind: tuple[str, str], first: int, num_searches: int) -> np.ndarray:
    """Return the bank's rows of the trials of some searches, uint16, shape (searches, trials)."""
    rates, method = kind
    space = bank_space(rates)
    replays = replay(load_bank().objective(), space, method, NUM_TRIALS, None, num_searches, first)
    return replays.rows.astype(np.uint16)


def make_arrays(workers: int) -> dict[str, np.ndarray]:
    """Return what the file holds: range and method -> rows, shape (searches, trials)."""
    work = [(kind, first) for kind in KINDS for first in range(0, NUM_SEARCHES, 10)]
    kinds, firsts = zip(*work, strict=True)
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        parts = list(pool.map(rows_of, kinds, firsts, itertools.repeat(10)))
    return {
        " ".join(kind): np.concatenate([part for (k, _), part in zip(work, parts, strict=True) if k == kind])
        for kind in KINDS
    }


def check(num_searches: int) -> bool:
    """Run some searches again; return whether their random trials are the packaged ones."""
    stored, agrees = read_packaged("searches"), True
    for kind in KINDS:
        again, packaged = rows_of(kind, 0, num_searches), stored[" ".join(kind)][:num_searches]
        print(f"{' '.join(kind):26} {(again == packaged).mean():.0%} of the trials are the same")
        agrees &= bool((again[:, :NUM_STARTUP] == packaged[:, :NUM_STARTUP]).all())
    return agrees


def main() -> int:
    """Run the command line; return its exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing, compare only")
    parser.add_argument("--workers", type=int, default=1, help="processes that search at the same time")
    options = parser.parse_args()
    if not options.check:
        write("searches", make_arrays(options.workers), DATASETS)
        print(f"searches.npz: {(DATASETS / 'searches.npz').stat().st_size / 1e3:.0f} kB")
        return 0
    agrees = check(3)
    print("the packaged searches agree" if agrees else "not what this script makes; run it")
    return not agrees


if __name__ == "__main__":
    sys.exit(main())
