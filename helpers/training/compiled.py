"""The whole training as one function, which XLA compiles once for an architecture and shapes of the data."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np

from helpers.models import kernels_of_variables, mlp, pass_through
from helpers.training.optimizers import (
    MOMENTS,
    WITH_MOMENTUM,
    give_rate_factors,
    is_schedule_free,
    keras_optimizer,
    names_in_keras,
)
from helpers.training.records import Curves

if TYPE_CHECKING:
    import keras
    import tensorflow as tf


class Architecture(NamedTuple):
    """What is compiled in: another one is another function. All else is an argument.

    hidden, activation: as in a `Configuration`.
    input_shape: of one example.
    num_outputs: logits, or 1.
    optimizer: the kind, as in a `Configuration`.
    dropout, input_dropout, proximal, label_smoothing, bias_penalty, clipping: whether steps have these parts,
        which cost time even at strength 0.
    regression: whether labels are numbers.
    moments: whether beta_1, beta_2 and epsilon are arguments. Where they are not, they are Keras's own.
    normalization, shortcut: as in a `Configuration`.
    rate_factors: whether each kernel has a rate of its own.
    """

    hidden: tuple[int, ...]
    activation: str
    input_shape: tuple[int, ...]
    num_outputs: int
    optimizer: str
    dropout: bool = False
    input_dropout: bool = False
    proximal: bool = False
    label_smoothing: bool = False
    bias_penalty: bool = False
    regression: bool = False
    moments: bool = False
    clipping: bool = False
    normalization: str | None = None
    shortcut: bool = False
    rate_factors: bool = False


class Numbers(NamedTuple):
    """The numbers of a `Configuration` that a compiled training takes as arguments.

    num_epochs: how many to train for at most.
    patience: in epochs, at least 1; more than there are epochs for never.
    restore: 1 for a run that ends with the weights of its best epoch, or 0.
    dropout_seed: decides the dropped units.
    beta_1, beta_2: each with what it leaves of 1.
    clip_norm: largest length of all gradients together.
    norm_momentum: what moving statistics keep, and what that leaves of 1.
    rate_factors: one a kernel, or none.
    """

    momentum: float
    l1: float
    l2: float
    bias_l2: float
    weight_decay: float
    proximal_l1: float
    dropout: float
    input_dropout: float
    label_smoothing: float
    num_epochs: int
    patience: int
    restore: int
    dropout_seed: int
    beta_1: tuple[float, float] = (0.0, 1.0)
    beta_2: tuple[float, float] = (0.0, 1.0)
    epsilon: float = 0.0
    adam_lr_ratio: float = 1.0
    clip_norm: float = math.inf
    norm_momentum: tuple[float, float] = (0.0, 1.0)
    norm_epsilon: float = 0.0
    rate_factors: tuple[float, ...] = ()

    def as_arrays(self) -> Numbers:
        """Return the numbers as arrays: Python's own would be compiled in, one function for each value."""
        return Numbers._make(np.asarray(n, np.int32 if isinstance(n, int) else np.float32) for n in self)


class CompiledRun(NamedTuple):
    """What a compiled training returns.

    num_epochs: how many ran.
    curves: float32, (num_epochs,) each.
    losses: of each batch before its step, (num_epochs, num_steps).
    val_outputs: of the final weights, (num_val, num_outputs).
    weights: the final ones.
    """

    num_epochs: int
    curves: Curves
    losses: np.ndarray
    val_outputs: np.ndarray
    weights: list[np.ndarray]


class CompiledTraining(Protocol):
    """A function of TensorFlow that trains; what it takes and returns are the parts of a training."""

    def get_concrete_function(
        self, *arguments: object
    ) -> Callable[..., tuple[tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor, list[tf.Tensor]]]:
        """Return the function that is compiled for arguments of these shapes."""


def train_compiled(
    architecture: Architecture,
    numbers: Numbers,
    weights: list[np.ndarray],
    orders: np.ndarray,
    example_weights: np.ndarray,
    rates: np.ndarray,
    parts: Mapping[str, np.ndarray],
) -> CompiledRun:
    """Train once, and return what came of it.

    weights: the initial ones.
    orders: rows of the training part that each step takes, int32, shape (num_epochs, num_steps, batch_size).
    example_weights: 1, or 0 for a row that only fills up a batch, in the same shape.
    rates: of each step, float32, (num_epochs, num_steps).
    parts: x_train, ..., y_test.
    """
    target_type = np.float32 if architecture.regression else np.int32
    arrays = [
        np.asarray(parts[f"{axis}_{part}"], np.float32 if axis == "x" else target_type)
        for part in ("train", "val", "test")
        for axis in "xy"
    ]
    by_epoch = [_with_room(of_epochs) for of_epochs in (orders, example_weights, rates)]
    arguments = (weights, numbers.as_arrays(), *by_epoch, *arrays)
    # Called directly it would warn, on stderr, that a sweep over batch sizes compiles often.
    train = compiled(architecture).get_concrete_function(*arguments)
    num_epochs, curves, losses, val_outputs, final_weights = train(*arguments)
    ran = int(num_epochs)
    return CompiledRun(
        ran,
        Curves(*curves.numpy()[:ran].T),
        losses.numpy()[:ran],
        val_outputs.numpy(),
        [weight.numpy() for weight in final_weights],
    )


def _with_room(of_epochs: np.ndarray) -> np.ndarray:
    """Return an array, one row an epoch, with rows of zeros up to the next of 32, 128, 512, ... epochs.

    How many epochs are trained is an argument, so whoever tries 10, 20 and 30 epochs compiles once.
    """
    room = 32
    while room < len(of_epochs):
        room *= 4
    return np.pad(of_epochs, [(0, room - len(of_epochs))] + [(0, 0)] * (of_epochs.ndim - 1))


class _Number:
    """A number of an optimizer that is a tensor where Keras computes with it.

    It is not 0 where Keras asks for that. And 1 minus it is a tensor of its own: in single precision .001 is
    not 1 - .999.
    """

    def __init__(self, tensor, rest=None):
        self.tensor, self.rest = tensor, rest

    def __ne__(self, other):
        return True

    def __eq__(self, other):
        return False

    __hash__ = object.__hash__

    def __rsub__(self, one):
        return self.rest

    def __tf_tensor__(self, dtype=None, name=None):
        return self.tensor


def _set_numbers(optimizer: keras.Optimizer, architecture: Architecture, numbers: Numbers) -> None:
    """Let an optimizer compute with the numbers of a training, as tensors."""
    optimizer.weight_decay = numbers.weight_decay
    if architecture.optimizer in WITH_MOMENTUM:
        optimizer.momentum = _Number(numbers.momentum)
    if architecture.optimizer == "muon":
        optimizer.adam_weight_decay = numbers.weight_decay
        optimizer.adam_lr_ratio = numbers.adam_lr_ratio
    if architecture.moments:
        values = {
            "beta_1": _Number(numbers.beta_1[0], numbers.beta_1[1]),
            "beta_2": _Number(numbers.beta_2[0], numbers.beta_2[1]),
            "epsilon": numbers.epsilon,
        }
        own = {name: values[name] for name in MOMENTS[architecture.optimizer]}
        for name, value in names_in_keras(architecture.optimizer, own).items():
            setattr(optimizer, name, value)


@functools.cache
def compiled(architecture: Architecture) -> CompiledTraining:
    """Return the whole training of one architecture as a function that XLA compiles once a shape.

    Layers, loss, metric, penalties and optimizer are Keras's own, dropout is TensorFlow's. Whatever may
    differ between two runs is an argument: what is captured is compiled in.
    """
    import keras
    import tensorflow as tf

    model = mlp(
        architecture.hidden,
        architecture.input_shape,
        architecture.num_outputs,
        architecture.activation,
        normalization=architecture.normalization,
        shortcut=architecture.shortcut,
    )
    dense = [layer for layer in model.layers if isinstance(layer, keras.layers.Dense)]
    norms = [layer for layer in model.layers if layer.name.startswith("norm_")]
    kernels, biases = [layer.kernel for layer in dense], [layer.bias for layer in dense]
    places = {layer.name: number for number, layer in enumerate(model.layers)}
    optimizer, averaging = keras_optimizer(architecture.optimizer), is_schedule_free(architecture.optimizer)
    optimizer.build(model.trainable_variables)
    factors: list[tf.Tensor] = []
    if architecture.rate_factors:
        give_rate_factors(optimizer, factors)
    fresh_optimizer = [variable.numpy() for variable in optimizer.variables]
    best_weights = [tf.Variable(tf.zeros_like(weight)) for weight in model.weights]
    l1_norm, squared_norm = keras.regularizers.L1(1.0), keras.regularizers.L2(1.0)

    last_of_hidden = "activation_" if architecture.normalization in ("batch", "layer") else "hidden_"

    def outputs_in_training(x, numbers, place, example_weights):
        rates = {}
        if architecture.input_dropout:
            rates["flatten"] = numbers.input_dropout
        if architecture.dropout:
            rates |= {name: numbers.dropout for name in places if name.startswith(last_of_hidden)}

        def apply(layer, x):
            if isinstance(layer, keras.layers.BatchNormalization):
                # What only fills up a batch has no part in its mean.
                return layer(x, training=True, mask=example_weights > 0)
            x = layer(x)
            if layer.name in rates:
                # XLA draws threefry's numbers four times as fast as those of TensorFlow's usual philox.
                seed = tf.stack([numbers.dropout_seed, place * len(places) + places[layer.name]])
                x = tf.nn.experimental.stateless_dropout(x, rates[layer.name], seed, rng_alg="threefry")
            return x

        if not rates and architecture.normalization != "batch":
            return model(x, training=True)
        return pass_through(model, x, apply)[-1]

    def compare(y, outputs):
        if architecture.regression:
            losses = keras.losses.mean_squared_error(y[:, tf.newaxis], outputs)
            return losses, tf.fill(tf.shape(losses), np.float32("nan"))
        losses = keras.losses.sparse_categorical_crossentropy(y, outputs, from_logits=True)
        return losses, keras.metrics.sparse_categorical_accuracy(y, outputs)

    def smoothed_losses(y, outputs, smoothing):
        shared = smoothing / architecture.num_outputs
        targets = (1 - smoothing) * tf.one_hot(y, architecture.num_outputs) + shared
        return keras.losses.categorical_crossentropy(targets, outputs, from_logits=True)

    def evaluate(x, y):
        if not len(x):  # the test part of a run that keeps no test curves
            return tf.constant(np.float32("nan")), tf.constant(np.float32("nan"))
        losses, hits = compare(y, model(x, training=False))
        return tf.reduce_mean(losses), tf.reduce_mean(hits)

    def take_step(numbers, rate, place, x, y, example_weights):
        with tf.GradientTape() as tape:
            outputs = outputs_in_training(x, numbers, place, example_weights)
            losses, hits = compare(y, outputs)
            loss = tf.reduce_sum(losses * example_weights) / tf.reduce_sum(example_weights)
            penalty = numbers.l1 * sum(map(l1_norm, kernels)) + numbers.l2 * sum(map(squared_norm, kernels))
            if architecture.bias_penalty:
                penalty += numbers.bias_l2 * sum(map(squared_norm, biases))
            objective = loss + penalty
            if architecture.label_smoothing:
                smoothed = smoothed_losses(y, outputs, numbers.label_smoothing) * example_weights
                objective = tf.reduce_sum(smoothed) / tf.reduce_sum(example_weights) + penalty
        gradients = tape.gradient(objective, model.trainable_variables)
        if architecture.clipping:
            gradients, _ = tf.clip_by_global_norm(gradients, numbers.clip_norm)
        optimizer.learning_rate.assign(rate)
        optimizer.apply(gradients)
        if architecture.proximal:
            for number, kernel in enumerate(kernels):
                factor = numbers.rate_factors[number] if architecture.rate_factors else 1.0
                kernel.assign(keras.ops.soft_shrink(kernel, rate * factor * numbers.proximal_l1))
        return loss, tf.reduce_sum(hits * example_weights)

    @tf.function(jit_compile=True)
    def train(
        weights, numbers, orders, example_weights, rates, x_train, y_train, x_val, y_val, x_test, y_test
    ):
        variables = model.weights + optimizer.variables + best_weights
        for variable, value in zip(variables, weights + fresh_optimizer + weights, strict=True):
            variable.assign(value)
        _set_numbers(optimizer, architecture, numbers)
        if architecture.rate_factors:
            factors[:] = [numbers.rate_factors[kernel] for kernel in kernels_of_variables(model)]
        for norm in norms:
            norm.epsilon = numbers.norm_epsilon
            if architecture.normalization == "batch":
                norm.momentum = _Number(numbers.norm_momentum[0], numbers.norm_momentum[1])
        if averaging:
            optimizer.begin()
        room, num_steps = rates.shape
        losses = tf.TensorArray(tf.float32, room, element_shape=(num_steps,))
        curves = tf.TensorArray(tf.float32, room, element_shape=(6,))
        val_curve = tf.fill([room], np.float32("inf"))
        epoch, going_on = tf.constant(0), tf.constant(True)
        while going_on:
            batch_losses = tf.TensorArray(tf.float32, num_steps, element_shape=())
            hits = 0.0
            if averaging:
                optimizer.go_on()
            for step in tf.range(num_steps):
                rows = orders[epoch, step]
                loss, batch_hits = take_step(
                    numbers,
                    rates[epoch, step],
                    epoch * num_steps + step,
                    tf.gather(x_train, rows),
                    tf.gather(y_train, rows),
                    example_weights[epoch, step],
                )
                batch_losses = batch_losses.write(step, loss)
                hits += batch_hits
            if averaging:
                optimizer.show_averages()
            of_steps = batch_losses.stack()
            losses = losses.write(epoch, of_steps)
            examples = tf.reduce_sum(example_weights[epoch], axis=1)
            train_loss = tf.tensordot(of_steps, examples, 1) / tf.reduce_sum(examples)
            val_loss, val_accuracy = evaluate(x_val, y_val)
            test_loss, test_accuracy = evaluate(x_test, y_test)
            curves = curves.write(
                epoch,
                tf.stack(
                    [
                        train_loss,
                        val_loss,
                        test_loss,
                        hits / tf.reduce_sum(examples),
                        val_accuracy,
                        test_accuracy,
                    ]
                ),
            )
            finite = tf.math.is_finite(val_loss)
            val_curve = tf.where(tf.logical_and(tf.range(room) == epoch, finite), val_loss, val_curve)
            best_epoch = tf.argmin(val_curve, output_type=tf.int32)
            if best_epoch == epoch:
                for kept, weight in zip(best_weights, model.weights, strict=True):
                    kept.assign(weight)
            going_on = tf.reduce_all(
                [
                    finite,
                    tf.math.is_finite(train_loss),
                    epoch - best_epoch < numbers.patience,
                    epoch < numbers.num_epochs - 1,
                ]
            )
            epoch += 1
        if numbers.restore > 0:
            for weight, kept in zip(model.weights, best_weights, strict=True):
                weight.assign(kept)
        return epoch, curves.stack(), losses.stack(), model(x_val), model.weights

    return train
