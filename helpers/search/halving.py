"""When a trial is stopped early: the epochs at which trials are compared, and who goes on.

One trial is in view at a time in Optuna's pruners; here thousands of replayed searches are decided at once,
and a test proves that both decide alike.
"""

from __future__ import annotations

import binascii
import math

import numpy as np

STUDY_NAME = "search"  # Optuna's Hyperband draws the bracket of a trial from the study's name


def rungs(num_epochs: int, min_epochs: int, reduction_factor: int, skipped: int = 0) -> list[int]:
    """Return the epochs after which trials are compared: min_epochs, times the factor, and so on, below all.

    skipped: how many of the first comparisons a Hyperband bracket leaves out.
    """
    count = math.ceil(math.log(num_epochs / min_epochs, reduction_factor) - 1e-9)
    return [min_epochs * reduction_factor**rung for rung in range(skipped, count)]


def survivors(num_trials: int, reduction_factor: int) -> int:
    """Return how many of `num_trials` at a comparison go on."""
    return max(num_trials // reduction_factor, 1)


def halving_cost(num_trials: int, num_epochs: int, min_epochs: int, reduction_factor: int) -> int:
    """Return the epochs that a synchronous successive halving costs."""
    cost, trained = 0, 0
    for stop in [*rungs(num_epochs, min_epochs, reduction_factor), num_epochs]:
        cost += num_trials * (stop - trained)
        trained, num_trials = stop, survivors(num_trials, reduction_factor)
    return cost


def brackets(num_trials: int, num_epochs: int, min_epochs: int, reduction_factor: int) -> np.ndarray:
    """Return the Hyperband bracket of each trial as Optuna's pruner draws it, shape (num_trials,)."""
    count = math.floor(math.log(num_epochs / min_epochs, reduction_factor)) + 1
    shares = [math.ceil(count * reduction_factor**s / (s + 1)) for s in reversed(range(count))]
    numbers = [binascii.crc32(f"{STUDY_NAME}_{n}".encode()) % sum(shares) for n in range(num_trials)]
    return np.searchsorted(np.cumsum(shares), numbers, side="right")


def asynchronous_costs(
    values: np.ndarray, min_epochs: int, reduction_factor: int, bracket_of: np.ndarray | None = None
) -> np.ndarray:
    """Return how long each trial is trained when each is judged against those before it.

    values: what is minimised after each epoch, NaN when it diverged, shape (searches, trials, epochs).
    bracket_of: Hyperband bracket of each trial, shape (trials,); without it all are in the first.

    Returns epochs, shape (searches, trials).

    Source: Li et al., A System for Massively Parallel Hyperparameter Tuning, MLSys 2020. Lesson 14.
    """
    num_searches, num_trials, num_epochs = values.shape
    bracket_of = np.zeros(num_trials, dtype=int) if bracket_of is None else bracket_of
    costs = np.full((num_searches, num_trials), num_epochs)
    at_rung = np.full((num_searches, num_trials), np.inf)  # the value there, infinite where it never came
    for bracket in np.unique(bracket_of):
        members = np.flatnonzero(bracket_of == bracket)
        going_on = np.ones((num_searches, len(members)), dtype=bool)
        for rung in rungs(num_epochs, min_epochs, reduction_factor, skipped=bracket):
            reported = values[:, members, rung - 1]
            counted = going_on & ~np.isnan(reported)
            at_rung = np.where(counted, reported, np.inf)
            for place in range(len(members)):
                competitors = np.sort(at_rung[:, : place + 1], axis=1)
                count = counted[:, : place + 1].sum(axis=1)
                last = np.maximum(count // reduction_factor - 1, 0)
                promoted = counted[:, place] & (
                    at_rung[:, place] <= np.take_along_axis(competitors, last[:, np.newaxis], axis=1)[:, 0]
                )
                stopped = going_on[:, place] & ~promoted
                costs[stopped, members[place]] = rung
                going_on[:, place] = promoted
    return costs


def synchronous_costs(values: np.ndarray, min_epochs: int, reduction_factor: int) -> np.ndarray:
    """Return how long each trial is trained when all wait for each other at each comparison.

    Arguments and what is returned are those of `asynchronous_costs`.

    Source: Jamieson, Talwalkar, AISTATS 2016. Lesson 14.
    """
    num_searches, num_trials, num_epochs = values.shape
    costs = np.full((num_searches, num_trials), num_epochs)
    remaining = num_trials
    for rung in rungs(num_epochs, min_epochs, reduction_factor):
        running = costs == num_epochs
        reported = values[:, :, rung - 1]
        ranks = np.where(running, np.where(np.isnan(reported), np.inf, reported), np.nan)
        order = ranks.argsort(axis=1, kind="stable").argsort(axis=1)  # NaN, who is out, comes last
        remaining = survivors(remaining, reduction_factor)
        costs[running & (order >= remaining)] = rung
    return costs


def synchronous_ends(
    costs: np.ndarray, num_epochs: int, min_epochs: int, reduction_factor: int
) -> np.ndarray:
    """Return what the search had cost when each trial ended, in epochs, shape (searches, trials).

    All are trained to a comparison, one after the other; then those that lost end together. A trial that
    stops between comparisons, because it diverged, ends there.

    costs: epochs that each trial was trained, shape (searches, trials).
    """
    ends, spent, trained = np.zeros_like(costs), np.zeros((len(costs), 1), dtype=costs.dtype), 0
    for stop in [*rungs(num_epochs, min_epochs, reduction_factor), num_epochs]:
        after_each = spent + np.cumsum(np.clip(costs - trained, 0, stop - trained), axis=1)
        spent = after_each[:, -1:]
        alone = (costs > trained) & ((costs < stop) | (stop == num_epochs))
        ends = np.where(alone, after_each, np.where(costs == stop, spent, ends))
        trained = stop
    return ends
