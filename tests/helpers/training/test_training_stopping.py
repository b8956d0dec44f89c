"""A callback and given losses: does it stop where Keras stops, and are the weights those that it leaves?"""

import numpy as np
import pytest

from helpers.training.stopping import stop_in_training

# The lowest is epoch 2; three epochs later patience has run out.
VALLEY = {"loss": [4, 3, 2, 1, 0.5, 0.25, 0.1], "val_loss": [3, 2, 1, 2, 1.5, 2, 0.5]}


@pytest.mark.parametrize(
    ("restore", "monitor", "expected"),
    [(True, "val_loss", (5, 2)), (False, "val_loss", (5, 5)), (True, "loss", (None, 6))],
)
def test_does_it_see_where_keras_stops_and_what_it_restores(restore, monitor, expected):
    import keras

    callback = keras.callbacks.EarlyStopping(monitor, patience=3, restore_best_weights=restore)
    assert tuple(stop_in_training(callback, VALLEY).values()) == expected


def test_is_it_what_model_fit_does():
    import keras

    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, use_bias=False)])
    model.compile(optimizer=keras.optimizers.SGD(0.0), loss="mse", run_eagerly=True)

    def tell(epoch, logs):
        model.set_weights([np.full((1, 1), epoch, np.float32)])
        logs["val_loss"] = VALLEY["val_loss"][epoch]

    teller = keras.callbacks.LambdaCallback(on_epoch_end=tell)
    callback = keras.callbacks.EarlyStopping("val_loss", patience=3, restore_best_weights=True)
    ones = np.ones((2, 1), np.float32)
    ran = model.fit(ones, ones, epochs=7, callbacks=[teller, callback], verbose=0).epoch
    seen = stop_in_training(callback, VALLEY)
    assert seen == {
        "stopped after epoch": ran[-1],
        "ends with the weights of epoch": int(model.get_weights()[0][0, 0]),
    }


@pytest.mark.parametrize("curves", [{}, {"loss": []}, {"loss": [1, 2], "val_loss": [1]}])
def test_are_curves_of_different_lengths_refused(curves):
    with pytest.raises(ValueError, match="the same number of epochs"):
        stop_in_training(None, curves)


def test_does_a_training_that_goes_on_count_on():
    import keras

    seen = []
    noting = keras.callbacks.LambdaCallback(
        on_train_begin=lambda logs: seen.append(noting.model.get_weights()[0].item()),
        on_epoch_end=lambda epoch, logs: seen.append((epoch, noting.model.get_weights()[0].item())),
    )
    left = stop_in_training(noting, {"val_loss": [2, 1]}, initial_epoch=7)
    assert seen == [6, (7, 7), (8, 8)]
    assert left == {"stopped after epoch": None, "ends with the weights of epoch": 8}


def test_is_a_weight_that_a_callback_moves_on_the_way_off_to_the_end():
    import keras

    putting_back = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, logs: epoch == 1 and putting_back.model.set_weights([np.zeros((1, 1))])
    )
    assert stop_in_training(putting_back, VALLEY)["ends with the weights of epoch"] == 5


@pytest.mark.parametrize(("several", "said"), [(list, "a class"), ([], "a list"), ((), "a tuple")])
def test_is_what_is_not_one_callback_refused(several, said):
    with pytest.raises(TypeError, match=said):
        stop_in_training(several, VALLEY)
