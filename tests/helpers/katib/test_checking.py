"""A part of an Experiment, checked alone: its parameters, and the command of its trials."""

import copy

import pytest
from experiments import VALID, spec

from helpers.errors import CourseError
from helpers.katib import Shows, check_experiment, check_parameters, trial_words


def test_is_a_space_that_is_right_found_right():
    assert check_parameters(VALID["spec"]["parameters"]) == []


@pytest.mark.parametrize(
    ("changes", "algorithm", "field", "shows"),
    [
        ({"min": 0.01}, "random", "min", Shows.REFUSED),
        ({"min": "9", "max": "0.5"}, "random", "min", Shows.NO_TRIALS),
        ({"min": "0"}, "random", "min", Shows.NO_TRIALS),
        ({"min": "0.1", "max": "0.1"}, "random", "max", Shows.NO_TRIALS),
        ({"min": "2", "max": "1"}, "random", "min", Shows.OTHERWISE),
        ({"min": "2", "max": "1"}, "tpe", "min", Shows.STOPS),
        ({"dist": "uniform"}, "random", "dist", Shows.OTHERWISE),
        ({"distribution": "logNormal"}, "multivariate-tpe", "distribution", Shows.NO_TRIALS),
        ({"max": ""}, "random", "max", Shows.REFUSED),
    ],
)
def test_is_a_wrong_space_found_as_in_the_whole_file(changes, algorithm, field, shows):
    parameters = copy.deepcopy(VALID["spec"]["parameters"])
    parameters[0]["feasibleSpace"] |= changes
    (finding,) = check_parameters(parameters, algorithm)
    assert finding.field == f"spec.parameters[0].feasibleSpace.{field}"
    assert finding.shows is shows
    whole = spec(("parameters", parameters), ("algorithm", {"algorithmName": algorithm}))
    assert check_experiment(whole) == [finding]


def test_are_parameters_that_stand_in_a_tuple_read():
    assert check_parameters(tuple(VALID["spec"]["parameters"])) == []


def test_is_an_algorithm_that_katib_does_not_have_refused():
    with pytest.raises(ValueError, match=r"algorithm must be one of random, tpe, .*, not 'nope'"):
        check_parameters(VALID["spec"]["parameters"], "nope")


def test_does_a_grid_ask_for_steps():
    (finding,) = check_parameters(VALID["spec"]["parameters"], "grid")
    assert finding.shows is Shows.EXPERIMENT_FAILS
    assert "step is nil" in finding.message


def test_are_the_words_of_a_trial_those_that_would_run():
    words = trial_words(VALID, {"learning_rate": "0.5", "batch_size": "32"})
    assert words == ["python", "-c", "print('val_loss=0.5', 'val_accuracy=.32')"]


def test_has_a_trial_without_a_command_no_words():
    container = "trialTemplate/trialSpec/spec/template/spec/containers/0"
    with pytest.raises(CourseError, match="the container has no command"):
        trial_words(spec((f"{container}/command", [])), {"learning_rate": "0.5", "batch_size": "32"})
