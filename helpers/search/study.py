"""Optuna's part of a search: a study, samplers, pruners."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from helpers.search.gaussian_process import gaussian_process_sampler
from helpers.search.halving import STUDY_NAME
from helpers.search.sampling import parameters_of
from helpers.search.space import Space

if TYPE_CHECKING:
    import optuna


def new_study(pruner: optuna.pruners.BasePruner) -> optuna.Study:
    """Return a study in memory that prunes so."""
    import optuna

    if optuna.logging.get_verbosity() < optuna.logging.WARNING:  # who wants less than that keeps it
        optuna.logging.set_verbosity(optuna.logging.WARNING)  # a line on stderr for each trial helps nobody
    # Hyperband's brackets follow from the name: with one name the same seed gives the same search.
    return optuna.create_study(study_name=STUDY_NAME, pruner=pruner)


def sampler_of(
    space: Space, method: str, seed: int, number: int, planned: Mapping[str, np.ndarray] | None
) -> optuna.samplers.BaseSampler:
    """Return the sampler of one trial.

    It depends on seed and number only, never on what a process drew before.

    number: of the trial.
    planned: name -> value in each trial, as `plan` returns it; None for a method that learns.
    """
    import optuna

    if planned is not None:
        return _fixed_sampler(parameters_of(space, planned, number))
    trial_seed = int(np.random.SeedSequence((seed, number)).generate_state(1)[0])
    if method == "gaussian-process":
        return gaussian_process_sampler(space, trial_seed)
    return optuna.samplers.TPESampler(seed=trial_seed, multivariate=method == "multivariate-tpe")


def _fixed_sampler(parameters: Mapping[str, Any]) -> optuna.samplers.BaseSampler:
    """Return a sampler that gives a trial these parameters."""
    from optuna.samplers import PartialFixedSampler, RandomSampler

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # "experimental" since Optuna 2.4
        return PartialFixedSampler(dict(parameters), RandomSampler())


def pruner_of(
    method: str, num_epochs: int, min_epochs: int, reduction_factor: int
) -> optuna.pruners.BasePruner:
    """Return the pruner of a method; all but "asha" and "hyperband" never prune."""
    import optuna

    if method == "asha":
        return optuna.pruners.SuccessiveHalvingPruner(
            min_resource=min_epochs, reduction_factor=reduction_factor
        )
    if method == "hyperband":
        return optuna.pruners.HyperbandPruner(
            min_resource=min_epochs, max_resource=num_epochs, reduction_factor=reduction_factor
        )
    return optuna.pruners.NopPruner()
