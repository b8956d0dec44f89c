"""Training: does the fast way give Keras's numbers, are failures records, do the figures reproduce?"""

import subprocess
import sys

import numpy as np
import pytest
from both_ways import compilations
from tiers import sampled

from helpers.data import fashion_mnist, sparse_regression
from helpers.models import mlp
from helpers.training import (
    Configuration,
    learning_rate_range_test,
    quadratic_loss,
    quadratic_trajectory,
    rough_valley,
    sweep,
    train_fast,
    train_with_keras,
    trained_model,
)

CURVES = ("train_losses", "val_losses", "train_accuracies", "val_accuracies")


@pytest.fixture(scope="module")
def data():
    return fashion_mnist()


@pytest.fixture(scope="module")
def ragged():
    """1000 examples: with a batch of 32, each epoch ends with a batch of 8."""
    return fashion_mnist(num_train=1000, num_val=300)


def assert_same(run, other, atol=1e-5):
    for name in CURVES:
        np.testing.assert_allclose(getattr(run, name), getattr(other, name), rtol=0, atol=atol, err_msg=name)
    assert (run.num_updates, run.diverged, run.stuck) == (other.num_updates, other.diverged, other.stuck)


@pytest.mark.parametrize("seed", sampled([0, 1], 0))
@pytest.mark.parametrize("learning_rate", sampled([0.001, 0.03], 0.03))
def test_is_fast_training_equal_to_keras_with_a_ragged_batch(ragged, learning_rate, seed):
    configuration = Configuration(learning_rate)
    fast, keras_run = (train(configuration, ragged, seed) for train in (train_fast, train_with_keras))
    assert_same(fast, keras_run)
    assert fast.num_updates == 32 * 10
    for weight, other in zip(fast.weights, keras_run.weights, strict=True):
        np.testing.assert_allclose(weight, other, atol=1e-5)


@pytest.mark.parametrize("seed", sampled([0, 1], 0))
def test_is_fast_training_equal_to_keras_at_the_best_rate(data, seed):
    # At a rate this large rounding errors may grow, so only five epochs are compared.
    configuration = Configuration(0.1, num_epochs=5)
    assert_same(train_fast(configuration, data, seed), train_with_keras(configuration, data, seed))


@pytest.mark.parametrize(
    ("batch_size", "hidden"),
    sampled([(1, (8,)), (300, ()), (128, (16, 16, 16))], 128),
    ids=["one", "all", "deep"],
)
def test_is_fast_training_equal_to_keras_for_other_shapes(batch_size, hidden):
    small = fashion_mnist(num_train=300, num_val=50, size=28)
    configuration = Configuration(0.01, batch_size=batch_size, num_epochs=2, hidden=hidden)
    assert_same(train_fast(configuration, small, 7), train_with_keras(configuration, small, 7))


def test_is_the_trained_model_what_the_run_ended_with(data):
    run = train_fast(Configuration(0.05, num_epochs=3), data, seed=2)
    model = trained_model(run, data)
    model.compile(loss=training_loss(), metrics=["accuracy"])
    loss, accuracy = model.evaluate(data.x_val, data.y_val, verbose=0)
    assert loss == pytest.approx(run.val_losses[-1], abs=1e-5)
    assert accuracy == pytest.approx(run.val_accuracies[-1], abs=1e-6)


def training_loss():
    import keras

    return keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def test_does_the_second_call_compile_nothing(data):
    train_fast(Configuration(0.1), data, seed=0)
    with compilations() as count:
        sweep([Configuration(rate) for rate in (1e-3, np.float32(0.2), 3)], data, seeds=[1, 2])
        assert count() == 0


def test_does_another_number_of_epochs_compile_nothing(data):
    train_fast(Configuration(0.1, num_epochs=20), data, seed=0)
    with compilations() as count:
        sweep([Configuration(0.1, num_epochs=num_epochs) for num_epochs in (1, 7, 32)], data, seeds=[0])
        assert count() == 0


def test_is_a_shorter_training_the_beginning_of_a_longer_one(data):
    # 40 epochs do not fit into the function that is compiled for 3.
    short, long = (train_fast(Configuration(0.1, num_epochs=number), data, seed=3) for number in (3, 40))
    for name in CURVES:
        assert len(getattr(short, name)) == 3
        np.testing.assert_array_equal(getattr(short, name), getattr(long, name)[:3])


def test_does_a_seed_decide_everything_and_alone(ragged):
    import keras

    configuration = Configuration(0.05, num_epochs=2)
    keras.utils.set_random_seed(11)
    first = train_fast(configuration, ragged, seed=4)
    keras.utils.set_random_seed(12)
    second, other = (train_fast(configuration, ragged, seed=seed) for seed in (4, 5))
    for name in CURVES:
        np.testing.assert_array_equal(getattr(first, name), getattr(second, name))
    assert np.abs(first.val_losses - other.val_losses).max() > 1e-3


@pytest.mark.parametrize("train", sampled([train_fast, train_with_keras], train_fast))
def test_is_a_seed_of_numpy_the_same_seed(ragged, train):
    configuration = Configuration(0.05, num_epochs=1, dropout=0.2, label_noise=0.1)
    runs = [train(configuration, ragged, seed) for seed in (3, np.int64(3), np.uint8(3))]
    for run in runs[1:]:
        np.testing.assert_array_equal(run.val_losses, runs[0].val_losses)
    assert [type(run.seed) for run in runs] == [int] * 3


@pytest.mark.parametrize("seed", [-1, 1.5, 2**31, None, True])
@pytest.mark.parametrize("train", [train_fast, train_with_keras])
def test_is_a_seed_that_is_none_refused_by_name(ragged, train, seed):
    with pytest.raises(ValueError, match="seed must be a whole number from 0") as refusal:
        train(Configuration(0.1), ragged, seed)
    assert "\n" not in str(refusal.value)


def test_is_a_sweep_over_one_of_what_should_be_several_refused_by_name(ragged):
    with pytest.raises(ValueError, match="configurations must be several"):
        sweep(Configuration(0.1), ragged, range(3))
    with pytest.raises(ValueError, match="seeds must be several, as in range"):
        sweep([Configuration(0.1)], ragged, 3)
    with pytest.raises(ValueError, match="configuration must be a Configuration, not"):
        sweep([{"learning_rate": 0.1}], ragged, range(3))
    for configurations, seeds in (([], [0]), ([Configuration(0.1)], [])):
        with pytest.raises(ValueError, match="must each hold at least one"):
            sweep(configurations, ragged, seeds)
    with pytest.raises(ValueError, match=r"seeds must differ from each other, not \[0, 0\]"):
        sweep([Configuration(0.1)], ragged, [0, 0])


@pytest.mark.parametrize("train", [train_fast, train_with_keras])
def test_are_accuracies_written_with_the_digits_that_they_have(ragged, train):
    run = train(Configuration(0.05, num_epochs=3), ragged, test_curves=True)
    for accuracies, examples in ((run.val_accuracies, ragged.x_val), (run.test_accuracies, ragged.x_test)):
        hits = np.rint(accuracies * len(examples))
        np.testing.assert_array_equal(accuracies, np.round(hits / len(examples), 7))


def test_does_a_sweep_keep_the_runs_of_a_configuration_together(ragged):
    configurations = [Configuration(rate, num_epochs=2) for rate in (0.01, 0.1)]
    runs = sweep(configurations, ragged, seeds=iter([0, 3]))
    assert [(run.configuration.learning_rate, run.seed) for run in runs] == [
        (0.01, 0), (0.01, 3), (0.1, 0), (0.1, 3)
    ]  # fmt: skip
    assert_same(runs[3], train_fast(configurations[1], ragged, seed=3), atol=0)


def test_does_a_diverged_run_end_in_the_record(ragged):
    configuration = Configuration(1e20, num_epochs=3)
    for train in (train_fast, train_with_keras):
        run = train(configuration, ragged)
        assert run.diverged
        assert run.val_losses.shape == (1,)
        assert not np.isfinite(run.val_losses[-1])
        assert run.num_updates == 32


@pytest.mark.slow
@pytest.mark.parametrize("train", [train_fast, train_with_keras])
def test_does_a_too_large_rate_get_stuck_near_guessing_and_a_small_one_not(data, train):
    stuck, slow = train(Configuration(3.0), data), train(Configuration(1e-4), data)
    assert stuck.stuck
    assert not stuck.diverged
    assert stuck.val_losses[-1] == pytest.approx(np.log(10), abs=0.1)
    assert stuck.val_accuracies[-1] == pytest.approx(0.1, abs=1e-6)
    # Its loss is near ln 10 as well, but its outputs still tell the examples apart.
    assert slow.val_losses[-1] == pytest.approx(np.log(10), abs=0.1)
    assert not slow.stuck


def test_do_the_measured_accuracies_by_rate_reproduce(data):
    rates = (1e-4, 0.003, 0.1, 0.3, 3.0)
    runs = sweep([Configuration(rate) for rate in rates], data, seeds=range(5))
    by_rate = np.reshape([run.val_accuracies[-1] for run in runs], (len(rates), 5)).mean(axis=1)
    # Measured over eight seeds: .11, .44, .76, .77, .10, with standard deviations of .015 to .05.
    np.testing.assert_allclose(by_rate, [0.11, 0.44, 0.76, 0.77, 0.10], atol=0.06)


def test_does_the_range_test_report_each_batch_before_its_step(ragged):
    # With rates too small to move a weight, each loss is the initial model's on that batch.
    test = learning_rate_range_test(ragged, low=1e-30, high=1e-29, seed=6)
    model = mlp(seed=6)
    order = np.random.default_rng(6).permuted(np.arange(1000, dtype=np.int32)[np.newaxis], axis=1)[0]
    batches = [order[at : at + 32] for at in range(0, 1000, 32)]
    by_hand = [float(training_loss()(ragged.y_train[rows], model(ragged.x_train[rows]))) for rows in batches]
    np.testing.assert_allclose(test.losses, by_hand, rtol=1e-5)


def test_do_the_rates_of_a_range_test_grow_by_a_constant_factor(ragged):
    test = learning_rate_range_test(ragged, low=1e-4, high=10, num_epochs=2)
    assert test.learning_rates.shape == test.losses.shape == (64,)
    assert test.learning_rates[[0, -1]] == pytest.approx([1e-4, 10])
    factors = test.learning_rates[1:] / test.learning_rates[:-1]
    np.testing.assert_allclose(factors, 1e5 ** (1 / 63))


def test_has_a_range_test_no_losses_after_the_epoch_in_which_they_stopped_being_numbers(ragged):
    test = learning_rate_range_test(ragged, low=1e18, high=1e20, num_epochs=3)
    assert test.learning_rates.shape == test.losses.shape == (96,)
    assert np.isfinite(test.losses[0])
    assert not np.isfinite(test.losses[:32]).all()
    assert np.isnan(test.losses[32:]).all()


def test_does_the_range_test_turn_where_it_was_measured():
    many = fashion_mnist(num_train=5000)
    tests = [learning_rate_range_test(many, seed=seed) for seed in range(5)]
    lowest = [test.learning_rates[np.nanargmin(test.losses)] for test in tests]
    # Measured over eight seeds: 0.27 to 0.70; the loss falls from 2.3 to 1.1-1.4 and then blows up.
    assert 0.2 < np.median(lowest) < 0.8
    for test in tests:
        assert np.nanmin(test.losses) < 1.6
        assert np.nanmax(test.losses) > 4


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ({"learning_rate": 0}, "learning_rate must be a positive number"),
        ({"learning_rate": -0.1}, "learning_rate"),
        ({"learning_rate": float("nan")}, "learning_rate"),
        ({"learning_rate": float("inf")}, "learning_rate"),
        ({"learning_rate": "0.1"}, "learning_rate"),
        ({"learning_rate": True}, "learning_rate"),
        ({"learning_rate": 0.1, "batch_size": 0}, "batch_size must be a whole number"),
        ({"learning_rate": 0.1, "batch_size": 32.0}, "batch_size"),
        ({"learning_rate": 0.1, "num_epochs": 0}, "num_epochs"),
        ({"learning_rate": 0.1, "hidden": 64}, "hidden must list"),
        ({"learning_rate": 0.1, "hidden": (64, 0)}, "each entry of hidden"),
        ({"learning_rate": 0.1, "activation": "rectifier"}, "activation must be one of relu, tanh"),
        ({"learning_rate": 0.1, "initializer": "he"}, "initializer must be one of zeros, glorot_uniform"),
        ({"learning_rate": 0.1, "initializer": -1.0}, "initializer as a standard deviation must be"),
        (
            {"learning_rate": 0.1, "optimizer": "adamax"},
            "optimizer must be one of sgd, momentum, nesterov, rmsprop, adam, adamw, muon, schedule-free",
        ),
        ({"learning_rate": 0.1, "momentum": 1}, "momentum must be a number from 0 to below 1"),
        ({}, "learning_rate must be a positive number"),
        ({"schedule": 0.1}, "schedule must be a function of the epoch or the step, or one of constant, step"),
        ({"learning_rate": 0.1, "schedule": "sine"}, "schedule must be one of constant, step"),
        ({"schedule": "cosine"}, "learning_rate must be a positive number"),
        ({"learning_rate": 0.1, "schedule_by": "batch"}, "schedule_by must be one of epoch, step"),
        ({"learning_rate": 0.1, "l1": -1}, "l1 must be a finite number, 0 or more"),
        ({"learning_rate": 0.1, "l2": float("inf")}, "l2 must be a finite number"),
        ({"learning_rate": 0.1, "weight_decay": "0"}, "weight_decay must be"),
        ({"learning_rate": 0.1, "proximal_l1": float("nan")}, "proximal_l1 must be"),
        ({"learning_rate": 0.1, "dropout": 1.0}, "dropout must be a number from 0 to below 1"),
        ({"learning_rate": 0.1, "input_dropout": 1.0}, "input_dropout must be a number from 0 to below 1"),
        (
            {"learning_rate": 0.1, "label_smoothing": -0.1},
            "label_smoothing must be a number from 0 to below 1",
        ),
        ({"learning_rate": 0.1, "bias_l2": -1}, "bias_l2 must be a finite number, 0 or more"),
        ({"learning_rate": 0.1, "label_noise": 1.5}, "label_noise must be a number from 0 to 1"),
        ({"learning_rate": 0.1, "label_noise_seed": -1}, "label_noise_seed must be a whole number from 0"),
        ({"learning_rate": 0.1, "label_noise_seed": 0.5}, "label_noise_seed must be a whole number"),
        ({"learning_rate": 0.1, "patience": -1}, "patience must be a whole number of at least 0"),
        ({"learning_rate": 0.1, "restore_best_weights": 1}, "restore_best_weights must be True or False"),
    ],
)
def test_is_a_configuration_out_of_range_refused_by_name(arguments, named):
    with pytest.raises(ValueError, match=named) as refusal:
        Configuration(**arguments)
    assert "\n" not in str(refusal.value)


def test_does_a_configuration_take_numbers_of_numpy():
    configuration = Configuration(np.float32(0.5), np.int64(8), np.int32(2), [np.int64(4)])
    assert configuration == Configuration(0.5, 8, 2, (4,))
    assert {type(value) for value in (configuration.batch_size, *configuration.hidden)} == {int}


def _with(data, **parts):
    return data._replace(**{name: change(getattr(data, name).copy()) for name, change in parts.items()})


def _set(place, value):
    def change(array):
        array[place] = value
        return array

    return change


@pytest.mark.parametrize("train", [train_fast, train_with_keras])
@pytest.mark.parametrize(
    ("parts", "named"),
    [
        ({"x_train": _set((3, 2, 1), np.nan)}, r"data\.x_train holds values that are no finite"),
        ({"x_val": _set((3, 2, 1), np.inf)}, r"data\.x_val"),
        ({"y_train": _set(5, 10)}, r"data\.y_train holds labels other than .* 0 to 9"),
        ({"y_val": _set(5, -1)}, r"data\.y_val"),
        ({"y_train": lambda labels: labels.astype(float)}, r"data\.y_train"),
        ({"y_train": lambda labels: labels[:-1]}, r"data\.y_train must hold one label an example, 1000"),
        ({"x_train": lambda x: x.tolist()}, r"data\.x_train must be a NumPy array of numbers"),
        ({"y_test": lambda y: y.astype(object)}, r"data\.y_test must be a NumPy array of numbers"),
        ({"x_train": lambda x: x[:20], "y_train": lambda y: y[:20]}, "batch_size=32 is larger than the 20"),
    ],
)
def test_is_data_that_would_train_to_nonsense_refused(ragged, train, parts, named):
    with pytest.raises(ValueError, match=named) as refusal:
        train(Configuration(0.1), _with(ragged, **parts))
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("train", [train_fast, train_with_keras])
def test_are_test_curves_refused_where_there_is_no_test_part(ragged, train):
    untested = _with(ragged, x_test=lambda x: x[:0], y_test=lambda y: y[:0])
    with pytest.raises(ValueError, match=r"data\.x_test holds no examples: there are no test curves"):
        train(Configuration(0.1), untested, test_curves=True)


def test_does_a_range_test_refuse_data_without_classes():
    """Its picture compares the loss with that of guessing among ten classes."""
    with pytest.raises(ValueError, match="data must be a Dataset, not Regression"):
        learning_rate_range_test(sparse_regression())


@pytest.mark.parametrize(
    ("low", "high", "named"), [(1, 1, "below"), (2, 1, "below"), (0, 1, "low"), (1, np.nan, "high")]
)
def test_does_a_range_test_refuse_an_empty_range(ragged, low, high, named):
    with pytest.raises(ValueError, match=named):
        learning_rate_range_test(ragged, low, high)


def test_is_the_quadratic_loss_the_formula_worked_by_hand():
    assert quadratic_loss([1, 1], [1, 10]) == pytest.approx(5.5)
    points = np.array([[[1.0, 2.0], [0.0, 0.0]]])
    # (2 * 1 + 2 * 1 * 2 * 1 + 3 * 4) / 2 = 9
    np.testing.assert_allclose(quadratic_loss(points, [[2, 1], [1, 3]]), [[9, 0]])


def test_is_the_closed_form_the_path_of_gradient_descent():
    rng = np.random.default_rng(0)
    root = rng.normal(size=(3, 3))
    hessian, weights = root @ root.T + np.eye(3), rng.normal(size=3)
    path = quadratic_trajectory(hessian, weights, 0.05, 30)
    assert path.shape == (31, 3)
    for point in path:
        np.testing.assert_allclose(point, weights, atol=1e-12)
        weights = weights - 0.05 * hessian @ weights


@pytest.mark.parametrize("nesterov", [False, True])
@pytest.mark.parametrize("momentum", [0.0, 0.5, 0.99])
def test_is_the_path_with_momentum_that_of_keras(momentum, nesterov):
    import keras

    hessian = np.array([[4.0, 1.0], [1.0, 2.0]], dtype=np.float32)
    path = quadratic_trajectory(hessian, [1, -0.5], 0.1, 12, momentum=momentum, nesterov=nesterov)
    weights = keras.Variable([1.0, -0.5])
    optimizer = keras.optimizers.SGD(0.1, momentum=momentum, nesterov=nesterov)
    for point in path:
        np.testing.assert_allclose(point, weights.numpy(), atol=1e-5)
        optimizer.apply([hessian @ weights.numpy()], [weights])


def test_have_several_rates_a_path_each():
    rates = np.array([[0.01, 0.1], [0.2, 0.3]])
    for momentum in (0.0, 0.9):
        paths = quadratic_trajectory([1, 10], [1, 1], rates, 5, momentum=momentum)
        assert paths.shape == (6, 2, 2, 2)
        alone = quadratic_trajectory([1, 10], [1, 1], 0.2, 5, momentum=momentum)
        np.testing.assert_array_equal(paths[:, 1, 0], alone)


def test_is_a_momentum_of_one_refused():
    with pytest.raises(ValueError, match="momentum must be a number from 0 to below 1"):
        quadratic_trajectory([1, 10], [1, 1], 0.1, 3, momentum=1)


@pytest.mark.parametrize(
    ("multiple_of_1_over_l", "measured"), [(1.99, 0.09), (2.00, 5.0), (2.01, 268), (2.1, 1.8e17)]
)
def test_do_the_measured_losses_after_200_steps_reproduce(multiple_of_1_over_l, measured):
    path = quadratic_trajectory([1, 10], [1, 1], multiple_of_1_over_l / 10, 200)
    assert quadratic_loss(path[-1], [1, 10]) == pytest.approx(measured, rel=0.05)


def test_does_a_path_that_overflows_come_without_a_warning():
    with np.errstate(all="raise"):
        path = quadratic_trajectory([1, 10], [1, 1], 1e3, 200)
    assert not np.isfinite(path[-1]).all()


def test_has_a_rough_valley_its_curvatures_over_a_hundredth_and_not_over_other_ways():
    hessian, weights = np.array([[4.0, 1.0], [1.0, 2.0]]), np.array([3.0, -5.0])
    gradient_of = rough_valley(hessian, weights)
    np.testing.assert_allclose(gradient_of(weights), hessian @ (weights - 1))
    direction = np.array([0.6, 0.8])
    errors = {}
    for way in [1e-6, 0.01, 1.0]:
        change = (gradient_of(weights + way * direction) - gradient_of(weights)) / way
        errors[way] = np.abs(change - hessian @ direction).max() / 4
    assert errors[0.01] < 0.01
    assert min(errors[1e-6], errors[1.0]) > 0.03


def test_is_a_rough_valley_flat_along_further_weights_and_asked_so_often_and_no_more():
    weights = np.array([2.0, 5.0, -3.0])
    gradient_of = rough_valley(np.diag([10.0]), weights, num_questions=2)
    weights[:] = 7  # what a caller does later does not move the valley
    np.testing.assert_allclose(gradient_of(np.array([2.0, 5.0, -3.0])), [10, 4, -4])
    gradient_of(weights)
    with pytest.raises(RuntimeError, match="more than 2 gradients"):
        gradient_of(weights)


@pytest.mark.parametrize("function", [quadratic_loss, lambda w, h: quadratic_trajectory(h, w, 0.1, 3)])
def test_is_a_hessian_that_is_not_symmetric_refused(function):
    with pytest.raises(ValueError, match="symmetric"):
        function([1, 1], [[1, 2], [0, 1]])


def test_are_weights_and_hessian_of_other_dimensions_refused():
    with pytest.raises(ValueError, match=r"weights must have shape \(\.\.\., 2\), not \(3,\)"):
        quadratic_loss([1, 1, 1], [1, 10])
    with pytest.raises(ValueError, match="symmetric"):
        quadratic_loss([1, 1], np.ones((2, 3)))


@pytest.mark.parametrize(
    ("start", "num_steps", "named"),
    [([1, 1, 1], 3, r"start must have shape \(2,\)"), ([1, 1], -1, "num_steps")],
)
def test_is_a_path_that_cannot_be_refused_by_name(start, num_steps, named):
    with pytest.raises(ValueError, match=named):
        quadratic_trajectory([1, 10], start, 0.1, num_steps)


def test_does_importing_the_room_load_neither_tensorflow_nor_matplotlib():
    code = (
        "import sys, helpers.data, helpers.models, helpers.training, helpers.plotting, helpers.widgets;"
        "print([name for name in ('tensorflow', 'keras', 'matplotlib', 'sklearn', 'ipywidgets')"
        " if name in sys.modules])"
    )
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "[]"
