"""Learning-rate schedules by name, and what a Keras callback makes of a rate."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from helpers.arguments import (
    require_between,
    require_count,
    require_left_out,
    require_one_of,
    require_rate,
)

if TYPE_CHECKING:
    import keras

# What a schedule has of three numbers, and what they are where they are not given: the share of the steps in
# which the rate rises, the share in which it falls, and the last rate as a share of the peak.
SHARES: dict[str, dict[str, float]] = {
    "constant": {},
    "step": {},
    "exponential": {"final_share": 1 / 50},
    "linear": {"final_share": 0.0},
    "cosine": {"final_share": 0.0},
    "warm-up + cosine": {"warm_up_share": 0.1, "final_share": 0.0},
    "wsd": {"warm_up_share": 0.1, "decay_share": 0.2, "final_share": 0.0},
}
SCHEDULES = tuple(SHARES)


def scheduled_rates(
    kind: str,
    peak: float,
    num_steps: int,
    *,
    warm_up_share: float | None = None,
    decay_share: float | None = None,
    final_share: float | None = None,
) -> np.ndarray:
    """Return the learning rate of each step (or epoch) of a schedule, float64, shape (num_steps,).

    kind: "constant"; "step", halved after each quarter; "exponential", down to a fiftieth; "linear" and
        "cosine", down to 0; "warm-up + cosine", up in the first tenth and then down to 0; "wsd" (warm-up,
        stable, decay), up in the first tenth, level, and straight down to 0 in the last fifth.
    peak: the highest rate, positive.
    warm_up_share: of the steps in which the rate rises, instead of a tenth.
    decay_share: of the steps in which it falls at the end of "wsd", instead of a fifth.
    final_share: the last rate as a share of the peak, instead of what is said above.

    Raises ValueError that names the argument which is out of range, or which this kind does not have.

    Source: Loshchilov and Hutter, SGDR, arXiv:1608.03983 (cosine); Goyal and others, arXiv:1706.02677
    (warm-up); Hu and others, MiniCPM, arXiv:2404.06395 (warm-up, stable, decay). Lesson 02.
    """
    require_one_of("kind", kind, SCHEDULES)
    require_rate("peak", peak)
    require_count("num_steps", num_steps)
    given = {"warm_up_share": warm_up_share, "decay_share": decay_share, "final_share": final_share}
    shares = schedule_shares(kind, given)
    final = shares.get("final_share", 0.0)
    rising, falling = (
        math.floor(shares.get(name, 0.0) * num_steps + 1e-9) for name in ("warm_up_share", "decay_share")
    )
    level = num_steps - rising - falling
    rates = {
        "constant": lambda: np.full(num_steps, float(peak)),
        "step": lambda: peak * 0.5 ** (4 * np.arange(num_steps) // num_steps),
        "exponential": lambda: np.geomspace(peak, peak * final, num_steps),
        "linear": lambda: np.linspace(peak, peak * final, num_steps),
        "cosine": lambda: peak * _half_cosine(num_steps, final),
        "warm-up + cosine": lambda: np.append(_up(peak, rising), peak * _half_cosine(level, final)),
        "wsd": lambda: np.concatenate(
            [_up(peak, rising), np.full(level, peak), np.linspace(peak, peak * final, falling + 1)[1:]]
        ),
    }
    return rates[kind]()


def schedule_shares(kind: str, given: Mapping[str, float | None]) -> dict[str, float]:
    """Return the shares of a schedule: those that are given, and for the others those of `SHARES`.

    given: share -> its value; None for one that is not given.

    Raises ValueError for a share that this kind does not have, or one that is out of range.
    """
    own = SHARES[kind]
    foreign = {name: value for name, value in given.items() if name not in own}
    require_left_out(f"the schedule {kind!r} has none", **foreign)
    shares = own | {name: value for name, value in given.items() if value is not None}
    for name, value in shares.items():
        require_between(name, value, 0, 1, "a number from 0 to below 1")
    if shares.get("warm_up_share", 0) + shares.get("decay_share", 0) > 1:
        raise ValueError("warm_up_share and decay_share must not exceed 1 together.")
    if kind == "exponential" and not shares["final_share"]:
        raise ValueError("final_share must be positive: by equal factors no rate falls to 0.")
    return shares


def _up(peak: float, num_steps: int) -> np.ndarray:
    """Return rates that rise in equal parts; the last is the peak."""
    return np.linspace(0, peak, num_steps + 1)[1:]


def _half_cosine(num_steps: int, final: float) -> np.ndarray:
    """Return what falls from 1 to `final` as half a cosine does."""
    from scipy.signal.windows import hann

    # It is the falling half of Hann's window.
    return final + (1 - final) * hann(2 * num_steps - 1)[num_steps - 1 :]


def rates_in_training(
    callback: keras.callbacks.Callback, num_epochs: int, learning_rate: float = 0.01
) -> list[float]:
    """Return the learning rate with which `model.fit` trains in each epoch under a callback.

    The model has one weight and two examples: nothing is learned, the rates are looked at.

    learning_rate: what the optimizer starts with.

    Raises what the callback or Keras raises.

    Lesson 02.
    """
    import keras

    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    # Eagerly: tracing a function would take longer than these few steps.
    model.compile(optimizer=keras.optimizers.SGD(learning_rate), loss="mse", run_eagerly=True)
    used: list[float] = []
    look = keras.callbacks.LambdaCallback(
        on_train_batch_begin=lambda batch, logs: used.append(float(model.optimizer.learning_rate))
    )
    examples = np.ones((2, 1), np.float32)
    model.fit(examples, examples, epochs=num_epochs, callbacks=[callback, look], verbose=0)
    return used
