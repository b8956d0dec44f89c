"""Are the two ways of training one? Every hyperparameter, fast training against Keras, to 1e-5.

Most tests train 16 hidden units for 3 epochs, with test curves: they share what is compiled for these shapes.
"""

import math
from dataclasses import replace

import numpy as np
import pytest
from both_ways import assert_same, assert_weights, by_hand, compilations
from tiers import sampled

from helpers.data import fashion_mnist, sparse_regression, with_label_noise
from helpers.models import mlp
from helpers.training import Configuration, train_fast, train_with_keras


@pytest.fixture(scope="module")
def data():
    """100 examples: with a batch of 32, each epoch ends with a batch of 4."""
    return fashion_mnist(num_train=100, num_val=60)._replace(
        x_test=fashion_mnist().x_test[:70], y_test=fashion_mnist().y_test[:70]
    )


OPTIMIZERS = [
    ("sgd", 0.03, lambda keras: keras.optimizers.SGD(0.03)),
    ("momentum", 0.01, lambda keras: keras.optimizers.SGD(0.01, momentum=0.8)),
    ("nesterov", 0.01, lambda keras: keras.optimizers.SGD(0.01, momentum=0.8, nesterov=True)),
    ("adam", 0.001, lambda keras: keras.optimizers.Adam(0.001)),
    ("adamw", 0.001, lambda keras: keras.optimizers.AdamW(0.001, weight_decay=0.0)),
    ("rmsprop", 0.001, lambda keras: keras.optimizers.RMSprop(0.001)),
    (
        "muon",
        0.002,
        lambda keras: keras.optimizers.Muon(
            0.002, exclude_layers=["logits"], weight_decay=0.0, adam_weight_decay=0.0
        ),
    ),
]
# Those that Keras has not, or not as published: `test_training_optimizers` has an oracle for them.
KINDS = [*(kind for kind, *_ in OPTIMIZERS), "schedule-free", "schedule-free-sgd"]


@pytest.mark.parametrize(
    ("kind", "rate", "in_keras"),
    sampled(OPTIMIZERS, "sgd", "adam", "muon"),
    ids=[kind for kind, *_ in OPTIMIZERS],
)
def test_is_every_optimizer_the_one_of_keras(data, kind, rate, in_keras):
    import keras

    momentum = {"momentum": 0.8} if kind in ("momentum", "nesterov") else {}
    configuration = Configuration(rate, optimizer=kind, **momentum, num_epochs=3, hidden=(16,))
    # The room's own way through Keras shares code with the fast one (the next test asks it); this does not.
    run = train_fast(configuration, data, seed=1, test_curves=True)
    assert_weights(run, by_hand(configuration, data, 1, in_keras(keras)))


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_does_decoupled_decay_spare_biases_and_equal_keras(data, kind):
    configuration = Configuration(0.001, optimizer=kind, weight_decay=5.0, num_epochs=3, hidden=(16,))
    run = assert_same(configuration, data)
    if kind == "adamw":
        import keras

        optimizer = keras.optimizers.AdamW(0.001, weight_decay=5.0)
        optimizer.exclude_from_weight_decay(var_names=["bias"])
        assert_weights(run, by_hand(configuration, data, 0, optimizer))


def trained(configuration, data, seed=0):
    """Train fast, and with SGD also by the room's own way through Keras: one optimizer is enough."""
    if configuration.optimizer == "sgd":
        return assert_same(configuration, data, seed)
    return train_fast(configuration, data, seed, test_curves=True)


def warm_up(step):
    return 0.002 * min(step + 1, 4)


def fall(epoch):
    return 0.05 * math.exp(-epoch)


@pytest.mark.parametrize("optimizer", sampled(["sgd", "adam"], "sgd"))
@pytest.mark.parametrize(("schedule", "by"), sampled([(fall, "epoch"), (warm_up, "step")], warm_up))
def test_is_a_schedule_followed_as_keras_follows_it(data, schedule, by, optimizer):
    import keras

    configuration = Configuration(
        schedule=schedule, schedule_by=by, optimizer=optimizer, num_epochs=3, hidden=(16,)
    )
    run = trained(configuration, data, seed=2)
    kind = {"sgd": keras.optimizers.SGD, "adam": keras.optimizers.Adam}[optimizer]
    if by == "epoch":
        callbacks, rate = [keras.callbacks.LearningRateScheduler(schedule)], 0.01
    else:
        callbacks, rate = [], keras.optimizers.schedules.PolynomialDecay(0.002, 3, 0.008)
    assert_weights(run, by_hand(configuration, data, 2, kind(rate), callbacks))


@pytest.mark.parametrize(
    ("l1", "l2"), sampled([(0.003, 0), (0, 0.01), (0.001, 0.02)], 0.001), ids=["l1", "l2", "both"]
)
@pytest.mark.parametrize("optimizer", sampled(["sgd", "adam"], "sgd"))
def test_are_penalties_on_kernels_those_of_keras(data, l1, l2, optimizer):
    import keras

    rate = {"sgd": 0.02, "adam": 0.001}[optimizer]
    configuration = Configuration(rate, l1=l1, l2=l2, optimizer=optimizer, num_epochs=3, hidden=(16,))
    run = trained(configuration, data)
    kind = {"sgd": keras.optimizers.SGD, "adam": keras.optimizers.Adam}[optimizer]
    model = by_hand(configuration, data, 0, kind(rate), l1=l1, l2=l2)
    assert_weights(run, model)
    # What is reported is without the penalty; Keras's own loss is with it.
    kernels = model.get_weights()[::2]
    penalty = sum(l1 * np.abs(kernel).sum() + l2 * (kernel**2).sum() for kernel in kernels)
    with_penalty = model.evaluate(data.x_val, data.y_val, verbose=0)[0]
    assert run.val_losses[-1] + penalty == pytest.approx(with_penalty, abs=1e-4)


@pytest.mark.parametrize(("optimizer", "rate", "equal"), [("sgd", 0.02, True), ("adam", 0.02, False)])
def test_is_l2_weight_decay_for_sgd_and_not_for_adam(data, optimizer, rate, equal):
    # The gradient of l2 * w^2 is 2 * l2 * w: like a decay of 2 * l2, until Adam divides it by its size.
    settings = {"optimizer": optimizer, "num_epochs": 3, "hidden": (16,)}
    penalized, decayed = (
        train_fast(Configuration(rate, **settings, **penalty), data, test_curves=True).weights
        for penalty in ({"l2": 0.1}, {"weight_decay": 0.2})
    )
    difference = max(np.abs(one - other).max() for one, other in zip(penalized, decayed, strict=True))
    assert (difference < 1e-6) if equal else (difference > 0.09)  # measured: 2e-7 and .18


def test_is_the_proximal_step_the_formula(data):
    configuration = Configuration(0.05, proximal_l1=0.02, num_epochs=2, hidden=(16,), batch_size=50)
    run = assert_same(configuration, data, seed=3)
    import keras

    class Proximal(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            for kernel in self.model.trainable_variables[::2]:
                values, threshold = kernel.numpy(), 0.05 * 0.02
                kernel.assign(np.sign(values) * np.maximum(np.abs(values) - threshold, 0))

    assert_weights(run, by_hand(configuration, data, 3, keras.optimizers.SGD(0.05), [Proximal()]))
    # Steps of 0.001 on kernels of the size 0.08: one in a hundred and more is caught at 0.
    assert 0.01 < (run.weights[0] == 0).mean() < 0.1
    assert (run.weights[1] != 0).any()


def test_does_the_proximal_step_end_at_the_lasso_of_scikit_learn():
    from sklearn.linear_model import Lasso

    data = sparse_regression()
    configuration = Configuration(
        0.05, proximal_l1=0.2, hidden=(), batch_size=80, num_epochs=3000, initializer="zeros"
    )
    kernel, bias = train_fast(configuration, data).weights
    # scikit-learn halves the squared error: half the strength.
    lasso = Lasso(alpha=0.1, tol=1e-8, max_iter=100_000).fit(data.x_train, data.y_train)
    np.testing.assert_allclose(kernel[:, 0], lasso.coef_, atol=2e-3)
    assert bias[0] == pytest.approx(lasso.intercept_, abs=2e-3)
    assert ((kernel[:, 0] == 0) == (lasso.coef_ == 0)).mean() >= 0.98


@pytest.mark.parametrize(
    "settings",
    sampled([{}, {"l1": 0.05}, {"proximal_l1": 0.05}, {"optimizer": "adam"}], {"proximal_l1": 0.05}),
)
def test_is_a_regression_trained_alike_both_ways(settings):
    data = sparse_regression(num_train=50)
    run = assert_same(Configuration(0.01, hidden=(), num_epochs=3, **settings), data)
    assert np.isnan(run.val_accuracies).all()
    kernel, bias = run.weights
    by_formula = np.mean((data.x_val @ kernel[:, 0] + bias - data.y_val) ** 2)
    assert run.val_loss == pytest.approx(by_formula, rel=1e-5)


@pytest.mark.parametrize(
    ("initializer", "activation"),
    sampled(
        [*((start, "relu") for start in ("zeros", 0.01, 1.0, "he_normal")), ("glorot_uniform", "tanh")], 1.0
    ),
)
def test_is_every_start_of_lesson_05_trained_alike(data, initializer, activation):
    configuration = Configuration(
        0.003, initializer=initializer, activation=activation, num_epochs=2, hidden=(16, 16), batch_size=50
    )
    assert_same(configuration, data, seed=4)


@pytest.mark.parametrize("restore", sampled([True, False], True), ids=["restored", "last"])
@pytest.mark.parametrize(("patience", "stops"), sampled([(0, True), (2, True), (60, False)], 0, 2))
def test_does_early_stopping_count_as_keras_counts(data, patience, stops, restore):
    noisy = with_label_noise(data, 0.5, seed=0)
    configuration = Configuration(
        0.01, optimizer="adam", hidden=(32,), num_epochs=25, patience=patience, restore_best_weights=restore
    )
    run = assert_same(configuration, noisy, atol=5e-5)
    ran = len(run.val_losses)
    assert (run.stopped_epoch is not None) == stops
    assert run.num_updates == 4 * ran
    assert run.best_epoch == np.argmin(run.val_losses) < ran - 1
    if stops:
        assert run.stopped_epoch == ran - 1 == run.best_epoch + max(patience, 1)
    model = mlp((32,))
    model.set_weights(run.weights)
    logits = model(data.x_val).numpy().astype(float)
    losses = np.log(np.exp(logits).sum(axis=1)) - logits[np.arange(60), data.y_val]
    assert losses.mean() == pytest.approx(run.val_losses[run.best_epoch if restore else -1], abs=1e-4)
    assert run.val_loss == run.val_losses[run.best_epoch if restore else -1]
    assert run.test_accuracy == run.test_accuracies[run.final_epoch]


def test_is_label_noise_that_of_the_data_room(data):
    plain = Configuration(0.03, num_epochs=3, hidden=(16,))
    noisy = assert_same(replace(plain, label_noise=0.4), data, seed=5)
    flipped = train_fast(plain, with_label_noise(data, 0.4, 5), seed=5, test_curves=True)
    np.testing.assert_array_equal(noisy.val_losses, flipped.val_losses)
    clean = train_fast(plain, data, seed=5, test_curves=True)
    assert np.abs(noisy.train_losses - clean.train_losses).max() > 1e-3


@pytest.mark.slow
def test_do_several_seeds_learn_from_the_same_wrong_labels_where_these_have_a_seed(data):
    noisy = Configuration(0.03, num_epochs=2, hidden=(16,), label_noise=0.4, label_noise_seed=7)
    once = with_label_noise(data, 0.4, 7)
    for seed in (5, 6):
        run = assert_same(noisy, data, seed=seed)
        plain = train_fast(replace(noisy, label_noise=0.0), once, seed=seed, test_curves=True)
        np.testing.assert_array_equal(run.val_losses, plain.val_losses)


@pytest.mark.slow
@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_is_a_penalty_on_biases_that_of_keras(data, optimizer):
    import keras

    rate = {"sgd": 0.02, "adam": 0.001}[optimizer]
    settings = {"optimizer": optimizer, "num_epochs": 3, "hidden": (16,)}
    run = trained(Configuration(rate, bias_l2=3.0, **settings), data)
    kind = {"sgd": keras.optimizers.SGD, "adam": keras.optimizers.Adam}[optimizer]
    model = by_hand(Configuration(rate, bias_l2=3.0, **settings), data, 0, kind(rate), bias_l2=3.0)
    assert_weights(run, model)
    free = train_fast(Configuration(rate, **settings), data)
    for penalised, alone in zip(run.weights[1::2], free.weights[1::2], strict=True):
        assert np.linalg.norm(penalised) < 0.8 * np.linalg.norm(alone)


@pytest.mark.parametrize("optimizer", sampled(["sgd", "adam"], "adam"))
def test_is_label_smoothing_that_of_keras_on_targets_of_one_number_a_class(data, optimizer):
    import keras

    rate = {"sgd": 0.05, "adam": 0.002}[optimizer]
    configuration = Configuration(
        rate, label_smoothing=0.2, optimizer=optimizer, num_epochs=3, hidden=(16,), batch_size=30
    )
    run = trained(configuration, data, seed=1)
    kind = {"sgd": keras.optimizers.SGD, "adam": keras.optimizers.Adam}[optimizer]
    one_hot = data._replace(y_train=keras.utils.to_categorical(data.y_train, 10))
    smoothed = keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.2)
    model = by_hand(configuration, one_hot, 1, kind(rate), loss=smoothed)
    assert_weights(run, model)
    # What is reported is without it: the cross-entropy of the labels.
    logits = model(data.x_val).numpy().astype(float)
    losses = np.log(np.exp(logits).sum(axis=1)) - logits[np.arange(len(logits)), data.y_val]
    assert run.val_loss == pytest.approx(losses.mean(), abs=1e-4)


@pytest.mark.slow
def test_do_dropped_pixels_train_alike_in_distribution():
    from scipy.stats import ttest_ind

    data = fashion_mnist(num_train=320, num_val=200)
    settings = {"num_epochs": 4, "hidden": (32,)}
    configuration = Configuration(0.05, input_dropout=0.6, **settings)
    fast = [train_fast(configuration, data, seed) for seed in range(20)]
    slow = [train_with_keras(configuration, data, seed) for seed in range(4)]
    for name in ("train_losses", "val_losses"):
        one, other = ([getattr(run, name)[-1] for run in runs] for runs in (fast, slow))
        assert ttest_ind(one, other, equal_var=False).pvalue > 0.001, name
    # Another place than a hidden layer's, and both at once.
    plain = [train_fast(Configuration(0.05, **settings), data, seed) for seed in range(6)]
    hidden = [train_fast(Configuration(0.05, dropout=0.6, **settings), data, seed) for seed in range(6)]
    both = [train_fast(replace(configuration, dropout=0.6), data, seed) for seed in range(6)]
    losses = [np.mean([run.train_losses[-1] for run in runs]) for runs in (plain, fast, hidden, both)]
    assert losses[0] < 0.95 * losses[1]
    assert losses[3] > 1.05 * max(losses[1:3])


@pytest.mark.slow
def test_are_pixels_dropped_as_keras_drops_them():
    """With a linear model, the mean of many training losses has a closed form: that of Keras's own layer."""
    import keras

    data = fashion_mnist(num_train=320, num_val=50)
    configuration = Configuration(
        schedule=lambda epoch: 0.0, input_dropout=0.4, num_epochs=200, hidden=(), batch_size=320
    )
    losses = train_fast(configuration, data, seed=6).train_losses
    layer = keras.layers.Dropout(0.4, seed=1)
    model = mlp((), seed=6)
    pixels, logits = model.get_layer("flatten")(data.x_train), model.get_layer("logits")
    cross_entropy = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    of_keras = np.array(
        [float(cross_entropy(data.y_train, logits(layer(pixels, training=True)))) for _ in range(200)]
    )
    assert len(set(losses)) > 190
    error = math.hypot(losses.std(), of_keras.std()) / math.sqrt(200)
    assert abs(losses.mean() - of_keras.mean()) < 4 * error
    assert losses.std() == pytest.approx(of_keras.std(), rel=0.25)


@pytest.mark.parametrize("train", [train_fast, train_with_keras])
@pytest.mark.parametrize("name", ["label_noise", "label_smoothing"])
def test_is_what_needs_classes_refused_for_numbers(train, name):
    with pytest.raises(ValueError, match=f"{name}=0.2 needs classes; data is a Regression."):
        train(Configuration(0.1, **{name: 0.2}), sparse_regression())


@pytest.mark.parametrize(
    "settings", sampled([{}, {"patience": 2}, {"optimizer": "momentum"}, {"l2": 0.1}], {"patience": 2})
)
def test_does_divergence_end_a_run_in_its_record(data, settings):
    fast, slow = (
        train(Configuration(1e18, num_epochs=3, hidden=(16,), **settings), data, test_curves=True)
        for train in (train_fast, train_with_keras)
    )
    for run in (fast, slow):
        assert run.diverged
        assert len(run.train_losses) == len(run.val_losses) < 3
        assert not np.isfinite([run.train_losses[-1], run.val_losses[-1]]).all()
        assert run.num_updates == 4 * len(run.val_losses)
        assert run.stopped_epoch is None
    assert len(fast.val_losses) == len(slow.val_losses)


@pytest.mark.slow
def test_does_dropout_train_alike_in_distribution():
    """Other masks, the same chances: the two ways differ by no more than two seeds do."""
    from scipy.stats import ttest_ind

    data = fashion_mnist(num_train=320, num_val=200)
    configuration = Configuration(0.05, dropout=0.5, num_epochs=4, hidden=(32, 32))
    fast = [train_fast(configuration, data, seed) for seed in range(20)]
    slow = [train_with_keras(configuration, data, seed) for seed in range(4)]
    for name in ("train_losses", "val_losses"):
        one, other = ([getattr(run, name)[-1] for run in runs] for runs in (fast, slow))
        assert ttest_ind(one, other, equal_var=False).pvalue > 0.001, name
    # And it is at work: without it training goes faster.
    plain = [train_fast(Configuration(0.05, num_epochs=4, hidden=(32, 32)), data, s) for s in range(6)]
    assert np.mean([run.train_losses[-1] for run in plain]) < 0.9 * np.mean(
        [run.train_losses[-1] for run in fast]
    )


def test_does_dropout_drop_the_fraction_and_keep_the_expectation():
    """With one linear layer behind the dropped one, the mean of many training losses has a closed form."""
    import keras

    data = fashion_mnist(num_train=320, num_val=50)
    # A rate of 0 moves nothing: every epoch measures the same network under other masks.
    configuration = Configuration(
        schedule=lambda epoch: 0.0, dropout=0.4, num_epochs=200, hidden=(32,), batch_size=320
    )
    losses = train_fast(configuration, data, seed=6).train_losses
    layer = keras.layers.Dropout(0.4, seed=1)
    model = mlp((32,), seed=6)
    hidden = model.get_layer("hidden_1")(model.get_layer("flatten")(data.x_train))
    logits = model.get_layer("logits")
    cross_entropy = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    of_keras = np.array(
        [float(cross_entropy(data.y_train, logits(layer(hidden, training=True)))) for _ in range(200)]
    )
    assert len(set(losses)) > 190
    error = math.hypot(losses.std(), of_keras.std()) / math.sqrt(200)
    assert abs(losses.mean() - of_keras.mean()) < 4 * error
    assert losses.std() == pytest.approx(of_keras.std(), rel=0.25)


@pytest.mark.slow
def test_do_a_thousand_configurations_share_a_handful_of_compilations(data):
    rng, configurations = np.random.default_rng(0), []
    for number in range(20):
        configuration = Configuration(
            10 ** rng.uniform(-6, 1),
            hidden=(8,),
            optimizer="momentum",
            momentum=rng.uniform(0, 0.99),
            initializer=("zeros", 0.1, "he_normal")[number % 3],
            l1=rng.uniform(0, 1e-3),
            l2=rng.uniform(0, 1e-3),
            weight_decay=rng.uniform(0, 1e-3),
            bias_l2=rng.uniform(1e-5, 1e-3),
            proximal_l1=rng.uniform(1e-5, 1e-3),
            dropout=rng.uniform(0.1, 0.8),
            input_dropout=rng.uniform(0.1, 0.8),
            label_smoothing=rng.uniform(0.1, 0.8),
            label_noise=rng.uniform(0, 0.4),
            schedule=fall if number % 2 else None,
            patience=number % 4 or None,
            restore_best_weights=bool(number % 2),
        )
        configurations.append(configuration)
    with compilations() as count:
        for number, configuration in enumerate(configurations):
            train_fast(configuration, data, seed=number)
        assert count() == 1


@pytest.mark.slow
def test_does_training_write_nothing_to_stderr(data, capfd, caplog):
    # TensorFlow warns of a function that is compiled for the fifth time, by a logger that pytest catches.
    for batch_size in (10, 20, 25, 50, 100):
        train_fast(Configuration(0.1, batch_size=batch_size, num_epochs=1, hidden=()), data)
    assert capfd.readouterr().err == ""
    assert caplog.messages == []
