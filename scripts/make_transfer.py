"""Measure what lesson 16 says of settings that travel and has no time to train.

    python scripts/make_transfer.py                 # make helpers/datasets/transfer.npz, 10 minutes
    python scripts/make_transfer.py --check         # train again and compare with the packaged file
    python scripts/make_transfer.py --only depth    # these tables; the others are kept as packaged

Photographs of clothes, perceptrons. Each table holds a whole grid of learning rates, a factor of two apart,
with several seeds, so that the lesson can give each side its own best rate by whichever metric it names.

    width     rate x width, SGD and Adam, Keras's start and muP
    depth     rate x depth, plain and with shortcuts and layer norm
    length    rate x epochs x number of images
    batch     rate x batch size for Adam, at equal epochs and at equal steps
    scaling   error over the number of images, and over the width, each at its own best epoch and rate
    classes   fine-tuning to five other classes
    camera    fine-tuning to the same classes by another camera

Another processor rounds differently; so `--check` compares means over seeds, with a tolerance.
"""

from __future__ import annotations

import itertools
import math
import os
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache, partial
from multiprocessing import get_context

import numpy as np

from helpers.data import Dataset, balanced_subset, by_another_camera, fashion_mnist, only_classes
from helpers.data.packing import run_measured
from helpers.training import (
    Configuration,
    Run,
    loss_and_accuracy,
    starting_weights,
    sweep,
    train_fast,
)

Arrays = dict[str, np.ndarray]
MAX_WORKERS = 4  # processes that train at the same time, on as many cores; each may take 3 GB

# width: the small network is the base, at which the two parametrizations are the same network
WIDTHS, BASE_WIDTH, WIDTH_SEEDS = (32, 128, 512, 1024), 32, range(4)
RECIPE_WIDTHS = (32, 64, 128, 256, 512, 1024)
WIDTH_RATES = {"adam": 0.0002 * 2.0 ** np.arange(9), "sgd": 0.05 * 2.0 ** np.arange(5)}
PARAMETRIZATIONS = ("standard", "mup")
NUM_PIXELS, NUM_LOGITS = 196, 10

# depth: optimizer, start, normalization, shortcut
DEPTHS, DEPTH_SEEDS = (2, 4, 8, 16), range(4)
STACKS = {
    "sgd": {"optimizer": "sgd"},
    "sgd_residual": {"optimizer": "sgd", "normalization": "pre-layer", "shortcut": True},
    "adam": {"optimizer": "adam"},
    "adam_residual": {"optimizer": "adam", "normalization": "pre-layer", "shortcut": True},
}
DEPTH_RATES = {"sgd": 0.00625 * 2.0 ** np.arange(8), "adam": 0.0001 * 2.0 ** np.arange(8)}

# length: how many images, and for how many epochs
LENGTHS = {480: (3, 10, 30, 100), 1600: (3, 10, 30, 100), 4800: (3, 10, 30)}
LENGTH_SEEDS = range(4)
LENGTH_RATES = {"sgd": 0.0125 * 2.0 ** np.arange(8), "adam": 0.000125 * 2.0 ** np.arange(9)}

# batch: 2,048 images make whole batches of every size
BATCH_SIZES, BATCH_IMAGES, BATCH_SEEDS = (8, 32, 128, 512), 2048, range(4)
BATCH_BUDGETS = {"epochs": 16, "steps": 512}
BATCH_RATES = 0.00025 * 2.0 ** np.arange(9)

# scaling: epochs that go well beyond the best one
SIZES = {50: 200, 100: 200, 200: 150, 400: 100, 800: 60, 1600: 40, 3200: 30, 5000: 25}
SIZE_RATES, SIZE_SEEDS = (0.0002, 0.0004, 0.0008, 0.0016), range(5)
UNITS, UNITS_SEEDS = (2, 4, 8, 16, 32, 64, 128), range(4)
UNITS_RATES = (0.0005, 0.001, 0.002, 0.004, 0.008, 0.016)

# fine-tuning: 300 steps of 25 images
TUNING_STEPS, TUNING_BATCH, TUNING_SEEDS = 300, 25, range(6)
OLD, NEW = range(5), range(5, 10)
CLASS_SIZES, CLASS_RATES = (50, 500), 0.00025 * 2.0 ** np.arange(10)
CAMERA_SIZES, CAMERA_RATES = (50, 250, 750), 0.000015625 * 2.0 ** np.arange(12)
# By what the rates of the two hidden layers and the head are multiplied.
FACTORS = {
    "scratch": (1, 1, 1),
    "all": (1, 1, 1),
    "all, new head": (1, 1, 1),
    "body / 10": (0.1, 0.1, 1),
    "body / 100": (0.01, 0.01, 1),
    "first frozen": (0, 1, 1),
    "head only": (0, 0, 1),
}
CLASS_WAYS = ("scratch", "all, new head", "body / 10", "body / 100", "first frozen", "head only")
CAMERA_WAYS = ("scratch", "all", "all, new head", "body / 10", "head only")
PICKED_UP = ("train_losses", "val_losses", "val_accuracies")


def kernel_deviations(width: int) -> np.ndarray:
    """Return the standard deviations with which Keras's kernels start, of two hidden layers of a width."""
    sizes = [NUM_PIXELS, width, width, NUM_LOGITS]
    return np.array([math.sqrt(2 / (before + after)) for before, after in itertools.pairwise(sizes)])


def recipe(parametrization: str, width: int) -> Arrays:
    """Return the standard deviations at the start, and by what the rates of the kernels are multiplied.

    One entry a kernel: the first, the hidden one, that of the logits.
    """
    if parametrization == "standard":
        return {"starts": kernel_deviations(width), "adam": np.ones(3), "sgd": np.ones(3)}
    times = width / BASE_WIDTH
    return {
        "starts": kernel_deviations(BASE_WIDTH) * [1, times**-0.5, times**-1],
        "adam": np.array([1, 1 / times, 1 / times]),
        "sgd": np.array([times, 1, 1 / times]),
    }


def of_width(parametrization: str, optimizer: str, width: int, rate: float) -> Configuration:
    """Return the network of the table: two hidden layers, batches of 64, 10 epochs, a constant rate."""
    parts = recipe(parametrization, width)
    return Configuration(
        rate,
        64,
        10,
        (width, width),
        optimizer=optimizer,
        initializer=tuple(parts["starts"]),
        rate_factors=tuple(parts[optimizer]),
    )


def width(parametrization: str, optimizer: str, units: int) -> Arrays:
    """Return the row of one network, shape (rates, seeds)."""
    settings = [of_width(parametrization, optimizer, units, rate) for rate in WIDTH_RATES[optimizer]]
    return row_of(settings, fashion_mnist(), WIDTH_SEEDS)


def depth(stack: str, layers: int) -> Arrays:
    """Return the row of one network of 64 units a layer, with He's start; 10 epochs, a constant rate."""
    kinds = {"initializer": "he_normal", "hidden": (64,) * layers, **STACKS[stack]}
    rates = DEPTH_RATES[STACKS[stack]["optimizer"]]
    return row_of([Configuration(rate, **kinds) for rate in rates], fashion_mnist(), DEPTH_SEEDS)


def length(optimizer: str, num_images: int, num_epochs: int) -> Arrays:
    """Return the row of one budget: 64-64, batches of 32, along a cosine."""
    settings = [
        Configuration(rate, 32, num_epochs, optimizer=optimizer, schedule="cosine")
        for rate in LENGTH_RATES[optimizer]
    ]
    return row_of(settings, fashion_mnist(num_images), LENGTH_SEEDS)


def batch(budget: str, batch_size: int) -> Arrays:
    """Return the row of one batch size: 64-64, Adam, a constant rate."""
    epochs = BATCH_BUDGETS["epochs"]
    if budget == "steps":
        epochs = BATCH_BUDGETS["steps"] * batch_size // BATCH_IMAGES
    settings = [Configuration(rate, batch_size, epochs, optimizer="adam") for rate in BATCH_RATES]
    return row_of(settings, fashion_mnist(BATCH_IMAGES), BATCH_SEEDS)


def row_of(settings: Sequence[Configuration], data: Dataset, seeds: Sequence[int]) -> Arrays:
    """Return what runs end with, shape (settings, seeds): the losses and the accuracy of the last epoch."""
    runs = sweep(settings, data, seeds, progress=False)
    return {
        name: np.array([_last(run, name) for run in runs]).reshape(len(settings), len(seeds))
        for name in PICKED_UP
    }


def _last(run: Run, name: str) -> float:
    """Return the last value of a curve; inf for the loss of a run that diverged."""
    value = float(getattr(run, name)[-1])
    return math.inf if run.diverged and name != "val_accuracies" else value


def size(num_images: int) -> Arrays:
    """Return test error and loss of so many images: 128-128, Adam, batches of 50, shape (rates, seeds)."""
    whole = fashion_mnist(5000)

    def run(rate: float, seed: int) -> Run:
        settings = Configuration(rate, 50, SIZES[num_images], (128, 128), optimizer="adam")
        return train_fast(settings, balanced_subset(whole, num_images, seed), seed, test_curves=True)

    return at_their_best(run, SIZE_RATES, SIZE_SEEDS)


def units(num_units: int) -> Arrays:
    """Return the same of two narrow or wide layers, with 5,000 images."""

    def run(rate: float, seed: int) -> Run:
        settings = Configuration(rate, 50, 25, (num_units, num_units), optimizer="adam")
        return train_fast(settings, fashion_mnist(5000), seed, test_curves=True)

    return at_their_best(run, UNITS_RATES, UNITS_SEEDS)


def at_their_best(run: Callable[[float, int], Run], rates: Sequence[float], seeds: Sequence[int]) -> Arrays:
    """Return what runs reach in their epoch of lowest validation loss, shape (rates, seeds)."""
    runs = [run(rate, seed) for rate in rates for seed in seeds]
    found = {
        "errors": [1 - one.test_accuracies[one.best_epoch] for one in runs],
        "losses": [one.test_losses[one.best_epoch] for one in runs],
        "val_losses": [one.val_losses[one.best_epoch] for one in runs],
        "best_epochs": [one.best_epoch for one in runs],
    }
    return {name: np.array(values).reshape(len(rates), len(seeds)) for name, values in found.items()}


def body(**settings: object) -> Configuration:
    """Return the network that is tuned: two hidden layers of 128 units, Adam."""
    return Configuration(hidden=(128, 128), optimizer="adam", **settings)


@cache
def pretrained(seed: int, *classes: int) -> tuple[np.ndarray, ...]:
    """Return the weights of a network that knows some classes: 15 epochs along a cosine."""
    settings = body(learning_rate=0.004, batch_size=50, num_epochs=15, schedule="cosine")
    whole = fashion_mnist(5000 if len(classes) < 10 else 4000)
    return train_fast(settings, only_classes(whole, classes), seed).weights


def tuned(way: str, rate: float, data: Dataset, seed: int, before: Sequence[np.ndarray]) -> Run:
    """Return a run of 300 steps.

    way: one of `FACTORS`.
    before: the weights of the pre-trained network.
    """
    epochs = TUNING_STEPS * TUNING_BATCH // len(data.x_train)
    settings = body(learning_rate=rate, batch_size=TUNING_BATCH, num_epochs=epochs, rate_factors=FACTORS[way])
    # Not those with which the pre-training of this seed began: its body was made to fit that head.
    fresh = starting_weights(settings, data, seed + 100)
    new_head = data.y_val.min() > 0 or way.endswith("new head")
    start = fresh if way == "scratch" else [*before[:4], *fresh[4:]] if new_head else list(before)
    return train_fast(settings, data, seed, weights=start)


def classes(way: str, num_images: int) -> Arrays:
    """Return validation, test and old accuracies after tuning to five other classes, (rates, seeds)."""
    whole = fashion_mnist(5000)
    new, old = only_classes(whole, NEW), only_classes(whole, OLD)

    def start(seed: int) -> tuple[np.ndarray, ...]:
        return pretrained(seed, *OLD)

    return tuned_row(way, CLASS_RATES, new, num_images, old, start)


def camera(way: str, num_images: int) -> Arrays:
    """Return the same of the same classes by another camera; "old" is the first camera's test part."""
    clean = fashion_mnist(4000)

    def start(seed: int) -> tuple[np.ndarray, ...]:
        return pretrained(seed, *range(10))

    return tuned_row(way, CAMERA_RATES, by_another_camera(), num_images, clean, start)


def tuned_row(
    way: str,
    rates: Sequence[float],
    new: Dataset,
    num_images: int,
    old: Dataset,
    start: Callable[[int], tuple[np.ndarray, ...]],
) -> Arrays:
    """Return what tuning at each rate reaches, shape (rates, seeds).

    The old accuracy is that of the old head on the tuned body where the head is new.
    """
    found = np.zeros((3, len(rates), len(TUNING_SEEDS)))
    for at, place in itertools.product(range(len(rates)), range(len(TUNING_SEEDS))):
        seed = TUNING_SEEDS[place]
        before = start(seed)
        run = tuned(way, float(rates[at]), balanced_subset(new, num_images, seed), seed, before)
        same_classes = set(new.y_test) == set(old.y_test)
        head = run.weights[4:] if same_classes else before[4:]
        test = loss_and_accuracy(run.configuration, run.weights, new, "test").accuracy
        kept = loss_and_accuracy(run.configuration, [*run.weights[:4], *head], old, "test").accuracy
        found[:, at, place] = run.val_accuracy, test, kept
    return dict(zip(("val_accuracies", "test_accuracies", "old_accuracies"), found, strict=True))


def untuned(part: str) -> Arrays:
    """Return what the pre-trained networks are worth before any tuning, shape (seeds,)."""
    settings = body(learning_rate=0.1)
    clean = fashion_mnist(5000 if part == "classes" else 4000)
    known = OLD if part == "classes" else range(10)
    old = only_classes(clean, known)
    weights = [pretrained(seed, *known) for seed in TUNING_SEEDS]
    found = {"old_accuracies": [loss_and_accuracy(settings, each, old, "test").accuracy for each in weights]}
    if part == "camera":
        new = by_another_camera()
        found["test_accuracies"] = [
            loss_and_accuracy(settings, each, new, "test").accuracy for each in weights
        ]
    return {name: np.array(values) for name, values in found.items()}


# table -> (what measures one row, the rows)
TABLES: dict[str, tuple[Callable[..., Arrays], list[tuple]]] = {
    "width": (width, list(itertools.product(PARAMETRIZATIONS, WIDTH_RATES, WIDTHS[::-1]))),
    "depth": (depth, list(itertools.product(STACKS, DEPTHS))),
    "length": (
        length,
        [(kind, n, epochs) for kind in LENGTH_RATES for n in LENGTHS for epochs in LENGTHS[n]],
    ),
    "batch": (batch, list(itertools.product(BATCH_BUDGETS, BATCH_SIZES))),
    "size": (size, [(n,) for n in SIZES]),
    "units": (units, [(n,) for n in UNITS]),
    "classes": (classes, list(itertools.product(CLASS_WAYS, CLASS_SIZES))),
    "camera": (camera, list(itertools.product(CAMERA_WAYS, CAMERA_SIZES))),
    "untuned": (untuned, [("classes",), ("camera",)]),
}


def measure(table: str, row: tuple) -> Arrays:
    """Return the arrays of one row, under the names that the file has for them."""
    found = TABLES[table][0](*row)
    return {f"{name_of(table, row)}/{name}": np.asarray(array, np.float32) for name, array in found.items()}


def name_of(table: str, row: tuple) -> str:
    """Return what the file calls a row, as in "width/mup/adam/512"."""
    return "/".join(map(str, (table, *row)))


def settings() -> Arrays:
    """Return what the rows were measured at: rates, and the recipe of each parametrization and width."""
    arrays = {
        **{f"rates/width/{kind}": rates for kind, rates in WIDTH_RATES.items()},
        **{f"rates/depth/{kind}": rates for kind, rates in DEPTH_RATES.items()},
        **{f"rates/length/{kind}": rates for kind, rates in LENGTH_RATES.items()},
        "rates/batch": BATCH_RATES,
        "rates/size": SIZE_RATES,
        "rates/units": UNITS_RATES,
        "rates/classes": CLASS_RATES,
        "rates/camera": CAMERA_RATES,
    }
    for kind, units_ in itertools.product(PARAMETRIZATIONS, RECIPE_WIDTHS):
        arrays |= {f"recipe/{kind}/{units_}/{name}": array for name, array in recipe(kind, units_).items()}
    return {name: np.asarray(array, float) for name, array in arrays.items()}


def compare(arrays: Arrays, packaged: Arrays) -> list[str]:
    """Return one line an array whose means over seeds differ by more than another processor can make them.

    Where a rate is too high a run is chaotic: there only the shape is compared.
    """
    differing = []
    for name, array in arrays.items():
        if name not in packaged or array.shape != packaged[name].shape:
            differing.append(f"{name}: missing, or of another shape")
        elif name.endswith(("accuracies", "errors")):
            means, stored = array.mean(axis=-1), packaged[name].mean(axis=-1)
            if abs(np.median(means - stored)) > 0.01:
                differing.append(f"{name}: means over seeds differ by more than 0.01 in the median")
    return differing


def _row(job: tuple[str, tuple]) -> Arrays:
    arrays = measure(*job)
    best = {name.rpartition("/")[2]: array for name, array in arrays.items()}
    means = {name: array.mean(axis=-1).round(3).tolist() for name, array in best.items()}
    print(name_of(*job), means, file=sys.stderr, flush=True)
    return arrays


def measure_table(table: str) -> Arrays:
    """Return the arrays of all rows of a table, and what they were measured at; several processes train."""
    arrays = settings()
    with ProcessPoolExecutor(min(MAX_WORKERS, os.cpu_count() or 1), mp_context=get_context("spawn")) as pool:
        for found in pool.map(_row, [(table, row) for row in TABLES[table][1]]):
            arrays |= found
    return arrays


PARTS = {table: partial(measure_table, table) for table in TABLES}


if __name__ == "__main__":
    sys.exit(run_measured("transfer", __doc__.splitlines()[0], PARTS, compare))
