"""Make the tables of lesson 10 that take longer than a lesson may.

    python scripts/make_regularization.py            # make helpers/datasets/regularization.npz, 15 minutes
    python scripts/make_regularization.py --check    # train again and compare with the packaged file

Five tables of one network (two hidden layers of 128 units, batches of 64, 60 epochs): rate times strength,
and what the best of them reach; the gain of each penalty at one learning rate and at its own; zeros among
the kernels; penalized biases; label smoothing. Learning rates and strengths are chosen by validation
accuracy: the four best of seeds 0 to 2 are trained with eight more seeds, because on a plateau three seeds
choose by chance. What is told is the test accuracy of eight other seeds. Another processor rounds
differently, and training can carry that far; so `--check` compares means over seeds with a tolerance.
"""

from __future__ import annotations

import functools
import math
import sys
from collections.abc import Callable, Iterable, Sequence

import numpy as np

from helpers.data import fashion_mnist
from helpers.data.packing import run_measured
from helpers.training import Configuration, Run, scheduled_rates, sweep

TUNING_SEEDS, FINAL_SEEDS, FRESH_SEEDS = range(3), range(20, 28), range(10, 18)
NUM_FINALISTS = 4
NETWORK = {"hidden": (128, 128), "batch_size": 64, "num_epochs": 60}
NOISE = 0.4  # of the training labels are wrong
STEPS_AN_EPOCH = math.ceil(1280 / 64)
ONE_RATE = 0.001
RATES = ONE_RATE * 2.0 ** np.arange(-4, 6)

# Rate times strength, in each situation: wrong labels or clean ones, the rate constant or along a cosine.
SITUATIONS = [(noise, falling) for noise in (NOISE, 0.0) for falling in (False, True)]
STRENGTHS = {
    "l1": (3e-5, 1e-4, 3e-4, 1e-3),
    "l2": (3e-4, 1e-3, 3e-3, 1e-2),
    "weight_decay": (0.1, 0.3, 1.0, 3.0),
}
GRID = [{}, *({name: strength} for name, strengths in STRENGTHS.items() for strength in strengths)]
FAMILIES = ["no penalty", "l1", "l2", "weight_decay"]

# The gain at one rate.
GAINS: list[dict[str, float]] = [
    {},
    {"l1": 1e-3},
    {"l2": 1e-3},
    {"l2": 3e-3},
    {"weight_decay": 1.0},
    {"dropout": 0.3},
    {"dropout": 0.5},
]

ZERO_STRENGTHS = [0.0, 1e-4, 1e-3, 1e-2]
BIAS_STRENGTHS = [0.0, 3e-3, 3e-2, 3e-1]
SMOOTHINGS = [0.0, 0.1, 0.2]


@functools.cache
def cosine(rate: float) -> Callable[[int], float]:
    """Return the schedule that falls from a rate to 0, by the step."""
    rates = scheduled_rates("cosine", rate, NETWORK["num_epochs"] * STEPS_AN_EPOCH)
    return lambda step: rates[step]


def configuration(
    rate: float, noise: float, falling: bool = False, optimizer: str = "adam", **settings: float
) -> Configuration:
    """Return the lesson's network.

    falling: whether the rate falls along a cosine.
    """
    schedule = {"schedule": cosine(float(rate)), "schedule_by": "step"} if falling else {}
    return Configuration(
        float(rate), optimizer=optimizer, label_noise=noise, **NETWORK, **schedule, **settings
    )


def train(one: Configuration, seeds: Iterable[int]) -> list[Run]:
    """Return the runs of a configuration."""
    return sweep([one], fashion_mnist(), seeds, test_curves=True)


def tune(noise: float, falling: bool, **settings: float) -> np.ndarray:
    """Return the last validation accuracies of a setting at each of `RATES`, shape (rates, seeds)."""
    runs = [train(configuration(rate, noise, falling, **settings), TUNING_SEEDS) for rate in RATES]
    return np.array([[run.val_accuracies[-1] for run in each] for each in runs])


def last(runs: Iterable[Run]) -> np.ndarray:
    """Return the test accuracy of each run's last epoch."""
    return np.array([run.test_accuracies[-1] for run in runs])


def stopped(runs: Iterable[Run]) -> np.ndarray:
    """Return the test accuracy of each run's epoch of lowest validation loss."""
    return np.array([run.test_accuracies[run.best_epoch] for run in runs])


def finalist(candidates: Sequence[Configuration], means: np.ndarray) -> Configuration:
    """Return the best candidate by the last validation accuracy: the four best with more seeds.

    means: what the candidates reached with `TUNING_SEEDS`.
    """
    finalists = [candidates[place] for place in np.argsort(-means, kind="stable")[:NUM_FINALISTS]]
    return max(
        finalists, key=lambda one: np.mean([run.val_accuracies[-1] for run in train(one, FINAL_SEEDS)])
    )


def grids() -> dict[str, np.ndarray]:
    """Return validation accuracies by situation, setting, rate and seed, and what the best of them reach.

    tuned_accuracies: test accuracies, shape (situations, families, fresh seeds); tuned_rates and
    tuned_strengths: with what, shape (situations, families).
    """
    grid = np.array([[tune(*situation, **settings) for settings in GRID] for situation in SITUATIONS])
    members = [[0], *(list(range(1 + 4 * number, 5 + 4 * number)) for number in range(len(STRENGTHS)))]
    shape = len(SITUATIONS), len(FAMILIES)
    rates, strengths, reached = np.zeros(shape), np.zeros(shape), np.zeros((*shape, len(FRESH_SEEDS)))
    for at, (noise, falling) in enumerate(SITUATIONS):
        for family, places in enumerate(members):
            candidates = [
                configuration(rate, noise, falling, **GRID[place]) for place in places for rate in RATES
            ]
            one = finalist(candidates, grid[at, places].mean(axis=-1).ravel())
            rates[at, family] = one.learning_rate
            strengths[at, family] = one.l1 + one.l2 + one.weight_decay
            reached[at, family] = last(train(one, FRESH_SEEDS))
    return {
        "rates": RATES,
        "settings": np.array([named(settings) for settings in GRID]),
        "grid": grid.astype(np.float32),
        "families": np.array(FAMILIES),
        "tuned_rates": rates,
        "tuned_strengths": strengths,
        "tuned_accuracies": reached.astype(np.float32),
    }


def gains() -> dict[str, np.ndarray]:
    """Return test accuracies with wrong labels: at one rate (last epoch, best epoch), at the own (last)."""
    table, rates = [], []
    for settings in GAINS:
        rows = [configuration(rate, NOISE, **settings) for rate in RATES]
        own = finalist(rows, tune(NOISE, False, **settings).mean(axis=-1))
        at_one = train(configuration(ONE_RATE, NOISE, **settings), FRESH_SEEDS)
        table.append([last(at_one), stopped(at_one), last(train(own, FRESH_SEEDS))])
        rates.append(own.learning_rate)
    return {
        "gain_settings": np.array([named(settings) for settings in GAINS]),
        "gain_rates": np.array(rates),
        "gain_accuracies": np.array(table, np.float32),
    }


def named(settings: dict[str, float]) -> str:
    """Return the name of a setting, as "l2 0.003"."""
    return " ".join(f"{name} {value:g}" for name, value in settings.items()) or "no penalty"


def zeros() -> dict[str, np.ndarray]:
    """Return what L1 leaves of the kernels: exact zeros, the share below 0.001 and the test accuracy.

    Shape (rows, 3, seeds), one row for each of `zero_rows`.
    """
    rows, counted = [], []
    for name, optimizer, rate in (("l1", "sgd", 0.16), ("l1", "adam", 0.001), ("proximal_l1", "sgd", 0.16)):
        for strength in ZERO_STRENGTHS[name == "proximal_l1" :]:
            one = configuration(rate, NOISE, optimizer=optimizer, **{name: strength})
            runs = train(one, TUNING_SEEDS)
            kernels = [np.concatenate([kernel.ravel() for kernel in run.weights[::2]]) for run in runs]
            exact = [np.sum(kernel == 0) for kernel in kernels]
            small = [np.mean(np.abs(kernel) < 1e-3) for kernel in kernels]
            counted.append([exact, small, last(runs)])
            rows.append(f"{optimizer}, {name} {strength:g}")
    return {"zero_rows": np.array(rows), "zero_counts": np.array(counted, np.float32)}


def biases() -> dict[str, np.ndarray]:
    """Return test accuracies with an L2 penalty on the biases too, shape (labels, strengths, seeds).

    All have an L2 penalty of 0.003 on the kernels, the rate 0.001, and the epoch of lowest validation loss.
    """
    runs = [
        train(configuration(ONE_RATE, noise, l2=3e-3, bias_l2=strength), FRESH_SEEDS)
        for noise in (NOISE, 0.0)
        for strength in BIAS_STRENGTHS
    ]
    shape = 2, len(BIAS_STRENGTHS), -1
    return {
        "bias_strengths": np.array(BIAS_STRENGTHS),
        "bias_accuracies": np.array([stopped(each) for each in runs], np.float32).reshape(shape),
    }


def smoothing() -> dict[str, np.ndarray]:
    """Return what smoothed labels do; the rate falls along a cosine.

    smoothed_losses: validation losses of the last epoch, shape (labels, smoothings, rates, tuning seeds).
    smoothed: test accuracy at the rate of the highest validation accuracy, and test loss at the rate of the
    lowest validation loss, shape (labels, smoothings, 2, fresh seeds).
    """
    table, by_rate = [], []
    for noise in (NOISE, 0.0):
        for smoothed in SMOOTHINGS:
            rows = [configuration(rate, noise, True, label_smoothing=smoothed) for rate in RATES]
            runs = [train(one, TUNING_SEEDS) for one in rows]
            losses = np.array([[run.val_losses[-1] for run in each] for each in runs])
            hits = np.array([[run.val_accuracies[-1] for run in each] for each in runs])
            best = train(finalist(rows, hits.mean(axis=-1)), FRESH_SEEDS)
            lowest = train(rows[losses.mean(axis=-1).argmin()], FRESH_SEEDS)
            by_rate.append(losses)
            table.append([last(best), [run.test_losses[-1] for run in lowest]])
    shape = 2, len(SMOOTHINGS)
    return {
        "smoothings": np.array(SMOOTHINGS),
        "smoothed_losses": np.array(by_rate, np.float32).reshape(*shape, len(RATES), -1),
        "smoothed": np.array(table, np.float32).reshape(*shape, 2, -1),
    }


PARTS = {part.__name__: part for part in (grids, gains, zeros, biases, smoothing)}


def compare(arrays: dict[str, np.ndarray], packaged: dict[str, np.ndarray]) -> list[str]:
    """Return one line an array that differs by more than another processor can make it."""
    differing = []
    for name, array in arrays.items():
        stored = packaged.get(name)
        if stored is None or array.shape != stored.shape or array.dtype.kind != stored.dtype.kind:
            differing.append(f"{name}: not in the packaged file, or of another shape")
        elif name in ("gain_rates", "tuned_rates", "tuned_strengths"):
            continue  # where two are equally good, another one may win
        elif array.dtype.kind == "U" or array.ndim == 1:
            if not np.array_equal(array, stored):
                differing.append(f"{name}: differs")
        elif not np.allclose(array.mean(axis=-1), stored.mean(axis=-1), rtol=0.03, atol=0.03):
            differing.append(f"{name}: a mean differs by more than 0.03")
    return differing


if __name__ == "__main__":
    sys.exit(run_measured("regularization", __doc__.splitlines()[0], PARTS, compare))
