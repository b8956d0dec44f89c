"""Cross-validation: is each example held out once, by chance, and never learned from where it is measured?"""

from collections import Counter

import numpy as np
import pytest

from helpers.data import Dataset, without_each_fold


@pytest.fixture
def numbered():
    """A function from the number of training examples to data in which each example is its own number."""

    def make(num_rows):
        train, rest = np.arange(num_rows), np.arange(1000, 1005)
        return Dataset(train.astype(np.float32), train.astype(np.int32), rest, rest, rest + 10, rest + 10)

    return make


@pytest.mark.parametrize(("num_rows", "num_folds"), [(100, 5), (23, 4), (7, 7), (2, 2), (311, 10)])
def test_is_each_example_held_out_once_and_learned_from_in_all_other_folds(numbered, num_rows, num_folds):
    parts = without_each_fold(numbered(num_rows), num_folds, seed=0)
    assert len(parts) == num_folds
    held_out = Counter(label for part in parts for label in part.y_val.tolist())
    assert held_out == dict.fromkeys(range(num_rows), 1)
    for part in parts:
        assert set(part.y_train.tolist()) == set(range(num_rows)) - set(part.y_val.tolist())
        assert len(part.y_train) + len(part.y_val) == num_rows
    sizes = [len(part.y_val) for part in parts]
    assert max(sizes) - min(sizes) <= 1


def test_do_examples_keep_their_labels_and_the_test_part_stays(numbered):
    data = numbered(40)
    for part in without_each_fold(data, 4, seed=1):
        np.testing.assert_array_equal(part.x_train, part.y_train)
        np.testing.assert_array_equal(part.x_val, part.y_val)
        np.testing.assert_array_equal(part.x_test, data.x_test)
        assert part.x_train.dtype == np.float32
        assert part.y_val.dtype == np.int32
    np.testing.assert_array_equal(data.y_train, np.arange(40))


def test_does_the_seed_alone_decide_which_examples_lie_together(numbered):
    data = numbered(60)
    one, same, other = (
        [part.y_val.tolist() for part in without_each_fold(data, 3, seed)] for seed in (0, 0, 1)
    )
    assert one == same
    assert one != other


def test_are_examples_of_all_folds_mixed(numbered):
    parts = without_each_fold(numbered(1000), 5, seed=2)
    # A fold of 200 without any order has a mean of 499.5, with a standard deviation of 18.
    assert all(abs(part.y_val.mean() - 499.5) < 100 for part in parts)


@pytest.mark.parametrize(
    ("num_folds", "seed", "named"),
    [(1, 0, "num_folds"), (2.0, 0, "num_folds"), (11, 0, "num_folds must be at most 10"), (2, -1, "seed")],
)
def test_is_what_it_cannot_work_with_named(numbered, num_folds, seed, named):
    with pytest.raises(ValueError, match=named):
        without_each_fold(numbered(10), num_folds, seed)
