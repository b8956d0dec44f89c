"""The small sweeps that sliders replay, made by `scripts/make_play.py`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from helpers.data.packaged import read_packaged
from helpers.training import Configuration, Run


class Signals(NamedTuple):
    """The signal through 20 layers of 128 units, by the scale of their initial weights.

    gains: standard deviation of the weights times the root of the fan-in, shape (num_gains,).
    activation_stds: activation function -> standard deviation of the outputs of each layer for normal
        inputs, float64, shape (num_gains, 20).
    gradient_stds: activation function -> that of the loss's gradient with respect to these outputs, of the
        same shape.

    Both are geometric means over 8 seeds.
    """

    gains: np.ndarray
    activation_stds: dict[str, np.ndarray]
    gradient_stds: dict[str, np.ndarray]


def rate_sweep() -> list[Run]:
    """Return runs of lesson 01's network: 31 learning rates from 1e-4 to 10, 5 seeds each, without weights.

    Raises OSError when the packaged file is missing or damaged.
    """
    stored = read_packaged("play")
    num_rates, num_seeds = stored["stuck"].shape
    return [_stored_run(stored, at, seed) for at in range(num_rates) for seed in range(num_seeds)]


def _stored_run(stored: Mapping[str, np.ndarray], at: int, seed: int) -> Run:
    """Return the run of the learning rate at a place of the sweep, with one seed."""
    return Run(
        configuration=Configuration(float(stored["learning_rates"][at])),
        seed=seed,
        train_losses=stored["train_losses"][at, seed].astype(float),
        val_losses=stored["val_losses"][at, seed].astype(float),
        train_accuracies=stored["train_accuracies"][at, seed].astype(float),
        val_accuracies=stored["val_accuracies"][at, seed].astype(float),
        num_updates=int(stored["num_updates"]),
        seconds=float("nan"),
        diverged=False,
        stuck=bool(stored["stuck"][at, seed]),
        weights=(),
        best_epoch=int(np.argmin(stored["val_losses"][at, seed])),
    )


def signals() -> Signals:
    """Return how signals fare with depth, for 27 gains and the activation functions relu and tanh.

    Raises OSError when the packaged file is missing or damaged.
    """
    stored = read_packaged("play")
    activations, gradients = (
        {name: 10.0 ** stored[f"{kind}_{name}"] for name in ("relu", "tanh")}
        for kind in ("activations", "gradients")
    )
    return Signals(stored["gains"].astype(float), activations, gradients)
