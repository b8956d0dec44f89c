"""Which lines of a traceback are a learner's own, and which are the check's that used their answer."""

from __future__ import annotations

import builtins
import dis
from collections.abc import Iterator, Mapping
from types import CodeType, FunctionType, TracebackType
from typing import Any

# Where a method, a decorator that `functools.wraps`, a partial and NumPy's vectorize keep a function.
_INSIDE = ("__func__", "__wrapped__", "func", "pyfunc")
_MOST_WRAPPERS = 20


def functions_in(value: object) -> list[FunctionType]:
    """Return the functions in Python that run where a value is called, from the outermost one inwards.

    Those are the value itself and what is inside of methods, partials, caches, decorators, NumPy's vectorize
    and objects with a `__call__`; none for what is no such thing.
    """
    found: list[FunctionType] = []
    for _ in range(_MOST_WRAPPERS):
        found += [one for one in (value, type(value).__call__) if isinstance(one, FunctionType)]
        value = next(filter(callable, (getattr(value, name, None) for name in _INSIDE)), None)
        if value is None:
            break
    return found


def namespace_of(value: object) -> dict[str, Any]:
    """Return the global names of the innermost function in a value: those of a notebook, for what is its own.

    Empty for what has no function in Python.
    """
    functions = functions_in(value)
    return functions[-1].__globals__ if functions else {}


def own_steps(
    traceback: TracebackType | None, exercise: str, namespace: Mapping[str, Any]
) -> list[TracebackType]:
    """Return the steps of an observed call's traceback that lie in lines the learner wrote.

    Only these help them: an answer that is None fails deep inside of a library, which is called by the check.
    Their lines are those of the notebook's cells, without the check's own cell and without the cells of the
    functions that the check calls beside the exercise (a lesson's setup).

    traceback: its first step in the notebook is that of what the check called: a function of the check's
        cell, or the exercise itself.
    exercise: the name of the learner's function.
    namespace: of the notebook (`namespace_of` what was called).
    """
    steps = _steps_in(traceback, namespace)
    if not steps:
        return []
    lessons = _files_of_the_lesson(steps[0].tb_frame.f_code, exercise, namespace)
    return [step for step in steps if step.tb_frame.f_code.co_filename not in lessons]


def is_of_the_check(
    traceback: TracebackType | None, exercise: str | None, namespace: Mapping[str, Any]
) -> bool:
    """Return whether an exception came out of the check's own lines, or of a library that they called.

    traceback, namespace: as for `own_steps`.
    exercise: the name of the learner's function; where it is not known, a lesson's setup is not told from the
        learner's lines.
    """
    if exercise is not None:
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
    steps = []
    while traceback is not None:
        if traceback.tb_frame.f_globals is namespace:
            steps.append(traceback)
        traceback = traceback.tb_next
    return steps


def _files_of_the_lesson(called: CodeType, exercise: str, namespace: Mapping[str, Any]) -> set[str]:
    """Return the cells, by the file names that IPython gives them, whose lines are the lesson's own.

    called: the code of what the check called.
    """
    answer = _codes_of(namespace.get(exercise))
    if called in answer:
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
