"""Fast training against naive `model.fit` on the same configurations.

Each configuration and each way of training has a process of its own, which reports its peak memory too.
"""

import statistics
import sys

import numpy as np

from benchmarks.processes import measure, memory_row, report, seconds
from helpers.data import fashion_mnist
from helpers.training import Configuration, train_fast, train_with_keras
from helpers.training.compiled import keras_optimizer
from helpers.training.with_keras import build_model

NUM_FITS, NUM_FAST = 5, 20
# The perceptron of lesson 01, 64-64, batch 32, 10 epochs, as lessons train it.
CONFIGURATIONS = {
    "plain SGD": Configuration(0.05),
    "Adam": Configuration(0.001, optimizer="adam"),
    "L2": Configuration(0.05, l2=1e-3),
    "dropout": Configuration(0.05, dropout=0.3),
}


def figures():
    for name in CONFIGURATIONS:
        fast, naive = (measure(__name__, way, name) for way in ("fast", "naive"))
        yield f"{name}: fast, first call, with compiling", fast["first"], "s", "< 10 s", fast["first"] < 10
        yield f"{name}: fast, later calls, each", fast["later"], "s", "< 0.2 s", fast["later"] < 0.2
        yield memory_row(fast)
        yield f"{name}: naive model.fit, each", naive["later"], "s", "-", True
        yield memory_row(naive)
        ratio = naive["later"] / fast["later"]
        yield f"{name}: fast against naive model.fit", ratio, "x", ">= 50 x", ratio >= 50
    found = measure(__name__, "differences", "plain SGD")
    for activation, bar in (("tanh", 1e-5), ("relu", None)):
        words = "-" if bar is None else f"<= {bar:g}"
        name = f"largest difference of their curves, {activation}"
        yield name, found[activation], "", words, bar is None or found[activation] <= bar


def fast(configuration):
    data = fashion_mnist()
    import keras  # noqa: F401, its import belongs to no training

    first = seconds(lambda: train_fast(configuration, data, 0))
    later = [seconds(lambda seed=seed: train_fast(configuration, data, seed)) for seed in range(NUM_FAST)]
    return {"first": first, "later": statistics.median(later)}


def naive(configuration):
    data = fashion_mnist()
    fit(configuration, data, seed=0)  # imports, and what Keras sets up once a process
    later = [seconds(lambda seed=seed: fit(configuration, data, seed)) for seed in range(1, NUM_FITS + 1)]
    return {"later": statistics.median(later)}


def fit(configuration, data, seed):
    """What a person writes: a new model, compiled, fitted."""
    import keras

    model = build_model(configuration, data, seed)
    model.compile(
        optimizer=keras_optimizer(configuration.optimizer, learning_rate=configuration.learning_rate),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    model.fit(
        data.x_train,
        data.y_train,
        batch_size=configuration.batch_size,
        epochs=configuration.num_epochs,
        validation_data=(data.x_val, data.y_val),
        verbose=0,
    )


def differences(configuration):
    """The largest difference between both ways of training, over two seeds, by activation function.

    Numbers differ in the seventh digit only. But a relu unit whose input lies within that digit of 0 lets an
    example through in one way and not in the other, which shows. So the bar is for a function without a kink.
    """
    data = fashion_mnist()
    curves = ("train_losses", "val_losses", "train_accuracies", "val_accuracies")
    found = {}
    for activation in ("tanh", "relu"):
        smooth = Configuration(configuration.learning_rate, activation=activation)
        pairs = [[train(smooth, data, seed) for train in (train_fast, train_with_keras)] for seed in (0, 1)]
        gaps = [np.abs(getattr(one, name) - getattr(two, name)) for one, two in pairs for name in curves]
        found[activation] = float(np.max(gaps))
    return found


if __name__ == "__main__":
    way, name = sys.argv[1:]
    report({"fast": fast, "naive": naive, "differences": differences}[way](CONFIGURATIONS[name]))
