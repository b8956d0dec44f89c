"""Both errors of a difference, against the spread of differences that are drawn."""

import numpy as np
import pytest

from helpers.training.uncertainty import accuracy_difference


def test_is_the_error_over_images_the_spread_over_drawn_sets_of_images():
    rng = np.random.default_rng(0)
    # Of all images, 7 % only the first training gets right, and 4 % only the second.
    per_image = rng.choice([1, -1, 0], p=[0.07, 0.04, 0.89], size=(4000, 500))
    error = accuracy_difference([0.83, 0.83], [0.80, 0.80], 0.11, 500).over_images
    assert error == pytest.approx(per_image.mean(axis=1).std(), rel=0.05)


def test_is_the_error_over_seeds_the_spread_of_means():
    rng = np.random.default_rng(1)
    gains = rng.normal(0.01, 0.02, size=(4000, 16))
    squares = [accuracy_difference(row, 0 * row, 0.2, 500).over_seeds ** 2 for row in gains]
    assert np.sqrt(np.mean(squares)) == pytest.approx(gains.mean(axis=1).std(), rel=0.05)


def test_is_a_gain_clear_only_beyond_twice_the_larger_error():
    first, second = [0.83, 0.82, 0.84], [0.80, 0.80, 0.80]
    assert accuracy_difference(first, second, 0.1, 10_000).is_clear
    assert not accuracy_difference(first, second, 0.1, 100).is_clear


def test_is_a_disagreement_below_the_gain_refused():
    with pytest.raises(ValueError, match="needs a disagreement"):
        accuracy_difference([0.9, 0.9], [0.5, 0.5], 0.1, 100)
