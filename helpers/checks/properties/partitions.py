"""Properties of places that were dealt out to parts: batches of an epoch, parts of a split."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence
from typing import TypeAlias

from helpers.checks.observation import Encoded, is_array, is_list, kind_of
from helpers.checks.properties.chance import chi_squared_is_large, is_far
from helpers.checks.properties.reading import Unfit, numbers_of, only_whole, words_for

# With fewer places an order that looks regular may be chance.
FEWEST_PLACES = 200
_PART = "a list of arrays"
_FLAT_PARTS = "a list of one-dimensional arrays of numbers"
# A part as large as this one does not lie behind another by chance.
_LARGE_PART = 20

_Parts: TypeAlias = Sequence[list[int]]


def part_sizes(data: Encoded) -> Encoded:
    """Return how many places each part has, as a list of numbers.

    data: a list of parts, each an array or a list of whole numbers.

    Raises Unfit for other data: floats are no places.
    """
    return [len(part) for part in _parts(data)]


def shuffled_partition(data: Encoded) -> Encoded:
    """Return how places were dealt out to parts, as a dict.

    sizes: of the parts.
    places: "0 to n - 1, each once", or what is the matter.
    order: "shuffled", or what the parts owe to the order of the data; with fewer than FEWEST_PLACES places,
        or where not each is there once, "not looked at".

    In which order a part names its places does not matter. Whether it is shuffled is decided by the runs test
    (Wald and Wolfowitz 1940, for several categories) and by the test of Kruskal and Wallis (1952).

    data: a list of parts, each an array or a list of whole numbers.

    Raises Unfit for other data.
    """
    parts = _parts(data)
    every = [place for part in parts for place in part]
    sound, places = _describe_places(parts, every)
    order = _describe_order(parts, len(every)) if sound and len(every) >= FEWEST_PLACES else "not looked at"
    return {"dict": {"sizes": [len(part) for part in parts], "places": places, "order": order}}


def remark_on_places(data: Encoded) -> str | None:
    """Return in words the first place that is there twice and the first that is left out, or None."""
    counts = Counter(place for part in _parts(data) for place in part)
    if not counts:
        return None
    found = []
    twice = min((place for place in counts if counts[place] > 1), default=None)
    if twice is not None:
        found.append(f"place {twice} is there {_times(counts[twice])}")
    # The highest place that there should be is not known here: what lies below one that is there is missing.
    if min(counts) >= 0:
        missing = next((place for place in range(len(counts)) if place not in counts), None)
        if missing is not None and missing < max(counts):
            found.append(f"place {missing} is nowhere")
    return ", ".join(found) or None


def _times(count: int) -> str:
    return "twice" if count == 2 else f"{count} times"


def _parts(data: Encoded) -> list[list[int]]:
    if not is_list(data) or any(kind_of(part) not in ("array", "list") for part in data):
        raise Unfit(_PART, words_for(data))
    return [_part(part) for part in data]


def _part(part: Encoded) -> list[int]:
    if is_array(part) and part["shape"] == [0]:
        return []  # NumPy makes an empty array one of floats
    try:
        found = numbers_of(part, _PART)
    except Unfit:
        raise Unfit(_FLAT_PARTS, f"one with {words_for(part)} in it") from None
    return only_whole(found, _PART)


def _describe_places(parts: _Parts, every: list[int]) -> tuple[bool, str]:
    """Return whether the places are 0 to n - 1, each once, and words for what they are."""
    n = len(every)
    different = set(every)
    if 2 * len(different) < n and n >= FEWEST_PLACES:  # drawn with replacement, 63 % are different
        return False, "fewer than half of them are different"
    if len(different) < n:
        inside = any(len(set(part)) < len(part) for part in parts)
        return False, "some are twice in one part" if inside else "some are in two parts"
    if not n or min(every) < 0:
        return False, "there are none" if not n else "some are below 0"
    if max(every) - min(every) == n - 1:
        return min(every) == 0, f"{min(every)} to {max(every)}, each once"
    return False, "some are left out"


def _describe_order(parts: _Parts, n: int) -> str:
    """Return what parts that hold each place from 0 to n - 1 once owe to the order of the data."""
    parts = [part for part in parts if part]
    if all(max(part) - min(part) == len(part) - 1 for part in parts):
        if any(min(after) < max(before) for before, after in itertools.pairwise(parts)):
            return "each part is one stretch of the data"
        inside = all(part == sorted(part) for part in parts)
        return "as in the data" if inside else "each part is one stretch, shuffled inside"
    if _one_lies_behind_another(parts):
        return "one part lies behind another"
    return "not by chance" if _has_few_or_many_runs(parts, n) or _ranks_differ(parts, n) else "shuffled"


def _one_lies_behind_another(parts: _Parts) -> bool:
    large = [part for part in parts if len(part) >= _LARGE_PART]
    return bool(large) and max(map(min, large)) > min(map(max, large))


def _has_few_or_many_runs(parts: _Parts, n: int) -> bool:
    """Return what the runs test says: whether the next place is in another part too rarely or too often."""
    part_of = [0] * n
    for number, part in enumerate(parts):
        for place in part:
            part_of[place] = number
    runs = 1 + sum(one != other for one, other in itertools.pairwise(part_of))
    squares = sum(len(part) ** 2 for part in parts)
    cubes = sum(len(part) ** 3 for part in parts)
    expected = (n * (n + 1) - squares) / n
    variance = (squares * (squares + n * (n + 1)) - 2 * n * cubes - n**3) / (n * n * (n - 1))
    return is_far(runs, expected, max(variance, 0.0) ** 0.5)


def _ranks_differ(parts: _Parts, n: int) -> bool:
    """Return what the test of Kruskal and Wallis says: whether some parts have lower places than others."""
    ranks = sum((sum(part) + len(part)) ** 2 / len(part) for part in parts)
    return chi_squared_is_large(12 / (n * (n + 1)) * ranks - 3 * (n + 1), len(parts) - 1)
