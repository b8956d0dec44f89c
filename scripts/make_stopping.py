"""Make the trainings that lesson 09 looks back on, and that would take longer than a lesson may.

    python scripts/make_stopping.py            # make helpers/datasets/stopping.npz, two minutes
    python scripts/make_stopping.py --check    # train again and compare with the packaged file

One network (two hidden layers of 128 units, batches of 32, Adam) to the end of each budget: constant rates
and cosines, with 40 % wrong labels and with none. Kept are validation losses and test accuracies after each
epoch: early stopping is what a rule reads from them. Another processor rounds differently, and training can
carry that far; so `--check` compares means over seeds with a tolerance.
"""

from __future__ import annotations

import sys

import numpy as np

from helpers.data import fashion_mnist
from helpers.data.packing import run_measured
from helpers.training import Configuration, scheduled_rates, sweep

SEEDS = range(24)
NOISE = 0.4  # of the training labels are wrong

# The rate, whether it falls along a cosine, epochs, and wrong labels.
TRAININGS = {
    "usual": (0.001, False, 40, NOISE),
    "slow": (0.0003, False, 80, NOISE),
    "cosine_10": (0.004, True, 10, NOISE),
    "cosine_20": (0.001, True, 20, NOISE),
    "cosine_40": (0.001, True, 40, NOISE),
    "clean_cosine_40": (0.001, True, 40, 0.0),
}


def configuration(rate: float, falling: bool, num_epochs: int, noise: float) -> Configuration:
    """Return the lesson's network; the rate falls by the epoch."""
    schedule = scheduled_rates("cosine", rate, num_epochs).__getitem__ if falling else None
    return Configuration(
        rate, num_epochs=num_epochs, hidden=(128, 128), optimizer="adam", label_noise=noise, schedule=schedule
    )


def trainings() -> dict[str, np.ndarray]:
    """Return of each training losses and accuracies, float32, shape (seeds, epochs)."""
    arrays = {}
    for name, settings in TRAININGS.items():
        runs = sweep([configuration(*settings)], fashion_mnist(), SEEDS, test_curves=True)
        arrays[f"{name}_losses"] = np.array([run.val_losses for run in runs], np.float32)
        arrays[f"{name}_accuracies"] = np.array([run.test_accuracies for run in runs], np.float32)
    return arrays


def compare(arrays: dict[str, np.ndarray], packaged: dict[str, np.ndarray]) -> list[str]:
    """Return one line an array that differs by more than another processor can make it."""
    differing = []
    for name, array in arrays.items():
        stored = packaged.get(name)
        if stored is None or array.shape != stored.shape:
            differing.append(f"{name}: not in the packaged file, or of another shape")
        elif not np.allclose(array.mean(axis=0), stored.mean(axis=0), rtol=0.03, atol=0.03):
            differing.append(f"{name}: a mean differs by more than 0.03")
    return differing


if __name__ == "__main__":
    sys.exit(run_measured("stopping", __doc__.splitlines()[0], {"trainings": trainings}, compare))
