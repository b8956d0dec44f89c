"""Which parameters trial 0, 1, 2 ... has, for the methods that do not learn from earlier trials.

Their whole plan is known in advance, so a search that is resumed or shared between workers does what one
process without interruption would do. The numbers are those of Optuna's own samplers with the same seed.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.random import RandomState

from helpers.arguments import require_count
from helpers.search.space import Choice, Integer, Space

# Optuna's pruners stop random trials, so these three draw as "random" does.
RANDOM_METHODS = ("random", "successive-halving", "asha", "hyperband")
PLANNED_METHODS = ("grid", "quasi-random", *RANDOM_METHODS)
METHODS = (*PLANNED_METHODS, "coarse-to-fine", "tpe", "multivariate-tpe", "gaussian-process")


def plan(
    space: Space,
    method: str,
    num_trials: int,
    seed: int,
    levels: Mapping[str, int] | None = None,
    offset: bool | None = None,
) -> dict[str, np.ndarray]:
    """Return the values of each dimension in trials 0, 1, 2 ...: name -> shape (number of trials,).

    A grid has as many trials as it has points, when that is less than num_trials. The first trials of a
    longer plan are the shorter plan, except for a grid whose levels follow from num_trials.

    method: one of `PLANNED_METHODS`.
    levels: of a grid, as in `grid_levels`.
    offset: of a grid, as in `run_search`.
    """
    if method == "grid":
        shifted = _is_offset(levels, offset)
        return _grid(space, num_trials, seed, grid_levels(space, num_trials, levels, offset), shifted)
    if method == "quasi-random":
        return _quasi_random(space, num_trials, seed)
    return _random(space, num_trials, seed)


def _is_offset(levels: Mapping[str, int] | None, offset: bool | None) -> bool:
    """Return whether the seed shifts a grid's levels: where nothing is said, if no levels are given."""
    return levels is None if offset is None else offset


def grid_levels(
    space: Space,
    num_trials: int,
    levels: Mapping[str, int] | None = None,
    offset: bool | None = None,
) -> dict[str, int]:
    """Return how many levels each dimension of a grid has.

    levels: the number for each dimension, or for some; the others then stand at one. Without it, level after
        level goes where the grid is coarsest and num_trials still allows it. How coarse a dimension is, is
        said by how far its levels stand apart, in decades on a log scale and as a share of the range on a
        linear one; of a choice, by the share of the options that is left out. So a learning rate between
        1e-6 and 10 gets a level a decade before anything with three options gets its second one.
    offset: as in `run_search`.

    Raises ValueError for levels that are no mapping, a name that the space does not have, and a number below
    1.
    """
    if levels is not None:
        if not isinstance(levels, Mapping):
            raise ValueError(f"levels must be a number for each name, as {{'l2': 5}}, not {levels!r}.")
        for name, num in levels.items():
            if name not in space:
                raise ValueError(f"levels names {name!r}; the space has {', '.join(space)}.")
            require_count(f"levels[{name!r}]", num)
    shifted = _is_offset(levels, offset)

    def count(name: str, num: int) -> int:
        dimension = space[name]
        return len(dimension.levels_between(num, 0.5) if shifted else dimension.levels(num))

    if levels is not None:
        return {name: count(name, int(levels.get(name, 1))) for name in space}
    counts = dict.fromkeys(space, 1)
    growing = list(space)
    while growing:
        name = max(growing, key=lambda name: space[name].coarseness(counts[name]))
        larger = counts | {name: counts[name] + 1}
        fits = math.prod(larger.values()) <= num_trials
        if fits and count(name, larger[name]) == larger[name]:
            counts = larger
        else:
            growing.remove(name)
    return counts


def training_seeds(num_trials: int, seed: int, num_seeds: int) -> np.ndarray:
    """Return the seed of each trial's training, from 0 to num_seeds - 1, shape (num_trials,)."""
    # A stream of its own: parameters drawn from the same one would go together with the seeds.
    return np.random.default_rng((seed, 1)).integers(num_seeds, size=num_trials)


def _grid(
    space: Space, num_trials: int, seed: int, levels: Mapping[str, int], shifted: bool
) -> dict[str, np.ndarray]:
    """Return the grid's points in the shuffled order in which Optuna's `GridSampler` takes them.

    The points are numbered with the last of the sorted names fastest, and the numbers are shuffled.

    shifted: whether the seed decides where in its part of a dimension a level lies, or each dimension has its
        limits as first and last level.
    """
    names = sorted(space)
    shape = tuple(levels[name] for name in names)
    order = np.arange(math.prod(shape))
    RandomState(seed).shuffle(order)  # Optuna's generator gives Optuna's order
    places = dict(zip(names, np.unravel_index(order[:num_trials], shape), strict=True))
    # A stream of its own, for the same reason as that of the training seeds.
    shifts = dict(zip(space, np.random.default_rng((seed, 2)).random(len(space)), strict=True))
    values = {
        name: dimension.levels_between(levels[name], shifts[name])
        if shifted
        else dimension.levels(levels[name])
        for name, dimension in space.items()
    }
    return {name: _as_array(values[name])[places[name]] for name in space}


def _random(space: Space, num_trials: int, seed: int) -> dict[str, np.ndarray]:
    """Return what `RandomSampler` draws: one number for each number or option, trial after trial."""
    bounds = np.concatenate([dimension.bounds for dimension in space.values()])
    generator = RandomState(seed)  # Optuna's generator gives Optuna's trials
    drawn = generator.random_sample((num_trials, len(bounds))) * np.ptp(bounds, axis=1) + bounds[:, 0]
    ends = np.cumsum([len(dimension.bounds) for dimension in space.values()])
    columns = np.split(drawn, ends[:-1], axis=1)
    return {name: space[name].decode(part) for name, part in zip(space, columns, strict=True)}


def _quasi_random(space: Space, num_trials: int, seed: int) -> dict[str, np.ndarray]:
    """Return the points of a scrambled Halton sequence behind one random trial, as `QMCSampler` does.

    Halton and not Sobol: it fills a space evenly for any number of trials, not only for powers of two.
    """
    from scipy.stats.qmc import Halton

    # seed and not rng: SciPy draws other numbers for that, and Optuna hands over a seed.
    points = Halton(len(space), scramble=True, seed=seed).random(max(num_trials - 1, 0))
    values = {}
    for (name, first), column in zip(_random(space, 1, seed).items(), points.T, strict=True):
        dimension = space[name]
        if isinstance(dimension, Choice):
            rest = dimension.decode_unit(column)
        else:
            low, high = dimension.bounds[0]
            rest = dimension.decode((low + column * (high - low))[:, np.newaxis])
        values[name] = np.concatenate([first, rest])[:num_trials]
    return values


def parameters_of(space: Space, planned: Mapping[str, np.ndarray], number: int) -> dict[str, Any]:
    """Return the parameters of one trial as Python's own numbers.

    planned: name -> value in each trial, as `plan` returns it.
    """
    kinds = {name: int if isinstance(dimension, Integer) else float for name, dimension in space.items()}
    return {
        name: planned[name][number] if isinstance(space[name], Choice) else kinds[name](planned[name][number])
        for name in space
    }


def _as_array(values: list) -> np.ndarray:
    """Return values as an array that keeps each one's type."""
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array
