"""Which lines are a learner's own: those of a traceback that are not the check's, or any of a function."""

from __future__ import annotations

import builtins
import dis
import itertools
from collections.abc import Iterator, Mapping, Sequence
from types import CodeType, FunctionType, TracebackType
from typing import Any

# Where a method, a decorator that `functools.wraps`, a partial and NumPy's vectorize keep a function.
_INSIDE = ("__func__", "__wrapped__", "func", "pyfunc")
_MOST_WRAPPERS = 20


def layers_of(value: object) -> Iterator[object]:
    """Yield a value, and what is inside of methods, partials, caches, decorators and NumPy's vectorize."""
    for _ in range(_MOST_WRAPPERS):
        yield value
        value = next(filter(callable, (getattr(value, name, None) for name in _INSIDE)), None)
        if value is None:
            break


def functions_in(value: object) -> list[FunctionType]:
    """Return the functions in Python that run where a value is called, from the outermost one inwards.

    Those are its layers that are functions, and the `__call__` of objects; none for what is no such thing.
    """
    ran = (one for layer in layers_of(value) for one in (layer, type(layer).__call__))
    return [one for one in ran if isinstance(one, FunctionType)]


def does_nothing(value: object) -> bool:
    """Return whether a value is a function without a line that runs, such as a docstring alone."""
    if not isinstance(value, FunctionType) or value.__closure__:
        return False
    lines = list(dis.get_instructions(value.__code__))
    return all(
        line.opname in ("RESUME", "NOP", "RETURN_VALUE")
        or (line.opname in ("LOAD_CONST", "RETURN_CONST") and line.argval is None)
        for line in lines
    )


def own_steps(
    traceback: TracebackType | None, exercise: str, namespace: Mapping[str, Any]
) -> list[TracebackType]:
    """Return the steps of an observed call's traceback that lie in lines the learner wrote.

    Only these help them: an answer that is None fails deep inside of a library, which is called by the check.
    Their lines are those of the notebook's cells, without the check's own cell and without the cells of the
    functions that the check calls beside the exercise (a lesson's setup).

    traceback: its first step in the notebook is that of what the check called: a function of the check's
        cell, or the exercise itself, or what is in it.
    exercise: the name of the learner's function.
    namespace: the global names of the notebook.
    """
    steps = _steps_in(traceback, namespace)
    if not steps:
        return []
    before = itertools.takewhile(lambda step: step is not steps[0], _steps_of(traceback))
    entered = [step.tb_frame.f_code for step in (*before, steps[0])]
    lessons = _files_of_the_lesson(entered, exercise, namespace)
    return [step for step in steps if step.tb_frame.f_code.co_filename not in lessons]


def is_of_the_check(
    traceback: TracebackType | None, exercise: str | None, namespace: Mapping[str, Any]
) -> bool:
    """Return whether an exception came out of the check's own lines, or of a library that they called.

    Where the exercise is known, never when it came out of the answer, also out of one that is a module's or
    a library's.

    traceback, namespace: as for `own_steps`.
    exercise: the name of the learner's function; where it is not known, a lesson's setup is not told from the
        learner's lines.
    """
    if exercise is not None:
        answer = _codes_of(namespace.get(exercise))
        if any(step.tb_frame.f_code in answer for step in _steps_of(traceback)):
            return False
        return not own_steps(traceback, exercise, namespace)
    files = [step.tb_frame.f_code.co_filename for step in _steps_in(traceback, namespace)]
    return bool(files) and files[-1] == files[0]


def shadowed_builtins(traceback: TracebackType | None, namespace: Mapping[str, Any]) -> list[str]:
    """Return the names of Python's own that a traceback's lines use and a notebook has for something else.

    traceback, namespace: as for `own_steps`.
    """
    steps = _steps_in(traceback, namespace)
    names = dict.fromkeys(name for step in steps for name in _names_in(step.tb_frame.f_code))
    known = [name for name in names if name in namespace and hasattr(builtins, name)]
    return [name for name in known if namespace[name] is not getattr(builtins, name)]


def joined(steps: list[TracebackType]) -> TracebackType | None:
    """Return a traceback of these steps alone."""
    chain = None
    for step in reversed(steps):
        chain = TracebackType(chain, step.tb_frame, step.tb_lasti, step.tb_lineno)
    return chain


def _steps_in(traceback: TracebackType | None, namespace: Mapping[str, Any]) -> list[TracebackType]:
    """Return the steps of a traceback whose functions have this namespace."""
    return [step for step in _steps_of(traceback) if step.tb_frame.f_globals is namespace]


def _steps_of(traceback: TracebackType | None) -> Iterator[TracebackType]:
    while traceback is not None:
        yield traceback
        traceback = traceback.tb_next


def _files_of_the_lesson(
    entered: Sequence[CodeType], exercise: str, namespace: Mapping[str, Any]
) -> set[str]:
    """Return the cells, by the file names that IPython gives them, whose lines are the lesson's own.

    entered: the code that was entered, one after the other, until the first that is the notebook's.
    """
    answer, called = _codes_of(namespace.get(exercise)), entered[-1]
    if any(code in answer for code in entered):  # a library's decorator stands before what it decorates
        return set()
    beside = (code for name in _names_in(called) for code in _codes_of(namespace.get(name)))
    lessons = {called.co_filename} | {code.co_filename for code in beside if code not in answer}
    return lessons - {code.co_filename for code in answer}


def _codes_of(value: object) -> list[CodeType]:
    return [function.__code__ for function in functions_in(value)]


def _names_in(code: CodeType) -> Iterator[str]:
    """Yield the global names that code uses, also inside of its comprehensions and functions."""
    for instruction in dis.get_instructions(code):
        if instruction.opname in ("LOAD_GLOBAL", "LOAD_NAME"):
            yield instruction.argval
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names_in(constant)
