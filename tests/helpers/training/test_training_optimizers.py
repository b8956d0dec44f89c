"""Optimizers: are their numbers those of Keras, is schedule-free the published one, is clipping by all?

Most tests train 16 hidden units for 3 epochs, with test curves, as `test_training_keras` does.
"""

import numpy as np
import pytest
from both_ways import assert_same, assert_weights, by_hand, compilations
from tiers import sampled

from helpers.data import fashion_mnist
from helpers.models import mlp
from helpers.training import Configuration, train_fast
from helpers.training.optimizers import MOMENTS, keras_optimizer, names_in_keras
from helpers.training.plan import orders

SETTINGS = {"num_epochs": 3, "hidden": (16,)}


@pytest.fixture(scope="module")
def data():
    """100 examples: with a batch of 32, each epoch ends with a batch of 4."""
    return fashion_mnist(num_train=100, num_val=60)._replace(
        x_test=fashion_mnist().x_test[:70], y_test=fashion_mnist().y_test[:70]
    )


GIVEN = [
    ("adam", {"beta_1": 0.5, "beta_2": 0.9999, "epsilon": 1e-3}),
    ("adam", {"beta_1": 0.0, "beta_2": 0.0, "epsilon": 0.01}),
    ("adam", {"epsilon": 1.0}),
    ("adamw", {"beta_2": 0.95}),
    ("rmsprop", {"beta_2": 0.99, "epsilon": 1e-5}),
    ("muon", {"beta_1": 0.8, "beta_2": 0.99, "epsilon": 1e-4, "adam_lr_ratio": 0.25}),
]


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "given"), GIVEN, ids=[f"{kind} {given}" for kind, given in GIVEN])
def test_are_the_numbers_of_an_optimizer_those_of_keras(data, kind, given):
    import keras

    run = assert_same(Configuration(0.002, optimizer=kind, **given, **SETTINGS), data, seed=1)
    in_keras = {
        "adam": keras.optimizers.Adam,
        "adamw": lambda rate, **given: keras.optimizers.AdamW(rate, weight_decay=0.0, **given),
        "rmsprop": lambda rate, beta_2, epsilon: keras.optimizers.RMSprop(rate, rho=beta_2, epsilon=epsilon),
        "muon": lambda rate, beta_1, beta_2, epsilon, adam_lr_ratio: keras.optimizers.Muon(
            rate, beta_1, beta_2, 0.0, epsilon, 0.0, adam_lr_ratio=adam_lr_ratio, exclude_layers=["logits"]
        ),
    }[kind]
    configuration = Configuration(0.002, optimizer=kind, **SETTINGS)
    assert_weights(run, by_hand(configuration, data, 1, in_keras(0.002, **given)))
    plain = train_fast(configuration, data, 1, test_curves=True)
    assert np.abs(plain.train_losses - run.train_losses).max() > 1e-4


@pytest.mark.parametrize("kind", ["rmsprop", "adam", "adamw", "muon"])
def test_are_the_usual_numbers_those_of_keras(kind):
    optimizer = keras_optimizer(kind)
    for name, value in names_in_keras(kind, MOMENTS[kind]).items():
        assert getattr(optimizer, name) == value


def test_stands_the_usual_momentum_for_none_where_an_optimizer_has_none():
    assert Configuration(0.1, momentum=0.9) == Configuration(0.1)


def test_are_numbers_that_an_optimizer_has_not_refused():
    for kind, given in (
        ("sgd", {"momentum": 0.5}),
        ("adam", {"momentum": 0.5}),
        ("momentum", {"beta_1": 0.5}),
        ("sgd", {"epsilon": 1e-3}),
        ("rmsprop", {"beta_1": 0.5}),
        ("schedule-free-sgd", {"beta_2": 0.5}),
        ("adam", {"adam_lr_ratio": 0.5}),
    ):
        (name,) = given
        with pytest.raises(ValueError, match=f"{name} must be left out: the optimizer {kind!r} has none"):
            Configuration(0.1, optimizer=kind, **given)
    with pytest.raises(ValueError, match="the optimizer 'muon' needs hidden layers"):
        Configuration(0.1, optimizer="muon", hidden=())
    with pytest.raises(ValueError, match="proximal_l1 must be 0: 'schedule-free' ends with averages"):
        Configuration(0.1, optimizer="schedule-free", proximal_l1=0.1)


def test_do_rates_and_numbers_share_one_compilation(data):
    with compilations() as count:
        for number in range(4):
            settings = {"beta_1": 0.2 * number, "beta_2": 0.9 + 0.02 * number, "clip_norm": 1.0 + number}
            train_fast(Configuration(0.001 * (number + 1), optimizer="adam", **settings, **SETTINGS), data)
        assert count() <= 1


def schedule_free_by_formula(data, configuration, seed, adam):
    """The paper's algorithm in float64; returns its x, the points of evaluation."""
    import tensorflow as tf

    model = mlp(configuration.hidden, seed=seed)
    shapes = [weight.shape for weight in model.get_weights()]
    is_kernel = np.concatenate([np.full(np.prod(shape), len(shape) == 2) for shape in shapes])
    z = np.concatenate([weight.ravel() for weight in model.get_weights()]).astype(float)
    x, mean_square = z.copy(), np.zeros_like(z)
    beta, step, total, largest = configuration.beta_1 or 0.9, 0, 0.0, 0.0
    places = np.cumsum([np.prod(shape) for shape in shapes])[:-1]
    for order in orders(len(data.x_train), configuration.num_epochs, seed):
        for at in range(0, len(order), configuration.batch_size):
            rows = order[at : at + configuration.batch_size]
            y = (1 - beta) * z + beta * x
            parts = zip(np.split(y, places), shapes, strict=True)
            model.set_weights([part.reshape(shape) for part, shape in parts])
            with tf.GradientTape() as tape:
                logits = model(data.x_train[rows])
                losses = tf.nn.sparse_softmax_cross_entropy_with_logits(data.y_train[rows], logits)
                loss = tf.reduce_mean(losses)
            gradients = tape.gradient(loss, model.trainable_variables)
            gradient = np.concatenate([part.numpy().ravel() for part in gradients]).astype(float)
            rate = configuration.learning_rate
            if configuration.schedule:
                rate = configuration.schedule(step)
            step += 1
            if adam:
                mean_square = 0.999 * mean_square + 0.001 * gradient**2
                gradient = gradient / (np.sqrt(mean_square / (1 - 0.999**step)) + 1e-8)
            z = z - rate * (gradient + configuration.weight_decay * is_kernel * y)
            largest = max(largest, rate)
            total += largest**2
            x = x + largest**2 / total * (z - x)
    return [part.reshape(shape) for part, shape in zip(np.split(x, places), shapes, strict=True)]


@pytest.mark.parametrize(
    ("kind", "rate", "settings"),
    sampled(
        [
            ("schedule-free", 0.003, {}),
            ("schedule-free", 0.003, {"beta_1": 0.6}),
            ("schedule-free-sgd", 0.1, {"weight_decay": 0.5}),
            (
                "schedule-free-sgd",
                0.1,
                {"schedule": lambda step: 0.02 * min(step + 1, 5), "schedule_by": "step"},
            ),
        ],
        ("schedule-free", 0.003, {"beta_1": 0.6}),
    ),
)
def test_is_schedule_free_the_published_algorithm_measured_at_the_average(data, kind, rate, settings):
    configuration = Configuration(rate, optimizer=kind, **settings, **SETTINGS)
    run = assert_same(configuration, data, seed=2)
    expected = schedule_free_by_formula(data, configuration, 2, adam=kind == "schedule-free")
    for one, other in zip(run.weights, expected, strict=True):
        np.testing.assert_allclose(one, other, rtol=0, atol=2e-5)
    model = mlp((16,))
    model.set_weights(run.weights)
    logits = model(data.x_val).numpy().astype(float)
    losses = np.log(np.exp(logits).sum(axis=1)) - logits[np.arange(60), data.y_val]
    assert run.val_loss == pytest.approx(losses.mean(), abs=1e-4)


def test_are_the_first_steps_of_schedule_free_those_of_the_paper():
    """One weight 1, gradient 1, rate .1. Keras 3.15.1's class gives .9, .85, .80, .75, .70, .65."""
    import keras

    optimizer = keras_optimizer("schedule-free", learning_rate=0.1)
    weight = keras.Variable(np.ones(1, np.float32))
    optimizer.build([weight])
    found = []
    for _ in range(6):
        optimizer.apply([keras.ops.ones(1)])
        found.append(float(weight.numpy()[0]))
    np.testing.assert_allclose(found, [0.9, 0.845, 0.79, 0.735, 0.68, 0.625], atol=1e-5)
    optimizer.show_averages()
    assert float(weight.numpy()[0]) == pytest.approx(0.65, abs=1e-5)  # the mean of .9, .8, ..., .4
    optimizer.go_on()
    assert float(weight.numpy()[0]) == pytest.approx(0.625, abs=1e-5)


@pytest.mark.slow
def test_are_the_best_weights_of_schedule_free_averages(data):
    configuration = Configuration(
        0.03, optimizer="schedule-free", num_epochs=25, hidden=(16,), patience=2, batch_size=25
    )
    run = assert_same(configuration, data, seed=1, atol=1e-4)
    assert run.stopped_epoch is not None
    model = mlp((16,))
    model.set_weights(run.weights)
    logits = model(data.x_val).numpy().astype(float)
    losses = np.log(np.exp(logits).sum(axis=1)) - logits[np.arange(60), data.y_val]
    assert losses.mean() == pytest.approx(run.val_losses[run.best_epoch], abs=1e-4)


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "rate"), [("sgd", 0.05), ("adam", 0.002)])
@pytest.mark.parametrize("clip_norm", [0.5, 100.0])
def test_is_clipping_that_of_keras_by_the_norm_of_all_gradients(data, kind, rate, clip_norm):
    import keras

    configuration = Configuration(rate, optimizer=kind, clip_norm=clip_norm, **SETTINGS)
    run = assert_same(configuration, data, seed=3)
    in_keras = {"sgd": keras.optimizers.SGD, "adam": keras.optimizers.Adam}[kind]
    assert_weights(run, by_hand(configuration, data, 3, in_keras(rate, global_clipnorm=clip_norm)))
    free = train_fast(Configuration(rate, optimizer=kind, **SETTINGS), data, 3)
    moved = max(np.abs(one - other).max() for one, other in zip(run.weights, free.weights, strict=True))
    assert (moved > 1e-3) == (clip_norm == 0.5)


def test_does_one_step_of_clipped_descent_move_by_the_rate_times_the_norm(data):
    one = data._replace(x_train=data.x_train[:32] * 255, y_train=data.y_train[:32])
    configuration = Configuration(0.1, num_epochs=1, hidden=(16,), clip_norm=0.25)
    run = train_fast(configuration, one, 0)
    start = mlp((16,)).get_weights()
    ways = [np.sum((end - begin) ** 2) for end, begin in zip(run.weights, start, strict=True)]
    assert np.sqrt(np.sum(ways)) == pytest.approx(0.1 * 0.25, rel=1e-4)
