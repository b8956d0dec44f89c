"""How sure a difference between two trainings is: over seeds, and over the images of the test."""

from typing import NamedTuple

import numpy as np


class Difference(NamedTuple):
    """The mean gain in accuracy, and its standard errors over seeds and over test images."""

    gain: float
    over_seeds: float
    over_images: float

    @property
    def is_clear(self) -> bool:
        """Whether the gain is at least twice the larger of both errors."""
        return abs(self.gain) >= 2 * max(self.over_seeds, self.over_images)


def accuracy_difference(with_it, without_it, disagreement: float, num_images: int) -> Difference:
    """What a change adds to the accuracy, with the errors over seeds and over test images.

    with_it, without_it: accuracies between 0 and 1, one for each seed, paired by seed.
    disagreement: the share of the test images that exactly one of two paired trainings gets right.
    num_images: how many test images all the trainings share.

    Over k seeds: the standard deviation of the k differences (k - 1 in the denominator), over the root of k.
    Over n images, for one pair of trainings: sqrt((q - d**2) / n), with the disagreement q and the gain d.
    For the mean over several seeds this is an upper bound, since a part of the disagreement is of the seed.

    Source: McNemar, Note on the sampling error of the difference between correlated proportions or
    percentages, Psychometrika 12 (1947), for the error over images.
    """
    differences = np.asarray(with_it, float) - np.asarray(without_it, float)
    gain = differences.mean()
    if not abs(gain) <= disagreement <= 1:
        raise ValueError(f"a gain of {gain:.3g} needs a disagreement from {abs(gain):.3g} to 1")
    over_seeds = differences.std(ddof=1) / np.sqrt(differences.size)
    over_images = np.sqrt((disagreement - gain**2) / num_images)
    return Difference(float(gain), float(over_seeds), float(over_images))
