"""Keras's optimizers by name, and what each of them has of the numbers beside the learning rate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import keras
    import tensorflow as tf

OPTIMIZERS = (
    "sgd", "momentum", "nesterov", "rmsprop", "adam", "adamw", "muon", "schedule-free", "schedule-free-sgd",
)  # fmt: skip
WITH_MOMENTUM = ("momentum", "nesterov")

# What an optimizer has of beta_1, beta_2 and epsilon, and what they are where they are not given: Keras's
# own, and for the schedule-free ones those of the paper.
_OF_ADAM = {"beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-7}
MOMENTS: dict[str, dict[str, float]] = {
    "rmsprop": {"beta_2": 0.9, "epsilon": 1e-7},
    "adam": _OF_ADAM,
    "adamw": _OF_ADAM,
    "muon": _OF_ADAM,
    "schedule-free": {"beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-8},
    "schedule-free-sgd": {"beta_1": 0.9},
}

# Where Keras calls them otherwise.
_IN_KERAS = {
    "rmsprop": {"beta_2": "rho"},
    "muon": {"beta_1": "adam_beta_1", "beta_2": "adam_beta_2"},
}


def is_schedule_free(kind: str) -> bool:
    """Return whether the optimizer of that name ends with averaged weights."""
    return kind.startswith("schedule-free")


def names_in_keras(kind: str, moments: Mapping[str, object]) -> dict[str, object]:
    """Return beta_1, beta_2 and epsilon, as many as are given, under the names of Keras's optimizer."""
    names = _IN_KERAS.get(kind, {})
    return {names.get(name, name): value for name, value in moments.items()}


def keras_optimizer(
    kind: str,
    momentum: float = 0.9,
    weight_decay: float = 0.0,
    learning_rate: float = 0.01,
    *,
    moments: Mapping[str, float] | None = None,
    adam_lr_ratio: float | None = None,
    clip_norm: float | None = None,
) -> keras.Optimizer:
    """Return Keras's optimizer of that kind, which decays kernels only.

    "muon" trains the hidden kernels; the logits and all biases it leaves to Adam. The schedule-free ones are
    those of `helpers.training.schedule_free`.

    moments: beta_1, beta_2 and epsilon, as many as are given; `MOMENTS` has the others.
    adam_lr_ratio: rate of Muon's Adam as a multiple of its own; None for 1.
    clip_norm: largest length of all gradients together; None for any.
    """
    import keras

    arguments: dict[str, Any] = {
        "learning_rate": learning_rate,
        "weight_decay": weight_decay,
        "global_clipnorm": clip_norm,
        **names_in_keras(kind, moments or {}),
    }
    if kind == "muon":
        ratio = 1.0 if adam_lr_ratio is None else adam_lr_ratio
        of_adam = {"adam_weight_decay": weight_decay, "adam_lr_ratio": ratio, "exclude_layers": ["logits"]}
        optimizer = keras.optimizers.Muon(**arguments, **of_adam)
    elif kind in ("adam", "adamw", "rmsprop"):
        kinds = {"adam": "Adam", "adamw": "AdamW", "rmsprop": "RMSprop"}
        optimizer = getattr(keras.optimizers, kinds[kind])(**arguments)
    elif is_schedule_free(kind):
        from helpers.training.schedule_free import ScheduleFreeAdamW, ScheduleFreeSGD

        optimizer = (ScheduleFreeAdamW if kind == "schedule-free" else ScheduleFreeSGD)(**arguments)
    else:
        momentum = 0.0 if kind == "sgd" else momentum
        optimizer = keras.optimizers.SGD(momentum=momentum, nesterov=kind == "nesterov", **arguments)
    optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
    return optimizer


def give_rate_factors(optimizer: keras.Optimizer, factors: Sequence[float | tf.Tensor]) -> None:
    """Let an optimizer multiply its rate by a factor for each variable, in steps and in decay.

    factors: one a trainable variable, 0 for one that stays; read at every step.
    """
    take_step = optimizer.update_step

    def update_step(gradient: tf.Tensor, variable: tf.Variable, learning_rate: tf.Tensor) -> None:
        factor = factors[optimizer._get_variable_index(variable)]
        take_step(gradient, variable, learning_rate * factor)

    def apply_weight_decay(variables: Sequence[keras.Variable]) -> None:
        decay = optimizer.weight_decay
        for variable, factor in zip(variables, factors, strict=True):
            if decay is not None and optimizer._use_weight_decay(variable):
                variable.assign(variable - variable * decay * (optimizer.learning_rate * factor))

    optimizer.update_step = update_step
    if not hasattr(optimizer, "show_averages"):  # where decay is a part of the step
        optimizer._apply_weight_decay = apply_weight_decay
