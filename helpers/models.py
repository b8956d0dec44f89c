"""Small models by name."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from helpers.arguments import require_seed

if TYPE_CHECKING:
    import keras


def mlp(
    hidden: tuple[int, ...] = (64, 64),
    input_shape: tuple[int, ...] = (14, 14),
    num_classes: int = 10,
    activation: str = "relu",
    seed: int = 0,
    initializer: str | float = "glorot_uniform",
    dropout: float = 0.0,
    l1: float = 0.0,
    l2: float = 0.0,
    input_dropout: float = 0.0,
    bias_l2: float = 0.0,
) -> keras.Sequential:
    """Return a multilayer perceptron, built but not compiled; its outputs are logits.

    Logits and not probabilities: with them the loss is computed without rounding a probability to 0, so
    compile with `SparseCategoricalCrossentropy(from_logits=True)`. Layers are named flatten,
    (input_dropout,) hidden_1, (dropout_1,) hidden_2, ..., logits. Biases start at 0.

    hidden: units of each hidden layer, () for none.
    input_shape: shape of one example; flattened first.
    num_classes: number of outputs.
    activation: of the hidden layers, a name that Keras knows.
    seed: the initial weights are the same for the same seed, whatever ran before.
    initializer: of the kernels, a name that Keras knows, or a number: the standard deviation of a normal
        distribution around 0.
    dropout: rate of a dropout layer behind each hidden layer; 0 for no such layers.
    l1, l2: strength of the penalties on all kernels.
    input_dropout: rate of a dropout layer in front of the first layer; 0 for no such layer.
    bias_l2: strength of the L2 penalty on all biases.

    Raises ValueError for an initializer that Keras does not know, or a seed that is none.

    Lesson 01.
    """
    import keras

    seed = require_seed(seed)
    # Not seed + 1, seed + 2: a layer of this seed would drop what another layer of the next one drops.
    *dropout_seeds, input_seed = np.random.SeedSequence((seed, 1)).generate_state(len(hidden) + 1).tolist()
    *initializers, last_initializer = _initializers(len(hidden) + 1, seed, initializer)
    penalties = {
        "kernel_regularizer": keras.regularizers.L1L2(l1, l2) if l1 or l2 else None,
        "bias_regularizer": keras.regularizers.L2(bias_l2) if bias_l2 else None,
    }
    layers = [keras.Input(input_shape), keras.layers.Flatten(name="flatten")]
    if input_dropout:
        layers.append(keras.layers.Dropout(input_dropout, seed=input_seed, name="input_dropout"))
    for number, (units, start) in enumerate(zip(hidden, initializers, strict=True), start=1):
        layers.append(
            keras.layers.Dense(
                units,
                activation,
                kernel_initializer=start,
                **penalties,
                name=f"hidden_{number}",
            )
        )
        if dropout:
            rate = {"rate": dropout, "seed": dropout_seeds[number - 1]}
            layers.append(keras.layers.Dropout(**rate, name=f"dropout_{number}"))
    layers.append(
        keras.layers.Dense(num_classes, kernel_initializer=last_initializer, **penalties, name="logits")
    )
    return keras.Sequential(layers, name="mlp")


def initial_weights(
    hidden: tuple[int, ...],
    input_shape: tuple[int, ...],
    num_classes: int,
    seed: int,
    initializer: str | float = "glorot_uniform",
) -> list[np.ndarray]:
    """Return what `mlp(...).get_weights()` returns, without the 25 ms that building the model takes.

    Kernels of shape (fan in, units) and biases of shape (units,) in turn, float32.
    """
    sizes = [math.prod(input_shape), *hidden, num_classes]
    initializers = _initializers(len(sizes) - 1, seed, initializer)
    weights = []
    for shape, start in zip(pairwise(sizes), initializers, strict=True):
        weights += [np.asarray(start(shape, dtype="float32")), np.zeros(shape[1], np.float32)]
    return weights


def _initializers(
    num_layers: int, seed: int, initializer: str | float
) -> list[keras.initializers.Initializer]:
    """Return one initializer a layer, each with its own seed: equal layers must not start equal."""
    import keras

    layer_seeds = [int(number) for number in np.random.SeedSequence(seed).generate_state(num_layers)]
    if not isinstance(initializer, str):
        deviation = float(initializer)
        return [keras.initializers.RandomNormal(0.0, deviation, seed=number) for number in layer_seeds]
    kind = type(keras.initializers.get(initializer))
    if initializer == "zeros":
        return [kind() for _ in layer_seeds]
    return [kind(seed=number) for number in layer_seeds]
