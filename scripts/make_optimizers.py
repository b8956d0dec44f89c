"""Make the trainings by many optimizers that lesson 03 compares.

    python scripts/make_optimizers.py            # make helpers/datasets/optimizers.npz, about nine minutes
    python scripts/make_optimizers.py --only new_clothes   # this comparison; the others are kept as packaged
    python scripts/make_optimizers.py --check    # train a part of it again and compare with the packaged file

Five comparisons, each side with thirteen learning rates, a factor of 1.41 apart, and eight seeds. Another
processor rounds differently, and training can carry that far; so `--check` compares means with a tolerance,
and only at the lower rates, where training is stable.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from helpers.data import Dataset, fashion_mnist, m1d
from helpers.data.packaged import read_packaged
from helpers.data.packing import DATASETS, write
from helpers.training import Configuration, Run, sweep

SEEDS = range(8)
NUM_RATES, FACTOR = 13, 2**0.5

COSINE: dict[str, Any] = {"schedule": "cosine"}
# Name of a side -> its lowest rate and what else it is trained with.
Sides = dict[str, tuple[float, dict[str, Any]]]
# After 40 epochs with a schedule that ends.
LONG: Sides = {
    "SGD": (0.05, {"optimizer": "sgd", **COSINE}),
    "momentum": (0.005, {"optimizer": "momentum", **COSINE}),
    "Nesterov": (0.005, {"optimizer": "nesterov", **COSINE}),
    "RMSprop": (0.0005, {"optimizer": "rmsprop", **COSINE}),
    "Adam": (0.0005, {"optimizer": "adam", **COSINE}),
}
LONG_SEQUENCES: Sides = {
    "SGD": (0.1, {"optimizer": "sgd", **COSINE}),
    "SGD, decay 0.003": (0.1, {"optimizer": "sgd", "weight_decay": 0.003, **COSINE}),
    "momentum": (0.01, {"optimizer": "momentum", **COSINE}),
    "Adam": (0.001, {"optimizer": "adam", **COSINE}),
    "AdamW, decay 0.3": (0.001, {"optimizer": "adamw", "weight_decay": 0.3, **COSINE}),
}
# After 10 epochs: what came after Adam.
NEW: Sides = {
    "SGD, constant": (0.02, {"optimizer": "sgd"}),
    "Adam, constant": (0.0005, {"optimizer": "adam"}),
    "schedule-free, constant": (0.001, {"optimizer": "schedule-free"}),
    "Nesterov, cosine": (0.01, {"optimizer": "nesterov", **COSINE}),
    "Adam, cosine": (0.001, {"optimizer": "adam", **COSINE}),
    "AdamW, decay 0.1, cosine": (0.001, {"optimizer": "adamw", "weight_decay": 0.1, **COSINE}),
    "Muon, cosine": (0.001, {"optimizer": "muon", **COSINE}),
}
# AdamW for as long as ten epochs of Muon may take.
LONGER: Sides = {"AdamW, decay 0.1, cosine": (0.0005, {"optimizer": "adamw", "weight_decay": 0.1, **COSINE})}

COMPARISONS: dict[str, tuple[Callable[[], Dataset], int, Sides]] = {
    "long_clothes": (fashion_mnist, 40, LONG),
    "long_sequences": (m1d, 40, LONG_SEQUENCES),
    "new_clothes": (fashion_mnist, 10, NEW),
    "new_sequences": (m1d, 10, NEW),
    "longer_clothes": (fashion_mnist, 40, LONGER),
}


def make_arrays(names: Sequence[str], num_rates: int = NUM_RATES) -> dict[str, np.ndarray]:
    """Return what the file holds of these comparisons, for the lowest so many rates of each side.

    <comparison>_sides: names, shape (sides,). _rates: float64, (sides, rates). _val_accuracies,
    _test_accuracies: float32, (sides, rates, seeds). _seconds: of the middle training, float32, (sides,).
    """
    arrays: dict[str, np.ndarray] = {}
    for name in names:
        load, num_epochs, sides = COMPARISONS[name]
        data, runs = load(), {}
        for side, (lowest, settings) in sides.items():
            rates = lowest * FACTOR ** np.arange(num_rates)
            configurations = [Configuration(float(rate), num_epochs=num_epochs, **settings) for rate in rates]
            runs[side] = sweep(configurations, data, SEEDS, test_curves=True)
        arrays |= _of_comparison(name, sides, runs, num_rates)
    return arrays


def _of_comparison(
    name: str, sides: Sides, runs: dict[str, list[Run]], num_rates: int
) -> dict[str, np.ndarray]:
    shape = len(sides), num_rates, len(SEEDS)
    in_order = [run for side in sides for run in runs[side]]
    return {
        f"{name}_sides": np.array(list(sides)),
        f"{name}_rates": np.array([lowest * FACTOR ** np.arange(num_rates) for lowest, _ in sides.values()]),
        f"{name}_val_accuracies": np.array([run.val_accuracy for run in in_order], np.float32).reshape(shape),
        f"{name}_test_accuracies": np.array([run.test_accuracy for run in in_order], np.float32).reshape(
            shape
        ),
        f"{name}_seconds": np.array(
            [np.median([run.seconds for run in runs[side]]) for side in sides], np.float32
        ),
    }


def compare(arrays: dict[str, np.ndarray], packaged: dict[str, np.ndarray]) -> list[str]:
    """Return one line an array whose means over seeds differ by more than another processor can make them."""
    differing = []
    for name, array in arrays.items():
        if name.endswith("accuracies"):
            lowest = packaged[name][:, : array.shape[1]]
            if not np.allclose(array.mean(axis=2), lowest.mean(axis=2), atol=0.02):
                differing.append(f"{name}: differs by more than 0.02")
    return differing


def main() -> int:
    """Run the command line; return its exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing, compare only")
    parser.add_argument("--only", nargs="+", choices=COMPARISONS, default=list(COMPARISONS), metavar="NAME")
    options = parser.parse_args()
    if options.check:
        differing = compare(make_arrays(options.only, num_rates=2), read_packaged("optimizers"))
        print(*differing or ["optimizers.npz: as made again"], sep="\n")
        return bool(differing)
    arrays = make_arrays(options.only)
    if len(options.only) < len(COMPARISONS):
        arrays = {**read_packaged("optimizers"), **arrays}
    write("optimizers", arrays, DATASETS)
    print(f"optimizers.npz: {(DATASETS / 'optimizers.npz').stat().st_size / 1e3:.0f} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
