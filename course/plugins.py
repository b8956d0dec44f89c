"""Modules that a course brings along, such as its own rules: files that `course.toml` names."""

from __future__ import annotations

import functools
import hashlib
import sys
import types
from collections.abc import Sequence
from pathlib import Path

from helpers.errors import CourseError, in_one_line


def read_plugin(root: Path, place: str, wanted: Sequence[str]) -> types.ModuleType:
    """Return the module in a file of the course in `root`, imported once in a process.

    place: of the file, from `root`.
    wanted: names that the module must have.

    Raises CourseError when it is missing, cannot be imported, or lacks a name.
    """
    path = root / place
    try:
        code = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CourseError(f"{place} of course.toml cannot be read ({in_one_line(error)})") from None
    module = _imported(place, code, str(path))
    for name in wanted:
        if not hasattr(module, name):
            raise CourseError(f"{place} has no {name}")
    return module


@functools.lru_cache(maxsize=32)
def _imported(place: str, code: str, path: str) -> types.ModuleType:
    name = f"course_plugin_{hashlib.sha256(f'{path} {code}'.encode()).hexdigest()[:16]}"
    module = types.ModuleType(name)
    module.__file__ = path
    sys.modules[name] = module  # where its dataclasses look for the names of their types
    try:
        exec(compile(code, path, "exec"), module.__dict__)
    except Exception as error:  # it is a program of the course's authors
        del sys.modules[name]
        raise CourseError(f"{place} cannot be imported ({in_one_line(error)})") from error
    return module
