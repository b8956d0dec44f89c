"""The small models: are they what they say, and the same for the same seed?"""

import sys

import numpy as np
import pytest

from helpers import trial
from helpers.models import initial_weights, mlp


def test_does_the_perceptron_have_the_layers_that_it_was_asked_for():
    model = mlp(hidden=(64, 32), input_shape=(14, 14), num_classes=10)
    assert [layer.name for layer in model.layers] == ["flatten", "hidden_1", "hidden_2", "logits"]
    assert model.count_params() == 196 * 64 + 64 + 64 * 32 + 32 + 32 * 10 + 10
    assert [layer.activation.__name__ for layer in model.layers[1:]] == ["relu", "relu", "linear"]
    assert model.output_shape == (None, 10)


def test_is_a_model_without_hidden_layers_linear():
    model = mlp(hidden=(), input_shape=(3,), num_classes=2)
    kernel, bias = model.get_weights()
    x = np.random.default_rng(0).normal(size=(5, 3)).astype(np.float32)
    np.testing.assert_allclose(model.predict(x, verbose=0), x @ kernel + bias, rtol=1e-5, atol=1e-6)


def test_is_another_activation_used_in_every_hidden_layer():
    model = mlp(hidden=(4, 4), activation="tanh")
    assert [layer.activation.__name__ for layer in model.layers[1:]] == ["tanh", "tanh", "linear"]


def test_are_weights_the_same_for_the_same_seed_whatever_ran_before():
    import keras

    keras.utils.set_random_seed(1)
    first = mlp(seed=5).get_weights()
    keras.utils.set_random_seed(2)
    second, other = mlp(seed=5).get_weights(), mlp(seed=6).get_weights()
    for one, same, different in zip(first[::2], second[::2], other[::2], strict=True):
        np.testing.assert_array_equal(one, same)
        assert (one != different).all()


def test_do_equal_layers_start_differently():
    _, _, hidden_2, _, hidden_3, *_ = mlp(hidden=(64, 64, 64)).get_weights()
    assert (hidden_2 != hidden_3).mean() > 0.99


def test_do_kernels_fill_the_range_of_glorot_and_biases_start_at_zero():
    kernel, bias, *_ = mlp(hidden=(128,), input_shape=(28, 28)).get_weights()
    # Keras for 784 -> 128: sqrt(6 / (784 + 128)) = 0.08111.
    assert np.abs(kernel).max() == pytest.approx(0.08111, abs=1e-4)
    assert kernel.std() == pytest.approx(0.08111 / np.sqrt(3), rel=0.02)
    assert not bias.any()


@pytest.mark.parametrize("hidden", [(), (7,), (64, 64, 3)])
def test_are_initial_weights_those_of_the_model(hidden):
    built = mlp(hidden, (14, 14), 10, seed=3).get_weights()
    drawn = initial_weights(hidden, (14, 14), 10, seed=3)
    assert len(built) == len(drawn)
    for one, other in zip(built, drawn, strict=True):
        np.testing.assert_array_equal(one, other)
        assert one.dtype == other.dtype


def test_does_every_layer_of_every_seed_drop_units_of_its_own():
    ones = np.ones((200, 64), np.float32)
    layers = [layer for seed in range(3) for layer in mlp((64, 64), seed=seed, dropout=0.5).layers]
    masks = [np.asarray(layer(ones, training=True)) > 0 for layer in layers if "dropout" in layer.name]
    assert len(masks) == 6
    for at, mask in enumerate(masks):
        for other in masks[:at]:
            assert (mask == other).mean() == pytest.approx(0.5, abs=0.03)  # 12800 coins: sd .0044


def test_does_a_trial_of_lesson_15_take_the_examples_in_the_order_of_its_seed(monkeypatch, capsys):
    monkeypatch.setattr(trial, "mlp", lambda hidden, dropout, seed: mlp(hidden, seed=0))

    def shown(seed):
        line = f"trial --learning-rate 0.5 --units 8 --epochs 1 --examples 128 --seed {seed}"
        monkeypatch.setattr(sys, "argv", line.split())
        trial.main()
        return capsys.readouterr().out

    assert shown(1) == shown(1) != shown(2)
