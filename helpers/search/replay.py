"""Replay a search a thousand times over the bank, to see what it does by chance and what by merit."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from helpers.arguments import require_count, require_seed
from helpers.search import halving
from helpers.search.budget import Budget
from helpers.search.records import Search, Trial, sign_of
from helpers.search.refining import Refinement
from helpers.search.run import run_search
from helpers.search.sampling import PLANNED_METHODS, parameters_of, plan, training_seeds
from helpers.search.space import Space

if TYPE_CHECKING:
    from helpers.search.bank import Bank, BankObjective

STATES = ("", "complete", "pruned", "diverged")  # "" for a trial that never began


@dataclass(frozen=True, eq=False)
class Replays:
    """Many searches by one method, replay i with the seed `seed + i`, as arrays of shape (replays, trials).

    method, space, metric, seed: as given to `replay`.
    bank: what was searched.
    parameters: name -> values.
    rows: of the bank's table.
    seeds: of the training.
    costs: epochs.
    ended_at: epochs that the replay had cost when the trial ended.
    states: places in `STATES`.

    Lesson 13.
    """

    method: str
    space: Space
    metric: str
    seed: int
    bank: Bank = field(repr=False)
    parameters: dict[str, np.ndarray] = field(repr=False)
    rows: np.ndarray = field(repr=False)
    seeds: np.ndarray = field(repr=False)
    costs: np.ndarray = field(repr=False)
    ended_at: np.ndarray = field(repr=False)
    states: np.ndarray = field(repr=False)

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def num_epochs(self) -> np.ndarray:
        """Return the epochs that each replay cost, shape (replays,)."""
        return self.costs.sum(axis=1)

    @functools.cached_property
    def best(self) -> np.ndarray:
        """Return the trial of each replay that validation prefers, shape (replays,).

        Raises ValueError when all trials of a replay diverged.
        """
        scores = self._scores()
        if not np.isfinite(scores).any(axis=1).all():
            raise ValueError("in at least one replay no trial succeeded; give it more trials.")
        return scores.argmin(axis=1)

    def chosen(self, what: str) -> np.ndarray:
        """Return what the chosen trial of each replay reached after its last epoch, shape (replays,).

        Choose by validation, report by test.

        what: "train", "val" or "test", then "_loss" or "_accuracy", as in "test_accuracy".

        Raises ValueError for another text, and when all trials of a replay diverged.
        """
        return self._last_values(what)[np.arange(len(self)), self.best]

    def chosen_again(self, what: str, *, to_the_end: bool = False) -> np.ndarray:
        """Return what the chosen configuration reaches with all other seeds, mean, shape (replays,).

        Its own seed is left out: that it was lucky is a part of why the trial was chosen.

        what: as in `chosen`.
        to_the_end: whether all epochs of the bank are trained; otherwise as many as the chosen trial had.

        Raises ValueError for a bank of one seed.

        Lessons 13, 14.
        """
        if self.bank.num_seeds < 2:
            raise ValueError("the bank holds one seed only: nothing in it was trained again.")
        chosen = np.arange(len(self)), self.best
        others = np.arange(self.bank.num_seeds) != self.seeds[chosen][:, np.newaxis]
        last = -1 if to_the_end else self.costs[chosen] - 1
        values = self._curves(what)[self.rows[chosen], :, last]
        return values.mean(axis=1, where=others, dtype=float)

    def chosen_rows(self) -> np.ndarray:
        """Return the row of the bank's table that each replay chose, shape (replays,)."""
        return self.rows[np.arange(len(self)), self.best]

    @functools.cached_property
    def incumbents(self) -> np.ndarray:
        """Return the best trial that had ended after each epoch of cost, shape (replays, epochs).

        -1 before the first trial ends. The epochs are those of the most expensive replay;
        one that is done stays at its last.
        """
        scores = self._scores()
        order = np.where(self.costs > 0, self.ended_at, np.iinfo(int).max).argsort(axis=1, kind="stable")
        in_order = np.take_along_axis(scores, order, axis=1)
        lowest = np.minimum.accumulate(in_order, axis=1)
        earlier = np.pad(lowest[:, :-1], ((0, 0), (1, 0)), constant_values=np.inf)
        is_new = in_order < earlier
        places = np.where(is_new, np.arange(scores.shape[1]), -1)
        best = np.maximum.accumulate(places, axis=1)  # place in the order of ending
        ends = np.take_along_axis(self.ended_at, order, axis=1)
        ends = np.where(np.take_along_axis(self.costs, order, axis=1) > 0, ends, np.iinfo(int).max)
        found = np.full((len(self), int(self.num_epochs.max())), -1)
        epochs = np.arange(1, found.shape[1] + 1)
        for replay in range(len(self)):
            ended = np.searchsorted(ends[replay], epochs, side="right") - 1
            known = ended >= 0
            at = best[replay, ended[known]]
            found[replay, known] = np.where(at >= 0, order[replay, np.maximum(at, 0)], -1)
        return found

    @property
    def best_so_far(self) -> np.ndarray:
        """Return the incumbent's metric after each epoch, shape (replays, epochs), NaN without one."""
        return self.of_incumbents(self._last_values(self.metric))

    def of_incumbents(self, values: np.ndarray) -> np.ndarray:
        """Return a value of the incumbent trial after each epoch. values: shape (replays, trials)."""
        places = self.incumbents
        return np.where(places >= 0, np.take_along_axis(values, np.maximum(places, 0), axis=1), np.nan)

    def search(self, replay: int) -> Search:
        """Return one replay as the `Search` that `run_search` returns for its seed."""
        trials = []
        for number in np.flatnonzero(self.costs[replay]).tolist():
            place = replay, number
            row, seed, cost = self.rows[place], int(self.seeds[place]), int(self.costs[place])
            planned = {name: values[replay] for name, values in self.parameters.items()}
            trials.append(
                Trial(
                    number,
                    parameters_of(self.space, planned, number),
                    seed,
                    STATES[self.states[place]],
                    tuple(self.bank.losses["val"][row, seed, :cost].tolist()),
                    tuple(self.bank.accuracies["val"][row, seed, :cost].tolist()),
                    ended_at=int(self.ended_at[place]),
                )
            )
        return Search(self.method, self.space, tuple(trials), self.seed + replay, self.metric)

    def _last_values(self, what: str) -> np.ndarray:
        """Return a loss or accuracy of each trial after its last epoch."""
        return self._curves(what)[self.rows, self.seeds, np.maximum(self.costs, 1) - 1]

    def _curves(self, what: str) -> np.ndarray:
        """Return a loss or accuracy of the whole bank, shape (configurations, seeds, epochs)."""
        part, _, quantity = what.partition("_")
        curves = {"loss": self.bank.losses, "accuracy": self.bank.accuracies}.get(quantity, {})
        if part not in curves:
            raise ValueError(f"{what!r} must be train, val or test, followed by _loss or _accuracy.")
        return curves[part]

    def _scores(self) -> np.ndarray:
        """Return each trial's metric, turned so that less is better; infinite for those that cannot win."""
        usable = (self.states == STATES.index("complete")) | (self.states == STATES.index("pruned"))
        return np.where(usable, sign_of(self.metric) * self._last_values(self.metric), np.inf)


def replay(
    objective: BankObjective,
    space: Space,
    method: str = "random",
    num_trials: int | None = None,
    num_epochs: int | None = None,
    num_replays: int = 1000,
    seed: int = 0,
    *,
    metric: str = "val_loss",
    levels: Mapping[str, int] | None = None,
    offset: bool | None = None,
    refinement: Refinement | None = None,
    min_epochs: int = 1,
    reduction_factor: int = 3,
) -> Replays:
    """Return many searches over the bank, each with another seed.

    Replay i is exactly what `run_search(objective, ..., seed=seed + i)` finds. All methods but those that
    learn from trial to trial are computed for all replays at once: a thousand searches of 30 trials take a
    second or two. The two TPE and the Gaussian process run through Optuna one by one, about 0.1 and 0.7 s
    each for 30 trials.

    A grid without an offset is the same grid in every replay: what varies is the training seeds alone, and
    a thousand replays of it are one observation of where its levels fall.

    objective: the bank's, as `load_bank().objective()`.
    num_replays: at least 1.

    The other arguments, and the errors, are those of `run_search`.

    Lesson 13.
    """
    if not hasattr(objective, "bank"):
        raise ValueError(f"objective must be that of a bank, load_bank().objective(), not {objective!r}.")
    require_seed(seed)
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
    objective.require_space(space)
    require_count("num_replays", num_replays)
    seeds_of_replays = range(seed, seed + num_replays)
    if method == "coarse-to-fine":
        refinement = refinement or Refinement()
        plans = [plan(space, refinement.draw, budget.num_trials, at) for at in seeds_of_replays]
        plans = _refine(objective, space, metric, seed, budget, plans, refinement)
        return _from_plans(objective, space, method, metric, seed, budget, plans)
    if method not in PLANNED_METHODS:
        searches = [
            run_search(
                objective,
                space,
                method,
                num_trials,
                num_epochs,
                at,
                metric=metric,
                min_epochs=min_epochs,
                reduction_factor=reduction_factor,
                progress=False,
            )
            for at in seeds_of_replays
        ]
        return _from_searches(objective.bank, searches)
    plans = [plan(space, method, budget.num_trials, at, levels, offset) for at in seeds_of_replays]
    return _from_plans(objective, space, method, metric, seed, budget, plans)


def _refine(
    objective: BankObjective,
    space: Space,
    metric: str,
    seed: int,
    budget: Budget,
    plans: list[dict[str, np.ndarray]],
    refinement: Refinement,
) -> list[dict[str, np.ndarray]]:
    """Return the plans of the replays with each round around the best trial of the rounds before it."""
    starts = refinement.starts(budget.num_trials)
    for number_of_round in range(1, refinement.num_rounds):
        before, part = starts[number_of_round], slice(*starts[number_of_round : number_of_round + 2])
        so_far = _from_plans(objective, space, "coarse-to-fine", metric, seed, budget, plans)
        scores = so_far._scores()[:, :before]
        refined = []
        for planned, of_trials in zip(plans, scores, strict=True):
            found = np.isfinite(of_trials).any()
            best = parameters_of(space, planned, int(of_trials.argmin())) if found else None
            values = {name: whole[part] for name, whole in planned.items()}
            around = refinement.around(space, values, number_of_round, best)
            refined.append(
                {
                    name: np.concatenate([whole[: part.start], around[name], whole[part.stop :]])
                    for name, whole in planned.items()
                }
            )
        plans = refined
    return plans


def _from_plans(
    objective: BankObjective,
    space: Space,
    method: str,
    metric: str,
    seed: int,
    budget: Budget,
    plans: list[dict[str, np.ndarray]],
) -> Replays:
    """Return the replays of a method that does not learn, all computed at once. plans: one for each."""
    bank = objective.bank
    parameters = {name: np.stack([planned[name] for planned in plans]) for name in space}
    rows = bank.rows(parameters)
    seeds = np.stack(
        [training_seeds(budget.num_trials, seed + at, objective.num_seeds) for at in range(len(plans))]
    )
    losses = bank.losses["val"][rows, seeds]
    curves = losses if metric == "val_loss" else -bank.accuracies["val"][rows, seeds]
    costs = _costs(method, np.where(np.isfinite(losses), curves, np.nan), budget)
    finite = np.isfinite(losses)
    diverged_after = np.where(finite.all(axis=2), budget.full + 1, finite.argmin(axis=2) + 1)
    states = np.where(costs < budget.full, STATES.index("pruned"), STATES.index("complete"))
    states = np.where(diverged_after <= costs, STATES.index("diverged"), states)
    costs = np.minimum(costs, diverged_after)
    if method == "successive-halving":
        ends = halving.synchronous_ends(costs, budget.full, budget.min_epochs, budget.reduction_factor)
    else:
        before = np.cumsum(costs, axis=1) - costs
        if budget.num_epochs is not None:
            began = np.logical_and.accumulate(before + budget.full <= budget.num_epochs, axis=1)
            costs, states = np.where(began, costs, 0), np.where(began, states, 0)
        ends = np.cumsum(costs, axis=1)
    return Replays(method, space, metric, seed, bank, parameters, rows, seeds, costs, ends, states)


def _costs(method: str, values: np.ndarray, budget: Budget) -> np.ndarray:
    """Return the epochs after which the method stops each trial, if it does not diverge before."""
    rules = budget.min_epochs, budget.reduction_factor
    if method == "successive-halving":
        return halving.synchronous_costs(values, *rules)
    if method == "asha":
        return halving.asynchronous_costs(values, *rules)
    if method == "hyperband":
        of_trials = halving.brackets(budget.num_trials, budget.full, *rules)
        return halving.asynchronous_costs(values, *rules, of_trials)
    return np.full(values.shape[:2], budget.full)


def _from_searches(bank: Bank, searches: list[Search]) -> Replays:
    """Return searches that ran one by one as arrays; where one has fewer trials the rest costs nothing."""
    first = searches[0]
    shape = len(searches), max(len(search.trials) for search in searches)
    parameters = {name: np.empty(shape, dtype=object) for name in first.space}
    rows, seeds, costs, ends, states = (np.zeros(shape, dtype=int) for _ in range(5))
    for at, search in enumerate(searches):
        for number, trial in enumerate(search.trials):
            place = at, number
            for name, value in trial.parameters.items():
                parameters[name][place] = value
            rows[place], seeds[place] = bank.rows(trial.parameters), trial.seed
            costs[place], ends[place] = trial.num_epochs, trial.ended_at
            states[place] = STATES.index(trial.state)
    return Replays(
        first.method,
        first.space,
        first.metric,
        first.seed,
        bank,
        parameters,
        rows,
        seeds,
        costs,
        ends,
        states,
    )
