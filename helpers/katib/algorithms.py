"""What each suggestion service asks of its settings and its space, in its words (Katib 0.19).

The webhook has accepted the Experiment by then. A refusal ends it: condition Failed, `Suggestion has failed`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from helpers.katib.findings import Finding, Shows
from helpers.katib.model import Algorithm, ExperimentSpec, Operation, Setting
from helpers.katib.spaces import LISTED, NUMERIC, num_levels

SETTINGS = "spec.algorithm.algorithmSettings"


@dataclass(frozen=True)
class _Rule:
    """What a setting may be: a kind of number for which something holds, or one of some words."""

    text: str
    kind: type = int
    holds: Callable[[float], bool] = lambda value: value >= 0
    words: tuple[str, ...] = ()

    def says(self, setting: Setting) -> str | None:
        """Return what the service says to a value, None where it takes it."""
        if self.words:
            return None if setting.value in self.words else self.text.format(setting.value)
        try:
            return None if self.holds(self.kind(setting.value)) else self.text.format(setting.value)
        except ValueError as error:
            return f"failed to validate {setting.name}({setting.value}): {error}"


def _at_least(name: str, least: int, word: str, kind: type = int) -> dict[str, _Rule]:
    return {name: _Rule(f"{name} {word}", kind, lambda value: value >= least)}


def _positive(name: str, word: str, kind: type = int) -> dict[str, _Rule]:
    return {name: _Rule(f"{name} {word}", kind, lambda value: value > 0)}


# Katib's own spelling.
_GREATE = "should be greate or equal than zero"
_GREAT = "should be great or equal than zero"
_RANDOM_STATE = _at_least("random_state", 0, _GREAT)
_RULES: dict[str, dict[str, _Rule]] = {
    "random": _RANDOM_STATE,
    "tpe": {
        "gamma": _Rule("gamma should be in the range of (0, 1)", float, lambda value: 0 < value < 1),
        **_positive("prior_weight", "should be great than zero", float),
        **_positive("n_EI_candidates", "should be great than zero"),
        **_RANDOM_STATE,
    },
    "grid": {"random_state": _Rule("")},
    "multivariate-tpe": {
        **_at_least("n_startup_trials", 0, _GREATE),
        **_at_least("n_ei_candidates", 0, _GREATE),
        **_at_least("random_state", 0, _GREATE),
    },
    "bayesianoptimization": {
        "base_estimator": _Rule(
            "base_estimator {} is not supported in Bayesian optimization", words=("GP", "RF", "ET", "GBRT")
        ),
        **_at_least("n_initial_points", 0, _GREAT),
        "acq_func": _Rule(
            "acq_func {} is not supported in Bayesian optimization",
            words=("gp_hedge", "LCB", "EI", "PI", "EIps", "PIps"),
        ),
        "acq_optimizer": _Rule(
            "acq_optimizer {} is not supported in Bayesian optimization", words=("auto", "sampling", "lbfgs")
        ),
        **_RANDOM_STATE,
    },
}
_DARTS_RULES = {
    **_positive("num_epochs", "should be greater than zero"),
    **{
        name: rule
        for names, kind, least, word in (
            (("w_lr", "w_lr_min", "alpha_lr", "w_weight_decay", "alpha_weight_decay"), float, 0, "zero"),
            (("w_momentum", "w_grad_clip"), float, 0, "zero"),
            (("num_workers",), int, 0, "zero"),
            (("init_channels", "print_step", "num_nodes", "stem_multiplier"), int, 1, "one"),
        )
        for each in names
        for name, rule in _at_least(each, least, f"should be greater than or equal to {word}", kind).items()
    },
}
# kind, lowest, highest; of a float the lowest itself is out.
_ENAS_SETTINGS: dict[str, tuple[type, float, float]] = {
    "controller_hidden_size": (int, 1, math.inf),
    "controller_temperature": (float, 0, math.inf),
    "controller_tanh_const": (float, 0, math.inf),
    "controller_entropy_weight": (float, 0, math.inf),
    "controller_baseline_decay": (float, 0, 1),
    "controller_learning_rate": (float, 0, 1),
    "controller_skip_target": (float, 0, 1),
    "controller_skip_weight": (float, 0, math.inf),
    "controller_train_steps": (int, 1, math.inf),
    "controller_log_every_steps": (int, 1, math.inf),
}
_ENAS_NONE = (
    "controller_temperature",
    "controller_tanh_const",
    "controller_entropy_weight",
    "controller_skip_weight",
)


def refusals(spec: ExperimentSpec) -> Iterator[Finding]:
    """Yield what the services of the algorithm and of early stopping refuse."""
    assert spec.algorithm  # the webhook has seen to it
    name = spec.algorithm.algorithm_name
    if name in _RULES:
        yield from _settings(spec.algorithm, _RULES[name])
    also = {
        "grid": _grid,
        "hyperband": _hyperband,
        "cmaes": _cmaes,
        "sobol": _goptuna,
        "pbt": _pbt,
        "enas": _enas,
        "darts": _darts,
    }
    if name in also:
        yield from also[name](spec)
    if spec.early_stopping is not None:
        yield from _median_stop(spec.early_stopping)


def _fails(field: str, message: str, remedy: str, shows: Shows = Shows.EXPERIMENT_FAILS) -> Finding:
    return Finding(field, message, remedy, shows)


def _settings(
    algorithm: Algorithm, rules: dict[str, _Rule], *, others: bool = False, path: str = SETTINGS
) -> Iterator[Finding]:
    """Yield what does not fit the rules of a service.

    others: whether it takes settings that it does not know.
    """
    for place, setting in enumerate(algorithm.algorithm_settings):
        rule = rules.get(setting.name)
        if rule is None:
            if not others:
                yield _fails(
                    f"{path}[{place}].name",
                    f"unknown setting {setting.name} for algorithm {algorithm.algorithm_name}",
                    f"There are {', '.join(rules)}.",
                )
        elif (message := rule.says(setting)) is not None:
            yield _fails(
                f"{path}[{place}].value",
                message or "the service refuses it without a word",
                f"It is {setting.value!r}.",
            )


def _given(algorithm: Algorithm) -> dict[str, str]:
    """Return the settings by name; of one that is there twice the last."""
    return {setting.name: setting.value for setting in algorithm.algorithm_settings}


def _setting_field(algorithm: Algorithm, name: str) -> str:
    """Return the path of a setting, or of all of them where it is missing."""
    places = [place for place, setting in enumerate(algorithm.algorithm_settings) if setting.name == name]
    return f"{SETTINGS}[{places[-1]}].value" if places else SETTINGS


def _grid(spec: ExperimentSpec) -> Iterator[Finding]:
    combinations = 1
    for place, parameter in enumerate(spec.parameters):
        try:
            combinations *= num_levels(parameter)
        except ValueError as error:
            field = "step" if "step" in str(error) else str(error).partition(":")[0]
            yield _fails(
                f"spec.parameters[{place}].feasibleSpace.{field}",
                f"failed to validate parameters: {error}",
                "In a grid every double needs a min, a max not below it and a step above 0, in quotes, and "
                "every int whole numbers.",
            )
            return
    if spec.max_trial_count is not None and spec.max_trial_count > combinations:
        remedy = f"Write {combinations} at most, or a finer step."
        if combinations == 0:
            remedy = "A parameter has no values: look at its min and max, or at its list."
        yield _fails(
            "spec.maxTrialCount",
            f"Max Trial Count: {spec.max_trial_count} > all possible search combinations: {combinations}",
            remedy,
        )


def _hyperband(spec: ExperimentSpec) -> Iterator[Finding]:
    assert spec.algorithm
    assert spec.parallel_trial_count is not None  # a default
    given = _given(spec.algorithm)
    if "r_l" not in given or "resource_name" not in given:
        yield _fails(
            SETTINGS,
            "r_l and resource_name must be set.",
            "resource_name is the parameter that a trial may have more of, r_l its largest value.",
        )
        return
    try:
        most = float(given["r_l"])
    except ValueError:
        most = -1.0
    if not most >= 0:
        yield _fails(
            _setting_field(spec.algorithm, "r_l"),
            "r_l must be a positive float number.",
            f"It is {given['r_l']!r}.",
        )
        return
    try:
        eta = int(float(given.get("eta", "3")))
        eta = eta if eta > 0 else 3
        at_once = math.ceil(eta ** int(math.log(most) / math.log(eta)))
    except (ValueError, ZeroDivisionError, OverflowError) as error:
        yield _fails(
            _setting_field(spec.algorithm, "eta" if most > 0 else "r_l"),
            f"Exception calling application: {error}",
            "r_l must be above 0, and eta a whole number above 1.",
        )
        return
    if spec.parallel_trial_count < at_once:
        yield _fails(
            "spec.parallelTrialCount",
            f"parallelTrialCount must be not less than {at_once}.",
            f"It is {spec.parallel_trial_count}: a bracket begins with {at_once} trials.",
        )
    if given["resource_name"] not in {parameter.name for parameter in spec.parameters}:
        yield _fails(
            _setting_field(spec.algorithm, "resource_name"),
            "value of resource_name setting must be in parameters.",
            f"It is {given['resource_name']!r}.",
        )


def _cmaes(spec: ExperimentSpec) -> Iterator[Finding]:
    assert spec.algorithm
    if sum(parameter.parameter_type in NUMERIC for parameter in spec.parameters) < 2:
        yield _fails(
            "spec.parameters",
            "CMA-ES only supports two or more dimensional continuous search space.",
            "Give it two parameters of type double or int, or choose another algorithm.",
        )
    yield from _goptuna(spec)
    for place, setting in enumerate(spec.algorithm.algorithm_settings):
        message = _cmaes_message(setting)
        if message:
            yield _fails(f"{SETTINGS}[{place}].value", message, f"It is {setting.value!r}.", Shows.NO_TRIALS)


def _cmaes_message(setting: Setting) -> str | None:
    """Return what goptuna says to a setting; its code is not one that the controller takes for a refusal."""
    start = "Failed to create goptuna study and search space"
    kinds: dict[str, type] = {"random_state": int, "sigma": float}
    if setting.name in kinds:
        try:
            kinds[setting.name](setting.value)
        except ValueError:
            return f"{start}: parsing {setting.value!r}: invalid syntax"
    if setting.name == "restart_strategy" and setting.value not in ("ipop", "bipop", "none"):
        return f"{start}: invalid restart_strategy: '{setting.value}'"
    return None


def _goptuna(spec: ExperimentSpec) -> Iterator[Finding]:
    names = [parameter.name for parameter in spec.parameters]
    for place, name in enumerate(names):
        if name in names[:place]:
            yield _fails(
                f"spec.parameters[{place}].name",
                f"Detect duplicated parameter name: {name}",
                "Give each parameter a name of its own.",
            )


def _pbt(spec: ExperimentSpec) -> Iterator[Finding]:
    assert spec.algorithm
    given = _given(spec.algorithm)
    missing = [
        name for name in ("suggestion_trial_dir", "n_population", "truncation_threshold") if name not in given
    ]
    if missing:
        yield _fails(SETTINGS, f"Required params missing: {', '.join(missing)}", "Write them all.")
        return
    for name, kind, holds, text in (
        ("n_population", int, lambda value: value >= 5, "should be >= 5"),
        (
            "truncation_threshold",
            float,
            lambda value: 0 <= value <= 1,
            "should be between 0 and 1, inclusive",
        ),
    ):
        field = _setting_field(spec.algorithm, name)
        try:
            fits = holds(kind(given[name]))
        except ValueError as error:
            yield _fails(field, f"Exception calling application: {error}", f"It is {given[name]!r}.")
            continue
        if not fits:
            yield _fails(field, f"Param({name}) {text}", f"It is {given[name]!r}.")
    if "resample_probability" in given:
        yield _fails(
            _setting_field(spec.algorithm, "resample_probability"),
            "Exception calling application: '<=' not supported between instances of 'int' and 'str'",
            "Remove it: this version compares its text with a number, whatever you write.",
        )
    if spec.resume_policy != "FromVolume":
        yield _fails(
            "spec.resumePolicy",
            f"pbt keeps its trials' checkpoints in a volume, and the policy is {spec.resume_policy}",
            "Write resumePolicy: FromVolume.",
            Shows.NO_TRIALS,
        )


def _enas(spec: ExperimentSpec) -> Iterator[Finding]:
    assert spec.algorithm
    if spec.nas_config is None:
        graph_field, graph = "spec.nasConfig", None
    else:
        graph_field, graph = "spec.nasConfig.graphConfig", spec.nas_config.graph_config
    for attribute, word in (
        ("input_sizes", "InputSizes"),
        ("output_sizes", "OutputSizes"),
        ("num_layers", "NumLayers"),
    ):
        if graph is None or not getattr(graph, attribute):
            yield _fails(
                f"{graph_field}.{word[0].lower()}{word[1:]}",
                f"Missing {word} in GraphConfig",
                "An architecture search needs its sizes.",
            )
            return
    yield from _operations(spec)
    for place, setting in enumerate(spec.algorithm.algorithm_settings):
        message = _enas_message(setting)
        if message:
            yield _fails(f"{SETTINGS}[{place}].value", message, f"It is {setting.value!r}.")


def _enas_message(setting: Setting) -> str | None:
    if setting.name not in _ENAS_SETTINGS:
        return f"Unknown Algorithm Setting name: {setting.name}"
    if setting.name in _ENAS_NONE and setting.value == "None":
        return None
    kind, low, high = _ENAS_SETTINGS[setting.name]
    try:
        value = kind(setting.value)
    except ValueError as error:
        return f"Algorithm Setting {setting.name} must be {kind.__name__} type: exception {error}"
    start = f"Algorithm Setting {setting.name}: {value} with {kind.__name__} type must be in range"
    if kind is float and not low < value <= high:
        return f"{start} ({low:g}, {high:g})"
    return f"{start} [{low:g}, {high:g})" if value < low else None


def _darts(spec: ExperimentSpec) -> Iterator[Finding]:
    assert spec.algorithm
    yield from _operations(spec)
    yield from _settings(spec.algorithm, _DARTS_RULES, others=True)
    for place, setting in enumerate(spec.algorithm.algorithm_settings):
        if setting.name == "batch_size" and setting.value != "None":
            rule = _at_least("batch_size", 1, "should be greater than or equal to one")["batch_size"]
            message = rule.says(setting)
            if message:
                yield _fails(f"{SETTINGS}[{place}].value", message, f"It is {setting.value!r}.")


def _operations(spec: ExperimentSpec) -> Iterator[Finding]:
    """Yield the first fault of each operation of an architecture search."""
    for place, operation in enumerate(spec.nas_config.operations if spec.nas_config else ()):
        fault = _operation_fault(operation)
        if fault:
            field, message = fault
            yield _fails(f"spec.nasConfig.operations[{place}]{field}", message, "Write it.")


def _operation_fault(operation: Operation) -> tuple[str, str] | None:
    if not operation.operation_type:
        return ".operationType", "Missing operationType in Operation"
    if not operation.parameters:
        return ".parameters", "Missing ParameterConfigs in Operation"
    for place, parameter in enumerate(operation.parameters):
        field, space = f".parameters[{place}]", parameter.feasible_space
        if not parameter.name:
            return f"{field}.name", "Missing Name in ParameterConfig"
        if not parameter.parameter_type:
            return f"{field}.parameterType", "Missing ParameterType in ParameterConfig"
        if parameter.parameter_type in LISTED and not space.list:
            return f"{field}.feasibleSpace.list", "Missing List in ParameterConfig.feasibleSpace"
        if parameter.parameter_type in NUMERIC:
            if not (space.min or space.max):
                return f"{field}.feasibleSpace", "Missing Max and Min in ParameterConfig.feasibleSpace"
            if parameter.parameter_type == "double" and not _is_above_zero(space.step):
                return (
                    f"{field}.feasibleSpace.step",
                    "Step parameter should be > 0 in ParameterConfig.feasibleSpace",
                )
    return None


def _is_above_zero(text: str) -> bool:
    try:
        return float(text) > 0
    except ValueError:
        return False


def _median_stop(algorithm: Algorithm) -> Iterator[Finding]:
    rules = {
        **_positive("min_trials_required", "must be greater than zero (>0)"),
        **_at_least("start_step", 1, "must be greater or equal than one (>=1)"),
    }
    yield from _settings(algorithm, rules, path="spec.earlyStopping.algorithmSettings")
