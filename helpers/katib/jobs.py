"""A trial's Job against Kubernetes' own schema, strictly, and what Kubernetes asks beyond it."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from importlib import resources
from typing import TYPE_CHECKING, Any

from helpers.katib.findings import Finding, Shows

if TYPE_CHECKING:
    from jsonschema.protocols import Validator

TEMPLATE = "spec.trialTemplate.trialSpec"
RESTART_POLICIES = ("Never", "OnFailure")
# In Go's own Job these lists are written also where they are empty.
_MAY_BE_EMPTY = ("containers", "rules", "nodeSelectorTerms", "sources")
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
        if error.validator not in ("additionalProperties", "required"):
            yield Finding(
                _path(error.absolute_path),
                f"invalid spec.trialTemplate: unable to convert spec.TrialTemplate to Job: {error.message}",
                "Write the value as Kubernetes wants it.",
                Shows.REFUSED,
            )
    if any(error.validator not in ("additionalProperties", "required") for error in errors):
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
    for path in _empty_lists(rendered):
        yield Finding(
            _path(path),
            f"invalid spec.trialTemplate: unable to convert: /{'/'.join(map(str, path))} - [] to Job",
            "Leave it out.",
            Shows.REFUSED,
        )


def _empty_lists(part: Any, place: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Yield where optional lists are empty: Katib compares with Go's own Job, which leaves such lists out."""
    entries = part.items() if isinstance(part, Mapping) else enumerate(part) if isinstance(part, list) else ()
    for key, value in entries:
        if value == [] and key not in _MAY_BE_EMPTY:
            yield *place, key
        yield from _empty_lists(value, (*place, key))


def failures(rendered: Mapping[str, Any], primary: str) -> Iterator[Finding]:
    """Yield what the API server says to a Job when a trial begins, after Katib has accepted it.

    primary: the name of the container whose output Katib reads.
    """
    if not is_job(rendered):
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
    if "backoffLimit" not in _part(rendered, "spec"):
        yield Finding(
            f"{TEMPLATE}.spec.backoffLimit",
            "a trial that fails is repeated, six times by default, before Katib counts it as failed",
            "Write backoffLimit: 0.",
            Shows.OTHERWISE,
        )


def _fails(field: str, message: str, remedy: str) -> Finding:
    return Finding(field, message, remedy, Shows.NEVER_BEGINS)


def _part(rendered: Mapping[str, Any], *keys: str) -> Mapping[str, Any]:
    """Return a mapping inside another one, an empty one where something else stands."""
    part: Any = rendered
    for key in keys:
        part = part.get(key) if isinstance(part, dict) else None
    return part if isinstance(part, dict) else {}


@functools.cache
def _validator() -> Validator:
    from jsonschema import Draft202012Validator

    schema = json.loads((resources.files("helpers.katib") / "job_schema.json").read_text(encoding="utf-8"))
    return Draft202012Validator(schema)


def _path(steps: Iterable[str | int]) -> str:
    return TEMPLATE + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)


def _meant(key: str, known: Mapping[str, Any]) -> str:
    import difflib

    near = difflib.get_close_matches(key, known, n=1)
    if near:
        return f"Did you mean {near[0]}?"
    return f"The keys here are {', '.join(sorted(known))}." if known else "No key belongs here."
