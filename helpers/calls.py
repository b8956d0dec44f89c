"""A call that a check makes: what came back, what was raised, and what happened to its arguments."""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import FunctionType
from typing import Any

from helpers.observation import Encoded, clip, encode, is_dict, raised
from helpers.own_code import is_of_the_check
from helpers.properties.reading import words_for

# What is observed in the place of a result, where an argument is not as it was.
_RESULT, _CHANGED = "what came back", "arguments that were changed"
_MESSAGE_CHARACTERS = 10_000  # of an exception


@dataclass(frozen=True)
class Call:
    """What a check observed.

    data: what came back, encoded, or that it raised.
    error: the exception, if there was one.
    function: what was called, where the check called a function of its own cell.
    """

    data: Encoded
    error: Exception | None = None
    function: Callable[[], object] | None = None

    def said(self, exercise: str | None = None) -> str | None:
        """Return a line on the exception; None without one.

        Where it came out of the check's own lines, these could not go on with what a call of the learner's
        gave: then that is said, and not which lookup failed.

        exercise: the learner's function, where it is known.
        """
        if self.error is None:
            return None
        if self.function is not None and is_of_the_check(self.error.__traceback__, exercise):
            given = _last_result(self.function)
            if given:
                return f"{given}: the check cannot go on with that. What does the docstring say comes back?"
        return clip(f"{type(self.error).__name__}: {self.error}", _MESSAGE_CHARACTERS)


def observe(
    function: Callable[..., object], arguments: tuple = (), keywords: Mapping[str, Any] | None = None
) -> Call:
    """Call a function and return what there is to observe.

    An argument that is data, and not as it was before the call, is observed beside the result: an exercise
    leaves what it is given as it is.
    """
    __tracebackhide__ = True  # IPython leaves this frame out of a learner's own traceback
    keywords = keywords or {}
    given = (*arguments, *keywords.values())
    before = [_state(value) for value in given]
    try:
        result = encode(function(*arguments, **keywords))
    except Exception as error:
        return Call(raised(error), error, None if given else function)
    is_changed = [one != _state(value) for one, value in zip(before, given, strict=True)]
    if not any(is_changed):
        return Call(result)
    names = _names(function, len(arguments), keywords)
    changed: list[Encoded] = [name for name, told in zip(names, is_changed, strict=True) if told]
    return Call({"dict": {_RESULT: result, _CHANGED: changed}})


def changed_arguments(data: Encoded) -> list[str]:
    """Return the names of the arguments that a call changed, as `observe` tells them; mostly none."""
    if not is_dict(data) or set(data["dict"]) != {_RESULT, _CHANGED}:
        return []
    names = data["dict"][_CHANGED]
    return [str(name) for name in names] if isinstance(names, list) else []


def _state(value: object) -> object:
    """Return something that is equal as long as a value that is data stays as it is."""
    numpy = sys.modules.get("numpy")
    if numpy is not None and isinstance(value, numpy.ndarray) and value.dtype.kind != "O":
        return value.dtype.str, value.shape, value.tobytes()
    return encode(value) if isinstance(value, list | dict) else None


def _names(function: Callable[..., object], num_positional: int, keywords: Mapping[str, Any]) -> list[str]:
    try:
        parameters = list(inspect.signature(function).parameters)
    except (TypeError, ValueError):
        parameters = []
    names = [*parameters, *(f"number {place + 1}" for place in range(len(parameters), num_positional))]
    return [*names[:num_positional], *keywords]


def _last_result(function: Callable[[], object]) -> str | None:
    """Return what the last call within a check's function gave, such as "`split` gave a tuple of 2 arrays".

    Calls it once more, and looks over its shoulder at the functions of the notebook. None where none of them
    gave anything.
    """
    namespace: dict[str, Any] = getattr(function, "__globals__", {})
    results: list[tuple[str, Encoded]] = []
    functions = {
        name: value
        for name, value in namespace.items()
        if isinstance(value, FunctionType) and value.__globals__ is namespace
    }
    namespace.update({name: _watched(name, value, results) for name, value in functions.items()})
    try:
        function()
    except Exception:
        if not results:
            return None
        name, result = results[-1]
        return f"`{name}` gave {words_for(result)}"
    finally:
        namespace.update(functions)
    return None


def _watched(
    name: str, function: Callable[..., object], results: list[tuple[str, Encoded]]
) -> Callable[..., object]:
    @functools.wraps(function)
    def watched(*arguments: Any, **keywords: Any) -> object:
        result = function(*arguments, **keywords)
        results.append((name, encode(result)))
        return result

    return watched
