"""Bayesian optimization with a Gaussian process: what scikit-learn fits, and a sampler that asks it."""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from helpers.search.sampling import parameters_of, plan
from helpers.search.space import Choice, Space

if TYPE_CHECKING:
    import optuna
    from sklearn.gaussian_process import GaussianProcessRegressor

NUM_STARTUP = 6  # random trials before the first that learns from others
NUM_LEVELS, MOST_CANDIDATES = 41, 3000  # of a number between limits; together
_NUM_QUANTILES = 400


class Surrogate(NamedTuple):
    """What a Gaussian process believes of a function at some points: arrays of shape (points,).

    mean: of the function.
    std: standard deviation of the function, without the noise of a single trial.
    """

    mean: np.ndarray
    std: np.ndarray


def fit_surrogate(
    points: np.ndarray, values: np.ndarray, at: np.ndarray, seed: int = 0, num_restarts: int = 0
) -> Surrogate:
    """Return what a Gaussian process believes at some points, after it has seen values at others.

    Matern's kernel with 5/2 and one length a dimension, and noise; lengths, height and noise are those under
    which the values are likeliest.

    points: where values are known, each coordinate between 0 and 1, shape (trials, dimensions).
    values: what is minimised, finite, shape (trials,).
    at: where to predict, shape (points, dimensions).
    seed, num_restarts: of the search for the likeliest lengths; see scikit-learn.

    Raises ValueError for values that are not finite.

    Source: Snoek, Larochelle, Adams, Practical Bayesian Optimization, 2012. Lesson 14.
    """
    from sklearn.exceptions import ConvergenceWarning

    if not np.isfinite(values).all():
        raise ValueError("values must be finite; clip what diverged.")
    model = _regressor(points.shape[1], seed, num_restarts)
    with warnings.catch_warnings():
        # A length at its limit says that a dimension does not matter: no reason to warn.
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(points, values)
    mean, with_noise = model.predict(at, return_std=True)
    noise = np.exp(model.kernel_.theta[-1]) * model._y_train_std**2
    return Surrogate(mean, np.sqrt(np.maximum(with_noise**2 - noise, 0)))


def _regressor(num_dimensions: int, seed: int, num_restarts: int) -> GaussianProcessRegressor:
    from sklearn.gaussian_process import GaussianProcessRegressor
    from sklearn.gaussian_process.kernels import ConstantKernel, Matern, WhiteKernel

    lengths = Matern(np.full(num_dimensions, 0.5), (0.05, 20), nu=2.5)
    kernel = ConstantKernel(1.0, (0.05, 20)) * lengths + WhiteKernel(0.01, (1e-5, 1))
    return GaussianProcessRegressor(
        kernel, normalize_y=True, n_restarts_optimizer=num_restarts, random_state=seed
    )


def mean_improvement(surrogate: Surrogate, best: float) -> np.ndarray:
    """Return how much better than the best value each point is expected to be, shape (points,).

    By definition: the mean of what is gained, over 400 equally likely values of the normal distribution.

    best: the lowest value so far.

    Source: Jones, Schonlau, Welch, Efficient Global Optimization, 1998. Lesson 14.
    """
    from scipy.special import ndtri

    steps = ndtri((np.arange(_NUM_QUANTILES) + 0.5) / _NUM_QUANTILES)
    possible = surrogate.mean[:, np.newaxis] + surrogate.std[:, np.newaxis] * steps
    return np.clip(best - possible, 0, None).mean(axis=1)


def coordinates(space: Space, parameters: Mapping[str, Any]) -> np.ndarray:
    """Return trials as points between 0 and 1, shape (trials, columns).

    Numbers stand where they lie on their dimension's scale, and so do options that are ordered numbers, at
    equal distances. Two options are 0 and 1; three or more others have a column each.

    parameters: name -> value in each trial.
    """
    columns = []
    for name, dimension in space.items():
        if not isinstance(dimension, Choice):
            low, high = dimension.bounds[0]
            values = np.asarray(parameters[name], dtype=float)
            columns.append(((np.log(values) if dimension.log else values) - low) / (high - low))
            continue
        places = np.array([dimension.options.index(value) for value in parameters[name]])
        if len(dimension.options) == 2 or _is_ordered(dimension.options):
            columns.append(places / (len(dimension.options) - 1))
        else:
            columns.extend((places == place).astype(float) for place in range(len(dimension.options)))
    return np.stack(columns, axis=1)


def _is_ordered(options: tuple) -> bool:
    """Return whether options are numbers, each above the one before."""
    numbers = all(isinstance(option, int | float) and not isinstance(option, bool) for option in options)
    return numbers and list(options) == sorted(options)


def next_parameters(
    space: Space, trials: Sequence[Mapping[str, Any]], values: Sequence[float], seed: int
) -> dict[str, Any]:
    """Return the parameters from which most improvement is expected.

    Candidates are all combinations of 41 levels of each number and all options, where these are at most 3000;
    otherwise 3000 random ones. The upper half of the values is clipped at their median: how bad the bad ones
    are says nothing about where the best is, and one that is huge or infinite would flatten all others.

    trials: parameters of those that are known.
    values: what is minimised, of each; infinite for one that diverged.
    seed: decides the candidates.

    Lesson 14.
    """
    levels = {
        name: len(dimension.options) if isinstance(dimension, Choice) else NUM_LEVELS
        for name, dimension in space.items()
    }
    if math.prod(levels.values()) <= MOST_CANDIDATES:
        candidates = plan(space, "grid", MOST_CANDIDATES, seed, levels)
    else:
        candidates = plan(space, "random", MOST_CANDIDATES, seed)
    known = coordinates(space, {name: [trial[name] for trial in trials] for name in space})
    found = np.asarray(values, dtype=float)
    finite = found[np.isfinite(found)]
    # One that diverged counts as worse than all others, and by no more than these differ: their median is
    # finite then, however many have diverged.
    worst = finite.max() + (np.ptp(finite) or 1.0) if finite.size else 0.0
    known_values = np.where(np.isfinite(found), found, worst)
    clipped = np.minimum(known_values, np.median(known_values))
    surrogate = fit_surrogate(known, clipped, coordinates(space, candidates), seed)
    chosen = int(np.argmax(mean_improvement(surrogate, clipped.min())))
    return parameters_of(space, candidates, chosen)


def gaussian_process_sampler(space: Space, seed: int) -> optuna.samplers.BaseSampler:
    """Return a sampler for a trial of an Optuna study whose parameters are those of a space.

    Trials are random until six have ended without an exception; each later one is `next_parameters` after
    those that ended before.

    seed: decides everything.

    Lesson 14.
    """
    from optuna.samplers import BaseSampler, RandomSampler

    class GaussianProcessSampler(BaseSampler):
        def infer_relative_search_space(self, study: Any, trial: Any) -> dict[str, Any]:
            return space.to_optuna()

        def sample_relative(self, study: Any, trial: Any, search_space: Any) -> dict[str, Any]:
            known = [
                each
                for each in study.get_trials(deepcopy=False)
                if each.number < trial.number and each.state.name == "COMPLETE"
            ]
            if len(known) < NUM_STARTUP:
                return {}
            return next_parameters(space, [t.params for t in known], [t.value for t in known], seed)

        def sample_independent(self, study: Any, trial: Any, name: str, distribution: Any) -> Any:
            return random.sample_independent(study, trial, name, distribution)

    random = RandomSampler(seed)
    return GaussianProcessSampler()
