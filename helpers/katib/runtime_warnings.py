"""What Katib accepts, and what then does not work or does something else (0.19).

Nothing here is refused by the webhook or by a service's validation: it shows in a trial, or never.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator

from helpers.katib import jobs
from helpers.katib.findings import Finding, Shows
from helpers.katib.metrics import METRIC_STRATEGIES
from helpers.katib.model import Experiment, ExperimentSpec, Parameter
from helpers.katib.spaces import (
    GOPTUNA,
    HYPEROPT,
    LISTED,
    NUMERIC,
    OPTUNA,
    SERVICES,
    SKOPT,
    Limits,
    limits_of,
    rounded,
)
from helpers.katib.template import is_meta, render
from helpers.katib.webhook import filter_faults, filters_of


def later_faults(experiment: Experiment) -> Iterator[Finding]:
    """Yield what shows only after an Experiment was accepted, defaults filled in."""
    spec = experiment.spec
    yield from _name(experiment)
    yield from _ends(spec)
    yield from _strategies(spec)
    yield from _unused_parameters(spec)
    yield from parameter_faults(spec)
    yield from _steps(spec)
    yield from _collected(spec)
    yield from _trial(experiment)


def parameter_faults(spec: ExperimentSpec) -> Iterator[Finding]:
    """Yield what is wrong with the search space itself: names that are there twice, values, distributions."""
    names = Counter(parameter.name for parameter in spec.parameters)
    for place, parameter in enumerate(spec.parameters):
        field = f"spec.parameters[{place}]"
        if names[parameter.name] > 1 and _service(spec) != GOPTUNA:  # that one refuses it
            yield Finding(
                f"{field}.name",
                f"{names[parameter.name]} parameters are called {parameter.name}, a trial has one",
                "Give each parameter a name of its own.",
                Shows.OTHERWISE,
            )
        yield from _values(parameter, spec, field)


def _algorithm(spec: ExperimentSpec) -> str:
    return spec.algorithm.algorithm_name if spec.algorithm else ""


def _service(spec: ExperimentSpec) -> str:
    return SERVICES.get(_algorithm(spec), "")


def _ends(spec: ExperimentSpec) -> Iterator[Finding]:
    if spec.max_trial_count is None:
        goal = spec.objective.goal if spec.objective else None
        yield Finding(
            "spec.maxTrialCount",
            "without it trials go on for ever"
            if goal is None
            else "without it trials go on until the goal is reached",
            "Write how many trials you can afford.",
            Shows.NEVER_ENDS,
        )


def _name(experiment: Experiment) -> Iterator[Finding]:
    if "." in experiment.metadata.name:
        yield Finding(
            "metadata.name",
            "the suggestion's Service gets this name, and a Service's name has no dots",
            f"It is {experiment.metadata.name!r}: write - for each dot.",
            Shows.NO_TRIALS,
        )


def _strategies(spec: ExperimentSpec) -> Iterator[Finding]:
    """Yield strategies by which Katib finds no value in what a trial reports."""
    objective = spec.objective
    for place, strategy in enumerate(objective.metric_strategies if objective else ()):
        if objective and strategy.value not in METRIC_STRATEGIES:
            decides = strategy.name == objective.objective_metric_name
            yield Finding(
                f"spec.objective.metricStrategies[{place}].value",
                f"by {strategy.value!r} Katib finds no value of {strategy.name}"
                f"{', and makes no trial after the first that ends' if decides else ''}",
                f"Choose one of {', '.join(METRIC_STRATEGIES)}.",
                Shows.NO_METRIC if decides else Shows.OTHERWISE,
            )


def _unused_parameters(spec: ExperimentSpec) -> Iterator[Finding]:
    template = spec.trial_template
    if template is None or template.trial_parameters is None:
        return
    used = {parameter.reference for parameter in template.trial_parameters}
    for place, parameter in enumerate(spec.parameters):
        if parameter.name not in used:
            yield Finding(
                f"spec.parameters[{place}].name",
                f"unable to find parameter from ParameterAssignment in TrialParameters: {parameter.name}",
                "Let an entry of trialParameters refer to it, and its placeholder stand in the trialSpec.",
                Shows.NO_TRIALS,
            )


def _values(parameter: Parameter, spec: ExperimentSpec, field: str) -> Iterator[Finding]:
    """Yield what is wrong with the values of a parameter."""
    if not parameter.name:
        yield Finding(f"{field}.name", "the parameter has no name", "Name it.", Shows.NO_TRIALS)
    if parameter.parameter_type in LISTED:
        yield from _listed_values(parameter, _service(spec), f"{field}.feasibleSpace.list")
    elif parameter.parameter_type in NUMERIC:
        yield from _numeric_values(parameter, spec, f"{field}.feasibleSpace")


def _steps(spec: ExperimentSpec) -> Iterator[Finding]:
    """Yield steps by which hyperopt's values do not begin at min, or pass a limit: they are multiples."""
    for place, parameter in enumerate(spec.parameters):
        if _service(spec) != HYPEROPT or parameter.parameter_type not in NUMERIC:
            continue
        try:
            limits = limits_of(parameter, HYPEROPT)
        except ValueError:
            continue  # `_numeric_values` says it
        step = limits.step
        if step is None or step <= 0:
            continue
        low, high = limits.in_order
        if _is_multiple(low, step) and rounded(high, step) <= high + 1e-6 * step:
            continue
        yield Finding(
            f"spec.parameters[{place}].feasibleSpace.step",
            f"the service ({HYPEROPT}) rounds each value to a multiple of {step:g}, which may lie beyond min "
            "or max",
            "Write limits that are multiples of it, or the values as a discrete list.",
            Shows.OTHERWISE,
        )


def _is_multiple(number: float, step: float) -> bool:
    return abs(math.remainder(number, step)) <= 1e-6 * step


def _listed_values(parameter: Parameter, service: str, field: str) -> Iterator[Finding]:
    values = parameter.feasible_space.list
    if not values:
        yield Finding(
            field,
            "Katib accepts a space without values, and its service finds nothing in it",
            "Write the values as a list of texts.",
            Shows.NO_TRIALS,
        )
    for place, value in enumerate(values):
        if value in values[:place]:
            yield Finding(f"{field}[{place}]", f"{value!r} is there twice", "Remove one.", Shows.OTHERWISE)
        if parameter.parameter_type == "discrete" and not _is_number(value, float):
            yield Finding(
                f"{field}[{place}]",
                f"{value!r} is no number, and a discrete parameter has numbers",
                "Choose parameterType: categorical.",
                Shows.OTHERWISE,
            )
        if parameter.parameter_type == "discrete" and service == "hyperband" and not _is_number(value, int):
            yield Finding(
                f"{field}[{place}]",
                f"hyperband reads a discrete value as a whole number: invalid literal for int(): {value!r}",
                "Choose parameterType: categorical.",
                Shows.NO_TRIALS,
            )


def _is_number(text: str, kind: type) -> bool:
    try:
        kind(text)
    except ValueError:
        return False
    return True


def _numeric_values(parameter: Parameter, spec: ExperimentSpec, field: str) -> Iterator[Finding]:
    space, service = parameter.feasible_space, _service(spec)
    try:
        limits = limits_of(parameter, service)
    except ValueError as error:
        name, _, message = str(error).partition(": ")
        yield Finding(f"{field}.{name}", message, "Write the number itself.", Shows.NO_TRIALS)
        return
    if parameter.parameter_type == "int":
        for name in ("min", "max", "step"):
            text = getattr(space, name)
            if text and not _is_number(text, int):
                yield Finding(
                    f"{field}.{name}",
                    f"this service ({service}) takes {text!r} for an int, others make no trial with it",
                    "Write a whole number, digits alone.",
                    Shows.OTHERWISE,
                )
    unordered = _order(parameter, limits, spec, field)
    if unordered is not None:
        yield unordered
        if unordered.is_error:
            return
    if limits.step is not None and limits.step <= 0:
        yield Finding(
            f"{field}.step", f"step {space.step} is not above 0", "Write one that is.", Shows.NO_TRIALS
        )
    yield from _distribution(parameter, limits, service, field)
    if limits.step is not None and service in (SKOPT, "hyperband"):
        yield Finding(
            f"{field}.step", f"the service ({service}) ignores step", "Do not count on it.", Shows.OTHERWISE
        )


def _order(parameter: Parameter, limits: Limits, spec: ExperimentSpec, field: str) -> Finding | None:
    """Return what is wrong with a min that is not below max. Katib does not compare them; its services do.

    Exchanged limits are refused by all of them but hyperband. Equal ones are a single value for Optuna, sobol
    and hyperband, for cmaes where the settings have a sigma; hyperopt and scikit-optimize refuse them.
    hyperopt itself passes over some of both kinds, with which random draws and tpe does not learn.
    """
    if limits.low < limits.high:
        return None
    space = parameter.feasible_space
    if limits.low > limits.high:
        reason, shows = _exchanged(space.distribution, limits, spec)
        message = f"min {space.min} is above max {space.max}, and {reason}"
        return Finding(f"{field}.min", message, "Exchange them.", shows)
    refusal = _equal(space.distribution, limits, spec)
    if refusal is None:
        return None
    reason, shows = refusal
    remedy = "Write a max above min, or the value as a discrete list of one."
    return Finding(f"{field}.max", f"min and max are equal: {reason}", remedy, shows)


# tpe asserts that a range has a width, but only where it learns, and the first trials are drawn at random.
_NO_WIDTH = "tpe cannot learn in a range without a width"


def _exchanged(distribution: str, limits: Limits, spec: ExperimentSpec) -> tuple[str, Shows]:
    algorithm, service = _algorithm(spec), _service(spec)
    if service == "hyperband" or (service == HYPEROPT and _is_passed_over(distribution, limits)):
        if algorithm == "tpe":
            return _NO_WIDTH, Shows.STOPS
        return f"{algorithm} draws between them all the same", Shows.OTHERWISE
    return "Katib does not compare them", Shows.NO_TRIALS


def _equal(distribution: str, limits: Limits, spec: ExperimentSpec) -> tuple[str, Shows] | None:
    algorithm, service, low = _algorithm(spec), _service(spec), limits.low
    if service == HYPEROPT:
        if distribution in ("logUniform", "logNormal") and low <= 0:
            return None  # `_distribution` says it
        if distribution in ("normal", "logNormal") or _is_passed_over(distribution, limits):
            return (_NO_WIDTH, Shows.STOPS) if algorithm == "tpe" else None
        end = math.log(low) if distribution == "logUniform" else low
        return f"low should be less than high: {end} is not smaller than {end}", Shows.NO_TRIALS
    if service == SKOPT:
        return f"the lower bound {low} has to be less than the upper bound {low}", Shows.NO_TRIALS
    settings = spec.algorithm.algorithm_settings if spec.algorithm else ()
    if algorithm == "cmaes" and not any(
        setting.name == "sigma" and float(setting.value) > 0 for setting in settings
    ):
        # Its first step is a sixth of the narrowest range.
        return "sigma should be non-zero positive number", Shows.NO_TRIALS
    return None


def _is_passed_over(distribution: str, limits: Limits) -> bool:
    """Return whether hyperopt does not compare limits: one is 0, or on a log scale its logarithm."""
    if distribution == "logUniform":
        return limits.in_order[0] > 0 and 1 in limits.in_order
    return distribution not in ("normal", "logNormal") and 0 in limits.in_order


def _distribution(parameter: Parameter, limits: Limits, service: str, field: str) -> Iterator[Finding]:
    """Yield what a service makes of a distribution that is not what the file says."""
    low = limits.low
    distribution, step = parameter.feasible_space.distribution, parameter.feasible_space.step
    where = f"{field}.distribution"
    if distribution in ("normal", "logNormal"):
        if service == OPTUNA:
            yield Finding(
                where,
                f"Optuna's service leaves out a parameter with distribution {distribution}, and no trial "
                "is made without its value",
                "It has uniform and logUniform.",
                Shows.NO_TRIALS,
            )
        elif service == HYPEROPT and distribution == "logNormal" and low <= 0:
            yield Finding(
                f"{field}.min",
                f"a logarithm from {low:g}: Exception calling application: math domain error",
                "Write a min above 0.",
                Shows.NO_TRIALS,
            )
        elif service == HYPEROPT:
            yield Finding(
                where,
                f"{distribution} has no limits here: min and max give its middle and a sixth of its width, "
                "and values may lie beyond them",
                "Choose uniform or logUniform if the limits must hold.",
                Shows.OTHERWISE,
            )
        elif service in (SKOPT, GOPTUNA, "hyperband"):
            yield Finding(
                where, f"the service ({service}) ignores {distribution}", "Choose another.", Shows.OTHERWISE
            )
    if service == SKOPT and parameter.parameter_type == "double":
        if low <= 0:
            yield Finding(
                f"{field}.min",
                f"bayesianoptimization draws every double on a log scale, and min is {low:g}",
                "Write a min above 0.",
                Shows.NO_TRIALS,
            )
        elif distribution == "uniform":
            yield Finding(
                where,
                "bayesianoptimization draws every double on a log scale, whatever you write",
                "Write logUniform, so that the file says what happens.",
                Shows.OTHERWISE,
            )
    if distribution == "logUniform":
        if service in (GOPTUNA, "hyperband"):
            yield Finding(
                where,
                f"the service ({service}) draws it on a linear scale",
                "Let the trial take 10 to the power of the value, or choose another algorithm.",
                Shows.OTHERWISE,
            )
        elif service == OPTUNA and low <= 0:
            lowest = "1" if parameter.parameter_type == "int" else "1e-10"
            if limits.high < float(lowest):
                yield Finding(
                    f"{field}.max",
                    f"a logarithm up to {limits.high:g}: Optuna's service begins at {lowest}, and low <= "
                    "high must hold",
                    "Write limits above 0.",
                    Shows.NO_TRIALS,
                )
                return
            yield Finding(
                f"{field}.min",
                f"a logarithm from {low:g}: Optuna's service begins at {lowest} without a word",
                "Write a min above 0.",
                Shows.OTHERWISE,
            )
        elif low <= 0 and service != SKOPT:
            yield Finding(
                f"{field}.min",
                f"a logarithm from {low:g}: Exception calling application: math domain error",
                "Write a min above 0.",
                Shows.NO_TRIALS,
            )
        if service == OPTUNA and step:
            yield Finding(
                f"{field}.step",
                "Optuna's service ignores step with logUniform",
                "Remove it, or write the values as a discrete list.",
                Shows.OTHERWISE,
            )


def _collected(spec: ExperimentSpec) -> Iterator[Finding]:
    """Yield what the collector of the output does not find."""
    collector = spec.metrics_collector_spec
    if collector is None or collector.collector is None or collector.collector.kind != "StdOut":
        return
    field = "spec.metricsCollectorSpec.source.filter.metricsFormat"
    for place, expression in enumerate(filters_of(collector)):
        for message in filter_faults(expression):
            yield Finding(
                f"{field}[{place}]",
                f"{message}: for StdOut the webhook does not look at it",
                "The first group in brackets is the metric's name, the second its value.",
                Shows.NO_METRIC,
            )


def _trial(experiment: Experiment) -> Iterator[Finding]:
    """Yield what is wrong with a trial: its template with each parameter's first, and with its last value."""
    template = experiment.spec.trial_template
    if template is None or template.trial_spec is None:
        return
    found: dict[Finding, None] = {}
    for end in (0, -1):
        try:
            rendered = render(template, _suggestion(experiment, end), f"{experiment.metadata.name}-x")
        except ValueError as error:
            found[Finding("spec.trialTemplate", str(error), "Mend the template.", Shows.NO_TRIALS)] = None
            continue
        for finding in jobs.failures(rendered, template.primary_container_name):
            found[finding] = None
    yield from found


def _ends_of(parameter: Parameter) -> tuple[str, str]:
    space = parameter.feasible_space
    return (space.list[0], space.list[-1]) if space.list else (space.min, space.max)


def _suggestion(experiment: Experiment, end: int) -> dict[str, str]:
    """Return what a trial might get: each parameter's first (0) or last (-1) value, for what refers to it.

    An architecture search suggests what has no parameter: it gets a text.
    """
    template = experiment.spec.trial_template
    entries = (template.trial_parameters or ()) if template else ()
    ends = {parameter.name: _ends_of(parameter)[end] for parameter in experiment.spec.parameters}
    references = [entry.reference for entry in entries if not is_meta(entry.reference)]
    return {reference: ends.get(reference, "test-value") for reference in references}
