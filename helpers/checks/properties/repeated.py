"""The property of several results of one function: whether its calls agree, and what each result is."""

from __future__ import annotations

import itertools
from collections.abc import Callable

from helpers.checks.comparison import agree
from helpers.checks.observation import Encoded, is_array, is_list
from helpers.checks.properties.reading import Unfit, words_for

# Of the numbers of two results that differ, the share that may agree by chance.
_NEARLY = 0.9


def repeated(view: Callable[[Encoded], Encoded]) -> Callable[[Encoded], Encoded]:
    """Return the view of a list of results, as a dict, from the view of a single result.

    calls: "all alike" when all results are equal, "all different" when no two that follow each other are,
        "nearly alike" when two of them agree in nine of ten numbers, otherwise "some alike".
    each: what `view` sees of each result.

    The view raises Unfit for other data than a list of two or more.
    """

    def seen(data: Encoded) -> Encoded:
        if not is_list(data) or len(data) < 2:
            raise Unfit("a list of two results or more", words_for(data))
        return {"dict": {"calls": _calls(data), "each": [view(result) for result in data]}}

    return seen


def _calls(results: list[Encoded]) -> str:
    first, *others = results
    if all(_equal(first, other) for other in others):
        return "all alike"
    # Neighbours only: of many results, all pairs would take long.
    pairs = list(itertools.pairwise(results))
    if any(_equal(one, other) for one, other in pairs):
        return "some alike"
    numbers = [_flat(result) for result in results]
    if any(_nearly_equal(one, other) for one, other in itertools.pairwise(numbers)):
        return "nearly alike"
    return "all different"


def _equal(one: Encoded, other: Encoded) -> bool:
    return agree(one, other, 1e-9, 1e-12)


def _flat(data: Encoded) -> list[Encoded]:
    if is_list(data):
        return [value for item in data for value in _flat(item)]
    return [*data["values"]] if is_array(data) else [data]


def _nearly_equal(one: list[Encoded], other: list[Encoded]) -> bool:
    if len(one) != len(other) or len(one) < 2:
        return False
    return sum(map(_same, one, other)) >= _NEARLY * len(one)


def _same(one: Encoded, other: Encoded) -> bool:
    return one == other
