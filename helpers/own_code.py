"""Whether an exception came out of a learner's own code, or out of what the check did with their answer."""

from collections.abc import Iterator
from types import CodeType, FrameType, TracebackType


def raised_in_own_code(traceback: TracebackType | None, exercise: str) -> bool:
    """Return whether a line that the learner wrote stands in the traceback of an observed call.

    Only then does the traceback help them: an answer that is None fails deep inside of a library, which is
    called by the check. Their lines are those of the notebook's cells, without the check's own cell and
    without the cells of the functions that the check calls beside the exercise (a lesson's setup).

    traceback: begins with the frame of whoever called the observation, and goes on in the check's cell.
    exercise: the name of the learner's function.
    """
    frames = _frames(traceback)[1:]
    if not frames:
        return False
    namespace = frames[0].f_globals
    lessons = _files_of_the_lesson(frames[0], exercise)
    return any(frame.f_globals is namespace and frame.f_code.co_filename not in lessons for frame in frames)


def _frames(traceback: TracebackType | None) -> list[FrameType]:
    frames = []
    while traceback is not None:
        frames.append(traceback.tb_frame)
        traceback = traceback.tb_next
    return frames


def _files_of_the_lesson(check: FrameType, exercise: str) -> set[str]:
    """Return the cells, by the file names that IPython gives them, whose lines are the lesson's own."""
    names = _names_in(check.f_code)
    codes = {name: getattr(check.f_globals.get(name), "__code__", None) for name in {*names, exercise}}
    answer = codes.pop(exercise)
    files = {check.f_code.co_filename} | {code.co_filename for code in codes.values() if code is not None}
    return files if answer is None else files - {answer.co_filename}


def _names_in(code: CodeType) -> Iterator[str]:
    """Yield the names that code uses, also inside of its comprehensions and functions."""
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names_in(constant)
