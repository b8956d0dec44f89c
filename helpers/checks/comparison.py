"""How two observations differ, and what one is, in words for a person.

Both speak of plain data (`helpers.checks.observation`), so no object of anybody's is asked what it equals.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial

from helpers.checks.observation import (
    MAX_LINE,
    Encoded,
    EncodedArray,
    Number,
    Scalar,
    clip,
    is_array,
    is_dict,
    is_list,
    is_not_data,
    is_number,
    is_raised,
    kind_of,
    plain_number,
)

# Says in words what was found. Most of what is compared is only counted, and words take longer than finding.
_Words = Callable[[], str]


def difference(expected: Encoded, actual: Encoded, rtol: float, atol: float) -> str | None:
    """Return in words where `actual` differs from `expected`, in a line or two, or None when it does not.

    The sentence is for the learner: "expected 0.8, got 1.2". An int equals a float of the same value, a
    boolean equals only a boolean; NaN equals NaN. An exception equals one of the same class, and where
    `expected` has a message, of the same message.

    expected, actual: encoded observations.
    rtol, atol: numbers agree within ``atol + rtol * abs(expected)``.
    """
    found = _difference(expected, actual, rtol, atol)
    return None if found is None else found()


def agree(expected: Encoded, actual: Encoded, rtol: float, atol: float) -> bool:
    """Return whether there is no `difference`, which takes less time than saying it."""
    return _difference(expected, actual, rtol, atol) is None


def _difference(expected: Encoded, actual: Encoded, rtol: float, atol: float) -> _Words | None:
    """Return who says where the two differ, or None when they do not."""
    if is_number(expected) and is_number(actual):
        same = _numbers_agree(expected, actual, rtol, atol)
    elif kind_of(expected) != kind_of(actual):
        same = False
    elif is_list(expected) and is_list(actual):
        return _list_difference(expected, actual, rtol, atol)
    elif is_dict(expected) and is_dict(actual):
        return _dict_difference(expected["dict"], actual["dict"], rtol, atol)
    elif is_array(expected) and is_array(actual):
        return _array_difference(expected, actual, rtol, atol)
    elif is_raised(expected) and is_raised(actual):
        same = all(value == actual.get(key) for key, value in expected.items())
    else:
        same = expected == actual
    return None if same else partial(_expected_and_got, expected, actual)


def _expected_and_got(expected: Encoded, actual: Encoded) -> str:
    one, other = describe(expected), describe(actual)
    if one == other and is_number(expected) and is_number(actual):  # they differ behind the digits shown
        one, other = (repr(plain_number(each)) for each in (expected, actual))
    return f"expected {one}, got {other}"


def _numbers_agree(expected: Number, actual: Number, rtol: float, atol: float) -> bool:
    wanted, came = plain_number(expected), plain_number(actual)
    if not (math.isfinite(wanted) and math.isfinite(came)):
        return str(float(wanted)) == str(float(came))
    return abs(came - wanted) <= atol + rtol * abs(wanted)


def _list_difference(
    expected: list[Encoded], actual: list[Encoded], rtol: float, atol: float
) -> _Words | None:
    if len(expected) != len(actual):
        return lambda: (
            f"expected {len(expected)} items, got {len(actual)}: "
            f"expected {describe(expected)}, got {describe(actual)}"
        )
    for index, (one, other) in enumerate(zip(expected, actual, strict=True)):
        found = _difference(one, other, rtol, atol)
        if found:
            return partial(_at, repr(index), found)
    return None


def _dict_difference(
    expected: Mapping[str, Encoded], actual: Mapping[str, Encoded], rtol: float, atol: float
) -> _Words | None:
    missing = [key for key in expected if key not in actual]
    if missing and actual and len(missing) == len(expected):  # a check that names what came: nothing fits
        return partial(_expected_and_got, {"dict": expected}, {"dict": actual})
    if missing:
        return lambda: f"the key {missing[0]!r} is missing"
    extra = [key for key in actual if key not in expected]
    if extra:
        return lambda: f"the key {clip(_beginning_of_repr(extra[0]))} is not asked for"
    for key, one in expected.items():
        found = _difference(one, actual[key], rtol, atol)
        if found:
            return partial(_at, repr(key), found)
    return None


def _at(place: str, found: _Words) -> str:
    return f"at [{place}]: {found()}"


def _array_difference(
    expected: EncodedArray, actual: EncodedArray, rtol: float, atol: float
) -> _Words | None:
    if expected["array"] != actual["array"]:
        return lambda: f"expected an array of {expected['array']}s, got an array of {actual['array']}s"
    if expected["shape"] != actual["shape"]:
        return lambda: f"expected shape {tuple(expected['shape'])}, got shape {tuple(actual['shape'])}"
    for index, (one, other) in enumerate(zip(expected["values"], actual["values"], strict=True)):
        if not (_floats_agree(one, other, rtol, atol) if expected["array"] == "float" else one == other):
            return partial(_at_element, expected, actual, index)
    return None


def _at_element(expected: EncodedArray, actual: EncodedArray, index: int) -> str:
    place = ", ".join(map(str, _unravel(index, expected["shape"])))
    one, other = expected["values"][index], actual["values"][index]
    whole = ""
    if len(expected["values"]) <= 12 and describe(expected) != describe(actual):
        whole = f"\nexpected {describe(expected)}, got {describe(actual)}"
    return f"at [{place}]: {_expected_and_got(one, other)}{whole}"


def _floats_agree(expected: Scalar, actual: Scalar, rtol: float, atol: float) -> bool:
    if isinstance(expected, str) or isinstance(actual, str):
        return expected == actual
    return _numbers_agree(expected, actual, rtol, atol)


def _unravel(index: int, shape: Sequence[int]) -> list[int]:
    place = []
    for size in reversed(shape):
        place.append(index % size)
        index //= size
    return place[::-1]


def describe(encoded: Encoded) -> str:
    """Return an encoded observation as a person would write it, clipped to one line."""
    written = ""
    for piece in _pieces(encoded):
        written += piece
        # Blanks that `clip` joins may be among it; what stands behind is not even walked.
        if len(written) > 10 * MAX_LINE:
            break
    return clip(written)


def _pieces(encoded: Encoded) -> Iterator[str]:
    """Yield the text of an encoded observation in pieces, each of a few hundred characters at most."""
    if is_number(encoded):
        number = plain_number(encoded)
        yield repr(number) if isinstance(number, int) else f"{number:.8g}"
    elif is_list(encoded):
        yield from _in_brackets("[", map(_pieces, encoded), "]")
    elif is_dict(encoded):
        yield from _in_brackets("{", map(_entry_pieces, encoded["dict"].items()), "}")
    elif is_array(encoded):
        yield "array("
        yield from _nested_pieces(encoded["values"], 0, len(encoded["values"]), encoded["shape"])
        yield ")"
    elif is_not_data(encoded):
        yield f"{encoded['not data'][:MAX_LINE]} (not plain data)"
    elif is_raised(encoded):
        yield f"an exception ({encoded['raises'][:MAX_LINE]})"
    else:
        yield _beginning_of_repr(encoded)


def _entry_pieces(entry: tuple[str, Encoded]) -> Iterator[str]:
    yield f"{_beginning_of_repr(entry[0])}: "
    yield from _pieces(entry[1])


def _nested_pieces(values: Sequence[Scalar], start: int, end: int, shape: Sequence[int]) -> Iterator[str]:
    """Yield the values from `start` to `end` in brackets, as an array of this shape has them."""
    if len(shape) == 1:
        items = (_pieces(values[index]) for index in range(start, end))
    else:
        step = (end - start) // shape[0] if shape[0] else 0
        items = (
            _nested_pieces(values, start + row * step, start + (row + 1) * step, shape[1:])
            for row in range(shape[0])
        )
    yield from _in_brackets("[", items, "]")


def _in_brackets(opening: str, items: Iterable[Iterator[str]], closing: str) -> Iterator[str]:
    yield opening
    for number, pieces in enumerate(items):
        if number:
            yield ", "
        yield from pieces
    yield closing


def _beginning_of_repr(value: object) -> str:
    """Return how a text, a boolean or None is written; of a text only what a line has room for."""
    return repr(value[: 10 * MAX_LINE] if isinstance(value, str) else value)
