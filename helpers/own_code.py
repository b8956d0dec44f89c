"""Which lines of a traceback are a learner's own, and which are the check's that used their answer."""

from __future__ import annotations

from collections.abc import Iterator
from types import CodeType, FrameType, TracebackType


def own_steps(traceback: TracebackType | None, exercise: str) -> list[TracebackType]:
    """Return the steps of an observed call's traceback that lie in lines the learner wrote.

    Only these help them: an answer that is None fails deep inside of a library, which is called by the check.
    Their lines are those of the notebook's cells, without the check's own cell and without the cells of the
    functions that the check calls beside the exercise (a lesson's setup).

    traceback: begins with the frame of whoever called the observation; the next one is that of what was
        called: a function of the check's cell, or the exercise itself.
    exercise: the name of the learner's function.
    """
    steps = _steps(traceback)[1:]
    if not steps:
        return []
    first = steps[0].tb_frame
    lessons = _files_of_the_lesson(first, exercise)
    return [
        step
        for step in steps
        if step.tb_frame.f_globals is first.f_globals and step.tb_frame.f_code.co_filename not in lessons
    ]


def is_of_the_check(traceback: TracebackType | None, exercise: str | None) -> bool:
    """Return whether an exception came out of the check's own lines, or of a library that they called.

    traceback: as for `own_steps`.
    exercise: the name of the learner's function; where it is not known, a lesson's setup is not told from the
        learner's lines.
    """
    if exercise is not None:
        return not own_steps(traceback, exercise)
    steps = _steps(traceback)[1:]
    ours = [step for step in steps if step.tb_frame.f_globals is steps[0].tb_frame.f_globals]
    return bool(ours) and ours[-1].tb_frame.f_code.co_filename == steps[0].tb_frame.f_code.co_filename


def joined(steps: list[TracebackType]) -> TracebackType | None:
    """Return a traceback of these steps alone."""
    chain = None
    for step in reversed(steps):
        chain = TracebackType(chain, step.tb_frame, step.tb_lasti, step.tb_lineno)
    return chain


def _steps(traceback: TracebackType | None) -> list[TracebackType]:
    steps = []
    while traceback is not None:
        steps.append(traceback)
        traceback = traceback.tb_next
    return steps


def _files_of_the_lesson(first: FrameType, exercise: str) -> set[str]:
    """Return the cells, by the file names that IPython gives them, whose lines are the lesson's own."""
    answer = getattr(first.f_globals.get(exercise), "__code__", None)
    if answer is first.f_code:
        return set()
    codes = [getattr(first.f_globals.get(name), "__code__", None) for name in _names_in(first.f_code)]
    files = {first.f_code.co_filename} | {code.co_filename for code in codes if code not in (None, answer)}
    return files if answer is None else files - {answer.co_filename}


def _names_in(code: CodeType) -> Iterator[str]:
    """Yield the names that code uses, also inside of its comprehensions and functions."""
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names_in(constant)
