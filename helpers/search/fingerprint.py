"""Whether a function is still the one that a search was begun with."""

from __future__ import annotations

import functools
import hashlib
import re
from collections.abc import Callable, Mapping
from types import CodeType, FunctionType, MethodType
from typing import Any

import numpy as np

_ADDRESS = re.compile(r" at 0x[0-9a-f]+", re.IGNORECASE)


def function_name(function: Callable) -> str:
    """Return a function's name, with a digest of what it does unless it belongs to this course.

    The digest is of its compiled code, its defaults, the values that it closes over, and a partial's
    arguments: the same in every process of one version of Python. What the function calls by a global name
    is not part of it.
    """
    inner = function
    while isinstance(inner, functools.partial):
        inner = inner.func
    name = getattr(inner, "__qualname__", type(inner).__qualname__)
    if inner is function and getattr(function, "__module__", "").startswith("helpers."):
        return name
    return f"{name} {hashlib.sha256(_text(function, ()).encode()).hexdigest()[:12]}"


def _text(value: Any, above: tuple[int, ...]) -> str:
    """Return a text of a value that is the same in every process. above: ids of the values around it."""
    if id(value) in above:
        return "<itself>"  # a function that calls itself closes over itself
    below = functools.partial(_text, above=(*above, id(value)))
    parts = _parts(value)
    if parts is not None:
        return f"{type(value).__name__}({', '.join(map(below, parts))})"
    if isinstance(value, set | frozenset):
        return f"{type(value).__name__}({', '.join(sorted(map(below, value)))})"
    if isinstance(value, np.ndarray):
        return f"array {value.dtype} {value.shape} {hashlib.sha256(value.tobytes()).hexdigest()}"
    return _ADDRESS.sub("", repr(value))


def _parts(value: Any) -> list | None:
    """Return what a value consists of; None for what is written as it is."""
    if isinstance(value, functools.partial):
        return [value.func, value.args, value.keywords]
    if isinstance(value, MethodType):
        return [value.__func__, value.__self__]
    if isinstance(value, FunctionType):
        cells = [cell.cell_contents for cell in value.__closure__ or () if _is_filled(cell)]
        constants = tuple(None if entry == value.__doc__ else entry for entry in value.__code__.co_consts)
        code = value.__code__.replace(co_consts=constants)  # the docstring changes nothing
        return [code, value.__defaults__, value.__kwdefaults__, cells]
    if isinstance(value, CodeType):
        return [value.co_code, value.co_names, value.co_consts]
    if isinstance(value, list | tuple):
        return list(value)
    if isinstance(value, Mapping):
        return list(value.items())
    if type(value).__repr__ is object.__repr__ and hasattr(value, "__dict__"):
        return [type(value).__qualname__, vars(value)]
    return None


def _is_filled(cell: Any) -> bool:
    try:
        cell.cell_contents  # noqa: B018 it is asked whether it can be asked
    except ValueError:
        return False
    return True
