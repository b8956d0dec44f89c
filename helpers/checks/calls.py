"""A call that a check makes: what came back, what was raised, and what happened to its arguments."""

from __future__ import annotations

import builtins
import contextlib
import functools
import inspect
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from types import FunctionType
from typing import Any

from helpers.checks.observation import Encoded, clip, encode, is_dict, message_of, raised
from helpers.checks.properties.reading import words_for
from helpers.checks.tracebacks import is_of_the_check, shadowed_builtins

# What is observed in the place of a result, where an argument is not as it was.
_RESULT, _CHANGED = "what came back", "arguments that were changed"
_MESSAGE_CHARACTERS = 10_000  # of an exception


@dataclass(frozen=True)
class Call:
    """What a check observed.

    data: what came back, encoded, or that it raised.
    error: the exception, if there was one.
    again: does the call once more, where it has raised.
    of_the_check: whether what was called is a function of the check's own cell.
    namespace: the global names of that cell, where it has raised.
    """

    data: Encoded
    error: Exception | None = None
    again: partial[object] | None = None
    of_the_check: bool = False
    namespace: dict[str, Any] = field(default_factory=dict)

    def said(self, exercise: str | None = None) -> str | None:
        """Return a line on the exception; None without one.

        Where it came out of the check's own lines, these could not go on with what a call of the learner's
        gave, or with what the notebook has for a name of Python's own: then that is said.

        exercise: the learner's function, where it is known.
        """
        if self.error is None:
            return None
        may_be_ours = self.of_the_check or exercise is not None
        traceback = self.error.__traceback__
        if self.again is not None and may_be_ours and is_of_the_check(traceback, exercise, self.namespace):
            shadowed = shadowed_builtins(traceback, self.namespace)
            missing = _missing_builtins(self.again, shadowed, self.namespace)
            if missing:
                return clip(f"{self._as_raised()}. {missing}", _MESSAGE_CHARACTERS)
            given = _last_result(self.again, exercise, self.namespace)
            if given:
                return f"{given}: the check cannot go on with that. What does the docstring say comes back?"
            if "NoneType" in message_of(self.error):  # a None that the check has kept from an earlier call
                return clip(f"In a line of the check: {self._as_raised()}", _MESSAGE_CHARACTERS)
        return clip(self._as_raised(), _MESSAGE_CHARACTERS)

    def _as_raised(self) -> str:
        assert self.error is not None
        return f"{type(self.error).__name__}: {message_of(self.error)}"


def observe(
    function: Callable[..., object],
    arguments: tuple[Any, ...] = (),
    keywords: Mapping[str, Any] | None = None,
    cell: str = "",
    namespace: dict[str, Any] | None = None,
) -> Call:
    """Call a function and return what there is to observe.

    An argument that is data, and not as it was before the call, is observed beside the result: an exercise
    leaves what it is given as it is.

    cell: the file name that IPython gives to the check's own cell.
    namespace: the global names of that cell.
    """
    __tracebackhide__ = True  # IPython leaves this frame out of a learner's own traceback
    keywords = keywords or {}
    given = (*arguments, *keywords.values())
    before = [_state(value) for value in given]
    try:
        result = encode(function(*arguments, **keywords))
    except Exception as error:
        code = getattr(function, "__code__", None)
        again = partial(function, *arguments, **keywords)
        of_the_check = getattr(code, "co_filename", None) == cell
        return Call(raised(error), error, again, of_the_check, namespace or {})
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
    if isinstance(value, tuple):
        return tuple(map(_state, value))
    return encode(value) if isinstance(value, list | dict) else None


def _names(function: Callable[..., object], num_positional: int, keywords: Mapping[str, Any]) -> list[str]:
    try:
        parameters = [
            name
            for name, parameter in inspect.signature(function).parameters.items()
            if parameter.kind in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD)
        ]
    except (TypeError, ValueError):
        parameters = []
    names = [*parameters, *(f"number {place + 1}" for place in range(len(parameters), num_positional))]
    return [*names[:num_positional], *keywords]


def _last_result(again: partial[object], exercise: str | None, namespace: dict[str, Any]) -> str | None:
    """Return what the last call within a check's function gave, such as "`split` gave a tuple of arrays".

    Calls it once more, and looks over its shoulder at the learner's function; where that is not known, at all
    functions of the notebook but those of the check's own cell. None where none of them gave anything.
    """
    results: list[str] = []
    if exercise is None:
        functions: Mapping[str, Callable[..., object]] = _functions_beside(again, namespace)
    else:
        functions = {exercise: namespace[exercise]} if callable(namespace.get(exercise)) else {}
    watched = {name: _watched(name, value, results) for name, value in functions.items()}
    try:
        with silence(), _exchanged(namespace, watched):  # what it shows was shown the first time
            _with_others(again, {id(functions[name]): watched[name] for name in functions})()
    except Exception:
        return results[-1] if results else None
    return None


def _functions_beside(again: partial[object], namespace: Mapping[str, Any]) -> dict[str, FunctionType]:
    """Return the functions of the notebook but those of the check's own cell."""
    own = getattr(getattr(again.func, "__code__", None), "co_filename", None)
    return {
        name: value
        for name, value in namespace.items()
        if isinstance(value, FunctionType)
        and value.__globals__ is namespace
        and value.__code__.co_filename != own
    }


def _missing_builtins(again: partial[object], names: Sequence[str], namespace: dict[str, Any]) -> str | None:
    """Return what to do where a call misses Python's own by these names, or None where it does not.

    Calls it once more as it was, and then with Python's own: who misses them raises, and then goes on.
    """
    if not names or not _raises(again):
        return None
    with _exchanged(namespace, {name: getattr(builtins, name) for name in names}):
        if _raises(again):
            return None
    listed, verb = " and ".join(f"`{name}`" for name in names), "is" if len(names) == 1 else "are"
    return (
        f"The check uses Python's own {listed}, which {verb} something else in this notebook: "
        f"run `del {', '.join(names)}`, then this cell again."
    )


def _raises(again: partial[object]) -> bool:
    try:
        with silence():  # what it shows was shown the first time
            again()
    except Exception:
        return True
    return False


@contextlib.contextmanager
def _exchanged(namespace: dict[str, Any], others: Mapping[str, object]) -> Iterator[None]:
    """Give names of a namespace other values for a while."""
    before = {name: namespace[name] for name in others}
    try:
        namespace.update(others)
        yield
    finally:
        namespace.update(before)


@contextlib.contextmanager
def silence() -> Iterator[None]:
    """Let nothing be shown that a call prints or displays."""
    with contextlib.ExitStack() as stack:
        nowhere = stack.enter_context(open(os.devnull, "w", encoding="utf-8"))
        stack.enter_context(contextlib.redirect_stdout(nowhere))
        stack.enter_context(contextlib.redirect_stderr(nowhere))
        if "IPython" in sys.modules:
            from IPython.utils.capture import capture_output

            stack.enter_context(capture_output(stdout=False, stderr=False))
        yield


def _with_others(call: partial[object], others: Mapping[int, object]) -> partial[object]:
    """Return the call with some of its arguments exchanged: a check may hand the answer to its function.

    others: what takes an argument's place, by the argument's identity.
    """
    arguments = (others.get(id(value), value) for value in call.args)
    keywords = {name: others.get(id(value), value) for name, value in call.keywords.items()}
    return partial(call.func, *arguments, **keywords)


def _watched(name: str, function: Callable[..., object], results: list[str]) -> Callable[..., object]:
    @functools.wraps(function)
    def watched(*arguments: Any, **keywords: Any) -> object:
        result = function(*arguments, **keywords)
        words = words_for(encode(result))
        if isinstance(result, tuple):  # a check takes it for a list, and what goes on with it need not
            words = words.replace("a list", "a tuple", 1)
        results.append(f"`{name}` gave {words}")
        return result

    return watched
