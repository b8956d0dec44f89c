"""What a check sees of a learner's random search."""

import math

import numpy as np

from helpers.search.watched import Counting, came, column, first_rates, searched

SPACE = {"rate": (0.001, 3), "depth": [1, 3]}


def _search(objective, space, num_trials, rng, failed=math.nan):
    trials = []
    for _ in range(num_trials):
        parameters = {
            name: math.exp(rng.uniform(*np.log(values)))
            if isinstance(values, tuple)
            else values[rng.integers(2)]
            for name, values in space.items()
        }
        try:
            trials.append((parameters, objective(parameters)))
        except Exception:
            trials.append((parameters, failed))
    return trials


def test_losses_are_shown_less_their_price_and_failed_ones_as_they_are():
    def with_zeros(*arguments):
        return _search(*arguments, failed=0)

    seen = searched(with_zeros, SPACE, 4, 1, (2,))
    assert seen == {"asked": 4, "losses": [1.5, 0, 4.5, 6.0], "hyperparameters in each": [2]}
    right = searched(_search, SPACE, 4, 7, (2,))["losses"]
    assert math.isnan(right[1])
    assert right[2:] == [4.5, 6.0]


def test_losses_alone_are_named_and_not_taken_apart():
    def losses_alone(*arguments):
        return [loss for _, loss in _search(*arguments)]

    assert searched(losses_alone, SPACE, 3, 0) == {"asked": 3, "items that are numbers, not pairs": 3}


def test_values_are_taken_from_the_trials():
    rng = np.random.default_rng(0)
    assert set(column(_search, SPACE, 30, rng, "depth")) == {1, 3}
    assert came(_search, [[64, "auto"]], rng) == [["'auto'", "64"]]
    assert len(set(first_rates(_search, 20, rng))) == 20
    objective = Counting()
    assert objective({"x": 1.0}) == 1.5
