"""Measure what lesson 11 says of dropout and has no time to train.

    python scripts/make_dropout.py            # make helpers/datasets/dropout.npz, about half an hour
    python scripts/make_dropout.py --check    # train again and compare with the packaged file
    python scripts/make_dropout.py --only notes inputs   # these parts; the others are kept as packaged

Everything on `fashion_mnist()`: 1,280 images of clothes for training, Adam, batches of 64. Each side of a
comparison has its own learning rate: of rates a factor of two apart the one with the highest mean validation
accuracy over eight seeds; the grid is climbed until that rate is none of its ends. What is kept is the test
accuracy of eight other seeds (sixteen for the notes' network and for dropped pixels) at that rate, after the
last epoch. With fewer seeds for the choice a gain of a point appeared that was only a badly chosen rate.

Another processor rounds differently; so `--check` compares means over seeds, with a tolerance.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
from scipy import optimize, special

from helpers.data import Dataset, fashion_mnist, with_label_noise
from helpers.data.packing import run_measured
from helpers.training import Configuration, scheduled_rates, train_fast, trained_model

TUNING_SEEDS, SEEDS, MORE_SEEDS = range(8), range(10, 18), range(10, 26)
FIRST_RATES = (0.001, 0.002, 0.004)
BATCH_SIZE = 64

# rates: the dropout rate by width and labels
WIDTHS = (64, 128, 256)
NOISES = (0.0, 0.4)
DROPOUTS = (0.0, 0.1, 0.2, 0.3, 0.5, 0.7)

# epochs: what a longer training changes, by width and number of epochs
BUDGETS = ((64, 30), (64, 60), (64, 120), (64, 240), (256, 120))
BUDGET_DROPOUTS = (0.0, 0.2, 0.5)

# inputs: fraction of the pixels dropped, and learning rate
INPUT_DROPOUTS, INPUT_RATES = (0.0, 0.1, 0.2, 0.4), (0.002, 0.004, 0.008, 0.016)

# calibration
SITUATIONS = ((0.0, "cosine"), (0.4, "constant"))
METHODS = (
    "plain",
    "plain + T",
    "one mask",
    "mean of 10",
    "mean of 100",
    "mean of 100 + T",
    "all units",
    "ensemble",
    "ensemble + T",
)
NUM_NETWORKS, NUM_MEMBERS, NUM_BINS = 6, 5, 15
NUM_MASKS = (1, 2, 5, 10, 20, 50, 100)
NUM_THIN = 20


@cache
def clothes() -> Dataset:
    """Return the clothes."""
    return fashion_mnist()


def configuration(rate: float, num_epochs: int, schedule: str, **settings) -> Configuration:
    """Return Adam in batches of 64. schedule: "constant" or "cosine"."""
    settings = {"optimizer": "adam", "batch_size": BATCH_SIZE, "num_epochs": num_epochs, **settings}
    if schedule == "cosine":
        num_steps = num_epochs * len(clothes().x_train) // BATCH_SIZE
        rates = scheduled_rates("cosine", rate, num_steps)
        return Configuration(rate, schedule=rates.__getitem__, schedule_by="step", **settings)
    return Configuration(rate, **settings)


class Tuned(NamedTuple):
    """The best learning rate, and the test accuracies at it, shape (8,)."""

    rate: float
    accuracies: np.ndarray


def tuned(
    measure: Callable[[float, int], tuple[float, float]],
    seeds: Sequence[int] = SEEDS,
    tuning_seeds: Sequence[int] = TUNING_SEEDS,
) -> Tuned:
    """Climb to the best learning rate, and measure there with other seeds.

    measure: takes a rate and a seed, returns validation and test accuracy.
    """
    found: dict[float, float] = {}

    def value(rate: float) -> float:
        if rate not in found:
            found[rate] = np.mean([measure(rate, seed)[0] for seed in tuning_seeds])
        return found[rate]

    for rate in FIRST_RATES:
        value(rate)
    while (best := max(found, key=value)) in (min(found), max(found)):
        value(best / 2 if best == min(found) else best * 2)
    return Tuned(best, np.array([measure(best, seed)[1] for seed in seeds]))


def trained(num_epochs: int, schedule: str, **settings) -> Callable[[float, int], tuple[float, float]]:
    """Return the measure of a fast training with these settings, for `tuned`."""

    def measure(rate: float, seed: int) -> tuple[float, float]:
        run = train_fast(
            configuration(rate, num_epochs, schedule, **settings), clothes(), seed, test_curves=True
        )
        return run.val_accuracy, float(run.test_accuracies[-1])

    return measure


def rates() -> dict[str, np.ndarray]:
    """Return the curve of the dropout rate: 30 epochs, cosine, shape (widths, noises, dropouts, ...)."""
    shape = len(WIDTHS), len(NOISES), len(DROPOUTS)
    best, accuracies = np.zeros(shape), np.zeros((*shape, len(SEEDS)))
    for at in np.ndindex(shape):
        width, noise, dropout = (
            levels[place] for levels, place in zip((WIDTHS, NOISES, DROPOUTS), at, strict=True)
        )
        settings = {"hidden": (width, width), "dropout": dropout, "label_noise": noise}
        best[at], accuracies[at] = tuned(trained(30, "cosine", **settings))
        _say("rates", width, noise, dropout, best[at], accuracies[at])
    return {
        "rates_widths": np.array(WIDTHS),
        "rates_noises": np.array(NOISES),
        "rates_dropouts": np.array(DROPOUTS),
        "rates_best": best,
        "rates_accuracies": accuracies.astype(np.float32),
    }


def epochs() -> dict[str, np.ndarray]:
    """Return how far a longer training gets: cosine, the rates chosen by five seeds.

    Shape (budgets, noises, dropouts, ...).
    """
    shape = len(BUDGETS), len(NOISES), len(BUDGET_DROPOUTS)
    best, accuracies = np.zeros(shape), np.zeros((*shape, len(SEEDS)))
    for at in np.ndindex(shape):
        (width, num_epochs), noise, dropout = BUDGETS[at[0]], NOISES[at[1]], BUDGET_DROPOUTS[at[2]]
        settings = {"hidden": (width, width), "dropout": dropout, "label_noise": noise}
        best[at], accuracies[at] = tuned(trained(num_epochs, "cosine", **settings), tuning_seeds=range(5))
        _say("epochs", width, num_epochs, noise, dropout, best[at], accuracies[at])
    return {
        "epochs_budgets": np.array(BUDGETS),
        "epochs_dropouts": np.array(BUDGET_DROPOUTS),
        "epochs_best": best,
        "epochs_accuracies": accuracies.astype(np.float32),
    }


def budget() -> dict[str, np.ndarray]:
    """Return how a gain comes and goes: 128-128, 40 % wrong labels, 60 epochs at a constant rate, the last.

    Shape (dropouts 0 and 0.5, rate 0.001 or its own, seeds).
    """
    best, accuracies = np.zeros(2), np.zeros((2, 2, len(SEEDS)))
    for at, dropout in enumerate((0.0, 0.5)):
        measure = trained(60, "constant", hidden=(128, 128), dropout=dropout, label_noise=0.4)
        accuracies[at, 0] = [measure(0.001, seed)[1] for seed in SEEDS]
        best[at], accuracies[at, 1] = tuned(measure)
        _say("budget", dropout, "fixed", accuracies[at, 0], "own", best[at], accuracies[at, 1])
    return {"budget_best": best, "budget_accuracies": accuracies.astype(np.float32)}


def notes() -> dict[str, np.ndarray]:
    """Return the network of the notes without and with its Dropout(0.3), trained by Keras; 30 epochs, cosine.

    Shape (noises, dropouts 0 and 0.3, seeds).
    """
    best, accuracies = np.zeros((2, 2)), np.zeros((2, 2, len(MORE_SEEDS)))
    for at in np.ndindex(2, 2):
        noise, dropout = NOISES[at[0]], (0.0, 0.3)[at[1]]
        best[at], accuracies[at] = tuned(
            lambda rate, seed, noise=noise, dropout=dropout: _fit_notes_network(rate, seed, noise, dropout),
            seeds=MORE_SEEDS,
        )
        _say("notes", noise, dropout, best[at], accuracies[at])
    return {"notes_best": best, "notes_accuracies": accuracies.astype(np.float32)}


def _fit_notes_network(rate: float, seed: int, noise: float, dropout: float) -> tuple[float, float]:
    import keras

    data = with_label_noise(clothes(), noise, seed)
    keras.utils.set_random_seed(seed)
    inputs = keras.Input(data.x_train.shape[1:])
    hidden = keras.layers.Dense(64, activation="relu")(keras.layers.Flatten()(inputs))
    if dropout:
        hidden = keras.layers.Dropout(dropout)(hidden)
    model = keras.Model(inputs, keras.layers.Dense(10)(keras.layers.Dense(32)(hidden)))
    steps = len(data.x_train) // BATCH_SIZE
    model.compile(
        optimizer=keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(rate, 30 * steps)),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
        steps_per_execution=steps,
    )
    model.fit(data.x_train, data.y_train, BATCH_SIZE, epochs=30, verbose=0)
    val, test = (
        float(np.mean(model(x, training=False).numpy().argmax(axis=1) == y))
        for x, y in ((data.x_val, data.y_val), (data.x_test, data.y_test))
    )
    keras.backend.clear_session()
    return val, test


def inputs() -> dict[str, np.ndarray]:
    """Return what dropping pixels brings at each of four rates: 128-128, clean labels, cosine, 30 epochs.

    All rates and not the best alone: which one the side without is given decides about half a point, as much
    as there is to gain. Shape (fractions, rates, seeds).
    """
    accuracies = np.zeros((len(INPUT_DROPOUTS), len(INPUT_RATES), len(MORE_SEEDS)))
    for at in np.ndindex(accuracies.shape[:2]):
        measure = trained(30, "cosine", hidden=(128, 128), input_dropout=INPUT_DROPOUTS[at[0]])
        accuracies[at] = [measure(INPUT_RATES[at[1]], seed)[1] for seed in MORE_SEEDS]
        _say("inputs", INPUT_DROPOUTS[at[0]], INPUT_RATES[at[1]], accuracies[at])
    return {
        "inputs_dropouts": np.array(INPUT_DROPOUTS),
        "inputs_rates": np.array(INPUT_RATES),
        "inputs_accuracies": accuracies.astype(np.float32),
    }


def calibration() -> dict[str, np.ndarray]:
    """Return accuracy, loss and calibration error of one mask, many, all units, a temperature, an ensemble.

    128-128, 40 epochs, dropout 0.5 where there is any. Where labels are wrong, the networks that are compared
    or averaged have the same wrong ones: five networks with five corruptions would clean the labels together.
    Six networks and six ensembles of five; each of the six has a corruption of its own.

    float32, shape (situations, methods, networks, 3); temperatures (situations, 3 with a T, networks); test
    accuracies of the mean of so many masks (situations, networks, 7), and of thin networks, one mask for all
    examples (situations, networks, 20).
    """
    measured = np.zeros((len(SITUATIONS), len(METHODS), NUM_NETWORKS, 3))
    temperatures = np.zeros((len(SITUATIONS), 3, NUM_NETWORKS))
    best = np.zeros((len(SITUATIONS), 2))
    masks = np.zeros((len(SITUATIONS), NUM_NETWORKS, len(NUM_MASKS)))
    thin = np.zeros((len(SITUATIONS), NUM_NETWORKS, NUM_THIN))
    for at, (noise, schedule) in enumerate(SITUATIONS):
        for side, dropout in enumerate((0.0, 0.5)):
            settings = {"hidden": (128, 128), "dropout": dropout, "label_noise": noise}
            best[at, side] = tuned(trained(40, schedule, **settings), seeds=()).rate
        for number in range(NUM_NETWORKS):
            outputs, masks[at, number], thin[at, number] = _outputs(noise, schedule, best[at], number)
            measured[at, :, number], temperatures[at, :, number] = _judged(outputs)
        for name, row in zip(METHODS, measured[at].mean(axis=1), strict=True):
            _say("calibration", noise, schedule, name, row)
        _say("temperatures", temperatures[at].mean(axis=1), "rates", best[at])
        _say("masks", masks[at].mean(axis=0), "thin", thin[at].mean(), "+-", thin[at].std(axis=1).mean())
    return {
        "calibration_methods": np.array(METHODS),
        "calibration_best": best,
        "calibration_measured": measured.astype(np.float32),
        "calibration_temperatures": temperatures.astype(np.float32),
        "calibration_num_masks": np.array(NUM_MASKS),
        "calibration_masks": masks.astype(np.float32),
        "calibration_thin": thin.astype(np.float32),
    }


def _outputs(
    noise: float, schedule: str, best: np.ndarray, number: int
) -> tuple[dict[str, list[np.ndarray]], list[float], list[float]]:
    """Return log probabilities on validation and test, and accuracies of masks and of thin networks."""
    data = with_label_noise(clothes(), noise, seed=number)
    settings = {"hidden": (128, 128)}
    members = [
        train_fast(configuration(best[0], 40, schedule, **settings), data, seed)
        for seed in range(100 + 10 * number, 100 + 10 * number + NUM_MEMBERS)
    ]
    dropped = train_fast(configuration(best[1], 40, schedule, dropout=0.5, **settings), data, 100 + number)
    model = trained_model(dropped, data)
    found: dict[str, list[np.ndarray]] = {name: [] for name in METHODS}
    for x in (data.x_val, data.x_test):
        plain = np.array([_log_probabilities(trained_model(run, data)(x)) for run in members])
        masked = np.array([_log_probabilities(model(x, training=True)) for _ in range(100)])
        found["plain"].append(plain[0])
        found["ensemble"].append(_mean(plain))
        found["one mask"].append(masked[0])
        found["mean of 10"].append(_mean(masked[:10]))
        found["mean of 100"].append(_mean(masked))
        found["all units"].append(_log_probabilities(model(x, training=False)))
    # `masked` is that of the test part.
    means = [_accuracy(_mean(masked[:count])) for count in NUM_MASKS]
    rng = np.random.default_rng(number)
    return found, means, [_accuracy(_thin_outputs(dropped.weights, rng)) for _ in range(NUM_THIN)]


def _thin_outputs(weights: Sequence[np.ndarray], rng: np.random.Generator) -> np.ndarray:
    """Return the outputs on test of a network from which half of the units are gone, for all examples."""
    signal = clothes().x_test.reshape(len(clothes().x_test), -1)
    *hidden, (kernel, bias) = zip(weights[::2], weights[1::2], strict=True)
    for inner_kernel, inner_bias in hidden:
        keep = rng.random(len(inner_bias)) < 0.5
        signal = np.maximum(signal @ inner_kernel + inner_bias, 0) * keep * 2
    return signal @ kernel + bias


def _accuracy(outputs: np.ndarray) -> float:
    return float(np.mean(outputs.argmax(axis=1) == clothes().y_test))


def _log_probabilities(logits: object) -> np.ndarray:
    return special.log_softmax(np.asarray(logits, float), axis=1)


def _mean(log_probabilities: np.ndarray) -> np.ndarray:
    return special.logsumexp(log_probabilities, axis=0) - np.log(len(log_probabilities))


def _judged(outputs: dict[str, list[np.ndarray]]) -> tuple[np.ndarray, np.ndarray]:
    """Return (accuracy, loss, calibration error) of each method on test, and the temperatures."""
    data, judged, temperatures = clothes(), [], []
    for name in METHODS:
        val, test = outputs[name.removesuffix(" + T")]
        if name.endswith(" + T"):
            best = optimize.minimize_scalar(
                lambda log, val=val: _loss(val / np.exp(log), data.y_val), bounds=(-3, 3), method="bounded"
            )
            temperatures.append(np.exp(best.x))
            test = test / temperatures[-1]
        probabilities = special.softmax(test, axis=1)
        correct = probabilities.argmax(axis=1) == data.y_test
        judged.append((correct.mean(), _loss(test, data.y_test), _gap(probabilities.max(axis=1), correct)))
    return np.array(judged), np.array(temperatures)


def _loss(logits: np.ndarray, labels: np.ndarray) -> float:
    return -float(_log_probabilities(logits)[np.arange(len(labels)), labels].mean())


def _gap(confidences: np.ndarray, correct: np.ndarray) -> float:
    """Return the expected calibration error: in each bin the sum of confidence minus correct, over all."""
    sums, _ = np.histogram(confidences, NUM_BINS, (0, 1), weights=confidences - correct)
    return float(abs(sums).sum() / len(correct))


PARTS = {
    "rates": rates,
    "epochs": epochs,
    "budget": budget,
    "notes": notes,
    "inputs": inputs,
    "calibration": calibration,
}


def compare(arrays: dict[str, np.ndarray], packaged: dict[str, np.ndarray]) -> list[str]:
    """Return one line an array whose means over seeds differ by more than another processor can make them."""
    differing = []
    for name, array in arrays.items():
        if name not in packaged or array.shape != packaged[name].shape:
            differing.append(f"{name}: missing, or of another shape")
        elif name.endswith("_accuracies"):
            # A neighbouring rate may be chosen where two are alike.
            if not np.allclose(array.mean(axis=-1), packaged[name].mean(axis=-1), atol=0.015):
                differing.append(f"{name}: means over seeds differ by more than 0.015")
        elif name == "calibration_measured" and not np.allclose(
            array.mean(axis=2), packaged[name].mean(axis=2), atol=0.04
        ):
            differing.append(f"{name}: means over networks differ by more than 0.04")
    return differing


def _say(*words: object) -> None:
    """Print one line of progress."""

    def text(word: object) -> str:
        if isinstance(word, np.ndarray):
            return (
                f"{word.mean():.4f}±{word.std():.4f}"
                if word.size in (len(SEEDS), len(MORE_SEEDS))
                else str(word.round(4))
            )
        return str(word)

    print(*map(text, words), file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(run_measured("dropout", __doc__.splitlines()[0], PARTS, compare))
