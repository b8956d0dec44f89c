"""Experiments of many runs, or of one that is watched closely."""

from __future__ import annotations

import dataclasses
import math
import time
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from helpers.arguments import require_count, require_one_of, require_rate, require_seed, require_several
from helpers.data import Dataset, Regression
from helpers.progress_bar import progress_bar
from helpers.training.fast import batches, run_of, train_batches, train_fast
from helpers.training.plan import learning_rates, prepare, require_usable
from helpers.training.records import (
    Configuration,
    RangeTest,
    Run,
)

# How often a run by updates is measured, whatever an epoch is.
_MEASUREMENTS = 50


class LearningCurve(NamedTuple):
    """What more data brings; arrays of one row for each number of examples and one column for each seed.

    num_examples: for training, int, shape (n,).
    train_accuracies, val_accuracies, val_losses: shape (n, num_seeds), as a `Run` has them.
    test_accuracies, test_losses: the same of the test part; None where it is empty.
    num_updates: steps up to the weights that were measured, int, shape (n, num_seeds).
    fixed: "epochs", "updates" or "best".
    measurements: of "best" the same runs after each 50th of their updates; else none.
    """

    num_examples: np.ndarray
    train_accuracies: np.ndarray
    val_accuracies: np.ndarray
    val_losses: np.ndarray
    test_accuracies: np.ndarray | None
    test_losses: np.ndarray | None
    num_updates: np.ndarray
    fixed: str
    measurements: tuple[LearningCurve, ...] = ()

    @property
    def errors(self) -> np.ndarray:
        """One minus the accuracies, or the losses of a regression, shape (n, num_seeds).

        They are those of the test part, and of the validation part where there is no other. NaN for a network
        whose loss there is no finite number: its accuracy is that of chance, and no point of a curve.
        """
        accuracies, losses = self.val_accuracies, self.val_losses
        if self.test_accuracies is not None and self.test_losses is not None:
            accuracies, losses = self.test_accuracies, self.test_losses
        errors = np.where(np.isnan(accuracies), losses, 1 - accuracies)
        return np.where(np.isfinite(losses), errors, np.nan)

    def after(self, num_updates: int) -> LearningCurve:
        """Return what the same runs were like after fewer updates, as if they had ended there.

        Raises ValueError where they were not measured after so many.
        """
        for curve in self.measurements:
            if curve.num_updates[0, 0] == num_updates:
                return curve
        raise ValueError(
            f"num_updates must be a measurement of a curve with fixed='best', not {num_updates!r}."
        )


def sweep(
    configurations: Iterable[Configuration],
    data: Dataset | Regression,
    seeds: Iterable[int],
    progress: bool = True,
    *,
    test_curves: bool = False,
    weights: Sequence[np.ndarray] | None = None,
) -> list[Run]:
    """Train every configuration with every seed, fast, and return the runs, by configuration and seed.

    progress: whether a bar shows how far it is, in a terminal and nowhere else.
    test_curves, weights: as in `train_fast`.

    Rates, momenta, penalties, betas, epsilons, factors, schedules and starts share one compilation, and so do
    numbers of epochs up to 32, from there to 128, and so on. Another batch size, width, depth, optimizer or
    normalization is compiled anew, in 1 to 4 s, and twenty layers in about 10 s.

    Raises ValueError for one configuration or one seed alone, for none, for a seed that stands twice, and as
    `train_fast` does.

    Lesson 01.
    """
    if isinstance(configurations, Configuration):
        raise ValueError("configurations must be several: for one alone, write [configuration].")
    if not isinstance(seeds, Iterable):
        raise ValueError(f"seeds must be several, as in range(3), not {seeds!r}.")
    seeds, runs = _distinct(seeds), []
    jobs = [(configuration, seed) for configuration in configurations for seed in seeds]
    if not jobs:
        raise ValueError("configurations and seeds must each hold at least one.")
    with progress_bar("training", len(jobs), progress) as show:
        for configuration, seed in jobs:
            run = train_fast(configuration, data, seed, test_curves=test_curves, weights=weights)
            runs.append(run)
            show(len(runs))
    return runs


def learning_rate_range_test(
    data: Dataset,
    low: float = 1e-4,
    high: float = 10.0,
    batch_size: int = 32,
    num_epochs: int = 1,
    seed: int = 0,
    hidden: tuple[int, ...] = (64, 64),
) -> RangeTest:
    """Train once while the learning rate grows by the same factor at every step, and return the losses.

    Each is that of a step's batch before the step. (A Keras callback's `logs["loss"]` is a running mean over
    the epoch, which hides where the loss turns.) A step after the epoch in which the loss stopped being a
    finite number has the loss nan.

    low, high: the first and the last learning rate.

    Raises ValueError when low is not below high, for data without classes, and as `train_fast` does.

    Source: Smith, Cyclical Learning Rates for Training Neural Networks, arXiv:1506.01186. Lesson 01.
    """
    seed = require_seed(seed)
    require_rate("low", low)
    require_rate("high", high)
    if not low < high:
        raise ValueError(f"low must be below high, not {low!r} and {high!r}.")
    if not isinstance(data, Dataset):
        raise ValueError(f"data must be a Dataset, not {type(data).__name__}.")
    configuration = Configuration(low, batch_size, num_epochs, hidden)
    require_usable(data, configuration.batch_size)
    num_steps = math.ceil(len(data.x_train) / configuration.batch_size)
    rates = np.geomspace(low, high, configuration.num_epochs * num_steps)
    rows, example_weights = batches(len(data.x_train), configuration, num_steps, seed)
    outcome = train_batches(
        configuration, data, seed, rows, example_weights, rates.reshape(-1, num_steps).astype(np.float32)
    )
    losses = np.full(rates.size, np.nan)
    losses[: outcome.losses.size] = outcome.losses.ravel()
    return RangeTest(rates, losses)


def learning_curve(
    configuration: Configuration,
    data: Dataset | Regression,
    sizes: Sequence[int],
    seeds: Iterable[int] = range(5),
    fixed: str = "epochs",
    num_updates: int = 5000,
    own_examples: bool = False,
) -> LearningCurve:
    """Train on the first 50, 100, ... examples, and return how well each number of them does.

    sizes: numbers of training examples, each at least one batch.
    fixed: "epochs" trains every size for the configuration's num_epochs, so that more data also means more
        updates. "best" trains every size for num_updates, measures 50 times on the way, and keeps for every
        run the first measurement with the highest validation accuracy, of a regression with the lowest
        validation loss. There patience and a schedule by epochs have no meaning and are refused.
    num_updates: of "best", a multiple of 50.
    own_examples: whether each seed learns from other examples: those of the k-th seed begin k parts of the
        training data further on, of as many parts as there are seeds, and go round its end. Sizes up to such
        a part share no example between seeds.

    Raises ValueError for sizes that the data do not have, and as `train_fast` does.

    Source: Hestness and others, Deep Learning Scaling is Predictable, Empirically, arXiv:1712.00409.
    Lesson 08.
    """
    if not isinstance(configuration, Configuration):
        raise ValueError(f"configuration must be one Configuration, not {type(configuration).__name__}.")
    require_one_of("fixed", fixed, ("epochs", "best"))
    for name, numbers in (("sizes", sizes), ("seeds", seeds)):
        require_several(name, numbers)
    sizes, seeds = list(sizes), _distinct(seeds)
    if not sizes or not seeds:
        raise ValueError("sizes and seeds must each hold at least one number.")
    for size in sizes:
        require_count("each entry of sizes", size, least=configuration.batch_size)
        if size > len(data.x_train):
            raise ValueError(f"sizes: there are {len(data.x_train)} training examples, not {size}.")
    if fixed == "best":
        _require_plain_updates(configuration, num_updates)
    apart = len(data.x_train) // len(seeds) if own_examples else 0
    runs = []
    for size in sizes:
        for number, seed in enumerate(seeds):
            examples = _from_place(data, number * apart)
            if fixed == "best":
                runs.append(_train_updates(configuration, examples, size, seed, num_updates))
            else:
                part, tested = _first_examples(examples, size), len(data.x_test) > 0
                runs.append(train_fast(configuration, part, seed, test_curves=tested))
    if fixed == "epochs":
        # Up to the epoch that is measured: with restored weights it is not the last one.
        updates = [run.num_updates // len(run.val_losses) * (run.final_epoch + 1) for run in runs]
        return _curve_of(runs, [run.final_epoch for run in runs], updates, sizes, fixed)
    steps = num_updates // _MEASUREMENTS
    best = [_best_measurement(run) for run in runs]
    curve = _curve_of(runs, best, [steps * (place + 1) for place in best], sizes, fixed)
    measured = range(min(len(run.val_losses) for run in runs))
    return curve._replace(
        measurements=tuple(
            _curve_of(runs, [place] * len(runs), [steps * (place + 1)] * len(runs), sizes, "updates")
            for place in measured
        )
    )


def _curve_of(
    runs: Sequence[Run], places: Sequence[int], updates: Sequence[int], sizes: Sequence[int], fixed: str
) -> LearningCurve:
    """Return the curve of runs, by size and seed, each at its place in its own curves."""

    def table(metric: str) -> np.ndarray:
        values = [getattr(run, metric)[place] for run, place in zip(runs, places, strict=True)]
        return np.array(values).reshape(len(sizes), -1)

    tested = runs[0].test_losses is not None
    return LearningCurve(
        np.array(sizes),
        table("train_accuracies"),
        table("val_accuracies"),
        table("val_losses"),
        table("test_accuracies") if tested else None,
        table("test_losses") if tested else None,
        np.array(updates).reshape(len(sizes), -1),
        fixed,
    )


def _best_measurement(run: Run) -> int:
    """Return the place of the first highest validation accuracy, of a regression of the lowest loss."""
    if np.isnan(run.val_accuracies).all():
        return run.best_epoch
    return int(np.nanargmax(run.val_accuracies))


def _from_place(data: Dataset | Regression, start: int) -> Dataset | Regression:
    """Return the data with the training examples from a place on; behind the last comes the first."""
    return data._replace(x_train=np.roll(data.x_train, -start, axis=0), y_train=np.roll(data.y_train, -start))


def _first_examples(data: Dataset | Regression, size: int) -> Dataset | Regression:
    """Return the data with the first so many training examples."""
    return data._replace(x_train=data.x_train[:size], y_train=data.y_train[:size])


def _require_plain_updates(configuration: Configuration, num_updates: int) -> None:
    require_count("num_updates", num_updates, least=_MEASUREMENTS)
    if num_updates % _MEASUREMENTS:
        raise ValueError(f"num_updates must be a multiple of {_MEASUREMENTS}, not {num_updates}.")
    if configuration.patience is not None:
        raise ValueError('patience counts epochs: it has no meaning with fixed="best".')
    if callable(configuration.schedule) and configuration.schedule_by == "epoch":
        raise ValueError('a schedule by epochs has no meaning with fixed="best": use schedule_by="step".')


def _train_updates(
    configuration: Configuration,
    data: Dataset | Regression,
    size: int,
    seed: int,
    num_updates: int,
) -> Run:
    """Train on the first `size` examples for a number of updates, in as many epochs as that takes.

    The compiled function is given all examples and the rows of the first ones only: one compilation serves
    every size.
    """
    tested = len(data.x_test) > 0
    part = prepare(configuration, _first_examples(data, size), seed, test_curves=tested)
    started = time.perf_counter()
    num_steps = num_updates // _MEASUREMENTS
    steps_an_epoch = math.ceil(size / configuration.batch_size)
    counted = dataclasses.replace(configuration, num_epochs=math.ceil(num_updates / steps_an_epoch))
    shape = _MEASUREMENTS, num_steps, configuration.batch_size
    rows, example_weights = (
        array.reshape(-1, configuration.batch_size)[:num_updates].reshape(shape)
        for array in batches(size, counted, steps_an_epoch, seed)
    )
    measured = dataclasses.replace(configuration, num_epochs=_MEASUREMENTS)
    whole = data._replace(y_train=np.concatenate([part.y_train, data.y_train[size:]]))
    rates = learning_rates(measured, num_steps)
    outcome = train_batches(measured, whole, seed, rows, example_weights, rates, tested)
    return run_of(outcome, measured, seed, time.perf_counter() - started, tested)


def _distinct(seeds: Iterable[int]) -> list[int]:
    """Return the seeds as a list: one of them twice would make a mean look surer than it is."""
    seeds = [require_seed(seed) for seed in seeds]
    if len(set(seeds)) < len(seeds):
        raise ValueError(f"seeds must differ from each other, not {seeds}.")
    return seeds
