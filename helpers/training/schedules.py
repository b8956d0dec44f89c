"""Learning-rate schedules by name, and what a Keras callback makes of a rate."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from helpers.arguments import require_count, require_one_of, require_rate

if TYPE_CHECKING:
    import keras

SCHEDULES = ("constant", "step", "exponential", "linear", "cosine", "warm-up + cosine")


def scheduled_rates(kind: str, peak: float, num_steps: int) -> np.ndarray:
    """Return the learning rate of each step (or epoch) of a schedule, float64, shape (num_steps,).

    kind: "constant"; "step", halved after each quarter; "exponential", down to a fiftieth; "linear" and
        "cosine", down to 0; "warm-up + cosine", up in the first tenth and then down to 0.
    peak: the highest rate, positive.

    Raises ValueError that names the argument which is out of range.

    Source: Loshchilov and Hutter, SGDR, arXiv:1608.03983 (cosine); Goyal and others, arXiv:1706.02677
    (warm-up). Lesson 02.
    """
    from scipy.signal.windows import hann

    require_one_of("kind", kind, SCHEDULES)
    require_rate("peak", peak)
    require_count("num_steps", num_steps)
    warm_up = num_steps // 10
    # The falling half of Hann's window is half a cosine.
    falling = {steps: hann(2 * steps - 1)[steps - 1 :] for steps in (num_steps, num_steps - warm_up)}
    rates = {
        "constant": lambda: np.full(num_steps, peak),
        "step": lambda: peak * np.repeat([1, 0.5, 0.25, 0.125], -(-num_steps // 4))[:num_steps],
        "exponential": lambda: np.geomspace(peak, peak / 50, num_steps),
        "linear": lambda: np.linspace(peak, 0, num_steps),
        "cosine": lambda: peak * falling[num_steps],
        "warm-up + cosine": lambda: np.append(
            np.linspace(0, peak, warm_up + 1)[1:], peak * falling[num_steps - warm_up]
        ),
    }
    return rates[kind]()


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
