"""The log of a run: one JSON object a line, written as things happen, read again to go on.

    {"experiment": "perceptron", "definition": {...}, "seed": 7}
    {"suggested": 0, "assignments": {"learning_rate": "0.1"}}
    {"ended": 0, "condition": "Succeeded", "observed": {"val_loss": [0.9, 0.7]}, "seconds": 1.3, "reason": ""}

Suggestions depend on what was suggested and told before, and in which order: the log has both in that order.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import Any

from helpers.errors import CourseError
from helpers.journal import Journal

# What may change of an Experiment that exists, as in Katib.
_EDITABLE = ("parallelTrialCount", "maxTrialCount", "maxFailedTrialCount")


class Log:
    """The file of one run, open for writing; a context that closes it.

    path: of the file; None keeps nothing.
    """

    def __init__(self, path: str | os.PathLike | None) -> None:
        self._journal = None if path is None else Journal(path, "log of an Experiment", b'{"experiment": ')

    def __enter__(self) -> Log:
        return self

    def __exit__(self, *_: object) -> None:
        if self._journal:
            self._journal.close()

    def begin(self, definition: Mapping[str, Any], seed: int) -> tuple[int, list[dict[str, Any]]]:
        """Return the seed of the run and the events that the file holds; write the first line of a new one.

        A last line that was cut off is removed: what it told happens again.

        definition: the Experiment as its file says it.
        seed: of a new run.

        Raises CourseError, one line, for a file that is no such log, or that of another Experiment, and where
        another process is writing it.
        """
        if self._journal is None:
            return seed, []
        path, found = self._journal.path, self._journal.open()
        kept = {
            "experiment": definition["metadata"].get("name", ""),
            "definition": _fixed(definition["spec"]),
        }
        if not found:
            self.write({**kept, "seed": seed})
            return seed, []
        head, *events = found
        if not isinstance(head.get("seed"), int) or not isinstance(head.get("definition"), dict):
            raise CourseError(f"{path}: this is no log of an Experiment. Choose another file for the log")
        before = {"experiment": head.get("experiment"), "definition": _fixed(head["definition"])}
        if before != kept:
            raise CourseError(
                f"{path}: this is the log of another Experiment: {_difference(before, kept)}. "
                f"Only {', '.join(_EDITABLE)} may change. Choose another file for the log"
            )
        return head["seed"], events

    def write(self, event: Mapping[str, Any]) -> None:
        """Write one event, and hand it to the disk.

        Raises CourseError when the disk does not take it.
        """
        if self._journal is not None:
            self._journal.write(event)


def _fixed(spec: Mapping[str, Any]) -> dict[str, Any]:
    """Return what may not change of an Experiment, in JSON's types; to Katib a null is what is not there."""
    fixed = {key: value for key, value in spec.items() if key not in _EDITABLE}
    return json.loads(json.dumps(fixed), object_hook=_without_nulls)


def _without_nulls(part: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in part.items() if value is not None}


def _difference(before: Mapping[str, Any], kept: Mapping[str, Any]) -> str:
    if before["experiment"] != kept["experiment"]:
        return f"its name is {before['experiment']!r}, not {kept['experiment']!r}"
    keys = sorted(set(before["definition"]) | set(kept["definition"]))
    changed = [key for key in keys if before["definition"].get(key) != kept["definition"].get(key)]
    return f"spec.{changed[0]} differs"
