"""A network with its optimizer, and what a compiled training does with them.

TensorFlow traces all of this while it compiles. Importing this module imports Keras, which takes seconds.
"""

from __future__ import annotations

from collections.abc import Mapping

import keras
import numpy as np
import tensorflow as tf

from helpers.models import kernels_of_variables, mlp, pass_through
from helpers.training.compiled_inputs import Architecture, Numbers, Steps
from helpers.training.optimizers import (
    MOMENTS,
    WITH_MOMENTUM,
    give_rate_factors,
    is_schedule_free,
    keras_optimizer,
    names_in_keras,
)
from helpers.training.records import Curves

L1_NORM, SQUARED_NORM = keras.regularizers.L1(1.0), keras.regularizers.L2(1.0)


class Trainer:
    """A network of one architecture and its optimizer, in variables that every training sets anew.

    Layers, loss, metric, penalties and optimizer are Keras's own, dropout is TensorFlow's.

    model: the network.
    """

    def __init__(self, architecture: Architecture) -> None:
        self._architecture = architecture
        self.model = mlp(
            architecture.hidden,
            architecture.input_shape,
            architecture.num_outputs,
            architecture.activation,
            normalization=architecture.normalization,
            shortcut=architecture.shortcut,
        )
        dense = [layer for layer in self.model.layers if isinstance(layer, keras.layers.Dense)]
        self._kernels, self._biases = [layer.kernel for layer in dense], [layer.bias for layer in dense]
        self._optimizer = keras_optimizer(architecture.optimizer)
        self._averaging = is_schedule_free(architecture.optimizer)
        self._optimizer.build(self.model.trainable_variables)
        self._rate_factors: list[tf.Tensor] = []
        if architecture.rate_factors:
            give_rate_factors(self._optimizer, self._rate_factors)
        self._fresh_optimizer = [variable.numpy() for variable in self._optimizer.variables]
        self._best_weights = [tf.Variable(tf.zeros_like(weight)) for weight in self.model.weights]

    def begin(self, weights: list[tf.Tensor], numbers: Numbers) -> None:
        """Set all variables to where a training begins, and let Keras compute with its numbers."""
        variables = self.model.weights + self._optimizer.variables + self._best_weights
        for variable, value in zip(variables, weights + self._fresh_optimizer + weights, strict=True):
            variable.assign(value)
        _set_optimizer(self._optimizer, self._architecture, numbers)
        if self._architecture.rate_factors:
            self._rate_factors[:] = [
                numbers.rate_factors[kernel] for kernel in kernels_of_variables(self.model)
            ]
        for layer in self.model.layers:
            if layer.name.startswith("norm_"):
                layer.epsilon = numbers.norm_epsilon
                if self._architecture.normalization == "batch":
                    layer.momentum = _Number(numbers.norm_momentum[0], numbers.norm_momentum[1])
        if self._averaging:
            self._optimizer.begin()

    def train_epoch(
        self, epoch: tf.Tensor, numbers: Numbers, steps: Steps, parts: Mapping[str, tf.Tensor]
    ) -> tuple[tf.Tensor, tf.Tensor]:
        """Take the steps of an epoch.

        Returns the loss of each batch before its step, (num_steps,), and how many examples were right then.
        """
        num_steps = steps.rates.shape[1]
        losses = tf.TensorArray(tf.float32, num_steps, element_shape=())
        hits = 0.0
        if self._averaging:
            self._optimizer.go_on()
        for step in tf.range(num_steps):
            rows = steps.rows[epoch, step]
            loss, batch_hits = self._take_step(
                numbers,
                steps.rates[epoch, step],
                epoch * num_steps + step,
                tf.gather(parts["x_train"], rows),
                tf.gather(parts["y_train"], rows),
                steps.example_weights[epoch, step],
            )
            losses = losses.write(step, loss)
            hits += batch_hits
        if self._averaging:
            self._optimizer.show_averages()
        return losses.stack(), hits

    def measure(
        self,
        batch_losses: tf.Tensor,
        hits: tf.Tensor,
        example_weights: tf.Tensor,
        parts: Mapping[str, tf.Tensor],
    ) -> Curves:
        """Return the six numbers of an epoch.

        batch_losses, hits: what `train_epoch` returns.
        example_weights: of the epoch.
        """
        num_examples = tf.reduce_sum(example_weights, axis=1)
        train_loss = tf.tensordot(batch_losses, num_examples, 1) / tf.reduce_sum(num_examples)
        val_loss, val_accuracy = self._evaluate(parts["x_val"], parts["y_val"])
        test_loss, test_accuracy = self._evaluate(parts["x_test"], parts["y_test"])
        train_accuracy = hits / tf.reduce_sum(num_examples)
        return Curves(train_loss, val_loss, test_loss, train_accuracy, val_accuracy, test_accuracy)

    def keep_weights(self) -> None:
        """Keep the weights as those of the best epoch."""
        for kept, weight in zip(self._best_weights, self.model.weights, strict=True):
            kept.assign(weight)

    def restore_weights(self) -> None:
        """Give the network the weights that were kept last."""
        for weight, kept in zip(self.model.weights, self._best_weights, strict=True):
            weight.assign(kept)

    def _take_step(self, numbers, rate, place, x, y, example_weights):
        """Take a step, and return the loss of the batch before it and how many of its examples were right.

        place: of the step among all.
        """
        with tf.GradientTape() as tape:
            outputs = self._outputs_in_training(x, numbers, place, example_weights)
            losses, hits = self._compare(y, outputs)
            loss = tf.reduce_sum(losses * example_weights) / tf.reduce_sum(example_weights)
            penalty = self._penalty(numbers)
            objective = loss + penalty
            if self._architecture.label_smoothing:
                smoothed = _smoothed_losses(y, outputs, numbers.label_smoothing) * example_weights
                objective = tf.reduce_sum(smoothed) / tf.reduce_sum(example_weights) + penalty
        gradients = tape.gradient(objective, self.model.trainable_variables)
        if self._architecture.clipping:
            gradients, _ = tf.clip_by_global_norm(gradients, numbers.clip_norm)
        self._optimizer.learning_rate.assign(rate)
        self._optimizer.apply(gradients)
        if self._architecture.proximal:
            for number, kernel in enumerate(self._kernels):
                factor = numbers.rate_factors[number] if self._architecture.rate_factors else 1.0
                kernel.assign(keras.ops.soft_shrink(kernel, rate * factor * numbers.proximal_l1))
        return loss, tf.reduce_sum(hits * example_weights)

    def _outputs_in_training(self, x, numbers, place, example_weights):
        rates = self._dropout_rates(numbers)
        if not rates and self._architecture.normalization != "batch":
            return self.model(x, training=True)
        places = {layer.name: number for number, layer in enumerate(self.model.layers)}

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

        return pass_through(self.model, x, apply)[-1]

    def _dropout_rates(self, numbers):
        """Return the rates by the names of the layers behind which units are dropped."""
        architecture = self._architecture
        rates = {"flatten": numbers.input_dropout} if architecture.input_dropout else {}
        if architecture.dropout:
            last_of_hidden = "activation_" if architecture.normalization in ("batch", "layer") else "hidden_"
            names = [layer.name for layer in self.model.layers]
            rates |= {name: numbers.dropout for name in names if name.startswith(last_of_hidden)}
        return rates

    def _penalty(self, numbers):
        penalty = numbers.l1 * sum(map(L1_NORM, self._kernels)) + numbers.l2 * sum(
            map(SQUARED_NORM, self._kernels)
        )
        if self._architecture.bias_penalty:
            penalty += numbers.bias_l2 * sum(map(SQUARED_NORM, self._biases))
        return penalty

    def _evaluate(self, x, y):
        """Return the mean loss and the accuracy; nan for no examples, as of a test part without curves."""
        if not len(x):
            return tf.constant(np.float32("nan")), tf.constant(np.float32("nan"))
        losses, hits = self._compare(y, self.model(x, training=False))
        return tf.reduce_mean(losses), tf.reduce_mean(hits)

    def _compare(self, y, outputs):
        """Return the loss of each example, and whether it is right."""
        if self._architecture.regression:
            losses = keras.losses.mean_squared_error(y[:, tf.newaxis], outputs)
            return losses, tf.fill(tf.shape(losses), np.float32("nan"))
        losses = keras.losses.sparse_categorical_crossentropy(y, outputs, from_logits=True)
        return losses, keras.metrics.sparse_categorical_accuracy(y, outputs)


def _smoothed_losses(y, outputs, smoothing):
    num_outputs = outputs.shape[-1]
    targets = (1 - smoothing) * tf.one_hot(y, num_outputs) + smoothing / num_outputs
    return keras.losses.categorical_crossentropy(targets, outputs, from_logits=True)


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


def _set_optimizer(optimizer: keras.Optimizer, architecture: Architecture, numbers: Numbers) -> None:
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
