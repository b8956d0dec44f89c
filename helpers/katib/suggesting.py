"""Suggestions as Katib's services make them, by Optuna."""

from __future__ import annotations

import math
import re
import warnings
from typing import TYPE_CHECKING, Any

from helpers.errors import CourseError
from helpers.katib.model import Experiment, Parameter
from helpers.katib.spaces import (
    HYPEROPT,
    LISTED,
    LOWEST_OF_A_LOGARITHM,
    SERVICES,
    grid_levels,
    limits_of,
    num_levels,
    rounded,
)

if TYPE_CHECKING:
    import optuna
    from optuna.distributions import BaseDistribution

# Katib's service for each, and whether it is Optuna there, too.
RUNS_HERE = {"random": False, "grid": True, "tpe": False, "multivariate-tpe": True, "sobol": False}
MOST_COMBINATIONS = 1_000_000


def require_suggestible(experiment: Experiment) -> None:
    """Raise CourseError, one line, for an algorithm or a space that is checked, and not run, here."""
    spec = experiment.spec
    algorithm = spec.algorithm.algorithm_name if spec.algorithm else ""
    if algorithm not in RUNS_HERE:
        raise CourseError(
            f"spec.algorithm.algorithmName: {algorithm} is checked here, and not run. "
            f"Run here: {', '.join(RUNS_HERE)}"
        )
    for setting in spec.algorithm.algorithm_settings if spec.algorithm else ():
        is_seed = re.fullmatch(r"\d{1,10}", setting.value) and int(setting.value) < 2**32
        if setting.name == "random_state" and not is_seed:
            raise CourseError(
                "spec.algorithm.algorithmSettings: random_state must be a whole number from 0 to 4294967295"
            )
    if spec.early_stopping is not None:
        raise CourseError("spec.earlyStopping: it is checked here, and not run. Remove it for a run here")
    for place, parameter in enumerate(spec.parameters):
        field, space = f"spec.parameters[{place}]", parameter.feasible_space
        if space.distribution in ("normal", "logNormal") and algorithm != "sobol":
            raise CourseError(
                f"{field}.feasibleSpace.distribution: {space.distribution} is not run here. "
                "Choose uniform or logUniform"
            )
        if parameter.parameter_type == "unknown":
            raise CourseError(f"{field}.parameterType: unknown cannot be run. Choose a type")
    if algorithm == "grid" and math.prod(map(num_levels, spec.parameters)) > MOST_COMBINATIONS:
        raise CourseError(
            f"spec.parameters: a grid of more than {MOST_COMBINATIONS} points. Use larger steps"
        )


def says_how(experiment: Experiment) -> str:
    """Return in one line how the suggestions here differ from a cluster's."""
    assert experiment.spec.algorithm
    name = experiment.spec.algorithm.algorithm_name
    if RUNS_HERE[name]:
        return f"{name}: suggested by Optuna, as Katib's service does"
    return (
        f"{name}: suggested by Optuna; Katib uses another library: the method is the same, the trials are not"
    )


class Suggester:
    """The suggestion service of one Experiment. The same seed and history give the same suggestions.

    seed: where the settings name no random_state.
    """

    def __init__(self, experiment: Experiment, seed: int) -> None:
        import optuna

        assert experiment.spec.algorithm
        assert experiment.spec.objective
        self._algorithm = experiment.spec.algorithm.algorithm_name
        self._parameters = experiment.spec.parameters
        settings = {setting.name: setting.value for setting in experiment.spec.algorithm.algorithm_settings}
        self._space = {
            parameter.name: _distribution(parameter, self._algorithm) for parameter in self._parameters
        }
        self._left = math.inf
        if self._algorithm == "grid":
            self._left = math.prod(map(num_levels, self._parameters))
        optuna.logging.set_verbosity(optuna.logging.ERROR)
        self._study = optuna.create_study(
            sampler=self._sampler(settings, seed),
            direction="minimize" if experiment.spec.objective.type == "minimize" else "maximize",
        )
        self._trials: dict[int, optuna.trial.Trial] = {}

    def suggest(self, number: int) -> dict[str, str] | None:
        """Return the values of a trial as texts by parameter, or None when there are no more of them."""
        if self._left <= 0:
            return None
        self._left -= 1
        trial = self._trials[number] = self._study.ask(fixed_distributions=self._space)
        parameters, drawn = {parameter.name: parameter for parameter in self._parameters}, trial.params
        return {name: str(_value(parameters[name], self._algorithm, drawn[name])) for name in drawn}

    def tell(self, number: int, value: float) -> None:
        """Take what a trial has reached. One that failed is never told, as in Katib."""
        # A grid learns nothing, and Optuna's sampler of it ends in an error at the last one that it is told.
        if self._algorithm != "grid":
            self._study.tell(self._trials[number], value)

    def _sampler(self, settings: dict[str, str], seed: int) -> optuna.samplers.BaseSampler:
        from optuna import samplers
        from optuna.exceptions import ExperimentalWarning

        seed = int(settings.get("random_state", seed))
        if self._algorithm == "random":
            return samplers.RandomSampler(seed)
        if self._algorithm == "grid":
            return samplers.GridSampler({p.name: grid_levels(p) for p in self._parameters}, seed)
        if self._algorithm == "sobol":
            with warnings.catch_warnings(action="ignore", category=ExperimentalWarning):
                return samplers.QMCSampler(qmc_type="sobol", seed=seed, warn_independent_sampling=False)
        startup = int(settings.get("n_startup_trials", 10))
        candidates = int(settings.get("n_ei_candidates", settings.get("n_EI_candidates", 24)))
        return samplers.TPESampler(
            n_startup_trials=startup,
            n_ei_candidates=candidates,
            multivariate=self._algorithm == "multivariate-tpe",
            constant_liar=True,  # as in Katib: the others are still running
            seed=seed,
        )


def _distribution(parameter: Parameter, algorithm: str) -> BaseDistribution:
    """Return a parameter as Optuna writes it, with what the algorithm's service makes of it."""
    from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

    if parameter.feasible_space.list:
        return CategoricalDistribution(parameter.feasible_space.list)
    if algorithm == "grid":
        return CategoricalDistribution(grid_levels(parameter))
    limits = limits_of(parameter, SERVICES[algorithm])
    # goptuna draws a logarithm on a linear scale.
    log = parameter.feasible_space.distribution == "logUniform" and algorithm != "sobol"
    low, high = limits.in_order
    low = max(LOWEST_OF_A_LOGARITHM[parameter.parameter_type], low) if log else low
    if _is_rounded(parameter, algorithm):
        return FloatDistribution(low, high, log)
    step = None if log else limits.step
    if parameter.parameter_type == "int":
        return IntDistribution(round(low), round(high), log, int(step or 1))
    return FloatDistribution(low, high, log, step)


def _is_rounded(parameter: Parameter, algorithm: str) -> bool:
    """Return whether the algorithm's service draws between the limits, and then rounds by step."""
    is_numeric = parameter.parameter_type not in LISTED
    return SERVICES[algorithm] == HYPEROPT and is_numeric and bool(parameter.feasible_space.step)


def _value(parameter: Parameter, algorithm: str, drawn: Any) -> Any:
    """Return what a trial gets where Optuna has drawn this."""
    if not _is_rounded(parameter, algorithm):
        return drawn
    step = limits_of(parameter, SERVICES[algorithm]).step
    assert step
    value = rounded(drawn, step)
    return int(value) if parameter.parameter_type == "int" else value
