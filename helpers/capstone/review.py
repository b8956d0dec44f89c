"""What a log shows of the method, aspect by aspect: each a list of sentences, empty where all is well.

Nothing is trained here. Whether the trainings repeat only the grader finds out (the lesson's inspector).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any

import numpy as np

from helpers.capstone.log import BY_HAND, Chosen, Opening, SearchLog, Stage, Training
from helpers.capstone.proposals import most_trials, proposed
from helpers.capstone.task import (
    LOG_FILE,
    MOST_FINALISTS,
    NUM_EPOCHS,
    NUM_SEEDS,
    NUM_TRIALS,
    OUTER_SPACE,
    as_data,
    data_digest,
    stage_seed,
    training_seed,
)
from helpers.search.space import Real

EDGE = 0.05  # of a range: who wins there may win more beyond it
LEAST_SEEDS = 3  # of a finalist
CLEARLY = 2.0  # standard errors of a difference of two means
_ROUNDING = 1e-9  # between two processors, of what a plan draws


class Aspect(StrEnum):
    """What a graded cell asks of a log, by the name of its exercise."""

    LOG = "search_log"
    BUDGET = "budget"
    BOUNDARY = "boundary"
    SEEDS = "seeds"
    CHOICE = "choice"
    TEST = "test_part"
    RESULT = "result"


# What a learner reads where all is well.
TITLES = {
    Aspect.LOG: "the log is complete, and what your number and your plan give",
    Aspect.BUDGET: "the budget is kept",
    Aspect.BOUNDARY: "the winner does not lie where the search ended",
    Aspect.SEEDS: "several seeds stand behind the comparison",
    Aspect.CHOICE: "the choice follows from validation",
    Aspect.TEST: "the test part was opened once, at the end",
    Aspect.RESULT: "the result has a place among the fair searches",
}


def review(log: SearchLog) -> dict[str, list[str]]:
    """Return what is to be said against a log: aspect -> sentences, none where all is well.

    Lesson 17.
    """
    rules = {
        Aspect.LOG: _about_the_log,
        Aspect.BUDGET: _about_the_budget,
        Aspect.BOUNDARY: _about_the_boundary,
        Aspect.SEEDS: _about_the_seeds,
        Aspect.CHOICE: _about_the_choice,
        Aspect.TEST: _about_the_test_part,
        Aspect.RESULT: _about_the_result,
    }
    return {str(aspect): list(rule(log)) for aspect, rule in rules.items()}


def _about_the_log(log: SearchLog) -> Iterator[str]:
    """Complete, of one piece, and what its number and its plans give."""
    for line in log.breaks[:1]:
        yield f"Line {line} of {LOG_FILE} does not follow from the line before it: one of them was changed."
    if log.data != data_digest():
        yield "It is the log of another version of the data."
    if not log.trials:
        yield "There is no trial in it."
    if [training.trial for training in log.trials] != list(range(len(log.trials))):
        yield "The trials are not numbered 0, 1, 2 ... in their order: one is missing, or there twice."
        return
    if max(len(log.trials), len(log.stages)) > NUM_TRIALS:
        yield (
            f"It has {len(log.trials)} trials in {len(log.stages)} parts, and a search has {NUM_TRIALS} "
            "trials: no plan is compared with it."
        )
        return
    for number, stage in enumerate(log.stages):
        yield from _about_a_stage(log, number, stage)
    known = {training.trial: training for training in log.trials}
    seen: set[tuple[int, int]] = set()
    for training in [*log.trials, *log.repeats]:
        if (training.trial, training.again) in seen or not training.again < NUM_SEEDS:
            yield f"{_name(training)} is there twice, or one seed too many."
        seen.add((training.trial, training.again))
        if training.again and training.parameters != getattr(known.get(training.trial), "parameters", None):
            yield f"{_name(training)} has other parameters than the trial that it repeats."
        yield from _about_a_training(log, training)


def _about_a_stage(log: SearchLog, number: int, stage: Stage) -> Iterator[str]:
    mine = [training for training in log.trials if training.stage == stage.stage]
    if stage.stage != number:
        yield f"Part {number} of the search is missing."
        return
    if stage.seed != stage_seed(log.number, number):
        yield f"Part {number} was drawn with another seed than the number {log.number!r} gives."
    if stage.method == BY_HAND and not stage.because.strip():
        yield f"Part {number} was chosen by hand, without a reason."
    for place, training in enumerate(mine):
        try:
            wanted = proposed(stage, mine[:place]) if place < stage.num_trials else None
        except (IndexError, ValueError):
            wanted = None
        if wanted is None:
            yield f"Trial {training.trial} is one more than its part of the search has."
            return
        if not _is_same(wanted, training.parameters):
            yield (
                f"Trial {training.trial} has other parameters than its part of the search draws "
                f"({stage.method}, {place + 1} of {stage.num_trials})."
            )
            return
    wanted_trials = most_trials(stage)
    if len(mine) < wanted_trials:
        yield (
            f"Part {number} was to have {wanted_trials} trials and has {len(mine)}: run its cell again, with "
            f"num_trials={stage.num_trials}."
        )


def _about_a_training(log: SearchLog, training: Training) -> Iterator[str]:
    if training.stage not in {stage.stage for stage in log.stages}:
        yield f"{_name(training)} belongs to no part of the search."
    if training.seed != training_seed(log.number, training.trial, training.again):
        yield f"{_name(training)} was trained with another seed than the number {log.number!r} gives."
    if training.configuration != as_data(training.parameters):
        yield f"{_name(training)} has another configuration than its parameters give."
    finite = np.isfinite([*training.val_losses, *training.val_accuracies]).all()
    if training.state == "complete" and not (len(training.val_losses) == NUM_EPOCHS and finite):
        yield f"{_name(training)} is said to be complete, and its curve has not {NUM_EPOCHS} epochs."


def _about_the_budget(log: SearchLog) -> Iterator[str]:
    planned = sum(stage.num_trials for stage in log.stages)
    if len(log.trials) > NUM_TRIALS or planned > NUM_TRIALS:
        yield f"The budget is {NUM_TRIALS} trials, and the log has {max(len(log.trials), planned)}."
    if not log.trials:
        yield "There is no trial in the log."
    finalists = log.finalists()
    if len(finalists) > MOST_FINALISTS:
        yield f"More seeds are for {MOST_FINALISTS} trials, and {len(finalists)} have them."
    if any(len(trainings) > NUM_SEEDS for trainings in finalists.values()):
        yield f"A finalist is trained with {NUM_SEEDS} seeds, and one has more."


def _about_the_boundary(log: SearchLog) -> Iterator[str]:
    """Whether the winner lies where the search ended and the capstone's space goes on."""
    chosen = _chosen_trial(log)
    if chosen is None:
        yield "No trial is chosen yet, so nothing can be said of where it lies."
    else:
        yield from at_the_ends(log, chosen)


def at_the_ends(log: SearchLog, chosen: Training) -> Iterator[str]:
    """Yield a sentence for each hyperparameter of a trial that lies where the search ended."""
    for name, outer in OUTER_SPACE.items():
        if not isinstance(outer, Real):
            continue
        low, high = _explored(log, name)
        # Ends that only rounding tells apart are one value: on a logarithmic scale nothing lies between them.
        is_one = math.isclose(low, high, rel_tol=_ROUNDING)
        if name == "learning_rate" and is_one:
            yield f"The learning rate was {low:g} in all trials: it has to vary."
        if low >= high or is_one or not (name == "learning_rate" or _has_a_range(log, name)):
            continue
        place = _place(outer, low, high, chosen.parameters[name])
        if place < EDGE and low > outer.low * (1 + _ROUNDING):
            yield _at_the_end(chosen, name, f"{low:.3g}", "below", "lowest")
        if place > 1 - EDGE and high < outer.high * (1 - _ROUNDING):
            yield _at_the_end(chosen, name, f"{high:.3g}", "above", "highest")


def _at_the_end(chosen: Training, name: str, end: str, where: str, which: str) -> str:
    return (
        f"Trial {chosen.trial} has a {name} of {chosen.parameters[name]:.3g}, at the {which} end ({end}) of "
        f"what you searched: look {where} it too."
    )


def _explored(log: SearchLog, name: str) -> tuple[float, float]:
    """Return the lowest and the highest value of a hyperparameter that the search could have drawn."""
    ends = [end for stage in log.stages for end in _ends(stage, name)]
    return min(ends, default=math.inf), max(ends, default=-math.inf)


def _has_a_range(log: SearchLog, name: str) -> bool:
    """Return whether a part draws it: of single values two would be ends to which nobody searched."""
    return any(len(_ends(stage, name)) == 2 for stage in log.stages)


def _ends(stage: Stage, name: str) -> tuple[float, ...]:
    """Return the two ends of a part's range, or the one value that it gives to all of its trials."""
    dimension = None if stage.space is None else stage.space.get(name)
    return (stage.fixed[name],) if dimension is None else (dimension.low, dimension.high)  # type: ignore[union-attr]  # the outer one is a Real


def _place(outer: Real, low: float, high: float, value: float) -> float:
    """Return where a value lies in a range, 0 to 1, on the scale of the capstone's dimension."""
    if outer.log:
        low, high, value = math.log(low), math.log(high), math.log(value)
    return (value - low) / (high - low)


def _about_the_seeds(log: SearchLog) -> Iterator[str]:
    finalists = {
        trial: trainings for trial, trainings in log.finalists().items() if len(trainings) >= LEAST_SEEDS
    }
    if len(finalists) < 2:
        yield (
            f"{len(finalists)} of your trials have {LEAST_SEEDS} seeds or more: two settings are compared "
            "with several seeds each."
        )
        return
    trials = _before_the_last_finalist(log)
    least = min((training.val_loss for training in trials), default=math.inf)
    most = max((training.val_accuracy for training in trials), default=0.0)
    leaders = [each.trial for each in trials if each.val_loss == least or each.val_accuracy == most]
    if trials and not set(leaders) & set(finalists):
        first = min(trials, key=lambda training: training.val_loss)
        yield f"The trial that validation prefers, {first.trial}, is not among those with more seeds."
    if log.choice and log.choice.trial not in finalists:
        yield f"Trial {log.choice.trial} is chosen, and has fewer than {LEAST_SEEDS} seeds."


def _before_the_last_finalist(log: SearchLog) -> list[Training]:
    """Return the trials that could be finalists.

    Who has spent the seeds of three, finds the winner at an end and goes on, cannot train a fourth.
    """
    found: list[Training] = []
    finalists: set[int] = set()
    for event in log.events:
        if isinstance(event, Training) and event.again:
            finalists.add(event.trial)
        elif isinstance(event, Training) and len(finalists) < MOST_FINALISTS:
            found.append(event)
    return found


def _about_the_choice(log: SearchLog) -> Iterator[str]:
    choice, finalists = log.choice, log.finalists()
    if choice is None:
        yield "No trial is chosen."
        return
    if choice.trial not in {training.trial for training in log.trials}:
        yield f"Trial {choice.trial} is chosen, and there is none."
        return
    if not choice.because.strip():
        yield "There is no reason for the choice."
    if choice.trial not in finalists:
        yield f"Trial {choice.trial} is chosen on one seed: the means of several decide."
        return
    by_loss, by_accuracy = (
        _clearly_better(finalists, choice.trial, metric) for metric in ("val_loss", "val_accuracy")
    )
    if better := by_loss & by_accuracy:
        by = (
            "of which a training diverged"
            if _diverged(finalists[choice.trial])
            else f"by more than {CLEARLY:g} standard errors of the difference of their means, in loss and in "
            "accuracy"
        )
        yield f"Trial {min(better)} is clearly better in validation than trial {choice.trial}, {by}."
    if comes_before_a_training(log):
        yield "After the choice more was trained: choose when everything is known."


def _clearly_better(finalists: Mapping[int, list[Training]], chosen: int, metric: str) -> set[int]:
    """Return the finalists whose mean is clearly better than that of the chosen one.

    Where only the chosen one diverged, with a seed or more, any lead is clear: an accuracy of 0 beside others
    makes the standard error as large as the lead.
    """
    sign = 1 if metric == "val_loss" else -1
    values = {
        trial: sign * np.array([getattr(training, metric) for training in trainings])
        for trial, trainings in finalists.items()
    }
    mine, better = values.pop(chosen), set()
    with np.errstate(invalid="ignore", over="ignore"):  # the loss of a training that diverged is infinite
        for trial, others in values.items():
            diverged_alone = _diverged(finalists[chosen]) and not _diverged(finalists[trial])
            error = 0.0 if diverged_alone else math.sqrt(_squared_error(mine) + _squared_error(others))
            if mine.mean() - others.mean() > CLEARLY * error:
                better.add(trial)
    return better


def _diverged(trainings: list[Training]) -> bool:
    """Return whether one of a finalist's trainings diverged, or more."""
    return any(each.state == "diverged" for each in trainings)


def _squared_error(values: np.ndarray) -> float:
    """Return the squared standard error of a mean."""
    return float(values.var(ddof=1)) / len(values)


def comes_before_a_training(log: SearchLog) -> bool:
    """Return whether more was trained or planned after the last choice; there is one."""
    last = max(place for place, event in enumerate(log.events) if isinstance(event, Chosen))
    return any(isinstance(event, Training | Stage) for event in log.events[last:])


def _about_the_test_part(log: SearchLog) -> Iterator[str]:
    if not log.openings:
        yield "The test part has not been opened."
        return
    if len(log.openings) > 1:
        yield f"The test part was opened {len(log.openings)} times. It is opened once, at the end."
    if not isinstance(log.events[-1], Opening):
        yield "Something was done after the test part had been opened."
    if log.choice is None or log.openings[0].trial != log.choice.trial:
        yield f"The test part was opened for trial {log.openings[0].trial}, which is not the chosen one."


def _about_the_result(log: SearchLog) -> Iterator[str]:
    if not log.openings or not log.openings[-1].accuracies:
        yield "There is no result before the test part was opened."


def _chosen_trial(log: SearchLog) -> Training | None:
    return next((each for each in log.trials if log.choice and each.trial == log.choice.trial), None)


def _is_same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Return whether parameters are the same, but for what two processors round differently."""
    return one.keys() == other.keys() and all(
        math.isclose(one[name], other[name], rel_tol=_ROUNDING)
        if isinstance(OUTER_SPACE[name], Real)
        else one[name] == other[name]
        for name in one
    )


def _name(training: Training) -> str:
    return (
        f"Repeat {training.again} of trial {training.trial}" if training.again else f"Trial {training.trial}"
    )
