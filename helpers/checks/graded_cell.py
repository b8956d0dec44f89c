"""`check`: what a graded cell calls, and what a learner sees of it.

    check("one step down a slope of 2", gradient_step, 1.0, 2.0, learning_rate=0.1)

A check observes. In a learner's notebook the observation is compared at once with `checks.json`,
which lies beside the notebook. When a class is graded nothing is compared here: the observation
leaves the process, in the reply to the cell or as an output of it (`OBSERVE_IN`), and the judge
outside compares it (`course.grading.judge`).
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple, Protocol

from helpers.checks import cell_session
from helpers.checks.calls import Call, observe, silence
from helpers.checks.cases import from_text
from helpers.checks.exercises import CHECKS_FILE, Exercise, Expected, read_exercises
from helpers.checks.observation import Encoded, encode
from helpers.errors import CourseError

OBSERVATION_MIME = "application/vnd.hyperparameter-course.observation+json"
# Set to "reply" by a grader who takes observations out of the reply to a cell. Any other, such as nbgrader's
# own autograde, finds them among the outputs.
OBSERVE_IN = "COURSE_OBSERVE_IN"

# What one cell hands over at most. The longest that the course asks for has some thousand characters.
_REPLY_CHARACTERS = 16_000_000


class Comparison(NamedTuple):
    """How the cell asks to compare: rtol, atol, secret, seen_as, as for `check`."""

    rtol: float
    atol: float
    secret: bool
    seen_as: str | None


class Recorder(Protocol):
    """What takes checks in the place of a verdict. Learners and graded classes have none."""

    def check(self, label: str, call: Callable[[], Call], how: Comparison) -> None:
        """Take one call of `check`."""

    def check_drawn(
        self,
        label: str,
        cases: Sequence[tuple[Any, ...]],
        call: Callable[[tuple[Any, ...]], Call],
        how: Comparison,
    ) -> None:
        """Take one call of `check_drawn`, with the cases that the cell holds."""


_recorder: Recorder | None = None


@contextmanager
def recording(recorder: Recorder) -> Iterator[None]:
    """Hand checks to a recorder while the context lasts."""
    global _recorder
    previous, _recorder = _recorder, recorder
    try:
        yield
    finally:
        _recorder = previous


def check(
    label: str,
    observation: object,
    *arguments: Any,
    rtol: float = 1e-6,
    atol: float = 1e-9,
    secret: bool = False,
    seen_as: str | None = None,
    **keywords: Any,
) -> None:
    """Compare what came out of a learner's code with what the lesson's own solution gives.

    Prints one line when they agree, and how they differ when they do not; the last check of a cell then ends
    it. `course build` writes down how to compare, and whoever compares reads it there.

    label: words for the case, unique within the lesson.
    observation: a function that is called with the arguments and keywords behind it and returns plain data
        (numbers, strings, booleans, None, lists, dicts with string keys, NumPy arrays); or such data.
        An exception is one failed check. An argument that the call changes is observed.
    rtol, atol: numbers agree within ``atol + rtol * |expected|``.
    secret: the expected answer is kept as a digest only (quizzes).
    seen_as: the property of the observation that is compared, one of `helpers.checks.properties.PROPERTIES`.
        For what chance has made: the observation leaves this process as it came.

    Raises TypeError without a label, CheckFailed at once where checks.json is missing, damaged or has no such
    label; else at the last check of a cell in which one has failed, with the misconception where it is
    recognised.
    """
    __tracebackhide__ = True  # IPython leaves this frame out of a learner's own traceback
    if not isinstance(label, str) or not label.strip():
        raise TypeError("a check begins with its label, words in quotes")
    call = partial(_call, sys._getframe(1), observation, arguments, keywords)
    if _recorder is not None:
        _recorder.check(label, call, Comparison(rtol, atol, secret, seen_as))
    else:
        _hand_on(label, call())


def check_drawn(
    label: str,
    function: Callable[..., object],
    *,
    cases: str = "[]",
    rtol: float = 1e-6,
    atol: float = 1e-9,
    seen_as: str | None = None,
) -> None:
    """Observe a function on cases that were drawn from the contract of the exercise; all are compared.

    function: is called with the arguments of a case, and returns plain data; the exercise itself, or a
        function of the cell that makes out of a case what the exercise takes.
    cases: the arguments of each case (`helpers.checks.cases`). `course build` puts them here: they are drawn
        by the generator in the lesson's bank.
    seen_as: the property that is compared of each result.

    Raises CheckFailed as `check` does.
    """
    __tracebackhide__ = True
    drawn = from_text(cases)
    call = partial(_call_on_case, sys._getframe(1), function)
    with silence():  # it would be there for each of thirty cases
        if _recorder is not None:
            _recorder.check_drawn(label, drawn, call, Comparison(rtol, atol, False, seen_as))
            return
        results: list[Encoded] = [call(case).data for case in drawn]
    _hand_on(label, Call(results))


def _hand_on(label: str, call: Call) -> None:
    __tracebackhide__ = True
    if is_being_graded():
        _emit(label, call)
    else:
        cell_session.judge(*_find(label), call, notebook_folder())


def hint(exercise: str) -> None:
    """Show the next hint on an exercise of this lesson: where to look first, what to write first last.

    Costs nothing, and nobody learns of it.
    """
    if is_being_graded():
        return
    try:
        said = cell_session.next_hint(_exercises_here(), exercise, notebook_folder())
    except CourseError as error:  # of a file that is gone: it says what brings it back
        said = str(error)
    print(said)


def solution(exercise: str) -> None:
    """Show an answer to an exercise of this lesson, once its hints are used up or its checks have passed.

    There is one where the course's folder has `solutions/`: in a clone, and in a bundle made with
    `--with-solutions`; never in what a class gets.
    """
    if is_being_graded():
        return
    try:
        said = cell_session.solution_of(_exercises_here(), exercise, notebook_folder())
    except CourseError as error:
        said = str(error)
    print(said)


def progress() -> None:
    """Show the points of all lessons, from the saved notebooks. While a class is graded nothing is shown."""
    if is_being_graded():
        return
    from rich.console import Console

    from helpers.learner.progress import read, render

    try:
        render(read(notebook_folder().parent), Console())
    except CourseError as error:  # of a notebook that is alone
        print(error)


def solved(*exercises: str) -> bool:
    """Return whether the answers to these exercises have passed their visible checks in this notebook.

    If not, it says in one line which exercise comes first: for a cell that goes on with a learner's function.
    While a class is graded it is False and says nothing.
    """
    if is_being_graded():
        return False
    for exercise in exercises:
        first = cell_session.what_comes_first(exercise)
        if first:
            print(first)
            return False
    return True


def notebook_folder() -> Path:
    """Return the folder of the notebook, as VS Code or a Jupyter server names it, else the kernel's first.

    A named folder without `checks.json` does not count. Outside of a kernel it is where the process is.
    """
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    if shell is None:
        return Path.cwd()
    named = (shell.user_ns.get("__vsc_ipynb_file__"), os.environ.get("JPY_SESSION_NAME"))
    folders = [Path(name).parent for name in named if isinstance(name, str) and os.path.isabs(name)]
    return next((place for place in folders if (place / CHECKS_FILE).is_file()), Path(shell.starting_dir))


def is_being_graded() -> bool:
    """Return whether this process runs the notebook of somebody who is being graded."""
    return os.environ.get("NBGRADER_EXECUTION") == "autograde"


def _call_on_case(cell: FrameType, function: object, case: tuple[Any, ...]) -> Call:
    __tracebackhide__ = True
    return _call(cell, function, case, {})


def _call(
    cell: FrameType, observation: object, arguments: tuple[Any, ...], keywords: Mapping[str, Any]
) -> Call:
    __tracebackhide__ = True
    if callable(observation):
        return observe(observation, arguments, keywords, cell.f_code.co_filename, cell.f_globals)
    if arguments or keywords:  # the learner's name stands for something else by now
        return observe(partial(_not_a_function, observation))
    return Call(encode(observation))


def _not_a_function(value: object) -> None:
    raise TypeError(f"expected a function, got {type(value).__name__}")


def _emit(label: str, call: Call) -> None:
    from IPython import get_ipython
    from IPython.display import display

    content: dict[str, Encoded] = {"label": label, "data": call.data}
    said = None if call.error is None else call.said(_exercise_of(label))
    if said is not None:
        content["message"] = said
    if os.environ.get(OBSERVE_IN) != "reply":
        display({OBSERVATION_MIME: content}, raw=True)  # type: ignore[no-untyped-call]  # it has no types
        return
    # A reply is one message on a socket of its own: no amount of output can crowd it out.
    text = json.dumps(content)
    manager = get_ipython().payload_manager
    so_far = sum(len(entry.get("text", "")) for entry in manager.read_payload())
    if so_far + len(text) > _REPLY_CHARACTERS:
        text = json.dumps({"label": label, "data": {"not data": "more than one cell may hand over"}})
    manager.write_payload({"source": OBSERVATION_MIME, "text": text}, single=False)


def _exercise_of(label: str) -> str | None:
    """Return the exercise to which a visible check belongs; None where the lesson's file does not say it."""
    with suppress(CourseError):
        for name, exercise in _exercises_here().items():
            if label in [check.label for check in exercise.visible]:
                return name
    return None


def _exercises_here() -> dict[str, Exercise]:
    return read_exercises(notebook_folder())


def _find(label: str) -> tuple[Exercise, Expected]:
    __tracebackhide__ = True
    try:
        exercises = _exercises_here()
    except CourseError as error:
        raise cell_session.refusal(label, str(error)) from None
    for exercise in exercises.values():
        for expected in exercise.checks:
            if expected.label == label:
                return exercise, expected
    remedy = (
        f'{notebook_folder().name}: no check is called "{label}". Put back the text of this cell from the '
        "lesson as it came (authors: course build)."
    )
    raise cell_session.refusal(label, remedy)
