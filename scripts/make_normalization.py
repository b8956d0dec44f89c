"""Make the tables of lessons 06 and 07 that take longer than a lesson may.

    python scripts/make_normalization.py                 # make helpers/datasets/normalization.npz, 15 minutes
    python scripts/make_normalization.py --only depths   # one table: inputs, starts, depths or batches
    python scripts/make_normalization.py --check         # train again and compare with the packaged file

Last validation and test accuracies at every learning rate, so that each side can be given its own: by the
scale of the inputs, with SGD and Adam, at two layers; by what a hidden layer does beside its kernel and by
the start, at ten layers; the same by the number of layers, from He's start; and by the batch size, at two
layers and about equal numbers of steps. All with a rate that falls along a cosine, so that no moving
statistics lag behind the weights, and with SGD where no other optimizer is named. Another processor rounds
differently, and training can carry that far; so `--check` compares means over seeds, at the best rate of
each side.
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

from helpers.data import Dataset, fashion_mnist
from helpers.data.packing import run_measured
from helpers.training import Configuration, sweep

SEEDS = range(4)
RATES = 0.0125 * 2.0 ** np.arange(-2, 9)
BATCH_NORM = {"normalization": "batch", "norm_momentum": 0.9}
FORMS: dict[str, dict[str, Any]] = {
    "plain": {},
    "batch norm": BATCH_NORM,
    "layer norm": {"normalization": "layer"},
    "shortcut": {"shortcut": True},
    "shortcut, batch norm": {"shortcut": True, **BATCH_NORM},
    "shortcut, layer norm in front": {"shortcut": True, "normalization": "pre-layer"},
}
STARTS: dict[str, str | float] = {
    "Glorot": "glorot_uniform",
    "He": "he_normal",
    "N(0, 0.05)": 0.05,
    "N(0, 1)": 1.0,
}
DEPTH_FORMS = ["plain", "batch norm", "shortcut, batch norm", "shortcut, layer norm in front"]
DEPTHS = [2, 10, 20]
BATCH_FORMS = ["plain", "batch norm", "layer norm"]
# Batches of 2 get the steps of one epoch; the larger ones as many or, from 32 on, what ten epochs give.
NUM_EPOCHS = {2: 1, 4: 2, 8: 4, 32: 10, 256: 20}
INPUT_RATES = 1e-4 * 2.0 ** np.arange(15)
INPUT_OPTIMIZERS = ["sgd", "adam"]
INPUTS = ["0 to 255", "0 to 1", "mean 0", "standardized", "10 to 11"]


def ends(form: str, data: Dataset | None = None, rates: np.ndarray = RATES, **settings: Any) -> np.ndarray:
    """Return the last accuracies of a form at each rate, shape (rates, seeds, 2): validation, test."""
    configurations = [
        Configuration(float(rate), schedule="cosine", **FORMS[form], **settings) for rate in rates
    ]
    runs = sweep(configurations, data or fashion_mnist(), SEEDS, test_curves=True)
    found = np.array([[run.val_accuracies[-1], run.test_accuracies[-1]] for run in runs], np.float32)
    return found.reshape(len(rates), len(SEEDS), 2)


def stored_as(way: str) -> Dataset:
    """Return the clothes with inputs of this scale; statistics are those of the training part."""
    clothes = fashion_mnist()
    of_pixels, spread = clothes.x_train.mean(axis=0), clothes.x_train.std(axis=0)
    change = {
        "0 to 255": lambda x: 255 * x,
        "0 to 1": lambda x: x,
        "mean 0": lambda x: x - clothes.x_train.mean(),
        "standardized": lambda x: (x - of_pixels) / spread,  # no pixel of these images is constant
        "10 to 11": lambda x: x + 10,
    }[way]
    parts = {name: getattr(clothes, name) for name in ("x_train", "x_val", "x_test")}
    return clothes._replace(**{name: np.float32(change(part)) for name, part in parts.items()})


def inputs() -> dict[str, np.ndarray]:
    """Return accuracies of two layers by optimizer and inputs, shape (optimizers, ways, rates, seeds, 2)."""
    found = [
        [ends("plain", stored_as(way), INPUT_RATES, optimizer=optimizer) for way in INPUTS]
        for optimizer in INPUT_OPTIMIZERS
    ]
    return {
        "input_rates": INPUT_RATES,
        "input_optimizers": np.array(INPUT_OPTIMIZERS),
        "inputs": np.array(INPUTS),
        "by_input": np.array(found),
    }


def starts() -> dict[str, np.ndarray]:
    """Return accuracies at ten layers, shape (forms, starts, rates, seeds, 2)."""
    network = {"hidden": (64,) * 10}
    found = [[ends(form, initializer=start, **network) for start in STARTS.values()] for form in FORMS]
    return {
        "rates": RATES,
        "forms": np.array(list(FORMS)),
        "starts": np.array(list(STARTS)),
        "by_start": np.array(found),
    }


def depths() -> dict[str, np.ndarray]:
    """Return accuracies from He's start, shape (forms, depths, rates, seeds, 2)."""
    found = [
        [ends(form, initializer="he_normal", hidden=(64,) * depth) for depth in DEPTHS]
        for form in DEPTH_FORMS
    ]
    return {
        "rates": RATES,
        "depth_forms": np.array(DEPTH_FORMS),
        "depths": np.array(DEPTHS),
        "by_depth": np.array(found),
    }


def batches() -> dict[str, np.ndarray]:
    """Return accuracies of two layers from Glorot's start, shape (forms, sizes, rates, seeds, 2)."""
    found = [
        [ends(form, batch_size=size, num_epochs=epochs) for size, epochs in NUM_EPOCHS.items()]
        for form in BATCH_FORMS
    ]
    return {
        "rates": RATES,
        "batch_forms": np.array(BATCH_FORMS),
        "batch_sizes": np.array(list(NUM_EPOCHS)),
        "batch_epochs": np.array(list(NUM_EPOCHS.values())),
        "by_batch_size": np.array(found),
    }


TABLES = {"inputs": inputs, "starts": starts, "depths": depths, "batches": batches}


def compare(arrays: dict[str, np.ndarray], packaged: dict[str, np.ndarray]) -> list[str]:
    """Return one line an array that differs by more than another processor can make it."""
    differing = []
    for name, array in arrays.items():
        stored = packaged.get(name)
        if stored is None or array.shape != stored.shape or array.dtype.kind != stored.dtype.kind:
            differing.append(f"{name}: not in the packaged file, or of another shape")
        elif array.ndim == 1:
            if not np.array_equal(array, stored):
                differing.append(f"{name}: differs")
        else:
            best = [each[..., 0].mean(axis=-1).max(axis=-1) for each in (array, stored)]
            if not np.allclose(*best, rtol=0, atol=0.03):
                differing.append(f"{name}: a best mean differs by more than 0.03")
    return differing


if __name__ == "__main__":
    sys.exit(run_measured("normalization", __doc__.splitlines()[0], TABLES, compare))
