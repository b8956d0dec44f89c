"""An Experiment as Katib decodes it: the fields that it knows, with their types.

Names are Katib's (`kubeflow.org/v1beta1`), in Python's spelling: `objectiveMetricName` is
`objective_metric_name`. A text that is missing is "", another value None, as in Katib's own types.
"""

from __future__ import annotations

import difflib
import functools
import re
import sys
import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from helpers.katib.findings import Finding, Shows

API_VERSION, KIND = "kubeflow.org/v1beta1", "Experiment"


@dataclass(frozen=True)
class Setting:
    """One of the settings of an algorithm."""

    name: str = ""
    value: str = ""


@dataclass(frozen=True)
class Algorithm:
    """An algorithm that suggests trials, or stops them early."""

    algorithm_name: str = ""
    algorithm_settings: tuple[Setting, ...] = ()


@dataclass(frozen=True)
class FeasibleSpace:
    """The values that a parameter may take. All of them are texts."""

    max: str = ""
    min: str = ""
    list: tuple[str, ...] = ()
    step: str = ""
    distribution: str = ""


@dataclass(frozen=True)
class Parameter:
    """One hyperparameter of the search."""

    name: str = ""
    parameter_type: str = ""
    feasible_space: FeasibleSpace = FeasibleSpace()


@dataclass(frozen=True)
class MetricStrategy:
    """Which of the values that a trial reports of a metric counts: "min", "max" or "latest"."""

    name: str = ""
    value: str = ""


@dataclass(frozen=True)
class Objective:
    """What the search optimizes, and what else is collected."""

    type: str = ""
    goal: float | None = None
    objective_metric_name: str = ""
    additional_metric_names: tuple[str, ...] = ()
    metric_strategies: tuple[MetricStrategy, ...] = ()

    @property
    def metric_names(self) -> tuple[str, ...]:
        """Return the names of all metrics, that of the objective first."""
        return self.objective_metric_name, *self.additional_metric_names


@dataclass(frozen=True)
class ConfigMap:
    """Where in a cluster a template lies that is not in the file."""

    config_map_name: str = ""
    config_map_namespace: str = ""
    template_path: str = ""


@dataclass(frozen=True)
class TrialParameter:
    """A placeholder of the template, and the parameter whose value takes its place."""

    name: str = ""
    description: str = ""
    reference: str = ""


@dataclass(frozen=True)
class TrialTemplate:
    """What every trial is made from. trial_spec: a Job or another kind, with placeholders."""

    retain: bool | None = None
    trial_spec: dict | None = None
    config_map: ConfigMap | None = None
    trial_parameters: tuple[TrialParameter, ...] | None = None
    primary_pod_labels: dict[str, str] | None = None
    primary_container_name: str = ""
    success_condition: str = ""
    failure_condition: str = ""


@dataclass(frozen=True)
class HttpHeader:
    """One line that a request for metrics carries."""

    name: str = ""
    value: str = ""


@dataclass(frozen=True)
class HttpGet:
    """Where a trial answers with its metrics. port: a number, or the name of a port."""

    path: str = ""
    port: int | str | None = None
    host: str = ""
    scheme: str = ""
    http_headers: tuple[HttpHeader, ...] = ()


@dataclass(frozen=True)
class FileSystemPath:
    """Where a trial writes its metrics."""

    path: str = ""
    kind: str = ""
    format: str = ""


@dataclass(frozen=True)
class Filter:
    """Expressions (RE2) that find a metric's name and value in a line."""

    metrics_format: tuple[str, ...] = ()


@dataclass(frozen=True)
class Source:
    """What a collector reads."""

    http_get: HttpGet | None = None
    file_system_path: FileSystemPath | None = None
    filter: Filter | None = None


@dataclass(frozen=True)
class Collector:
    """How metrics are collected. custom_collector: a container."""

    kind: str = ""
    custom_collector: dict | None = None


@dataclass(frozen=True)
class MetricsCollector:
    """How metrics are collected, and from where."""

    source: Source | None = None
    collector: Collector | None = None


@dataclass(frozen=True)
class Operation:
    """One operation of an architecture search."""

    operation_type: str = ""
    parameters: tuple[Parameter, ...] = ()


@dataclass(frozen=True)
class GraphConfig:
    """The size of the networks of an architecture search."""

    num_layers: int | None = None
    input_sizes: tuple[int, ...] = ()
    output_sizes: tuple[int, ...] = ()


@dataclass(frozen=True)
class NasConfig:
    """What an architecture search may build."""

    graph_config: GraphConfig = GraphConfig()
    operations: tuple[Operation, ...] = ()


@dataclass(frozen=True)
class ExperimentSpec:
    """All that an Experiment says."""

    parameters: tuple[Parameter, ...] = ()
    objective: Objective | None = None
    algorithm: Algorithm | None = None
    early_stopping: Algorithm | None = None
    trial_template: TrialTemplate | None = None
    parallel_trial_count: int | None = None
    max_trial_count: int | None = None
    max_failed_trial_count: int | None = None
    metrics_collector_spec: MetricsCollector | None = None
    nas_config: NasConfig | None = None
    resume_policy: str = ""


@dataclass(frozen=True)
class Metadata:
    """An object's name and what is attached to it, of which Katib reads this."""

    name: str = ""
    generate_name: str = ""
    namespace: str = ""
    labels: dict[str, str] | None = None
    annotations: dict[str, str] | None = None


@dataclass(frozen=True)
class Experiment:
    """A Katib Experiment. status: written by Katib, never by us."""

    api_version: str = ""
    kind: str = ""
    metadata: Metadata = Metadata()
    spec: ExperimentSpec = ExperimentSpec()
    status: dict | None = None


# The API server knows more of these than Katib reads.
_OPEN = (Metadata,)
_WORDS = {
    str: "a text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    dict: "a mapping",
    list: "a list",
    type(None): "null",
}


def decode(data: Mapping[str, Any]) -> tuple[Experiment, list[Finding]]:
    """Return an Experiment, and what does not fit: values of another type, and keys that Katib drops.

    A value that does not fit is left out of the Experiment.

    data: the file's content.
    """
    findings: list[Finding] = []
    return _decode(Experiment, data, "", findings), findings


def spelling(name: str) -> str:
    """Return a field's name as Katib spells it: "max_trial_count" -> "maxTrialCount"."""
    return re.sub("_([a-z])", lambda match: match[1].upper(), name)


def _decode(kind: type, data: Mapping[str, Any], path: str, findings: list[Finding]) -> Any:
    hints = _hints(kind)
    known = {spelling(field.name): field.name for field in fields(kind)}
    found = {}
    for key, value in data.items():
        where = f"{path}.{key}" if path else str(key)
        if key not in known:
            if kind not in _OPEN:
                findings.append(_dropped(key, list(known), where))
        elif value is not None:
            decoded = _decode_as(hints[known[key]], value, where, findings)
            if decoded is not None:
                found[known[key]] = decoded
    return kind(**found)


@functools.cache
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def _decode_as(hint: Any, value: Any, path: str, findings: list[Finding]) -> Any:
    """Return a value as the field's type, or None after a finding."""
    options = typing.get_args(hint) if isinstance(hint, types.UnionType) else (hint,)
    kinds = [option for option in options if option is not type(None)]
    if len(kinds) == 1:
        kind = kinds[0]
        if typing.get_origin(kind) is tuple and isinstance(value, list):
            inner = typing.get_args(kind)[0]
            entries = [
                _entry(inner, entry, f"{path}[{place}]", findings) for place, entry in enumerate(value)
            ]
            return tuple(entry for entry in entries if entry is not None)
        if typing.get_origin(kind) is dict and isinstance(value, dict):
            texts = {key: _entry(str, entry, f"{path}[{key}]", findings) for key, entry in value.items()}
            return {key: text for key, text in texts.items() if text is not None}
        if is_dataclass(kind) and isinstance(value, dict):
            return _decode(kind, value, path, findings)  # type: ignore[arg-type]
    for kind in kinds:
        if _fits(kind, value):
            return kind(value)
    findings.append(_misfit(kinds, value, path))
    return None


def _entry(kind: Any, value: Any, path: str, findings: list[Finding]) -> Any:
    """Return an entry of a list or of a mapping, or None after a finding. For null Go has an empty one."""
    if value is not None:
        return _decode_as(kind, value, path, findings)
    findings.append(
        Finding(
            path, "it is null, and Katib reads an empty entry", "Write it, or remove it.", Shows.OTHERWISE
        )
    )
    return kind()


def _fits(kind: Any, value: Any) -> bool:
    """Return whether JSON's value is one of Go's type. A whole number may be written as 12.0."""
    if kind is int:
        is_whole = type(value) is int or (type(value) is float and value.is_integer())
        return is_whole and is_int(value, 32)
    if kind is float:
        return type(value) is float or (type(value) is int and abs(value) <= sys.float_info.max)
    return kind in _WORDS and type(value) is kind


def is_int(value: float, num_bits: int) -> bool:
    """Return whether a number is in the range of Go's int32 or int64; Katib's own fields are all int32."""
    return -(2 ** (num_bits - 1)) <= value < 2 ** (num_bits - 1)


def _misfit(kinds: list[Any], value: Any, path: str) -> Finding:
    wanted = " or ".join(_word(kind) for kind in kinds)
    is_scalar = not isinstance(value, list | dict)
    if type(value) in (int, float) and not {int, float}.isdisjoint(kinds) and value // 1 == value:
        return Finding(
            path, "the number is beyond what Katib can read", "Write one nearer to 0.", Shows.REFUSED
        )
    if kinds == [str] and is_scalar:
        shown = str(value).lower() if isinstance(value, bool) else str(value)
        remedy = f'Put it in quotes: "{shown}".'
    else:
        remedy = f"Write {wanted} here."
    came = f"{_word(type(value))}{f', {value!r},' if is_scalar else ''}"
    return Finding(path, f"it is {came} where Katib reads {wanted}", remedy, Shows.REFUSED)


def _word(kind: Any) -> str:
    if typing.get_origin(kind) is tuple:
        return _WORDS[list]
    kind = typing.get_origin(kind) or kind
    return _WORDS[dict] if is_dataclass(kind) else _WORDS.get(kind, f"a value of type {kind.__name__}")


def _dropped(key: object, known: list[str], path: str) -> Finding:
    near = difflib.get_close_matches(str(key).lower(), [name.lower() for name in known], n=1, cutoff=0.75)
    meant = next((name for name in known if near and name.lower() == near[0]), None)
    remedy = f"Did you mean {meant}?" if meant else f"The fields here are {', '.join(known)}."
    return Finding(path, "Katib does not know this key and drops it without a word", remedy, Shows.OTHERWISE)
