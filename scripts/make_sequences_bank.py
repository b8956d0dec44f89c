"""Make the bank of trials on sequences: 300 random configurations, each trained with two seeds.

    python scripts/make_sequences_bank.py            # make helpers/datasets/sequences_bank.npz, two minutes
    python scripts/make_sequences_bank.py --check    # train 20 of them again and compare

Another processor rounds differently, and near the edge of stability training carries that far; so `--check`
compares the mean of the 20, and tells how far each is.
"""

from __future__ import annotations

import argparse
import itertools
import sys

import numpy as np

from helpers.data import m1d
from helpers.data.packaged import read_packaged
from helpers.data.packing import DATASETS, write
from helpers.search.bank import NOT_FINITE, encode_losses
from helpers.search.recorded import (
    NUM_CONFIGURATIONS,
    NUM_EPOCHS,
    NUM_SEEDS,
    NUM_SEQUENCES,
    SEQUENCES_SPACE,
    sequences_configuration,
)
from helpers.search.sampling import parameters_of, plan
from helpers.training import train_fast

PARTS = ("val", "test")
TOLERANCE = 0.02  # of the mean over the trials that are compared, in accuracy


def make_arrays() -> dict[str, np.ndarray]:
    """Return what the file holds: losses (codes) and hits, uint16, shape (2 parts, rows, seeds, epochs)."""
    planned = plan(SEQUENCES_SPACE, "random", NUM_CONFIGURATIONS, seed=0)
    data = m1d(NUM_SEQUENCES)
    losses = np.full((len(PARTS), NUM_CONFIGURATIONS, NUM_SEEDS, NUM_EPOCHS), NOT_FINITE, np.uint16)
    hits = np.zeros_like(losses)
    num_examples = np.array([len(getattr(data, f"x_{part}")) for part in PARTS])
    for row, seed in itertools.product(range(NUM_CONFIGURATIONS), range(NUM_SEEDS)):
        run = train(planned, row, seed, data)
        for at, part in enumerate(PARTS):
            curve = getattr(run, f"{part}_losses")
            shares = np.where(np.isfinite(curve), getattr(run, f"{part}_accuracies"), 0)
            losses[at, row, seed, : len(curve)] = encode_losses(curve)
            hits[at, row, seed, : len(curve)] = np.rint(shares * num_examples[at])
    kept = {name: np.array(list(values)) for name, values in planned.items()}
    return {"losses": losses, "hits": hits, "num_examples": num_examples, **kept}


def train(planned, row, seed, data):
    """Train one configuration with one seed."""
    parameters = parameters_of(SEQUENCES_SPACE, planned, row)
    return train_fast(sequences_configuration(parameters), data, seed, test_curves=True)


def check(num_trials: int) -> bool:
    """Train some trials again; return whether they agree with the packaged ones on average."""
    stored = read_packaged("sequences_bank")
    planned = plan(SEQUENCES_SPACE, "random", NUM_CONFIGURATIONS, seed=0)
    data, differences = m1d(NUM_SEQUENCES), []
    for row in np.random.default_rng(0).choice(NUM_CONFIGURATIONS, num_trials, replace=False).tolist():
        run = train(planned, row, 0, data)
        packaged = stored["hits"][0, row, 0, -1] / stored["num_examples"][0]
        differences.append(run.val_accuracy - packaged if not run.diverged else -packaged)
        print(f"row {row:3}: {differences[-1]:+.4f} of {packaged:.3f}")
    return abs(float(np.mean(differences))) < TOLERANCE


def main() -> int:
    """Run the command line; return its exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing, compare only")
    options = parser.parse_args()
    if not options.check:
        write("sequences_bank", make_arrays(), DATASETS)
        print(f"sequences_bank.npz: {(DATASETS / 'sequences_bank.npz').stat().st_size / 1e3:.0f} kB")
        return 0
    agrees = check(20)
    print("the packaged trials agree" if agrees else "not what this script makes; run it")
    return not agrees


if __name__ == "__main__":
    sys.exit(main())
