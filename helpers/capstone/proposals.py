"""Which parameters a trial of the capstone has: a pure function of its stage, and of what went before."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from helpers.capstone.log import Stage, Training
from helpers.capstone.task import OUTER_SPACE
from helpers.search.sampling import PLANNED_METHODS, parameters_of, plan


def proposed(stage: Stage, earlier: Sequence[Training]) -> dict[str, Any]:
    """Return the seven parameters of the next trial of a stage, in the order of the capstone's space.

    earlier: the trainings of the stage's trials before it, in their order.

    Raises IndexError when a grid has no further point.
    """
    drawn = {} if stage.space is None else _drawn(stage, earlier)
    values = stage.fixed | drawn
    return {name: values[name] for name in OUTER_SPACE}


def most_trials(stage: Stage) -> int:
    """Return how many trials a stage can have: a grid ends with its last point."""
    if stage.method != "grid" or stage.space is None:
        return stage.num_trials
    return len(next(iter(plan(stage.space, "grid", stage.num_trials, stage.seed).values())))


def _drawn(stage: Stage, earlier: Sequence[Training]) -> dict[str, Any]:
    assert stage.space is not None
    if stage.method in PLANNED_METHODS:
        planned = plan(stage.space, stage.method, stage.num_trials, stage.seed)
        return parameters_of(stage.space, planned, len(earlier))
    return _by_learning(stage, earlier)


def _by_learning(stage: Stage, earlier: Sequence[Training]) -> dict[str, Any]:
    """Return what Optuna's TPE proposes after these trials: it follows from them, the seed and the number."""
    import optuna

    from helpers.search.study import sampler_of

    assert stage.space is not None
    distributions = stage.space.to_optuna()
    verbosity = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    try:
        study = optuna.create_study(
            sampler=sampler_of(stage.space, stage.method, stage.seed, len(earlier), None)
        )
        for training in earlier:
            value = training.val_loss if math.isfinite(training.val_loss) else math.inf
            mine = {name: training.parameters[name] for name in stage.space}
            study.add_trial(optuna.trial.create_trial(params=mine, distributions=distributions, value=value))
        trial = study.ask()
        return {name: dimension.suggest(trial, name) for name, dimension in stage.space.items()}
    finally:
        optuna.logging.set_verbosity(verbosity)
