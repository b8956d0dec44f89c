"""A lesson's inspector at work: in a process of its own, with limits."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from nbformat import NotebookNode

from course.directory import find_lessons
from course.files import put
from course.grading.limited_call import LimitExceeded, call_limited
from course.grading.report import FOLDER
from course.inspectors import Inspection, Inspector, Verdict, for_all, inspector_of
from course.sandbox.limits import Limits
from helpers.errors import CourseError


def inspect_limited(
    inspector: Inspector, files: Mapping[str, bytes], notebook: NotebookNode, extra: bytes, limits: Limits
) -> Inspection:
    """Return what an inspector finds; what takes too much a person must see.

    files: what lies beside the notebook, by name.
    notebook: as it is run.
    extra: what the instructor has made for it (`read_extra`).
    limits: `inspection_seconds` of CPU time and `inspection_memory_bytes` count.
    """
    bounds = replace(
        limits, step_seconds=limits.inspection_seconds, step_memory_bytes=limits.inspection_memory_bytes
    )
    cells = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    try:
        return call_limited(bounds, inspector.inspect, files, cells, extra, kept_for=inspector.lesson)
    except LimitExceeded as error:
        why = f"inspecting what was handed in took {error}"
        return Inspection(for_all(inspector.titles, Verdict(look=why)), notes=(f"{why.capitalize()}.",))


def write_extra(root: Path, seed: int, source: Path | None) -> tuple[Path, str]:
    """Write what a lesson's inspector takes besides, and return its path and a sentence on it.

    root: the course directory.
    seed: the instructor's own.
    source: a folder of what it is made from; None for where this system has it.

    Raises CourseError where that is missing, where no lesson's inspector takes anything, where `root` is no
    course directory, and where nothing can be written in it.
    """
    if not (root / "nbgrader_config.py").is_file():
        raise CourseError(
            "this folder has no nbgrader_config.py: run course second-test in the course's top folder"
        )
    inspectors = filter(None, map(inspector_of, find_lessons(root / "solutions")))
    inspector = next((each for each in inspectors if each.extra_file), None)
    if inspector is None:
        raise CourseError("no lesson here has an inspector that takes a second test part")
    path = root / FOLDER / inspector.extra_file
    with _writing(path):  # who may not hears it now, and not after the trainings
        path.parent.mkdir(exist_ok=True)
        tempfile.TemporaryFile(dir=path.parent).close()
    try:
        content, sentence = inspector.make_extra(source, seed)
    except OSError as error:  # of packaged data: it says what brings them back
        raise CourseError(str(error)) from None
    with _writing(path):
        put(path, content)
    return path, sentence


@contextlib.contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise CourseError(
            f"cannot write {path} ({error.strerror}): free disk space and check permissions"
        ) from None


def read_extra(root: Path, inspector: Inspector | None) -> bytes:
    """Return what the instructor has made for a lesson's inspector, empty where nothing was made.

    root: the course directory.
    """
    if inspector is None or not inspector.extra_file:
        return b""
    path = root / FOLDER / inspector.extra_file
    return path.read_bytes() if path.is_file() else b""
