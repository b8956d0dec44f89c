"""What a run of an Experiment leaves behind."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from helpers.katib.metrics import Observed
from helpers.katib.model import Experiment, Objective, Parameter
from helpers.katib.spaces import HYPEROPT, LOWEST_OF_A_LOGARITHM, SERVICES, limits_of, rounded

if TYPE_CHECKING:
    from helpers.search import Search, Space


class Condition(StrEnum):
    """What Katib calls the state of a trial."""

    RUNNING = "Running"
    SUCCEEDED = "Succeeded"
    FAILED = "Failed"
    UNAVAILABLE = "MetricsUnavailable"
    KILLED = "Killed"


@dataclass(frozen=True)
class KatibTrial:
    """One trial.

    number: 0, 1, 2 ... in the order of beginning.
    name: the Experiment's and the number; in a cluster its end is drawn by chance.
    assignments: parameter -> value, texts.
    condition: how it ended.
    observed: metric -> all values that it reported, in their order.
    seconds: wall time, with all attempts.
    reason: why it did not succeed, or has no value, one line.

    Lesson 15.
    """

    number: int
    name: str
    assignments: Mapping[str, str]
    condition: Condition = Condition.RUNNING
    observed: Mapping[str, tuple[float, ...]] | None = None
    seconds: float = 0.0
    reason: str = ""

    def value(self, objective: Objective, metric: str | None = None) -> float:
        """Return what counts of a metric by the objective's strategies; NaN where there is nothing.

        metric: its name, None for that of the objective.
        """
        metric = metric or objective.objective_metric_name
        strategy = next((s.value for s in objective.metric_strategies if s.name == metric), "latest")
        return Observed(metric, tuple((self.observed or {}).get(metric, ()))).value(strategy)


@dataclass(frozen=True)
class Ending:
    """How an Experiment ended. condition: "Succeeded" or "Failed"; reason: Katib's name of it."""

    condition: str
    reason: str
    message: str


def ending_of(experiment: Experiment, trials: Sequence[KatibTrial], exhausted: bool) -> Ending | None:
    """Return how an Experiment has ended by Katib's rules, in their order, or None while it goes on.

    exhausted: whether there are no more suggestions.
    """
    spec = experiment.spec
    assert spec.objective
    ended = [trial for trial in trials if trial.condition is not Condition.RUNNING]
    if _goal_reached(spec.objective, ended):
        return _ending("Succeeded", "ExperimentGoalReached", "Objective goal has reached")
    failed = sum(trial.condition in (Condition.FAILED, Condition.UNAVAILABLE) for trial in ended)
    if spec.max_failed_trial_count is not None and 0 < failed >= spec.max_failed_trial_count:
        return _ending("Failed", "ExperimentFailed", "max failed count has reached")
    if spec.max_trial_count is not None and len(ended) >= spec.max_trial_count:
        return _ending("Succeeded", "ExperimentMaxTrialsReached", "max trial count has reached")
    if exhausted and len(ended) == len(trials):
        return _ending(
            "Succeeded", "ExperimentSuggestionEndReached", "suggestion service has reached the end"
        )
    return None


def _ending(condition: str, reason: str, because: str) -> Ending:
    return Ending(condition, reason, f"Experiment has {condition.lower()} because {because}")


def _goal_reached(objective: Objective, trials: Sequence[KatibTrial]) -> bool:
    """Return whether the best trial reaches the goal, however it ended."""
    values = [value for trial in trials if not math.isnan(value := trial.value(objective))]
    if objective.goal is None or not values:
        return False
    if objective.type == "minimize":
        return min(values) <= objective.goal
    return max(values) >= objective.goal


@dataclass(frozen=True)
class KatibRun:
    """All trials of one Experiment on this machine.

    experiment: with Katib's defaults.
    trials: by number.
    ending: None while it has not ended.
    note: how its suggestions differ from a cluster's.

    Lesson 15.
    """

    experiment: Experiment
    trials: tuple[KatibTrial, ...]
    ending: Ending | None
    note: str

    @property
    def objective(self) -> Objective:
        """Return what was optimized."""
        assert self.experiment.spec.objective
        return self.experiment.spec.objective

    @property
    def best(self) -> KatibTrial:
        """Return Katib's currentOptimalTrial: the first of those with the best value.

        A trial whose metric is no number is never it. In Katib 0.19 it replaces the best one before it.

        Raises ValueError when no trial has a value; the message says why the first has none.
        """
        sign = 1 if self.objective.type == "minimize" else -1
        valued = [trial for trial in self.trials if not math.isnan(trial.value(self.objective))]
        if not valued:
            first = next((f" ({trial.name}: {trial.reason})" for trial in self.trials if trial.reason), "")
            raise ValueError(f"no trial has a value of {self.objective.objective_metric_name}{first}.")
        return min(valued, key=lambda trial: sign * trial.value(self.objective))

    def to_search(self) -> Search:
        """Return the trials as the records of the course's own searches, for every picture of theirs.

        Whoever failed or reported nothing is a failed trial. Epochs of cost are counted trial after trial.

        Raises ValueError unless val_loss and val_accuracy are collected and one of them is optimized, and as
        `space_of` does.
        """
        from helpers.search import Search, Trial

        if not set(self.objective.metric_names) >= {"val_loss", "val_accuracy"} or (
            self.objective.objective_metric_name not in ("val_loss", "val_accuracy")
        ):
            raise ValueError(
                "the course's own searches know val_loss and val_accuracy; this Experiment collects "
                f"{', '.join(self.objective.metric_names)}."
            )
        trials, cost = [], 0
        for trial in self.trials:
            observed = trial.observed or {}
            losses, accuracies = observed.get("val_loss", ()), observed.get("val_accuracy", ())
            num_epochs = min(len(losses), len(accuracies))
            cost += num_epochs
            parameters = self._typed(trial.assignments)
            trials.append(
                Trial(
                    number=trial.number,
                    parameters=parameters,
                    seed=int(parameters.get("seed", 0)),
                    state=_state(trial, losses),
                    val_losses=tuple(losses[:num_epochs]),
                    val_accuracies=tuple(accuracies[:num_epochs]),
                    ended_at=cost,
                    seconds=trial.seconds,
                    error=trial.reason,
                )
            )
        assert self.experiment.spec.algorithm
        method = self.experiment.spec.algorithm.algorithm_name
        return Search(
            method, space_of(self.experiment), tuple(trials), 0, self.objective.objective_metric_name
        )

    def _typed(self, assignments: Mapping[str, str]) -> dict[str, float | int | str]:
        kinds = {parameter.name: parameter.parameter_type for parameter in self.experiment.spec.parameters}
        return {name: _typed(text, kinds[name]) for name, text in assignments.items()}


def space_of(experiment: Experiment) -> Space:
    """Return an Experiment's parameters as the course's own space.

    Raises ValueError for a parameter that it cannot express: one of a single value, and a log scale whose
    step lets random or tpe round down to 0.
    """
    from helpers.search import Choice, Integer, Real, Space

    assert experiment.spec.algorithm
    service = SERVICES.get(experiment.spec.algorithm.algorithm_name, "")

    def dimension(parameter: Parameter) -> Real | Integer | Choice:
        space, kind = parameter.feasible_space, parameter.parameter_type
        if space.list:
            return Choice(tuple(_typed(text, kind) for text in space.list))
        limits, log = limits_of(parameter, service), space.distribution == "logUniform"
        low, high = limits.in_order
        low = max(LOWEST_OF_A_LOGARITHM[kind], low) if log else low
        if service == HYPEROPT and limits.step:
            low, high = rounded(low, limits.step), rounded(high, limits.step)
        if kind == "int":
            return Integer(math.floor(low), math.ceil(high), log=log)
        return Real(low, high, log=log)

    return Space(**{parameter.name: dimension(parameter) for parameter in experiment.spec.parameters})


def _typed(text: str, kind: str) -> float | int | str:
    """Return a value as a number where it is one: a discrete value, a double, an int."""
    if kind == "int":
        return int(text)
    if kind in ("double", "discrete"):
        return float(text)
    return text


def _state(trial: KatibTrial, losses: Sequence[float]) -> str:
    if trial.condition is Condition.SUCCEEDED:
        return "complete" if all(math.isfinite(loss) for loss in losses) else "diverged"
    return "failed"
