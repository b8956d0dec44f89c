"""Coarse to fine: look everywhere, then again around the best, which is what the notes call random search."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from helpers.arguments import is_number, require_count, require_one_of
from helpers.search.records import Search
from helpers.search.space import Real, Space


@dataclass(frozen=True)
class Refinement:
    """What the method "coarse-to-fine" does from round to round.

    The trials are divided into rounds of the same size, some larger by one where that does not come out
    even. The first round looks everywhere. Each later one looks around the best trial of all rounds before
    it, and what lies beyond the space is cut off.

    names: of the numbers (`Real`) that are narrowed; None for all that the space has.
    factor: in the second round a narrowed number lies between best / factor and best * factor on a log scale,
        and on a linear one in a part of the range that is as many times smaller, with the best in its middle.
        In each round after it, what is left of the factor above 1 is halved, and so is that part.
    num_rounds: 2 or more.
    freeze: whether everything that is not narrowed stays as it was in the best trial. Otherwise it is drawn
        as in the first round.
    draw: "random" or "quasi-random", how values are drawn in each round.

    Raises ValueError that names the argument which is out of range.

    Lesson 13.
    """

    names: Sequence[str] | None = None
    factor: float = 3.0
    num_rounds: int = 2
    freeze: bool = False
    draw: str = "random"

    def __post_init__(self) -> None:
        if isinstance(self.names, str):
            raise ValueError(f"names must be a list or tuple of names, not {self.names!r}.")
        if not (is_number(self.factor) and math.isfinite(self.factor) and self.factor > 1):
            raise ValueError(f"factor must be a number above 1, not {self.factor!r}.")
        require_count("num_rounds", self.num_rounds, 2)
        if not isinstance(self.freeze, bool):
            raise ValueError(f"freeze must be True or False, not {self.freeze!r}.")
        require_one_of("draw", self.draw, ("random", "quasi-random"))
        if self.names is not None:
            object.__setattr__(self, "names", tuple(self.names))

    def names_in(self, space: Space) -> tuple[str, ...]:
        """Return the names that are narrowed in a space; ValueError where there is none, or none such."""
        if self.names is None:
            numbers = tuple(name for name, dimension in space.items() if isinstance(dimension, Real))
        else:
            numbers = tuple(self.names)
            for name in numbers:
                if not isinstance(space.get(name), Real):
                    raise ValueError(f"names: {name!r} is no Real of the space, so nothing can be narrowed.")
        if not numbers:
            raise ValueError("method: coarse-to-fine narrows a Real, and this space has none.")
        return numbers

    def starts(self, num_trials: int) -> list[int]:
        """Return the first trial of each round, and num_trials at the end."""
        return [-(-num_trials * done // self.num_rounds) for done in range(self.num_rounds + 1)]

    def around(
        self,
        space: Space,
        planned: Mapping[str, np.ndarray],
        number_of_round: int,
        best: Mapping[str, Any] | None,
    ) -> Mapping[str, np.ndarray]:
        """Return the values of trials in a round: name -> as many as are planned.

        planned: what the trials would be if nothing were narrowed.
        number_of_round: from 0.
        best: parameters of the best trial before this round, None where none has succeeded.
        """
        if number_of_round == 0 or best is None:
            return planned
        names = self.names_in(space)
        values = {}
        for name, dimension in space.items():
            if name in names and isinstance(dimension, Real):
                values[name] = _between(
                    dimension, planned[name], best[name], self._reach(dimension, number_of_round)
                )
            elif self.freeze:
                values[name] = np.full(len(planned[name]), best[name], dtype=planned[name].dtype)
            else:
                values[name] = planned[name]
        return values

    def _reach(self, dimension: Real, number_of_round: int) -> float:
        """Return how far from the best a round after the first looks, on the dimension's scale."""
        halvings = 2 ** (number_of_round - 1)
        if dimension.log:
            return math.log(1 + (self.factor - 1) / halvings)
        return (dimension.high - dimension.low) / self.factor / halvings / 2


def best_before(search: Search, number: int) -> Mapping[str, Any] | None:
    """Return the parameters of the best trial before one, by number; None where none has succeeded."""
    earlier = replace(search, trials=tuple(trial for trial in search.trials if trial.number < number))
    try:
        return earlier.best.parameters
    except ValueError:
        return None


def _between(dimension: Real, planned: np.ndarray, best: float, reach: float) -> np.ndarray:
    """Return values around the best that lie in their part as the planned ones lie in the dimension.

    reach: how far that part goes to both sides, on the dimension's scale.
    """
    low, high = dimension.bounds[0]
    on_scale = np.log if dimension.log else np.asarray
    share = (on_scale(planned.astype(float)) - low) / (high - low)
    middle = float(on_scale(float(best)))
    start, end = max(low, middle - reach), min(high, middle + reach)
    return dimension.decode((start + share * (end - start))[:, np.newaxis])
