"""Make the trainings that lesson 12 chooses among.

    python scripts/make_selection.py            # make helpers/datasets/selection.npz, a minute or two
    python scripts/make_selection.py --check    # train again and compare with the packaged file

Four experiments: 41 learning rates with 8 seeds each, at a constant rate and with a cosine; Adam and momentum
at 11 rates; which of 3,000 held-out images 150 networks are right about; and 12 configurations on five folds
of small sets. Another processor rounds differently, and training can carry that far; so `--check` compares
with a tolerance, and only where training is stable.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable

import numpy as np

from helpers.data import Dataset, fashion_mnist, m1d, without_each_fold
from helpers.data.packing import run_measured
from helpers.training import Configuration, Run, scheduled_rates, sweep, train_fast

SEEDS = range(8)
SWEEP_RATES = 0.01 * 2.0 ** (np.arange(41) / 4)  # 0.01 to 10.24, four to a doubling
OPTIMIZERS = ("adam", "momentum")
OPTIMIZER_RATES = 0.00025 * 2.0 ** np.arange(11)  # 0.00025 to 0.256

NUM_CANDIDATES, NUM_HELD_OUT = 150, 3000

FOLD_RATES, FOLD_WIDTHS, NUM_FOLDS = (0.02, 0.04, 0.08, 0.16, 0.32, 0.64), (16, 64), 5
FOLD_DRAWS = {100: 24, 400: 12}  # rows -> how many small sets of so many


def fine_sweep() -> dict[str, np.ndarray]:
    """Train 64 hidden units on clothes; float32, shape (schedules, rates, seeds): constant, then cosine."""
    num_steps = 10 * 40
    cosine = {rate: scheduled_rates("cosine", rate, num_steps) for rate in SWEEP_RATES}
    shared = {"hidden": (64,), "num_epochs": 10}
    configurations = [Configuration(float(rate), **shared) for rate in SWEEP_RATES]
    configurations += [
        Configuration(float(rate), schedule=cosine[rate].__getitem__, schedule_by="step", **shared)
        for rate in SWEEP_RATES
    ]
    runs = sweep(configurations, fashion_mnist(), SEEDS, test_curves=True)
    shape = 2, len(SWEEP_RATES), len(SEEDS)
    return {"sweep_rates": SWEEP_RATES, **_ends("sweep", runs, shape)}


def optimizers() -> dict[str, np.ndarray]:
    """Train 64-64 units on sequences; float32, shape (optimizers, rates, seeds): Adam, then momentum."""
    configurations = [
        Configuration(float(rate), optimizer=optimizer, num_epochs=15)
        for optimizer in OPTIMIZERS
        for rate in OPTIMIZER_RATES
    ]
    runs = sweep(configurations, m1d(), SEEDS, test_curves=True)
    shape = len(OPTIMIZERS), len(OPTIMIZER_RATES), len(SEEDS)
    return {"optimizer_rates": OPTIMIZER_RATES, **_ends("optimizer", runs, shape)}


def candidates() -> dict[str, np.ndarray]:
    """Train 150 networks of 32 or 128 hidden units; packed bits, shape (candidates, held-out images / 8).

    A bit says whether the network is right about the image.
    """
    data = fashion_mnist(num_val=NUM_HELD_OUT)
    rng = np.random.default_rng(12)
    rates = np.exp(rng.uniform(np.log(0.02), np.log(0.6), NUM_CANDIDATES))
    widths = rng.choice([32, 128], NUM_CANDIDATES)
    right = np.zeros((NUM_CANDIDATES, NUM_HELD_OUT), bool)
    for number, (rate, width) in enumerate(zip(rates, widths, strict=True)):
        run = train_fast(Configuration(float(rate), hidden=(int(width),), num_epochs=12), data, number)
        right[number] = predicted(run, data.x_val) == data.y_val
        assert abs(right[number].mean() - run.val_accuracy) < 0.002
    return {"candidate_right": np.packbits(right, axis=1)}


def predicted(run: Run, images: np.ndarray) -> np.ndarray:
    """Return the class that a network with one hidden layer gives to each image."""
    hidden_kernel, hidden_bias, kernel, bias = run.weights
    hidden = np.maximum(images.reshape(len(images), -1) @ hidden_kernel + hidden_bias, 0)
    return (hidden @ kernel + bias).argmax(axis=1)


def folds() -> dict[str, np.ndarray]:
    """Train configurations without each fold of small sets; float32, shape (sets, configurations, folds).

    The small sets of one size share no image. Configurations: both widths for the first rate, the second ...
    """
    arrays: dict[str, np.ndarray] = {}
    for num_rows, num_draws in FOLD_DRAWS.items():
        data = fashion_mnist(num_train=num_rows * num_draws)
        configurations = [
            Configuration(rate, batch_size=20, num_epochs=40, hidden=(width,))
            for rate in FOLD_RATES
            for width in FOLD_WIDTHS
        ]
        runs = [
            train_fast(configuration, small, draw, test_curves=True)
            for draw in range(num_draws)
            for configuration in configurations
            for small in without_each_fold(_rows_of(data, num_rows, draw), NUM_FOLDS, draw)
        ]
        arrays |= _ends(f"fold_{num_rows}", runs, (num_draws, len(configurations), NUM_FOLDS))
    return arrays


def _rows_of(data: Dataset, num_rows: int, draw: int) -> Dataset:
    """Return the data with the small training part of a draw."""
    rows = slice(num_rows * draw, num_rows * (draw + 1))
    return data._replace(x_train=data.x_train[rows], y_train=data.y_train[rows])


def _ends(name: str, runs: Iterable[Run], shape: tuple[int, ...]) -> dict[str, np.ndarray]:
    """Return what trainings ended with: the name with each quantity -> float32 of the shape."""
    runs = list(runs)
    quantities = {
        "val_losses": "val_loss",
        "val_accuracies": "val_accuracy",
        "test_accuracies": "test_accuracy",
    }
    return {
        f"{name}_{plural}": np.array([getattr(run, single) for run in runs], np.float32).reshape(shape)
        for plural, single in quantities.items()
    }


PARTS = {part.__name__: part for part in (fine_sweep, optimizers, candidates, folds)}


def compare(arrays: dict[str, np.ndarray], packaged: dict[str, np.ndarray]) -> list[str]:
    """Return one line an array that differs by more than another processor can make it."""
    stable = {"sweep": SWEEP_RATES < 0.2, "optimizer": OPTIMIZER_RATES < 0.01}
    differing = []
    for name, array in arrays.items():
        if array.shape != packaged[name].shape:
            differing.append(f"{name}: shape {packaged[name].shape}, made again {array.shape}")
            continue
        if name == "candidate_right":
            other = np.unpackbits(array ^ packaged[name]).mean()
            if other > 0.02:
                differing.append(f"{name}: {other:.1%} of the bits differ")
            continue
        rates = stable.get(name.split("_")[0], slice(None)) if array.ndim == 3 else ...
        one, other = (values if rates is ... else values[:, rates] for values in (array, packaged[name]))
        # A mean: single trainings near the edge of stability differ by more.
        if not np.allclose(one.mean(axis=-1), other.mean(axis=-1), rtol=0.02, atol=0.02):
            differing.append(f"{name}: differs by more than 0.02")
    return differing


if __name__ == "__main__":
    sys.exit(run_measured("selection", __doc__.splitlines()[0], PARTS, compare))
