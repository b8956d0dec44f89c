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

from __future__ import annotations

import math
import re
import sys
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, NotRequired, TypeAlias, TypedDict, TypeGuard

if TYPE_CHECKING:
    import numpy as np


class EncodedFloat(TypedDict):
    """A float that JSON has no number for: "nan", "inf" or "-inf"."""

    float: str


class EncodedDict(TypedDict):
    """A dict with string keys."""

    dict: Mapping[str, Encoded]


NotData = TypedDict("NotData", {"not data": str})
Number: TypeAlias = int | float | EncodedFloat
Scalar: TypeAlias = bool | str | Number


class EncodedArray(TypedDict):
    """A NumPy array: "float", "int", "bool" or "str", its sizes, and its values, row after row."""

    array: str
    shape: list[int]
    values: list[Scalar]


class Raised(TypedDict):
    """A call that ended in an exception: its class by name, and its message where that is compared."""

    raises: str
    message: NotRequired[str]


class NumberArray(TypedDict):
    """An `EncodedArray` of class "float" or "int"."""

    array: str
    shape: list[int]
    values: list[Number]


Encoded: TypeAlias = "Scalar | list[Encoded] | EncodedDict | EncodedArray | NotData | Raised | None"

# A learner's mistake may be endless (a list that contains itself, a million rows). What is larger
# than any check of the course needs is named, not copied.
MAX_DEPTH = 20
MAX_VALUES = 100_000
MAX_CHARACTERS = 300_000
_MAX_NAME = 100
# Of a message that is looked at. It may be endless, and the patterns below go on from each place.
_MOST_OF_A_MESSAGE = 1_000
# Of a sentence that says what came.
MAX_LINE = 160
# NumPy's own limit.
MAX_DIMENSIONS = 64
# An integer of so many bits is also a float: what is larger cannot be compared with one.
MAX_BITS = 1023

_ADDRESS = re.compile(r"0x[0-9a-f]+", re.IGNORECASE)
# A function of a function has the outer one's name in front. In the bank that is not the exercise's; often it
# is <lambda>.
_LOCAL = re.compile(r"[\w.<>]+\.<locals>\.")
# Keras numbers what has no name of its own, over all that a process has made. (A number that somebody has
# given, as in hidden_2, is cut off, too.)
_NUMBERED = re.compile(r"\b([Mm]odel|[Ll]ayer) ('?)([a-z][a-z0-9_]*?)_\d+\b")
# What is recorded by one Python must be known again by the others.
_EMPTY = re.compile(r"^(min|max)\(\) arg is an empty sequence$")
_DTYPE_CLASSES = {"f": "float", "i": "int", "u": "int", "b": "bool", "U": "str"}


_BASES = frozenset({str, int, float, tuple, list, dict})


class _TooLarge(Exception):
    """Raised inside `encode` and `well_formed` when an observation passes the limits; says which."""


class _Budget:
    """How many values and characters may still be taken; what is there twice counts twice."""

    def __init__(self) -> None:
        self.values, self.characters = MAX_VALUES, MAX_CHARACTERS

    def take(self, values: int = 0, characters: int = 0) -> None:
        """Take some, before they are walked.

        Raises _TooLarge when there are not so many.
        """
        self.values -= values
        self.characters -= characters
        if self.values < 0:
            raise _TooLarge(f"more than {MAX_VALUES} values")
        if self.characters < 0:
            raise _TooLarge(f"more than {MAX_CHARACTERS} characters")

    def require(self, values: int) -> None:
        """Raise _TooLarge when so many values cannot be taken any more; each takes its own place."""
        if values > self.values:
            raise _TooLarge(f"more than {MAX_VALUES} values")


def encode(value: object) -> Encoded:
    """Return an observed value as plain data; see the table at the top of this module.

    Never raises: what is not data becomes ``{"not data": <type name>}``, so that even a wrong kind
    of answer can be told apart from another. Tuples count as lists, NumPy scalars and arrays
    without dimensions as numbers, and whoever inherits from these kinds as the kind itself.
    """
    try:
        return _encode(value, 0, _Budget())
    except _TooLarge as limit:
        return {"not data": str(limit)}


def _encode(value: Any, depth: int, budget: _Budget) -> Encoded:
    if depth > MAX_DEPTH:
        raise _TooLarge(f"something nested more than {MAX_DEPTH} deep")
    budget.take(values=1)
    if value is None or type(value) is bool:
        return value
    value = _as_its_base(value)
    if type(value) is str:
        budget.take(characters=len(value))
        return value
    if type(value) is int:
        return value if value.bit_length() <= MAX_BITS else {"not data": "an integer of over 300 digits"}
    if type(value) is float:
        return _encode_float(value)
    if type(value) is list or type(value) is tuple:
        budget.require(len(value))
        return [_encode(item, depth + 1, budget) for item in value]
    if type(value) is dict:
        budget.require(len(value))
        if not all(issubclass(type(key), str) for key in value):
            return {"not data": "dict with keys that are not strings"}
        value = {_as_its_base(key): item for key, item in value.items()}
        budget.take(characters=sum(map(len, value)))
        return {"dict": {key: _encode(item, depth + 1, budget) for key, item in value.items()}}
    return _encode_numpy(value, depth, budget)


def _as_its_base(value: Any) -> Any:
    """Return a named tuple, a defaultdict, the member of a StrEnum and the like as the plain value it is.

    The base's own methods say what that is: whatever a subclass would say of itself is not asked.
    """
    kind = type(value)
    if kind in _BASES:
        return value
    if issubclass(kind, str):
        return str.__str__(value)
    if issubclass(kind, int):
        return int.__index__(value)
    if issubclass(kind, float):
        return float.__float__(value)
    if issubclass(kind, tuple):
        return list(tuple.__iter__(value))
    if issubclass(kind, list):
        return list(list.__iter__(value))
    if issubclass(kind, dict):
        return dict(dict.items(value))
    return value


def _encode_float(value: float) -> float | EncodedFloat:
    return value if math.isfinite(value) else {"float": str(value)}


def _encode_numpy(value: Any, depth: int, budget: _Budget) -> Encoded:
    # Whoever holds an array has imported NumPy already; without one there is nothing to import.
    numpy = sys.modules.get("numpy")
    kind = type(value)
    # Neither the object is asked for its class nor the class for its name: both may be a learner's.
    name = type.__dict__["__name__"].__get__(kind)
    # The exact type decides. A subclass may have an `item` of its own.
    if numpy is not None and vars(numpy).get(name) is kind:
        if kind is numpy.ndarray:
            return _encode_array(value, budget)
        if issubclass(kind, numpy.generic) and value.dtype.kind in _DTYPE_CLASSES:
            # Of more than double precision, `item` gives the same again.
            return _encode(float(value) if value.dtype.kind == "f" else value.item(), depth, budget)
    return {"not data": name[:_MAX_NAME]}


def _encode_array(array: np.ndarray, budget: _Budget) -> Encoded:
    dtype_class = _DTYPE_CLASSES.get(array.dtype.kind)
    if dtype_class is None:
        return {"not data": f"array of {array.dtype}"}
    if array.ndim == 0:
        return _encode(array[()], 0, budget)
    # Rows without a column are no values, and still rows that whoever describes the array would walk.
    if not array.size and _rows(array.shape) > MAX_VALUES:
        raise _TooLarge(f"an array of shape {array.shape}")
    budget.take(values=array.size)
    # Not before it is known to be small: a copy of what is too large may not fit into memory.
    values = (array.astype(float) if dtype_class == "float" else array).ravel().tolist()
    if dtype_class == "str":
        budget.take(characters=sum(map(len, values)))
    if dtype_class == "float":
        values = [_encode_float(item) for item in values]
    return {"array": dtype_class, "shape": list(array.shape), "values": values}


def _rows(shape: Iterable[int]) -> int:
    """Return how many places an array of this shape has, where a size of zero counts as one."""
    return math.prod(size or 1 for size in shape)


def message_of(error: BaseException) -> str:
    """Return the message of an exception; of one whose own `__str__` fails, what a traceback says then."""
    try:
        return str(error)
    except Exception:
        return "<exception str() failed>"


def words_of(value: object) -> str:
    """Return a value's `repr` without addresses in memory; of one whose own `__repr__` fails, its class."""
    try:
        return _ADDRESS.sub("0x…", repr(value))
    except Exception:
        return f"<{type(value).__name__}>"


def raised(error: BaseException) -> Raised:
    """Return the observation of a call that ended in an exception: its class by name, and its message.

    The message is what tells one TypeError from another. What differs between two who made the same mistake
    is cut out of it: addresses in memory, the name of the function around a function, Keras's numbers of
    models and layers. What Python says in other words since 3.12 is told in the new ones.
    """
    message = message_of(error)[:_MOST_OF_A_MESSAGE]
    message = _ADDRESS.sub("0x…", message)
    message = _LOCAL.sub("", message)
    message = _NUMBERED.sub(r"\1 \2\3", message)
    message = _EMPTY.sub(r"\1() iterable argument is empty", message)
    return {"raises": type(error).__name__[:_MAX_NAME], "message": clip(message)}


def is_data(encoded: Encoded) -> bool:
    """Return whether an encoded observation holds nothing but data (what an expected value must be)."""
    if isinstance(encoded, list):
        return all(is_data(item) for item in encoded)
    if isinstance(encoded, dict):
        if "not data" in encoded:
            return False
        return not is_dict(encoded) or all(is_data(item) for item in encoded["dict"].values())
    return True


def well_formed(encoded: object) -> TypeGuard[Encoded]:
    """Return whether something that claims to be an encoded observation has the form that `encode` gives.

    The judge asks this of what comes out of a submission before it compares anything. Sizes are bounded as
    `encode` bounds them, before what they promise is walked.
    """
    try:
        return _well_formed(encoded, 0, _Budget())
    except _TooLarge:
        return False


def _well_formed(encoded: object, depth: int, budget: _Budget) -> bool:
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


def _dict_well_formed(inner: object, depth: int, budget: _Budget) -> bool:
    if not isinstance(inner, dict):
        return False
    budget.require(len(inner))
    budget.take(characters=sum(map(len, inner)))
    return all(_well_formed(item, depth + 1, budget) for item in inner.values())


def _names_well_formed(encoded: dict[str, object], budget: _Budget) -> bool:
    """Return whether it is the form of what is no data, or of an exception."""
    if set(encoded) not in ({"raises", "message"}, {"raises"}, {"not data"}):
        return False
    texts = [text for text in encoded.values() if type(text) is str]
    if len(texts) < len(encoded):
        return False
    budget.take(characters=sum(map(len, texts)))
    return True


def _array_well_formed(array: object, shape: object, values: object, budget: _Budget) -> bool:
    if not isinstance(array, str) or not isinstance(shape, list) or not isinstance(values, list):
        return False
    if not shape:
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


def _is_number_of_json(value: object) -> bool:
    return type(value) is float or (type(value) is int and value.bit_length() <= MAX_BITS)


def _names_a_float(encoded: object) -> bool:
    """Return whether it is the form of a float that JSON has no number for."""
    return isinstance(encoded, dict) and encoded in ({"float": name} for name in ("nan", "inf", "-inf"))


def kind_of(encoded: Encoded) -> str:
    """Return the kind of an encoded observation in a word, such as "number", "list" or "raises"."""
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


def is_number(encoded: Encoded) -> TypeGuard[Number]:
    """Return whether an encoded observation is a number, nan and the infinities included."""
    return kind_of(encoded) == "number"


def is_list(encoded: Encoded) -> TypeGuard[list[Encoded]]:
    """Return whether an encoded observation is a list (or was a tuple)."""
    return kind_of(encoded) == "list"


def is_dict(encoded: Encoded) -> TypeGuard[EncodedDict]:
    """Return whether an encoded observation is a dict with string keys."""
    return kind_of(encoded) == "dict"


def is_array(encoded: Encoded) -> TypeGuard[EncodedArray]:
    """Return whether an encoded observation is a NumPy array."""
    return kind_of(encoded) == "array"


def is_number_array(encoded: Encoded) -> TypeGuard[NumberArray]:
    """Return whether an encoded observation is a NumPy array of numbers."""
    return is_array(encoded) and encoded["array"] in ("int", "float")


def is_not_data(encoded: Encoded) -> TypeGuard[NotData]:
    """Return whether an encoded observation is the name of what is no data."""
    return kind_of(encoded) == "not data"


def is_raised(encoded: Encoded) -> TypeGuard[Raised]:
    """Return whether an encoded observation is that of an exception."""
    return kind_of(encoded) == "raises"


def plain_number(encoded: Number) -> int | float:
    """Return the Python number of an encoded one."""
    return float(encoded["float"]) if isinstance(encoded, dict) else encoded


def clip(text: str, limit: int = MAX_LINE) -> str:
    """Return the text on one line, at most `limit` characters; of a long one only the beginning is read."""
    beginning = text[: 100 * limit]
    line = " ".join(beginning.split())
    if len(line) <= limit and len(beginning) == len(text):
        return line
    return line[: limit - 1] + "…"
