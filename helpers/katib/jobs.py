"""A trial's Job against Kubernetes' own schema, strictly, and what Kubernetes asks beyond it."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from importlib import resources
from typing import TYPE_CHECKING, Any

from helpers.katib.findings import Finding, Shows
from helpers.katib.model import is_int

if TYPE_CHECKING:
    from jsonschema.protocols import Validator

TEMPLATE = "spec.trialTemplate.trialSpec"
RESTART_POLICIES = ("Never", "OnFailure")
# What the schema says of keys; all else that it says is about a value's type.
_OF_KEYS = ("additionalProperties", "required")
# What Go's own Job leaves out where it is "", 0 or false: optional fields that are no pointers there.
# `kubectl set serviceaccount --local` decodes a Job by these types and shows it. Rare ones are not listed,
# and other spellings of a quantity (1024Mi is 1Gi) are not seen.
_LEFT_OUT = {
    "ConfigMapEnvSource": ("name",),
    "ConfigMapKeySelector": ("name",),
    "ConfigMapProjection": ("name",),
    "ConfigMapVolumeSource": ("name",),
    "Container": (
        "image",
        "imagePullPolicy",
        "stdin",
        "stdinOnce",
        "terminationMessagePath",
        "terminationMessagePolicy",
        "tty",
        "workingDir",
    ),
    "ContainerPort": ("hostIP", "hostPort", "name", "protocol"),
    "EmptyDirVolumeSource": ("medium",),
    "EnvFromSource": ("prefix",),
    "EnvVar": ("value",),
    "HTTPGetAction": ("host", "path", "scheme"),
    "LocalObjectReference": ("name",),
    "NFSVolumeSource": ("readOnly",),
    "ObjectFieldSelector": ("apiVersion",),
    "ObjectMeta": ("generateName", "name", "namespace"),
    "PersistentVolumeClaimSpec": ("volumeName",),
    "PersistentVolumeClaimVolumeSource": ("readOnly",),
    "PodSpec": (
        "dnsPolicy",
        "hostIPC",
        "hostNetwork",
        "hostPID",
        "hostname",
        "nodeName",
        "priorityClassName",
        "restartPolicy",
        "schedulerName",
        "serviceAccount",
        "serviceAccountName",
        "subdomain",
    ),
    "Probe": (
        "failureThreshold",
        "initialDelaySeconds",
        "periodSeconds",
        "successThreshold",
        "timeoutSeconds",
    ),
    "ResourceFieldSelector": ("containerName",),
    "SELinuxOptions": ("level", "role", "type", "user"),
    "SecretEnvSource": ("name",),
    "SecretKeySelector": ("name",),
    "SecretProjection": ("name",),
    "SecretVolumeSource": ("secretName",),
    "ServiceAccountTokenProjection": ("audience",),
    "TCPSocketAction": ("host",),
    "Toleration": ("effect", "key", "operator", "value"),
    "VolumeMount": ("readOnly", "subPath", "subPathExpr"),
}
_LABEL = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")


def is_job(rendered: Mapping[str, Any]) -> bool:
    """Return whether an object is a Job of batch/v1, the one kind that Katib looks into."""
    return rendered.get("apiVersion") == "batch/v1" and rendered.get("kind") == "Job"


def refusals(rendered: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield why Katib's webhook takes an object for no Job: a value of another type, an unknown key."""
    if not is_job(rendered):
        return
    errors = list(_validator().iter_errors(rendered))
    for error in errors:
        if error.validator not in _OF_KEYS:
            yield Finding(
                _path(error.absolute_path),
                f"invalid spec.trialTemplate: unable to convert spec.TrialTemplate to Job: {error.message}",
                "Write the value as Kubernetes wants it.",
                Shows.REFUSED,
            )
    if any(error.validator not in _OF_KEYS for error in errors):
        return  # what is no Job is not compared with one
    for error in errors:
        if error.validator == "additionalProperties":
            known = error.schema.get("properties", {})
            for key in sorted(set(error.instance) - set(known)):
                place = "/".join(map(str, [*error.absolute_path, key]))
                yield Finding(
                    f"{_path(error.absolute_path)}.{key}",
                    f"invalid spec.trialTemplate: unable to convert: /{place} - {error.instance[key]} to Job",
                    _meant(key, known),
                    Shows.REFUSED,
                )
    for path, value in _left_out(rendered, _schema()):
        yield Finding(
            _path(path),
            f"invalid spec.trialTemplate: unable to convert: /{'/'.join(map(str, path))} - "
            f"{json.dumps(value)} to Job",
            "Leave it out, or write a value.",
            Shows.REFUSED,
        )


def _left_out(
    part: Any, schema: Mapping[str, Any], place: tuple[str | int, ...] = ()
) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """Yield where an optional field is empty, and as what: Katib compares with Go's own Job, which lacks it.

    schema: of the part.
    """
    kind = schema.get("$ref", "").rpartition("/")[2]
    schema = _schema()["$defs"].get(kind, schema)
    known, every = schema.get("properties", {}), schema.get("additionalProperties")
    entries = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    for key, value in entries:
        inner = schema.get("items", {}) if isinstance(part, list) else known.get(key, every)
        if not isinstance(inner, dict):
            continue  # an unknown key, which is told of already
        if value is None or (key in known and _is_left_out(kind, schema, str(key), value)):
            yield (*place, key), value
        elif key not in ("limits", "requests"):  # Katib lets them differ
            yield from _left_out(value, inner, (*place, key))


def _is_left_out(kind: str, schema: Mapping[str, Any], key: str, value: Any) -> bool:
    """Return whether Go's own Job leaves out a field that has this value.

    kind, schema: of the mapping in which it stands.
    """
    if value == []:
        return key not in schema.get("required", ()) and key != "sources"
    if value == {}:
        return bool(schema["properties"][key].get("additionalProperties"))
    return value in ("", 0) and key in _LEFT_OUT.get(kind.rpartition(".")[2], ())


def failures(rendered: Mapping[str, Any], primary: str) -> Iterator[Finding]:
    """Yield what the API server says to a Job when a trial begins, after Katib has accepted it.

    primary: the name of the container whose output Katib reads.
    """
    if not is_job(rendered):
        yield from _other_version(rendered)
        return
    for error in _validator().iter_errors(rendered):
        if error.validator == "required":
            missing = sorted(set(error.validator_value) - set(error.instance))
            yield _fails(f"{_path(error.absolute_path)}.{missing[0]}", "Required value", "Write it.")
    spec = _part(rendered, "spec", "template", "spec")
    containers = [entry for entry in spec.get("containers") or [] if isinstance(entry, dict)]
    where = f"{TEMPLATE}.spec.template.spec"
    if not containers:
        yield _fails(f"{where}.containers", "Required value", "Write the container that trains.")
    for place, container in enumerate(containers):
        if not container.get("image"):
            yield _fails(
                f"{where}.containers[{place}].image", "Required value", "Name an image that can train."
            )
        if not _LABEL.fullmatch(str(container.get("name", "a"))):
            yield _fails(
                f"{where}.containers[{place}].name",
                "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-'",
                f"It is {container['name']!r}.",
            )
    if spec.get("restartPolicy") not in RESTART_POLICIES:
        yield _fails(
            f"{where}.restartPolicy",
            'Required value: valid values: "OnFailure", "Never"',
            f"It is {spec.get('restartPolicy')!r}: write Never, so that a trial that fails is over.",
        )
    names = [container.get("name") for container in containers]
    if primary and containers and primary not in names:
        yield Finding(
            "spec.trialTemplate.primaryContainerName",
            f"no container of the trial is called {primary}",
            f"There is {', '.join(map(str, names))}: Katib lets no container of such a trial start.",
            Shows.NEVER_BEGINS,
        )
    yield from _negative_numbers(_part(rendered, "spec"))
    if "backoffLimit" not in _part(rendered, "spec"):
        yield Finding(
            f"{TEMPLATE}.spec.backoffLimit",
            "a trial that fails is repeated, six times by default, before Katib counts it as failed",
            "Write backoffLimit: 0.",
            Shows.OTHERWISE,
        )


def _other_version(rendered: Mapping[str, Any]) -> Iterator[Finding]:
    version = str(rendered.get("apiVersion"))
    has_own_group = "." in version.rpartition("/")[0]  # a kind that somebody has added to the cluster
    if rendered.get("kind") == "Job" and not has_own_group:
        yield _fails(
            f"{TEMPLATE}.apiVersion",
            f'no matches for kind "Job" in version "{version}"',
            "Write batch/v1.",
        )


def container_faults(container: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield where and why a container cannot be decoded: values of another type."""
    kind = "#/$defs/io.k8s.api.core.v1.Container"
    for error in _validator().evolve(schema={"$ref": kind}).iter_errors(container):
        if error.validator not in _OF_KEYS:
            yield _below(error.absolute_path), error.message


def _fails(field: str, message: str, remedy: str) -> Finding:
    return Finding(field, message, remedy, Shows.NEVER_BEGINS)


def _negative_numbers(job: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield the Job's own numbers that are below 0: none of them may be."""
    for key, value in job.items():
        if isinstance(value, int | float) and value < 0:
            yield _fails(
                f"{TEMPLATE}.spec.{key}",
                f"Invalid value: {value}: must be greater than or equal to 0",
                "Write 0 or more.",
            )


def _part(rendered: Mapping[str, Any], *keys: str) -> Mapping[str, Any]:
    """Return a mapping inside another one, an empty one where something else stands."""
    part: Any = rendered
    for key in keys:
        part = part.get(key) if isinstance(part, dict) else None
    return part if isinstance(part, dict) else {}


@functools.cache
def _schema() -> dict[str, Any]:
    return json.loads((resources.files("helpers.katib") / "job_schema.json").read_text(encoding="utf-8"))


@functools.cache
def _validator() -> Validator:
    from jsonschema import Draft202012Validator, FormatChecker

    formats = FormatChecker(formats=())
    formats.checks("int32")(lambda value: not isinstance(value, int | float) or is_int(value, 32))
    formats.checks("int64")(lambda value: not isinstance(value, int | float) or is_int(value, 64))
    return Draft202012Validator(_schema(), format_checker=formats)


def _path(steps: Iterable[str | int]) -> str:
    return TEMPLATE + _below(steps)


def _below(steps: Iterable[str | int]) -> str:
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)


def _meant(key: str, known: Mapping[str, Any]) -> str:
    import difflib

    near = difflib.get_close_matches(key, known, n=1)
    if near:
        return f"Did you mean {near[0]}?"
    return f"The keys here are {', '.join(sorted(known))}." if known else "No key belongs here."
