"""What a person is told where a property is not the expected one: a sentence that is true of their data.

A property may have parts, each with a name. The sentence is about the first part that differs.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TypeAlias

from helpers.checks.comparison import describe
from helpers.checks.observation import Encoded, is_dict, is_list, is_number, plain_number

# Says in words how two encoded values differ; None when they do not.
Difference: TypeAlias = Callable[[Encoded, Encoded], str | None]

_NOT_LOOKED_AT = "not looked at"
# What is said of a part whose value is a text, by the part and the text. The expected text follows.
_TEXTS = {
    "drawn": {
        "one number for all": "all numbers are equal",
        "with equal rows": "some rows are equal",
        "with equal columns": "some columns are equal",
        "one by one": "the numbers differ",
    },
    "mean": {
        "about 0": "the mean of the {numbers} is about 0",
        "above 0": "the mean of the {numbers} is above 0",
        "below 0": "the mean of the {numbers} is below 0",
    },
    "distribution": {
        "normal": "the {numbers} look normally distributed",
        "uniform": "the {numbers} look uniformly distributed",
        "skewed to one side": "the distribution of the {numbers} is skewed to one side",
        "two values": "the {numbers} lie at two values, or close to them",
        "neither normal nor uniform": "the distribution of the {numbers} is neither normal nor uniform",
        "on a grid": "more numbers are equal than chance makes so, as on a grid",
        "more even than by chance": "the {numbers} lie more evenly than independent draws",
        "too far from 0, or too near to it": "the {numbers} have no standard deviation in floats",
    },
    "calls": {
        "all alike": "all calls give the same",
        "some alike": "some calls give the same",
        "nearly alike": "two calls agree in nine of ten numbers",
        "all different": "the calls give different results",
    },
    "places": {
        "fewer than half of them are different": "fewer than half of the places are different",
        "some are twice in one part": "some places are twice in one part",
        "some are in two parts": "some places are in two parts",
        "there are none": "there are no places",
        "some are below 0": "some places are below 0",
        "some are left out": "some places are left out",
    },
    "order": {
        "each part is one stretch of the data": "each part is one stretch of the data",
        "as in the data": "the places stand in the order of the data",
        "each part is one stretch, shuffled inside": "each part is one stretch of the data, shuffled inside",
        "one part lies behind another": "all places of one part lie behind those of another",
        "not by chance": "the parts follow the order of the data more than chance makes them",
        "shuffled": "the places are shuffled",
    },
    "dropped": {
        "none": "no output is dropped",
        "all": "all outputs are dropped",
        "more than the rate": "more outputs are dropped than chance makes at this rate",
        "less than the rate": "fewer outputs are dropped than chance makes at this rate",
        "about the rate": "about as many outputs are dropped as the rate says",
    },
    "examples": {
        "all alike": "all examples have the same mask",
        "some alike": "some examples have the same mask",
        "each its own mask": "each example has its own mask",
    },
    "units": {
        "all alike": "all units of an example are kept together or dropped together",
        "some alike": "some units are dropped in the same examples",
        "each its own mask": "no two units are dropped in the same examples",
    },
    "in each example": {
        "too little": "the number of dropped outputs varies too little from example to example",
        "too much": "the number of dropped outputs varies too much from example to example",
        "as by chance": "the number of dropped outputs varies by chance from example to example",
    },
    "in each unit": {
        "too little": "how often a unit is dropped varies too little from unit to unit",
        "too much": "how often a unit is dropped varies too much from unit to unit",
        "as by chance": "how often a unit is dropped varies by chance from unit to unit",
    },
    "coming in": {
        "zeros come in": "zeros stand where an image has moved away",
        "what moves out comes back on the other side": "what moves out comes back on the other side",
        "the edge is repeated": "the edge is repeated where an image has moved away",
        "some are no shift": "some images are not the given one moved by whole pixels",
        "some are empty": "some images are empty",
    },
    "down": {"all images alike": "all images are moved alike"},
    "along": {"all images alike": "all images are moved alike"},
    "how often": {
        "not equally": "some shifts occur more often than others, by more than chance",
        "equally": "all shifts occur equally often, as far as chance lets them",
    },
}


def sentence(
    expected: Encoded, actual: Encoded, difference: Difference, *, of_logarithms: bool = False
) -> str | None:
    """Return how a property differs from the expected one, or None where there is no sentence for it.

    expected, actual: what a property's view returned, encoded.
    of_logarithms: whether the view looked at the numbers' logarithms.
    """
    if isinstance(expected, str) and isinstance(actual, str):
        return f"expected {expected}, got {actual}"
    if not is_dict(expected) or not is_dict(actual) or set(expected["dict"]) != set(actual["dict"]):
        return None
    for part, one in expected["dict"].items():
        other = actual["dict"][part]
        # Another part says why this one was not looked at, or why nothing is left.
        if _NOT_LOOKED_AT in (one, other) or other == [] or difference(one, other) is None:
            continue
        if part == "each":
            return _of_one_result(one, other, difference, of_logarithms)
        return _of_part(part, one, other, of_logarithms)
    return None


def of_sizes(expected: Encoded, actual: Encoded) -> str | None:
    """Return how the sizes of parts differ from the expected ones; None where these are no sizes."""
    if not is_list(expected) or not is_list(actual) or not all(map(is_number, [*expected, *actual])):
        return None
    there, wanted = _listed(actual), _listed(expected)
    if len(expected) != len(actual):
        return (
            f"the number of parts is {len(actual)}, of sizes {there}. Expected: {len(expected)}, of {wanted}"
        )
    return f"the parts have the sizes {there}. Expected: {wanted}"


def of_distinct_numbers(expected: Encoded, actual: Encoded) -> str:
    """Return how the different numbers of a list differ from the expected ones."""
    if is_list(actual) and len(actual) == 1:
        there = f"each of the numbers is {_listed(actual)}"
    elif is_list(actual):
        there = f"the different numbers are {_listed(actual)}"
    else:
        there = str(actual)
    return f"{there}. Expected: {_listed(expected)}"


def _of_one_result(
    expected: Encoded, actual: Encoded, difference: Difference, of_logarithms: bool
) -> str | None:
    if not is_list(expected) or not is_list(actual) or len(expected) != len(actual):
        return None
    for place, (one, other) in enumerate(zip(expected, actual, strict=True), 1):
        plain = difference(one, other)
        if plain is not None:
            better = sentence(one, other, difference, of_logarithms=of_logarithms) or of_sizes(one, other)
            return f"result {place}: {better or plain}"
    return None


def _of_part(part: str, expected: Encoded, actual: Encoded, of_logarithms: bool) -> str | None:
    numbers = "numbers' logarithms" if of_logarithms else "numbers"
    if isinstance(actual, str) and actual in _TEXTS.get(part, {}):
        wanted = "each drawn by itself" if expected == "one by one" else _listed(expected)
        return f"{_TEXTS[part][actual].format(numbers=numbers)}. Expected: {wanted}"
    if part == "standard deviation" and is_number(expected) and is_number(actual):
        right, came = plain_number(expected), plain_number(actual)
        amount = "little" if came < right else "much"
        return (
            f"the {numbers} spread too {amount}: their standard deviation is {came:.4g}. "
            f"Expected: {right:.4g}"
        )
    if part == "ends" and is_list(expected) and is_list(actual):
        there, wanted = _ends(actual, of_logarithms), _ends(expected, of_logarithms)
        return f"the numbers go from about {there}. Expected: from about {wanted}"
    if part == "sizes":
        return of_sizes(expected, actual)
    words = {
        "shape": "the shape is {}. Expected: {}",
        "places": "the places are {}. Expected: {}",
        "kept": "the outputs that are kept are multiplied by {}. Expected: {}",
        "down": "the images move down by {}. Expected: {}",
        "along": "the images move along by {}. Expected: {}",
        "pairs": "{} different shifts occur. Expected: {}",
    }.get(part)
    if words is None:
        return None
    as_text = _shape if part == "shape" else _listed
    return words.format(as_text(actual).removeprefix("by "), as_text(expected))


def _ends(ends: Sequence[Encoded], of_logarithms: bool) -> str:
    numbers = [plain_number(end) for end in ends if is_number(end)]
    return " to ".join(f"{math.exp(end) if of_logarithms else end:.3g}" for end in numbers)


def _shape(sizes: Encoded) -> str:
    return str(tuple(sizes)) if is_list(sizes) else describe(sizes)


def _listed(value: Encoded) -> str:
    """Return a text, a number or a list of numbers as it stands in a sentence."""
    if isinstance(value, str):
        return value
    return describe(value).removeprefix("[").removesuffix("]") or "none"
