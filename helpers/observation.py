"""What a check observes, as plain data that JSON can carry.

Learner, build and judge all speak this form, so a comparison never meets a live object: no
`__eq__`, `__float__` or `__array__` of somebody else's class is ever asked.

The form: ``None``, booleans, strings, finite numbers and lists stand for themselves; the rest is a
dict with one telling key:

==========================================  =====================================================
``{"float": "nan"}``                        a float that JSON has no number for
``{"dict": {...}}``                         a dict with string keys
``{"array": "float", "shape": [2], ...}``   a NumPy array: class of dtype, shape, flat ``values``
``{"not data": "EagerTensor"}``             anything else, by the name of its type
``{"raises": "ValueError", ...}``           a call that ended in an exception
==========================================  =====================================================
"""

import math
import re
import sys

# A learner's mistake may be endless (a list that contains itself, a million rows). What is larger
# than any check of the course needs is named, not copied.
MAX_DEPTH = 20
MAX_VALUES = 100_000
# NumPy's own limit.
MAX_DIMENSIONS = 64
# An integer of so many bits is also a float: what is larger cannot be compared with one.
MAX_BITS = 1023

_ADDRESS = re.compile(r"0x[0-9a-f]+", re.IGNORECASE)
_DTYPE_CLASSES = {"f": "float", "i": "int", "u": "int", "b": "bool", "U": "str"}


class _TooLarge(Exception):
    """Raised inside `encode` when an observation passes the limits."""


def encode(value):
    """Turn an observed value into plain data; see the table at the top of this module.

    Never raises: what is not data becomes ``{"not data": <type name>}``, so that even a wrong kind
    of answer can be told apart from another. Tuples count as lists, NumPy scalars and arrays
    without dimensions as numbers.
    """
    try:
        return _encode(value, depth=0, budget=[MAX_VALUES])
    except _TooLarge as limit:
        return {"not data": str(limit)}


def _encode(value, depth, budget):
    if depth > MAX_DEPTH:
        raise _TooLarge(f"something nested more than {MAX_DEPTH} deep")
    budget[0] -= 1
    if budget[0] < 0:
        raise _TooLarge(f"more than {MAX_VALUES} values")
    # Exact types: a subclass may lie about its value, and no correct answer needs one.
    kind = type(value)
    if value is None or kind in (bool, str):
        return value
    if kind is int:
        return value if value.bit_length() <= MAX_BITS else {"not data": "an integer of over 300 digits"}
    if kind is float:
        return _encode_float(value)
    if kind in (list, tuple):
        return [_encode(item, depth + 1, budget) for item in value]
    if kind is dict:
        if any(type(key) is not str for key in value):
            return {"not data": "dict with keys that are not strings"}
        return {"dict": {key: _encode(item, depth + 1, budget) for key, item in value.items()}}
    return _encode_numpy(value, depth, budget)


def _encode_float(value):
    return value if math.isfinite(value) else {"float": str(value)}


def _encode_numpy(value, depth, budget):
    # Whoever holds an array has imported NumPy already; without one there is nothing to import.
    numpy = sys.modules.get("numpy")
    kind = type(value)
    if numpy is not None and kind.__module__ == "numpy":
        if kind is numpy.ndarray:
            return _encode_array(value, budget)
        if isinstance(value, numpy.generic) and value.dtype.kind in _DTYPE_CLASSES:
            return _encode(value.item(), depth, budget)
    return {"not data": kind.__name__}


def _encode_array(array, budget):
    dtype_class = _DTYPE_CLASSES.get(array.dtype.kind)
    if dtype_class is None:
        return {"not data": f"array of {array.dtype}"}
    if array.ndim == 0:
        return _encode(array.item(), 0, budget)
    budget[0] -= array.size
    if budget[0] < 0:
        raise _TooLarge(f"more than {MAX_VALUES} values")
    values = array.ravel().tolist()
    if dtype_class == "float":
        values = [_encode_float(item) for item in values]
    return {"array": dtype_class, "shape": list(array.shape), "values": values}


def raised(error):
    """The observation of a call that ended in `error` (an exception): its class by name, and its message.

    The message is what tells one TypeError from another. Addresses in memory are cut out of it.
    """
    return {"raises": type(error).__name__, "message": clip(_ADDRESS.sub("0x…", str(error)))}


def is_data(encoded):
    """Whether an encoded observation holds nothing but data (what an expected value must be)."""
    if isinstance(encoded, list):
        return all(is_data(item) for item in encoded)
    if isinstance(encoded, dict):
        if "not data" in encoded:
            return False
        return all(is_data(item) for item in encoded.get("dict", {}).values())
    return True


def well_formed(encoded, depth=0):
    """Whether something that claims to be an encoded observation has the form that `encode` gives.

    The judge asks this of what comes out of a submission before it compares anything.
    """
    if depth > MAX_DEPTH:
        return False
    if type(encoded) is int:
        return encoded.bit_length() <= MAX_BITS
    if encoded is None or type(encoded) in (bool, float, str):
        return True
    if isinstance(encoded, list):
        return all(well_formed(item, depth + 1) for item in encoded)
    if not isinstance(encoded, dict):
        return False
    if set(encoded) == {"dict"}:
        inner = encoded["dict"]
        return isinstance(inner, dict) and all(well_formed(item, depth + 1) for item in inner.values())
    if set(encoded) == {"array", "shape", "values"}:
        return _array_well_formed(**encoded)
    if set(encoded) == {"float"}:
        return _names_a_float(encoded)
    if set(encoded) == {"raises", "message"}:
        return type(encoded["raises"]) is str and type(encoded["message"]) is str
    return len(encoded) == 1 and type(encoded.get("not data", encoded.get("raises"))) is str


def _array_well_formed(array, shape, values):
    if array not in _DTYPE_CLASSES.values() or not isinstance(shape, list) or not isinstance(values, list):
        return False
    # Each size first: the product of a hundred thousand of them takes minutes.
    if len(shape) > MAX_DIMENSIONS:
        return False
    if not all(type(size) is int and 0 <= size <= MAX_VALUES for size in shape):
        return False
    if math.prod(shape) != len(values):
        return False
    scalars = {"float": (int, float), "int": (int,), "bool": (bool,), "str": (str,)}[array]
    return all(
        (isinstance(value, scalars) and well_formed(value)) or (array == "float" and _names_a_float(value))
        for value in values
    )


def _names_a_float(encoded):
    """Whether it is the form of a float that JSON has no number for."""
    return isinstance(encoded, dict) and encoded in ({"float": name} for name in ("nan", "inf", "-inf"))


def difference(expected, actual, rtol, atol):
    """Say in words where `actual` differs from `expected`, or return None when it does not.

    Both are encoded observations. Numbers agree within ``atol + rtol * abs(expected)``; an int
    equals a float of the same value, a boolean equals only a boolean; NaN equals NaN. An exception
    equals one of the same class, and where `expected` has a message, of the same message. The
    sentence is for the learner: "expected 0.8, got 1.2".
    """
    if _is_number(expected) and _is_number(actual):
        if _numbers_agree(expected, actual, rtol, atol):
            return None
        return f"expected {describe(expected)}, got {describe(actual)}"
    kinds = kind_of(expected), kind_of(actual)
    if kinds[0] != kinds[1]:
        return f"expected {describe(expected)}, got {describe(actual)}"
    if kinds[0] == "list":
        return _list_difference(expected, actual, rtol, atol)
    if kinds[0] == "dict":
        return _dict_difference(expected["dict"], actual["dict"], rtol, atol)
    if kinds[0] == "array":
        return _array_difference(expected, actual, rtol, atol)
    if kinds[0] == "raises":
        actual = {key: actual.get(key) for key in expected}
    if expected == actual:
        return None
    return f"expected {describe(expected)}, got {describe(actual)}"


def kind_of(encoded):
    """The kind of an encoded observation, as one word."""
    if encoded is None:
        return "None"
    if isinstance(encoded, bool):
        return "bool"
    if isinstance(encoded, (int, float)):
        return "number"
    if isinstance(encoded, str):
        return "str"
    if isinstance(encoded, list):
        return "list"
    for key in ("dict", "array", "not data", "raises"):
        if key in encoded:
            return key
    return "number"  # the one form left: {"float": "nan"}


def _is_number(encoded):
    return kind_of(encoded) == "number"


def _numbers_agree(expected, actual, rtol, atol):
    expected, actual = _plain_number(expected), _plain_number(actual)
    if not (math.isfinite(expected) and math.isfinite(actual)):
        return str(float(expected)) == str(float(actual))
    return abs(actual - expected) <= atol + rtol * abs(expected)


def _plain_number(encoded):
    return float(encoded["float"]) if isinstance(encoded, dict) else encoded


def _list_difference(expected, actual, rtol, atol):
    if len(expected) != len(actual):
        return (
            f"expected {len(expected)} items, got {len(actual)}: "
            f"expected {describe(expected)}, got {describe(actual)}"
        )
    for index, (one, other) in enumerate(zip(expected, actual, strict=True)):
        found = difference(one, other, rtol, atol)
        if found:
            return f"at [{index}]: {found}"
    return None


def _dict_difference(expected, actual, rtol, atol):
    missing = [key for key in expected if key not in actual]
    if missing:
        return f"the key {missing[0]!r} is missing"
    extra = [key for key in actual if key not in expected]
    if extra:
        return f"the key {clip(repr(extra[0]))} is not asked for"
    for key, one in expected.items():
        found = difference(one, actual[key], rtol, atol)
        if found:
            return f"at [{key!r}]: {found}"
    return None


def _array_difference(expected, actual, rtol, atol):
    if expected["array"] != actual["array"]:
        return f"expected an array of {expected['array']}s, got an array of {actual['array']}s"
    if expected["shape"] != actual["shape"]:
        return f"expected shape {tuple(expected['shape'])}, got shape {tuple(actual['shape'])}"
    for index, (one, other) in enumerate(zip(expected["values"], actual["values"], strict=True)):
        same = _numbers_agree(one, other, rtol, atol) if expected["array"] == "float" else one == other
        if not same:
            place = ", ".join(map(str, _unravel(index, expected["shape"])))
            whole = ""
            if len(expected["values"]) <= 12:
                whole = f"; expected {describe(expected)}, got {describe(actual)}"
            return f"at [{place}]: expected {describe(one)}, got {describe(other)}{whole}"
    return None


def _unravel(index, shape):
    place = []
    for size in reversed(shape):
        place.append(index % size)
        index //= size
    return place[::-1]


def describe(encoded):
    """An encoded observation as a person would write it, clipped to one line."""
    return clip(_describe(encoded))


def clip(text, limit=160):
    """The text on one line, at most `limit` characters."""
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _describe(encoded):
    kind = kind_of(encoded)
    if kind == "number":
        number = _plain_number(encoded)
        return repr(number) if isinstance(number, int) else f"{number:.8g}"
    if kind == "list":
        return "[" + ", ".join(_describe(item) for item in encoded) + "]"
    if kind == "dict":
        return "{" + ", ".join(f"{key!r}: {_describe(item)}" for key, item in encoded["dict"].items()) + "}"
    if kind == "array":
        return f"array({_nested(encoded['values'], encoded['shape'])})"
    if kind == "not data":
        return f"{encoded['not data']} (not plain data)"
    if kind == "raises":
        return f"an exception ({encoded['raises']})"
    return repr(encoded)


def _nested(values, shape):
    if len(shape) == 1:
        return "[" + ", ".join(_describe(item) for item in values) + "]"
    step = len(values) // shape[0] if shape[0] else 0
    rows = [_nested(values[row * step : (row + 1) * step], shape[1:]) for row in range(shape[0])]
    return "[" + ", ".join(rows) + "]"
