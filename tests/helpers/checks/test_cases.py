"""The arguments of calls as text: what is drawn is what the graded cell takes up, to the last bit."""

import enum
import math
import struct

import numpy as np
import pytest

from helpers.checks.cases import NotACase, from_text, to_text


def same(one, other):
    """Whether two values are the same in everything that an exercise could see, each of its own objects."""
    if type(one) is not type(other):
        return False
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict):
        return list(one) == list(other) and all(same(one[key], other[key]) for key in one)
    if isinstance(one, np.ndarray | np.generic):
        alike = (one.dtype.str, one.shape) == (other.dtype.str, other.shape)
        return alike and one.tobytes() == other.tobytes()
    if isinstance(one, float):
        return math.isnan(one) == math.isnan(other) and (
            math.isnan(one) or struct.pack("d", one) == struct.pack("d", other)
        )
    return one == other


PLAIN = [
    *(None, True, False, 0, 1, -7, 10**40),
    *(0.0, -0.0, 1.0, 0.1, 1e-320, 1.7976931348623157e308, math.pi, math.inf, -math.inf, math.nan),
    *("", "plain", 'a "quoted"\nline\\', "학습률 ü", "nan", "[1]"),
    *([], [1, 1.0, True, None], [[], [0.5]], (), (1,), ((1, 2), [3, (4,)]), [(), []]),
    *({}, {"a": 1, "": [2.0]}, {"b": 1, "a": 2}, {"two": {"deep": (math.nan,)}}),
    # Those that look like the forms of other values.
    *({"tuple": [1]}, {"float": "nan"}, {"array": ["float64", [1], [1.0]]}, {"dict": {}}, {"scalar": 1}),
]
NUMBERS = ["bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"]
NUMBERS += ["float16", "float32", "float64"]
ARRAYS = [np.arange(6).reshape(2, 3).astype(dtype) for dtype in NUMBERS] + [
    np.array([np.iinfo(np.uint64).max, 0], dtype=np.uint64),
    np.array([np.iinfo(np.int64).min, 2**53 + 1]),
    np.array([math.nan, math.inf, -math.inf, -0.0, 1e-320]),
    np.array([0.1, math.nan], dtype=np.float32),
    *(np.zeros(0), np.zeros((0, 3)), np.zeros((2, 0, 1), dtype=np.int8), np.array(2.5)),
    *(np.array(["a", "longer", "학"]), np.array([], dtype="U3"), np.array([1.5, 2.0], dtype=">f8")),
    *(np.arange(12.0).reshape(3, 4).T, np.arange(12.0)[::-2]),
]
SCALARS = [np.dtype(dtype).type(1) for dtype in NUMBERS]
SCALARS += [np.float32(0.1), np.float64(math.nan), np.float16(-math.inf), np.str_("text")]


def test_does_a_value_come_back_as_it_was(subtests):
    for value in [*PLAIN, *ARRAYS, *SCALARS]:
        with subtests.test(value=value):
            text = to_text([(value,), (1, [value, {"in": (value,)}])])
            assert "\n" not in text
            first, second = from_text(text)
            assert same(first, (value,))
            assert same(second, (1, [value, {"in": (value,)}]))


def test_are_no_cases_and_no_arguments_cases_too():
    assert from_text(to_text([])) == []
    assert from_text(to_text([(), (1, 2)])) == [(), (1, 2)]


def test_are_the_arguments_new_ones_each_time():
    text = to_text([([1.0], {"a": [2]}, np.zeros(2))])
    for _ in range(2):  # what a call changes, no later one sees
        [(numbers, names, array)] = from_text(text)
        assert same((numbers, names, array), ([1.0], {"a": [2]}, np.zeros(2)))
        numbers.append(3)
        names["a"].clear()
        array += 1


class Colour(enum.IntEnum):
    RED = 1


class OwnFloat(float):
    pass


REFUSED = {
    "function": print,
    "generator": np.random.default_rng(0),
    "set": {1},
    "complex": 1j,
    "numpy complex": np.complex128(1j),
    "bytes": b"a",
    "range": range(3),
    "own kind of float": OwnFloat(1.0),
    "own kind of integer": Colour.RED,
    "keys that are no text": {1: 2},
    "array of objects": np.array([1, None]),
    "dates": np.array(["2026-01-01"], dtype="datetime64[D]"),
    "own kind of array": np.ma.array([1, 2], mask=[0, 1]),
    "longer float": np.longdouble(0.1),
    "longer floats": np.zeros(2, dtype=np.longdouble),
}


def test_is_what_would_not_come_back_refused_by_the_name_of_its_kind(subtests):
    for name, value in REFUSED.items():
        with subtests.test(name):
            if np.dtype(np.longdouble).itemsize == 8 and name.startswith("longer float"):
                pytest.skip("there is no longer float on this machine")
            for case in [(value,), ([1, value],), ({"a": (value,)},)]:
                with pytest.raises(NotACase, match=rf"^{type(value).__name__} is not plain data$"):
                    to_text([(1.0,), case])
