"""Experiments and looking inside: are noise, statistics, bands and learning curves what formulas say?"""

import re

import matplotlib
import numpy as np
import pytest

matplotlib.use("Agg")

from helpers.data import fashion_mnist, sparse_regression
from helpers.models import mlp
from helpers.plotting import NAMED_LINE, plot_curves
from helpers.training import (
    Configuration,
    Run,
    gradient_noise_by_batch_size,
    landscape_of,
    largest_curvature,
    layer_changes,
    layer_statistics,
    learning_curve,
    loss_and_accuracy,
    starting_weights,
    train_fast,
    trained_model,
    with_whole_statistics,
)

SMALL = Configuration(0.1, hidden=(8,))


@pytest.fixture(scope="module")
def few():
    return fashion_mnist(num_train=100, num_val=60)


@pytest.fixture(scope="module")
def example_gradients(few):
    """The gradient of each example's loss, from a tape: shape (100, number of weights of SMALL)."""
    import keras
    import tensorflow as tf

    model = mlp(SMALL.hidden, seed=2)
    with tf.GradientTape() as tape:
        losses = keras.losses.sparse_categorical_crossentropy(
            few.y_train, model(few.x_train), from_logits=True
        )
    parts = tape.jacobian(losses, model.trainable_variables)
    return np.concatenate([part.numpy().reshape(100, -1) for part in parts], axis=1).astype(float)


@pytest.mark.parametrize("replace", [True, False])
def test_is_gradient_noise_the_distance_of_a_batch_by_the_formula(few, example_gradients, replace):
    sizes = np.array([1, 4, 25, 100])
    found = gradient_noise_by_batch_size(few, sizes, SMALL, seed=2, num_draws=4000, replace=replace)
    full = example_gradients.mean(axis=0)
    assert found.gradient_norm == pytest.approx(np.linalg.norm(full), rel=1e-5)
    variance = ((example_gradients - full) ** 2).sum(axis=1).mean()
    left = 1 if replace else (100 - sizes) / 99  # of a finite population, what is not yet drawn
    np.testing.assert_allclose(found.noise, np.sqrt(variance / sizes * left), rtol=0.05, atol=1e-6)


def test_does_the_landscape_of_a_network_have_the_mean_of_its_example_gradients(few, example_gradients):
    model = mlp(SMALL.hidden, seed=2)
    weights, gradient_of = landscape_of(model, few)
    np.testing.assert_allclose(gradient_of(weights), example_gradients.mean(axis=0), rtol=1e-4, atol=1e-6)
    assert weights.shape == (model.count_params(),)


def test_is_the_gradient_of_a_landscape_asked_elsewhere_without_moving_the_network(few):
    model, other = mlp(SMALL.hidden, seed=2), mlp(SMALL.hidden, seed=3)
    before = [array.copy() for array in model.get_weights()]
    there, expected = landscape_of(other, few)
    np.testing.assert_allclose(landscape_of(model, few)[1](there), expected(there), rtol=1e-4, atol=1e-6)
    for array, one in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(array, one)


def test_has_a_regression_a_landscape():
    data = sparse_regression()
    model = mlp((), input_shape=data.x_train.shape[1:], num_classes=1, seed=0)
    weights, gradient_of = landscape_of(model, data)
    step = np.zeros(len(weights))
    step[0] = 1e-2

    def loss(place):
        errors = data.x_train @ place[:-1] + place[-1] - data.y_train
        return np.mean(errors**2)

    slope = (loss(weights + step) - loss(weights - step)) / 2e-2
    assert gradient_of(weights)[0] == pytest.approx(slope, rel=1e-3)


def test_does_gradient_noise_fall_with_the_root_of_the_batch_size():
    found = gradient_noise_by_batch_size(fashion_mnist())
    slope = np.polyfit(np.log(found.batch_sizes), np.log(found.noise), 1)[0]
    assert slope == pytest.approx(-0.5, abs=0.015)  # measured: -.500 +- .003


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ({"batch_sizes": [0]}, "each entry of batch_sizes must be a whole number of at least 1"),
        ({"batch_sizes": [101], "replace": False}, "batch_sizes: 101 is larger than the 100"),
        ({"num_draws": 0}, "num_draws must be"),
        ({"batch_sizes": 32}, "batch_sizes must be several numbers, as in a list, not 32"),
        ({"batch_sizes": []}, "batch_sizes must hold at least one"),
        ({"seed": -1}, "seed must be a whole number"),
    ],
)
def test_is_a_noise_that_cannot_be_measured_refused_by_name(few, arguments, named):
    with pytest.raises(ValueError, match=named):
        gradient_noise_by_batch_size(few, **arguments)


def test_is_a_noise_refused_whose_pairs_of_examples_would_fill_the_memory(few):
    many = few._replace(x_train=np.zeros((8001, 1)), y_train=np.zeros(8001, int))
    many = many._replace(x_val=many.x_train[:1], y_val=many.y_train[:1])
    many = many._replace(x_test=many.x_train[:1], y_test=many.y_train[:1])
    with pytest.raises(ValueError, match="of at most 8000; there are 8001"):
        gradient_noise_by_batch_size(many)


@pytest.mark.parametrize(
    ("activation", "function", "is_flat"),
    [
        ("relu", lambda x: np.maximum(x, 0), lambda y: y == 0),
        ("tanh", np.tanh, lambda y: np.abs(y) > 0.99),
        ("sigmoid", lambda x: 1 / (1 + np.exp(-x)), lambda y: np.abs(y - 0.5) > 0.495),
    ],
)
def test_are_the_statistics_of_layers_those_of_a_pass_by_hand(few, activation, function, is_flat):
    hidden = (8, 6)
    configuration = Configuration(0.1, hidden=hidden, activation=activation, initializer=1.0)
    found = layer_statistics(configuration, few, seed=3)
    w1, b1, w2, b2, w3, b3 = (w.astype(float) for w in mlp(hidden, seed=3, initializer=1.0).get_weights())
    x = few.x_train.reshape(100, -1).astype(float)
    one = function(x @ w1 + b1)
    two = function(one @ w2 + b2)
    for name, measure in (("means", np.mean), ("stds", np.std)):
        by_hand = [measure(outputs) for outputs in (one, two)]
        np.testing.assert_allclose(getattr(found, f"activation_{name}"), by_hand, rtol=1e-4)
    np.testing.assert_allclose(
        found.saturated_fractions, [is_flat(one).mean(), is_flat(two).mean()], atol=2e-3
    )
    # Of the last hidden kernel, backwards by hand: softmax minus the label, through the slope of the units.
    logits = two @ w3 + b3
    softmax = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    behind = (softmax - np.eye(10)[few.y_train]) / 100 @ w3.T
    slope = {"relu": two > 0, "tanh": 1 - two**2, "sigmoid": two * (1 - two)}[activation]
    gradient = one.T @ (behind * slope)
    assert found.gradient_means[1] == pytest.approx(gradient.mean(), rel=1e-3)
    assert found.gradient_stds[1] == pytest.approx(gradient.std(), rel=1e-3)


@pytest.mark.parametrize(
    ("initializer", "deviation"),
    [(0.01, 0.01), (1.0, 1.0), ("glorot_uniform", 128**-0.5), ("he_normal", (2 / 128) ** 0.5)],
)
def test_does_depth_change_the_signal_as_the_scale_of_the_weights_says(few, initializer, deviation):
    # Through relu each layer multiplies the signal by deviation * sqrt(width / 2). Measured from layer 1 to
    # layer 20: 1e-21, 2e17, 2e-3 and 1.
    configuration = Configuration(0.1, hidden=(128,) * 20, initializer=initializer)
    ratios = []
    for seed in range(3):
        stds = layer_statistics(configuration, few, seed).activation_stds
        ratios.append(np.log10(stds[-1] / stds[0]))
    assert np.mean(ratios) == pytest.approx(19 * np.log10(deviation * 8), abs=0.7)


def test_do_large_weights_saturate_tanh(few):
    configuration = Configuration(0.1, hidden=(128,) * 20, activation="tanh", initializer=1.0)
    assert 0.7 < layer_statistics(configuration, few).saturated_fractions[5:].mean() < 0.9  # measured: .81


@pytest.mark.parametrize(
    "form",
    [
        {"normalization": "batch"},
        {"normalization": "layer", "shortcut": True},
        {"normalization": "pre-layer", "shortcut": True},
    ],
    ids=str,
)
def test_are_the_statistics_of_layers_with_norms_and_shortcuts_those_of_a_pass_by_hand(few, form):
    configuration = Configuration(0.1, hidden=(8, 8, 8), initializer="he_normal", **form)
    found = layer_statistics(configuration, few, seed=3)
    weights = iter(w.astype(float) for w in starting_weights(configuration, few, 3))
    axis = 0 if form["normalization"] == "batch" else 1

    def norm(x):
        scale, shift = next(weights), next(weights)
        if axis == 0:
            next(weights), next(weights)
        mean, variance = x.mean(axis=axis, keepdims=True), x.var(axis=axis, keepdims=True)
        return scale * (x - mean) / np.sqrt(variance + 1e-3) + shift

    h = few.x_train.reshape(100, -1).astype(float)
    for number in range(3):
        x = norm(h) if form["normalization"] == "pre-layer" and number else h
        x = x @ next(weights) + next(weights)
        x = norm(x) if form["normalization"] != "pre-layer" else x
        x = np.maximum(x, 0)
        assert found.saturated_fractions[number] == pytest.approx(np.mean(x == 0), abs=3e-3)
        h = h + x if form.get("shortcut") and number else x
        assert found.activation_stds[number] == pytest.approx(h.std(), rel=1e-3)
        assert found.activation_means[number] == pytest.approx(h.mean(), rel=1e-3)
        rows = h[np.abs(h).max(axis=1) > 0]  # others point nowhere
        length = np.linalg.norm(rows, axis=1)
        cosines = (rows @ rows.T / length / length[:, np.newaxis])[~np.eye(len(rows), dtype=bool)]
        assert found.cosines[number] == pytest.approx(cosines.mean(), abs=1e-4)


def test_is_the_length_of_a_gradient_that_of_its_entries(few):
    found = layer_statistics(Configuration(0.1, hidden=(8, 6)), few, seed=1)
    num_entries = np.array([196 * 8, 8 * 6])
    squares = (found.gradient_stds**2 + found.gradient_means**2) * num_entries
    np.testing.assert_allclose(found.gradient_norms, np.sqrt(squares), rtol=1e-6)


def test_does_depth_do_to_the_signal_what_was_measured():
    # Twenty layers of 64 with He's start. A norm holds the size; batch norm keeps images apart, layer norm
    # does not; a shortcut without a norm multiplies; and batch norm's gradient grows backwards.
    data = fashion_mnist(num_train=640)
    found = {}
    for norm, shortcut in ((None, False), ("batch", False), ("layer", False), (None, True)):
        form = {"normalization": norm, "shortcut": shortcut}
        configuration = Configuration(0.1, hidden=(64,) * 20, initializer="he_normal", **form)
        found[norm, shortcut] = layer_statistics(configuration, data)
    growth = {form: np.log(s.activation_stds[-1] / s.activation_stds[0]) for form, s in found.items()}
    assert abs(growth["batch", False]) < 0.3
    assert abs(growth["layer", False]) < 0.3
    assert growth[None, True] > np.log(100)
    assert found["batch", False].cosines[-1] < 0.5
    assert found["layer", False].cosines[-1] > 0.9
    backwards = found["batch", False].gradient_norms
    assert backwards[0] / backwards[-1] > 10


def hessian_by_differences(model, data):
    weights, gradient_of = landscape_of(model, data)
    step = 3e-3
    rows = [
        (gradient_of(weights + step * unit) - gradient_of(weights - step * unit)) / (2 * step)
        for unit in np.eye(len(weights))
    ]
    return (np.array(rows) + np.array(rows).T) / 2


def test_is_the_largest_curvature_that_of_the_whole_hessian(few):
    # tanh has no kinks, on which differences stumble.
    small = few._replace(
        x_train=few.x_train[:, ::4, ::4], x_val=few.x_val[:, ::4, ::4], x_test=few.x_test[:, ::4, ::4]
    )
    configuration = Configuration(0.1, hidden=(5,), activation="tanh")
    run = train_fast(configuration, small, seed=1)
    model = trained_model(run, small)
    expected = np.linalg.eigvalsh(hessian_by_differences(model, small))[-1]
    found = largest_curvature(run, small)
    assert found == pytest.approx(expected, rel=0.01)
    assert largest_curvature(model, small) == pytest.approx(found, rel=1e-4)
    assert largest_curvature(run, small) == found


def test_is_the_largest_curvature_of_a_linear_regression_that_of_its_inputs():
    data = sparse_regression()
    run = train_fast(Configuration(0.01, hidden=(), num_epochs=1), data)
    with_ones = np.append(data.x_train, np.ones((len(data.x_train), 1)), axis=1)
    expected = np.linalg.eigvalsh(2 * with_ones.T @ with_ones / len(with_ones))[-1]
    assert largest_curvature(run, data) == pytest.approx(expected, rel=1e-3)


def test_has_a_layer_without_biases_a_curvature(few):
    """As it is usual in front of a norm: that of the same network with biases that stay at 0."""
    import keras

    def network(use_bias):
        start = keras.initializers.GlorotUniform(seed=1)
        hidden = keras.layers.Dense(6, activation="tanh", use_bias=use_bias, kernel_initializer=start)
        logits = keras.layers.Dense(10, kernel_initializer=start, use_bias=use_bias)
        return keras.Sequential([keras.Input((14, 14)), keras.layers.Flatten(), hidden, logits])

    with_biases = network(use_bias=True)
    for layer in with_biases.layers:
        if getattr(layer, "bias", None) is not None:
            layer.bias.trainable = False
    alone = largest_curvature(network(use_bias=False), few)
    assert 0 < alone == pytest.approx(largest_curvature(with_biases, few), rel=1e-3)


def test_has_a_convolution_with_its_activation_in_a_layer_a_curvature(few):
    import keras

    def network(activation):
        start = keras.initializers.GlorotUniform(seed=1)
        convolution = keras.layers.Conv2D(2, 5, strides=3, kernel_initializer=start)
        layers = [keras.layers.Reshape((14, 14, 1)), convolution, activation, keras.layers.Flatten()]
        return keras.Sequential(
            [keras.Input((14, 14)), *layers, keras.layers.Dense(10, kernel_initializer=start)]
        )

    found = largest_curvature(network(keras.layers.Activation("relu")), few)
    assert 0 < found == pytest.approx(largest_curvature(network(keras.layers.ReLU()), few), rel=1e-6)


@pytest.mark.parametrize("measure", [largest_curvature, landscape_of])
def test_is_a_model_without_weights_refused_in_words(few, measure):
    import keras

    with pytest.raises(ValueError, match=r"has no weights yet: begin it with keras\.Input"):
        measure(keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(10)]), few)


def test_is_several_configurations_at_once_no_learning_curve(few):
    with pytest.raises(ValueError, match="configuration must be one Configuration, not list"):
        learning_curve([SMALL], few, [64])


def test_leaves_measuring_a_curvature_a_model_as_it_was(few):
    model = mlp((8,), normalization="batch", seed=1)
    before = model.get_weights()
    assert largest_curvature(model, few) > 0
    for one, other in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)
    model.set_weights([weight * np.nan for weight in before])
    with pytest.raises(ValueError, match="network has weights that are no finite numbers"):
        largest_curvature(model, few)


def test_is_the_change_of_layers_that_of_their_sums_by_hand(few):
    configuration = Configuration(0.05, hidden=(8, 6), num_epochs=1)
    run = train_fast(configuration, few, seed=3)
    sums = []
    for weights in (starting_weights(configuration, few, 3), run.weights):
        w1, b1, w2, b2, w3, b3 = (weight.astype(float) for weight in weights)
        one = few.x_val[:20].reshape(20, -1) @ w1 + b1
        two = np.maximum(one, 0) @ w2 + b2
        sums.append((one, two, np.maximum(two, 0) @ w3 + b3))
    expected = [np.sqrt(np.mean((end - begin) ** 2)) for begin, end in zip(*sums, strict=True)]
    np.testing.assert_allclose(layer_changes(run, few, num_examples=20), expected, rtol=1e-4)
    still = layer_changes(run, few, weights=run.weights)
    np.testing.assert_array_equal(still, 0)


@pytest.mark.slow
def test_are_whole_statistics_those_of_all_examples_under_the_final_weights(few):
    configuration = Configuration(0.1, hidden=(8, 6), num_epochs=2, normalization="batch")
    run = train_fast(configuration, few, seed=1)
    whole = with_whole_statistics(run, few)
    w1, b1, scale, shift, mean, variance, w2, b2, *_ = (weight.astype(float) for weight in whole)
    for place, (one, other) in enumerate(zip(run.weights, whole, strict=True)):
        assert (one == other).all() == (place not in (4, 5, 10, 11))
    sums = few.x_train.reshape(100, -1) @ w1 + b1
    np.testing.assert_allclose(mean, sums.mean(axis=0), rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(variance, sums.var(axis=0), rtol=1e-4)
    h = np.maximum(scale * (sums - mean) / np.sqrt(variance + 1e-3) + shift, 0)
    np.testing.assert_allclose(whole[10], (h @ w2 + b2).mean(axis=0), rtol=1e-3, atol=1e-5)
    # After eight steps of a hundredth each, the moving ones are still nearly those of the start.
    lagging, settled = (
        loss_and_accuracy(configuration, weights, few, "train").loss for weights in (run.weights, whole)
    )
    assert settled < lagging
    with pytest.raises(ValueError, match="run has no batch normalization"):
        with_whole_statistics(train_fast(SMALL, few), few)


def test_are_weights_worth_what_the_run_says(few):
    run = train_fast(Configuration(0.1, hidden=(8,), l2=0.01), few, seed=2)
    found = loss_and_accuracy(run.configuration, run.weights, few)
    assert found == (pytest.approx(run.val_loss, abs=1e-5), pytest.approx(run.val_accuracy, abs=1e-6))
    data = sparse_regression()
    run = train_fast(Configuration(0.01, hidden=(), num_epochs=1), data)
    loss, accuracy = loss_and_accuracy(run.configuration, run.weights, data)
    assert loss == pytest.approx(run.val_loss, rel=1e-5)
    assert np.isnan(accuracy)
    with pytest.raises(ValueError, match="part must be one of train, val, test"):
        loss_and_accuracy(run.configuration, run.weights, data, "all")
    with pytest.raises(ValueError, match="weights must be arrays of the shapes"):
        loss_and_accuracy(SMALL, run.weights, few)


def test_is_the_part_that_was_asked_for_looked_at_and_an_empty_one_refused(few):
    weights = starting_weights(SMALL, few, seed=2)
    model = mlp(SMALL.hidden, seed=2)
    for part in ("train", "val", "test"):
        x, y = getattr(few, f"x_{part}"), getattr(few, f"y_{part}")
        right = np.mean(model(x).numpy().argmax(axis=1) == y)
        assert loss_and_accuracy(SMALL, weights, few, part).accuracy == pytest.approx(right)
        empty = few._replace(**{f"x_{part}": x[:0], f"y_{part}": y[:0]})
        with pytest.raises(ValueError, match=rf"data\.x_{part} holds no examples"):
            loss_and_accuracy(SMALL, weights, empty, part)
    with pytest.raises(ValueError, match="weights holds values that are no finite numbers"):
        loss_and_accuracy(SMALL, [weight * np.nan for weight in weights], few)


def test_are_norms_refused_where_gradients_of_examples_are_measured(few):
    with pytest.raises(ValueError, match="normalization must be left out: the gradients of norms"):
        gradient_noise_by_batch_size(few, [4], Configuration(0.1, normalization="layer"))


def test_are_layers_that_are_not_there_refused(few):
    with pytest.raises(ValueError, match=r"configuration\.hidden must name at least one layer"):
        layer_statistics(Configuration(0.1, hidden=()), few)


def run_with(val_losses, **changes):
    losses = np.array(val_losses, dtype=float)
    curves = (losses, losses, losses, losses)
    return Run(SMALL, 0, *curves, **{"num_updates": 1, "seconds": 0.0, "diverged": False, "stuck": False,
                                     "weights": ()} | changes)  # fmt: skip


def test_is_a_curve_as_long_as_all_runs_train():
    ax = plot_curves([run_with([4, 2, 1]), run_with([2, 4]), run_with([9, np.inf], diverged=True)])
    (drawn,) = (line for line in ax.lines if line.get_gid() == NAMED_LINE)
    np.testing.assert_array_equal(drawn.get_xydata().T, [[1, 2], [3, 3]])


def first(data, size):
    return data._replace(x_train=data.x_train[:size], y_train=data.y_train[:size])


@pytest.mark.slow
def test_is_a_learning_curve_at_fixed_epochs_the_training_on_the_first_examples(few):
    configuration = Configuration(0.05, hidden=(8,), num_epochs=4)
    curve = learning_curve(configuration, few, [32, 64], seeds=[0, 3])
    for row, size in enumerate((32, 64)):
        for column, seed in enumerate((0, 3)):
            run = train_fast(configuration, first(few, size), seed, test_curves=True)
            assert curve.val_losses[row, column] == run.val_losses[-1]
            assert curve.train_accuracies[row, column] == run.train_accuracies[-1]
            assert curve.errors[row, column] == 1 - run.test_accuracies[-1]
    np.testing.assert_array_equal(curve.num_updates, [[4, 4], [8, 8]])
    assert curve.fixed == "epochs"
    assert curve.measurements == ()


@pytest.mark.slow
def test_is_the_error_of_a_learning_curve_that_of_validation_where_there_is_no_test(few):
    untested = few._replace(x_test=few.x_test[:0], y_test=few.y_test[:0])
    curve = learning_curve(Configuration(0.05, hidden=(8,), num_epochs=4), untested, [32], seeds=[0])
    assert curve.test_accuracies is None
    assert curve.test_losses is None
    np.testing.assert_array_equal(curve.errors, 1 - curve.val_accuracies)


BY_UPDATES = {"fixed": "best", "num_updates": 100}


@pytest.mark.slow
def test_does_a_learning_curve_at_its_best_go_round_few_examples_more_often(few):
    configuration = Configuration(0.05, hidden=(8,))
    curve = learning_curve(configuration, few, [32, 64], seeds=[1], **BY_UPDATES)
    # Two steps an epoch and a measurement: 100 updates are 50 epochs of 64 examples.
    run = train_fast(Configuration(0.05, hidden=(8,), num_epochs=50), first(few, 64), 1, test_curves=True)
    losses = [measured.test_losses[1, 0] for measured in curve.measurements]
    np.testing.assert_allclose(losses, run.test_losses, atol=1e-5)
    best = int(np.argmax(run.val_accuracies))
    assert curve.val_accuracies[1, 0] == pytest.approx(run.val_accuracies[best], abs=1e-6)
    assert curve.errors[1, 0] == pytest.approx(1 - run.test_accuracies[best], abs=1e-6)
    assert curve.num_updates[1, 0] == 2 * (best + 1)


def test_is_a_learning_curve_after_fewer_updates_that_of_the_same_runs(few):
    curve = learning_curve(Configuration(0.05, hidden=(8,)), few, [32, 64], seeds=[1, 2], **BY_UPDATES)
    for updates in (2, 60, 100):
        early = curve.after(updates)
        assert early.fixed == "updates"
        np.testing.assert_array_equal(early.num_updates, np.full((2, 2), updates))
    assert (curve.val_accuracies >= [early.val_accuracies for early in curve.measurements]).all()
    with pytest.raises(ValueError, match="num_updates must be a measurement"):
        curve.after(61)


@pytest.mark.slow
def test_has_a_learning_curve_at_its_best_no_test_errors_where_there_is_no_test_part(few):
    untested = few._replace(x_test=few.x_test[:0], y_test=few.y_test[:0])
    curve = learning_curve(Configuration(0.05, hidden=(8,)), untested, [32], seeds=[0], **BY_UPDATES)
    for measured in (curve, *curve.measurements):
        assert measured.test_accuracies is None
        assert measured.test_losses is None
        np.testing.assert_array_equal(measured.errors, 1 - measured.val_accuracies)


def test_does_validation_choose_the_best_of_a_regression_by_its_loss():
    data = sparse_regression(num_train=64)
    curve = learning_curve(Configuration(0.02, hidden=()), data, [32, 64], seeds=[0], **BY_UPDATES)
    losses = np.array([measured.val_losses for measured in curve.measurements])
    np.testing.assert_array_equal(curve.val_losses, losses.min(axis=0))
    np.testing.assert_array_equal(curve.errors, curve.test_losses)


@pytest.mark.slow
def test_learns_each_seed_from_examples_of_its_own(few):
    configuration = Configuration(0.05, hidden=(8,), num_epochs=2)
    curve = learning_curve(configuration, few, [32, 64], seeds=[4, 5], own_examples=True)
    rows = (np.arange(50, 114)) % 100  # from the half on, and round the end
    second = few._replace(x_train=few.x_train[rows], y_train=few.y_train[rows])
    for row, size in enumerate((32, 64)):
        assert curve.val_losses[row, 0] == train_fast(configuration, first(few, size), 4).val_losses[-1]
        assert curve.val_losses[row, 1] == train_fast(configuration, first(second, size), 5).val_losses[-1]


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"sizes": 50}, "sizes must be several numbers"),
        ({"seeds": 3}, "seeds must be several numbers"),
        ({"sizes": []}, "sizes and seeds must each hold"),
        ({"sizes": [31]}, "each entry of sizes must be a whole number of at least 32"),
        ({"sizes": [101]}, "sizes: there are 100 training examples, not 101"),
        ({"fixed": "steps"}, "fixed must be one of epochs, best"),
        ({"fixed": "best", "num_updates": 75}, "num_updates must be a multiple of 50"),
        ({"fixed": "best", "configuration": Configuration(0.1, patience=2)}, "patience counts epochs"),
        (
            {"fixed": "best", "configuration": Configuration(schedule=lambda epoch: 0.1)},
            "a schedule by epochs has no meaning",
        ),
    ],
)
def test_is_a_learning_curve_that_cannot_be_refused_by_name(few, changes, named):
    with pytest.raises(ValueError, match=named) as refusal:
        learning_curve(**{"configuration": SMALL, "data": few, "sizes": [32]} | changes)
    assert "\n" not in str(refusal.value)


@pytest.mark.slow
def test_do_the_lines_of_the_readme_show_what_it_says(top, own_style):
    (lines,) = re.findall(r"```python\n(.*?)```", (top / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    *before, last = lines.splitlines()
    assert len(before) == 4
    names = {}
    exec("\n".join(before), names)
    ax = eval(last, names)
    without, dropout, smaller_rate = (line.get_ydata() for line in ax.lines if line.get_gid() == NAMED_LINE)
    # Measured at the end: .616, with dropout .758, with the smaller rate .765; deviations below .02.
    assert without[:21].max() - without[-1] > 0.08
    assert dropout[-1] - without[-1] > 0.08
    assert smaller_rate[-1] - without[-1] > 0.08
    assert abs(smaller_rate[-1] - dropout[-1]) < 0.04
    artifacts = top / "tests" / "artifacts"
    artifacts.mkdir(exist_ok=True)
    ax.figure.savefig(artifacts / "laboratory.png")


@pytest.mark.parametrize(
    ("penalty", "optimizer", "zeros"),
    [
        ({"l1": 0.2}, "sgd", 0),
        ({"l1": 0.2}, "adam", 0),
        ({"l2": 0.2}, "sgd", 0),
        ({"l2": 0.2}, "adam", 0),
        ({"proximal_l1": 0.2}, "sgd", 0.83),
    ],
)
def test_does_only_the_proximal_step_give_exact_zeros(penalty, optimizer, zeros):
    configuration = Configuration(
        0.05, hidden=(), batch_size=80, num_epochs=500, optimizer=optimizer, **penalty
    )
    kernel = train_fast(configuration, sparse_regression()).weights[0]
    assert (kernel == 0).mean() == pytest.approx(zeros, abs=0.1 if zeros else 0)
