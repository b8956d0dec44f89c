"""The arguments of a call as text, exactly: what a generator draws, and a graded cell takes up.

JSON, where a Python value has one. What it has not is a dict of one key:

=================================  =====================================================
``{"tuple": [...]}``               a tuple
``{"dict": {...}}``                a dict with string keys
``{"float": "nan"}``               a float that JSON has no number for
``{"array": ["float64", [2], ..]}``  a NumPy array: dtype, shape, values row after row
``{"scalar": ["float32", 0.5]}``   a NumPy number
=================================  =====================================================
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Sequence
from typing import Any

# The kinds of NumPy's arrays that are data: numbers, booleans, text.
_KINDS = "fiubU"


class NotACase(ValueError):
    """Raised for a value that is no plain data; says what it is."""


def to_text(cases: Sequence[tuple[Any, ...]]) -> str:
    """Return the arguments of some calls as one line of text.

    Raises NotACase for an argument that is not plain data.
    """
    return json.dumps([_to_json(list(case)) for case in cases], separators=(",", ":"), ensure_ascii=False)


def from_text(text: str) -> list[tuple[Any, ...]]:
    """Return the arguments of some calls that `to_text` wrote; new objects each time."""
    return [tuple(_from_json(case)) for case in json.loads(text)]


def _to_json(value: Any) -> Any:
    if value is None or type(value) in (bool, int, str):
        return value
    if type(value) is float:
        return value if math.isfinite(value) else {"float": str(value)}
    if type(value) is list:
        return [_to_json(item) for item in value]
    if type(value) is tuple:
        return {"tuple": [_to_json(item) for item in value]}
    if type(value) is dict and all(type(key) is str for key in value):
        return {"dict": {key: _to_json(item) for key, item in value.items()}}
    return _numpy_to_json(value)


def _numpy_to_json(value: Any) -> Any:
    numpy = sys.modules.get("numpy")
    is_array = numpy is not None and type(value) is numpy.ndarray
    is_scalar = numpy is not None and isinstance(value, numpy.generic)
    # A longer float than Python's has no text that gives it back.
    is_long = (is_array or is_scalar) and value.dtype.kind == "f" and value.dtype.itemsize > 8
    if is_long or not (is_array or is_scalar) or value.dtype.kind not in _KINDS:
        raise NotACase(f"{type(value).__name__} is not plain data")
    # Text and foreign byte orders have no name that says all.
    named = value.dtype.kind != "U" and value.dtype.isnative
    dtype = value.dtype.name if named else value.dtype.str
    if is_scalar:
        return {"scalar": [dtype, _to_json(value.item())]}
    return {"array": [dtype, list(value.shape), [_to_json(item) for item in value.ravel().tolist()]]}


def _from_json(value: Any) -> Any:
    if isinstance(value, list):
        return [_from_json(item) for item in value]
    if not isinstance(value, dict):
        return value
    [(form, content)] = value.items()
    if form == "tuple":
        return tuple(_from_json(content))
    if form == "dict":
        return {key: _from_json(item) for key, item in content.items()}
    if form == "float":
        return float(content)
    return _numpy_from_json(form, content)


def _numpy_from_json(form: str, content: Any) -> Any:
    import numpy as np

    if form == "scalar":
        dtype, number = content
        return np.dtype(dtype).type(_from_json(number))
    dtype, shape, values = content
    return np.array(_from_json(values), dtype=dtype).reshape(shape)
