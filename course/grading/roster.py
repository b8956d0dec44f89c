"""Everybody who should be in the table: also those of whom nothing was collected, and why.

nbgrader's zip_collect passes over what is no notebook, and over names that its expression does not match. Who
handed in a PDF then has no folder in `submitted/`, and would be in no table.
"""

from __future__ import annotations

import filecmp
import os
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from nbgrader.coursedir import CourseDirectory

from course.grading.ingest.folder import can_be_an_id, is_of_a_tool, visible_line
from course.grading.states import End, State
from helpers.errors import CourseError

_SHOWN = 3  # names of files in one sentence


@dataclass(frozen=True)
class Roster:
    """Who has no folder for a lesson in `submitted/`, and files that belong to nobody.

    absent: the end by student.
    strays: files that zip_collect extracted and gave to nobody.
    """

    absent: dict[str, End]
    strays: tuple[Path, ...] = ()


def read_roster(
    coursedir: CourseDirectory, lesson_name: str, known: Collection[str], found: Collection[str]
) -> Roster:
    """Return who should be there and is not. Nothing is changed.

    known: the ids of the gradebook's students.
    found: the ids that have a folder for the lesson.
    """
    left_out, strays = _left_out(coursedir, lesson_name, set(found))
    absent = sorted({*known, *left_out} - set(found))
    return Roster({student: _absent_end(left_out.get(student, [])) for student in absent}, tuple(strays))


def shortened(paths: Sequence[Path]) -> str:
    """Return the names of the first of these files, and how many more there are, in one line."""
    names = [visible_line(path.name) for path in paths]
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more


def _absent_end(files: Sequence[Path]) -> End:
    if not files:
        return End(State.NO_SUBMISSION, detail="there is no folder in submitted/")
    return End(State.NO_SUBMISSION, detail=f"zip_collect did not collect {shortened(files)}")


def _left_out(
    coursedir: CourseDirectory, lesson_name: str, found: Collection[str]
) -> tuple[dict[str, list[Path]], list[Path]]:
    """Return extracted files that were not collected: by student where nobody has a folder, and of nobody."""
    extracted, expression = _zip_collect_settings(coursedir, lesson_name)
    try:
        re.compile(expression)
    except re.error as error:
        raise CourseError(
            f"c.FileNameCollectorPlugin.named_regexp is not a regular expression ({error}): correct "
            "nbgrader_config.py"
        ) from None
    by_student: dict[str, list[Path]] = {}
    strays: list[Path] = []
    collected: dict[int, list[Path]] | None = None
    for path in _files(extracted):
        match = re.match(expression, str(path)) if expression else None
        if match:
            parts = match.groupdict()
            student = parts.get("student_id") or ""
            if not can_be_an_id(student):
                strays.append(path)
            # A name without a file's part is a platform's own receipt.
            elif parts.get("file_id") and student not in found:
                by_student.setdefault(student, []).append(path)
        elif expression:
            strays.append(path)
        else:
            # The expression was given on the command line: what was collected is known by its content.
            collected = _by_size(coursedir, lesson_name, found) if collected is None else collected
            if not any(_have_same_content(path, other) for other in collected.get(path.stat().st_size, ())):
                strays.append(path)
    return by_student, strays


def _zip_collect_settings(coursedir: CourseDirectory, lesson_name: str) -> tuple[Path, str]:
    """Return where zip_collect extracts the lesson's archives, and its expression for a file's name."""
    from nbgrader.apps.zipcollectapp import ZipCollectApp

    app = ZipCollectApp(config=coursedir.config)
    place = app.collect_directory_structure.format(
        downloaded=app.downloaded_directory, assignment_id=lesson_name, collect_step=app.extracted_directory
    )
    collector = app.collector_plugin(config=coursedir.config)
    return Path(coursedir.root) / place, collector.named_regexp


def _files(folder: Path) -> Iterator[Path]:
    """Yield the files below a folder that somebody may have handed in."""
    for top, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not is_of_a_tool(name))
        yield from (Path(top, name) for name in sorted(names) if not is_of_a_tool(name))


def _by_size(coursedir: CourseDirectory, lesson_name: str, found: Collection[str]) -> dict[int, list[Path]]:
    """Return what was collected, by its size in bytes."""
    sizes: dict[int, list[Path]] = {}
    for student in found:
        folder = Path(coursedir.format_path(coursedir.submitted_directory, student, lesson_name))
        for path in _files(folder):
            if path.is_file() and not path.is_symlink():
                sizes.setdefault(path.stat().st_size, []).append(path)
    return sizes


def _have_same_content(path: Path, other: Path) -> bool:
    try:
        return filecmp.cmp(path, other, shallow=False)
    except OSError:  # one that cannot be read is not known to be the same
        return False
