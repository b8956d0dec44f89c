"""Modules that a course brings along: its own rules, inspectors, parts of its site."""

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

    place: of the file, from `root`, as `course.toml` has it.
    wanted: names that the module must have.

    Raises CourseError when it is missing, cannot be imported, or lacks a name.
    """
    path = root / place
    try:
        code = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CourseError(f"{place} of course.toml cannot be read ({in_one_line(error)})") from None
    return imported(place, code, tuple(wanted), str(path))


@functools.cache  # without a bound: a second module of the same code would not be the one that was patched
def imported(place: str, code: str, wanted: tuple[str, ...], path: str = "") -> types.ModuleType:
    """Return the module of this code, imported once in a process.

    place: where it stands, for messages and tracebacks.
    path: what the module has as `__file__`, if it comes from one here.

    Raises CourseError when it cannot be imported, or lacks a name.
    """
    name = f"course_plugin_{hashlib.sha256(f'{place} {path} {code}'.encode()).hexdigest()[:16]}"
    module = types.ModuleType(name)
    module.__file__ = path or place
    sys.modules[name] = module  # where its dataclasses look for the names of their types
    try:
        exec(compile(code, module.__file__, "exec"), module.__dict__)
    except Exception as error:  # it is a program of the course's authors
        del sys.modules[name]
        raise CourseError(f"{place} cannot be imported ({in_one_line(error)})") from error
    for each in wanted:
        if not hasattr(module, each):
            raise CourseError(f"{place} has no {each}")
    return module
