"""What a callback does to a training whose losses are given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import keras


def stop_in_training(
    callback: keras.callbacks.Callback, curves: Mapping[str, Sequence[float]], initial_epoch: int = 0
) -> dict[str, int | None]:
    """Return where a callback stops a training that goes as the curves say, and whose weights it leaves.

    The keys are "stopped after epoch", None if it was not stopped, and "ends with the weights of epoch", both
    counted from 0. Nothing is trained: the model has one weight, which grows by 1 in each epoch and so is
    the number of the epoch, unless the callback changes it on the way. The callback is called as `model.fit`
    calls it at the ends of epochs, which takes a few milliseconds.

    curves: what the training reports after each epoch, as "loss" or "val_loss", all of one length: the
        training ends there if it is not stopped before.
    initial_epoch: the number of the first epoch, as in `model.fit`, where a training goes on.

    Raises ValueError for curves of different lengths, TypeError for a list of callbacks and for a class, and
    what the callback or Keras raises.

    Lesson 09.
    """
    import keras

    num_epochs = max(map(len, curves.values()), default=0)
    if min(map(len, curves.values()), default=0) != num_epochs or num_epochs == 0:
        raise ValueError("curves must all have the same number of epochs, one or more.")
    if isinstance(callback, list | tuple | type):
        kind = "a class" if isinstance(callback, type) else f"a {type(callback).__name__}"
        raise TypeError(f"one callback is asked for, an object, and not {kind}.")
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, use_bias=False)])
    model.compile(optimizer="sgd", loss="mse")
    callbacks = keras.callbacks.CallbackList([callback], model=model, epochs=num_epochs)
    model.stop_training = False
    stopped = None
    model.set_weights([np.full((1, 1), initial_epoch - 1, np.float32)])
    weight = model.weights[0].value  # TensorFlow's own: Keras's assign takes three times as long
    callbacks.on_train_begin()
    for place in range(num_epochs):
        epoch = initial_epoch + place
        callbacks.on_epoch_begin(epoch)
        weight.assign_add([[1.0]])
        callbacks.on_epoch_end(epoch, {name: float(values[place]) for name, values in curves.items()})
        if model.stop_training:
            stopped = epoch
            break
    callbacks.on_train_end()
    left = round(float(model.get_weights()[0][0, 0]))
    return {"stopped after epoch": stopped, "ends with the weights of epoch": left}
