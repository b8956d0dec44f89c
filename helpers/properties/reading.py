"""Encoded data, read by properties: parts of it, or the reason why it is not what a property looks at."""

import math

from helpers.observation import kind_of

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

    def __init__(self, wanted, there):
        super().__init__(f"not {wanted}, but {there}")


def words_for(data):
    """What encoded data are, in words: "one array of shape (3, 2)"."""
    kind = kind_of(data)
    if kind == "array":
        return f"one array of shape {tuple(data['shape'])}"
    if kind == "not data":
        return data["not data"]
    if kind == "list":
        inner = {kind_of(item) for item in data[:100]}
        names = {
            "array": "arrays",
            "list": "lists",
            "number": "numbers",
            "bool": "truth values",
            "None": "None",
        }
        return f"a list of {names.get(inner.pop(), 'other things')}" if len(inner) == 1 else "a list"
    return _WORDS[kind]


def count_values(data, most):
    """How many values encoded data hold; anything above `most` once that is passed."""
    found, waiting = 0, [data]
    while waiting and found <= most:
        item = waiting.pop()
        found += 1
        if isinstance(item, list):
            found += max(0, len(item) - most)  # so that a very long one is not unfolded
            waiting += item[:most]
        elif isinstance(item, dict):
            found += len(item.get("values", ()))
            waiting += item["dict"].values() if "dict" in item else ()
    return found


def plain_number(encoded):
    """The Python number of an encoded one."""
    return float(encoded["float"]) if isinstance(encoded, dict) else encoded


def numbers_of(data, wanted):
    """The numbers of a one-dimensional array or a list, as Python numbers. Raises Unfit for anything else."""
    if kind_of(data) == "array":
        if data["array"] not in ("int", "float") or len(data["shape"]) != 1:
            raise Unfit(wanted, words_for(data))
        return [plain_number(value) for value in data["values"]]
    if kind_of(data) != "list" or any(kind_of(item) != "number" for item in data):
        raise Unfit(wanted, words_for(data))
    return [plain_number(item) for item in data]


def whole_numbers_of(data, wanted):
    """The same for whole numbers: 3.0 is none."""
    found = numbers_of(data, wanted)
    if any(type(value) is not int for value in found):
        raise Unfit(f"{wanted} of whole numbers", "one with floats")
    return found


def all_finite(values):
    """Whether no number is nan or infinite."""
    return all(map(math.isfinite, values))
