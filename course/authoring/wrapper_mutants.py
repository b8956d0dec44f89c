"""What mutants put around a function: its result or one of its arguments changed, or a state of its own.

A wrapper keeps the function's signature, and leaves alone what it does not fit: a callback, a model, a text,
an argument of another kind. Lists, tuples and dicts are changed entry by entry, and of a function that is
an argument what it returns.
"""

import functools
import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

_Function = Callable[..., Any]
_Change = Callable[[Any], Any]


def result(function: _Function, change: _Change) -> _Function:
    """Return the function with a change of what it returns."""
    return _wrapped(function, lambda arguments: change(_call(function, arguments)))


def argument(function: _Function, parameter: str, change: _Change) -> _Function:
    """Return the function with a change of what it is handed over."""

    def call(arguments: inspect.BoundArguments) -> Any:
        arguments.arguments[parameter] = change(arguments.arguments[parameter])
        return _call(function, arguments)

    return _wrapped(function, call)


def spoilt(function: _Function, parameter: str, spoil: Callable[[Any], None]) -> _Function:
    """Return the function with a change in place of an argument, when the result is there."""

    def call(arguments: inspect.BoundArguments) -> Any:
        value = arguments.arguments[parameter]
        given = _call(function, arguments)
        spoil(value)
        return given

    return _wrapped(function, call)


def kept(function: _Function, parameter: str) -> _Function:
    """Return the function with one argument as it was in the first call."""
    first: list[Any] = []

    def keep(value: Any) -> Any:
        if not first:
            first.append(value.copy() if isinstance(value, (np.ndarray, list, dict)) else value)
        return first[0]

    return argument(function, parameter, keep)


def remembered(function: _Function, parameter: str) -> _Function:
    """Return the function with results that are remembered by one argument alone."""
    results: dict[object, tuple[Any, Any]] = {}  # with the argument, so that no other gets its address

    def call(arguments: inspect.BoundArguments) -> Any:
        value = arguments.arguments[parameter]
        key = _key(value)
        if key not in results:
            results[key] = value, _call(function, arguments)
        return results[key][1]

    return _wrapped(function, call)


def once(function: _Function) -> _Function:
    """Return the function with the first call's result in every call."""
    results: list[Any] = []

    def call(arguments: inspect.BoundArguments) -> Any:
        if not results:
            results.append(_call(function, arguments))
        return results[0]

    return _wrapped(function, call)


def handed_back(function: _Function) -> _Function:
    """Return the function with an argument itself as the result where its copy is equal."""

    def call(arguments: inspect.BoundArguments) -> Any:
        values = list(arguments.arguments.values())
        given = _call(function, arguments)
        same = (value for value in values if type(value) is type(given) and _key(value) == _key(given))
        return next(same, given)

    return _wrapped(function, call)


def early(function: _Function, reply: _Change) -> _Function:
    """Return the function with an early return where an argument has one element.

    reply: takes this argument and returns the result.
    """

    def call(arguments: inspect.BoundArguments) -> Any:
        for value in arguments.arguments.values():
            if _num_elements(value) == 1:
                return reply(value)
        return _call(function, arguments)

    return _wrapped(function, call)


def _wrapped(function: _Function, call: Callable[[inspect.BoundArguments], Any]) -> _Function:
    signature = inspect.signature(function)

    @functools.wraps(function)
    def changed(*args: Any, **kwargs: Any) -> Any:
        arguments = signature.bind(*args, **kwargs)
        arguments.apply_defaults()
        return call(arguments)

    return changed


def _call(function: _Function, arguments: inspect.BoundArguments) -> Any:
    return function(*arguments.args, **arguments.kwargs)


def _num_elements(value: Any) -> int | None:
    """Return how many elements an argument has; None for what has none, such as a number."""
    if isinstance(value, np.ndarray):
        return value.size
    return len(value) if isinstance(value, (list, tuple, dict)) else None


def _key(value: Any) -> object:
    """Return what equal values have in common and can be looked up."""
    if isinstance(value, np.ndarray):
        return value.shape, value.dtype.str, value.tobytes()
    if isinstance(value, (list, tuple)):
        return type(value), tuple(_key(item) for item in value)
    if isinstance(value, dict):
        return tuple((name, _key(item)) for name, item in value.items())
    return repr(value)


# Changes of a result or an argument ---------------------------------------------------------------


def clipped(low: float, high: float) -> _Change:
    """Return a change that holds numbers between two limits."""
    return _of_numbers(lambda value: np.clip(np.asarray(value, float), low, high))


def rounded(digits: int) -> _Change:
    """Return a change that rounds floats."""
    return _of_numbers(lambda value: np.round(value, digits))


def negated(value: Any) -> Any:
    """Return numbers with the other sign."""
    return _of_numbers(lambda number: -number)(value)


def truncated(value: Any) -> Any:
    """Return whole numbers for finite floats."""

    def truncate(item: Any) -> Any:
        if _kind(item) != "f" or not np.isfinite(item).all():
            return item
        return item.astype(int) if isinstance(item, np.ndarray) else int(item)

    return _each(truncate)(value)


def floating(value: Any) -> Any:
    """Return floats for whole numbers."""

    def float_of(item: Any) -> Any:
        if _kind(item) not in ("i", "u"):
            return item
        return item.astype(float) if isinstance(item, np.ndarray) else float(item)

    return _each(float_of)(value)


def squeezed(value: Any) -> Any:
    """Return arrays without axes of length 1."""
    return _each(lambda item: item.squeeze() if isinstance(item, np.ndarray) else item)(value)


def transposed(value: Any) -> Any:
    """Return arrays with their axes reversed."""
    return _each(lambda item: item.T if isinstance(item, np.ndarray) else item)(value)


def listed(value: Any) -> Any:
    """Return lists for arrays."""
    return _each(lambda item: item.tolist() if isinstance(item, np.ndarray) else item)(value)


def boxed(value: Any) -> Any:
    """Return an array of one element for a number."""
    return np.array([value]) if _kind(value) and not isinstance(value, np.ndarray) else value


def first(value: Any) -> Any:
    """Return the first element of a list, a tuple or an array."""
    return value[0] if (isinstance(value, (list, tuple)) or _is_row(value)) and len(value) else value


def backwards(value: Any) -> Any:
    """Return a list or an array in reverse order."""
    return value[::-1] if isinstance(value, (list, tuple)) or _is_row(value) else value


def cut(length: int) -> _Change:
    """Return a change that leaves so many elements of a list or an array."""
    return lambda value: value[:length] if isinstance(value, (list, tuple)) or _is_row(value) else value


def without_single(value: Any) -> Any:
    """Return a list without its last part where this has one element."""
    parts = isinstance(value, list) and value and isinstance(value[-1], (list, np.ndarray))
    return value[:-1] if parts and len(value[-1]) == 1 else value


def sort(value: Any) -> None:
    """Sort a list or an array in place."""
    if isinstance(value, list) or _is_row(value):
        try:
            value.sort()
        except (TypeError, ValueError):  # of what has no order, and read-only
            return


def overwrite(value: Any) -> None:
    """Change what a list, a dict or an array holds, in place."""
    if isinstance(value, np.ndarray) and value.dtype.kind in "iuf" and value.flags.writeable:
        value += 1
    elif isinstance(value, list) and value:
        value.append(value[0])
    elif isinstance(value, dict) and value:
        value.pop(next(iter(value)))


def _each(change: _Change) -> _Change:
    """Return a change that goes into lists, tuples and dicts, and into what functions return."""

    def changed(value: Any) -> Any:
        if type(value) in (list, tuple):
            return type(value)(changed(item) for item in value)
        if type(value) is dict:
            return {name: changed(item) for name, item in value.items()}
        if inspect.isfunction(value):
            return result(value, changed)
        return change(value)

    return changed


def _of_numbers(change: _Change) -> _Change:
    """Return a change of numbers and arrays of numbers, which keep their type."""

    def changed(value: Any) -> Any:
        if not _kind(value):
            return value
        new = change(value)
        return new.astype(value.dtype) if isinstance(value, np.ndarray) else type(value)(new)

    return _each(changed)


def _kind(value: Any) -> str:
    """Return NumPy's letter for the kind of a number or an array of numbers; an empty text for others."""
    if isinstance(value, (int, float, np.number, np.ndarray)) and not isinstance(value, bool):
        kind = np.asarray(value).dtype.kind
        return kind if kind in "iuf" else ""
    return ""


def _is_row(value: Any) -> bool:
    return isinstance(value, np.ndarray) and value.ndim > 0
