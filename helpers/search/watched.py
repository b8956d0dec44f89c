"""What a check can see of a learner's random search, however the search draws.

No two right searches draw the same numbers. So the objective is a count plus a price that the parameters
decide: a loss less the price of its parameters says which trial it belongs to.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

Parameters = dict[str, Any]
Objective = Callable[[Parameters], float]
Trial = tuple[Parameters, float]
Search = Callable[[Objective, dict[str, Any], int, np.random.Generator], list[Trial]]


def price(parameters: Mapping[str, Any]) -> float:
    """Return the sum of the logarithms of all floats above 0."""
    return sum(math.log(value) for value in parameters.values() if isinstance(value, float) and value > 0)


class Counting:
    """An objective that counts, 1.5, 3.0, 4.5 ..., plus a price; it raises in trials of `failing`, from 1."""

    errors: tuple[type[Exception], ...] = (
        MemoryError,
        OverflowError,
        ValueError,
        RuntimeError,
        type("LostWorker", (Exception,), {}),
    )

    def __init__(self, failing: Iterable[int] = ()) -> None:
        self.asked = 0
        self.failing = tuple(failing)
        self.failed: list[Parameters] = []

    def __call__(self, parameters: Parameters) -> float:
        """Return 1.5 for each call so far plus the price, or raise one of `errors`."""
        self.asked += 1
        if self.asked in self.failing:
            self.failed.append(dict(parameters))
            raise self.errors[self.asked // 2 % len(self.errors)](f"trial {self.asked} failed")
        return 1.5 * self.asked + price(parameters)


def searched(
    search: Search,
    space: dict[str, Any],
    num_trials: int,
    seed: int,
    failing: Iterable[int] = (),
    kind: type[Counting] = Counting,
) -> dict[str, Any]:
    """Return what can be said of a search, however it drew.

    A loss is shown less the price of its parameters. That of a trial that failed is shown as it is, and so
    is an item that is not a pair.
    """
    objective = kind(failing)
    trials = search(objective, space, num_trials, np.random.default_rng(seed))
    if any(isinstance(trial, int | float) for trial in trials):
        return {"asked": objective.asked, "items that are numbers, not pairs": len(trials)}
    names = sorted({len(tried) for tried, _ in trials})
    losses = [_without_price(objective, tried, loss) for tried, loss in trials]
    return {"asked": objective.asked, "losses": losses, "hyperparameters in each": names}


def _without_price(objective: Counting, tried: Parameters, loss: Any) -> Any:
    """Return a loss less the price of its parameters; as it is where the trial failed or it is no number."""
    if loss is None or isinstance(loss, str):
        return loss
    return round(float(loss) - (0 if tried in objective.failed else price(tried)), 6)


def column(
    search: Search, space: dict[str, Any], num_trials: int, rng: np.random.Generator, name: str
) -> list[Any]:
    """Return the values of one hyperparameter over the trials of a search."""
    return [tried[name] for tried, _ in search(Counting(), space, num_trials, rng)]


def rates_of(search: Search, num_trials: int, rng: np.random.Generator) -> np.ndarray:
    """Return the learning rates of a search that draws nothing else."""
    return np.array(
        column(search, {"learning_rate": (0.2, 3.0)}, num_trials, rng, "learning_rate"), dtype=float
    )


def options_of(search: Search, num_trials: int, rng: np.random.Generator) -> np.ndarray:
    """Return the options of a search that draws nothing else."""
    return np.array(column(search, {"momentum": [0.5, 0.7, 0.9, 0.99]}, num_trials, rng, "momentum"))


def both(search: Search, num_options: int, *generators: np.random.Generator) -> list[np.ndarray]:
    """Return an array for each generator: three rates that a search draws with it, and then some options."""
    return [np.append(rates_of(search, 3, rng), options_of(search, num_options, rng)) for rng in generators]


def first_rates(search: Search, num_searches: int, rng: np.random.Generator) -> np.ndarray:
    """Return the rate of the first of five trials, in many searches."""
    return np.array([rates_of(search, 5, rng)[0] for _ in range(num_searches)])


def gaps(search: Search, num_trials: int, rng: np.random.Generator) -> np.ndarray:
    """Return the factors, as logarithms, by which the sizes of a search grow when they are sorted."""
    return np.diff(np.log(np.sort(column(search, {"size": (2, 9)}, num_trials, rng, "size"))))


def apart(search: Search, num_trials: int, rng: np.random.Generator) -> np.ndarray:
    """Return how far two hyperparameters lie apart in each trial, as shares of their ranges, modulo 1."""
    tried = search(Counting(), {"x": (2, 20), "y": (1e-8, 1e-2)}, num_trials, rng)
    x, y = (np.log([parameters[name] for parameters, _ in tried]) for name in ("x", "y"))
    distance = (x - math.log(2)) / math.log(10) - (y - math.log(1e-8)) / math.log(1e6)
    return np.round((distance + 0.5) % 1, 9)


def firsts(search: Search, num_trials: int, rng: np.random.Generator) -> list[int]:
    """Return how often the first of two options comes, in each of 200 searches."""
    picked = [column(search, {"depth": [1, 3]}, num_trials, rng, "depth") for _ in range(200)]
    return [depths.count(1) for depths in picked]


def came(search: Search, lists: Sequence[Sequence[Any]], rng: np.random.Generator) -> list[list[str]]:
    """Return what comes of each list in 60 trials, once each, as Python writes it."""
    found = [column(search, {"units": list(options)}, 60, rng, "units") for options in lists]
    return [sorted(set(map(repr, values))) for values in found]


def together(search: Search, num_trials: int, rng: np.random.Generator) -> np.ndarray:
    """Return a number for what each trial drew of a range and two lists: from 0 to 6, each as likely."""
    space = {"low": [0, 1], "rate": (0.001, 1.0), "high": [0, 2, 4]}
    tried = [parameters for parameters, _ in search(Counting(), space, num_trials, rng)]
    return np.array([1 + math.log10(p["rate"]) / 3 + p["low"] + p["high"] for p in tried])
