"""A search for a new trial that finds none is ended, and says so."""

import numpy as np
import pytest

from helpers.search.next_trials import Tried, few_left, many_trials, rarely_new, what_is_left


def first_new(options, groups, best, tried, rng):
    """Draw all values anew until the trial is new."""
    trial = best
    while trial in tried:
        trial = {name: values[rng.integers(len(values))] for name, values in options.items()}
    return trial


def never_new(options, groups, best, tried, rng):
    while best in tried:
        pass


def test_is_what_is_found_new():
    assert rarely_new(first_new) == [1] * 12
    _, _, eight, nearly_all = few_left()
    found = many_trials(
        first_new, lambda trial: float(trial in nearly_all), [["a"]], eight, nearly_all, 0, 20
    )
    assert not found.any()
    assert what_is_left(first_new, 3) == what_is_left(first_new, 3)


@pytest.mark.parametrize("ask", [rarely_new, lambda function: what_is_left(function, 0)])
def test_does_a_search_end_that_finds_nothing(ask):
    with pytest.raises(RuntimeError, match="No new trial was found in 20,000 looks"):
        ask(never_new)


def test_are_trials_in_any_order_of_their_names_the_same():
    assert {"a": 1, "b": 2} in Tried([{"b": 2, "a": 1}])
    with pytest.raises(RuntimeError, match="1 looks"):
        first_new({"a": [1]}, [["a"]], {"a": 1}, Tried([{"a": 1}], 1), np.random.default_rng(0))
