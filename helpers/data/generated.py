"""Data sets that are drawn anew from a seed."""

from __future__ import annotations

import numpy as np

from helpers.arguments import require_counts, require_seed
from helpers.data.records import NUM_CLASSES, Dataset, Points, Regression

# How far the stroke of each digit lies to the right of the middle, from its top to its bottom: ten curves
# that one can tell apart, drawn for this course.
_DIGIT_CURVES = np.array(
    [
        [0.0, 1.2, 1.8, 2.1, 2.2, 2.3, 2.3, 2.2, 2.1, 1.8, 1.2, 0.0],
        [0.0, -1.9, -1.7, -1.3, -0.9, -0.5, -0.1, 0.3, 0.7, 0.9, 0.5, 0.0],
        [0.0, 1.3, 1.8, 1.7, 1.1, 0.4, -0.3, -1.0, -1.6, -1.7, -1.0, 0.0],
        [0.0, 1.4, 1.8, 1.4, 0.5, 0.0, 0.0, 0.5, 1.4, 1.8, 1.4, 0.0],
        [0.0, -0.7, -1.4, -2.0, -2.5, -2.3, 0.2, 0.3, 0.2, 0.0, 0.0, 0.0],
        [0.0, -2.0, -2.2, -2.1, -1.6, 0.2, 1.2, 1.8, 1.7, 1.1, -0.4, 0.0],
        [0.0, -0.9, -1.5, -1.9, -2.1, -2.2, -2.2, -2.1, -1.8, -1.4, -0.8, 0.0],
        [0.0, 2.1, 2.2, 1.8, 1.4, 1.0, 0.5, 0.1, -0.3, -0.7, -0.4, 0.0],
        [0.0, -1.1, -1.6, -1.3, -0.5, 0.1, 0.1, -0.6, -1.4, -1.7, -1.0, 0.0],
        [0.0, -1.2, -1.7, -1.5, -0.8, 0.0, 0.2, 0.2, 0.1, -0.2, -0.5, 0.0],
    ]
)


def m1d(num_train: int = 2000, num_val: int = 1000, num_test: int = 1000, seed: int = 0) -> Dataset:
    """Return MNIST-1D style sequences of 40 numbers in ten classes, shape (n, 40).

    Each class is a curve of 12 points that resembles a digit, with a standard deviation of 1/6. A sequence is
    its curve, stretched within 72 places (padding 36 to 60), moved by 0 to 47 of them (what leaves on the
    right comes in on the left), made larger or smaller by up to a fifth, laid on correlated noise (standard
    deviation 0.25 before it is smoothed over 2 places), with independent noise of 0.02 on top, sheared by up
    to 0.75 / 2 between its ends, and read at 40 evenly spaced places. A linear model is right on 3 of 10, a
    multilayer perceptron on 6, a convolutional network on 8 to 9: hyperparameters matter more than for
    clothes. Classes are equally frequent in every part, up to one row. Rows are standardized together: the
    training part has mean 0 and standard deviation 1.

    Raises ValueError for a part without rows, or a seed that is none.

    Source: the procedure and its constants are those of Greydanus and Kobak, Scaling Down Deep Learning with
    MNIST-1D, arXiv:2011.14439, section 2; the curves and this code are the course's own. Lesson 02.
    """
    require_counts(num_train=num_train, num_val=num_val, num_test=num_test)
    seed = require_seed(seed)
    # Each part has a generator of its own: another number of training rows changes no test row.
    parts = [
        _sequences(rows, np.random.default_rng([seed, number]))
        for number, rows in enumerate((num_train, num_val, num_test))
    ]
    (x_train, _), *_ = parts
    mean, deviation = x_train.mean(), x_train.std()
    return Dataset(
        *(
            array
            for x, y in parts
            for array in (((x - mean) / deviation).astype(np.float32), y.astype(np.int32))
        )
    )


def two_moons(num_examples: int = 100, noise: float = 0.3, seed: int = 0) -> Points:
    """Return two half circles that reach into each other, one class each.

    noise: standard deviation of the Gaussian that moves each point, in the unit of the radius 1.

    Raises ValueError for fewer than 2 examples, a negative noise or a seed that is none.

    Source: scikit-learn, `make_moons`.
    """
    from sklearn.datasets import make_moons

    require_counts(2, num_examples=num_examples)
    _require_noise(noise)
    x, y = make_moons(int(num_examples), noise=float(noise), random_state=require_seed(seed))
    return Points(x.astype(np.float32), y.astype(np.int32))


def sparse_regression(
    num_train: int = 80,
    num_features: int = 100,
    num_informative: int = 8,
    noise: float = 0.3,
    seed: int = 0,
) -> Regression:
    """Return a linear problem with fewer examples than features, of which only a few matter.

    The inputs are independent and standard normal. The validation and test parts have 1000 rows each,
    whatever num_train is.

    num_informative: so many coefficients, at places that the seed decides, have a size between 1 and 2 and
        either sign; all others are exactly 0.
    noise: standard deviation of what is added to the targets of all parts; its square is the lowest mean
        squared error to hope for.

    Raises ValueError for a number that is not at least 1, more informative features than features, a
    negative noise or a seed that is none.

    Source: the setting of Tibshirani, Regression Shrinkage and Selection via the Lasso, 1996. Lesson 10.
    """
    require_counts(num_train=num_train, num_features=num_features, num_informative=num_informative)
    if num_informative > num_features:
        raise ValueError(f"num_informative={num_informative} is more than num_features={num_features}.")
    _require_noise(noise)
    rng = np.random.default_rng(require_seed(seed))
    coefficients = np.zeros(num_features, np.float32)
    places = rng.choice(num_features, num_informative, replace=False)
    coefficients[places] = rng.uniform(1, 2, num_informative) * rng.choice([-1, 1], num_informative)
    # Drawn last, so that another number of training rows changes no other part.
    val, test, train = (_linear_part(rows, coefficients, noise, rng) for rows in (1000, 1000, num_train))
    return Regression(*train, *val, *test, coefficients)


def _linear_part(
    num_rows: int, coefficients: np.ndarray, noise: float, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Return inputs and targets of a linear problem."""
    x = rng.normal(size=(num_rows, len(coefficients))).astype(np.float32)
    return x, (x @ coefficients + noise * rng.normal(size=num_rows)).astype(np.float32)


def _require_noise(noise: float) -> None:
    if not noise >= 0:
        raise ValueError(f"noise must be a number of at least 0, not {noise!r}.")


def _sequences(num_rows: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return raw sequences (num_rows, 40) and their classes."""
    from scipy.ndimage import gaussian_filter1d

    num_points, length = _DIGIT_CURVES.shape[1], 72
    labels = rng.permutation(np.arange(num_rows) % NUM_CLASSES)
    padding = rng.integers(36, 61, num_rows)
    # Twelve points and the padding behind them are stretched to 72 places: this many of them for the curve.
    places = length * num_points / (num_points + padding)
    shift = rng.integers(0, 48, num_rows)
    at = (np.arange(length) - shift[:, np.newaxis]) % length * (num_points / places)[:, np.newaxis]
    on_curve = at <= num_points - 1
    left = np.minimum(at.astype(int), num_points - 2)
    # Each curve starts at 0 and has a standard deviation of 1/6 over its points: it hardly stands out.
    curves = (_DIGIT_CURVES / _DIGIT_CURVES.std(axis=1, keepdims=True) / 6)[labels]
    rows = np.arange(num_rows)[:, np.newaxis]
    values = curves[rows, left] + (at - left) * (curves[rows, left + 1] - curves[rows, left])
    values *= 1 + 0.4 * (rng.random((num_rows, 1)) - 0.5)
    ground = gaussian_filter1d(0.25 * rng.normal(size=(num_rows, length)), 2, axis=1)
    values = np.where(on_curve, values, ground) + 0.02 * rng.normal(size=(num_rows, length))
    values -= 0.75 * (rng.random((num_rows, 1)) - 0.5) * np.linspace(-0.5, 0.5, length)
    # Forty evenly spaced places among 72.
    place = np.linspace(0, length - 1, 40)
    left = np.minimum(place.astype(int), length - 2)
    return values[:, left] + (place - left) * (values[:, left + 1] - values[:, left]), labels
