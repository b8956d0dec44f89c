"""Both ways of training, compared: fast, with Keras by its room, and with Keras as a learner writes it."""

import contextlib

import numpy as np
import pytest

from helpers.models import mlp
from helpers.training import compiled as compiled_room
from helpers.training import train_fast, train_with_keras
from helpers.training.plan import orders

CURVES = (
    "train_losses", "val_losses", "test_losses", "train_accuracies", "val_accuracies", "test_accuracies"
)  # fmt: skip


def assert_same(configuration, data, seed=0, atol=1e-5):
    """Train both ways; the records must agree. Returns the fast one."""
    fast, slow = (
        train(configuration, data, seed, test_curves=True) for train in (train_fast, train_with_keras)
    )
    for name in CURVES:
        np.testing.assert_allclose(getattr(fast, name), getattr(slow, name), rtol=0, atol=atol, err_msg=name)
    for name in ("num_updates", "diverged", "stuck", "stopped_epoch"):
        assert getattr(fast, name) == getattr(slow, name), name
    # Where nothing is learned all epochs are equally good, and rounding names the best of them.
    assert fast.val_losses[slow.best_epoch] == pytest.approx(np.nanmin(fast.val_losses), abs=atol)
    for one, other in zip(fast.weights, slow.weights, strict=True):
        np.testing.assert_allclose(one, other, rtol=0, atol=atol)
    return fast


def by_hand(configuration, data, seed, optimizer, callbacks=(), loss=None, model=None, **of_model):
    """What a learner writes: a model, compile, fit; the examples in the order of the seed."""
    import keras

    hidden, activation, start = configuration.hidden, configuration.activation, configuration.initializer
    if model is None:
        model = mlp(hidden, data.x_train.shape[1:], 10, activation, seed, start, **of_model)
    loss = loss or keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(optimizer=optimizer, loss=loss, metrics=["accuracy"])
    for epoch, order in enumerate(orders(len(data.x_train), configuration.num_epochs, seed)):
        model.fit(
            data.x_train[order],
            data.y_train[order],
            batch_size=configuration.batch_size,
            initial_epoch=epoch,
            epochs=epoch + 1,
            callbacks=list(callbacks),
            shuffle=False,
            verbose=0,
        )
    return model


def assert_weights(run, model, atol=1e-5):
    for one, other in zip(run.weights, model.get_weights(), strict=True):
        np.testing.assert_allclose(one, other, rtol=0, atol=atol)


@contextlib.contextmanager
def compilations():
    """Yield a function that tells how often something was compiled: another function, or other shapes."""
    used, real = {}, compiled_room.compiled

    def noting(architecture):
        trained = real(architecture)
        used.setdefault(trained, trained.experimental_get_tracing_count())
        return trained

    def count():
        assert used, "nothing was trained"
        return sum(trained.experimental_get_tracing_count() - before for trained, before in used.items())

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(compiled_room, "compiled", noting)
        yield count
