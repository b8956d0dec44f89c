"""Schedules: are they those of Keras, and does Keras train with the rates that a callback sets?"""

import numpy as np
import pytest

from helpers.training import SCHEDULES, rates_in_training, scheduled_rates


def test_are_schedules_those_of_keras():
    from keras.optimizers import schedules

    steps = range(199)  # Keras reaches the last rate at the step after the last
    oracles = {
        "cosine": schedules.CosineDecay(0.2, 199),
        "linear": schedules.PolynomialDecay(0.2, 199, end_learning_rate=0.0),
        "exponential": schedules.ExponentialDecay(0.2, 199, 1 / 50),
        "step": schedules.ExponentialDecay(0.2, 50, 0.5, staircase=True),
    }
    for kind, schedule in oracles.items():
        expected = [float(schedule(step)) for step in steps]
        np.testing.assert_allclose(scheduled_rates(kind, 0.2, 200)[:199], expected, atol=1e-6)
    warm = scheduled_rates("warm-up + cosine", 0.2, 200)
    assert warm[0] == pytest.approx(0.2 / 20)
    assert warm[19] == warm[20] == pytest.approx(0.2)
    assert (np.diff(warm[20:]) < 0).all()


@pytest.mark.parametrize("kind", SCHEDULES)
@pytest.mark.parametrize("num_steps", [1, 2, 3, 20, 37])
def test_has_a_schedule_one_rate_a_step_and_none_above_its_peak(kind, num_steps):
    rates = scheduled_rates(kind, 0.4, num_steps)
    assert rates.shape == (num_steps,)
    assert rates.max() == pytest.approx(0.4)
    assert rates.min() >= 0


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("sine", 0.1, 10), "kind must be one of constant, step"),
        (("cosine", 0.0, 10), "peak must be a positive number"),
        (("cosine", 0.1, 0), "num_steps must be a whole number of at least 1"),
    ],
)
def test_names_an_error_the_argument(arguments, named):
    with pytest.raises(ValueError, match=named):
        scheduled_rates(*arguments)


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
