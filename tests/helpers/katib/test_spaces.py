"""The values of a grid, as Katib's Optuna service counts them."""

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


def test_has_an_int_a_step_of_1_and_a_list_its_values():
    assert grid_levels(parameter("int", min="3", max="6")) == [3, 4, 5, 6]
    assert grid_levels(parameter("int", min="3", max="8", step="2")) == [3, 5, 7]
    assert grid_levels(parameter("discrete", list=("0.5", "1"))) == ["0.5", "1"]
    assert num_levels(parameter("int", min="6", max="3")) == 0
    with pytest.raises(ValueError, match="step: 1 is too small for this range"):
        num_levels(parameter("double", min="-1e308", max="1e308", step="1"))
    assert (
        num_levels(parameter("double", min="0", max="1", step="1e-9")) == 1_000_000_001
    )  # counted, not made


@pytest.mark.parametrize(
    ("space", "message"),
    [
        ({"min": "a", "max": "1", "step": "1"}, "min: 'a' is not a finite number"),
        ({"min": "0", "max": "inf", "step": "1"}, "max: 'inf' is not a finite number"),
        ({"min": "0", "max": "1"}, "Param x step is nil"),
        ({"min": "0", "max": "1", "step": "-1"}, "step: -1 is not above 0"),
    ],
)
def test_is_a_space_without_a_grid_refused(space, message):
    with pytest.raises(ValueError, match=message):
        num_levels(parameter("double", **space))
