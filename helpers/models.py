"""Small models by name."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Sequence
from itertools import chain, groupby, pairwise
from typing import TYPE_CHECKING

import numpy as np

from helpers.arguments import require_one_of, require_seed

if TYPE_CHECKING:
    import keras
    import tensorflow as tf

NORMALIZATIONS = ("batch", "layer", "pre-layer")
NORM_MOMENTUM, NORM_EPSILON = 0.99, 1e-3  # Keras's own


def mlp(
    hidden: tuple[int, ...] = (64, 64),
    input_shape: tuple[int, ...] = (14, 14),
    num_classes: int = 10,
    activation: str = "relu",
    seed: int = 0,
    initializer: str | float | Sequence[str | float] = "glorot_uniform",
    dropout: float = 0.0,
    l1: float = 0.0,
    l2: float = 0.0,
    input_dropout: float = 0.0,
    bias_l2: float = 0.0,
    normalization: str | None = None,
    norm_momentum: float = NORM_MOMENTUM,
    norm_epsilon: float = NORM_EPSILON,
    shortcut: bool = False,
) -> keras.Model:
    """Return a multilayer perceptron, built but not compiled; its outputs are logits.

    Logits and not probabilities: with them the loss is computed without rounding a probability to 0, so
    compile with `SparseCategoricalCrossentropy(from_logits=True)`. Layers are named flatten,
    (input_dropout,) hidden_1, (dropout_1,) hidden_2, ..., logits. Biases start at 0.

    With a normalization or shortcuts, what a hidden layer makes of its inputs h is

        activation(N(W h + b))        "batch" or "layer": norm_1, ... are in front of the activation
        activation(W N(h) + b)        "pre-layer": in front of the kernel, and norm_logits of the last one
        h + activation(...)           with shortcuts

    The first hidden layer has neither a shortcut nor a norm in front of its kernel: the inputs are no hidden
    layer. With shortcuts the model is no `Sequential`.

    hidden: units of each hidden layer, () for none.
    input_shape: shape of one example; flattened first.
    num_classes: number of outputs.
    activation: of the hidden layers, a name that Keras knows.
    seed: the initial weights are the same for the same seed, whatever ran before.
    initializer: of the kernels, "zeros" or a random one by Keras's name, as "he_normal", or a number: the
        standard deviation of a normal distribution around 0. Or several of these, one a kernel.
    dropout: rate of a dropout layer behind each hidden layer, in front of its shortcut; 0 for no such layers.
    l1, l2: strength of the penalties on all kernels.
    input_dropout: rate of a dropout layer in front of the first layer; 0 for no such layer.
    bias_l2: strength of the L2 penalty on all biases.
    normalization: None, "batch", "layer" or "pre-layer".
    norm_momentum: what moving statistics keep at a step, of "batch".
    norm_epsilon: added to the variances.
    shortcut: whether there are shortcuts; hidden layers then have one width.

    Raises ValueError for an initializer or a normalization that is not known, a list of initializers without
    one entry a kernel, shortcuts in fewer than two hidden layers or between different widths, and a seed that
    is none.

    Lesson 01; normalization and shortcuts in lesson 07.
    """
    import keras

    seed = require_seed(seed)
    if normalization is not None:
        require_one_of("normalization", normalization, NORMALIZATIONS)
    if shortcut:
        require_one_width(hidden)
    # Not seed + 1, seed + 2: a layer of this seed would drop what another layer of the next one drops.
    *dropout_seeds, input_seed = np.random.SeedSequence((seed, 1)).generate_state(len(hidden) + 1).tolist()
    *initializers, last_initializer = _initializers(len(hidden) + 1, seed, initializer)
    penalties = {
        "kernel_regularizer": keras.regularizers.L1L2(l1, l2) if l1 or l2 else None,
        "bias_regularizer": keras.regularizers.L2(bias_l2) if bias_l2 else None,
    }

    def norm(place: int | str) -> keras.layers.Layer:
        if normalization == "batch":
            return keras.layers.BatchNormalization(
                momentum=norm_momentum, epsilon=norm_epsilon, name=f"norm_{place}"
            )
        return keras.layers.LayerNormalization(epsilon=norm_epsilon, name=f"norm_{place}")

    def hidden_block(number: int, units: int, start: keras.initializers.Initializer) -> list:
        behind = normalization in ("batch", "layer")
        dense = keras.layers.Dense(
            units,
            None if behind else activation,
            kernel_initializer=start,
            **penalties,
            name=f"hidden_{number}",
        )
        block = [norm(number), dense] if normalization == "pre-layer" and number > 1 else [dense]
        if behind:
            block += [norm(number), keras.layers.Activation(activation, name=f"activation_{number}")]
        if dropout:
            rate = {"rate": dropout, "seed": dropout_seeds[number - 1]}
            block.append(keras.layers.Dropout(**rate, name=f"dropout_{number}"))
        if shortcut and number > 1:
            block.append(keras.layers.Add(name=f"shortcut_{number}"))
        return block

    blocks = [[keras.layers.Flatten(name="flatten")]]
    if input_dropout:
        blocks[0].append(keras.layers.Dropout(input_dropout, seed=input_seed, name="input_dropout"))
    for number, (units, start) in enumerate(zip(hidden, initializers, strict=True), start=1):
        blocks.append(hidden_block(number, units, start))
    blocks.append([norm("logits")] if normalization == "pre-layer" and hidden else [])
    blocks[-1].append(
        keras.layers.Dense(num_classes, kernel_initializer=last_initializer, **penalties, name="logits")
    )
    inputs = keras.Input(input_shape)
    if shortcut:
        return keras.Model(inputs, _through(blocks, inputs, _call)[-1], name="mlp")
    return keras.Sequential([inputs, *chain.from_iterable(blocks)], name="mlp")


def require_one_width(hidden: tuple[int, ...]) -> None:
    """Raise ValueError unless there are several hidden layers, all of one width: what a shortcut needs."""
    if len(hidden) < 2 or len(set(hidden)) > 1:
        raise ValueError(
            "shortcut needs two hidden layers or more, all of one width, as in (64, 64, 64); "
            f"hidden is {tuple(hidden)}."
        )


def pass_through(
    model: keras.Model, x: tf.Tensor, apply: Callable[[keras.layers.Layer, tf.Tensor], tf.Tensor]
) -> list[tf.Tensor]:
    """Return what comes out of each block of an `mlp` whose layers are called by a function; logits last.

    A block is what `blocks_of` returns. Shortcuts add by themselves.

    apply: takes a layer and its inputs, and returns its outputs.
    """
    return _through(blocks_of(model), x, apply)


def blocks_of(model: keras.Model) -> list[list[keras.layers.Layer]]:
    """Return the layers of an `mlp` by what they belong to: inputs, each hidden layer, logits.

    With an input dropout the inputs are two blocks.
    """
    import keras

    layers = [layer for layer in model.layers if not isinstance(layer, keras.layers.InputLayer)]
    return [list(block) for _, block in groupby(layers, lambda layer: layer.name.rpartition("_")[2])]


def kernels_of_variables(model: keras.Model) -> list[int]:
    """Return for each trainable variable of an `mlp` the number of the kernel that it stands beside, from 0.

    A bias belongs to its kernel, and so do the scale and the shift of a norm behind it, or of one in front
    of it in "pre-layer".
    """
    blocks = [block for block in blocks_of(model) if any(layer.trainable_variables for layer in block)]
    return [
        number for number, block in enumerate(blocks) for layer in block for _ in layer.trainable_variables
    ]


def _through(
    blocks: Sequence[Sequence[keras.layers.Layer]],
    x: tf.Tensor,
    apply: Callable[[keras.layers.Layer, tf.Tensor], tf.Tensor],
) -> list[tf.Tensor]:
    import keras

    found = []
    for block in blocks:
        inputs = x
        for layer in block:
            x = layer([inputs, x]) if isinstance(layer, keras.layers.Add) else apply(layer, x)
        found.append(x)
    return found


def _call(layer: keras.layers.Layer, x: tf.Tensor) -> tf.Tensor:
    return layer(x)


def initial_weights(
    hidden: tuple[int, ...],
    input_shape: tuple[int, ...],
    num_classes: int,
    seed: int,
    initializer: str | float | Sequence[str | float] = "glorot_uniform",
    normalization: str | None = None,
) -> list[np.ndarray]:
    """Return what `mlp(...).get_weights()` returns, without the 25 ms that building the model takes.

    Kernels of shape (fan in, units) and biases of shape (units,) in turn, float32. Where there are norms,
    each has gamma and beta in the place of its layer, and "batch" moving mean and variance too, all of shape
    (units,).
    """
    sizes = [math.prod(input_shape), *hidden, num_classes]
    initializers = _initializers(len(sizes) - 1, seed, initializer)
    weights = []
    for number, (shape, start) in enumerate(zip(pairwise(sizes), initializers, strict=True), start=1):
        if normalization == "pre-layer" and number > 1:
            weights += _of_norm(normalization, shape[0])
        weights += [np.asarray(start(shape, dtype="float32")), np.zeros(shape[1], np.float32)]
        if normalization in ("batch", "layer") and number <= len(hidden):
            weights += _of_norm(normalization, shape[1])
    return weights


def _of_norm(normalization: str, units: int) -> list[np.ndarray]:
    """Return what a norm begins with: scale 1 and shift 0, and as statistics mean 0 and variance 1."""
    one, zero = np.ones(units, np.float32), np.zeros(units, np.float32)
    return [one, zero, zero, one] if normalization == "batch" else [one, zero]


def _initializers(
    num_layers: int, seed: int, initializer: str | float | Sequence[str | float]
) -> list[keras.initializers.Initializer]:
    """Return one initializer a layer, each with its own seed: equal layers must not start equal."""
    layer_seeds = [int(number) for number in np.random.SeedSequence(seed).generate_state(num_layers)]
    if isinstance(initializer, list | tuple):
        if len(initializer) != num_layers:
            raise ValueError(
                f"initializer must have one entry a kernel, {num_layers}, not {len(initializer)}."
            )
        kinds = list(initializer)
    else:
        kinds = [initializer] * num_layers
    return [_initializer(kind, number) for kind, number in zip(kinds, layer_seeds, strict=True)]


def _initializer(kind: str | float, seed: int) -> keras.initializers.Initializer:
    import keras

    if not isinstance(kind, str):
        return keras.initializers.RandomNormal(0.0, float(kind), seed=seed)
    initializer = type(keras.initializers.get(kind))
    takes_a_seed = "seed" in inspect.signature(initializer).parameters
    return initializer(seed=seed) if takes_a_seed else initializer()
