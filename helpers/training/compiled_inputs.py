"""What a compiled training takes: what is compiled in, and the arguments of one run."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np


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


class Steps(NamedTuple):
    """What the steps of a training take; each shape begins with (num_epochs, num_steps).

    rows: of the training part, int32, (..., batch_size).
    example_weights: 1, or 0 for a row that only fills up a batch, in the same shape.
    rates: float32.
    """

    rows: np.ndarray
    example_weights: np.ndarray
    rates: np.ndarray

    def with_room(self) -> Steps:
        """Return the steps with epochs of zeros behind them, up to the next of 32, 128, 512, ... epochs.

        How many epochs are trained is an argument, so whoever tries 10, 20 and 30 epochs compiles once.
        """
        room = 32
        while room < len(self.rates):
            room *= 4
        missing = (0, room - len(self.rates))
        return Steps._make(
            np.pad(of_epochs, [missing] + [(0, 0)] * (of_epochs.ndim - 1)) for of_epochs in self
        )


def arrays_of(parts: Mapping[str, np.ndarray], regression: bool) -> dict[str, np.ndarray]:
    """Return x_train, ..., y_test in the types that are trained on."""
    types = {"x": np.float32, "y": np.float32 if regression else np.int32}
    names = [f"{axis}_{part}" for part in ("train", "val", "test") for axis in "xy"]
    return {name: np.asarray(parts[name], types[name[0]]) for name in names}
