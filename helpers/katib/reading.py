"""From a file to what it holds and back, with one line for what is no Experiment."""

from __future__ import annotations

import json
import math
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from helpers.errors import CourseError
from helpers.katib.model import API_VERSION, KIND

_TAG = "tag:yaml.org,2002:"
# An Experiment of a hundred parameters with a hundred values each has fewer. With aliases of aliases a few
# lines of YAML make billions.
_MOST_NODES = 100_000
_WORDS = (
    ("null", re.compile("|~|null|Null|NULL")),
    ("bool", re.compile("[yYnN]|yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF")),
    ("float", re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")),
    ("merge", re.compile("<<")),
)
_OCTAL = re.compile(r"[-+]?0[oO]?[0-7]+")
_INTEGER = re.compile(r"[-+]?(0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|0|[1-9][0-9]*)")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")


def read_experiment(path: str | os.PathLike) -> dict[str, Any]:
    """Return what a file says, as plain data, for one Experiment in YAML or JSON.

    Raises CourseError, one line that says what to do, for a file that cannot be read, is no YAML, holds
    several documents, or another kind.
    """
    try:
        text = Path(path).read_text(encoding="utf-8")
    except OSError as error:
        raise CourseError(f"{path}: {error.strerror}. Give the path of an Experiment's file") from None
    except UnicodeDecodeError:
        raise CourseError(f"{path}: this is no text in UTF-8. Save the Experiment as UTF-8") from None
    try:
        documents = [document for document in yaml.load_all(text, Loader=_Loader) if document is not None]
    except yaml.YAMLError as error:
        raise CourseError(f"{path}: this is no YAML: {_in_one_line(error)}") from None
    except _TooManyValues:
        said = f"{path}: with what its aliases repeat it holds more than {_MOST_NODES:,} values"
        raise CourseError(f"{said}. Write an Experiment with fewer") from None
    except RecursionError:
        raise CourseError(f"{path}: this is nested too deeply for an Experiment") from None
    except (ValueError, TypeError, LookupError, AttributeError) as error:  # a value that is not of its tag
        raise CourseError(f"{path}: this is no YAML: {_in_one_line(error)}") from None
    documents = _as_json(documents, str(path))
    if not documents:
        raise CourseError(f"{path}: the file is empty. Write one Experiment into it")
    if len(documents) > 1:
        raise CourseError(
            f"{path}: there are {len(documents)} documents in it, separated by '---'. "
            "Keep each Experiment in a file of its own"
        )
    return require_experiment(documents[0], str(path))


def write_experiment(definition: Mapping[str, Any], path: str | os.PathLike) -> None:
    """Write an Experiment as YAML that Kubernetes reads as the same data: a text stays a text.

    definition: what the file shall say.

    Raises CourseError for data that are no Experiment or that JSON cannot say, OSError where the file
    cannot be written.

    Lesson 15.
    """
    data = _as_json(require_experiment(definition), "the Experiment")
    text = yaml.dump(data, Dumper=_Dumper, sort_keys=False)
    Path(path).write_text(text, encoding="utf-8")


def _as_json(data: Any, name: str) -> Any:
    """Return data in JSON's types.

    name: of the file, for the message.

    Raises CourseError for what JSON cannot say.
    """
    try:
        plain = json.loads(json.dumps(data, allow_nan=False))
        json.dumps(plain, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError as error:
        raise CourseError(
            f"{name}: {error.object[error.start]!r} is half a character, and no text has it. Remove it"
        ) from None
    except (TypeError, ValueError, RecursionError) as error:
        raise CourseError(
            f"{name}: {error}. JSON has texts, finite numbers, true, false, null, lists and mappings of them"
        ) from None
    return plain


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


class _GoScalars:
    """What a text without quotes is by Kubernetes' YAML (go-yaml 2), which is not PyYAML's YAML 1.1.

    1e-4 is a number, y is true, and 12:30, = and a date are texts.
    """

    def resolve(self, kind: type, value: Any, implicit: tuple[bool, bool]) -> str:
        """Return the tag of a node; PyYAML's reader and writer ask for it here."""
        if kind is yaml.ScalarNode and implicit[0]:
            number = _number(value)
            words = (kind_of for kind_of, expression in _WORDS if expression.fullmatch(value))
            return _TAG + (next(words, "str") if number is None else type(number).__name__)
        return super().resolve(kind, value, implicit)  # type: ignore[misc]


def _number(text: str) -> int | float | None:
    """Return the number that a text without quotes is, None where it is none."""
    plain = text if text.startswith(("_", "._")) else text.replace("_", "")
    if _INTEGER.fullmatch(plain):
        number = int(plain, 8 if _OCTAL.fullmatch(plain) else 0)
        if -(2**63) <= number < 2**64:
            return number
    if _FLOAT.fullmatch(plain) and math.isfinite(float(plain)):
        return float(plain)
    return None


class _TooManyValues(Exception):
    """A document of which its aliases make more than any Experiment needs."""


class _Loader(_GoScalars, yaml.SafeLoader):
    """A reader of YAML that takes what JSON can say, and refuses a key that is there twice."""

    bool_values = yaml.SafeLoader.bool_values | {"y": True, "n": False}

    def __init__(self, stream: str) -> None:
        super().__init__(stream)
        self._num_nodes = 0
        self._sizes: dict[yaml.Node, int] = {}

    def compose_node(self, parent: yaml.Node | None, index: object) -> yaml.Node | None:
        """Compose a node, and count it; an alias counts as all that it stands for."""
        is_alias, before = self.check_event(yaml.AliasEvent), self._num_nodes
        node = super().compose_node(parent, index)
        self._num_nodes += self._sizes.get(node, 1) if is_alias else 1
        self._sizes.setdefault(node, self._num_nodes - before)
        if self._num_nodes > _MOST_NODES:
            raise _TooManyValues
        return node

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[str, Any]:
        seen = set()
        for key_node, _ in node.value:
            if key_node.tag != f"{_TAG}merge":
                key = self._key(key_node)
                if key in seen:
                    raise yaml.MarkedYAMLError(
                        problem=f"the key {key!r} is there twice", problem_mark=key_node.start_mark
                    )
                seen.add(key)
        self.flatten_mapping(node)
        return {self._key(key): self.construct_object(value, deep) for key, value in node.value}

    def construct_number(self, node: yaml.ScalarNode) -> int | float:
        number = _number(node.value)
        return self.construct_yaml_float(node) if number is None else number

    def _key(self, node: yaml.Node) -> str:
        """Return a key as the text that JSON has for it."""
        key = self.construct_object(node, deep=True)
        if isinstance(key, bool):
            return str(key).lower()
        if isinstance(key, int | float):
            return str(key) if isinstance(key, int) else f"{key:g}"
        if not isinstance(key, str):
            raise yaml.MarkedYAMLError(problem=f"the key {key!r} is no text", problem_mark=node.start_mark)
        return key


_Loader.add_constructor(f"{_TAG}int", _Loader.construct_number)
_Loader.add_constructor(f"{_TAG}float", _Loader.construct_number)


class _Dumper(_GoScalars, yaml.SafeDumper):
    """A writer of YAML that quotes each text which would be read as something else."""


def _in_one_line(error: Exception) -> str:
    """Return what PyYAML complains about, and where."""
    problem = getattr(error, "problem", None) or str(error)
    mark = getattr(error, "problem_mark", None)
    return f"{' '.join(str(problem).split())}{f', line {mark.line + 1}' if mark else ''}"
