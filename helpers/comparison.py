"""How two observations differ, and what one is, in words for a person.

Both speak of plain data (`helpers.observation`), so no object of anybody's is asked what it equals.
"""

import math

from helpers.observation import MAX_LINE, clip, kind_of


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
