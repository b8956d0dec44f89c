"""What can be said of an Experiment's file without a cluster, in the order in which Katib would say it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from helpers.errors import CourseError
from helpers.katib import algorithms, runtime_warnings, webhook
from helpers.katib.defaults import with_defaults
from helpers.katib.findings import Finding
from helpers.katib.model import API_VERSION, KIND, Algorithm, Experiment, decode
from helpers.katib.reading import require_experiment


def check_experiment(data: Mapping[str, Any]) -> list[Finding]:
    """Return what is wrong with an Experiment: errors and warnings, none for one that is right.

    As in a cluster, who is refused early hears nothing of what would have come later. A key that Katib
    drops is always told.

    data: what the file says, such as `read_experiment` returns, or a dict of your own.

    Raises CourseError for data that are no Experiment.

    Source: Katib 0.19, its defaults, webhook and suggestion services. Lesson 15.
    """
    experiment, findings = decode(require_experiment(data))
    if errors_in(findings):
        return findings
    experiment = with_defaults(experiment)
    refused = list(webhook.refusals(experiment))
    if refused:
        return findings + refused
    failed = list(algorithms.refusals(experiment.spec))
    return findings + (failed or list(runtime_warnings.later_faults(experiment)))


def check_parameters(parameters: Sequence[Mapping[str, Any]], algorithm: str = "random") -> list[Finding]:
    """Return what is wrong with the parameters of an Experiment, as if all the rest of it were right.

    Only check_experiment says where random and tpe do not keep to limits, because of a step.

    parameters: what a file says below spec.parameters.
    algorithm: its name, without settings.

    Raises ValueError for an algorithm that Katib does not have.

    Lesson 15.
    """
    if algorithm not in webhook.ALGORITHMS:
        raise ValueError(f"algorithm must be one of {', '.join(webhook.ALGORITHMS)}, not {algorithm!r}.")
    entries = list(parameters) if isinstance(parameters, tuple) else parameters
    data = {"apiVersion": API_VERSION, "kind": KIND, "spec": {"parameters": entries}}
    experiment, findings = decode(data)
    if any(finding.is_error for finding in findings):
        return findings
    spec = dataclasses.replace(with_defaults(experiment).spec, algorithm=Algorithm(algorithm))
    refused = list(webhook.parameter_refusals(spec))
    if refused:
        return findings + refused
    failed = list(algorithms.refusals(spec))
    return findings + (failed or list(runtime_warnings.parameter_faults(spec)))


def require_valid(data: Mapping[str, Any]) -> Experiment:
    """Return the Experiment, defaults filled in, that a file says.

    Raises CourseError with the first error, and how many there are.
    """
    errors = errors_in(check_experiment(data))
    if errors:
        more = f" ({len(errors) - 1} more: check the file)" if len(errors) > 1 else ""
        raise CourseError(f"{errors[0]}{more}")
    experiment, _ = decode(data)
    return with_defaults(experiment)


def errors_in(findings: Iterable[Finding]) -> list[Finding]:
    """Return those findings that are errors."""
    return [finding for finding in findings if finding.is_error]
