"""The values of a grid, as Katib's Optuna service counts them."""

import itertools

import numpy as np
import pytest

from helpers.katib.model import FeasibleSpace, Parameter
from helpers.katib.spaces import grid_levels, num_levels


def parameter(kind, **space):
    return Parameter("x", kind, FeasibleSpace(**space))


def test_are_levels_those_of_numpys_arange():
    rng = np.random.default_rng(0)
    for _ in range(300):
        low, width, step = rng.uniform(-2, 2), rng.uniform(0, 3), rng.uniform(0.05, 1)
        asked = parameter("double", min=repr(low), max=repr(low + width), step=repr(step))
        levels = np.arange(low, low + width + step, step)
        if levels[-1] > low + width:
            levels = levels[:-1]
        assert num_levels(asked) == len(levels)
        np.testing.assert_allclose(grid_levels(asked), levels)


def test_are_levels_of_short_decimals_those_of_numpys_arange_to_the_last_digit():
    lows, steps = ("0", "0.1", "0.5", "1", "-0.3", "0.05"), ("0.1", "0.2", "0.01", "0.05", "0.3", "0.25")
    for low, step, num in itertools.product(lows, steps, range(25)):
        high = repr(round(float(low) + num * float(step), 6))
        levels = np.arange(float(low), float(high) + float(step), float(step))
        if levels[-1] > float(high):
            levels = levels[:-1]
        asked = parameter("double", min=low, max=high, step=step)
        assert num_levels(asked) == len(levels), asked
        assert grid_levels(asked) == levels.tolist(), asked


def test_has_an_int_a_step_of_1_and_a_list_its_values():
    assert grid_levels(parameter("int", min="3", max="6")) == [3, 4, 5, 6]
    assert grid_levels(parameter("int", min="3", max="8", step="2")) == [3, 5, 7]
    assert grid_levels(parameter("discrete", list=("0.5", "1"))) == ["0.5", "1"]
    assert num_levels(parameter("int", min="6", max="3")) == 0
    assert num_levels(parameter("double", min="1", max="0.9", step="0.5")) == 0
    with pytest.raises(ValueError, match=r"max: '1000*' is not a whole number"):
        num_levels(parameter("int", min="0", max="1" + 400 * "0"))
    with pytest.raises(ValueError, match="step: 1 is too small for this range"):
        num_levels(parameter("double", min="-1e308", max="1e308", step="1"))
    assert (
        num_levels(parameter("double", min="0", max="1", step="1e-9")) == 1_000_000_001
    )  # counted, not made


def test_is_a_space_without_a_grid_refused(subtests):
    for space, message in [
        ({"min": "a", "max": "1", "step": "1"}, "min: 'a' is not a finite number"),
        ({"min": "0", "max": "inf", "step": "1"}, "max: 'inf' is not a finite number"),
        ({"min": "0", "max": "1"}, "Param x step is nil"),
        ({"min": "0", "max": "1", "step": "-1"}, "step: -1 is not above 0"),
        ({"min": "9", "max": "1", "step": "1"}, "min: 9 is above max 1: index -1 is out of bounds"),
    ]:
        with subtests.test(message), pytest.raises(ValueError, match=message):
            num_levels(parameter("double", **space))
