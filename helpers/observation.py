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
        return f"the key {clip(_beginning_of_repr(extra[0]))} is not asked for"
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
    written = ""
    for piece in _pieces(encoded):
        written += piece
        # Blanks that `clip` joins may be among it; what stands behind is not even walked.
        if len(written) > 10 * MAX_LINE:
            break
    return clip(written)


def clip(text, limit=MAX_LINE):
    """The text on one line, at most `limit` characters; of a long one only the beginning is read."""
    beginning = text[: 100 * limit]
    line = " ".join(beginning.split())
    if len(line) <= limit and len(beginning) == len(text):
        return line
    return line[: limit - 1] + "…"


def _pieces(encoded):
    """The text of an encoded observation, piece by piece, each of a few hundred characters at most."""
    kind = kind_of(encoded)
    if kind == "number":
        number = _plain_number(encoded)
        yield repr(number) if isinstance(number, int) else f"{number:.8g}"
    elif kind == "list":
        yield from _in_brackets("[", map(_pieces, encoded), "]")
    elif kind == "dict":
        yield from _in_brackets("{", map(_entry_pieces, encoded["dict"].items()), "}")
    elif kind == "array":
        yield "array("
        yield from _nested_pieces(encoded["values"], 0, len(encoded["values"]), encoded["shape"])
        yield ")"
    elif kind == "not data":
        yield f"{encoded['not data'][:MAX_LINE]} (not plain data)"
    elif kind == "raises":
        yield f"an exception ({encoded['raises'][:MAX_LINE]})"
    else:
        yield _beginning_of_repr(encoded)


def _entry_pieces(entry):
    yield f"{_beginning_of_repr(entry[0])}: "
    yield from _pieces(entry[1])


def _nested_pieces(values, start, end, shape):
    """The values from `start` to `end` in brackets, as an array of this shape has them."""
    if len(shape) == 1:
        items = (_pieces(values[index]) for index in range(start, end))
    else:
        step = (end - start) // shape[0] if shape[0] else 0
        items = (
            _nested_pieces(values, start + row * step, start + (row + 1) * step, shape[1:])
            for row in range(shape[0])
        )
    yield from _in_brackets("[", items, "]")


def _in_brackets(opening, items, closing):
    yield opening
    for number, pieces in enumerate(items):
        if number:
            yield ", "
        yield from pieces
    yield closing


def _beginning_of_repr(value):
    """How a text, a boolean or None is written; of a text only what a line has room for."""
    return repr(value[: 10 * MAX_LINE] if isinstance(value, str) else value)
