"""The values of a parameter, read from its texts as the suggestion services read them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from helpers.katib.model import Parameter

NUMERIC, LISTED = ("int", "double"), ("categorical", "discrete")
HYPEROPT, OPTUNA, SKOPT, GOPTUNA = "hyperopt", "Optuna", "scikit-optimize", "goptuna"
# Katib's service for each algorithm.
SERVICES = {
    "random": HYPEROPT,
    "tpe": HYPEROPT,
    "grid": OPTUNA,
    "multivariate-tpe": OPTUNA,
    "bayesianoptimization": SKOPT,
    "cmaes": GOPTUNA,
    "sobol": GOPTUNA,
    "hyperband": "hyperband",
}
# Where Optuna's service begins a logarithm whose min is below.
LOWEST_OF_A_LOGARITHM = {"int": 1, "double": 1e-10}


@dataclass(frozen=True)
class Limits:
    """The limits of an int or a double. step: None without one."""

    low: float
    high: float
    step: float | None

    @property
    def in_order(self) -> tuple[float, float]:
        """The two ends, the smaller first: random and hyperband draw between some that are exchanged."""
        return min(self.low, self.high), max(self.low, self.high)


def limits_of(parameter: Parameter, service: str = "") -> Limits:
    """Return the limits of an int or a double as numbers.

    service: whose; that of hyperopt reads an int's limits as it reads a double's.

    Raises ValueError, naming the field, for a text that is no such number.
    """
    space = parameter.feasible_space
    low, high = _number(parameter, "min", space.min, service), _number(parameter, "max", space.max, service)
    return Limits(low, high, _number(parameter, "step", space.step, service) if space.step else None)


def _number(parameter: Parameter, name: str, text: str, service: str) -> float:
    is_int = parameter.parameter_type == "int"
    kind = int if is_int and service != HYPEROPT else float
    try:
        number = kind(text)
        is_finite = math.isfinite(number)
    except (ValueError, OverflowError):
        is_finite = False
    if not is_finite:
        raise ValueError(f"{name}: {text!r} is not {'a whole' if is_int else 'a finite'} number")
    return number


def rounded(value: float, step: float) -> float:
    """Return a value as hyperopt's service rounds it, to a multiple of step."""
    return round(value / step) * step


def num_levels(parameter: Parameter) -> int:
    """Return how many values a parameter has in a grid, as Katib's service for it counts them.

    Raises ValueError for an int or a double whose limits are no numbers, for a double whose min is so far
    above its max that there is no value, and as `grid_step`.
    """
    if parameter.parameter_type in LISTED:
        return len(parameter.feasible_space.list)
    limits, step = limits_of(parameter), grid_step(parameter)
    if parameter.parameter_type == "int":
        return max(0, int((limits.high - limits.low) // step) + 1)
    steps = (limits.high + step - limits.low) / step
    if not math.isfinite(steps):
        raise ValueError(f"step: {step:g} is too small for this range")
    num = math.ceil(steps)
    if num <= 0:
        raise ValueError(
            f"min: {limits.low:g} is above max {limits.high:g}: "
            "index -1 is out of bounds for axis 0 with size 0"
        )
    # As NumPy's arange counts, and one less where its last value lies beyond the limit. From its third value
    # on it does not add the step, but what is left of it between the first two.
    distance = step if num == 2 else limits.low + step - limits.low
    return num - (limits.low + (num - 1) * distance > limits.high)


def grid_levels(parameter: Parameter) -> list:
    """Return the values of a parameter in a grid. Raises ValueError as `num_levels`."""
    if parameter.parameter_type in LISTED:
        return list(parameter.feasible_space.list)
    limits, step, num = limits_of(parameter), grid_step(parameter), num_levels(parameter)
    if parameter.parameter_type == "int":
        return list(range(int(limits.low), int(limits.high) + 1, int(step)))
    return np.arange(limits.low, limits.high + step, step)[:num].tolist()


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
