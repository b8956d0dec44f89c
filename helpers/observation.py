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
MAX_CHARACTERS = 300_000
_MAX_NAME = 100
# Of a sentence that says what came.
MAX_LINE = 160
# NumPy's own limit.
MAX_DIMENSIONS = 64
# An integer of so many bits is also a float: what is larger cannot be compared with one.
MAX_BITS = 1023

_ADDRESS = re.compile(r"0x[0-9a-f]+", re.IGNORECASE)
_DTYPE_CLASSES = {"f": "float", "i": "int", "u": "int", "b": "bool", "U": "str"}


class _TooLarge(Exception):
    """Raised inside `encode` and `well_formed` when an observation passes the limits; says which."""


class _Budget:
    """How many values and characters may still be taken; what is there twice counts twice."""

    def __init__(self):
        self.values, self.characters = MAX_VALUES, MAX_CHARACTERS

    def take(self, values=0, characters=0):
        """Take some, before they are walked; raises _TooLarge when there are not so many."""
        self.values -= values
        self.characters -= characters
        if self.values < 0:
            raise _TooLarge(f"more than {MAX_VALUES} values")
        if self.characters < 0:
            raise _TooLarge(f"more than {MAX_CHARACTERS} characters")

    def require(self, values):
        """Raise _TooLarge when so many values cannot be taken any more; each takes its own place."""
        if values > self.values:
            raise _TooLarge(f"more than {MAX_VALUES} values")


def encode(value):
    """Turn an observed value into plain data; see the table at the top of this module.

    Never raises: what is not data becomes ``{"not data": <type name>}``, so that even a wrong kind
    of answer can be told apart from another. Tuples count as lists, NumPy scalars and arrays
    without dimensions as numbers.
    """
    try:
        return _encode(value, 0, _Budget())
    except _TooLarge as limit:
        return {"not data": str(limit)}


def _encode(value, depth, budget):
    if depth > MAX_DEPTH:
        raise _TooLarge(f"something nested more than {MAX_DEPTH} deep")
    budget.take(values=1)
    # Exact types: a subclass may lie about its value, and no correct answer needs one.
    kind = type(value)
    if value is None or kind is bool:
        return value
    if kind is str:
        budget.take(characters=len(value))
        return value
    if kind is int:
        return value if value.bit_length() <= MAX_BITS else {"not data": "an integer of over 300 digits"}
    if kind is float:
        return _encode_float(value)
    if kind in (list, tuple):
        budget.require(len(value))
        return [_encode(item, depth + 1, budget) for item in value]
    if kind is dict:
        budget.require(len(value))
        if any(type(key) is not str for key in value):
            return {"not data": "dict with keys that are not strings"}
        budget.take(characters=sum(map(len, value)))
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
    return {"not data": kind.__name__[:_MAX_NAME]}


def _encode_array(array, budget):
    dtype_class = _DTYPE_CLASSES.get(array.dtype.kind)
    if dtype_class is None:
        return {"not data": f"array of {array.dtype}"}
    if array.ndim == 0:
        return _encode(array.item(), 0, budget)
    # Rows without a column are no values, and still rows that whoever describes the array would walk.
    if not array.size and _rows(array.shape) > MAX_VALUES:
        raise _TooLarge(f"an array of shape {array.shape}")
    budget.take(values=array.size)
    values = array.ravel().tolist()
    if dtype_class == "str":
        budget.take(characters=sum(map(len, values)))
    if dtype_class == "float":
        values = [_encode_float(item) for item in values]
    return {"array": dtype_class, "shape": list(array.shape), "values": values}


def _rows(shape):
    """How many places an array of this shape has, where a size of zero counts as one."""
    return math.prod(size or 1 for size in shape)


def raised(error):
    """The observation of a call that ended in `error` (an exception): its class by name, and its message.

    The message is what tells one TypeError from another. Addresses in memory are cut out of it.
    """
    return {"raises": type(error).__name__[:_MAX_NAME], "message": clip(_ADDRESS.sub("0x…", str(error)))}


def is_data(encoded):
    """Whether an encoded observation holds nothing but data (what an expected value must be)."""
    if isinstance(encoded, list):
        return all(is_data(item) for item in encoded)
    if isinstance(encoded, dict):
        if "not data" in encoded:
            return False
        return all(is_data(item) for item in encoded.get("dict", {}).values())
    return True


def well_formed(encoded):
    """Whether something that claims to be an encoded observation has the form that `encode` gives.

    The judge asks this of what comes out of a submission before it compares anything. Sizes are bounded as
    `encode` bounds them, before what they promise is walked.
    """
    try:
        return _well_formed(encoded, 0, _Budget())
    except _TooLarge:
        return False


def _well_formed(encoded, depth, budget):
    if depth > MAX_DEPTH:
        return False
    budget.take(values=1)
    if type(encoded) is int:
        return encoded.bit_length() <= MAX_BITS
    if type(encoded) is str:
        budget.take(characters=len(encoded))
        return True
    if encoded is None or type(encoded) in (bool, float):
        return True
    if isinstance(encoded, list):
        budget.require(len(encoded))
        return all(_well_formed(item, depth + 1, budget) for item in encoded)
    if not isinstance(encoded, dict) or len(encoded) > 3:
        return False
    if set(encoded) == {"dict"}:
        return _dict_well_formed(encoded["dict"], depth, budget)
    if set(encoded) == {"array", "shape", "values"}:
        return _array_well_formed(**encoded, budget=budget)
    if set(encoded) == {"float"}:
        return _names_a_float(encoded)
    return _names_well_formed(encoded, budget)


def _dict_well_formed(inner, depth, budget):
    if not isinstance(inner, dict):
        return False
    budget.require(len(inner))
    budget.take(characters=sum(map(len, inner)))
    return all(_well_formed(item, depth + 1, budget) for item in inner.values())


def _names_well_formed(encoded, budget):
    """Whether it is the form of what is no data, or of an exception."""
    if set(encoded) not in ({"raises", "message"}, {"raises"}, {"not data"}):
        return False
    if not all(type(text) is str for text in encoded.values()):
        return False
    budget.take(characters=sum(map(len, encoded.values())))
    return True


def _array_well_formed(array, shape, values, budget):
    if not isinstance(array, str) or not isinstance(shape, list) or not isinstance(values, list):
        return False
    # Each size first: the product of a hundred thousand of them takes minutes.
    if array not in _DTYPE_CLASSES.values() or len(shape) > MAX_DIMENSIONS:
        return False
    if not all(type(size) is int and 0 <= size <= MAX_VALUES for size in shape):
        return False
    if _rows(shape) > MAX_VALUES or math.prod(shape) != len(values):
        return False
    budget.take(values=len(values))
    if array == "float":
        return all(_is_number_of_json(value) or _names_a_float(value) for value in values)
    scalar = {"int": int, "bool": bool, "str": str}[array]
    if not all(type(value) is scalar for value in values):
        return False
    if array == "str":
        budget.take(characters=sum(map(len, values)))
    return array != "int" or all(value.bit_length() <= MAX_BITS for value in values)


def _is_number_of_json(value):
    return type(value) is float or (type(value) is int and value.bit_length() <= MAX_BITS)


def _names_a_float(encoded):
    """Whether it is the form of a float that JSON has no number for."""
    return isinstance(encoded, dict) and encoded in ({"float": name} for name in ("nan", "inf", "-inf"))


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


def clip(text, limit=MAX_LINE):
    """The text on one line, at most `limit` characters; of a long one only the beginning is read."""
    beginning = text[: 100 * limit]
    line = " ".join(beginning.split())
    if len(line) <= limit and len(beginning) == len(text):
        return line
    return line[: limit - 1] + "…"
