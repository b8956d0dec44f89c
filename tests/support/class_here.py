"""A small class that is graded in this process, for tests of what an instructor sees of it.

Submissions are run as ordinary processes, and a notebook that was graded by the same lesson before is not
run again: sandbox and workers have tests of their own.
"""

import atexit
import functools
import io
import shutil
import tempfile
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path

import mini
from handing_in import RIGHT, WRONG, write_submission
from nbgrader.api import Gradebook
from rich.console import Console

from course.grading import summary
from course.grading.cohort import grade_class
from course.grading.grade_one import grade_submission
from course.sandbox.limits import Limits

LIMITS = Limits(cell_seconds=20, wall_seconds=60)


class Here:
    """An executor that does a task in this process, before `submit` returns."""

    num_workers = 1

    def submit(self, function, *arguments, **options):
        future = Future()
        try:
            if function is grade_submission:
                submission, lesson, run_options = arguments
                future.set_result(graded_once(submission, lesson, run_options))
            else:
                future.set_result(function(*arguments, **options))
        except BaseException as error:
            future.set_exception(error)
        return future


_results = {}


def graded_once(submission, lesson, options):
    """The pure function, remembered: the same notebook to the same lesson gives the same result."""
    key = (submission.digest, lesson.digest)
    if key not in _results:
        _results[key] = grade_submission(submission, lesson, options)
    return replace(_results[key], student=submission.student)


def grade(root, **options):
    return grade_class(root, mini.NAME, Here(), limits=LIMITS, sandboxed=False, **options)


def said(outcome, width=100, **options):
    """What `course grade` says of an outcome; `root` is the working directory."""
    console = Console(file=io.StringIO(), width=width)
    summary.say(console, outcome, **options)
    return console.file.getvalue()


@functools.cache
def _graded():
    """The small class, graded once in this process."""
    root = Path(tempfile.mkdtemp(prefix="class-"))
    atexit.register(shutil.rmtree, root, ignore_errors=True)
    mini.built_course(root)
    write_submission(root, "ann", RIGHT, "Because of this.")
    write_submission(root, "ben", WRONG, "Maybe.")
    write_submission(root, "cho", {})
    grade(root)
    return root


def write_small_class(root):
    """A graded class that may be changed: ann and ben answered, cho left all open."""
    shutil.copytree(_graded(), root, dirs_exist_ok=True)
    return root


def gradebook(root):
    return Gradebook(f"sqlite:///{root / 'gradebook.db'}", "hyperparameters")


def give(root, student, cell, points, comment=None):
    """Give points by hand, as Formgrader does."""
    with gradebook(root) as book:
        grade = book.find_grade(cell, mini.NAME, mini.NAME, student)
        grade.manual_score, grade.needs_manual_grade = points, False
        if comment:
            book.find_comment(cell, mini.NAME, mini.NAME, student).manual_comment = comment
        book.db.commit()


def page(root, student):
    return (root / "feedback" / student / mini.NAME / f"{mini.NAME}.html").read_text(encoding="utf-8")


def edit_source(root, old, new):
    path = root / "solutions" / mini.NAME / f"{mini.NAME}.py"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
