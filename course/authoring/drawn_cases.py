"""The contract of an exercise, drawn: the cases of its generator, put into the graded cell or asked anew.

The bank's generators run here, outside any sandbox. What reaches a submission is text in a private check.
"""

from __future__ import annotations

import ast
import io
import tokenize
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from course.authoring.answers import SIGNIFICANT_DIGITS, Bank, Cases, read_bank, short
from course.authoring.source import ExerciseSource, Lesson, read_lesson
from course.lessons import ANSWERS_FILE
from helpers.checks.cases import NotACase, to_text
from helpers.checks.exercises import checks_of
from helpers.errors import CourseError

# Of the text of one exercise's cases, in the source of its graded cell.
MOST_CHARACTERS = 12_000
_CHECK = "check_drawn"


def read_with_cases(folder: Path) -> tuple[Lesson, Bank]:
    """Return the lesson in `folder` and its bank; the graded cells hold the cases that the bank draws.

    Raises CourseError for what `read_lesson` and `read_bank` refuse, for a generator that does not run or
    draws what is no data, and for a generator or a check that has no counterpart.
    """
    lesson = read_lesson(folder)
    bank = read_bank(folder, lesson.exercises)
    changed = {}
    for name, exercise in lesson.exercises.items():
        test = _with_cases(folder.name, exercise, bank.cases.get(name))
        if test != exercise.test:
            changed[name] = replace(exercise, test=test)
            for cell in lesson.notebook.cells:
                if cell.metadata.get("nbgrader", {}).get("grade_id") == checks_of(name):
                    cell.source = test
    return replace(lesson, exercises=lesson.exercises | changed), bank


def draw(lesson: str, cases: Cases, count: int, seed: str) -> list[tuple]:
    """Return the arguments of `count` calls, the same for equal seeds.

    lesson: its name, for messages.

    Raises CourseError when the generator does not run, or draws what is no plain data.
    """
    import numpy as np

    place = f"{lesson}/{ANSWERS_FILE}:{cases.line}: the cases of {cases.exercise}"
    rng = np.random.default_rng(zlib.crc32(f"{cases.exercise} {seed}".encode()))
    try:
        drawn = [cases.draw(rng) for _ in range(count)]
    except Exception as error:
        raise CourseError(f"{place} cannot be drawn: {type(error).__name__}: {error}") from error
    for case in drawn:
        if not isinstance(case, tuple):
            raise CourseError(f"{place}: one is {type(case).__name__}: return the arguments as a tuple")
        try:
            to_text([case])
        except NotACase as refused:
            raise CourseError(
                f"{place}: {refused}: draw names, numbers and seeds, and make it of them in the graded cell"
            ) from None
    return drawn


def drawn_labels(exercise: ExerciseSource) -> list[str]:
    """Return the labels of the checks of an exercise that observe drawn cases."""
    return [ast.literal_eval(call.args[0]) for call in _calls(exercise.test)]


def _with_cases(lesson: str, exercise: ExerciseSource, cases: Cases | None) -> str:
    """Return the graded cell's source with the recorded cases in each `check_drawn`."""
    calls = list(_calls(exercise.test))
    if cases is None and not calls:
        return exercise.test
    if cases is None:
        raise CourseError(
            f'{lesson}, cell test="{exercise.name}": {_CHECK} has no cases: write @e.cases in {ANSWERS_FILE}'
        )
    if any(_calls(exercise.visible_test)):
        raise CourseError(
            f'{lesson}, cell test="{exercise.name}": {_CHECK} stands where learners read it, and so would '
            "its cases: move it between BEGIN and END HIDDEN TESTS"
        )
    if not calls:
        raise CourseError(
            f"{lesson}/{ANSWERS_FILE}:{cases.line}: cases of {exercise.name}, and no private {_CHECK} in its "
            f'graded cell: write {_CHECK}("...", {exercise.name}) as the last one'
        )
    if not all(call.args and isinstance(call.args[0], ast.Constant) for call in calls):
        raise CourseError(
            f'{lesson}, cell test="{exercise.name}": {_CHECK} begins with its label, words in quotes'
        )
    recorded = draw(lesson, cases, cases.recorded, "recorded")
    for numbers in _floats(recorded):
        _refuse_long(f"{lesson}/{ANSWERS_FILE}:{cases.line}: the cases of {exercise.name}", numbers)
    text = to_text(recorded)
    if len(text) > MOST_CHARACTERS:
        raise CourseError(
            f"{lesson}/{ANSWERS_FILE}:{cases.line}: the cases of {exercise.name} have {len(text)} "
            f"characters, the limit is {MOST_CHARACTERS}: draw smaller ones, of rounded numbers"
        )
    lines = exercise.test.splitlines(keepends=True)
    for call in sorted(calls, key=lambda call: -call.lineno):
        assert call.end_lineno is not None  # it has been parsed
        assert call.end_col_offset is not None
        line = lines[call.end_lineno - 1].encode()
        end = call.end_col_offset - 1
        comma = "" if _ends_in_a_comma(ast.get_source_segment(exercise.test, call) or "") else ", "
        lines[call.end_lineno - 1] = (line[:end] + f"{comma}cases={text!r}".encode() + line[end:]).decode()
    return "".join(lines)


def _floats(value: object) -> Iterator[Any]:
    """Yield the floats of a case: single ones, and arrays of them."""
    import numpy as np

    if isinstance(value, float) or (isinstance(value, np.ndarray | np.generic) and value.dtype.kind == "f"):
        yield value
    elif isinstance(value, dict):
        yield from _floats(list(value.values()))
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _floats(item)


def _refuse_long(place: str, numbers: Any) -> None:
    """Raise CourseError for floats whose last digits another processor may compute otherwise."""
    import numpy as np

    values = np.atleast_1d(numbers)
    differing = values[(values != short(values)) & ~np.isnan(values)]
    if differing.size:
        raise CourseError(
            f"{place}: {differing.flat[0]} has more than {SIGNIFICANT_DIGITS} significant digits, or is "
            "rounding noise beside larger numbers, and processors differ there: return short(...) of "
            "course.authoring.answers"
        )


def _ends_in_a_comma(call: str) -> bool:
    """Return whether a comma stands behind the last argument of a call: Ruff puts one where it wraps it."""
    tokens = tokenize.generate_tokens(io.StringIO(call).readline)
    written = [
        token.string for token in tokens if token.type in (tokenize.OP, tokenize.NAME, tokenize.STRING)
    ]
    return written[-2:] == [",", ")"]


def _calls(source: str) -> Iterator[ast.Call]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == _CHECK:
            yield node
