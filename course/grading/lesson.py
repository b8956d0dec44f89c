"""A lesson as its grader knows it: plain data, so that it can be sent to any worker."""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader.converters import GenerateAssignment
from nbgrader.preprocessors import NbGraderPreprocessor, SaveCells

from course.configuration import nbgrader_config
from course.grading.inspection import read_extra
from course.inspectors import Inspector, inspector_of
from helpers.checks.exercises import CHECKS_FILE, PRIVATE_FILE, Exercise, read_exercises
from helpers.errors import CourseError


@dataclass(frozen=True)
class GradedLesson:
    """What the grading of one submission needs of its lesson.

    template_json: the lesson's notebook as the gradebook knows it: gaps instead of solutions, checks with
        their private part.
    exercises: by name, private checks included.
    digest: of all of it; a grade is out of date when it was given by another.
    inspector: of the lesson, if it has one.
    extra: what the instructor has made for it.
    """

    name: str
    template_json: str
    exercises: Mapping[str, Exercise]
    digest: str
    inspector: Inspector | None = None
    extra: bytes = b""

    @cached_property
    def template(self) -> NotebookNode:
        """The template as a notebook. Whoever changes it works on a copy."""
        return nbformat.from_dict(json.loads(self.template_json))

    @cached_property
    def quizzes(self) -> frozenset[str]:
        """The names of the exercises that are quizzes."""
        return frozenset(name for name, exercise in self.exercises.items() if exercise.is_quiz)


def read_graded_lesson(folder: Path) -> GradedLesson:
    """Return the lesson in `folder` of `solutions/`; raises CourseError when it has not been built."""
    for path in (folder / CHECKS_FILE, folder / PRIVATE_FILE):
        if not path.exists():
            raise CourseError(
                f"{folder}: {path.name} is missing, so nothing can be graded: course build {folder.name}"
            )
    exercises = read_exercises(folder)
    template_json = json.dumps(read_template(folder), sort_keys=True)
    digest = hashlib.sha256(template_json.encode())
    for path in (folder / CHECKS_FILE, folder / PRIVATE_FILE):
        content = json.loads(path.read_text(encoding="utf-8"))["exercises"]
        digest.update(json.dumps(content, sort_keys=True).encode())
    inspector = inspector_of(folder)
    extra = read_extra(folder.absolute().parents[1], inspector)
    digest.update(extra)
    return GradedLesson(
        folder.name, template_json, exercises, digest.hexdigest()[:16], inspector=inspector, extra=extra
    )


def read_template(folder: Path) -> NotebookNode:
    """Return what nbgrader's SaveCells sees of the lesson in `folder` when an assignment is generated.

    Solutions are cleared, graded cells are whole with their private checks, locked, and carry all of
    nbgrader's metadata.

    folder: the lesson's in `solutions/`.

    Raises CourseError when its notebook is missing, damaged or closed to this user.
    """
    path = folder / f"{folder.name}.ipynb"
    place = f"{folder.name}/{path.name}"
    try:
        notebook = nbformat.read(path, as_version=4)
    except FileNotFoundError:
        raise CourseError(f"{place} is missing: course build {folder.name}") from None
    except OSError as error:
        raise CourseError(f"{place} cannot be read ({error.strerror}): give yourself the right to") from None
    except (ValueError, AttributeError, TypeError, nbformat.ValidationError):
        raise CourseError(f"{place} is damaged: course build {folder.name}") from None
    return make_template(notebook, folder.absolute().parents[1])


def make_template(solution: NotebookNode, course: Path) -> NotebookNode:
    """Return what `read_template` does, from the notebook of the solution; that one is left as it is.

    course: the course directory, whose configuration of nbgrader counts.
    """
    notebook = nbformat.from_dict(solution)
    for preprocessor in _preprocessors(course):
        notebook, _ = preprocessor.preprocess(notebook, {})
    return notebook


@cache
def _preprocessors(course: Path) -> list[NbGraderPreprocessor]:
    """Return nbgrader's own steps from a solution to what it saves in the gradebook."""
    config = nbgrader_config(course)
    classes = GenerateAssignment(config=config).preprocessors
    before = itertools.takewhile(lambda step: not issubclass(step, SaveCells), classes)
    return [step(config=config) for step in before]
