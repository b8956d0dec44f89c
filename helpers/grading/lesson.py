"""A lesson as its grader knows it: plain data, so that it can be sent to any worker."""

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property

import nbformat

from helpers.comparison import CHECKS_FILE, PRIVATE_FILE, read_exercises
from helpers.errors import CourseError
from helpers.grading.template import read_template


@dataclass(frozen=True)
class GradedLesson:
    """What the grading of one submission needs of its lesson.

    template_json: the lesson's notebook as the gradebook knows it: gaps instead of solutions, checks with
    their private part. exercises: `helpers.comparison.Exercise` by name, private checks included. digest: of
    all of it; a grade is out of date when it was given by another.
    """

    name: str
    template_json: str
    exercises: dict
    digest: str

    @cached_property
    def template(self):
        """The template as a notebook. Whoever changes it works on a copy."""
        return nbformat.from_dict(json.loads(self.template_json))


def read_graded_lesson(folder):
    """Read the lesson in `folder` of `solutions/`; raises CourseError when it has not been built."""
    for path in (folder / CHECKS_FILE, folder / PRIVATE_FILE):
        if not path.exists():
            raise CourseError(
                f"{folder}: {path.name} is missing, so nothing can be graded: course build {folder.name}"
            )
    template_json = json.dumps(read_template(folder), sort_keys=True)
    digest = hashlib.sha256(template_json.encode())
    for path in (folder / CHECKS_FILE, folder / PRIVATE_FILE):
        exercises = json.loads(path.read_text(encoding="utf-8"))["exercises"]
        digest.update(json.dumps(exercises, sort_keys=True).encode())
    return GradedLesson(folder.name, template_json, read_exercises(folder), digest.hexdigest()[:16])
