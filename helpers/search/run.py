"""Run a search: any method, against the bank or live training."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING

import numpy as np

from helpers.arguments import require_seed
from helpers.progress_bar import progress_bar
from helpers.search import halving
from helpers.search.budget import RECORD, Budget
from helpers.search.interruption import SearchInterrupted
from helpers.search.objective import Objective
from helpers.search.records import Search, Trial, sign_of
from helpers.search.refining import Refinement, best_before
from helpers.search.sampling import PLANNED_METHODS, plan, training_seeds
from helpers.search.space import Space
from helpers.search.study import new_study, pruner_of, sampler_of

if TYPE_CHECKING:
    import optuna


def run_search(
    objective: Objective,
    space: Space,
    method: str = "random",
    num_trials: int | None = None,
    num_epochs: int | None = None,
    seed: int = 0,
    *,
    metric: str = "val_loss",
    levels: Mapping[str, int] | None = None,
    offset: bool | None = None,
    refinement: Refinement | None = None,
    min_epochs: int = 1,
    reduction_factor: int = 3,
    progress: bool = True,
) -> Search:
    """Return a search of a space for the hyperparameters that validation prefers.

    A trial that diverges or raises an exception is part of it, with its state. A trial begins only while a
    full one still fits into what is left of the epochs.

    objective: what is asked, such as `LiveObjective(data)` or `load_bank().objective()`.
    space: where to search.
    method: "grid", "random", "quasi-random" (Halton), "coarse-to-fine" (random, then again around the best),
        "tpe", "multivariate-tpe", "gaussian-process", "successive-halving" (all trials wait for each other),
        "asha" (they do not), or "hyperband".
    num_trials, num_epochs: the budget, in trials and in epochs over all trials; one of them may be left out,
        and both for a grid with levels, which ends by itself. With num_epochs alone there are no more trials
        than full ones would fit, unless the method itself ends some early: where they end by themselves, as
        with patience, give num_trials as well.
    seed: decides parameters and training seeds. The same seed gives the same search.
    metric: "val_loss" or "val_accuracy", after a trial's last epoch.
    levels: for "grid", how many values of each dimension; see `grid_levels`, also for what is done without.
    offset: for "grid": True puts one level into each of as many equal parts of a dimension, and the seed
        shifts all of them by the same share of a part; so another seed is another grid, and a level that
        stands alone is drawn from the whole dimension. False gives the same levels whatever the seed, the
        limits first and last (`Real.levels`). None is False where levels are given, and otherwise True.
    refinement: for "coarse-to-fine", what is narrowed and what is frozen; None for `Refinement()`.
    min_epochs: for the methods that stop trials early, epochs before the first comparison.
    reduction_factor: what epochs are multiplied and trials divided by from one comparison to the next.
    progress: whether a bar shows how much of the budget is spent, in a terminal and nowhere else.

    Raises ValueError that names the argument which is out of range, and `SearchInterrupted` after Ctrl-C,
    with the trials that had ended.

    Source: Akiba et al., Optuna, KDD 2019. Lessons 12 to 14.
    """
    budget = Budget.of(
        method,
        space,
        objective,
        num_trials,
        num_epochs,
        levels,
        min_epochs,
        reduction_factor,
        offset,
        refinement,
    )
    sign_of(metric)
    require_seed(seed)
    if hasattr(objective, "require_space"):
        objective.require_space(space)
    refinement = refinement or Refinement()
    study = new_study(pruner_of(method, budget.full, budget.min_epochs, budget.reduction_factor))
    planned = None
    if method in PLANNED_METHODS:
        planned = plan(space, method, budget.num_trials, int(seed), levels, offset)
    elif method == "coarse-to-fine":
        planned = plan(space, refinement.draw, budget.num_trials, int(seed))
    with progress_bar("searching", budget.total, progress) as show:
        search = _SearchRunner(
            objective,
            space,
            method,
            int(seed),
            metric,
            study,
            budget,
            planned,
            refinement,
            training_seeds(budget.num_trials, int(seed), objective.num_seeds),
            show,
        )
        try:
            if method == "successive-halving":
                search.run_together()
            else:
                search.run_one_by_one()
        except KeyboardInterrupt:
            raise SearchInterrupted(search.result()) from None
        return search.result()


@dataclass
class _Curves:
    """What one trial has shown so far, and the training that can show more."""

    training: Iterator[tuple[float, float]]
    seed: int
    val_losses: list[float] = field(default_factory=list)
    val_accuracies: list[float] = field(default_factory=list)
    state: str = ""
    error: str = ""
    seconds: float = 0.0

    def train_until(self, stop: int) -> None:
        """Train until there are `stop` epochs, or the trial ends by itself."""
        started = time.perf_counter()
        try:
            while not self.state and len(self.val_losses) < stop:
                val_loss, val_accuracy = next(self.training)
                val_loss, val_accuracy = float(val_loss), float(val_accuracy)
                self.val_losses.append(val_loss)
                self.val_accuracies.append(val_accuracy)
                if not (math.isfinite(val_loss) and math.isfinite(val_accuracy)):
                    self.state = "diverged"
        except StopIteration:
            self.state = "complete"  # it stopped early by its own rule
        except Exception as error:  # whatever an objective raises: the trial is data, with the reason
            self.state, self.error = "failed", f"{type(error).__name__}: {error}"
        self.seconds += time.perf_counter() - started

    def value(self, metric: str) -> float:
        """Return what is minimised, after the last epoch; infinite once the trial has diverged or failed."""
        if self.state in ("diverged", "failed") or not self.val_losses:
            return math.inf
        return sign_of(metric) * (self.val_losses if metric == "val_loss" else self.val_accuracies)[-1]


@dataclass
class _SearchRunner:
    """One run of a search: trial after trial until the budget is spent.

    planned: name -> value in each trial, None for a method that learns; of "coarse-to-fine" what the trials
        would be if nothing were narrowed.
    training_seeds: of each trial, shape (num_trials,).
    show: takes how much of the budget is spent.
    """

    objective: Objective
    space: Space
    method: str
    seed: int
    metric: str
    study: optuna.Study
    budget: Budget
    planned: dict[str, np.ndarray] | None
    refinement: Refinement
    training_seeds: np.ndarray
    show: Callable[[int], None]

    def run_one_by_one(self) -> None:
        """Run one trial after the other until the budget is spent."""
        while self.budget.has_room(trials := self._trials()):
            self.show(self.budget.spent(trials))
            self._train(self.study.ask())
        self.show(self.budget.spent(trials))

    def run_together(self) -> None:
        """Train all trials to a comparison, end those that lost, and so on (successive halving)."""
        trials, curves = [], []
        for _ in range(self.budget.num_trials):
            trials.append(self.study.ask())
            curves.append(self._start(trials[-1]))
        remaining = list(range(self.budget.num_trials))
        rungs = halving.rungs(self.budget.full, self.budget.min_epochs, self.budget.reduction_factor)
        for stop in [*rungs, self.budget.full]:
            for number in remaining:
                curves[number].train_until(stop)
            if stop == self.budget.full:
                winners = []
            else:
                values = [
                    curves[n].value(self.metric) if _reached(curves[n], stop) else math.inf for n in remaining
                ]
                count = halving.survivors(len(remaining), self.budget.reduction_factor)
                winners = [remaining[at] for at in np.argsort(values, kind="stable")[:count]]
            for number in remaining:
                if number not in winners:
                    curves[number].state = curves[number].state or (
                        "complete" if stop == self.budget.full else "pruned"
                    )
                    self._finish(trials[number], curves[number])
            self.show(self.budget.spent(self._trials()))
            remaining = sorted(winners)

    def _trials(self) -> list[optuna.trial.FrozenTrial]:
        return self.study.get_trials(deepcopy=False)

    def _train(self, trial: optuna.trial.Trial) -> None:
        """Train a trial until the method stops it or it is done."""
        curves = self._start(trial)
        for stop in self._comparisons():
            curves.train_until(stop)
            if curves.state:
                break
            trial.report(curves.value(self.metric), step=stop)
            if trial.should_prune():
                curves.state = "pruned"
                break
        curves.train_until(self.budget.full)
        curves.state = curves.state or "complete"
        self._finish(trial, curves)

    def _comparisons(self) -> list[int]:
        """Return the epochs after which the method may stop a trial."""
        if self.method not in ("asha", "hyperband"):
            return []
        return halving.rungs(self.budget.full, self.budget.min_epochs, self.budget.reduction_factor)

    def _start(self, trial: optuna.trial.Trial) -> _Curves:
        """Choose the trial's parameters and return its training, not yet begun."""
        planned = self._planned_for(trial.number)
        self.study.sampler = sampler_of(self.space, self.method, self.seed, trial.number, planned)
        parameters = {name: dimension.suggest(trial, name) for name, dimension in self.space.items()}
        seed = int(self.training_seeds[trial.number])
        try:
            return _Curves(iter(self.objective.epochs(parameters, seed)), seed)
        except Exception as error:  # an objective that is no generator raises here, not at its first epoch
            return _Curves(iter(()), seed, state="failed", error=f"{type(error).__name__}: {error}")

    def _planned_for(self, number: int) -> dict[str, np.ndarray] | None:
        """Return the planned values, with those of this trial's round around the best trial before it."""
        if self.method != "coarse-to-fine" or self.planned is None:
            return self.planned
        starts = self.refinement.starts(self.budget.num_trials)
        number_of_round = int(np.searchsorted(starts, number, side="right")) - 1
        part = slice(*starts[number_of_round : number_of_round + 2])
        best = best_before(self.result(), part.start) if number_of_round else None
        planned = {name: values[part] for name, values in self.planned.items()}
        refined = self.refinement.around(self.space, planned, number_of_round, best)
        return {
            name: np.concatenate([values[: part.start], refined[name], values[part.stop :]])
            for name, values in self.planned.items()
        }

    def _finish(self, trial: optuna.trial.Trial, curves: _Curves) -> None:
        """Write down what the trial did, and tell Optuna how it ended."""
        from optuna.trial import TrialState

        record = {
            entry.name: getattr(curves, entry.name) for entry in fields(curves) if entry.name != "training"
        }
        trial.set_user_attr(RECORD, record)
        if curves.state == "failed":
            self.study.tell(trial, state=TrialState.FAIL)
        elif curves.state == "pruned":
            self.study.tell(trial, state=TrialState.PRUNED)
        else:
            # A diverged trial has the worst of values: TPE shall learn from it to keep away.
            self.study.tell(trial, curves.value(self.metric))

    def result(self) -> Search:
        """Return all trials that have ended, with what the search had cost when they did."""
        finished = [trial for trial in self._trials() if trial.state.is_finished()]
        records = [trial.user_attrs[RECORD] for trial in finished]
        costs = np.array([len(record["val_losses"]) for record in records], dtype=int)
        if self.method == "successive-halving":
            ends = halving.synchronous_ends(
                costs[np.newaxis], self.budget.full, self.budget.min_epochs, self.budget.reduction_factor
            )[0]
        else:
            ends = np.cumsum(costs)
        return Search(
            self.method,
            self.space,
            tuple(
                Trial(
                    number=trial.number,
                    parameters={name: trial.params[name] for name in self.space},
                    seed=record["seed"],
                    state=record["state"],
                    val_losses=tuple(record["val_losses"]),
                    val_accuracies=tuple(record["val_accuracies"]),
                    ended_at=int(end),
                    seconds=record["seconds"],
                    error=record["error"],
                )
                for trial, record, end in zip(finished, records, ends, strict=True)
            ),
            self.seed,
            self.metric,
        )


def _reached(curves: _Curves, stop: int) -> bool:
    """Return whether a trial was trained to a comparison without diverging or failing."""
    return len(curves.val_losses) >= stop and curves.state in ("", "complete", "pruned")
