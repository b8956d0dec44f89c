"""What a graded cell of the capstone says in a learner's notebook."""

from __future__ import annotations

import os

import numpy as np

from helpers.capstone.bands import place_in_words
from helpers.capstone.log import SearchLog, parse_log
from helpers.capstone.review import TITLES, Aspect, review
from helpers.capstone.task import LOG_FILE
from helpers.checks import is_being_graded, notebook_folder
from helpers.checks.cell_session import CheckFailed
from helpers.checks.messages import fail_line, pass_line, wrapped
from helpers.errors import CourseError


def verdict(exercise: str, log: str | os.PathLike = LOG_FILE) -> None:
    """Say what your log shows of one graded part of the capstone.

    While a class is graded it says nothing: the grader reads the log itself, and trains some of it again.

    exercise: one of `helpers.capstone.review.Aspect`.
    log: the file, beside the notebook.

    Raises CheckFailed with what is to be said against it.

    Lesson 17.
    """
    __tracebackhide__ = True
    if is_being_graded():
        return
    aspect = Aspect(exercise)
    try:
        found = parse_log((notebook_folder() / os.path.expanduser(log)).read_bytes())
    except FileNotFoundError:
        raise CheckFailed(failure(aspect, [f"There is no {log} yet: search first."])) from None
    except OSError as error:
        raise CheckFailed(failure(aspect, [f"{log}: {error.strerror}."])) from None
    except CourseError as error:
        raise CheckFailed(failure(aspect, [f"{error}."])) from None
    against = review(found)[aspect]
    if against:
        raise CheckFailed(failure(aspect, against))
    print(pass_line(TITLES[aspect]))
    if aspect == Aspect.RESULT:
        print(_place(found))


def failure(aspect: Aspect, against: list[str]) -> list[str]:
    """Return the lines of a verdict that is against a log."""
    return [
        fail_line(aspect.replace("_", " ")),
        *(line for sentence in against for line in wrapped(sentence)),
    ]


def _place(log: SearchLog) -> str:
    accuracy = float(np.mean(log.openings[-1].accuracies))
    return f"  {place_in_words(accuracy)}"
