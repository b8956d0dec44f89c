"""The whole training as one function, which XLA compiles once for an architecture and shapes of the data.

compiled_inputs  what it takes
compiled_steps   what it does at each step and after each epoch
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np

from helpers.training.compiled_inputs import Architecture, Numbers, Steps, arrays_of
from helpers.training.records import Curves

if TYPE_CHECKING:
    import tensorflow as tf


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
    arrays = arrays_of(parts, architecture.regression)
    arguments = (weights, numbers.as_arrays(), Steps(orders, example_weights, rates).with_room(), arrays)
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


@functools.cache
def compiled(architecture: Architecture) -> CompiledTraining:
    """Return the whole training of one architecture as a function that XLA compiles once a shape.

    Whatever may differ between two runs is an argument: what is captured is compiled in.
    """
    import tensorflow as tf

    from helpers.training.compiled_steps import Trainer

    trainer = Trainer(architecture)

    @tf.function(jit_compile=True)
    def train(weights, numbers, steps, parts):
        trainer.begin(weights, numbers)
        room, num_steps = steps.rates.shape
        losses = tf.TensorArray(tf.float32, room, element_shape=(num_steps,))
        curves = tf.TensorArray(tf.float32, room, element_shape=(6,))
        val_losses = tf.fill([room], np.float32("inf"))
        epoch, going_on = tf.constant(0), tf.constant(True)
        while going_on:
            batch_losses, hits = trainer.train_epoch(epoch, numbers, steps, parts)
            measured = trainer.measure(batch_losses, hits, steps.example_weights[epoch], parts)
            losses, curves = losses.write(epoch, batch_losses), curves.write(epoch, tf.stack(measured))
            finite = tf.math.is_finite(measured.val_losses)
            is_now = tf.logical_and(tf.range(room) == epoch, finite)
            val_losses = tf.where(is_now, measured.val_losses, val_losses)
            best_epoch = tf.argmin(val_losses, output_type=tf.int32)
            if best_epoch == epoch:
                trainer.keep_weights()
            going_on = tf.reduce_all(
                [
                    finite,
                    tf.math.is_finite(measured.train_losses),
                    epoch - best_epoch < numbers.patience,
                    epoch < numbers.num_epochs - 1,
                ]
            )
            epoch += 1
        if numbers.restore > 0:
            trainer.restore_weights()
        return epoch, curves.stack(), losses.stack(), trainer.model(parts["x_val"]), trainer.model.weights

    return train
