"""What an Experiment and its parts mean, as plain data: two that mean the same look the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from helpers.katib.checking import check_experiment
from helpers.katib.defaults import PARALLEL_TRIAL_COUNT
from helpers.katib.findings import Finding
from helpers.katib.metrics import DEFAULT_FILTER


def texts_of(findings: Iterable[Finding]) -> list[str]:
    """Return findings without their remedies: field, message, and how a cluster would show it."""
    return [f"{finding.field}: {finding.message} ({finding.shows})" for finding in findings]


def parameters_as_data(entries: Sequence[Mapping[str, Any]]) -> list[list]:
    """Return parameters, one row each: name, type, distribution, min, max, step, list, keys of no use.

    entries: what stands below spec.parameters. Limits are numbers here if they are texts there; what is no
    text is called by its type.
    """
    return [_parameter_as_data(entry) for entry in entries]


def _parameter_as_data(entry: Mapping[str, Any]) -> list:
    space = dict(entry.get("feasibleSpace", {}))
    numbers = [_number_in(space.pop(key, None)) for key in ("min", "max", "step")]
    words = [entry.get("name"), entry.get("parameterType"), space.pop("distribution", "uniform")]
    listed = space.pop("list", None) or []
    options = [option if isinstance(option, str) else f"{option!r}, no text" for option in listed]
    others = set(space) | set(entry) - {"name", "parameterType", "feasibleSpace"}
    return [*words, *numbers, options, sorted(map(str, others))]


def _number_in(value: Any) -> float | str | None:
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        return f"{type(value).__name__}, no text"
    try:
        return float(value)
    except ValueError:
        return value


def command_as_data(words: Sequence[str]) -> dict[str, Any]:
    """Return a command of `python -m MODULE --option value ...`, its options in the order of the alphabet.

    words: of the command; `--option=value` is the same as two words. "words" counts them: none is lost.
    """
    rest = [part for word in words[3:] for part in word.split("=", 1)]
    pairs = sorted(zip(rest[::2], rest[1::2], strict=False))
    return {"program": list(words[:3]), "options": [" ".join(pair) for pair in pairs], "words": len(rest)}


def experiment_as_data(definition: Mapping[str, Any]) -> dict[str, Any]:
    """Return what an Experiment of one container asks for; or, below "Katib says", what is wrong with it.

    Raises CourseError for data that are no Experiment.
    """
    found = texts_of(check_experiment(definition))
    if found:
        return {"Katib says": found}
    spec, template = definition["spec"], definition["spec"]["trialTemplate"]
    aim, job = spec["objective"], template["trialSpec"]["spec"]
    pod = job["template"]["spec"]
    settings = spec["algorithm"].get("algorithmSettings") or []
    return {
        "name": definition["metadata"].get("name"),
        "objective": [
            aim["type"],
            aim["objectiveMetricName"],
            sorted(aim.get("additionalMetricNames") or []),
        ],
        "goal": aim.get("goal"),
        "algorithm": [spec["algorithm"]["algorithmName"], *(f"{s['name']}={s['value']}" for s in settings)],
        "counts": [
            spec.get("maxTrialCount"),
            spec.get("parallelTrialCount", PARALLEL_TRIAL_COUNT),
            spec.get("maxFailedTrialCount"),
        ],
        "job": [
            *(template["trialSpec"][key] for key in ("apiVersion", "kind")),
            job.get("backoffLimit"),
            pod["restartPolicy"],
            pod["containers"][0]["image"],
        ],
        "parameters": parameters_as_data(spec["parameters"]),
        "command": _command_of(pod["containers"][0]),
        "placeholders": [f"{e['name']} for {e['reference']}" for e in template["trialParameters"]],
        "read": _read_as_data(spec),
    }


def _command_of(container: Mapping[str, Any]) -> list[str]:
    """Return the words that a container starts with; without a command its image decides what gets them."""
    words = [word for key in ("command", "args") for word in container.get(key) or []]
    return words if container.get("command") else ["the image's own program", *words]


def _read_as_data(spec: Mapping[str, Any]) -> list[str]:
    """Return what is said beyond Katib's defaults of the metric that decides, and of how all are found.

    Which of its values an additional metric is reported by decides nothing.
    """
    collector = spec.get("metricsCollectorSpec") or {}
    formats = ((collector.get("source") or {}).get("filter") or {}).get("metricsFormat") or []
    objective = spec["objective"]
    default = {"minimize": "min", "maximize": "max"}[objective["type"]]
    strategies = [
        each
        for each in objective.get("metricStrategies") or []
        if each["name"] == objective.get("objectiveMetricName")
    ]
    return [
        *(f"{each['name']}: {each['value']}" for each in strategies if each["value"] != default),
        *(expression for expression in formats if expression != DEFAULT_FILTER),
    ]
