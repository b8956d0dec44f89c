"""Make the small sweeps that the sliders replay.

    python scripts/make_play.py            # make helpers/datasets/play.npz, half a minute
    python scripts/make_play.py --check    # train again and compare with the packaged file

Two sweeps: the network of lesson 01 at 31 learning rates with 5 seeds each, and the signal through 20 layers
for 27 scales of their initial weights. Another processor rounds differently, and training can carry that
far; so `--check` compares with a tolerance, and only where training is stable.
"""

from __future__ import annotations

import sys

import numpy as np

from helpers.data import fashion_mnist
from helpers.data.packing import run_measured
from helpers.training import Configuration, sweep

LEARNING_RATES = np.geomspace(1e-4, 10, 31)  # six a decade
SEEDS = range(5)
CURVES = ("train_losses", "val_losses", "train_accuracies", "val_accuracies")

GAINS = 2.0 ** (np.arange(-12, 15) / 4)  # 0.125 to 11.3, past 1 (Glorot) and the root of 2 (He)
NUM_LAYERS, WIDTH, NUM_SIGNALS = 20, 128, 256


def rate_sweep() -> dict[str, np.ndarray]:
    """Train lesson 01's network; curves are float32, shape (rates, seeds, epochs)."""
    configurations = [Configuration(float(rate)) for rate in LEARNING_RATES]
    runs = sweep(configurations, fashion_mnist(), SEEDS)
    assert not any(run.diverged for run in runs), "the file has no place for runs that end early"
    shape = (len(LEARNING_RATES), len(SEEDS))
    curves = {name: np.array([getattr(run, name) for run in runs], np.float32) for name in CURVES}
    return {
        "learning_rates": LEARNING_RATES,
        "num_updates": np.array(runs[0].num_updates, np.int32),
        "stuck": np.array([run.stuck for run in runs]).reshape(shape),
        **{name: values.reshape(*shape, -1) for name, values in curves.items()},
    }


def signals() -> dict[str, np.ndarray]:
    """Send normal inputs through 20 layers, and a normal gradient back; log10 of the standard deviations.

    float32, shape (gains, layers): the mean of the logarithms over 8 seeds.
    """
    arrays = {"gains": GAINS}
    for activation in ("relu", "tanh"):
        measured = _signals(activation)
        arrays[f"activations_{activation}"], arrays[f"gradients_{activation}"] = measured.astype(np.float32)
    return arrays


def _signals(activation: str) -> np.ndarray:
    """Return log10 of the standard deviations of activations and gradients, shape (2, gains, layers)."""
    import keras
    import tensorflow as tf

    # float64: with small weights the signal falls below what float32 can hold.
    layers = [keras.layers.Dense(WIDTH, activation, dtype="float64") for _ in range(NUM_LAYERS)]
    for layer in layers:
        layer.build((NUM_SIGNALS, WIDTH))

    @tf.function
    def measure(units, gain, inputs, gradient):
        for layer, unit in zip(layers, tf.unstack(units), strict=True):
            layer.kernel.assign(gain * unit)
        with tf.GradientTape() as tape:
            outputs = [inputs]
            tape.watch(inputs)
            for layer in layers:
                outputs.append(layer(outputs[-1]))
            loss = tf.reduce_sum(outputs[-1] * gradient)
        gradients = tape.gradient(loss, outputs[1:])
        return [[tf.math.reduce_std(value) for value in side] for side in (outputs[1:], gradients)]

    measured = np.zeros((8, len(GAINS), 2, NUM_LAYERS))
    for seed in range(len(measured)):
        rng = np.random.default_rng(seed)
        inputs, gradient = rng.normal(size=(2, NUM_SIGNALS, WIDTH))
        units = rng.normal(scale=WIDTH**-0.5, size=(NUM_LAYERS, WIDTH, WIDTH))
        for at, gain in enumerate(GAINS):
            arguments = [tf.constant(value, tf.float64) for value in (units, gain, inputs, gradient)]
            measured[seed, at] = np.array(measure(*arguments))
    return np.moveaxis(np.log10(measured).mean(axis=0), 1, 0)


PARTS = {part.__name__: part for part in (rate_sweep, signals)}


def compare(arrays: dict[str, np.ndarray], packaged: dict[str, np.ndarray]) -> list[str]:
    """Return one line an array that differs by more than another processor can make it."""
    stable = LEARNING_RATES < 0.3  # beyond, a difference in the last digit grows from step to step
    differing = []
    for name, array in arrays.items():
        if array.shape != packaged[name].shape:
            differing.append(f"{name}: shape {packaged[name].shape}, made again {array.shape}")
            continue
        rows = stable if name in (*CURVES, "stuck") else ...
        tolerance = 0.02 if "accuracies" in name else 1e-2
        if not np.allclose(array[rows], packaged[name][rows], rtol=tolerance, atol=tolerance):
            differing.append(f"{name}: differs by more than {tolerance}")
    return differing


if __name__ == "__main__":
    sys.exit(run_measured("play", __doc__.splitlines()[0], PARTS, compare))
