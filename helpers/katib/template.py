"""From a trial template and one suggestion to the object that Kubernetes is handed."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from helpers.katib.model import TrialTemplate

PLACEHOLDER = "${{trialParameters.{}}}"
_ANY_PLACEHOLDER = re.compile(r"\$\{trialParameters\..+?\}")
_META = re.compile(r"\$\{trialSpec\.(.+?)\}")
_INDEXED = re.compile(r"(.+)\[(.+)\]")


def text_of(template: TrialTemplate) -> str:
    """Return a template as the text in which Katib replaces its placeholders."""
    return json.dumps(template.trial_spec, ensure_ascii=False)


def placeholders_left(text: str) -> list[str]:
    """Return the placeholders in a text that nothing has replaced."""
    return _ANY_PLACEHOLDER.findall(text)


def is_meta(reference: str) -> bool:
    """Return whether a reference asks for something of the trial itself, such as ${trialSpec.Name}."""
    key = _meta_key(reference)
    if key is None:
        return False
    indexed = _INDEXED.fullmatch(key)
    return (indexed[1] if indexed else key) in (
        "Name",
        "Namespace",
        "Kind",
        "APIVersion",
        "Annotations",
        "Labels",
    )


def _meta_key(reference: str) -> str | None:
    """Return what a reference names of the trial itself, known to Katib or not; None where it names none."""
    found = _META.search(reference)
    return found[1] if found else None


def render(
    template: TrialTemplate, assignments: Mapping[str, str], name: str, namespace: str = "default"
) -> dict[str, Any]:
    """Return what a trial runs: the template with a value in each placeholder, its name and namespace.

    A value is put into the text as it is: a quotation mark in it ends the text around it, as in Katib.

    assignments: parameter -> value, a text.
    name: of the trial.

    Raises ValueError where Katib makes no trial: an assignment that no trialParameter refers to, a reference
    to nothing, a text that is no JSON any more, or metadata that are no mapping.
    """
    values, used = {}, 0
    spec = template.trial_spec or {}
    for parameter in template.trial_parameters or ():
        key = _meta_key(parameter.reference)
        if key is not None:  # perhaps one that Katib does not know
            values[parameter.name] = _meta(key, spec, name, namespace)
        elif parameter.reference in assignments:
            values[parameter.name] = assignments[parameter.reference]
            used += 1
        else:
            raise ValueError(f"no suggestion has a value for the reference {parameter.reference}")
    if used != len(assignments):
        referred = {parameter.reference for parameter in template.trial_parameters or ()}
        unused = ", ".join(sorted(set(assignments) - referred))
        raise ValueError(f"unable to find parameter from ParameterAssignment in TrialParameters: {unused}")
    text = text_of(template)
    for placeholder, value in values.items():
        text = text.replace(PLACEHOLDER.format(placeholder), value)
    try:
        rendered = json.loads(text)
    except json.JSONDecodeError as error:
        raise ValueError(f"with the suggested values the template is no JSON any more: {error}") from None
    metadata = rendered.get("metadata") or {}
    if not isinstance(metadata, dict):
        raise ValueError("metadata of the trialSpec is no mapping")
    rendered["metadata"] = {**metadata, "name": name, "namespace": namespace}
    return rendered


def _meta(key: str, spec: Mapping[str, Any], name: str, namespace: str) -> str:
    indexed = _INDEXED.fullmatch(key)
    metadata = spec.get("metadata")
    known = {
        "Name": name,
        "Namespace": namespace,
        "Kind": str(spec.get("kind", "")),
        "APIVersion": str(spec.get("apiVersion", "")),
    }
    if indexed and indexed[1] in ("Annotations", "Labels"):
        entries = metadata.get(indexed[1].lower()) if isinstance(metadata, dict) else None
        if isinstance(entries, dict) and indexed[2] in entries:
            return str(entries[indexed[2]])
    elif key in known:
        return known[key]
    raise ValueError(f"illegal reference of trial metadata: ${{trialSpec.{key}}}")
