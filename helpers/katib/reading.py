"""From a file to what it holds, with one line for what is no Experiment."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from helpers.errors import CourseError
from helpers.katib.model import API_VERSION, KIND


def read_experiment(path: str | os.PathLike) -> dict[str, Any]:
    """Return what a file says, as plain data, for one Experiment in YAML or JSON.

    Raises CourseError, one line that says what to do, for a file that cannot be read, is no YAML, holds
    several documents, or another kind.
    """
    import yaml

    try:
        text = Path(path).read_text(encoding="utf-8")
    except OSError as error:
        raise CourseError(f"{path}: {error.strerror}. Give the path of an Experiment's file") from None
    except UnicodeDecodeError:
        raise CourseError(f"{path}: this is no text in UTF-8. Save the Experiment as UTF-8") from None
    try:
        documents = [document for document in yaml.load_all(text, Loader=_loader()) if document is not None]
    except yaml.YAMLError as error:
        raise CourseError(f"{path}: this is no YAML: {_in_one_line(error)}") from None
    except RecursionError:
        raise CourseError(f"{path}: this is nested too deeply for an Experiment") from None
    except (ValueError, TypeError, LookupError, AttributeError) as error:  # a value that is not of its tag
        raise CourseError(f"{path}: this is no YAML: {_in_one_line(error)}") from None
    try:
        json.dumps(documents, allow_nan=False)
    except (TypeError, ValueError):
        raise CourseError(
            f"{path}: JSON has no NaN, no infinity, no dates, bytes or sets, and nothing that contains itself"
        ) from None
    if not documents:
        raise CourseError(f"{path}: the file is empty. Write one Experiment into it")
    if len(documents) > 1:
        raise CourseError(
            f"{path}: there are {len(documents)} documents in it, separated by '---'. "
            "Keep each Experiment in a file of its own"
        )
    return require_experiment(documents[0], str(path))


def require_experiment(data: Any, name: str = "the Experiment") -> dict[str, Any]:
    """Return data that call themselves an Experiment.

    name: of the file, for the message.

    Raises CourseError for data of another kind.
    """
    if not isinstance(data, dict):
        raise CourseError(f"{name}: an Experiment is a mapping of keys, not {type(data).__name__}")
    for key, wanted in (("apiVersion", API_VERSION), ("kind", KIND)):
        found = data.get(key)
        if found != wanted:
            raise CourseError(f"{name}: {key} is {found!r}. An Experiment has {key}: {wanted}")
    return data


def _loader() -> type:
    """Return a reader of YAML that takes what JSON can say, and refuses a key that is there twice."""
    import yaml

    class Loader(yaml.SafeLoader):
        """YAML as the API server reads it."""

        def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict:
            merged = "tag:yaml.org,2002:merge"
            keys = [self.construct_object(key, deep=True) for key, _ in node.value if key.tag != merged]
            for place, key in enumerate(keys):
                if not isinstance(key, str):
                    raise yaml.MarkedYAMLError(
                        problem=f"the key {key!r} is no text", problem_mark=node.start_mark
                    )
                if key in keys[:place]:
                    raise yaml.MarkedYAMLError(
                        problem=f"the key {key!r} is there twice",
                        problem_mark=node.value[place][0].start_mark,
                    )
            return super().construct_mapping(node, deep)

    # A date that nobody quoted stays the text that it is in JSON.
    Loader.yaml_implicit_resolvers = {
        first: [(tag, expression) for tag, expression in resolvers if not tag.endswith(":timestamp")]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    return Loader


def _in_one_line(error: Exception) -> str:
    """Return what PyYAML complains about, and where."""
    problem = getattr(error, "problem", None) or str(error)
    mark = getattr(error, "problem_mark", None)
    return f"{' '.join(str(problem).split())}{f', line {mark.line + 1}' if mark else ''}"
