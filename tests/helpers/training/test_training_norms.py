"""Normalization and shortcuts: are networks with them those of Keras, and statistics those of the examples?

Most tests train two layers of 16 units for 3 epochs of four batches; the last one has 4 examples.
"""

import math

import numpy as np
import pytest
from both_ways import assert_same, assert_weights, by_hand, compilations
from tiers import sampled

from helpers.data import fashion_mnist, sparse_regression
from helpers.models import initial_weights, kernels_of_variables, mlp
from helpers.training import Configuration, train_fast, trained_model

SETTINGS = {"num_epochs": 3, "hidden": (16, 16)}
FORMS = [
    {"normalization": "batch"},
    {"normalization": "layer"},
    {"normalization": "pre-layer"},
    {"shortcut": True},
    {"normalization": "batch", "shortcut": True},
    {"normalization": "layer", "shortcut": True},
    {"normalization": "pre-layer", "shortcut": True},
]
NAMES = [" ".join(map(str, form.values())) for form in FORMS]


@pytest.fixture(scope="module")
def data():
    return fashion_mnist(num_train=100, num_val=60)._replace(
        x_test=fashion_mnist().x_test[:70], y_test=fashion_mnist().y_test[:70]
    )


def in_keras(normalization=None, shortcut=False, hidden=(16, 16), **of_norm):
    """The network as a formula, with Keras's layers."""
    import keras

    def norm(x):
        if normalization == "batch":
            return keras.layers.BatchNormalization(**of_norm)(x)
        return keras.layers.LayerNormalization(**of_norm)(x)

    inputs = keras.Input((14, 14))
    h = keras.layers.Flatten()(inputs)
    for number, units in enumerate(hidden):
        x = norm(h) if normalization == "pre-layer" and number else h
        x = keras.layers.Dense(units)(x)
        x = norm(x) if normalization in ("batch", "layer") else x
        x = keras.layers.ReLU()(x)
        h = keras.layers.add([h, x]) if shortcut and number else x
    h = norm(h) if normalization == "pre-layer" else h
    return keras.Model(inputs, keras.layers.Dense(10)(h))


@pytest.mark.parametrize("form", sampled(FORMS, *FORMS[-1:]), ids=NAMES)
def test_is_a_network_with_norms_and_shortcuts_that_of_keras(data, form):
    import keras

    configuration = Configuration(0.05, **form, **SETTINGS)
    run = assert_same(configuration, data, seed=1, atol=3e-5)
    model = in_keras(**form)
    model.set_weights(initial_weights((16, 16), (14, 14), 10, 1, normalization=form.get("normalization")))
    assert_weights(run, by_hand(configuration, data, 1, keras.optimizers.SGD(0.05), model=model), atol=3e-5)
    np.testing.assert_allclose(
        trained_model(run, data)(data.x_val), model(data.x_val, training=False), atol=1e-4
    )


@pytest.mark.slow
def test_does_adam_train_norms_alike(data):
    # A bias in front of batch norm has no gradient but rounding errors, which a usual epsilon would enlarge.
    settings = {"optimizer": "adam", "epsilon": 1e-3, "normalization": "batch", "shortcut": True}
    assert_same(Configuration(0.003, **settings, **SETTINGS), data, seed=1, atol=3e-5)


@pytest.mark.slow
@pytest.mark.parametrize("normalization", ["batch", "layer", "pre-layer"])
def test_are_the_numbers_of_a_norm_those_of_keras(data, normalization):
    import keras

    given = {"norm_epsilon": 0.1} | ({"norm_momentum": 0.5} if normalization == "batch" else {})
    in_keras_ = {"epsilon": 0.1} | ({"momentum": 0.5} if normalization == "batch" else {})
    configuration = Configuration(0.05, normalization=normalization, **given, **SETTINGS)
    run = assert_same(configuration, data, seed=2, atol=3e-5)
    model = in_keras(normalization, **in_keras_)
    model.set_weights(initial_weights((16, 16), (14, 14), 10, 2, normalization=normalization))
    assert_weights(run, by_hand(configuration, data, 2, keras.optimizers.SGD(0.05), model=model), atol=3e-5)


def test_do_the_numbers_of_a_norm_share_one_compilation(data):
    with compilations() as count:
        for momentum, epsilon in ((0.9, 1e-3), (0.5, 1e-7), (None, None)):
            configuration = Configuration(
                0.05, normalization="batch", norm_momentum=momentum, norm_epsilon=epsilon, **SETTINGS
            )
            train_fast(configuration, data)
        assert count() <= 1


@pytest.mark.parametrize("form", FORMS, ids=NAMES)
@pytest.mark.parametrize("hidden", [(7, 7), (5, 5, 5)])
def test_are_initial_weights_those_of_the_model(form, hidden):
    built = mlp(hidden, seed=3, **form).get_weights()
    drawn = initial_weights(hidden, (14, 14), 10, 3, normalization=form.get("normalization"))
    for one, other in zip(built, drawn, strict=True):
        np.testing.assert_array_equal(one, other)
        assert one.dtype == other.dtype


def test_do_norms_belong_to_the_kernels_that_they_stand_beside():
    expected = {
        "batch": ["hidden_1"] * 4 + ["hidden_2"] * 4 + ["logits"] * 2,
        "layer": ["hidden_1"] * 4 + ["hidden_2"] * 4 + ["logits"] * 2,
        "pre-layer": ["hidden_1"] * 2 + ["hidden_2"] * 4 + ["logits"] * 4,
    }
    for normalization, of_kernels in expected.items():
        for shortcut in (False, True):
            model = mlp((7, 7), normalization=normalization, shortcut=shortcut)
            names = ("hidden_1", "hidden_2", "logits")
            numbers = kernels_of_variables(model)
            assert [names[number] for number in numbers] == of_kernels
            for number, variable in zip(numbers, model.trainable_variables, strict=True):
                place = variable.path.split("/")[-2].replace("norm_", "").replace("hidden_", "")
                assert place == ("1", "2", "logits")[number]


@pytest.mark.slow
def test_are_a_penalty_and_decay_on_kernels_and_not_on_norms(data):
    configuration = Configuration(0.003, weight_decay=100.0, normalization="layer", **SETTINGS)
    run = assert_same(configuration, data, atol=3e-5)
    gamma = run.weights[2]
    assert np.abs(gamma - 1).max() < 0.1
    assert np.linalg.norm(run.weights[0]) < 0.2 * np.linalg.norm(mlp((16, 16)).get_weights()[0])
    assert_same(Configuration(0.05, l2=0.02, normalization="batch", **SETTINGS), data, atol=3e-5)


@pytest.mark.slow
def test_is_dropout_with_norms_and_shortcuts_in_front_of_the_shortcut(data):
    """At a rate of 0 every epoch measures the same network under other masks, and so does Keras's model."""
    import keras

    form = {"normalization": "batch", "shortcut": True}
    configuration = Configuration(
        schedule=lambda epoch: 0.0, dropout=0.5, num_epochs=128, hidden=(16, 16, 16), batch_size=100, **form
    )
    losses = train_fast(configuration, data, seed=6).train_losses
    model = mlp((16, 16, 16), seed=6, dropout=0.5, **form)
    cross_entropy = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    of_keras = np.array(
        [float(cross_entropy(data.y_train, model(data.x_train, training=True))) for _ in range(128)]
    )
    error = math.hypot(losses.std(), of_keras.std()) / math.sqrt(128)
    assert abs(losses.mean() - of_keras.mean()) < 4 * error
    assert losses.std() == pytest.approx(of_keras.std(), rel=0.3)
    names = [layer.name for layer in mlp((4, 4), dropout=0.5, **form).layers[1:]]
    assert names == [
        "flatten", "hidden_1", "norm_1", "activation_1", "dropout_1",
        "hidden_2", "norm_2", "activation_2", "dropout_2", "shortcut_2", "logits",
    ]  # fmt: skip


def test_are_statistics_those_of_the_examples_and_not_of_what_fills_up_a_batch(data):
    """After one step from 0 the moving mean is a hundredth of the mean of the one ragged batch."""
    few = data._replace(x_train=data.x_train[:40], y_train=data.y_train[:40])
    configuration = Configuration(
        schedule=lambda epoch: 0.0, num_epochs=1, hidden=(16,), normalization="batch", norm_momentum=0.0
    )
    run = train_fast(configuration, few, seed=5)
    kernel, bias, *_ = initial_weights((16,), (14, 14), 10, 5, normalization="batch")
    order = np.random.default_rng(5).permuted(np.arange(40, dtype=np.int32)[np.newaxis], axis=1)[0]
    signal = few.x_train[order[32:]].reshape(8, -1) @ kernel + bias
    np.testing.assert_allclose(run.weights[4], signal.mean(axis=0), atol=1e-5)
    np.testing.assert_allclose(run.weights[5], signal.var(axis=0), atol=1e-5)


@pytest.mark.slow
def test_do_best_weights_have_the_statistics_of_their_epoch(data):
    configuration = Configuration(
        0.3, normalization="batch", norm_momentum=0.8, num_epochs=20, hidden=(16,), patience=2
    )
    run = assert_same(configuration, data, seed=0, atol=2e-3)
    model = trained_model(run, data)
    logits = model(data.x_val).numpy().astype(float)
    losses = np.log(np.exp(logits).sum(axis=1)) - logits[np.arange(60), data.y_val]
    assert losses.mean() == pytest.approx(run.val_losses[run.best_epoch], abs=1e-4)


@pytest.mark.slow
def test_trains_a_regression_with_norms(data):
    configuration = Configuration(0.003, hidden=(16, 16), num_epochs=3, normalization="layer", shortcut=True)
    assert_same(configuration, sparse_regression(num_train=50), atol=1e-4)


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ({"normalization": "group"}, "normalization must be one of batch, layer, pre-layer"),
        ({"shortcut": True, "hidden": (8, 4)}, "shortcut needs two hidden layers or more, all of one width"),
        ({"shortcut": True, "hidden": (8,)}, r"hidden is \(8,\)"),
        ({"normalization": "batch", "hidden": ()}, "normalization='batch' needs hidden layers"),
        ({"norm_momentum": 0.9}, "norm_momentum must be left out: there is no normalization"),
        ({"normalization": "layer", "norm_momentum": 0.9}, "only batch normalization has moving statistics"),
        ({"normalization": "batch", "norm_momentum": 1}, "norm_momentum must be a number from 0 to below 1"),
        ({"normalization": "layer", "norm_epsilon": 0}, "norm_epsilon must be a positive number"),
        ({"normalization": "batch", "optimizer": "schedule-free"}, "has moving statistics of other weights"),
        ({"shortcut": "yes"}, "shortcut must be True or False"),
    ],
)
def test_is_a_network_that_makes_no_sense_refused_by_name(arguments, named):
    with pytest.raises(ValueError, match=named) as refusal:
        Configuration(0.1, **arguments)
    assert "\n" not in str(refusal.value)
