"""Live training as an objective: is what is scored what the training ends with?"""

import math

import numpy as np
import pytest

from helpers.data import fashion_mnist
from helpers.search import LiveObjective, Real, Space, report, run_search
from helpers.training import Configuration, Run

SPACE = Space(learning_rate=Real(0.01, 0.3, log=True))


@pytest.fixture(scope="module")
def data():
    return fashion_mnist(num_train=64, num_val=32)


def configuration(patience=None, restore_best_weights=True, **settings):
    return Configuration(
        0.1, num_epochs=5, patience=patience, restore_best_weights=restore_best_weights, **settings
    )


def trained(val_losses):
    """A way to train that leaves these validation losses; accuracies are a tenth, of the test a hundredth."""
    losses = np.array(val_losses, float)
    finite = np.where(np.isfinite(losses), losses, np.inf)

    def train(configuration, data, seed, test_curves=False):
        return Run(
            configuration,
            seed,
            train_losses=losses,
            val_losses=losses,
            train_accuracies=losses / 10,
            val_accuracies=losses / 10,
            num_updates=1,
            seconds=0.0,
            diverged=not np.isfinite(losses).all(),
            stuck=False,
            weights=(),
            best_epoch=int(np.argmin(finite)),
            test_accuracies=losses / 100 if test_curves else None,
        )

    return train


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, [3, 1, 2, 5, 0.5]),
        ({"patience": 2}, [3, 1, 1, 1, 0.5]),
        ({"patience": 2, "restore_best_weights": False}, [3, 1, 2, 5, 0.5]),
    ],
)
def test_does_a_training_count_with_the_weights_that_it_would_end_with(data, settings, expected):
    objective = LiveObjective(
        data,
        5,
        configure=lambda parameters, num_epochs: configuration(**settings),
        train=trained([3, 1, 2, 5, 0.5]),
    )
    losses, accuracies = zip(*objective.epochs({}, 0), strict=True)
    assert list(losses) == expected
    np.testing.assert_allclose(accuracies, np.array(expected) / 10)
    for num_epochs, loss in enumerate(expected, start=1):
        assert objective.test_accuracy({}, 0, num_epochs) == pytest.approx(loss / 100)


def test_is_a_training_that_diverges_not_hidden_by_its_best_weights(data):
    objective = LiveObjective(
        data, 3, configure=lambda parameters, num_epochs: configuration(2), train=trained([2, 1, math.nan])
    )
    (trial,) = run_search(objective, SPACE, num_trials=1).trials
    assert trial.state == "diverged"


@pytest.mark.parametrize("restore", [True, False])
def test_is_a_trial_with_patience_scored_as_its_run_is(data, restore):
    train = trained([3, 1, 2, 5, 4])
    objective = LiveObjective(data, 5, lambda parameters, num_epochs: configuration(3, restore), train)
    search = run_search(objective, SPACE, num_trials=1)
    run = train(configuration(3, restore), data, search.best.seed, test_curves=True)
    assert search.best.num_epochs == 5
    assert (search.best.val_loss, search.best.val_accuracy) == (run.val_loss, run.val_accuracy)
    assert report(search, objective).test_accuracy == run.test_accuracy


def test_does_an_objective_that_cannot_answer_for_a_space_refuse_it_before_the_first_trial(data):
    class Narrow(LiveObjective):
        def require_space(self, space):
            raise ValueError("learning_rate: only up to 0.1.")

        def epochs(self, parameters, seed):
            raise AssertionError("a trial has begun")

    with pytest.raises(ValueError, match=r"only up to 0\.1"):
        run_search(Narrow(data), SPACE, num_trials=1)
