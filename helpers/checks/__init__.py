"""What a graded cell calls, and the data that it leads to.

graded_cell   check, check_drawn, hint, solution, progress and solved
calls         calling a learner's function
observation   what came out, as plain data
comparison    whether two observations agree, and how they differ
exercises     what is expected: checks.json and private.json
cases         the arguments of drawn cases, as text
properties    what is compared where chance is at work
cell_session  verdicts in a learner's notebook: what a cell says at once, and at its end
messages      the lines that a learner reads, in the notebook and in feedback
tracebacks    which lines of a traceback are the learner's own
cell_order    names that only a cell further down defines
"""

from helpers.checks.graded_cell import (
    OBSERVATION_MIME,
    OBSERVE_IN,
    check,
    check_drawn,
    hint,
    is_being_graded,
    notebook_folder,
    progress,
    solution,
    solved,
)

__all__ = [
    "OBSERVATION_MIME",
    "OBSERVE_IN",
    "check",
    "check_drawn",
    "hint",
    "is_being_graded",
    "notebook_folder",
    "progress",
    "solution",
    "solved",
]
