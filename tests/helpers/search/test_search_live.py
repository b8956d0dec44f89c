"""Live training as an objective: is what is scored what the training ends with, and is a change noticed?"""

import functools
import math
import subprocess
import sys

import numpy as np
import pytest

from helpers.data import fashion_mnist
from helpers.search import LiveObjective, Real, Space, report, run_search
from helpers.search.fingerprint import function_name
from helpers.training import Configuration, Run, train_fast

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


def plain(parameters, num_epochs):
    return Configuration(parameters["learning_rate"], num_epochs=num_epochs)


def of_width(width, parameters, num_epochs):
    return Configuration(parameters["learning_rate"], num_epochs=num_epochs, hidden=(width,))


def closing_over(width):
    return lambda parameters, num_epochs: of_width(width, parameters, num_epochs)


CONFIGURES = {
    "none": None,
    "a function": plain,
    "a lambda": lambda parameters, num_epochs: Configuration(
        parameters["learning_rate"], num_epochs=num_epochs
    ),
    "another lambda": lambda parameters, num_epochs: Configuration(parameters["learning_rate"], num_epochs=7),
    "another operation": lambda parameters, num_epochs: Configuration(
        1 - parameters["learning_rate"], num_epochs=7
    ),
    "a partial": functools.partial(of_width, 8),
    "another partial": functools.partial(of_width, 16),
    "a partial by name": functools.partial(of_width, width=16),
    "a closure": closing_over(8),
    "another closure": closing_over(16),
    "a default": lambda parameters, num_epochs, width=8: of_width(width, parameters, num_epochs),
    "another default": lambda parameters, num_epochs, width=16: of_width(width, parameters, num_epochs),
}


def test_has_every_way_to_configure_a_description_of_its_own(data):
    descriptions = {LiveObjective(data, configure=configure).description for configure in CONFIGURES.values()}
    assert len(descriptions) == len(CONFIGURES)


def test_is_another_way_to_train_another_question(data):
    objectives = [LiveObjective(data, train=train) for train in (None, trained([1]), train_fast)]
    assert len({objective.description for objective in objectives}) == 3
    assert objectives[2].description.endswith("with train_fast")


@pytest.mark.parametrize(
    "changed", ["another lambda", "another partial", "another closure", "another default"]
)
def test_is_a_search_not_resumed_with_a_changed_function(data, changed, tmp_path):
    before = changed.replace("another", "a")
    arguments = {"space": SPACE, "num_trials": 1, "storage": tmp_path / "journal.log", "name": "mine"}
    run_search(LiveObjective(data, 1, CONFIGURES[before], train=trained([1])), **arguments)
    run_search(LiveObjective(data, 1, CONFIGURES[before], train=trained([1])), **arguments)
    with pytest.raises(ValueError, match=r"^objective: the study 'mine' was begun with") as refusal:
        run_search(LiveObjective(data, 1, CONFIGURES[changed], train=trained([1])), **arguments)
    assert "\n" not in str(refusal.value)


PROGRAM = """
import functools
from types import SimpleNamespace
from helpers.search.fingerprint import function_name

class Settings:
    def __init__(self):
        self.rates = {"slow", "fast", "medium", "none"}
        self.later = print

    def configure(self, parameters):
        return parameters if parameters in {"a", "b", "c", "d"} else self

def again(number, settings=Settings()):
    "COMMENT"
    inner = lambda: again(number - 1)
    return inner() if number else settings

def outer():
    def inner(number):
        return inner(number - 1) if number else 0
    return inner

print(function_name(again), function_name(outer()), function_name(Settings().configure), function_name(
    functools.partial(functools.partial(again, 3), settings={"rate": object()})
))
"""


def test_is_a_function_the_same_in_every_process_whatever_its_docstring():
    shown = set()
    for number, comment in enumerate(["said so", "said otherwise"] * 2):
        environment = {"PYTHONHASHSEED": str(number), "PYTHONPATH": ":".join(sys.path)}
        command = [sys.executable, "-c", PROGRAM.replace("COMMENT", comment)]
        shown.add(subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout)
    assert len(shown) == 1


def test_does_an_objective_that_cannot_answer_for_a_space_refuse_it_before_the_first_trial(data):
    class Narrow(LiveObjective):
        def require_space(self, space):
            raise ValueError("learning_rate: only up to 0.1.")

        def epochs(self, parameters, seed):
            raise AssertionError("a trial has begun")

    with pytest.raises(ValueError, match=r"only up to 0\.1"):
        run_search(Narrow(data), SPACE, num_trials=1)


def test_is_a_function_of_this_course_named_without_a_digest():
    assert function_name(train_fast) == "train_fast"
