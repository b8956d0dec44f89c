"""A lesson's inspector at work: in a process of its own, with limits."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from nbformat import NotebookNode

from course.files import put
from course.grading.limited_call import LimitExceeded, call_limited
from course.grading.report import FOLDER
from course.inspection.notebook_code import with_code
from course.inspection.registry import inspect, inspector_of
from course.inspection.verdicts import Inspection, Verdict, for_all
from course.sandbox.limits import Limits
from helpers.errors import CourseError


def inspect_limited(
    lesson: str, files: Mapping[str, bytes], notebook: NotebookNode, extra: bytes, limits: Limits
) -> Inspection | None:
    """Return what a lesson's inspector finds, None where it has none; what takes too much a person must see.

    files: what lies beside the notebook, by name.
    notebook: as it is run.
    extra: what the instructor has made for it (`read_extra`).
    limits: `inspection_seconds` of CPU time and `inspection_memory_bytes` count.
    """
    inspector = inspector_of(lesson)
    if inspector is None:
        return None
    bounds = replace(
        limits, step_seconds=limits.inspection_seconds, step_memory_bytes=limits.inspection_memory_bytes
    )
    module = inspector.module
    sources = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    try:
        return call_limited(bounds, inspect, module, with_code(files, sources), extra, kept_for=module)
    except LimitExceeded as error:
        why = f"inspecting what was handed in took {error}"
        return Inspection(for_all(inspector.titles, Verdict(look=why)), notes=(f"{why.capitalize()}.",))


def write_second_part(root: Path, seed: int, source: Path | None) -> tuple[Path, float]:
    """Write the capstone's second test part beside its place, move it there, and return its path and shift.

    root: the course directory.
    seed: the instructor's own.
    source: the folder of Fashion-MNIST's original files; None for Debian's.

    Raises CourseError where the files are missing, where `root` is no course directory, and where nothing can
    be written in it.
    """
    from course.inspection.second_part import make_second_part, read_second_part
    from helpers.data.originals import DEBIAN

    if not (root / "nbgrader_config.py").is_file():
        raise CourseError("this is no course directory: run course second-test where nbgrader_config.py lies")
    inspector = inspector_of("17-capstone")
    assert inspector is not None
    path = root / FOLDER / inspector.extra_file
    with _writing(path):  # who may not hears it now, and not after the trainings
        path.parent.mkdir(exist_ok=True)
        tempfile.TemporaryFile(dir=path.parent).close()
    try:
        content = make_second_part(source or DEBIAN, seed)
    except OSError as error:  # of packaged data: it says what brings them back
        raise CourseError(str(error)) from None
    with _writing(path):
        put(path, content)
    return path, read_second_part(content).shift


@contextlib.contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise CourseError(f"{path} cannot be written ({error.strerror}): give it room and rights") from None


def read_extra(root: Path, lesson: str) -> bytes:
    """Return what the instructor has made for a lesson's inspector, empty where nothing was made.

    root: the course directory.
    """
    inspector = inspector_of(lesson)
    if inspector is None:
        return b""
    path = root / FOLDER / inspector.extra_file
    return path.read_bytes() if path.is_file() else b""
