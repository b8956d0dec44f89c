"""Schedule-free optimizers as published, for Keras.

An optimizer of this kind keeps three points. Steps move the first, z. The second, x, is the average of all z.
Gradients are taken at the third, y, between the two. While it trains, the network holds y; what it is worth
shows at x.

Keras 3.15.1 has a `ScheduleFreeAdamW` too. On TensorFlow it is another algorithm: it reads z only after it
has moved z, and so its average is none.

Importing this module imports Keras, which takes seconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import keras
from keras import ops

if TYPE_CHECKING:
    import tensorflow as tf


class ScheduleFreeSGD(keras.optimizers.Optimizer):
    """Gradient descent on z, whose average x is the result.

    While the rate is constant, x is the plain mean of all z. Under a warm-up a step counts by the square of
    the largest rate so far.

    learning_rate: of the steps of z.
    beta_1: where between z and x gradients are taken: 0 at z, towards 1 at x.
    weight_decay: each step of z takes the fraction learning_rate * weight_decay of y off it.

    Source: Defazio and others, The Road Less Scheduled, arXiv:2405.15682, and its code in
    github.com/facebookresearch/schedule_free. Lesson 03.
    """

    def __init__(self, learning_rate: float = 1.0, beta_1: float = 0.9, **arguments: object) -> None:
        super().__init__(learning_rate=learning_rate, **arguments)
        self.beta_1 = beta_1

    def build(self, variables: Sequence[keras.Variable]) -> None:
        """Make the variables of the optimizer; both points begin where the variables are."""
        if self.built:
            return
        super().build(variables)
        self._points, self._averages = self.add_optimizer_variables(variables, ["point", "average"])
        self._largest_rate = self.add_variable(shape=(), name="largest_rate")
        self._total = self.add_variable(shape=(), name="total")
        self._decayed = [self._use_weight_decay(variable) for variable in variables]
        self.begin()

    def begin(self) -> None:
        """Put z and x where the variables are."""
        for number, variable in enumerate(self._trainable_variables):
            self._points[number].assign(variable)
            self._averages[number].assign(variable)

    def show_averages(self) -> None:
        """Put the variables to x, for measuring; `go_on` before the next step."""
        for variable, average in zip(self._trainable_variables, self._averages, strict=True):
            variable.assign(average)

    def go_on(self) -> None:
        """Put the variables to y, for training."""
        for variable, point, average in zip(
            self._trainable_variables, self._points, self._averages, strict=True
        ):
            variable.assign(self._between(point, average))

    def apply(
        self, grads: Sequence[tf.Tensor], trainable_variables: Sequence[keras.Variable] | None = None
    ) -> None:
        """Take a step, as Keras's optimizers do."""
        if not self.built and trainable_variables is not None:
            self.build(trainable_variables)
        self.assign(self._largest_rate, ops.maximum(self._largest_rate, self.learning_rate))
        self.assign_add(self._total, ops.square(self._largest_rate))
        super().apply(grads, trainable_variables)

    def update_step(self, gradient: tf.Tensor, variable: tf.Variable, learning_rate: tf.Tensor) -> None:
        """Move z, then x, then the variable."""
        number = self._get_variable_index(variable)
        point, average = self._points[number], self._averages[number]
        way = self._direction(gradient, number)
        if self._decayed[number] and self.weight_decay is not None:
            way = way + self.weight_decay * variable
        self.assign_sub(point, learning_rate * way)
        weight = ops.divide_no_nan(ops.square(self._largest_rate), self._total)
        self.assign_add(average, weight * ops.subtract(point, average))
        self.assign(variable, self._between(point, average))

    def _between(self, point: keras.Variable, average: keras.Variable) -> tf.Tensor:
        return ops.add(point, ops.multiply(self.beta_1, ops.subtract(average, point)))

    def _direction(self, gradient: tf.Tensor, number: int) -> tf.Tensor:
        """Return what a step of z goes along. number: of the variable."""
        return gradient

    def _apply_weight_decay(self, variables: Sequence[keras.Variable]) -> None:
        """Do nothing: the decay is a part of the step."""


class ScheduleFreeAdamW(ScheduleFreeSGD):
    """The same with Adam's division by the root of the mean square; it has no other momentum.

    beta_2, epsilon: of the mean square, as in Adam; but epsilon is added to the corrected root.

    Source: as `ScheduleFreeSGD`. Lesson 03.
    """

    def __init__(
        self,
        learning_rate: float = 0.0025,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-8,
        **arguments: object,
    ) -> None:
        super().__init__(learning_rate, beta_1, **arguments)
        self.beta_2 = beta_2
        self.epsilon = epsilon

    def build(self, variables: Sequence[keras.Variable]) -> None:
        """Make the variables of the optimizer."""
        if self.built:
            return
        super().build(variables)
        self._mean_squares = self.add_optimizer_variables(variables, "mean_square")

    def _direction(self, gradient: tf.Tensor, number: int) -> tf.Tensor:
        mean_square = self._mean_squares[number]
        change = ops.subtract(ops.square(gradient), mean_square)
        self.assign_add(mean_square, ops.multiply(1 - self.beta_2, change))
        num_steps = ops.cast(self.iterations + 1, gradient.dtype)
        forgotten = ops.power(ops.cast(self.beta_2, gradient.dtype), num_steps)
        corrected = ops.divide(mean_square, 1 - forgotten)
        return ops.divide(gradient, ops.add(ops.sqrt(corrected), self.epsilon))
