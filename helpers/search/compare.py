"""Compare searches over many replays: how good, how surely, and how much of it was luck."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from helpers.search.records import Search, sign_of
from helpers.search.replay import Replays


class Estimate(NamedTuple):
    """A value and the interval in which it lies with the stated confidence."""

    value: float
    low: float
    high: float


class Bands(NamedTuple):
    """How far searches are after each epoch of cost: the middle, and where most of them lie.

    A search of which no trial has ended yet counts as the worst; where the middle, or a limit, is one of
    these it is NaN.

    epochs: 1, 2, 3 ..., shape (epochs,).
    median: of the searches, shape (epochs,).
    low, high: where the central share of the searches begins and ends, shape (epochs,).
    """

    epochs: np.ndarray
    median: np.ndarray
    low: np.ndarray
    high: np.ndarray


class WinnersLuck(NamedTuple):
    """What the best trial's score promises, and what it keeps; accuracies, means over replays.

    selected: validation accuracy of the chosen trial, by which it was chosen.
    test: test accuracy of that same trained network.
    again_val, again_test: the same configuration trained with all other seeds, mean. (With its own seed
        among them, part of the luck would count as merit.)
    seed_luck: selected - again_val, what a lucky seed had added.
    bias: selected - again_test, by how much the best trial's score promises too much. It also holds by how
        much the test part is harder than the validation part, for which nobody was lucky.
    """

    selected: Estimate
    test: Estimate
    again_val: Estimate
    again_test: Estimate
    seed_luck: Estimate
    bias: Estimate


def best_so_far(searches: Replays | Iterable[Search], coverage: float = 0.8) -> Bands:
    """Return median and central interval of the best trial's metric after each epoch of cost.

    searches: replays, or searches of one method with different seeds; one that spent less than another stays
        at its last value.
    coverage: share of them between low and high, above 0 and below 1.

    Raises ValueError for no searches, searches by different metrics, or a coverage out of range.

    Lesson 13.
    """
    if isinstance(searches, Replays):
        return _bands(searches.best_so_far, coverage, sign_of(searches.metric))
    if isinstance(searches, Search):
        raise ValueError("searches must be several, as in a list, not one.")
    searches = list(searches)
    metrics = {search.metric for search in searches}
    if len(metrics) != 1:
        raise ValueError(f"searches must be at least one, and by one metric, not {sorted(metrics)}.")
    curves = np.full((len(searches), max(search.num_epochs for search in searches)), np.nan)
    for row, search in zip(curves, searches, strict=True):
        row[: search.num_epochs] = search.best_so_far
        row[search.num_epochs :] = search.best_so_far[-1] if search.num_epochs else np.nan
    return _bands(curves, coverage, sign_of(metrics.pop()))


def regret(replays: Replays) -> np.ndarray:
    """Return how far each replay is behind the best configuration of the bank, shape (replays, epochs).

    What is compared is the test accuracy after a full training, mean over seeds: of the configuration that
    is best in the whole bank, and of the one that the replay would choose after each epoch of cost. So a
    lucky seed does not count, and what was stopped early counts with what it can become. NaN before the
    first trial ends.
    """
    truth = replays.bank.accuracies["test"][..., -1].mean(axis=1)
    return truth.max() - replays.of_incumbents(truth[replays.rows])


def regret_bands(replays: Replays, coverage: float = 0.8) -> Bands:
    """Return median and central interval of `regret` after each epoch of cost.

    coverage: share of the replays between low and high, above 0 and below 1.

    Raises ValueError for a coverage out of range.
    """
    return _bands(regret(replays), coverage, sign=1)


def probability_to_beat(
    replays: Replays, other: Replays, what: str = "test_accuracy", confidence: float = 0.95, seed: int = 0
) -> Estimate:
    """Return how likely a search of the first kind ends better than one of the second, ties as half.

    The interval is SciPy's bootstrap over the replays, pair by pair (percentiles, 2000 resamples).

    what: the quantity of the chosen trials that is compared; see `Replays.chosen`. Less is better for losses.
    confidence: of the interval, above 0 and below 1.
    seed: of the bootstrap.

    Raises ValueError for different numbers of replays, or only one, an unknown quantity, or a confidence that
    does not lie between 0 and 1.
    """
    if len(replays) != len(other):
        raise ValueError(f"other must have {len(replays)} replays too, not {len(other)}.")
    difference = replays.chosen(what) - other.chosen(what)
    if what.endswith("loss"):
        difference = -difference
    return estimate(np.sign(difference) / 2 + 0.5, confidence, seed)


def winners_luck(replays: Replays, confidence: float = 0.95, seed: int = 0) -> WinnersLuck:
    """Return how much of the chosen trials' validation accuracy stays when they are trained again.

    confidence: of the intervals, above 0 and below 1.
    seed: of the bootstrap.

    Raises ValueError for fewer than two replays, a bank of one seed, or a confidence that does not lie
    between 0 and 1.

    Lesson 14.
    """
    again_val, again_test = (replays.chosen_again(f"{part}_accuracy") for part in ("val", "test"))
    selected, test = replays.chosen("val_accuracy"), replays.chosen("test_accuracy")
    values = selected, test, again_val, again_test, selected - again_val, selected - again_test
    return WinnersLuck(*(estimate(value, confidence, seed) for value in values))


def estimate(values: np.ndarray, confidence: float = 0.95, seed: int = 0) -> Estimate:
    """Return the mean of values and its bootstrap interval.

    values: shape (n,).
    confidence: of the interval, above 0 and below 1.
    seed: of the bootstrap.

    Raises ValueError for fewer than two values, or a confidence that does not lie between 0 and 1.
    """
    from scipy.stats import bootstrap

    values = np.asarray(values, dtype=float)
    if len(values) < 2:
        raise ValueError("an interval needs at least 2 replays.")
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must lie between 0 and 1, not {confidence!r}.")
    interval = bootstrap(
        (values,),
        np.mean,
        confidence_level=confidence,
        n_resamples=2000,
        method="percentile",
        batch=500,
        rng=np.random.default_rng(seed),
    ).confidence_interval
    return Estimate(float(values.mean()), float(interval.low), float(interval.high))


def _bands(values: np.ndarray, coverage: float, sign: int) -> Bands:
    """Return the bands of values.

    values: shape (searches, epochs), NaN where a search has found nothing yet.
    coverage: share of the searches between low and high.
    sign: 1 where less is better, otherwise -1.
    """
    if not 0 < coverage < 1:
        raise ValueError(f"coverage must lie between 0 and 1, not {coverage!r}.")
    levels = 0.5, (1 - coverage) / 2, (1 + coverage) / 2
    values = np.where(np.isnan(values), sign * np.inf, values)
    with np.errstate(invalid="ignore"):
        between = np.quantile(values, levels, axis=0)
    # Between a result and none there is nothing: there the nearest search speaks.
    nearest = np.quantile(values, levels, axis=0, method="nearest")
    found = np.where(np.isfinite(between), between, nearest)
    return Bands(np.arange(1, values.shape[1] + 1), *np.where(np.isfinite(found), found, np.nan))
