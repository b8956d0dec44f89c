"""The small sweeps that sliders replay, made by `scripts/make_play.py`."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from helpers.data.packaged import read_packaged
from helpers.training import Configuration, Run


class Signals(NamedTuple):
    """The signal through 20 layers of 128 units, by the scale of their initial weights.

    gains: standard deviation of the weights times the root of the fan-in, shape (num_gains,).
    activation_stds, gradient_stds: activation function -> float64, shape (num_gains, 20): of the outputs
    of each layer for normal inputs, and of the loss's gradient with respect to them; geometric means over
    8 seeds.
    """

    gains: np.ndarray
    activation_stds: dict[str, np.ndarray]
    gradient_stds: dict[str, np.ndarray]


def rate_sweep() -> list[Run]:
    """Return runs of lesson 01's network: 31 learning rates from 1e-4 to 10, 5 seeds each, without weights.

    Raises OSError when the packaged file is missing or damaged.
    """
    stored = read_packaged("play")
    curves = ("train_losses", "val_losses", "train_accuracies", "val_accuracies")
    return [
        Run(
            Configuration(float(rate)),
            seed,
            *(stored[name][at, seed].astype(float) for name in curves),
            num_updates=int(stored["num_updates"]),
            seconds=float("nan"),
            diverged=False,
            stuck=bool(stored["stuck"][at, seed]),
            weights=(),
            best_epoch=int(np.argmin(stored["val_losses"][at, seed])),
        )
        for at, rate in enumerate(stored["learning_rates"])
        for seed in range(stored["stuck"].shape[1])
    ]


def signals() -> Signals:
    """Return how signals fare with depth, for 27 gains and the activation functions relu and tanh.

    Raises OSError when the packaged file is missing or damaged.
    """
    stored = read_packaged("play")
    by_activation = [
        {name: 10.0 ** stored[f"{kind}_{name}"] for name in ("relu", "tanh")}
        for kind in ("activations", "gradients")
    ]
    return Signals(stored["gains"].astype(float), *by_activation)
