"""Properties of plain numbers, and of the kind of data."""

from __future__ import annotations

import math
from collections.abc import Iterator

from helpers.checks.observation import (
    Encoded,
    Number,
    is_array,
    is_dict,
    is_list,
    is_number,
    is_number_array,
    kind_of,
    plain_number,
)
from helpers.checks.properties.reading import Unfit, all_finite, numbers_of, words_for

MOST_DISTINCT = 12
_ALIKE = 1e-6


def the_number(data: Encoded) -> Number:
    """Return a number as it is.

    Raises Unfit for other data.
    """
    if not is_number(data):
        raise Unfit("a number", words_for(data))
    return data


def whole_numbers(data: Encoded) -> Encoded:
    """Return data as they are in which every number is a whole one: 3, and not 3.0.

    Raises Unfit for others.
    """
    if any(isinstance(number, float | dict) for number in _numbers_in(data)):
        raise Unfit("whole numbers", "one with a float, such as 3.0")
    return data


def _numbers_in(data: Encoded) -> Iterator[object]:
    if is_number(data):
        yield data
    elif is_array(data):
        yield from [0.0] if data["array"] == "float" else []
    elif is_list(data):
        for item in data:
            yield from _numbers_in(item)
    elif is_dict(data):
        yield from _numbers_in(list(data["dict"].values()))


def sequence(data: Encoded) -> Encoded:
    """Return the values of a one-dimensional array as a list; other data, such as a list, as they are."""
    return [*data["values"]] if is_array(data) and len(data["shape"]) == 1 else data


def distinct_numbers(data: Encoded) -> Encoded:
    """Return the different numbers of a list or a one-dimensional array, in ascending order.

    Numbers that differ by less than a millionth count as one. A text stands for more than MOST_DISTINCT, and
    for numbers that are not finite.

    Raises Unfit for other data.
    """
    found = numbers_of(data, "a list of numbers")
    if not all_finite(found):
        return "some are nan or infinite"
    different: list[Encoded] = []
    last = -math.inf
    for value in sorted(found):
        if value - last > _ALIKE * max(1.0, abs(value)):
            different.append(value)
            last = value
            if len(different) > MOST_DISTINCT:
                return f"more than {MOST_DISTINCT} different numbers"
    return different


def numbering(data: Encoded) -> str:
    """Return in words whether an array that held the numbers from 0 on in their order still does.

    Raises Unfit for other data than an array of numbers.
    """
    if not is_number_array(data):
        raise Unfit("an array of numbers", words_for(data))
    values = [plain_number(value) for value in data["values"]]
    if values == list(range(len(values))):
        return f"0 to {len(values) - 1}, in order"
    as_before = all_finite(values) and sorted(values) == list(range(len(values)))
    return f"0 to {len(values) - 1}, in another order" if as_before else "other numbers"


def kind_of_number(data: Encoded) -> str:
    """Return "float" for a number that is a Python float, and otherwise the name of its class.

    NumPy's float64 is one, because its class is built on Python's.

    data: the names of its class and of those that it is built on, its own first.

    Raises Unfit for other data.
    """
    names = [name for name in data if isinstance(name, str)] if is_list(data) else []
    if not is_list(data) or not data or len(names) < len(data):
        raise Unfit("the classes of a number", words_for(data))
    return "float" if "float" in names else names[0]


def structure(data: Encoded) -> str:
    """Return what encoded data are made of, in words: "a list of 3 int arrays"."""
    if not is_list(data):
        return words_for(data)
    inner = {_kind(item) for item in data}
    return f"a list of {len(data)} {inner.pop() if len(inner) == 1 else 'things'}"


def _kind(item: Encoded) -> str:
    if is_array(item):
        return f"{item['array']} arrays"
    return "None" if item is None else f"{kind_of(item)}s"
