"""Train with Keras, as one would by hand."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from helpers.arguments import require_seed
from helpers.data import Dataset, Regression
from helpers.models import kernels_of_variables, mlp
from helpers.training.optimizers import give_rate_factors, is_schedule_free, keras_optimizer
from helpers.training.plan import (
    learning_rates,
    make_run,
    num_outputs,
    orders,
    prepare,
    require_fitting,
)
from helpers.training.records import Configuration, Curves, Run

if TYPE_CHECKING:
    import keras
    import tensorflow as tf


def train_with_keras(
    configuration: Configuration,
    data: Dataset | Regression,
    seed: int = 0,
    *,
    test_curves: bool = False,
    weights: Sequence[np.ndarray] | None = None,
) -> Run:
    """Train a multilayer perceptron with Keras, as one would by hand, and return the run.

    seed: decides the initial weights, the order of the examples, the wrong labels and the dropped units.
    test_curves: whether the test part is measured after every epoch too.
    weights: to begin with, as in `train_fast`.

    Raises ValueError for data that cannot be learned from (see `train_fast`).
    """
    import keras

    seed = require_seed(seed)
    data = prepare(configuration, data, seed, test_curves=test_curves)
    started = time.perf_counter()
    model = build_model(configuration, data, seed)
    if weights is not None:
        model.set_weights(require_fitting(weights, model.get_weights()))
    _compile(model, configuration, data)
    steps = math.ceil(len(data.x_train) / configuration.batch_size)
    tests: list[dict[str, float]] = []
    callbacks = _callbacks(configuration, model, learning_rates(configuration, steps))
    if test_curves:
        callbacks.append(
            keras.callbacks.LambdaCallback(
                on_epoch_end=lambda epoch, logs: tests.append(
                    model.evaluate(data.x_test, data.y_test, len(data.x_test), verbose=0, return_dict=True)
                )
            )
        )
    if is_schedule_free(configuration.optimizer):
        model.optimizer.build(model.trainable_variables)
        # Whatever measures or keeps the weights after an epoch finds the averages.
        callbacks.insert(
            0,
            keras.callbacks.LambdaCallback(
                on_epoch_begin=lambda epoch, logs: model.optimizer.go_on(),
                on_test_begin=lambda logs: model.optimizer.show_averages(),
            ),
        )
    history = model.fit(
        _batches(configuration, data, seed),
        epochs=configuration.num_epochs,
        steps_per_epoch=steps,
        validation_data=(data.x_val, data.y_val),
        validation_batch_size=len(data.x_val),
        callbacks=callbacks,
        shuffle=False,
        verbose=0,
    ).history
    return make_run(
        configuration,
        seed,
        _curves(history, tests),
        np.asarray(model(data.x_val, training=False)),
        model.get_weights(),
        steps,
        time.perf_counter() - started,
        test_curves,
    )


def _compile(model: keras.Model, configuration: Configuration, data: Dataset | Regression) -> None:
    """Give the model its optimizer, its loss, and the metric "unpenalized" beside the loss."""
    import keras

    # Keras's "loss" contains the penalties; runs are compared by what is without them.
    if isinstance(data, Regression):
        loss, metrics = keras.losses.MeanSquaredError(), [keras.metrics.MeanSquaredError("unpenalized")]
    else:
        loss = _smoothed_loss(configuration.label_smoothing)
        plain = keras.metrics.SparseCategoricalCrossentropy("unpenalized", from_logits=True)
        metrics = [plain, "accuracy"]
    optimizer = optimizer_of(configuration)
    if configuration.rate_factors is not None:
        give_rate_factors(
            optimizer, [configuration.rate_factors[kernel] for kernel in kernels_of_variables(model)]
        )
    model.compile(
        optimizer=optimizer,
        loss=loss,
        metrics=metrics,
    )


def optimizer_of(configuration: Configuration) -> keras.Optimizer:
    """Return Keras's optimizer of a configuration; its rate is set before each step."""
    return keras_optimizer(
        configuration.optimizer,
        configuration.momentum,
        configuration.weight_decay,
        moments=configuration.moments,
        adam_lr_ratio=configuration.adam_lr_ratio,
        clip_norm=configuration.clip_norm,
    )


def _smoothed_loss(label_smoothing: float) -> keras.losses.Loss | Callable[..., tf.Tensor]:
    """Return the cross-entropy of logits with labels.

    Keras smooths targets of one number a class only, not labels.
    """
    import keras

    if not label_smoothing:
        return keras.losses.SparseCategoricalCrossentropy(from_logits=True)

    def smoothed(labels: tf.Tensor, logits: tf.Tensor) -> tf.Tensor:
        targets = keras.ops.one_hot(keras.ops.reshape(labels, (-1,)), logits.shape[-1])
        return keras.losses.categorical_crossentropy(
            targets, logits, from_logits=True, label_smoothing=label_smoothing
        )

    return smoothed


def _curves(history: Mapping[str, Sequence[float]], tests: Sequence[Mapping[str, float]]) -> Curves:
    """Return what a training measured.

    history: what Keras keeps of a training, by metric.
    tests: what the test part gave after each epoch; empty where it was not measured.
    """
    absent = [math.nan] * len(history["loss"])

    def of_parts(metric: str) -> tuple[Sequence[float], Sequence[float], Sequence[float]]:
        of_test = [test.get(metric, math.nan) for test in tests]
        return history.get(metric, absent), history.get(f"val_{metric}", absent), of_test or absent

    return Curves(*of_parts("unpenalized"), *of_parts("accuracy"))


def build_model(configuration: Configuration, data: Dataset | Regression, seed: int = 0) -> keras.Model:
    """Return the Keras model of a configuration for the data, with the seed's initial weights."""
    return mlp(
        configuration.hidden,
        data.x_train.shape[1:],
        num_outputs(data),
        configuration.activation,
        seed,
        configuration.initializer,
        configuration.dropout,
        configuration.l1,
        configuration.l2,
        configuration.input_dropout,
        configuration.bias_l2,
        configuration.normalization,
        **configuration.of_norms,
        shortcut=configuration.shortcut,
    )


def trained_model(run: Run, data: Dataset | Regression) -> keras.Model:
    """Return the Keras model that a run ended with, for looking inside.

    data: what the run was trained on; its examples give the shape of the input.

    Lesson 01.
    """
    model = build_model(run.configuration, data)
    model.set_weights(run.weights)
    return model


def _batches(configuration: Configuration, data: Dataset | Regression, seed: int) -> tf.data.Dataset:
    """Return the batches of `fit(x_train, y_train, shuffle=True)`, but in an order that the seed decides."""
    import tensorflow as tf

    # flat_map, batch and gather rather than `shuffle`: its order is not NumPy's.
    return (
        tf.data.Dataset.from_tensor_slices(orders(len(data.x_train), configuration.num_epochs, seed))
        .flat_map(lambda order: tf.data.Dataset.from_tensor_slices(order).batch(configuration.batch_size))
        .map(lambda rows: (tf.gather(data.x_train, rows), tf.gather(data.y_train, rows)))
    )


def _callbacks(
    configuration: Configuration, model: keras.Model, rates: np.ndarray
) -> list[keras.callbacks.Callback]:
    import keras

    steps = iter(rates.ravel().tolist())
    optimizer = model.optimizer

    def set_rate(batch, logs=None):
        optimizer.learning_rate = next(steps)

    def shrink_kernels(batch, logs=None):
        dense = [layer for layer in model.layers if isinstance(layer, keras.layers.Dense)]
        factors = configuration.rate_factors or (1.0,) * len(dense)
        for layer, factor in zip(dense, factors, strict=True):
            threshold = optimizer.learning_rate * factor * configuration.proximal_l1
            layer.kernel.assign(keras.ops.soft_shrink(layer.kernel, threshold))

    def end_when_diverged(epoch, logs):
        if not (math.isfinite(logs["unpenalized"]) and math.isfinite(logs["val_unpenalized"])):
            model.stop_training = True

    callbacks = [
        keras.callbacks.LambdaCallback(on_train_batch_begin=set_rate, on_epoch_end=end_when_diverged)
    ]
    if configuration.proximal_l1:
        callbacks.append(keras.callbacks.LambdaCallback(on_train_batch_end=shrink_kernels))
    if configuration.patience is not None:
        callbacks.append(
            keras.callbacks.EarlyStopping(
                "val_unpenalized",
                mode="min",
                patience=configuration.patience,
                restore_best_weights=configuration.restore_best_weights,
            )
        )
    return callbacks
