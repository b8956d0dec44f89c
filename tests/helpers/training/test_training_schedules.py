"""Schedules: are they those of Keras, and does Keras train with the rates that a callback sets?"""

import itertools
from dataclasses import replace

import numpy as np
import pytest

from helpers.data import fashion_mnist
from helpers.training import (
    SCHEDULES,
    Configuration,
    rates_in_training,
    scheduled_rates,
    train_fast,
    train_with_keras,
)
from helpers.training.plan import learning_rates


def test_are_schedules_those_of_keras():
    from keras.optimizers import schedules

    steps = np.arange(199.0)  # Keras reaches the last rate at the step after the last
    oracles = {
        "cosine": schedules.CosineDecay(0.2, 199),
        "linear": schedules.PolynomialDecay(0.2, 199, end_learning_rate=0.0),
        "exponential": schedules.ExponentialDecay(0.2, 199, 1 / 50),
        "step": schedules.ExponentialDecay(0.2, 50, 0.5, staircase=True),
    }
    for kind, schedule in oracles.items():
        np.testing.assert_allclose(
            scheduled_rates(kind, 0.2, 200)[:199], schedule(steps), atol=1e-6, err_msg=kind
        )
    assert {scheduled_rates(kind, 1, 5).dtype for kind in SCHEDULES} == {np.dtype(float)}
    warm = scheduled_rates("warm-up + cosine", 0.2, 200)
    assert warm[0] == pytest.approx(0.2 / 20)
    assert warm[19] == warm[20] == pytest.approx(0.2)
    assert (np.diff(warm[20:]) < 0).all()


def test_has_a_staircase_four_stairs_of_about_equal_length(subtests):
    for num_steps in (4, 5, 6, 7, 200):
        with subtests.test(num_steps=num_steps):
            rates, lengths = np.unique(scheduled_rates("step", 0.8, num_steps), return_counts=True)
            np.testing.assert_allclose(rates, [0.1, 0.2, 0.4, 0.8])
            assert np.ptp(lengths) <= 1


def test_has_warm_up_stable_decay_three_straight_parts():
    rates = scheduled_rates("wsd", 0.4, 20, warm_up_share=0.2, decay_share=0.25, final_share=0.1)
    np.testing.assert_allclose(rates[:4], [0.1, 0.2, 0.3, 0.4])
    np.testing.assert_allclose(rates[4:15], 0.4)
    np.testing.assert_allclose(rates[15:], np.linspace(0.4, 0.04, 6)[1:])
    assert (scheduled_rates("wsd", 0.4, 20)[[1, 15, 19]] == [0.4, 0.4, 0]).all()


def test_are_the_shares_of_a_schedule_those_of_keras():
    from keras.optimizers import schedules

    final = 0.1
    oracles = {
        "cosine": schedules.CosineDecay(0.2, 99, alpha=final),
        "linear": schedules.PolynomialDecay(0.2, 99, end_learning_rate=0.2 * final),
        "exponential": schedules.ExponentialDecay(0.2, 99, final),
    }
    for kind, schedule in oracles.items():
        rates = scheduled_rates(kind, 0.2, 100, final_share=final)
        np.testing.assert_allclose(rates, schedule(np.arange(100.0)), atol=1e-6, err_msg=kind)
    # Keras's warm-up begins at 0, where a step would move nothing; ours is one step ahead.
    warm = schedules.CosineDecay(0.0, 69, alpha=final, warmup_target=0.2, warmup_steps=30)
    rates = scheduled_rates("warm-up + cosine", 0.2, 100, warm_up_share=0.3, final_share=final)
    np.testing.assert_allclose(rates[:30], [float(warm(step)) for step in range(1, 31)], atol=1e-6)
    np.testing.assert_allclose(rates[30:], [float(warm(step)) for step in range(30, 100)], atol=1e-6)


def test_is_a_schedule_by_name_that_of_its_rates():
    for kind in SCHEDULES:
        configuration, scheduled = (
            Configuration(0.3, num_epochs=4, schedule=kind),
            scheduled_rates(kind, 0.3, 20),
        )
        rates = learning_rates(configuration, 5)
        np.testing.assert_array_equal(rates.ravel(), scheduled.astype(np.float32), err_msg=kind)
        by_function = replace(configuration, schedule=scheduled.__getitem__, schedule_by="step")
        np.testing.assert_array_equal(rates, learning_rates(by_function, 5), err_msg=kind)


def test_are_the_shares_of_a_configuration_those_of_its_schedule():
    configuration = Configuration(0.3, 8, 2, schedule="wsd", warm_up_share=0.2, decay_share=np.float32(0.5))
    expected = scheduled_rates("wsd", 0.3, 20, warm_up_share=0.2, decay_share=0.5)
    np.testing.assert_allclose(learning_rates(configuration, 10).ravel(), expected, rtol=1e-6)


NO_RATES = {
    "a text": ("fast", "a number, but at {} 2 it returns 'fast'"),
    "nothing": (None, "a number, but at {} 2 it returns None"),
    "several": ([0.1, 0.2], r"a number, but at {} 2 it returns \[0.1, 0.2\]"),
    "nan": (float("nan"), "a finite rate of at least 0, but at {} 2 it returns nan"),
    "inf": (float("inf"), "a finite rate of at least 0, but at {} 2 it returns inf"),
    "below 0": (-0.1, "a finite rate of at least 0, but at {} 2 it returns -0.1"),
}


def test_is_a_schedule_that_returns_no_rate_refused_with_the_place(subtests):
    for by, (name, (returned, said)) in itertools.product(("epoch", "step"), NO_RATES.items()):
        configuration = Configuration(
            schedule=lambda at, returned=returned: returned if at == 2 else 0.0, schedule_by=by, num_epochs=3
        )
        with subtests.test(name, by=by):
            with pytest.raises(ValueError, match=f"schedule must return {said.format(by)}") as refusal:
                learning_rates(configuration, 4)
            assert "\n" not in str(refusal.value)


def test_does_no_training_take_a_step_at_a_rate_that_is_none(subtests):
    configuration = Configuration(schedule=lambda epoch: -0.1, hidden=(4,))
    for train in (train_fast, train_with_keras):
        with subtests.test(train.__name__), pytest.raises(ValueError, match=r"at epoch 0 it returns -0\.1"):
            train(configuration, fashion_mnist(num_train=32, num_val=10))


def test_has_a_schedule_one_rate_a_step_and_none_above_its_peak(subtests):
    for kind, num_steps in itertools.product(SCHEDULES, (1, 2, 3, 20, 37)):
        with subtests.test(kind, num_steps=num_steps):
            rates = scheduled_rates(kind, 0.4, num_steps)
            assert rates.shape == (num_steps,)
            assert rates.max() == pytest.approx(0.4)
            assert rates.min() >= 0


def test_names_an_error_the_argument(subtests):
    for arguments, named in [
        (("sine", 0.1, 10), "kind must be one of constant, step"),
        (("cosine", 0.0, 10), "peak must be a positive number"),
        (("cosine", 0.1, 0), "num_steps must be a whole number of at least 1"),
    ]:
        with subtests.test(named), pytest.raises(ValueError, match=named):
            scheduled_rates(*arguments)


def test_are_shares_that_mean_nothing_refused_by_name(subtests):
    for kind, shares, named in [
        ("constant", {"final_share": 0.1}, "final_share must be left out: the schedule 'constant' has none"),
        ("cosine", {"warm_up_share": 0.1}, "warm_up_share must be left out: the schedule 'cosine' has none"),
        ("linear", {"decay_share": 0.1}, "decay_share must be left out"),
        ("linear", {"final_share": 1}, "final_share must be a number from 0 to below 1"),
        ("wsd", {"warm_up_share": 0.9}, "warm_up_share and decay_share must not exceed 1 together"),
        ("exponential", {"final_share": 0}, "final_share must be positive"),
    ]:
        with subtests.test(kind, shares=shares):
            with pytest.raises(ValueError, match=named) as refusal:
                scheduled_rates(kind, 0.1, 10, **shares)
            assert "\n" not in str(refusal.value)
            with pytest.raises(ValueError, match=named):
                Configuration(0.1, schedule=kind, **shares)


def test_are_shares_without_a_named_schedule_refused(subtests):
    said = "final_share must be left out: it belongs to a schedule that has a"
    for schedule in (None, lambda epoch: 0.1):
        with subtests.test(schedule=schedule), pytest.raises(ValueError, match=said):
            Configuration(0.1, schedule=schedule, final_share=0.1)


def test_are_the_rates_those_that_a_callback_sets():
    import keras

    callback = keras.callbacks.LearningRateScheduler(lambda epoch: 0.5 / (epoch + 1))
    np.testing.assert_allclose(rates_in_training(callback, 3), [0.5, 0.25, 0.5 / 3], rtol=1e-6)
    untouched = rates_in_training(keras.callbacks.Callback(), 2, learning_rate=0.25)
    assert untouched == [0.25, 0.25]


def test_is_an_error_of_a_callback_raised():
    import keras

    with pytest.raises(ValueError, match="should be a float"):
        rates_in_training(keras.callbacks.LearningRateScheduler(lambda epoch: "fast"), 1)
