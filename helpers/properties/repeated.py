"""The property of several results of one function: whether its calls agree, and what each result is."""

import itertools

from helpers.comparison import difference
from helpers.observation import kind_of
from helpers.properties.reading import Unfit, words_for

# Of the numbers of two results that differ, the share that may agree by chance.
_NEARLY = 0.9


def repeated(view):
    """The property of a list of results, each of which has the property `view`.

    Gives a dict: calls: "all alike" when all results are equal, "all different" when no two are, "nearly
    alike" when two of them agree in nine of ten numbers, otherwise "some alike". each: what `view` sees of
    each result. Raises Unfit for anything but a list of two or more.
    """

    def seen(data):
        if kind_of(data) != "list" or len(data) < 2:
            raise Unfit("a list of two results or more", words_for(data))
        return {"dict": {"calls": _calls(data), "each": [view(result) for result in data]}}

    return seen


def _calls(results):
    first, *others = results
    if all(_equal(first, other) for other in others):
        return "all alike"
    # Neighbours only: of many results, all pairs would take long.
    pairs = list(itertools.pairwise(results))
    if any(_equal(*pair) for pair in pairs):
        return "some alike"
    numbers = [_flat(result) for result in results]
    if any(_nearly_equal(one, other) for one, other in itertools.pairwise(numbers)):
        return "nearly alike"
    return "all different"


def _equal(one, other):
    return difference(one, other, 1e-9, 1e-12) is None


def _flat(data):
    if kind_of(data) == "list":
        return [value for item in data for value in _flat(item)]
    return data["values"] if kind_of(data) == "array" else [data]


def _nearly_equal(one, other):
    if len(one) != len(other) or len(one) < 2:
        return False
    return sum(map(_same, one, other)) >= _NEARLY * len(one)


def _same(one, other):
    return one == other
