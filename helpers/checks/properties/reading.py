"""Encoded data, read by properties: parts of it, or the reason why it is not what a property looks at."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from helpers.checks.observation import (
    Encoded,
    is_array,
    is_dict,
    is_list,
    is_not_data,
    is_number,
    is_number_array,
    kind_of,
    plain_number,
)

_WORDS = {
    "bool": "a truth value",
    "number": "one number",
    "str": "a text",
    "dict": "a dict",
    "None": "None",
    "raises": "an exception",
}


class Unfit(Exception):
    """Data that a property cannot look at; its text is "not <what is wanted>, but <what is there>"."""

    def __init__(self, wanted: str, there: str) -> None:
        super().__init__(f"not {wanted}, but {there}")


def words_for(data: Encoded) -> str:
    """Return what encoded data are, in words: "one array of shape (3, 2)"."""
    if is_array(data):
        of_others = {"bool": " of truth values", "str": " of texts"}.get(data["array"], "")
        return f"one array{of_others} of shape {tuple(data['shape'])}"
    if is_not_data(data):
        return data["not data"]
    if is_list(data):
        inner = {kind_of(item) for item in data[:100]}
        names = {
            "array": "arrays",
            "list": "lists",
            "number": "numbers",
            "bool": "truth values",
            "None": "None",
        }
        return f"a list of {names.get(inner.pop(), 'other things')}" if len(inner) == 1 else "a list"
    return _WORDS[kind_of(data)]


def count_values(data: Encoded, most: int) -> int:
    """Return how many values encoded data hold; any number above `most` once that is passed."""
    found, waiting = 0, [data]
    while waiting and found <= most:
        item = waiting.pop()
        found += 1
        if isinstance(item, list):
            found += max(0, len(item) - most)  # so that a very long one is not unfolded
            waiting += item[:most]
        elif is_array(item):
            found += len(item["values"])
        elif is_dict(item):
            waiting += item["dict"].values()
    return found


def numbers_of(data: Encoded, wanted: str) -> list[int | float]:
    """Return the numbers of a one-dimensional array or a list, as Python numbers.

    wanted: what is asked for, in words.

    Raises Unfit for other data.
    """
    if is_number_array(data) and len(data["shape"]) == 1:
        return [plain_number(value) for value in data["values"]]
    if not is_list(data):
        raise Unfit(wanted, words_for(data))
    numbers = [plain_number(item) for item in data if is_number(item)]
    if len(numbers) < len(data):
        raise Unfit(wanted, words_for(data))
    return numbers


def only_whole(found: Sequence[int | float], wanted: str) -> list[int]:
    """Return numbers if all of them are whole; 3.0 is not.

    wanted: what holds them, in words.

    Raises Unfit for others.
    """
    whole = [value for value in found if type(value) is int]
    if len(whole) < len(found):
        raise Unfit(f"{wanted} of whole numbers", "one with floats")
    return whole


def all_finite(values: Iterable[float]) -> bool:
    """Return whether no number is nan or infinite."""
    return all(map(math.isfinite, values))
