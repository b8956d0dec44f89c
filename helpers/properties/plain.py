"""Properties of plain numbers, and of the kind of data."""

from helpers.observation import kind_of
from helpers.properties.reading import Unfit, all_finite, numbers_of, plain_number, words_for

MOST_DISTINCT = 12
_ALIKE = 1e-6


def the_number(data):
    """A number as it is. Raises Unfit for anything else."""
    if kind_of(data) != "number":
        raise Unfit("a number", words_for(data))
    return data


def sequence(data):
    """The numbers of a one-dimensional array as a list; other data, such as a list or tuple, as they are."""
    return data["values"] if kind_of(data) == "array" and len(data["shape"]) == 1 else data


def distinct_numbers(data):
    """The different numbers among those of a list or a one-dimensional array.

    Numbers that differ by less than a millionth count as one. Gives them in ascending order, or a text when
    there are more than MOST_DISTINCT. Raises Unfit for other data.
    """
    found = numbers_of(data, "a list of numbers")
    if not all_finite(found):
        return "some are nan or infinite"
    different = []
    for value in sorted(found):
        if not different or value - different[-1] > _ALIKE * max(1.0, abs(value)):
            different.append(value)
            if len(different) > MOST_DISTINCT:
                return f"more than {MOST_DISTINCT} different numbers"
    return different


def numbering(data):
    """Whether an array that held the numbers from 0 on in their order still does, as a text.

    Raises Unfit for anything but an array of numbers.
    """
    if kind_of(data) != "array" or data["array"] not in ("int", "float"):
        raise Unfit("an array of numbers", words_for(data))
    values = [plain_number(value) for value in data["values"]]
    if values == list(range(len(values))):
        return f"0 to {len(values) - 1}, in order"
    as_before = all_finite(values) and sorted(values) == list(range(len(values)))
    return f"0 to {len(values) - 1}, in another order" if as_before else "other numbers"


def kind_of_number(data):
    """Whether a number is a Python float, from the names of its classes, its own first: else its own class.

    NumPy's float64 is one, because its class is built on Python's. Raises Unfit for other data.
    """
    if kind_of(data) != "list" or not data or any(kind_of(name) != "str" for name in data):
        raise Unfit("the classes of a number", words_for(data))
    return "float" if "float" in data else data[0]


def structure(data):
    """What encoded data are made of, as a text: "a list of 3 int arrays"."""
    if kind_of(data) != "list":
        return words_for(data)
    inner = {_kind(item) for item in data}
    return f"a list of {len(data)} {inner.pop() if len(inner) == 1 else 'things'}"


def _kind(item):
    kind = kind_of(item)
    return f"{item['array']} arrays" if kind == "array" else {"None": "None"}.get(kind, f"{kind}s")
