"""A rate and a start for each kernel, and training that begins with given weights: are they Keras's?"""

import numpy as np
import pytest
from both_ways import CURVES, assert_same, assert_weights, by_hand, compilations
from tiers import sampled

from helpers.data import fashion_mnist
from helpers.models import initial_weights, mlp
from helpers.training import (
    Configuration,
    starting_weights,
    sweep,
    train_fast,
    train_with_keras,
)

SETTINGS = {"num_epochs": 3, "hidden": (16, 16)}


@pytest.fixture(scope="module")
def data():
    """100 examples: with a batch of 32, each epoch ends with a batch of 4."""
    return fashion_mnist(num_train=100, num_val=60)._replace(
        x_test=fashion_mnist().x_test[:70], y_test=fashion_mnist().y_test[:70]
    )


def several_optimizers(kind, rate, factors, **given):
    """Keras's own way to several rates: an optimizer for each layer."""
    import keras

    kinds = {"sgd": keras.optimizers.SGD, "adam": keras.optimizers.Adam, "muon": keras.optimizers.Muon}
    names = [f"mlp/{name}/.*" for name in ("hidden_1", "hidden_2", "logits")]
    optimizers = {
        name: kinds[kind](rate * factor, **given) for name, factor in zip(names, factors, strict=True)
    }
    for optimizer in optimizers.values():
        optimizer.exclude_from_weight_decay(var_names=["bias"])
    return keras.optimizers.MultiOptimizer(
        keras.optimizers.OptimizerMap(keras.optimizers.SGD(0.0), optimizers)
    )


@pytest.mark.parametrize(
    ("kind", "rate", "settings"),
    sampled(
        [
            ("sgd", 0.05, {}),
            ("sgd", 0.01, {"weight_decay": 5.0}),
            ("adam", 0.002, {}),
            ("adam", 0.002, {"weight_decay": 5.0}),
        ],
        ("adam", 0.002, {"weight_decay": 5.0}),
    ),
)
@pytest.mark.parametrize("factors", [(0.5, 0.0, 3.0)])
def test_has_each_kernel_its_own_rate_as_by_several_optimizers_of_keras(data, kind, rate, settings, factors):
    configuration = Configuration(rate, optimizer=kind, rate_factors=factors, **settings, **SETTINGS)
    run = assert_same(configuration, data, seed=1)
    assert_weights(run, by_hand(configuration, data, 1, several_optimizers(kind, rate, factors, **settings)))
    start = mlp((16, 16), seed=1).get_weights()
    for place, frozen in enumerate((False, False, True, True, False, False)):
        assert (run.weights[place] == start[place]).all() == frozen


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["momentum", "rmsprop", "muon", "schedule-free"])
def test_do_factors_reach_every_optimizer(data, kind):
    configuration = Configuration(0.005, optimizer=kind, rate_factors=(1, 0, 2), weight_decay=0.5, **SETTINGS)
    run = assert_same(configuration, data, seed=2, atol=3e-5)
    start = mlp((16, 16), seed=2).get_weights()
    np.testing.assert_array_equal(run.weights[2], start[2])
    plain = Configuration(0.005, optimizer=kind, weight_decay=0.5, **SETTINGS)
    ones = Configuration(
        0.005, optimizer=kind, weight_decay=0.5, rate_factors=(1, 1, 1), clip_norm=1e6, **SETTINGS
    )
    for one, other in zip(train_fast(plain, data).weights, train_fast(ones, data).weights, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-6)


def test_does_a_factor_reach_the_proximal_step(data):
    configuration = Configuration(0.05, proximal_l1=0.02, rate_factors=(1, 0, 10), **SETTINGS)
    run = assert_same(configuration, data)
    zeros = [np.mean(kernel == 0) for kernel in run.weights[::2]]
    assert zeros[1] == 0 < zeros[0] < zeros[2]


def test_do_factors_share_one_compilation(data):
    with compilations() as count:
        for factor in (0, 0.5, 2):
            train_fast(Configuration(0.05, rate_factors=(1, factor, 1), **SETTINGS), data)
        assert count() <= 1


def test_are_factors_those_of_this_training_and_of_none_before(data):
    """Another number of examples is compiled again, for the same optimizer."""
    configuration = Configuration(0.05, rate_factors=(1, 0.5, 2), **SETTINGS)
    train_fast(configuration, data)
    few = data._replace(x_train=data.x_train[:64], y_train=data.y_train[:64])
    assert_same(configuration, few)


@pytest.mark.parametrize("train", [train_fast, train_with_keras])
def test_has_each_kernel_its_own_start(data, train):
    initializer = [0.01, "he_normal", "zeros"]
    start = starting_weights(Configuration(0.1, initializer=initializer, **SETTINGS), data, 4)
    expected = [
        initial_weights((16, 16), (14, 14), 10, 4, initializer=kind)[2 * place]
        for place, kind in enumerate(initializer)
    ]
    for one, other in zip(start[::2], expected, strict=True):
        np.testing.assert_array_equal(one, other)
    assert start[0].std() == pytest.approx(0.01, rel=0.05)
    run = train(Configuration(1e-30, initializer=initializer, **SETTINGS), data, 4)
    for one, other in zip(run.weights, start, strict=True):
        np.testing.assert_allclose(one, other, rtol=0, atol=1e-25)  # but for steps of this rate


@pytest.mark.slow
@pytest.mark.parametrize("form", [{}, {"normalization": "batch"}, {"optimizer": "adam"}])
def test_does_training_go_on_from_given_weights_as_keras_does(data, form):
    first = train_fast(Configuration(0.02, **form, **SETTINGS), data, 0)
    configuration = Configuration(0.01, **form, **SETTINGS)
    fast, slow = (
        train(configuration, data, 7, test_curves=True, weights=first.weights)
        for train in (train_fast, train_with_keras)
    )
    for name in CURVES:
        np.testing.assert_allclose(getattr(fast, name), getattr(slow, name), atol=3e-5, err_msg=name)
    for one, other in zip(fast.weights, slow.weights, strict=True):
        np.testing.assert_allclose(one, other, atol=3e-5)
    if form == {}:
        still = train_fast(Configuration(1e-30, **SETTINGS), data, 3, weights=first.weights)
        assert still.val_loss == pytest.approx(first.val_loss, abs=1e-6)


def test_begins_plain_descent_where_it_ended(data):
    """Without momentum, two trainings of one epoch in the orders of one seed are one of two."""
    two = train_fast(Configuration(0.02, num_epochs=2, hidden=(16, 16)), data, 5)
    one = train_fast(Configuration(0.02, num_epochs=1, hidden=(16, 16)), data, 5)
    again = train_fast(Configuration(0.02, num_epochs=1, hidden=(16, 16)), data, 5, weights=one.weights)
    assert two.val_losses[0] == one.val_losses[0]
    assert again.val_losses[0] == pytest.approx(two.val_losses[1], rel=0.2)
    assert again.val_losses[0] != one.val_losses[0]


def test_begins_each_run_of_a_sweep_with_the_given_weights(data):
    start = train_fast(Configuration(0.02, **SETTINGS), data, 0).weights
    configurations = [Configuration(rate, **SETTINGS) for rate in (0.01, 0.02)]
    runs = sweep(configurations, data, seeds=[1, 2], weights=start)
    alone = train_fast(configurations[1], data, 2, weights=start)
    np.testing.assert_array_equal(runs[3].val_losses, alone.val_losses)


@pytest.mark.parametrize("train", [train_fast, train_with_keras])
def test_are_weights_of_another_network_refused(data, train):
    for change, named in (
        (lambda weights: weights[:-1], "weights must be arrays of the shapes"),
        (lambda weights: [weights[0].T, *weights[1:]], "weights must be arrays of the shapes"),
        (lambda weights: [weights[0] * np.nan, *weights[1:]], "weights holds values that are no finite"),
    ):
        start = change(starting_weights(Configuration(0.1, **SETTINGS), data))
        with pytest.raises(ValueError, match=named) as refusal:
            train(Configuration(0.1, **SETTINGS), data, weights=start)
        assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ({"initializer": [0.1, 0.1]}, "initializer must have one entry a kernel, 3, not 2"),
        ({"initializer": [0.1, "he", 0.1]}, "initializer must be one of zeros"),
        ({"initializer": [0.1, -1, 0.1]}, "initializer as a standard deviation must be"),
        ({"rate_factors": 0.5}, "rate_factors must list a number a kernel"),
        ({"rate_factors": (1, 1)}, "rate_factors must have one entry a kernel, 3, not 2"),
        ({"rate_factors": (1, -1, 1)}, "each entry of rate_factors must be a finite number, 0 or more"),
    ],
)
def test_are_factors_and_starts_that_do_not_fit_refused_by_name(arguments, named):
    with pytest.raises(ValueError, match=named) as refusal:
        Configuration(0.1, **arguments)
    assert "\n" not in str(refusal.value)


def test_does_a_model_refuse_as_many_starts_as_it_has_no_kernels():
    with pytest.raises(ValueError, match="initializer must have one entry a kernel, 3, not 1"):
        mlp(initializer=[0.1])
