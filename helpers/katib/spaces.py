"""The values of a parameter, read from its texts as the suggestion services read them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from helpers.katib.model import Parameter

NUMERIC, LISTED = ("int", "double"), ("categorical", "discrete")
# Where Optuna's service begins a logarithm whose min is below.
LOWEST_OF_A_LOGARITHM = {"int": 1, "double": 1e-10}


@dataclass(frozen=True)
class Limits:
    """The limits of an int or a double. step: None without one."""

    low: float
    high: float
    step: float | None


def limits_of(parameter: Parameter) -> Limits:
    """Return the limits of an int or a double as numbers.

    Raises ValueError, naming the field, for a text that is no such number.
    """
    space = parameter.feasible_space
    low, high = _number(parameter, "min", space.min), _number(parameter, "max", space.max)
    return Limits(low, high, _number(parameter, "step", space.step) if space.step else None)


def _number(parameter: Parameter, name: str, text: str) -> float:
    kind, words = (int, "a whole number") if parameter.parameter_type == "int" else (float, "a finite number")
    try:
        number = kind(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise ValueError(f"{name}: {text!r} is not {words}")
    return number


def num_levels(parameter: Parameter) -> int:
    """Return how many values a parameter has in a grid, as Katib's service for it counts them.

    Raises ValueError for an int or a double whose limits are no numbers, and as `grid_step`.
    """
    if parameter.parameter_type in LISTED:
        return len(parameter.feasible_space.list)
    limits, step = limits_of(parameter), grid_step(parameter)
    steps = (limits.high + step - limits.low) / step
    if not math.isfinite(steps):
        raise ValueError(f"step: {step:g} is too small for this range")
    # As NumPy's arange counts, and one less where its last value lies beyond the limit.
    num = max(0, math.ceil(steps))
    return num - (num > 0 and limits.low + (num - 1) * step > limits.high)


def grid_levels(parameter: Parameter) -> list:
    """Return the values of a parameter in a grid. Raises ValueError as `num_levels`."""
    if parameter.parameter_type in LISTED:
        return list(parameter.feasible_space.list)
    levels = limits_of(parameter).low + np.arange(num_levels(parameter)) * grid_step(parameter)
    return levels.astype(int).tolist() if parameter.parameter_type == "int" else levels.tolist()


def grid_step(parameter: Parameter) -> float:
    """Return the distance of two values in a grid: 1 for an int without a step.

    Raises ValueError for a double without a step, or a step that is not above 0.
    """
    step = limits_of(parameter).step
    if step is None:
        if parameter.parameter_type == "int":
            return 1
        raise ValueError(
            f"Param {parameter.name} step is nil; For discrete search space, all parameters must include step"
        )
    if step <= 0:
        raise ValueError(f"step: {step:g} is not above 0")
    return step
