"""What the checks of lesson 15's `greedy_trial` ask of a function that chooses the next trial of a search.

Such a function takes (options, groups, best, tried, rng) and returns a trial, a dict of name and value.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

NextTrial = Callable[..., dict[str, Any]]
MOST_LOOKS = 20_000


class Tried(list):
    """Trials so far. After `most` looks through them the search for a new trial is ended with an error."""

    def __init__(self, trials: Iterable[dict[str, Any]] = (), most: int = MOST_LOOKS) -> None:
        super().__init__(trials)
        self.most, self.looks = most, 0

    def __contains__(self, trial: object) -> bool:
        return any(trial == other for other in self)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        self.looks += 1
        if self.looks > self.most:
            raise RuntimeError(
                f"No new trial was found in {self.most:,} looks at tried. When the function was called, a "
                "new trial could be reached."
            )
        return super().__iter__()


def many_trials(
    function: NextTrial,
    look: Callable[[dict[str, Any]], float],
    groups: list[list[str]],
    options: dict[str, list],
    tried: list[dict[str, Any]],
    seed: int,
    num: int = 2000,
) -> np.ndarray:
    """Return a number of each of many next trials; the first of `tried` is the best one. Lesson 15."""
    rng, found = np.random.default_rng(seed), []
    for _ in range(num):
        given = Tried([dict(trial) for trial in tried], 1000)
        found.append(float(look(function(options, groups, dict(tried[0]), given, rng))))
    return np.array(found)


def hundred(names: Iterable[str]) -> dict[str, list[int]]:
    """Return a hundred whole numbers for each of some names. Lesson 15."""
    return {name: list(range(100)) for name in names}


def what_is_left(function: NextTrial, seed: int) -> list:
    """Return the values of the one trial that is new. Lesson 15."""
    options, groups, best, tried = _one_left(np.random.default_rng(seed))
    trial = function(options, groups, dict(best), tried, np.random.default_rng(seed))
    return [trial[name] for name in options]


def _one_left(drawn: np.random.Generator) -> tuple[dict[str, list], list[list[str]], dict[str, Any], Tried]:
    """Return options, groups, the best trial, and trials that leave a single new one."""
    names = [f"{letter}{drawn.integers(10)}" for letter in "pqrs"[: drawn.integers(1, 5)]]
    kinds: list[list] = [[1, 2, 5, 9], ["auto", 8], [0.5, 0.25, None], [True, False], [0.00075, 0.1, 10.0]]
    options = {name: list(kinds[drawn.integers(len(kinds))]) for name in names}
    group = drawn.permutation(names)[: drawn.integers(1, 3)].tolist()
    reached = {name: values[drawn.integers(len(values))] for name, values in options.items()}
    others = [reached]
    for name in group:
        others = [trial | {name: value} for trial in others for value in options[name]]
    others.remove(reached)
    drawn.shuffle(others)
    elsewhere = [reached | {name: options[name][-1]} for name in names if name not in group]
    return options, [group, group[:1]], reached, Tried([*reversed(elsewhere), reached, *others[1:]])


def some_trials(function: NextTrial, rng: np.random.Generator, num: int = 12) -> np.ndarray:
    """Return the values of some trials one after the other. Lesson 15."""
    options, best = {"a": list(range(10_000)), "b": list(range(9000))}, {"a": 3, "b": 7}
    groups = [["a", "b"], ["b", "a"]]
    trials = [function(options, groups, dict(best), [dict(best)], rng) for _ in range(num)]
    return np.array([[trial["a"], trial["b"]] for trial in trials], dtype=float)


def left_behind(function: NextTrial, best: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """Return the one new trial and the arguments after the call; trials have the names a and b. Lesson 15."""
    options, groups = {"a": [5, 4], "b": [6, 7]}, [["b", "a"], ["a"]]
    last = {"b": 13 - best["b"], "a": best["a"]}
    tried = Tried([dict(best), dict(reversed(other.items())), last])
    best = dict(best)
    new = function(options, groups, best, tried, np.random.default_rng(1))
    return {"new": new, "groups": groups, "best": best, "tried": tried[:]}


def few_left() -> tuple[dict[str, list], list[dict], dict[str, list], list[dict]]:
    """Return options and trials of two searches in which few trials are new. Lesson 15.

    Nine trials of which four were made; two names of eight values of which one has two left.
    """
    nine = {"a": [8, 1, 2], "b": [0, 5, 1]}
    made = [{"a": 8, "b": 5}, {"a": 8, "b": 1}, {"a": 1, "b": 0}, {"a": 2, "b": 5}]
    eight = {"a": list(range(8)), "b": list(range(8))}
    return nine, made, eight, [{"a": value, "b": 5 - 3 * (value == 1)} for value in (7, 1, 4, 3, 2, 0, 6)]


def rarely_new(function: NextTrial) -> list[int]:
    """Return how often each of twelve next trials is among all 16 and those tried, all but one. Lesson 15."""
    options, rng = {name: [0, 1] for name in "abcd"}, np.random.default_rng(9)
    every = [dict(zip(options, values, strict=True)) for values in itertools.product([0, 1], repeat=4)]
    groups = [["c"], list(options)]
    tried = Tried(dict(reversed(trial.items())) for trial in every[:13] + every[14:])
    trials = [function(options, groups, dict(every[0]), tried, rng) for _ in range(12)]
    return [[*every, *tried].count(trial) for trial in trials]
